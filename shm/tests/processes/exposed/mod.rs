//! Memory that is exposed: read by many, ended under its readers, and by those who may not.

pub(crate) mod acts;
pub(crate) mod powers;
#[cfg(feature = "fail-points")]
mod stopped;

use libtest_mimic::Trial;
use wharf_shm::{ArenaOptions, Deadline, End, Error, Wait};

use crate::place::Place;
use crate::puppet::Puppet;
use crate::{Outcome, alone, test};

pub(crate) fn tests() -> Vec<Trial> {
    let tests = vec![
        test("exposed::any_memory_is_read", any_memory_is_read),
        test("exposed::a_view_of_it_is_a_copy_with_its_note", a_copy_with_its_note),
        test("exposed::many_read_at_once", many_read_at_once),
        test("exposed::ends_as_other_objects_do", ends_as_other_objects_do),
        test("exposed::what_is_no_memory_is_refused", what_is_no_memory_is_refused),
        test("exposed::a_hole_is_an_error_and_no_bytes", a_hole_is_an_error),
        test("exposed::against_the_rule_old_and_new_are_mixed", against_the_rule),
        test("exposed::ends_with_its_process", ends_with_its_process),
        test("exposed::is_read_while_its_process_is_stopped", is_read_while_stopped),
        test("exposed::another_program_of_the_same_pid_is_not_read", after_an_exec),
        test("exposed::a_forked_child_has_none", a_forked_child_has_none),
        test("exposed::copies_land_in_warm_memory", copies_land_in_warm_memory),
        test("exposed::large_copies_leave_little_behind", large_copies_leave_little_behind),
        test("exposed::a_seccomp_filter_is_named", a_seccomp_filter_is_named),
        alone::test("exposed::an_undumpable_producer_is_named", root, undumpable),
        alone::test("exposed::another_user_is_refused", root, another_user),
        alone::test("exposed::another_pid_namespace_is_refused", root, another_namespace),
    ];
    #[cfg(feature = "fail-points")]
    let tests = tests.into_iter().chain(stopped::tests()).collect();
    tests
}

/// More than one piece of a copy.
const LARGE: u64 = (64 << 20) + 12_345;

fn any_memory_is_read() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let lens = [0, 1, 100, 4096, 1_000_003, LARGE];
    for (seed, kind) in ["heap", "mapped", "readonly", "file"].into_iter().enumerate() {
        for len in lens {
            let key = owner.must(&format!("expose {kind} {len} {seed} process"));
            reader.must(&format!("resolve {len} {seed} {key} 0"));
            owner.must(&format!("resolve {len} {seed} {key} 0"));
            assert_eq!(owner.must(&format!("stat {key}")), "Sealed alive");
            owner.must("unexpose 0");
            owner.must("forget");
        }
    }
    // They are copies: what became of the memory does not matter to them.
    reader.must("check");
    Ok(())
}

fn a_copy_with_its_note() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    let numbers = vec![0x0102_0304_0506_0708_u64; 1000];
    // SAFETY: the numbers outlive it, and are not changed.
    let exposed = unsafe { arena.expose(numbers.as_ptr().cast(), 8000, End::Evicted, b"numbers") }?;
    let view = node.resolve(&exposed.key(), Deadline::NOW, Wait::Block)?;
    assert!(view.is_copy() && *view.key() == exposed.key());
    assert_eq!((view.note(), view.extent().len, exposed.size()), (&b"numbers"[..], 8000, 8000));
    assert!(view.chunks_exact(8).all(|bytes| *bytes == [8, 7, 6, 5, 4, 3, 2, 1]));
    let stat = node.stat(&exposed.key())?;
    assert!(stat.exposed && stat.extent.is_some_and(|extent| extent.len == 8000));
    let listed = node.arenas()?.into_iter().flat_map(|arena| arena.objects);
    assert_eq!(listed.filter(|object| object.exposed).count(), 1);
    assert!(arena.usage()?.in_use < 4096, "only what says where it is");

    let put = arena.put(&[7; 100], wharf_shm::Lifetime::PROCESS)?;
    assert!(!node.resolve(&put.key, Deadline::NOW, Wait::Block)?.is_copy());
    let too_long = [0; 256];
    // SAFETY: as above.
    let refused = unsafe { arena.expose(numbers.as_ptr().cast(), 8, End::Evicted, &too_long) };
    assert!(matches!(refused, Err(Error::NoteTooLong { len: 256 })), "{refused:?}");
    Ok(())
}

fn many_read_at_once() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let mut readers: Vec<_> = (0..4).map(|_| Puppet::start(&place)).collect();
    let key = owner.must(&format!("expose heap {LARGE} 1 process"));
    let small = owner.must("expose mapped 1000 2 process");
    for reader in &mut readers {
        for _ in 0..2 {
            reader.must(&format!("start {LARGE} 1 {key} 20000"));
            reader.must(&format!("start 1000 2 {small} 20000"));
        }
    }
    for reader in &mut readers {
        (0..4).for_each(|_| drop(reader.must("join")));
    }
    owner.must("unexpose 20000");
    owner.must("forget");
    owner.must("unexpose 20000");
    for reader in &mut readers {
        let answer = reader.tell(&format!("resolve {LARGE} 1 {key} 0"));
        assert!(answer.starts_with("err Evicted"), "{answer}");
        reader.must("check");
    }
    Ok(())
}

fn ends_as_other_objects_do() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let gone = |reader: &mut Puppet, key: &str| {
        let answer = reader.tell(&format!("resolve 1000 1 {key} 0"));
        assert!(answer.starts_with("err Evicted"), "{answer}");
    };
    let once = owner.must("expose heap 1000 1 once");
    reader.must(&format!("resolve 1000 1 {once} 0"));
    gone(&mut reader, &once);
    owner.must("unexpose 0");
    let leased = owner.must("expose heap 1000 1 lease=1");
    std::thread::sleep(std::time::Duration::from_millis(5));
    gone(&mut reader, &leased);
    owner.must("unexpose 0");
    let evicted = owner.must("expose heap 1000 1 process");
    reader.must(&format!("evict {evicted}"));
    gone(&mut reader, &evicted);
    // Its slot is used again before it is unexposed.
    owner.must("churn 600 1000");
    owner.must("unexpose 0");
    owner.must("unexpose 0");
    let dropped = owner.must("expose heap 1000 1 process");
    owner.must("forget");
    gone(&mut reader, &dropped);
    let closed = owner.must("expose heap 1000 1 node");
    let answer = reader.tell(&format!("renew {closed} 1000"));
    assert!(answer.starts_with("err NotLeased"), "{answer}");
    owner.must("close");
    gone(&mut reader, &closed);
    owner.must("unexpose 0");
    Ok(())
}

fn what_is_no_memory_is_refused() -> Outcome {
    let place = Place::new();
    let answer = Puppet::start(&place).must("expose-nonsense");
    let expected = "ok NotMemory NotMemory NotMemory NotMemory NotMemory NotMemory ok";
    assert_eq!(answer, expected);
    Ok(())
}

fn a_hole_is_an_error() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    for (act, at) in [("unmap", 4096_u64), ("protect", 8192), ("unmap", 64 << 20), ("protect", 0)] {
        let key = owner.must(&format!("expose mapped {LARGE} 1 process"));
        owner.must(&format!("{act} {at} 4096"));
        let answer = reader.tell(&format!("resolve {LARGE} 1 {key} 0"));
        assert!(answer.starts_with("err Unreadable byte "), "{answer}");
        assert!(answer.contains(&format!("byte {at} of the {LARGE}")), "{answer}");
        assert!(answer.contains(&format!("process {}", owner.pid())), "{answer}");
        owner.must("unexpose 0");
        // What was unmapped may be somebody else's memory by now, so that is left as it is.
        if act == "protect" {
            owner.must("forget");
        }
    }
    // The reader held nothing back: all its memory is free for the next copy.
    let key = owner.must("expose heap 1000 2 process");
    reader.must(&format!("resolve 1000 2 {key} 0"));
    Ok(())
}

fn against_the_rule() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must(&format!("expose heap {LARGE} 1 process"));
    for round in 0..6 {
        let (old, new) = (round + 1, round + 2);
        // Both at once: neither waits for the other's answer.
        let scribbling = std::thread::spawn(move || {
            owner.must(&format!("scribble {new}"));
            owner
        });
        reader.must(&format!("mix {key} {old} {new}"));
        owner = scribbling.join().expect("no panic");
    }
    Ok(())
}

fn ends_with_its_process() -> Outcome {
    let place = Place::new();
    let mut reader = Puppet::start(&place);
    for killed in [true, false] {
        let mut owner = Puppet::start(&place);
        let key = owner.must(&format!("expose mapped {LARGE} 1 process"));
        reader.must(&format!("resolve {LARGE} 1 {key} 0"));
        match killed {
            true => owner.kill(),
            // As a program that simply returns from main.
            false => drop(owner.finish()),
        }
        // Nobody has cleaned up after it yet.
        let answer = reader.tell(&format!("resolve {LARGE} 1 {key} 0"));
        assert!(answer.starts_with("err Evicted"), "{answer}");
        reader.must("check");
    }
    drop(reader);
    place.assert_empty_after_sweep();
    Ok(())
}

fn is_read_while_stopped() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must(&format!("expose heap {LARGE} 1 process"));
    owner.signal(libc::SIGSTOP);
    reader.must(&format!("resolve {LARGE} 1 {key} 0"));
    Ok(())
}

fn after_an_exec() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("expose mapped 100000 1 process");
    reader.must(&format!("resolve 100000 1 {key} 0"));
    owner.must("exec");
    let name = format!("/proc/{}/comm", owner.pid());
    while std::fs::read_to_string(&name)?.trim() != "sleep" {
        std::thread::yield_now();
    }
    let answer = reader.tell(&format!("resolve 100000 1 {key} 0"));
    assert!(answer.starts_with("err Evicted"), "{answer}");
    Ok(())
}

fn a_forked_child_has_none() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("expose heap 100000 1 process");
    assert_eq!(owner.must("fork-exposer"), "Forked Forked status=0");
    reader.must(&format!("resolve 100000 1 {key} 0"));
    // A child's copies are its parent's: dropped there, they are still here.
    let own = reader.must("put 10 7 process");
    reader.must(&format!("fork-user {own}"));
    reader.must("check");
    owner.must("unexpose 0");
    Ok(())
}

fn copies_land_in_warm_memory() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must(&format!("expose heap {LARGE} 1 process"));
    for _ in 0..5 {
        reader.must(&format!("resolve {LARGE} 1 {key} 0"));
        reader.must("drop");
    }
    let taken = place.bytes();
    assert!((LARGE..LARGE + LARGE / 4).contains(&taken), "{taken} bytes for one copy at a time");
    Ok(())
}

fn large_copies_leave_little_behind() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let len = 300_u64 << 20;
    let key = owner.must(&format!("expose mapped {len} 1 process"));
    let small = owner.must("expose heap 100000 2 process");
    for _ in 0..2 {
        reader.must(&format!("resolve {len} 1 {key} 20000"));
        assert!(place.bytes() >= len);
        // Beside it, and behind it.
        reader.must(&format!("resolve 100000 2 {small} 0"));
        reader.must("check");
        reader.must("drop");
        let left = place.bytes();
        assert!(left < 130 << 20, "{left} bytes are left of the copies");
    }
    Ok(())
}

fn a_seccomp_filter_is_named() -> Outcome {
    let place = Place::new();
    let (mut owner, mut reader) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("expose heap 1000 1 process");
    reader.must(&format!("forbid {}", libc::ENOSYS));
    let answer = reader.tell(&format!("resolve 1000 1 {key} 0"));
    assert!(answer.starts_with("err Attach") && answer.contains("seccomp"), "{answer}");
    assert!(answer.contains("put a copy instead"), "{answer}");
    // Who cannot attach is told so when it exposes, too.
    let answer = reader.tell("expose heap 1000 1 process");
    assert!(answer.starts_with("err Attach"), "{answer}");
    let mut other = Puppet::start(&place);
    other.must(&format!("forbid {}", libc::EPERM));
    let answer = other.tell(&format!("resolve 1000 1 {key} 0"));
    assert!(answer.starts_with("err Attach"), "{answer}");
    assert!(answer.contains("--cap-add=SYS_PTRACE"), "{answer}");
    owner.must("unexpose 0");
    Ok(())
}

fn root() -> Result<(), String> {
    // SAFETY: asks for this process's user, and changes nothing.
    match unsafe { libc::geteuid() } {
        0 => Ok(()),
        user => Err(format!("needs root to give up its powers, and user {user} has none")),
    }
}

fn undumpable(place: &Place) -> Outcome {
    let (mut owner, mut reader) = (Puppet::start(place), Puppet::start(place));
    let key = owner.must("expose heap 1000 1 process");
    owner.must("undumpable");
    reader.must(&format!("resolve 1000 1 {key} 0"));
    reader.must("powerless");
    let answer = reader.tell(&format!("resolve 1000 1 {key} 0"));
    assert!(answer.starts_with("err Attach"), "{answer}");
    assert!(answer.contains("PR_SET_DUMPABLE"), "{answer}");
    Ok(())
}

fn another_user(place: &Place) -> Outcome {
    let (mut owner, mut reader) = (Puppet::start(place), Puppet::start(place));
    let key = owner.must("expose heap 1000 1 process");
    reader.must(&format!("resolve 1000 1 {key} 0"));
    reader.must("nobody");
    let answer = reader.tell(&format!("resolve 1000 1 {key} 0"));
    assert!(answer.starts_with("err Attach"), "{answer}");
    assert!(answer.contains("Run both processes as one user"), "{answer}");
    reader.must("check");
    Ok(())
}

fn another_namespace(place: &Place) -> Outcome {
    let mut owner = Puppet::start(place);
    let key = owner.must("expose heap 1000 1 process");
    let mut reader = Puppet::start_with(place, &[("WHARF_TEST_PID_NAMESPACE", "new")]);
    let put = owner.must("put 1000 1 process");
    reader.must(&format!("resolve 1000 1 {put} 0"));
    let answer = reader.tell(&format!("resolve 1000 1 {key} 0"));
    assert!(answer.starts_with("err Attach"), "{answer}");
    assert!(answer.contains("pid namespace"), "{answer}");
    Ok(())
}
