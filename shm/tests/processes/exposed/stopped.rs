//! Readers that are stopped, or killed, in the middle of a copy.

use libtest_mimic::Trial;

use super::LARGE;
use crate::place::Place;
use crate::puppet::Puppet;
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("exposed::unexpose_waits_for_readers_and_names_them", unexpose_waits),
        test("exposed::unexpose_is_woken_by_the_last_reader", unexpose_is_woken),
        test("exposed::a_killed_reader_holds_nobody_up", killed_reader),
        test("exposed::an_owner_killed_under_its_reader_is_seen", killed_owner),
        test("exposed::a_drop_does_not_wait_for_ever", a_drop_does_not_wait),
        test("exposed::a_copy_ends_by_its_deadline", a_copy_ends_by_its_deadline),
        test("exposed::taking_memory_for_a_copy_ends_by_its_deadline", taking_memory_ends),
        test("exposed::a_reader_that_takes_memory_gives_up_with_the_object", taking_gives_up),
    ]
}

/// A reader that stops when it comes to the point, and is there.
fn stopped_at(place: &Place, point: &str, len: u64, key: &str) -> Puppet {
    let mut reader = Puppet::start_with(place, &[("WHARF_STOP_POINT", point)]);
    reader.begin(&format!("resolve {len} 1 {key} 20000"));
    assert!(reader.says(&format!("stop point {point}")));
    reader
}

/// What came of its copy.
fn continued(mut reader: Puppet) -> String {
    reader.signal(libc::SIGCONT);
    reader.answer("resolve").expect("it lives")
}

fn unexpose_waits() -> Outcome {
    for point in ["attach.piece", "attach.copied", "resolve.pinned"] {
        let place = Place::new();
        let mut owner = Puppet::start(&place);
        let key = owner.must("expose heap 100000 1 process");
        let readers = [(); 2].map(|()| stopped_at(&place, "resolve.pinned", 100_000, &key));
        let reader = stopped_at(&place, point, 100_000, &key);
        let answer = owner.tell("unexpose 100");
        assert!(answer.starts_with("err StillRead 3 processes were"), "{point}: {answer}");
        for reader in readers.iter().chain([&reader]) {
            assert!(answer.contains(&reader.pid().to_string()), "{point}: {answer}");
        }
        for reader in readers {
            let answer = continued(reader);
            assert!(answer.starts_with("err Evicted"), "{point}: {answer}");
        }
        let answer = owner.tell("unexpose 0");
        let expected = format!(
            "err StillRead a process was still in the middle of copying the memory when the deadline passed (pid {})",
            reader.pid()
        );
        assert!(answer.starts_with(&expected), "{point}: {answer}");
        // It may not have been changed; it was, and nobody is handed any of it.
        owner.must("scribble 2");
        let answer = continued(reader);
        assert!(answer.starts_with("err Evicted"), "{point}: {answer}");
        owner.must("unexpose 20000");
        owner.must("unexpose 0");
    }
    Ok(())
}

fn unexpose_is_woken() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let key = owner.must("expose heap 100000 1 process");
    let reader = stopped_at(&place, "attach.piece", 100_000, &key);
    let waiting = std::thread::spawn(move || owner.tell("unexpose 20000"));
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert!(!waiting.is_finished(), "nobody waits for the reader");
    let answer = continued(reader);
    assert!(answer.starts_with("err Evicted"), "{answer}");
    assert_eq!(waiting.join().expect("no panic"), "ok");
    Ok(())
}

fn killed_reader() -> Outcome {
    for point in ["resolve.pinned", "attach.piece", "attach.copied", "attach.unpinned"] {
        let place = Place::new();
        let mut owner = Puppet::start(&place);
        let key = owner.must("expose heap 100000 1 process");
        let mut reader = Puppet::start_with(&place, &[("WHARF_FAIL_POINT", point)]);
        assert_eq!(reader.try_tell(&format!("resolve 100000 1 {key} 0")), None, "{point}");
        reader.wait();
        owner.must("unexpose 0");
        owner.must("close");
        drop((owner, reader));
        place.assert_empty_after_sweep();
    }
    Ok(())
}

fn killed_owner() -> Outcome {
    for point in ["resolve.pinned", "attach.piece", "attach.copied"] {
        let place = Place::new();
        let mut owner = Puppet::start(&place);
        let key = owner.must(&format!("expose mapped {LARGE} 1 process"));
        let reader = stopped_at(&place, point, LARGE, &key);
        owner.kill();
        let answer = continued(reader);
        assert!(answer.starts_with("err Evicted"), "{point}: {answer}");
        place.assert_empty_after_sweep();
    }
    Ok(())
}

fn a_drop_does_not_wait() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let key = owner.must("expose heap 100000 1 process");
    let reader = stopped_at(&place, "attach.piece", 100_000, &key);
    owner.must("forget");
    let answer = continued(reader);
    assert!(answer.starts_with("err Evicted"), "{answer}");
    Ok(())
}

fn a_copy_ends_by_its_deadline() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let key = owner.must(&format!("expose mapped {LARGE} 1 process"));
    let mut reader = Puppet::start_with(&place, &[("WHARF_STOP_POINT", "attach.piece")]);
    reader.begin(&format!("resolve {LARGE} 1 {key} 2000"));
    assert!(reader.says("stop point attach.piece"));
    std::thread::sleep(std::time::Duration::from_millis(2100));
    reader.signal(libc::SIGCONT);
    let answer = reader.answer("resolve").expect("it lives");
    assert!(answer.starts_with("err Deadline"), "{answer}");
    // Who does not wait gets it whole, however long it takes.
    reader.must(&format!("resolve {LARGE} 1 {key} 0"));
    owner.must("unexpose 0");
    Ok(())
}

/// Much more than a step of memory.
const HUGE: u64 = 300 << 20;

fn taking_memory_ends() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let key = owner.must(&format!("expose mapped {HUGE} 1 process"));
    let mut reader = Puppet::start_with(&place, &[("WHARF_STOP_POINT", "alloc.reserved")]);
    reader.begin(&format!("resolve {HUGE} 1 {key} 200"));
    assert!(reader.says("stop point alloc.reserved"));
    std::thread::sleep(std::time::Duration::from_millis(300));
    reader.signal(libc::SIGCONT);
    let answer = reader.answer("resolve").expect("it lives");
    assert!(answer.starts_with("err Deadline"), "{answer}");
    // It did not go on to take the rest.
    assert!(place.bytes() < 64 << 20, "{} bytes", place.bytes());
    reader.must(&format!("resolve {HUGE} 1 {key} 0"));
    Ok(())
}

fn taking_gives_up() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let key = owner.must(&format!("expose mapped {HUGE} 1 process"));
    let reader = stopped_at(&place, "alloc.reserved", HUGE, &key);
    let answer = owner.tell("unexpose 0");
    assert!(answer.starts_with("err StillRead"), "{answer}");
    let answer = continued(reader);
    assert!(answer.starts_with("err Evicted"), "{answer}");
    assert!(place.bytes() < 64 << 20, "{} bytes", place.bytes());
    owner.must("unexpose 0");
    Ok(())
}
