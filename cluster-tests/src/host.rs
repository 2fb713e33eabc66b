//! A host: a network namespace, and a mount namespace with a `/dev/shm` of its own.
//!
//! Or, [beside](Host::beside) this process, a network namespace alone.

use std::ffi::OsStr;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::os::fd::AsFd;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};

use anyhow::{Context, ensure};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

use crate::{Process, run};

/// A host of its own, as far as networks and shared memory are concerned.
///
/// Dropped, it ends, and with it the processes that were [spawned](Host::spawn) on it.
#[derive(Debug)]
pub struct Host {
    name: String,
    /// Keeps the namespaces, until its standard input is closed.
    anchor: Child,
    number: u8,
    /// The namespaces that are its own, as `unshare` and `nsenter` name them.
    own: &'static [&'static str],
}

impl Host {
    /// A host with so many bytes of shared memory, and no link but its loopback. Its `/sys` shows its own
    /// network devices.
    ///
    /// # Errors
    ///
    /// What the system refuses; see [`missing`].
    pub fn new(name: &str, shared_memory: u64) -> anyhow::Result<Self> {
        let mount = format!(
            "mount -t sysfs wharf /dev/shm && \
             for devices in class/net devices/virtual/net; do \
                 mount --bind /dev/shm/$devices /sys/$devices || exit; \
             done && umount /dev/shm && \
             mount -t tmpfs -o mode=1777,size={shared_memory} wharf /dev/shm"
        );
        Self::with(name, &["--net", "--mount"], &["--propagation", "private"], &mount)
    }

    /// A host with a network of its own, and the shared memory and files of this process.
    ///
    /// # Errors
    ///
    /// What the system refuses; see [`missing_for_hosts`].
    pub fn beside(name: &str) -> anyhow::Result<Self> {
        Self::with(name, &["--net"], &[], "true")
    }

    fn with(
        name: &str,
        own: &'static [&'static str],
        how: &[&str],
        prepare: &str,
    ) -> anyhow::Result<Self> {
        static NUMBER: AtomicU8 = AtomicU8::new(1);
        let script = format!("{prepare} && ip link set lo up && echo ready && exec cat");
        let mut anchor = Command::new("unshare")
            .args(own)
            .args(how)
            .args(["sh", "-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run unshare")?;
        let mut said = String::new();
        if let Some(stdout) = anchor.stdout.as_mut() {
            BufReader::new(stdout).read_line(&mut said)?;
        }
        ensure!(said == "ready\n", "cannot make the host {name}: is this root?");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Ok(Self { name: name.into(), anchor, number, own })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A process in its namespaces.
    pub(crate) fn anchor(&self) -> u32 {
        self.anchor.id()
    }

    /// A number that no other host of this process has.
    pub(crate) fn number(&self) -> u8 {
        self.number
    }

    /// A command that will run on this host, and is killed when the thread that starts it ends.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.lasting_command("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command
    }

    /// A command that will run on this host, and ends when it likes: as long as it runs, so does what
    /// the host is made of.
    #[must_use]
    pub fn lasting_command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--target={}", self.anchor())).args(self.own).arg("--").arg(program);
        command
    }

    /// Starts a program on this host, with its output to be read.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn spawn(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> anyhow::Result<Process> {
        Process::start(self.command(program).args(arguments))
    }

    /// Runs a program on this host to its end.
    ///
    /// # Errors
    ///
    /// If it fails; the error has what it said.
    pub fn run(&self, program: impl AsRef<OsStr>, arguments: &[&str]) -> anyhow::Result<()> {
        run(self.command(program).args(arguments))
    }

    /// Moves the calling thread onto this host, for as long as that lives: what it connects, opens and
    /// starts from then on is the host's. For a thread that was started for it.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn enter(&self) -> anyhow::Result<()> {
        let name_space = |name| File::open(format!("/proc/{}/ns/{name}", self.anchor()));
        let (network, mounts) = (name_space("net")?, name_space("mnt")?);
        move_into_link_name_space(network.as_fd(), Some(LinkNameSpaceType::Network))?;
        // Who shares a root and a working directory with other threads cannot have mounts of its own.
        // SAFETY: the table of descriptors, which is what may not be unshared at will, is not.
        unsafe { unshare_unsafe(UnshareFlags::FS) }?;
        move_into_link_name_space(mounts.as_fd(), Some(LinkNameSpaceType::Mount))?;
        Ok(())
    }

    /// What lies in the host's shared memory, one path for each file.
    ///
    /// # Errors
    ///
    /// If it cannot be listed.
    pub fn files(&self) -> anyhow::Result<Vec<String>> {
        let output = self.command("find").args(["/dev/shm", "-type", "f"]).output()?;
        let listed = String::from_utf8(output.stdout)?;
        Ok(listed.lines().map(ToOwned::to_owned).collect())
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // Its standard input ends, and it with it.
        drop(self.anchor.stdin.take());
        let _ = self.anchor.wait();
    }
}

/// What keeps this process from making hosts and links of every kind, if anything: to skip a test by
/// name.
#[must_use]
pub fn missing() -> Option<String> {
    if let Some(missing) = missing_for_hosts() {
        return Some(missing);
    }
    let tun = OpenOptions::new().read(true).write(true).open("/dev/net/tun");
    tun.err().map(|_| "links with a delay take /dev/net/tun, which cannot be opened".into())
}

/// What keeps this process from making hosts with a [`veth`](crate::Link::veth) between them.
#[must_use]
pub fn missing_for_hosts() -> Option<String> {
    if !rustix::process::geteuid().is_root() {
        return Some("hosts are namespaces, and making them takes root".into());
    }
    for tool in ["ip", "unshare", "nsenter", "setpriv"] {
        if run(Command::new(tool).arg("--help").stdin(Stdio::null())).is_err()
            && run(Command::new(tool).arg("-V").stdin(Stdio::null())).is_err()
        {
            return Some(format!("`{tool}` cannot be run: install iproute2 and util-linux"));
        }
    }
    Host::new("probe", 1 << 20).err().map(|error| format!("no namespaces here: {error:#}"))
}
