//! One object: its slot, resolving it, waiting for it, and the view that comes of it.

mod awaited;
pub(crate) mod resolve;
pub(crate) mod slot;
mod view;
mod wait;

pub use awaited::Awaited;
pub use view::View;
