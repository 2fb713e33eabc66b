//! A small node in which somebody is about to die.
//!
//! ```text
//! estate   dead, not cleaned yet   node-scope and process-scope objects, one viewed, one pending
//! ruin     dead, not cleaned yet   nothing that stays
//! owner    lives                   shared, small, doomed, once, pending, exposed, and what is claimed;
//!                                  8 MiB and no more
//! reader   lives                   views of the owner's, the estate's and the victim's objects
//! waiter   lives                   waits for what the owner and the victim promise
//! mortal   dies while the victim waits for what it has promised
//! victim   is led through everything, until it dies: cleans, puts, waits, evicts, closes, leaves
//! ```
//!
//! [`World::lead`] writes down what the victim was told and what it answered; what it did not
//! answer may have happened or not. [`World::outlives_the_victim`] checks the rest of the world
//! against that, with the same words wherever the victim died.

use std::time::{Duration, Instant};

use wharf_shm::Sweep;

use crate::place::Place;
use crate::puppet::{Puppet, parse_key};

/// What the owner's and the victim's arenas may take.
pub(super) const CAPACITY: &str = "8388608";

const LARGE: u64 = 1_500_000;
const SMALL: u64 = 1000;
/// The most that a dead arena takes beside its objects: table, rounding, messages.
const BESIDE: u64 = 64 << 10;

pub(super) struct World<'a> {
    place: &'a Place,
    owner: Puppet,
    reader: Puppet,
    waiter: Puppet,
    shared: Known,
    small: Known,
    doomed: Known,
    once: Known,
    pending: Known,
    exposed: Known,
    /// To be claimed by the victim: let go of, confirmed, and taken after a dead one's claim.
    claimed: [Known; 3],
    estate: Estate,
    /// Pending in an arena of which nothing stays.
    ruin: Known,
    victim: Ledger,
}

/// An object of the test: how its bytes are known, and its key.
#[derive(Clone)]
struct Known {
    len: u64,
    seed: u64,
    key: String,
}

struct Estate {
    kept: Known,
    /// Of node scope: the victim evicts it, if it comes to that.
    ending: Known,
    ended: Deed,
    /// Ends with its owner.
    gone: Known,
    pending: Known,
}

/// How far the victim got with something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Deed {
    #[default]
    NotTried,
    /// Told to, and not heard of since.
    Tried,
    Done,
}

/// What is known of the victim.
#[derive(Default)]
struct Ledger {
    kept: Option<Known>,
    pending: Option<Known>,
    sealed: Deed,
    promise: Option<Known>,
    broken: Deed,
    named: Deed,
    took_once: Deed,
    /// What others wait for, which the victim has claimed, and lets go of or confirms.
    let_go: Deed,
    confirmed: Deed,
    took_from_dead: Deed,
    /// What it took from the owner, for whom it waits no longer.
    overtook: Option<Known>,
    evicted_doomed: Deed,
    owner_sealed: bool,
    /// What it waited for in vain.
    mortals: Option<Known>,
}

impl Known {
    fn put(by: &mut Puppet, len: u64, seed: u64, life: &str) -> Self {
        Self { len, seed, key: by.must(&format!("put {len} {seed} {life}")) }
    }

    fn alloc(by: &mut Puppet, seed: u64) -> Self {
        Self { len: SMALL, seed, key: by.must(&format!("alloc {SMALL} {seed} process")) }
    }

    fn expose(by: &mut Puppet, seed: u64) -> Self {
        Self { len: LARGE, seed, key: by.must(&format!("expose heap {LARGE} {seed} process")) }
    }

    /// The words that resolve it.
    fn resolve(&self, ms: u64) -> String {
        format!("resolve {} {} {} {ms}", self.len, self.seed, self.key)
    }

    fn claim(&self) -> String {
        format!("claim {} {} {} 0", self.len, self.seed, self.key)
    }

    fn wait(&self, name: &str) -> String {
        format!("await {name} adaptive {} {} {} 20000", self.len, self.seed, self.key)
    }
}

impl<'a> World<'a> {
    pub(super) fn new(place: &'a Place) -> Self {
        let mut owner = Puppet::start_with(place, &[("WHARF_TEST_CAPACITY", CAPACITY)]);
        let (mut reader, mut waiter) = (Puppet::start(place), Puppet::start(place));
        let (mut heirs, mut ruin) = (Puppet::start(place), Puppet::start(place));
        let world = Self {
            shared: Known::put(&mut owner, LARGE, 1, "process"),
            small: Known::put(&mut owner, SMALL, 2, "process"),
            doomed: Known::put(&mut owner, LARGE, 3, "process"),
            once: Known::put(&mut owner, SMALL, 4, "once"),
            pending: Known::alloc(&mut owner, 5),
            exposed: Known::expose(&mut owner, 6),
            claimed: [7, 8, 9].map(|seed| Known::put(&mut owner, SMALL, seed, "once")),
            estate: Estate::new(&mut heirs, &mut reader),
            ruin: {
                Known::put(&mut ruin, LARGE, 20, "process");
                Known::alloc(&mut ruin, 21)
            },
            victim: Ledger::default(),
            owner,
            place,
            reader: {
                reader.must("check");
                reader
            },
            waiter: {
                waiter.must("check");
                waiter
            },
        };
        let mut world = world;
        world.reader.must(&world.shared.resolve(0));
        world.reader.must(&world.doomed.resolve(0));
        world.waiter.must(&world.pending.wait("owners"));
        heirs.kill();
        ruin.kill();
        world
    }

    /// Leads the victim through its life; `None` if it died on the way. It cleans when it joins
    /// the node, evicts in a dead arena, drops a view there, waits there, and closes its own.
    pub(super) fn lead(&mut self, victim: &mut Puppet) -> Option<()> {
        self.puts(victim)?;
        self.reads(victim)?;
        self.evicts(victim)?;
        self.names(victim)?;
        self.carries(victim)?;
        self.waits_in_vain(victim)?;
        self.produces(victim)?;
        victim.try_tell("close")?;
        victim.try_tell("leave").map(drop)
    }

    fn puts(&mut self, victim: &mut Puppet) -> Option<()> {
        let key = told(victim, &format!("put {LARGE} 30 node"))?;
        let kept = Known { len: LARGE, seed: 30, key };
        self.reader.must(&kept.resolve(0));
        self.victim.kept = Some(kept);
        // Viewed, and bound to the victim.
        let key = told(victim, &format!("put {LARGE} 31 process"))?;
        self.reader.must(&Known { len: LARGE, seed: 31, key: key.clone() }.resolve(0));
        told(victim, &format!("evict {key}"))?;
        let key = told(victim, &format!("put {LARGE} 37 process"))?;
        told(victim, &format!("evict {key}"))?;
        told(victim, "trim")?;
        // It may die with it, and then nobody can read it any more.
        let key = told(victim, &format!("expose heap {LARGE} 35 process"))?;
        told(victim, "unexpose 20000")?;
        let answer = self.reader.tell(&Known { len: LARGE, seed: 35, key }.resolve(0));
        assert_one_of(&answer, &["err Evicted"]);
        told(victim, &format!("expose heap {LARGE} 36 process"))?;
        // Evicted by another, for the victim to reclaim.
        let key = told(victim, &format!("put {SMALL} 32 process"))?;
        self.reader.must(&format!("evict {key}"));
        let key = told(victim, &format!("alloc {SMALL} 33 process"))?;
        let pending = Known { len: SMALL, seed: 33, key };
        self.waiter.must(&pending.wait("victims"));
        self.owner.must(&pending.wait("victims"));
        self.waiter.must(&format!("any victims block 20000 {}", pending.key));
        self.victim.pending = Some(pending);
        Some(())
    }

    fn reads(&mut self, victim: &mut Puppet) -> Option<()> {
        told(victim, &self.shared.resolve(0))?;
        told(victim, &self.small.resolve(0))?;
        told(victim, &self.exposed.resolve(0))?;
        told(victim, &self.exposed.resolve(0))?;
        told(victim, &format!("hold 600 {} {} {}", SMALL, self.small.seed, self.small.key))?;
        told(victim, &self.pending.wait("owners"))?;
        // Long enough for it to sleep.
        std::thread::sleep(Duration::from_millis(20));
        self.owner_seals();
        told(victim, "joined owners")?;
        self.victim.took_once = Deed::Tried;
        told(victim, &self.once.resolve(0))?;
        self.victim.took_once = Deed::Done;
        told(victim, "check")?;
        Some(())
    }

    fn evicts(&mut self, victim: &mut Puppet) -> Option<()> {
        self.victim.evicted_doomed = Deed::Tried;
        told(victim, &format!("evict {}", self.doomed.key))?;
        self.victim.evicted_doomed = Deed::Done;
        // In a dead arena, and viewed by the victim itself.
        told(victim, &self.estate.kept.resolve(0))?;
        told(victim, &self.estate.ending.resolve(0))?;
        self.estate.ended = Deed::Tried;
        told(victim, &format!("evict {}", self.estate.ending.key))?;
        self.estate.ended = Deed::Done;
        told(victim, "drop")?;
        told(victim, &format!("churn 600 {SMALL}"))?;
        told(victim, "fill 1000000")?;
        Some(())
    }

    /// Publishes what stays and what goes, in the place of what is gone as well.
    fn names(&mut self, victim: &mut Puppet) -> Option<()> {
        let key = told(victim, &format!("put {SMALL} 36 process"))?;
        told(victim, &format!("publish own {key} x"))?;
        let gone = self.owner.must(&format!("put {SMALL} 35 process"));
        self.owner.must(&format!("publish stale {gone} x"));
        self.owner.must(&format!("publish shared {} x", self.shared.key));
        self.owner.must(&format!("evict {gone}"));
        told(victim, &format!("publish stale {key} x"))?;
        self.victim.named = Deed::Tried;
        let kept = self.victim.kept.as_ref().map_or("", |kept| &kept.key);
        told(victim, &format!("publish kept {kept} x"))?;
        self.victim.named = Deed::Done;
        told(victim, "unpublish own")?;
        told(victim, &format!("publish own {key} x"))?;
        Some(())
    }

    /// Does what endpoints do, and who fetches from them.
    fn carries(&mut self, victim: &mut Puppet) -> Option<()> {
        told(victim, "key of-the-node")?;
        told(victim, "announce the-victim")?;
        told(victim, "withdraw")?;
        told(victim, "announce the-victim")?;
        told(victim, &format!("fetch 1 {SMALL} 37 0"))?;
        let [let_go, confirmed, of_dead] = self.claimed.clone();
        told(victim, &let_go.claim())?;
        self.waiter.must(&let_go.wait("let-go"));
        std::thread::sleep(Duration::from_millis(20));
        self.victim.let_go = Deed::Tried;
        told(victim, "unclaim")?;
        self.victim.let_go = Deed::Done;
        told(victim, &confirmed.claim())?;
        self.waiter.must(&confirmed.wait("confirmed"));
        std::thread::sleep(Duration::from_millis(20));
        self.victim.confirmed = Deed::Tried;
        told(victim, "confirm")?;
        self.victim.confirmed = Deed::Done;
        let mut mortal = Puppet::start(self.place);
        mortal.must(&of_dead.claim());
        mortal.kill();
        self.victim.took_from_dead = Deed::Tried;
        told(victim, &of_dead.resolve(0))?;
        self.victim.took_from_dead = Deed::Done;
        let key = told(victim, &format!("promise-alive {SMALL} 38"))?;
        self.waiter.must(&format!("overtake {key}"));
        told(victim, "keep")?;
        told(victim, "check")?;
        told(victim, "drop")?;
        let key = self.owner.must(&format!("promise-alive {LARGE} 39"));
        let theirs = Known { len: LARGE, seed: 39, key };
        self.waiter.must(&theirs.wait("overtaken"));
        std::thread::sleep(Duration::from_millis(20));
        self.victim.overtook = Some(theirs.clone());
        told(victim, &format!("overtake {}", theirs.key))?;
        Some(())
    }

    /// Waits for somebody who dies, and cleans up after him.
    fn waits_in_vain(&mut self, victim: &mut Puppet) -> Option<()> {
        let mut mortal = Puppet::start(self.place);
        let viewed = Known::put(&mut mortal, LARGE, 50, "process");
        self.reader.must(&viewed.resolve(0));
        let pending = Known::alloc(&mut mortal, 51);
        self.victim.mortals = Some(pending.clone());
        told(victim, &pending.wait("mortals"))?;
        mortal.kill();
        let answer = victim.try_tell("joined mortals")?;
        assert_one_of(&answer, &["err OwnerDied"]);
        Some(())
    }

    fn produces(&mut self, victim: &mut Puppet) -> Option<()> {
        self.victim.sealed = Deed::Tried;
        told(victim, "seal")?;
        self.victim.sealed = Deed::Done;
        // It ends when the arena is closed, even for those who have been woken and not yet looked.
        self.waiter.must("joined victims");
        self.owner.must("joined victims");
        assert_eq!(self.waiter.must("first victims"), "0");
        let key = told(victim, "promise process")?;
        let promise = Known { len: SMALL, seed: 34, key };
        self.waiter.must(&promise.wait("promise"));
        self.victim.promise = Some(promise);
        told(victim, &format!("promised {SMALL} 34"))?;
        self.victim.broken = Deed::Tried;
        told(victim, "fail for a reason")?;
        self.victim.broken = Deed::Done;
        Some(())
    }

    fn owner_seals(&mut self) {
        if !std::mem::replace(&mut self.victim.owner_sealed, true) {
            self.owner.must("seal");
        }
    }

    /// Whoever waited for what the victim had claimed has it, or knows that it is gone.
    fn claims_are_settled(&mut self) {
        let Ledger { let_go, confirmed, took_from_dead, .. } = self.victim;
        let [freed, given, of_dead] = self.claimed.clone();
        // Where nobody waits, the object is there to be taken.
        let line =
            if let_go == Deed::NotTried { freed.resolve(5000) } else { "joined let-go".into() };
        assert_one_of(&self.waiter.tell(&line), &["ok"]);
        let line = if confirmed == Deed::NotTried {
            given.resolve(5000)
        } else {
            "joined confirmed".into()
        };
        assert_one_of(&self.waiter.tell(&line), confirmed.of_an_eviction());
        let answer = self.waiter.tell(&of_dead.resolve(5000));
        assert_one_of(&answer, took_from_dead.of_an_eviction());
        if self.victim.overtook.is_some() {
            // The owner goes on with it, whether it was taken from him or not.
            self.owner.must("keep");
            assert_one_of(&self.waiter.tell("joined overtaken"), &["err Evicted"]);
        }
        // Nothing of the victim's is announced, and what it has fetched is fetched anew.
        assert_eq!(self.waiter.must("announced"), "");
        assert_one_of(&self.waiter.tell("key of-the-waiter"), &["of-the-node", "of-the-waiter"]);
        assert_one_of(&self.waiter.must(&format!("fetch 1 {SMALL} 37 0")), &["fetched"]);
    }

    /// Everything that must hold once the victim is gone, died or not. Ends the world.
    pub(super) fn outlives_the_victim(&mut self, died: Option<Instant>) {
        self.waiters_were_told(died);
        self.the_dead_are_cleaned();
        self.claims_are_settled();
        self.names_are_right();
        self.the_living_carry_on();
        self.memory_is_back();
        for puppet in [&mut self.owner, &mut self.reader, &mut self.waiter] {
            assert!(puppet.finish().success());
        }
        self.place.assert_empty_after_sweep();
    }

    fn waiters_were_told(&mut self, died: Option<Instant>) {
        if let Some(pending) = self.victim.pending.clone() {
            let expected: &[&str] = match self.victim.sealed {
                Deed::NotTried => &["err OwnerDied"],
                Deed::Tried => &["err OwnerDied", "ok", "err Evicted"],
                // It ends with its process: as soon as that is seen, or when the arena is closed.
                Deed::Done if died.is_some() => &["ok", "err Evicted"],
                Deed::Done => &["err Evicted"],
            };
            if self.victim.sealed != Deed::Done {
                assert_one_of(&self.waiter.tell("joined victims"), expected);
                assert_one_of(&self.owner.tell("joined victims"), expected);
                assert_eq!(self.waiter.must("first victims"), "0");
            }
            // Who comes too late is told the same.
            assert_one_of(&self.waiter.tell(&pending.resolve(5000)), expected);
        }
        if self.victim.promise.is_some() {
            let broken = "err Failed the producer failed this object: for a reason";
            let expected: &[&str] = match self.victim.broken {
                Deed::NotTried => &["err OwnerDied"],
                Deed::Tried => &["err OwnerDied", broken],
                Deed::Done => &[broken],
            };
            assert_one_of(&self.waiter.tell("joined promise"), expected);
        }
        let answer = self.waiter.tell(&self.estate.pending.resolve(5000));
        assert_one_of(&answer, &["err OwnerDied"]);
        let answer = self.waiter.tell(&self.ruin.resolve(5000));
        // Where its arena is gone, there is nobody left to ask.
        assert_one_of(&answer, &["err OwnerDied", "err Evicted"]);
        if let Some(pending) = self.victim.mortals.clone() {
            assert_one_of(&self.waiter.tell(&pending.resolve(5000)), &["err OwnerDied"]);
        }
        let took = died.map_or(Duration::ZERO, |died| died.elapsed());
        assert!(took < Duration::from_secs(1), "it took {took:?} until all waiters were told");
    }

    fn the_dead_are_cleaned(&mut self) {
        let report = self.place.node().expect("opens").sweep(Sweep::Dead).expect("sweeps");
        assert_eq!(report.failed, 0, "{report:?}");
        self.reader.must("check");
        self.reader.must(&self.estate.kept.resolve(0));
        let answer = self.reader.tell(&self.estate.gone.resolve(0));
        assert_one_of(&answer, &["err Evicted"]);
        let answer = self.reader.tell(&self.estate.ending.resolve(0));
        assert_one_of(&answer, self.estate.ended.of_an_eviction());
        if let Some(kept) = &self.victim.kept {
            self.reader.must(&kept.resolve(0));
        }
    }

    /// Nothing is left of the victim's names but what its node-scope object keeps, and each that is
    /// free can be had.
    fn names_are_right(&mut self) {
        let kept = self.victim.kept.as_ref().map_or("", |kept| &kept.key);
        let expected: &[&str] = match self.victim.named {
            Deed::NotTried => &["err NoSuchName"],
            Deed::Tried => &["err NoSuchName", kept],
            Deed::Done => &[kept],
        };
        assert_one_of(&self.waiter.tell("lookup kept 0"), expected);
        for name in ["stale", "own"] {
            assert_one_of(&self.waiter.tell(&format!("lookup {name} 0")), &["err NoSuchName"]);
            self.waiter.must(&format!("publish {name} {} x", self.shared.key));
            self.reader.must(&format!("lookup {name} 0"));
        }
        let mut left = self.reader.must("names ");
        self.reader.must("unpublish own");
        left = left.replace("kept ", "");
        assert!(["own stale", "own shared stale"].contains(&&*left), "{left}");
    }

    fn the_living_carry_on(&mut self) {
        self.owner_seals();
        self.waiter.must("joined owners");
        self.waiter.must(&self.shared.resolve(0));
        let answer = self.waiter.tell(&self.doomed.resolve(0));
        assert_one_of(&answer, self.victim.evicted_doomed.of_an_eviction());
        let answer = self.waiter.tell(&self.once.resolve(0));
        assert_one_of(&answer, self.victim.took_once.of_an_eviction());
        self.owner.must(&self.exposed.resolve(0));
        self.owner.must("unexpose 0");
        self.owner.must(&format!("churn 600 {SMALL}"));
        self.reader.must("check");
        self.waiter.must("check");
    }

    fn memory_is_back(&mut self) {
        for puppet in [&mut self.owner, &mut self.reader, &mut self.waiter] {
            puppet.must("drop");
        }
        let node = self.place.node().expect("opens");
        node.sweep(Sweep::Dead).expect("sweeps");
        let (living, dead): (Vec<_>, Vec<_>) =
            node.arenas().expect("lists").into_iter().partition(|arena| arena.owner_alive);
        drop(node);
        // The owner has a second one, for the copy that it has made.
        assert_eq!(living.len(), 4, "{living:?}");
        let files = self.place.files();
        let records = files.iter().filter(|name| name.starts_with("p-")).count();
        assert_eq!(records, 3, "{files:?}");
        // Of the dead, only what has node scope stays.
        let mut expected = vec![(parse_key(&self.estate.kept.key).arena, 2)];
        if let Some(kept) = &self.victim.kept {
            expected.push((parse_key(&kept.key).arena, 1));
        }
        assert_eq!(dead.len(), expected.len(), "{dead:?}");
        for (id, most) in expected {
            let arena = dead.iter().find(|arena| arena.id == id).expect("it is kept");
            assert!(arena.reserved <= most * LARGE + BESIDE, "{arena:?}");
        }
        self.the_owner_can_use_all();
        // The last object of a dead arena takes the arena with it.
        if let Some(kept) = &self.victim.kept {
            self.reader.must(&format!("evict {}", kept.key));
            let arena = parse_key(&kept.key).arena.to_string();
            let files = self.place.files();
            assert!(!files.iter().any(|name| name.contains(&arena)), "{arena} in {files:?}");
        }
    }

    /// All that the owner shared and evicts it can use anew: nobody dead has any of it.
    fn the_owner_can_use_all(&mut self) {
        self.owner.must("check");
        self.owner.must("drop");
        let own = [&self.shared, &self.small, &self.doomed, &self.once, &self.pending];
        for object in own.into_iter().chain(&self.claimed) {
            let answer = self.owner.tell(&format!("evict {}", object.key));
            assert_one_of(&answer, &["ok", "err Evicted"]);
        }
        let usage = self.owner.must("usage");
        let put = self.owner.tell(&format!("put {CAPACITY} 40 process"));
        assert!(!put.starts_with("err "), "usage was {usage}: {put}");
    }
}

impl Estate {
    fn new(owner: &mut Puppet, reader: &mut Puppet) -> Self {
        let viewed = Known::put(owner, LARGE, 10, "process");
        reader.must(&viewed.resolve(0));
        Self {
            kept: Known::put(owner, LARGE, 11, "node"),
            ending: Known::put(owner, LARGE, 12, "node"),
            ended: Deed::NotTried,
            gone: Known::put(owner, LARGE, 13, "process"),
            pending: Known::alloc(owner, 14),
        }
    }
}

impl Deed {
    /// What a resolve may give, where the deed is to evict.
    fn of_an_eviction(self) -> &'static [&'static str] {
        match self {
            Deed::NotTried => &["ok"],
            Deed::Tried => &["ok", "err Evicted"],
            Deed::Done => &["err Evicted"],
        }
    }
}

/// Tells the victim something that it does right, or dies of.
fn told(victim: &mut Puppet, line: &str) -> Option<String> {
    let answer = victim.try_tell(line)?;
    assert!(!answer.starts_with("err ") && !answer.starts_with("torn"), "{line}: {answer}");
    Some(answer)
}

#[track_caller]
fn assert_one_of(answer: &str, expected: &[&str]) {
    assert!(
        expected.iter().any(|expected| answer.starts_with(expected)),
        "{answer:?}, and not one of {expected:?}"
    );
}
