//! What is done about answers and bytes.

use std::time::Duration;

use super::super::lane::Doubt;
use super::super::object::{Objection, Said};
use super::super::{End, Fetched, Place, Why, spread};
use super::{Machine, Out};
use crate::transport::{Answer, Ask, AskId, Held, Lane, Refusal, Time, What};
use wharf_shm::State;

impl Machine {
    /// Whether an ask is on its way on this lane. If it is, the lane has been heard of.
    pub(super) fn knows(&mut self, lane: Lane, ask: AskId, now: Time) -> bool {
        let known = self.asks.get(&ask).is_some_and(|out| out.lane == lane);
        if known {
            self.heard(lane, now);
        }
        known
    }

    pub(super) fn answered(
        &mut self,
        lane: Lane,
        ask: AskId,
        answer: Answer,
        now: Time,
        places: &mut [&mut dyn Place],
    ) {
        let Some(out) = self.asks.get(&ask) else { return };
        let (object, what, piece) = (out.object, out.what, out.piece);
        self.time_answer(ask, now);
        match answer {
            Answer::Data { total, offset, len, claimed, note } => {
                self.relieve(lane);
                let said = Said { total, offset, len, claimed, note: &note };
                self.data(lane, ask, said, now, places);
            }
            Answer::State { state: State::Sealed, total, once: true, note }
                if matches!(what, What::Read { .. }) =>
            {
                self.relieve(lane);
                if self.objects[object].outcome.is_some() {
                    self.drop_ask(ask);
                } else if self.objects[object].wants_nothing() {
                    let offset = piece.from;
                    let said = Said { total, offset, len: 0, claimed: false, note: &note };
                    self.data(lane, ask, said, now, places);
                } else {
                    self.drop_ask(ask);
                    self.objects[object].give_back(piece, 0);
                    let objection = self.objects[object].ends_once(total).err();
                    self.object_to(objection, lane, object, now);
                    self.queue(object);
                }
            }
            Answer::Confirmed if matches!(what, What::Confirm { .. }) => {
                self.drop_ask(ask);
                self.succeed(object);
            }
            Answer::Refused(refusal) => self.refused(lane, ask, refusal, now),
            Answer::State { .. } | Answer::Confirmed => {
                let objection = Objection::Contradiction("it answers what was not asked");
                self.object_to(Some(objection), lane, object, now);
            }
        }
    }

    /// The answer that bytes follow.
    fn data(
        &mut self,
        lane: Lane,
        ask: AskId,
        said: Said<'_>,
        now: Time,
        places: &mut [&mut dyn Place],
    ) {
        let Some(out) = self.asks.get_mut(&ask) else { return };
        let object = &mut self.objects[out.object];
        if out.data.is_some() || matches!(out.what, What::Confirm { .. }) {
            let (object, twice) = (out.object, Objection::Contradiction("it answers twice"));
            return self.object_to(Some(twice), lane, object, now);
        }
        let over = object.outcome.is_some();
        let place = &mut *places[out.object];
        let verdict = if over { Ok(()) } else { object.answered(out.what, out.piece, said, place) };
        if !matches!(verdict, Err(Objection::Contradiction(_))) {
            // Even if the object is not wanted any more, its bytes follow.
            let len = said.len.min(out.piece.len);
            if let Some(lane) = self.lanes.get_mut(&lane) {
                lane.due = lane.due - out.due + len;
                lane.held -= usize::from(std::mem::take(&mut out.held));
            }
            (out.due, out.data) = (len, Some(len));
            out.piece.len = len;
        }
        let index = out.object;
        let empty = out.data == Some(0);
        self.object_to(verdict.err(), lane, index, now);
        self.queue(index);
        if empty {
            self.complete(ask, now);
        }
    }

    pub(super) fn arrived(
        &mut self,
        lane: Lane,
        ask: AskId,
        bytes: u64,
        now: Time,
        places: &mut [&mut dyn Place],
    ) {
        let rtt = self.rtt();
        let Some(out) = self.asks.get_mut(&ask) else { return };
        let object = out.object;
        if bytes <= out.landed || out.data.is_none_or(|len| bytes > len) {
            let objection = Objection::Contradiction("bytes come that were not announced");
            return self.object_to(Some(objection), lane, object, now);
        }
        let more = bytes - out.landed;
        out.landed = bytes;
        out.due -= more;
        let done = out.data == Some(bytes);
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.arrived(more, now, rtt);
        }
        self.stirred |= self.growth.next(rtt).is_none(); // a window begins
        self.growth.arrived(more, now);
        let wanted = &mut self.objects[object];
        if wanted.outcome.is_none() {
            wanted.arrived(more);
            places[object].arrived(wanted.here());
        }
        if done {
            self.complete(ask, now);
        }
    }

    /// An ask is answered to the end.
    fn complete(&mut self, ask: AskId, now: Time) {
        let Some(out) = self.drop_ask(ask) else { return };
        if let Some(lane) = self.lanes.get_mut(&out.lane) {
            lane.useful = true;
            self.stirred |= lane.retired;
        }
        let object = &mut self.objects[out.object];
        // Lanes that have nothing to do are seen to.
        self.stirred |= !object.splits() || object.is_whole() || self.ready.is_empty();
        if object.outcome.is_some() {
            return;
        }
        if object.is_claimed() {
            let what = What::Confirm { read: ask };
            self.ask(Out { what, since: now, due: 0, held: false, ..out }, now);
            return;
        }
        object.out -= 1;
        if object.is_whole() {
            self.succeed(out.object);
        } else {
            self.queue(out.object);
        }
    }

    fn succeed(&mut self, object: usize) {
        let once = self.objects[object].is_claimed();
        let (total, note) = self.objects[object].told();
        let fetched = Fetched { total, note, once, took: Duration::ZERO, lanes: 0, worth: 0 };
        self.finish(object, Ok(fetched));
    }

    /// Does what an objection to an answer asks for.
    fn object_to(&mut self, objection: Option<Objection>, lane: Lane, object: usize, now: Time) {
        self.stirred |= objection.is_some();
        match objection {
            None => {}
            Some(Objection::Over(end)) => self.finish(object, Err(end)),
            Some(Objection::Contradiction(what)) => {
                self.shun(lane, object, Why::Contradiction(what), now);
                self.close(lane);
            }
        }
    }

    /// A route is no good for an object.
    fn shun(&mut self, lane: Lane, object: usize, why: Why, now: Time) {
        if let Some(lane) = self.lanes.get(&lane) {
            self.shunning = true;
            self.objects[object].shunned.push(lane.way);
            self.routes.note(lane.way, lane.since, now, lane.brought, why);
        }
    }

    fn refused(&mut self, lane: Lane, ask: AskId, refusal: Refusal, now: Time) {
        let Some(out) = self.drop_ask(ask) else { return };
        let index = out.object;
        let object = &mut self.objects[index];
        if object.outcome.is_some() {
            return;
        }
        object.give_back(out.piece, out.landed);
        match refusal {
            Refusal::StillPending => {
                // What it waited for was said while it was held, if it was.
                object.held.get_or_insert(Held::Pending);
                if object.is_glance() {
                    return self.finish(index, Err(End::Deadline { held: Some(Held::Pending) }));
                }
                // An endpoint that would not hold it is not asked again and again.
                if now.since(out.since) < BUSY {
                    self.pause(lane, now);
                }
            }
            Refusal::Busy(_) => self.busy(lane, refusal, now),
            Refusal::Other(_) => self.shun(lane, index, Why::Refused(refusal), now),
            // To a claim that it knows it says for certain that it was not delivered.
            gone => {
                let confirms = matches!(out.what, What::Confirm { .. });
                let end = if confirms { End::Refused(gone) } else { object.gone(gone) };
                self.finish(index, Err(end));
            }
        }
        self.queue(index);
    }

    /// The endpoint is busy: it is asked again later, and elsewhere if it stays so.
    fn busy(&mut self, lane: Lane, refusal: Refusal, now: Time) {
        self.pause(lane, now);
        let Some(there) = self.lanes.get_mut(&lane) else { return };
        if there.busy.0 == PATIENCE && there.doubt.is_none() {
            there.doubt = Some(Doubt::Busy);
            self.routes.strike(there.way);
            self.routes.note(there.way, there.since, now, there.brought, Why::Refused(refusal));
        }
    }

    /// Asks for nothing on a lane for a while; for longer each time.
    fn pause(&mut self, lane: Lane, now: Time) {
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.useful = true;
            if lane.busy.1 <= now {
                let pause = BUSY * (1 << lane.busy.0.min(4));
                lane.busy = (lane.busy.0 + 1, now + spread(pause, now));
            }
        }
    }

    /// The endpoint of a lane is not busy any more.
    fn relieve(&mut self, lane: Lane) {
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.busy.0 = 0;
            lane.doubt = lane.doubt.filter(|doubt| *doubt != Doubt::Busy);
        }
    }

    /// An ask is held: its object is not to be had yet.
    pub(super) fn held(&mut self, lane: Lane, ask: AskId, why: Held) {
        let Some(out) = self.asks.get_mut(&ask) else { return };
        let object = out.object;
        self.objects[object].held = Some(why);
        let held = std::mem::replace(&mut out.held, true);
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.useful = true;
            lane.held += usize::from(!held);
            lane.due -= std::mem::take(&mut out.due);
        }
        if self.objects[object].is_glance() {
            self.finish(object, Err(End::Deadline { held: Some(why) }));
        }
    }

    fn time_answer(&mut self, ask: AskId, now: Time) {
        let Some(out) = self.asks.get(&ask).filter(|out| !out.held) else { return };
        let took = now.since(out.since);
        let (shortest, longest) = self.answer_times.unwrap_or((took, took));
        self.answer_times = Some((shortest.min(took), longest.max(took)));
    }

    /// Sends an ask on its way.
    pub(super) fn ask(&mut self, out: Out, now: Time) {
        self.last_ask += 1;
        let id = AskId(self.last_ask);
        let patience = self.patience(out.lane, now);
        let Some(lane) = self.lanes.get_mut(&out.lane) else { return };
        if lane.asks.is_empty() {
            lane.patience = patience;
            lane.judged = (now, lane.brought);
        }
        lane.asks.insert(id);
        lane.due += out.due;
        let key = self.objects[out.object].wanted.key;
        let hold = self.deadline.since(now);
        self.actions.push_back(super::Action::Ask(out.lane, Ask { id, key, what: out.what, hold }));
        self.asks.insert(id, out);
    }

    /// Forgets an ask.
    pub(super) fn drop_ask(&mut self, ask: AskId) -> Option<Out> {
        let out = self.asks.remove(&ask)?;
        if let Some(lane) = self.lanes.get_mut(&out.lane) {
            lane.asks.remove(&ask);
            lane.due -= out.due;
            lane.held -= usize::from(out.held);
        }
        Some(out)
    }
}

/// How long a busy endpoint is left alone; doubled each time.
const BUSY: Duration = Duration::from_millis(50);

/// So often in a row may an endpoint be busy before another route is tried.
const PATIENCE: u32 = 4;
