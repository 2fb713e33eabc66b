//! `tcp-wan-cubic`, `tcp-wan-bbr`: a large object over a long way that loses packets: 50 ms there and back, one packet in
//! a thousand lost, 1500 bytes each. Whoever sends controls its congestion as the work says, at both ends.
//!
//! The way is as fast as the program that carries the packets. How fast that is, `emulator` says: bare connections over
//! a second way between the same hosts, as long, that loses nothing. `stream` is one bare connection over the first. Both are
//! looked at when they have been going for a while; Wharf's calls count from their beginning, and `wharf-first` is its very
//! first, which has yet to find out how many connections gain something.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Ends, Policy};
use crate::context::Context;
use crate::error::{Doing, Error, Result, refused};
use crate::hosts::{Way, far_apart};
use crate::measure::{Case, Plan, Series, Task, alternate, nanoseconds};
use crate::peer::{Link, Peer};
use crate::roles::Role;
use crate::row::{Row, relate};
use crate::stats::Round;
use crate::works::{GIB, MIB};

pub(crate) const CUBIC: &str = "tcp-wan-cubic";
pub(crate) const BBR: &str = "tcp-wan-bbr";
const ROUNDS: usize = 5;
const BYTES: u64 = GIB;
/// What the floors are timed for.
const FLOOD: u64 = 256 * MIB;
const ONE: u64 = 4 * MIB;
/// Bare connections that find out what the emulator carries.
const MANY: usize = 64;
/// How long connections get to reach their rate.
const RAMP: Duration = Duration::from_secs(2);
/// No fetch takes longer; nor does the end of a run whose other processes are gone.
const PATIENCE: Duration = Duration::from_secs(100);
const ONCE: Plan = Plan { warm: 0, samples: 1, batch: 1, legs: 1, budget: None };

pub(crate) fn run(context: &Context, work: &'static str) -> Result<Vec<Row>> {
    context.room_for(5 * GIB)?;
    let control = work.rsplit('-').next();
    let way = Way { delay: Duration::from_millis(25), loss: 0.001, control };
    far_apart(context, work, way, measure)
}

fn measure(context: &Context, work: &'static str) -> Result<Vec<Row>> {
    let ends = Ends::over(context, work, Policy::Plain, vec![BYTES; 2], BYTES + BYTES / 2)?;
    let flood = Flood { address: SocketAddr::from(([0, 0, 0, 0], 0)) };
    let mut server = Peer::start(context, &Role::Flood(flood))?;
    let port = server.hear()?;
    let (lossy, clear) = (context.address(), context.clear_address());
    let bare = |address, connections, bytes| Bare {
        to: SocketAddr::new(address, port),
        connections,
        bytes,
        going: None,
    };
    let mut fetch = Fetch { ends: &ends, next: 0 };
    let began = Instant::now();
    fetch.once()?;
    let first = Round::of(&mut [nanoseconds(began.elapsed())], 1);
    let first = Series {
        subject: "wharf-first",
        bytes: BYTES,
        plan: ONCE,
        rounds: first.into_iter().collect(),
        samples: 1,
    };
    let mut cases = [
        Case { subject: "wharf", bytes: BYTES, plan: ONCE, task: Box::new(fetch) },
        Case {
            subject: "emulator",
            bytes: FLOOD,
            plan: ONCE,
            task: Box::new(bare(clear, MANY, FLOOD)),
        },
        Case { subject: "stream", bytes: ONE, plan: ONCE, task: Box::new(bare(lossy, 1, ONE)) },
    ];
    let series = alternate(context, ROUNDS, &mut cases)?;
    drop(cases);
    server.finish()?;
    ends.check_bytes(context, (series[0].samples + 1) * BYTES)?;
    let all = series.iter().chain([&first]);
    let mut rows: Vec<Row> = all.map(|series| Row::of(work, series).moving_bytes()).collect();
    for (row, connections) in rows.iter_mut().zip([ends.connections(), MANY as u64, 1]) {
        row.more.insert("connections".to_owned(), connections as f64);
    }
    relate(&mut rows, "wharf", &["emulator"], "bytes_per_s");
    relate(&mut rows, "stream", &["emulator"], "bytes_per_s");
    Ok(rows)
}

/// Fetches two objects in turn: there is room for one.
struct Fetch<'a> {
    ends: &'a Ends,
    next: usize,
}

impl Task for Fetch<'_> {
    fn once(&mut self) -> Result<()> {
        let ticket = &self.ends.tickets[self.next % self.ends.tickets.len()];
        self.next += 1;
        let began = Instant::now();
        let view = self.ends.reader.resolve(ticket, PATIENCE).map_err(refused("wharf"))?;
        let rate = view.len() as f64 / began.elapsed().as_secs_f64() / 1e6;
        eprintln!("# fetch {} by Wharf: {rate:.1} MB/s", self.next);
        let ends = [view.first(), view.last()].map(|byte| byte.copied());
        if ends != [Some(7); 2] {
            return Err(Error::Subject { who: "wharf".into(), what: format!("read {ends:?}") });
        }
        Ok(())
    }
}

/// Bare connections, timed for so many bytes once they have been going for a while.
struct Bare {
    to: SocketAddr,
    connections: usize,
    bytes: u64,
    going: Option<Arc<Going>>,
}

/// What connections bring.
#[derive(Default)]
struct Going {
    bytes: AtomicU64,
    over: AtomicBool,
}

impl Task for Bare {
    fn begin(&mut self, _: u32) -> Result<()> {
        let going = Arc::new(Going::default());
        for _ in 0..self.connections {
            let to = self.to;
            let socket = TcpStream::connect(to).doing(|| format!("connecting to {to}"))?;
            let limited = socket.set_read_timeout(Some(Duration::from_millis(500)));
            limited.doing(|| "limiting how long a socket is waited for".to_owned())?;
            let going = going.clone();
            std::thread::spawn(move || going.drain(socket));
        }
        std::thread::sleep(RAMP);
        self.going = Some(going);
        Ok(())
    }

    fn once(&mut self) -> Result<()> {
        let Some(going) = &self.going else { return Ok(()) };
        let began = Instant::now();
        let from = going.bytes.load(Ordering::Relaxed);
        while going.bytes.load(Ordering::Relaxed) - from < self.bytes {
            if began.elapsed() > PATIENCE {
                let what = format!("{} bytes did not come within {PATIENCE:?}", self.bytes);
                return Err(Error::Subject { who: "bare connections".to_owned(), what });
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        let rate = self.bytes as f64 / began.elapsed().as_secs_f64() / 1e6;
        eprintln!("# {} bare: {rate:.1} MB/s", self.connections);
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        if let Some(going) = self.going.take() {
            going.over.store(true, Ordering::Relaxed);
        }
        // Until what is on its way has gone by.
        std::thread::sleep(Duration::from_secs(1));
        Ok(())
    }
}

impl Going {
    /// Reads until it is over. Relaxed: a counter and a flag that order nothing.
    fn drain(&self, mut socket: TcpStream) {
        let mut buffer = vec![0; 256 << 10];
        while !self.over.load(Ordering::Relaxed) {
            match socket.read(&mut buffer) {
                Ok(0) => return,
                Ok(bytes) => drop(self.bytes.fetch_add(bytes as u64, Ordering::Relaxed)),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    }
}

/// Who sends bytes without end to everybody who connects.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Flood {
    address: SocketAddr,
}

/// The process that floods.
pub(crate) fn flood(mut link: Link, flood: &Flood) -> Result<()> {
    let listening = || format!("listening on {}", flood.address);
    let listener = TcpListener::bind(flood.address).doing(listening)?;
    let port = listener.local_addr().doing(listening)?.port();
    std::thread::spawn(move || {
        for mut socket in listener.incoming().map_while(std::io::Result::ok) {
            std::thread::spawn(move || {
                let buffer = vec![7; 256 << 10];
                while socket.write_all(&buffer).is_ok() {}
            });
        }
    });
    link.tell(&port)?;
    link.hear_or_end::<()>().map(|_| ())
}
