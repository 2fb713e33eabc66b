//! Fail points: named places at which a test can have this process killed, or stopped.
//!
//! With the feature `fail-points`, a process whose environment has `WHARF_FAIL_POINT=name` sends
//! itself SIGKILL when it reaches that place (or its n-th time there, for `name:n`), and one with
//! `WHARF_STOP_POINT=name` SIGSTOP, so that a test can let others act before it goes on. Without
//! the feature nothing is left of them. The tests take the list of names from the source itself.

/// Marks a place at which a test may kill the process.
macro_rules! fail_point {
    ($name:literal) => {
        #[cfg(feature = "fail-points")]
        $crate::fail::reached($name);
    };
}

pub(crate) use fail_point;

#[cfg(feature = "fail-points")]
pub(crate) use armed::reached;

#[cfg(feature = "fail-points")]
mod armed {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use crate::sys::process::signal_self;

    pub(crate) fn reached(name: &str) {
        static KILL: OnceLock<Option<Target>> = OnceLock::new();
        static STOP: OnceLock<Option<Target>> = OnceLock::new();
        if Target::is_hit(&KILL, "WHARF_FAIL_POINT", name) {
            eprintln!("fail point {name}");
            signal_self(libc::SIGKILL);
        }
        if Target::is_hit(&STOP, "WHARF_STOP_POINT", name) {
            eprintln!("stop point {name}");
            signal_self(libc::SIGSTOP);
        }
    }

    /// One visit of one place.
    struct Target {
        name: String,
        visit: u64,
        visits: AtomicU64,
    }

    impl Target {
        /// Whether this is the visit that the environment's variable names.
        fn is_hit(target: &OnceLock<Option<Self>>, variable: &str, name: &str) -> bool {
            target.get_or_init(|| Self::read(&std::env::var(variable).ok()?)).as_ref().is_some_and(
                |target| {
                    target.name == name
                        && target.visits.fetch_add(1, Ordering::Relaxed) + 1 == target.visit
                },
            )
        }

        fn read(text: &str) -> Option<Self> {
            let (name, visit) = text.split_once(':').unwrap_or((text, "1"));
            Some(Self { name: name.into(), visit: visit.parse().ok()?, visits: AtomicU64::new(0) })
        }
    }
}
