//! Pending objects: whoever waits is told, in time, whatever becomes of the producer.

mod ends;
mod once;

use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wharf_shm::{Arena, ArenaOptions, Deadline, Error, Lifetime, Node, Wait};

use crate::place::Place;
use crate::puppet::{Puppet, key_text, parse_key};
use crate::{Outcome, pattern, test};

pub(crate) fn tests() -> Vec<Trial> {
    let own = vec![
        test("waiting::gives_the_bytes_once_sealed", gives_the_bytes_once_sealed),
        test("waiting::ends_by_the_deadline", ends_by_the_deadline),
        test("waiting::is_woken_and_need_not_look", is_woken_and_need_not_look),
        test("waiting::a_failure_reaches_every_waiter", a_failure_reaches_every_waiter),
        test("waiting::a_promise_needs_no_size", a_promise_needs_no_size),
        test("waiting::an_abandoned_block_has_failed", an_abandoned_block_has_failed),
        test("waiting::a_closed_arena_fails_what_is_pending", a_closed_arena_fails_what_is_pending),
        test("waiting::sealing_and_closing_do_not_mix", sealing_and_closing_do_not_mix),
        test("waiting::a_killed_owner_ends_every_wait", a_killed_owner_ends_every_wait),
        test("waiting::short_waits_learn_of_a_death", short_waits_learn_of_a_death),
        test("waiting::a_stopped_owner_is_not_dead", a_stopped_owner_is_not_dead),
        test("waiting::a_killed_waiter_disturbs_nobody", a_killed_waiter_disturbs_nobody),
        test("waiting::a_pending_object_is_not_evicted", a_pending_object_is_not_evicted),
        test("waiting::a_wrong_key_does_not_wait", a_wrong_key_does_not_wait),
    ];
    own.into_iter().chain(once::tests()).chain(ends::tests()).collect()
}

const MODES: [Wait; 3] = [Wait::Block, Wait::Spin, Wait::Adaptive];
/// How long a test waits for what must come.
const LONG: Duration = Duration::from_secs(20);
/// How soon a death must be seen.
const SOON: Duration = Duration::from_secs(1);

fn arena(node: &Node, capacity: u64) -> wharf_shm::Result<Arena> {
    node.create_arena(&ArenaOptions {
        name: "test".into(),
        capacity: Some(capacity),
        ..Default::default()
    })
}

#[track_caller]
fn assert_starts(answer: &str, expected: &str) {
    assert!(answer.starts_with(expected), "{answer:?}, and not {expected:?}");
}

fn gives_the_bytes_once_sealed() -> Outcome {
    let place = Place::new();
    let (node, mut other) = (place.node()?, Puppet::start(&place));
    let arena = arena(&node, 64 << 20)?;
    for (seed, mode) in (0..).zip(MODES) {
        for len in [0, 1, 4096, 3 << 20] {
            let mut block = arena.alloc(len, 1, Lifetime::PROCESS)?;
            let (key, text) = (block.key(), key_text(&block.key()));
            let name = format!("{mode:?}").to_lowercase();
            other.must(&format!("await it {name} {len} {seed} {text} 20000"));
            std::thread::scope(|scope| -> wharf_shm::Result<_> {
                let waiter = scope.spawn(|| node.resolve(&key, Deadline::after(LONG), mode));
                std::thread::sleep(Duration::from_millis(15));
                pattern::fill(&mut block, seed);
                let sealed = block.seal()?;
                assert_eq!(sealed.key, key);
                let view = waiter.join().expect("no panic")?;
                assert_eq!((view.len() as u64, view.extent()), (len, sealed.extent));
                assert_eq!(pattern::first_difference(&view, seed), None);
                Ok(())
            })?;
            other.must("joined it");
        }
    }
    Ok(())
}

fn ends_by_the_deadline() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = arena(&node, 1 << 20)?;
    let block = arena.alloc(10, 1, Lifetime::PROCESS)?;
    let key = block.key();
    let late = |time: Duration, mode| {
        let start = Instant::now();
        let outcome = node.resolve(&key, Deadline::after(time), mode);
        let took = start.elapsed();
        assert!(matches!(outcome, Err(Error::Deadline)), "{outcome:?}");
        took.checked_sub(time).unwrap_or_else(|| panic!("{mode:?} ended early: {took:?}"))
    };
    for mode in MODES {
        for time in [Duration::ZERO, Duration::from_millis(3), Duration::from_millis(150)] {
            // The machine may be busy with other things; the library must not be.
            let in_time = (0..100).any(|_| late(time, mode) < Duration::from_millis(40));
            assert!(in_time, "{mode:?}: never within 40 ms after {time:?}");
        }
    }
    let outcome = node.resolve(&key, Deadline::NOW, Wait::Block);
    assert!(matches!(outcome, Err(Error::Deadline)), "{outcome:?}");
    block.seal()?;
    node.resolve(&key, Deadline::NOW, Wait::Block)?;
    Ok(())
}

/// Hand-overs back and forth. A wake that is lost costs the waiter a slice of 100 ms.
fn is_woken_and_need_not_look() -> Outcome {
    const ROUNDS: usize = 2000;
    let place = Place::new();
    let (here, there) = (place.node()?, place.node()?);
    let (ours, theirs) = (arena(&here, 1 << 20)?, arena(&there, 1 << 20)?);
    let promises = |arena: &Arena| {
        let made = (0..ROUNDS).map(|_| arena.promise(Lifetime::PROCESS));
        made.collect::<wharf_shm::Result<Vec<_>>>()
    };
    let (balls, returns) = (promises(&ours)?, promises(&theirs)?);
    let ball_keys: Vec<_> = balls.iter().map(|promise| promise.key()).collect();
    let return_keys: Vec<_> = returns.iter().map(|promise| promise.key()).collect();
    let slow = std::thread::scope(|scope| -> wharf_shm::Result<_> {
        scope.spawn(move || {
            for (key, back) in ball_keys.iter().zip(returns) {
                there.resolve(key, Deadline::after(LONG), Wait::Block).expect("comes");
                back.alloc(8, 1).and_then(|block| block.seal()).expect("goes");
            }
        });
        let mut slow = 0;
        for (ball, key) in balls.into_iter().zip(&return_keys) {
            let start = Instant::now();
            ball.alloc(8, 1)?.seal()?;
            here.resolve(key, Deadline::after(LONG), Wait::Block)?;
            slow += usize::from(start.elapsed() > Duration::from_millis(90));
        }
        Ok(slow)
    })?;
    assert!(slow < ROUNDS / 100, "{slow} of {ROUNDS} hand-overs took as long as an unwoken sleep");
    Ok(())
}

fn a_failure_reaches_every_waiter() -> Outcome {
    const THREADS: u32 = 8;
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let mut waiters: Vec<_> = (0..8).map(|_| Puppet::start(&place)).collect();
    let key = owner.must("alloc 1000 1 process");
    for waiter in &mut waiters {
        for thread in 0..THREADS {
            let mode = ["block", "adaptive"][thread as usize % 2];
            waiter.must(&format!("await {thread} {mode} 1000 1 {key} 20000"));
        }
    }
    std::thread::sleep(Duration::from_millis(50));
    owner.must("fail the grid did not converge: näher kam es nicht");
    let expected =
        "err Failed the producer failed this object: the grid did not converge: näher kam es nicht";
    for waiter in &mut waiters {
        for thread in 0..THREADS {
            assert_eq!(waiter.tell(&format!("joined {thread}")), expected);
        }
        // Whoever asks later is told the same.
        assert_eq!(waiter.tell(&format!("resolve 1000 1 {key} 0")), expected);
    }
    owner.must(&format!("evict {key}"));
    assert_starts(&waiters[0].tell(&format!("resolve 1000 1 {key} 0")), "err Evicted");
    Ok(())
}

fn a_promise_needs_no_size() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start_with(&place, &[("WHARF_TEST_CAPACITY", "1048576")]);
    let mut waiter = Puppet::start(&place);
    for (seed, len) in [(1, 0), (2, 100_000), (3, 500_000)] {
        let key = owner.must("promise process");
        assert_eq!(waiter.tell(&format!("stat {key}")), "Pending alive");
        waiter.must(&format!("await it adaptive {len} {seed} {key} 20000"));
        owner.must(&format!("promised {len} {seed}"));
        owner.must("seal");
        waiter.must("joined it");
        assert_eq!(waiter.tell(&format!("stat {key}")), "Sealed alive");
    }
    let failed = "err Failed the producer failed this object: ";
    let key = owner.must("promise process");
    owner.must("break no such file");
    let answer = waiter.tell(&format!("resolve 1 1 {key} 20000"));
    assert_eq!(answer, format!("{failed}no such file"));
    // Memory that cannot be had, and a promise that is dropped, are failures too.
    let key = owner.must("promise process");
    assert_starts(&owner.tell("promised 2000000 4"), "err TooLarge");
    assert_starts(&waiter.tell(&format!("resolve 1 1 {key} 20000")), failed);
    let key = owner.must("promise process");
    owner.must("abandon");
    assert_starts(&waiter.tell(&format!("resolve 1 1 {key} 20000")), failed);
    Ok(())
}

fn an_abandoned_block_has_failed() -> Outcome {
    let place = Place::new();
    let (mut owner, mut waiter) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("alloc 1000 1 process");
    waiter.must(&format!("await it block 1000 1 {key} 20000"));
    std::thread::sleep(Duration::from_millis(20));
    owner.must("abandon");
    let expected =
        "err Failed the producer failed this object: its producer dropped it before sealing it";
    assert_eq!(waiter.tell("joined it"), expected);
    Ok(())
}

fn a_closed_arena_fails_what_is_pending() -> Outcome {
    let place = Place::new();
    let (mut owner, mut waiter) = (Puppet::start(&place), Puppet::start(&place));
    let kept = owner.must("put 3000000 2 node");
    let key = owner.must("alloc 3000000 1 process");
    for mode in ["block", "adaptive"] {
        waiter.must(&format!("await {mode} {mode} 3000000 1 {key} 20000"));
    }
    std::thread::sleep(Duration::from_millis(20));
    owner.must("close");
    let expected =
        "err Failed the producer failed this object: its store was closed before it was sealed";
    for mode in ["block", "adaptive"] {
        assert_eq!(waiter.tell(&format!("joined {mode}")), expected);
    }
    assert_eq!(waiter.tell(&format!("resolve 3000000 1 {key} 0")), expected);
    // The producer may still be writing into its block: it keeps its pages.
    assert!(place.bytes() >= 6_000_000, "only {} bytes are left", place.bytes());
    assert_starts(&owner.tell("seal"), "err Closed");
    waiter.must(&format!("resolve 3000000 2 {kept} 0"));
    Ok(())
}

/// One thread seals while another closes: the object is whole, or it has failed.
fn sealing_and_closing_do_not_mix() -> Outcome {
    const LEN: u64 = 10_000;
    let place = Place::new();
    let node = place.node()?;
    let mut sealed_first = 0;
    for round in 0..400 {
        let arena = arena(&node, 1 << 20)?;
        let mut block = arena.alloc(LEN, 1, Lifetime::NODE)?;
        pattern::fill(&mut block, round);
        let key = block.key();
        let barrier = std::sync::Barrier::new(2);
        let sealed = std::thread::scope(|scope| {
            let closer = scope.spawn(|| {
                barrier.wait();
                arena.close()
            });
            barrier.wait();
            // Now a little earlier, now a little later than the other thread comes to it.
            (0..round % 40 * 25).for_each(|_| std::hint::spin_loop());
            let sealed = block.seal();
            closer.join().expect("no panic").map(|()| sealed)
        })?;
        match (sealed, node.resolve(&key, Deadline::NOW, Wait::Block)) {
            (Ok(_), Ok(view)) => {
                assert_eq!(view.len() as u64, LEN, "round {round}");
                assert_eq!(pattern::first_difference(&view, round), None, "round {round}");
                sealed_first += 1;
            }
            // Where nothing stays, the arena is gone.
            (Err(Error::Closed), Err(Error::Failed { .. } | Error::Evicted)) => {}
            (sealed, resolved) => panic!("round {round}: {sealed:?}, then {resolved:?}"),
        }
    }
    println!("sealed before it was closed: {sealed_first} of 400");
    drop(node);
    place.assert_empty_after_sweep();
    Ok(())
}

/// Whoever does something else between two waits, neither of which is long enough for a look at the owner's lock.
fn short_waits_learn_of_a_death() -> Outcome {
    let place = Place::new();
    let (mut owner, mut waiter) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("alloc 1000 1 node");
    let mut wait = || waiter.tell(&format!("resolve 1000 1 {key} 20"));
    assert_starts(&wait(), "err Deadline");
    owner.kill();
    let killed = Instant::now();
    let mut answer = wait();
    while answer.starts_with("err Deadline") {
        assert!(killed.elapsed() < SOON, "not seen after {:?}", killed.elapsed());
        answer = wait();
    }
    assert_starts(&answer, "err OwnerDied");
    Ok(())
}

fn a_killed_owner_ends_every_wait() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start(&place);
    let mut waiters: Vec<_> = (0..4).map(|_| Puppet::start(&place)).collect();
    let (kept, key) = (owner.must("put 10 2 node"), owner.must("alloc 1000 1 node"));
    for waiter in &mut waiters {
        for (thread, mode) in ["block", "adaptive", "block", "spin"].iter().enumerate() {
            // One that spins is enough for two processors.
            let mode = if thread == 3 && waiter.pid() % 4 != 0 { "block" } else { mode };
            waiter.must(&format!("await {thread} {mode} 1000 1 {key} 20000"));
        }
    }
    std::thread::sleep(Duration::from_millis(50));
    owner.kill();
    let killed = Instant::now();
    for waiter in &mut waiters {
        for thread in 0..4 {
            assert_starts(&waiter.tell(&format!("joined {thread}")), "err OwnerDied");
        }
    }
    let took = killed.elapsed();
    assert!(took < SOON, "owner's death seen after {took:?}");
    // Those who only come now are told the same, and at once.
    let mut newcomer = Puppet::start(&place);
    for late in [&mut waiters[0], &mut newcomer] {
        let start = Instant::now();
        assert_starts(&late.tell(&format!("resolve 1000 1 {key} 20000")), "err OwnerDied");
        assert!(start.elapsed() < SOON, "seen after {:?}", start.elapsed());
        late.must(&format!("resolve 10 2 {kept} 0"));
        assert_eq!(late.tell(&format!("stat {key}")), "Failed dead");
    }
    Ok(())
}

fn a_stopped_owner_is_not_dead() -> Outcome {
    let place = Place::new();
    let (mut owner, mut waiter) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("alloc 1000 1 process");
    owner.signal(libc::SIGSTOP);
    let start = Instant::now();
    let answer = waiter.tell(&format!("resolve 1000 1 {key} 400"));
    let took = start.elapsed();
    assert_starts(&answer, "err Deadline");
    assert!(took >= Duration::from_millis(400) && took < Duration::from_secs(4), "{took:?}");
    // Neither a newcomer nor a sweep takes it for dead.
    let report = place.node()?.sweep(wharf_shm::Sweep::All)?;
    assert_eq!((report.arenas_removed, report.arenas_kept), (0, 0), "{report:?}");
    assert_eq!(waiter.tell(&format!("stat {key}")), "Pending alive");
    waiter.must(&format!("await it block 1000 1 {key} 20000"));
    owner.signal(libc::SIGCONT);
    owner.must("seal");
    waiter.must("joined it");
    Ok(())
}

fn a_killed_waiter_disturbs_nobody() -> Outcome {
    let place = Place::new();
    let (mut owner, mut waiter) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("alloc 1000 1 process");
    waiter.must(&format!("await it block 1000 1 {key} 20000"));
    for _ in 0..5 {
        let mut doomed = Puppet::start(&place);
        doomed.must(&format!("await it block 1000 1 {key} 20000"));
        std::thread::sleep(Duration::from_millis(5));
        doomed.kill();
    }
    owner.must("seal");
    waiter.must("joined it");
    owner.must(&format!("evict {key}"));
    Ok(())
}

fn a_pending_object_is_not_evicted() -> Outcome {
    let place = Place::new();
    let (mut owner, mut other) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("alloc 1000 1 process");
    for puppet in [&mut owner, &mut other] {
        assert_starts(&puppet.tell(&format!("evict {key}")), "err StillPending");
        assert_starts(&puppet.tell(&format!("renew {key} 100")), "err StillPending");
    }
    owner.must("seal");
    other.must(&format!("resolve 1000 1 {key} 0"));
    other.must(&format!("evict {key}"));
    assert_starts(&owner.tell(&format!("evict {key}")), "err Evicted");
    other.must("check");
    Ok(())
}

fn a_wrong_key_does_not_wait() -> Outcome {
    let place = Place::new();
    let (mut owner, node) = (Puppet::start(&place), place.node()?);
    let right = parse_key(&owner.must("alloc 1000 1 process"));
    let mut bytes = *right.capability.as_bytes();
    bytes[15] ^= 1;
    let wrong =
        wharf_shm::ObjectKey { capability: wharf_shm::Capability::from_bytes(bytes), ..right };
    for mode in MODES {
        // It would hang here if it waited.
        let outcome = node.resolve(&wrong, Deadline::never(), mode);
        assert!(matches!(outcome, Err(Error::WrongCapability)), "{outcome:?}");
    }
    let later = wharf_shm::ObjectKey { generation: right.generation + 1, ..right };
    let outcome = node.resolve(&later, Deadline::never(), Wait::Block);
    assert!(matches!(outcome, Err(Error::Evicted)), "{outcome:?}");
    let outcome = node.evict(&wrong);
    assert!(matches!(outcome, Err(Error::WrongCapability)), "{outcome:?}");
    owner.must("seal");
    node.resolve(&right, Deadline::NOW, Wait::Block)?;
    Ok(())
}
