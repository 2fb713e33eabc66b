//! The command itself on two hosts: `wharf serve` has what a `wharf put` left that has ended, and a
//! `wharf get` brings it to the other host, whatever becomes of the server.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use tempfile::TempDir;
use wharf_cluster_tests::{Finished, Host, Link, Process, fill};

use crate::two::{Fault, LONG, no_connections};

/// A server on one host, with an object whose producer has exited; the other host; a folder of both.
struct Served {
    serve: Process,
    ticket: String,
    link: Link,
    there: Host,
    here: Host,
    folder: TempDir,
}

impl Served {
    fn new() -> anyhow::Result<Self> {
        let (there, here) = (Host::new("origin", 256 << 20)?, Host::new("reader", 256 << 20)?);
        let link = Link::veth(&there, &here)?;
        let serve = serve(&there)?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("in");
        let mut bytes = vec![0; SIZE];
        fill(&mut bytes);
        fs::write(&file, bytes)?;
        let put = start(&there, &["put", "--quiet", &text(&file)])?.finish(LONG)?;
        ensure!(put.status.success(), "it was not put: {}", put.stderr);
        let ticket = put.stdout.trim().to_owned();
        Ok(Self { serve, ticket, link, there, here, folder })
    }

    fn fail(&mut self, fault: Fault) -> anyhow::Result<()> {
        match fault {
            Fault::Killed => self.serve.kill(),
            Fault::Stopped => self.serve.stop(),
            Fault::Cut => self.link.cut(),
        }
    }

    /// A server that was killed is started again, at the same address.
    fn heal(&mut self, fault: Fault) -> anyhow::Result<()> {
        match fault {
            Fault::Killed => self.serve = serve(&self.there)?,
            Fault::Stopped => self.serve.go_on()?,
            Fault::Cut => self.link.mend()?,
        }
        Ok(())
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    fn start_get(&self, timeout: &str) -> anyhow::Result<Process> {
        let out = text(&self.out());
        start(&self.here, &["get", &self.ticket, "-o", &out, "--timeout", timeout])
    }

    fn get(&self, timeout: &str) -> anyhow::Result<Finished> {
        self.start_get(timeout)?.finish(LONG)
    }

    /// Begins to get it over a link that is slow, and comes back when some of it is written down.
    fn begin(&self, timeout: &str) -> anyhow::Result<Process> {
        self.link.slow(8 << 20)?;
        let (begun, before) = (Instant::now(), self.sent()?);
        let get = self.start_get(timeout)?;
        while self.sent()? < before + (SIZE / 4) as u64 {
            ensure!(begun.elapsed() < LONG, "nothing is sent");
            sleep(Duration::from_millis(5));
        }
        Ok(get)
    }

    /// Bytes that the server's host has sent.
    fn sent(&self) -> anyhow::Result<u64> {
        self.link.sent_by(&self.there)
    }

    /// What lies in the folder beside what was put.
    fn files(&self) -> anyhow::Result<Vec<String>> {
        let entries = fs::read_dir(self.folder.path())?;
        let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
        let mut names = names.collect::<anyhow::Result<Vec<_>>>()?;
        names.retain(|name| name != "in");
        Ok(names)
    }

    /// That a get ended well, with the right bytes and nothing else; removes them.
    fn right(&self, get: &Finished) -> anyhow::Result<()> {
        ensure!(get.status.success(), "{}: {}", get.status, get.stderr);
        let (right, got) = (fs::read(self.folder.path().join("in"))?, fs::read(self.out())?);
        ensure!(right == got, "other bytes came");
        fs::remove_file(self.out())?;
        let left = self.files()?;
        ensure!(left.is_empty(), "left in the folder: {left:?}");
        no_connections(&self.here)?;
        only_the_node(&self.here)
    }

    /// That a get ended as it should where the server fails, with some of it there to be gone on with or not.
    fn failed(&self, get: &Finished, fault: Fault, some: bool) -> anyhow::Result<()> {
        let (status, what) = match fault {
            Fault::Killed => (1, "cannot be reached"),
            Fault::Stopped | Fault::Cut => (3, "by the deadline"),
        };
        let (code, said) = (get.status.code(), &get.stderr);
        ensure!(code == Some(status), "ended with {code:?}: {said}");
        ensure!(said.contains(what) && said.contains(":7700"), "says {said}");
        let advice = "the same command goes on from there";
        ensure!(said.contains(advice) == some, "says of what is there {said}");
        let (left, part) = (self.files()?, [".out.wharf-part"]);
        ensure!(left == part[..usize::from(some)], "left in the folder: {left:?}");
        // Its connections end once a server that is stopped goes on.
        only_the_node(&self.here)
    }

    /// Ends the server, and looks for what it leaves once the object is swept away.
    fn leaves_nothing(mut self, killed: bool) -> anyhow::Result<()> {
        match killed {
            true => self.serve.kill()?,
            false => {
                self.serve.signal(rustix::process::Signal::TERM)?;
                let status = self.serve.wait(LONG)?;
                ensure!(status.success(), "the server ended with {status}");
            }
        }
        [&self.there, &self.here].into_iter().try_for_each(no_connections)?;
        let swept = start(&self.there, &["sweep", "--all"])?.finish(LONG)?;
        ensure!(swept.status.success(), "no sweep: {}", swept.stderr);
        [&self.there, &self.here].into_iter().try_for_each(only_the_node)
    }
}

/// That nothing is in a host's shared memory but what tells the node from others.
fn only_the_node(host: &Host) -> anyhow::Result<()> {
    let mut left = host.files()?;
    left.retain(|file| !["/node", "/key"].iter().any(|end| file.ends_with(end)));
    ensure!(left.is_empty(), "left on {}: {left:?}", host.name());
    Ok(())
}

/// Starts a server, and waits until it can be connected to.
fn serve(host: &Host) -> anyhow::Result<Process> {
    let mut serve = start(host, &["serve", "--listen", "0.0.0.0:7700"])?;
    let route = serve.line_within(LONG)?;
    ensure!(route.starts_with("tcp://10.77."), "it listens at {route}");
    Ok(serve)
}

/// Starts the command on a host, with nothing configured.
fn start(host: &Host, arguments: &[&str]) -> anyhow::Result<Process> {
    // cargo puts the workspace's programs one above its tests.
    let here = std::env::current_exe()?;
    let wharf = here.ancestors().nth(2).context("no folder")?.join("wharf");
    ensure!(wharf.exists(), "there is no {}: cargo build -p wharf-cli", wharf.display());
    let program = text(&wharf);
    let words = [&["-i", &program, "--dir", "/dev/shm/node"], arguments].concat();
    host.spawn("env", &words)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

pub(crate) fn before(fault: Fault) -> anyhow::Result<()> {
    let mut served = Served::new()?;
    served.fail(fault)?;
    served.failed(&served.get("2s")?, fault, false)?;
    served.heal(fault)?;
    let before = served.sent()?;
    served.right(&served.get("60s")?)?;
    crossed_once(served.sent()? - before)?;
    served.leaves_nothing(fault == Fault::Killed)
}

/// It ends by its deadline, or once nobody serves any more; the next goes on from where it was.
pub(crate) fn during(fault: Fault) -> anyhow::Result<()> {
    let mut served = Served::new()?;
    let timeout = if fault == Fault::Killed { "30s" } else { "4s" };
    let before = served.sent()?;
    let mut get = served.begin(timeout)?;
    served.fail(fault)?;
    let ended = get.finish(LONG)?;
    served.failed(&ended, fault, true)?;
    served.heal(fault)?;
    served.link.slow(200 << 20)?;
    let between = served.sent()?;
    served.right(&served.get("60s")?)?;
    let after = served.sent()?;
    let (size, again) = (SIZE as u64, after - between);
    ensure!(after - before >= size, "{} bytes in all", after - before);
    ensure!(again < size - (2 << 20), "{again} of {size} bytes came again");
    served.leaves_nothing(fault == Fault::Killed)
}

/// One that is there again soon is waited for.
pub(crate) fn restarted() -> anyhow::Result<()> {
    let mut served = Served::new()?;
    let before = served.sent()?;
    let mut get = served.begin("60s")?;
    served.fail(Fault::Killed)?;
    sleep(Duration::from_millis(300));
    served.heal(Fault::Killed)?;
    let ended = get.finish(LONG)?;
    served.right(&ended)?;
    let (size, moved) = (SIZE as u64, served.sent()? - before);
    ensure!((size..size * 3 / 2).contains(&moved), "{moved} bytes for {size}");
    served.leaves_nothing(false)
}

/// What was got is there, and can be got again once there is a server.
pub(crate) fn after(fault: Fault) -> anyhow::Result<()> {
    let mut served = Served::new()?;
    let before = served.sent()?;
    let get = served.get("60s")?;
    served.fail(fault)?;
    crossed_once(served.sent()? - before)?;
    served.right(&get)?;
    served.failed(&served.get("2s")?, fault, false)?;
    served.heal(fault)?;
    served.right(&served.get("60s")?)?;
    served.leaves_nothing(fault == Fault::Killed)
}

fn crossed_once(moved: u64) -> anyhow::Result<()> {
    let size = SIZE as u64;
    ensure!((size..=size * 105 / 100).contains(&moved), "{moved} bytes for {size}");
    Ok(())
}

/// So much that it comes by parts.
const SIZE: usize = 48 << 20;
