//! A reader that waits for one thing at a time, and believes nothing.

use std::collections::HashMap;
use std::time::Duration;

use wharf_shm::ObjectKey;

use super::{Body, Rig};
use crate::transport::{
    Answer, Ask, AskId, Event, Failure, Landing, Lane, Peer, Purpose, Time, Transport, What,
};

/// One call's use of a rig's transport.
pub(crate) struct Reader<R: Rig> {
    pub(crate) transport: R::Transport,
    pub(crate) sink: Sink,
    lanes: u32,
    asks: u64,
}

impl<R: Rig> Reader<R> {
    pub(crate) fn new(rig: &R) -> Self {
        Self { transport: rig.transport(), sink: Sink::default(), lanes: 0, asks: 0 }
    }

    /// Begins to open a lane to the rig's origin.
    pub(crate) fn begin(&mut self, rig: &R, purpose: Purpose, within: Duration) -> Lane {
        self.begin_to(rig, rig.peer().0, purpose, within)
    }

    pub(crate) fn begin_to(
        &mut self,
        rig: &R,
        peer: Peer,
        purpose: Purpose,
        within: Duration,
    ) -> Lane {
        self.lanes += 1;
        let lane = Lane(self.lanes);
        let by = self.after(within);
        self.transport.open(lane, &peer, &rig.peer().1, purpose, by);
        lane
    }

    /// Opens a lane; whether it was warm.
    #[track_caller]
    pub(crate) fn open(&mut self, rig: &R, purpose: Purpose) -> (Lane, bool) {
        let lane = self.begin(rig, purpose, SOON);
        match self.event(SOON) {
            Some(Event::Opened { lane: opened, warm }) if opened == lane => (lane, warm),
            other => panic!("a lane was opened, and there came {other:?}"),
        }
    }

    pub(crate) fn lane(&mut self, rig: &R) -> Lane {
        self.open(rig, Purpose::Prompt).0
    }

    pub(crate) fn ask(&mut self, lane: Lane, key: &ObjectKey, what: What, hold: Duration) -> AskId {
        self.asks += 1;
        let id = AskId(self.asks);
        if let What::Read { offset, len } = what {
            self.sink.expect(id, offset, len);
        }
        self.transport.ask(lane, Ask { id, key: *key, what, hold });
        id
    }

    pub(crate) fn ask_for(&mut self, lane: Lane, key: &ObjectKey, offset: u64, len: u64) -> AskId {
        self.ask(lane, key, What::Read { offset, len }, Duration::ZERO)
    }

    /// What happens next. Fails unless the transport returns by the time that it is given.
    #[track_caller]
    pub(crate) fn event(&mut self, within: Duration) -> Option<Event> {
        let until = self.after(within);
        let event = self.transport.next(until, &mut self.sink);
        let late = self.transport.now().0.saturating_sub(until.0);
        assert!(late <= R::LATE, "it came back {late:?} late, with {event:?}");
        if let Some(Event::Arrived { ask, bytes, .. }) = &event {
            self.sink.arrived(*ask, *bytes);
        }
        event
    }

    /// The next answer, on whichever lane; told apart from signs of life and bytes of others.
    #[track_caller]
    pub(crate) fn answer(&mut self) -> (AskId, Answer) {
        loop {
            match self.event(SOON) {
                Some(Event::Answer { ask, answer, .. }) => return (ask, answer),
                Some(Event::Held { .. } | Event::Arrived { .. }) => {}
                other => panic!("an answer is due, and there came {other:?}"),
            }
        }
    }

    /// How a lane is lost, within a time: nothing else may happen but signs of life and bytes.
    #[track_caller]
    pub(crate) fn loss(&mut self, lane: Lane, within: Duration) -> Failure {
        let end = self.after(within);
        loop {
            let left = end.0.saturating_sub(self.transport.now().0);
            match self.event(left) {
                Some(Event::Lost { lane: lost, failure }) => {
                    assert_eq!(lost, lane);
                    return failure;
                }
                Some(Event::Held { .. } | Event::Arrived { .. }) => {}
                other => panic!("the loss of {lane:?} is due, and there came {other:?}"),
            }
        }
    }

    /// Nothing happens for a time, beside signs of life.
    #[track_caller]
    pub(crate) fn nothing(&mut self, within: Duration) {
        let end = self.after(within);
        loop {
            match self.event(end.0.saturating_sub(self.transport.now().0)) {
                None => return,
                Some(Event::Held { .. }) => {}
                Some(other) => panic!("nothing should have happened, but {other:?}"),
            }
        }
    }

    /// Takes answers, with their bytes, until every one of these asks has its own.
    #[track_caller]
    pub(crate) fn settle(&mut self, asks: &[AskId]) -> HashMap<AskId, Answer> {
        let mut answers = HashMap::new();
        let whole = |answers: &HashMap<AskId, Answer>, sink: &Sink| {
            asks.iter().all(|ask| match answers.get(ask) {
                Some(Answer::Data { len, .. }) => sink.parts[ask].bytes.len() as u64 == *len,
                Some(_) => true,
                None => false,
            })
        };
        while !whole(&answers, &self.sink) {
            match self.event(SOON) {
                Some(Event::Answer { ask, answer, .. }) => {
                    let again = answers.insert(ask, answer);
                    assert!(again.is_none(), "{ask:?} was answered twice");
                }
                Some(Event::Arrived { .. } | Event::Held { .. }) => {}
                other => panic!("answers are due, and there came {other:?}"),
            }
        }
        answers
    }

    /// Waits for all bytes of an ask that was answered with so many.
    #[track_caller]
    pub(crate) fn settle_data(&mut self, ask: AskId, len: u64) -> Vec<u8> {
        while (self.sink.parts[&ask].bytes.len() as u64) < len {
            match self.event(SOON) {
                Some(Event::Arrived { .. } | Event::Held { .. }) => {}
                other => panic!("bytes are due, and there came {other:?}"),
            }
        }
        self.sink.take(ask)
    }

    /// Reads a range, and fails unless it is what the body has there.
    #[track_caller]
    pub(crate) fn check(&mut self, lane: Lane, key: &ObjectKey, body: Body, at: u64, len: u64) {
        let ask = self.ask_for(lane, key, at, len);
        let answers = self.settle(&[ask]);
        let expected = body.bytes(at, len);
        match &answers[&ask] {
            Answer::Data { total, offset, len, claimed: false, .. } => {
                assert_eq!((*total, *offset, *len), (body.len, at, expected.len() as u64));
            }
            other => panic!("{at} and {len} more of {body:?} were answered by {other:?}"),
        }
        assert!(self.sink.take(ask) == expected, "{at} and {len} more of {body:?} came wrong");
    }

    pub(crate) fn after(&self, time: Duration) -> Time {
        Time(self.transport.now().0 + time)
    }
}

/// Room for what was asked for, in odd portions.
#[derive(Default)]
pub(crate) struct Sink {
    parts: HashMap<AskId, Part>,
    scratch: Vec<u8>,
    /// Whose bytes the scratch is for.
    lent: Option<AskId>,
    /// Nothing is wanted any more.
    pub(crate) closed: bool,
}

struct Part {
    offset: u64,
    len: u64,
    bytes: Vec<u8>,
}

/// More than any piece that a transport is likely to work in, and no multiple of one.
const PORTION: usize = 1_500_007;

impl Landing for Sink {
    fn room(&mut self, ask: AskId, at: u64, most: usize) -> &mut [u8] {
        if self.closed {
            return &mut [];
        }
        let part = self.parts.get(&ask).unwrap_or_else(|| panic!("nobody asked for {ask:?}"));
        assert_eq!(at, part.offset + part.bytes.len() as u64, "{ask:?} lands out of order");
        let end = (at - part.offset).checked_add(most as u64).unwrap();
        assert!(most > 0 && end <= part.len, "{most} bytes at {at} are outside of {ask:?}");
        self.lent = Some(ask);
        self.scratch.resize(PORTION, 0);
        &mut self.scratch[..most.min(PORTION)]
    }
}

impl Sink {
    /// Something was asked for.
    pub(crate) fn expect(&mut self, ask: AskId, offset: u64, len: u64) {
        self.parts.insert(ask, Part { offset, len, bytes: Vec::new() });
    }

    /// Takes over what has landed: `bytes` of the answer in all.
    #[track_caller]
    pub(crate) fn arrived(&mut self, ask: AskId, bytes: u64) {
        let part = self.parts.get_mut(&ask).unwrap();
        let more = bytes.checked_sub(part.bytes.len() as u64).unwrap() as usize;
        assert!(more > 0, "nothing new of {ask:?} has arrived");
        assert_eq!(self.lent.take(), Some(ask));
        part.bytes.extend_from_slice(&self.scratch[..more]);
    }

    /// What has arrived for an ask.
    pub(crate) fn take(&mut self, ask: AskId) -> Vec<u8> {
        self.parts.remove(&ask).map(|part| part.bytes).unwrap_or_default()
    }
}

/// Longer than anything here takes on a machine that is busy with other things.
pub(crate) const SOON: Duration = Duration::from_secs(30);
