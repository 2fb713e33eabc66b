//! Objects of every size, state and lifetime, from an origin in good health.

use std::time::Duration;

use wharf_shm::{Capability, ObjectKey, State};

use super::reader::SOON;
use super::{Body, Reader, Rig, no_such_key};
use crate::transport::{Answer, Event, Held, Purpose, Refusal, Transport, What};

const TO_THE_END: u64 = u64::MAX;

pub(crate) fn sizes_from_nothing_to_beyond_every_piece<R: Rig>() {
    let mut rig = R::start();
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    let bulk = reader.open(&rig, Purpose::Bulk).0;
    let sizes = [0, 1, 15, 64, 4096, 8 * MIB + 3];
    let around = [16 * KIB, 64 * KIB, MIB].into_iter().flat_map(|size| [size - 1, size, size + 1]);
    for len in sizes.into_iter().chain(around) {
        let body = Body { seed: len, len };
        let key = rig.put(body);
        let before = rig.carried();
        reader.check(lane, &key, body, 0, TO_THE_END);
        reader.check(bulk, &key, body, 0, TO_THE_END);
        assert!(rig.carried() - before >= 2 * len, "bytes came some other way");
    }
}

pub(crate) fn ranges_and_what_is_beyond_the_end<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 2, len: 100_000 };
    let key = rig.put(body);
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    for (offset, len) in [
        (0, 0),
        (0, 1),
        (1, 7),
        (99_999, 1),
        (16_383, 2),
        (1, 65_537),
        (50_000, 50_000),
        (99_000, 5000),
        (99_999, TO_THE_END),
        (100_000, 1),
        (100_000, TO_THE_END),
        (1 << 40, 10),
        (u64::MAX - 1, TO_THE_END),
        (u64::MAX, TO_THE_END),
    ] {
        reader.check(lane, &key, body, offset, len);
    }
}

pub(crate) fn a_thousand_asks_on_their_way<R: Rig>() {
    let mut rig = R::start();
    let bodies: Vec<_> = (0..1000).map(|n| Body { seed: n, len: n * 37 % 2000 }).collect();
    let keys: Vec<_> = bodies.iter().map(|body| rig.put(*body)).collect();
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    let asks: Vec<_> = keys.iter().map(|key| reader.ask_for(lane, key, 0, TO_THE_END)).collect();
    let answers = reader.settle(&asks);
    assert_eq!(answers.len(), asks.len());
    for (ask, body) in asks.iter().zip(bodies) {
        assert!(reader.sink.take(*ask) == body.bytes(0, body.len), "{body:?} came wrong");
    }
}

pub(crate) fn several_lanes_at_once<R: Rig>() {
    const LANES: u64 = 5;
    const PIECE: u64 = MIB + 11;
    let mut rig = R::start();
    let body = Body { seed: 5, len: LANES * 3 * PIECE };
    let key = rig.put(body);
    let mut reader = Reader::new(&rig);
    let lanes: Vec<_> = (0..LANES).map(|_| reader.begin(&rig, Purpose::Bulk, SOON)).collect();
    let mut opened = Vec::new();
    while opened.len() < lanes.len() {
        match reader.event(SOON) {
            Some(Event::Opened { lane, .. }) => opened.push(lane),
            other => panic!("lanes are being opened, and there came {other:?}"),
        }
    }
    assert!(lanes.iter().all(|lane| opened.contains(lane)));
    let pieces: Vec<_> = (0..3 * LANES).map(|piece| piece * PIECE).collect();
    let asks: Vec<_> = pieces
        .iter()
        .zip(lanes.iter().cycle())
        .map(|(at, lane)| reader.ask_for(*lane, &key, *at, PIECE))
        .collect();
    reader.settle(&asks);
    for (at, ask) in pieces.iter().zip(asks) {
        assert!(reader.sink.take(ask) == body.bytes(*at, PIECE), "the piece at {at} came wrong");
    }
}

pub(crate) fn states_without_bytes<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 6, len: 12_345 };
    let (sealed, once, pending, failed, evicted) =
        (rig.put(body), rig.put_once(body), rig.promise(), rig.promise(), rig.put(body));
    rig.fail(&failed, "it rained");
    rig.evict(&evicted);
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    let mut stat = |key: &ObjectKey| {
        reader.ask(lane, key, What::Stat, Duration::ZERO);
        match reader.answer().1 {
            Answer::State { state, total, once, .. } => Some((state, total, once)),
            Answer::Refused(_) => None,
            other => panic!("a state was asked for, and there came {other:?}"),
        }
    };
    assert_eq!(stat(&sealed), Some((State::Sealed, body.len, false)));
    assert_eq!(stat(&once), Some((State::Sealed, body.len, true)));
    assert_eq!(stat(&pending).map(|(state, ..)| state), Some(State::Pending));
    assert!(matches!(stat(&failed), None | Some((State::Failed, ..))));
    assert!(matches!(stat(&evicted), None | Some((State::Evicted, ..))));
    assert_eq!(stat(&no_such_key()), None);
}

pub(crate) fn wrong_capability_and_unknown_arena<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 7, len: 50_000 };
    let key = rig.put(body);
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    let wrong = ObjectKey { capability: Capability::from_bytes([1; 16]), ..key };
    for what in [What::Read { offset: 0, len: TO_THE_END }, What::Stat] {
        reader.ask(lane, &wrong, what, Duration::ZERO);
        assert_eq!(reader.answer().1, Answer::Refused(Refusal::WrongCapability));
        // An arena that is not there may have been there.
        reader.ask(lane, &no_such_key(), what, Duration::ZERO);
        let answer = reader.answer().1;
        let gone = [Refusal::WrongCapability, Refusal::Evicted].map(Answer::Refused);
        assert!(gone.contains(&answer), "{answer:?}");
    }
    assert!(rig.carried() < body.len, "somebody without the right was sent bytes");
    reader.check(lane, &key, body, 0, TO_THE_END); // The lane is as good as before.
}

pub(crate) fn an_evicted_object_stays_evicted<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 8, len: 300 };
    let key = rig.put(body);
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    reader.check(lane, &key, body, 0, TO_THE_END);
    rig.evict(&key);
    // Others take its place, if they can.
    let next: Vec<_> = (0..100).map(|seed| rig.put(Body { seed, len: 300 })).collect();
    for _ in 0..3 {
        reader.ask_for(lane, &key, 0, TO_THE_END);
        assert_eq!(reader.answer().1, Answer::Refused(Refusal::Evicted));
    }
    reader.check(lane, &next[99], Body { seed: 99, len: 300 }, 0, TO_THE_END);
}

pub(crate) fn a_pending_object_is_held_and_then_sent<R: Rig>() {
    let mut rig = R::start();
    let key = rig.promise();
    let body = Body { seed: 9, len: 70_000 };
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    let read = What::Read { offset: 0, len: TO_THE_END };
    let ask = reader.ask(lane, &key, read, SOON);
    let stat = reader.ask(lane, &key, What::Stat, SOON);
    // Longer than it takes to be thought dead: the origin says that it lives.
    let end = reader.after(Duration::from_secs(7)).0;
    let mut signs = 0;
    while let Some(event) = {
        let left = end.saturating_sub(reader.transport.now().0);
        reader.event(left)
    } {
        assert!(matches!(event, Event::Held { why: Held::Pending, .. }), "{event:?}");
        signs += 1;
    }
    assert!(signs >= 2, "a held ask was forgotten: {signs} signs of life");
    rig.seal(&key, body);
    let answers = reader.settle(&[ask, stat]);
    assert!(matches!(answers[&ask], Answer::Data { total, .. } if total == body.len));
    assert!(matches!(answers[&stat], Answer::State { state: State::Sealed, total, .. }
        if total == body.len));
    assert!(reader.sink.take(ask) == body.bytes(0, body.len));
}

pub(crate) fn a_pending_object_is_held_and_then_fails<R: Rig>() {
    let mut rig = R::start();
    let key = rig.promise();
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    reader.ask(lane, &key, What::Read { offset: 0, len: TO_THE_END }, SOON);
    reader.nothing(Duration::from_millis(300));
    rig.fail(&key, "the solver diverged");
    let failed = Refusal::Failed("the solver diverged".into());
    assert_eq!(reader.answer().1, Answer::Refused(failed));
}

pub(crate) fn an_ask_is_held_no_longer_than_it_asks_for<R: Rig>() {
    let mut rig = R::start();
    let key = rig.promise();
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    for hold in [Duration::ZERO, Duration::from_millis(300)] {
        let began = reader.transport.now().0;
        reader.ask(lane, &key, What::Read { offset: 0, len: TO_THE_END }, hold);
        assert_eq!(reader.answer().1, Answer::Refused(Refusal::StillPending));
        assert!(reader.transport.now().0 - began >= hold, "it was not held");
    }
}

pub(crate) fn once_is_claimed_and_confirmed<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 12, len: 40_000 };
    let key = rig.put_once(body);
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    reader.ask_for(lane, &key, 5, 10); // claims nothing
    assert!(matches!(reader.answer().1, Answer::State { once: true, .. }));
    let ask = reader.ask_for(lane, &key, 0, TO_THE_END);
    let answers = reader.settle(&[ask]);
    assert!(matches!(answers[&ask], Answer::Data { claimed: true, .. }), "{answers:?}");
    assert!(reader.sink.take(ask) == body.bytes(0, body.len));
    // Others are told why they wait.
    let other = reader.lane(&rig);
    let late = reader.ask(other, &key, What::Read { offset: 0, len: TO_THE_END }, SOON);
    match reader.event(SOON) {
        Some(Event::Held { ask, why, .. }) => assert_eq!((ask, why), (late, Held::Claimed)),
        other => panic!("{other:?}"),
    }
    let confirm = reader.ask(lane, &key, What::Confirm { read: ask }, Duration::ZERO);
    let answers = reader.settle(&[confirm, late]);
    assert_eq!(answers[&confirm], Answer::Confirmed);
    assert_eq!(answers[&late], Answer::Refused(Refusal::Evicted));
    reader.ask_for(lane, &key, 0, TO_THE_END);
    assert_eq!(reader.answer().1, Answer::Refused(Refusal::Evicted));
}

pub(crate) fn a_claim_ends_with_its_lane<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 13, len: 40_000 };
    let key = rig.put_once(body);
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    let ask = reader.ask_for(lane, &key, 0, TO_THE_END);
    reader.settle(&[ask]);
    reader.transport.close(lane); // and nothing was confirmed
    // The origin learns of it in its own time.
    let end = reader.after(SOON);
    loop {
        let lane = reader.lane(&rig);
        let ask = reader.ask_for(lane, &key, 0, TO_THE_END);
        match reader.answer() {
            (_, Answer::Data { claimed: true, .. }) => {
                let rest = reader.settle_data(ask, body.len);
                assert!(rest == body.bytes(0, body.len));
                return;
            }
            (_, Answer::Refused(refusal)) => {
                assert!(reader.transport.now() < end, "still claimed: {refusal:?}");
            }
            other => panic!("{other:?}"),
        }
        reader.transport.close(lane);
        reader.nothing(Duration::from_millis(20));
    }
}

pub(crate) fn what_is_wanted_no_more_loses_the_lane<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 14, len: MIB };
    let key = rig.put(body);
    let mut reader = Reader::new(&rig);
    let lane = reader.lane(&rig);
    reader.sink.closed = true;
    reader.ask_for(lane, &key, 0, TO_THE_END);
    assert!(matches!(reader.answer().1, Answer::Data { .. }));
    reader.loss(lane, SOON);
    reader.nothing(Duration::from_millis(50));
}

pub(crate) fn a_lane_is_closed_with_asks_on_their_way<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 15, len: 2 * MIB };
    let (key, pending) = (rig.put(body), rig.promise());
    for closed_after in 0..4 {
        let mut reader = Reader::new(&rig);
        let lane = reader.lane(&rig);
        reader.ask_for(lane, &key, 0, TO_THE_END);
        reader.ask(lane, &pending, What::Stat, SOON);
        for _ in 0..closed_after {
            reader.event(SOON);
        }
        reader.transport.close(lane);
        reader.nothing(Duration::from_millis(20));
        // Nothing of it turns up in what is asked for next, in this call or a later one.
        let lane = reader.lane(&rig);
        reader.check(lane, &key, body, 5, 99_999);
        drop(reader);
        let mut reader = Reader::new(&rig);
        let lane = reader.lane(&rig);
        reader.check(lane, &key, body, 6, 99_999);
    }
}

pub(crate) fn a_later_call_finds_a_warm_lane<R: Rig>() {
    let mut rig = R::start();
    let body = Body { seed: 16, len: 64 };
    let key = rig.put(body);
    for call in 0..10 {
        let mut reader = Reader::new(&rig);
        let (lane, warm) = reader.open(&rig, Purpose::Prompt);
        assert_eq!(warm, call > 0, "call {call}");
        reader.check(lane, &key, body, 0, TO_THE_END);
        reader.transport.close(lane);
    }
}

pub(super) const KIB: u64 = 1024;
pub(super) const MIB: u64 = 1024 * KIB;
