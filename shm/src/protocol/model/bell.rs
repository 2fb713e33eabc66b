//! Waiters and those who settle what they wait for.
//!
//! A futex's sleep ends, or never begins, exactly if its word changes from the value that the
//! sleeper gave. So nobody sleeps here: who would, says what he heard, and at the end, when nobody
//! will ring any more, that must not be the bell's last value.

use loom::sync::Mutex;

use super::*;

/// What the processes share.
struct Hall {
    slots: [AtomicU64; 2],
    bell: AtomicU64,
}

/// How a thread ended that waits.
#[derive(Clone, Copy, PartialEq)]
enum Ended {
    Served,
    /// Asleep, since the bell had this value.
    Asleep(u32),
}

impl Hall {
    fn new() -> Arc<Self> {
        let slot = || AtomicU64::new(SlotWord::new(1, State::Pending).bits());
        Arc::new(Self { slots: [slot(), slot()], bell: AtomicU64::new(0) })
    }

    fn seal<R: Rules<Word = AtomicU64>>(&self, slot: usize) {
        let found = settle::<R>(&self.slots[slot], 1, State::Sealed).expect("only one seals");
        if found.is_watched() {
            ring::<R>(&self.bell, || {});
        }
    }

    fn is_sealed(&self, slot: usize) -> bool {
        let word = SlotWord::from_bits(self.slots[slot].load(Ordering::Acquire));
        word.state() == Some(State::Sealed)
    }

    fn is_free(&self, slot: usize) -> bool {
        !SlotWord::from_bits(self.slots[slot].load(Ordering::Acquire)).is_unsettled(1)
    }

    /// Turns of a waiter until it is served, or sleeps on a bell that has not changed yet.
    fn turns<R: Rules<Word = AtomicU64>>(&self, is_served: impl Fn() -> bool) -> Ended {
        loop {
            let mut ended = Ended::Served;
            let look = || (!is_served()).then_some(());
            listen::<R, _>(&self.bell, look, |heard, ()| ended = Ended::Asleep(heard));
            match ended {
                Ended::Asleep(heard) if self.bell.load(Ordering::Relaxed) as u32 != heard => {}
                ended => return ended,
            }
        }
    }

    /// Until one of these is sealed.
    fn wait<R: Rules<Word = AtomicU64>>(&self, slots: &[usize]) -> Ended {
        if !slots.iter().all(|slot| watch::<R>(&self.slots[*slot], 1)) {
            return Ended::Served;
        }
        self.turns::<R>(|| slots.iter().any(|slot| self.is_sealed(*slot)))
    }

    /// What must hold of every waiter when all is sealed and rung.
    fn assert_not_asleep_for_ever(&self, ended: Ended) {
        let bell = self.bell.load(Ordering::Relaxed) as u32;
        assert!(ended != Ended::Asleep(bell), "a waiter sleeps, and nobody will ring any more");
    }
}

/// One waits for any of two objects, which are sealed one after the other.
fn any_of_two<R: Rules<Word = AtomicU64> + 'static>() {
    loom::model(|| {
        let hall = Hall::new();
        let theirs = hall.clone();
        let producer = thread::spawn(move || {
            theirs.seal::<R>(1);
            theirs.seal::<R>(0);
        });
        let ended = hall.wait::<R>(&[0, 1]);
        producer.join().expect("the producer");
        hall.assert_not_asleep_for_ever(ended);
    });
}

/// One waits for an object that another has marked.
fn marked_before<R: Rules<Word = AtomicU64> + 'static>() {
    loom::model(|| {
        let hall = Hall::new();
        assert!(watch::<R>(&hall.slots[0], 1), "nobody else is there yet");
        let theirs = hall.clone();
        let producer = thread::spawn(move || theirs.seal::<R>(0));
        let ended = hall.wait::<R>(&[0]);
        producer.join().expect("the producer");
        hall.assert_not_asleep_for_ever(ended);
    });
}

/// One thread lets another wait in its place: it puts down what is awaited, and marks it.
fn a_deputy<R: Rules<Word = AtomicU64> + 'static>(mark_first: bool) {
    loom::model(move || {
        let hall = Hall::new();
        let put_down = Arc::new(Mutex::new(false));
        let deputy = {
            let (hall, put_down) = (hall.clone(), put_down.clone());
            let is_served = move |hall: &Hall| *put_down.lock().unwrap() && hall.is_sealed(0);
            thread::spawn(move || hall.turns::<R>(|| is_served(&hall)))
        };
        let producer = {
            let hall = hall.clone();
            thread::spawn(move || hall.seal::<R>(0))
        };
        let mut pending = mark_first && watch::<R>(&hall.slots[0], 1);
        *put_down.lock().unwrap() = true;
        if !mark_first {
            pending = watch::<R>(&hall.slots[0], 1);
        }
        producer.join().expect("the producer");
        let ended = deputy.join().expect("the deputy");
        // What is settled already is seen by the thread itself.
        if pending {
            hall.assert_not_asleep_for_ever(ended);
        }
    });
}

/// One waits for an object that another has claimed, and lets go of.
fn claimed<R: Rules<Word = AtomicU64> + 'static>() {
    loom::model(|| {
        let hall = Hall::new();
        let word = SlotWord::claimed(1);
        hall.slots[0].store(word.bits(), Ordering::Release);
        let theirs = hall.clone();
        let claimant = thread::spawn(move || {
            let found = unclaim::<R>(&theirs.slots[0], 1).expect("only one lets go of it");
            if found.is_watched() {
                ring::<R>(&theirs.bell, || {});
            }
        });
        let ended = match watch::<R>(&hall.slots[0], 1) {
            true => hall.turns::<R>(|| hall.is_free(0)),
            false => Ended::Served,
        };
        claimant.join().expect("the claimant");
        hall.assert_not_asleep_for_ever(ended);
    });
}

#[test]
fn loom_every_ring_is_heard() {
    any_of_two::<Sound>();
    claimed::<Sound>();
    marked_before::<Sound>();
    a_deputy::<Sound>(false);
}

#[test]
fn loom_with_the_bell_read_after_the_look_a_waiter_sleeps_on() {
    must_fail(any_of_two::<BellLast>);
    must_fail(marked_before::<BellLast>);
    must_fail(claimed::<BellLast>);
}

#[test]
fn loom_marked_before_it_is_put_down_a_deputy_sleeps_on() {
    must_fail(|| a_deputy::<Sound>(true));
}
