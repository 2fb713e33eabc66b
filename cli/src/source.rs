//! What `wharf put` reads: a file or standard input, straight into shared memory.
//!
//! The holes of a sparse file are not read: the system would fill its cache with their zeros first.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use anyhow::{Context, ensure};
use rustix::fs::SeekFrom;
use rustix::io::Errno;
use wharf::{Block, Size, Store, Ticket};

use crate::progress::{Progress, STEP};
use crate::standard;
use crate::voice::Voice;

/// What to put.
pub(crate) struct Source {
    file: File,
    name: String,
    /// How many bytes are to be read, where that is known beforehand.
    size: Option<u64>,
    /// The file takes less room than it has bytes.
    is_sparse: bool,
}

impl Source {
    pub(crate) fn open(path: &Path, size: Option<u64>) -> anyhow::Result<Self> {
        let (name, file) = match path == Path::new("-") {
            true => ("standard input".to_owned(), standard::input()),
            false => (path.display().to_string(), File::open(path)),
        };
        let cannot_read = || format!("cannot read {name}");
        let mut file = file.with_context(cannot_read)?;
        let facts = file.metadata().with_context(cannot_read)?;
        ensure!(!facts.is_dir(), "{name} is a folder: put a file, or `tar c {name} | wharf put -`");
        let mut size = size;
        // The kernel's own files say that they are empty when they are not.
        if size.is_none() && facts.is_file() && facts.len() > 0 {
            let position = file.stream_position().with_context(cannot_read)?;
            size = Some(facts.len().saturating_sub(position));
        }
        let is_sparse = facts.is_file() && facts.blocks() * 512 < facts.len();
        Ok(Self { file, name, size, is_sparse })
    }

    /// Makes an object of all of it.
    pub(crate) fn put(mut self, store: &Store, voice: Voice) -> anyhow::Result<Ticket> {
        let mut progress = Progress::new(voice, &self.name, self.size);
        match self.size {
            Some(size) => self.put_sized(store, size, &mut progress),
            None => self.put_stream(store, &mut progress),
        }
    }

    /// Reads `size` bytes straight into a block. A source that has fewer or more is refused: half a
    /// file is not what was asked for.
    fn put_sized(
        &mut self,
        store: &Store,
        size: u64,
        progress: &mut Progress,
    ) -> anyhow::Result<Ticket> {
        let mut block = store
            .alloc(usize::try_from(size)?)
            .with_context(|| format!("cannot put {}", self.name))?;
        let found = match self.is_sparse {
            true => self.fill_around_holes(&mut block, progress)?,
            false => self.fill(&mut block, progress)?,
        };
        let name = &self.name;
        ensure!(
            found as u64 == size,
            "{name} ended after {found} of {size} bytes: nothing was put. Was it cut while being read?"
        );
        let beyond = self.fill(&mut [0], progress)?;
        let name = &self.name;
        ensure!(
            beyond == 0,
            "{name} has more than {size} bytes: nothing was put. Was it still growing?"
        );
        Ok(block.seal()?)
    }

    /// Reads until the source ends, into a block that grows. It is shared memory from the start, so
    /// that a source without an end meets the store's capacity and not the system's out-of-memory
    /// killer.
    fn put_stream(&mut self, store: &Store, progress: &mut Progress) -> anyhow::Result<Ticket> {
        const FIRST: usize = 2 << 20;
        const LARGEST_STEP: usize = 64 << 20;
        let mut block = self.allocate(store, FIRST, 0)?;
        let mut filled = 0;
        loop {
            filled += self.fill(&mut block[filled..], progress)?;
            if filled < block.len() {
                break;
            }
            let more = filled.min(LARGEST_STEP);
            if !block.extend(more).with_context(|| self.no_room(filled))? {
                // Something else lies behind it.
                let mut longer = self.allocate(store, filled + more, filled)?;
                longer.copy_from(&block);
                block = longer;
            }
        }
        block.truncate(filled)?;
        Ok(block.seal()?)
    }

    fn allocate(&self, store: &Store, size: usize, read: usize) -> anyhow::Result<Block> {
        store.alloc(size).with_context(|| self.no_room(read))
    }

    fn no_room(&self, read: usize) -> String {
        format!("cannot put {}, of which {} were read", self.name, Size(read as u64))
    }

    /// Reads what is data, and writes zeros where the holes are; says how much there was.
    fn fill_around_holes(
        &mut self,
        buffer: &mut [u8],
        progress: &mut Progress,
    ) -> anyhow::Result<usize> {
        let cannot_read = || format!("cannot read {}", self.name);
        let start = self.file.stream_position().with_context(cannot_read)?;
        let end = self.file.metadata().with_context(cannot_read)?.len();
        let whole = buffer.len().min(usize::try_from(end.saturating_sub(start))?);
        let mut filled = 0;
        while filled < whole {
            let position = start + filled as u64;
            let data = self.find(SeekFrom::Data(position), end)?;
            let hole = self.find(SeekFrom::Hole(data), end)?;
            let step = |to: u64| usize::try_from(to - start).map_or(whole, |to| to.min(whole));
            for zeros in buffer[filled..step(data)].chunks_mut(STEP) {
                zeros.fill(0);
                progress.advance(zeros.len());
            }
            let (data, hole) = (step(data), step(hole));
            self.file.seek(io::SeekFrom::Start(start + data as u64))?;
            filled = data + self.fill(&mut buffer[data..hole], progress)?;
            if filled < hole {
                break;
            }
        }
        Ok(filled)
    }

    /// Where the next data or hole begins; `end` if there is none before it.
    fn find(&self, what: SeekFrom, end: u64) -> anyhow::Result<u64> {
        match rustix::fs::seek(&self.file, what) {
            Ok(at) => Ok(at.min(end)),
            Err(Errno::NXIO) => Ok(end),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.name)),
        }
    }

    /// Reads until `buffer` is full or the source ends; says how much there was.
    fn fill(&mut self, buffer: &mut [u8], progress: &mut Progress) -> anyhow::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            let end = buffer.len().min(filled + STEP);
            match self.file.read(&mut buffer[filled..end]) {
                Ok(0) => break,
                Ok(read) => {
                    filled += read;
                    progress.advance(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot read {}", self.name));
                }
            }
        }
        Ok(filled)
    }
}
