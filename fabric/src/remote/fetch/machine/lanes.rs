//! Which lanes there are, on which routes, and what each has to do.

use std::time::Duration;

use super::super::lane::{Doubt, InUse, LEAST, Opening};
use super::super::object::FIRST;
use super::super::{End, Why};
use super::{Action, EYEBALLS, Machine, Out};
use crate::transport::{Failure, Lane, Purpose, Time};

impl Machine {
    /// Lanes that can be relied on.
    pub(super) fn serving(&self) -> impl Iterator<Item = (&Lane, &InUse)> {
        self.lanes.iter().filter(|(_, lane)| lane.serves())
    }

    pub(super) fn opened(&mut self, lane: Lane, warm: bool) {
        let Some(there) = self.lanes.get_mut(&lane) else { return };
        there.state = Opening::Open { warm };
        if !warm {
            self.routes.opened(there.way);
        }
        let open = self.lanes.values().filter(|lane| lane.is_open()).count();
        self.most = self.most.max(open);
    }

    pub(super) fn lost(&mut self, lane: Lane, failure: Failure, now: Time) {
        let Some(gone) = self.remove(lane) else { return };
        let fruitless = gone.brought == 0 && !gone.useful;
        if gone.is_stale() {
            return; // says nothing of the route
        }
        let kind = failure.kind;
        self.routes.note(gone.way, gone.since, now, gone.brought, Why::Lost(failure));
        let others = self.serving().filter(|(_, lane)| lane.way == gone.way && lane.heard).count();
        if others == 0 {
            self.routes.failed(gone.way, now, fruitless, kind);
        }
        if gone.state == Opening::More || (others > 0 && fruitless) {
            self.no_bulk |= gone.purpose == Purpose::Bulk && others > 0;
            let serving = self.serving().count();
            self.growth.failed(now, serving, self.rtt());
        }
    }

    /// Something was heard of a lane.
    pub(super) fn heard(&mut self, lane: Lane, now: Time) {
        let patience = self.patience(lane, now);
        if let Some(lane) = self.lanes.get_mut(&lane) {
            lane.heard = true;
            lane.patience = patience;
            if matches!(lane.doubt, Some(Doubt::Stalled { .. })) {
                lane.doubt = None;
                self.stirred = true;
            }
        }
    }

    /// Until when a lane may be silent, from now on.
    pub(super) fn patience(&self, lane: Lane, now: Time) -> (Time, Time) {
        let stale = self.lanes.get(&lane).is_some_and(InUse::is_stale);
        let stall = self.stall(now);
        (now, now + if stale { stall.min(STALE) } else { stall })
    }

    /// How long a lane may be silent: a fair share of the time that is left, if others are there to
    /// get theirs.
    fn stall(&self, now: Time) -> Duration {
        let longest = self.answer_times.map_or(Duration::ZERO, |(_, longest)| longest);
        let stall = STALL.max(longest * 8);
        match self.routes.left() {
            0 | 1 => stall,
            routes => stall.min(self.deadline.since(now) / routes),
        }
    }

    /// When something is due for a lane.
    pub(super) fn times_of(&self, lane: &InUse) -> impl Iterator<Item = Time> {
        let waits = lane.is_open() && !lane.asks.is_empty() && lane.doubt.is_none();
        let judged = waits.then(|| lane.judged.0 + self.stall(lane.judged.0));
        [waits.then_some(lane.patience.1), judged, Some(lane.busy.1)].into_iter().flatten()
    }

    /// Doubts lanes that are silent, or too slow.
    pub(super) fn judge(&mut self, now: Time) {
        let names: Vec<Lane> = self.lanes.keys().copied().collect();
        for name in names {
            let Some(doubt) = self.doubt(name, now) else { continue };
            let Some(lane) = self.lanes.get_mut(&name) else { continue };
            let stale = lane.is_stale();
            lane.doubt = Some(doubt);
            if !stale {
                self.routes.strike(lane.way);
            }
        }
    }

    fn doubt(&mut self, name: Lane, now: Time) -> Option<Doubt> {
        let lane = self.lanes.get(&name)?;
        if !lane.is_open() || lane.asks.is_empty() || lane.doubt.is_some() {
            return None;
        }
        let (heard, until) = lane.patience;
        if now >= until {
            return Some(Doubt::Stalled { since: heard, tried: false });
        }
        let (since, brought) = lane.judged;
        if now < since + self.stall(since) {
            return None;
        }
        let outs = || lane.asks.iter().filter_map(|ask| self.asks.get(ask));
        let sends = outs().any(|out| out.data.is_some());
        let due: u64 = outs().filter(|_| sends).map(|out| out.due).sum();
        let left = self.deadline.since(now).as_secs_f64();
        let coming = (lane.brought - brought) as f64 / now.since(since).as_secs_f64() * left;
        let elsewhere = self.routes.left() > 1 || self.serving().any(|(other, _)| *other != name);
        let slow = elsewhere && due as f64 > coming;
        if let Some(lane) = self.lanes.get_mut(&name) {
            lane.judged = (now, lane.brought);
        }
        slow.then_some(Doubt::Slow { since })
    }

    /// Opens a lane if an object has none that serves it: on the best route at once, on the next if
    /// that takes too long. Gives the object up if there is no route any more.
    pub(super) fn enter(&mut self, now: Time) {
        while let Some(object) = self.starved() {
            let shunned = &self.objects[object].shunned;
            let good = |way: usize| !shunned.contains(&way);
            let opening = self.lanes.values().any(|lane| !lane.is_open() && good(lane.way));
            if opening && now < self.entered + EYEBALLS {
                return;
            }
            let used = |way| self.lanes.values().any(|lane| lane.way == way && !lane.retired);
            let mut way = self.routes.best(now, |way| good(way) && !used(way));
            if way.is_none() && !opening {
                way = self.once_more(object, now);
            }
            if let Some(way) = way {
                self.entered = now;
                self.open(way, Opening::Entry, FIRST, now);
                return;
            }
            let shunned = &self.objects[object].shunned;
            let good = |way: usize| !shunned.contains(&way);
            let kept = self.lanes.values().any(|lane| good(lane.way) && !lane.retired);
            if kept || self.routes.next(now, good).is_some() {
                return;
            }
            self.finish(object, Err(End::Routes));
        }
    }

    /// An object that no lane serves.
    fn starved(&self) -> Option<usize> {
        let mut objects = self.objects.iter();
        if !self.shunning && self.serving().next().is_some() {
            return None;
        }
        objects.position(|object| {
            let bad = |lane: &InUse| object.shunned.contains(&lane.way);
            object.outcome.is_none() && self.serving().all(|(_, lane)| bad(lane))
        })
    }

    /// A route on which a lane has stalled, for a second one, when there is no other: it may be the
    /// connection that is dead, and not the peer.
    fn once_more(&mut self, object: usize, now: Time) -> Option<usize> {
        let shunned = &self.objects[object].shunned;
        let again = self.lanes.values_mut().find(|lane| {
            let untried = matches!(lane.doubt, Some(Doubt::Stalled { tried: false, .. }));
            untried && !shunned.contains(&lane.way)
        })?;
        let way = self.routes.best(now, |way| way == again.way)?;
        if let Some(Doubt::Stalled { tried, .. }) = &mut again.doubt {
            *tried = true;
        }
        Some(way)
    }

    /// Gives up what is not needed: lanes in doubt if another can take over, lanes that are being
    /// opened for want of any, lanes that are done.
    pub(super) fn tidy(&mut self, now: Time) {
        let served = self.serving().next().is_some();
        let starved = self.starved().is_some();
        let names: Vec<Lane> = self.lanes.keys().copied().collect();
        for name in names {
            let Some(lane) = self.lanes.get(&name) else { continue };
            match lane.doubt {
                Some(Doubt::Stalled { since, .. } | Doubt::Slow { since }) if served => {
                    self.set_aside(name, Why::Stalled(now.since(since)), now);
                }
                Some(Doubt::Busy) if served && lane.asks.is_empty() => self.close(name),
                _ if lane.state == Opening::Entry && !starved => self.close(name),
                _ if lane.retired && lane.asks.is_empty() => self.close(name),
                _ => {}
            }
        }
    }

    /// Opens or retires lanes until there are as many as gain something.
    pub(super) fn refill(&mut self, now: Time) {
        self.retire();
        let left = self.left();
        let opening = self.lanes.values().filter(|lane| !lane.is_open()).count();
        let serving = self.serving().count();
        let Some((_, best)) = self.serving().max_by_key(|(_, lane)| lane.brought) else { return };
        let (way, prompt) = (best.way, best.purpose == Purpose::Prompt);
        if !self.ready.is_empty() && self.serving().all(|(_, lane)| lane.is_full_of_held()) {
            self.growth.also(serving + 1);
        }
        let bulk = prompt && left > FIRST && !self.no_bulk;
        let more = self.growth.target().saturating_sub(serving + opening);
        let ahead: u64 = self.lanes.values().map(InUse::ahead).sum();
        let lanes = self.lanes.len().max(1);
        let first = (ahead / lanes as u64).min(left / (4 * (lanes + more) as u64)).max(LEAST);
        if bulk && opening == 0 {
            self.open(way, Opening::More, FIRST, now);
        } else if left > LEAST || self.serving().all(|(_, lane)| lane.is_full_of_held()) {
            let more = if left > LEAST { more.min((left / LEAST) as usize) } else { more };
            let more = self.take_back(more);
            (0..more).for_each(|_| self.open(way, Opening::More, first, now));
        }
    }

    /// Takes lanes that were retired and are not done into use again; how many are wanted still.
    fn take_back(&mut self, mut more: usize) -> usize {
        for lane in self.lanes.values_mut().filter(|lane| lane.retired) {
            if more > 0 && lane.is_open() && lane.doubt.is_none() && lane.purpose == Purpose::Bulk {
                lane.retired = false;
                more -= 1;
            }
        }
        more
    }

    /// Retires the lanes that are too many: first those for prompt answers, then the youngest.
    fn retire(&mut self) {
        let serving = self.serving().count();
        let bulk = self.serving().filter(|(_, lane)| lane.purpose == Purpose::Bulk).count();
        let many = serving.saturating_sub(self.growth.target());
        let mut order: Vec<Lane> = self.serving().map(|(name, _)| *name).collect();
        order.sort_by_key(|name| (self.lanes[name].purpose == Purpose::Bulk, u32::MAX - name.0));
        let surplus = if bulk > 0 && !self.shunning { many } else { 0 };
        for name in order.into_iter().take(surplus) {
            if let Some(lane) = self.lanes.get_mut(&name) {
                lane.retired = true;
            }
        }
    }

    /// It will not be done in time as it is: takes another route along.
    pub(super) fn hurry(&mut self, now: Time) {
        let used = |way| self.lanes.values().any(|lane| lane.way == way);
        if let Some(way) = self.routes.best(now, |way| !used(way)) {
            self.growth.also(self.serving().count() + 1);
            self.open(way, Opening::More, LEAST, now);
        }
    }

    /// At the end, lets lanes that are done bring what one would take much longer for than they do, or has
    /// stopped to bring. What was asked of a lane cannot be taken back but by closing it.
    pub(super) fn relieve_slow(&mut self, now: Time) {
        if !self.is_ending() {
            return;
        }
        let trips = self.trips();
        let bulk = |lane: &InUse| lane.purpose == Purpose::Bulk && lane.brought > 0;
        let is_done = |lane: &InUse| bulk(lane) && lane.serves() && lane.asks.is_empty();
        let mut done = self.lanes.values().filter(|lane| is_done(lane)).count();
        let names: Vec<Lane> = self.lanes.keys().copied().collect();
        for name in names {
            let Some(lane) = self.lanes.get(&name).filter(|lane| bulk(lane)) else { continue };
            // As long as all that are done would take, and as much again as what is on its way is worth.
            let long = trips * 2 + self.growth.takes(lane.due / done.max(1) as u64) * 2;
            let late = lane.needs(now) >= long || now.since(lane.patience.0) >= trips;
            if done == 0 || !late || !self.is_overdue(lane, now, trips) {
                continue;
            }
            done -= 1;
            if !lane.retired {
                self.growth.fewer();
            }
            self.close(name);
        }
    }

    /// Everything has been asked for, of more than one lane.
    pub(super) fn is_ending(&self) -> bool {
        self.lanes.len() > 1 && self.ready.is_empty()
    }

    /// A time in which a lane that has something to bring brings some of it, unless it waits in vain for a packet
    /// that was lost.
    pub(super) fn trips(&self) -> Duration {
        (self.rtt() * 2).max(Duration::from_millis(100))
    }

    /// Something was asked of a lane so long ago, and all of it could be asked of another.
    fn is_overdue(&self, lane: &InUse, now: Time, long: Duration) -> bool {
        let outs = || lane.asks.iter().filter_map(|ask| self.asks.get(ask));
        outs().any(|out| now.since(out.since) >= long)
            && outs().all(|out| !out.held && self.objects[out.object].splits())
    }

    /// Gives the lanes something to do.
    pub(super) fn feed(&mut self, now: Time) {
        if self.ready.is_empty() {
            return;
        }
        let share = self.share();
        let names: Vec<Lane> = self.lanes.keys().copied().collect();
        names.into_iter().for_each(|name| self.feed_one(name, share, now));
    }

    /// As much of what is left as one of several lanes may be asked for: they are to end together.
    pub(super) fn share(&self) -> u64 {
        match self.lanes.len() as u64 {
            0 | 1 => u64::MAX,
            lanes => (self.left() / lanes).max(LEAST_AT_LAST),
        }
    }

    pub(super) fn feed_one(&mut self, name: Lane, share: u64, now: Time) {
        while let Some(lane) = self.lanes.get(&name) {
            let ahead = lane.ahead().min(share);
            if !lane.may_be_asked(now) || lane.is_full() || lane.due >= ahead {
                break;
            }
            let most = lane.piece();
            let Some(object) = self.next_for(lane.way) else { break };
            let told = self.objects[object].missing().is_some();
            let (what, piece) = self.objects[object].take(most.min(share));
            let due = if told { piece.len } else { piece.len.min(UNTOLD) };
            let (data, landed, held) = (None, 0, false);
            self.ask(
                Out { lane: name, object, what, piece, since: now, data, landed, due, held },
                now,
            );
            self.queue(object);
        }
    }

    /// An object of which there is something to ask for on a route, taken from those that are ready.
    fn next_for(&mut self, way: usize) -> Option<usize> {
        loop {
            let good = |&object: &usize| !self.objects[object].shunned.contains(&way);
            let at = self.ready.iter().position(good)?;
            let object = self.ready.remove(at)?;
            self.objects[object].queued = false;
            if self.objects[object].has_work() {
                return Some(object);
            }
        }
    }

    fn open(&mut self, way: usize, state: Opening, first: u64, now: Time) {
        self.last_lane += 1;
        let lane = Lane(self.last_lane);
        let purpose = self.purpose();
        let share = self.deadline.since(now) / self.routes.left().max(1);
        let route = self.routes.route(way);
        self.lanes.insert(lane, InUse::new(way, purpose, state, first, now));
        self.actions.push_back(Action::Open { lane, route, purpose, by: now + share });
    }

    /// Bulk if the objects are large, as far as that is known.
    fn purpose(&self) -> Purpose {
        let known = self.objects.iter().filter(|object| object.outcome.is_none());
        let (count, bytes) = known.fold((0, 0u64), |(count, bytes), object| {
            (count + 1, bytes.saturating_add(object.missing().unwrap_or(0)))
        });
        if bytes / u64::max(count, 1) < LARGE { Purpose::Prompt } else { Purpose::Bulk }
    }

    /// Closes a lane that failed us, and keeps why.
    fn set_aside(&mut self, name: Lane, why: Why, now: Time) {
        if let Some(lane) = self.lanes.get(&name) {
            self.routes.note(lane.way, lane.since, now, lane.brought, why);
            self.close(name);
        }
    }

    pub(super) fn close(&mut self, name: Lane) {
        self.remove(name);
        self.actions.push_back(Action::Close(name));
    }

    /// Forgets a lane; what was on its way on it is to be asked for again.
    fn remove(&mut self, name: Lane) -> Option<InUse> {
        let lane = self.lanes.remove(&name)?;
        for ask in &lane.asks {
            let Some(out) = self.asks.remove(ask) else { continue };
            if self.objects[out.object].outcome.is_none() {
                self.objects[out.object].give_back(out.piece, out.landed);
                self.queue(out.object);
            }
        }
        Some(lane)
    }
}

/// A lane on which nothing arrives for so long has stalled, if answers never took an eighth of it.
const STALL: Duration = Duration::from_secs(2);

/// As long as a lane may be silent that was kept from an earlier call: a living endpoint says
/// every second that it holds an ask.
const STALE: Duration = Duration::from_millis(1500);

/// So much is asked for at once even where little is left.
const LEAST_AT_LAST: u64 = 64 << 10;

/// What is expected of an object of which nobody knows how large it is.
const UNTOLD: u64 = 4 << 10;

/// What is as large as this is wanted fast, rather than at once.
const LARGE: u64 = 64 << 10;
