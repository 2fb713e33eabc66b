//! Pending objects that somebody asked for: who is to be told when they are settled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use wharf_shm::{Awaited, ObjectKey};

use super::poll::Bell;
use super::session::SessionId;
use super::source::No;
use crate::Result;
use crate::membership::Membership;
use crate::waiting::Registration;

/// Objects that are waited for, each once, whoever asked.
pub(super) struct Held {
    membership: Arc<Membership>,
    objects: HashMap<ObjectKey, Waiting>,
    settled: Arc<Settled>,
}

/// Those who wait for one object.
struct Waiting {
    object: Awaited,
    /// Woken as long as it is there.
    _registration: Registration,
    sessions: Vec<SessionId>,
}

/// Where the thread that listens for settled objects leaves word.
struct Settled {
    keys: Mutex<Vec<ObjectKey>>,
    bell: Arc<Bell>,
}

impl Held {
    pub(super) fn new(membership: Arc<Membership>, bell: Arc<Bell>) -> Self {
        let settled = Settled { keys: Mutex::default(), bell };
        Self { membership, objects: HashMap::new(), settled: Arc::new(settled) }
    }

    /// Has a session told when an object is settled; `false` if it is already.
    pub(super) fn wait(&mut self, key: ObjectKey, session: SessionId) -> Result<bool> {
        if let Some(waiting) = self.objects.get_mut(&key) {
            if !waiting.sessions.contains(&session) {
                waiting.sessions.push(session);
            }
            return Ok(true);
        }
        let Some((membership, object)) = self.membership.awaited(&key)? else { return Ok(false) };
        let waker = Waker::from(Arc::new(OfObject { key, settled: self.settled.clone() }));
        let watched = membership.wakers.watch(object.clone(), &waker)?;
        let Some(registration) = watched else { return Ok(false) };
        let waiting = Waiting { object, _registration: registration, sessions: vec![session] };
        self.objects.insert(key, waiting);
        Ok(true)
    }

    /// A session waits for an object no more.
    pub(super) fn forget(&mut self, key: &ObjectKey, session: SessionId) {
        let Some(waiting) = self.objects.get_mut(key) else { return };
        waiting.sessions.retain(|other| *other != session);
        if waiting.sessions.is_empty() {
            self.objects.remove(key);
        }
    }

    /// The objects that were settled.
    pub(super) fn settled(&mut self) -> Vec<Ended> {
        let keys = std::mem::take(&mut *self.settled.keys());
        keys.into_iter().filter_map(|key| Some(self.objects.remove(&key)?.end(key))).collect()
    }
}

/// An object that was waited for.
pub(super) struct Ended {
    pub(super) key: ObjectKey,
    pub(super) sessions: Vec<SessionId>,
    /// Why there is nothing. Who looks later may find no more than that it is gone.
    pub(super) failed: Option<No>,
}

impl Waiting {
    fn end(self, key: ObjectKey) -> Ended {
        use wharf_shm::Error::{Failed, OwnerDied};
        let failed = match self.object.outcome() {
            Err(error @ (OwnerDied | Failed { .. })) => Some(No::from(error)),
            _ => None,
        };
        Ended { key, sessions: self.sessions, failed }
    }
}

impl Settled {
    fn keys(&self) -> std::sync::MutexGuard<'_, Vec<ObjectKey>> {
        self.keys.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

/// Wakes the endpoint for one object.
struct OfObject {
    key: ObjectKey,
    settled: Arc<Settled>,
}

impl Wake for OfObject {
    fn wake(self: Arc<Self>) {
        self.settled.keys().push(self.key);
        self.settled.bell.ring();
    }
}
