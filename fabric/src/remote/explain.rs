//! Which way a ticket would be resolved, and why not another.

use std::fmt;
use std::time::{Duration, Instant};

use wharf_shm::{Deadline, NodeId, State};

use super::fetch::Part;
use super::place::Lent;
use super::replicas::Hash;
use super::{Call, SMALL};
use crate::{Encryption, Error, Fabric, Result, Route, Size, Ticket};

/// The ways to an object, the best first, and which of them a resolve would take now.
///
/// ```
/// # use std::time::Duration;
/// # use wharf::{Fabric, Options, StoreOptions, Tier};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// # let store = fabric.store("fields", StoreOptions::default())?;
/// let ticket = store.put(b"temperature")?;
/// let explanation = fabric.explain(&ticket, Duration::from_secs(5))?;
/// assert_eq!(explanation.taken().map(|way| way.tier), Some(Tier::Shared));
/// println!("{explanation}");
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct Explanation {
    /// The node that the object was put on.
    pub object: NodeId,
    /// This process's node.
    pub here: NodeId,
    /// The object's length in bytes, if the ticket says it.
    pub size: Option<u64>,
    /// What was looked at.
    pub ways: Vec<Way>,
}

/// One way to an object.
#[derive(Debug)]
#[non_exhaustive]
pub struct Way {
    /// What moves the bytes.
    pub tier: Tier,
    /// How long it took to look.
    pub took: Duration,
    /// What it would cost, or why it cannot be gone.
    pub verdict: Result<Cost>,
}

/// What moves an object's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Tier {
    /// Nothing: they are mapped where they lie.
    Shared,
    /// Nothing: another node's object, of which this one has a copy, which is mapped.
    Replica,
    /// A connection by this route, once for all processes of this node.
    Route(Route),
}

/// What a way costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cost {
    /// Bytes of the object that are moved; `None` if nobody knows yet how many it has.
    pub bytes: Option<u64>,
    /// Questions to the object's node, each a round trip, before the first byte is there.
    pub questions: u32,
    /// Whether they would be encrypted, and why; `None` where no byte of the object crosses a network.
    pub encryption: Option<Encryption>,
}

impl Explanation {
    /// The way that a resolve would go.
    pub fn taken(&self) -> Option<&Way> {
        self.ways.iter().find(|way| way.verdict.is_ok())
    }
}

impl Fabric {
    /// Looks at every way to an object, and takes none: nothing is fetched, and an object that ends
    /// `once` is left.
    ///
    /// # Errors
    ///
    /// Only what keeps it from looking at all; what is wrong with a way is said there.
    pub fn explain(&self, ticket: &Ticket, deadline: impl Into<Deadline>) -> Result<Explanation> {
        let (object, here, size) = (ticket.node(), self.node(), ticket.size());
        let explanation = |ways| Explanation { object, here, size, ways };
        if !self.is_elsewhere(ticket) {
            let shared = timed(Tier::Shared, || {
                let stat = self.stat(ticket)?;
                let bytes = if stat.exposed { ticket.size() } else { Some(0) };
                settled(stat.state)?;
                // Whoever resolves it waits for what becomes of that.
                match stat.claimed {
                    true => Err(Error::Claimed),
                    false => Ok(Cost { bytes, questions: 0, encryption: None }),
                }
            });
            return Ok(explanation(vec![shared]));
        }
        self.check()?;
        let mut ways = vec![
            Way {
                tier: Tier::Shared,
                took: Duration::ZERO,
                verdict: Err(Error::OtherNode { object, here }),
            },
            timed(Tier::Replica, || self.has_replica(ticket)),
        ];
        let deadline = deadline.into();
        let until = Instant::now() + deadline.remaining().unwrap_or(PATIENCE).min(PATIENCE);
        let mut left = ticket.routes().count() as u32;
        for route in ticket.routes() {
            let share = until.saturating_duration_since(Instant::now()) / left.max(1);
            left -= 1;
            ways.push(timed(Tier::Route(route), || {
                let mut call = Call::new(self, ticket, Deadline::after(share))?;
                call.source.routes = vec![route];
                let mut nowhere = Lent { bytes: &mut [] };
                let bytes = match call.fetch(Part::Glance, &mut nowhere) {
                    Ok(found) => Some(found.total),
                    // It comes by this way once it is sealed.
                    Err(Error::Deadline) => ticket.size(),
                    Err(error) => return Err(error),
                };
                let remote = &self.network().remote;
                let pool = remote.pool.get();
                let encryption = pool.and_then(|pool| pool.encryption(&call.source.peer, &route));
                Ok(Cost { bytes, questions: 1, encryption })
            }));
        }
        Ok(explanation(ways))
    }

    fn has_replica(&self, ticket: &Ticket) -> Result<Cost> {
        let hash = Hash::of(ticket.node(), &ticket.key());
        let none = || Error::NoCopy { reason: "nobody has fetched it".into() };
        if ticket.size().is_some_and(|size| size < SMALL) {
            let reason = format!("objects of less than {} are not kept", Size(SMALL));
            return Err(Error::NoCopy { reason });
        }
        let key = self.on_node(|node| node.replica(&hash.0))?.ok_or_else(none)?;
        let stat = self.on_node(|node| node.stat(&key))?;
        settled(stat.state).map_err(|error| match error {
            Error::Deadline => {
                Error::NoCopy { reason: "a process of this node is fetching it".into() }
            }
            _ => none(),
        })?;
        let trusted = self.settings_here().trust_replicas.value;
        Ok(Cost { bytes: Some(0), questions: u32::from(!trusted), encryption: None })
    }
}

fn settled(state: State) -> Result<()> {
    match state {
        State::Sealed => Ok(()),
        State::Pending => Err(Error::Deadline),
        _ => Err(Error::Evicted),
    }
}

fn timed(tier: Tier, look: impl FnOnce() -> Result<Cost>) -> Way {
    let begun = Instant::now();
    let verdict = look();
    Way { tier, took: begun.elapsed(), verdict }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = self.taken().map(|way| way.tier);
        for way in &self.ways {
            let mark = if Some(way.tier) == taken { "taken" } else { "-" };
            match &way.verdict {
                Ok(cost) => {
                    writeln!(f, "{mark:6}{}: {cost} (looked in {:.1?})", way.tier, way.took)?
                }
                Err(Error::OtherNode { object, here }) => {
                    let (no, tier) = ("no", way.tier);
                    writeln!(
                        f,
                        "{no:6}{tier}: the object is on node {object}, and this is {here}"
                    )?;
                }
                // What was tried names the route.
                Err(Error::Unreachable { attempts, .. }) if attempts.iter().len() > 0 => {
                    writeln!(f, "{:6}{attempts}", "no")?;
                }
                Err(error) => writeln!(f, "{:6}{}: {error}", "no", way.tier)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Tier::Shared => f.write_str("shared memory"),
            Tier::Replica => f.write_str("this node's copy"),
            Tier::Route(route) => write!(f, "{route}"),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.bytes {
            Some(0) => f.write_str("nothing is copied")?,
            Some(bytes) => write!(f, "{} once for this node", Size(bytes))?,
            None => f.write_str("as many bytes as it will have")?,
        }
        match self.questions {
            0 => {}
            1 => f.write_str(", after 1 round trip")?,
            many => write!(f, ", after {many} round trips")?,
        }
        self.encryption.map_or(Ok(()), |encryption| write!(f, ", {encryption}"))
    }
}

/// How long all routes together may take to look at.
const PATIENCE: Duration = Duration::from_secs(10);
