//! Answering: a turn at a time, in the order of the requests, but for those that are held.

use std::time::Duration;

use wharf_shm::{ObjectKey, State};

use super::{Asked, Body, Held, Over, Session, Stage, Turn};
use crate::endpoint::common::Common;
use crate::endpoint::source::{self, Found, No, Source, Want};
use crate::transport::{self, AskId};
use crate::wire::{Refused, Reply, Request};

impl Session {
    /// Answers, and sends no more than this of large objects.
    pub(super) fn serve(&mut self, common: &mut Common, mut quantum: usize) -> Result<Turn, Over> {
        while !self.blocked {
            self.answer(common);
            let before = self.stream.queued();
            let Some(body) = &mut self.body else {
                self.blocked = !self.stream.flush()?;
                if self.stream.queued() < before {
                    self.moved = common.now;
                }
                quantum = quantum.saturating_sub(before);
                match (self.asks.is_empty(), quantum) {
                    (true, _) => break,
                    (false, 0) if !self.blocked => return Ok(Turn::More),
                    _ => continue,
                }
            };
            let most = body.left.min(quantum as u64) as usize;
            let piece = body.source.piece(body.at, most, &mut common.scratch);
            // The reader asks again, and is told.
            let piece = piece.map_err(|no| {
                tracing::debug!(code = no.code, text = no.text, "what is being sent is gone");
                Over::Refused(no.why())
            })?;
            let (wanted, taken) = (piece.len(), self.stream.send_payload(piece)?);
            body.at += taken as u64;
            body.left -= taken as u64;
            common.tally.send(self.account.as_deref(), taken);
            if taken > 0 || self.stream.queued() < before {
                self.moved = common.now;
            }
            if body.left == 0 {
                self.body = None;
                common.tally.serve();
            }
            self.blocked = taken < wanted;
            quantum -= taken;
            if quantum == 0 {
                return Ok(if self.blocked { Turn::Done } else { Turn::More });
            }
        }
        Ok(Turn::Done)
    }

    /// Answers what can be, until enough is queued to be worth a write.
    fn answer(&mut self, common: &mut Common) {
        while self.body.is_none()
            && self.stream.queued() < ENOUGH
            && let Some(asked) = self.asks.pop_front()
        {
            let id = asked.id;
            if let Err(no) = self.answer_one(asked, common) {
                self.refuse(id, no, common);
            }
        }
    }

    fn answer_one(&mut self, asked: Asked, common: &mut Common) -> Result<(), No> {
        #[cfg(test)]
        assert_ne!(asked.id, crate::endpoint::tests::PANICS, "it panics, as a test wants it");
        match asked.request {
            Request::Read { key, offset, len, claim, .. } => {
                let is_whole = offset == 0 && len == u64::MAX;
                let want = if is_whole && claim { Want::Whole } else { Want::Part };
                self.look_up(asked, key, want, common)
            }
            Request::Stat { key, .. } => self.look_up(asked, key, Want::State, common),
            Request::Confirm { read } => self.confirm(asked.id, read, common),
            Request::Tokens { count } => self.send_tokens(asked.id, count, common),
            // Taken when it was read.
            Request::Hello(_) => Ok(()),
        }
    }

    fn look_up(
        &mut self,
        asked: Asked,
        key: ObjectKey,
        want: Want,
        common: &mut Common,
    ) -> Result<(), No> {
        match common.sources.find(&key, want)? {
            Found::Bytes(source) => self.send(&asked, source, common),
            Found::State(source::State { total, once, note }) => {
                self.tell_state(asked.id, State::Sealed, total, once, &note);
                Ok(())
            }
            Found::Held(why) => self.hold(asked, key, why, common),
        }
    }

    fn send(&mut self, asked: &Asked, source: Source, common: &mut Common) -> Result<(), No> {
        let (id, Request::Read { offset, len, .. }) = (asked.id, &asked.request) else {
            return Ok(());
        };
        let (offset, total) = (*offset, source.len());
        let left = offset.saturating_add(*len).min(total).saturating_sub(offset);
        let claimed = self.note_claim(id, &source, common)?;
        let head = Reply::Data { total, offset, len: left, claimed, note: source.note() };
        if left > SMALL as u64 {
            head.encode(id, self.stream.queue());
            self.body = Some(Body { source, at: offset, left });
            return Ok(());
        }
        let at = offset.min(total);
        let bytes = source.piece(at, left as usize, &mut common.scratch)?;
        let queue = self.stream.queue();
        head.encode(id, queue);
        queue.extend_from_slice(bytes);
        common.tally.send(self.account.as_deref(), bytes.len());
        common.tally.serve();
        Ok(())
    }

    /// Keeps the claim that an answer comes with, if it does.
    fn note_claim(&mut self, id: AskId, source: &Source, common: &Common) -> Result<bool, No> {
        if !source.is_claim() {
            return Ok(false);
        }
        if self.claims.len() >= common.limits.asks.max(1) {
            let text = "confirm what has arrived before you read more objects that end once";
            return Err(No::because(Refused::BUSY, text));
        }
        if self.claims.iter().any(|(other, _)| *other == id) {
            let text = "an earlier request of this id is not confirmed";
            return Err(No::because(Refused::MALFORMED, text));
        }
        self.claims.push((id, source.clone()));
        Ok(true)
    }

    /// An object that ends once has arrived, says the reader: now it ends.
    fn confirm(&mut self, id: AskId, read: AskId, common: &mut Common) -> Result<(), No> {
        let Some(at) = self.claims.iter().position(|(claimed_by, _)| *claimed_by == read) else {
            return Err(No::because(Refused::MALFORMED, "there is nothing to confirm"));
        };
        let (_, claim) = self.claims.swap_remove(at);
        // All its bytes have been sent: requests are answered in their order.
        match claim.confirm() {
            Some(Ok(())) => Reply::Confirmed.encode(id, self.stream.queue()),
            Some(Err(error)) => return Err(error.into()),
            None => return Err(No::because(Refused::MALFORMED, "it is still being sent")),
        }
        self.moved = common.now;
        Ok(())
    }

    fn tell_state(&mut self, id: AskId, state: State, total: u64, once: bool, note: &[u8]) {
        Reply::State { state, total, once, note }.encode(id, self.stream.queue());
    }

    fn send_tokens(&mut self, id: AskId, count: u8, common: &mut Common) -> Result<(), No> {
        // Of a connection that is plain itself, others could use what they overhear.
        let (Stage::Open(peer), true) = (&self.stage, self.plain) else {
            let text = "tokens are given on encrypted connections, where plain ones are allowed";
            return Err(No::because(Refused::FORBIDDEN, text));
        };
        let tokens = common.issue(count.into(), *peer, self.from);
        Reply::Tokens(tokens).encode(id, self.stream.queue());
        Ok(())
    }

    pub(super) fn refuse(&mut self, id: AskId, no: No, common: &Common) {
        common.tally.refuse(no.why());
        let refused = Refused { code: no.code, text: &no.text };
        Reply::Refused(refused).encode(id, self.stream.queue());
    }

    /// Keeps a request until its object is settled, or its time is over.
    fn hold(
        &mut self,
        asked: Asked,
        key: ObjectKey,
        why: transport::Held,
        common: &mut Common,
    ) -> Result<(), No> {
        if asked.until <= common.now {
            self.give_up(&asked, common);
            return Ok(());
        }
        let held = common.held.wait(key, self.id).map_err(|error| {
            tracing::warn!(%error, "a pending object cannot be waited for");
            No::because(Refused::BUSY, "this endpoint cannot wait for pending objects now")
        })?;
        if held {
            // The reader is to know from the beginning that its time goes by waiting for the producer.
            self.held.push(Held { asked, key, why, tell: common.now });
        } else {
            self.asks.push_front(asked);
        }
        Ok(())
    }

    /// Tells that the object is still pending, in the words that were asked for.
    fn give_up(&mut self, asked: &Asked, common: &Common) {
        match asked.request {
            Request::Stat { .. } => self.tell_state(asked.id, State::Pending, 0, false, &[]),
            _ => self.refuse(asked.id, No::new(Refused::STILL_PENDING), common),
        }
    }

    /// Tells those whose time is over, and that the others are still held.
    pub(super) fn tell_held(&mut self, common: &mut Common) {
        let now = common.now;
        let over: Vec<_> = self.held.extract_if(.., |held| held.asked.until <= now).collect();
        for held in over {
            if !self.held.iter().any(|other| other.key == held.key) {
                common.held.forget(&held.key, self.id);
            }
            // It may have been settled in this moment.
            self.asks.push_back(held.asked);
        }
        // Where bytes are on their way, it is seen that the endpoint lives; and what is not taken must
        // not pile up.
        let is_quiet = self.body.is_none() && self.stream.queued() < ENOUGH;
        for held in self.held.iter_mut().filter(|held| held.tell <= now) {
            held.tell = now + TELL;
            if is_quiet {
                Reply::Held(held.why).encode(held.asked.id, self.stream.queue());
            }
        }
    }
}

/// Answers up to this size are copied, so that many leave in one write.
const SMALL: usize = 16 << 10;
/// So much is queued before it is written.
const ENOUGH: usize = 48 << 10;
/// How often a reader is told that its request is still held, after the first time.
const TELL: Duration = Duration::from_secs(1);
