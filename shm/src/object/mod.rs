//! One object: its slot, resolving it, and the view that comes of it.

mod resolve;
pub(crate) mod slot;
mod view;

pub use view::View;
