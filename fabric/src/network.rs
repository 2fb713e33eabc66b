//! This process on the network: what it fetches from other nodes, and what it serves to them.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use wharf_shm::{Announcement, Arena, ArenaOptions, Extent};

use crate::config::Settings;
use crate::endpoint::{Endpoint, EndpointCounters, EndpointOptions, Limits, ListenError, Reader};
use crate::form::Told;
use crate::home::{self, Home};
use crate::membership::Membership;
use crate::remote::Remote;
use crate::security::{Identity, Secret};
use crate::waiting::Helpers;
use crate::{Error, Fabric, Result, Route, Ticket};

/// Both directions; neither takes anything before it is used.
pub(crate) struct Network {
    pub(crate) remote: Remote,
    /// For futures of what other nodes have.
    pub(crate) helpers: Arc<Helpers>,
    serving: Option<Serving>,
}

/// An endpoint that the node knows of. Fields are dropped in their order: what is announced is there.
struct Serving {
    _announcement: Announcement,
    _arena: Arena,
    /// The node as this endpoint's own tickets have it.
    home: Home,
    endpoint: Endpoint,
}

impl Network {
    /// Listens, if that is configured.
    pub(crate) fn open(membership: &Arc<Membership>, settings: &Settings) -> Result<Self> {
        let remote = Remote::new(settings);
        let serving = match settings.listen.value.is_empty() {
            true => None,
            false => Some(Serving::open(membership, settings)?),
        };
        Ok(Self { remote, helpers: Arc::default(), serving })
    }

    pub(crate) fn endpoint(&self) -> Option<&Endpoint> {
        self.serving.as_ref().map(|serving| &serving.endpoint)
    }
}

impl Fabric {
    /// Where this process serves its node's objects, best first: none unless it was told to
    /// [`listen`](crate::Options::listen). The tickets of what is put on the node have these too.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// let there = Some(private.path().join("there"));
    /// let listen = Some(vec!["127.0.0.1:0".parse()?]);
    /// let origin = Fabric::open(Options { directory: there, listen, ..Default::default() })?;
    /// let store = origin.store("fields", StoreOptions::default())?;
    /// let ticket = store.put(b"temperature")?;
    /// assert!(ticket.routes().eq(origin.routes().iter().copied()));
    ///
    /// // On another host, or with another directory:
    /// let here = Some(private.path().join("here"));
    /// let reader = Fabric::open(Options { directory: here, ..Default::default() })?;
    /// assert_eq!(&reader.resolve(&ticket, Duration::from_secs(5))?[..], b"temperature");
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        self.network().endpoint().map(Endpoint::routes).unwrap_or_default()
    }

    /// Where this node's objects are served now, by this process or another: the tickets of what is
    /// put on it have these routes.
    #[must_use]
    pub fn served_at(&self) -> Vec<Route> {
        self.home().routes().collect()
    }

    /// What this process has served so far; `None` if it does not listen.
    #[must_use]
    pub fn endpoint_counters(&self) -> Option<EndpointCounters> {
        self.network().endpoint().map(Endpoint::counters)
    }

    /// Who reads, or has read, from this process, the longest known first.
    #[must_use]
    pub fn readers(&self) -> Vec<Reader> {
        self.network().endpoint().map(Endpoint::readers).unwrap_or_default()
    }

    /// Shares a file from where it lies, for readers on other nodes, as long as this fabric is open:
    /// nothing is put into shared memory. It may not change meanwhile: readers are told if it does,
    /// and get no bytes of two states.
    ///
    /// # Errors
    ///
    /// [`Error::Listen`] if this process does not [`listen`](crate::Options::listen);
    /// [`Error::File`] if it is no regular file.
    pub fn share_file(&self, file: File) -> Result<Ticket> {
        let serving = self.network().serving.as_ref().ok_or(ListenError::NoAddress)?;
        let shared = serving.endpoint.share_file(file);
        let (key, len) = shared.map_err(|source| Error::File { source })?;
        let extent = Extent { segment: 0, offset: 0, len };
        // No other endpoint of the node has it.
        Ok(serving.home.ticket(key, Some(extent), Told::NOTHING))
    }
}

impl Serving {
    fn open(membership: &Arc<Membership>, settings: &Settings) -> Result<Self> {
        let identity = identity(membership)?;
        let key = identity.public_key();
        let options = EndpointOptions {
            addresses: settings.listen.value.clone(),
            identity,
            policy: settings.encrypt.value,
            trusted: settings.trusted.value.clone(),
            secret: secret(settings)?,
            limits: Limits::default(),
            wait: settings.wait.value,
        };
        let endpoint = Endpoint::listen(membership, options)?;
        let options = ArenaOptions { name: "endpoint".into(), ..ArenaOptions::default() };
        let arena = membership.with(|node| node.create_arena(&options))?;
        let announced = home::announcement(key, endpoint.routes());
        let announcement = arena.announce(&announced)?;
        let home = Home::at(membership.node.id(), announced.into());
        Ok(Self { _announcement: announcement, _arena: arena, home, endpoint })
    }
}

/// The fabric secret, if one is configured.
pub(crate) fn secret(settings: &Settings) -> Result<Option<Secret>> {
    let read = |path: &PathBuf| Secret::read(path);
    let secret = settings.secret.value.as_ref().map(read).transpose();
    secret.map_err(|source| Error::Secret { source: source.into() })
}

/// The node's key, which its processes share; made when the first of them needs it.
pub(crate) fn identity(membership: &Membership) -> Result<Identity> {
    let make = || Identity::generate().map_err(std::io::Error::other);
    // Not before it is used: the closure may be called more than once.
    let document = membership.with(|node| node.key(make))?;
    Identity::from_pkcs8(&document).map_err(|source| Error::NodeKey { source: source.into() })
}
