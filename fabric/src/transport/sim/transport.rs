//! A reader's side of a simulated network.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::time::Duration;

use super::Net;
use super::world::{Conn, Happening, Parcel};
use crate::ticket::Route;
use crate::transport::conformance::Body;
use crate::transport::{
    Answer, Ask, AskId, Event, Failure, FailureKind, Landing, Lane, Peer, Purpose, Time, Transport,
    What,
};

/// What moves the bytes of a simulated network, for one call.
pub(crate) struct SimTransport {
    net: Net,
    lanes: BTreeMap<Lane, Used>,
    /// Lanes that were warm, and are open at once.
    opened: Vec<Lane>,
    /// Bytes that have come and not landed: a portion of them did not fit.
    rest: Option<(u64, Bytes)>,
    asks: BTreeMap<AskId, Asked>,
    /// What has arrived of each object, if that may not be asked for again.
    audit: Option<BTreeMap<u32, Vec<Range<u64>>>>,
    /// A lane with asks on their way of which nothing is heard for so long is lost.
    silence: Option<Duration>,
    /// How often in a row nothing happened, and no time passed.
    spins: u32,
    asked: u32,
}

struct Used {
    conn: u64,
    /// It was kept from an earlier call.
    kept: bool,
    heard: Time,
    asks: BTreeSet<AskId>,
}

struct Asked {
    lane: Lane,
    slot: u32,
    range: Range<u64>,
    /// So many of its bytes have landed.
    landed: u64,
    claimed: bool,
}

#[derive(Clone, Copy)]
struct Bytes {
    ask: AskId,
    body: Body,
    at: u64,
    len: u64,
}

impl SimTransport {
    pub(super) fn new(net: Net) -> Self {
        Self {
            net,
            lanes: BTreeMap::new(),
            opened: Vec::new(),
            rest: None,
            asks: BTreeMap::new(),
            audit: None,
            silence: None,
            spins: 0,
            asked: 0,
        }
    }

    /// Panics when a byte is asked for that is on its way or has arrived.
    pub(crate) fn audited(mut self) -> Self {
        self.audit = Some(BTreeMap::new());
        self
    }

    /// Loses lanes that are silent for so long.
    pub(crate) fn impatient(mut self, silence: Duration) -> Self {
        self.silence = Some(silence);
        self
    }

    /// Lanes that were opened, and neither closed nor lost.
    pub(crate) fn lanes(&self) -> usize {
        self.lanes.len()
    }

    fn lane_of(&self, conn: u64) -> Option<Lane> {
        self.lanes.iter().find(|(_, used)| used.conn == conn).map(|(lane, _)| *lane)
    }

    /// Ends the use of a lane: whether it may be kept.
    fn leave(&mut self, lane: Lane) -> Option<(Used, bool)> {
        let used = self.lanes.remove(&lane)?;
        self.opened.retain(|opened| *opened != lane);
        self.rest = self.rest.filter(|(conn, _)| *conn != used.conn);
        let claims = self.asks.values().any(|asked| asked.lane == lane && asked.claimed);
        let idle = used.asks.is_empty() && !claims;
        let lost: Vec<AskId> =
            self.asks.iter().filter(|(_, asked)| asked.lane == lane).map(|(id, _)| *id).collect();
        for id in lost {
            let Some(asked) = self.asks.remove(&id) else { continue };
            if let Some(audit) = &mut self.audit
                && !asked.claimed
                && asked.landed > 0
            {
                // What has landed is kept, and what has not may be asked for again.
                let landed = asked.range.start..asked.range.start + asked.landed;
                audit.entry(asked.slot).or_default().push(landed);
            }
        }
        if used.kept && !idle {
            self.net.forget_warm();
        }
        Some((used, idle))
    }

    /// Panics if bytes are asked for that were asked for before, and are not lost.
    fn check(&self, slot: u32, range: &Range<u64>) {
        let Some(audit) = &self.audit else { return };
        let on_their_way = self.asks.values().filter(|asked| asked.slot == slot);
        let landed = audit.get(&slot).into_iter().flatten();
        for other in on_their_way.map(|asked| &asked.range).chain(landed) {
            let both = range.start.max(other.start)..range.end.min(other.end);
            assert!(both.is_empty(), "bytes {both:?} of object {slot} are asked for twice");
        }
    }

    /// What a parcel is to the reader.
    fn unpack(&mut self, conn: u64, parcel: Parcel) -> Option<Event> {
        let Some(lane) = self.lane_of(conn) else {
            if matches!(parcel, Parcel::Lost(_)) {
                self.net.notice(conn);
            }
            return None;
        };
        let now = self.net.now();
        if let Some(used) = self.lanes.get_mut(&lane) {
            used.heard = now;
        }
        match parcel {
            Parcel::Opened => Some(Event::Opened { lane, warm: false }),
            Parcel::Held(ask, why) => Some(Event::Held { lane, ask, why }),
            Parcel::Answer(ask, answer) => {
                let bytes = match &answer {
                    Answer::Data { len, claimed, .. } => {
                        if let Some(asked) = self.asks.get_mut(&ask) {
                            asked.claimed = *claimed;
                        }
                        *len
                    }
                    _ => 0,
                };
                if bytes == 0 {
                    self.done(lane, ask);
                }
                Some(Event::Answer { lane, ask, answer })
            }
            Parcel::Bytes { ask, body, at, len } => {
                self.rest = Some((conn, Bytes { ask, body, at, len }));
                None
            }
            Parcel::Lost(kind) => {
                self.leave(lane);
                self.net.drop_conn(conn);
                Some(lost(lane, kind))
            }
        }
    }

    /// An ask is answered to the end.
    fn done(&mut self, lane: Lane, ask: AskId) {
        if let Some(used) = self.lanes.get_mut(&lane) {
            used.asks.remove(&ask);
        }
        let Some(asked) = self.asks.get_mut(&ask) else { return };
        if asked.claimed {
            return; // until it is confirmed, all of it goes with the lane
        }
        let landed = asked.range.start..asked.range.start + asked.landed;
        if let Some(audit) = &mut self.audit {
            audit.entry(asked.slot).or_default().push(landed);
        }
        self.asks.remove(&ask);
    }

    /// Lets a portion of bytes land.
    fn land(&mut self, conn: u64, bytes: Bytes, landing: &mut dyn Landing) -> Option<Event> {
        let lane = self.lane_of(conn)?;
        let room = landing.room(bytes.ask, bytes.at, bytes.len as usize);
        if room.is_empty() {
            self.leave(lane);
            self.net.abandon(conn);
            return Some(lost(lane, FailureKind::Broken));
        }
        let len = (room.len() as u64).min(bytes.len);
        bytes.body.fill(bytes.at, &mut room[..len as usize]);
        if len < bytes.len {
            let rest = Bytes { at: bytes.at + len, len: bytes.len - len, ..bytes };
            self.rest = Some((conn, rest));
        }
        let ask = bytes.ask;
        let asked = self.asks.get_mut(&ask)?;
        asked.landed += len;
        let landed = asked.landed;
        let whole = asked.range.start + landed >= asked.range.end.min(bytes.body.len);
        if whole {
            self.done(lane, ask);
        }
        Some(Event::Arrived { lane, ask, bytes: landed })
    }

    /// The lane that has been silent for too long first, and when that is.
    fn silent(&self) -> Option<(Time, Lane)> {
        let silence = self.silence?;
        let waiting = self.lanes.iter().filter(|(_, used)| !used.asks.is_empty());
        waiting.map(|(lane, used)| (used.heard + silence, *lane)).min()
    }
}

impl Transport for SimTransport {
    fn now(&self) -> Time {
        self.net.now()
    }

    fn open(&mut self, lane: Lane, to: &Peer, route: &Route, purpose: Purpose, by: Time) {
        let (conn, kept) = self.net.connect(lane, to, route, purpose, by);
        if kept {
            self.opened.push(lane);
        }
        let used = Used { conn, kept, heard: self.now(), asks: BTreeSet::new() };
        assert!(self.lanes.insert(lane, used).is_none(), "{lane:?} is open");
    }

    fn ask(&mut self, lane: Lane, ask: Ask) {
        self.asked += 1;
        assert!(self.asked < ASKS, "the same is asked for again and again");
        let now = self.now();
        let used = self.lanes.get_mut(&lane);
        let used = used.unwrap_or_else(|| panic!("{lane:?} is not open"));
        if used.asks.is_empty() {
            used.heard = now;
        }
        let conn = used.conn;
        used.asks.insert(ask.id);
        let range = match ask.what {
            What::Read { offset, len } => offset..offset.saturating_add(len),
            What::Stat | What::Confirm { .. } => 0..0,
        };
        let slot = ask.key.slot;
        self.check(slot, &range);
        if let What::Confirm { read } = ask.what {
            self.asks.remove(&read);
        }
        self.asks.insert(ask.id, Asked { lane, slot, range, landed: 0, claimed: false });
        self.net.send(conn, Happening::Asked(conn, ask));
    }

    fn close(&mut self, lane: Lane) {
        let Some((used, idle)) = self.leave(lane) else { return };
        if idle && self.net.keep(used.conn) {
            return;
        }
        self.net.abandon(used.conn);
    }

    fn next(&mut self, until: Time, landing: &mut dyn Landing) -> Option<Event> {
        loop {
            if !self.opened.is_empty() {
                return Some(Event::Opened { lane: self.opened.remove(0), warm: true });
            }
            if let Some((conn, bytes)) = self.rest.take() {
                if let Some(event) = self.land(conn, bytes, landing) {
                    return Some(event);
                }
                continue;
            }
            let silent = self.silent().filter(|(at, _)| *at <= until);
            let step = self.net.step(silent.map_or(until, |(at, _)| at));
            match (step, silent) {
                (Some(Some((conn, parcel))), _) => {
                    if let Some(event) = self.unpack(conn, parcel) {
                        return Some(event);
                    }
                }
                (Some(None), _) => {}
                (None, Some((at, lane))) => {
                    self.net.pass(at);
                    let (used, _) = self.leave(lane)?;
                    self.net.abandon(used.conn);
                    return Some(lost(lane, FailureKind::TimedOut));
                }
                (None, None) => {
                    self.spins = if until > self.now() { 0 } else { self.spins + 1 };
                    assert!(self.spins < SPINS, "the caller spins instead of waiting");
                    self.net.pass(until);
                    return None;
                }
            }
        }
    }
}

impl Drop for SimTransport {
    fn drop(&mut self) {
        let lanes: Vec<Lane> = self.lanes.keys().copied().collect();
        lanes.into_iter().for_each(|lane| self.close(lane));
    }
}

/// More than any call here has to ask for.
const ASKS: u32 = 100_000;

/// A caller may ask so often for what has happened, without waiting.
const SPINS: u32 = 1000;

/// What transports do to their network.
impl Net {
    /// The connection for a lane, and whether it was there already.
    fn connect(
        &self,
        lane: Lane,
        to: &Peer,
        route: &Route,
        purpose: Purpose,
        by: Time,
    ) -> (u64, bool) {
        let mut world = self.0.borrow_mut();
        let way = world.ways.iter().position(|way| way.route == *route);
        let way = way.unwrap_or_else(|| panic!("there is no route {route}"));
        let found = world.warm.iter().rposition(|name| {
            let conn = &world.conns[name];
            conn.way == way && conn.peer == *to && conn.purpose == purpose
        });
        if let Some(found) = found {
            let name = world.warm.remove(found);
            if let Some(conn) = world.conns.get_mut(&name) {
                (conn.lane, conn.stale) = (Some(lane), true);
            }
            return (name, true);
        }
        let name = world.number();
        let now = world.now;
        world.conns.insert(name, Conn::new(way, *to, purpose, lane, now));
        let latency = world.ways[way].link.latency;
        world.at(now + latency, Happening::Knock(name));
        world.at(by, Happening::Late(name));
        (name, false)
    }

    fn send(&self, conn: u64, happening: Happening) {
        let mut world = self.0.borrow_mut();
        let way = world.conns[&conn].way;
        let at = world.now + world.ways[way].link.latency;
        world.at(at, happening);
    }

    fn step(&self, until: Time) -> Option<Option<(u64, Parcel)>> {
        self.0.borrow_mut().step(until)
    }

    fn pass(&self, until: Time) {
        let mut world = self.0.borrow_mut();
        world.now = world.now.max(until);
    }

    /// Keeps a connection warm, if it is open.
    fn keep(&self, name: u64) -> bool {
        let mut world = self.0.borrow_mut();
        let Some(conn) = world.conns.get_mut(&name).filter(|conn| conn.open) else { return false };
        conn.lane = None;
        world.warm.push(name);
        true
    }

    /// A connection that was kept proved to be dead: the others may be, too.
    fn forget_warm(&self) {
        let warm = std::mem::take(&mut self.0.borrow_mut().warm);
        warm.into_iter().for_each(|name| self.abandon(name));
    }

    /// A connection that is kept has been lost.
    fn notice(&self, name: u64) {
        self.0.borrow_mut().warm.retain(|kept| *kept != name);
        self.drop_conn(name);
    }

    fn drop_conn(&self, name: u64) {
        self.0.borrow_mut().conns.remove(&name);
    }

    /// The reader leaves; the endpoint learns of it.
    fn abandon(&self, name: u64) {
        let mut world = self.0.borrow_mut();
        let Some(conn) = world.conns.get_mut(&name) else { return };
        conn.lane = None;
        let way = conn.way;
        let at = world.now + world.ways[way].link.latency;
        world.at(at, Happening::Left(name));
    }
}

fn lost(lane: Lane, kind: FailureKind) -> Event {
    Event::Lost { lane, failure: Failure { kind, what: "simulated", source: None } }
}
