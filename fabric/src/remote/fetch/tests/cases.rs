//! Single troubles, and exactly what comes of each.

use std::time::Duration;

use wharf_shm::ObjectKey;

use super::Memory;
use crate::remote::fetch::{
    End, Failed, Fetched, Part, Place, Source, Wanted, Why, fetch, fetch_many,
};
use crate::ticket::Route;
use crate::transport::conformance::Body;
use crate::transport::sim::{Change, Link, Net, Profile, SimTransport};
use crate::transport::{FailureKind, Held, Refusal};

const SMALL: Body = Body { seed: 4, len: 64 };
const LARGE: Body = Body { seed: 5, len: 20 << 20 };
/// One way, of all links here.
const LATENCY: Duration = Duration::from_millis(10);
const RTT: Duration = Duration::from_millis(20);

/// A network with as many routes.
struct Case {
    net: Net,
    routes: Vec<Route>,
    deadline: Duration,
}

impl Case {
    fn new(routes: usize) -> Self {
        let net = Net::new(1);
        let link = Link::new(LATENCY, 100e6, 100e6);
        let routes = (0..routes).map(|_| net.add(link.clone(), Profile::HEALTHY)).collect();
        Self { net, routes, deadline: Duration::from_secs(60) }
    }

    fn transport(&self) -> SimTransport {
        self.net.transport().audited()
    }

    fn source(&self) -> Source {
        let deadline = self.net.now() + self.deadline;
        Source { peer: self.net.peer(), routes: self.routes.clone(), deadline, lanes: 1 }
    }

    fn fetch(&self, key: ObjectKey, body: Body) -> Result<Fetched, Failed> {
        self.fetch_as(Wanted { key, total: Some(body.len), part: Part::Whole, once: true }, body)
    }

    fn fetch_as(&self, wanted: Wanted, body: Body) -> Result<Fetched, Failed> {
        let mut memory = Memory::new(wanted.part.clone());
        let fetched = fetch(&mut self.transport(), &self.source(), &wanted, &mut memory)?;
        memory.check(body);
        Ok(fetched)
    }

    fn after(&self, time: Duration, change: Change) {
        self.net.schedule(self.net.now() + time, change);
    }
}

#[test]
fn a_small_object_takes_one_round_trip_on_a_warm_lane() {
    let case = Case::new(1);
    let key = case.net.put(SMALL);
    assert_eq!(case.fetch(key, SMALL).unwrap().took.as_millis(), (3 * RTT).as_millis());
    assert_eq!(case.fetch(key, SMALL).unwrap().took.as_millis(), RTT.as_millis());
}

#[test]
fn many_small_objects_share_a_lane_and_their_round_trips() {
    let case = Case::new(1);
    let bodies: Vec<_> = (0..1000).map(|seed| Body { seed, len: seed % 100 }).collect();
    let wanted: Vec<_> = (bodies.iter())
        .map(|body| {
            let total = body.seed.is_multiple_of(2).then_some(body.len);
            Wanted { key: case.net.put(*body), total, part: Part::Whole, once: true }
        })
        .collect();
    let mut memories: Vec<_> = bodies.iter().map(|_| Memory::new(Part::Whole)).collect();
    let mut places: Vec<_> = memories.iter_mut().map(|memory| memory as &mut dyn Place).collect();
    let outcomes = fetch_many(&mut case.transport(), &case.source(), &wanted, &mut places);
    for ((outcome, memory), body) in outcomes.into_iter().zip(memories).zip(bodies) {
        let fetched = outcome.unwrap();
        memory.check(body);
        assert_eq!(fetched.lanes, 1);
        // Sixty-four at a time.
        assert!(fetched.took <= 20 * RTT, "{:?}", fetched.took);
    }
}

#[test]
fn objects_that_are_there_do_not_wait_for_a_thousand_that_are_not() {
    let case = Case::new(1);
    let wanted = |key| Wanted { key, total: None, part: Part::Whole, once: true };
    let mut all: Vec<_> = (0..1000).map(|_| wanted(case.net.promise(false))).collect();
    all.push(wanted(case.net.put(SMALL)));
    let mut memories: Vec<_> = all.iter().map(|_| Memory::new(Part::Whole)).collect();
    let mut places: Vec<_> = memories.iter_mut().map(|memory| memory as &mut dyn Place).collect();
    let mut outcomes = fetch_many(&mut case.transport(), &case.source(), &all, &mut places);
    outcomes.pop().unwrap().unwrap();
    memories.pop().unwrap().check(SMALL);
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().end, End::Deadline { held: Some(Held::Pending) });
    }
}

#[test]
fn nobody_there_is_an_error_at_once() {
    let case = Case::new(3);
    let key = case.net.put(SMALL);
    (0..3).for_each(|way| case.net.change(Change::Kill { way, silently: false }));
    let failed = case.fetch(key, SMALL).unwrap_err();
    assert_eq!(failed.end, End::Routes);
    assert!(failed.took <= 3 * RTT, "{:?}", failed.took);
    let routes: Vec<_> = failed.tried.iter().map(|tried| tried.route).collect();
    assert_eq!(routes, case.routes);
    for tried in failed.tried.iter() {
        assert!(
            matches!(&tried.why, Why::Lost(failure) if failure.kind == FailureKind::Unreachable)
        );
        assert_eq!((tried.took, tried.brought), (RTT, 0));
        assert!(failed.to_string().contains(&tried.route.to_string()), "{failed}");
    }
}

/// The bytes that it had brought are not asked for again.
#[test]
fn an_endpoint_that_is_started_anew_is_waited_for() {
    for away in [10, 100, 500, 1500] {
        let case = Case::new(1);
        let key = case.net.put(LARGE);
        let begins = Duration::from_millis(150);
        case.after(begins, Change::Kill { way: 0, silently: false });
        let again = begins + Duration::from_millis(away);
        case.after(again, Change::Restart { way: 0 });
        let fetched = case.fetch(key, LARGE).unwrap();
        assert!(fetched.took > again, "{:?}", fetched.took);
    }
    let case = Case::new(1);
    let key = case.net.put(LARGE);
    case.after(Duration::from_millis(150), Change::Kill { way: 0, silently: false });
    let failed = case.fetch(key, LARGE).unwrap_err();
    assert_eq!(failed.end, End::Routes);
    let (least, most) = (Duration::from_secs(2), Duration::from_secs(5));
    assert!(failed.took > least && failed.took < most, "{:?}", failed.took);
    assert!(failed.tried.len() > 4, "{failed}");
}

#[test]
fn ranges_are_asked_for_together() {
    let case = Case::new(1);
    let key = case.net.put(LARGE);
    let ranges: Vec<_> = (0..60).map(|n| n * 300_000..n * 300_000 + 100).collect();
    for round_trips in [3, 1] {
        let part = Part::Ranges(ranges.clone());
        let wanted = Wanted { key, total: Some(LARGE.len), part, once: false };
        let took = case.fetch_as(wanted, LARGE).unwrap().took;
        assert_eq!(took.as_millis(), (round_trips * RTT).as_millis());
    }
}

#[test]
fn a_silent_route_costs_a_quarter_of_a_second() {
    let case = Case::new(2);
    let key = case.net.put(SMALL);
    case.net.change(Change::Stop { way: 0 });
    let took = case.fetch(key, SMALL).unwrap().took.as_millis();
    assert_eq!(took, (Duration::from_millis(250) + 3 * RTT).as_millis());
}

#[test]
fn a_stopped_peer_is_waited_for_until_the_deadline() {
    for (routes, size) in [(1, SMALL), (2, LARGE)] {
        let case = Case::new(routes);
        let key = case.net.put(size);
        (0..routes).for_each(|way| case.after(2 * RTT, Change::Stop { way }));
        let failed = case.fetch(key, size).unwrap_err();
        assert_eq!((failed.end, failed.took), (End::Deadline { held: None }, case.deadline));
        assert!(!failed.tried.is_empty());
        // It goes on in time.
        let case = Case::new(routes);
        let key = case.net.put(size);
        (0..routes).for_each(|way| case.after(2 * RTT, Change::Stop { way }));
        (0..routes).for_each(|way| {
            case.after(Duration::from_secs(40), Change::Resume { way });
        });
        case.fetch(key, size).unwrap();
    }
}

#[test]
fn a_route_that_dies_midway_leaves_the_rest_to_the_next() {
    let case = Case::new(2);
    let key = case.net.put(LARGE);
    case.after(Duration::from_millis(150), Change::Kill { way: 0, silently: false });
    let fetched = case.fetch(key, LARGE).unwrap();
    // What had arrived was kept: only what was on its way is sent twice.
    let again = case.net.carried() - LARGE.len;
    assert!(again > 0 && again < 4 << 20, "{again} bytes came twice");
    assert!(fetched.took < Duration::from_millis(500), "{:?}", fetched.took);
}

#[test]
fn a_route_that_falls_silent_midway_is_left_after_two_seconds() {
    let case = Case::new(2);
    let key = case.net.put(LARGE);
    case.after(Duration::from_millis(150), Change::Kill { way: 0, silently: true });
    let fetched = case.fetch(key, LARGE).unwrap();
    assert!(fetched.took < Duration::from_millis(2700), "{:?}", fetched.took);
}

#[test]
fn lanes_kept_from_a_peer_that_was_restarted_are_no_failure() {
    for silently in [false, true] {
        let case = Case::new(1);
        let key = case.net.put(SMALL);
        case.fetch(key, SMALL).unwrap();
        case.net.change(Change::Kill { way: 0, silently });
        case.net.change(Change::Restart { way: 0 });
        let fetched = case.fetch(key, SMALL).unwrap();
        assert!(fetched.took > RTT && fetched.took < Duration::from_secs(2), "{:?}", fetched.took);
    }
}

#[test]
fn an_object_that_ends_once_is_read_whole_and_confirmed() {
    for body in [Body { seed: 1, len: 0 }, SMALL, LARGE] {
        for total in [None, Some(body.len)] {
            let case = Case::new(1);
            let key = case.net.put_once(body);
            let wanted = Wanted { key, total, part: Part::Whole, once: true };
            let glance = Wanted { part: Part::Ranges(Vec::new()), ..wanted.clone() };
            let refused = Wanted { once: false, ..wanted.clone() };
            assert!(!case.fetch_as(glance, body).unwrap().once);
            assert_eq!(case.fetch_as(refused, body).unwrap_err().end, End::Once);
            assert!(!case.net.consumed(&key));
            assert!(case.fetch_as(wanted.clone(), body).unwrap().once);
            assert!(case.net.consumed(&key));
            let end = case.fetch_as(wanted, body).unwrap_err().end;
            assert_eq!(end, End::Refused(Refusal::Evicted));
        }
    }
}

#[test]
fn an_object_that_ends_once_survives_the_loss_of_its_lane() {
    let case = Case::new(2);
    let key = case.net.put_once(LARGE);
    case.after(Duration::from_millis(150), Change::Kill { way: 0, silently: false });
    assert!(case.fetch(key, LARGE).unwrap().once);
    assert!(case.net.consumed(&key));
}

#[test]
fn no_room_is_said_as_it_was() {
    let case = Case::new(2);
    let key = case.net.put(LARGE);
    let wanted = Wanted { key, total: None, part: Part::Whole, once: false };
    let mut memory = Memory { full: true, ..Memory::new(Part::Whole) };
    let failed = fetch(&mut case.transport(), &case.source(), &wanted, &mut memory).unwrap_err();
    assert_eq!(failed.end, End::NoRoom("the memory is full".into()));
    assert!(failed.took <= 3 * RTT);
}

#[test]
fn no_time_is_the_deadline_at_once() {
    let mut case = Case::new(1);
    case.deadline = Duration::ZERO;
    let key = case.net.put(SMALL);
    let failed = case.fetch(key, SMALL).unwrap_err();
    assert_eq!((failed.end, failed.took), (End::Deadline { held: None }, Duration::ZERO));
    assert_eq!(case.net.carried(), 0);
}

#[test]
fn no_route_is_no_way() {
    let case = Case::new(0);
    let key = case.net.put(SMALL);
    assert_eq!(case.fetch(key, SMALL).unwrap_err().end, End::Routes);
}
