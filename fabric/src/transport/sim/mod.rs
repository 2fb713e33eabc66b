//! A network in memory, with a clock of its own, that a seed decides.
//!
//! ```text
//!  SimTransport ── lanes ──► connections ── a link: latency, rate, one lane's most ──► endpoints
//!        │                        │                                                       │
//!        └────────────── one queue of what happens, in the order of its time ─────────────┘
//! ```
//!
//! Time passes in [`Transport::next`](crate::transport::Transport::next) alone, from one thing that
//! happens to the next: an hour takes as long as what happens in it. What goes wrong is scheduled, or
//! drawn per connection, and [counted](Faults) when it has its effect.
//!
//! # Invariants
//!
//! * The same seed and the same calls give the same events at the same times.
//! * The endpoints of one network answer for the same objects, each over a route of its own.
//! * An [audited](SimTransport::audited) transport panics when it is asked for a byte that is on its
//!   way or has arrived: only those that were lost with their lane may be asked for again.

mod endpoint;
mod faults;
mod link;
mod rig;
mod rng;
mod transport;
mod world;

pub(crate) use faults::{Fault, Faults, Profile};
pub(crate) use link::Link;
pub(crate) use rng::Rng;
pub(crate) use transport::SimTransport;
pub(crate) use world::{Change, Net};
