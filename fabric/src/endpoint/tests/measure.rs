//! What an endpoint costs: measured and printed, by name only.
//!
//! ```text
//! cargo test --release -p wharf --lib endpoint::tests::measure -- --ignored --nocapture
//! ```

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use wharf_shm::Wait;

use super::client::{Client, read};
use super::{World, identity};
use crate::security::PublicKey;

#[test]
#[ignore = "a measurement"]
fn a_gibibyte() {
    const SIZE: usize = 1 << 30;
    let world = World::new();
    let mut block = world.store.alloc(SIZE).unwrap();
    block.fill(7);
    let key = block.seal().unwrap().key();
    let view = world.fabric.membership.node.resolve(&key, Duration::ZERO.into(), Wait::Block);
    let view = view.unwrap();
    let mut into = vec![1; SIZE];
    let mut client = world.plain_reader();
    for _ in 0..9 {
        let bare = bare(&view, &mut into);
        let began = Instant::now();
        client.ask(&read(key, 0, u64::MAX));
        client.receive_into(&mut into);
        let ours = began.elapsed();
        println!(
            "bare {:.2} GB/s, endpoint {:.2} GB/s, ratio {:.3}",
            SIZE as f64 / bare.as_secs_f64() / 1e9,
            SIZE as f64 / ours.as_secs_f64() / 1e9,
            bare.as_secs_f64() / ours.as_secs_f64(),
        );
    }
}

#[test]
#[ignore = "a measurement"]
fn small_requests() {
    for wait in [Wait::Block, Wait::Adaptive, Wait::Spin] {
        let world = World::with(|options| options.wait = wait);
        let key = world.put(&[7; 64]);
        for (name, mut client) in [("plain", world.plain_reader()), ("TLS", world.reader())] {
            let mut times: Vec<_> = (0..20_000)
                .map(|_| {
                    let began = Instant::now();
                    client.get(key);
                    began.elapsed()
                })
                .collect();
            times.sort();
            println!("{wait:?}, {name}: 64 bytes in {:?}, the median", times[times.len() / 2]);
        }
    }
}

#[test]
#[ignore = "a measurement"]
fn handshakes() {
    let world = World::new();
    let (own, count) = (identity(), 2000);
    let began = Instant::now();
    for _ in 0..count {
        Client::greeted(&world, &own);
    }
    let both = began.elapsed() / count;
    let own = processor_time();
    println!("a handshake and its greeting: {both:?}, one after the other; {own:?} in all");
}

/// As a C program would: write and read as much as the sockets take.
fn bare(from: &[u8], into: &mut [u8]) -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let mut far = listener.accept().unwrap().0;
    let began = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(move || far.write_all(from).unwrap());
        near.read_exact(into).unwrap();
    });
    began.elapsed()
}

/// The endpoint's key, for another process.
pub(super) fn hex(world: &World) -> String {
    world.identity.public_key().0.map(|byte| format!("{byte:02x}")).concat()
}

pub(super) fn unhex(key: &str) -> PublicKey {
    let byte = |at: usize| u8::from_str_radix(&key[2 * at..2 * at + 2], 16).unwrap();
    PublicKey(std::array::from_fn(byte))
}

/// Of this process, all threads that it has had.
#[allow(unsafe_code)] // a call to the system
pub(super) fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call fills what it is given.
    let failed = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(failed, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
