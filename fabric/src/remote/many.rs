//! Resolving many objects by one deadline.
//!
//! Small objects of the same node are asked for one right after the other, on one connection: the
//! round trips of all of them take as long as that of one. Large ones fill a connection by
//! themselves, and are fetched in turn.

use wharf_shm::{Deadline, NodeId};

use super::fetch::{self, Fetched, Part, Place, Source, Wanted};
use super::place::{Landed, State};
use super::{Call, SMALL, time_of};
use crate::transport::Transport;
use crate::{Error, Fabric, Result, Ticket, View};

impl Fabric {
    /// The outcome of each of these tickets, in their order.
    pub(crate) fn resolve_each(
        &self,
        tickets: &[&Ticket],
        deadline: Deadline,
    ) -> Vec<Result<View>> {
        let mut outcomes: Vec<Option<Result<View>>> = tickets.iter().map(|_| None).collect();
        let small = |ticket: &Ticket| ticket.size().is_some_and(|size| size < SMALL);
        let is_one_of_many = |ticket: &Ticket| self.is_elsewhere(ticket) && small(ticket);
        let mut many: Vec<usize> =
            (0..tickets.len()).filter(|at| is_one_of_many(tickets[*at])).collect();
        many.sort_by_key(|at| whom(tickets[*at]));
        for group in many.chunk_by(|a, b| whom(tickets[*a]) == whom(tickets[*b])) {
            let wanted: Vec<&Ticket> = group.iter().map(|at| tickets[*at]).collect();
            for (at, outcome) in group.iter().zip(self.fetch_group(&wanted, deadline)) {
                outcomes[*at] = Some(outcome);
            }
        }
        let others = tickets.iter().zip(outcomes);
        others
            .map(|(ticket, known)| known.unwrap_or_else(|| self.resolve(ticket, deadline)))
            .collect()
    }

    /// Small objects of one node, to be asked for at the same routes.
    fn fetch_group(&self, tickets: &[&Ticket], deadline: Deadline) -> Vec<Result<View>> {
        match self.try_fetch_group(tickets, deadline) {
            Ok(outcomes) => outcomes,
            // Nothing could be asked: each says why.
            Err(_) => tickets.iter().map(|ticket| self.resolve(ticket, deadline)).collect(),
        }
    }

    fn try_fetch_group(
        &self,
        tickets: &[&Ticket],
        deadline: Deadline,
    ) -> Result<Vec<Result<View>>> {
        let calls: Vec<Call<'_>> = tickets
            .iter()
            .map(|ticket| Call::new(self, ticket, deadline))
            .collect::<Result<_>>()?;
        let Some(first) = calls.first() else { return Ok(Vec::new()) };
        let remote = first.remote();
        let arena = remote.replicas.arena(self)?;
        let mut session = remote.session(self)?;
        let source = Source { deadline: time_of(session.now(), deadline), ..first.source.clone() };
        let wanted: Vec<_> = tickets
            .iter()
            .map(|ticket| Wanted {
                key: ticket.key(),
                total: ticket.size(),
                part: Part::Whole,
                once: true,
            })
            .collect();
        let mut landed: Vec<_> = tickets.iter().map(|_| Landed::new(&arena, None)).collect();
        let mut places: Vec<&mut dyn Place> =
            landed.iter_mut().map(|place| place as &mut dyn Place).collect();
        let fetched = fetch::fetch_many(&mut session, &source, &wanted, &mut places);
        Ok(calls
            .iter()
            .zip(fetched.into_iter().zip(landed))
            .map(|(call, (fetched, landed))| {
                call.landed(fetched.map_err(|failed| call.error_of(failed)), landed)
            })
            .collect())
    }
}

impl Call<'_> {
    /// The view of an object for this process alone.
    pub(super) fn landed(&self, fetched: Result<Fetched>, landed: Landed<'_>) -> Result<View> {
        match landed.finish() {
            State::Begun(block) => fetched.map(|_| {
                self.remote().count(block.len() as u64);
                View::new(block.into_view())
            }),
            State::NoRoom(error) => Err(error.into()),
            State::Waiting | State::Taken => Err(fetched.err().unwrap_or(Error::Evicted)),
        }
    }
}

/// Tickets with the same can be asked for together.
fn whom(ticket: &Ticket) -> (NodeId, Vec<crate::Route>) {
    (ticket.node(), ticket.routes().collect())
}
