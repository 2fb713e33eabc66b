//! What an origin sends.
//!
//! | kind | body |
//! | --- | --- |
//! | 65 WELCOME | version u16, flags u16, idle seconds u32, node 16, endpoint 16, answer 16 or zeros, tokens |
//! | 66 DATA | total u64, offset u64, len u64, flags u32, note; then `len` bytes that are not in the body |
//! | 67 STATE | state u8, total u64, end u8, note |
//! | 68 REFUSED | code u16, length u16, text |
//! | 69 HELD | empty; or 1 u8: the object is on its way to another reader |
//! | 70 TOKENS | tokens |
//! | 71 CONFIRMED | empty |
//!
//! *note* is its length u8 and its bytes; *tokens* their count u8 and as often id 16, answer 16.

use wharf_shm::{NodeId, State};

use super::{Fields, FrameError, Header, MAX_TEXT, MAX_TOKENS, frame};
use crate::security::Token;
use crate::transport::{Answer, AskId, Held, Refusal};

/// A frame from an origin to a reader. It borrows what it does not have to own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply<'a> {
    /// The first on a connection.
    Welcome(Welcome),
    /// As [`Answer::Data`]: `len` bytes follow the frame.
    Data { total: u64, offset: u64, len: u64, claimed: bool, note: &'a [u8] },
    /// As [`Answer::State`].
    State { state: State, total: u64, once: bool, note: &'a [u8] },
    /// There is nothing to be had.
    Refused(Refused<'a>),
    /// The ask still waits for its object.
    Held(Held),
    /// More tokens.
    Tokens(Vec<Token>),
    /// As [`Answer::Confirmed`].
    Confirmed,
}

/// Who was connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Welcome {
    /// The version that both speak from here on.
    pub(crate) version: u16,
    /// Plain connections may be opened with the tokens.
    pub(crate) plain: bool,
    /// What is lost on the way does not make this connection send slower.
    pub(crate) steady: bool,
    /// After so many seconds without a frame the connection is closed.
    pub(crate) idle: u32,
    pub(crate) node: NodeId,
    /// Random, and another after each start.
    pub(crate) endpoint: [u8; 16],
    /// On a plain connection the second half of the token that it was opened with, else zeros.
    pub(crate) answer: [u8; 16],
    pub(crate) tokens: Vec<Token>,
}

/// Why there is nothing to be had: one of the codes here, or of a newer version's, and a text that
/// may be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused<'a> {
    pub(crate) code: u16,
    pub(crate) text: &'a str,
}

const WELCOME: u8 = 65;
const DATA: u8 = 66;
const STATE: u8 = 67;
const REFUSED: u8 = 68;
const HELD: u8 = 69;
const TOKENS: u8 = 70;
const CONFIRMED: u8 = 71;

/// Flag of a WELCOME: plain connections are offered.
const PLAIN: u16 = 1;
/// Flag of a WELCOME: the connection does not become slower by losses.
const STEADY: u16 = 2;
/// Flag of DATA: the object is claimed.
const CLAIMED: u32 = 1;
/// Why it is held, in a HELD.
const ON_ITS_WAY: u8 = 1;
/// End of a STATE.
const ONCE: u8 = 1;

impl<'a> Reply<'a> {
    /// Appends the frame.
    pub(crate) fn encode(&self, id: AskId, out: &mut Vec<u8>) {
        let AskId(id) = id;
        match self {
            Reply::Welcome(welcome) => frame(out, WELCOME, id, |out| welcome.encode(out)),
            Reply::Data { total, offset, len, claimed, note } => frame(out, DATA, id, |out| {
                [total, offset, len].iter().for_each(|n| out.extend_from_slice(&n.to_le_bytes()));
                let flags = if *claimed { CLAIMED } else { 0 };
                out.extend_from_slice(&flags.to_le_bytes());
                encode_note(out, note);
            }),
            Reply::State { state, total, once, note } => frame(out, STATE, id, |out| {
                out.push(state_byte(*state));
                out.extend_from_slice(&total.to_le_bytes());
                out.push(if *once { ONCE } else { 0 });
                encode_note(out, note);
            }),
            Reply::Refused(refused) => frame(out, REFUSED, id, |out| refused.encode(out)),
            Reply::Held(why) => frame(out, HELD, id, |out| match why {
                Held::Pending => {}
                Held::Claimed => out.push(ON_ITS_WAY),
            }),
            Reply::Tokens(tokens) => frame(out, TOKENS, id, |out| encode_tokens(out, tokens)),
            Reply::Confirmed => frame(out, CONFIRMED, id, |_| ()),
        }
    }

    /// Reads the body that came with a header.
    ///
    /// # Errors
    ///
    /// A [`FrameError::Unknown`] that is ignorable leaves the connection as it is; after any other it
    /// is of no use.
    pub(crate) fn parse(header: &Header, body: &'a [u8]) -> Result<Self, FrameError> {
        match header.kind {
            WELCOME => Welcome::parse(body).map(Reply::Welcome),
            DATA => parse_data(body),
            STATE => parse_state(body),
            REFUSED => Refused::parse(body).map(Reply::Refused),
            HELD => Ok(Reply::Held(held(body))),
            TOKENS => parse_tokens(&mut Fields::new("TOKENS", body)).map(Reply::Tokens),
            CONFIRMED => Ok(Reply::Confirmed),
            _ => Err(header.unknown()),
        }
    }

    /// What a transport reports of it; `None` for what concerns the connection alone, and for
    /// [`Reply::Held`].
    pub(crate) fn answer(&self) -> Option<Answer> {
        match *self {
            Reply::Data { total, offset, len, claimed, note } => {
                Some(Answer::Data { total, offset, len, claimed, note: note.into() })
            }
            Reply::State { state, total, once, note } => {
                Some(Answer::State { state, total, once, note: note.into() })
            }
            Reply::Refused(refused) => Some(Answer::Refused(refused.into())),
            Reply::Confirmed => Some(Answer::Confirmed),
            Reply::Welcome(_) | Reply::Held(_) | Reply::Tokens(_) => None,
        }
    }
}

impl<'a> From<&'a Answer> for Reply<'a> {
    fn from(answer: &'a Answer) -> Self {
        match answer {
            Answer::Data { total, offset, len, claimed, note } => {
                Reply::Data { total: *total, offset: *offset, len: *len, claimed: *claimed, note }
            }
            Answer::State { state, total, once, note } => {
                Reply::State { state: *state, total: *total, once: *once, note }
            }
            Answer::Confirmed => Reply::Confirmed,
            Answer::Refused(refusal) => Reply::Refused(refusal.into()),
        }
    }
}

impl Welcome {
    fn encode(&self, out: &mut Vec<u8>) {
        let flag = |is, flag| if is { flag } else { 0 };
        let flags = flag(self.plain, PLAIN) | flag(self.steady, STEADY);
        out.extend_from_slice(&self.version.to_le_bytes());
        out.extend_from_slice(&flags.to_le_bytes());
        out.extend_from_slice(&self.idle.to_le_bytes());
        out.extend_from_slice(self.node.as_bytes());
        out.extend_from_slice(&self.endpoint);
        out.extend_from_slice(&self.answer);
        encode_tokens(out, &self.tokens);
    }

    fn parse(body: &[u8]) -> Result<Self, FrameError> {
        let mut fields = Fields::new("WELCOME", body);
        let (version, flags, idle) = (fields.u16()?, fields.u16()?, fields.u32()?);
        let node = NodeId::from_bytes(fields.take()?);
        let (endpoint, answer) = (fields.take()?, fields.take()?);
        let tokens = parse_tokens(&mut fields)?;
        if version == 0 {
            return Err(fields.wrong("version"));
        }
        let (plain, steady) = (flags & PLAIN != 0, flags & STEADY != 0);
        Ok(Self { version, plain, steady, idle, node, endpoint, answer, tokens })
    }
}

impl<'a> Refused<'a> {
    pub(crate) const EVICTED: u16 = 1;
    /// Or there is no such arena here.
    pub(crate) const WRONG_CAPABILITY: u16 = 2;
    /// The text is the producer's.
    pub(crate) const FAILED: u16 = 3;
    pub(crate) const OWNER_DIED: u16 = 4;
    pub(crate) const STILL_PENDING: u16 = 5;
    /// The text says which limit.
    pub(crate) const BUSY: u16 = 6;
    pub(crate) const UNSUPPORTED: u16 = 7;
    pub(crate) const MALFORMED: u16 = 8;
    pub(crate) const CHANGED: u16 = 9;
    pub(crate) const FORBIDDEN: u16 = 10;
    pub(crate) const INTERNAL: u16 = 11;

    fn encode(&self, out: &mut Vec<u8>) {
        let text = cut(self.text, MAX_TEXT);
        out.extend_from_slice(&self.code.to_le_bytes());
        out.extend_from_slice(&(text.len() as u16).to_le_bytes());
        out.extend_from_slice(text.as_bytes());
    }

    fn parse(body: &'a [u8]) -> Result<Self, FrameError> {
        let mut fields = Fields::new("REFUSED", body);
        let (code, len) = (fields.u16()?, usize::from(fields.u16()?));
        if len > MAX_TEXT {
            return Err(fields.wrong("length of text"));
        }
        let text = str::from_utf8(fields.slice(len)?).map_err(|_| fields.wrong("text"))?;
        Ok(Self { code, text })
    }
}

impl From<Refused<'_>> for Refusal {
    fn from(Refused { code, text }: Refused<'_>) -> Self {
        let or = |words: &str| if text.is_empty() { words.to_owned() } else { text.to_owned() };
        match code {
            Refused::EVICTED => Refusal::Evicted,
            Refused::WRONG_CAPABILITY => Refusal::WrongCapability,
            Refused::FAILED => Refusal::Failed(text.to_owned()),
            Refused::OWNER_DIED => Refusal::OwnerDied,
            Refused::STILL_PENDING => Refusal::StillPending,
            Refused::BUSY => Refusal::Busy(or("one of its limits is reached")),
            Refused::CHANGED => Refusal::Changed(or("the file was changed")),
            Refused::UNSUPPORTED => Refusal::Other(or("it does not know this request")),
            Refused::MALFORMED => Refusal::Other(or("it could not read the request")),
            Refused::FORBIDDEN => Refusal::Other(or("it does not allow this")),
            Refused::INTERNAL => Refusal::Other(or("it failed")),
            _ => Refusal::Other(or(&format!("for its reason number {code}"))),
        }
    }
}

impl<'a> From<&'a Refusal> for Refused<'a> {
    fn from(refusal: &'a Refusal) -> Self {
        let (code, text) = match refusal {
            Refusal::Evicted => (Refused::EVICTED, ""),
            Refusal::WrongCapability => (Refused::WRONG_CAPABILITY, ""),
            Refusal::Failed(text) => (Refused::FAILED, &text[..]),
            Refusal::OwnerDied => (Refused::OWNER_DIED, ""),
            Refusal::StillPending => (Refused::STILL_PENDING, ""),
            Refusal::Busy(text) => (Refused::BUSY, &text[..]),
            Refusal::Changed(text) => (Refused::CHANGED, &text[..]),
            Refusal::Other(text) => (Refused::INTERNAL, &text[..]),
        };
        Refused { code, text }
    }
}

fn parse_data(body: &[u8]) -> Result<Reply<'_>, FrameError> {
    let mut fields = Fields::new("DATA", body);
    let (total, offset, len) = (fields.u64()?, fields.u64()?, fields.u64()?);
    let claimed = fields.u32()? & CLAIMED != 0;
    let note = parse_note(&mut fields)?;
    let is_inside = offset.checked_add(len).is_some_and(|end| end <= total);
    if !is_inside && len > 0 {
        return Err(fields.wrong("range"));
    }
    Ok(Reply::Data { total, offset, len, claimed, note })
}

fn parse_state(body: &[u8]) -> Result<Reply<'_>, FrameError> {
    let mut fields = Fields::new("STATE", body);
    let state = match fields.u8()? {
        0 => State::Pending,
        1 => State::Sealed,
        2 => State::Failed,
        3 => State::Evicted,
        _ => return Err(fields.wrong("state")),
    };
    let (total, end) = (fields.u64()?, fields.u8()?);
    Ok(Reply::State { state, total, once: end == ONCE, note: parse_note(&mut fields)? })
}

/// What older endpoints never say, and older readers pass over.
fn held(body: &[u8]) -> Held {
    match body.first() {
        Some(&ON_ITS_WAY) => Held::Claimed,
        _ => Held::Pending,
    }
}

fn state_byte(state: State) -> u8 {
    match state {
        State::Pending => 0,
        State::Sealed => 1,
        State::Failed => 2,
        // Whatever else there may be one day is nothing to be had.
        _ => 3,
    }
}

/// As much of a text as fits, in whole characters.
fn cut(text: &str, most: usize) -> &str {
    let fits = (0..=most.min(text.len())).rev().find(|&end| text.is_char_boundary(end));
    &text[..fits.unwrap_or(0)]
}

fn encode_note(out: &mut Vec<u8>, note: &[u8]) {
    // The node's memory gives a note's length one byte too.
    let note = &note[..note.len().min(u8::MAX.into())];
    out.push(note.len() as u8);
    out.extend_from_slice(note);
}

fn parse_note<'a>(fields: &mut Fields<'a>) -> Result<&'a [u8], FrameError> {
    let len = fields.u8()?;
    fields.slice(len.into())
}

fn encode_tokens(out: &mut Vec<u8>, tokens: &[Token]) {
    let tokens = &tokens[..tokens.len().min(MAX_TOKENS)];
    out.push(tokens.len() as u8);
    for token in tokens {
        out.extend_from_slice(&token.id);
        out.extend_from_slice(&token.answer);
    }
}

fn parse_tokens(fields: &mut Fields<'_>) -> Result<Vec<Token>, FrameError> {
    let count = usize::from(fields.u8()?);
    if count > MAX_TOKENS {
        return Err(fields.wrong("count of tokens"));
    }
    (0..count).map(|_| Ok(Token { id: fields.take()?, answer: fields.take()? })).collect()
}
