//! A directory of a test's own, removed with everything in it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use wharf_shm::{Node, NodeOptions, Result, Sweep};

/// A private shared-memory directory.
pub(crate) struct Place(PathBuf);

impl Place {
    /// A directory that nothing has used yet; the node makes it.
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(PathBuf::from(format!("/dev/shm/wharf-test-{}-{number}", std::process::id())))
    }

    /// The directory that another process of the test has chosen.
    pub(crate) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A membership of this process.
    pub(crate) fn node(&self) -> Result<Node> {
        Node::open(&NodeOptions { directory: Some(self.0.clone()), ..Default::default() })
    }

    /// The names of all files, those aside that go with the directory.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.0).expect("the directory stands");
        let names = entries.map(|entry| entry.expect("listable").file_name());
        let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.retain(|name| name != "node" && name != "key");
        names.sort();
        names
    }

    /// Bytes of memory that all files take, the node file's page aside.
    pub(crate) fn bytes(&self) -> u64 {
        let size = |name: &String| {
            let meta = std::fs::metadata(self.0.join(name));
            meta.map_or(0, |meta| std::os::unix::fs::MetadataExt::blocks(&meta) * 512)
        };
        self.files().iter().map(size).sum()
    }

    /// Sweeps everything away, and fails if anything but the node's id and key is left.
    #[track_caller]
    pub(crate) fn assert_empty_after_sweep(&self) {
        let node = self.node().expect("opens");
        let report = node.sweep(Sweep::All).expect("sweeps");
        assert_eq!(report.failed, 0, "{report:?}");
        drop(node);
        assert_eq!(self.files(), Vec::<String>::new(), "left over after a sweep of all");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
