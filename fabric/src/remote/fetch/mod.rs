//! Getting objects, or ranges of them, from a peer by whichever of its routes works.
//!
//! ```text
//!              first lane                     more of them, while each doubling gains
//!  routes ──► the best, at once ──► asks ──► │ piece │ piece │ piece │ … one object, or many
//!             the next after ¼ s             └ always as much on its way as keeps the peer sending
//!                   ▲
//!                   └── a lane is lost, silent or too slow: what it has not brought goes elsewhere
//! ```
//!
//! [`fetch`], [`fetch_many`] and a [`Watch`] do what a [machine] without input and output says, on any
//! [`Transport`]: the tests run it in virtual time, through thousands of networks in which everything
//! goes wrong.
//!
//! # Invariants
//!
//! * It is over by the deadline, with each object's bytes or the reason why not.
//! * Bytes that have arrived are kept: a lost lane costs what it had not brought, and nothing is asked
//!   for twice otherwise.
//! * An object that ends `once` is read by one ask, and is there when its peer has confirmed that it is
//!   this call's.
//! * Every lane is closed, and nothing is on its way.

mod failed;
mod growth;
mod lane;
mod machine;
mod object;
mod routes;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::time::Duration;

use wharf_shm::ObjectKey;

use crate::ticket::Route;
use crate::transport::{AskId, Landing, Peer, Time, Transport};

use machine::{Action, Machine, Room};

pub(crate) use failed::{End, Failed, Tried, Why};

/// Whom to ask, where, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) peer: Peer,
    /// The peer's routes, the best first.
    pub(crate) routes: Vec<Route>,
    /// When it is over, come what may, on the clock of the transport.
    pub(crate) deadline: Time,
    /// As many lanes as a call before proved to be [worth](Fetched::worth) it; 1 if that is not known.
    pub(crate) lanes: usize,
}

/// One object that is wanted.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) key: ObjectKey,
    /// How long it is, if that is known. If the peer says otherwise it is another object.
    pub(crate) total: Option<u64>,
    pub(crate) part: Part,
    /// Whether an object that ends `once` may be consumed. Only the whole of it can be.
    pub(crate) once: bool,
}

/// Which of an object's bytes are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    /// Nothing: whether it is there, and how long it is, without waiting for one that is pending.
    Glance,
    /// These, one after the other. None at all asks if the object still stands.
    Ranges(Vec<Range<u64>>),
}

/// Where an object's bytes are wanted.
pub(crate) trait Place {
    /// The object is `total` bytes long, and is what `note` says. Makes room for those that are
    /// wanted, or says why it has none.
    fn begin(&mut self, total: u64, note: &[u8]) -> Result<(), String>;

    /// Room for exactly the bytes that are wanted, one range after the other. Asked for only after
    /// [`begin`](Place::begin).
    fn bytes(&mut self) -> &mut [u8];

    /// So many of the bytes that are wanted have arrived by now.
    fn arrived(&mut self, _bytes: u64) {}
}

/// An object that has arrived: what was wanted of it is in its [`Place`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fetched {
    pub(crate) total: u64,
    /// What the object is, as [`wharf_shm::View::note`] gives it.
    pub(crate) note: Box<[u8]>,
    /// It ended `once`, and was consumed by this call.
    pub(crate) once: bool,
    pub(crate) took: Duration,
    /// As many lanes as were ever in use at the same time.
    pub(crate) lanes: usize,
    /// As many as another call had better begin with.
    pub(crate) worth: usize,
}

/// Gets one object.
pub(crate) fn fetch(
    transport: &mut impl Transport,
    source: &Source,
    wanted: &Wanted,
    place: &mut dyn Place,
) -> Result<Fetched, Failed> {
    let mut outcomes = fetch_many(transport, source, std::slice::from_ref(wanted), &mut [place]);
    outcomes.remove(0)
}

/// Gets many objects of one peer, each to the place of the same index: small ones one right after
/// the other on one lane. Each has its own outcome, in the order of `wanted`.
pub(crate) fn fetch_many(
    transport: &mut impl Transport,
    source: &Source,
    wanted: &[Wanted],
    places: &mut [&mut dyn Place],
) -> Vec<Result<Fetched, Failed>> {
    let mut nowhere = Vec::new();
    let mut machine = Machine::new(source, wanted, transport.now());
    loop {
        act(&mut machine, transport, &source.peer);
        if machine.is_over() {
            break;
        }
        let until = machine.due();
        let mut spots = Spots { machine: &machine, places, nowhere: &mut nowhere };
        if let Some(event) = transport.next(until, &mut spots) {
            machine.handle(event, transport.now(), places);
        }
    }
    let (outcomes, lanes) = machine.end(transport.now());
    lanes.into_iter().for_each(|lane| transport.close(lane));
    outcomes
}

/// Asks for objects of one peer, bit by bit, until one of them has its outcome: what is held there
/// stays so from one bit to the next.
pub(crate) struct Watch {
    peer: Peer,
    machine: Machine,
}

impl Watch {
    /// Nothing is asked before the first [`step`](Watch::step).
    pub(crate) fn new(source: &Source, wanted: &[Wanted], now: Time) -> Self {
        Self { peer: source.peer, machine: Machine::new(source, wanted, now) }
    }

    /// Goes on until `until`, or until one of the objects has its outcome: the place of the first such.
    pub(crate) fn step(
        &mut self,
        transport: &mut impl Transport,
        until: Time,
        places: &mut [&mut dyn Place],
    ) -> Option<usize> {
        loop {
            act(&mut self.machine, transport, &self.peer);
            let done = self.machine.first_over();
            if done.is_some() || transport.now() >= until {
                return done;
            }
            let until = self.machine.due().min(until);
            let mut spots = Spots { machine: &self.machine, places, nowhere: &mut Vec::new() };
            if let Some(event) = transport.next(until, &mut spots) {
                self.machine.handle(event, transport.now(), places);
            }
        }
    }

    /// Takes back what is asked, and gives the outcome of one object.
    pub(crate) fn end(
        self,
        transport: &mut impl Transport,
        object: usize,
    ) -> Result<Fetched, Failed> {
        let (mut outcomes, lanes) = self.machine.end(transport.now());
        lanes.into_iter().for_each(|lane| transport.close(lane));
        outcomes.swap_remove(object)
    }
}

/// Does what is to be done now.
fn act(machine: &mut Machine, transport: &mut impl Transport, peer: &Peer) {
    machine.wake(transport.now());
    while let Some(action) = machine.action() {
        match action {
            Action::Open { lane, route, purpose, by } => {
                transport.open(lane, peer, &route, purpose, by);
            }
            Action::Ask(lane, ask) => transport.ask(lane, ask),
            Action::Close(lane) => transport.close(lane),
        }
    }
}

/// Where the bytes of each ask go.
struct Spots<'a, 'p> {
    machine: &'a Machine,
    places: &'a mut [&'p mut dyn Place],
    /// For the bytes of objects that are not wanted any more.
    nowhere: &'a mut Vec<u8>,
}

impl Landing for Spots<'_, '_> {
    fn room(&mut self, ask: AskId, at: u64, most: usize) -> &mut [u8] {
        match self.machine.room(ask, at, most) {
            Some(Room::At { object, from, most }) => {
                let bytes = self.places[object].bytes();
                bytes.get_mut(from..from + most).unwrap_or_default()
            }
            Some(Room::Nowhere { most }) => {
                self.nowhere.resize(most.min(NOWHERE), 0);
                self.nowhere
            }
            None => &mut [],
        }
    }
}

/// So many bytes at once go nowhere.
const NOWHERE: usize = 64 << 10;

/// A pause of this length, or up to half of it more or less: whoever was turned away together shall not come
/// back together. The clock's last digits are as good as dice.
fn spread(pause: Duration, now: Time) -> Duration {
    let dice = (now.0.as_nanos() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
    pause / 2 + pause * dice as u32 / 1024
}
