//! Between a reader and an endpoint: counts who speaks when.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Forwards connections, and keeps a record of each.
pub(super) struct Relay {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// One connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The first byte that the reader sent.
    pub(super) first: Option<u8>,
    /// Who spoke, in turns: `r` the reader, `o` the origin.
    pub(super) turns: String,
}

pub(super) const TLS: Option<u8> = Some(0x16);
pub(super) const PLAIN: Option<u8> = Some(0xd5);

impl Relay {
    pub(super) fn to(origin: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let relay = Self { address: listener.local_addr().unwrap(), seen: Arc::default() };
        let seen = relay.seen.clone();
        std::thread::spawn(move || {
            for reader in listener.incoming().map_while(Result::ok) {
                let Ok(origin) = TcpStream::connect(origin) else { continue };
                let at = {
                    let mut seen = seen.lock().unwrap();
                    seen.push(Seen::default());
                    seen.len() - 1
                };
                let ways = [('r', &reader, &origin), ('o', &origin, &reader)];
                for (who, from, to) in ways {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let seen = seen.clone();
                    std::thread::spawn(move || forward(who, from, to, &seen, at));
                }
            }
        });
        relay
    }

    /// Every connection until now, in the order in which they were opened.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The first bytes of all connections.
    pub(super) fn kinds(&self) -> Vec<Option<u8>> {
        self.seen().into_iter().map(|seen| seen.first).collect()
    }
}

fn forward(who: char, mut from: TcpStream, mut to: TcpStream, seen: &Mutex<Vec<Seen>>, at: usize) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        {
            let seen = &mut seen.lock().unwrap()[at];
            if who == 'r' && seen.first.is_none() {
                seen.first = Some(bytes[0]);
            }
            if !seen.turns.ends_with(who) {
                seen.turns.push(who);
            }
        }
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
