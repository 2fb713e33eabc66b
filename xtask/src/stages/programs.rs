//! The C programs of `ffi/tests/c` with the library itself under AddressSanitizer: `cargo test` has the sanitizer
//! watch the programs alone.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::place::{self, Scratch};
use crate::tally::Tally;
use crate::tool::{Finished, Tool};

/// Programs that talk to another, or look at what a sanitizer changes.
const LEFT_OUT: &[&str] = &["exchange", "load", "manners"];

pub(super) fn asan(shared_memory: &Path) -> Result<Tally> {
    let archive = library()?;
    let folder = Scratch::new(&std::env::temp_dir(), "programs")?;
    let mut tally = Tally::default();
    for name in names()? {
        let program = folder.path().join(&name);
        Tool::new("cc")
            .args(["-std=c11", "-g", "-D_GNU_SOURCE", "-pthread", "-fsanitize=address,undefined"])
            .args(["-fno-sanitize-recover=all", "-Iffi/include", "-o"])
            .args([&program, &Path::new("ffi/tests/c").join(format!("{name}.c")), &archive])
            .args(["-lgcc_s", "-lutil", "-lrt", "-lm", "-ldl"])
            .succeed()?;
        let memory = shared_memory.join(format!("c-{name}"));
        let Finished { status, text } = Tool::new(&program).env("WHARF_SHM_DIR", memory).run()?;
        if status.success() && text.ends_with(&format!("{name}: done\n")) {
            tally.passed += 1;
        } else {
            tally.failed.push(format!("{name}.c under AddressSanitizer: {status}"));
        }
    }
    ensure!(tally.ran() > 0, "there is no program in ffi/tests/c");
    tally.proof = format!("{} C programs", tally.ran());
    Ok(tally)
}

/// The library, every access of its own watched.
fn library() -> Result<std::path::PathBuf> {
    let (output, target) = (place::target().join("asan"), place::sanitized_target());
    Tool::cargo()
        .args(["rustc", "--locked", "-p", "wharf-ffi", "--lib", "--crate-type", "staticlib"])
        .args(["--target", &target])
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zsanitizer=address")
        .env("CARGO_TARGET_DIR", &output)
        .succeed()?;
    Ok(output.join(target).join("debug/libwharf_c.a"))
}

fn names() -> Result<Vec<String>> {
    let folder = place::root().join("ffi/tests/c");
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let file = entry?.file_name();
        names.extend(file.to_string_lossy().strip_suffix(".c").map(str::to_owned));
    }
    names.retain(|name| !LEFT_OUT.contains(&name.as_str()));
    names.sort();
    Ok(names)
}
