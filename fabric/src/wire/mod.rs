//! What goes over a connection: frames, and the stream that carries them.
//!
//! ```text
//! ┌─────────── header, 16 bytes ───────────┐
//! │ length u32 │ kind u8 │ flags u8 │ 0 u16 │ id u64 │ body: `length` bytes, 4096 at most │
//! ```
//!
//! All numbers are little-endian. A reader sends [`Request`]s and an origin [`Reply`]s; an id is the
//! reader's name for an ask, and the reply to it has the same. The bytes of an object follow right
//! after the frame of their [`Reply::Data`], and are no part of its body.
//!
//! # Invariants
//!
//! * Encoding and parsing do no input or output, and take no memory but the caller's, and what the
//!   tokens of a [`Welcome`] need.
//! * Parsing is total: any bytes give a frame or a [`FrameError`] that says what is wrong with them.
//! * A body may be longer than what is known of it: newer peers append. A shorter one is malformed.

mod error;
mod fields;
#[cfg(fuzzing)]
pub mod fuzzing;
mod reply;
mod request;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use error::FrameError;
pub(crate) use reply::{Refused, Reply, Welcome};
pub(crate) use request::{Hello, Request};
pub(crate) use stream::{Frame, Stream, StreamError};

use fields::Fields;

/// The version of the frames that this is, and the oldest that it can speak with.
pub(crate) const VERSION: u16 = 1;
/// The bytes of a frame's header.
pub(crate) const HEADER: usize = 16;
/// The most bytes that a frame's body may have.
pub(crate) const MAX_BODY: usize = 4096;
/// The most bytes of text in a [`Reply::Refused`].
pub(crate) const MAX_TEXT: usize = 512;
/// The most tokens in one frame: with more, a [`Welcome`] would not fit.
pub(crate) const MAX_TOKENS: usize = 64;

/// Flag: a peer that does not know this kind of frame may ignore it.
const IGNORABLE: u8 = 1;

/// What stands before a frame's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// Bytes of the body; [`MAX_BODY`] at most.
    pub(crate) length: usize,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    /// Which ask it is, or belongs to.
    pub(crate) id: u64,
}

impl Header {
    pub(crate) fn to_bytes(self) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        bytes[..4].copy_from_slice(&(self.length as u32).to_le_bytes());
        bytes[4] = self.kind;
        bytes[5] = self.flags;
        bytes[8..].copy_from_slice(&self.id.to_le_bytes());
        bytes
    }

    pub(crate) fn parse(bytes: &[u8; HEADER]) -> Result<Self, FrameError> {
        let mut fields = Fields::new("header", bytes);
        let length = fields.u32()? as usize;
        let [kind, flags] = fields.take()?;
        let reserved = fields.u16()?;
        let id = fields.u64()?;
        if length > MAX_BODY {
            return Err(FrameError::TooLong { length });
        }
        if reserved != 0 {
            return Err(FrameError::Field { frame: "header", field: "reserved bytes" });
        }
        Ok(Self { length, kind, flags, id })
    }

    fn unknown(&self) -> FrameError {
        FrameError::Unknown { kind: self.kind, ignorable: self.flags & IGNORABLE != 0 }
    }
}

/// Appends a frame whose body is what `write` appends.
fn frame(out: &mut Vec<u8>, kind: u8, id: u64, write: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; HEADER]);
    write(out);
    let length = out.len() - start - HEADER;
    debug_assert!(length <= MAX_BODY, "what is written is bounded by its types");
    let header = Header { length, kind, flags: 0, id };
    out[start..start + HEADER].copy_from_slice(&header.to_bytes());
}
