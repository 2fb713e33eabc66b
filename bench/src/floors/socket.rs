//! What programs do without shared memory: the bytes go through a unix socket.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::Duration;

use crate::context::Context;
use crate::error::{Doing, Result};
use crate::measure::Task;
use crate::peer::{Link, Peer};
use crate::roles::Role;

/// Sends so many bytes and waits for so many.
#[derive(Debug)]
pub(crate) struct Exchange {
    stream: UnixStream,
    request: Vec<u8>,
    reply: Vec<u8>,
    _peer: Peer,
}

impl Exchange {
    /// A byte that asks for all the bytes of an object.
    pub(crate) fn fetch(context: &Context, bytes: usize) -> Result<Exchange> {
        Exchange::start(context, 1, bytes)
    }

    /// The same bytes both ways.
    pub(crate) fn ping_pong(context: &Context, bytes: usize) -> Result<Exchange> {
        Exchange::start(context, bytes, bytes)
    }

    fn start(context: &Context, request: usize, reply: usize) -> Result<Exchange> {
        let path = context.path(&format!("socket-{request}-{reply}"));
        let mut peer = Peer::start(context, &Role::Socket { path: path.clone(), request, reply })?;
        peer.hear::<()>()?;
        let stream =
            UnixStream::connect(&path).doing(|| format!("connecting to {}", path.display()))?;
        limit(&stream)?;
        Ok(Exchange { stream, request: vec![1; request], reply: vec![1; reply], _peer: peer })
    }
}

impl Task for Exchange {
    fn once(&mut self) -> Result<()> {
        let asked = self.stream.write_all(&self.request);
        asked
            .and_then(|()| self.stream.read_exact(&mut self.reply))
            .doing(|| "exchanging bytes".to_owned())
    }
}

/// The other side: answers until the connection closes.
pub(crate) fn answer(mut link: Link, path: &Path, request: usize, reply: usize) -> Result<()> {
    let listener = UnixListener::bind(path).doing(|| format!("listening on {}", path.display()))?;
    link.tell(&())?;
    let (mut stream, _) = listener.accept().doing(|| "accepting a connection".to_owned())?;
    let (mut request, reply) = (vec![1; request], vec![1; reply]);
    loop {
        match stream.read_exact(&mut request).and_then(|()| stream.write_all(&reply)) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(error).doing(|| "answering".to_owned()),
        }
    }
}

fn limit(stream: &UnixStream) -> Result<()> {
    let patience = Some(Duration::from_secs(10));
    let limited =
        stream.set_read_timeout(patience).and_then(|()| stream.set_write_timeout(patience));
    limited.doing(|| "limiting how long a socket is waited for".to_owned())
}
