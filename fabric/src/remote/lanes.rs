//! How many lanes gained something for a node: what one call found out, the next begins with.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wharf_shm::NodeId;

/// Remembers for as long as connections rest: a way may be another one later.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    known: Mutex<HashMap<NodeId, (usize, Instant)>>,
}

impl Lanes {
    /// How many to begin with.
    pub(super) fn to(&self, node: NodeId) -> usize {
        match self.known().get(&node) {
            Some((lanes, since)) if since.elapsed() < LIFE => *lanes,
            _ => 1,
        }
    }

    /// So many gained something just now.
    pub(super) fn learn(&self, node: NodeId, lanes: usize) {
        let mut known = self.known();
        if lanes <= 1 {
            known.remove(&node);
            return;
        }
        known.retain(|_, (_, since)| since.elapsed() < LIFE);
        known.insert(node, (lanes, Instant::now()));
    }

    fn known(&self) -> MutexGuard<'_, HashMap<NodeId, (usize, Instant)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long it is remembered.
const LIFE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_call_found_out_the_next_begins_with() {
        let (lanes, node) = (Lanes::default(), NodeId::from_bytes([1; 16]));
        assert_eq!(lanes.to(node), 1);
        lanes.learn(node, 48);
        assert_eq!(lanes.to(node), 48);
        assert_eq!(lanes.to(NodeId::from_bytes([2; 16])), 1);
        lanes.learn(node, 1);
        assert_eq!(lanes.to(node), 1);
    }
}
