//! A shared-memory directory that goes away with its test.

use std::path::PathBuf;

use tempfile::TempDir;
use wharf::{Fabric, Options, Store, StoreOptions, Wait};

pub(crate) struct Place {
    private: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let private = tempfile::Builder::new().prefix("wharf-test-").tempdir_in("/dev/shm");
        Self { private: private.unwrap() }
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.private.path().join("node")
    }

    pub(crate) fn fabric(&self) -> Fabric {
        self.waiting(Wait::Block)
    }

    pub(crate) fn waiting(&self, wait: Wait) -> Fabric {
        let (directory, wait) = (Some(self.directory()), Some(wait));
        Fabric::open(Options { directory, wait, ..Options::default() }).unwrap()
    }

    pub(crate) fn store(&self) -> Store {
        self.fabric().store("s", StoreOptions::default()).unwrap()
    }
}
