//! The committed header is what cbindgen makes of the sources, and lists what the library exports.
//!
//! After a change that is meant: `WHARF_ACCEPT=1 cargo test -p wharf-ffi --test header`, which writes the
//! header anew. `exports.map` is written by hand, for it says which version each name came with.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_header_is_that_of_the_sources() {
    let path = folder().join("include/wharf.h");
    let made = header();
    if std::env::var_os("WHARF_ACCEPT").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    for (number, (committed, made)) in committed.lines().zip(made.lines()).enumerate() {
        assert_eq!(committed, made, "line {} of include/wharf.h; {ADVICE}", number + 1);
    }
    assert_eq!(committed, made, "{ADVICE}");
}

#[test]
fn what_it_declares_is_what_is_exported() {
    let map = std::fs::read_to_string(folder().join("exports.map")).unwrap();
    let exported: BTreeSet<&str> =
        map.lines().filter_map(|line| line.trim().strip_suffix(';')).filter(is_name).collect();
    let header = header();
    let declared: BTreeSet<&str> = header
        .lines()
        .filter(|line| !line.starts_with([' ', '/', '#']))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(is_name)
        .collect();
    assert!(declared.len() > 40, "{declared:?}");
    assert_eq!(declared, exported);
}

fn is_name(word: &&str) -> bool {
    word.starts_with("wharf_")
}

fn header() -> String {
    let config = cbindgen::Config::from_file(folder().join("cbindgen.toml")).unwrap();
    let bindings = cbindgen::Builder::new().with_crate(folder()).with_config(config).generate();
    let mut text = Vec::new();
    bindings.unwrap().write(&mut text);
    String::from_utf8(text).unwrap()
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

const ADVICE: &str = "if the change is meant, write the header anew: WHARF_ACCEPT=1 cargo test -p wharf-ffi --test header";
