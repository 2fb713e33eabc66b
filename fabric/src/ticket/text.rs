//! The text form: `wharf1_` and the binary form in URL-safe base64, by `Display` and `FromStr`.

use std::fmt;
use std::str::FromStr;

use base64::display::Base64Display;
use base64::engine::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::{DecodeError, DecodeSliceError};

use super::binary::{PLAIN, VERSION};
use super::{Ticket, TicketError};

/// What every text form begins with, before the version.
const NAME: &str = "wharf";

/// How many characters the largest ticket takes after the prefix.
const MAX_CHARACTERS: usize = encoded(Ticket::MAX_BYTES);

impl fmt::Display for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.to_bytes();
        write!(f, "{NAME}{VERSION}_{}", Base64Display::new(&bytes, &URL_SAFE_NO_PAD))
    }
}

impl FromStr for Ticket {
    type Err = TicketError;

    /// Reads the text form; white space around it is forgiven.
    fn from_str(text: &str) -> Result<Self, TicketError> {
        let body = after_prefix(text.trim())?;
        if body.len() > MAX_CHARACTERS {
            return Err(TicketError::TooLong {
                found: decoded(body.len()),
                most: Ticket::MAX_BYTES,
            });
        }
        // The decoder wants room for whole groups of three.
        let mut bytes = [0; Ticket::MAX_BYTES.next_multiple_of(3)];
        let length = URL_SAFE_NO_PAD
            .decode_slice(body, &mut bytes)
            .map_err(|error| refused(body, &error))?;
        Ticket::from_bytes(&bytes[..length]).map_err(|error| match error {
            // The prefix says that it is a ticket, and of this version: the rest was changed.
            TicketError::NotATicket | TicketError::Version { .. } => TicketError::Damaged,
            error => error,
        })
    }
}

/// The base64 part of a ticket of this version.
fn after_prefix(text: &str) -> Result<&str, TicketError> {
    let too_short = || TicketError::TooShort { found: 0, least: PLAIN };
    let Some(rest) = text.strip_prefix(NAME) else {
        return Err(if NAME.starts_with(text) { too_short() } else { TicketError::NotATicket });
    };
    let (version, body) = match rest.split_once('_') {
        Some(parts) => parts,
        None if rest.bytes().all(|byte| byte.is_ascii_digit()) => return Err(too_short()),
        None => return Err(TicketError::NotATicket),
    };
    if version.is_empty() || version.bytes().any(|byte| !byte.is_ascii_digit()) {
        return Err(TicketError::NotATicket);
    }
    match version.parse() {
        Ok(found) if found == u32::from(VERSION) && version.len() == 1 => Ok(body),
        Ok(found) => Err(TicketError::Version { found }),
        Err(_) => Err(TicketError::NotATicket),
    }
}

/// Why the decoder refused `body`.
fn refused(body: &str, error: &DecodeSliceError) -> TicketError {
    let length = body.len();
    match error {
        DecodeSliceError::DecodeError(DecodeError::InvalidByte(at, _)) => {
            TicketError::Text { at: *at }
        }
        // A last character that carries bits of a byte which is not there, or one alone: the end
        // was changed or lost.
        _ if decoded(length) < PLAIN => {
            TicketError::TooShort { found: decoded(length), least: PLAIN }
        }
        _ => TicketError::Damaged,
    }
}

/// How many characters `bytes` bytes take.
const fn encoded(bytes: usize) -> usize {
    (bytes * 4).div_ceil(3)
}

/// How many whole bytes `characters` characters hold.
const fn decoded(characters: usize) -> usize {
    characters * 3 / 4
}
