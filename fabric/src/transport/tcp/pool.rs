//! What rests between calls: warm connections, tokens, and who answered last at each address.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use wharf_shm::Node;

use super::connection::Connection;
use crate::security::{Encryption, Identity, Policy, PublicKey, Secret, Token, Trusted};
use crate::ticket::Route;
use crate::transport::{Peer, Purpose};
use crate::wire::Welcome;

/// A process's connections to endpoints, as far as no call is using them. Its lock is held to take
/// one or to give one back, never while something is sent or received.
///
/// At most [`MOST_IDLE`] connections rest, of which the longest unused plain one is closed for another; one that
/// nobody uses is closed somewhat before its origin would. Of at most [`MOST_PLACES`] addresses it is
/// remembered who answered there, with [`MOST_TOKENS`] tokens at most.
pub(crate) struct Pool {
    pub(super) reader: Reading,
    resting: Mutex<Resting>,
    /// Bytes that came in the clear, and those that came encrypted.
    received: [AtomicU64; 2],
    /// What the times of its sessions count from.
    pub(super) epoch: Instant,
}

/// What a reader is, and what it wants of its connections.
pub(crate) struct Reading {
    /// Knows a forked child, which has the descriptors of its parent's connections.
    pub(crate) node: Node,
    pub(crate) identity: Identity,
    pub(crate) policy: Policy,
    pub(crate) trusted: Trusted,
    pub(crate) secret: Option<Secret>,
}

/// Whom one expects at an address. A node's endpoints have one key, and an address each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) key: PublicKey,
    pub(super) address: SocketAddr,
}

/// Of what is random already a part is enough.
impl Hash for Place {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.key.0;
        state.write_u64(
            u64::from_ne_bytes([a, b, c, d, e, f, g, h]) ^ u64::from(self.address.port()),
        );
    }
}

/// How to come by a connection.
pub(super) enum Start {
    /// Use this one, and ask for tokens beside whatever it is used for if there should be some.
    Warm { connection: Box<Connection>, wants_tokens: bool },
    /// Open a plain one, with this token.
    Plain(Token),
    /// Open an encrypted one.
    Encrypted,
    /// Get tokens for a plain one, by this connection or a new one that is encrypted.
    Tokens(Option<Box<Connection>>),
}

#[derive(Default)]
struct Resting {
    /// The longest unused first.
    idle: Vec<(Place, Box<Connection>)>,
    places: HashMap<Place, Known>,
}

/// What was learnt of a place.
#[derive(Default)]
struct Known {
    /// Which start of an endpoint answered last.
    endpoint: [u8; 16],
    /// Whether there can be plain connections.
    plain: bool,
    /// The oldest first.
    tokens: Vec<(Token, Instant)>,
}

impl Pool {
    pub(crate) fn new(reader: Reading) -> Arc<Self> {
        Arc::new(Self {
            reader,
            resting: Mutex::default(),
            received: Default::default(),
            epoch: Instant::now(),
        })
    }

    /// Bytes that were received so far: in the clear, and encrypted.
    pub(crate) fn received(&self) -> [u64; 2] {
        self.received.each_ref().map(|bytes| bytes.load(Ordering::Relaxed))
    }

    pub(super) fn count(&self, bytes: usize, encrypted: bool) {
        // Relaxed: a counter that orders nothing.
        self.received[usize::from(encrypted)].fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Whether bytes would come encrypted by a route, and why; `None` if nobody has answered there yet
    /// whose word counts.
    pub(crate) fn encryption(&self, peer: &Peer, route: &Route) -> Option<Encryption> {
        let Route::Tcp(address) = *route;
        let place = Place { key: peer.key, address };
        if !self.allows_plain(&place) {
            return Some(match self.reader.policy {
                Policy::Always => Encryption::Always,
                _ => Encryption::Untrusted,
            });
        }
        let plain = self.resting().places.get(&place)?.plain;
        Some(if plain { Encryption::None } else { Encryption::Demanded })
    }

    /// Whether this side would have plain connections to a place.
    pub(super) fn allows_plain(&self, place: &Place) -> bool {
        let trusted = self.reader.trusted.contains(place.address.ip());
        self.reader.policy.allows_plain(trusted)
    }

    /// The best way to a connection.
    pub(super) fn take(&self, place: &Place, purpose: Purpose) -> Start {
        while self.is_ours() {
            let mut start = self.resting().take(place, purpose, self.allows_plain(place));
            if let Start::Warm { connection, .. } | Start::Tokens(Some(connection)) = &mut start {
                // One that died just now is found out by its use.
                if connection.rests.elapsed() > MOMENT && !connection.is_quiet() {
                    continue;
                }
                connection.uses = connection.uses.saturating_add(1);
            }
            return start;
        }
        Start::Encrypted
    }

    /// A connection that rests, if there is one and none better could be had.
    pub(super) fn take_warm(&self, place: &Place, now: Instant) -> Option<Box<Connection>> {
        if !self.is_ours() {
            return None;
        }
        let mut connection = self.resting().take_warm(place, self.allows_plain(place), now)?;
        // One that died just now is found out by its use.
        if now.saturating_duration_since(connection.rests) > MOMENT && !connection.is_quiet() {
            return None;
        }
        connection.uses = connection.uses.saturating_add(1);
        Some(connection)
    }

    /// A token, if there is one.
    pub(super) fn token(&self, place: &Place) -> Option<Token> {
        self.resting().places.get_mut(place)?.token()
    }

    /// Puts a connection to rest that has nothing on its way.
    pub(super) fn give_back(&self, place: &Place, mut connection: Box<Connection>) {
        if !self.is_ours() {
            return;
        }
        let now = Instant::now();
        connection.rests = now;
        let mut resting = self.resting();
        let known = resting.places.get(place);
        if known.is_some_and(|known| connection.endpoint() != Some(known.endpoint)) {
            return;
        }
        let over: Vec<_> = resting.idle.extract_if(.., |(_, it)| it.has_rested(now)).collect();
        let surplus = (resting.idle.len() >= MOST_IDLE).then(|| resting.remove_one());
        resting.idle.push((*place, connection));
        drop(resting);
        drop((over, surplus)); // Closing takes a moment.
    }

    /// Takes in who answered. What was kept of an earlier start of the endpoint is worth nothing. A
    /// plain connection need not say that there can be such.
    pub(super) fn welcomed(&self, place: &Place, welcome: &Welcome, is_plain: bool) {
        let mut resting = self.resting();
        let known = resting.places.get(place);
        let old = known.is_some_and(|known| known.endpoint != welcome.endpoint);
        let old = old.then(|| resting.forget(place));
        let known = resting.known(place);
        known.endpoint = welcome.endpoint;
        known.plain = welcome.plain || is_plain;
        known.keep(&welcome.tokens);
        drop(resting);
        drop(old);
    }

    pub(super) fn keep(&self, place: &Place, tokens: &[Token]) {
        self.resting().known(place).keep(tokens);
    }

    /// Drops what was kept of a place where something that was kept proved to be dead.
    pub(super) fn forget(&self, place: &Place) {
        let old = self.is_ours().then(|| self.resting().forget(place));
        drop(old);
    }

    /// How many connections rest.
    #[cfg(test)]
    pub(super) fn idle(&self) -> usize {
        self.resting().idle.len()
    }

    fn is_ours(&self) -> bool {
        self.reader.node.check().is_ok()
    }

    fn resting(&self) -> MutexGuard<'_, Resting> {
        self.resting.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

impl Resting {
    /// A plain connection if there can be one. For few bytes any that rests is good enough, until it
    /// was used often; for many it is worth opening one.
    fn take(&mut self, place: &Place, purpose: Purpose, allows_plain: bool) -> Start {
        let now = Instant::now();
        let find = |idle: &[(Place, Box<Connection>)], fits: fn(&Connection) -> bool| {
            idle.iter().rposition(|(of, it)| of == place && !it.has_rested(now) && fits(it))
        };
        if let Some(at) = find(&self.idle, Connection::is_plain) {
            return Start::Warm { connection: self.idle.remove(at).1, wants_tokens: false };
        }
        let at = find(&self.idle, |_| true);
        let known = self.places.get_mut(place);
        let plain = allows_plain && known.as_ref().is_none_or(|known| known.plain);
        let rarely_used = at.is_some_and(|at| self.idle[at].1.uses < OFTEN);
        let content = !plain || (purpose == Purpose::Prompt && rarely_used);
        if !content && let Some(token) = known.and_then(Known::token) {
            return Start::Plain(token);
        }
        match at.map(|at| self.idle.remove(at).1) {
            found if plain && purpose == Purpose::Bulk => Start::Tokens(found),
            Some(connection) => Start::Warm { connection, wants_tokens: !content },
            None => Start::Encrypted,
        }
    }

    /// The longest unused, of those that are plain if there are any: what is encrypted gets tokens for many
    /// of these at once, and is the one way to more of them.
    fn remove_one(&mut self) -> (Place, Box<Connection>) {
        let plain = self.idle.iter().position(|(_, it)| it.is_plain());
        self.idle.remove(plain.unwrap_or(0))
    }

    fn take_warm(
        &mut self,
        place: &Place,
        allows_plain: bool,
        now: Instant,
    ) -> Option<Box<Connection>> {
        let plain = allows_plain && self.places.get(place).is_none_or(|known| known.plain);
        let at = self
            .idle
            .iter()
            .rposition(|(of, it)| of == place && !it.has_rested(now) && it.is_plain() == plain)?;
        Some(self.idle.remove(at).1)
    }

    /// What is known of a place, which may be nothing yet.
    fn known(&mut self, place: &Place) -> &mut Known {
        if self.places.len() >= MOST_PLACES && !self.places.contains_key(place) {
            // Any: whoever is asked again answers again.
            let other = self.places.keys().next().copied();
            other.and_then(|other| self.places.remove(&other));
        }
        self.places.entry(*place).or_default()
    }

    fn forget(&mut self, place: &Place) -> Vec<(Place, Box<Connection>)> {
        self.places.remove(place);
        self.idle.extract_if(.., |(of, _)| of == place).collect()
    }
}

impl Known {
    /// The newest that is still good.
    fn token(&mut self) -> Option<Token> {
        let (token, since) = self.tokens.pop()?;
        if since.elapsed() < TOKEN_LIFE {
            return Some(token);
        }
        self.tokens.clear();
        None
    }

    fn keep(&mut self, tokens: &[Token]) {
        let now = Instant::now();
        self.tokens.extend(tokens.iter().map(|token| (*token, now)));
        let surplus = self.tokens.len().saturating_sub(MOST_TOKENS);
        self.tokens.drain(..surplus);
    }
}

/// Connections that rest, at most.
pub(super) const MOST_IDLE: usize = 64;
/// Addresses that something is known of, at most.
const MOST_PLACES: usize = 1024;
/// Tokens that are kept for an address, at most.
const MOST_TOKENS: usize = 64;
/// An encrypted connection that was used by so many calls is worth a plain one beside it.
const OFTEN: u32 = 2;
/// One that has rested no longer is taken for as it was left.
const MOMENT: Duration = Duration::from_millis(10);
/// The origin takes a token for 60 seconds: less what it may have been on its way.
const TOKEN_LIFE: Duration = Duration::from_secs(50);
