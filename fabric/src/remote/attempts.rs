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
    /// What took the time, if it was nothing that was tried.
    instead: Option<&'static str>,
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
        Self { tried, instead: None }
    }

    pub(super) fn by_another() -> Self {
        let waited = "another process of this node, which is fetching it, had not got it";
        Self { instead: Some(waited), ..Self::default() }
    }

    pub(super) fn without_memory() -> Self {
        let waited = "this node was still getting memory for it from the system";
        Self { instead: Some(waited), ..Self::default() }
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
        if let Some(waited) = self.instead {
            return f.write_str(waited);
        }
        if self.tried.is_empty() {
            return f.write_str("there was no time to try anything");
        }
        let all: Vec<_> = self.iter().map(|it| (it.why.to_string(), it)).collect();
        let alike = |(why, a): &(String, Attempt<'_>), (other, b): &(String, Attempt<'_>)| {
            a.route == b.route && a.brought == b.brought && why == other
        };
        for (index, same) in all.chunk_by(alike).enumerate() {
            let [(why, Attempt { route, took, brought, .. }), ..] = same else { continue };
            write!(f, "{}{route}, in {took:.1?}: {why}", if index == 0 { "" } else { "; " })?;
            if *brought > 0 {
                write!(f, " ({brought} bytes had come)")?;
            }
            if same.len() > 1 {
                write!(f, ", and the same {} times more", same.len() - 1)?;
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
