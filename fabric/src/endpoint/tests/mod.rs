//! An endpoint, on real sockets: what readers get, and what hostile peers do not.

mod client;
mod evicted;
mod exposed;
mod files;
mod hostile;
mod lifecycle;
mod measure;
mod newer;
mod once;
mod pending;
mod serving;
mod siege;
mod turns;

use std::net::SocketAddr;
use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::{Fabric, Options, Store, StoreOptions};
use client::Client;

/// A node with a store and an endpoint on the loopback.
pub(super) struct World {
    pub(super) endpoint: Endpoint,
    pub(super) store: Store,
    pub(super) fabric: Fabric,
    pub(super) identity: Identity,
    _private: TempDir,
}

impl World {
    pub(super) fn new() -> Self {
        Self::with(|_| {})
    }

    pub(super) fn with(change: impl FnOnce(&mut EndpointOptions)) -> Self {
        Self::of(change, |membership, options| (Endpoint::listen(membership, options).unwrap(), ()))
            .0
    }

    /// One whose endpoint has no thread: the test does what it would do, round by round.
    pub(super) fn by_hand() -> (Self, Server) {
        Self::of(|_| {}, |membership, options| Endpoint::prepare(membership, options).unwrap())
    }

    fn of<T>(
        change: impl FnOnce(&mut EndpointOptions),
        listen: impl FnOnce(&Arc<Membership>, EndpointOptions) -> (Endpoint, T),
    ) -> (Self, T) {
        let private =
            tempfile::Builder::new().prefix("wharf-unit-").tempdir_in("/dev/shm").unwrap();
        let directory = Some(private.path().join("node"));
        let fabric = Fabric::open(Options { directory, ..Options::default() }).unwrap();
        let identity = identity();
        let mut options = EndpointOptions {
            addresses: vec!["127.0.0.1:0".parse().unwrap()],
            identity: identity.clone(),
            policy: Policy::Auto,
            trusted: Trusted::default(),
            secret: None,
            limits: Limits::default(),
            wait: Wait::Block,
        };
        change(&mut options);
        let (endpoint, server) = listen(&fabric.membership, options);
        let store = fabric.store("s", StoreOptions::default()).unwrap();
        (Self { endpoint, store, fabric, identity, _private: private }, server)
    }

    pub(super) fn limited(change: impl FnOnce(&mut Limits)) -> Self {
        Self::with(|options| change(&mut options.limits))
    }

    pub(super) fn address(&self) -> SocketAddr {
        let Route::Tcp(address) = self.endpoint.routes()[0];
        address
    }

    /// A reader with a key of its own, that was welcomed.
    pub(super) fn reader(&self) -> Client {
        Client::greeted(self, &identity())
    }

    /// A reader on a plain connection.
    pub(super) fn plain_reader(&self) -> Client {
        let token = self.reader().tokens.pop().expect("no token");
        Client::plain(self.address(), token)
    }

    /// An object of these bytes.
    pub(super) fn put(&self, bytes: &[u8]) -> ObjectKey {
        self.store.put(bytes).unwrap().key()
    }

    /// Fails unless it comes true.
    #[track_caller]
    pub(super) fn soon(&self, what: &str, holds: impl Fn(&EndpointCounters) -> bool) {
        let end = Instant::now() + LONG;
        while !holds(&self.endpoint.counters()) {
            assert!(Instant::now() < end, "{what}: {:?}", self.endpoint.counters());
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

pub(super) fn identity() -> Identity {
    Identity::from_pkcs8(&Identity::generate().unwrap()).unwrap()
}

/// Bytes that differ from place to place, and from object to object.
pub(super) fn pattern(seed: u64, len: usize) -> Vec<u8> {
    (0..len as u64)
        .map(|at| ((at ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8)
        .collect()
}

/// Such bytes, there as long as the tests: to be exposed. Somebody knows them all, so that they are not
/// taken for leaks.
pub(super) fn lasting(seed: u64, len: usize) -> &'static [u8] {
    static ALL: std::sync::Mutex<Vec<&[u8]>> = std::sync::Mutex::new(Vec::new());
    let bytes: &'static [u8] = pattern(seed, len).leak();
    ALL.lock().unwrap().push(bytes);
    bytes
}

/// A request of this id makes its connection panic.
pub(super) const PANICS: crate::transport::AskId = crate::transport::AskId(u64::MAX - 7);

/// How long a test waits for what must come.
pub(super) const LONG: Duration = Duration::from_secs(60);
