//! The stages of `cargo xtask test`, in the order in which they run: the cheap ones first.
//!
//! Each is a function from the private shared-memory directory of the run to a [`Tally`], counted
//! from what the tool under it printed. A stage that ran nothing fails.

mod fuzz;
mod install;
mod lint;
mod memory;
mod programs;
mod readme;
mod suite;
mod words;

use std::path::Path;

use anyhow::Result;

use crate::api;
use crate::setup::Need;
use crate::tally::Tally;

/// One thing that has to hold, and how to find out.
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) needs: &'static [Need],
    pub(crate) run: fn(shared_memory: &Path) -> Result<Tally>,
}

pub(crate) const STAGES: &[Stage] = &[
    Stage {
        name: "words",
        about: "no path of a builder's machine, no test set aside outside xtask/skips.toml",
        needs: &[],
        run: |_| words::run(),
    },
    Stage {
        name: "fmt",
        about: "cargo fmt --check",
        needs: &[Need::Rustfmt],
        run: |_| lint::fmt(),
    },
    Stage {
        name: "clippy",
        about: "cargo clippy, with every warning an error",
        needs: &[Need::C, Need::Clippy],
        run: |_| lint::clippy(),
    },
    Stage {
        name: "docs",
        about: "cargo doc, with every warning an error",
        needs: &[Need::C],
        run: |_| lint::docs(),
    },
    Stage {
        name: "api",
        about: "the libraries' public API is the one that was agreed on",
        needs: &[Need::C],
        run: |_| api::check(),
    },
    Stage {
        name: "test",
        about: "every unit, integration and documentation test, with all features but `numa`",
        needs: &[Need::C, Need::Cxx, Need::Clang, Need::Fortran, Need::Valgrind, Need::Hosts],
        run: suite::run,
    },
    Stage {
        name: "placement",
        about: "NUMA placement and huge pages, which are a feature",
        needs: &[Need::C, Need::Hwloc],
        run: suite::placement,
    },
    Stage {
        name: "asan",
        about: "the libraries' unit tests, and C programs with the library, under AddressSanitizer",
        needs: &[Need::C],
        run: memory::asan,
    },
    Stage {
        name: "valgrind",
        about: "the node memory's unit tests under Valgrind",
        needs: &[Need::C, Need::Valgrind],
        run: memory::valgrind,
    },
    Stage {
        name: "fuzz",
        about: "a bounded run of every fuzz target",
        needs: &[Need::C, Need::Cxx],
        run: |_| fuzz::run(),
    },
    Stage {
        name: "install",
        about: "the installed library, used from elsewhere in every way; the archive, with no network",
        needs: install::NEEDS,
        run: install::run,
    },
    Stage {
        name: "readme",
        about: "the documents' commands and examples, as written",
        needs: &[Need::C, Need::Fortran, Need::Cmake, Need::PkgConfig],
        run: readme::run,
    },
];

pub(crate) fn find(name: &str) -> Option<&'static Stage> {
    STAGES.iter().find(|stage| stage.name == name)
}
