//! Where the processes run: all on this node, but for one that is on another host, if that can be made.
//!
//! ```text
//!  this machine: its memory, and a network of the simulation's own         another host
//!  simulate ── statistics ── frames                              ◀─link─▶  elsewhere
//! ```
//!
//! The other host is a network namespace and a mount namespace with a `/dev/shm` of its own: what gets
//! there came through the link. Only the simulation is on the link's near end; that of the machine's
//! network is left as it is.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use wharf_cluster_tests::{Host, Link, missing_for_hosts};

use super::follower::Role;
use crate::args::RunArgs;

pub(super) struct Stage<'a> {
    memory: &'a Path,
    elsewhere: Result<Elsewhere, String>,
}

/// Another host, and what leads there.
struct Elsewhere {
    link: Link,
    near: Host,
    far: Host,
}

impl<'a> Stage<'a> {
    pub(super) fn new(args: &RunArgs, memory: &'a Path) -> Self {
        // Room for some steps, of which it keeps copies until it needs the room.
        let room = (8 * args.simulation.bytes()).max(64 << 20);
        let elsewhere = match (args.one_host, missing_for_hosts()) {
            (true, _) => Err("--one-host was given".to_owned()),
            (false, Some(missing)) => Err(missing),
            (false, None) => Elsewhere::new(room).map_err(|error| format!("{error:#}")),
        };
        Self { memory, elsewhere }
    }

    /// Why there is no other host, if there is none.
    pub(super) fn left_out(&self) -> Option<&str> {
        self.elsewhere.as_ref().err().map(String::as_str)
    }

    /// `gray-scott simulate`, which serves what it shares if anybody is elsewhere.
    pub(super) fn simulation(&self) -> Result<Command> {
        let mut command = match &self.elsewhere {
            Ok(Elsewhere { near, link, .. }) => {
                let mut command = near.lasting_command(program());
                command.env("WHARF_LISTEN", format!("{}:0", link.address(near)?));
                command
            }
            Err(_) => Command::new(program()),
        };
        command.env("WHARF_SHM_DIR", self.memory).arg("simulate");
        Ok(command)
    }

    /// A follower, wherever its place is.
    pub(super) fn follower(&self, role: Role) -> Command {
        let mut command = match &self.elsewhere {
            Ok(Elsewhere { far, .. }) if role == Role::Elsewhere => {
                let mut command = far.lasting_command(program());
                command.env("WHARF_SHM_DIR", FAR_MEMORY);
                command
            }
            _ => {
                let mut command = Command::new(program());
                command.env("WHARF_SHM_DIR", self.memory);
                command
            }
        };
        command.arg(role.work());
        command
    }

    /// Bytes that the kernel sent from here to the other host, packets and all.
    pub(super) fn bytes_sent(&self) -> Result<u64> {
        let Ok(Elsewhere { link, near, .. }) = &self.elsewhere else { return Ok(0) };
        link.sent_by(near)
    }

    /// What lies in the other host's shared memory.
    pub(super) fn left_elsewhere(&self) -> Result<Vec<String>> {
        let Ok(Elsewhere { far, .. }) = &self.elsewhere else { return Ok(Vec::new()) };
        let prefix = format!("{FAR_MEMORY}/");
        let mut files = far.files()?;
        files.iter_mut().for_each(|file| *file = file.replacen(&prefix, "", 1));
        files.sort();
        Ok(files)
    }
}

impl Elsewhere {
    fn new(room: u64) -> Result<Self> {
        let (near, far) = (Host::beside("here")?, Host::new("elsewhere", room)?);
        Ok(Self { link: Link::veth(&near, &far)?, near, far })
    }
}

/// The program that runs, even if its file has been replaced since.
fn program() -> String {
    format!("/proc/{}/exe", std::process::id())
}

const FAR_MEMORY: &str = "/dev/shm/wharf-demo";
