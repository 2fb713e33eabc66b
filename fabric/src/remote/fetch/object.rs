//! One object that is being fetched: which of its bytes are to be asked for, which have arrived.

use std::collections::VecDeque;

use super::{End, Fetched, Part, Place, Wanted};
use crate::transport::{Held, Refusal, What};

/// What is known of an object, and what is missing.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) wanted: Wanted,
    /// How long it is, once it was said or known.
    total: Option<u64>,
    note: Box<[u8]>,
    /// Its place has made room. Until then one ask at a time is on its way, unless it is known how many
    /// bytes are wanted.
    begun: bool,
    /// Nobody has been asked for these.
    todo: VecDeque<Piece>,
    /// So many bytes are that.
    left: u64,
    /// Where the last of the wanted ranges ends.
    reach: u64,
    /// Bytes that have not arrived.
    missing: u64,
    /// Bytes that are wanted, once that is known.
    needed: u64,
    /// It is among those of which there is something to ask for.
    pub(super) queued: bool,
    /// Asks on their way.
    pub(super) out: usize,
    once: Once,
    /// A claim was to be confirmed when its lane was lost.
    unconfirmed: bool,
    /// The peer said lately that it is not to be had yet, and why.
    pub(super) held: Option<Held>,
    /// Routes that are no good for this object.
    pub(super) shunned: Vec<usize>,
    pub(super) outcome: Option<Result<Fetched, End>>,
}

/// Bytes of an object that lie side by side, and where they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where they begin in the object.
    pub(super) from: u64,
    pub(super) len: u64,
    /// Where they begin in the place.
    pub(super) to: u64,
}

/// What is known of whether the object ends `once`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Once {
    /// It may or may not.
    Untold,
    /// It does: all of it is read by one ask.
    Told,
    /// It was read whole, and is to be confirmed.
    Claimed,
}

/// What an endpoint said with an answer that has bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    pub(super) total: u64,
    pub(super) offset: u64,
    pub(super) len: u64,
    pub(super) claimed: bool,
    pub(super) note: &'a [u8],
}

/// Why an answer is not taken.
#[derive(Debug)]
pub(super) enum Objection {
    /// The answer cannot be true: the lane is not to be trusted.
    Contradiction(&'static str),
    /// There is nothing more to do for this object.
    Over(End),
}

impl Object {
    pub(super) fn new(wanted: &Wanted) -> Self {
        let mut object = Self {
            wanted: wanted.clone(),
            total: wanted.total,
            note: Box::default(),
            begun: false,
            todo: VecDeque::new(),
            left: 0,
            reach: 0,
            missing: 0,
            needed: 0,
            queued: false,
            out: 0,
            once: Once::Untold,
            unconfirmed: false,
            held: None,
            shunned: Vec::new(),
            outcome: None,
        };
        if let Part::Ranges(ranges) = &wanted.part {
            object.reach = ranges.iter().map(|range| range.end).max().unwrap_or(0);
        }
        object.start();
        if let Some(Err(end)) = wanted.total.map(|total| object.fits(total)) {
            object.outcome = Some(Err(end));
        }
        object
    }

    /// Whether it is not to be waited for.
    pub(super) fn is_glance(&self) -> bool {
        self.wanted.part == Part::Glance
    }

    /// Everything that is wanted is to be asked for.
    fn start(&mut self) {
        self.todo.clear();
        match &self.wanted.part {
            Part::Whole => {
                let len = self.total.unwrap_or(u64::MAX);
                self.todo.push_back(Piece { from: 0, len, to: 0 });
            }
            Part::Glance => {}
            Part::Ranges(ranges) => {
                let mut to = 0;
                for range in ranges.iter().filter(|range| !range.is_empty()) {
                    let len = range.end - range.start;
                    self.todo.push_back(Piece { from: range.start, len, to });
                    to += len;
                }
            }
        }
        self.missing = self.todo.iter().map(|piece| piece.len).sum();
        (self.needed, self.left) = (self.missing, self.missing);
    }

    fn fits(&self, total: u64) -> Result<(), End> {
        if self.reach > total { Err(End::Beyond { total }) } else { Ok(()) }
    }

    /// Bytes that nobody has been asked for, as far as that is known.
    pub(super) fn left(&self) -> u64 {
        match self.total {
            None if self.wanted.part == Part::Whole => 0,
            _ => self.left,
        }
    }

    /// Bytes that have not arrived, as far as that is known.
    pub(super) fn missing(&self) -> Option<u64> {
        (self.total.is_some() || self.wanted.part != Part::Whole).then_some(self.missing)
    }

    /// Whether there is something to ask for now.
    pub(super) fn has_work(&self) -> bool {
        let has_room = self.begun || (self.wanted.part != Part::Whole && !self.todo.is_empty());
        let alone = !has_room || self.once != Once::Untold;
        self.outcome.is_none() && if alone { self.out == 0 } else { !self.todo.is_empty() }
    }

    /// What to ask for next: no more than `most` bytes if there is a choice.
    pub(super) fn take(&mut self, most: u64) -> (What, Piece) {
        self.out += 1;
        let small = self.wanted.once && self.total.is_some_and(|total| total <= FIRST);
        let claim = self.once == Once::Told || (!self.begun && small);
        if claim && self.wanted.part == Part::Whole {
            self.todo.clear();
            self.left = 0;
            let len = self.total.unwrap_or(u64::MAX);
            return (What::Read { offset: 0, len: u64::MAX }, Piece { from: 0, len, to: 0 });
        }
        let Some(front) = self.todo.front_mut() else {
            return (What::Read { offset: 0, len: 0 }, Piece { from: 0, len: 0, to: 0 });
        };
        let piece = Piece { len: front.len.min(most), ..*front };
        self.left -= piece.len;
        *front = Piece {
            from: front.from + piece.len,
            len: front.len - piece.len,
            to: front.to + piece.len,
        };
        if front.len == 0 {
            self.todo.pop_front();
        }
        (What::Read { offset: piece.from, len: piece.len }, piece)
    }

    /// What was asked for did not come, or only its first `landed` bytes did.
    pub(super) fn give_back(&mut self, piece: Piece, landed: u64) {
        self.out -= 1;
        if self.once != Once::Untold {
            self.unconfirmed |= self.once == Once::Claimed && landed == piece.len;
            self.once = Once::Told;
            self.start();
            return;
        }
        let from = piece.from + landed;
        self.left += piece.len - landed;
        let mut rest = Piece { from, len: piece.len - landed, to: piece.to + landed };
        if let Some(front) = self.todo.front().copied()
            && rest.from.checked_add(rest.len) == Some(front.from)
            && rest.to + rest.len == front.to
        {
            rest.len = rest.len.saturating_add(front.len);
            self.todo.pop_front();
        }
        if rest.len > 0 {
            self.todo.push_front(rest);
        }
    }

    /// Takes an answer to an ask for `piece`, after which bytes follow.
    pub(super) fn answered(
        &mut self,
        what: What,
        piece: Piece,
        said: Said<'_>,
        place: &mut dyn Place,
    ) -> Result<(), Objection> {
        let whole = what == What::Read { offset: 0, len: u64::MAX };
        self.agrees(said.total)?;
        let there = said.total.saturating_sub(piece.from).min(piece.len);
        if said.offset != piece.from || said.len != there {
            return Err(Objection::Contradiction("the bytes are not those asked for"));
        }
        if (said.claimed && !(whole && self.wanted.once))
            || (!said.claimed && self.once == Once::Told)
        {
            return Err(Objection::Contradiction("it is claimed otherwise than asked for"));
        }
        self.held = None;
        self.fits(said.total).map_err(Objection::Over)?;
        if !self.begun {
            self.begin(said, place)?;
        }
        if said.claimed {
            self.once = Once::Claimed;
        }
        Ok(())
    }

    /// Whether an answer is about the object that is wanted.
    fn agrees(&self, total: u64) -> Result<(), Objection> {
        match self.total {
            None => Ok(()),
            Some(known) if known == total => Ok(()),
            Some(_) if self.wanted.total == self.total => {
                Err(Objection::Over(End::Another { total }))
            }
            Some(_) => Err(Objection::Contradiction("it had another length before")),
        }
    }

    fn begin(&mut self, said: Said<'_>, place: &mut dyn Place) -> Result<(), Objection> {
        if self.total.is_none() && self.wanted.part == Part::Whole {
            (self.missing, self.needed) = (said.total, said.total);
            match self.todo.front_mut() {
                Some(rest) if rest.from < said.total => rest.len = said.total - rest.from,
                _ => self.todo.clear(),
            }
            self.left = self.todo.iter().map(|piece| piece.len).sum();
        }
        self.total = Some(said.total);
        self.note = said.note.into();
        place.begin(said.total, said.note).map_err(|why| Objection::Over(End::NoRoom(why)))?;
        let room = place.bytes().len() as u64;
        if room != self.needed {
            let why = format!("room for {room} bytes where {} are wanted", self.needed);
            return Err(Objection::Over(End::NoRoom(why)));
        }
        self.begun = true;
        Ok(())
    }

    /// Counts bytes that arrived.
    pub(super) fn arrived(&mut self, bytes: u64) {
        self.missing -= bytes;
    }

    /// How many bytes of those that are wanted have arrived.
    pub(super) fn here(&self) -> u64 {
        self.needed - self.missing
    }

    /// Everything that is wanted has arrived.
    pub(super) fn is_whole(&self) -> bool {
        self.begun && self.missing == 0
    }

    /// Any of its bytes can be asked for anywhere.
    pub(super) fn splits(&self) -> bool {
        self.begun && self.once == Once::Untold && self.outcome.is_none()
    }

    /// It is this call's alone, if the peer confirms that.
    pub(super) fn is_claimed(&self) -> bool {
        self.once == Once::Claimed
    }

    /// The peer said that it ends `once`, instead of giving bytes. Whether to read all of it.
    pub(super) fn ends_once(&mut self, total: u64) -> Result<(), Objection> {
        self.agrees(total)?;
        if self.once != Once::Untold || self.begun {
            return Err(Objection::Contradiction("it says that it ends once, and did not before"));
        }
        if !self.wanted.once || self.wanted.part != Part::Whole {
            return Err(Objection::Over(End::Once));
        }
        (self.once, self.total) = (Once::Told, Some(total));
        self.start();
        Ok(())
    }

    /// Whether nothing of it is wanted but to know that it stands.
    pub(super) fn wants_nothing(&self) -> bool {
        self.wanted.part != Part::Whole && self.missing == 0
    }

    /// What it means that the peer has it no more.
    pub(super) fn gone(&self, refusal: Refusal) -> End {
        match refusal {
            Refusal::Evicted if self.unconfirmed => End::Unconfirmed,
            refusal => End::Refused(refusal),
        }
    }

    /// Its length and note, for the outcome.
    pub(super) fn told(&mut self) -> (u64, Box<[u8]>) {
        (self.total.unwrap_or(0), std::mem::take(&mut self.note))
    }
}

/// As much as is asked for of an object of which nothing is known, and kept on its way at first.
pub(super) const FIRST: u64 = 4 << 20;
