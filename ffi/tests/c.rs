//! The library as C and C++ programs find it: the committed header, and a shared library that is linked as
//! an installation links it. The programs are in `tests/c`; each ends at the first thing that is not so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "c/build.rs"]
mod build;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

use build::{Built, C11, LANGUAGES, Language, crate_folder, library, succeed};

/// All programs that need nobody to talk to.
const PROGRAMS: [&str; 9] = [
    "objects", "exposed", "requests", "nonsense", "options", "threads", "network", "fork",
    "manners",
];

#[test]
fn programs_in_every_language() {
    for language in LANGUAGES {
        if !language.is_here() {
            println!("skipped: there is no {}", language.compiler);
            continue;
        }
        for program in PROGRAMS {
            let said = Built::new(program, language).run(&[]);
            assert_eq!(said, format!("{program}: done\n"), "{language:?}");
        }
    }
}

#[test]
fn two_processes() {
    let program = Built::new("exchange", &C11);
    let memory = tempfile::tempdir_in("/dev/shm").unwrap();
    let command = |words: &[&str]| {
        let mut command = program.command(&memory);
        command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped());
        command
    };
    let mut producer = command(&["produce"]).spawn().unwrap();
    let mut ticket = String::new();
    BufReader::new(producer.stdout.as_mut().unwrap()).read_line(&mut ticket).unwrap();
    let consumer = command(&["consume", ticket.trim()]).spawn().unwrap();
    let go_on = |producer: &mut std::process::Child| {
        producer.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    };
    go_on(&mut producer);
    let output = consumer.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "60000 numbers\n");
    go_on(&mut producer);
    assert!(producer.wait().unwrap().success());

    // The producer is gone, and with it what it put.
    let output = command(&["consume", ticket.trim()]).stderr(Stdio::piped()).output().unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("WHARF_ERROR_NO_SUCH_NAME"), "{said}");
}

/// The programs' own memory errors, undefined behaviour and leaks, with the library called as it is.
#[test]
fn sanitized() {
    let sanitized = Language {
        compiler: "cc",
        flags: &["-std=c11", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
    };
    for program in PROGRAMS.into_iter().filter(|name| *name != "manners") {
        Built::new(program, &sanitized).run(&[]);
    }
}

#[test]
fn under_valgrind() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: there is no valgrind");
        return;
    }
    let valgrind = [
        "valgrind",
        "-q",
        "--error-exitcode=9",
        "--errors-for-leak-kinds=definite",
        "--show-leak-kinds=definite",
        // Children of a fork are watched too, and what they execute.
        "--child-silent-after-fork=no",
        "--trace-children=yes",
    ];
    // It keeps signals from threads in its own way, which would be taken for the library's, and takes what the
    // assembly of ciphers makes for uninitialised.
    let watched = |name: &&str| !["manners", "network"].contains(name);
    for program in PROGRAMS.into_iter().filter(watched) {
        // In the child of a fork, its search for leaks falls over memory that the child has no more of. Leaks of
        // that program are LeakSanitizer's to find.
        let leaks = if program == "fork" { "--leak-check=no" } else { "--leak-check=full" };
        Built::new(program, &C11).run(&[&valgrind[..], &[leaks]].concat());
    }
}

#[test]
fn exports_are_those_of_the_map_with_their_versions() {
    let listed = exports_map();
    let mut version = "";
    let mut wanted = BTreeSet::new();
    for line in listed.lines().map(str::trim) {
        if let Some(name) = line.strip_suffix(" {") {
            version = name;
            wanted.insert(version.to_owned());
        } else if let Some(name) = line.strip_suffix(';').filter(|name| name.starts_with("wharf_"))
        {
            wanted.insert(format!("{name}@@{version}"));
        }
    }
    let output = succeed(Command::new("nm").args(["-D", "--defined-only"]).arg(library()));
    let text = String::from_utf8(output.stdout).unwrap();
    let found: BTreeSet<String> =
        text.lines().filter_map(|line| Some(line.split_whitespace().nth(2)?.to_owned())).collect();
    assert!(found.len() > 50, "{found:?}");
    assert_eq!(found, wanted);

    let output = succeed(Command::new("readelf").arg("-d").arg(library()));
    let dynamic = String::from_utf8(output.stdout).unwrap();
    assert!(dynamic.contains("SONAME") && dynamic.contains("[libwharf.so.0]"), "{dynamic}");
    for line in dynamic.lines().filter(|line| line.contains("(NEEDED)")) {
        let system = ["libc.so.6", "libgcc_s.so.1", "libpthread.so.0", "libdl.so.2", "ld-linux"];
        assert!(system.iter().any(|name| line.contains(name)), "{line}");
    }
}

/// The static library as it is installed: nothing of Rust's own is in a program's way.
#[test]
fn the_static_library_has_those_names_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("libwharf.a");
    succeed(Command::new(crate_folder().join("archive.sh")).arg(build::archive()).arg(&archive));
    let output = succeed(Command::new("nm").args(["-g", "--defined-only"]).arg(&archive));
    let text = String::from_utf8(output.stdout).unwrap();
    let found: BTreeSet<&str> =
        text.lines().filter_map(|line| line.split_whitespace().nth(2)).collect();
    let map = exports_map();
    let names = map.lines().filter_map(|line| line.trim().strip_suffix(';'));
    let wanted: BTreeSet<&str> = names.filter(|name| name.starts_with("wharf_")).collect();
    assert_eq!(
        found.difference(&wanted).take(9).collect::<Vec<_>>(),
        Vec::<&&str>::new(),
        "too many"
    );
    assert_eq!(wanted.difference(&found).collect::<Vec<_>>(), Vec::<&&str>::new(), "too few");
    for program in ["objects", "requests"] {
        let said = Built::statically(program, &archive).run(&[]);
        assert_eq!(said, format!("{program}: done\n"));
    }
}

#[test]
fn nonsense_is_told_to_every_function() {
    let map = exports_map();
    let program = std::fs::read_to_string(crate_folder().join("tests/c/nonsense.c")).unwrap();
    for name in map.lines().filter_map(|line| line.trim().strip_suffix(';')) {
        let told = !name.starts_with("wharf_") || program.contains(&format!("{name}("));
        assert!(told, "{name} is not told any");
    }
}

fn exports_map() -> String {
    std::fs::read_to_string(crate_folder().join("exports.map")).unwrap()
}

/// How long the library takes to load, and how large it is: said, for nobody knows what is too much here.
#[test]
fn weight() {
    let folder = tempfile::tempdir().unwrap();
    let stripped = folder.path().join("libwharf.so");
    succeed(Command::new("strip").arg("-o").arg(&stripped).arg(library()));
    let size = std::fs::metadata(&stripped).unwrap().len();
    let program = Built::new("load", &C11);
    let memory = tempfile::tempdir_in("/dev/shm").unwrap();
    let started = Instant::now();
    let output = succeed(program.command(&memory).arg(&stripped));
    let all = started.elapsed();
    let said = String::from_utf8(output.stdout).unwrap();
    println!("libwharf.so: {size} bytes stripped; {} in a process of {all:?}", said.trim());
    assert!(size > 100_000 && said.contains("loaded in"), "{said}");
}
