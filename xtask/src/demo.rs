//! `cargo xtask demo`: one file put, found again by another process, and taken down.
//!
//! Everything happens in a private directory that is removed at the end. Every step is checked, and
//! the first one that does not do as it should ends the demonstration with an error.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use crate::place::{self, Scratch};
use crate::setup::{self, Need};
use crate::tool::Tool;

const BYTES: u64 = 64 << 20;

pub(crate) fn run() -> Result<()> {
    setup::meet(&[Need::C])?;
    println!("building the release (a minute or so the first time)");
    Tool::cargo().args(["build", "--release", "--locked", "-p", "wharf-cli"]).succeed()?;
    let shared_memory = Scratch::shared_memory("demo")?;
    let folder = Scratch::new(&std::env::temp_dir(), "demo")?;
    let stage = Stage {
        wharf: place::target().join("release/wharf"),
        folder: folder.path().to_owned(),
        shared_memory: shared_memory.path().to_owned(),
    };
    println!("\nWharf on one node, in the private directory {}\n", shared_memory.path().display());
    put_and_get(&stage)?;
    look_around(&stage)?;
    take_down(&stage)?;
    println!("\ndemo: every step did what it should");
    Ok(())
}

/// Where the play is: the command, its files and its memory.
struct Stage {
    wharf: PathBuf,
    folder: PathBuf,
    shared_memory: PathBuf,
}

fn put_and_get(stage: &Stage) -> Result<()> {
    let original = stage.folder.join("field.dat");
    make_file(&original)?;
    let sum = checksum(&original)?;
    println!("a file of {} MiB, SHA-256 {}...\n", BYTES >> 20, &sum[..16]);

    let ticket = stage.succeed(&["put", "field.dat"])?;
    ensure!(ticket.lines().count() == 1, "`wharf put` printed more than a ticket: {ticket:?}");
    let ticket = ticket.trim_end();
    ensure!(ticket.len() <= MAX_TICKET_TEXT, "the ticket is {} characters long", ticket.len());
    println!("  {ticket}\n  ({} characters; the process that put it is gone)\n", ticket.len());
    fs::write(stage.folder.join("ticket"), format!("{ticket}\n"))?;

    stage.succeed(&["get", "@ticket", "-o", "copy.dat"])?;
    let copy = checksum(&stage.folder.join("copy.dat"))?;
    ensure!(copy == sum, "the bytes differ: put {sum}, got {copy}");
    println!("  SHA-256 {}...: the same bytes, from another process\n", &copy[..16]);
    Ok(())
}

fn look_around(stage: &Stage) -> Result<()> {
    let stat = stage.succeed(&["stat", "@ticket"])?;
    println!("{}", indent(&stat));
    ensure!(stat.contains("sealed"), "`wharf stat` does not call the object sealed");
    let list = stage.succeed(&["ls"])?;
    println!("{}", indent(&list));
    ensure!(!list.trim().is_empty(), "`wharf ls` lists nothing, though an object is there");
    Ok(())
}

fn take_down(stage: &Stage) -> Result<()> {
    stage.succeed(&["evict", "@ticket"])?;
    let gone = stage.wharf(&["get", "@ticket", "-o", "copy.dat"])?;
    let said = String::from_utf8_lossy(&gone.stderr);
    println!("{}  exit status {}\n", indent(&said), gone.status.code().unwrap_or(-1));
    ensure!(gone.status.code() == Some(1), "an evicted object was not refused with exit status 1");
    ensure!(said.to_lowercase().contains("evicted"), "the refusal does not say `evicted`");

    stage.succeed(&["put", "field.dat"])?;
    println!("  another ticket, which nobody keeps\n");
    ensure!(names_in(&stage.shared_memory)?.len() > 1, "the second object is nowhere");
    let swept = stage.succeed(&["sweep", "--all"])?;
    println!("{}", indent(&swept));
    let left = names_in(&stage.shared_memory)?;
    println!("left in the directory: {}", left.join(", "));
    ensure!(left == ["node"], "after `wharf sweep --all` only the node's identity may be left");
    Ok(())
}

impl Stage {
    /// Runs `wharf` in a process of its own, and says so.
    fn wharf(&self, arguments: &[&str]) -> Result<Output> {
        let started = Instant::now();
        let child = Command::new(&self.wharf)
            .args(arguments)
            .current_dir(&self.folder)
            .env("WHARF_SHM_DIR", &self.shared_memory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", self.wharf.display()))?;
        let pid = child.id();
        let output = child.wait_with_output()?;
        let line = format!("$ wharf {}", arguments.join(" "));
        println!("{line:40} (process {pid}, {} ms)", started.elapsed().as_millis());
        Ok(output)
    }

    fn succeed(&self, arguments: &[&str]) -> Result<String> {
        let output = self.wharf(arguments)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("`wharf {}` ended with {}: {said}", arguments.join(" "), output.status);
        }
        String::from_utf8(output.stdout).context("`wharf` printed something that is not text")
    }
}

/// Bytes that no compression and no lucky guess can make up.
fn make_file(path: &Path) -> Result<()> {
    let mut file = BufWriter::new(
        File::create(path).with_context(|| format!("cannot make {}", path.display()))?,
    );
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..BYTES / 8 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        file.write_all(&state.to_le_bytes())?;
    }
    file.flush().with_context(|| format!("cannot write {}", path.display()))
}

/// By a program that knows nothing of Wharf.
fn checksum(path: &Path) -> Result<String> {
    let output = Command::new("sha256sum").arg(path).output().context("cannot start sha256sum")?;
    let text = String::from_utf8(output.stdout)?;
    let sum =
        text.split_whitespace().next().filter(|sum| output.status.success() && sum.len() == 64);
    Ok(sum.with_context(|| format!("sha256sum could not read {}", path.display()))?.to_owned())
}

fn names_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?
    {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

/// 192 bytes in base 64, and a prefix and a check of a few characters.
const MAX_TICKET_TEXT: usize = 288;
