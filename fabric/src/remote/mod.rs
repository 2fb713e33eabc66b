//! Resolving what lives on other nodes.
//!
//! ```text
//! resolve ──▶ replica here? ──── yes ──▶ does its object still stand? ──▶ View of the replica
//!               │ no                       (one small question, unless replicas are trusted)
//!               ▼
//!             a block, published as the replica while it is still pending
//!               ▼                          └─▶ whoever else wants the object waits for the block
//!             fetch, by the routes in turn ──▶ seal ──▶ View of the replica
//! ```
//!
//! # Invariants
//!
//! * One fetch per node: processes that want the same object wait for the first of them. If that
//!   one dies or fails, or has [stopped](pulse), the next fetches.
//! * Every call ends by its deadline.
//! * Objects of less than [`SMALL`] bytes, and those that end `once`, are this process's alone: a
//!   replica would cost more than a fetch, or would be a second delivery.
//! * A replica is evicted when its origin says that the object is gone, and when its process needs the
//!   room: the least recently used goes first. It ends with the process that fetched it.

mod attempts;
mod explain;
pub(crate) mod fetch;
mod lanes;
mod many;
mod parts;
mod place;
mod prompt;
mod prompts;
mod pulse;
mod replicas;
mod slab;
mod watch;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use wharf_shm::{Deadline, ObjectKey};

pub use attempts::{Attempt, Attempts};
pub use explain::{Cost, Explanation, Tier, Way};
pub(crate) use watch::Watched;

use self::fetch::{End, Failed, Fetched, Part, Place, Source, Wanted};
use self::lanes::Lanes;
use self::place::{Landed, Lent, State};
use self::pulse::{Alive, Heart, LOOK, Looks};
use self::replicas::{Hash, Replicas};
use crate::config::Settings;
use crate::network::{identity, secret};
use crate::transport::tcp::{Pool, Reading, Session};
use crate::transport::{Held, Peer, Refusal, Time, Transport};
use crate::{Error, Fabric, Result, Ticket, View};

/// What a process needs to reach other nodes. Takes nothing before it is first needed.
pub(crate) struct Remote {
    pool: OnceLock<Arc<Pool>>,
    replicas: Replicas,
    known: Lanes,
    /// Whether replicas are used without asking their origin.
    trust: bool,
    fetches: AtomicU64,
    bytes_fetched: AtomicU64,
    replica_hits: AtomicU64,
    lanes: AtomicU64,
}

/// What a process has fetched from other nodes, see [`Fabric::remote_counters`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoteCounters {
    /// Objects, and parts of objects.
    pub fetches: u64,
    /// Their bytes.
    pub bytes_fetched: u64,
    /// Bytes that were received over the network for them, with everything that goes around them; what
    /// is fetched at this moment is counted as it comes.
    pub bytes_received: u64,
    /// Of those, the ones that came encrypted: what went in the clear is the rest.
    pub bytes_encrypted: u64,
    /// Objects that this node had a copy of.
    pub replica_hits: u64,
    /// As many connections as one fetch ever used at the same time; small objects, of which each takes
    /// one, do not count.
    pub connections: u64,
}

impl Remote {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            pool: OnceLock::new(),
            replicas: Replicas::new(settings.replicas.value),
            known: Lanes::default(),
            trust: settings.trust_replicas.value,
            fetches: AtomicU64::new(0),
            bytes_fetched: AtomicU64::new(0),
            replica_hits: AtomicU64::new(0),
            lanes: AtomicU64::new(0),
        }
    }

    /// Counts what was fetched.
    fn count(&self, bytes: u64) {
        // Relaxed: counters that order nothing.
        self.fetches.fetch_add(1, Ordering::Relaxed);
        self.bytes_fetched.fetch_add(bytes, Ordering::Relaxed);
    }

    /// What was fetched so far, and what of it was used again.
    pub(crate) fn counters(&self) -> RemoteCounters {
        let [clear, encrypted] = self.pool.get().map_or([0; 2], |pool| pool.received());
        RemoteCounters {
            fetches: self.fetches.load(Ordering::Relaxed),
            bytes_fetched: self.bytes_fetched.load(Ordering::Relaxed),
            bytes_received: clear + encrypted,
            bytes_encrypted: encrypted,
            replica_hits: self.replica_hits.load(Ordering::Relaxed),
            connections: self.lanes.load(Ordering::Relaxed),
        }
    }

    fn session(&self, fabric: &Fabric) -> Result<Session> {
        let pool = match self.pool.get() {
            Some(pool) => pool,
            None => {
                let settings = fabric.settings_here();
                let pool = Pool::new(Reading {
                    node: fabric.membership.node.clone(),
                    identity: identity(&fabric.membership)?,
                    policy: settings.encrypt.value,
                    trusted: settings.trusted.value.clone(),
                    secret: secret(settings)?,
                });
                self.pool.get_or_init(|| pool)
            }
        };
        Ok(Session::new(pool, fabric.wait))
    }
}

impl Fabric {
    /// An object of another node.
    #[cold]
    pub(crate) fn resolve_remote(&self, ticket: &Ticket, deadline: Deadline) -> Result<View> {
        let call = Call::new(self, ticket, deadline)?;
        let small = ticket.size().filter(|size| *size < SMALL);
        if let Some(size) = small {
            return call.promptly(size).unwrap_or_else(|| call.fetch_private());
        }
        let hash = Hash::of(ticket.node(), &ticket.key());
        loop {
            if let Some(view) = call.replica(hash)? {
                return Ok(view);
            }
            match call.fetch_shared(hash)? {
                Some(view) => return Ok(view),
                // Somebody else was first.
                None => continue,
            }
        }
    }

    /// What was fetched from other nodes through this fabric and its clones so far.
    #[must_use]
    pub fn remote_counters(&self) -> RemoteCounters {
        self.network().remote.counters()
    }
}

/// One call for one object.
struct Call<'a> {
    fabric: &'a Fabric,
    ticket: &'a Ticket,
    deadline: Deadline,
    source: Source,
}

impl<'a> Call<'a> {
    fn new(fabric: &'a Fabric, ticket: &'a Ticket, deadline: Deadline) -> Result<Self> {
        fabric.check()?;
        let routes: Vec<_> = ticket.routes().collect();
        let Some(key) = ticket.public_key().filter(|_| !routes.is_empty()) else {
            return fabric.key_here(ticket).and(Err(Error::Evicted));
        };
        let peer = Peer { node: ticket.node(), key };
        let source = Source { peer, routes, deadline: Time(Duration::ZERO), lanes: 1 };
        Ok(Self { fabric, ticket, deadline, source })
    }

    fn remote(&self) -> &'a Remote {
        &self.fabric.network().remote
    }

    /// For this process alone.
    fn fetch_private(&self) -> Result<View> {
        let arena = self.remote().replicas.arena(self.fabric)?;
        let mut place = Landed::new(&arena, None, self.deadline);
        let fetched = self.fetch(Part::Whole, &mut place);
        self.landed(fetched, place)
    }

    /// For the node; `None` if another process is fetching it, or has.
    fn fetch_shared(&self, hash: Hash) -> Result<Option<View>> {
        let arena = self.remote().replicas.arena(self.fabric)?;
        let heart = Heart::default();
        let mut alive = Alive::new(self.remote().session(self.fabric)?, &heart);
        let mut place = Landed::new(&arena, Some((hash, &heart)), self.deadline);
        if let Some(size) = self.ticket.size() {
            // Others are to wait for this one from here on, and not from the first answer.
            let _ = place.begin(size, &self.ticket.form().write());
        }
        let fetched = match place.wants_bytes() {
            true => Some(self.fetch_by(&mut alive, Part::Whole, &mut place)),
            false => None,
        };
        match (place.finish(), fetched) {
            (State::Taken, _) => Ok(None),
            (State::NoRoom(error), _) => Err(self.no_room(error)),
            (State::Begun(block), Some(Ok(fetched))) => {
                self.remote().count(block.len() as u64);
                // Whoever takes what ends once has it for himself: nobody else may find it. And so has
                // he who was taken for stopped: another one fetches for the node.
                if fetched.once || block.is_withdrawn() {
                    return Ok(Some(View::new(block.into_view())));
                }
                match block.seal() {
                    Ok(sealed) => self.here(&sealed.key, Deadline::NOW).map(|view| {
                        view.touch();
                        Some(view)
                    }),
                    // It was withdrawn in this moment.
                    Err(wharf_shm::Error::Evicted) => Ok(None),
                    Err(error) => Err(error.into()),
                }
            }
            (state, outcome) => {
                if let State::Begun(block) = state {
                    // Those who wait for it try for themselves.
                    drop(block.into_view());
                }
                Err(outcome.and_then(Result::err).unwrap_or(Error::Evicted))
            }
        }
    }

    /// What the node has of the object already, if its origin says that it still stands.
    fn replica(&self, hash: Hash) -> Result<Option<View>> {
        let Some(key) = self.fabric.on_node(|node| node.replica(&hash.0))? else { return Ok(None) };
        let fresh = self.fabric.on_node(|node| Ok(node.awaited(&key)?.is_some())).unwrap_or(false);
        let view = match self.arrived(&key) {
            Ok(view) => view,
            Err(Error::Deadline) => return Err(self.out_of_time(Attempts::by_another())),
            // Its fetcher died, gave up or has stopped, or the room was needed for something else.
            Err(Error::Evicted | Error::Failed { .. } | Error::OwnerDied) => return Ok(None),
            Err(error) => return Err(error),
        };
        // What arrived while one waited for it is as new as what one had fetched oneself.
        if fresh || self.remote().trust {
            return Ok(Some(self.used(view)));
        }
        match self.fetch(Part::Ranges(Vec::new()), &mut Lent { bytes: &mut [] }) {
            Ok(_) => Ok(Some(self.used(view))),
            Err(Error::Evicted) => {
                // Somebody else may have been first.
                let _ = self.fabric.on_node(|node| node.evict(&key));
                Err(Error::Evicted)
            }
            Err(error) => Err(error),
        }
    }

    /// The replica, once its fetcher is done. If that one does not go on, it is withdrawn, and gone.
    fn arrived(&self, key: &ObjectKey) -> Result<View> {
        let mut looks = Looks::new(self.deadline.remaining());
        loop {
            let look = match self.deadline.remaining() {
                Some(left) if left <= LOOK => self.deadline,
                _ => Deadline::after(LOOK),
            };
            match self.here(key, look) {
                Err(Error::Deadline) if !self.deadline.has_passed() => {}
                outcome => return outcome,
            }
            let pulse = self.fabric.on_node(|node| node.pulse(key))?;
            if let Some(pulse) = looks.look(pulse) {
                let withdrawn = self.fabric.on_node(|node| node.withdraw(key, pulse));
                // Refused, it has gone on in this moment, or another waiter was first.
                tracing::info!(?withdrawn, "the process that fetches an object has stopped");
            }
        }
    }

    /// The same, if nobody has to be waited for.
    fn settled_replica(&self) -> Result<Option<View>> {
        let hash = Hash::of(self.ticket.node(), &self.ticket.key());
        let Some(key) = self.fabric.on_node(|node| node.replica(&hash.0))? else { return Ok(None) };
        match self.fabric.on_node(|node| node.awaited(&key)) {
            Ok(None) => self.replica(hash),
            _ => Ok(None),
        }
    }

    fn used(&self, view: View) -> View {
        view.touch();
        self.remote().replica_hits.fetch_add(1, Ordering::Relaxed);
        view
    }

    /// An object of this node.
    fn here(&self, key: &ObjectKey, deadline: Deadline) -> Result<View> {
        let wait = self.fabric.wait;
        Ok(View::new(self.fabric.on_node(|node| node.resolve(key, deadline, wait))?))
    }

    fn fetch(&self, part: Part, place: &mut dyn Place) -> Result<Fetched> {
        self.fetch_by(&mut self.remote().session(self.fabric)?, part, place)
    }

    fn fetch_by(
        &self,
        transport: &mut impl Transport,
        part: Part,
        place: &mut dyn Place,
    ) -> Result<Fetched> {
        let node = self.ticket.node();
        let deadline = time_of(transport.now(), self.deadline);
        let lanes = self.remote().known.to(node);
        let source = Source { deadline, lanes, ..self.source.clone() };
        let whole = part == Part::Whole;
        let (key, total) = (self.ticket.key(), self.ticket.size());
        let wanted = Wanted { key, total, part, once: whole };
        let fetched = fetch::fetch(transport, &source, &wanted, place);
        let fetched = fetched.map_err(|failed| self.error_of(failed))?;
        tracing::debug!(took = ?fetched.took, lanes = fetched.lanes, "fetched an object");
        // Relaxed: it orders nothing.
        self.remote().lanes.fetch_max(fetched.lanes as u64, Ordering::Relaxed);
        if fetched.lanes > 1 || fetched.worth != lanes {
            self.remote().known.learn(node, fetched.worth);
        }
        Ok(fetched)
    }

    fn error_of(&self, failed: Failed) -> Error {
        let attempts = Attempts::new(failed.tried);
        match failed.end {
            End::Deadline { held: Some(Held::Pending) } => Error::Deadline,
            End::Deadline { held: Some(Held::Claimed) } => Error::Claimed,
            End::Deadline { held: None } => self.out_of_time(attempts),
            End::Refused(refusal) => refusal.into(),
            End::Routes => Error::Unreachable { node: self.ticket.node(), attempts },
            End::NoRoom(reason) => Error::Refused { reason },
            End::Once => Error::OnlyWhole,
            End::Beyond { total } => Error::Beyond { total },
            end @ End::Another { .. } => Error::Refused { reason: end.to_string() },
            End::Unconfirmed => Error::Unconfirmed,
        }
    }

    fn no_room(&self, error: wharf_shm::Error) -> Error {
        match error {
            wharf_shm::Error::Deadline => self.out_of_time(Attempts::without_memory()),
            error => error.into(),
        }
    }

    fn out_of_time(&self, attempts: Attempts) -> Error {
        Error::OutOfTime { node: self.ticket.node(), attempts }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Evicted => Error::Evicted,
            Refusal::WrongCapability => Error::WrongCapability,
            Refusal::Failed(message) => Error::Failed { message },
            Refusal::OwnerDied => Error::OwnerDied,
            Refusal::StillPending => Error::Deadline,
            refusal => Error::Refused { reason: refusal.to_string() },
        }
    }
}

/// The deadline on a transport's clock, which says `now`.
fn time_of(now: Time, deadline: Deadline) -> Time {
    now + deadline.remaining().unwrap_or(FOREVER)
}

/// Objects of fewer bytes are fetched by each process for itself.
const SMALL: u64 = 16 << 10;
/// As good as never.
const FOREVER: Duration = Duration::from_secs(100 * 365 * 24 * 3600);
