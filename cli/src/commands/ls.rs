//! `wharf ls`: every store's arena on the node, and on demand its objects.

use std::fmt;
use std::path::Path;

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
    /// Objects that are not evicted.
    objects: usize,
    /// Bytes of memory that it takes.
    taken: u64,
    /// Bytes that it may take.
    capacity: u64,
    /// Its objects, with `-l`.
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<Vec<Object>>,
}

#[derive(Serialize)]
struct Object {
    slot: u32,
    generation: u64,
    /// pending, sealed or failed.
    state: &'static str,
    /// In bytes; null while it is not known.
    size: Option<u64>,
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
        let alive = || arena.objects.iter().filter(|object| object.state != State::Evicted);
        Self {
            id: arena.id.to_string(),
            store: arena.name.clone(),
            owner: Owner { pid: arena.owner_pid, alive: arena.owner_alive },
            objects: alive().count(),
            taken: arena.reserved,
            capacity: arena.capacity,
            listed: long.then(|| alive().map(Object::new).collect()),
        }
    }
}

impl Object {
    fn new(object: &ObjectEntry) -> Self {
        Self {
            slot: object.slot,
            generation: object.generation,
            state: human::state(object.state),
            size: object.extent.map(|extent| extent.len),
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
        let head = ("STORE", "OWNER", "OBJECTS", "TAKEN");
        writeln!(f, "{:width$}  {:23} {:>8} {:>10}  ARENA", head.0, head.1, head.2, head.3)?;
        for arena in &self.arenas {
            let Arena { owner, objects, id, .. } = arena;
            let (name, taken) = (name(arena), Size(arena.taken));
            writeln!(f, "{name:width$}  {owner:23} {objects:8} {taken:>10}  {id}")?;
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
        write!(f, "  slot {slot:<8} {state:8} {size:>10}  {lifetime}")
    }
}
