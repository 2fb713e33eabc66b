//! How many lanes are used, by virtual time.

use std::time::Duration;

use super::Memory;
use crate::remote::fetch::{Fetched, Part, Source, Wanted, fetch};
use crate::transport::Transport;
use crate::transport::conformance::Body;
use crate::transport::sim::{Link, Net, Profile};

/// Fetches an object over a link, alone; what came of it, and as what part of the link's rate.
fn over(link: Link, len: u64) -> (Fetched, f64) {
    over_with(link, len, 1, 1)
}

/// The same, with so many lanes from the beginning, and other losses with another seed.
fn over_with(link: Link, len: u64, lanes: usize, seed: u64) -> (Fetched, f64) {
    let rate = link.rate;
    let net = Net::new(seed);
    let routes = vec![net.add(link, Profile::HEALTHY)];
    let body = Body { seed: 9, len };
    let key = net.put(body);
    let mut transport = net.transport().audited();
    let deadline = transport.now() + Duration::from_secs(3600);
    let source = Source { peer: net.peer(), routes, deadline, lanes };
    let wanted = Wanted { key, total: Some(len), part: Part::Whole, once: false };
    let mut memory = Memory::new(Part::Whole);
    let fetched = fetch(&mut transport, &source, &wanted, &mut memory).unwrap();
    memory.check(body);
    let part = len as f64 / fetched.took.as_secs_f64() / rate;
    println!("{len} bytes, {} lanes, {:?}, {part:.3} of the link", fetched.lanes, fetched.took);
    (fetched, part)
}

const MB: f64 = 1e6;
const RTT_50: Duration = Duration::from_millis(25);

#[test]
fn lanes_grow_until_the_link_is_full() {
    // Each lane carries a fortieth of the link.
    let (fetched, part) = over(Link::new(RTT_50, 20.0 * MB, MB / 2.0).slow_start(), 300 << 20);
    assert!(fetched.lanes >= 40, "{} lanes", fetched.lanes);
    assert!(fetched.worth >= 40 && fetched.worth <= 128, "{} of them worth it", fetched.worth);
    assert!(part > 0.8, "{part}");
}

#[test]
fn lanes_that_become_slower_by_themselves_hide_no_gain() {
    // Each loses packets, and carries less than a hundredth of the link then.
    let link = || Link::new(RTT_50, 200.0 * MB, 200.0 * MB).loses(0.001);
    for seed in 1..=4 {
        let (fetched, part) = over_with(link(), 500 << 20, 1, seed);
        assert!(fetched.lanes >= 50, "{} lanes", fetched.lanes);
        assert!(part > 0.4, "{part}");
        // Whoever comes next begins with what was found out.
        let (_, part) = over_with(link(), 500 << 20, fetched.worth, seed);
        assert!(part > 0.7, "{part}");
    }
}

#[test]
fn a_link_that_one_lane_fills_gets_no_more_than_a_try() {
    // A young connection becomes faster by itself: that is no gain of a second one.
    for slow_start in [false, true] {
        let mut link = Link::new(RTT_50, 20.0 * MB, 200.0 * MB);
        link.slow_start = slow_start;
        let (fetched, part) = over(link, 100 << 20);
        assert!(fetched.lanes <= 2, "{} lanes", fetched.lanes);
        assert!(part > 0.9, "{part}");
    }
}

#[test]
fn one_lane_has_no_gaps_whatever_the_round_trip() {
    for latency in [10, 1000, 25_000, 150_000] {
        // Over in less time than it takes to try a second lane.
        let link = Link::new(Duration::from_micros(latency), 1000.0 * MB, 1000.0 * MB);
        let len: u64 = 64 << 20;
        let (fetched, _) = over(link, len);
        assert_eq!(fetched.lanes, 1);
        // What is on its way grows with what arrives, by at least a half in each round trip.
        let sends = Duration::from_secs_f64(len as f64 / (1000.0 * MB));
        let trips = if latency <= 1000 { 3 } else { 10 };
        let expected = (sends + Duration::from_micros(latency * 2 * trips)).mul_f64(1.1);
        assert!(fetched.took < expected, "{:?} where {expected:?} are due", fetched.took);
    }
}

#[test]
fn a_lan_gets_as_many_lanes_as_gain() {
    // Two lanes fill it, and more gain nothing.
    let link = Link::new(Duration::from_micros(50), 200.0 * MB, 100.0 * MB);
    let (fetched, part) = over(link, 200 << 20);
    assert!(fetched.lanes <= 4, "{} lanes", fetched.lanes);
    assert!(part > 0.8, "{part}");
    let link = Link::new(Duration::from_micros(50), 200.0 * MB, 200.0 * MB);
    let (fetched, part) = over(link, 100 << 20);
    assert!(fetched.lanes <= 2, "{} lanes", fetched.lanes);
    assert!(part > 0.95, "{part}");
}
