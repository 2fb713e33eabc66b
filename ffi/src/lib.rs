//! The C ABI of Wharf: `libwharf` and `wharf.h`.
//!
//! ```text
//! C, C++, Fortran ─ wharf.h ─▶ guard ─▶ one file per C object ─▶ the crate `wharf`
//!                                │             │
//!                                error         handle, pointer: what C passed
//! ```
//!
//! The documentation of each function is written for the header, which cbindgen makes of these files.
//!
//! * No panic crosses (`guard`), and no pointer that came from C is used but in `pointer`.
//! * A handle is looked up, never dereferenced (`handle`).
//! * Outputs come last and are written on success only.
//! * Numbers of errors, of enumerations and of structures' fields are never given another meaning;
//!   `exports.map` lists what is exported since which version.

#![allow(non_camel_case_types, reason = "they are C's names")]
#![allow(
    clippy::missing_safety_doc,
    rustdoc::broken_intra_doc_links,
    reason = "the documentation is the header's: it says what each function asks of its caller, \
              by Doxygen's @param[in]"
)]

mod array;
mod block;
mod counters;
mod error;
mod exposed;
mod fabric;
mod guard;
mod handle;
mod lifetime;
mod names;
mod network;
mod node;
mod object;
mod pending;
mod pointer;
mod promise;
mod request;
mod settings;
mod store;
mod ticket;
mod version;
mod view;

pub use array::*;
pub use block::*;
pub use counters::*;
pub use error::{wharf_error_message, wharf_error_name, wharf_status};
pub use exposed::*;
pub use fabric::*;
pub use lifetime::*;
pub use names::*;
pub use network::*;
pub use node::*;
pub use object::*;
pub use promise::*;
pub use request::*;
pub use settings::*;
pub use store::*;
pub use ticket::*;
pub use version::*;
pub use view::*;
