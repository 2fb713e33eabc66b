//! The shortest way to many small objects: requests one right after the other on one warm connection.
//!
//! ```text
//! reader ── READ READ READ … ──►  up to 64 on their way, in runs of 32: few calls to the kernel
//!        ◄── DATA DATA DATA … ──  each into a block that was taken while they were on their way
//! ```
//!
//! As with [one](super::prompt), nothing is decided here: what is not the usual is left to a
//! [fetch](super::fetch).

use std::ops::Range;
use std::time::Duration;

use super::fetch::Place;
use super::place::Landed;
use super::prompt::{PATIENCE, differ};
use super::{Call, time_of};
use crate::form::Told;
use crate::transport::tcp::{Came, Prompt};
use crate::transport::{Answer, Ask, AskId, Landing, What};
use crate::{Error, Result, Ticket, View};

impl Call<'_> {
    /// Small objects, of which the tickets tell the sizes, and which can be asked for where this call's
    /// can. Those that have no outcome then are to be fetched.
    pub(super) fn promptly_each(&self, tickets: &[&Ticket], outcomes: &mut [Option<Result<View>>]) {
        let Ok(arena) = self.remote().replicas.arena(self.fabric) else { return };
        let spot = |ticket| Spot {
            ticket,
            form: Told::NOTHING,
            place: Landed::new(&arena, None, self.deadline),
            claim: Claim::None,
        };
        let mut spots: Vec<Spot<'_>> = tickets.iter().map(|ticket| spot(*ticket)).collect();
        // What ended it early is found out about by fetching the others.
        let _ = self.ask_each(&mut spots, outcomes);
        for (spot, outcome) in spots.iter().zip(outcomes) {
            if spot.claim == Claim::Confirming && outcome.is_none() {
                *outcome = Some(Err(Error::Unconfirmed));
            }
        }
    }

    fn ask_each(
        &self,
        spots: &mut [Spot<'_>],
        outcomes: &mut [Option<Result<View>>],
    ) -> Option<()> {
        let pool = self.remote().pool.get()?;
        let (peer, routes) = (&self.source.peer, &self.source.routes);
        let mut prompt = Prompt::take(pool, peer, routes, self.fabric.wait)?;
        let end = time_of(prompt.now(), self.deadline);
        let (mut asked, mut done) = (0, 0);
        while done < spots.len() {
            if asked < spots.len() && asked - done <= MOST / 2 {
                let next = asked..spots.len().min(done + MOST);
                asked = next.end;
                read(&mut prompt, spots, next)?;
                prompt.expect(asked - done);
            }
            let until = end.min(prompt.now() + PATIENCE);
            let (at, next) = match prompt.next(until, &mut Spots(spots))? {
                Came::Answer(id, answer) => {
                    (index(id), spots.get_mut(index(id))?.answered(answer)?)
                }
                Came::Arrived(id, bytes) => {
                    let at = index(id);
                    (at, spots.get_mut(at)?.arrived(at, bytes, &mut prompt)?)
                }
                Came::Held(..) => return None,
                Came::Welcome(_) | Came::Tokens(_) | Came::Ignored => continue,
            };
            done += usize::from(!matches!(next, Next::More));
            match next {
                Next::More | Next::Left => {}
                Next::There => outcomes[at] = Some(spots[at].view(self)),
                Next::Refused(error) => outcomes[at] = Some(Err(error)),
            }
        }
        Some(())
    }
}

/// Asks for some of them, and makes room for them meanwhile.
fn read(prompt: &mut Prompt, spots: &mut [Spot<'_>], which: Range<usize>) -> Option<()> {
    let what = What::Read { offset: 0, len: u64::MAX };
    for at in which.clone() {
        let key = spots[at].ticket.key();
        prompt.queue(&Ask { id: id(at, READ), key, what, hold: Duration::ZERO })?;
    }
    prompt.flush()?;
    spots[which].iter_mut().try_for_each(|spot| {
        spot.form = spot.ticket.form().write();
        spot.place.begin(spot.ticket.size()?, &spot.form).ok()
    })
}

/// One of the objects.
struct Spot<'a> {
    ticket: &'a Ticket,
    /// What the ticket tells of the object: mostly what its endpoint will say.
    form: Told,
    place: Landed<'a>,
    claim: Claim,
}

/// What is to be done for an object.
enum Next {
    /// More of it is to come.
    More,
    /// It has arrived.
    There,
    Refused(Error),
    /// It is to be fetched: it is pending, or its endpoint busy.
    Left,
}

/// How far the claim to an object that ends `once` has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Claim {
    None,
    Told,
    Confirming,
}

impl Spot<'_> {
    /// `None` if the answer is none to what was asked.
    fn answered(&mut self, answer: Answer) -> Option<Next> {
        match answer {
            Answer::Data { total, len, claimed, note, .. } => {
                if Some(total) != self.ticket.size() || len != total || len == 0 {
                    return None;
                }
                if differ(&note, &self.form) {
                    self.place = self.place.again();
                    self.place.begin(total, &note).ok()?;
                }
                self.claim = if claimed { Claim::Told } else { Claim::None };
                Some(Next::More)
            }
            Answer::Confirmed if self.claim == Claim::Confirming => Some(Next::There),
            Answer::Refused(refusal) if refusal.is_final() => Some(Next::Refused(refusal.into())),
            Answer::Refused(_) if self.claim == Claim::None => Some(Next::Left),
            _ => None,
        }
    }

    /// So many of its bytes have.
    fn arrived(&mut self, at: usize, bytes: u64, prompt: &mut Prompt) -> Option<Next> {
        if Some(bytes) < self.ticket.size() {
            return Some(Next::More);
        }
        if self.claim == Claim::None {
            return Some(Next::There);
        }
        self.claim = Claim::Confirming;
        let (key, what) = (self.ticket.key(), What::Confirm { read: id(at, READ) });
        prompt.queue(&Ask { id: id(at, CONFIRM), key, what, hold: Duration::ZERO })?;
        Some(Next::More)
    }

    fn view(&mut self, call: &Call<'_>) -> Result<View> {
        let fresh = self.place.again();
        call.taken(std::mem::replace(&mut self.place, fresh))
    }
}

/// Where each lands.
struct Spots<'s, 'a>(&'s mut [Spot<'a>]);

impl Landing for Spots<'_, '_> {
    fn room(&mut self, ask: AskId, from: u64, most: usize) -> &mut [u8] {
        let Some(spot) = self.0.get_mut(index(ask)) else { return &mut [] };
        let bytes = spot.place.bytes();
        let from = bytes.len().min(from as usize);
        let to = bytes.len().min(from + most);
        &mut bytes[from..to]
    }
}

/// Two names for each.
fn id(at: usize, which: u64) -> AskId {
    AskId(2 * at as u64 + which)
}

fn index(id: AskId) -> usize {
    (id.0 / 2) as usize
}

const READ: u64 = 0;
const CONFIRM: u64 = 1;

/// On their way at once; an endpoint takes on 256.
const MOST: usize = 64;
