//! Resolving many objects by one deadline.
//!
//! Small objects of the same node are asked for one right after the other, on one connection: the
//! round trips of all of them take as long as that of one. Large ones fill a connection by
//! themselves, and are fetched in turn.

use wharf_shm::Deadline;

use super::fetch::{self, Part, Place, Source, Wanted};
use super::place::{Landed, State};
use super::{Call, SMALL, time_of};
use crate::ticket::Section;
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
        many.sort_by_key(|at| tickets[*at].node());
        for group in many.chunk_by(|a, b| are_together(tickets[*a], tickets[*b])) {
            let wanted: Vec<&Ticket> = group.iter().map(|at| tickets[*at]).collect();
            for (at, outcome) in group.iter().zip(self.fetch_group(&wanted, deadline)) {
                outcomes[*at] = outcome;
            }
        }
        let others = tickets.iter().zip(outcomes);
        others
            .map(|(ticket, known)| known.unwrap_or_else(|| self.resolve(ticket, deadline)))
            .collect()
    }

    /// Small objects of one node, to be asked for at the same routes. Where nothing can be asked, each
    /// is left to say why.
    fn fetch_group(&self, tickets: &[&Ticket], deadline: Deadline) -> Vec<Option<Result<View>>> {
        let mut outcomes: Vec<_> = tickets.iter().map(|_| None).collect();
        let call = tickets.first().map(|ticket| Call::new(self, ticket, deadline));
        let Some(Ok(call)) = call else { return outcomes };
        call.promptly_each(tickets, &mut outcomes);
        let left: Vec<usize> = (0..tickets.len()).filter(|at| outcomes[*at].is_none()).collect();
        let wanted: Vec<&Ticket> = left.iter().map(|at| tickets[*at]).collect();
        for (at, outcome) in left.into_iter().zip(call.fetch_each(&wanted).unwrap_or_default()) {
            outcomes[at] = Some(outcome);
        }
        outcomes
    }
}

impl Call<'_> {
    /// Small objects that can be asked for where this call's can.
    fn fetch_each(&self, tickets: &[&Ticket]) -> Result<Vec<Result<View>>> {
        if tickets.is_empty() {
            return Ok(Vec::new());
        }
        let remote = self.remote();
        let arena = remote.replicas.arena(self.fabric)?;
        let mut session = remote.session(self.fabric)?;
        let source =
            Source { deadline: time_of(session.now(), self.deadline), ..self.source.clone() };
        let wanted: Vec<_> = tickets
            .iter()
            .map(|ticket| Wanted {
                key: ticket.key(),
                total: ticket.size(),
                part: Part::Whole,
                once: true,
            })
            .collect();
        let mut landed: Vec<_> =
            tickets.iter().map(|_| Landed::new(&arena, None, self.deadline)).collect();
        let mut places: Vec<&mut dyn Place> =
            landed.iter_mut().map(|place| place as &mut dyn Place).collect();
        let fetched = fetch::fetch_many(&mut session, &source, &wanted, &mut places);
        let fetched = fetched.into_iter().map(|it| it.map_err(|failed| self.error_of(failed)));
        Ok(fetched.zip(landed).map(|(fetched, landed)| self.landed(fetched, landed)).collect())
    }

    /// The view of an object for this process alone.
    pub(super) fn landed<T>(&self, fetched: Result<T>, landed: Landed<'_>) -> Result<View> {
        match landed.finish() {
            State::Begun(block) => fetched.map(|_| {
                self.remote().count(block.len() as u64);
                View::new(block.into_view())
            }),
            State::NoRoom(error) => Err(self.no_room(error)),
            State::Waiting | State::Taken => Err(fetched.err().unwrap_or(Error::Evicted)),
        }
    }
}

/// Whether both can be asked for at the same routes.
fn are_together(a: &Ticket, b: &Ticket) -> bool {
    let whom =
        |section: &Section<'_>| [Section::PUBLIC_KEY, Section::ROUTE].contains(&section.kind);
    a.node() == b.node() && a.sections().filter(whom).eq(b.sections().filter(whom))
}
