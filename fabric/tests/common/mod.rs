//! A node for one test.

use tempfile::TempDir;
use wharf::{Fabric, Options};

/// A shared-memory directory that goes away with its test, and fabrics on it: each is to the
/// others what another process would be.
pub(crate) struct Node {
    private: TempDir,
}

impl Node {
    pub(crate) fn new() -> Self {
        let private =
            tempfile::Builder::new().prefix("wharf-test-").tempdir_in("/dev/shm").unwrap();
        Self { private }
    }

    /// Options that name the directory, which the first fabric makes.
    pub(crate) fn options(&self) -> Options {
        Options { directory: Some(self.private.path().join("node")), ..Options::default() }
    }

    pub(crate) fn fabric(&self) -> Fabric {
        Fabric::open(self.options()).unwrap()
    }
}
