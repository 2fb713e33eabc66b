//! `cargo xtask install --prefix DIR`: the library, the command and all that belongs to them, by cmake.

use std::path::Path;

use anyhow::{Context, Result};

use crate::place;
use crate::setup::{self, Need};
use crate::tool::Tool;

/// What `ffi/CMakeLists.txt` calls.
pub(crate) const NEEDS: &[Need] = &[Need::C, Need::Cmake];

pub(crate) fn run(prefix: &str) -> Result<()> {
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
