//! What all connections of an endpoint have in common.

use std::net::{IpAddr, TcpStream};
use std::sync::Arc;
use std::time::Instant;

use wharf_shm::NodeId;

use super::counters::Tally;
use super::held::Held;
use super::limits::Limits;
use super::pacing;
use super::source::Sources;
use super::timers::Timers;
use super::tokens::Tokens;
use crate::security::{Policy, PublicKey, Secret, Token, Trusted};
use crate::wire::{MAX_TOKENS, Welcome};

/// Belongs to the endpoint's thread.
pub(super) struct Common {
    pub(super) node: NodeId,
    /// Random, and another after each start.
    pub(super) endpoint: [u8; 16],
    pub(super) policy: Policy,
    pub(super) trusted: Trusted,
    pub(super) secret: Option<Secret>,
    pub(super) limits: Limits,
    pub(super) tally: Arc<Tally>,
    pub(super) tokens: Tokens,
    pub(super) sources: Sources,
    pub(super) held: Held,
    pub(super) timers: Timers,
    /// For pieces of files, and of exposed memory.
    pub(super) scratch: Box<[u8]>,
    /// The time at which this round began.
    pub(super) now: Instant,
}

impl Common {
    /// What is said to whoever connects, but for tokens.
    pub(super) fn welcome(&self, version: u16, socket: &TcpStream, answer: [u8; 16]) -> Welcome {
        let idle = u32::try_from(self.limits.idle.as_secs()).unwrap_or(u32::MAX);
        let (node, endpoint) = (self.node, self.endpoint);
        let (plain, steady) = (false, pacing::is_steady(socket));
        Welcome { version, plain, steady, idle, node, endpoint, answer, tokens: Vec::new() }
    }

    /// Whether a reader with this policy may have plain connections.
    pub(super) fn allows_plain(&self, from: IpAddr, theirs: Policy) -> bool {
        theirs != Policy::Always && self.policy.allows_plain(self.trusted.contains(from))
    }

    /// Tokens for as many plain connections, if there may be any.
    pub(super) fn issue(&mut self, count: usize, peer: PublicKey, from: IpAddr) -> Vec<Token> {
        self.tokens.issue(count.min(MAX_TOKENS), peer, from, self.now)
    }
}
