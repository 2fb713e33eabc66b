//! The fabric that a process's proxies share.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

use std::process::Command;
use std::time::Duration;

use wharf::{Error, Fabric, Options, Proxy, StoreOptions};

const SOON: Duration = Duration::from_secs(10);

/// The ticket for the process that this test starts of itself.
const TICKET: &str = "WHARF_TEST_TICKET";

#[test]
fn a_proxy_without_a_fabric_uses_the_processs_own() {
    if let Ok(ticket) = std::env::var(TICKET) {
        return other_process(&ticket);
    }
    let private = tempfile::Builder::new().prefix("wharf-test-").tempdir_in("/dev/shm").unwrap();
    let directory = private.path().join("node");
    let options = Options { directory: Some(directory.clone()), ..Options::default() };
    let fabric = Fabric::open(options).unwrap();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let ticket = store.put_slice(&[1_u16, 2, 3]).unwrap();
    let other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_proxy_without_a_fabric_uses_the_processs_own", "--nocapture"])
        .env("WHARF_SHM_DIR", &directory)
        .env(TICKET, ticket.to_string())
        .output()
        .unwrap();
    assert!(other.status.success(), "{other:?}");
    assert!(String::from_utf8_lossy(&other.stdout).contains("1 passed"), "{other:?}");
    let records = std::fs::read_dir(&directory).unwrap();
    let names: Vec<_> = records.map(|entry| entry.unwrap().file_name()).collect();
    let left = names.iter().filter(|name| name.to_string_lossy().starts_with("p-")).count();
    assert_eq!(left, 1, "the other process left its record: {names:?}");
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
