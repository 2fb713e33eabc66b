//! What was asked on a connection, and whether an answer fits.

use std::collections::VecDeque;
use std::time::Duration;

use wharf_shm::NodeId;

use super::failure::Misfit;
use crate::security::Token;
use crate::transport::{Answer, Ask, AskId, Held, Time, What};
use crate::wire::{Reply, Welcome};

/// The asks of one connection that have no answer yet, and what has been promised to come.
pub(super) struct Book {
    /// Who must answer.
    node: NodeId,
    /// What a plain connection was opened with, and has to be answered by.
    pub(super) token: Option<Token>,
    pub(super) greeted: Option<Greeted>,
    /// In the order of asking, in which most of them are answered.
    asks: VecDeque<Pending>,
    pub(super) payload: Option<Payload>,
    /// Claims that are not confirmed.
    claims: usize,
    /// Asks that may be held.
    holds: usize,
    /// Since when nothing was heard, while an ask may be held.
    silent: Time,
}

/// What a greeting said, as far as it is needed later.
#[derive(Clone, Copy)]
pub(super) struct Greeted {
    pub(super) endpoint: [u8; 16],
    pub(super) idle: Duration,
    pub(super) steady: bool,
}

struct Pending {
    id: AskId,
    what: What,
    /// It may be held, and then there are signs of life.
    holds: bool,
}

/// Bytes of an object that are due.
pub(super) struct Payload {
    pub(super) ask: AskId,
    /// The object's byte that comes next, and the one after the last.
    pub(super) at: u64,
    pub(super) end: u64,
    /// Those that have come.
    pub(super) arrived: u64,
}

/// What a reply means.
#[derive(Debug)]
pub(crate) enum Came {
    Welcome(Welcome),
    Tokens(Vec<Token>),
    Answer(AskId, Answer),
    /// So many bytes of an answer until now.
    Arrived(AskId, u64),
    Held(AskId, Held),
    /// Something of a newer version's, that may be ignored.
    Ignored,
}

impl Book {
    pub(super) fn new(node: NodeId, token: Option<Token>) -> Self {
        Self {
            node,
            token,
            greeted: None,
            asks: VecDeque::new(),
            payload: None,
            claims: 0,
            holds: 0,
            silent: Time(Duration::ZERO),
        }
    }

    /// Whether nothing is due, and the peer has proved who it is.
    pub(super) fn is_clear(&self) -> bool {
        self.greeted.is_some() && self.asks.is_empty() && self.payload.is_none() && self.claims == 0
    }

    pub(super) fn ask(&mut self, ask: &Ask, now: Time) {
        let holds = ask.hold > Duration::ZERO && !matches!(ask.what, What::Confirm { .. });
        if holds {
            if self.holds == 0 {
                self.silent = now;
            }
            self.holds += 1;
        }
        self.asks.push_back(Pending { id: ask.id, what: ask.what, holds });
    }

    /// Something was heard.
    pub(super) fn hear(&mut self, now: Time) {
        self.silent = now;
    }

    /// When the peer is to be given up, unless something is heard before.
    pub(super) fn gives_up(&self) -> Option<Time> {
        (self.holds > 0).then(|| Time(self.silent.0 + SILENCE))
    }

    /// Takes in a reply to an ask, if it fits.
    pub(super) fn reply(&mut self, id: AskId, reply: Reply<'_>) -> Result<Came, Misfit> {
        match reply {
            Reply::Welcome(welcome) => return self.welcome(welcome),
            Reply::Refused(refused) if self.greeted.is_none() => {
                return Err(Misfit::Refused(refused.text.to_owned()));
            }
            _ if self.greeted.is_none() => return Err(Misfit::NotGreeted),
            Reply::Tokens(tokens) => return Ok(Came::Tokens(tokens)),
            Reply::Refused(_) if id == NO_ASK => return Ok(Came::Tokens(Vec::new())),
            _ => {}
        }
        let at = self.asks.iter().position(|pending| pending.id == id);
        let at = match (at, &reply) {
            (Some(at), _) => at,
            // The last word before it closes the connection.
            (None, Reply::Refused(refused)) => {
                return Err(Misfit::Refused(refused.text.to_owned()));
            }
            (None, _) => return Err(Misfit::NotAsked),
        };
        if let Reply::Held(why) = reply {
            let holds = self.asks[at].holds;
            return if holds { Ok(Came::Held(id, why)) } else { Err(Misfit::NotAsked) };
        }
        let answer = self.asks[at].fit(&reply)?;
        self.settle(at, &answer);
        Ok(Came::Answer(id, answer))
    }

    fn welcome(&mut self, welcome: Welcome) -> Result<Came, Misfit> {
        if self.greeted.is_some() {
            return Err(Misfit::NotAsked);
        }
        if welcome.node != self.node {
            return Err(Misfit::OtherNode(welcome.node));
        }
        if self.token.is_some_and(|token| !token.is_answered_by(&welcome.answer)) {
            return Err(Misfit::WrongToken);
        }
        let idle = Duration::from_secs(welcome.idle.into());
        let (endpoint, steady) = (welcome.endpoint, welcome.steady);
        self.greeted = Some(Greeted { endpoint, idle, steady });
        Ok(Came::Welcome(welcome))
    }

    /// An ask is answered.
    fn settle(&mut self, at: usize, answer: &Answer) {
        let Some(pending) = self.asks.remove(at) else { return };
        self.holds -= usize::from(pending.holds);
        match *answer {
            Answer::Data { offset, len, claimed, .. } => {
                self.claims += usize::from(claimed);
                self.payload = (len > 0).then_some(Payload {
                    ask: pending.id,
                    at: offset,
                    end: offset.saturating_add(len),
                    arrived: 0,
                });
            }
            Answer::Confirmed => self.claims = self.claims.saturating_sub(1),
            _ => {}
        }
    }
}

impl Pending {
    /// The answer, if it is one to what was asked.
    fn fit(&self, reply: &Reply<'_>) -> Result<Answer, Misfit> {
        let fits = match (self.what, reply) {
            (_, Reply::Refused(_)) => true,
            (What::Read { offset: wanted, len: most }, &Reply::Data { offset, len, .. }) => {
                (offset == wanted || len == 0) && len <= most
            }
            (What::Read { .. } | What::Stat, Reply::State { .. }) => true,
            (What::Confirm { .. }, Reply::Confirmed) => true,
            _ => false,
        };
        match reply.answer() {
            // Where nothing comes from there is nothing to be said.
            Some(Answer::Data { total, len: 0, claimed, note, .. }) if fits => {
                let What::Read { offset, .. } = self.what else { return Err(Misfit::NotAsked) };
                Ok(Answer::Data { total, offset, len: 0, claimed, note })
            }
            Some(answer) if fits => Ok(answer),
            _ => Err(Misfit::NotAsked),
        }
    }
}

/// The id of frames that nobody asked for but the transport: for tokens, which may be refused.
pub(super) const NO_ASK: AskId = AskId(u64::MAX);
/// An origin that holds an ask says every second that it lives.
const SILENCE: Duration = Duration::from_secs(5);
