//! Memory that the program has already, as an object.

// Exposing is unsafe to call: nothing here can see what the program does with its memory.
#![allow(unsafe_code)]

use std::fmt;

use wharf_shm::Deadline;

use crate::form::Told;
use crate::{ArrayType, Fabric, Form, Result, Section, Store, Ticket};

/// Memory of this process's own that others read: an object until it is
/// [unexposed](Exposed::unexpose). [`Store::expose`] makes one.
///
/// Dropping it unexposes it, and waits for readers in the middle of a copy for a second at the
/// longest. Who reads on after that is stopped, or starved of processor time; what it reads is
/// handed to nobody.
pub struct Exposed {
    ticket: Ticket,
    memory: wharf_shm::Exposed,
}

impl Store {
    /// Makes an object of `len` bytes that this process has in its own memory, without copying them.
    ///
    /// Whoever resolves the ticket gets a copy, made by cross-memory attach (`process_vm_readv`)
    /// while this process goes on; all else is as with any object, but that its scope is always the
    /// process. The copy is made anew by each resolve: what many read is better put.
    ///
    /// Attaching works between processes of one user that see one another's pids, unless a security
    /// module or a container's profile forbids it. Each resolve tries one byte before it takes
    /// memory for all of them; where that fails, the error says what to change.
    ///
    /// Any memory will do that this process can read: from the heap, mapped, read-only, a stack's as
    /// long as the frame is there. That of devices mostly cannot be read by others. `NULL` is as good
    /// as any address for no bytes.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let mut field = vec![7_u8; 100_000]; // what a solver works on
    /// // SAFETY: the field is neither changed nor freed before it is unexposed.
    /// let exposed = unsafe { store.expose(field.as_ptr(), field.len()) }?;
    ///
    /// let view = fabric.resolve(exposed.ticket(), Deadline::NOW)?; // in any process of the node
    /// assert!(view.is_copy() && view.len() == 100_000);
    ///
    /// exposed.unexpose(Duration::from_secs(5))?; // waits for who is reading
    /// field[0] = 8;
    /// assert_eq!(view[0], 7);
    /// assert!(matches!(fabric.resolve(exposed.ticket(), Deadline::NOW), Err(Error::Evicted)));
    /// # Ok(()) }
    /// ```
    ///
    /// # Safety
    ///
    /// Until [`Exposed::unexpose`] has returned `Ok`, or the [`Exposed`] has been dropped, nobody
    /// changes, frees or unmaps the memory. Otherwise readers are handed a mix of old bytes, new
    /// bytes, and whatever this process has since put there; never another process's.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if that is no memory of this process, or the store has
    /// no room for the few bytes that say where it is, or is closed.
    pub unsafe fn expose(&self, memory: *const u8, len: usize) -> Result<Exposed> {
        // SAFETY: as the caller promises.
        unsafe { self.expose_as(memory, len as u64, &Form::Bytes) }
    }

    /// As [`expose`](Store::expose), of an array: readers [get](crate::Fabric::get) its elements.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{ArrayType, Deadline, Fabric, Options, Shape, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let temperature = vec![273.15_f64; 64 * 128];
    /// let array = ArrayType::of::<f64>(Shape::fortran([64, 128]))?;
    /// // SAFETY: it is that long, and is neither changed nor freed before it is unexposed.
    /// let exposed = unsafe { store.expose_array(temperature.as_ptr().cast(), array) }?;
    ///
    /// let copy = fabric.get::<[f64]>(exposed.ticket(), Deadline::NOW)?;
    /// assert_eq!((copy.len(), copy[8191]), (8192, 273.15));
    /// exposed.unexpose(Duration::from_secs(5))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Safety
    ///
    /// As [`expose`](Store::expose); the memory is [`array.size()`](ArrayType::size) bytes long.
    ///
    /// # Errors
    ///
    /// As [`expose`](Store::expose).
    pub unsafe fn expose_array(&self, memory: *const u8, array: ArrayType) -> Result<Exposed> {
        let len = array.size();
        // SAFETY: as the caller promises.
        unsafe { self.expose_as(memory, len, &Form::Array(array)) }
    }

    /// # Safety
    /// As [`expose`](Store::expose).
    unsafe fn expose_as(&self, memory: *const u8, len: u64, form: &Form) -> Result<Exposed> {
        let note = form.write();
        let end = self.lifetime().end;
        // SAFETY: as the caller promises.
        let memory = self.with(|arena| unsafe { arena.expose(memory, len, end, &note) })?;
        let size = len.to_le_bytes();
        let sections = [&note, &[Section::EXPOSED, size.len() as u8][..], &size].concat();
        let ticket = self.fabric().home().ticket(memory.key(), None, Told::from(&sections[..]));
        Ok(Exposed { ticket, memory })
    }
}

impl Fabric {
    /// Lets every process of this user read what this process [exposes](Store::expose), where the
    /// security module Yama lets only its ancestors (`kernel.yama.ptrace_scope` is 1).
    ///
    /// It lets them trace this process too, as any may where Yama does not stand in the way, and
    /// holds until the process ends. That is why it is never done unasked. Where there is no Yama it
    /// does nothing.
    ///
    /// ```
    /// wharf::Fabric::allow_attach()?; // once, by a program whose memory others are to read
    /// # Ok::<(), wharf::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory) if this process may not.
    pub fn allow_attach() -> Result<()> {
        Ok(wharf_shm::Node::allow_attach()?)
    }
}

impl Exposed {
    /// The object's ticket.
    #[must_use]
    pub fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// Ends the object: at once for new resolves. Then waits until nobody is in the middle of
    /// copying it, which is soon: who finds the object gone gives up. After this the memory may be
    /// changed and freed. Called again, it does nothing, or waits on.
    ///
    /// An object that has ended in another way, evicted by somebody or with its store, is to be
    /// unexposed all the same before its memory is changed.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`](crate::Error::Memory): with
    /// [`StillRead`](crate::MemoryError::StillRead) at the deadline, which names the processes that
    /// still read; with [`Vanished`](crate::MemoryError::Vanished) if the shared-memory directory was
    /// removed, so that nobody can say who reads; with [`Forked`](crate::MemoryError::Forked) in a
    /// forked child.
    pub fn unexpose(&self, deadline: impl Into<Deadline>) -> Result<()> {
        Ok(self.memory.unexpose(deadline.into())?)
    }
}

impl fmt::Debug for Exposed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exposed({} bytes)", self.memory.size())
    }
}
