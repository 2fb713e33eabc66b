//! Killed at the fail points that only a process with huge pages comes to.

use std::os::unix::process::ExitStatusExt;

use libtest_mimic::Trial;

use super::{LEN, assert_nothing_is_left, links, start_owner, test};
use crate::Outcome;
use crate::fail_points::points::{self, Point};
use crate::place::Place;
use crate::placement::pool::{self, PAGES};
use crate::puppet::Puppet;

pub(super) fn tests() -> Vec<Trial> {
    let points = points::all().into_iter().filter(Point::needs_huge_pages);
    let test = |point: Point| {
        let name = format!("placement::killed_at_{}", point.name);
        test(name, move |place| killed_at(&point.name, place))
    };
    points.map(test).collect()
}

fn killed_at(point: &str, place: &Place) -> Outcome {
    pool::mount(PAGES)?;
    let free = pool::free();
    // An owner, in all that it does.
    let mut reader = Puppet::start(place);
    let arming = [("WHARF_TEST_HUGE_PAGES", "1"), ("WHARF_FAIL_POINT", point)];
    let mut victim = Puppet::start_with(place, &arming);
    if let Some(key) = victim.try_tell(&format!("put {LEN} 1 process")) {
        reader.must(&format!("resolve {LEN} 1 {key} 0"));
        reader.must("drop");
        victim.try_tell("close");
    }
    assert_killed_there(victim, point);
    assert_eq!(links(place).len(), 1, "the link is there whenever the file can be");
    drop(place.node()?);
    assert_eq!((links(place), pool::free()), (vec![], free));

    // Whoever cleans up after one.
    let mut owner = start_owner(place);
    owner.must(&format!("put {LEN} 2 process"));
    owner.kill();
    if point.starts_with("clean.") {
        let mut victim = Puppet::start_with(place, &[("WHARF_FAIL_POINT", point)]);
        assert_eq!(victim.try_tell("check"), None, "nothing that a cleaner does comes to {point}");
        assert_killed_there(victim, point);
        assert_eq!(links(place).len(), 1, "the link outlives the file");
    }
    reader.must("check");
    drop(reader);
    assert_nothing_is_left(place, free);
    Ok(())
}

fn assert_killed_there(mut victim: Puppet, point: &str) {
    let ending = victim.wait();
    assert_eq!(ending.signal(), Some(libc::SIGKILL), "nothing comes to {point}: {ending}");
    assert!(victim.says(&format!("fail point {point}")), "killed, but not at {point}");
}
