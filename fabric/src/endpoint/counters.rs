//! What an endpoint has done, for whoever wants to know.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::security::PublicKey;

/// What an endpoint has done so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EndpointCounters {
    /// Bytes of objects that were sent.
    pub bytes_sent: u64,
    /// Requests whose bytes were sent, to the last.
    pub served: u64,
    /// Connections there are.
    pub connections: u64,
    /// Connections there have been.
    pub accepted: u64,
    /// Whom, and what, it has refused, and how often: only what was.
    pub refused: Vec<(&'static str, u64)>,
}

impl EndpointCounters {
    /// How often it refused for this reason.
    #[must_use]
    pub fn refused(&self, reason: &str) -> u64 {
        self.refused.iter().find(|(each, _)| *each == reason).map_or(0, |(_, count)| *count)
    }
}

/// What an endpoint has sent to one reader: to the processes of one user on one node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reader {
    /// Where it was last seen.
    pub address: IpAddr,
    /// Connections that it has.
    pub connections: usize,
    /// Bytes of objects that were sent to it.
    pub bytes_sent: u64,
    /// Of its visits, those that are over.
    pub ended: Visits,
}

/// How often a reader was there, from its first connection until it had none, and what it got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Visits {
    /// How many visits.
    pub count: u64,
    /// Bytes of objects that were sent to it by the end of the last.
    pub bytes_sent: u64,
    /// How long they took, all together.
    pub time: Duration,
}

/// Why somebody is refused, or something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    Foreign,
    Handshake,
    Token,
    Slow,
    TooMany,
    Malformed,
    Stalled,
    Idle,
    Evicted,
    Capability,
    Busy,
    Other,
}

impl Refused {
    /// Each with the words for it, in the order of their declaration.
    const ALL: [(Self, &'static str); 12] = [
        (Self::Foreign, "foreign protocol"),
        (Self::Handshake, "failed handshake"),
        (Self::Token, "wrong token"),
        (Self::Slow, "no handshake in time"),
        (Self::TooMany, "too many connections"),
        (Self::Malformed, "malformed request"),
        (Self::Stalled, "took nothing for too long"),
        (Self::Idle, "idle"),
        (Self::Evicted, "evicted"),
        (Self::Capability, "wrong capability"),
        (Self::Busy, "over a limit"),
        (Self::Other, "other"),
    ];
}

/// The counters as the endpoint's thread changes them.
#[derive(Default)]
pub(super) struct Tally {
    bytes_sent: AtomicU64,
    served: AtomicU64,
    connections: AtomicU64,
    accepted: AtomicU64,
    refused: [AtomicU64; Refused::ALL.len()],
    readers: Mutex<VecDeque<Arc<Account>>>,
}

/// What is counted of one reader.
pub(super) struct Account {
    key: PublicKey,
    address: Mutex<IpAddr>,
    connections: AtomicUsize,
    bytes_sent: AtomicU64,
    /// Since when it is there, and how it was before.
    visits: Mutex<(Instant, Visits)>,
}

impl Account {
    pub(super) fn connections(&self) -> usize {
        self.connections.load(Relaxed)
    }

    /// It has another connection.
    pub(super) fn enter(&self) {
        if self.connections.fetch_add(1, Relaxed) == 0 {
            lock(&self.visits).0 = Instant::now();
        }
    }

    /// It has one less.
    pub(super) fn leave(&self) {
        if self.connections.fetch_sub(1, Relaxed) == 1 {
            let (since, ended) = &mut *lock(&self.visits);
            ended.count += 1;
            ended.bytes_sent = self.bytes_sent.load(Relaxed);
            ended.time += since.elapsed();
        }
    }
}

impl Tally {
    pub(super) fn accept(&self) {
        self.accepted.fetch_add(1, Relaxed);
        self.connections.fetch_add(1, Relaxed);
    }

    pub(super) fn close(&self) {
        self.connections.fetch_sub(1, Relaxed);
    }

    pub(super) fn refuse(&self, why: Refused) {
        self.refused[why as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn send(&self, account: Option<&Account>, bytes: usize) {
        self.bytes_sent.fetch_add(bytes as u64, Relaxed);
        if let Some(account) = account {
            account.bytes_sent.fetch_add(bytes as u64, Relaxed);
        }
    }

    pub(super) fn serve(&self) {
        self.served.fetch_add(1, Relaxed);
    }

    pub(super) fn read(&self) -> EndpointCounters {
        let refused = Refused::ALL
            .iter()
            .map(|(why, name)| (*name, self.refused[*why as usize].load(Relaxed)));
        EndpointCounters {
            bytes_sent: self.bytes_sent.load(Relaxed),
            served: self.served.load(Relaxed),
            connections: self.connections.load(Relaxed),
            accepted: self.accepted.load(Relaxed),
            refused: refused.filter(|(_, count)| *count > 0).collect(),
        }
    }

    /// Where to count what is sent to this key. Of those without a connection the one that was
    /// counted first makes room.
    pub(super) fn account(&self, key: PublicKey, address: IpAddr, most: usize) -> Arc<Account> {
        let mut readers = self.readers();
        if let Some(known) = readers.iter().find(|known| known.key == key) {
            *lock(&known.address) = address;
            return known.clone();
        }
        if readers.len() >= most
            && let Some(oldest) = readers.iter().position(|each| each.connections() == 0)
        {
            readers.remove(oldest);
        }
        let account = Arc::new(Account {
            key,
            address: Mutex::new(address),
            connections: AtomicUsize::new(0),
            bytes_sent: AtomicU64::new(0),
            visits: Mutex::new((Instant::now(), Visits::default())),
        });
        // Those with connections are bounded by the number of connections.
        readers.push_back(account.clone());
        account
    }

    pub(super) fn list(&self) -> Vec<Reader> {
        let reader = |account: &Arc<Account>| Reader {
            address: *lock(&account.address),
            connections: account.connections(),
            bytes_sent: account.bytes_sent.load(Relaxed),
            ended: lock(&account.visits).1,
        };
        self.readers().iter().map(reader).collect()
    }

    fn readers(&self) -> MutexGuard<'_, VecDeque<Arc<Account>>> {
        lock(&self.readers)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poison| poison.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_counted_under_its_own_name() {
        let tally = Tally::default();
        for (times, (why, _)) in Refused::ALL.into_iter().enumerate() {
            assert_eq!(why as usize, times);
            (0..=times).for_each(|_| tally.refuse(why));
        }
        for (times, (_, name)) in Refused::ALL.into_iter().enumerate() {
            assert_eq!(tally.read().refused(name), times as u64 + 1, "{name}");
        }
        assert_eq!(tally.read().refused("never"), 0);
    }

    #[test]
    fn readers_are_counted_up_to_a_limit() {
        let tally = Tally::default();
        let home = IpAddr::from([127, 0, 0, 1]);
        let account = |n: u8| tally.account(PublicKey([n; 32]), home, 2);
        let first = account(1);
        first.enter();
        tally.send(Some(&first), 5);
        (2..100).for_each(|n| drop(account(n)));
        let readers = tally.list();
        assert_eq!(readers.len(), 2);
        assert_eq!((readers[0].bytes_sent, tally.read().bytes_sent), (5, 5));
        assert!(Arc::ptr_eq(&first, &account(1)));
    }

    #[test]
    fn a_visit_is_over_with_the_last_of_its_connections() {
        let tally = Tally::default();
        let account = tally.account(PublicKey([1; 32]), IpAddr::from([127, 0, 0, 1]), 2);
        let ended = || {
            let ended = tally.list()[0].ended;
            (ended.count, ended.bytes_sent)
        };
        account.enter();
        account.enter();
        tally.send(Some(&account), 5);
        account.leave();
        assert_eq!(ended(), (0, 0));
        account.leave();
        assert_eq!(ended(), (1, 5));
        account.enter();
        tally.send(Some(&account), 1);
        assert_eq!(ended(), (1, 5));
        account.leave();
        assert_eq!(ended(), (2, 6));
    }
}
