//! A process killed at every fail point, and what that does to those that live: nothing.
//!
//! The list of points is read from the source. For each there is a test of its own, in which a
//! victim goes through everything a process can do, among neighbours (see [`world`]), and dies
//! at the point: at its first visit, then in another run at a later one, when there is more at
//! stake. A point that the victim never comes to fails its test.

pub(crate) mod points;
mod world;

use std::os::unix::process::ExitStatusExt;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wharf_shm::Sweep;

use crate::damage::{MAGIC, Raw};
use crate::place::Place;
use crate::puppet::Puppet;
use crate::{Outcome, test};
use points::Point;
use world::World;

pub(crate) fn tests() -> Vec<Trial> {
    let mut tests = vec![
        test("fail_points::cover_every_area", cover_every_area),
        test("fail_points::one_cleaner_after_another_dies", one_cleaner_after_another_dies),
        test("fail_points::once_is_lost_with_who_took_it_only", once_is_lost_when_taken),
        test("fail_points::what_is_claimed_while_it_is_copied_is_waited_for", claimed_while_copied),
        test("fail_points::a_late_view_outlives_a_stopped_cleaner", late_view),
        test("fail_points::a_stopped_cleaner_holds_nobody_up", stopped_cleaner),
        test("fail_points::a_mender_that_dies_is_followed_by_another", a_dying_mender),
    ];
    // The others are tested where there are huge pages, in `placement`. And who mends a node is no
    // member of it.
    let is_here = |point: &Point| !point.needs_huge_pages() && point.area() != "mend";
    let points = points::all().into_iter().filter(is_here);
    tests.extend(points.map(|point| {
        Trial::test(format!("fail_points::{}", point.name), move || {
            killed_at(&point).map_err(|error| error.to_string().into())
        })
    }));
    tests
}

/// Which visits of a point the victim dies at, each in a world of its own. It must come to the
/// first; where it does not come to a later one, it lives, and must have done everything right.
/// It comes to clean, and so to adopt, in five ways: see [`World::lead`].
fn visits(point: &Point) -> &'static [u32] {
    match point.area() {
        "clean" | "adopt" => &[1, 2, 3, 4, 5, 6],
        _ => &[1, 2, 5],
    }
}

fn killed_at(point: &Point) -> Outcome {
    for &visit in visits(point) {
        let place = Place::new();
        let arming = [("WHARF_FAIL_POINT", &*format!("{}:{visit}", point.name))];
        // Somebody must be the first in the directory.
        let founder = (point.name == "open.node").then(|| {
            let mut founder = victim(&place, &arming);
            founder.try_tell("check");
            founder
        });
        let mut world = World::new(&place);
        let mut victim = founder.unwrap_or_else(|| victim(&place, &arming));
        let lived = world.lead(&mut victim).is_some();
        let ended = Instant::now();
        if lived && visit == 1 {
            return Err(format!("nothing that a process does comes to {}", point.location).into());
        }
        let ending = victim.wait();
        if !lived {
            assert_eq!(ending.signal(), Some(libc::SIGKILL), "{} died of {ending}", point.name);
            let said = format!("fail point {}", point.name);
            assert!(victim.says(&said), "killed, but not at {} (visit {visit})", point.name);
        } else {
            assert!(ending.success(), "it lived on, and ended with {ending}");
        }
        world.outlives_the_victim((!lived).then_some(ended));
    }
    Ok(())
}

fn victim(place: &Place, arming: &[(&str, &str)]) -> Puppet {
    let mut variables = vec![("WHARF_TEST_CAPACITY", world::CAPACITY)];
    variables.extend(arming);
    Puppet::start_with(place, &variables)
}

fn cover_every_area() -> Outcome {
    let points = points::all();
    assert!(points.len() >= 40, "only {} fail points", points.len());
    for area in [
        "alloc", "seal", "fail", "resolve", "pin", "unpin", "evict", "reclaim", "open", "register",
        "clean", "adopt", "expose", "unexpose", "attach", "name", "claim", "key", "trim",
        "withdraw",
    ] {
        assert!(points.iter().any(|point| point.area() == area), "no fail point in {area}");
    }
    for (n, point) in points.iter().enumerate() {
        if let Some(other) = points[..n].iter().find(|other| other.name == point.name) {
            return Err(format!("two fail points of one name: {point:?}, {other:?}").into());
        }
    }
    println!("{} fail points", points.len());
    Ok(())
}

/// Nothing is left of what it removed, and the node file is mended by the next.
fn a_dying_mender() -> Outcome {
    let mut died = 0;
    for point in points::all().iter().filter(|point| point.area() == "mend") {
        let (place, damaged) = (Place::new(), Place::new());
        let mut owner = Puppet::start(&damaged);
        let key = owner.must("put 1000 1 node");
        owner.must(&format!("publish name {key} x"));
        owner.kill();
        Raw::node(&damaged).write(MAGIC, b"NOTWHARF");
        let mut mender = Puppet::start_with(&place, &[("WHARF_FAIL_POINT", &point.name)]);
        assert_eq!(mender.try_tell(&format!("mend {}", damaged.path().display())), None);
        assert!(mender.says(&format!("fail point {}", point.name)));
        assert_eq!(damaged.files(), Vec::<String>::new());
        assert!(damaged.node().is_err(), "nobody has mended the node file");
        Puppet::start(&place).must(&format!("mend {}", damaged.path().display()));
        assert!(damaged.node()?.names("")?.is_empty());
        died += 1;
    }
    assert!(died > 0, "no mender was killed");
    Ok(())
}

/// Every custodian dies, each where the one before did not come to; the last one has it all.
fn one_cleaner_after_another_dies() -> Outcome {
    let place = Place::new();
    let mut world = World::new(&place);
    let mut died = 0;
    for point in points::all() {
        if ["clean", "adopt"].contains(&point.area()) {
            let mut cleaner = Puppet::start_with(&place, &[("WHARF_FAIL_POINT", &point.name)]);
            // One that finds nothing to do at its point answers, and is killed here.
            let lives = cleaner.try_tell("check").is_some();
            cleaner.kill();
            died += u32::from(!lives);
        }
    }
    assert!(died >= 8, "only {died} cleaners were killed while they cleaned");
    world.outlives_the_victim(Some(Instant::now()));
    Ok(())
}

/// Until it is marked, an object that goes to one is still there for another.
fn once_is_lost_when_taken() -> Outcome {
    for (how, point, is_taken) in [
        ("resolve", "pin.held", false),
        ("resolve", "resolve.pinned", false),
        ("resolve", "resolve.ended", true),
        ("deliver", "pin.published:2", false),
        ("deliver", "claim.set", false),
        ("deliver", "claim.confirmed", true),
        ("deliver", "claim.ended", true),
        ("lose", "claim.unclaimed", false),
        ("lose", "claim.ended", false),
    ] {
        let place = Place::new();
        let (mut owner, mut other) = (Puppet::start(&place), Puppet::start(&place));
        let key = owner.must("put 1000 1 node+once");
        let mut taker = Puppet::start_with(&place, &[("WHARF_FAIL_POINT", point)]);
        assert_eq!(taker.try_tell(&format!("{how} 1000 1 {key} 0")), None, "{point}");
        // Its output ends a little before its locks do.
        taker.wait();
        let answer = other.tell(&format!("resolve 1000 1 {key} 0"));
        let expected = if is_taken { "err Evicted" } else { "ok" };
        assert!(answer.starts_with(expected), "its taker killed at {point}: {answer}");
        let answer = owner.tell(&format!("resolve 1000 1 {key} 0"));
        assert!(answer.starts_with("err Evicted"), "{point}: {answer}");
    }
    Ok(())
}

/// Exposed memory that ends once, and that another claims in the middle of a copy.
fn claimed_while_copied() -> Outcome {
    for (then, deadline, expected) in
        [("unclaim", 20_000, "ok"), ("confirm", 20_000, "err Evicted"), ("check", 0, "err Claimed")]
    {
        let place = Place::new();
        let (mut owner, mut claimant) = (Puppet::start(&place), Puppet::start(&place));
        let key = owner.must("expose heap 1000 1 once");
        let mut reader = Puppet::start_with(&place, &[("WHARF_STOP_POINT", "attach.piece")]);
        let line = format!("resolve 1000 1 {key} {deadline}");
        reader.begin(&line);
        assert!(reader.says("stop point attach.piece"));
        claimant.must(&format!("claim 1000 1 {key} 0"));
        reader.signal(libc::SIGCONT);
        std::thread::sleep(Duration::from_millis(20));
        claimant.must(then);
        let answer = reader.answer(&line).ok_or("an answer")?;
        assert!(answer.starts_with(expected), "{then}: {answer}");
        reader.must("check");
        owner.must("unexpose 20000");
    }
    Ok(())
}

/// What is viewed after the scan of the pins and evicted before the cleaner goes on must stay.
fn late_view() -> Outcome {
    const LEN: u32 = 1 << 20;
    let place = Place::new();
    let (mut reader, mut evictor) = (Puppet::start(&place), Puppet::start(&place));
    let mut owner = Puppet::start(&place);
    let key = owner.must(&format!("put {LEN} 1 node"));
    owner.kill();
    let stop = [("WHARF_STOP_POINT", "clean.scanned")];
    let mut cleaner = Puppet::start_with(&place, &stop);
    assert!(cleaner.says("stop point clean.scanned"));
    reader.must(&format!("resolve {LEN} 1 {key} 0"));
    evictor.must(&format!("evict {key}"));
    cleaner.signal(libc::SIGCONT);
    cleaner.must("check");
    reader.must("check");
    place.node()?.sweep(Sweep::Dead)?;
    reader.must("check");
    reader.must("drop");
    place.node()?.sweep(Sweep::Dead)?;
    assert!(place.bytes() < u64::from(LEN), "{} bytes are left", place.bytes());
    [cleaner, reader, evictor].iter_mut().for_each(Puppet::kill);
    place.assert_empty_after_sweep();
    Ok(())
}

/// While a custodian sleeps nobody can take its place, but nobody waits for it either.
fn stopped_cleaner() -> Outcome {
    let place = Place::new();
    let mut waiter = Puppet::start(&place);
    let mut owner = Puppet::start(&place);
    let sealed = owner.must("put 1000 1 node");
    let pending = owner.must("alloc 1000 2 process");
    owner.kill();
    let mut cleaner = Puppet::start_with(&place, &[("WHARF_STOP_POINT", "adopt.locked")]);
    assert!(cleaner.says("stop point adopt.locked"));
    let answer = waiter.tell(&format!("resolve 1000 2 {pending} 300"));
    assert!(answer.starts_with("err Deadline"), "{answer}");
    waiter.must(&format!("resolve 1000 1 {sealed} 0"));
    let mut newcomer = Puppet::start(&place);
    newcomer.must(&format!("resolve 1000 1 {sealed} 0"));
    cleaner.signal(libc::SIGCONT);
    cleaner.must("check");
    let answer = waiter.tell(&format!("resolve 1000 2 {pending} 300"));
    assert!(answer.starts_with("err OwnerDied"), "{answer}");
    [cleaner, newcomer, waiter].iter_mut().for_each(Puppet::kill);
    place.assert_empty_after_sweep();
    Ok(())
}
