//! The directory: which ones are refused and how, what opening leaves behind, and what happens when
//! it is removed, shared with other versions, or littered.

mod life;
mod litter;

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::Path;

use libtest_mimic::Trial;
use wharf_shm::{Node, NodeOptions};

use crate::damage::{MAGIC, NODE_ID, Raw, VERSION};
use crate::place::Place;
use crate::puppet::error_text;
use crate::{Outcome, alone, test};

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = vec![
        test("directory::refuses_a_missing_parent", refuses_a_missing_parent),
        alone::test("directory::refuses_a_read_only_one", alone::mounts, refuses_a_read_only_one),
        alone::test("directory::refuses_another_users", alone::root, refuses_another_users),
        test("directory::refuses_a_symbolic_link", refuses_a_symbolic_link),
        test("directory::refuses_one_open_to_others", refuses_one_open_to_others),
        alone::test("directory::refuses_what_is_not_memory", on_disk, refuses_what_is_not_memory),
        test("directory::refuses_a_file_in_its_place", refuses_a_file_in_its_place),
        test("directory::refuses_a_node_file_that_is_not_ours", refuses_a_foreign_node_file),
    ];
    tests.extend(life::tests());
    tests.extend(litter::tests());
    tests
}

/// Opening fails with the error of this name, which tells the path and all the words.
#[track_caller]
fn assert_refused(path: &Path, name: &str, words: &[&str]) {
    let options = NodeOptions { directory: Some(path.to_owned()), ..Default::default() };
    let error = Node::open(&options).map(drop).expect_err("it is refused");
    let text = error_text(&error);
    assert!(text.starts_with(&format!("err {name} ")), "{text}");
    for word in words.iter().copied().chain([path.to_str().expect("plain text")]) {
        assert!(text.contains(word), "{word:?} is not in: {text}");
    }
}

/// A folder for this user alone.
fn make(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

fn names_in(path: &Path) -> Vec<String> {
    let entries = fs::read_dir(path).expect("it stands");
    entries.map(|entry| entry.expect("listable").file_name().into_string().expect("text")).collect()
}

fn refuses_a_missing_parent() -> Outcome {
    let place = Place::new();
    assert_refused(&place.path().join("below"), "Directory", &["parent", "WHARF_SHM_DIR"]);
    assert!(!place.path().exists(), "something was made");
    Ok(())
}

fn refuses_a_read_only_one(place: &Place) -> Outcome {
    alone::mount_tmpfs(place.path(), "size=1m,mode=700")?;
    let [used, empty] = ["used", "empty"].map(|name| place.path().join(name));
    make(&empty)?;
    Node::open(&NodeOptions { directory: Some(used.clone()), ..Default::default() })?;
    let before = fs::read(used.join("node"))?;
    alone::make_read_only(place.path())?;
    let words = ["Read-only file system", "WHARF_SHM_DIR"];
    for path in [&used, &empty, &place.path().join("missing")] {
        assert_refused(path, "Directory", &words);
    }
    assert_eq!(fs::read(used.join("node"))?, before);
    assert_eq!(names_in(&used), ["node"]);
    Ok(())
}

fn refuses_another_users(place: &Place) -> Outcome {
    make(place.path())?;
    std::os::unix::fs::chown(place.path(), Some(65534), Some(65534))?;
    assert_refused(place.path(), "Directory", &["user 65534", "user 0", "WHARF_SHM_DIR"]);
    assert_eq!(names_in(place.path()), [""; 0]);
    Ok(())
}

fn refuses_a_symbolic_link() -> Outcome {
    let (place, link) = (Place::new(), Place::new());
    make(place.path())?;
    symlink(place.path(), link.path())?;
    assert_refused(link.path(), "Directory", &["symbolic link", "Name the real folder"]);
    assert_eq!(names_in(place.path()), [""; 0]);
    fs::remove_dir(place.path())?;
    assert_refused(link.path(), "Directory", &["symbolic link"]);
    assert!(!place.path().exists(), "the link's target was made");
    Ok(fs::remove_file(link.path())?)
}

fn refuses_one_open_to_others() -> Outcome {
    let place = Place::new();
    make(place.path())?;
    for mode in [0o755, 0o710, 0o701, 0o1777] {
        fs::set_permissions(place.path(), PermissionsExt::from_mode(mode))?;
        let path = place.path().display();
        let advice = match mode {
            // Meant for many: nobody is told to close it to them.
            0o1777 => format!("Name a folder in it, such as {path}/wharf-"),
            _ => format!("chmod 700 {path}"),
        };
        assert_refused(place.path(), "Directory", &[&format!("{mode:04o}"), &advice]);
    }
    assert_eq!(names_in(place.path()), [""; 0]);
    // What the message says to do helps.
    fs::set_permissions(place.path(), PermissionsExt::from_mode(0o700))?;
    place.node()?;
    Ok(())
}

/// Cargo's folder for tests, where it is on a disk.
fn on_disk() -> Result<(), String> {
    let path = std::ffi::CString::new(DISK).map_err(|error| error.to_string())?;
    // SAFETY: all-zero bytes are a valid value of this plain structure.
    let mut facts: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: a terminated string and a valid place for the result.
    let status = unsafe { libc::statfs(path.as_ptr(), &mut facts) };
    // SAFETY: a terminated string, which the call only reads.
    let is_writable = || unsafe { libc::access(path.as_ptr(), libc::W_OK) } == 0;
    match (status, facts.f_type) {
        (0, libc::TMPFS_MAGIC) => Err(format!("needs a disk, and {DISK} is on a tmpfs")),
        (0, _) if is_writable() => Ok(()),
        _ => Err(format!("needs {DISK}: {}", std::io::Error::last_os_error())),
    }
}

const DISK: &str = env!("CARGO_TARGET_TMPDIR");

fn refuses_what_is_not_memory(place: &Place) -> Outcome {
    let name = place.path().file_name().expect("it has one");
    let on_disk = Place::at(Path::new(DISK).join(name));
    let words = ["tmpfs", "WHARF_SHM_DIR", "/dev/shm"];
    assert_refused(on_disk.path(), "Directory", &words);
    assert!(!on_disk.path().exists(), "it was made before it was refused");
    make(on_disk.path())?;
    assert_refused(on_disk.path(), "Directory", &words);
    assert_eq!(names_in(on_disk.path()), [""; 0]);
    Ok(())
}

fn refuses_a_file_in_its_place() -> Outcome {
    let place = Place::new();
    fs::write(place.path(), "a file")?;
    assert_refused(place.path(), "Directory", &["folder", "WHARF_SHM_DIR"]);
    assert_eq!(fs::read(place.path())?, b"a file");
    Ok(fs::remove_file(place.path())?)
}

fn refuses_a_foreign_node_file() -> Outcome {
    let place = Place::new();
    let id = place.node()?.id();
    let path = place.path().join("node");
    let whole = fs::read(&path)?;
    let node = Raw::node(&place);
    let remedy = "WHARF_SHM_DIR";

    node.set_u32(VERSION, 77);
    assert_refused(place.path(), "Layout", &["/node", "version 77", remedy]);
    node.write(0, &whole);
    node.write(MAGIC, b"NOTWHARF");
    let mend = "wharf sweep --all";
    assert_refused(place.path(), "NodeDamaged", &["/node", "magic", mend]);
    node.write(0, &whole);
    node.write(NODE_ID, &[0; 16]);
    assert_refused(place.path(), "NodeDamaged", &["/node", "id is zero", mend]);

    for len in [0, 1, 4095, 4097, 1 << 20] {
        let mut bytes = whole.clone();
        bytes.resize(len, 0);
        fs::write(&path, &bytes)?;
        assert_refused(place.path(), "NodeDamaged", &["/node", &format!("{len} bytes"), mend]);
        assert_eq!(fs::read(&path)?, bytes, "what was refused was changed");
    }
    fs::remove_file(&path)?;
    make(&path)?;
    assert_refused(place.path(), "Directory", &["/node", remedy]);
    fs::remove_dir(&path)?;
    symlink("elsewhere", &path)?;
    assert_refused(place.path(), "Directory", &["/node", remedy]);
    assert_eq!(names_in(place.path()), ["node"], "a record or the link's target was made");
    fs::remove_file(&path)?;
    fs::write(&path, &whole)?;
    assert_eq!(place.node()?.id(), id, "nothing was lost");
    Ok(())
}
