//! Pending objects that somebody asked for: who is to be told when they are settled.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::task::{Wake, Waker};

use wharf_shm::ObjectKey;

use super::poll::Bell;
use super::session::SessionId;
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
        let Some(registration) = membership.wakers.watch(object, &waker)? else { return Ok(false) };
        let waiting = Waiting { _registration: registration, sessions: vec![session] };
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

    /// The objects that were settled, with the sessions that wait for each.
    pub(super) fn settled(&mut self) -> Vec<(ObjectKey, Vec<SessionId>)> {
        let keys = std::mem::take(&mut *self.settled.keys());
        keys.into_iter()
            .filter_map(|key| Some((key, self.objects.remove(&key)?.sessions)))
            .collect()
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
