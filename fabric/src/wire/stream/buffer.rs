//! What has arrived and was not taken, and what is to be sent.

use std::ops::Deref;

/// Bytes that have arrived: at most [`Inbound::SIZE`], in memory that is there only while they are.
#[derive(Debug, Default)]
pub(super) struct Inbound {
    bytes: Vec<u8>,
    taken: usize,
}

impl Inbound {
    /// Four of the largest frames fit.
    pub(super) const SIZE: usize = 16 << 10;

    /// How many more bytes fit; never 0 while less than a frame is there.
    pub(super) fn room(&mut self) -> usize {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        if self.bytes.capacity() < Self::SIZE {
            self.bytes.reserve_exact(Self::SIZE - self.bytes.len());
        }
        self.bytes.capacity() - self.bytes.len()
    }

    /// Where to append; what does not fit into the [room](Self::room) makes the buffer grow.
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Takes the first bytes; there must be as many.
    pub(super) fn take(&mut self, len: usize) -> &[u8] {
        let start = self.taken;
        self.taken += len;
        &self.bytes[start..self.taken]
    }

    /// Moves as many of the first bytes as there are, and fit.
    pub(super) fn take_into(&mut self, into: &mut [u8]) -> usize {
        let len = into.len().min(self.len());
        into[..len].copy_from_slice(self.take(len));
        len
    }

    /// Gives the memory back, if nothing is in it.
    pub(super) fn release(&mut self) {
        if self.is_empty() {
            *self = Self::default();
        }
    }

    /// Bytes of memory.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity()
    }
}

/// What was not taken yet.
impl Deref for Inbound {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.taken..]
    }
}

/// Bytes to be sent, in memory that is there only while they are, but for as much as a few frames take.
#[derive(Debug, Default)]
pub(super) struct Outbound {
    bytes: Vec<u8>,
    sent: usize,
}

impl Outbound {
    pub(super) const KEPT: usize = 512;

    /// Where to append.
    pub(super) fn end(&mut self) -> &mut Vec<u8> {
        if self.sent > 0 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
        if self.bytes.capacity() == 0 {
            self.bytes.reserve_exact(Self::KEPT);
        }
        &mut self.bytes
    }

    /// The first bytes have left.
    pub(super) fn leave(&mut self, len: usize) {
        self.sent += len;
        if self.is_empty() {
            self.bytes.clear();
            self.bytes.shrink_to(Self::KEPT);
            self.sent = 0;
        }
    }

    /// Gives the memory back, if nothing is in it.
    pub(super) fn release(&mut self) {
        if self.is_empty() {
            *self = Self::default();
        }
    }

    /// Bytes of memory.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.bytes.capacity()
    }
}

/// What has not left yet.
impl Deref for Outbound {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[self.sent..]
    }
}
