//! `wharf put --serve`: files, read by other nodes from where they lie.

mod audience;

use std::fs::{self, File};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use wharf::Fabric;

use self::audience::Audience;
use super::put::Report;
use crate::args::Put;
use crate::session::Session;
use crate::signals::Signals;

pub(crate) fn run(session: &Session, args: &Put) -> anyhow::Result<()> {
    let signals = Signals::catch()?;
    let fabric = session.serve(&args.listen)?;
    let mut shared = Vec::new();
    for file in &args.files {
        let size = share(session, &fabric, file, args.files.len() > 1)?;
        shared.push((file, size));
    }
    let mut audience = Audience::new(session.voice);
    while !signals.wait(Some(TICK))? {
        audience.look(&fabric.readers())?;
        for (file, stamp) in &shared {
            ensure!(
                *stamp == Stamp::of(file),
                "{} was changed while it was shared: its ticket is no good any more. Share it again",
                file.display()
            );
        }
    }
    audience.look(&fabric.readers())
}

/// Shares a file, and prints its ticket.
fn share(session: &Session, fabric: &Fabric, file: &Path, several: bool) -> anyhow::Result<Stamp> {
    let name = file.display();
    ensure!(name.to_string() != "-", "standard input cannot be shared: put it, or give a file");
    let opened = File::open(file).with_context(|| format!("cannot read {name}"))?;
    let ticket = fabric.share_file(opened).with_context(|| format!("cannot share {name}"))?;
    let stamp = Stamp::of(file);
    let said = session.voice.write(&Report::new(&ticket, file, None, several));
    said.context("cannot write the ticket to standard output")?;
    Ok(stamp)
}

/// What of a file is another after most changes. (The library notices all, whenever the file is read.)
#[derive(PartialEq)]
struct Stamp(Option<(u64, u64, i64, i64)>);

impl Stamp {
    fn of(file: &Path) -> Self {
        let facts = fs::metadata(file).ok();
        Self(facts.map(|facts| (facts.ino(), facts.len(), facts.mtime(), facts.mtime_nsec())))
    }
}

/// Between two looks at who reads.
const TICK: Duration = Duration::from_millis(250);
