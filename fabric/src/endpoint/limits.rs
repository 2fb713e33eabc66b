//! How much a peer can make an endpoint do.

use std::time::Duration;

/// Limits on what peers can make an [endpoint](super) do and hold. Each is reached by nobody but
/// the one who asks for too much: the others go on being served.
///
/// | limit | built in | whoever reaches it |
/// | --- | --- | --- |
/// | `connections` | 8192, or half of the descriptors that the process may have | the one that was unused longest is closed for the new one |
/// | `unproven` | 256 | the oldest that has not proved who it is, is closed for the new one |
/// | `connections_per_peer` | 4096 | the new one is told that it is too many, and closed |
/// | `asks` | 256, and as many claims | is read from no further until some are answered |
/// | `tokens`, `tokens_per_peer` | 16384, 1024 | the oldest is void |
/// | `readers` | 1024 | the one that was counted first is counted no more |
/// | `handshake` | 5 s | is closed |
/// | `idle` | 60 s, and readers are told | is closed |
/// | `stall` | 20 s without taking a byte of what it asked for, or confirming what it has claimed | is closed |
/// | `hold` | an hour | is told that the object is still pending |
///
/// A peer that vanished without a word, behind a link that was cut, is noticed by the kernel after 20 s,
/// whether something is being sent to it or it is idle.
///
/// What waits to be sent to a connection is at most 64 KiB beside the object that is being sent,
/// which lies where it always does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Connections at once.
    pub(crate) connections: usize,
    /// Of these, those that have not yet proved who they are.
    pub(crate) unproven: usize,
    /// Those of one key: of all processes of one user on one node.
    pub(crate) connections_per_peer: usize,
    /// Requests of one connection that are not answered yet.
    pub(crate) asks: usize,
    /// Tokens that were handed out and not used.
    pub(crate) tokens: usize,
    /// Those handed out to one key.
    pub(crate) tokens_per_peer: usize,
    /// Readers whose bytes are counted one by one.
    pub(crate) readers: usize,
    /// From a connection's beginning until it has proved who it is.
    pub(crate) handshake: Duration,
    /// Without a request.
    pub(crate) idle: Duration,
    /// Without taking anything of what is being sent, or confirming what was.
    pub(crate) stall: Duration,
    /// The longest that a request is kept for a pending object.
    pub(crate) hold: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: descriptors().map_or(CONNECTIONS, |most| CONNECTIONS.min(most / 2)),
            unproven: 256,
            connections_per_peer: 4096,
            asks: 256,
            tokens: 16 << 10,
            tokens_per_peer: 1024,
            readers: 1024,
            handshake: Duration::from_secs(5),
            idle: Duration::from_secs(60),
            stall: Duration::from_secs(20),
            hold: Duration::from_secs(3600),
        }
    }
}

const CONNECTIONS: usize = 8192;

/// How many descriptors this process may have.
fn descriptors() -> Option<usize> {
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current?;
    usize::try_from(most).ok()
}
