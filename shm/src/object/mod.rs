//! One object: its slot, resolving it, waiting for it, and the view that comes of it.

mod awaited;
mod claim;
mod copied;
mod glance;
mod lender;
mod loan;
mod pulse;
pub(crate) mod resolve;
pub(crate) mod slot;
mod view;
mod wait;

pub use awaited::Awaited;
pub use claim::Claim;
pub use copied::Copying;
pub(crate) use copied::Landing;
pub use glance::Glance;
pub use loan::{Claimed, Loan};
pub use pulse::Pulse;
pub use resolve::Begun;
pub(crate) use resolve::{Ending, Terms};
pub use view::View;
