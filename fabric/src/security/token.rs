//! Tokens: the right to one plain connection, handed out inside an encrypted one.

use std::fmt;

use ring::rand::{SecureRandom, SystemRandom};

/// The reader shows `id`, in the clear, and is shown `answer`: each side has proved that it knows
/// what was said inside.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Token {
    pub(crate) id: [u8; 16],
    pub(crate) answer: [u8; 16],
}

impl Token {
    /// A new one; `None` if the kernel gives no random bytes.
    pub(crate) fn random() -> Option<Self> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).ok()?;
        let (mut id, mut answer) = ([0; 16], [0; 16]);
        id.copy_from_slice(&bytes[..16]);
        answer.copy_from_slice(&bytes[16..]);
        Some(Self { id, answer })
    }

    /// Whether this is the token's second half. Takes as long for any other.
    pub(crate) fn is_answered_by(&self, answer: &[u8; 16]) -> bool {
        let differs = self.answer.iter().zip(answer).fold(0, |differs, (a, b)| differs | (a ^ b));
        std::hint::black_box(differs) == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}
