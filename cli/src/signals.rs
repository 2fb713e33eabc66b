//! Being asked to end.

use std::io::{self, Read};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

/// SIGINT and SIGTERM, which end the process no more.
pub(crate) struct Signals {
    told: UnixStream,
}

impl Signals {
    pub(crate) fn catch() -> io::Result<Self> {
        let (told, teller) = UnixStream::pair()?;
        for signal in [SIGINT, SIGTERM] {
            pipe::register(signal, teller.try_clone()?)?;
        }
        Ok(Self { told })
    }

    /// Sleeps until one comes, or for so long; says whether one came.
    pub(crate) fn wait(&self, most: Option<Duration>) -> io::Result<bool> {
        self.told.set_read_timeout(most)?;
        loop {
            match (&self.told).read(&mut [0]) {
                Ok(_) => return Ok(true),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(error),
            }
        }
    }
}
