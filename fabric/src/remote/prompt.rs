//! The shortest way to a small object: one request on a warm connection.
//!
//! Nothing is decided here. Whatever is not the usual, a connection that died, an answer that is late or
//! another than the bytes, is left to a [fetch](super::fetch), which begins anew.

use std::time::Duration;

use super::fetch::Place;
use super::place::Landed;
use super::{Call, time_of};
use crate::transport::tcp::Prompt;
use crate::transport::{Answer, Ask, AskId, Landing, What};
use crate::{Error, Result, View};

impl Call<'_> {
    /// The object, of which the ticket tells the size; `None` if it is to be fetched.
    pub(super) fn promptly(&self, size: u64) -> Option<Result<View>> {
        let remote = self.remote();
        let pool = remote.pool.get().filter(|_| size > 0)?;
        let arena = remote.replicas.arena(self.fabric).ok()?;
        let (peer, routes) = (&self.source.peer, &self.source.routes);
        let mut prompt = Prompt::take(pool, peer, routes, self.fabric.wait)?;
        let until = time_of(prompt.now(), self.deadline).min(prompt.now() + PATIENCE);
        let what = What::Read { offset: 0, len: u64::MAX };
        prompt.ask(&Ask { id: READ, key: self.ticket.key(), what, hold: Duration::ZERO })?;
        // While it is on its way.
        let form = self.ticket.form().write();
        let mut place = Landed::new(&arena, None, self.deadline);
        place.begin(size, &form).ok()?;
        let (total, len, claimed, note) = match prompt.answer(until)? {
            Answer::Data { total, len, claimed, note, .. } => (total, len, claimed, note),
            Answer::Refused(refusal) if refusal.is_final() => return Some(Err(refusal.into())),
            _ => return None,
        };
        if total != size || len != size {
            return None;
        }
        if differ(&note, &form) {
            place = Landed::new(&arena, None, self.deadline);
            place.begin(size, &note).ok()?;
        }
        prompt.arrive(len, until, &mut Whole(&mut place))?;
        if claimed && let Err(error) = self.confirm(&mut prompt) {
            return Some(Err(error));
        }
        drop(prompt);
        Some(self.taken(place))
    }

    /// The view of what has arrived.
    pub(super) fn taken(&self, place: Landed<'_>) -> Result<View> {
        self.landed(Ok(()), place)
    }

    /// The object ends `once`: it is this call's when its peer says so.
    fn confirm(&self, prompt: &mut Prompt) -> Result<()> {
        let what = What::Confirm { read: READ };
        let until = time_of(prompt.now(), self.deadline);
        let ask = Ask { id: CONFIRM, key: self.ticket.key(), what, hold: Duration::ZERO };
        match prompt.ask(&ask).and_then(|()| prompt.answer(until)) {
            Some(Answer::Confirmed) => Ok(()),
            Some(Answer::Refused(refusal)) => Err(refusal.into()),
            _ => Err(Error::Unconfirmed),
        }
    }
}

/// Whether an object is something else than its ticket tells. Mostly neither says anything, and to compare nothing
/// with nothing can take 100 ns: of what lies nowhere, some processors load no byte only with difficulty.
pub(super) fn differ(note: &[u8], form: &[u8]) -> bool {
    note.len() != form.len() || (!note.is_empty() && note != form)
}

/// All of an object's bytes, in their place.
struct Whole<'a, 'p>(&'a mut Landed<'p>);

impl Landing for Whole<'_, '_> {
    fn room(&mut self, _: AskId, at: u64, most: usize) -> &mut [u8] {
        let bytes = self.0.bytes();
        let from = bytes.len().min(at as usize);
        let to = bytes.len().min(from + most);
        &mut bytes[from..to]
    }
}

const READ: AskId = AskId(1);
const CONFIRM: AskId = AskId(2);
/// What is not answered by then may be had by another route.
pub(super) const PATIENCE: Duration = Duration::from_millis(250);
