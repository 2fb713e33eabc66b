//! What is installed, used as users use it: from another directory, after it was moved, in every way.
//!
//! ```text
//! cmake --install, with DESTDIR ──▶ moved ──▶ examples built by each way ──▶ each scenario played
//! cmake, with each choice of features ──▶ what the library says of itself
//! cargo xtask dist ──▶ unpacked, network cut off ──▶ built, installed, a program built and run
//! ```

mod archive;
mod features;
mod scenarios;
mod ways;

use std::path::Path;

use anyhow::{Context, Result};

use self::scenarios::Scenario;
use crate::install;
use crate::place::{self, Scratch};
use crate::setup::Need;
use crate::tally::Tally;
use crate::tool::Tool;

pub(crate) const NEEDS: &[Need] =
    &[Need::C, Need::Cxx, Need::Fortran, Need::Cmake, Need::PkgConfig, Need::Hwloc];

pub(crate) fn run(shared_memory: &Path) -> Result<Tally> {
    let folder = Scratch::new(&std::env::temp_dir(), "install")?;
    let prefix = install_and_move(folder.path())?;
    let cargo = Tool::cargo().args(["build", "--release", "--locked", "-p", "wharf-gray-scott"]);
    cargo.succeed()?;
    let mut tally = Tally::default();
    for way in ways::WAYS {
        let programs = folder.path().join(way.name.replace(' ', "-"));
        match way.build(&prefix, &programs) {
            Ok(()) => play_all(way.name, &prefix, &programs, shared_memory, &mut tally)?,
            Err(error) => tally.failed.push(format!("{}: {error:#}", way.name)),
        }
    }
    tally.failed.extend(scenarios::SCENARIOS.iter().filter_map(|scenario| {
        let played = folder.path().join("cmake");
        let missing = scenario.programs.iter().find(|program| !played.join(program).exists())?;
        Some(format!("{}: nobody builds {missing}", scenario.name))
    }));
    tally.proof = format!("{} ways of building", ways::WAYS.len());
    tally.add(features::check(folder.path(), shared_memory));
    tally.add(archive::check(folder.path(), shared_memory)?);
    Ok(tally)
}

/// Installs for one place, and has it in another, where nothing knows of the first.
fn install_and_move(folder: &Path) -> Result<std::path::PathBuf> {
    let stage = folder.join("stage");
    install::install(Path::new("/opt/wharf"), Some(&stage))?;
    let prefix = folder.join("moved");
    std::fs::rename(stage.join("opt/wharf"), &prefix).context("cannot move what was installed")?;
    Ok(prefix)
}

/// Plays those scenarios whose programs this way of building has.
fn play_all(
    way: &str,
    prefix: &Path,
    programs: &Path,
    shared_memory: &Path,
    tally: &mut Tally,
) -> Result<()> {
    let path = std::env::var("PATH").context("PATH is not set, or not text")?;
    let followers = place::target().join("release");
    let path = format!("{}/bin:{}:{path}", prefix.display(), followers.display());
    let playable = |scenario: &&Scenario| {
        scenario.programs.iter().all(|program| programs.join(program).exists())
    };
    for scenario in scenarios::SCENARIOS.iter().filter(playable) {
        println!("-- {way}: {}", scenario.name);
        let played = script(scenario.script)
            .folder(programs)
            .env("PATH", &path)
            .env("LD_LIBRARY_PATH", prefix.join("lib"))
            .env("WHARF_SHM_DIR", shared_memory)
            .succeed();
        match played {
            Ok(_) => tally.passed += 1,
            Err(error) => tally.failed.push(format!("{way}: {}: {error:#}", scenario.name)),
        }
    }
    Ok(())
}

/// Bash, which shows each command of the script and ends with the first that fails. `fails COMMAND...` is for one
/// that has to: what `!` turns round, bash does not take for a failure.
fn script(text: &str) -> Tool {
    let text = format!("fails() {{ if \"$@\"; then return 1; fi; }}\n{text}");
    Tool::new("bash").args(["-euxo", "pipefail", "-c", &text])
}
