//! What the bench's other processes do, told on their command line.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::exchange;
use crate::floors::{ping_pong, socket};
use crate::peer::Link;
use crate::works::{self, idle, resolve};

/// The part of one process. Each lives until its socket closes.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Role {
    /// The other side of a floor.
    PingPong {
        /// Which.
        floor: ping_pong::Floor,
        /// The shared word's file.
        path: PathBuf,
    },
    /// The other side of a unix socket.
    Socket {
        /// Where to listen.
        path: PathBuf,
        /// Bytes to wait for.
        request: usize,
        /// Bytes to answer with.
        reply: usize,
    },
    /// The owner of the objects that are resolved.
    Owner(resolve::Objects),
    /// The owner of the memory that is read.
    Exposer {
        /// The node's directory.
        directory: PathBuf,
    },
    /// The other side of an exchange over Wharf.
    Exchange(exchange::Place),
    /// Serves objects to another node.
    Origin(works::tcp::Origin),
    /// Sends bytes without end over bare connections.
    Flood(works::tcp::wan::Flood),
    /// Resolves another node's objects, as one of many of its node.
    Sharer(works::tcp::readers::Sharer),
    /// A fresh process that resolves once.
    FirstResolve {
        /// The node's directory.
        directory: PathBuf,
    },
    /// The keeper of many small objects.
    Million {
        /// The node's directory.
        directory: PathBuf,
        /// How many.
        count: u64,
    },
    /// A process that sleeps.
    Idle {
        /// The directory of the fabric that it opens, if it opens one.
        directory: Option<PathBuf>,
    },
    /// The other side of an exchange over iceoryx2.
    #[cfg(feature = "peers")]
    Iceoryx2(crate::peers::iceoryx2::Place),
    /// Another program.
    #[cfg(feature = "peers")]
    Program(crate::peers::program::Program),
}

impl Role {
    /// Its name in messages.
    pub(crate) fn name(&self) -> &str {
        match self {
            Role::PingPong { floor, .. } => floor.name(),
            Role::Socket { .. } => "unix-socket",
            Role::Owner(_) => "wharf, owning objects",
            Role::Exposer { .. } => "wharf, exposing memory",
            Role::Exchange(_) => "wharf, exchanging blocks",
            Role::Origin(_) => "wharf, serving",
            Role::Flood(_) => "bare connections",
            Role::Sharer(_) => "wharf, sharing a copy",
            Role::FirstResolve { .. } => "wharf, resolving once",
            Role::Million { .. } => "wharf, a million objects",
            Role::Idle { .. } => "asleep",
            #[cfg(feature = "peers")]
            Role::Iceoryx2(_) => "iceoryx2",
            #[cfg(feature = "peers")]
            Role::Program(program) => &program.name,
        }
    }

    /// Plays the part.
    pub(crate) fn act(self, link: Link) -> Result<()> {
        match self {
            Role::PingPong { floor, path } => ping_pong::answer(link, floor, &path),
            Role::Socket { path, request, reply } => socket::answer(link, &path, request, reply),
            Role::Owner(objects) => resolve::own(link, &objects),
            Role::Exposer { directory } => works::lend(link, &directory),
            Role::Origin(origin) => works::tcp::serve(link, &origin),
            Role::Flood(flood) => works::tcp::wan::flood(link, &flood),
            Role::Sharer(sharer) => works::tcp::readers::share(link, &sharer),
            Role::Exchange(place) => exchange::pong(link, exchange::WharfSide::open(&place)?),
            Role::FirstResolve { directory } => works::resolve_first(link, &directory),
            Role::Million { directory, count } => works::keep_alive(link, &directory, count),
            Role::Idle { directory } => idle::sleep(link, directory.as_deref()),
            #[cfg(feature = "peers")]
            Role::Iceoryx2(place) => crate::peers::iceoryx2::answer(link, &place),
            #[cfg(feature = "peers")]
            Role::Program(program) => program.start(),
        }
    }
}
