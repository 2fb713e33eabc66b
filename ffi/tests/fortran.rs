//! The module `wharf` as Fortran programs find it: compiled from its installed source with every warning an
//! error, and linked with the shared library. The programs are in `tests/fortran`; each ends at the first
//! thing that is not so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "c/build.rs"]
#[allow(dead_code, reason = "this test links other programs with the same library")]
mod build;

#[path = "fortran/compile.rs"]
mod compile;

#[path = "fortran/every.rs"]
mod every;

use std::process::{Child, Command};

use build::succeed;
use compile::{Compiler, Program, folder};
use wharf::{ArrayType, Deadline, End, Error, Lifetime, Shape, StoreOptions};

#[test]
fn promises_of_the_module() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    compiler.keeps_promises(&[]);
}

#[test]
fn between_two_nodes() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    compiler.build("network").run(&[]);
}

#[test]
fn default_integers_of_eight_bytes() {
    let Some(compiler) = Compiler::find(&["-fdefault-integer-8"]) else { return };
    compiler.keeps_promises(&[]);
    compiler.build("network").run(&[]);
    exchange_every(&compiler.build_text("every.f90", &every::program()));
}

#[test]
fn optimised() {
    let Some(compiler) = Compiler::find(&["-O3"]) else { return };
    compiler.keeps_promises(&[]);
}

#[test]
fn valgrind_finds_nothing() {
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("skipped: there is no valgrind");
        return;
    }
    let Some(compiler) = Compiler::find(&[]) else { return };
    let options =
        ["-q", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite"];
    compiler.keeps_promises(&[&["valgrind"], &options[..]].concat());
}

#[test]
fn every_type_and_rank_there_and_back() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    exchange_every(&compiler.build_text("every.f90", &every::program()));
}

#[test]
fn an_error_without_stat_stops_the_program() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    let program = compiler.build("stop");
    let output = program.command(&[]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("ERROR STOP wharf: the ticket is cut short"), "{said}");
    assert!(output.stdout.is_empty(), "it went on");
}

#[test]
fn arrays_of_rust_are_seen() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    let program = compiler.build("consumer");
    let store = program.fabric().store("rust", StoreOptions::default()).unwrap();
    let numbers: Vec<f64> = (0..24).map(f64::from).collect();
    let record = ArrayType::of::<[u8; 24]>(Shape::c([1])).unwrap();
    let tickets = [
        store.put_array(&numbers, Shape::fortran([2, 3, 4])).unwrap(),
        store.put_array(&numbers, [2, 3, 4]).unwrap(),
        store.put_slice(&numbers[..4]).unwrap(),
        store.put_array(&[u32::MAX, 5, 6, 7], [2, 2]).unwrap(),
        store.put(&[1, 255, 3]).unwrap(),
        store.alloc_described(record).unwrap().seal().unwrap(),
    ];
    let mut talk = program.talk();
    for ticket in tickets {
        talk.say(&ticket.to_string());
    }
    assert_eq!(talk.rest().len(), 6);
}

#[test]
fn an_exposed_array_is_read_where_it_is() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    let [holder, reader, stuck] = ["holder", "reader", "stuck"].map(|name| compiler.build(name));
    let fabric = holder.fabric();
    let mut holding = holder.talk();
    let line = holding.hear();
    let ticket = line.parse().unwrap();

    let mut reading = reader.talk_on(&holder);
    reading.say(&line);
    assert_eq!(reading.rest(), ["a copy of 100 by 50"]);

    let mut never_done = stuck.talk_on(&holder);
    never_done.say(&line);
    assert_eq!(never_done.hear(), "reading");
    for _ in 0..2 {
        holding.say("0.02");
        assert_eq!(holding.hear(), "still read");
    }
    let error = fabric.resolve(&ticket, Deadline::NOW).unwrap_err();
    assert!(matches!(error, Error::Evicted), "{error}");
    never_done.child.kill().unwrap();
    never_done.child.wait().unwrap();
    holding.say("60");
    assert_eq!(holding.rest(), ["its own again"]);
}

#[test]
fn what_cannot_be_exposed_does_not_compile() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    let errors = |text: &str| {
        let source = compiler.folder.path().join("refused.f90");
        std::fs::write(&source, text).unwrap();
        let mut command = Command::new("gfortran");
        command.args(&compiler.options).current_dir(compiler.folder.path());
        let output = command.arg("-fsyntax-only").arg(source).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    let program = |declared: &str, array: &str| {
        format!(
            "program refused
  use wharf
  implicit none
  type(wharf_store) :: store
  type(wharf_exposed) :: exposed
  {declared} :: field(4)
  field = 1
  call store%expose({array}, exposed)
end program refused
"
        )
    };
    assert_eq!(errors(&program("real, target", "field")), "");
    for (declared, array) in [("real", "field"), ("real, target", "2 * field")] {
        let said = errors(&program(declared, array));
        assert!(said.contains("expose"), "{declared}, {array}: {said}");
    }
}

#[test]
fn requests_go_on_while_another_program_works() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    let program = compiler.build("follower");
    let fabric = program.fabric();
    let store = fabric.store("rust", StoreOptions::default()).unwrap();
    let once = store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    let promises = [once.promise(), store.promise(), store.promise(), once.promise()];
    let [first, second, third, fourth] = promises.map(Result::unwrap);
    let (first_ticket, fourth_ticket) = (first.ticket(), fourth.ticket());
    let mut talk = program.talk();
    for promise in [&first, &second, &third, &fourth] {
        talk.say(&promise.ticket().to_string());
    }

    assert_eq!(talk.hear(), "none is done");
    let mut block = second.alloc_array::<f64>([3]).unwrap();
    block.copy_from_slice(&[1.0, 2.0, 4.0]);
    block.seal().unwrap();
    assert_eq!(talk.hear(), "the second is done, the first cancelled");
    // Nobody has taken what can be resolved once.
    first.put(b"first").unwrap();
    assert_eq!(&*fabric.resolve(&first_ticket, Deadline::NOW).unwrap(), b"first");

    talk.say("go on");
    third.fail("no convergence").unwrap();
    assert_eq!(talk.hear(), "the third has failed");

    assert_eq!(talk.hear(), "the fourth is awaited");
    fourth.put(b"fourth").unwrap();
    assert_eq!(talk.hear(), "the fourth is there");
    assert_eq!(&*fabric.resolve(&fourth_ticket, Deadline::NOW).unwrap(), b"fourth");

    for (name, number) in [("grid/b", 2), ("grid/a", 1), ("other", 3)] {
        let ticket = store.put_slice(&[f64::from(number)]).unwrap();
        store.publish(name, &ticket).unwrap();
    }
    talk.say("there are names");
    assert_eq!(talk.rest(), ["grid/a 1.0", "grid/b 2.0"]);
}

/// Each program of docs/fortran.md prints what stands there below it. One that is in the background runs beside
/// the next one.
#[test]
fn the_page_about_fortran_is_true() {
    let Some(compiler) = Compiler::find(&[]) else { return };
    let page = std::fs::read_to_string(folder().join("../docs/fortran.md")).unwrap();
    let memory = tempfile::tempdir_in("/dev/shm").unwrap();
    let (mut ran, mut said, mut compared) = (0, String::new(), 0);
    let mut background: Option<Child> = None;
    for block in page.split("```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        match language {
            "fortran" | "fortran background" | "c" => {
                let name = text.lines().next().unwrap().trim_matches(['!', '/', '*', ' ']);
                let program = compiler.build_text(name, text);
                let mut command = program.command(&[]);
                command.env("WHARF_SHM_DIR", memory.path().join("node"));
                ran += 1;
                if language.ends_with("background") {
                    background = Some(command.spawn().unwrap());
                    continue;
                }
                said = String::from_utf8(succeed(&mut command).stdout).unwrap();
                if let Some(mut beside) = background.take() {
                    assert!(beside.wait().unwrap().success());
                }
            }
            "output" => {
                assert_eq!(said.trim(), text.trim());
                compared += 1;
            }
            _ => {}
        }
    }
    assert_eq!((ran, compared), (9, 6));
}

/// The simulation of examples/fortran, followed from Fortran and from Rust, and the Rust one from Fortran.
#[test]
fn the_examples_follow_each_other() {
    let Some(compiler) = Compiler::find(&["-O2"]) else { return };
    let example = |name| compiler.link(&folder().join("../examples/fortran").join(name));
    let (simulation, follower) = (example("gray_scott.f90"), example("follow.f90"));
    let lines = simulation.piped(&[], &follower, &[]);
    assert_eq!(lines.len(), 21, "{lines:?}");
    assert!(lines[20].contains("step 20: mean of V 0.01"), "{lines:?}");

    // cargo puts the workspace's programs one above its tests.
    let here = std::env::current_exe().unwrap();
    let rust = here.ancestors().nth(2).unwrap().join("gray-scott");
    if !rust.exists() {
        println!("skipped: there is no gray-scott yet: cargo build -p wharf-gray-scott");
        return;
    }
    let rust = Program { path: rust, memory: tempfile::tempdir_in("/dev/shm").unwrap() };
    let reports = simulation.piped(&[], &rust, &["statistics"]);
    assert_eq!(reports.len(), 21, "{reports:?}");
    assert!(reports.last().unwrap().contains("\"statistics\":{"), "{reports:?}");
    let lines = rust.piped(&["simulate", "--steps", "4"], &follower, &[]);
    assert_eq!(lines.len(), 5, "{lines:?}");
}

/// The program of [`every`]: puts and exposes one array of each type and rank, and says what it has. This side
/// looks at each, and puts an equal one for the program to look at.
fn exchange_every(program: &Program) {
    let fabric = program.fabric();
    let store = fabric.store("rust", StoreOptions::default()).unwrap();
    let mut talk = program.talk();
    for array in every::arrays() {
        for exposed in [false, true] {
            let line = talk.hear();
            let ticket = line.parse().unwrap();
            let view = fabric.resolve(&ticket, Deadline::NOW).unwrap();
            assert_eq!(view.array().as_ref(), Some(&array.described), "{line}");
            assert_eq!(&*view, array.bytes.as_slice(), "{}", array.described);
            assert_eq!(view.is_copy(), exposed, "{}", array.described);
        }
        let mut block = store.alloc_described(array.described).unwrap();
        block.copy_from_slice(&array.bytes);
        talk.say(&block.seal().unwrap().to_string());
    }
    assert_eq!(talk.rest(), ["64 arrays"]);
}
