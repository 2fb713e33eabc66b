//! Tickets through serde: as text in formats for people, as bytes in the others.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::Ticket;

impl Serialize for Ticket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => serializer.collect_str(self),
            false => serializer.serialize_bytes(&self.to_bytes()),
        }
    }
}

impl<'de> Deserialize<'de> for Ticket {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.is_human_readable() {
            true => deserializer.deserialize_str(Either),
            false => deserializer.deserialize_bytes(Either),
        }
    }
}

/// Takes whichever of the two there is.
struct Either;

impl Visitor<'_> for Either {
    type Value = Ticket;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a ticket, as text that begins with `wharf1_` or in its binary form")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Ticket, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, bytes: &[u8]) -> Result<Ticket, E> {
        Ticket::from_bytes(bytes).map_err(E::custom)
    }
}
