//! Over TCP: the reader's side.
//!
//! ```text
//!                 ┌── Pool, one per process ───────────────────────────────┐
//!                 │ per address: warm connections, tokens, who answered    │
//!                 └──── take ▲ │ ▲ give back ──────────────────────────────┘
//!                            │ ▼ │
//!  fetch ── Transport ── Session, one per call ── poll ── sockets
//!                            └ per lane: Connection ── Book, what was asked
//!                                           └ Stream: frames, plain or TLS
//! ```
//!
//! A lane is a warm connection if there is one. Else it is a plain one, opened with a token of an
//! earlier encrypted one, where both sides allow it; else it is encrypted, and what is asked first goes
//! with the end of the handshake: an object comes after three round trips, on a plain connection after
//! two, on a warm one after one. For [`Bulk`](super::Purpose::Bulk) a plain connection is worth getting
//! a token for, by an encrypted one that then rests in the pool.
//!
//! # Invariants
//!
//! * What a peer sends is believed only as an answer to what was asked, and lands only within the range
//!   that was asked for. Anything else loses the lane.
//! * No call sleeps but in one `poll`, for no longer than is left.
//! * A forked child has the parent's descriptors, and uses none of them.

mod book;
mod connection;
mod failure;
mod lane;
mod pool;
mod prompt;
mod session;
#[cfg(test)]
mod tests;

pub(crate) use book::Came;
pub(crate) use pool::{Pool, Reading};
pub(crate) use prompt::Prompt;
pub(crate) use session::Session;
