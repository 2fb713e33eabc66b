//! Endpoints begin and end, readers die, objects are evicted while they are sent.

use std::io::{BufRead, Write};
use std::time::Duration;

use wharf_shm::Wait;

use super::client::{Client, GoodReader, read};
use super::{World, pattern};
use crate::endpoint::{Endpoint, ListenError};

#[test]
fn closing_ends_everything_even_in_the_middle() {
    let world = World::new();
    let large = world.put(&vec![7; 64 << 20]);
    let mut clients: Vec<_> = (0..4).map(|_| world.plain_reader()).collect();
    for client in &mut clients {
        client.ask(&read(large, 0, u64::MAX));
    }
    let mut idle = world.reader();
    world.endpoint.close();
    world.endpoint.close();
    assert_eq!(world.endpoint.counters().connections, 0);
    assert!(idle.receive().is_err());
    assert!(clients.iter_mut().all(|client| client.receive().is_err()));
    assert!(std::net::TcpStream::connect(world.address()).is_err(), "somebody listens");
    assert_eq!(super::hostile::pins(&world), 0);
}

#[test]
fn a_port_is_free_again_at_once() {
    let world = World::new();
    let address = world.address();
    let mut client = world.reader();
    client.get(world.put(b"bytes"));
    drop(world);
    let again = World::with(|options| options.addresses = vec![address]);
    assert_eq!(again.address(), address);
    assert_eq!(again.reader().get(again.put(b"again")), b"again");
}

#[test]
fn nowhere_to_listen_is_an_error_that_helps() {
    let world = World::new();
    let mut options = None;
    let other = World::with(|given| {
        options = Some((given.identity.clone(), given.limits.clone()));
    });
    let (identity, limits) = options.unwrap();
    let listen = |addresses| {
        Endpoint::listen(
            &other.fabric.membership,
            crate::endpoint::EndpointOptions {
                addresses,
                identity: identity.clone(),
                policy: Default::default(),
                trusted: Default::default(),
                secret: None,
                limits: limits.clone(),
                wait: Wait::Block,
            },
        )
    };
    assert!(matches!(listen(vec![]), Err(ListenError::NoAddress)));
    let error = listen(vec![world.address()]).err().unwrap().to_string();
    assert!(error.contains(&world.address().to_string()), "{error}");
    assert!(error.contains("choose another port"), "{error}");
}

#[test]
fn every_way_of_waiting_serves() {
    for wait in [Wait::Block, Wait::Adaptive, Wait::Spin] {
        let world = World::with(|options| options.wait = wait);
        let mut client = world.plain_reader();
        let key = world.put(b"bytes");
        (0..1000).for_each(|_| assert_eq!(client.get(key), b"bytes"));
    }
}

#[test]
fn several_addresses_are_several_routes() {
    let world = World::with(|options| {
        let addresses = ["127.0.0.1:0", "127.0.0.2:0", "[::1]:0"];
        options.addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
    });
    let key = world.put(b"bytes");
    let routes = world.endpoint.routes().to_vec();
    assert_eq!(routes.len(), 3);
    for crate::ticket::Route::Tcp(address) in routes {
        let own = super::identity();
        let mut client = Client::tls(address, &own, world.identity.public_key()).unwrap();
        let hello = crate::wire::Hello::new(Default::default());
        client.send(0, &crate::wire::Request::Hello(hello)).unwrap();
        client.expect_welcome().unwrap();
        assert_eq!(client.get(key), b"bytes", "{address}");
    }
}

/// An answer of many pieces, whose object is evicted, and its memory wanted, after the first.
#[test]
fn what_is_evicted_in_the_middle_arrives_whole() {
    const SIZE: usize = 32 << 20;
    let world = World::new();
    for round in 0..20 {
        let bytes = pattern(round, SIZE);
        let ticket = world.store.put(&bytes).unwrap();
        let before = world.endpoint.counters().bytes_sent;
        let mut client = world.plain_reader();
        client.ask(&read(ticket.key(), 0, u64::MAX));
        world.soon("nothing is sent", |counters| counters.bytes_sent > before);
        world.store.evict(&ticket).unwrap();
        let other = world.store.put(&vec![0; SIZE]).unwrap();
        let (_, got) = client.receive().unwrap();
        assert!(got.bytes() == Some(&bytes[..]), "round {round}");
        world.store.evict(&other).unwrap();
    }
}

/// Readers that are killed leave no pin, no descriptor and no connection. In a process of its own,
/// whose descriptors are no other test's, with readers that are processes too.
#[test]
fn killed_readers_leave_nothing() {
    const NAME: &str = "endpoint::tests::lifecycle::killed_readers_leave_nothing";
    if let Ok(errand) = std::env::var(READER) {
        return read_until_killed(&errand);
    }
    if std::env::var_os(ALONE).is_none() {
        let alone = itself(NAME).env(ALONE, "yes").output().unwrap();
        let said = String::from_utf8_lossy(&alone.stdout);
        return assert!(alone.status.success() && said.contains("1 passed"), "{alone:?}");
    }
    let world = World::new();
    let large = world.store.put(&vec![7; 64 << 20]).unwrap();
    let pending = world.store.promise().unwrap();
    // What is opened at first, and stays, is open.
    drop(world.plain_reader().read(large.key(), 0, 1));
    world.soon("the first is still there", |counters| counters.connections == 0);
    let before = descriptors();
    for round in 0..10 {
        let key = super::measure::hex(&world);
        let errand = format!("{} {key} {large} {}", world.address(), pending.ticket());
        let mut reader = itself(NAME).env(READER, errand).spawn().unwrap();
        world.soon("it does not come", |counters| counters.connections == READS);
        std::thread::sleep(Duration::from_millis(round * 3));
        reader.kill().unwrap();
        reader.wait().unwrap();
        world.soon("it is still there", |counters| counters.connections == 0);
        assert_eq!(super::hostile::pins(&world), 0);
        assert_eq!(descriptors(), before);
    }
    // Nobody is waited for any more either.
    pending.put(b"at last").unwrap();
    assert_eq!(world.reader().get(large.key()).len(), 64 << 20);
}

/// In the process of its own.
const ALONE: &str = "WHARF_TEST_ALONE";
/// Tells a reader where to connect, whom it will find, and what to ask for.
const READER: &str = "WHARF_TEST_READER";
/// Connections that a reader has.
const READS: u64 = 6;

/// Asks for more than it takes, and for what does not come.
fn read_until_killed(errand: &str) {
    let words: Vec<_> = errand.split(' ').collect();
    let [address, key, large, pending] = words[..] else { panic!("{errand}") };
    let [large, pending] =
        [large, pending].map(|ticket| ticket.parse::<crate::Ticket>().unwrap().key());
    let (own, key) = (super::identity(), super::measure::unhex(key));
    let mut clients: Vec<_> = (0..READS)
        .map(|_| {
            let mut client = Client::tls(address.parse().unwrap(), &own, key).unwrap();
            let hello = crate::wire::Hello::new(Default::default());
            client.send(0, &crate::wire::Request::Hello(hello)).unwrap();
            client.expect_welcome().unwrap();
            client
        })
        .collect();
    for (number, client) in clients.iter_mut().enumerate() {
        client.ask(&super::client::held(pending, super::LONG));
        if number % 2 == 0 {
            client.ask(&read(large, 0, u64::MAX));
        }
    }
    std::thread::sleep(super::LONG);
}

/// This program, to run one test in.
fn itself(test: &str) -> std::process::Command {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]);
    command
}

fn descriptors() -> usize {
    let sockets = std::fs::read_dir("/proc/self/fd").unwrap();
    sockets.filter(|entry| entry.is_ok()).count()
}

#[test]
fn a_panic_closes_one_connection_and_no_other() {
    let world = World::new();
    let good = GoodReader::start(&world);
    let key = world.put(b"bytes");
    for mut client in [world.reader(), world.plain_reader()] {
        client.send(super::PANICS.0, &read(key, 0, 1)).unwrap();
        assert!(client.receive().is_err());
    }
    assert_eq!(world.reader().get(key), b"bytes");
    assert!(good.end() > 1);
}

/// A forked child has the sockets too: what its parent closes is closed all the same, and the child
/// closes nothing.
#[test]
#[allow(unsafe_code)] // forking is
fn a_forked_child_neither_closes_nor_keeps_anything() {
    let world = World::new();
    let key = world.put(b"bytes");
    let (mut client, mut idle) = (world.reader(), world.plain_reader());
    // SAFETY: the child closes what it must not, waits, and ends without running anything else.
    let child = unsafe { libc::fork() };
    if child == 0 {
        world.endpoint.close();
        std::thread::sleep(super::LONG);
        // SAFETY: ends this process.
        unsafe { libc::_exit(0) };
    }
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(client.get(key), b"bytes", "the child has closed it");
    assert_eq!(world.reader().get(key), b"bytes");
    world.endpoint.close();
    assert!(client.receive().is_err() && idle.receive().is_err());
    assert!(std::net::TcpStream::connect(world.address()).is_err(), "the child keeps the port");
    // SAFETY: a signal to this test's own child, which is then waited for.
    unsafe {
        libc::kill(child, libc::SIGKILL);
        libc::waitpid(child, std::ptr::null_mut(), 0);
    }
}

/// In a process of its own, which has descriptors for a few connections only.
#[test]
fn without_descriptors_it_goes_on_and_does_not_spin() {
    const NAME: &str =
        "endpoint::tests::lifecycle::without_descriptors_it_goes_on_and_does_not_spin";
    const ROLE: &str = "WHARF_TEST_FEW_DESCRIPTORS";
    if std::env::var_os(ROLE).is_some() {
        return with_few_descriptors();
    }
    let mut child = itself(NAME)
        .env(ROLE, "child")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    let mut line = |begin: &str| {
        let told = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| line.split_once(begin).map(|(_, rest)| rest.to_owned()));
        told.expect("the process has ended")
    };
    let address: std::net::SocketAddr = line("listens at ").parse().unwrap();
    let crowd: Vec<_> = (0..100).map(|_| std::net::TcpStream::connect(address).unwrap()).collect();
    writeln!(child.stdin.as_mut().unwrap(), "they are there").unwrap();
    assert_eq!(line("busy: "), "false");
    drop(crowd);
    drop(child.stdin.take());
    assert_eq!(line("served: "), "true");
    assert!(child.wait().unwrap().success());
}

fn with_few_descriptors() {
    let world = World::limited(|limits| limits.handshake = Duration::from_secs(3600));
    let key = world.put(b"bytes");
    let mut good = world.reader();
    let mut limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current = Some(descriptors() as u64 + 10);
    rustix::process::setrlimit(rustix::process::Resource::Nofile, limit).unwrap();
    println!("listens at {}", world.address());
    let mut input = std::io::stdin().lines();
    input.next().unwrap().unwrap();
    let (before, began) = (super::measure::processor_time(), std::time::Instant::now());
    while began.elapsed() < Duration::from_secs(1) {
        assert_eq!(good.get(key), b"bytes");
        std::thread::sleep(Duration::from_millis(20));
    }
    // One that spins takes all of it.
    let busy = super::measure::processor_time() - before;
    println!("busy: {}", busy > Duration::from_millis(500));
    assert!(input.next().is_none());
    world.soon("the crowd is still there", |counters| counters.connections <= 1);
    limit.current = limit.maximum;
    rustix::process::setrlimit(rustix::process::Resource::Nofile, limit).unwrap();
    println!("served: {}", world.reader().get(key) == b"bytes");
}
