//! What a reader sends.
//!
//! | kind | body |
//! | --- | --- |
//! | 1 HELLO | version u16, oldest u16, policy u8, tokens wanted u8, 0 u16, proof of the secret 32 or zeros |
//! | 2 READ | arena 16, slot u32, flags u32, generation u64, capability 16, offset u64, len u64, wait ms u32, 0 u32 |
//! | 3 STAT | as READ; offset and len count for nothing |
//! | 4 CONFIRM | id of the READ u64 |
//! | 5 TOKENS | count u8 |

use std::time::Duration;

use wharf_shm::{ArenaId, Capability, ObjectKey};

use super::{Fields, FrameError, Header, VERSION, frame};
use crate::security::{Policy, Proof};
use crate::transport::{Ask, AskId, What};

/// A frame from a reader to an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// The first on a connection.
    Hello(Hello),
    /// Bytes of an object, as [`What::Read`].
    Read {
        key: ObjectKey,
        offset: u64,
        len: u64,
        hold: Duration,
        /// The reader is ready to claim the object if it ends `once`.
        claim: bool,
    },
    /// An object's state.
    Stat { key: ObjectKey, hold: Duration },
    /// What the READ of this id claimed, on this connection, has arrived whole.
    Confirm { read: AskId },
    /// So many more tokens are wanted.
    Tokens { count: u8 },
}

/// Who connects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hello {
    pub(crate) version: u16,
    /// The oldest version that it speaks.
    pub(crate) oldest: u16,
    pub(crate) policy: Policy,
    /// How many tokens for plain connections it would like to have.
    pub(crate) tokens: u8,
    /// That it knows the fabric's secret.
    pub(crate) proof: Option<Proof>,
}

const HELLO: u8 = 1;
const READ: u8 = 2;
const STAT: u8 = 3;
const CONFIRM: u8 = 4;
const TOKENS: u8 = 5;

/// Flag of a READ: its reader is ready to claim.
const CLAIM: u32 = 1;

impl Request {
    /// Appends the frame.
    pub(crate) fn encode(&self, id: AskId, out: &mut Vec<u8>) {
        let AskId(id) = id;
        match self {
            Request::Hello(hello) => frame(out, HELLO, id, |out| hello.encode(out)),
            Request::Read { key, offset, len, hold, claim } => {
                let flags = if *claim { CLAIM } else { 0 };
                frame(out, READ, id, |out| encode_ask(out, key, flags, [*offset, *len], *hold));
            }
            Request::Stat { key, hold } => {
                frame(out, STAT, id, |out| encode_ask(out, key, 0, [0, 0], *hold));
            }
            Request::Confirm { read } => {
                frame(out, CONFIRM, id, |out| out.extend_from_slice(&read.0.to_le_bytes()));
            }
            Request::Tokens { count } => frame(out, TOKENS, id, |out| out.push(*count)),
        }
    }

    /// Reads the body that came with a header.
    ///
    /// # Errors
    ///
    /// [`FrameError::Unknown`] leaves the connection as it is; after any other it is of no use.
    pub(crate) fn parse(header: &Header, body: &[u8]) -> Result<Self, FrameError> {
        match header.kind {
            HELLO => Hello::parse(body).map(Request::Hello),
            READ => {
                let (key, flags, [offset, len], hold) = parse_ask("READ", body)?;
                Ok(Request::Read { key, offset, len, hold, claim: flags & CLAIM != 0 })
            }
            STAT => {
                let (key, _, _, hold) = parse_ask("STAT", body)?;
                Ok(Request::Stat { key, hold })
            }
            CONFIRM => {
                let read = AskId(Fields::new("CONFIRM", body).u64()?);
                Ok(Request::Confirm { read })
            }
            TOKENS => Fields::new("TOKENS", body).u8().map(|count| Request::Tokens { count }),
            _ => Err(header.unknown()),
        }
    }
}

impl From<&Ask> for Request {
    fn from(ask: &Ask) -> Self {
        let &Ask { key, hold, .. } = ask;
        match ask.what {
            What::Read { offset, len } => {
                let claim = offset == 0 && len == u64::MAX;
                Request::Read { key, offset, len, hold, claim }
            }
            What::Stat => Request::Stat { key, hold },
            What::Confirm { read } => Request::Confirm { read },
        }
    }
}

impl Hello {
    /// A reader of this version that asks for nothing.
    pub(crate) fn new(policy: Policy) -> Self {
        Self { version: VERSION, oldest: VERSION, policy, tokens: 0, proof: None }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.version.to_le_bytes());
        out.extend_from_slice(&self.oldest.to_le_bytes());
        out.extend_from_slice(&[self.policy.to_byte(), self.tokens, 0, 0]);
        out.extend_from_slice(self.proof.as_ref().map_or(&[0; 32], Proof::as_bytes).as_slice());
    }

    fn parse(body: &[u8]) -> Result<Self, FrameError> {
        let mut fields = Fields::new("HELLO", body);
        let (version, oldest) = (fields.u16()?, fields.u16()?);
        let [policy, tokens, _, _] = fields.take()?;
        let proof = fields.take::<32>()?;
        let policy = Policy::from_byte(policy).ok_or_else(|| fields.wrong("policy"))?;
        if version == 0 || oldest == 0 || oldest > version {
            return Err(fields.wrong("version"));
        }
        let proof = (proof != [0; 32]).then(|| Proof::from_bytes(proof));
        Ok(Self { version, oldest, policy, tokens, proof })
    }
}

fn encode_ask(out: &mut Vec<u8>, key: &ObjectKey, flags: u32, range: [u64; 2], hold: Duration) {
    out.extend_from_slice(key.arena.as_bytes());
    out.extend_from_slice(&key.slot.to_le_bytes());
    out.extend_from_slice(&flags.to_le_bytes());
    out.extend_from_slice(&key.generation.to_le_bytes());
    out.extend_from_slice(key.capability.as_bytes());
    range.iter().for_each(|number| out.extend_from_slice(&number.to_le_bytes()));
    // Forty-nine days are as good as any longer time.
    let hold = u32::try_from(hold.as_millis()).unwrap_or(u32::MAX);
    out.extend_from_slice(&hold.to_le_bytes());
    out.extend_from_slice(&[0; 4]);
}

type AskFields = (ObjectKey, u32, [u64; 2], Duration);

fn parse_ask(frame: &'static str, body: &[u8]) -> Result<AskFields, FrameError> {
    let mut fields = Fields::new(frame, body);
    let arena = ArenaId::from_bytes(fields.take()?);
    let (slot, flags, generation) = (fields.u32()?, fields.u32()?, fields.u64()?);
    let capability = Capability::from_bytes(fields.take()?);
    let range = [fields.u64()?, fields.u64()?];
    let hold = Duration::from_millis(fields.u32()?.into());
    fields.u32()?;
    Ok((ObjectKey { arena, slot, generation, capability }, flags, range, hold))
}
