//! `wharf put`: a file or standard input becomes an object, and its ticket is printed.
//!
//! A source whose size is known is read straight into shared memory: one copy, the one that the
//! system makes. Any other is read into blocks of growing size, which become one in the end.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::AsFd;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use wharf::{Block, Fabric, Lifetime, Store, StoreOptions, Ticket};

use crate::args::Put;
use crate::human::Bytes;
use crate::output;

pub(crate) fn run(fabric: &Fabric, args: &Put) -> anyhow::Result<()> {
    let mut source = Source::open(&args.file, args.size)?;
    let lifetime = Lifetime::NODE.ending(args.lifetime);
    let store = fabric.store("wharf put", StoreOptions { lifetime, ..StoreOptions::default() })?;
    let ticket = match source.size {
        Some(size) => put_sized(&store, &mut source, size)?,
        None => put_stream(&store, &mut source)?,
    };
    if let Err(error) = output::write_out(format!("{ticket}\n").as_bytes()) {
        // Nobody could ever get it.
        fabric.evict(&ticket)?;
        bail!("cannot write the ticket to standard output, so nothing was put: {error}");
    }
    Ok(())
}

/// What to put.
struct Source {
    file: File,
    name: String,
    /// How many bytes are to be read, where that is known beforehand.
    size: Option<u64>,
}

impl Source {
    fn open(path: &Path, size: Option<u64>) -> anyhow::Result<Self> {
        let (name, file) = if path == Path::new("-") {
            ("standard input".to_owned(), io::stdin().as_fd().try_clone_to_owned().map(File::from))
        } else {
            (path.display().to_string(), File::open(path))
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
        Ok(Self { file, name, size })
    }

    /// Reads until `buffer` is full or the source ends; says how much there was.
    fn fill(&mut self, buffer: &mut [u8]) -> anyhow::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot read {}", self.name));
                }
            }
        }
        Ok(filled)
    }
}

/// Reads `size` bytes straight into a block. A source that has fewer or more is refused: half a
/// file is not what was asked for.
fn put_sized(store: &Store, source: &mut Source, size: u64) -> anyhow::Result<Ticket> {
    let name = source.name.clone();
    let mut block =
        store.alloc(usize::try_from(size)?).with_context(|| format!("cannot put {name}"))?;
    let found = source.fill(&mut block)?;
    ensure!(
        found as u64 == size,
        "{name} ended after {found} of {size} bytes: nothing was put. Was it cut while being read?"
    );
    let beyond = source.fill(&mut [0])?;
    ensure!(
        beyond == 0,
        "{name} has more than {size} bytes: nothing was put. Was it still growing?"
    );
    Ok(block.seal()?)
}

/// Reads until the source ends. The blocks it goes through are shared memory too, so that a source
/// without an end meets the store's capacity and not the system's out-of-memory killer.
fn put_stream(store: &Store, source: &mut Source) -> anyhow::Result<Ticket> {
    const FIRST: usize = 1 << 20;
    const LARGEST: usize = 1 << 26;
    let mut parts: Vec<(Block, usize)> = Vec::new();
    let mut total = 0;
    loop {
        let mut part = allocate(store, total.clamp(FIRST, LARGEST), source, total)?;
        let filled = source.fill(&mut part)?;
        total += filled;
        let ended = filled < part.len();
        parts.push((part, filled));
        if ended {
            break;
        }
    }
    let mut block = allocate(store, total, source, total)?;
    let mut rest = &mut block[..];
    for (part, filled) in parts {
        let (here, after) = rest.split_at_mut(filled);
        here.copy_from_slice(&part[..filled]);
        rest = after;
    }
    Ok(block.seal()?)
}

fn allocate(store: &Store, size: usize, source: &Source, read: usize) -> anyhow::Result<Block> {
    store.alloc(size).with_context(|| {
        format!("cannot put {}, of which {} were read", source.name, Bytes(read as u64))
    })
}
