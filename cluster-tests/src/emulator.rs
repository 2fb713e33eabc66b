//! What carries packets between two network namespaces, each a while later, and loses some: the program
//! `wharf-link`.
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
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::Args;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// What a link is like.
#[derive(Args, Clone, Debug)]
pub struct Emulation {
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

/// As many packets as are written between two looks at the queue.
const BATCH: usize = 256;

impl Emulation {
    /// Carries packets until the process is killed, or a namespace goes.
    ///
    /// # Errors
    ///
    /// If a device cannot be made.
    pub fn run(&self) -> anyhow::Result<()> {
        let [a, b] = &self.ends[..] else { bail!("a link has two ends: give --end twice") };
        let (a, b) = (Arc::new(device(a)?), Arc::new(device(b)?));
        println!("ready");
        let one = self.carry(a.clone(), b.clone(), self.seed);
        let other = self.carry(b, a, self.seed.wrapping_mul(3));
        for direction in one.into_iter().chain(other) {
            if direction.join().is_err() {
                bail!("a direction of the link broke");
            }
        }
        Ok(())
    }

    fn carry(&self, from: Arc<File>, to: Arc<File>, seed: u64) -> [thread::JoinHandle<()>; 2] {
        let way = Arc::new(Way::default());
        let (delay, loss, mtu) = (Duration::from_micros(self.delay_us), self.loss, self.mtu);
        let taking = way.clone();
        let take = thread::spawn(move || {
            let mut draws = Draws(seed);
            let mut packet = vec![0; usize::from(mtu) + 64];
            while let Ok(len) = (&*from).read(&mut packet) {
                if draws.next() >= loss {
                    taking.take(Instant::now() + delay, &packet[..len]);
                }
            }
        });
        let give = thread::spawn(move || {
            loop {
                for packet in way.due() {
                    // A device that is down takes no packets: they are lost.
                    let _ = (&*to).write(&packet);
                }
            }
        });
        [take, give]
    }
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

impl Way {
    /// A packet sets out, to arrive at a time.
    fn take(&self, due: Instant, packet: &[u8]) {
        let mut queue = self.lock();
        if queue.bytes + packet.len() <= QUEUE {
            queue.bytes += packet.len();
            queue.packets.push_back((due, packet.to_vec()));
            if queue.packets.len() == 1 {
                self.some.notify_one();
            }
        }
    }

    /// Waits for the packets that arrive next, as many as are due at once.
    fn due(&self) -> Vec<Vec<u8>> {
        let mut queue = self.lock();
        let first = loop {
            match queue.packets.front() {
                Some((due, _)) => break *due,
                None => queue = self.some.wait(queue).unwrap_or_else(PoisonError::into_inner),
            }
        };
        let early = first.saturating_duration_since(Instant::now());
        if early > Duration::ZERO {
            drop(queue);
            thread::sleep(early);
            queue = self.lock();
        }
        let now = Instant::now();
        let many = queue.packets.iter().take(BATCH).take_while(|(due, _)| *due <= now).count();
        let packets: Vec<_> = queue.packets.drain(..many).map(|(_, packet)| packet).collect();
        queue.bytes -= packets.iter().map(Vec::len).sum::<usize>();
        packets
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
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
