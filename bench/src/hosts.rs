//! Two hosts and a link between them, for measurements that are to cross one.
//!
//! ```text
//!   host "reader"                       host "origin"
//!   this process, one thread of it ─────veth───── its other processes
//!   a /dev/shm of its own                         a /dev/shm of its own
//! ```
//!
//! - The thread that measures moves onto the reader's host for as long as it measures. Wharf reads on the thread that
//!   calls it, so all of the reader is there.
//! - It takes root. Without it, rows say what they lack.

use std::net::IpAddr;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Duration;

use wharf_cluster_tests::{Conditions, Emulation, Host, Link, missing};

use crate::context::{Context, unpin};
use crate::error::{Error, Result, refused};
use crate::row::Row;
use crate::works::GIB;

/// Where the other processes of a run are, if that is not here.
#[derive(Debug)]
pub(crate) struct Far {
    host: Host,
    link: Link,
    address: IpAddr,
    /// This end of the link, and the other.
    #[cfg_attr(not(feature = "peers"), expect(dead_code, reason = "only peers must be told"))]
    devices: [String; 2],
    /// Where this host is reached from there.
    near: IpAddr,
    /// A second way, that loses nothing, and where the other host is reached by it.
    clear: Option<(Link, IpAddr)>,
}

/// What the way between two hosts that are far apart is like: so long, one way, and of the packets such a part is lost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'a> {
    pub(crate) delay: Duration,
    pub(crate) loss: f64,
    /// How both ends control the congestion of what goes over it, if not as the machine has it.
    pub(crate) control: Option<&'a str>,
}

impl Way<'_> {
    fn link(self, a: &Host, b: &Host) -> anyhow::Result<Link> {
        let conditions = Conditions { delay: self.delay, loss: self.loss, mtu: 1500 };
        let mut emulator = Command::new("/proc/self/exe");
        emulator.arg0("wharf-bench").arg("link");
        let link = Link::emulated_by(a, b, conditions, emulator)?;
        self.control.map_or(Ok(()), |control| link.congestion_control(control))?;
        Ok(link)
    }
}

/// Carries packets, on whichever core there is.
pub(crate) fn carry(emulation: &Emulation) -> Result<()> {
    unpin()?;
    emulation.run().map_err(hosts)
}

impl Far {
    fn new(host: Host, reader: &Host, link: Link) -> anyhow::Result<Far> {
        let near = link.address(reader)?.into();
        let address = link.address(&host)?.into();
        let devices = [link.device(reader)?.to_owned(), link.device(&host)?.to_owned()];
        Ok(Far { host, link, address, devices, near, clear: None })
    }

    /// A command that will run there.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.host.command(program)
    }

    /// Where it is reached.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }

    /// The device of this host that leads there, and the one there that leads here.
    #[cfg(feature = "peers")]
    pub(crate) fn devices(&self) -> [&str; 2] {
        self.devices.each_ref().map(String::as_str)
    }

    /// Where it is reached by a way that loses nothing.
    pub(crate) fn clear_address(&self) -> IpAddr {
        self.clear.as_ref().map_or(self.address, |(_, address)| *address)
    }

    /// Where this host is reached from there.
    pub(crate) fn near_address(&self) -> IpAddr {
        self.near
    }

    /// Bytes that have come from there, by the kernel's count.
    pub(crate) fn carried(&self) -> Result<u64> {
        self.link.sent_by(&self.host).map_err(hosts)
    }
}

/// Measures between two hosts of a kind of their own, with a link as fast as the kernel copies. Where none can be
/// made, there is a row that says so.
pub(crate) fn between(
    context: &Context,
    work: &'static str,
    measure: impl FnOnce(&Context, &'static str) -> Result<Vec<Row>> + Send,
) -> Result<Vec<Row>> {
    let far = |origin: Host, reader: &Host| {
        let link = Link::veth(&origin, reader)?;
        Far::new(origin, reader, link)
    };
    joined(context, work, far, measure)
}

/// The same, with a long way between them, and one beside it that loses nothing.
pub(crate) fn far_apart(
    context: &Context,
    work: &'static str,
    way: Way<'_>,
    measure: impl FnOnce(&Context, &'static str) -> Result<Vec<Row>> + Send,
) -> Result<Vec<Row>> {
    let far = |origin: Host, reader: &Host| {
        let link = way.link(&origin, reader)?;
        let clear = Way { loss: 0.0, ..way }.link(&origin, reader)?;
        let address = clear.address(&origin)?.into();
        Ok(Far { clear: Some((clear, address)), ..Far::new(origin, reader, link)? })
    };
    joined(context, work, far, measure)
}

fn joined(
    context: &Context,
    work: &'static str,
    far: impl FnOnce(Host, &Host) -> anyhow::Result<Far>,
    measure: impl FnOnce(&Context, &'static str) -> Result<Vec<Row>> + Send,
) -> Result<Vec<Row>> {
    if let Some(why) = missing() {
        return Ok(vec![Row::not_run(work, "wharf", 0, why)]);
    }
    let host = |name| Host::new(name, MEMORY).map_err(hosts);
    let (origin, reader) = (host("origin")?, host("reader")?);
    let far = far(origin, &reader).map_err(hosts)?;
    let on_the_reader = || {
        reader.enter().map_err(hosts)?;
        measure(&context.between(far)?, work)
    };
    std::thread::scope(|scope| match scope.spawn(on_the_reader).join() {
        Ok(rows) => rows,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

fn hosts(error: anyhow::Error) -> Error {
    refused("two hosts")(format!("{error:#}"))
}

/// Of each host; none of it is taken before it is used.
const MEMORY: u64 = 6 * GIB;
