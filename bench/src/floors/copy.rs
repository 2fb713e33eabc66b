//! The floors of a put by copy: memcpy and a streaming copy, into pages like those that Wharf hands out.

use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::measure::Task;

use super::{SharedPages, memcpy, streaming};

/// Copies the source into the same destination again and again.
#[derive(Debug)]
pub(crate) struct WarmCopy<'a, M: Destination> {
    copy: fn(&mut [u8], &[u8]),
    from: &'a [u8],
    to: M,
}

impl<'a> WarmCopy<'a, SharedPages> {
    /// memcpy into shared pages, each touched before.
    pub(crate) fn memcpy(directory: &Path, from: &'a [u8]) -> Result<Self> {
        Self::shared(memcpy, directory, from)
    }

    /// Streaming stores into shared pages, each touched before.
    pub(crate) fn streaming(directory: &Path, from: &'a [u8]) -> Result<Self> {
        Self::shared(streaming, directory, from)
    }

    fn shared(copy: fn(&mut [u8], &[u8]), directory: &Path, from: &'a [u8]) -> Result<Self> {
        let mut to = SharedPages::new(directory, from.len())?;
        to.bytes_mut().fill(1);
        Ok(WarmCopy { copy, from, to })
    }
}

impl<'a> WarmCopy<'a, Vec<u8>> {
    /// memcpy into ordinary memory of this process, each page touched before.
    pub(crate) fn anonymous(from: &'a [u8]) -> Self {
        WarmCopy { copy: memcpy, from, to: vec![1; from.len()] }
    }
}

impl<M: Destination> Task for WarmCopy<'_, M> {
    fn once(&mut self) -> Result<()> {
        (self.copy)(self.to.memory(), self.from);
        Ok(())
    }
}

/// Copies the source into shared pages that are reserved, mapped and touched for the first time by the copy.
#[derive(Debug)]
pub(crate) struct ColdCopy<'a> {
    directory: PathBuf,
    from: &'a [u8],
    to: Option<SharedPages>,
}

impl<'a> ColdCopy<'a> {
    /// Reserves nothing yet.
    pub(crate) fn new(directory: &Path, from: &'a [u8]) -> Self {
        ColdCopy { directory: directory.to_owned(), from, to: None }
    }
}

impl Task for ColdCopy<'_> {
    fn once(&mut self) -> Result<()> {
        let to = self.to.insert(SharedPages::new(&self.directory, self.from.len())?);
        memcpy(to.bytes_mut(), self.from);
        Ok(())
    }

    fn between(&mut self) -> Result<()> {
        self.to = None;
        Ok(())
    }
}

/// Memory to copy into.
pub(crate) trait Destination {
    /// The bytes.
    fn memory(&mut self) -> &mut [u8];
}

impl Destination for SharedPages {
    fn memory(&mut self) -> &mut [u8] {
        self.bytes_mut()
    }
}

impl Destination for Vec<u8> {
    fn memory(&mut self) -> &mut [u8] {
        self
    }
}
