//! Objects that the first resolve ends: exactly one ever gets them.

use std::sync::Barrier;
use std::time::Duration;

use libtest_mimic::Trial;
use wharf_shm::{Deadline, End, Error, Lifetime, Wait};

use super::{LONG, arena, assert_starts};
use crate::place::Place;
use crate::puppet::Puppet;
use crate::{Outcome, pattern, test};

pub(crate) fn tests() -> Vec<Trial> {
    vec![
        test("waiting::once_goes_to_one_of_two_processes", one_of_two_processes),
        test("waiting::once_goes_to_one_of_many_threads", one_of_many_threads),
        test("waiting::once_is_gone_with_who_took_it", gone_with_who_took_it),
    ]
}

/// Both wait for it, so that the seal lets both go for it at the same moment.
fn one_of_two_processes() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start_with(&place, &[("WHARF_TEST_CAPACITY", "8388608")]);
    let mut takers = [Puppet::start(&place), Puppet::start(&place)];
    let mut taken = [0, 0];
    for round in 0..300 {
        // 300 KB each: unless they are reclaimed, no more than 27 fit.
        let key = owner.must(&format!("alloc 300000 {round} once"));
        for taker in &mut takers {
            let mode = if round % 2 == 0 { "spin" } else { "block" };
            taker.must(&format!("await it {mode} 300000 {round} {key} 20000"));
        }
        owner.must("seal");
        let answers = takers.each_mut().map(|taker| taker.tell("joined it"));
        let got = answers.each_ref().map(|answer| answer == "ok");
        assert_eq!(got.iter().filter(|got| **got).count(), 1, "round {round}: {answers:?}");
        for (n, got) in got.into_iter().enumerate() {
            taken[n] += u32::from(got);
            if !got {
                assert_starts(&answers[n], "err Evicted");
            }
            takers[n].must("check");
            takers[n].must("drop");
        }
    }
    println!("once: {} and {} of 300", taken[0], taken[1]);
    Ok(())
}

fn one_of_many_threads() -> Outcome {
    const THREADS: usize = 4;
    const ROUNDS: u64 = 1500;
    let place = Place::new();
    let owner = place.node()?;
    let arena = arena(&owner, 4 << 20)?;
    // Two memberships: pins in two tables.
    let nodes = [place.node()?, place.node()?];
    let once = Lifetime::PROCESS.ending(End::Once);
    for round in 0..ROUNDS {
        let mut block = arena.alloc(20_000, 1, once)?;
        pattern::fill(&mut block, round);
        let key = block.seal()?.key;
        let barrier = Barrier::new(THREADS);
        let got: usize = std::thread::scope(|scope| {
            let take = |thread: usize| {
                barrier.wait();
                match nodes[thread % 2].resolve(&key, Deadline::after(LONG), Wait::Block) {
                    Ok(view) => {
                        assert_eq!(pattern::first_difference(&view, round), None, "{round}");
                        1
                    }
                    Err(Error::Evicted) => 0,
                    Err(other) => panic!("round {round}: {other}"),
                }
            };
            let threads: Vec<_> =
                (0..THREADS).map(|thread| scope.spawn(move || take(thread))).collect();
            threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
        });
        assert_eq!(got, 1, "round {round}");
    }
    Ok(())
}

fn gone_with_who_took_it() -> Outcome {
    let place = Place::new();
    let mut owner = Puppet::start_with(&place, &[("WHARF_TEST_CAPACITY", "8388608")]);
    let (mut taker, mut late) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("put 5000000 1 once");
    taker.must(&format!("resolve 5000000 1 {key} 0"));
    assert_starts(&late.tell(&format!("resolve 5000000 1 {key} 0")), "err Evicted");
    // It is the taker's until he drops it.
    assert_starts(&owner.tell("put 5000000 2 process"), "err Full");
    taker.must("check");
    taker.kill();
    std::thread::sleep(Duration::from_millis(5));
    owner.must("put 5000000 3 process");
    assert_starts(&late.tell(&format!("resolve 5000000 1 {key} 0")), "err Evicted");
    Ok(())
}
