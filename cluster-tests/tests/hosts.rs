//! The hosts and links themselves: that they are apart, and that their faults are what they say.

mod harness;

use std::net::{Ipv4Addr, UdpSocket};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use harness::Test;
use wharf_cluster_tests::{Conditions, Host, Link, Process};

fn main() -> ExitCode {
    harness::run(&TESTS)
}

const TESTS: [(&str, Test); 5] = [
    ("hosts_share_neither_memory_nor_network", apart),
    ("a_thread_that_enters_a_host_is_there_and_no_other_is", entered),
    ("a_cut_link_loses_everything_and_tells_nobody", cut),
    ("an_emulated_link_delays_and_loses", emulated),
    ("nothing_stays_of_a_host", gone),
];

fn two() -> anyhow::Result<(Host, Host)> {
    Ok((Host::new("a", 16 << 20)?, Host::new("b", 16 << 20)?))
}

/// Answers datagrams, for as long as it is there.
fn echo(host: &Host) -> anyhow::Result<Process> {
    let mut server = host.spawn("python3", &["-c", SERVER])?;
    assert_eq!(server.line()?, "ready");
    Ok(server)
}

const SERVER: &str = "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('0.0.0.0', 7)); print('ready', flush=True)
while True:
    data, whence = s.recvfrom(2000)
    s.sendto(data, whence)
";

/// How many of so many datagrams come back, each within a second, and how long the first took.
fn ask(from: &Host, address: Ipv4Addr, many: usize) -> anyhow::Result<(usize, Duration)> {
    let arguments = ["-c", CLIENT, &address.to_string(), &many.to_string()];
    let said = from.spawn("python3", &arguments)?.finish(Duration::from_secs(60))?;
    let (count, time) = said.stdout.trim().split_once(' ').context(said.stderr)?;
    Ok((count.parse()?, Duration::from_secs_f64(time.parse()?)))
}

const CLIENT: &str = "
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], 7)); s.settimeout(1)
begun, first, count, many = time.time(), 0, 0, int(sys.argv[2])
for _ in range(many):
    try: s.send(b'x' * 56)
    except OSError: pass
    time.sleep(0.001)
try:
    while count < many:
        s.recv(2000)
        first = first or time.time() - begun
        count += 1
except OSError: pass
print(count, first)
";

fn apart() -> anyhow::Result<()> {
    let (a, b) = two()?;
    a.run("sh", &["-c", "echo hello > /dev/shm/greeting"])?;
    assert_eq!((a.files()?.len(), b.files()?.len()), (1, 0));
    assert!(!std::path::Path::new("/dev/shm/greeting").exists());
    let link = Link::veth(&a, &b)?;
    let _server = echo(&b)?;
    assert_eq!(ask(&a, link.address(&b)?, 10)?.0, 10);
    assert!(a.run("ip", &["route", "get", "192.0.2.1"]).is_err(), "a host knows its link only");
    Ok(())
}

fn entered() -> anyhow::Result<()> {
    let (a, b) = two()?;
    let link = Link::veth(&a, &b)?;
    let _server = echo(&b)?;
    let to = (link.address(&b)?, 7);
    let there = std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            a.enter()?;
            std::fs::write("/dev/shm/greeting", "hello")?;
            let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
            socket.set_read_timeout(Some(Duration::from_secs(10)))?;
            socket.send_to(b"hello", to)?;
            anyhow::Ok(socket.recv(&mut [0; 16])?)
        });
        thread.join().map_err(|_| anyhow::anyhow!("it panicked"))?
    });
    assert_eq!(there?, 5);
    assert_eq!((a.files()?.len(), b.files()?.len()), (1, 0));
    assert!(!std::path::Path::new("/dev/shm/greeting").exists());
    assert!(UdpSocket::bind((link.address(&a)?, 0)).is_err(), "this thread has moved too");
    Ok(())
}

fn cut() -> anyhow::Result<()> {
    let (a, b) = two()?;
    let link = Link::veth(&a, &b)?;
    let _server = echo(&b)?;
    let address = link.address(&b)?;
    assert_eq!(ask(&a, address, 10)?.0, 10);
    link.cut()?;
    assert_eq!(ask(&a, address, 10)?.0, 0);
    link.mend()?;
    assert_eq!(ask(&a, address, 10)?.0, 10);
    Ok(())
}

fn emulated() -> anyhow::Result<()> {
    let (a, b) = two()?;
    let conditions = Conditions { delay: Duration::from_millis(100), loss: 0.0, mtu: 1500 };
    let link = Link::emulated(&a, &b, conditions, env!("CARGO_BIN_EXE_wharf-link"))?;
    let _server = echo(&b)?;
    let (count, time) = ask(&a, link.address(&b)?, 10)?;
    assert_eq!(count, 10);
    assert!(time >= Duration::from_millis(200), "there and back: {time:?}");

    let (c, d) = two()?;
    let conditions = Conditions { delay: Duration::ZERO, loss: 0.5, mtu: 1500 };
    let link = Link::emulated(&c, &d, conditions, env!("CARGO_BIN_EXE_wharf-link"))?;
    let _server = echo(&d)?;
    let before = link.sent_by(&d)?;
    let (count, _) = ask(&c, link.address(&d)?, 400)?;
    // Half of the questions arrive, of 84 bytes each, and are answered; of those answers, half do.
    let answered = (link.sent_by(&d)? - before) / 84;
    assert!((120..280).contains(&answered), "{answered} of 400 were answered");
    assert!((40..160).contains(&count), "{count} of 400 came back");
    Ok(())
}

fn gone() -> anyhow::Result<()> {
    let host = Host::new("a", 16 << 20)?;
    let mut sleeper = host.spawn("sh", &["-c", "echo there; exec sleep 1000"])?;
    assert_eq!(sleeper.line()?, "there");
    let namespace = std::fs::read_link(format!("/proc/{}/ns/net", sleeper.id()))?;
    assert_ne!(namespace, std::fs::read_link("/proc/self/ns/net")?);
    drop(host);
    sleeper.kill()?;
    for process in std::fs::read_dir("/proc")?.flatten() {
        let other = std::fs::read_link(process.path().join("ns/net"));
        assert!(other.is_err() || other? != namespace, "{:?} is still there", process.path());
    }
    Ok(())
}
