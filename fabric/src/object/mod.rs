//! One object, from writing it to reading it.
//!
//! ```text
//! Block ─ seal ─┐
//! Promise ──────┴▶ Ticket ──▶ View, Proxy
//! ```

mod block;
mod content;
mod exposed;
#[cfg(feature = "ndarray")]
mod ndarray;
mod promise;
mod proxy;
mod view;

pub use block::Block;
pub use content::Content;
pub use exposed::Exposed;
pub use promise::Promise;
pub use proxy::Proxy;
pub use view::View;

/// The alignment of every block: a cache line, and all that a vector register asks for.
pub(crate) const ALIGN: u64 = 64;

/// What a block of elements of type `T` is aligned to.
pub(crate) const fn align_of_elements<T>() -> u64 {
    let align = align_of::<T>() as u64;
    if align > ALIGN { align } else { ALIGN }
}
