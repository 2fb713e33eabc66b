//! Moving bytes from an endpoint, whatever carries them.
//!
//! ```text
//!  remote::fetch (pure)            a Transport                      an endpoint
//!  ────────────────────            ───────────                      ───────────
//!  open a lane      ─────────────► connect, prove keys ───────────► accept
//!                   ◄─ Opened ────
//!  ask for a range  ─────────────► one request         ───────────► find and pin the object
//!                   ◄─ Answer ────  how large it is    ◄───────────
//!                   ◄─ Arrived ───  bytes, where `Landing` says ◄──
//!                   ◄─ Lost ──────  it died: ask elsewhere for what is missing
//! ```
//!
//! A [`Transport`] is driven by one caller, who says until when to wait and where bytes land. It has
//! a clock of its own, so that the logic above it runs on the simulated one in virtual time.
//!
//! # Invariants
//!
//! * Whatever was opened is reported as [`Event::Opened`] or [`Event::Lost`], whatever was asked as
//!   an [`Event::Answer`] or by the loss of its lane; nothing is reported of a lane after its loss or
//!   after it was closed.
//! * [`Transport::next`] returns by the time that it was given, whatever the peer does.
//! * The bytes of an answer land in order, right after its [`Answer::Data`], portion by portion:
//!   room, and then [`Event::Arrived`] with how much of it was filled, unless the lane is lost. An
//!   answer of no bytes is whole at once. A lane's answers come in the order in which they are
//!   ready, not of the asks.

#[cfg(test)]
pub(crate) mod conformance;
#[cfg(test)]
pub(crate) mod sim;
pub(crate) mod tcp;

use std::error::Error as StdError;
use std::fmt;
use std::ops::Add;
use std::time::Duration;

use wharf_shm::{NodeId, ObjectKey, State};

use crate::security::PublicKey;
use crate::ticket::Route;

/// A moment on a transport's clock: so long after some beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Time(pub(crate) Duration);

impl Time {
    /// How much later it is than another moment; nothing if it is earlier.
    pub(crate) fn since(self, earlier: Time) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for Time {
    type Output = Time;

    fn add(self, later: Duration) -> Time {
        Time(self.0.saturating_add(later))
    }
}

/// Moves bytes from endpoints, for one caller at a time.
pub(crate) trait Transport {
    /// What time it is.
    fn now(&self) -> Time;

    /// Begins to open a lane: the answer is [`Event::Opened`] or, no later than `by`,
    /// [`Event::Lost`]. The caller chooses the lane's name, which names nothing else that is open.
    fn open(&mut self, lane: Lane, to: &Peer, route: &Route, purpose: Purpose, by: Time);

    /// Asks for something on a lane that is open. Many asks may be on their way at once.
    fn ask(&mut self, lane: Lane, ask: Ask);

    /// Is done with a lane. One with nothing on its way, and nothing claimed that is not confirmed, may
    /// be kept warm for a later call. When one
    /// that was kept proves to be dead, by its loss or by being closed with something on its way,
    /// the peer's others that were kept until then are dropped too: they are likely to share its fate.
    fn close(&mut self, lane: Lane);

    /// Waits until something happens, but no longer than `until`; `None` then.
    fn next(&mut self, until: Time, landing: &mut dyn Landing) -> Option<Event>;
}

/// Where the bytes of answers go.
pub(crate) trait Landing {
    /// Room for bytes of the object that `ask` reads, from the object's byte `at` on: as many as
    /// `most`, or fewer, but some. Empty if they are wanted no more: the lane is lost then.
    fn room(&mut self, ask: AskId, at: u64, most: usize) -> &mut [u8];
}

/// The name of a connection that is in use, chosen by the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Lane(pub(crate) u32);

/// The name of a request, chosen by the caller, below `u64::MAX`; no other on any of its lanes has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AskId(pub(crate) u64);

/// Whom to reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Peer {
    /// The node that the object lives on.
    pub(crate) node: NodeId,
    /// What the endpoint must prove to hold the secret half of.
    pub(crate) key: PublicKey,
}

/// What a lane is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// One answer, as soon as possible.
    Prompt,
    /// Many bytes, as fast as possible.
    Bulk,
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) id: AskId,
    pub(crate) key: ObjectKey,
    pub(crate) what: What,
    /// How long the endpoint may keep it if the object is pending.
    pub(crate) hold: Duration,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Bytes of the object; `len` of `u64::MAX` is to its end. A range beyond the end gives what there
    /// is. An object that ends `once` is claimed by a read of all of it, from 0 to `u64::MAX`; any
    /// other read of it is answered by its state.
    Read { offset: u64, len: u64 },
    /// What state it is in.
    #[cfg_attr(not(test), allow(dead_code, reason = "a read of no bytes asks as much, and waits"))]
    Stat,
    /// An object that ends `once`, of which an earlier answer said that it was claimed, has arrived whole.
    Confirm {
        /// The ask that read it, on the same lane.
        read: AskId,
    },
}

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Event {
    /// A lane can be used; `warm` if it, or the right to open it, was kept from an earlier call,
    /// and so may prove to be dead.
    Opened { lane: Lane, warm: bool },
    /// What is lost on the way makes lanes no slower, as one of them was told: a few do.
    Steady,
    /// An ask is answered. After [`Answer::Data`], its bytes land.
    Answer { lane: Lane, ask: AskId, answer: Answer },
    /// So many bytes of an answer have landed, those before them too.
    Arrived { lane: Lane, ask: AskId, bytes: u64 },
    /// An ask is still held, for its object is not to be had yet: its endpoint lives.
    Held { lane: Lane, ask: AskId, why: Held },
    /// A lane could not be opened, or broke, with everything that was on its way.
    Lost { lane: Lane, failure: Failure },
}

/// Why an ask is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// Its object is pending.
    Pending,
    /// Its object ends `once`, and is on its way to another reader.
    Claimed,
}

/// What an endpoint says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The bytes that were asked for, as far as they exist: `len` of them will land from `offset` on.
    Data {
        /// The object's length.
        total: u64,
        offset: u64,
        len: u64,
        /// The object ends `once`, and is this lane's until it is confirmed, or the lane is lost.
        claimed: bool,
        /// What the object is, as [`wharf_shm::View::note`] gives it.
        note: Box<[u8]>,
    },
    /// The state that was asked for.
    State { state: State, total: u64, once: bool, note: Box<[u8]> },
    /// The claim is confirmed.
    Confirmed,
    /// There is nothing to be had, and why.
    Refused(Refusal),
}

/// Why an endpoint gives nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Evicted,
    WrongCapability,
    /// The producer failed it, with these words.
    Failed(String),
    OwnerDied,
    /// It was still pending when the time to hold the ask was over.
    StillPending,
    /// A limit of the endpoint's is in the way; try again, or elsewhere.
    Busy(String),
    /// A file that is shared in place was changed since.
    Changed(String),
    /// Something else, in the endpoint's words.
    Other(String),
}

impl Refusal {
    /// Whether it says the same whenever and wherever it is asked.
    pub(crate) fn is_final(&self) -> bool {
        matches!(
            self,
            Refusal::Evicted | Refusal::WrongCapability | Refusal::Failed(_) | Refusal::OwnerDied
        )
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Evicted => f.write_str("it was evicted"),
            Refusal::WrongCapability => f.write_str("the ticket gives no right to read it"),
            Refusal::Failed(message) => write!(f, "its producer failed it: {message}"),
            Refusal::OwnerDied => f.write_str("its producer died before it was sealed"),
            Refusal::StillPending => f.write_str("it is still pending"),
            Refusal::Busy(what) => write!(f, "the endpoint has too much to do: {what}"),
            Refusal::Changed(what) => write!(f, "the file was changed: {what}"),
            Refusal::Other(what) => f.write_str(what),
        }
    }
}

/// Why a lane was lost.
#[derive(Debug, thiserror::Error)]
#[error("{what}{}", .source.as_ref().map(|source| format!(": {source}")).unwrap_or_default())]
pub(crate) struct Failure {
    pub(crate) kind: FailureKind,
    /// What was being done.
    pub(crate) what: &'static str,
    pub(crate) source: Option<Box<dyn StdError + Send + Sync>>,
}

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FailureKind {
    /// Nobody answers there.
    Unreachable,
    /// Nobody can be asked at this moment, which is likely to pass.
    Passing,
    /// Whoever answers is not the one, or wants no connection such as this.
    Refused,
    /// It was there, and broke.
    Broken,
    /// It did not answer by the time it should have.
    TimedOut,
}
