//! `wharf-link`: carries packets between two network namespaces, each a while later, and loses some.
//!
//! ```text
//! wharf-link --end PID:DEVICE --end PID:DEVICE --delay-us 25000 --loss 0.001 --mtu 1500
//!
//!  namespace of PID            this program               namespace of PID
//!  ──[ TUN device ]──── read, lose?, wait, write ────[ TUN device ]──
//! ```
//!
//! It prints `ready` when both devices are there. When it ends, they are gone. A thread for each
//! direction reads as fast as packets come, another writes each when it is due; what waits is bounded
//! by [`QUEUE`], beyond which packets are lost as in any router.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Parser;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// Carries packets between two network namespaces, with a delay and losses
#[derive(Debug, Parser)]
struct Args {
    /// A process in a network namespace, and what to call the device there; twice
    #[arg(long = "end", value_name = "PID:DEVICE", required = true)]
    ends: Vec<String>,
    /// Microseconds that each packet is on its way
    #[arg(long, default_value_t = 0)]
    delay_us: u64,
    /// Which part of the packets is lost
    #[arg(long, default_value_t = 0.0)]
    loss: f64,
    /// The largest packet
    #[arg(long, default_value_t = 1500)]
    mtu: u16,
    /// What the losses are drawn from
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Bytes that may be on their way in one direction.
const QUEUE: usize = 64 << 20;

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let [a, b] = &args.ends[..] else { bail!("a link has two ends: give --end twice") };
    let (a, b) = (Arc::new(device(a)?), Arc::new(device(b)?));
    println!("ready");
    let one = carry(a.clone(), b.clone(), &args, args.seed);
    let other = carry(b, a, &args, args.seed.wrapping_mul(3));
    // Until the program is killed, or a namespace goes.
    for direction in one.into_iter().chain(other) {
        if direction.join().is_err() {
            bail!("a direction of the link broke");
        }
    }
    Ok(())
}

/// Packets on their way.
#[derive(Default)]
struct Way {
    queue: Mutex<Queue>,
    some: Condvar,
}

#[derive(Default)]
struct Queue {
    /// Each with when it arrives.
    packets: VecDeque<(Instant, Vec<u8>)>,
    bytes: usize,
}

fn carry(from: Arc<File>, to: Arc<File>, args: &Args, seed: u64) -> [thread::JoinHandle<()>; 2] {
    let way = Arc::new(Way::default());
    let (delay, loss, mtu) = (Duration::from_micros(args.delay_us), args.loss, args.mtu);
    let taking = way.clone();
    let take = thread::spawn(move || {
        let mut draws = Draws(seed);
        let mut packet = vec![0; usize::from(mtu) + 64];
        while let Ok(len) = (&*from).read(&mut packet) {
            if draws.next() < loss {
                continue;
            }
            let mut queue = taking.queue.lock().unwrap_or_else(PoisonError::into_inner);
            if queue.bytes + len <= QUEUE {
                queue.packets.push_back((Instant::now() + delay, packet[..len].to_vec()));
                queue.bytes += len;
                taking.some.notify_one();
            }
        }
    });
    let give = thread::spawn(move || {
        loop {
            let mut queue = way.queue.lock().unwrap_or_else(PoisonError::into_inner);
            while queue.packets.is_empty() {
                queue = way.some.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            let Some((due, packet)) = queue.packets.pop_front() else { continue };
            queue.bytes -= packet.len();
            drop(queue);
            let early = due.saturating_duration_since(Instant::now());
            if early > Duration::ZERO {
                thread::sleep(early);
            }
            // A device that is down takes no packets: they are lost.
            let _ = (&*to).write(&packet);
        }
    });
    [take, give]
}

/// Numbers from 0 to 1 that look random: xorshift64*, by Marsaglia and Vigna.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.max(1);
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// A TUN device in the namespace of a process. The thread that makes it stays there, and ends.
fn device(end: &str) -> anyhow::Result<File> {
    let (pid, name) = end.split_once(':').with_context(|| format!("{end} is not PID:DEVICE"))?;
    let namespace = File::open(format!("/proc/{pid}/ns/net"))?;
    let name = name.to_owned();
    let made = thread::spawn(move || {
        move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?;
        tun(&name)
    });
    match made.join() {
        Ok(device) => device.with_context(|| format!("cannot make the device of {end}")),
        Err(_) => bail!("cannot make the device of {end}"),
    }
}

fn tun(name: &str) -> anyhow::Result<File> {
    let device = OpenOptions::new().read(true).write(true).open("/dev/net/tun")?;
    // SAFETY: all zeros is a valid `ifreq`.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(name.bytes()).take(libc::IFNAMSIZ - 1) {
        *to = from as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_TUN | libc::IFF_NO_PI) as libc::c_short;
    // SAFETY: the descriptor is open, and the request lives until the call returns.
    let status =
        unsafe { libc::ioctl(device.as_raw_fd(), libc::TUNSETIFF as _, &raw const request) };
    if status < 0 {
        return Err(std::io::Error::last_os_error()).context("TUNSETIFF");
    }
    Ok(device)
}
