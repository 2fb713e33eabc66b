//! The floor of reading what another process exposes: `process_vm_readv`, and nothing around it.

use std::path::Path;

use super::{SharedPages, attach};
use crate::error::Result;
use crate::measure::Task;

/// Reads the same memory of another process into the same pages again and again.
#[derive(Debug)]
pub(crate) struct WarmAttach {
    pid: i32,
    address: u64,
    to: SharedPages,
}

impl WarmAttach {
    /// Into shared pages, each touched before.
    pub(crate) fn new(directory: &Path, pid: i32, address: u64, len: usize) -> Result<Self> {
        let mut to = SharedPages::new(directory, len)?;
        to.bytes_mut().fill(1);
        Ok(WarmAttach { pid, address, to })
    }
}

impl Task for WarmAttach {
    fn once(&mut self) -> Result<()> {
        attach(self.pid, self.address, self.to.bytes_mut())
    }
}
