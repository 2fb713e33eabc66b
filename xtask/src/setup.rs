//! What the stages need from the system, installed where that is allowed.
//!
//! As root on a Debian-like system the missing packages are installed with apt-get; anywhere else
//! the exact commands are printed and nothing is run.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::tool::Tool;

/// A program that a stage calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    C,
    Cxx,
    Clang,
    Fortran,
    Valgrind,
    Hwloc,
    Cmake,
    PkgConfig,
    Hosts,
    Rustfmt,
    Clippy,
}

impl Need {
    /// A command that succeeds exactly where the need is met.
    fn probe(self) -> &'static [&'static str] {
        match self {
            Self::C => &["cc", "--version"],
            Self::Cxx => &["c++", "--version"],
            Self::Clang => &["clang++", "--version"],
            Self::Fortran => &["gfortran", "--version"],
            Self::Valgrind => &["valgrind", "--version"],
            Self::Hwloc => &["pkg-config", "--exists", "hwloc", "libudev"],
            Self::Cmake => &["sh", "-c", "cmake --version && make --version"],
            Self::PkgConfig => &["pkg-config", "--version"],
            Self::Hosts => {
                &["sh", "-c", "ip -V && ss -V && tc -V && setpriv --version && nsenter --version"]
            }
            Self::Rustfmt => &["cargo-fmt", "--version"],
            Self::Clippy => &["cargo-clippy", "--version"],
        }
    }

    /// Without the others nothing runs; where there is no clang, or no tool to make hosts with, tests say that they skip it.
    fn is_vital(self) -> bool {
        !matches!(self, Self::Clang | Self::Hosts)
    }

    fn remedy(self) -> Remedy {
        match self {
            // libc6-dev is only recommended by gcc, and nothing links without it.
            Self::C => Remedy::Packages(&["gcc", "libc6-dev"]),
            Self::Cxx => Remedy::Packages(&["g++"]),
            Self::Clang => Remedy::Packages(&["clang"]),
            Self::Fortran => Remedy::Packages(&["gfortran"]),
            // Without the C library's symbols, valgrind refuses to start.
            Self::Valgrind => Remedy::Packages(&["valgrind", "libc6-dbg"]),
            // The published binding links hwloc with all that hwloc itself is linked with.
            Self::Hwloc => Remedy::Packages(&["libhwloc-dev", "libudev-dev", "pkg-config"]),
            Self::Cmake => Remedy::Packages(&["cmake", "make"]),
            Self::PkgConfig => Remedy::Packages(&["pkg-config"]),
            Self::Hosts => Remedy::Packages(&["iproute2", "util-linux"]),
            Self::Rustfmt => Remedy::Component("rustfmt"),
            Self::Clippy => Remedy::Component("clippy"),
        }
    }

    fn is_met(self) -> bool {
        let Some((program, arguments)) = self.probe().split_first() else { return true };
        let status = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }
}

enum Remedy {
    Packages(&'static [&'static str]),
    Component(&'static str),
}

/// Leaves the machine with all of `needs`, or says what a person has to install.
pub(crate) fn meet(needs: &[Need]) -> Result<()> {
    let mut missing = missing(needs);
    missing.retain(|need| need.is_vital() || can_install());
    if missing.is_empty() {
        return Ok(());
    }
    let (packages, components) = remedies(&missing);
    println!("setting up: {}", [packages.as_slice(), components.as_slice()].concat().join(", "));
    if !packages.is_empty() {
        install_packages(&packages)?;
    }
    if !components.is_empty() {
        let install = Tool::new("rustup").args(["component", "add"]).args(&components).succeed();
        if let Err(error) = install {
            bail!("please run `rustup component add {}`: {error:#}", components.join(" "));
        }
    }
    match self::missing(&missing).as_slice() {
        [] => Ok(()),
        still => bail!("{still:?} still missing after setting up: see what was printed above"),
    }
}

fn missing(needs: &[Need]) -> Vec<Need> {
    let mut missing: Vec<Need> = needs.iter().copied().filter(|need| !need.is_met()).collect();
    missing.sort();
    missing.dedup();
    missing
}

fn remedies(missing: &[Need]) -> (Vec<&'static str>, Vec<&'static str>) {
    let (mut packages, mut components) = (Vec::new(), Vec::new());
    for need in missing {
        match need.remedy() {
            Remedy::Packages(names) => packages.extend(names),
            Remedy::Component(name) => components.push(name),
        }
    }
    (packages, components)
}

fn install_packages(packages: &[&str]) -> Result<()> {
    let by_hand = format!("sudo apt-get update && sudo apt-get install {}", packages.join(" "));
    if !can_install() {
        bail!("this machine lacks {}. As root, run:\n    {by_hand}", packages.join(", "));
    }
    let apt = || Tool::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
    // A stale index of one source is no reason to stop: the installation tells whether it mattered.
    if let Err(error) = apt().args(["update", "-q"]).succeed() {
        println!("note: {error:#}");
    }
    let install = ["install", "-y", "-q", "--no-install-recommends"];
    if let Err(error) = apt().args(install).args(packages).succeed() {
        bail!("could not install {}; by hand: {by_hand}\n{error:#}", packages.join(", "));
    }
    Ok(())
}

fn can_install() -> bool {
    is_root() && Path::new("/usr/bin/apt-get").exists()
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_has_a_remedy_and_each_is_named_once() {
        let all = [Need::C, Need::Cxx, Need::Fortran, Need::Valgrind, Need::Rustfmt, Need::Clippy];
        let (packages, components) = remedies(&all);
        assert_eq!(packages, ["gcc", "libc6-dev", "g++", "gfortran", "valgrind", "libc6-dbg"]);
        assert_eq!(components, ["rustfmt", "clippy"]);
    }
}
