//! Tokens that open plain connections: each once, for a while, from one address.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::security::{PublicKey, Token};

/// Tokens that were handed out and not used.
///
/// A guess has one chance in 2¹²⁸ for each that is outstanding, and is told nothing but that the
/// connection is closed.
pub(super) struct Tokens {
    unused: HashMap<[u8; 16], Unused>,
    /// In the order in which they were handed out; used ones too, until their time is over.
    order: VecDeque<([u8; 16], Instant)>,
    of_peer: HashMap<PublicKey, usize>,
    most: usize,
    most_of_peer: usize,
}

/// A token that nobody has used yet.
pub(super) struct Unused {
    /// The half that proves that the endpoint handed it out.
    pub(super) answer: [u8; 16],
    /// Whom it was given to.
    pub(super) peer: PublicKey,
    address: IpAddr,
}

impl Tokens {
    pub(super) fn new(most: usize, most_of_peer: usize) -> Self {
        let (unused, order, of_peer) = (HashMap::new(), VecDeque::new(), HashMap::new());
        Self { unused, order, of_peer, most, most_of_peer }
    }

    /// Hands out tokens: `count` of them, or as many as this peer may have.
    pub(super) fn issue(
        &mut self,
        count: usize,
        peer: PublicKey,
        address: IpAddr,
        now: Instant,
    ) -> Vec<Token> {
        self.expire(now);
        let had = self.of_peer.get(&peer).copied().unwrap_or(0);
        let count = count.min(self.most_of_peer.saturating_sub(had));
        let mut issued = Vec::with_capacity(count);
        for _ in 0..count {
            // Without randomness there is no token, and everything goes encrypted.
            let Some(token) = Token::random() else { break };
            while self.unused.len() >= self.most.max(1) {
                let Some((oldest, _)) = self.order.pop_front() else { break };
                self.remove(&oldest);
            }
            if self.order.len() > 2 * self.most {
                self.order.retain(|(id, _)| self.unused.contains_key(id));
            }
            self.unused.insert(token.id, Unused { answer: token.answer, peer, address });
            self.order.push_back((token.id, now));
            *self.of_peer.entry(peer).or_default() += 1;
            issued.push(token);
        }
        issued
    }

    /// Uses a token, if it is one and comes from where it was sent to. Whoever tries from
    /// elsewhere has used it up: it is not a secret any more.
    pub(super) fn redeem(&mut self, id: &[u8; 16], from: IpAddr, now: Instant) -> Option<Unused> {
        self.expire(now);
        self.remove(id).filter(|token| token.address == from)
    }

    fn expire(&mut self, now: Instant) {
        while let Some((id, issued)) = self.order.front().copied()
            && now.saturating_duration_since(issued) >= LIFE
        {
            self.order.pop_front();
            self.remove(&id);
        }
    }

    fn remove(&mut self, id: &[u8; 16]) -> Option<Unused> {
        let token = self.unused.remove(id)?;
        if let Some(count) = self.of_peer.get_mut(&token.peer) {
            *count -= 1;
            if *count == 0 {
                self.of_peer.remove(&token.peer);
            }
        }
        Some(token)
    }
}

/// How long a token can be used.
pub(super) const LIFE: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const PEER: PublicKey = PublicKey([7; 32]);

    #[test]
    fn a_token_opens_one_connection_from_where_it_was_sent() {
        let (mut tokens, now) = (Tokens::new(100, 100), Instant::now());
        let issued = tokens.issue(3, PEER, HERE, now);
        let used = tokens.redeem(&issued[0].id, HERE, now).unwrap();
        assert_eq!((used.answer, used.peer), (issued[0].answer, PEER));
        assert!(tokens.redeem(&issued[0].id, HERE, now).is_none(), "used before");
        let elsewhere = IpAddr::from([10, 0, 0, 1]);
        assert!(tokens.redeem(&issued[1].id, elsewhere, now).is_none());
        assert!(tokens.redeem(&issued[1].id, HERE, now).is_none(), "known elsewhere");
        assert!(tokens.redeem(&issued[2].answer, HERE, now).is_none(), "the wrong half");
        assert!(tokens.redeem(&issued[2].id, HERE, now + LIFE).is_none(), "too late");
    }

    #[test]
    fn tokens_are_bounded_for_each_and_for_all() {
        let (mut tokens, now) = (Tokens::new(10, 4), Instant::now());
        let first = tokens.issue(100, PEER, HERE, now);
        assert_eq!(first.len(), 4);
        assert!(tokens.issue(1, PEER, HERE, now).is_empty());
        for other in 0..5 {
            assert_eq!(tokens.issue(2, PublicKey([other; 32]), HERE, now).len(), 2);
        }
        assert!(tokens.unused.len() <= 10);
        assert_eq!(tokens.issue(100, PEER, HERE, now).len(), 4, "the oldest four made room");
        assert!(first.iter().all(|token| tokens.redeem(&token.id, HERE, now).is_none()));
        tokens.issue(0, PEER, HERE, now + LIFE);
        assert!(tokens.unused.is_empty() && tokens.of_peer.is_empty() && tokens.order.is_empty());
    }

    /// What is used leaves nothing behind that grows faster than it goes.
    #[test]
    fn used_tokens_are_forgotten() {
        let (mut tokens, mut now) = (Tokens::new(100, 100), Instant::now());
        for pause in [Duration::ZERO, LIFE / 50] {
            for _ in 0..10_000 {
                let issued = tokens.issue(1, PEER, HERE, now);
                assert!(tokens.redeem(&issued[0].id, HERE, now).is_some());
                now += pause;
            }
            let most = if pause.is_zero() { 201 } else { 51 };
            assert!(tokens.order.len() <= most, "{}", tokens.order.len());
        }
    }
}
