//! The floor of a fetch: the same bytes over bare TCP connections, between equally large warm shared pages.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use super::{SharedPages, stream_fetch, stream_serve};
use crate::error::{Doing, Result};
use crate::measure::Task;

/// Fetches the same bytes again and again, to the same pages, each touched before.
#[derive(Debug)]
pub(crate) struct Stream {
    sockets: Vec<TcpStream>,
    to: SharedPages,
    spin: bool,
}

impl Stream {
    /// Connects to a [`serve`]r, so many times.
    pub(crate) fn new(
        pages: &Path,
        to: SocketAddr,
        connections: u64,
        len: usize,
        spin: bool,
    ) -> Result<Self> {
        let sockets = (0..connections).map(|_| connect(to)).collect::<Result<_>>()?;
        Ok(Stream { sockets, to: warm(pages, len, 1)?, spin })
    }
}

impl Task for Stream {
    fn once(&mut self) -> Result<()> {
        stream_fetch(&self.sockets, self.to.bytes_mut(), self.spin)
    }
}

/// Listens, and answers each connection on a thread of its own, out of pages that were all touched before, for as long
/// as this process lives.
pub(crate) fn serve(
    pages: PathBuf,
    len: usize,
    address: SocketAddr,
    spin: bool,
) -> Result<SocketAddr> {
    // The other end has gone: that is its affair.
    listen(pages, len, address, move |socket, from| drop(stream_serve(socket.as_fd(), from, spin)))
}

/// Listens, and has each connection answered as said.
pub(super) fn listen(
    pages: PathBuf,
    len: usize,
    address: SocketAddr,
    answer: impl Fn(TcpStream, &[u8]) + Send + Sync + 'static,
) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address).doing(|| format!("listening on {address}"))?;
    let address = listener.local_addr().doing(|| "asking for the address".to_owned())?;
    let mut from = warm(&pages, len, 7)?;
    std::thread::spawn(move || {
        let (from, answer) = (&*from.bytes_mut(), &answer);
        std::thread::scope(|scope| {
            for socket in listener.incoming().map_while(std::io::Result::ok) {
                scope.spawn(move || {
                    let _ = socket.set_nodelay(true);
                    answer(socket, from);
                });
            }
        });
    });
    Ok(address)
}

/// A connection that sends at once.
pub(super) fn connect(to: SocketAddr) -> Result<TcpStream> {
    let socket = TcpStream::connect(to).doing(|| format!("connecting to {to}"))?;
    socket.set_nodelay(true).doing(|| "sending at once".to_owned())?;
    Ok(socket)
}

/// Shared pages that were all touched.
pub(super) fn warm(directory: &Path, len: usize, byte: u8) -> Result<SharedPages> {
    let mut pages = SharedPages::new(directory, len)?;
    pages.bytes_mut().fill(byte);
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::floors::tls::{self, Encrypted};

    const LEN: usize = 1_000_003;

    #[test]
    fn every_byte_comes_by_one_connection_and_by_many() {
        let context = Context::for_tests();
        let pages = context.subdirectory("pages").unwrap();
        let to = serve(pages.clone(), LEN, ([127, 0, 0, 1], 0).into(), false).unwrap();
        for connections in [1, 2, 7] {
            let mut stream = Stream::new(&pages, to, connections, LEN, false).unwrap();
            stream.once().unwrap();
            assert!(stream.to.bytes_mut().iter().all(|&byte| byte == 7), "{connections}");
        }
    }

    #[test]
    fn every_byte_comes_encrypted() {
        let context = Context::for_tests();
        let pages = context.subdirectory("pages").unwrap();
        let to = tls::serve(pages.clone(), LEN, ([127, 0, 0, 1], 0).into()).unwrap();
        for connections in [1, 2, 7] {
            let mut stream = Encrypted::new(&pages, to, connections, LEN).unwrap();
            (0..2).for_each(|_| stream.once().unwrap());
            assert!(stream.bytes_mut().iter().all(|&byte| byte == 7), "{connections}");
        }
    }
}
