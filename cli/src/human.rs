//! Facts as people (`Display`) and scripts (`Serialize`) read them. The names of fields are part of
//! what the command promises: `wharf help` describes them.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use wharf::{End, Lifetime, Scope, State};

/// Who put an object: `process 31, exited`.
#[derive(Serialize)]
pub(crate) struct Owner {
    pub(crate) pid: u32,
    pub(crate) alive: bool,
}

/// How long an object lives: `node, until evicted`; `process, once`; `node, lease, 15m left`.
#[derive(Serialize)]
pub(crate) struct Life {
    scope: &'static str,
    end: &'static str,
    /// What is left of a lease that has begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_seconds: Option<f64>,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("process {}, {}", self.pid, if self.alive { "alive" } else { "exited" }))
    }
}

impl Life {
    pub(crate) fn of(lifetime: Lifetime, state: State) -> Self {
        let scope = match lifetime.scope {
            Scope::Process => "process",
            Scope::Node => "node",
        };
        let (end, left) = match (lifetime.end, state) {
            (End::Evicted, _) => ("evicted", None),
            (End::Once, _) => ("once", None),
            // It begins with the seal.
            (End::Lease(_), State::Pending | State::Failed) => ("lease", None),
            (End::Lease(left), _) => ("lease", Some(left.as_secs_f64())),
        };
        Self { scope, end, left_seconds: left }
    }
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = self.scope;
        match (self.end, self.left_seconds) {
            ("evicted", _) => write!(f, "{scope}, until evicted"),
            (end, None) => write!(f, "{scope}, {end}"),
            (_, Some(0.0)) => write!(f, "{scope}, lease ended"),
            (_, Some(left)) => {
                let left = humantime::format_duration(Duration::from_secs(left.ceil() as u64));
                write!(f, "{scope}, lease, {left} left")
            }
        }
    }
}

/// The state in a word; a sealed one may be claimed.
pub(crate) fn state(state: State, claimed: bool) -> &'static str {
    match state {
        State::Sealed if claimed => "claimed",
        State::Pending => "pending",
        State::Sealed => "sealed",
        State::Failed => "failed",
        State::Evicted => "evicted",
        _ => "unknown",
    }
}

/// How long ago, in the largest unit: `42s`, `3m`, `5h`, `2days`.
pub(crate) fn age(age: Duration) -> String {
    let exact = humantime::format_duration(Duration::from_secs(age.as_secs())).to_string();
    exact.split_whitespace().next().unwrap_or_default().to_owned()
}

/// `1 object`, `2 objects`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_read_as_one_says_them() {
        let shown = |end, state| Life::of(Lifetime::NODE.ending(end), state).to_string();
        let lease = |millis| End::Lease(Duration::from_millis(millis));
        let process = Life::of(Lifetime::PROCESS, State::Pending).to_string();
        assert_eq!(process, "process, until evicted");
        assert_eq!(shown(End::Once, State::Sealed), "node, once");
        assert_eq!(shown(lease(899_001), State::Sealed), "node, lease, 15m left");
        assert_eq!(shown(lease(0), State::Sealed), "node, lease ended");
        assert_eq!(shown(lease(0), State::Pending), "node, lease");
        let ages = [0, 59, 3725, 200_000].map(|seconds| age(Duration::from_secs(seconds)));
        assert_eq!(ages, ["0s", "59s", "1h", "2days"]);
        assert_eq!(count(1, "object"), "1 object");
        assert_eq!(count(0, "object"), "0 objects");
    }
}
