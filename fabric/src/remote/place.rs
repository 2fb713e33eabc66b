//! Where fetched bytes land.

use wharf_shm::{Arena, Block, Deadline, Lifetime};

use super::fetch::Place;
use super::pulse::Heart;
use super::replicas::Hash;

/// A block of this process's own, which may become the node's replica.
pub(super) struct Landed<'a> {
    arena: &'a Arena,
    /// Under which name other processes of the node find it, from the first byte on, and what shows them
    /// that it comes; `None` if it is for this process alone.
    shared: Option<(Hash, &'a Heart)>,
    /// By when there has to be memory for it.
    deadline: Deadline,
    state: State,
}

pub(super) enum State {
    Waiting,
    Begun(Block),
    /// Somebody else is fetching the same: it is his that is used.
    Taken,
    NoRoom(wharf_shm::Error),
}

impl<'a> Landed<'a> {
    pub(super) fn new(
        arena: &'a Arena,
        shared: Option<(Hash, &'a Heart)>,
        deadline: Deadline,
    ) -> Self {
        Self { arena, shared, deadline, state: State::Waiting }
    }

    /// Another of the same kind.
    pub(super) fn again(&self) -> Self {
        Self::new(self.arena, self.shared, self.deadline)
    }

    /// Whether fetching is of any use.
    pub(super) fn wants_bytes(&self) -> bool {
        matches!(self.state, State::Waiting | State::Begun(_))
    }

    pub(super) fn finish(self) -> State {
        self.state
    }

    fn take(&self, total: u64, note: &[u8]) -> wharf_shm::Result<Block> {
        let arena = self.arena;
        if self.shared.is_none() && total <= AT_ONCE {
            return make_room(arena, || {
                arena.alloc_with_note(total, ALIGN, Lifetime::PROCESS, note)
            });
        }
        // The name before the memory: of many who want the same object, one takes memory for it.
        let mut promise = make_room(arena, || arena.promise(Lifetime::PROCESS))?;
        let key = promise.key();
        let published = self.shared.map_or(Ok(()), |(hash, heart)| {
            // And a pulse before the name: nobody finds it without.
            heart.set(promise.pulse());
            make_room(arena, || arena.publish_replica(&hash.0, &key))
        });
        let mut alloc = || promise.try_alloc_with_note(total, ALIGN, note, self.deadline);
        let block = published.and_then(|()| make_room(arena, &mut alloc));
        if block.is_err() {
            // It fails, and nobody needs to know why.
            drop(promise);
            let _ = arena.evict(&key);
        }
        block
    }
}

impl Place for Landed<'_> {
    fn begin(&mut self, total: u64, note: &[u8]) -> Result<(), String> {
        if matches!(self.state, State::Begun(_)) {
            return Ok(());
        }
        let mut taken = self.take(total, note);
        if let Err(wharf_shm::Error::NameBusy { .. }) = taken {
            // Whoever has the name in its hands has stopped with it.
            self.shared = None;
            taken = self.take(total, note);
        }
        match taken {
            Ok(block) => {
                self.state = State::Begun(block);
                Ok(())
            }
            Err(error) => {
                let said = error.to_string();
                self.state = match error {
                    wharf_shm::Error::NameTaken { .. } => State::Taken,
                    error => State::NoRoom(error),
                };
                Err(said)
            }
        }
    }

    fn bytes(&mut self) -> &mut [u8] {
        match &mut self.state {
            State::Begun(block) => block,
            _ => &mut [],
        }
    }
}

/// The caller's own memory.
pub(super) struct Lent<'a> {
    pub(super) bytes: &'a mut [u8],
}

impl Place for Lent<'_> {
    fn begin(&mut self, _: u64, _: &[u8]) -> Result<(), String> {
        Ok(())
    }

    fn bytes(&mut self) -> &mut [u8] {
        self.bytes
    }
}

/// Does it, evicting this process's replicas for as long as there is no room: those first that
/// nobody has used for the longest time.
fn make_room<T>(
    arena: &Arena,
    mut act: impl FnMut() -> wharf_shm::Result<T>,
) -> wharf_shm::Result<T> {
    use wharf_shm::Error::{Full, OutOfMemory};
    let mut oldest_first = None;
    loop {
        match act() {
            Err(error @ (Full { .. } | OutOfMemory { .. })) => {
                let oldest_first = match &mut oldest_first {
                    Some(list) => list,
                    none => none.insert(arena.replicas()?.into_iter()),
                };
                let Some(replica) = oldest_first.next() else { return Err(error) };
                tracing::debug!(bytes = replica.len, unused = ?replica.unused, "a replica makes room");
                // It may be gone already, by another thread's doing.
                let _ = arena.evict(&replica.key);
            }
            outcome => return outcome,
        }
    }
}

/// As for objects that are put: any element may lie there.
const ALIGN: u64 = 64;
/// Memory for so many bytes is there in milliseconds.
const AT_ONCE: u64 = 16 << 20;
