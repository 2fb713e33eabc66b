//! `wharf info`: this node as the command sees it, and the configuration in effect.

use std::fmt;
use std::path::Path;

use serde::Serialize;
use wharf::{Fabric, Setting, Size, State};

use crate::human::count;
use crate::session::Session;

/// What there is.
#[derive(Serialize)]
struct Info {
    version: &'static str,
    directory: String,
    /// Null while there is no directory.
    node: Option<Node>,
    /// Ways for an object to get to its reader.
    tiers: Vec<Tier>,
    configuration: Vec<Value>,
}

#[derive(Serialize)]
struct Node {
    id: String,
    filesystem: Filesystem,
    memory: Memory,
    arenas: usize,
    objects: usize,
    /// Bytes of memory that all arenas take.
    taken: u64,
    /// Where other nodes get its objects now.
    served_at: Vec<String>,
}

/// Of the directory, in bytes.
#[derive(Serialize)]
struct Filesystem {
    size: u64,
    used: u64,
    available: u64,
}

/// How much more may be taken, by the tightest of all limits.
#[derive(Serialize)]
struct Memory {
    /// In bytes; null where there is no limit.
    available: Option<u64>,
    limit: String,
}

#[derive(Serialize)]
struct Tier {
    name: &'static str,
    available: bool,
    why: String,
}

#[derive(Serialize)]
struct Value {
    name: &'static str,
    value: String,
    /// code (an option of the command), a variable, a file, or default.
    origin: String,
}

pub(crate) fn run(session: &Session) -> anyhow::Result<()> {
    let configuration = session.settings()?;
    let (node, directory) = match session.find()? {
        Ok(fabric) => (Some(Node::new(&fabric)?), fabric.directory().to_owned()),
        Err(directory) => (None, directory),
    };
    session.voice.say(&Info {
        version: env!("CARGO_PKG_VERSION"),
        directory: directory.display().to_string(),
        tiers: tiers(node.as_ref()),
        node,
        configuration: configuration.into_iter().map(Value::from).collect(),
    })
}

impl Node {
    fn new(fabric: &Fabric) -> anyhow::Result<Self> {
        let arenas = fabric.arenas()?;
        let room = fabric.room();
        let objects = arenas.iter().flat_map(|arena| &arena.objects);
        Ok(Self {
            id: fabric.node().to_string(),
            filesystem: Filesystem::of(fabric.directory())?,
            memory: Memory {
                available: (room.bytes < u64::MAX).then_some(room.bytes),
                limit: room.bound_by,
            },
            arenas: arenas.len(),
            objects: objects.filter(|object| object.state != State::Evicted).count(),
            taken: arenas.iter().map(|arena| arena.reserved).sum(),
            served_at: fabric.served_at().iter().map(ToString::to_string).collect(),
        })
    }
}

impl Filesystem {
    fn of(directory: &Path) -> anyhow::Result<Self> {
        let facts = rustix::fs::statvfs(directory)?;
        let bytes = |blocks: u64| blocks.saturating_mul(facts.f_frsize);
        Ok(Self {
            size: bytes(facts.f_blocks),
            used: bytes(facts.f_blocks.saturating_sub(facts.f_bfree)),
            available: bytes(facts.f_bavail),
        })
    }
}

/// Nearest first.
fn tiers(node: Option<&Node>) -> Vec<Tier> {
    let served_at = node.map_or(&[][..], |node| &node.served_at);
    let tcp = match served_at {
        [] => "from other nodes; to them once this one is served (wharf serve)".to_owned(),
        served_at => format!("from other nodes, and to them at {}", served_at.join(", ")),
    };
    let tier = |name, available, why: &str| Tier { name, available, why: why.to_owned() };
    vec![
        tier("shared memory", true, "between processes of this node"),
        tier("tcp", true, &tcp),
        tier("rdma", false, "this version has none"),
    ]
}

impl From<Setting> for Value {
    fn from(setting: Setting) -> Self {
        Self { name: setting.name, value: setting.value, origin: setting.origin.to_string() }
    }
}

impl fmt::Display for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "wharf       {}", self.version)?;
        match &self.node {
            None => writeln!(f, "directory   {} (nothing was put there yet)", self.directory)?,
            Some(node) => {
                writeln!(f, "directory   {}", self.directory)?;
                write!(f, "{node}")?;
            }
        }
        writeln!(f, "\ntiers")?;
        for Tier { name, available, why } in &self.tiers {
            let available = if *available { "available" } else { "not here" };
            writeln!(f, "  {name:14} {available:10} {why}")?;
        }
        writeln!(f, "\nconfiguration")?;
        for Value { name, value, origin } in &self.configuration {
            let origin = if origin == "code" { "the command line" } else { origin };
            writeln!(f, "  {name:14} {:30} {origin}", value.escape_debug().to_string())?;
        }
        Ok(())
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Filesystem { size, used, available } = self.filesystem;
        writeln!(f, "node        {}", self.id)?;
        let (size, used, available) = (Size(size), Size(used), Size(available));
        writeln!(f, "filesystem  {size}, {used} used, {available} left")?;
        writeln!(f, "memory      {}", self.memory.limit)?;
        let (objects, taken) = (self.objects as u64, Size(self.taken));
        let (objects, arenas) = (count(objects, "object"), count(self.arenas as u64, "arena"));
        writeln!(f, "in use      {objects} in {arenas}, {taken}")
    }
}
