//! Memory that a program already has, as an object: nothing is copied by who puts it.
//!
//! ```text
//! owner    expose ▶ a sealed slot; in the arena only where the bytes are     unexpose: waits for pins
//! reader            pin ▶ attach, copy ▶ was it the owner? still sealed? ▶ View
//! ```
//!
//! The object is like any other, but for its bytes: its slot says that it is exposed and how long
//! it is, and the memory that the slot names holds an [`Exposure`] and the object's note. How it is
//! read is in `object::copied`.
//!
//! - **The memory is the program's again when nobody reads it**: a reader's pin stands for as long
//!   as it copies, and [`Exposed::unexpose`] waits until there is none.
//! - **Who reads on all the same sees nothing of it**: what was copied is handed out only if the
//!   slot was sealed after the last byte. So a deadline that passes while a reader is stopped in the
//!   middle costs that reader the object, and nobody else anything.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Arena, ArenaInner, Block, mark_evicted, note_len};
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::fail::fail_point;
use crate::ids::ObjectKey;
use crate::layout::Exposure;
use crate::lifetime::{End, Lifetime, Scope};
use crate::protocol::State;
use crate::sys::attach;
use crate::sys::fork::Token;

/// Memory of this process's own that others read: an object until it is
/// [unexposed](Exposed::unexpose), and for as long not to be changed.
///
/// Dropping it unexposes it, and waits for readers in the middle of a copy for a second at the
/// longest. Who reads on after that is stopped, or starved of processor time; what it reads is
/// handed to nobody.
#[derive(Debug)]
pub struct Exposed {
    arena: Arc<ArenaInner>,
    key: ObjectKey,
    len: u64,
    /// Nobody reads it any more.
    ended: AtomicBool,
}

impl Arena {
    /// Makes an object of memory that this process has, without copying it, with a note as
    /// [`alloc_with_note`](Arena::alloc_with_note) keeps one. It is sealed at once, and its scope is
    /// the process.
    ///
    /// Who resolves it gets a copy, made by cross-memory attach (`process_vm_readv`). That works
    /// between processes of one user, in one pid namespace, where no security module forbids it;
    /// [`Error::Attach`] says what to change where it does not. Any memory that can be read will do:
    /// from the heap, mapped, read-only, a stack's as long as the frame is there. Memory of devices
    /// (mapped from a GPU, say) mostly cannot be read.
    ///
    /// # Safety
    /// Until [`Exposed::unexpose`] has returned `Ok`, or the [`Exposed`] has been dropped, nobody
    /// changes, frees or unmaps the memory. Otherwise readers are handed a mix of old bytes, new
    /// bytes, and whatever this process has since put there.
    ///
    /// # Errors
    /// [`Error::NotMemory`] if it cannot be read here either; [`Error::Attach`] if this process is
    /// not let at the system call; and as [`alloc_with_note`](Arena::alloc_with_note).
    pub unsafe fn expose(
        &self,
        memory: *const u8,
        len: u64,
        end: End,
        note: &[u8],
    ) -> Result<Exposed> {
        probe(memory, len)?;
        let note_len = note_len(note)?;
        let life = Lifetime { scope: Scope::Process, end };
        let (slot, begun) = {
            let mut owner = self.inner.owner()?;
            let size = Exposure::SIZE as u64 + u64::from(note_len);
            let (slot, begun) = owner.begin(life, note_len, |owner| owner.place(size, 1))?;
            // While the books are held nobody closes the arena, and settles the slot.
            self.inner.map.slot(slot)?.set_exposed();
            owner.count_bytes(len, 0);
            (slot, begun)
        };
        let mut block = Block::new(self.inner.clone(), slot, begun, life, note)?;
        let (witness_at, witness) = Token::witness();
        let exposure = Exposure { address: memory.addr() as u64, witness_at, witness };
        let description = exposure.to_bytes();
        block[..description.len()].copy_from_slice(&description);
        fail_point!("expose.described");
        let key = block.seal_exposed(len)?;
        Ok(Exposed { arena: self.inner.clone(), key, len, ended: AtomicBool::new(false) })
    }
}

impl Exposed {
    /// The object's key.
    pub fn key(&self) -> ObjectKey {
        self.key
    }

    /// The length of the memory.
    pub fn size(&self) -> u64 {
        self.len
    }

    /// Ends the object: at once for new resolves. Then waits until nobody is in the middle of
    /// copying it, which is soon: who finds the object gone gives up. After this the memory may be
    /// changed and freed. Called again, it does nothing, or waits on.
    ///
    /// # Errors
    /// [`Error::StillRead`] at the deadline, with who reads; [`Error::Vanished`] if the directory was
    /// removed, so that nobody can say who reads (and nobody new can find the object);
    /// [`Error::Forked`].
    pub fn unexpose(&self, deadline: Deadline) -> Result<()> {
        let node = &self.arena.node;
        node.check()?;
        if self.ended.load(Ordering::Acquire) {
            return Ok(());
        }
        match mark_evicted(&self.arena.map, &self.key) {
            // By a call before this one, by another process, or with the arena.
            Ok(()) | Err(Error::Evicted) => {}
            Err(error) => return Err(error),
        }
        fail_point!("unexpose.marked");
        self.wait_for_readers(deadline)?;
        self.ended.store(true, Ordering::Release);
        self.retire();
        Ok(())
    }

    /// Each reader that finds the object gone when it is done rings the bell. One that was killed
    /// does not, hence the slices.
    fn wait_for_readers(&self, deadline: Deadline) -> Result<()> {
        let mut slice = FIRST_SLICE;
        loop {
            let mut found = Ok(false);
            self.arena.node.directory.bell().listen(|| {
                found = self.is_read();
                let left = deadline.remaining().unwrap_or(slice).min(slice);
                (matches!(found, Ok(true)) && !left.is_zero()).then_some(left)
            });
            match found {
                Ok(true) if deadline.has_passed() => return self.tell_of_readers(),
                Ok(true) => slice = (slice * 2).min(LAST_SLICE),
                Ok(false) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Whether a pin names the object. The scan's fence comes after the mark, and so does whatever
    /// the caller then writes to the memory.
    fn is_read(&self) -> Result<bool> {
        let word = self.arena.map.slot(self.key.slot)?.word();
        if word.generation() != self.key.generation || word.state() != Some(State::Evicted) {
            // Evicted by another, it was reclaimed: a scan has found that nobody pins it.
            return Ok(false);
        }
        let node = &self.arena.node;
        let pinned = node.census().pinned(&node.directory, self.arena.map.tag)?;
        Ok(pinned.contains(self.key.slot))
    }

    fn tell_of_readers(&self) -> Result<()> {
        let node = &self.arena.node;
        let mut holders = node.census().holders(&node.directory, self.arena.map.tag)?;
        holders.retain(|(slot, _)| *slot == self.key.slot);
        holders.dedup();
        let pids: Vec<_> = holders.into_iter().map(|(_, pid)| pid).collect();
        if pids.is_empty() { Ok(()) } else { Err(Error::StillRead { pids }) }
    }

    /// What says where the memory is may be reused.
    fn retire(&self) {
        if let Ok(mut owner) = self.arena.owner() {
            owner.retire(self.key.slot, self.key.generation);
        }
    }
}

impl Drop for Exposed {
    fn drop(&mut self) {
        if !self.arena.node.record.is_ours() {
            return;
        }
        if let Err(error) = self.unexpose(Deadline::after(DROP_PATIENCE)) {
            tracing::warn!(%error, "exposed memory was dropped while it was read");
            self.retire();
        }
    }
}

/// Looks whether the first and the last byte can be read, by the call that readers use.
fn probe(memory: *const u8, len: u64) -> Result<()> {
    let address = memory.addr() as u64;
    let Some(last) = len.checked_sub(1) else { return Ok(()) };
    let is_readable = |at: u64| attach::read(std::process::id(), at, &mut [0]);
    let last = address.checked_add(last).filter(|_| len <= isize::MAX as u64);
    let Some(last) = last else { return Err(Error::NotMemory { address, len }) };
    match is_readable(address).and_then(|_| is_readable(last)) {
        Ok(_) => Ok(()),
        Err(error) if error.raw_os_error() == Some(libc::EFAULT) => {
            Err(Error::NotMemory { address, len })
        }
        Err(error) => Err(Error::attach(std::process::id(), error)),
    }
}

/// How long a drop waits for readers.
const DROP_PATIENCE: Duration = Duration::from_secs(1);
/// How long to listen for readers before looking whether they still are: at first, ...
const FIRST_SLICE: Duration = Duration::from_millis(1);
/// ... and at the longest.
const LAST_SLICE: Duration = Duration::from_millis(100);
