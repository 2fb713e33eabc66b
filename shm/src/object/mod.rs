//! One object: its slot, resolving it, waiting for it, and the view that comes of it.

mod awaited;
mod claim;
mod copied;
mod glance;
mod lender;
pub(crate) mod resolve;
pub(crate) mod slot;
mod view;
mod wait;

pub use awaited::Awaited;
pub use claim::Claim;
pub(crate) use copied::Landing;
pub use glance::Glance;
pub(crate) use resolve::{Ending, Terms};
pub use view::View;
