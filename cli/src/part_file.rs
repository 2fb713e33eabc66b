//! A file that arrives by parts, and goes on from where it was when what wrote it is interrupted.
//!
//! ```text
//! .FILE.wharf-part   the object's bytes │ up to a whole page │ magic, object, total, done
//!                    └── done ──┘ are there, and on disk
//! ```
//!
//! It has that name once there is something to go on with, so that whatever ends what writes it before leaves nothing.
//! Of whom the bytes are is written behind them, so that only the same object is gone on with; what
//! is there of another is written over. Once all bytes are there the file is cut to them and takes
//! its place by a rename. Objects do not change, so that bytes which came yesterday are today's.

use std::fs::{self, File, Permissions};
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::{FallocateFlags, FlockOperation};
use rustix::io::Errno;
use wharf::Ticket;

use crate::output_file::{
    beside, folder_of, has_no_unnamed, is_busy, is_taken, link, named, unnamed,
};

pub(crate) struct PartFile {
    file: File,
    part: PathBuf,
    path: PathBuf,
    permissions: Option<Permissions>,
    total: u64,
    there: Mutex<There>,
}

/// What has arrived.
struct There {
    /// Everything before this.
    done: u64,
    /// Beyond that, what came before its turn.
    early: Vec<Range<u64>>,
    /// It is there to be found.
    has_name: bool,
}

impl PartFile {
    /// The file on its way to `path`, of which some may be there already.
    pub(crate) fn open(
        path: PathBuf,
        permissions: Option<Permissions>,
        ticket: &Ticket,
        total: u64,
    ) -> io::Result<Self> {
        let part = part_of(&path);
        let with = |file, done, has_name| {
            let there = Mutex::new(There { done, early: Vec::new(), has_name });
            Self { file, part: part.clone(), path: path.clone(), permissions, total, there }
        };
        if part.exists() {
            let file = named(&part)?;
            if let Some(done) = read_trailer(&file, ticket, total) {
                return Ok(with(file, done, true));
            }
            fs::remove_file(&part)?;
        }
        let (file, has_name) = match unnamed(folder_of(&path)) {
            Err(error) if has_no_unnamed(&error) => (named(&part)?, true),
            file => (file?, false),
        };
        // Whoever finds it once it has a name finds it taken.
        let _ = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive);
        let part = with(file, 0, has_name);
        match start(&part.file, ticket, total) {
            Ok(()) => Ok(part),
            Err(error) => {
                part.interrupted();
                Err(error)
            }
        }
    }

    /// So many bytes, from the first on, have arrived.
    pub(crate) fn done(&self) -> u64 {
        self.there.lock().unwrap_or_else(PoisonError::into_inner).done
    }

    /// Writes what has arrived at a place, by any of several threads.
    pub(crate) fn write(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all_at(bytes, at)?;
        // What is noted as there must be there, also if the machine stops.
        self.file.sync_data()?;
        let mut there = self.there.lock().unwrap_or_else(PoisonError::into_inner);
        if there.arrived(at..at + bytes.len() as u64) {
            self.file.write_all_at(&there.done.to_le_bytes(), trailer_at(self.total) + DONE)?;
            if !there.has_name {
                link(&self.file, &self.part).map_err(|error| match is_taken(&error) {
                    true => is_busy(&self.part),
                    false => error,
                })?;
                there.has_name = true;
            }
        }
        Ok(())
    }

    /// Lets it take its place, complete.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.file.set_len(self.total)?;
        if let Some(permissions) = &self.permissions {
            self.file.set_permissions(permissions.clone())?;
        }
        self.file.sync_all()?;
        fs::rename(&self.part, &self.path)
    }

    /// What to say when it was interrupted; what holds nothing is removed.
    pub(crate) fn interrupted(&self) -> Option<String> {
        let (done, total) = (wharf::Size(self.done()), wharf::Size(self.total));
        if done.0 == 0 {
            self.abandon();
            return None;
        }
        let part = self.part.display();
        Some(format!("{done} of {total} are in {part}: the same command goes on from there"))
    }

    /// Leaves nothing of it: there will be no more.
    pub(crate) fn abandon(&self) {
        // Where files without a name can be had, what holds nothing has none.
        if self.there.lock().unwrap_or_else(PoisonError::into_inner).has_name {
            let _ = fs::remove_file(&self.part);
        }
    }
}

impl There {
    /// Whether there is more now without a gap.
    fn arrived(&mut self, range: Range<u64>) -> bool {
        let before = self.done;
        self.early.push(range);
        self.early.sort_by_key(|range| range.start);
        while self.early.first().is_some_and(|first| first.start <= self.done) {
            self.done = self.done.max(self.early.remove(0).end);
        }
        self.done > before
    }
}

/// An empty file of the right size, if the disk has room for it.
fn start(file: &File, ticket: &Ticket, total: u64) -> io::Result<()> {
    let at = trailer_at(total);
    let trailer = trailer(ticket, total);
    let len = at + trailer.len() as u64;
    file.set_len(0)?;
    match rustix::fs::fallocate(file, FallocateFlags::empty(), 0, len) {
        Ok(()) => {}
        Err(Errno::OPNOTSUPP | Errno::INVAL | Errno::NOSYS) => file.set_len(len)?,
        Err(error) => return Err(error.into()),
    }
    file.write_all_at(&trailer, at)
}

/// How much of this object is there, if it is this one.
fn read_trailer(file: &File, ticket: &Ticket, total: u64) -> Option<u64> {
    let expected = trailer(ticket, total);
    let at = trailer_at(total);
    if file.metadata().ok()?.len() != at + expected.len() as u64 {
        return None;
    }
    let mut found = vec![0; expected.len()];
    file.read_exact_at(&mut found, at).ok()?;
    let (found, done) = found.split_at(DONE as usize);
    let done = u64::from_le_bytes(done.try_into().ok()?);
    (found == &expected[..DONE as usize] && done <= total).then_some(done)
}

/// Of an object of which nothing is there yet.
fn trailer(ticket: &Ticket, total: u64) -> Vec<u8> {
    let key = ticket.key();
    let mut trailer = Vec::with_capacity(DONE as usize + 8);
    trailer.extend_from_slice(MAGIC);
    trailer.extend_from_slice(ticket.node().as_bytes());
    trailer.extend_from_slice(key.arena.as_bytes());
    trailer.extend_from_slice(&u64::from(key.slot).to_le_bytes());
    trailer.extend_from_slice(&key.generation.to_le_bytes());
    trailer.extend_from_slice(&total.to_le_bytes());
    trailer.extend_from_slice(&0_u64.to_le_bytes());
    trailer
}

/// Where the trailer of so long an object begins: never across two pages.
fn trailer_at(total: u64) -> u64 {
    total.next_multiple_of(4096)
}

fn part_of(path: &Path) -> PathBuf {
    beside(path, ".wharf-part")
}

const MAGIC: &[u8; 8] = b"wharf-p1";

/// Where in the trailer it says how much is there.
const DONE: u64 = 64;

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "wharf1_1VdSRgEBAAAQERITFBUWFxgZGhscHR4fBwAAAAIAAAADAAAAAAAAAAAAgAAAAAAAABAAA\
        AAAAAAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pwd7Xc8";
    /// The same arena's slot 8.
    fn other(ticket: &Ticket) -> Ticket {
        let mut bytes = ticket.to_bytes().to_vec();
        bytes[24] = 8;
        let (body, _) = bytes.split_at(bytes.len() - 4);
        let crc = crc(body);
        Ticket::from_bytes(&[body, &crc.to_le_bytes()].concat()).unwrap()
    }

    fn crc(bytes: &[u8]) -> u32 {
        let bit = |crc: u32| (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 };
        !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| bit(crc)))
    }

    #[test]
    fn what_is_there_is_gone_on_with_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let ticket: Ticket = LINE.parse().unwrap();
        let total = 10_000;
        let open =
            |ticket: &Ticket, total| PartFile::open(path.clone(), None, ticket, total).unwrap();

        let first = open(&ticket, total);
        // Out of turn: only what has no gap before it counts.
        first.write(4000, &[2; 4000]).unwrap();
        assert_eq!(first.done(), 0);
        first.write(0, &[1; 4000]).unwrap();
        assert_eq!(first.done(), 8000);
        assert!(
            first.interrupted().unwrap().contains("7.8 KiB of 9.8 KiB"),
            "{:?}",
            first.interrupted()
        );
        drop(first);

        let again = open(&ticket, total);
        assert_eq!(again.done(), 8000);
        again.write(8000, &[3; 2000]).unwrap();
        again.finish().unwrap();
        let expected = [vec![1; 4000], vec![2; 4000], vec![3; 2000]].concat();
        assert!(fs::read(&path).unwrap() == expected);
        assert!(!part_of(&path).exists());

        open(&ticket, total).write(0, &[1; 4000]).unwrap();
        // Another length, another object, something else altogether.
        assert_eq!(open(&ticket, total + 1).done(), 0);
        open(&ticket, total).write(0, &[1; 4000]).unwrap();
        assert_eq!(open(&other(&ticket), total).done(), 0);
        fs::write(part_of(&path), vec![7; 20_000]).unwrap();
        let fresh = open(&ticket, total);
        assert_eq!(fresh.done(), 0);
        assert_eq!(fresh.interrupted(), None);
        assert!(!part_of(&path).exists());
    }

    #[test]
    fn two_do_not_write_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let ticket: Ticket = LINE.parse().unwrap();
        let open = || PartFile::open(path.clone(), None, &ticket, 10);
        let (first, second) = (open().unwrap(), open().unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "there is nothing in them");
        first.write(0, b"some").unwrap();
        for refused in [second.write(0, b"some").err(), open().err()] {
            let refused = refused.unwrap().to_string();
            assert!(refused.contains("another process is writing"), "{refused}");
        }
        drop(first);
        assert_eq!(open().unwrap().done(), 4);
    }
}
