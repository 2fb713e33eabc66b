//! An origin and a reader, what can be done to them, and what they may not leave.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use wharf_cluster_tests::{Host, Link, Process};

/// An origin and a reader on two hosts, with a link between them.
pub(crate) struct Two {
    pub(crate) origin: Process,
    pub(crate) reader: Process,
    pub(crate) link: Link,
    pub(crate) there: Host,
    pub(crate) here: Host,
}

impl Two {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Self::with(&[], Link::veth)
    }

    pub(crate) fn with(
        settings: &[&str],
        link: impl FnOnce(&Host, &Host) -> anyhow::Result<Link>,
    ) -> anyhow::Result<Self> {
        let (there, here) = (Host::new("origin", 256 << 20)?, Host::new("reader", 256 << 20)?);
        let link = link(&there, &here)?;
        let origin = node(&there, &[&[LISTEN], settings].concat())?;
        let reader = node(&here, settings)?;
        Ok(Self { origin, reader, link, there, here })
    }

    /// Puts an object, and says what to tell a process that shall get it.
    pub(crate) fn put(&mut self, bytes: usize) -> anyhow::Result<Object> {
        Ok(Object { ticket: ask(&mut self.origin, &format!("put {bytes}"))?, bytes })
    }

    pub(crate) fn get(&mut self, object: &Object, time: Duration) -> anyhow::Result<String> {
        ask(&mut self.reader, &object.get(time))
    }

    /// Begins to fetch over a link that is slow, and comes back when a part has arrived.
    pub(crate) fn begin(&mut self, object: &Object, time: Duration) -> anyhow::Result<()> {
        self.link.slow(8 << 20)?;
        let before = self.link.sent_by(&self.there)?;
        self.reader.tell(&object.get(time))?;
        let begun = Instant::now();
        while self.link.sent_by(&self.there)? < before + (object.bytes / 6) as u64 {
            ensure!(begun.elapsed() < LONG, "nothing is sent");
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Waits until a question is held: then nothing passes but a word of it every second.
    pub(crate) fn is_held(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let (mut seen, mut since) = (self.link.sent_by(&self.there)?, None::<Instant>);
        loop {
            let sent = self.link.sent_by(&self.there)?;
            if sent > seen {
                if since.is_some_and(|since| since.elapsed() > Duration::from_millis(600)) {
                    return Ok(());
                }
                (seen, since) = (sent, Some(Instant::now()));
            }
            ensure!(begun.elapsed() < LONG, "nothing is held");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn fail(&mut self, fault: Fault) -> anyhow::Result<()> {
        match fault {
            Fault::Killed => self.origin.kill(),
            Fault::Stopped => self.origin.stop(),
            Fault::Cut => self.link.cut(),
        }
    }

    /// Ends what [`fail`](Self::fail) did; an origin that was killed comes back with nothing.
    pub(crate) fn heal(&mut self, fault: Fault) -> anyhow::Result<()> {
        match fault {
            Fault::Killed => self.origin = node(&self.there, &[LISTEN])?,
            Fault::Stopped => self.origin.go_on()?,
            Fault::Cut => {
                self.link.mend()?;
                self.connects()?;
            }
        }
        Ok(())
    }

    /// Waits until the hosts find each other: a search for a neighbour that began while the link was
    /// cut still fails when it is whole again, and `No route to host` with it.
    pub(crate) fn connects(&self) -> anyhow::Result<()> {
        let address = self.link.address(&self.there)?.to_string();
        self.here.run("python3", &["-c", CONNECT, &address])
    }

    /// That the reader has no block of what it did not get.
    pub(crate) fn holds_nothing(&mut self) -> anyhow::Result<()> {
        let left = ask(&mut self.reader, "objects")?;
        ensure!(left == "0", "{left} objects are left at the reader");
        Ok(())
    }

    /// Ends the processes, and looks for what they left.
    pub(crate) fn leaves_nothing(mut self) -> anyhow::Result<()> {
        self.reader.kill()?;
        no_connections(&self.there)?;
        self.origin.kill()?;
        no_connections(&self.here)?;
        for host in [&self.there, &self.here] {
            let mut last = node(host, &["WHARF_LEAVE_DEAD=true"])?;
            ensure!(ask(&mut last, "sweep")? == "done", "no sweep");
            // Its own store is still there; of the dead nothing is.
            let files = host.files()?;
            // The node's page and key, and what that last process has itself: its entry, its store.
            let ours = |file: &&String| !["/node", "/key"].iter().any(|end| file.ends_with(end));
            let left: Vec<&String> = files.iter().filter(ours).collect();
            ensure!(left.len() == 2, "left on {}: {left:?}", host.name());
        }
        Ok(())
    }
}

const CONNECT: &str = "
import socket, sys, time
for _ in range(60):
    try: socket.create_connection((sys.argv[1], 7700), 1).close(); sys.exit(0)
    except OSError: time.sleep(0.1)
sys.exit('no connection')
";

/// What goes wrong with an origin, as its reader sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    Killed,
    Stopped,
    Cut,
}

pub(crate) struct Object {
    pub(crate) ticket: String,
    pub(crate) bytes: usize,
}

impl Object {
    pub(crate) fn get(&self, time: Duration) -> String {
        format!("get {} {} {}", self.ticket, self.bytes, time.as_millis())
    }
}

/// Starts a process on the node of a host.
pub(crate) fn node(host: &Host, settings: &[&str]) -> anyhow::Result<Process> {
    let words = [settings, &[env!("CARGO_BIN_EXE_wharf-node")]].concat();
    let mut process = host.spawn("env", &words)?;
    ensure!(process.line_within(LONG)? == "ready", "it is not ready");
    Ok(process)
}

pub(crate) fn ask(process: &mut Process, what: &str) -> anyhow::Result<String> {
    process.tell(what)?;
    process.line_within(LONG).with_context(|| what.to_owned())
}

pub(crate) fn right(said: &str) -> anyhow::Result<()> {
    ensure!(said == "right", "not right: {said}");
    Ok(())
}

/// That there was an error, of one of these kinds.
pub(crate) fn error(said: &str, kinds: &[&str]) -> anyhow::Result<()> {
    let (kind, _) = said.split_once(':').with_context(|| format!("no error: {said}"))?;
    ensure!(kinds.contains(&kind), "none of {kinds:?}: {said}");
    Ok(())
}

/// That the connections of processes that are gone end. One may wait out its last state.
pub(crate) fn no_connections(host: &Host) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let output = host.command("ss").args(["-Htan", "state", "connected"]).output()?;
        let text = String::from_utf8(output.stdout)?;
        let left: Vec<&str> = text.lines().filter(|line| !line.starts_with("TIME-WAIT")).collect();
        if left.is_empty() {
            return Ok(());
        }
        // An origin whose reader went while the link was cut learns it by the reader's silence.
        ensure!(begun.elapsed() < 2 * LONG, "connections on {}: {left:?}", host.name());
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// After which an origin closes a connection that nothing was asked on.
pub(crate) const IDLE: Duration = Duration::from_secs(60);

pub(crate) const LISTEN: &str = "WHARF_LISTEN=0.0.0.0:7700";

/// A call's time where it is to end without what it wants.
pub(crate) const SHORT: Duration = Duration::from_secs(2);

/// As good as for ever.
pub(crate) const LONG: Duration = Duration::from_secs(60);
