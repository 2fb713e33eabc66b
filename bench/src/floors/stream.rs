//! The floor of a fetch: the same bytes over a bare TCP connection, between equally large warm shared pages.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use super::{SharedPages, stream_fetch, stream_serve};
use crate::error::{Doing, Result};
use crate::measure::Task;

/// Fetches the same bytes again and again, to the same pages, each touched before.
#[derive(Debug)]
pub(crate) struct Stream {
    socket: TcpStream,
    to: SharedPages,
    spin: bool,
}

impl Stream {
    /// Connects to a [`serve`]r.
    pub(crate) fn new(pages: &Path, to: SocketAddr, len: usize, spin: bool) -> Result<Self> {
        let socket = TcpStream::connect(to).doing(|| format!("connecting to {to}"))?;
        socket.set_nodelay(true).doing(|| "sending at once".to_owned())?;
        let mut to = SharedPages::new(pages, len)?;
        to.bytes_mut().fill(1);
        Ok(Stream { socket, to, spin })
    }
}

impl Task for Stream {
    fn once(&mut self) -> Result<()> {
        stream_fetch(self.socket.as_fd(), self.to.bytes_mut(), self.spin)
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
    let listener = TcpListener::bind(address).doing(|| format!("listening on {address}"))?;
    let address = listener.local_addr().doing(|| "asking for the address".to_owned())?;
    std::thread::spawn(move || -> Result<()> {
        let mut from = SharedPages::new(&pages, len)?;
        from.bytes_mut().fill(7);
        let from = &*from.bytes_mut();
        std::thread::scope(|scope| {
            for socket in listener.incoming().map_while(std::io::Result::ok) {
                scope.spawn(move || {
                    let _ = socket.set_nodelay(true);
                    // The other end has gone: that is its affair.
                    let _ = stream_serve(socket.as_fd(), from, spin);
                });
            }
        });
        Ok(())
    });
    Ok(address)
}
