//! Waiting for objects that are still to come, one or many, blocking or by futures.
//!
//! ```text
//! wait        one object          sleeps on the object's own slot
//! wait_any    the first of many   sleeps on the node's bell
//! …_async     either              a future; one thread sleeps on the bell for all that wait
//!
//! on another node: its endpoint holds the question until the object is there, and a future has a
//! thread wait for the answer
//! ```
//!
//! Whoever settles an object wakes who waits for it: nothing is asked again and again. A dead
//! producer wakes nobody, so all who sleep look every tenth of a second whether producers live.

mod elsewhere;
mod future;
mod wakers;

#[cfg(test)]
mod tests;

use std::time::Duration;

use wharf_shm::{Awaited, Deadline, State, Wait};

pub(crate) use elsewhere::Helpers;
pub use future::{Resolving, Waiting, WaitingAny};
pub(crate) use wakers::{Registration, Wakers};

use crate::remote::Watched;
use crate::{Content, Error, Fabric, Result, Ticket};

impl Fabric {
    /// Whether the object is there, or still to come: `false` once it has ended, has failed, or
    /// its producer died before it was sealed. Waits for nothing and takes nothing.
    ///
    /// ```
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put(b"temperature")?;
    /// assert!(fabric.exists(&ticket)?);
    /// fabric.evict(&ticket)?;
    /// assert!(!fabric.exists(&ticket)?);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Why this ticket cannot be followed here.
    pub fn exists(&self, ticket: &Ticket) -> Result<bool> {
        match self.stat(ticket) {
            Ok(stat) => Ok(match stat.state {
                State::Pending => stat.owner_alive,
                state => state == State::Sealed,
            }),
            Err(Error::Evicted) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Waits until the object is sealed. It is not pinned, and one that ends `once` is left for a
    /// [`resolve`](Fabric::resolve).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let block = store.alloc(1000)?;
    /// let ticket = block.ticket();
    /// assert!(matches!(fabric.wait(&ticket, Deadline::NOW), Err(Error::Deadline)));
    /// block.seal()?;
    /// fabric.wait(&ticket, Duration::from_secs(5))?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resolve`](Fabric::resolve).
    pub fn wait(&self, ticket: &Ticket, deadline: impl Into<Deadline>) -> Result<()> {
        let deadline = deadline.into();
        if self.is_elsewhere(ticket) {
            return self.size(ticket, deadline).map(drop);
        }
        let key = self.key_here(ticket)?;
        Ok(self.membership.with(|node| node.wait(&key, deadline, self.wait))?)
    }

    /// Waits until the first of some objects is pending no more, and gives its place in the list. It
    /// was sealed, has failed or is gone: a [`resolve`](Fabric::resolve) says which. (Of a dead
    /// producer whose last object it was, nothing is left by then: it is *evicted*.) Where that holds
    /// of several, it is the first in the list; tickets after it were not looked at.
    ///
    /// Objects of other nodes may be among them: their endpoints are asked once, and answer when there
    /// is something to tell. One that cannot be reached by any of its routes counts as pending no more. Of
    /// several nodes each is heard in turn, every few milliseconds.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let (north, south) = (store.promise()?, store.promise()?);
    /// let mut tickets = vec![north.ticket(), south.ticket()];
    /// # let producer = std::thread::spawn(move || {
    /// #     south.put(b"first").and_then(|_| north.put(b"second")).unwrap();
    /// # });
    ///
    /// while !tickets.is_empty() {
    ///     let done = fabric.wait_any(&tickets, Duration::from_secs(5))?;
    ///     let ticket = tickets.swap_remove(done);
    ///     println!("{} bytes", fabric.resolve(&ticket, Duration::ZERO)?.len());
    /// }
    /// # producer.join().unwrap();
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Deadline`] if all are still pending; [`Error::OutOfTime`] if that of another node was not
    /// to be learned by then; [`Error::Memory`] if there are none; [`Error::WrongCapability`]; or why a
    /// ticket cannot be followed here.
    pub fn wait_any<'a>(
        &self,
        tickets: impl IntoIterator<Item = &'a Ticket>,
        deadline: impl Into<Deadline>,
    ) -> Result<usize> {
        self.wait_first(tickets, deadline.into(), || true)
    }

    /// Gives up, with [`Error::Deadline`], when it `goes_on` no more; asked only if an object is elsewhere.
    fn wait_first<'a>(
        &self,
        tickets: impl IntoIterator<Item = &'a Ticket>,
        deadline: Deadline,
        goes_on: impl Fn() -> bool,
    ) -> Result<usize> {
        let mut here = Here::default();
        let mut watched = Watched::default();
        for (index, ticket) in tickets.into_iter().enumerate() {
            if self.is_elsewhere(ticket) {
                watched.add(self, ticket, index, deadline)?;
                continue;
            }
            match self.membership.awaited(&ticket.key())? {
                Some((_, object)) => here.push(object, index),
                None => return Ok(index),
            }
        }
        if watched.is_empty() {
            return here.wait(deadline, self.wait);
        }
        let turn = if here.objects.is_empty() && watched.nodes() == 1 { LONE } else { TURN };
        while goes_on() {
            if let Some(index) = watched.step(turn)? {
                return Ok(index);
            }
            if here.objects.is_empty() {
                continue;
            }
            match here.wait(turn.into(), self.wait) {
                Err(Error::Deadline | Error::Claimed) => {}
                outcome => return outcome,
            }
        }
        Err(Error::Deadline)
    }

    /// [`resolve`](Fabric::resolve), as a future: it waits without blocking, under any executor.
    ///
    /// Nothing happens before it is polled. An object that ends `once` is taken in the poll that
    /// gives its view, and not before: a future that is dropped earlier has taken nothing, and the
    /// object is there for whoever comes next.
    ///
    /// Of exposed memory each poll copies 16 MiB, or takes some of the memory for that, and lets
    /// others have their turn before the next; the first does neither.
    ///
    /// Futures that wait are woken by a thread of the library, `wharf-wait`: one, whatever their
    /// number, which sleeps until there is something to do, gets no signals, and ends soon after
    /// nothing is waited for any more. In a forked child, futures give the error *forked*.
    ///
    /// For an object of another node a thread does the waiting, `wharf-far`: one for each such future,
    /// and 64 at most, beyond which a future has its turn when an earlier one is done. A dropped future's
    /// ends soon, but while bytes come: of what ends `once`, that is a delivery. To wait for many
    /// objects, one [`wait_any_async`](Fabric::wait_any_async) is better than many futures.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// # runtime.block_on(async {
    /// let (north, south) = (store.promise()?, store.promise()?);
    /// let both = [north.ticket(), south.ticket()]
    ///     .map(|ticket| fabric.resolve_async(&ticket, Duration::from_secs(5)));
    /// # std::thread::spawn(move || south.put(b"1").and_then(|_| north.put(b"2")).unwrap());
    /// for view in both {
    ///     println!("{} bytes", view.await?.len());
    /// }
    /// # Ok::<_, wharf::Error>(()) })?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The future gives what [`resolve`](Fabric::resolve) would, and [`Error::NoThread`].
    pub fn resolve_async(&self, ticket: &Ticket, deadline: impl Into<Deadline>) -> Resolving {
        Resolving::new(self, ticket, deadline.into())
    }

    /// [`get`](Fabric::get), as a future: see [`resolve_async`](Fabric::resolve_async). A value is
    /// decoded in the poll that gives it.
    ///
    /// # Errors
    ///
    /// The future gives what [`get`](Fabric::get) would, and [`Error::NoThread`].
    pub async fn get_async<T: Content + ?Sized>(
        &self,
        ticket: &Ticket,
        deadline: impl Into<Deadline>,
    ) -> Result<T::Resolved> {
        T::expect(ticket)?;
        T::read(self.resolve_async(ticket, deadline).await?)
    }

    /// [`wait`](Fabric::wait), as a future: see [`resolve_async`](Fabric::resolve_async).
    ///
    /// # Errors
    ///
    /// The future gives what [`wait`](Fabric::wait) would, and [`Error::NoThread`].
    pub fn wait_async(&self, ticket: &Ticket, deadline: impl Into<Deadline>) -> Waiting {
        Waiting::new(self, ticket, deadline.into())
    }

    /// [`wait_any`](Fabric::wait_any), as a future: see [`resolve_async`](Fabric::resolve_async).
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// # runtime.block_on(async {
    /// let (north, south) = (store.promise()?, store.promise()?);
    /// let tickets = [north.ticket(), south.ticket()];
    /// let first = fabric.wait_any_async(&tickets, Duration::from_secs(5));
    /// south.put(b"done")?; // by another process, at some time
    /// assert_eq!(first.await?, 1);
    /// # drop(north);
    /// # Ok::<_, wharf::Error>(()) })?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// The future gives what [`wait_any`](Fabric::wait_any) would, and [`Error::NoThread`].
    pub fn wait_any_async<'a>(
        &self,
        tickets: impl IntoIterator<Item = &'a Ticket>,
        deadline: impl Into<Deadline>,
    ) -> WaitingAny {
        WaitingAny::new(self, tickets, deadline.into())
    }
}

/// Those of this node among objects that are waited for.
#[derive(Default)]
struct Here {
    objects: Vec<Awaited>,
    /// Their places in the caller's list.
    indices: Vec<usize>,
}

impl Here {
    fn push(&mut self, object: Awaited, index: usize) {
        self.objects.push(object);
        self.indices.push(index);
    }

    fn wait(&self, deadline: Deadline, wait: Wait) -> Result<usize> {
        let first = Awaited::wait_any(&self.objects, deadline, wait)?;
        Ok(self.indices[first])
    }
}

/// How long each of several places where something may happen is heard before it is the next one's turn.
const TURN: Duration = Duration::from_millis(5);
/// How long the only such place is.
const LONE: Duration = Duration::from_millis(100);
