//! Numbers and states as people read them.

use std::fmt;
use std::time::Duration;

use wharf::{End, Lifetime, Scope, State};

/// A number of bytes: `640 B`, `64.0 MiB`.
pub(crate) struct Bytes(pub(crate) u64);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
        if self.0 < 1024 {
            return f.pad(&format!("{} B", self.0));
        }
        let mut value = self.0 as f64;
        let mut unit = "";
        for next in UNITS {
            // What would be rounded up to 1024.0 belongs to the next unit.
            if !unit.is_empty() && value < 1023.95 {
                break;
            }
            value /= 1024.0;
            unit = next;
        }
        f.pad(&format!("{value:.1} {unit}"))
    }
}

/// `1 object`, `2 objects`.
pub(crate) fn count(number: u64, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

pub(crate) fn state(state: State) -> &'static str {
    match state {
        State::Pending => "pending",
        State::Sealed => "sealed",
        State::Failed => "failed",
        State::Evicted => "evicted",
        _ => "unknown",
    }
}

/// `node, until evicted`; `process, once`; `node, lease, 15m left`.
pub(crate) fn lifetime(lifetime: Lifetime, state: State) -> String {
    let scope = match lifetime.scope {
        Scope::Process => "process",
        Scope::Node => "node",
    };
    match (lifetime.end, state) {
        (End::Evicted, _) => format!("{scope}, until evicted"),
        (End::Once, _) => format!("{scope}, once"),
        // It begins with the seal.
        (End::Lease(_), State::Pending | State::Failed) => format!("{scope}, lease"),
        (End::Lease(Duration::ZERO), _) => format!("{scope}, lease ended"),
        (End::Lease(left), _) => {
            let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
            let left = humantime::format_duration(Duration::from_secs(seconds));
            format!("{scope}, lease, {left} left")
        }
    }
}

pub(crate) fn owner(pid: u32, alive: bool) -> String {
    format!("process {pid}, {}", if alive { "alive" } else { "exited" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_the_unit_that_fits() {
        let shown = |bytes| Bytes(bytes).to_string();
        assert_eq!(shown(0), "0 B");
        assert_eq!(shown(1023), "1023 B");
        assert_eq!(shown(1024), "1.0 KiB");
        assert_eq!(shown(1 << 26), "64.0 MiB");
        assert_eq!(shown((1 << 20) - 1), "1.0 MiB");
        assert_eq!(shown(5 << 30), "5.0 GiB");
        assert_eq!(shown(u64::MAX), "16.0 EiB");
        assert_eq!(format!("{:>10}", Bytes(7)), "       7 B");
    }

    #[test]
    fn lifetimes_read_as_one_says_them() {
        let shown = |end, state| lifetime(Lifetime::NODE.ending(end), state);
        let lease = |millis| End::Lease(Duration::from_millis(millis));
        assert_eq!(lifetime(Lifetime::PROCESS, State::Pending), "process, until evicted");
        assert_eq!(shown(End::Once, State::Sealed), "node, once");
        assert_eq!(shown(lease(899_001), State::Sealed), "node, lease, 15m left");
        assert_eq!(shown(lease(0), State::Sealed), "node, lease ended");
        assert_eq!(shown(lease(0), State::Pending), "node, lease");
        assert_eq!(count(1, "object"), "1 object");
        assert_eq!(count(0, "object"), "0 objects");
    }
}
