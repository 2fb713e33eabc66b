//! What was tried to reach an object, for people.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::fetch::{Tried, Why};
use crate::Route;

/// What was tried to reach an object on another node, in order, and why each came to nothing.
///
/// Displayed, it is a line for each.
#[derive(Clone, Debug, Default)]
pub struct Attempts {
    tried: Arc<[Tried]>,
    /// Another process of this node was fetching the object: this one waited for it.
    waited: bool,
}

/// One route, and why it came to nothing.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt<'a> {
    /// The route.
    pub route: Route,
    /// When it was begun, counted from the beginning of the call.
    pub at: Duration,
    /// How long it was tried.
    pub took: Duration,
    /// Bytes of the object that it had brought.
    pub brought: u64,
    /// Why it came to nothing.
    pub why: &'a (dyn StdError + Send + Sync + 'static),
}

impl Attempts {
    pub(super) fn new(tried: Arc<[Tried]>) -> Self {
        Self { tried, waited: false }
    }

    pub(super) fn by_another() -> Self {
        Self { waited: true, ..Self::default() }
    }

    /// Each of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Attempt<'_>> {
        self.tried.iter().map(|Tried { route, at, took, brought, why }| Attempt {
            route: *route,
            at: *at,
            took: *took,
            brought: *brought,
            why,
        })
    }
}

impl fmt::Display for Attempts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.waited {
            return f
                .write_str("another process of this node, which is fetching it, had not got it");
        }
        if self.tried.is_empty() {
            return f.write_str("there was no time to try anything");
        }
        for (index, Attempt { route, took, brought, why, .. }) in self.iter().enumerate() {
            write!(f, "{}{route}, in {took:.1?}: {why}", if index == 0 { "" } else { "; " })?;
            if brought > 0 {
                write!(f, " ({brought} bytes had come)")?;
            }
        }
        Ok(())
    }
}

impl StdError for Why {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Why::Lost(failure) => failure.source(),
            _ => None,
        }
    }
}
