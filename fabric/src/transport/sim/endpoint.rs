//! What the endpoints of a simulated network do with asks, and what goes wrong with them.

use std::time::Duration;

use wharf_shm::{ObjectKey, State};

use super::Fault;
use super::faults::Kind;
use super::world::{Fate, Happening, Parcel, Sending, World};
use crate::transport::conformance::Body;
use crate::transport::{Answer, Ask, AskId, FailureKind, Held, Refusal, What};

impl World {
    /// An ask has come.
    pub(super) fn asked(&mut self, name: u64, ask: Ask) {
        let Some(conn) = self.conns.get_mut(&name) else { return };
        let stale = std::mem::take(&mut conn.stale);
        if conn.ended {
            return;
        }
        if conn.silent {
            if stale {
                self.faults.count(Fault::StaleAndSilent);
            }
            return;
        }
        let way = &self.ways[conn.way];
        let latency = way.link.latency;
        if !way.alive || conn.life != way.life {
            if stale {
                self.faults.count(Fault::Stale);
            }
            return self.lose(name, FailureKind::Broken, latency);
        }
        let until = self.now + ask.hold;
        if way.stopped {
            conn.held.insert(ask.id, (ask, until));
            return;
        }
        let troubled = self.trouble(name).is_some_and(|kind| self.troubled(name, ask, kind));
        if !troubled {
            self.serve(name, ask);
        }
    }

    /// Whether the trouble that a connection has keeps an ask from being served.
    fn troubled(&mut self, name: u64, ask: Ask, kind: Kind) -> bool {
        let Some(conn) = self.conns.get_mut(&name) else { return true };
        let latency = self.ways[conn.way].link.latency;
        let read = matches!(ask.what, What::Read { .. });
        match kind {
            Kind::Break { early } => {
                self.faults.count(if early { Fault::BrokenEarly } else { Fault::Broken });
                self.lose(name, FailureKind::Broken, latency);
            }
            Kind::Stall { lasting: None } => {
                self.faults.count(Fault::Stalled);
                conn.silent = true;
            }
            Kind::Stall { lasting: Some(time) } => {
                self.faults.count(Fault::Paused);
                conn.trouble = None;
                self.at(self.now + time, Happening::Asked(name, ask));
            }
            Kind::Busy { times } if times > 0 && read => {
                self.faults.count(Fault::Busy);
                if let Some(trouble) = &mut conn.trouble {
                    trouble.kind = Kind::Busy { times: times - 1 };
                }
                self.reply(name, ask.id, Answer::Refused(Refusal::Busy("so it is".into())));
            }
            Kind::Grumble if read => {
                self.faults.count(Fault::Grumbled);
                self.reply(name, ask.id, Answer::Refused(Refusal::Other("not today".into())));
            }
            Kind::Lie(which) if read => {
                let Some(answer) = self.lie(ask, which) else { return false };
                self.faults.count(Fault::Lied);
                self.reply(name, ask.id, answer);
            }
            _ => return false,
        }
        true
    }

    /// An answer to a read that cannot be true.
    fn lie(&self, ask: Ask, which: u8) -> Option<Answer> {
        let What::Read { offset, len } = ask.what else { return None };
        let object = self.objects.get(&ask.key.slot)?;
        let Fate::Sealed(body) = object.fate else { return None };
        let there = body.len.saturating_sub(offset).min(len);
        let data = |offset, len, claimed| {
            let note = Box::from([body.seed as u8]);
            Answer::Data { total: body.len, offset, len, claimed, note }
        };
        match which {
            0 => Some(data(offset + 1, there, false)),
            1 => Some(data(offset, there + 1, false)),
            2 => Some(Answer::Confirmed),
            _ if object.once => None,
            // A reader that asks for all of an object lets it be claimed: it cannot be told apart.
            _ => (len != u64::MAX).then(|| data(offset, there, true)),
        }
    }

    /// Answers an ask, or holds it.
    fn serve(&mut self, name: u64, ask: Ask) {
        let Some(object) = self.objects.get_mut(&ask.key.slot).filter(|it| it.key == ask.key)
        else {
            return self.reply(name, ask.id, Answer::Refused(Refusal::WrongCapability));
        };
        if let What::Confirm { read } = ask.what {
            return self.confirm(name, ask, read);
        }
        let read = match ask.what {
            What::Read { offset, len } => Some((offset, len)),
            What::Stat | What::Confirm { .. } => None,
        };
        let answer = match (object.fate.clone(), read) {
            (Fate::Pending, None) if ask.hold.is_zero() => state(State::Pending, 0, object.once, 0),
            (Fate::Pending, _) => return self.keep(name, ask),
            (Fate::Failed(why), _) => Answer::Refused(Refusal::Failed(why)),
            (Fate::Evicted, _) => Answer::Refused(Refusal::Evicted),
            (Fate::Sealed(_), Some(WHOLE)) if object.claim.is_some() => {
                return self.keep(name, ask);
            }
            (Fate::Sealed(body), Some(WHOLE)) if object.once => {
                object.claim = Some((name, ask.id));
                return self.send(name, ask.id, body, 0, u64::MAX, true);
            }
            (Fate::Sealed(body), Some((offset, len))) if !object.once => {
                return self.send(name, ask.id, body, offset, len, false);
            }
            (Fate::Sealed(body), _) => state(State::Sealed, body.len, object.once, body.seed as u8),
        };
        self.reply(name, ask.id, answer);
    }

    fn confirm(&mut self, name: u64, ask: Ask, read: AskId) {
        let Some(object) = self.objects.get_mut(&ask.key.slot) else { return };
        if object.claim != Some((name, read)) {
            let refusal = Refusal::Other("nothing is claimed".into());
            return self.reply(name, ask.id, Answer::Refused(refusal));
        }
        (object.claim, object.fate, object.consumed) = (None, Fate::Evicted, true);
        self.serve_held(&ask.key);
        let Some(conn) = self.conns.get(&name) else { return };
        let way = &self.ways[conn.way];
        let (latency, often) = (way.link.latency, way.profile.trouble / 4.0);
        if self.rng.chance(often) {
            self.faults.count(Fault::Unconfirmed);
            return self.lose(name, FailureKind::Broken, latency);
        }
        self.reply(name, ask.id, Answer::Confirmed);
    }

    /// Holds an ask for as long as it may be.
    fn keep(&mut self, name: u64, ask: Ask) {
        let Some(conn) = self.conns.get_mut(&name) else { return };
        let until = self.now + ask.hold;
        conn.held.insert(ask.id, (ask, until));
        self.at(until.min(self.now + SIGN), Happening::Hold(name, ask.id));
    }

    /// Looks after an ask that is held.
    pub(super) fn hold(&mut self, name: u64, id: AskId) {
        let Some(conn) = self.conns.get_mut(&name) else { return };
        let Some(&(ask, until)) = conn.held.get(&id) else { return };
        let way = &self.ways[conn.way];
        if conn.silent || conn.ended || !way.alive || way.stopped {
            return;
        }
        let latency = way.link.latency;
        let whole = ask.what == What::Read { offset: 0, len: u64::MAX };
        let object = self.objects.get(&ask.key.slot).filter(|object| object.key == ask.key);
        let why = object.and_then(|object| match object.fate {
            Fate::Pending => Some(Held::Pending),
            _ => (whole && object.claim.is_some()).then_some(Held::Claimed),
        });
        let Some(why) = why else {
            conn.held.remove(&id);
            return self.serve(name, ask);
        };
        if self.now >= until {
            conn.held.remove(&id);
            return self.reply(name, id, Answer::Refused(Refusal::StillPending));
        }
        if conn.sending.is_empty() {
            self.come(name, self.now + latency, Parcel::Held(id, why));
        }
        self.at(until.min(self.now + SIGN), Happening::Hold(name, id));
    }

    /// An object is pending no more, or is there no more.
    pub(super) fn end_pending(&mut self, key: &ObjectKey, fate: Fate) {
        if let Some(object) = self.objects.get_mut(&key.slot) {
            object.fate = fate;
        }
        self.serve_held(key);
    }

    /// Answers those who wait for an object, if they need to no more.
    pub(super) fn serve_held(&mut self, key: &ObjectKey) {
        let held = self.conns.iter().flat_map(|(name, conn)| {
            let of_it = conn.held.values().filter(|(ask, _)| ask.key == *key);
            of_it.map(|(ask, _)| (*name, ask.id))
        });
        let held: Vec<_> = held.collect();
        held.into_iter().for_each(|(name, ask)| self.hold(name, ask));
    }

    fn reply(&mut self, name: u64, ask: AskId, answer: Answer) {
        let body = Body { seed: 0, len: 0 };
        self.push(name, Sending { ask, body, answer: Some(answer), at: 0, left: 0 });
    }

    fn send(&mut self, name: u64, ask: AskId, body: Body, at: u64, len: u64, claimed: bool) {
        let left = body.len.saturating_sub(at).min(len);
        let note = Box::from([body.seed as u8]);
        let answer = Answer::Data { total: body.len, offset: at, len: left, claimed, note };
        self.push(name, Sending { ask, body, answer: Some(answer), at, left });
    }

    fn push(&mut self, name: u64, sending: Sending) {
        if let Some(conn) = self.conns.get_mut(&name) {
            conn.sending.push_back(sending);
            self.start(name);
        }
    }

    /// Sends, if it is not being done.
    pub(super) fn start(&mut self, name: u64) {
        if let Some(conn) = self.conns.get(&name)
            && !conn.pumped
        {
            self.pump_at(name, self.now);
        }
    }

    fn pump_at(&mut self, name: u64, at: crate::transport::Time) {
        if let Some(conn) = self.conns.get_mut(&name) {
            conn.pumped = true;
            self.at(at, Happening::Pump(name));
        }
    }

    /// Sends what may be sent of a connection now.
    pub(super) fn pump(&mut self, name: u64) {
        let trouble = self.trouble(name);
        let now = self.now;
        let Some(conn) = self.conns.get_mut(&name) else { return };
        conn.pumped = false;
        let way = &mut self.ways[conn.way];
        let latency = way.link.latency;
        if conn.silent || conn.ended || !way.alive || way.stopped || conn.sending.is_empty() {
            return;
        }
        let mut chunk = ((way.link.lane / 200.0) as u64).clamp(1460, CHUNK);
        let mut pause = Duration::ZERO;
        match trouble {
            Some(Kind::Break { early }) => {
                self.faults.count(if early { Fault::BrokenEarly } else { Fault::Broken });
                return self.lose(name, FailureKind::Broken, latency);
            }
            Some(Kind::Stall { lasting }) => {
                let Some(time) = lasting else {
                    self.faults.count(Fault::Stalled);
                    conn.silent = true;
                    return;
                };
                self.faults.count(Fault::Paused);
                conn.trouble = None;
                return self.pump_at(name, now + time);
            }
            Some(Kind::Dribble) => {
                self.faults.count(Fault::Dribbled);
                (chunk, pause) = (3, Duration::from_millis(150));
            }
            _ => {}
        }
        let Some(front) = conn.sending.front_mut() else { return };
        if let Some(answer) = front.answer.take() {
            let ask = front.ask;
            if front.left == 0 {
                conn.sending.pop_front();
            }
            self.come(name, now + latency, Parcel::Answer(ask, answer));
            return self.pump_at(name, now);
        }
        if let Some(trouble) = conn.trouble.filter(|trouble| trouble.after > conn.sent) {
            chunk = chunk.min(trouble.after - conn.sent);
        }
        let len = chunk.min(front.left);
        match way.link.send(now, &mut conn.window, &mut self.rng, len) {
            Err(later) => self.pump_at(name, later),
            Ok((next, arrives)) => {
                let parcel = Parcel::Bytes { ask: front.ask, body: front.body, at: front.at, len };
                (front.at, front.left) = (front.at + len, front.left - len);
                if front.left == 0 {
                    conn.sending.pop_front();
                }
                conn.sent += len;
                self.carried += len;
                self.come(name, arrives, parcel);
                self.pump_at(name, next + pause);
            }
        }
    }
}

fn state(state: State, total: u64, once: bool, note: u8) -> Answer {
    Answer::State { state, total, once, note: Box::from([note]) }
}

/// A read of all of an object.
const WHOLE: (u64, u64) = (0, u64::MAX);

/// How often an endpoint says that it holds an ask.
const SIGN: Duration = Duration::from_secs(1);

/// So many bytes are sent at once at most.
const CHUNK: u64 = 64 << 10;
