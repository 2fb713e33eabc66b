//! The pieces of work between two nodes: one process serves, on the second core, and this one reads.
//!
//! Two directories are two nodes. What is read is checked by what it is, and by the bytes that came over the network: a
//! row whose bytes went any other way is refused.

pub(crate) mod contact;
pub(crate) mod crowd;
pub(crate) mod encrypted;
pub(crate) mod fetch;
pub(crate) mod first_contact;
pub(crate) mod pipelined;
pub(crate) mod readers;
pub(crate) mod small;
pub(crate) mod wan;

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wharf::{Encrypt, Fabric, Options, StoreOptions, Ticket, Wait};

use super::idle::processor_time;
use crate::context::{Context, kib_of, make_directory};
use crate::error::{Doing, Error, Result, refused};
use crate::floors::{stream, tls};
use crate::peer::{Link, Peer};
use crate::roles::Role;

/// Who serves: Wharf, and the floor beside it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Origin {
    /// Its node.
    directory: PathBuf,
    /// A folder for the floor's pages.
    pages: PathBuf,
    /// Where to listen, with any port.
    address: SocketAddr,
    policy: Policy,
    /// How it waits.
    wait: Waits,
    /// How long the objects are, each.
    objects: Vec<u64>,
    /// How many bytes the floor has to give.
    floor: u64,
}

/// What it answers.
#[derive(Debug, Serialize, Deserialize)]
struct Served {
    tickets: Vec<Vec<u8>>,
    floor: SocketAddr,
}

/// The two ends of a measurement.
struct Ends {
    origin: Peer,
    tickets: Vec<Ticket>,
    floor: SocketAddr,
    reader: Fabric,
}

/// Whether both ends encrypt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Policy {
    Plain,
    Encrypted,
}

impl Policy {
    fn encrypt(self) -> Encrypt {
        match self {
            Policy::Plain => Encrypt::Never,
            Policy::Encrypted => Encrypt::Always,
        }
    }
}

/// What a process has taken so far.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Usage {
    /// Bytes of memory that are in use.
    resident: u64,
    processor: Duration,
    sockets: u64,
}

impl Usage {
    fn now() -> Result<Usage> {
        let status = "/proc/self/status";
        let text = fs::read_to_string(status).doing(|| format!("reading {status}"))?;
        let resident = kib_of(&text, "VmRSS:").unwrap_or(0) * 1024;
        let descriptors = fs::read_dir("/proc/self/fd").doing(|| "counting sockets".to_owned())?;
        let is_socket = |path: PathBuf| {
            fs::read_link(path).is_ok_and(|to| to.to_string_lossy().starts_with("socket:"))
        };
        let sockets = descriptors.flatten().filter(|entry| is_socket(entry.path())).count() as u64;
        Ok(Usage { resident, processor: processor_time(), sockets })
    }
}

impl Ends {
    /// The same for ends that sleep, whatever the network between them.
    fn over(
        context: &Context,
        name: &str,
        policy: Policy,
        objects: Vec<u64>,
        replicas: u64,
    ) -> Result<Self> {
        Self::new(context, name, policy == Policy::Encrypted, Waits::Asleep, objects, replicas)
    }

    /// What the process that serves has taken.
    fn origin_usage(&mut self) -> Result<Usage> {
        self.origin.tell(&())?;
        self.origin.hear()
    }

    /// As many connections as one fetch ever used at the same time.
    fn connections(&self) -> u64 {
        self.reader.remote_counters().connections
    }

    /// Between this process, which keeps so many bytes of copies, and another.
    fn new(
        context: &Context,
        name: &str,
        encrypted: bool,
        wait: Waits,
        objects: Vec<u64>,
        replicas: u64,
    ) -> Result<Self> {
        let policy = if encrypted { Policy::Encrypted } else { Policy::Plain };
        let floor = objects.iter().copied().max().unwrap_or_default();
        let origin = Origin {
            directory: context.path(&format!("{name}-origin")),
            pages: context.path(&format!("{name}-pages")),
            address: SocketAddr::new(context.address(), 0),
            policy,
            wait,
            objects,
            floor,
        };
        let mut peer = Peer::start(context, &Role::Origin(origin))?;
        let Served { tickets, floor } = peer.hear()?;
        let tickets = tickets.iter().map(|bytes| Ticket::from_bytes(bytes));
        let options = Options {
            directory: Some(context.subdirectory(&format!("{name}-reader"))?),
            replicas: Some(replicas),
            trust_replicas: Some(true),
            encrypt: Some(policy.encrypt()),
            wait: wait.setting(),
            ..Options::default()
        };
        Ok(Self {
            origin: peer,
            tickets: tickets.collect::<std::result::Result<_, _>>().map_err(refused("wharf"))?,
            floor,
            reader: Fabric::open(options).map_err(refused("wharf"))?,
        })
    }

    /// For two large objects that take turns, with room for one copy: each time the next is fetched.
    fn for_turns(context: &Context, name: &str, encrypted: bool, bytes: u64) -> Result<Self> {
        Self::new(context, name, encrypted, Waits::Asleep, vec![bytes; 2], bytes + bytes / 2)
    }

    /// An error unless at least so many bytes of objects came over the network: by the reader's counters, and where
    /// there is a link, by what the kernel counted there.
    fn check_bytes(&self, context: &Context, least: u64) -> Result<()> {
        let counters = self.reader.remote_counters();
        let carried = context.carried()?;
        let fits = counters.bytes_fetched >= least
            && counters.bytes_received >= counters.bytes_fetched
            && carried.is_none_or(|carried| carried >= counters.bytes_received);
        if fits {
            return Ok(());
        }
        let what = format!(
            "{least} bytes were to come over the network: {counters:?}, and by the link {carried:?}"
        );
        Err(Error::Subject { who: "wharf".to_owned(), what })
    }
}

/// How both ends wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum Waits {
    /// As Wharf does unless it is told how.
    AsUsual,
    Asleep,
    Spinning,
}

impl Waits {
    fn setting(self) -> Option<Wait> {
        match self {
            Waits::AsUsual => None,
            Waits::Asleep => Some(Wait::Block),
            Waits::Spinning => Some(Wait::Spin),
        }
    }
}

/// The process that serves.
pub(crate) fn serve(mut link: Link, origin: &Origin) -> Result<()> {
    make_directory(&origin.directory)?;
    make_directory(&origin.pages)?;
    let options = Options {
        directory: Some(origin.directory.clone()),
        listen: Some(vec![origin.address]),
        encrypt: Some(origin.policy.encrypt()),
        wait: origin.wait.setting(),
        ..Options::default()
    };
    let fabric = Fabric::open(options).map_err(refused("wharf"))?;
    let store = fabric.store("origin", StoreOptions::default()).map_err(refused("wharf"))?;
    let mut tickets = Vec::new();
    for bytes in &origin.objects {
        let mut block = store.alloc(*bytes as usize).map_err(refused("wharf"))?;
        block.fill(7);
        tickets.push(block.seal().map_err(refused("wharf"))?.to_bytes().to_vec());
    }
    let (pages, len) = (origin.pages.clone(), origin.floor as usize);
    let floor = match origin.policy {
        Policy::Encrypted => tls::serve(pages, len, origin.address)?,
        Policy::Plain => stream::serve(pages, len, origin.address, origin.wait == Waits::Spinning)?,
    };
    link.tell(&Served { tickets, floor })?;
    while link.hear_or_end::<()>()?.is_some() {
        link.tell(&Usage::now()?)?;
    }
    Ok(())
}
