//! What answers for the node's objects over the network.
//!
//! ```text
//! reader ── TLS, or plain by a token ──► port ─► Server ─► Session ─► Source: memory, or a file
//!                                                  │ one thread, `wharf-serve`
//! ```
//!
//! A reader can read, ask what state an object is in, and confirm that one which ends `once` has
//! arrived. There is nothing else: evicting, failing and renewing are the node's own.
//!
//! # Invariants
//!
//! * Bytes are given for the object's capability alone, and looked up by the rules of the node.
//! * What is being sent is pinned, and copied into the socket: it is right, whatever is evicted
//!   meanwhile. Nothing else is pinned.
//! * Nobody makes the endpoint hold more than its [`Limits`] say, nor keeps it from serving others.
//! * The thread sleeps as long as nothing happens, gets no signals, and is gone after
//!   [`close`](Endpoint::close).

mod common;
mod counters;
mod file;
mod held;
mod limits;
mod listen;
mod pacing;
mod poll;
mod server;
mod session;
mod source;
#[cfg(test)]
mod tests;
mod timers;
mod tokens;

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Instant;

use wharf_shm::{ArenaId, Capability, ObjectKey, Wait, spawn_unsignalled};

use crate::membership::Membership;
use crate::security::{Identity, Policy, Secret, Token, Trusted};
use crate::ticket::Route;
use common::Common;
use counters::Tally;
pub use counters::{EndpointCounters, Reader, Visits};
use file::SharedFile;
use held::Held;
pub(crate) use limits::Limits;
pub use listen::ListenError;
use listen::Listener;
use server::{Control, Server};
use source::{Files, SCRATCH, Sources};
use timers::Timers;
use tokens::Tokens;

/// How to listen.
pub(crate) struct EndpointOptions {
    /// Where; port 0 is any that is free.
    pub(crate) addresses: Vec<SocketAddr>,
    pub(crate) identity: Identity,
    pub(crate) policy: Policy,
    pub(crate) trusted: Trusted,
    pub(crate) secret: Option<Secret>,
    pub(crate) limits: Limits,
    /// Whether the thread looks for more before it sleeps, after an answer.
    pub(crate) wait: Wait,
}

/// A node's, or a process's, presence on the network. Dropped, it is closed.
pub(crate) struct Endpoint {
    membership: Arc<Membership>,
    routes: Vec<Route>,
    control: Arc<Control>,
    tally: Arc<Tally>,
    files: Arc<Files>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Endpoint {
    /// Begins to answer for everything on the node.
    ///
    /// # Errors
    ///
    /// What is in the way of listening, and what to do about it.
    pub(crate) fn listen(
        membership: &Arc<Membership>,
        options: EndpointOptions,
    ) -> Result<Self, ListenError> {
        let (endpoint, server) = Self::prepare(membership, options)?;
        let thread = spawn_unsignalled("wharf-serve", move || server.run());
        endpoint.thread().replace(thread.map_err(system("start a thread"))?);
        Ok(endpoint)
    }

    /// An endpoint, and what its thread is to run.
    fn prepare(
        membership: &Arc<Membership>,
        options: EndpointOptions,
    ) -> Result<(Self, Server), ListenError> {
        if options.addresses.is_empty() {
            return Err(ListenError::NoAddress);
        }
        let listeners = options.addresses.iter().map(|address| Listener::bind(*address));
        let listeners = listeners.collect::<Result<Vec<_>, _>>()?;
        let routes = listen::routes(&listeners);
        let control = Control::new().map_err(system("wait"))?;
        let (tally, files) = (Arc::<Tally>::default(), Arc::<Files>::default());
        let tls = options.identity.server();
        let wait = options.wait;
        let common = Common {
            node: membership.node.id(),
            endpoint: random().map_err(system("find a name"))?.id,
            policy: options.policy,
            trusted: options.trusted,
            secret: options.secret,
            tokens: Tokens::new(options.limits.tokens, options.limits.tokens_per_peer),
            limits: options.limits,
            tally: tally.clone(),
            sources: Sources::new(membership.clone(), files.clone()),
            held: Held::new(membership.clone(), control.bell.clone()),
            timers: Timers::default(),
            scratch: vec![0; SCRATCH].into(),
            now: Instant::now(),
        };
        let server = Server::new(common, listeners, tls, control.clone(), wait)
            .map_err(system("wait for connections"))?;
        let membership = membership.clone();
        let thread = Mutex::new(None);
        Ok((Self { membership, routes, control, tally, files, thread }, server))
    }

    /// Where it can be reached.
    pub(crate) fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// What it has done so far.
    pub(crate) fn counters(&self) -> EndpointCounters {
        self.tally.read()
    }

    /// Who reads, or has read; the longest known first.
    pub(crate) fn readers(&self) -> Vec<Reader> {
        self.tally.list()
    }

    /// Shares a file from where it is, as long as this endpoint is there and the file is not changed.
    /// Who has the key may read it; the second value is its length.
    ///
    /// # Errors
    ///
    /// If it is no regular file.
    pub(crate) fn share_file(&self, file: File) -> io::Result<(ObjectKey, u64)> {
        let file = SharedFile::open(file)?;
        let len = file.len();
        let Token { id, answer } = random()?;
        let key = ObjectKey {
            arena: ArenaId::from_bytes(id),
            // No arena has such a slot.
            slot: 0,
            generation: 1,
            capability: Capability::from_bytes(answer),
        };
        let mut files = self.files.write().unwrap_or_else(|poison| poison.into_inner());
        files.insert(key.arena, (key, Arc::new(file)));
        Ok((key, len))
    }

    /// Ends every connection, and the thread. Does nothing the second time, or in a forked child.
    pub(crate) fn close(&self) {
        let Some(thread) = self.thread().take() else { return };
        if self.membership.node.check().is_err() {
            // There is no such thread here, and the connections are the parent's.
            return std::mem::forget(thread);
        }
        self.control.close();
        if thread.join().is_err() {
            tracing::error!("an endpoint's thread had panicked");
        }
    }

    fn thread(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.thread.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.close();
    }
}

/// Thirty-two random bytes.
fn random() -> io::Result<Token> {
    Token::random().ok_or_else(|| io::Error::other("the kernel gives no random bytes"))
}

fn system(what: &'static str) -> impl Fn(io::Error) -> ListenError {
    move |source| ListenError::System { what, source }
}
