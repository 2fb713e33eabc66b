//! Claims: others wait for what comes of one, and exactly one gets the object.

use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wharf_shm::{ArenaOptions, Deadline, End, Error, Lifetime, Sweep, Wait};

use crate::place::Place;
use crate::puppet::{Puppet, parse_key};
use crate::{Outcome, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("network::a_claim_lets_others_wait", lets_others_wait),
        test("network::a_dead_claimant_has_no_claim", a_dead_claimant_has_no_claim),
        test("network::a_stopped_claimant_keeps_its_claim", a_stopped_claimant_keeps_its_claim),
        test("network::exactly_one_gets_what_some_claim", exactly_one_gets_it),
        test("network::a_claimed_object_can_be_evicted", can_be_evicted),
        test("network::a_claim_outlives_the_owner", outlives_the_owner),
        test("network::a_claim_of_what_stays_is_a_resolve", of_what_stays_is_a_resolve),
        test("network::exposed_memory_can_be_claimed", exposed_memory_can_be_claimed),
        test("network::a_claim_is_not_a_childs", is_not_a_childs),
    ]
}

#[track_caller]
fn assert_starts(answer: &str, expected: &str) {
    assert!(answer.starts_with(expected), "{answer:?}, and not {expected:?}");
}

/// The words that resolve, or claim, an object of 1000 bytes.
fn line(how: &str, seed: u64, key: &str, ms: u64) -> String {
    format!("{how} 1000 {seed} {key} {ms}")
}

fn lets_others_wait() -> Outcome {
    let place = Place::new();
    let (node, mut owner) = (place.node()?, Puppet::start(&place));
    let (mut claimant, mut other) = (Puppet::start(&place), Puppet::start(&place));
    // A claim waits for the bytes like a resolve.
    let key = owner.must("alloc 1000 1 once");
    assert_starts(&claimant.tell(&line("claim", 1, &key, 10)), "err Deadline");
    claimant.begin(&line("claim", 1, &key, 20_000));
    owner.must("seal");
    assert_eq!(claimant.answer("claim"), Some("ok".into()));
    let stat = node.stat(&parse_key(&key))?;
    assert!(stat.claimed && stat.extent.is_some(), "{stat:?}");
    assert!(node.arenas()?.iter().flat_map(|arena| &arena.objects).any(|object| object.claimed));
    for how in ["resolve", "claim"] {
        for ms in [0, 150] {
            assert_starts(&other.tell(&line(how, 1, &key, ms)), "err Claimed");
        }
    }
    assert!(matches!(node.wait(&parse_key(&key), Deadline::NOW, Wait::Block), Err(Error::Claimed)));
    let wrong = wharf_shm::Capability::from_bytes([0; 16]);
    let wrong = wharf_shm::ObjectKey { capability: wrong, ..parse_key(&key) };
    let refused = node.resolve(&wrong, Deadline::NOW, Wait::Block);
    assert!(matches!(refused, Err(Error::WrongCapability)), "{refused:?}");
    // Let go of, it is there for the others, whichever way they wait.
    other.must(&line("await it block", 1, &key, 20_000));
    owner.must(&format!("any it block 20000 {key}"));
    std::thread::sleep(Duration::from_millis(20));
    claimant.must("unclaim");
    other.must("joined it");
    assert_eq!(owner.must("first it"), "0");
    assert_starts(&claimant.tell(&line("claim", 1, &key, 0)), "err Evicted");

    // Confirmed, it is gone for them; its bytes stay for who has it.
    let key = owner.must("put 1000 2 once");
    claimant.must(&line("claim", 2, &key, 0));
    other.must(&line("await it block", 2, &key, 20_000));
    owner.must(&format!("any it block 20000 {key}"));
    std::thread::sleep(Duration::from_millis(20));
    claimant.must("confirm");
    assert_starts(&other.tell("joined it"), "err Evicted");
    assert_eq!(owner.must("first it"), "0");
    owner.must("churn 600 1000");
    claimant.must("check");
    assert_starts(&owner.tell(&line("resolve", 2, &key, 0)), "err Evicted");
    Ok(())
}

fn a_dead_claimant_has_no_claim() -> Outcome {
    for round in 0..10 {
        let place = Place::new();
        let (mut owner, mut other) = (Puppet::start(&place), Puppet::start(&place));
        let mut claimant = Puppet::start(&place);
        let key = owner.must("put 1000 1 node+once");
        claimant.must(&line("claim", 1, &key, 0));
        let waits = round % 2 == 0;
        if waits {
            other.must(&line("await it block", 1, &key, 20_000));
            std::thread::sleep(Duration::from_millis(10));
        }
        claimant.kill();
        let died = Instant::now();
        // Who asks at once finds it, as well as who waits.
        other.must(&if waits { "joined it".into() } else { line("resolve", 1, &key, 0) });
        assert!(died.elapsed() < Duration::from_secs(1), "it took {:?}", died.elapsed());
        assert_starts(&owner.tell(&line("resolve", 1, &key, 0)), "err Evicted");
        other.must("check");
    }
    Ok(())
}

fn a_stopped_claimant_keeps_its_claim() -> Outcome {
    let place = Place::new();
    let (mut owner, mut other) = (Puppet::start(&place), Puppet::start(&place));
    let mut claimant = Puppet::start(&place);
    let key = owner.must("put 1000 1 once");
    claimant.must(&line("claim", 1, &key, 0));
    claimant.signal(libc::SIGSTOP);
    assert_starts(&other.tell(&line("resolve", 1, &key, 400)), "err Claimed");
    claimant.signal(libc::SIGCONT);
    claimant.must("confirm");
    assert_starts(&other.tell(&line("resolve", 1, &key, 0)), "err Evicted");
    Ok(())
}

/// Some claim it and deliver, some claim it in vain, one dies with it, one resolves it.
fn exactly_one_gets_it() -> Outcome {
    const ROUNDS: u64 = 120;
    let place = Place::new();
    let mut owner = Puppet::start_with(&place, &[("WHARF_TEST_CAPACITY", "8388608")]);
    let mut others: Vec<_> = (0..4).map(|_| Puppet::start(&place)).collect();
    let (mut delivered, mut deaths) = (0, 0);
    for round in 0..ROUNDS {
        let key = owner.must(&format!("alloc 100000 {round} once"));
        let mut mortal = (round % 3 == 0).then(|| {
            let mut mortal = Puppet::start(&place);
            mortal.must("check");
            mortal
        });
        let ways = ["deliver", "lose", "deliver", "resolve"];
        let lines = ways.map(|how| format!("{how} 100000 {round} {key} 20000"));
        let dying = format!("die-with 100000 {round} {key} 20000");
        if let Some(mortal) = &mut mortal {
            mortal.begin(&dying);
        }
        for (other, line) in others.iter_mut().zip(&lines) {
            other.begin(line);
        }
        owner.must("seal");
        let answers: Vec<_> =
            others.iter_mut().zip(&lines).map(|(other, line)| other.answer(line)).collect();
        if let Some(mut mortal) = mortal {
            // It died with the claim in its hands, or came too late.
            let answer = mortal.answer(&dying);
            assert!(answer.as_deref().is_none_or(|a| a.starts_with("err Evicted")), "{answer:?}");
            deaths += u32::from(answer.is_none());
        }
        let got: Vec<_> = (0..4).filter(|n| answers[*n].as_deref() == Some("ok")).collect();
        let in_vain = answers.iter().flatten().filter(|a| *a == "lost").count();
        assert_eq!(got.len(), 1, "round {round}: {answers:?}");
        delivered += u32::from(got[0] != 3);
        for (n, answer) in answers.iter().enumerate() {
            let answer = answer.as_deref().ok_or("it lives")?;
            let is_right =
                got.contains(&n) || answer == "lost" || answer.starts_with("err Evicted");
            assert!(is_right && in_vain <= 1, "round {round}: {answers:?}");
        }
        for other in &mut others {
            other.must("check");
            other.must("drop");
        }
    }
    println!("delivered {delivered} of {ROUNDS}, {deaths} died with it");
    Ok(())
}

fn can_be_evicted() -> Outcome {
    let place = Place::new();
    for how in ["evict", "close"] {
        let (mut owner, mut other) = (Puppet::start(&place), Puppet::start(&place));
        let mut claimant = Puppet::start(&place);
        let key = owner.must("put 1000 1 once");
        claimant.must(&line("claim", 1, &key, 0));
        other.must(&line("await it block", 1, &key, 20_000));
        std::thread::sleep(Duration::from_millis(10));
        match how {
            "evict" => drop(other.must(&format!("evict {key}"))),
            _ => drop(owner.must("close")),
        }
        assert_starts(&other.tell("joined it"), "err Evicted");
        // What was not delivered in time is not delivered.
        assert_starts(&claimant.tell("confirm"), "err Evicted");
    }
    Ok(())
}

/// The owner of an object of node scope dies before it is delivered.
fn outlives_the_owner() -> Outcome {
    for is_confirmed in [true, false] {
        let place = Place::new();
        let (mut owner, mut claimant) = (Puppet::start(&place), Puppet::start(&place));
        let key = owner.must("put 1000 1 node+once");
        claimant.must(&line("claim", 1, &key, 0));
        owner.kill();
        let node = place.node()?;
        assert_eq!(node.sweep(Sweep::Dead)?.failed, 0);
        let resolve = || node.resolve(&parse_key(&key), Deadline::NOW, Wait::Block);
        assert!(matches!(resolve(), Err(Error::Claimed)));
        if is_confirmed {
            claimant.must("confirm");
            claimant.must("check");
            assert!(matches!(resolve(), Err(Error::Evicted)));
        } else {
            claimant.must("unclaim");
            drop(resolve()?);
        }
        claimant.must("drop");
        // With its last object the arena goes.
        let arena = parse_key(&key).arena.to_string();
        assert!(!place.files().iter().any(|name| name.contains(&arena)), "{:?}", place.files());
    }
    Ok(())
}

fn of_what_stays_is_a_resolve() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    let lease = Lifetime::PROCESS.ending(End::Lease(Duration::from_secs(60)));
    for life in [Lifetime::PROCESS, Lifetime::NODE, lease] {
        let key = arena.put(b"bytes", life)?.key;
        let claims = [0, 1].map(|_| node.claim(&key, Deadline::NOW, Wait::Block));
        for claim in claims {
            let claim = claim?;
            assert!(!claim.is_exclusive() && !node.stat(&key)?.claimed);
            assert_eq!(claim.confirm()?[..], *b"bytes");
        }
        assert_eq!(node.resolve(&key, Deadline::NOW, Wait::Block)?[..], *b"bytes");
    }
    Ok(())
}

fn exposed_memory_can_be_claimed() -> Outcome {
    let place = Place::new();
    let (mut owner, mut other) = (Puppet::start(&place), Puppet::start(&place));
    let mut claimant = Puppet::start(&place);
    let key = owner.must("expose heap 1000 1 once");
    claimant.must(&line("claim", 1, &key, 0));
    assert_starts(&other.tell(&line("resolve", 1, &key, 0)), "err Claimed");
    claimant.must("unclaim");
    claimant.must(&line("claim", 1, &key, 0));
    claimant.must("confirm");
    assert_starts(&other.tell(&line("resolve", 1, &key, 0)), "err Evicted");
    owner.must("unexpose 20000");
    claimant.must("check");

    let key = owner.must("expose heap 1000 2 once");
    claimant.must(&line("claim", 2, &key, 0));
    claimant.kill();
    other.must(&line("resolve", 2, &key, 0));
    // Nobody has to wait for a claim: what it is of has been copied.
    let key = owner.must("expose heap 1000 3 once");
    other.must(&line("claim", 3, &key, 0));
    owner.must("unexpose 20000");
    assert_starts(&other.tell("confirm"), "err Evicted");
    Ok(())
}

fn is_not_a_childs() -> Outcome {
    let place = Place::new();
    let (mut owner, mut parent) = (Puppet::start(&place), Puppet::start(&place));
    let key = owner.must("put 1000 1 once");
    let own = parent.must("put 10 7 process");
    parent.must(&line("claim", 1, &key, 0));
    parent.must("announce something");
    // The child drops what its parent has, and exits.
    parent.must(&format!("fork-user {own}"));
    assert_starts(&owner.tell(&line("resolve", 1, &key, 0)), "err Claimed");
    assert_eq!(owner.must("announced"), "something");
    parent.must("confirm");
    parent.must("check");
    assert_starts(&owner.tell(&line("resolve", 1, &key, 0)), "err Evicted");
    Ok(())
}
