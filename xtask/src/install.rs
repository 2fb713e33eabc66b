//! `cargo xtask install --prefix DIR`: the library, the command and all that belongs to them, by cmake.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::place;
use crate::setup::{self, Need};
use crate::tool::Tool;

/// What `ffi/CMakeLists.txt` calls.
pub(crate) const NEEDS: &[Need] = &[Need::C, Need::Cmake];

pub(crate) fn run(prefix: &str) -> Result<()> {
    ensure!(!prefix.is_empty(), "--prefix wants a folder to install in, such as /opt/wharf");
    setup::meet(NEEDS)?;
    let folder = std::env::current_dir().context("where are we?")?;
    let prefix = folder.join(prefix);
    install(&prefix, None)?;
    println!("\ninstalled in {}: docs/install.md tells how to use it", prefix.display());
    Ok(())
}

/// Builds, and installs what is to be used in `prefix`: at once, or under `stage` for now.
pub(crate) fn install(prefix: &Path, stage: Option<&Path>) -> Result<()> {
    let build = place::target().join("install");
    forget_other_source(&build, &place::root().join("ffi"))?;
    let cmake = || Tool::new("cmake").env("CARGO_TARGET_DIR", place::target());
    cmake()
        .args(["-S", "ffi", "-B"])
        .args([&build])
        .args([format!("-DCMAKE_INSTALL_PREFIX={}", prefix.display())])
        .succeed()?;
    cmake().args(["--build".as_ref(), build.as_os_str()]).succeed()?;
    let stage = stage.unwrap_or(Path::new(""));
    cmake().args(["--install".as_ref(), build.as_os_str()]).env("DESTDIR", stage).succeed()?;
    Ok(())
}

/// cmake keeps to the tree that a build folder was made for, and refuses any other: one that was moved, or that
/// shares cargo's output with the first. What is in there is quickly made again.
fn forget_other_source(build: &Path, source: &Path) -> Result<()> {
    let Ok(cache) = std::fs::read_to_string(build.join("CMakeCache.txt")) else { return Ok(()) };
    let home = cache.lines().find_map(|line| line.strip_prefix("CMAKE_HOME_DIRECTORY:INTERNAL="));
    if home.map(Path::new) == Some(source) {
        return Ok(());
    }
    std::fs::remove_dir_all(build).with_context(|| {
        format!("cannot remove {}, which is of another source tree", build.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Scratch;

    #[test]
    fn a_build_folder_serves_the_tree_that_it_was_made_for() {
        let folder = Scratch::new(&std::env::temp_dir(), "other-source").unwrap();
        let build = folder.path().join("install");
        std::fs::create_dir(&build).unwrap();
        let cache = "# made by cmake\nCMAKE_HOME_DIRECTORY:INTERNAL=/here/ffi\n";
        std::fs::write(build.join("CMakeCache.txt"), cache).unwrap();
        forget_other_source(&build, Path::new("/here/ffi")).unwrap();
        assert!(build.exists());
        forget_other_source(&build, Path::new("/moved/ffi")).unwrap();
        assert!(!build.exists());
        forget_other_source(&build, Path::new("/moved/ffi")).unwrap();
    }

    #[test]
    fn no_prefix_is_not_the_folder_that_we_are_in() {
        let error = run("").unwrap_err();
        assert!(error.to_string().contains("--prefix wants a folder"), "{error}");
    }
}
