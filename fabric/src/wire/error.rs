//! What can be wrong with a frame.

use super::MAX_BODY;

/// Why bytes are not a frame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FrameError {
    /// Of a kind that this version does not know. One that is `ignorable` can be passed over.
    #[error("a frame of the unknown kind {kind}")]
    Unknown { kind: u8, ignorable: bool },
    /// The header announces more than there may be.
    #[error("a frame of {length} bytes, where {MAX_BODY} are the most")]
    TooLong { length: usize },
    /// The body ends before all that it must have.
    #[error("a {frame} frame of only {found} bytes")]
    TooShort { frame: &'static str, found: usize },
    /// A value that cannot be.
    #[error("a {frame} frame whose {field} cannot be")]
    Field { frame: &'static str, field: &'static str },
}
