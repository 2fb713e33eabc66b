//! Nodes on hosts of their own: what crosses the link between them, and what becomes of a reader and
//! of an origin when the other, or the link, fails.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use libtest_mimic::{Arguments, Failed, Trial};
use wharf_cluster_tests::{Conditions, Host, Link, MARK, Process, missing};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let skip = missing();
    let trials = TESTS.iter().map(|(name, test)| {
        let why = skip.clone();
        Trial::test(*name, move || {
            if let Some(why) = why {
                println!("skipped: {why}");
                return Ok(());
            }
            test().map_err(|error| Failed::from(format!("{error:?}")))
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

type Test = fn() -> anyhow::Result<()>;

const TESTS: [(&str, Test); 20] = [
    ("an_object_crosses_the_link_once_for_a_host", once_for_a_host),
    ("an_origin_killed_before_a_fetch", || before(Fault::Killed)),
    ("an_origin_stopped_before_a_fetch", || before(Fault::Stopped)),
    ("a_link_cut_before_a_fetch", || before(Fault::Cut)),
    ("an_origin_killed_during_a_fetch", || during(Fault::Killed)),
    ("an_origin_stopped_during_a_fetch", || during(Fault::Stopped)),
    ("a_link_cut_during_a_fetch", || during(Fault::Cut)),
    ("an_origin_killed_between_fetches", || between(Fault::Killed)),
    ("an_origin_stopped_between_fetches", || between(Fault::Stopped)),
    ("a_link_cut_between_fetches", || between(Fault::Cut)),
    ("an_origin_is_restarted_on_its_address", restarted),
    ("a_server_restarted_during_a_fetch_is_waited_for", server_restarted),
    ("an_origin_restarted_during_a_fetch_has_its_object_no_more", restarted_empty),
    ("a_connection_that_a_cut_left_half_open_goes_before_its_idle_time", half_open),
    ("hosts_find_each_other_by_ipv6", ipv6),
    ("a_reader_killed_during_its_fetch", || reader_fails(true)),
    ("a_reader_stopped_during_its_fetch", || reader_fails(false)),
    ("a_fetch_goes_on_by_the_other_of_two_links", two_links),
    ("bytes_are_encrypted_unless_both_trust_the_network", encrypted),
    ("an_object_crosses_a_link_that_delays_and_loses", far),
];

/// An origin and a reader on two hosts, with a link between them.
struct Two {
    origin: Process,
    reader: Process,
    link: Link,
    there: Host,
    here: Host,
}

impl Two {
    fn new() -> anyhow::Result<Self> {
        Self::with(&[], Link::veth)
    }

    fn with(
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
    fn put(&mut self, bytes: usize) -> anyhow::Result<Object> {
        Ok(Object { ticket: ask(&mut self.origin, &format!("put {bytes}"))?, bytes })
    }

    fn get(&mut self, object: &Object, time: Duration) -> anyhow::Result<String> {
        ask(&mut self.reader, &object.get(time))
    }

    /// Begins to fetch over a link that is slow, and comes back when a part has arrived.
    fn begin(&mut self, object: &Object, time: Duration) -> anyhow::Result<()> {
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

    fn fail(&mut self, fault: Fault) -> anyhow::Result<()> {
        match fault {
            Fault::Killed => self.origin.kill(),
            Fault::Stopped => self.origin.stop(),
            Fault::Cut => self.link.cut(),
        }
    }

    /// Ends what [`fail`](Self::fail) did; an origin that was killed comes back with nothing.
    fn heal(&mut self, fault: Fault) -> anyhow::Result<()> {
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
    fn connects(&self) -> anyhow::Result<()> {
        let address = self.link.address(&self.there)?.to_string();
        self.here.run("python3", &["-c", CONNECT, &address])
    }

    /// That the reader has no block of what it did not get.
    fn holds_nothing(&mut self) -> anyhow::Result<()> {
        let left = ask(&mut self.reader, "objects")?;
        ensure!(left == "0", "{left} objects are left at the reader");
        Ok(())
    }

    /// Ends the processes, and looks for what they left.
    fn leaves_nothing(mut self) -> anyhow::Result<()> {
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
enum Fault {
    Killed,
    Stopped,
    Cut,
}

struct Object {
    ticket: String,
    bytes: usize,
}

impl Object {
    fn get(&self, time: Duration) -> String {
        format!("get {} {} {}", self.ticket, self.bytes, time.as_millis())
    }
}

/// Starts a process on the node of a host.
fn node(host: &Host, settings: &[&str]) -> anyhow::Result<Process> {
    let words = [settings, &[env!("CARGO_BIN_EXE_wharf-node")]].concat();
    let mut process = host.spawn("env", &words)?;
    ensure!(process.line_within(LONG)? == "ready", "it is not ready");
    Ok(process)
}

fn ask(process: &mut Process, what: &str) -> anyhow::Result<String> {
    process.tell(what)?;
    process.line_within(LONG).with_context(|| what.to_owned())
}

fn right(said: &str) -> anyhow::Result<()> {
    ensure!(said == "right", "not right: {said}");
    Ok(())
}

/// That there was an error, of one of these kinds.
fn error(said: &str, kinds: &[&str]) -> anyhow::Result<()> {
    let (kind, _) = said.split_once(':').with_context(|| format!("no error: {said}"))?;
    ensure!(kinds.contains(&kind), "none of {kinds:?}: {said}");
    Ok(())
}

/// That the connections of processes that are gone end. One may wait out its last state.
fn no_connections(host: &Host) -> anyhow::Result<()> {
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

fn once_for_a_host() -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let object = two.put(64 << 20)?;
    let before = two.link.sent_by(&two.there)?;
    right(&two.get(&object, LONG)?)?;
    let first = two.link.sent_by(&two.there)?;
    let size = object.bytes as u64;
    ensure!((size..=size * 105 / 100).contains(&(first - before)), "{} of {size}", first - before);

    let mut second = node(&two.here, &[])?;
    right(&ask(&mut second, &object.get(LONG))?)?;
    let moved = two.link.sent_by(&two.there)? - first;
    ensure!(moved < 64 << 10, "a replica took {moved} bytes");

    let object = two.put(32 << 20)?;
    let mut readers = Vec::new();
    for _ in 0..16 {
        readers.push(node(&two.here, &[])?);
    }
    let before = two.link.sent_by(&two.there)?;
    for reader in &mut readers {
        reader.tell(&object.get(LONG))?;
    }
    for reader in &mut readers {
        right(&reader.line_within(LONG)?)?;
    }
    let (moved, size) = (two.link.sent_by(&two.there)? - before, object.bytes as u64);
    ensure!((size..=size * 105 / 100).contains(&moved), "{moved} bytes for 16 readers");
    drop((readers, second));
    two.leaves_nothing()
}

fn before(fault: Fault) -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let object = two.put(1 << 20)?;
    two.fail(fault)?;
    error(&two.get(&object, SHORT)?, fails(fault))?;
    two.heal(fault)?;
    if fault != Fault::Killed {
        right(&two.get(&object, LONG)?)?;
    }
    two.leaves_nothing()
}

fn during(fault: Fault) -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let object = two.put(24 << 20)?;
    two.begin(&object, SHORT)?;
    two.fail(fault)?;
    error(&two.reader.line_within(LONG)?, fails(fault))?;
    two.holds_nothing()?;
    two.heal(fault)?;
    if fault != Fault::Killed {
        // And once more, with the fault over before the time is.
        two.begin(&object, LONG)?;
        two.fail(fault)?;
        std::thread::sleep(Duration::from_millis(500));
        two.heal(fault)?;
        right(&two.reader.line_within(LONG)?)?;
    }
    two.leaves_nothing()
}

fn between(fault: Fault) -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let objects = [two.put(1 << 20)?, two.put(1 << 20)?];
    right(&two.get(&objects[0], LONG)?)?;
    two.fail(fault)?;
    for object in &objects {
        error(&two.get(object, SHORT)?, fails(fault))?;
    }
    two.heal(fault)?;
    if fault != Fault::Killed {
        for object in &objects {
            right(&two.get(object, LONG)?)?;
        }
    }
    two.leaves_nothing()
}

/// The errors that tell of a fault.
fn fails(fault: Fault) -> &'static [&'static str] {
    match fault {
        // One that was fetching waits a moment for it to come back.
        Fault::Killed => &["Unreachable", "OutOfTime"],
        Fault::Stopped | Fault::Cut => &["OutOfTime", "Unreachable"],
    }
}

fn restarted() -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let old = two.put(1 << 20)?;
    right(&two.get(&old, LONG)?)?;
    two.fail(Fault::Killed)?;
    two.heal(Fault::Killed)?;
    // What ended with the process that put it is not there for having a copy here.
    error(&two.get(&old, LONG)?, &["Evicted", "OwnerDied", "WrongCapability"])?;
    let new = two.put(1 << 20)?;
    right(&two.get(&new, LONG)?)?;
    two.leaves_nothing()
}

/// A process that was only there to serve, as `wharf serve` is: what it served is there after it.
fn server_restarted() -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let mut producer = node(&two.there, &[])?;
    let bytes = 24 << 20;
    let object = Object { ticket: ask(&mut producer, &format!("keep {bytes}"))?, bytes };
    drop(producer);
    let before = two.link.sent_by(&two.there)?;
    two.begin(&object, LONG)?;
    two.fail(Fault::Killed)?;
    std::thread::sleep(Duration::from_millis(300));
    two.heal(Fault::Killed)?;
    right(&two.reader.line_within(LONG)?)?;
    let (moved, size) = (two.link.sent_by(&two.there)? - before, bytes as u64);
    ensure!(moved < size * 3 / 2, "{moved} bytes for {size}: what had come was fetched again");
    // Stopped, and nobody waits for it longer than told.
    let another = two.put(bytes)?;
    two.begin(&another, SHORT)?;
    two.fail(Fault::Stopped)?;
    error(&two.reader.line_within(LONG)?, fails(Fault::Stopped))?;
    two.heal(Fault::Stopped)?;
    two.reader.kill()?;
    no_connections(&two.there)
}

fn restarted_empty() -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let object = two.put(24 << 20)?;
    two.begin(&object, LONG)?;
    two.fail(Fault::Killed)?;
    two.heal(Fault::Killed)?;
    let gone = ["Evicted", "OwnerDied", "WrongCapability", "Unreachable"];
    error(&two.reader.line_within(LONG)?, &gone)?;
    two.holds_nothing()?;
    two.leaves_nothing()
}

fn half_open() -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let object = two.put(1 << 20)?;
    right(&two.get(&object, LONG)?)?;
    two.link.cut()?;
    let begun = Instant::now();
    two.reader.kill()?;
    // Its last word is lost, and the origin has nothing to say to it.
    no_connections(&two.there)?;
    ensure!(begun.elapsed() < IDLE, "only its idle time ended it");
    two.link.mend()?;
    two.connects()?;
    two.reader = node(&two.here, &[])?;
    right(&two.get(&object, LONG)?)?;
    two.leaves_nothing()
}

fn ipv6() -> anyhow::Result<()> {
    let settings = ["WHARF_LISTEN=[::]:7700", "WHARF_TRUSTED=fd77::/16", "WHARF_ENCRYPT=auto"];
    let mut two = Two::with(&settings, |there, here| {
        let link = Link::veth(there, here)?;
        [there, here].iter().try_for_each(|host| link.add_v6(host).map(drop))?;
        Ok(link)
    })?;
    let object = two.put(8 << 20)?;
    let before = two.link.sent_by(&two.there)?;
    right(&two.get(&object, LONG)?)?;
    ensure!(two.link.sent_by(&two.there)? - before > 8 << 20, "by another way");
    two.leaves_nothing()
}

fn reader_fails(killed: bool) -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let object = two.put(24 << 20)?;
    two.begin(&object, LONG)?;
    match killed {
        true => two.reader.kill()?,
        false => two.reader.stop()?,
    }
    let third = Host::new("other", 256 << 20)?;
    let link = Link::veth(&two.there, &third)?;
    let other = ask(&mut two.origin, "put 1048576")?;
    // Its ticket was made when the new link's address was not there yet: it is reached by that of
    // the old one, over the new.
    let old = format!("{}/32", two.link.address(&two.there)?);
    let way = link.address(&two.there)?.to_string();
    third.run("ip", &["route", "add", &old, "via", &way])?;
    let mut elsewhere = node(&third, &[])?;
    let small = Object { ticket: other, bytes: 1 << 20 };
    right(&ask(&mut elsewhere, &small.get(LONG))?)?;
    right(&ask(&mut elsewhere, &object.get(LONG))?)?;

    for object in [&object, &small] {
        ensure!(ask(&mut two.origin, &format!("evict {}", object.ticket))? == "done", "evict");
    }
    // One that is stopped takes nothing, which the origin does not put up with for ever.
    let begun = Instant::now();
    loop {
        let left = ask(&mut two.origin, "usage")?;
        if left == "0" {
            break;
        }
        ensure!(begun.elapsed() < LONG, "{left} bytes of the origin are still taken");
        std::thread::sleep(Duration::from_millis(100));
    }
    if !killed {
        two.reader.go_on()?;
        error(&two.reader.line_within(LONG)?, &["Evicted"])?;
        two.holds_nothing()?;
    }
    drop(elsewhere);
    two.leaves_nothing()
}

fn two_links() -> anyhow::Result<()> {
    let mut second = None;
    let mut two = Two::with(&[], |there, here| {
        second = Some(Link::veth(there, here)?);
        Link::veth(there, here)
    })?;
    let second = second.context("no second link")?;
    for first in [true, false] {
        let object = two.put(1 << 20)?;
        let (cut, other) = if first { (&two.link, &second) } else { (&second, &two.link) };
        cut.cut()?;
        let before = other.sent_by(&two.there)?;
        right(&ask(&mut two.reader, &object.get(LONG))?)?;
        ensure!(other.sent_by(&two.there)? - before > 1 << 20, "by the link that is whole");
        cut.mend()?;
    }
    two.leaves_nothing()
}

fn encrypted() -> anyhow::Result<()> {
    ensure!(!marked(&[])?, "bytes of an object can be read on the wire");
    let both = ["WHARF_ENCRYPT=auto", "WHARF_TRUSTED=10.77.0.0/16"];
    ensure!(marked(&both)?, "what may go in the clear does not, or cannot be seen");
    Ok(())
}

/// Whether an object's bytes can be read on the wire.
fn marked(settings: &[&str]) -> anyhow::Result<bool> {
    let mut two = Two::with(settings, Link::veth)?;
    let object = two.put(1 << 20)?;
    let mark = std::str::from_utf8(MARK)?;
    let mut sniffer = two.here.spawn("python3", &["-c", SNIFFER, mark])?;
    ensure!(sniffer.line_within(LONG)? == "ready", "it does not listen");
    right(&two.get(&object, LONG)?)?;
    sniffer.tell("enough")?;
    let (seen, marks) = {
        let said = sniffer.line_within(LONG)?;
        let (seen, marks) = said.split_once(' ').context("two numbers")?;
        (seen.parse::<usize>()?, marks.parse::<usize>()?)
    };
    ensure!(seen >= 1 << 20, "only {seen} bytes were seen");
    two.leaves_nothing()?;
    Ok(marks > 0)
}

/// Counts all bytes that pass the host's devices until it is told a line, and the marks in them.
const SNIFFER: &str = "
import select, socket, sys
mark = sys.argv[1].encode()
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUFFORCE if hasattr(socket, 'SO_RCVBUFFORCE') else 33, 64 << 20)
print('ready', flush=True)
seen = marks = 0
while True:
    ready, _, _ = select.select([s, sys.stdin], [], [])
    if s in ready:
        data = s.recv(1 << 17)
        seen += len(data); marks += data.count(mark)
    else: break
print(seen, marks, flush=True)
";

fn far() -> anyhow::Result<()> {
    let conditions = Conditions { delay: Duration::from_millis(25), loss: 0.001, mtu: 1500 };
    let emulator = env!("CARGO_BIN_EXE_wharf-link");
    let mut two = Two::with(&[], |there, here| Link::emulated(there, here, conditions, emulator))?;
    let object = two.put(8 << 20)?;
    right(&two.get(&object, LONG)?)?;
    two.leaves_nothing()
}

/// After which an origin closes a connection that nothing was asked on.
const IDLE: Duration = Duration::from_secs(60);

const LISTEN: &str = "WHARF_LISTEN=0.0.0.0:7700";

/// A call's time where it is to end without what it wants.
const SHORT: Duration = Duration::from_secs(2);

/// As good as for ever.
const LONG: Duration = Duration::from_secs(60);
