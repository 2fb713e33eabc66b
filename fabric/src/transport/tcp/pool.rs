//! What rests between calls: warm connections, tokens, and who answered last at each address.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::connection::Connection;
use crate::security::{Identity, Policy, PublicKey, Secret, Token, Trusted};
use crate::transport::Purpose;
use crate::wire::Welcome;

/// A process's connections to endpoints, as far as no call is using them. Its lock is held to take
/// one or to give one back, never while something is sent or received.
///
/// At most [`MOST_IDLE`] connections rest, the longest unused going first, each with the memory of a
/// [`Connection`]. Of at most [`MOST_PLACES`] addresses it is remembered who answered there, with at
/// most [`MOST_TOKENS`] tokens each.
pub(crate) struct Pool {
    pub(super) reader: Reading,
    places: Mutex<HashMap<Place, Known>>,
    received: AtomicU64,
    /// The process that it is of: a forked child has the descriptors too, and must not use them.
    process: u32,
    /// What the times of its sessions count from.
    pub(super) epoch: Instant,
}

/// What a reader is, and what it wants of its connections.
pub(crate) struct Reading {
    pub(crate) identity: Identity,
    pub(crate) policy: Policy,
    pub(crate) trusted: Trusted,
    pub(crate) secret: Option<Secret>,
}

/// Whom one expects at an address. A node's endpoints have one key, and an address each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) key: PublicKey,
    pub(super) address: SocketAddr,
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

/// What was learnt of a place.
#[derive(Default)]
struct Known {
    /// Which start of the endpoint answered last, and whether it offers plain connections.
    endpoint: Option<([u8; 16], bool)>,
    /// The oldest first.
    tokens: Vec<(Token, Instant)>,
    /// The longest unused first.
    idle: Vec<(Box<Connection>, Instant)>,
}

impl Pool {
    pub(crate) fn new(reader: Reading) -> Arc<Self> {
        Arc::new(Self {
            reader,
            places: Mutex::default(),
            received: AtomicU64::new(0),
            process: std::process::id(),
            epoch: Instant::now(),
        })
    }

    /// Bytes of objects that were received so far.
    pub(crate) fn received(&self) -> u64 {
        self.received.load(Ordering::Relaxed)
    }

    pub(super) fn count(&self, bytes: usize) {
        // Relaxed: a counter that orders nothing.
        self.received.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Whether this side would have plain connections to a place.
    pub(super) fn allows_plain(&self, place: &Place) -> bool {
        let trusted = self.reader.trusted.contains(place.address.ip());
        self.reader.policy.allows_plain(trusted)
    }

    /// The best way to a connection.
    pub(super) fn take(&self, place: &Place, purpose: Purpose) -> Start {
        while self.is_ours() {
            let mut places = self.places();
            let known = places.entry(*place).or_default();
            let mut start = known.take(purpose, self.allows_plain(place));
            drop(places);
            match &mut start {
                Start::Warm { connection, .. } | Start::Tokens(Some(connection)) => {
                    if !connection.is_quiet() {
                        continue;
                    }
                    connection.uses = connection.uses.saturating_add(1);
                }
                Start::Plain(_) | Start::Tokens(None) | Start::Encrypted => {}
            }
            return start;
        }
        Start::Encrypted
    }

    /// A token, if there is one.
    pub(super) fn token(&self, place: &Place) -> Option<Token> {
        self.places().get_mut(place)?.tokens.pop().map(|(token, _)| token)
    }

    /// Puts a connection to rest that has nothing on its way.
    pub(super) fn give_back(&self, place: &Place, connection: Box<Connection>) {
        if !self.is_ours() {
            return;
        }
        let mut places = self.places();
        let known = places.entry(*place).or_default();
        if known.endpoint.is_some_and(|(endpoint, _)| connection.endpoint() != Some(endpoint)) {
            return;
        }
        known.idle.push((connection, Instant::now()));
        let surplus = if places.values().map(|known| known.idle.len()).sum::<usize>() > MOST_IDLE {
            remove_oldest(&mut places)
        } else {
            None
        };
        drop(places);
        drop(surplus); // Closing takes a moment.
    }

    /// Takes in who answered. What was kept of an earlier start of the endpoint is worth nothing.
    pub(super) fn welcomed(&self, place: &Place, welcome: &Welcome) {
        let mut places = self.places();
        if places.len() >= MOST_PLACES && !places.contains_key(place) {
            let quiet = places.iter().find(|(_, known)| known.idle.is_empty());
            let quiet = quiet.map(|(place, _)| *place);
            quiet.and_then(|place| places.remove(&place));
        }
        let known = places.entry(*place).or_default();
        let old = match known.endpoint {
            Some((endpoint, _)) if endpoint != welcome.endpoint => std::mem::take(known),
            _ => Known::default(),
        };
        known.endpoint = Some((welcome.endpoint, welcome.plain));
        drop(places);
        drop(old);
        self.keep(place, &welcome.tokens);
    }

    pub(super) fn keep(&self, place: &Place, tokens: &[Token]) {
        let mut places = self.places();
        let known = places.entry(*place).or_default();
        let room = MOST_TOKENS.saturating_sub(known.tokens.len());
        let now = Instant::now();
        known.tokens.extend(tokens.iter().take(room).map(|token| (*token, now)));
    }

    /// Drops what was kept of a place where something that was kept proved to be dead.
    pub(super) fn forget(&self, place: &Place) {
        let old = self.is_ours().then(|| self.places().remove(place));
        drop(old);
    }

    fn is_ours(&self) -> bool {
        self.process == std::process::id()
    }

    fn places(&self) -> MutexGuard<'_, HashMap<Place, Known>> {
        self.places.lock().unwrap_or_else(|poison| poison.into_inner())
    }
}

impl Known {
    /// A plain connection if there can be one. For few bytes any that rests is good enough, until it
    /// was used often; for many it is worth opening one.
    fn take(&mut self, purpose: Purpose, allows_plain: bool) -> Start {
        self.drop_expired();
        let plain = allows_plain && !matches!(self.endpoint, Some((_, false)));
        if let Some(at) = self.idle.iter().rposition(|(found, _)| found.is_plain()) {
            return Start::Warm { connection: self.idle.remove(at).0, wants_tokens: false };
        }
        let rarely_used = self.idle.last().is_some_and(|(found, _)| found.uses < OFTEN);
        let content = !plain || (purpose == Purpose::Prompt && rarely_used);
        if !content && let Some((token, _)) = self.tokens.pop() {
            return Start::Plain(token);
        }
        match self.idle.pop() {
            found if plain && purpose == Purpose::Bulk => Start::Tokens(found.map(|(it, _)| it)),
            Some((connection, _)) => Start::Warm { connection, wants_tokens: !content },
            None => Start::Encrypted,
        }
    }

    fn drop_expired(&mut self) {
        self.tokens.retain(|(_, since)| since.elapsed() < TOKEN_LIFE);
        self.idle.retain(|(connection, since)| since.elapsed() < connection.may_rest());
    }
}

/// Removes the connection that was unused for longest.
fn remove_oldest(places: &mut HashMap<Place, Known>) -> Option<Box<Connection>> {
    let of = |known: &Known| known.idle.first().map(|(_, since)| *since);
    let known =
        places.values_mut().filter(|known| of(known).is_some()).min_by_key(|known| of(known))?;
    Some(known.idle.remove(0).0)
}

/// Connections that rest, at most.
const MOST_IDLE: usize = 64;
/// Addresses that something is known of, at most.
const MOST_PLACES: usize = 1024;
/// Tokens that are kept for an address, at most.
const MOST_TOKENS: usize = 64;
/// An encrypted connection that was used by so many calls is worth a plain one beside it.
const OFTEN: u32 = 2;
/// The origin takes a token for 60 seconds: less what it may have been on its way.
const TOKEN_LIFE: Duration = Duration::from_secs(50);
