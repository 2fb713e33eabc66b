//! Starting a node anew whose file `node` is damaged.
//!
//! While it is, nobody can join, and no ticket leads anywhere: the node's id is lost. So everything
//! there is garbage once nobody is left who joined before the damage.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::arena::segment;
use crate::error::{Error, Result, is_missing};
use crate::fail::fail_point;
use crate::layout::{PAGE, RecordHeader};
use crate::names::folder;
use crate::node::directory::{self, Directory, Entry, NODE};
use crate::node::record::read_owner;
use crate::node::report::SweepReport;
use crate::sys::file;
use crate::sys::map::{Access, Mapping};

/// Removes all of Wharf's files from a directory whose node file is damaged. Of a directory that is
/// in order nothing is removed.
pub(crate) fn mend(path: PathBuf) -> Result<SweepReport> {
    let name = path.join(NODE);
    let node = match file::open(&name) {
        Ok(node) => node,
        Err(error) if is_missing(&error) => return Ok(SweepReport::default()),
        Err(error) => return Err(Error::io("open", name, error)),
    };
    // Two that mend at once must not take the new node file for the damaged one.
    let locked = file::try_lock(&node).map_err(|error| Error::io("lock", &name, error))?;
    if !locked || !file::stands_at(&node, &name) {
        let reason = "another program is mending it. Try again".into();
        return Err(Error::Directory { path, reason });
    }
    match Directory::open(path.clone(), None) {
        Ok(_) => return Ok(SweepReport::default()),
        Err(Error::NodeDamaged { .. }) => {}
        Err(error) => return Err(error),
    }
    let entries = directory::list(&path).map_err(|error| Error::io("list", &path, error))?;
    refuse_if_used(&path, &entries)?;
    let report = remove(entries)?;
    folder::remove_all(&path).map_err(|error| Error::io("remove the names in", &path, error))?;
    fail_point!("mend.emptied");
    file::remove(&name).map_err(|error| Error::io("remove", name, error))?;
    Ok(report)
}

fn refuse_if_used(path: &Path, entries: &[(PathBuf, Entry)]) -> Result<()> {
    let (mut processes, mut others) = (Vec::new(), Vec::new());
    for (path, entry) in entries {
        if matches!(entry, Entry::Segment(..)) {
            continue;
        }
        let file = match file::open_read(path) {
            Ok(file) => file,
            Err(error) if is_missing(&error) => continue,
            Err(error) => return Err(Error::io("open", path, error)),
        };
        if !file::is_locked(&file).map_err(|error| Error::io("probe", path, error))? {
            continue;
        }
        match (entry, process_of(&file)) {
            (Entry::Record, Some(pid)) => processes.push(format!("process {pid}")),
            _ => others.push(format!("whoever has {} mapped", path.display())),
        }
    }
    // A process that has a record needs no second mention for its arenas.
    let users = if processes.is_empty() { others } else { processes };
    if users.is_empty() {
        return Ok(());
    }
    let users = users.join(", ");
    let reason = format!("its file `node` is damaged, and still in use by {users}: end that first");
    Err(Error::Directory { path: path.into(), reason })
}

fn process_of(record: &File) -> Option<u32> {
    let map = Mapping::new(record, 0, PAGE, Access::Read).ok()?;
    // Beyond the end of the file there is nothing to read.
    let whole = record.metadata().ok()?.len() >= PAGE as u64;
    whole.then(|| map.get::<RecordHeader>(0).map(|header| read_owner(&header.owner).pid))?
}

/// A segment without its table is garbage to anyone, so tables go last.
fn remove(mut entries: Vec<(PathBuf, Entry)>) -> Result<SweepReport> {
    let mut report = SweepReport::default();
    entries.sort_by_key(|(_, entry)| !matches!(entry, Entry::Segment(..)));
    for (path, entry) in entries {
        let bytes = segment::bytes(&path);
        match entry {
            Entry::Segment(..) => segment::remove(&path)?,
            Entry::Record | Entry::Arena(_) => {
                fs::remove_file(&path).map_err(|error| Error::io("remove", &path, error))?;
            }
        }
        match entry {
            Entry::Record => report.processes += 1,
            Entry::Arena(_) => report.arenas_removed += 1,
            Entry::Segment(..) => {}
        }
        if entry != Entry::Record {
            report.bytes_freed += bytes;
        }
    }
    Ok(report)
}
