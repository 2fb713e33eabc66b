//! One call's lanes, driven by the call's own thread.

use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use smallvec::SmallVec;
use wharf_shm::Wait;

use super::failure;
use super::lane::{Step, Way};
use super::pool::{Place, Pool};
use crate::ticket::Route;
use crate::transport::{Ask, Event, Failure, Landing, Lane, Peer, Purpose, Time, Transport};

/// A call's use of a [`Pool`]. Dropped, it gives back what can be used again.
pub(crate) struct Session {
    pool: Arc<Pool>,
    ways: SmallVec<[Way; 1]>,
    /// What could not even begin to open.
    stillborn: Vec<(Lane, Failure)>,
    /// Who is looked at first, so that everybody is at some time.
    turn: usize,
    /// How long to look again and again before sleeping.
    spin: Duration,
}

impl Session {
    pub(crate) fn new(pool: &Arc<Pool>, wait: Wait) -> Self {
        let (ways, stillborn) = Default::default();
        Self { pool: pool.clone(), ways, stillborn, turn: 0, spin: spin(wait) }
    }

    /// Goes as far as possible with what is there; says whether there may be more.
    fn advance(&mut self, now: Time, landing: &mut dyn Landing) -> Result<Event, bool> {
        if let Some((lane, failure)) = self.stillborn.pop() {
            return Ok(Event::Lost { lane, failure });
        }
        let mut further = false;
        for at in self.round() {
            if !self.ways[at].ready {
                continue;
            }
            let fetching = self.is_fetching(at);
            let way = &mut self.ways[at];
            match way.step(&self.pool, fetching, now, landing) {
                Ok(Step::Nothing) => way.ready = false,
                Ok(step @ (Step::Further | Step::Fetches)) => {
                    further = true;
                    way.spared = false;
                    if matches!(step, Step::Fetches) {
                        self.fetch_for_those_who_wait(at);
                    }
                    self.rouse();
                }
                Ok(Step::Event(event)) => {
                    way.spared = false;
                    self.turn = at + 1;
                    return Ok(event);
                }
                Err(failure) => return Ok(self.lose(at, failure)),
            }
        }
        Err(further)
    }

    /// Everybody, beginning behind whoever was heard last.
    fn round(&mut self) -> impl Iterator<Item = usize> + use<> {
        let count = self.ways.len();
        if self.turn >= count {
            self.turn = 0;
            if count > 1 {
                // One that always has something must not keep the others from being heard.
                self.poll(Duration::ZERO);
            }
        }
        let turn = self.turn;
        (turn..count).chain(0..turn)
    }

    /// Whether another lane is getting tokens that this one could use.
    fn is_fetching(&self, at: usize) -> bool {
        let way = &self.ways[at];
        way.waits() && self.ways.iter().any(|it| it.is_fetching() && it.place == way.place)
    }

    /// Lets a lane that is getting tokens get as many as others wait for.
    fn fetch_for_those_who_wait(&mut self, at: usize) {
        let waits = |way: &&Way| way.waits() && way.place == self.ways[at].place;
        let waiting = self.ways.iter().filter(waits).count();
        self.ways[at].fetch_for(waiting);
    }

    /// Lets those look again who wait for another.
    fn rouse(&mut self) {
        self.ways.iter_mut().filter(|way| way.waits()).for_each(|way| way.ready = true);
    }

    fn lose(&mut self, at: usize, failure: Failure) -> Event {
        let way = self.ways.remove(at);
        let lane = way.lane;
        if way.warm {
            self.pool.forget(&way.place);
        }
        self.rouse();
        tracing::debug!(?lane, to = %way.place.address, %failure, "a lane is lost");
        Event::Lost { lane, failure }
    }

    /// Whoever has had all the time that he gets, and was listened to once more.
    fn overdue(&mut self, now: Time) -> Option<Event> {
        let overdue = |way: &Way| way.gives_up().filter(|(time, _)| *time <= now);
        let at = self.ways.iter().position(|way| overdue(way).is_some())?;
        if !self.ways[at].spared {
            self.ways[at].spared = true;
            self.ways[at].ready = true;
            return None;
        }
        let (_, what) = overdue(&self.ways[at])?;
        Some(self.lose(at, failure::late(what)))
    }

    /// Waits for one of the sockets, for no longer than this.
    fn poll(&mut self, time: Duration) {
        let polled = self.ways.iter().enumerate().filter_map(|(at, way)| Some((at, way.polls()?)));
        let (places, mut sockets): (SmallVec<[usize; 8]>, SmallVec<[PollFd<'_>; 8]>) = polled
            .map(|(at, (socket, flags))| (at, PollFd::from_borrowed_fd(socket, flags)))
            .unzip();
        // More than the kernel can count is as long as it can.
        let time = Timespec::try_from(time).ok();
        let woken = poll(&mut sockets, time.as_ref());
        let flags: SmallVec<[PollFlags; 8]> = sockets.iter().map(PollFd::revents).collect();
        drop(sockets);
        match woken {
            Ok(0) => {}
            Ok(_) => {
                for (at, flags) in places.into_iter().zip(flags) {
                    self.ways[at].ready |= !flags.is_empty();
                }
            }
            // Interrupted, or out of memory: each can look for itself.
            Err(_) => self.ways.iter_mut().for_each(|way| way.ready = true),
        }
    }

    fn wait(&mut self, now: Time, until: Time, spinning: bool) {
        match &mut self.ways[..] {
            [only] if spinning => {
                only.ready = true;
                std::hint::spin_loop();
            }
            _ if spinning => self.poll(Duration::ZERO),
            ways => {
                let first = ways.iter().filter_map(|way| Some(way.gives_up()?.0)).min();
                let end = first.map_or(until, |first| first.min(until));
                let time = end.0.saturating_sub(now.0);
                if ways.len() >= MANY && time > NAP {
                    std::thread::sleep(NAP);
                    return self.poll(time - NAP);
                }
                self.poll(time);
            }
        }
    }
}

impl Transport for Session {
    fn now(&self) -> Time {
        Time(self.pool.epoch.elapsed())
    }

    fn open(&mut self, lane: Lane, to: &Peer, route: &Route, purpose: Purpose, by: Time) {
        let Route::Tcp(address) = *route;
        let place = Place { key: to.key, address };
        self.ways.push(Way::new(lane, place, to.node, purpose, by));
        let at = self.ways.len() - 1;
        let fetching = self.is_fetching(at);
        if let Err(failure) = self.ways[at].start(&self.pool, fetching) {
            self.ways.remove(at);
            self.stillborn.push((lane, failure));
            return;
        }
        if fetching {
            let fetches = |way: &Way| way.is_fetching() && way.place == place;
            let fetcher = self.ways.iter().position(fetches);
            fetcher.into_iter().for_each(|at| self.fetch_for_those_who_wait(at));
        }
    }

    fn ask(&mut self, lane: Lane, ask: Ask) {
        let now = self.now();
        if let Some(way) = self.ways.iter_mut().find(|way| way.lane == lane) {
            way.ask(&ask, now);
        }
    }

    fn close(&mut self, lane: Lane) {
        self.stillborn.retain(|(other, _)| *other != lane);
        if let Some(at) = self.ways.iter().position(|way| way.lane == lane) {
            self.ways.remove(at).end(&self.pool);
            self.rouse();
        }
    }

    fn next(&mut self, until: Time, landing: &mut dyn Landing) -> Option<Event> {
        let mut now = self.now();
        let spin_until = now.0.saturating_add(self.spin);
        let mut looked = false;
        loop {
            let further = match self.advance(now, landing) {
                Ok(event) => return Some(event),
                Err(further) => further,
            };
            if let Some(event) = self.overdue(now) {
                return Some(event);
            }
            if looked && now >= until {
                return None;
            }
            if !further {
                self.wait(now, until, now.0 < spin_until);
            }
            looked = true;
            now = self.now();
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.ways.drain(..).for_each(|way| way.end(&self.pool));
    }
}

/// How long to look again and again before sleeping.
pub(super) fn spin(wait: Wait) -> Duration {
    match wait {
        Wait::Block => Duration::ZERO,
        Wait::Adaptive => SPIN,
        Wait::Spin => Duration::MAX,
    }
}

/// With so many lanes, to look at all of them for each packet that comes costs more than to receive it: it is
/// waited for more of them. Only a long way has so many, and there a moment is nothing.
const MANY: usize = 32;
const NAP: Duration = Duration::from_millis(1);

/// How long an adaptive wait spins: less than what sleeping and being woken costs.
pub(super) const SPIN: Duration = Duration::from_micros(10);
