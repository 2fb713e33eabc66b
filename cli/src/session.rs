//! What every subcommand starts with: the global options, and how to join the node.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};
use wharf::{Deadline, Error, Fabric, MemoryError, Options, Setting};

use crate::tickets::Given;
use crate::voice::{Late, Voice};

/// The global options of the command line.
pub(crate) struct Session {
    pub(crate) voice: Voice,
    pub(crate) options: Options,
}

impl Session {
    /// Joins the node in a directory that exists: a mistyped one is an error, and is not made.
    pub(crate) fn open(&self) -> wharf::Result<Fabric> {
        Fabric::open(Options { must_exist: true, ..self.silent() })
    }

    /// Joins the node, and makes its directory if need be.
    pub(crate) fn make(&self) -> wharf::Result<Fabric> {
        Fabric::open(self.silent())
    }

    /// Joins the node, and makes its directory if the ticket leads to another: on this one there need
    /// not have been anything yet.
    pub(crate) fn open_for(&self, given: &Given) -> wharf::Result<Fabric> {
        if given.has_routes() { self.make() } else { self.open() }
    }

    /// Joins the node, and serves it at these addresses; at those of the configuration if there are
    /// none.
    pub(crate) fn serve(&self, listen: &[SocketAddr]) -> anyhow::Result<Fabric> {
        allow_many_connections();
        let listen = (!listen.is_empty()).then(|| listen.to_vec());
        let fabric = Fabric::open(Options { listen, ..self.options.clone() })?;
        if fabric.routes().is_empty() {
            anyhow::bail!(
                "nowhere to listen: write --listen 7700 for that port at every address of this machine, \
                 or set WHARF_LISTEN"
            );
        }
        Ok(fabric)
    }

    /// A command that is not there to serve does not, though all processes be configured to.
    fn silent(&self) -> Options {
        Options { listen: Some(Vec::new()), ..self.options.clone() }
    }

    /// Joins the node, or finds that there is none: where nothing was put, nothing is there.
    pub(crate) fn find(&self) -> Result<Result<Fabric, PathBuf>, Error> {
        match self.open() {
            Err(Error::Memory(MemoryError::NoDirectory { path })) => Ok(Err(path)),
            opened => opened.map(Ok),
        }
    }

    /// Joins the node as soon as its directory exists: for who waits for a name that others are to
    /// give.
    pub(crate) fn open_by(&self, deadline: Deadline) -> anyhow::Result<Fabric> {
        const PAUSE: Duration = Duration::from_millis(20);
        let mut waited = false;
        loop {
            let error = match self.open() {
                Err(error @ Error::Memory(MemoryError::NoDirectory { .. })) => error,
                opened => return Ok(opened?),
            };
            if deadline.has_passed() {
                return Err(if waited { Late(error).into() } else { error.into() });
            }
            if !waited {
                self.voice.warn(format_args!("{error}. Waiting for it"));
                waited = true;
            }
            thread::sleep(deadline.remaining().map_or(PAUSE, |left| left.min(PAUSE)));
        }
    }

    /// The configuration, whether or not the node can be joined.
    pub(crate) fn settings(&self) -> wharf::Result<Vec<Setting>> {
        self.options.settings()
    }
}

/// Lets this process have as many descriptors as it may: each reader takes some.
fn allow_many_connections() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of descriptors cannot be raised");
    }
}
