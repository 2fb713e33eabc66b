//! Shared memory that anybody may have written to: whatever the words of a table, a record or the
//! node page are, every call gives what it should, or a typed error, and a view that is held stays.
//!
//! An input is a row of steps, damage and calls. Each run starts from the same files:
//!
//! ```text
//! a-<dead>    an arena that nobody holds, of objects in every state
//! a-<live>    the same, locked, as if its owner lived
//! p-<other>   the record of a process that lives, with a pin
//! node        the node page
//! ```
//!
//! and from a membership of its own, with an arena, whose files can be damaged like the others.
//!
//! ```text
//! $ cargo fuzz run shared_memory fuzz/corpus/shared_memory
//! ```

#![no_main]

use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use wharf_shm::{
    Arena, ArenaOptions, Deadline, End, Lifetime, Node, NodeOptions, ObjectKey, Result, Sweep,
    View, Wait,
};

fuzz_target!(|bytes: &[u8]| {
    let lab = LAB.get_or_init(|| Lab::new().expect("a tmpfs to work in"));
    lab.restore().expect("room for a few pages");
    let mut run = Run::new(lab).expect("nothing is damaged yet");
    let mut input = Input(bytes);
    for _ in 0..STEPS {
        match input.byte() {
            Some(step) if step % 2 == 0 => run.damage(&mut input),
            Some(step) => run.call(step / 2, &mut input),
            None => break,
        }
    }
    run.check();
});

/// More would only be slow.
const STEPS: usize = 24;

static LAB: OnceLock<Lab> = OnceLock::new();

/// The files that each run starts from.
struct Lab {
    directory: PathBuf,
    node: Snapshot,
    dead: [Snapshot; 2],
    live: Snapshot,
    other: Snapshot,
    /// Keys of the dead and of the live arena's objects.
    keys: Vec<ObjectKey>,
    _locks: [File; 2],
}

impl Lab {
    fn new() -> std::io::Result<Self> {
        let base = std::env::var_os("WHARF_SHM_DIR").unwrap_or("/dev/shm".into());
        let name = format!("wharf-fuzz-{}", std::process::id());
        let directory = Path::new(&base).join(name);
        fs::create_dir_all(base)?;
        // SAFETY: registers a function that takes nothing and lives as long as the program.
        unsafe { libc::atexit(remove_lab) };
        let made = Self::make(&directory).map_err(std::io::Error::other)?;
        let (node, keys, [dead, live, other]) = made;
        let dead_table = Snapshot::take(dead.clone())?;
        let dead_data = Snapshot::take(dead.with_extension("0"))?;
        let (live, other) = (Snapshot::take(live)?, Snapshot::take(other)?);
        let node_page = Snapshot::take(directory.join("node"))?;
        drop(node);
        // What was left by that is in the snapshots, and nowhere else.
        for entry in fs::read_dir(&directory)? {
            let path = entry?.path();
            if ![&node_page.path, &live.path.with_extension("0")].contains(&&path) {
                fs::remove_file(path)?;
            }
        }
        live.restore()?;
        other.restore()?;
        let locks = [lock(&live.path)?, lock(&other.path)?];
        let dead = [dead_data, dead_table];
        Ok(Self { directory, node: node_page, dead, live, other, keys, _locks: locks })
    }

    /// Two arenas of the same objects, and a process that views one of them. The membership is
    /// given too, for all that ends with it.
    #[allow(clippy::type_complexity)]
    fn make(directory: &Path) -> Result<(impl Sized + use<>, Vec<ObjectKey>, [PathBuf; 3])> {
        let options = NodeOptions { directory: Some(directory.to_owned()), ..Default::default() };
        let node = Node::open(&options)?;
        let (mut keys, mut held, mut paths) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..2 {
            let arena = node.create_arena(&ArenaOptions::default())?;
            paths.push(directory.join(format!("a-{}", arena.id())));
            keys.push(arena.put(&[1; 100], Lifetime::PROCESS)?.key);
            keys.push(arena.put(&[2; 5000], Lifetime::NODE)?.key);
            keys.push(arena.put(&[], Lifetime::NODE)?.key);
            let lease = End::Lease(Duration::from_secs(1 << 30));
            keys.push(arena.put(&[3; 200], Lifetime::NODE.ending(lease))?.key);
            keys.push(arena.put(&[4; 300], Lifetime::PROCESS.ending(End::Once))?.key);
            let failed = arena.alloc(64, 1, Lifetime::NODE)?;
            keys.push(failed.key());
            failed.fail("as it should")?;
            let pending = arena.alloc(64, 1, Lifetime::NODE)?;
            keys.push(pending.key());
            let view = node.resolve(&keys[keys.len() - 6], Deadline::NOW, Wait::Block)?;
            held.push((view, pending, arena));
        }
        let records = fs::read_dir(directory).into_iter().flatten().flatten();
        let is_record = |path: &PathBuf| name_of(path).starts_with("p-");
        paths.extend(records.map(|entry| entry.path()).find(is_record));
        let paths = paths.try_into().unwrap_or_default();
        Ok(((held, node), keys, paths))
    }

    fn restore(&self) -> std::io::Result<()> {
        assert!(self.live.path.exists(), "an arena was removed whose owner lives");
        assert!(self.other.path.exists(), "a record was removed whose process lives");
        let [data, table] = &self.dead;
        for snapshot in [&self.node, data, table, &self.live, &self.other] {
            snapshot.restore()?;
        }
        Ok(())
    }
}

extern "C" fn remove_lab() {
    if let Some(lab) = LAB.get() {
        let _ = fs::remove_dir_all(&lab.directory);
    }
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Holds a file's lock, as its owner would.
fn lock(path: &Path) -> std::io::Result<File> {
    let file = File::options().read(true).write(true).open(path)?;
    // SAFETY: all-zero bytes are a valid value of this plain structure.
    let mut whole: libc::flock = unsafe { std::mem::zeroed() };
    whole.l_type = libc::F_WRLCK as libc::c_short;
    // SAFETY: a valid descriptor and a valid lock description.
    match unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &whole) } {
        0 => Ok(file),
        _ => Err(std::io::Error::last_os_error()),
    }
}

/// What a file held: its first pages, and holes.
struct Snapshot {
    path: PathBuf,
    len: u64,
    bytes: Vec<u8>,
}

impl Snapshot {
    fn take(path: PathBuf) -> std::io::Result<Self> {
        let file = File::open(&path)?;
        let len = file.metadata()?.len();
        let mut bytes = vec![0; len.min(16 << 10) as usize];
        file.read_exact_at(&mut bytes, 0)?;
        Ok(Self { path, len, bytes })
    }

    fn restore(&self) -> std::io::Result<()> {
        let file = File::options().write(true).create(true).truncate(false).open(&self.path)?;
        file.set_len(self.len)?;
        file.write_all_at(&self.bytes, 0)
    }
}

/// What is left of an input.
struct Input<'a>(&'a [u8]);

impl Input<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// A little-endian number of so many bytes; missing ones are zeros.
    fn number(&mut self, bytes: usize) -> u64 {
        (0..bytes).fold(0, |number, at| number | u64::from(self.byte().unwrap_or(0)) << (8 * at))
    }
}

/// One input's run.
struct Run<'a> {
    lab: &'a Lab,
    node: Node,
    keys: Vec<ObjectKey>,
    /// Made by the first step that asks for it: that takes longer than all else in a run.
    own: Option<Own>,
    pin_is_damaged: bool,
}

/// An arena of this process, and a view of an object in it.
struct Own {
    arena: Arena,
    view: View,
}

impl<'a> Run<'a> {
    fn new(lab: &'a Lab) -> Result<Self> {
        let directory = Some(lab.directory.clone());
        let node = Node::open(&NodeOptions { directory, leave_dead: true, ..Default::default() })?;
        Ok(Self { lab, node, keys: lab.keys.clone(), own: None, pin_is_damaged: false })
    }

    fn damage(&mut self, input: &mut Input) {
        let how = input.number(1);
        let [_, dead] = &self.lab.dead;
        let target = match how % 8 {
            0 => self.lab.node.path.clone(),
            1 | 2 => dead.path.clone(),
            3 | 4 => self.lab.live.path.clone(),
            5 => self.lab.other.path.clone(),
            6 => {
                let Some(id) = self.own().map(|own| own.arena.id()) else { return };
                self.lab.directory.join(format!("a-{id}"))
            }
            _ => {
                self.pin_is_damaged = true;
                self.record()
            }
        };
        // The header of a table and its slots are a page apart.
        let page = if matches!(how % 8, 1..=4 | 6) { how / 8 % 2 * 4096 } else { 0 };
        let width = [1, 4, 8, 8][how as usize / 16 % 4];
        let at = page + input.number(2) % (1024 / width as u64) * width as u64;
        let value = input.number(width).to_le_bytes();
        // A file that was swept away cannot be damaged.
        if let Ok(file) = File::options().write(true).open(target) {
            let is_inside = file.metadata().is_ok_and(|meta| at + width as u64 <= meta.len());
            if is_inside {
                file.write_all_at(&value[..width], at).expect("its pages are reserved");
            }
        }
    }

    /// This membership's record: the one that is not in the snapshots.
    fn record(&self) -> PathBuf {
        let entries = fs::read_dir(&self.lab.directory).into_iter().flatten().flatten();
        let is_own =
            |path: &PathBuf| name_of(path).starts_with("p-") && *path != self.lab.other.path;
        entries.map(|entry| entry.path()).find(is_own).unwrap_or_default()
    }

    /// Damage may be in the way of making it.
    fn own(&mut self) -> Option<&Own> {
        if self.own.is_none() {
            let options =
                ArenaOptions { name: "own".into(), capacity: Some(1 << 20), ..Default::default() };
            let arena = self.node.create_arena(&options).ok()?;
            let key = arena.put(&[7; 3000], Lifetime::PROCESS).ok()?.key;
            let view = self.node.resolve(&key, Deadline::NOW, Wait::Block).ok()?;
            self.keys.push(key);
            self.own = Some(Own { arena, view });
        }
        self.own.as_ref()
    }

    fn call(&mut self, which: u8, input: &mut Input) {
        let mut key = self.keys[input.number(1) as usize % self.keys.len()];
        match which % 16 {
            0 => drop(self.node.stat(&key)),
            1 => drop(self.node.evict(&key)),
            2 => drop(self.node.renew(&key, Duration::from_secs(input.number(1)))),
            3 => drop(self.node.arenas()),
            4 => drop(self.node.sweep(Sweep::Dead)),
            5 => drop(self.node.sweep(Sweep::All)),
            6 => {
                let directory = Some(self.lab.directory.clone());
                drop(Node::open(&NodeOptions { directory, ..Default::default() }));
            }
            7 => {
                key.slot = input.number(4) as u32;
                self.resolve(&key);
            }
            8 => {
                key.generation = input.number(8);
                self.resolve(&key);
            }
            9 => self.call_own(&key, input),
            10 => {
                let soon = Deadline::after(Duration::from_micros(20));
                drop(self.node.wait(&key, soon, Wait::Block));
                drop(self.node.wait_any(&[key], soon, Wait::Block));
            }
            _ => self.resolve(&key),
        }
    }

    fn call_own(&mut self, key: &ObjectKey, input: &mut Input) {
        let Some(Own { arena, .. }) = self.own() else { return };
        match input.number(1) % 4 {
            0 => drop(arena.evict(key)),
            1 => drop(arena.put(&[8; 40_000], Lifetime::NODE)),
            2 => drop(arena.promise(Lifetime::NODE).and_then(|one| one.alloc(9, 64)?.fail("x"))),
            _ => {
                let kept = arena.put(&[9; 100], Lifetime::PROCESS);
                self.keys.extend(kept.ok().map(|sealed| sealed.key));
            }
        }
    }

    fn resolve(&self, key: &ObjectKey) {
        let soon = Deadline::after(Duration::from_micros(20));
        if let Ok(view) = self.node.resolve(key, soon, Wait::Block) {
            std::hint::black_box((view.first().copied(), view.last().copied()));
        }
    }

    fn check(&self) {
        let Some(Own { view, .. }) = &self.own else { return };
        let is_whole = view.len() == 3000 && view.iter().all(|byte| *byte == 7);
        assert!(is_whole || self.pin_is_damaged, "a view changed while it was held");
    }
}
