//! The logic of fetching: events and the time go in, actions come out. It never waits, and sees no
//! connection.
//!
//! ```text
//!            ┌────────── events ─── handle ──┐           ┌─ open a lane
//!  Transport ┤                               ├─► Machine ─┼─ ask on a lane     ─► Transport
//!            └─ the time ────────── wake ────┘           └─ close a lane
//!
//!   Objects: what is missing        Lanes: what is on its way      Routes: where to go next
//! ```
//!
//! # Invariants
//!
//! * Every byte that is missing is either to be asked for (in its [`Object`]) or on its way on one
//!   lane (in `asks`): it is asked for again only after that lane was lost or closed.
//! * A lane in doubt keeps what was asked of it until another is there to take it over.

mod answers;
mod lanes;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::growth::{Growth, Seen};
use super::lane::InUse;
use super::object::{Object, Piece};
use super::routes::Routes;
use super::{End, Failed, Fetched, Place, Source, Wanted, Why};
use crate::ticket::Route;
use crate::transport::{Answer, Ask, AskId, Event, Lane, Purpose, Time, What};

/// What is to be done with a transport.
#[derive(Debug)]
pub(super) enum Action {
    Open { lane: Lane, route: Route, purpose: Purpose, by: Time },
    Ask(Lane, Ask),
    Close(Lane),
}

/// Everything that is known during one call.
#[derive(Debug)]
pub(super) struct Machine {
    begun: Time,
    deadline: Time,
    objects: Vec<Object>,
    /// Objects of which there is something to ask for.
    ready: VecDeque<usize>,
    unfinished: usize,
    lanes: BTreeMap<Lane, InUse>,
    asks: BTreeMap<AskId, Out>,
    routes: Routes,
    growth: Growth,
    /// The shortest and the longest time from an ask to its answer.
    answer_times: Option<(Duration, Duration)>,
    /// When a lane was last opened for want of any.
    entered: Time,
    /// A lane for bulk could not be had beside the one that answers promptly.
    no_bulk: bool,
    /// Some object is not to be had on some route.
    shunning: bool,
    /// As many lanes as were open at the same time.
    most: usize,
    /// Something happened that more may follow from than to ask for more bytes.
    stirred: bool,
    /// Something came on this lane.
    fed: Option<Lane>,
    /// When something is due, if nothing happens.
    due: Time,
    last_lane: u32,
    last_ask: u64,
    actions: VecDeque<Action>,
}

/// An ask that is on its way.
#[derive(Debug)]
struct Out {
    lane: Lane,
    object: usize,
    what: What,
    piece: Piece,
    since: Time,
    /// How many bytes follow, once that was answered.
    data: Option<u64>,
    /// How many of them have landed.
    landed: u64,
    /// Bytes that are expected of it soon; see [`InUse::due`].
    due: u64,
    /// It is held: its object was pending.
    held: bool,
}

impl Machine {
    pub(super) fn new(source: &Source, wanted: &[Wanted], now: Time) -> Self {
        let objects: Vec<_> = wanted.iter().map(Object::new).collect();
        let mut machine = Self {
            begun: now,
            deadline: source.deadline,
            ready: VecDeque::new(),
            unfinished: objects.iter().filter(|object| object.outcome.is_none()).count(),
            objects,
            lanes: BTreeMap::new(),
            asks: BTreeMap::new(),
            routes: Routes::new(&source.routes, now),
            growth: Growth::new(now, source.lanes),
            answer_times: None,
            entered: now,
            no_bulk: false,
            shunning: false,
            most: 0,
            stirred: true,
            fed: None,
            due: now,
            last_lane: 0,
            last_ask: 0,
            actions: VecDeque::new(),
        };
        (0..wanted.len()).rev().for_each(|object| machine.queue(object));
        machine
    }

    /// What is to be done, in this order.
    pub(super) fn action(&mut self) -> Option<Action> {
        self.actions.pop_front()
    }

    pub(super) fn is_over(&self) -> bool {
        self.unfinished == 0
    }

    /// The first object that has its outcome.
    pub(super) fn first_over(&self) -> Option<usize> {
        match self.unfinished == self.objects.len() {
            true => None,
            false => self.objects.iter().position(|object| object.outcome.is_some()),
        }
    }

    /// Takes notice of what happened.
    pub(super) fn handle(&mut self, event: Event, now: Time, places: &mut [&mut dyn Place]) {
        self.stirred |= !self.is_usual(&event);
        match event {
            Event::Opened { lane, warm } => self.opened(lane, warm),
            Event::Steady => self.growth.steady(),
            Event::Answer { lane, ask, answer } if self.knows(lane, ask, now) => {
                self.fed = Some(lane);
                self.answered(lane, ask, answer, now, places);
            }
            Event::Arrived { lane, ask, bytes } if self.knows(lane, ask, now) => {
                self.fed = Some(lane);
                self.arrived(lane, ask, bytes, now, places);
            }
            Event::Held { lane, ask, why } if self.knows(lane, ask, now) => {
                self.held(lane, ask, why);
            }
            Event::Lost { lane, failure } => self.lost(lane, failure, now),
            Event::Answer { .. } | Event::Arrived { .. } | Event::Held { .. } => {}
        }
    }

    /// More bytes of an object that is on its way come, or are about to: what follows from that is to ask
    /// for more. Anything else may change what each of the lanes has to do.
    fn is_usual(&self, event: &Event) -> bool {
        match event {
            Event::Arrived { .. } => true,
            Event::Answer { ask, answer: Answer::Data { .. }, .. } => {
                self.asks.get(ask).is_some_and(|out| self.objects[out.object].splits())
            }
            _ => false,
        }
    }

    /// Does what is due by now.
    pub(super) fn wake(&mut self, now: Time) {
        if !self.stirred && now < self.due {
            // Bytes have arrived, as they do again and again.
            return self.fed.take().map_or((), |lane| self.feed_one(lane, self.share(), now));
        }
        self.stirred = false;
        if now >= self.deadline {
            self.expire(now);
        }
        if self.is_over() {
            return;
        }
        self.judge(now);
        self.look(now);
        self.enter(now);
        self.tidy(now);
        self.relieve_slow(now);
        self.refill(now);
        self.feed(now);
        self.due = self.next(now);
    }

    /// When to [`wake`](Machine::wake) next, if nothing happens.
    pub(super) fn due(&self) -> Time {
        self.due
    }

    fn next(&self, now: Time) -> Time {
        let mut times = vec![self.deadline];
        times.extend(self.lanes.values().flat_map(|lane| self.times_of(lane)));
        times.extend(self.growth.next(self.rtt()));
        times.push(self.entered + EYEBALLS);
        times.extend(self.routes.next(now, |_| true));
        times.extend(self.is_ending().then(|| now + self.trips() / 4));
        times.into_iter().filter(|time| *time > now).min().unwrap_or(self.deadline)
    }

    /// Where bytes of an ask's answer go, if they are expected: the object, and the place in its place.
    pub(super) fn room(&self, ask: AskId, at: u64, most: usize) -> Option<Room> {
        let out = self.asks.get(&ask)?;
        let ends = out.piece.from + out.data?;
        if at < out.piece.from || at >= ends {
            return None;
        }
        let most = (ends - at).min(most as u64) as usize;
        if self.objects[out.object].outcome.is_some() {
            return Some(Room::Nowhere { most });
        }
        let from = (out.piece.to + (at - out.piece.from)) as usize;
        Some(Room::At { object: out.object, from, most })
    }

    /// What became of each object, and the lanes that are to be closed.
    pub(super) fn end(self, now: Time) -> (Vec<Result<Fetched, Failed>>, Vec<Lane>) {
        let took = now.since(self.begun);
        let (lanes, worth) = (self.most, self.growth.worth(self.rtt()));
        let tried: std::sync::Arc<[_]> = self.routes.into_tried().into();
        let outcome = |object: Object| match object.outcome {
            Some(Ok(fetched)) => Ok(Fetched { took, lanes, worth, ..fetched }),
            Some(Err(end)) => Err(Failed { end, tried: tried.clone(), took }),
            None => Err(Failed { end: End::Routes, tried: tried.clone(), took }),
        };
        let outcomes = self.objects.into_iter().map(outcome).collect();
        (outcomes, self.lanes.into_keys().collect())
    }

    /// The time is over.
    fn expire(&mut self, now: Time) {
        for lane in self.lanes.values().filter(|lane| !lane.retired) {
            self.routes.note(lane.way, lane.since, now, lane.brought, Why::Unfinished);
        }
        for object in 0..self.objects.len() {
            if self.objects[object].outcome.is_none() {
                let held = self.objects[object].held;
                self.finish(object, Err(End::Deadline { held }));
            }
        }
    }

    fn finish(&mut self, object: usize, outcome: Result<Fetched, End>) {
        if self.objects[object].outcome.is_some() {
            return;
        }
        self.objects[object].outcome = Some(outcome);
        self.unfinished -= 1;
    }

    /// Puts an object among those that are ready, if it is.
    fn queue(&mut self, object: usize) {
        let there = &mut self.objects[object];
        if there.has_work() && !there.queued {
            there.queued = true;
            self.ready.push_front(object);
        }
    }

    /// Looks at how fast it is, and whether that is fast enough.
    fn look(&mut self, now: Time) {
        // Of many, one whose first packet was lost takes a second, and changes little.
        let opening = self.lanes.values().filter(|lane| !lane.is_open()).count();
        let lanes = self.serving().count();
        let seen = Seen { rtt: self.rtt(), lanes, opening: opening * 8 > lanes, left: self.left() };
        let Some(rate) = self.growth.look(now, seen) else { return };
        let comes = |object: &&Object| object.outcome.is_none() && object.held.is_none();
        let missing: u64 = self.objects.iter().filter(comes).filter_map(Object::missing).sum();
        if missing as f64 > rate * self.deadline.since(now).as_secs_f64() {
            self.hurry(now);
        }
    }

    /// Bytes that nobody has been asked for, of the objects that come next.
    fn left(&self) -> u64 {
        let next = self.ready.iter().take(64);
        next.map(|&object| self.objects[object].left()).fold(0, u64::saturating_add)
    }

    /// The shortest time from an ask to its answer; at most half a second, which no way round the
    /// earth takes.
    fn rtt(&self) -> Duration {
        let shortest = self.answer_times.map_or(Duration::ZERO, |(shortest, _)| shortest);
        shortest.min(Duration::from_millis(500))
    }
}

/// Where bytes go.
#[derive(Clone, Copy, Debug)]
pub(super) enum Room {
    At {
        object: usize,
        from: usize,
        most: usize,
    },
    /// Their object is not wanted any more, but other answers follow on the lane.
    Nowhere {
        most: usize,
    },
}

/// After so long without a lane, the next route is tried as well.
const EYEBALLS: Duration = Duration::from_millis(250);
