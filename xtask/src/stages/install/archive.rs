//! The source archive, built and tried where there is no network.

use std::path::Path;

use anyhow::{Context, Result};

use crate::dist;
use crate::place;
use crate::tally::{Skip, Tally};
use crate::tool::Tool;

pub(super) fn check(folder: &Path, shared_memory: &Path) -> Result<Tally> {
    let Some(unshare) = unshare() else {
        let name = NAME.to_owned();
        let reason = "this user may not cut a process off from the network (unshare)".to_owned();
        return Ok(Tally { skipped: vec![Skip { name, reason }], ..Tally::default() });
    };
    let archive = dist::dist()?;
    let tried = Tool::new("unshare")
        .args(unshare)
        .args(["bash", "-euxo", "pipefail", "-c", SCRIPT])
        .folder(folder)
        .env("ARCHIVE", &archive)
        .env("CARGO", std::env::var_os("CARGO").context("xtask is to be started by cargo")?)
        // Nothing that this machine has fetched before counts.
        .env("CARGO_HOME", folder.join("cargo-home"))
        .env("KEPT", place::target().join("archive"))
        .env("SOURCE", place::root())
        .envs(place::QUICK_RELEASE)
        .env("WHARF_SHM_DIR", shared_memory)
        .succeed();
    let mut tally = Tally { proof: "1 archive".to_owned(), ..Tally::default() };
    match tried {
        Ok(_) => tally.passed += 1,
        Err(error) => tally.failed.push(format!("the archive: {error:#}")),
    }
    Ok(tally)
}

/// How this user gets a network of nothing but an idle loopback.
fn unshare() -> Option<&'static [&'static str]> {
    let works = |words: &&&[&str]| {
        Tool::new("unshare").args(**words).args(["true"]).show(|_| false).succeed().is_ok()
    };
    [&["--net"][..], &["--map-root-user", "--net"]].iter().find(works).copied()
}

/// As `xtask/skips.toml` has it.
const NAME: &str = "the archive builds with no network";

const SCRIPT: &str = r#"
[ "$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ')" = lo ]
tar --extract --file "$ARCHIVE"
cd wharf-*/
# Two trees may have one folder for cargo's output, and yet neither gets the other's library.
shared=$(dirname "$PWD")/shared
for tree in "$SOURCE" .; do
    CARGO_TARGET_DIR="$shared" cmake -S "$tree/ffi" -B configured -DWHARF_COMMAND=OFF
    grep ^CARGO_TARGET_DIR:PATH= configured/CMakeCache.txt >> folders
    rm -r configured
done
[ "$(sort -u folders | wc -l)" = 2 ]
# An earlier archive's objects are kept, but only of crates that are not ours.
find . -path ./vendor -prune -o -type f -exec touch {} +
cmake -S ffi -B build -DCMAKE_INSTALL_PREFIX="$PWD/installed" -DWHARF_COMMAND=OFF -DCARGO_TARGET_DIR="$KEPT"
cmake --build build
cmake --install build --strip
readelf --sections installed/lib/libwharf.so > sections
grep dynsym sections
if grep debug sections; then exit 1; fi
for program in producer consumer; do
    cc -o $program installed/share/wharf/examples/c/$program.c \
        -Iinstalled/include -Linstalled/lib -lwharf -Wl,-rpath,"$PWD/installed/lib"
done
./consumer "$(./producer)" | tee said
grep '^31 32 33 34$' said
xargs -d '\n' rm -f < build/install_manifest.txt
[ -z "$(find installed -not -type d)" ]
"#;

#[cfg(test)]
mod tests {
    #[test]
    fn may_be_skipped_where_no_process_can_be_cut_off() {
        assert!(crate::skips::Skips::load().unwrap().allow(super::NAME));
    }
}
