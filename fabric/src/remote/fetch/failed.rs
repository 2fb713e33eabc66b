//! Why an object could not be had, and what was tried.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::ticket::Route;
use crate::transport::{Failure, Held, Refusal};

/// Why an object could not be had, with what was tried on each route.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    pub(crate) end: End,
    /// What went wrong on the way, in the order in which it did. Shared by the objects of one call.
    pub(crate) tried: Arc<[Tried]>,
    pub(crate) took: Duration,
}

/// What ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The time is over. If the ask was held to the end the peer lives, and the object was not to be had.
    Deadline { held: Option<Held> },
    /// None of the routes is any good.
    Routes,
    /// The peer's answer is final.
    Refused(Refusal),
    /// The place has no room for it, and says why.
    NoRoom(String),
    /// The peer says that it is so long, which is not what was said of it.
    Another { total: u64 },
    /// It ends `once`, and this call may not consume it.
    Once,
    /// A range that is wanted lies beyond its end.
    Beyond { total: u64 },
    /// It ends `once` and had arrived, but the peer was lost before it confirmed, and has it no more:
    /// it may have been consumed by this call, or by somebody else.
    Unconfirmed,
}

/// Something that went wrong on a route.
#[derive(Debug)]
pub(crate) struct Tried {
    pub(crate) route: Route,
    /// When it was begun, counted from the beginning of the call.
    pub(crate) at: Duration,
    pub(crate) took: Duration,
    /// Bytes that it had brought until then, which were kept.
    pub(crate) brought: u64,
    pub(crate) why: Why,
}

/// What went wrong.
#[derive(Debug)]
pub(crate) enum Why {
    /// The lane could not be opened, or was lost.
    Lost(Failure),
    /// The peer refused, for a reason that need not hold on another route.
    Refused(Refusal),
    /// Nothing, or too little, came for so long.
    Stalled(Duration),
    /// What the peer said contradicts itself, the ticket or the question.
    Contradiction(&'static str),
    /// The call ended before it came to anything.
    Unfinished,
}

impl std::error::Error for Failed {}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (after {:.1?})", self.end, self.took)?;
        self.tried.iter().try_for_each(|tried| write!(f, "; {tried}"))
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Deadline { held: Some(Held::Pending) } => {
                write!(f, "the object was still pending")
            }
            End::Deadline { held: Some(Held::Claimed) } => {
                write!(f, "the object was on its way to another reader")
            }
            End::Deadline { held: None } => write!(f, "the time was over"),
            End::Routes => write!(f, "no route leads to the object"),
            End::Refused(refusal) => write!(f, "{refusal}"),
            End::NoRoom(why) => write!(f, "there is no room for the object: {why}"),
            End::Another { total } => write!(
                f,
                "the object has {total} bytes, which is not what its ticket says: it was damaged, or is \
                 another's"
            ),
            End::Once => write!(f, "the object can be read once only, as a whole"),
            End::Beyond { total } => write!(f, "the object ends after {total} bytes"),
            End::Unconfirmed => write!(
                f,
                "the object is gone, and may have been consumed by this call: the connection broke \
                 before that was confirmed"
            ),
        }
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tried { route, at, took, brought, why } = self;
        write!(f, "{route}: {why}, {took:.1?} after it was tried at {at:.1?}")?;
        if *brought > 0 { write!(f, ", having brought {brought} bytes") } else { Ok(()) }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Lost(failure) => write!(f, "{failure}"),
            Why::Refused(refusal) => write!(f, "{refusal}"),
            Why::Stalled(time) => write!(f, "too little came for {time:.1?}"),
            Why::Contradiction(what) => write!(f, "its answer cannot be true: {what}"),
            Why::Unfinished => write!(f, "it was not done when the time was over"),
        }
    }
}
