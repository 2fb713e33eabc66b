//! Everything there is in a simulated network, and the order in which it happens.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use wharf_shm::{ArenaId, Capability, NodeId, ObjectKey};

use super::faults::{Kind, Trouble};
use super::link::Window;
use super::{Fault, Faults, Link, Profile, Rng, SimTransport};
use crate::security::PublicKey;
use crate::ticket::Route;
use crate::transport::conformance::Body;
use crate::transport::{Answer, Ask, AskId, FailureKind, Held, Lane, Peer, Purpose, Time};

/// A network.
#[derive(Clone)]
pub(crate) struct Net(pub(super) Rc<RefCell<World>>);

/// Something that is done to a network.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    Seal(ObjectKey, Body),
    Fail(ObjectKey, String),
    Evict(ObjectKey),
    /// An endpoint dies: whoever is connected learns of it, or not.
    Kill {
        way: usize,
        silently: bool,
    },
    Restart {
        way: usize,
    },
    Stop {
        way: usize,
    },
    Resume {
        way: usize,
    },
}

impl Net {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rc::new(RefCell::new(World::new(seed))))
    }

    /// Adds an endpoint, and the route to it.
    pub(crate) fn add(&self, link: Link, profile: Profile) -> Route {
        self.0.borrow_mut().add(link, profile)
    }

    pub(crate) fn peer(&self) -> Peer {
        Peer { node: NodeId::from_bytes([7; 16]), key: KEY }
    }

    pub(crate) fn transport(&self) -> SimTransport {
        SimTransport::new(self.clone())
    }

    pub(crate) fn now(&self) -> Time {
        self.0.borrow().now
    }

    pub(crate) fn put(&self, body: Body) -> ObjectKey {
        self.0.borrow_mut().object(Fate::Sealed(body), false)
    }

    pub(crate) fn put_once(&self, body: Body) -> ObjectKey {
        self.0.borrow_mut().object(Fate::Sealed(body), true)
    }

    pub(crate) fn promise(&self, once: bool) -> ObjectKey {
        self.0.borrow_mut().object(Fate::Pending, once)
    }

    /// Does something now.
    pub(crate) fn change(&self, change: Change) {
        self.0.borrow_mut().change(change);
    }

    /// Does something at a time.
    pub(crate) fn schedule(&self, at: Time, change: Change) {
        self.0.borrow_mut().at(at, Happening::Change(change));
    }

    pub(crate) fn faults(&self) -> Faults {
        self.0.borrow().faults.clone()
    }

    /// Whether an object that ends `once` was consumed.
    pub(crate) fn consumed(&self, key: &ObjectKey) -> bool {
        self.0.borrow().objects[&key.slot].consumed
    }

    /// The objects there were are gone.
    pub(crate) fn forget_objects(&self) {
        self.0.borrow_mut().objects.values_mut().for_each(|object| object.fate = Fate::Evicted);
    }

    /// Bytes of objects that were sent so far.
    pub(crate) fn carried(&self) -> u64 {
        self.0.borrow().carried
    }

    /// Connections that an endpoint has, beside those that are kept warm.
    pub(crate) fn in_use(&self) -> usize {
        let world = self.0.borrow();
        world.conns.values().filter(|conn| conn.lane.is_some()).count()
    }

    /// So many asks are held, or wait to be answered.
    pub(crate) fn in_flight(&self) -> usize {
        let world = self.0.borrow();
        world.conns.values().map(|conn| conn.held.len() + conn.sending.len()).sum()
    }
}

pub(super) struct World {
    pub(super) now: Time,
    queue: BTreeMap<(Time, u64), Happening>,
    last: u64,
    pub(super) ways: Vec<Way>,
    pub(super) objects: BTreeMap<u32, Object>,
    pub(super) conns: BTreeMap<u64, Conn>,
    /// Connections that are kept by the reader's process, the latest last.
    pub(super) warm: Vec<u64>,
    pub(super) rng: Rng,
    pub(super) faults: Faults,
    pub(super) carried: u64,
}

/// An endpoint, and what lies between it and the reader.
pub(super) struct Way {
    pub(super) route: Route,
    pub(super) alive: bool,
    pub(super) stopped: bool,
    /// How often it was started.
    pub(super) life: u32,
    pub(super) link: Link,
    pub(super) profile: Profile,
}

pub(super) struct Object {
    pub(super) key: ObjectKey,
    pub(super) fate: Fate,
    pub(super) once: bool,
    /// The connection that has claimed it, and by which ask.
    pub(super) claim: Option<(u64, AskId)>,
    pub(super) consumed: bool,
}

#[derive(Clone, Debug)]
pub(super) enum Fate {
    Pending,
    Sealed(Body),
    Failed(String),
    Evicted,
}

/// A connection, with both of its ends.
pub(super) struct Conn {
    pub(super) way: usize,
    pub(super) peer: Peer,
    pub(super) purpose: Purpose,
    /// What the reader calls it while he uses it.
    pub(super) lane: Option<Lane>,
    /// It was open once.
    pub(super) open: bool,
    /// It was kept from an earlier call, and nothing was heard of it since.
    pub(super) stale: bool,
    /// In which of its endpoint's lives it was opened.
    pub(super) life: u32,
    /// Nothing comes back by it any more.
    pub(super) silent: bool,
    /// It has ended, and the reader is about to learn of it.
    pub(super) ended: bool,
    pub(super) window: Window,
    /// Nothing overtakes what is on its way.
    pub(super) latest: Time,
    /// Asks whose object is pending, and until when they are held.
    pub(super) held: BTreeMap<AskId, (Ask, Time)>,
    pub(super) sending: VecDeque<Sending>,
    /// It is to be looked at when its next bytes may be sent.
    pub(super) pumped: bool,
    pub(super) sent: u64,
    pub(super) trouble: Option<Trouble>,
}

/// An answer with bytes.
pub(super) struct Sending {
    pub(super) ask: AskId,
    pub(super) body: Body,
    pub(super) answer: Option<Answer>,
    pub(super) at: u64,
    pub(super) left: u64,
}

/// What happens at a time.
pub(super) enum Happening {
    Change(Change),
    /// Somebody wants to connect.
    Knock(u64),
    /// The time to be connected is over.
    Late(u64),
    /// An ask has come to its endpoint.
    Asked(u64, Ask),
    /// A held ask is due for a sign of life, or its end.
    Hold(u64, AskId),
    /// A connection may send.
    Pump(u64),
    /// Something has come to the reader.
    Come(u64, Parcel),
    /// The reader has left.
    Left(u64),
}

/// What comes to the reader.
pub(super) enum Parcel {
    Opened,
    Answer(AskId, Answer),
    Bytes { ask: AskId, body: Body, at: u64, len: u64 },
    Held(AskId, Held),
    Lost(FailureKind),
}

impl Conn {
    pub(super) fn new(way: usize, peer: Peer, purpose: Purpose, lane: Lane, now: Time) -> Self {
        Self {
            way,
            peer,
            purpose,
            lane: Some(lane),
            open: false,
            stale: false,
            life: 0,
            silent: false,
            ended: false,
            window: Window::new(),
            latest: now,
            held: BTreeMap::new(),
            sending: VecDeque::new(),
            pumped: false,
            sent: 0,
            trouble: None,
        }
    }
}

impl World {
    fn new(seed: u64) -> Self {
        Self {
            now: Time(Duration::from_secs(1)),
            queue: BTreeMap::new(),
            last: 0,
            ways: Vec::new(),
            objects: BTreeMap::new(),
            conns: BTreeMap::new(),
            warm: Vec::new(),
            rng: Rng::new(seed),
            faults: Faults::default(),
            carried: 0,
        }
    }

    fn add(&mut self, link: Link, profile: Profile) -> Route {
        let route = Route::Tcp(([10, 0, 0, 1], 7000 + self.ways.len() as u16).into());
        let way = Way { route, alive: true, stopped: false, life: 0, link, profile };
        self.ways.push(way);
        route
    }

    fn object(&mut self, fate: Fate, once: bool) -> ObjectKey {
        let slot = self.objects.len() as u32;
        let key = ObjectKey {
            arena: ArenaId::from_bytes([1; 16]),
            slot,
            generation: 1,
            capability: Capability::from_bytes([2; 16]),
        };
        self.objects.insert(slot, Object { key, fate, once, claim: None, consumed: false });
        key
    }

    /// A number that was never given before.
    pub(super) fn number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub(super) fn at(&mut self, time: Time, happening: Happening) {
        let number = self.number();
        self.queue.insert((time.max(self.now), number), happening);
    }

    /// Lets pass what happens next, if it does by `until`: something may have come to the reader.
    pub(super) fn step(&mut self, until: Time) -> Option<Option<(u64, Parcel)>> {
        let first = self.queue.first_entry().filter(|entry| entry.key().0 <= until)?;
        let ((time, _), happening) = first.remove_entry();
        self.now = time;
        Some(match happening {
            Happening::Come(conn, parcel) => Some((conn, parcel)),
            other => {
                self.happen(other);
                None
            }
        })
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Change(change) => self.change(change),
            Happening::Knock(conn) => self.knock(conn),
            Happening::Late(conn) => {
                if self.conns.get(&conn).is_some_and(|conn| !conn.open && !conn.ended) {
                    self.lose(conn, FailureKind::TimedOut, Duration::ZERO);
                }
            }
            Happening::Asked(conn, ask) => self.asked(conn, ask),
            Happening::Hold(conn, ask) => self.hold(conn, ask),
            Happening::Pump(conn) => self.pump(conn),
            Happening::Left(conn) => self.release(conn),
            Happening::Come(..) => {}
        }
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Seal(key, body) => self.end_pending(&key, Fate::Sealed(body)),
            Change::Fail(key, why) => self.end_pending(&key, Fate::Failed(why)),
            Change::Evict(key) => self.end_pending(&key, Fate::Evicted),
            Change::Kill { way, silently } => {
                self.faults.count(Fault::Died);
                self.ways[way].alive = false;
                self.ways[way].stopped = false;
                self.forsake(way, silently);
            }
            Change::Restart { way } => {
                self.faults.count(Fault::Restarted);
                self.ways[way].alive = true;
                self.ways[way].life += 1;
            }
            Change::Stop { way } => {
                self.faults.count(Fault::Stopped);
                self.ways[way].stopped = true;
            }
            Change::Resume { way } => {
                self.ways[way].stopped = false;
                self.resume(way);
            }
        }
    }

    /// An endpoint's connections end.
    fn forsake(&mut self, way: usize, silently: bool) {
        let conns: Vec<u64> =
            self.conns.iter().filter(|(_, conn)| conn.way == way).map(|(name, _)| *name).collect();
        for name in conns {
            self.release(name);
            if silently {
                // One that is kept is either not known to the next endpoint, or leads nowhere.
                let nowhere = self.rng.chance(0.5);
                if let Some(conn) = self.conns.get_mut(&name) {
                    conn.silent = conn.lane.is_some() || nowhere;
                }
            } else {
                // A reader who has kept it notices when he wants to use it, if he does at all.
                let latency = self.ways[way].link.latency;
                self.lose(name, FailureKind::Broken, latency);
            }
        }
    }

    /// What its endpoint had to do for a connection is not to be done any more.
    fn release(&mut self, name: u64) {
        if let Some(conn) = self.conns.get_mut(&name) {
            conn.held.clear();
            conn.sending.clear();
        }
        let claimed = |object: &&mut Object| object.claim.is_some_and(|(by, _)| by == name);
        let freed: Vec<ObjectKey> = self
            .objects
            .values_mut()
            .filter(claimed)
            .map(|object| {
                object.claim = None;
                object.key
            })
            .collect();
        if self.conns.get(&name).is_some_and(|conn| conn.lane.is_none())
            && !self.warm.contains(&name)
        {
            self.conns.remove(&name);
        }
        freed.iter().for_each(|key| self.serve_held(key));
    }

    /// Somebody's connection has come to its endpoint.
    fn knock(&mut self, name: u64) {
        let Some(conn) = self.conns.get(&name) else { return };
        let (index, key) = (conn.way, conn.peer.key);
        let way = &self.ways[index];
        let latency = way.link.latency;
        let profile = way.profile.clone();
        if !way.alive {
            self.faults.count(Fault::Unreachable);
            self.lose(name, FailureKind::Unreachable, latency);
        } else if way.stopped {
            // It is let in when the endpoint goes on.
        } else if key != KEY || self.rng.chance(profile.stranger) {
            self.faults.count(Fault::Stranger);
            self.lose(name, FailureKind::Refused, latency);
        } else if self.rng.chance(profile.refuse) {
            self.faults.count(Fault::Refused);
            self.lose(name, FailureKind::Refused, latency);
        } else if self.rng.chance(profile.silent) {
            self.faults.count(Fault::Silent);
            if let Some(conn) = self.conns.get_mut(&name) {
                conn.silent = true;
            }
        } else {
            let trouble = profile.draw(&mut self.rng);
            let (life, now) = (self.ways[index].life, self.now);
            if let Some(conn) = self.conns.get_mut(&name) {
                (conn.open, conn.life, conn.trouble) = (true, life, trouble);
            }
            // Two round trips: one for the connection, one for the keys.
            self.come(name, now + latency * 3, Parcel::Opened);
        }
    }

    /// An endpoint goes on where it was stopped.
    fn resume(&mut self, way: usize) {
        let conns: Vec<u64> =
            self.conns.iter().filter(|(_, conn)| conn.way == way).map(|(name, _)| *name).collect();
        for name in conns {
            let Some(conn) = self.conns.get(&name) else { continue };
            let held: Vec<AskId> = conn.held.keys().copied().collect();
            if conn.ended {
                continue;
            }
            if !conn.open && !conn.silent {
                self.knock(name);
                continue;
            }
            held.into_iter().for_each(|ask| self.hold(name, ask));
            self.start(name);
        }
    }

    /// The reader will see a connection lost, after a time; what is on its way to him may get lost
    /// too.
    pub(super) fn lose(&mut self, name: u64, kind: FailureKind, after: Duration) {
        self.release(name);
        if self.rng.chance(0.5) {
            self.queue.retain(
                |_, happening| !matches!(happening, Happening::Come(conn, _) if *conn == name),
            );
            if let Some(conn) = self.conns.get_mut(&name) {
                conn.latest = self.now;
            }
        }
        let at = self.now + after;
        self.come(name, at, Parcel::Lost(kind));
        if let Some(conn) = self.conns.get_mut(&name) {
            (conn.open, conn.ended) = (true, true);
        }
    }

    /// Something comes to the reader, behind what is on its way.
    pub(super) fn come(&mut self, name: u64, at: Time, parcel: Parcel) {
        let Some(conn) = self.conns.get_mut(&name) else { return };
        conn.latest = conn.latest.max(at);
        let at = conn.latest;
        self.at(at, Happening::Come(name, parcel));
    }

    /// The trouble that a connection has now, of the kind that `is` it.
    pub(super) fn trouble(&self, name: u64) -> Option<Kind> {
        let conn = self.conns.get(&name)?;
        conn.trouble.filter(|trouble| conn.sent >= trouble.after).map(|trouble| trouble.kind)
    }
}

/// What all endpoints of a simulated node prove to be.
pub(super) const KEY: PublicKey = PublicKey([3; 32]);
