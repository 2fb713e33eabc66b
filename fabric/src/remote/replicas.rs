//! What this process keeps of other nodes' objects, for its node.

use std::sync::{Arc, Mutex, PoisonError};

use ring::digest::{SHA256, digest};
use wharf_shm::{Arena, ArenaOptions, NodeId, ObjectKey};

use crate::{Fabric, Result};

/// The name of an object's replica: it says nothing of the capability that is part of it.
#[derive(Clone, Copy)]
pub(super) struct Hash(pub(super) [u8; 16]);

impl Hash {
    pub(super) fn of(node: NodeId, key: &ObjectKey) -> Self {
        let mut named = Vec::with_capacity(80);
        named.extend_from_slice(b"wharf replica 1\n");
        named.extend_from_slice(node.as_bytes());
        named.extend_from_slice(key.arena.as_bytes());
        named.extend_from_slice(&key.slot.to_le_bytes());
        named.extend_from_slice(&key.generation.to_le_bytes());
        named.extend_from_slice(key.capability.as_bytes());
        let mut hash = [0; 16];
        hash.copy_from_slice(&digest(&SHA256, &named).as_ref()[..16]);
        Self(hash)
    }
}

/// The arena that they lie in, made when the first of them comes.
pub(super) struct Replicas {
    capacity: Option<u64>,
    arena: Mutex<Option<Arc<Arena>>>,
}

impl Replicas {
    pub(super) fn new(capacity: Option<u64>) -> Self {
        Self { capacity, arena: Mutex::default() }
    }

    pub(super) fn arena(&self, fabric: &Fabric) -> Result<Arc<Arena>> {
        let mut arena = self.arena.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(arena) = &*arena {
            return Ok(arena.clone());
        }
        let options = ArenaOptions {
            name: "replicas".into(),
            capacity: self.capacity,
            ..ArenaOptions::default()
        };
        Ok(arena.insert(fabric.create_arena(&options)?.into()).clone())
    }
}
