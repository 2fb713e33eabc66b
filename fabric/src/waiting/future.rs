//! Futures of objects that are still to come.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use smallvec::SmallVec;
use wharf_shm::{Awaited, Begun, Copying, Deadline, Node, ObjectKey, Wait};

use super::elsewhere::{Errand, Task};
use super::wakers::Registration;
use crate::{Error, Fabric, Result, Ticket, View};

/// The future of [`Fabric::resolve_async`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Resolving {
    way: Way<View>,
    /// Once the object turned out to be exposed memory.
    copying: Option<Copying>,
}

/// The future of [`Fabric::wait_async`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct Waiting {
    way: Way<()>,
}

/// The future of [`Fabric::wait_any_async`].
#[derive(Debug)]
#[must_use = "futures do nothing unless polled"]
pub struct WaitingAny {
    way: Way<usize>,
}

/// How a future comes by its outcome.
#[derive(Debug)]
enum Way<T> {
    /// All of it is of this node.
    Here(Settling),
    /// A thread waits.
    Elsewhere(Errand<T>),
}

impl Resolving {
    pub(super) fn new(fabric: &Fabric, ticket: &Ticket, deadline: Deadline) -> Self {
        let way = Way::new(fabric, [ticket], deadline, move |fabric, tickets, goes_on| {
            let first = fabric.wait_first(tickets, deadline, goes_on)?;
            fabric.resolve(&tickets[first], deadline)
        });
        Self { way, copying: None }
    }

    /// The next step of a copy. In between, others get their turn: the future is polled again at once.
    fn step(&mut self, mut copying: Copying, waker: &Waker) -> Poll<Result<View>> {
        let Way::Here(Settling { deadline, .. }) = self.way else {
            return Poll::Ready(Err(Error::Memory(wharf_shm::Error::NothingAwaited)));
        };
        if deadline != Deadline::NOW && deadline.has_passed() {
            return Poll::Ready(Err(Error::Deadline));
        }
        if let Some(view) = copying.step()? {
            return Poll::Ready(Ok(View::new(view)));
        }
        self.copy_later(copying, waker)
    }

    fn copy_later(&mut self, copying: Copying, waker: &Waker) -> Poll<Result<View>> {
        self.copying = Some(copying);
        waker.wake_by_ref();
        Poll::Pending
    }
}

impl Future for Resolving {
    type Output = Result<View>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(copying) = self.copying.take() {
            return self.step(copying, context.waker());
        }
        let settling = match &mut self.way {
            Way::Here(settling) => settling,
            Way::Elsewhere(errand) => return errand.poll(context),
        };
        let begun = settling.poll_outcome(context, |settled, fabric| {
            let later = |node: &Node| node.begin_resolve(&settled.key);
            settled.by(Awaited::begin_resolve, fabric, later)
        });
        match ready!(begun)? {
            Begun::Done(view) => Poll::Ready(Ok(View::new(view))),
            Begun::Copying(copying) => self.copy_later(copying, context.waker()),
        }
    }
}

impl Waiting {
    pub(super) fn new(fabric: &Fabric, ticket: &Ticket, deadline: Deadline) -> Self {
        let way = Way::new(fabric, [ticket], deadline, move |fabric, tickets, goes_on| {
            let first = fabric.wait_first(tickets, deadline, goes_on)?;
            fabric.wait(&tickets[first], deadline)
        });
        Self { way }
    }
}

impl Future for Waiting {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let settling = match &mut self.way {
            Way::Here(settling) => settling,
            Way::Elsewhere(errand) => return errand.poll(context),
        };
        settling.poll_outcome(context, |settled, fabric| {
            let later = |node: &Node| node.wait(&settled.key, Deadline::NOW, Wait::Block);
            settled.by(Awaited::outcome, fabric, later)
        })
    }
}

impl WaitingAny {
    pub(super) fn new<'a>(
        fabric: &Fabric,
        tickets: impl IntoIterator<Item = &'a Ticket>,
        deadline: Deadline,
    ) -> Self {
        let way = Way::new(fabric, tickets, deadline, move |fabric, tickets, goes_on| {
            fabric.wait_first(tickets, deadline, goes_on)
        });
        Self { way }
    }
}

impl Future for WaitingAny {
    type Output = Result<usize>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.way {
            Way::Here(settling) => settling.poll(context).map_ok(|settled| settled.index),
            Way::Elsewhere(errand) => errand.poll(context),
        }
    }
}

impl<T: Send + 'static> Way<T> {
    /// `wait` does it, blocking, if any of these is elsewhere.
    fn new<'a>(
        fabric: &Fabric,
        tickets: impl IntoIterator<Item = &'a Ticket>,
        deadline: Deadline,
        wait: impl FnOnce(&Fabric, &[Ticket], &dyn Fn() -> bool) -> Result<T> + Send + Sync + 'static,
    ) -> Self {
        let tickets: SmallVec<[&Ticket; 1]> = tickets.into_iter().collect();
        if !tickets.iter().any(|ticket| fabric.is_elsewhere(ticket)) {
            return Self::Here(Settling::new(fabric, tickets, deadline));
        }
        let mut elsewhere = tickets.iter().filter(|ticket| fabric.is_elsewhere(ticket));
        let ways = elsewhere.try_for_each(|ticket| fabric.has_way(ticket));
        let tickets: Vec<Ticket> = tickets.into_iter().cloned().collect();
        let task = ways.map(|()| {
            let wait =
                move |fabric: &Fabric, goes_on: &dyn Fn() -> bool| wait(fabric, &tickets, goes_on);
            Box::new(wait) as Task<T>
        });
        Self::Elsewhere(Errand::new(fabric, task))
    }
}

/// An object that is pending no more.
struct Settled {
    /// Its place in the list.
    index: usize,
    key: ObjectKey,
    /// If it was waited for.
    object: Option<Awaited>,
}

impl Settled {
    /// What became of it: what was waited for knows even if its arena is gone.
    fn by<T>(
        &self,
        waited: impl Fn(&Awaited) -> wharf_shm::Result<T>,
        fabric: &Fabric,
        found: impl Fn(&Node) -> wharf_shm::Result<T>,
    ) -> wharf_shm::Result<T> {
        match self.object.as_ref().map(waited) {
            None | Some(Err(wharf_shm::Error::Vanished { .. })) => fabric.membership.with(found),
            Some(outcome) => outcome,
        }
    }
}

/// What all of them do on this node: wait until one of some objects is pending no more.
struct Settling {
    /// Only while it waits. Let go of before the fabric that it is of.
    registration: Option<Registration>,
    fabric: Fabric,
    /// Or why one of the tickets cannot be followed.
    keys: Result<SmallVec<[ObjectKey; 1]>>,
    deadline: Deadline,
}

impl Settling {
    fn new<'a>(
        fabric: &Fabric,
        tickets: impl IntoIterator<Item = &'a Ticket>,
        deadline: Deadline,
    ) -> Self {
        let keys = tickets.into_iter().map(|ticket| fabric.key_here(ticket)).collect();
        Self { registration: None, fabric: fabric.clone(), keys, deadline }
    }

    /// What `outcome` says of the object once it does not say that it is pending.
    fn poll_outcome<T>(
        &mut self,
        context: &mut Context<'_>,
        outcome: impl Fn(&Settled, &Fabric) -> wharf_shm::Result<T>,
    ) -> Poll<Result<T>> {
        loop {
            let settled = ready!(self.poll(context))?;
            match outcome(&settled, &self.fabric) {
                Err(wharf_shm::Error::Deadline | wharf_shm::Error::Claimed) => {}
                outcome => return Poll::Ready(Ok(outcome?)),
            }
        }
    }

    /// The first object that is pending no more.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Settled>> {
        let settled = match self.registration.take() {
            Some(registration) => self.go_on(registration, context.waker()),
            None => self.begin(context.waker()),
        };
        settled.transpose().map_or(Poll::Pending, Poll::Ready)
    }

    /// Registers, if all objects are pending.
    fn begin(&mut self, waker: &Waker) -> Result<Option<Settled>> {
        if self.keys.is_err() {
            // Said once: who polls again is told that there is nothing to wait for.
            std::mem::replace(&mut self.keys, Ok(SmallVec::new()))?;
        }
        let mut found = Vec::new();
        for (index, key) in self.keys().iter().enumerate() {
            match self.fabric.membership.awaited(key)? {
                Some(pending) => found.push(pending),
                None => return Ok(Some(Settled { index, key: *key, object: None })),
            }
        }
        let Some((membership, _)) = found.first() else {
            return Err(Error::Memory(wharf_shm::Error::NothingAwaited));
        };
        if self.deadline.has_passed() {
            return Err(Error::Deadline);
        }
        let wakers = &membership.wakers;
        let objects = found.into_iter().map(|(_, object)| object).collect();
        let registration = wakers.register(objects, self.deadline, waker)?;
        self.look(registration)
    }

    fn go_on(&mut self, registration: Registration, waker: &Waker) -> Result<Option<Settled>> {
        registration.renew(waker)?;
        self.look(registration)
    }

    /// Keeps the registration if there is still something to wait for.
    fn look(&mut self, registration: Registration) -> Result<Option<Settled>> {
        let objects = registration.objects();
        // Marked only now that it is put down: the ring that comes of the mark finds it there.
        if let Some(index) = objects.iter().position(|object| !object.watch()) {
            let object = Some(objects[index].clone());
            return Ok(Some(Settled { index, key: self.keys()[index], object }));
        }
        if self.deadline.has_passed() {
            return Err(Error::Deadline);
        }
        self.registration = Some(registration);
        Ok(None)
    }

    fn keys(&self) -> &[ObjectKey] {
        self.keys.as_deref().unwrap_or_default()
    }
}

impl fmt::Debug for Settling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects = self.keys.as_ref().map_or(0, |keys| keys.len());
        write!(f, "{objects} objects, waiting: {}", self.registration.is_some())
    }
}
