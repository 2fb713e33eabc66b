//! Proxies between processes.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod common;

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use wharf::{Error, Fabric, Options, Proxy, StoreOptions};

use common::Node;

const SOON: Duration = Duration::from_secs(10);

/// The ticket for the process that this test starts of itself.
const TICKET: &str = "WHARF_TEST_TICKET";

#[test]
fn a_proxy_without_a_fabric_uses_the_processs_own() {
    if let Ok(ticket) = std::env::var(TICKET) {
        return other_process(&ticket);
    }
    let node = Node::new();
    let fabric = node.fabric();
    let directory = fabric.directory();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let ticket = store.put_slice(&[1_u16, 2, 3]).unwrap();
    let other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_proxy_without_a_fabric_uses_the_processs_own", "--nocapture"])
        .env("WHARF_SHM_DIR", directory)
        .env(TICKET, ticket.to_string())
        .output()
        .unwrap();
    assert!(other.status.success(), "{other:?}");
    assert!(String::from_utf8_lossy(&other.stdout).contains("1 passed"), "{other:?}");
    let records = std::fs::read_dir(directory).unwrap();
    let names: Vec<_> = records.map(|entry| entry.unwrap().file_name()).collect();
    let left = names.iter().filter(|name| name.to_string_lossy().starts_with("p-")).count();
    assert_eq!(left, 1, "the other process left its record: {names:?}");
}

/// Who is not let in is told so by name, and with a directory of his own he is on another node.
#[test]
fn a_proxy_of_another_user_resolves_nothing() {
    const NOBODY: u32 = 65534;
    if let Ok(ticket) = std::env::var(TICKET) {
        return other_user(&ticket);
    }
    // SAFETY: asks for this process's user, and changes nothing.
    if unsafe { libc::geteuid() } != 0 {
        return println!("skipped: only root can start a process of another user");
    }
    let private = tempfile::Builder::new().prefix("wharf-test-").tempdir_in("/dev/shm").unwrap();
    open_to_all(private.path());
    let directory = private.path().join("node");
    let options = Options { directory: Some(directory.clone()), ..Options::default() };
    let store = Fabric::open(options).unwrap().store("s", StoreOptions::default()).unwrap();
    let ticket = store.put_slice(&[1_u16, 2, 3]).unwrap();
    // The test's program may lie where only root can go.
    let programs = tempfile::tempdir().unwrap();
    open_to_all(programs.path());
    let program = programs.path().join("program");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let own = private.path().join("own");
    std::fs::create_dir(&own).unwrap();
    std::fs::set_permissions(&own, Permissions::from_mode(0o700)).unwrap();
    std::os::unix::fs::chown(&own, Some(NOBODY), Some(NOBODY)).unwrap();
    for (place, refusal) in
        [(&directory, "cannot use the shared-memory directory"), (&own, "lives on node")]
    {
        let other = Command::new(&program)
            .args(["--exact", "a_proxy_of_another_user_resolves_nothing", "--nocapture"])
            .env("WHARF_SHM_DIR", place)
            .env(TICKET, ticket.to_string())
            .current_dir("/")
            .uid(NOBODY)
            .gid(NOBODY)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&other.stdout);
        assert!(other.status.success() && said.contains("1 passed"), "{other:?}");
        assert!(said.contains(refusal), "{said}");
    }
}

fn open_to_all(folder: &Path) {
    std::fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
}

fn other_user(ticket: &str) {
    let proxy: Proxy<[u16]> = serde_json::from_str(&format!("\"{ticket}\"")).unwrap();
    println!("{}", proxy.resolve(SOON).unwrap_err());
    assert!(proxy.resolved().is_none());
}

fn other_process(ticket: &str) {
    let proxy: Proxy<[u16]> = serde_json::from_str(&format!("\"{ticket}\"")).unwrap();
    assert_eq!(proxy.resolve(SOON).unwrap(), [1, 2, 3]);
    let fabric = Fabric::process().unwrap();
    let wrong = Proxy::<[f32]>::from(proxy.ticket().clone());
    assert!(matches!(wrong.resolve(SOON), Err(Error::WrongType { .. })));
    in_a_child(|| {
        let same = proxy.clone().resolve(SOON).is_ok_and(|numbers| numbers == [1, 2, 3]);
        let own = Proxy::<[u16]>::from(proxy.ticket().clone());
        let anew = own.resolve(SOON).is_ok_and(|numbers| numbers == [1, 2, 3]);
        let parents = own
            .bound_to(&fabric)
            .resolve(SOON)
            .is_err_and(|error| matches!(error, Error::Memory(wharf::MemoryError::Forked)));
        drop(own);
        same && anew && parents
    });
}

/// Forks, and fails unless the child finds what it should.
fn in_a_child(finds: impl FnOnce() -> bool) {
    // SAFETY: the child runs what its parent could, on the one thread that it has, and ends without
    // running anything else of the parent's.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let status = i32::from(!finds());
        // SAFETY: ends this process.
        unsafe { libc::_exit(status) };
    }
    let mut status = 0;
    // SAFETY: waits for the child above, with a place for its status.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    assert_eq!((waited, status), (child, 0), "the child found otherwise");
}
