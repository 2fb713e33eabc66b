//! Who gets an object that ends once, when some claim it and others take it.
//!
//! A claimant that lives keeps its claim against those who look whether it does; and whatever happens
//! to claims, exactly one gets the object.

use super::*;

/// What the processes share: an object, and the table that claimants mark their claims in.
struct Hall {
    slot: AtomicU64,
    mark: AtomicU64,
    epoch: AtomicU64,
}

/// Scans the one table there is.
struct Marks<'a>(&'a Hall);

impl<R: Rules<Word = AtomicU64>> Tables<R> for Marks<'_> {
    type Error = Infallible;

    fn epoch(&self) -> &AtomicU64 {
        &self.0.epoch
    }

    fn refresh(&mut self, _epoch: u64) -> Result<(), Infallible> {
        Ok(())
    }

    fn seen(&self) -> Option<u64> {
        Some(0)
    }

    fn each_pin(&mut self, found: &mut dyn FnMut(u64)) -> Result<(), Infallible> {
        found(self.0.mark.load(Ordering::Acquire));
        Ok(())
    }
}

/// In which order a claimant does what.
#[derive(Clone, Copy, PartialEq)]
enum Claimant {
    Sound,
    /// Its mark comes after the claim.
    MarksLate,
    /// It takes what it has claimed for its own, without an exchange.
    TrustsItsClaim,
}

impl Hall {
    fn new(word: SlotWord) -> Arc<Self> {
        let (slot, mark) = (AtomicU64::new(word.bits()), AtomicU64::new(0));
        Arc::new(Self { slot, mark, epoch: AtomicU64::new(0) })
    }

    fn claim(&self, how: Claimant) -> bool {
        let mark = Pin::claim(TAG, SLOT);
        let claim = || claim::<Sound>(&self.slot, 1);
        if how == Claimant::MarksLate {
            return claim() && pin::<Sound>(&self.mark, mark, &self.slot, |_| true).is_ok();
        }
        pin::<Sound>(&self.mark, mark, &self.slot, |_| claim()).is_ok()
    }

    /// Whether the object was the claimant's.
    fn confirm(&self, how: Claimant) -> bool {
        let confirmed = match how {
            Claimant::TrustsItsClaim => {
                let evicted = SlotWord::new(1, State::Evicted).bits();
                self.slot.store(evicted, Ordering::Release);
                true
            }
            _ => evict::<Sound>(&self.slot, 1, State::Sealed).is_ok(),
        };
        unpin::<Sound>(&self.mark);
        confirmed
    }

    /// Frees the object from a claim whose claimant is dead.
    fn look_after(&self) {
        if !SlotWord::from_bits(self.slot.load(Ordering::Acquire)).is_claimed() {
            return;
        }
        let mut lives = false;
        let mut found = |bits| lives |= Pin::slot_of(bits, Pin::claims_of(TAG)) == Some(SLOT);
        let Ok(()) = scan::<Sound, _>(&mut Marks(self), &mut found);
        if !lives {
            let _ = unclaim::<Sound>(&self.slot, 1);
        }
    }

    fn take(&self) -> bool {
        take::<Sound>(&self.slot, 1).is_ok()
    }
}

/// One claims the object and delivers it; another looks after the claim, and would take it.
fn living_claimant(how: Claimant) {
    loom::model(move || {
        let hall = Hall::new(SEALED);
        let theirs = hall.clone();
        let claimant = thread::spawn(move || {
            let claimed = theirs.claim(how);
            let confirmed = claimed && theirs.confirm(how);
            assert!(confirmed == claimed, "it lost its claim, and it lives");
            confirmed
        });
        hall.look_after();
        let took = hall.take();
        let confirmed = claimant.join().expect("the claimant");
        assert!(took != confirmed, "one gets it");
    });
}

/// One whose claim is dropped leaves the object to the other.
fn dropped_claim() {
    loom::model(|| {
        let hall = Hall::new(SEALED);
        let theirs = hall.clone();
        let claimant = thread::spawn(move || {
            if theirs.claim(Claimant::Sound) {
                let _ = unclaim::<Sound>(&theirs.slot, 1);
                unpin::<Sound>(&theirs.mark);
            }
        });
        hall.look_after();
        let took = hall.take();
        claimant.join().expect("the claimant");
        assert!(took || hall.take(), "it is there for another");
    });
}

/// The claimant is dead. Of two that see to it, one claims the object anew, and the other, who may
/// have looked before that, would take it.
fn dead_claimant(how: Claimant) {
    loom::model(move || {
        let hall = Hall::new(SlotWord::claimed(1));
        let theirs = hall.clone();
        let claimant = thread::spawn(move || {
            theirs.look_after();
            theirs.claim(how) && theirs.confirm(how)
        });
        hall.look_after();
        let took = hall.take();
        let confirmed = claimant.join().expect("the claimant");
        assert!(took != confirmed, "one gets it");
    });
}

#[test]
fn loom_exactly_one_gets_what_ends_once() {
    living_claimant(Claimant::Sound);
    dropped_claim();
    dead_claimant(Claimant::Sound);
}

#[test]
fn loom_marked_late_a_claim_is_lost_by_the_living() {
    must_fail(|| living_claimant(Claimant::MarksLate));
}

#[test]
fn loom_by_its_claim_alone_an_object_is_delivered_twice() {
    must_fail(|| dead_claimant(Claimant::TrustsItsClaim));
}
