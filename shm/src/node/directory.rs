//! The directory that makes processes neighbours: one per user and node.
//!
//! Two processes are on the same node exactly when they see the same directory. It must be a real
//! folder on a tmpfs, owned by this user and closed to everyone else; anything else is refused by
//! name. Its file `node` holds the node's random id, the epoch of its process records, and the bell.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result, is_missing};
use crate::ids::{ArenaId, NodeId};
use crate::layout::{NODE_MAGIC, NodePage, PAGE, Preamble, VERSION};
use crate::names::folder::Folder;
use crate::node::bell::Bell;
use crate::node::secret::KEY;
use crate::sys::map::{Access, Mapping};
use crate::sys::{file, process, random};

/// An open, checked directory.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    id: NodeId,
    boot: [u64; 2],
    /// The node file's page.
    page: Mapping,
    /// The node file's device and inode.
    node_file: (u64, u64),
}

/// What a name in the directory stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    Record,
    Arena(ArenaId),
    Segment(ArenaId, u32),
}

impl Directory {
    /// Opens the directory, making it, and the node file, if they are missing. A node file that is
    /// made gets the id, if one is given.
    pub(crate) fn open(path: PathBuf, id: Option<NodeId>) -> Result<Self> {
        make_and_check(&path)?;
        let node = open_or_make_node(&path, id)?;
        let name = path.join(NODE);
        let page = Mapping::new(&node, 0, PAGE, Access::Write)
            .map_err(|error| Error::io("map", &name, error))?;
        let meta = node.metadata().map_err(|error| Error::io("look at", &name, error))?;
        let mut directory = Self {
            path,
            id: NodeId::from_bytes([0; 16]),
            boot: process::boot_id(),
            page,
            node_file: (meta.dev(), meta.ino()),
        };
        let header = directory.node_page()?;
        let found = header.preamble.magic.load(Ordering::Acquire);
        if found != NODE_MAGIC {
            let what = format!("its magic number is {found:016x}, which is not Wharf's");
            return Err(Error::NodeDamaged { path: name, what });
        }
        check_preamble(&header.preamble, NODE_MAGIC, &name)?;
        let words = header.id.each_ref().map(|word| word.load(Ordering::Relaxed));
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&words[0].to_le_bytes());
        bytes[8..].copy_from_slice(&words[1].to_le_bytes());
        if bytes == [0; 16] {
            return Err(Error::NodeDamaged { path: name, what: "the node id is zero".into() });
        }
        directory.id = NodeId::from_bytes(bytes);
        Ok(directory)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn id(&self) -> NodeId {
        self.id
    }

    /// The boot this process runs in.
    pub(crate) fn boot(&self) -> [u64; 2] {
        self.boot
    }

    /// The word that grows with each process record.
    pub(crate) fn epoch(&self) -> &AtomicU64 {
        static NEVER: AtomicU64 = AtomicU64::new(0);
        // The page was checked at open, so this is always `Ok`.
        self.node_page().map_or(&NEVER, |page| &page.epoch)
    }

    /// The bell that all processes of the node share.
    pub(crate) fn bell(&self) -> &Bell {
        static UNHEARD: Bell = Bell::new();
        // As above.
        self.node_page().map_or(&UNHEARD, |page| &page.bell)
    }

    /// The word that changes when an announcement comes or goes. Whoever knows its value has known
    /// all announcements since he read it, before he listed them.
    pub(crate) fn announcements_epoch(&self) -> u64 {
        // Acquire: pairs with the Release below, so that who sees the change finds it.
        self.node_page().map_or(0, |page| page.announcements.load(Ordering::Acquire))
    }

    /// Lets everyone who knows the announcements look again.
    pub(crate) fn announcements_changed(&self) {
        if let Ok(page) = self.node_page() {
            page.announcements.fetch_add(1, Ordering::Release);
        }
    }

    /// Counts names that their publisher will not look after any more, and says whether there are so
    /// many of them that it is time for a sweep: as many as stood after the last, and some.
    pub(crate) fn leave_names(&self, count: u64) -> bool {
        const SOME: u64 = 64;
        self.node_page().is_ok_and(|page| {
            let left = page.names_left.fetch_add(count, Ordering::Relaxed).saturating_add(count);
            left > page.names_kept.load(Ordering::Relaxed).saturating_add(SOME)
        })
    }

    /// Notes how many names a sweep has kept.
    pub(crate) fn names_swept(&self, kept: u64) {
        if let Ok(page) = self.node_page() {
            page.names_left.store(0, Ordering::Relaxed);
            page.names_kept.store(kept, Ordering::Relaxed);
        }
    }

    fn node_page(&self) -> Result<&NodePage> {
        self.page.get(0).ok_or_else(|| Error::Corrupt {
            path: self.path.join(NODE),
            what: "it is too short".into(),
        })
    }

    pub(crate) fn record_path(&self, name: &[u8; 16]) -> PathBuf {
        self.path.join(format!("p-{:032x}", u128::from_be_bytes(*name)))
    }

    pub(crate) fn arena_path(&self, arena: ArenaId) -> PathBuf {
        self.path.join(format!("a-{arena}"))
    }

    pub(crate) fn segment_path(&self, arena: ArenaId, segment: u32) -> PathBuf {
        self.path.join(format!("a-{arena}.{segment}"))
    }

    /// Everything of Wharf's that the directory holds, the node file aside.
    pub(crate) fn entries(&self) -> Result<Vec<(PathBuf, Entry)>> {
        let entries = list(&self.path).map_err(|error| self.missing_or("list", error))?;
        // A directory that was removed lists as empty; the epoch's owner must not believe that.
        if !self.still_stands() {
            return Err(Error::Vanished { path: self.path.clone() });
        }
        Ok(entries)
    }

    /// Everything else that the directory holds.
    pub(crate) fn strangers(&self) -> Result<Vec<PathBuf>> {
        let failed = |error| self.missing_or("list", error);
        let mut strangers = Vec::new();
        for item in fs::read_dir(&self.path).map_err(failed)? {
            let item = item.map_err(failed)?;
            let is_folder = Folder::ALL.iter().any(|folder| item.file_name() == folder.name())
                && item.file_type().is_ok_and(|kind| kind.is_dir());
            let is_file = item.file_name() == NODE || item.file_name() == KEY;
            if entry_of(&item).is_none() && !is_file && !is_folder {
                strangers.push(item.path());
            }
        }
        strangers.sort();
        Ok(strangers)
    }

    /// Whether the directory is still the one that was opened. Once it is not, it never is again.
    pub(crate) fn still_stands(&self) -> bool {
        // The mapping keeps the file's inode from being used again.
        fs::symlink_metadata(self.path.join(NODE))
            .is_ok_and(|meta| (meta.dev(), meta.ino()) == self.node_file)
    }

    /// The error for a failed system call in the directory: *vanished*, if that is why.
    pub(crate) fn missing_or(&self, what: &'static str, error: io::Error) -> Error {
        if is_missing(&error) && !self.still_stands() {
            return Error::Vanished { path: self.path.clone() };
        }
        if error.kind() == io::ErrorKind::StorageFull {
            return Error::OutOfMemory {
                wanted: PAGE as u64,
                bound: format!(
                    "the filesystem of {} is full, and not even a page is left to {what} it. \
                     Remove other files from that filesystem, or evict objects from a program \
                     that has the node open",
                    self.path.display()
                ),
            };
        }
        Error::io(what, &self.path, error)
    }

    /// The filesystem's size.
    pub(crate) fn filesystem_size(&self) -> Result<u64> {
        let folder =
            file::open_folder(&self.path).map_err(|error| self.missing_or("open", error))?;
        let facts = file::filesystem(&folder).map_err(|error| self.missing_or("look at", error))?;
        Ok(facts.bytes)
    }
}

/// The directory for this process: `$WHARF_SHM_DIR`, or `/dev/shm/wharf-<uid>`.
pub(crate) fn default_path() -> PathBuf {
    match std::env::var_os("WHARF_SHM_DIR") {
        Some(path) if !path.is_empty() => PathBuf::from(path),
        _ => PathBuf::from(format!("/dev/shm/wharf-{}", process::user())),
    }
}

/// Refuses a directory that is not there. Any other fault is found when it is opened.
pub(crate) fn check_exists(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Err(error) if is_missing(&error) => Err(Error::NoDirectory { path: path.into() }),
        _ => Ok(()),
    }
}

/// Fills in what a new file starts with.
pub(crate) fn write_preamble(preamble: &Preamble, magic: u64, boot: [u64; 2]) {
    preamble.version.store(VERSION, Ordering::Relaxed);
    preamble.boot[0].store(boot[0], Ordering::Relaxed);
    preamble.boot[1].store(boot[1], Ordering::Relaxed);
    preamble.magic.store(magic, Ordering::Release);
}

/// Refuses what another version, or something else, has written.
pub(crate) fn check_preamble(preamble: &Preamble, magic: u64, path: &Path) -> Result<()> {
    let found = preamble.magic.load(Ordering::Acquire);
    let version = preamble.version.load(Ordering::Relaxed);
    if found == magic && version == VERSION {
        return Ok(());
    }
    let found = if found == magic {
        format!("version {version}")
    } else {
        format!("magic number {found:016x}, which is not Wharf's: it is damaged")
    };
    Err(Error::Layout { path: path.into(), found, expected: format!("version {VERSION}") })
}

pub(crate) const NODE: &str = "node";

/// Everything of Wharf's that a directory holds, the node file aside.
pub(crate) fn list(directory: &Path) -> io::Result<Vec<(PathBuf, Entry)>> {
    let mut entries = Vec::new();
    for item in fs::read_dir(directory)? {
        let item = item?;
        entries.extend(entry_of(&item).map(|entry| (item.path(), entry)));
    }
    Ok(entries)
}

fn entry_of(item: &fs::DirEntry) -> Option<Entry> {
    let entry = parse_name(item.file_name().to_str()?)?;
    // A folder is none of ours, whatever its name, and only a segment may be a link.
    let is_ours = item.file_type().is_ok_and(|kind| {
        kind.is_file() || kind.is_symlink() && matches!(entry, Entry::Segment(..))
    });
    is_ours.then_some(entry)
}

fn parse_name(name: &str) -> Option<Entry> {
    if let Some(hex) = name.strip_prefix("p-") {
        return ArenaId::from_hex(hex).map(|_| Entry::Record);
    }
    let rest = name.strip_prefix("a-")?;
    match rest.split_once('.') {
        None => ArenaId::from_hex(rest).map(Entry::Arena),
        Some((hex, number)) => {
            let segment = number.parse().ok().filter(|n: &u32| n.to_string() == number)?;
            Some(Entry::Segment(ArenaId::from_hex(hex)?, segment))
        }
    }
}

fn make_and_check(path: &Path) -> Result<()> {
    let refuse = |reason: String| Err(Error::Directory { path: path.into(), reason });
    const NOT_MEMORY: &str = "it is not on a tmpfs, so it is not memory. Name one by \
                              WHARF_SHM_DIR, for instance a folder in /dev/shm";
    // What would be refused is not made first.
    let parent = path.parent().filter(|_| !path.exists()).map(File::open);
    if let Some(Ok(parent)) = parent
        && file::filesystem(&parent).is_ok_and(|facts| !facts.is_tmpfs)
    {
        return refuse(NOT_MEMORY.into());
    }
    match fs::DirBuilder::new().mode(0o700).create(path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => {
            return refuse(format!(
                "it cannot be made ({error}). Make its parent folder, or name another directory \
                 by WHARF_SHM_DIR"
            ));
        }
    }
    let folder = match file::open_folder(path) {
        Ok(folder) => folder,
        Err(error) if fs::symlink_metadata(path).is_ok_and(|meta| meta.is_symlink()) => {
            return refuse(format!(
                "it is a symbolic link, which others might turn elsewhere ({error}). Name the \
                 real folder"
            ));
        }
        Err(error) => {
            return refuse(format!(
                "it cannot be opened as a folder ({error}). Name another directory by WHARF_SHM_DIR"
            ));
        }
    };
    let meta = folder.metadata().map_err(|error| Error::io("look at", path, error))?;
    let user = process::user();
    if meta.uid() != user {
        return refuse(format!(
            "it belongs to user {}, and this process runs as user {user}. Name a directory of \
             your own by WHARF_SHM_DIR",
            meta.uid()
        ));
    }
    if meta.mode() & 0o077 != 0 {
        let mode = meta.mode() & 0o7777;
        // What is sticky is meant for many, and not to be closed to them.
        let advice = match mode & 0o1000 {
            0 => format!("If nobody else needs it: chmod 700 {}", path.display()),
            _ => format!("Name a folder in it, such as {}/wharf-{user}", path.display()),
        };
        return refuse(format!("its mode is {mode:04o}, which lets others in. {advice}"));
    }
    let facts = file::filesystem(&folder).map_err(|error| Error::io("look at", path, error))?;
    if !facts.is_tmpfs {
        return refuse(NOT_MEMORY.into());
    }
    Ok(())
}

/// Opens the node file; whoever comes first makes it, complete before it has a name.
fn open_or_make_node(directory: &Path, id: Option<NodeId>) -> Result<File> {
    let path = directory.join(NODE);
    // Another may make it, or remove it, at any time between two of these calls.
    for _ in 0..100 {
        match file::open(&path) {
            Ok(node) => {
                let len =
                    node.metadata().map_err(|error| Error::io("look at", &path, error))?.len();
                if len != PAGE as u64 {
                    let what = format!("it has {len} bytes instead of {PAGE}");
                    return Err(Error::NodeDamaged { path, what });
                }
                return Ok(node);
            }
            Err(error) if is_missing(&error) => {}
            Err(error) => {
                return Err(Error::Directory {
                    path: directory.into(),
                    reason: format!(
                        "its file {} cannot be opened for reading and writing ({error}). Name \
                         another directory by WHARF_SHM_DIR",
                        path.display()
                    ),
                });
            }
        }
        make_node(directory, &path, id)?;
    }
    Err(Error::Directory {
        path: directory.into(),
        reason: "its node file is removed again and again while it is opened".into(),
    })
}

fn make_node(directory: &Path, path: &Path, id: Option<NodeId>) -> Result<()> {
    let failed = |error: io::Error| Error::Directory {
        path: directory.into(),
        reason: format!(
            "no file can be made in it ({error}). Make that possible, or name another directory \
             by WHARF_SHM_DIR"
        ),
    };
    let node = file::unnamed(directory).map_err(failed)?;
    file::reserve(&node, 0, PAGE as u64).map_err(failed)?;
    let page = Mapping::new(&node, 0, PAGE, Access::Write).map_err(failed)?;
    if let Some(header) = page.get::<NodePage>(0) {
        let id = match id {
            Some(id) => id,
            None => NodeId::from_bytes(random::name().map_err(failed)?),
        };
        let id = id.words();
        header.id[0].store(id[0], Ordering::Relaxed);
        header.id[1].store(id[1], Ordering::Relaxed);
        write_preamble(&header.preamble, NODE_MAGIC, process::boot_id());
    }
    crate::fail::fail_point!("open.node");
    match file::link(&node, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_strictly() {
        let hex = "0123456789abcdef0123456789abcdef";
        let id = ArenaId::from_hex(hex).expect("valid");
        assert_eq!(parse_name(&format!("p-{hex}")), Some(Entry::Record));
        assert_eq!(parse_name(&format!("a-{hex}")), Some(Entry::Arena(id)));
        assert_eq!(parse_name(&format!("a-{hex}.12")), Some(Entry::Segment(id, 12)));
        for name in ["node", "a-", "p-12", "a-0123.0", "x"] {
            assert_eq!(parse_name(name), None, "{name}");
        }
        assert_eq!(parse_name(&format!("a-{hex}.012")), None);
        assert_eq!(parse_name(&format!("a-{hex}.+1")), None);
    }
}
