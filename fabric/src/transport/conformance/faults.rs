//! Origins that are not there, or not any more, or do nothing.

use std::time::Duration;

use super::objects::MIB;
use super::reader::SOON;
use super::{Body, NOWHERE, Reader, Rig};
use crate::security::PublicKey;
use crate::transport::{Answer, AskId, Event, FailureKind, Lane, Peer, Purpose, Transport, What};

const TO_THE_END: u64 = u64::MAX;
/// As long as a reader of these tests puts up with an origin that does nothing.
const PATIENCE: Duration = Duration::from_millis(300);
/// Larger than what fits between a reader and an origin, of which one has stopped.
const LARGE: u64 = 64 * MIB;

pub(crate) fn nobody_answers<R: Rig>() {
    let mut rig = R::start();
    rig.kill();
    let mut reader = Reader::new(&rig);
    for purpose in [Purpose::Prompt, Purpose::Bulk] {
        let lane = reader.begin(&rig, purpose, SOON);
        assert_eq!(reader.loss(lane, SOON).kind, FailureKind::Unreachable);
    }
}

/// He has another key than the ticket says.
pub(crate) fn a_stranger_answers<R: Rig>() {
    let rig = R::start();
    let mut reader = Reader::new(&rig);
    let (peer, _) = rig.peer();
    let stranger = Peer { key: PublicKey([9; 32]), ..peer };
    for purpose in [Purpose::Prompt, Purpose::Bulk] {
        let lane = reader.begin_to(&rig, stranger, purpose, SOON);
        assert_eq!(reader.loss(lane, SOON).kind, FailureKind::Refused);
    }
    assert_ne!(peer.node, NOWHERE);
    reader.lane(&rig);
}

pub(crate) fn killed_before_an_ask<R: Rig>() {
    let (mut rig, mut reader, lane, ask) = with_object::<R>(1000);
    rig.kill();
    ask(&mut reader);
    assert_eq!(reader.loss(lane, SOON).kind, FailureKind::Broken);
    reader.nothing(Duration::from_millis(50));
}

pub(crate) fn killed_while_it_sends<R: Rig>() {
    let (mut rig, mut reader, lane, ask) = with_object::<R>(LARGE);
    let ask = ask(&mut reader);
    assert!(matches!(reader.answer().1, Answer::Data { .. }));
    assert!(matches!(reader.event(SOON), Some(Event::Arrived { .. })));
    rig.kill();
    assert_eq!(reader.loss(lane, SOON).kind, FailureKind::Broken);
    let body = Body { seed: 1, len: LARGE };
    let arrived = reader.sink.take(ask);
    assert!(!arrived.is_empty() && (arrived.len() as u64) < LARGE);
    assert!(arrived == body.bytes(0, arrived.len() as u64), "what had arrived is wrong");
}

pub(crate) fn killed_while_it_holds<R: Rig>() {
    let mut rig = R::start();
    let key = rig.promise();
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    reader.ask(lane, &key, What::Stat, SOON);
    reader.nothing(Duration::from_millis(100));
    rig.kill();
    assert_eq!(reader.loss(lane, SOON).kind, FailureKind::Broken);
}

/// A warm lane turns out to be dead, or is not offered at all; the next finds out why.
pub(crate) fn killed_after_an_answer<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 1, len: 64 };
    let key = rig.put(body);
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    reader.check(lane, &key, body, 0, TO_THE_END);
    reader.transport.close(lane);
    drop(reader);
    rig.kill();
    let mut reader = Reader::new(&rig);
    for _ in 0..2 {
        let lane = reader.begin(&rig, Purpose::Prompt, SOON);
        match reader.event(SOON) {
            Some(Event::Opened { warm, .. }) => {
                assert!(warm, "a dead origin let a lane open");
                reader.ask_for(lane, &key, 0, TO_THE_END);
                assert_eq!(reader.loss(lane, SOON).kind, FailureKind::Broken);
            }
            Some(Event::Lost { failure, .. }) => {
                return assert_eq!(failure.kind, FailureKind::Unreachable);
            }
            other => panic!("{other:?}"),
        }
    }
    panic!("warm lanes to a dead origin came twice");
}

pub(crate) fn stopped_before_a_lane_opens<R: Rig>() {
    let mut rig = R::start();
    rig.stop();
    let mut reader = Reader::new(&rig);
    let lane = reader.begin(&rig, Purpose::Prompt, PATIENCE);
    let failure = reader.loss(lane, SOON);
    assert_eq!(failure.kind, FailureKind::TimedOut, "{failure}");
    rig.resume();
    reader.lane(&rig);
}

pub(crate) fn stopped_before_an_ask<R: Rig>() {
    let (mut rig, mut reader, lane, ask) = with_object::<R>(1000);
    rig.stop();
    let ask = ask(&mut reader);
    reader.nothing(PATIENCE);
    rig.resume();
    reader.settle(&[ask]);
    assert!(reader.sink.take(ask) == Body { seed: 1, len: 1000 }.bytes(0, 1000));
    reader.transport.close(lane);
}

pub(crate) fn stopped_while_it_sends<R: Rig>() {
    let (mut rig, mut reader, _, ask) = with_object::<R>(LARGE);
    let ask = ask(&mut reader);
    assert!(matches!(reader.answer().1, Answer::Data { .. }));
    rig.stop();
    let mut arrived = 0;
    while let Some(event) = reader.event(PATIENCE) {
        match event {
            Event::Arrived { bytes, .. } => arrived = bytes,
            other => panic!("{other:?}"),
        }
    }
    assert!(arrived < LARGE, "a stopped origin sent everything");
    rig.resume();
    while arrived < LARGE {
        match reader.event(SOON) {
            Some(Event::Arrived { bytes, .. }) => arrived = bytes,
            other => panic!("{other:?}"),
        }
    }
    assert!(reader.sink.take(ask) == Body { seed: 1, len: LARGE }.bytes(0, LARGE));
}

/// It says that it lives while it holds an ask; one that says nothing is given up.
pub(crate) fn stopped_while_it_holds<R: Rig>() {
    let mut rig = R::start();
    let key = rig.promise();
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    reader.ask(lane, &key, What::Stat, 10 * SOON);
    reader.nothing(PATIENCE);
    rig.stop();
    let failure = reader.loss(lane, SOON);
    assert_eq!(failure.kind, FailureKind::TimedOut, "{failure}");
    rig.resume();
}

pub(crate) fn restarted_and_asked_anew<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 3, len: 100_000 };
    let key = rig.put(body);
    for purpose in [Purpose::Prompt, Purpose::Bulk, Purpose::Prompt] {
        let mut reader = Reader::new(&rig);
        let lane = reader.open(&rig, purpose).0;
        reader.check(lane, &key, body, 0, TO_THE_END);
    }
    rig.kill();
    rig.restart();
    let anew = rig.put(body);
    for purpose in [Purpose::Prompt, Purpose::Bulk] {
        let mut reader = Reader::new(&rig);
        let mut lane = reader.open(&rig, purpose);
        reader.ask(lane.0, &key, What::Stat, Duration::ZERO);
        if lane.1 {
            // It was kept from before, and is found to be dead: once.
            match reader.event(SOON) {
                Some(Event::Lost { failure, .. }) => {
                    assert_eq!(failure.kind, FailureKind::Broken);
                    lane = reader.open(&rig, purpose);
                    reader.ask(lane.0, &key, What::Stat, Duration::ZERO);
                    assert!(matches!(reader.answer().1, Answer::Refused(_)));
                }
                Some(Event::Answer { answer: Answer::Refused(_), .. }) => {}
                other => panic!("{other:?}"),
            }
        } else {
            assert!(matches!(reader.answer().1, Answer::Refused(_)));
        }
        reader.check(lane.0, &anew, body, 0, TO_THE_END);
    }
}

/// A time that has passed already ends everything at once, with what is there.
pub(crate) fn no_time_at_all<R: Rig>() {
    let mut rig = R::start();
    let key = rig.put(Body { seed: 4, len: 10 });
    let mut reader = Reader::new(&rig);
    rig.stop();
    let lane = reader.begin(&rig, Purpose::Prompt, Duration::ZERO);
    for _ in 0..3 {
        if let Some(event) = reader.event(Duration::ZERO) {
            match event {
                Event::Lost { lane: lost, failure } => {
                    assert_eq!((lost, failure.kind), (lane, FailureKind::TimedOut));
                }
                other => panic!("{other:?}"),
            }
        }
    }
    rig.resume();
    let lane = reader.lane(&rig);
    reader.ask_for(lane, &key, 0, TO_THE_END);
    assert!(!matches!(reader.event(Duration::ZERO), Some(Event::Lost { .. })));
}

/// An origin with one object, an open lane, and how to ask for the object on it.
fn with_object<R: Rig>(len: u64) -> (R, Reader<R>, Lane, impl Fn(&mut Reader<R>) -> AskId) {
    let mut rig = R::start();
    let key = rig.put(Body { seed: 1, len });
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    (rig, reader, lane, move |reader: &mut Reader<R>| reader.ask_for(lane, &key, 0, TO_THE_END))
}
