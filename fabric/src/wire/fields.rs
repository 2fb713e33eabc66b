//! Takes a body's fields one after the other.

use super::FrameError;

pub(super) struct Fields<'a> {
    frame: &'static str,
    rest: &'a [u8],
    /// How many bytes there were at the start.
    found: usize,
}

impl<'a> Fields<'a> {
    pub(super) fn new(frame: &'static str, body: &'a [u8]) -> Self {
        Self { frame, rest: body, found: body.len() }
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], FrameError> {
        let (field, rest) = self.rest.split_first_chunk().ok_or_else(|| self.too_short())?;
        self.rest = rest;
        Ok(*field)
    }

    pub(super) fn slice(&mut self, len: usize) -> Result<&'a [u8], FrameError> {
        let (field, rest) = self.rest.split_at_checked(len).ok_or_else(|| self.too_short())?;
        self.rest = rest;
        Ok(field)
    }

    pub(super) fn u8(&mut self) -> Result<u8, FrameError> {
        self.take().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Result<u16, FrameError> {
        self.take().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Result<u32, FrameError> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, FrameError> {
        self.take().map(u64::from_le_bytes)
    }

    /// That a field cannot be what it is.
    pub(super) fn wrong(&self, field: &'static str) -> FrameError {
        FrameError::Field { frame: self.frame, field }
    }

    fn too_short(&self) -> FrameError {
        FrameError::TooShort { frame: self.frame, found: self.found }
    }
}
