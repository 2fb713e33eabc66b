//! Fail points: named places at which a test can have this process killed.
//!
//! With the feature `fail-points`, a process whose environment has `WHARF_FAIL_POINT=name` sends
//! itself SIGKILL when it reaches that place (or its n-th time there, for `name:n`). Without the
//! feature nothing is left of them. The tests take the list of names from the source itself.

/// Marks a place at which a test may kill the process.
macro_rules! fail_point {
    ($name:literal) => {
        #[cfg(feature = "fail-points")]
        $crate::fail::reached($name);
    };
}

pub(crate) use fail_point;

#[cfg(feature = "fail-points")]
pub(crate) fn reached(name: &str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static TARGET: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static VISITS: AtomicU64 = AtomicU64::new(0);

    let target = TARGET.get_or_init(|| {
        let text = std::env::var("WHARF_FAIL_POINT").ok()?;
        let (name, nth) = text.split_once(':').unwrap_or((&text, "1"));
        Some((name.to_owned(), nth.parse().unwrap_or(1)))
    });
    if let Some((target, nth)) = target
        && target == name
        && VISITS.fetch_add(1, Ordering::Relaxed) + 1 == *nth
    {
        eprintln!("fail point {name}");
        crate::sys::process::kill_self();
    }
}
