//! Typed, lazy handles that travel as tickets.

use std::borrow::Borrow;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Content, Deadline, Error, Fabric, Result, Ticket};

/// A typed, lazy handle on an object: it travels as a ticket, and is resolved on first use, once.
///
/// Clones are the same handle: whichever is resolved first, all have it. What was resolved is held,
/// and an object's memory pinned, until the last clone is dropped. `T` is anything that is
/// [`Content`]: `[f64]` for plain elements in place, any serde value for a decoded one.
///
/// ```
/// # use std::time::Duration;
/// # use wharf::{Fabric, Options, Proxy, StoreOptions};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let private = tempfile::tempdir_in("/dev/shm")?;
/// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
/// #[derive(serde::Serialize, serde::Deserialize)]
/// struct Task {
///     name: String,
///     field: Proxy<[f64]>, // a few hundred bytes on the wire, whatever the field's size
/// }
///
/// let store = fabric.store("fields", StoreOptions::default())?;
/// let field = Proxy::from(store.put_slice(&[0.5; 1000])?);
/// let message = serde_json::to_string(&Task { name: "mean".into(), field })?;
///
/// // In another process:
/// let task: Task = serde_json::from_str(&message)?;
/// let field = task.field.bound_to(&fabric); // without this, by the process's own `Fabric::process`
/// let numbers: &[f64] = field.resolve(Duration::from_secs(5))?;
/// assert_eq!(numbers.iter().sum::<f64>(), 500.0);
/// # Ok(()) }
/// ```
pub struct Proxy<T: Content + ?Sized> {
    shared: Arc<Shared<T>>,
}

struct Shared<T: Content + ?Sized> {
    ticket: Ticket,
    /// `None` for the process's.
    fabric: Option<Fabric>,
    resolved: OnceLock<T::Resolved>,
    /// Whether somebody is resolving it.
    busy: Mutex<bool>,
    idle: Condvar,
}

impl<T: Content + ?Sized> Proxy<T> {
    fn new(ticket: Ticket, fabric: Option<Fabric>) -> Self {
        let (resolved, busy, idle) = (OnceLock::new(), Mutex::new(false), Condvar::new());
        Self { shared: Arc::new(Shared { ticket, fabric, resolved, busy, idle }) }
    }

    /// A handle on the same object that resolves it through `fabric`, and nothing resolved yet.
    #[must_use]
    pub fn bound_to(&self, fabric: &Fabric) -> Self {
        Self::new(self.ticket().clone(), Some(fabric.clone()))
    }

    /// The object's ticket.
    #[must_use]
    pub fn ticket(&self) -> &Ticket {
        &self.shared.ticket
    }

    /// The content, if it was resolved before.
    #[must_use]
    pub fn resolved(&self) -> Option<&T> {
        self.shared.resolved.get().map(Borrow::borrow)
    }

    /// The content: resolved now, or when it was first asked for. Threads that ask at the same time
    /// wait for the one that came first; an error is not remembered.
    ///
    /// # Errors
    ///
    /// As [`Fabric::get`]; [`Error::Deadline`] also while another thread is still resolving it.
    pub fn resolve(&self, deadline: impl Into<Deadline>) -> Result<&T> {
        if let Some(content) = self.resolved() {
            return Ok(content);
        }
        let deadline = deadline.into();
        let fabric = self.fabric()?;
        // In a forked child the turn may be a thread's that is not there.
        fabric.check()?;
        let _turn = self.shared.take_turn(deadline)?;
        if let Some(content) = self.resolved() {
            return Ok(content);
        }
        let content = fabric.get::<T>(self.ticket(), deadline)?;
        Ok(self.shared.resolved.get_or_init(|| content).borrow())
    }

    /// [`resolve`](Proxy::resolve), as a future that waits for a pending object without blocking:
    /// see [`Fabric::resolve_async`].
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Fabric, Options, Proxy, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    /// # runtime.block_on(async {
    /// let promise = store.promise()?;
    /// let field = Proxy::<[f64]>::from(promise.ticket()).bound_to(&fabric);
    /// # std::thread::spawn(move || promise.alloc_slice::<f64>(10)?.seal());
    /// assert_eq!(field.resolve_async(Duration::from_secs(5)).await?.len(), 10);
    /// # Ok::<_, wharf::Error>(()) })?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resolve`](Proxy::resolve), and [`Error::NoThread`].
    pub async fn resolve_async(&self, deadline: impl Into<Deadline>) -> Result<&T> {
        if let Some(content) = self.resolved() {
            return Ok(content);
        }
        let deadline = deadline.into();
        match self.fabric()?.wait_async(self.ticket(), deadline).await {
            Err(error @ Error::NoThread { .. }) => Err(error),
            // Gone it may be because another clone has just resolved it, and it ended with that.
            _ => self.resolve(deadline),
        }
    }

    fn fabric(&self) -> Result<Fabric> {
        self.shared.fabric.clone().map_or_else(Fabric::process, Ok)
    }
}

impl<T: Content + ?Sized> Shared<T> {
    /// Waits until nobody is resolving the object.
    fn take_turn(&self, deadline: Deadline) -> Result<Turn<'_>> {
        let mut busy = self.busy();
        while *busy {
            busy = match deadline.remaining() {
                None => self.idle.wait(busy).unwrap_or_else(|poison| poison.into_inner()),
                Some(left) if left.is_zero() => return Err(Error::Deadline),
                Some(left) => {
                    let woken = self.idle.wait_timeout(busy, left);
                    woken.unwrap_or_else(|poison| poison.into_inner()).0
                }
            };
        }
        *busy = true;
        Ok(Turn { busy: &self.busy, idle: &self.idle })
    }

    fn busy(&self) -> MutexGuard<'_, bool> {
        self.busy.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

/// The right to resolve, given back when dropped.
struct Turn<'a> {
    busy: &'a Mutex<bool>,
    idle: &'a Condvar,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.busy.lock().unwrap_or_else(|poison| poison.into_inner()) = false;
        self.idle.notify_one();
    }
}

impl<T: Content + ?Sized> From<Ticket> for Proxy<T> {
    /// A handle that resolves through [`Fabric::process`].
    fn from(ticket: Ticket) -> Self {
        Self::new(ticket, None)
    }
}

impl<T: Content + ?Sized> Clone for Proxy<T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<T: Content + ?Sized> Serialize for Proxy<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.ticket().serialize(serializer)
    }
}

impl<'de, T: Content + ?Sized> Deserialize<'de> for Proxy<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ticket::deserialize(deserializer).map(Self::from)
    }
}

impl<T: Content + ?Sized> fmt::Debug for Proxy<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.resolved().is_some() { "resolved" } else { "not resolved" };
        write!(f, "Proxy({}, {state})", std::any::type_name::<T>())
    }
}
