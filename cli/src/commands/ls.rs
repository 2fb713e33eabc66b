//! `wharf ls`: every store's arena on the node, and on demand its objects.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use wharf::{ArenaStat, ObjectEntry, Size, State};

use crate::args::Ls;
use crate::human::{self, Life, Owner};
use crate::session::Session;

/// What is there.
#[derive(Serialize)]
struct Listing {
    directory: String,
    /// Whether the directory exists.
    exists: bool,
    arenas: Vec<Arena>,
}

#[derive(Serialize)]
struct Arena {
    id: String,
    /// The store's name.
    store: String,
    owner: Owner,
    /// Since it was made.
    age_seconds: u64,
    /// Objects that are not evicted.
    objects: usize,
    /// Views that hold its objects, evicted ones included.
    pins: u32,
    /// Bytes of memory that it takes.
    taken: u64,
    /// Bytes that it may take.
    capacity: u64,
    /// What its owner has done in it.
    counters: Counters,
    /// Its objects, with `-l`; of those that are evicted the ones whose memory is still viewed.
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<Vec<Object>>,
}

#[derive(Serialize)]
struct Counters {
    puts: u64,
    bytes_put: u64,
    bytes_copied: u64,
    evicted: u64,
    reclaimed: u64,
    bytes_reclaimed: u64,
}

#[derive(Serialize)]
struct Object {
    slot: u32,
    generation: u64,
    /// pending, sealed, claimed (it ends once, and is on its way to somebody), failed or evicted.
    state: &'static str,
    /// In bytes; null while it is not known, and when it is no more.
    size: Option<u64>,
    /// Since it was begun; null of evicted ones.
    age_seconds: Option<u64>,
    /// Views that hold it.
    pins: u32,
    /// The processes that have these.
    pinned_by: Vec<u32>,
    /// Its bytes lie in its producer's own memory.
    exposed: bool,
    lifetime: Life,
}

pub(crate) fn run(session: &Session, args: &Ls) -> anyhow::Result<()> {
    let listing = match session.find()? {
        Ok(fabric) => {
            let arenas = fabric.arenas()?;
            let arenas = arenas.iter().map(|arena| Arena::new(arena, args.long)).collect();
            Listing { arenas, ..Listing::empty(fabric.directory(), true) }
        }
        Err(directory) => Listing::empty(&directory, false),
    };
    session.voice.say(&listing)
}

impl Listing {
    fn empty(directory: &Path, exists: bool) -> Self {
        Self { directory: directory.display().to_string(), exists, arenas: Vec::new() }
    }
}

impl Arena {
    fn new(arena: &ArenaStat, long: bool) -> Self {
        let is_there = |object: &&ObjectEntry| object.state != State::Evicted;
        let is_shown = |object: &&ObjectEntry| is_there(object) || object.pins > 0;
        let shown = || arena.objects.iter().filter(is_shown).map(Object::new).collect();
        Self {
            id: arena.id.to_string(),
            store: arena.name.clone(),
            owner: Owner { pid: arena.owner_pid, alive: arena.owner_alive },
            age_seconds: arena.age.as_secs(),
            objects: arena.objects.iter().filter(is_there).count(),
            pins: arena.objects.iter().map(|object| object.pins).sum(),
            taken: arena.reserved,
            capacity: arena.capacity,
            counters: Counters {
                puts: arena.counters.puts,
                bytes_put: arena.counters.bytes_put,
                bytes_copied: arena.counters.bytes_copied,
                evicted: arena.counters.evicted,
                reclaimed: arena.counters.reclaimed,
                bytes_reclaimed: arena.counters.bytes_reclaimed,
            },
            listed: long.then(shown),
        }
    }
}

impl Object {
    fn new(object: &ObjectEntry) -> Self {
        Self {
            slot: object.slot,
            generation: object.generation,
            state: human::state(object.state, object.claimed),
            size: object.extent.map(|extent| extent.len),
            age_seconds: object.age.map(|age| age.as_secs()),
            pins: object.pins,
            pinned_by: object.pinned_by.clone(),
            exposed: object.exposed,
            lifetime: Life::of(object.lifetime, object.state),
        }
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.exists, self.arenas.len()) {
            (false, _) => {
                return writeln!(f, "nothing in {}: there is no such directory", self.directory);
            }
            (true, 0) => return writeln!(f, "nothing in {}", self.directory),
            (true, _) => {}
        }
        // Another process wrote the name: a terminal must not take it for more than a name.
        let name = |arena: &Arena| arena.store.escape_debug().to_string();
        let width = self.arenas.iter().map(|arena| name(arena).len()).max().unwrap_or(0).max(5);
        let [store, owner, age, objects, pins, taken] =
            ["STORE", "OWNER", "AGE", "OBJECTS", "PINS", "TAKEN"];
        writeln!(
            f,
            "{store:width$}  {owner:23} {age:>7} {objects:>8} {pins:>5} {taken:>10}  ARENA"
        )?;
        for arena in &self.arenas {
            let Arena { owner, objects, pins, id, .. } = arena;
            let (name, taken) = (name(arena), Size(arena.taken));
            let age = human::age(Duration::from_secs(arena.age_seconds));
            writeln!(
                f,
                "{name:width$}  {owner:23} {age:>7} {objects:8} {pins:5} {taken:>10}  {id}"
            )?;
            for object in arena.listed.iter().flatten() {
                writeln!(f, "{object}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { slot, state, lifetime, .. } = self;
        let size = self.size.map_or("?".into(), |size| Size(size).to_string());
        let age = self.age_seconds.map(|seconds| human::age(Duration::from_secs(seconds)));
        let age = age.unwrap_or_else(|| "?".into());
        write!(f, "  slot {slot:<8} {state:8} {size:>10} {age:>7}  {lifetime}")?;
        if self.exposed {
            write!(f, ", in its producer's memory")?;
        }
        if self.pins > 0 {
            let views = human::count(self.pins.into(), "view");
            let pids: Vec<_> = self.pinned_by.iter().map(u32::to_string).collect();
            let processes = if pids.len() == 1 { "process" } else { "processes" };
            write!(f, ", {views} of {processes} {}", pids.join(", "))?;
        }
        Ok(())
    }
}
