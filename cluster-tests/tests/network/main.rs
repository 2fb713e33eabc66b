//! Nodes on hosts of their own: what crosses the link between them, and what becomes of a reader and
//! of an origin when the other, or the link, fails.

mod command;
#[path = "../harness/mod.rs"]
mod harness;
mod stopped;
mod two;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use harness::Test;
use two::{Fault, IDLE, LONG, Object, SHORT, Two, ask, error, no_connections, node, right};
use wharf_cluster_tests::{Conditions, Host, Link, MARK};

fn main() -> ExitCode {
    harness::run(TESTS)
}

const TESTS: &[(&str, Test)] = &[
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
    ("a_producer_that_dies_is_told_to_readers_who_wait", producer_dies),
    ("an_origin_restarted_during_a_fetch_has_its_object_no_more", restarted_empty),
    ("a_connection_that_a_cut_left_half_open_goes_before_its_idle_time", half_open),
    ("hosts_find_each_other_by_ipv6", ipv6),
    ("a_reader_killed_during_its_fetch", || reader_fails(true)),
    ("a_reader_stopped_during_its_fetch", || reader_fails(false)),
    ("a_fetcher_that_stops_is_replaced", stopped::replaced),
    ("a_fetcher_goes_on_beside_the_one_that_replaced_it", stopped::both_fetch),
    ("a_stopped_fetcher_is_killed_and_then_its_successor", stopped::killed),
    ("whoever_replaces_a_stopped_fetcher_stops_too", stopped::both_stop),
    ("an_origin_that_stands_still_is_no_stopped_fetcher", stopped::origin_stands_still),
    ("a_fetch_goes_on_by_the_other_of_two_links", two_links),
    ("bytes_are_encrypted_unless_both_trust_the_network", encrypted),
    ("an_object_crosses_a_link_that_delays_and_loses", far),
    ("wharf_serve_killed_before_a_get", || command::before(Fault::Killed)),
    ("wharf_serve_stopped_before_a_get", || command::before(Fault::Stopped)),
    ("wharf_serve_killed_during_a_get", || command::during(Fault::Killed)),
    ("wharf_serve_stopped_during_a_get", || command::during(Fault::Stopped)),
    ("wharf_serve_restarted_during_a_get", command::restarted),
    ("wharf_serve_killed_after_a_get", || command::after(Fault::Killed)),
    ("wharf_serve_stopped_after_a_get", || command::after(Fault::Stopped)),
];

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

/// Its memory is given back with all that was in it, and those who waited hear of it all the same.
fn producer_dies() -> anyhow::Result<()> {
    let mut two = Two::new()?;
    let mut producer = node(&two.there, &[])?;
    let promised = Object { ticket: ask(&mut producer, "promise")?, bytes: 1 };
    let early = two.get(&promised, Duration::from_millis(300))?;
    error(&early, &["Deadline"])?;
    two.reader.tell(&promised.get(LONG))?;
    two.is_held()?;
    producer.kill()?;
    error(&two.reader.line_within(LONG)?, &["OwnerDied"])?;
    two.leaves_nothing()
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
