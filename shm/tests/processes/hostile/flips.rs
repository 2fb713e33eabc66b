//! Random damage to everything that is shared, and then every call there is, from three processes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use libtest_mimic::Trial;
use wharf_shm::{Arena, ArenaOptions, Lifetime, Node, ObjectKey, View};

use super::{everything, now};
use crate::damage::{FIRST_SLOT, PINS, Raw, SLOT, Snapshot};
use crate::place::Place;
use crate::puppet::{Puppet, key_text, parse_key};
use crate::{Outcome, alone, pattern};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        alone::test("hostile::random_damage_is_survived", alone::nothing, survive_random_damage),
        alone::test(
            "hostile::damage_at_any_moment_is_survived",
            alone::nothing,
            survive_scribbling,
        ),
    ]
}

const ROUNDS: u32 = 2000;
const ROUNDS_PER_SCENE: u32 = 50;
/// Another seed can be tried by the variable `WHARF_TEST_SEED`.
const SEED: u64 = 20_240_607;

fn survive_random_damage(place: &Place) -> Outcome {
    let seed = std::env::var("WHARF_TEST_SEED").map_or(Ok(SEED), |seed| seed.parse())?;
    let mut random = Random::new(seed);
    let mut outcomes = BTreeMap::new();
    let mut rounds = 0;
    let mut hits = BTreeMap::new();
    while rounds < ROUNDS {
        let mut scene = Scene::set(place)?;
        for _ in 0..ROUNDS_PER_SCENE {
            let target = Target::ALL[random.below(Target::ALL.len() as u64) as usize];
            scene.round(target, &mut random, &mut outcomes)?;
            *hits.entry(format!("{target:?}")).or_insert(0) += 1;
            rounds += 1;
        }
        scene.end(&mut random)?;
    }
    assert_eq!(rounds, ROUNDS);
    println!("{rounds} rounds: {hits:?}; {outcomes:?}");
    // The damage was seen for what it was, and did not hide everything else.
    for name in ["Ok", "Corrupt", "Layout", "Evicted", "WrongCapability", "Deadline", "Failed"] {
        assert!(outcomes.contains_key(name), "never {name}: {outcomes:?}");
    }
    Ok(())
}

/// The same, while a thread damages everything that is not this process's own, without a pause.
fn survive_scribbling(place: &Place) -> Outcome {
    const ROUNDS: u32 = 300;
    let mut scene = Scene::set(place)?;
    let page = Snapshot::take(&place.path().join("node"), 4096);
    let targets = [Target::Theirs, Target::Dead, Target::Reader, Target::Node];
    let files = targets.map(|target| (target, scene.file(target).path().to_owned()));
    let done = AtomicBool::new(false);
    let damaged = std::thread::scope(|scope| {
        let scribbler = scope.spawn(|| {
            let mut random = Random::new(SEED);
            let mut count = 0_u64;
            while !done.load(Ordering::Relaxed) {
                let (target, path) = &files[random.below(4) as usize];
                // The dead arena comes and goes.
                let Ok(file) = Raw::try_open(path) else { continue };
                // Were it not mended, nothing would be right for long.
                Damage::inflict(&file, *target, &mut random).mend(&file);
                count += 1;
            }
            count
        });
        let outcome = (0..ROUNDS).try_for_each(|_| scene.use_everything());
        done.store(true, Ordering::Relaxed);
        let damaged = scribbler.join().map_err(|_| "the scribbler panicked")?;
        outcome.map(|()| damaged)
    })?;
    println!("{damaged} damages in {ROUNDS} rounds");
    assert!(damaged > u64::from(ROUNDS) * 100, "only {damaged} damages");
    page.restore();
    scene.end(&mut Random::new(SEED))
}

/// What is damaged.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Target {
    /// The table of an arena whose owner lives.
    Theirs,
    /// The table of an arena whose owner is dead.
    Dead,
    /// The record of a process that holds views.
    Reader,
    /// The node file.
    Node,
    /// This process's own arena.
    OwnTable,
    /// This process's own record.
    OwnRecord,
}

impl Target {
    const ALL: [Self; 6] =
        [Self::Theirs, Self::Dead, Self::Reader, Self::Node, Self::OwnTable, Self::OwnRecord];
}

/// Three processes, each with an arena, and a fourth one's arena that is dead.
struct Scene<'a> {
    place: &'a Place,
    node: Node,
    arena: Arena,
    /// This process's objects, held, with the pattern of their number.
    own: Vec<(ObjectKey, View)>,
    owner: Puppet,
    reader: Puppet,
    theirs: Vec<ObjectKey>,
    dead: Vec<ObjectKey>,
    /// The dead arena's files; every sweep of all removes them.
    remains: Vec<Snapshot>,
}

/// An object with the pattern of its number.
fn put(arena: &Arena, len: u64, seed: u64) -> wharf_shm::Result<ObjectKey> {
    let mut block = arena.alloc(len, 1, Lifetime::PROCESS)?;
    pattern::fill(&mut block, seed);
    Ok(block.seal()?.key)
}

/// Objects of every kind, the victim of this round aside.
fn objects_of(puppet: &mut Puppet) -> Vec<ObjectKey> {
    let mut commands = vec!["put 100 1 process", "put 70000 2 node", "put 64 3 lease=100000"];
    commands.extend([
        "put 0 4 node",
        "put 3000000 5 process",
        "alloc 500 6 node",
        "alloc 9 7 node",
    ]);
    let keys = commands.iter().map(|command| parse_key(&puppet.must(command))).collect();
    puppet.must("fail because it may");
    keys
}

impl<'a> Scene<'a> {
    fn set(place: &'a Place) -> Result<Self, Box<dyn std::error::Error>> {
        let [mut owner, reader, mut dying] = std::array::from_fn(|_| Puppet::start(place));
        let theirs = objects_of(&mut owner);
        let dead = objects_of(&mut dying);
        dying.kill();
        let table = place.path().join(format!("a-{}", dead[0].arena));
        let remains = vec![
            Snapshot::take(&table.with_extension("0"), 4 << 20),
            Snapshot::take(&table, 1 << 20),
        ];
        let node = place.node()?;
        let arena = node.create_arena(&ArenaOptions::default())?;
        let mut own = Vec::new();
        for (seed, len) in (0..).zip([10, 64, 5000, 20_000, 70_000, 200_000]) {
            let key = put(&arena, len, seed)?;
            own.push((key, now(&node, &key)?));
        }
        let mut scene = Self { place, node, arena, own, owner, reader, theirs, dead, remains };
        scene.let_reader_hold();
        Ok(scene)
    }

    fn file(&self, target: Target) -> Raw {
        match target {
            Target::Theirs => Raw::table(self.place, &self.theirs[0]),
            Target::Dead => Raw::table(self.place, &self.dead[0]),
            Target::OwnTable => Raw::table(self.place, &self.own[0].0),
            Target::Reader => Raw::record(self.place, self.reader.pid()),
            Target::OwnRecord => Raw::record(self.place, std::process::id()),
            Target::Node => Raw::node(self.place),
        }
    }

    fn round(
        &mut self,
        target: Target,
        random: &mut Random,
        outcomes: &mut BTreeMap<String, u64>,
    ) -> Outcome {
        self.remains.iter().for_each(Snapshot::restore);
        let victims: Vec<_> = (0..3).map(|_| self.owner.must("put 100 8 process")).collect();
        let own_victim = self.arena.put(&[3; 100], Lifetime::PROCESS)?.key;
        let file = self.file(target);
        let damages: Vec<_> =
            (0..1 + random.below(3)).map(|_| Damage::inflict(&file, target, random)).collect();
        // The last lines of this tell what it was, if a process ends of it.
        println!("{target:?} {damages:?}");

        let mut keys: Vec<_> = self.dead.iter().chain(&self.theirs).copied().collect();
        keys.extend(self.own.iter().map(|(key, _)| *key));
        keys.push(if random.below(2) == 0 { own_victim } else { parse_key(&victims[0]) });
        for (name, count) in everything(&self.node, Some(&self.arena), &keys) {
            *outcomes.entry(name).or_insert(0) += count;
        }
        self.remains.iter().for_each(Snapshot::restore);
        let texts: Vec<_> = keys[..keys.len() - 1].iter().map(key_text).collect();
        for (puppet, victim) in [(&mut self.owner, &victims[1]), (&mut self.reader, &victims[2])] {
            puppet.must(&format!("everything {} {victim}", texts.join(" ")));
        }
        for (seed, (_, view)) in self.own.iter().enumerate() {
            assert_eq!(pattern::first_difference(view, seed as u64), None, "a held view changed");
        }
        self.reader.must("check");
        if !matches!(target, Target::OwnTable | Target::OwnRecord) {
            self.assert_own_is_right()?;
        }
        // Backwards, for they may overlap.
        damages.iter().rev().for_each(|damage| damage.mend(&file));
        if target == Target::OwnTable {
            self.replace_what_ended()?;
        }
        self.assert_own_is_right()
    }

    /// Every call from every process, on objects of all of them.
    fn use_everything(&mut self) -> Outcome {
        self.remains.iter().for_each(Snapshot::restore);
        let mut keys: Vec<_> = self.dead.iter().chain(&self.theirs).copied().collect();
        keys.push(self.arena.put(&[3; 100], Lifetime::PROCESS)?.key);
        everything(&self.node, Some(&self.arena), &keys);
        let texts: Vec<_> = keys.iter().map(key_text).collect();
        self.owner.must(&format!("everything {}", texts.join(" ")));
        self.reader.must(&format!("everything {}", texts.join(" ")));
        self.assert_own_is_right()
    }

    /// Damage may have said of an object that it is leased, or ends once: then it has ended, and a
    /// view of it would not survive damage to the pin that holds it.
    fn replace_what_ended(&mut self) -> Outcome {
        let mut ended = false;
        for (seed, (key, view)) in (0..).zip(&mut self.own) {
            if now(&self.node, key).is_err() {
                *key = put(&self.arena, view.len() as u64, seed)?;
                *view = now(&self.node, key)?;
                ended = true;
            }
        }
        if ended {
            self.reader.must("drop");
            self.let_reader_hold();
        }
        Ok(())
    }

    fn let_reader_hold(&mut self) {
        for (seed, (key, view)) in self.own.iter().enumerate() {
            self.reader.must(&format!("resolve {} {seed} {} 0", view.len(), key_text(key)));
        }
    }

    /// This process's arena works, and holds what was put.
    fn assert_own_is_right(&self) -> Outcome {
        for (seed, (key, _)) in self.own.iter().enumerate() {
            assert_eq!(pattern::first_difference(&now(&self.node, key)?, seed as u64), None);
        }
        let key = self.arena.put(&[7; 30_000], Lifetime::PROCESS)?.key;
        assert_eq!(*now(&self.node, &key)?, [7; 30_000]);
        Ok(self.arena.evict(&key)?)
    }

    /// All die, of memory that is damaged once more, and all memory comes back.
    fn end(mut self, random: &mut Random) -> Outcome {
        for target in [Target::Theirs, Target::Reader, Target::OwnRecord] {
            Damage::inflict(&self.file(target), target, random);
        }
        self.owner.kill();
        self.reader.kill();
        let place = self.place;
        drop(self);
        place.assert_empty_after_sweep();
        Ok(())
    }
}

/// A few bytes that say something else now.
#[derive(Debug)]
struct Damage {
    at: u64,
    width: usize,
    old: u64,
    new: u64,
}

impl Damage {
    fn inflict(file: &Raw, target: Target, random: &mut Random) -> Self {
        let slots = FIRST_SLOT..FIRST_SLOT + 16 * SLOT;
        let areas = match target {
            Target::Theirs | Target::Dead | Target::OwnTable => [0..256, slots.clone(), slots],
            Target::Reader | Target::OwnRecord => [0..64, PINS..PINS + 32 * 8, 0..64],
            Target::Node => [0..72, 0..72, 0..4096],
        };
        let area = &areas[random.below(3) as usize];
        let width = [1, 4, 8, 8][random.below(4) as usize];
        let places = (area.end - area.start) / width as u64;
        let at = area.start + random.below(places) * width as u64;
        let old = u64::from_le_bytes(file.read(at / 8 * 8)) >> (at % 8 * 8);
        let new = random.word(old);
        file.write(at, &new.to_le_bytes()[..width]);
        Self { at, width, old, new }
    }

    /// Puts back what was there, unless something else has been written since.
    fn mend(&self, file: &Raw) {
        let found = u64::from_le_bytes(file.read(self.at / 8 * 8)) >> (self.at % 8 * 8);
        let (found, new) = (found.to_le_bytes(), self.new.to_le_bytes());
        if found[..self.width] == new[..self.width] {
            file.write(self.at, &self.old.to_le_bytes()[..self.width]);
        }
    }
}

/// The same numbers in every run.
pub(super) struct Random(u64, u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed, 0)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.1 += 1;
        pattern::mix(self.0, self.1)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// A word that could stand in place of `old`, likely to mean something else.
    pub(super) fn word(&mut self, old: u64) -> u64 {
        match self.below(10) {
            0 => 0,
            1 => u64::MAX,
            2 => 1 << self.below(64),
            3 => self.next(),
            4 => old.wrapping_add(1),
            5 => old.wrapping_sub(1),
            // A state of the same generation; a slot; a plausible length or offset.
            6 => old & !0xff | self.below(256),
            7 => 64 + self.below(20),
            8 => self.below(1 << 31),
            _ => old ^ 1 << self.below(64),
        }
    }
}
