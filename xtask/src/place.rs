//! Where things are: the checkout, the build output, and a private shared-memory directory.

use std::ffi::OsString;
use std::fs::{DirBuilder, remove_dir_all};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use anyhow::{Context, Result};

/// The checkout that cargo was called in.
///
/// That need not be the one that this program was compiled from: where two share a folder for cargo's output, cargo
/// may take one's program for the other's.
pub(crate) fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> =
        LazyLock::new(|| root_of(std::env::var_os("CARGO_MANIFEST_DIR")));
    &ROOT
}

/// `told` is what cargo tells the program that it runs; without cargo, the compiler's word has to do.
fn root_of(told: Option<OsString>) -> PathBuf {
    let xtask = told.map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    xtask.parent().map_or(xtask.clone(), Path::to_path_buf)
}

/// The build output of the workspace, where cargo itself would look for it.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root().join(folder),
        None => root().join("target"),
    }
}

/// The target that the sanitizers' runtime comes with, in the stable toolchain: this machine's own.
pub(crate) fn sanitized_target() -> String {
    format!("{}-unknown-linux-gnu", std::env::consts::ARCH)
}

/// For cargo, where it does not matter how fast a release is, and how long the compiler takes does.
pub(crate) const QUICK_RELEASE: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

/// A folder of mode 0700 that is removed, with all that is in it, when this value is dropped.
///
/// Under `/dev/shm` it can be what `WHARF_SHM_DIR` names, so that tests and demonstrations never
/// touch the objects of the user who runs them.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// Makes `parent/wharf-PURPOSE-PID`, replacing what an earlier process of the same id left.
    pub(crate) fn new(parent: &Path, purpose: &str) -> Result<Self> {
        let path = parent.join(format!("wharf-{purpose}-{}", std::process::id()));
        // A leftover here is ours by its name, and absent is the usual case: nothing to report.
        let _ = remove_dir_all(&path);
        DirBuilder::new().mode(0o700).create(&path).with_context(|| {
            format!(
                "cannot make the private folder {}: is {} writable?",
                path.display(),
                parent.display()
            )
        })?;
        Ok(Self(path))
    }

    pub(crate) fn shared_memory(purpose: &str) -> Result<Self> {
        Self::new(Path::new("/dev/shm"), purpose)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = remove_dir_all(&self.0) {
            eprintln!("xtask: could not remove {}: {error}", self.0.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_is_the_one_that_cargo_was_called_in() {
        assert_eq!(root_of(Some("/another/xtask".into())), Path::new("/another"));
        assert!(root_of(None).join("xtask/src/place.rs").exists());
    }
}
