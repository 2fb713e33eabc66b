//! The library as C and C++ programs find it: the committed header, and a shared library that is linked as
//! an installation links it. The programs are in `tests/c`; each ends at the first thing that is not so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "c/build.rs"]
mod build;

use build::{C11, Program};

#[test]
fn objects() {
    Program::new("objects").build(&C11).run();
}

#[test]
fn requests() {
    Program::new("requests").build(&C11).run();
}

#[test]
fn nonsense() {
    Program::new("nonsense").build(&C11).run();
}
