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
use std::process::Command;

use wharf_cluster_tests::{Host, Link, missing};

use crate::context::Context;
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
}

impl Far {
    fn new(host: Host, reader: &Host) -> anyhow::Result<Far> {
        let link = Link::veth(&host, reader)?;
        let address = link.address(&host)?.into();
        let devices = [link.device(reader)?.to_owned(), link.device(&host)?.to_owned()];
        Ok(Far { host, link, address, devices })
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
    if let Some(why) = missing() {
        return Ok(vec![Row::not_run(work, "wharf", 0, why)]);
    }
    let host = |name| Host::new(name, MEMORY).map_err(hosts);
    let (origin, reader) = (host("origin")?, host("reader")?);
    let far = Far::new(origin, &reader).map_err(hosts)?;
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
