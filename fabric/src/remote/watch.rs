//! Waiting for the first of many objects, some of them on other nodes.
//!
//! ```text
//! tickets, by node ──▶ one watch each: reads of no bytes, which the endpoints hold ──▶ whose is answered?
//! ```
//!
//! Whoever waits has them all step, each for a moment in turn: what the endpoints hold stays held
//! meanwhile, and nothing is asked twice.

use std::time::Duration;

use wharf_shm::{Deadline, NodeId};

use super::fetch::{Part, Place, Source, Wanted, Watch};
use super::place::Lent;
use super::{Call, time_of};
use crate::transport::Transport;
use crate::transport::tcp::Session;
use crate::{Error, Fabric, Result, Route, Ticket};

/// Tickets of other nodes, until the first of their objects is pending no more.
#[derive(Default)]
pub(crate) struct Watched<'a> {
    groups: Vec<Group<'a>>,
}

/// Those of one node.
struct Group<'a> {
    /// Whoever has the same is of this group.
    whom: (NodeId, Vec<Route>),
    calls: Vec<Call<'a>>,
    /// Where the caller has them.
    indices: Vec<usize>,
    /// Once it was begun.
    asking: Option<(Session, Watch)>,
}

impl<'a> Watched<'a> {
    /// One more, which is the caller's by this index. Asks for nothing yet.
    ///
    /// # Errors
    ///
    /// Why this ticket cannot be followed.
    pub(crate) fn add(
        &mut self,
        fabric: &'a Fabric,
        ticket: &'a Ticket,
        index: usize,
        deadline: Deadline,
    ) -> Result<()> {
        let call = Call::new(fabric, ticket, deadline)?;
        let whom = (ticket.node(), ticket.routes().collect());
        let at = match self.groups.iter().position(|group| group.whom == whom) {
            Some(at) => at,
            None => {
                let (calls, indices) = Default::default();
                self.groups.push(Group { whom, calls, indices, asking: None });
                self.groups.len() - 1
            }
        };
        self.groups[at].calls.push(call);
        self.groups[at].indices.push(index);
        Ok(())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// From how many nodes they are.
    pub(crate) fn nodes(&self) -> usize {
        self.groups.len()
    }

    /// Waits for so long at each node, or less: the index of an object that is pending no more, or that
    /// cannot be reached, which a resolve will tell.
    ///
    /// # Errors
    ///
    /// [`Error::Deadline`], [`Error::Claimed`] and [`Error::OutOfTime`] at the deadline; [`Error::WrongCapability`].
    pub(crate) fn step(&mut self, time: Duration) -> Result<Option<usize>> {
        for at in 0..self.groups.len() {
            if let Some(done) = self.groups[at].step(time)? {
                let group = self.groups.swap_remove(at);
                return group.outcome(done).map(Some);
            }
        }
        Ok(None)
    }
}

impl Fabric {
    /// Whether there is any way to an object of another node, or why not. Nobody is asked.
    pub(crate) fn has_way(&self, ticket: &Ticket) -> Result<()> {
        Call::new(self, ticket, Deadline::NOW).map(drop)
    }
}

impl Group<'_> {
    fn step(&mut self, time: Duration) -> Result<Option<usize>> {
        let (session, watch) = match &mut self.asking {
            Some(asking) => asking,
            none => none.insert(begin(&self.calls)?),
        };
        let mut lent: Vec<_> = self.calls.iter().map(|_| Lent { bytes: &mut [] }).collect();
        let mut places: Vec<&mut dyn Place> =
            lent.iter_mut().map(|place| place as &mut dyn Place).collect();
        let until = session.now() + time;
        Ok(watch.step(session, until, &mut places))
    }

    /// What it means to whoever waits.
    fn outcome(self, done: usize) -> Result<usize> {
        let Some((mut session, watch)) = self.asking else { return Err(Error::Evicted) };
        let outcome = watch.end(&mut session, done);
        match outcome.map_err(|failed| self.calls[done].error_of(failed)) {
            Err(
                error @ (Error::Deadline
                | Error::Claimed
                | Error::OutOfTime { .. }
                | Error::WrongCapability),
            ) => Err(error),
            _ => Ok(self.indices[done]),
        }
    }
}

/// Nothing is asked for yet.
fn begin(calls: &[Call<'_>]) -> Result<(Session, Watch)> {
    let Some(first) = calls.first() else { return Err(Error::Evicted) };
    let session = first.remote().session(first.fabric)?;
    let source =
        Source { deadline: time_of(session.now(), first.deadline), ..first.source.clone() };
    let wanted = |call: &Call<'_>| Wanted {
        key: call.ticket.key(),
        total: call.ticket.size(),
        part: Part::Ranges(Vec::new()),
        once: false,
    };
    let wanted: Vec<_> = calls.iter().map(wanted).collect();
    let watch = Watch::new(&source, &wanted, session.now());
    Ok((session, watch))
}
