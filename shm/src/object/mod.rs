//! One object: its slot, resolving it, waiting for it, and the view that comes of it.

mod awaited;
mod copied;
mod lender;
pub(crate) mod resolve;
pub(crate) mod slot;
mod view;
mod wait;

pub use awaited::Awaited;
pub use copied::Copying;
pub(crate) use copied::Landing;
pub use resolve::Begun;
pub use view::View;
