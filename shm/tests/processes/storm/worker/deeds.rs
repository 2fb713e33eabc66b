//! What a worker's thread does, one thing at a time, and all that may come of it. Anything else
//! is a panic, and ends the storm.

use std::time::Duration;

use wharf_shm::{
    Arena, Capability, Deadline, End, Error, Lifetime, Node, ObjectKey, Scope, Sealed, Sweep, View,
    Wait,
};

use super::super::board::{Count, Note};
use super::{Thread, make_arena, open};
use crate::pattern;

/// Objects are no longer than this.
const LARGEST: u64 = 200_000;
/// A thread holds no more views than this.
const VIEWS: usize = 24;

impl Thread<'_> {
    /// The arena to use, and whether it is the one that is closed before long.
    fn some_arena(&mut self) -> Arena {
        if self.dice.one_in(3) { self.brief.clone() } else { self.arena.clone() }
    }

    fn some_node(&mut self) -> Node {
        if self.dice.one_in(3) { self.visitor.clone() } else { self.node.clone() }
    }

    fn some_len(&mut self) -> u64 {
        match self.dice.below(10) {
            0 => 0,
            1..5 => self.dice.below(300),
            5..8 => self.dice.below(20_000),
            _ => self.dice.below(LARGEST),
        }
    }

    fn some_life(&mut self) -> Lifetime {
        let scope = if self.dice.one_in(8) { Scope::Node } else { Scope::Process };
        let end = match self.dice.below(8) {
            0 | 1 => End::Once,
            2 => End::Lease(Duration::from_millis(self.dice.below(40))),
            _ => End::Evicted,
        };
        Lifetime { scope, end }
    }

    fn some_wait(&mut self) -> Wait {
        // Spinning for long takes the processor from everybody else.
        match self.dice.below(8) {
            0 => Wait::Spin,
            1..4 => Wait::Block,
            _ => Wait::Adaptive,
        }
    }

    /// What came of taking memory: `None`, and some is given back, where there is none.
    fn had<T>(&mut self, what: Result<T, Error>) -> Option<T> {
        match what {
            Ok(had) => Some(had),
            // The filesystem is everybody's: another test may have filled it.
            Err(Error::Full { .. } | Error::OutOfMemory { .. }) => {
                self.count(Count::Full);
                for _ in 0..4 {
                    self.evict_own();
                    self.drop_view();
                }
                self.finish();
                None
            }
            Err(other) => panic!("taking memory: {other}"),
        }
    }

    fn publish(&mut self, key: ObjectKey, seed: u64, len: u64, life: Lifetime, pending: bool) {
        let once = life.end == End::Once;
        let note = Note { key, seed, len, pending, once };
        self.role.board.write(&mut self.dice, &note);
    }

    pub(super) fn put(&mut self) {
        let (arena, len, life) = (self.some_arena(), self.some_len(), self.some_life());
        let seed = self.role.object();
        let Some(Sealed { key, .. }) = self.had(put(&arena, len, seed, life)) else { return };
        self.count(Count::Put);
        self.own.push(key);
        self.publish(key, seed, len, life, false);
    }

    /// Begins an object that others can wait for.
    pub(super) fn begin(&mut self) {
        let (arena, len, life) = (self.some_arena(), self.some_len(), self.some_life());
        let (seed, align) = (self.role.object(), 1 << self.dice.below(13));
        let Some(block) = self.had(arena.alloc(len, align, life)) else {
            return;
        };
        self.count(Count::Pending);
        self.publish(block.key(), seed, len, life, true);
        self.blocks.push((block, seed));
    }

    pub(super) fn promise(&mut self) {
        let (arena, len, life) = (self.some_arena(), self.some_len(), self.some_life());
        let seed = self.role.object();
        let Some(promise) = self.had(arena.promise(life)) else { return };
        self.count(Count::Pending);
        self.publish(promise.key(), seed, len, life, true);
        self.promises.push((promise, seed, len));
    }

    /// Seals, fails or drops what it began.
    pub(super) fn finish(&mut self) {
        if let Some(index) = self.dice.index(&self.promises) {
            let (promise, seed, len) = self.promises.swap_remove(index);
            match self.dice.below(4) {
                0 => may_be_closed(promise.fail(&complaint(seed))),
                1 => drop(promise),
                _ => match promise.alloc(len, 1) {
                    Ok(block) => self.blocks.push((block, seed)),
                    Err(Error::Full { .. } | Error::OutOfMemory { .. } | Error::Closed) => {}
                    Err(other) => panic!("keeping a promise: {other}"),
                },
            }
        }
        let Some(index) = self.dice.index(&self.blocks) else { return };
        let (mut block, seed) = self.blocks.swap_remove(index);
        pattern::fill(&mut block, seed);
        match self.dice.below(8) {
            0 => may_be_closed(block.fail(&complaint(seed))),
            1 => drop(block),
            _ => match block.seal() {
                Ok(sealed) => self.own.push(sealed.key),
                Err(Error::Closed) => {}
                Err(other) => panic!("sealing: {other}"),
            },
        }
    }

    pub(super) fn resolve(&mut self) {
        let Some(note) = self.role.board.read(&mut self.dice) else { return };
        let deadline = match self.dice.below(3) {
            0 => Deadline::NOW,
            _ => Deadline::after(Duration::from_millis(self.dice.below(30))),
        };
        let (node, wait) = (self.some_node(), self.some_wait());
        let what = match node.resolve(&note.key, deadline, wait) {
            Ok(view) => return self.has(view, &note),
            Err(Error::Evicted) => Count::Gone,
            Err(Error::Deadline) if note.pending => Count::Late,
            Err(Error::OwnerDied) if note.pending => Count::OwnerDied,
            Err(Error::Failed { message }) if note.pending => {
                let known = [
                    &*complaint(note.seed),
                    "its producer dropped it before sealing it",
                    "its store was closed before it was sealed",
                    // A message needs memory, too.
                    "",
                ];
                let starved = message.starts_with("its producer could get no memory for it: ");
                assert!(starved || known.contains(&&*message), "{note:?} failed: {message:?}");
                Count::Failed
            }
            Err(other) => panic!("resolving {note:?}: {other}"),
        };
        self.count(what);
    }

    fn has(&mut self, view: View, note: &Note) {
        assert_eq!(view.len() as u64, note.len, "the length of {note:?}");
        compare(&view, note.seed, "resolved");
        self.count(if note.pending { Count::Wait } else { Count::Resolve });
        if note.once {
            assert!(self.role.board.claim(note.seed), "{note:?} was resolved twice");
            self.count(Count::Once);
        }
        self.views.push((view, note.seed));
        if self.views.len() > VIEWS {
            self.drop_view();
        }
    }

    pub(super) fn drop_view(&mut self) {
        let Some(index) = self.dice.index(&self.views) else { return };
        let (view, seed) = self.views.swap_remove(index);
        compare(&view, seed, "held");
    }

    pub(super) fn evict_own(&mut self) {
        let Some(index) = self.dice.index(&self.own) else { return };
        let key = self.own.swap_remove(index);
        match self.arena.evict(&key) {
            Ok(()) => self.count(Count::EvictOwn),
            Err(Error::Evicted) => {}
            Err(other) => panic!("evicting its own: {other}"),
        }
    }

    pub(super) fn evict_other(&mut self) {
        let Some(note) = self.role.board.read(&mut self.dice) else { return };
        match self.some_node().evict(&note.key) {
            Ok(()) => self.count(Count::EvictOther),
            Err(Error::Evicted) => {}
            Err(Error::StillPending) if note.pending => {}
            Err(other) => panic!("evicting {note:?}: {other}"),
        }
    }

    pub(super) fn keep_secret(&mut self) {
        let (len, seed) = (self.dice.below(5000), self.role.object());
        if self.secret.len() > 8 {
            return self.look_at_secret();
        }
        let sealed = put(self.arena, len, seed, Lifetime::PROCESS);
        let Some(Sealed { key, .. }) = self.had(sealed) else { return };
        self.secret.push((key, seed));
    }

    /// What nobody else has heard of, nobody else has evicted.
    pub(super) fn look_at_secret(&mut self) {
        let Some(index) = self.dice.index(&self.secret) else { return };
        let (key, seed) = self.secret.swap_remove(index);
        match self.some_node().resolve(&key, Deadline::NOW, Wait::Block) {
            Ok(view) => compare(&view, seed, "secret"),
            Err(error) => panic!("a secret object, {key:?}: {error}"),
        }
        if let Err(error) = self.arena.evict(&key) {
            panic!("evicting a secret object, {key:?}: {error}");
        }
    }

    /// Keys that open nothing.
    pub(super) fn be_wrong(&mut self) {
        let Some(Note { key, .. }) = self.role.board.read(&mut self.dice) else { return };
        let mut bytes = *key.capability.as_bytes();
        bytes[self.dice.below(16) as usize] ^= 1 << self.dice.below(8);
        let wrong = ObjectKey { capability: Capability::from_bytes(bytes), ..key };
        let later = ObjectKey { generation: key.generation + 1_000_000, ..key };
        let never = Deadline::after(Duration::from_secs(5));
        match self.some_node().resolve(&wrong, never, Wait::Block) {
            Err(Error::WrongCapability | Error::Evicted) => {}
            other => panic!("resolving with a wrong capability: {other:?}"),
        }
        match self.some_node().resolve(&later, never, Wait::Block) {
            Err(Error::Evicted) => {}
            other => panic!("resolving with a wrong generation: {other:?}"),
        }
    }

    pub(super) fn renew(&mut self) {
        let Some(note) = self.role.board.read(&mut self.dice) else { return };
        let time = Duration::from_millis(self.dice.below(40));
        match self.some_node().renew(&note.key, time) {
            Ok(()) => self.count(Count::Renew),
            Err(Error::NotLeased | Error::Evicted) => {}
            Err(Error::StillPending) if note.pending => {}
            Err(other) => panic!("renewing {note:?}: {other}"),
        }
    }

    /// A child that does nothing, for a while or not; or that tries what it must not.
    pub(super) fn fork(&mut self) {
        self.count(Count::Fork);
        let milliseconds =
            [0, self.dice.below(20), self.dice.below(400)][self.dice.below(3) as usize];
        let key = self.own.first().copied();
        // SAFETY: the child makes calls that are refused before they take a lock, and system calls.
        let pid = unsafe { libc::fork() };
        assert!(pid >= 0, "cannot fork: {}", std::io::Error::last_os_error());
        if pid == 0 {
            let refused = key.is_none_or(|key| {
                matches!(self.node.resolve(&key, Deadline::NOW, Wait::Block), Err(Error::Forked))
                    && matches!(self.arena.evict(&key), Err(Error::Forked))
            });
            std::thread::sleep(Duration::from_millis(milliseconds));
            // SAFETY: ends the child at once.
            unsafe { libc::_exit(if refused { 0 } else { 1 }) };
        }
        // The others stay, and may outlive this process.
        if milliseconds < 20 {
            let mut status = 0;
            // SAFETY: waits for this thread's own child.
            unsafe { libc::waitpid(pid, &mut status, 0) };
            assert_eq!(status, 0, "a child was not refused, or fell");
        }
    }

    /// Leaves one membership or arena, and joins another. Views of the old stay.
    pub(super) fn begin_anew(&mut self) {
        if self.dice.one_in(2) {
            // Blocks of it that are left find it closed.
            self.brief.close().expect("an arena closes");
            self.brief = make_arena(&self.visitor);
            self.count(Count::Arena);
        } else {
            self.visitor = open();
            self.count(Count::Node);
        }
    }

    pub(super) fn look_around(&mut self) {
        self.count(Count::Sweep);
        match self.dice.below(3) {
            0 => drop(self.some_node().arenas().expect("arenas can be listed")),
            1 => {
                let what = if self.dice.one_in(4) { Sweep::All } else { Sweep::Dead };
                let report = self.some_node().sweep(what).expect("can be swept");
                assert_eq!(report.failed, 0, "{report:?}");
            }
            _ => {
                let Some(note) = self.role.board.read(&mut self.dice) else { return };
                match self.some_node().stat(&note.key) {
                    Ok(_) | Err(Error::Evicted) => {}
                    Err(other) => panic!("looking at {note:?}: {other}"),
                }
            }
        }
    }
}

fn put(arena: &Arena, len: u64, seed: u64, life: Lifetime) -> Result<Sealed, Error> {
    let mut block = arena.alloc(len, 1, life)?;
    pattern::fill(&mut block, seed);
    block.seal()
}

fn complaint(seed: u64) -> String {
    format!("object {seed} went wrong")
}

fn may_be_closed(outcome: Result<(), Error>) {
    match outcome {
        Ok(()) | Err(Error::Closed) => {}
        Err(other) => panic!("failing an object: {other}"),
    }
}

fn compare(view: &View, seed: u64, what: &str) {
    if let Some(word) = pattern::first_difference(view, seed) {
        let expected = pattern::mix(seed, word as u64).to_le_bytes();
        let found = &view[word * 8..view.len().min(word * 8 + 8)];
        panic!("torn: {what} {view:?}, seed {seed}, word {word}: {found:x?}, not {expected:x?}");
    }
}
