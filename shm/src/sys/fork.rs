//! Telling a forked child from its parent, and keeping locks out of children.
//!
//! A [`Token`] is taken when something is opened and compared at each use. It is the value of a
//! word in a page that the kernel wipes in a forked child: no system call, one load.
//!
//! A file's lock lives as long as any descriptor or mapping of it. Between opening a file to lock
//! it and closing its descriptor, a fork in another thread would take a copy along, and the child
//! would keep the lock alive. A [`Window`] is open for that time, and forks wait for it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Which process this is, between forks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token(u64);

impl Token {
    /// This process's token.
    pub(crate) fn current() -> Self {
        let word = wiped_word();
        match word.load(Ordering::Relaxed) {
            0 => {
                let fresh = fresh_token();
                match word.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed) {
                    Ok(_) => Self(fresh),
                    Err(other) => Self(other),
                }
            }
            token => Self(token),
        }
    }

    /// The address of this process's token, and what stands there: a random word that goes with its
    /// memory, and that no child of it has.
    pub(crate) fn witness() -> (u64, u64) {
        let Self(token) = Self::current();
        (wiped_word().as_ptr().addr() as u64, token)
    }

    /// Whether this is still the process that took the token.
    #[inline]
    pub(crate) fn is_current(self) -> bool {
        wiped_word().load(Ordering::Relaxed) == self.0
    }
}

/// A number that no ancestor of this process has.
fn fresh_token() -> u64 {
    let random = super::random::name().map_or(0, |bytes| {
        u64::from_le_bytes([
            bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
        ])
    });
    (random ^ u64::from(std::process::id())) | 1
}

/// The word that is zero again in a forked child.
#[inline]
fn wiped_word() -> &'static AtomicU64 {
    static WORD: OnceLock<&'static AtomicU64> = OnceLock::new();
    WORD.get_or_init(map_wiped_page)
}

fn map_wiped_page() -> &'static AtomicU64 {
    static FALLBACK: AtomicU64 = AtomicU64::new(0);
    let len = crate::layout::PAGE;
    // SAFETY: a new anonymous mapping replaces no other.
    let page = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            len,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if page == libc::MAP_FAILED {
        return forget_in_child(&FALLBACK);
    }
    // SAFETY: the page was just mapped, is never unmapped, aligned, and zero.
    let word = unsafe { &*page.cast::<AtomicU64>() };
    // SAFETY: advice on the page mapped above.
    match unsafe { libc::madvise(page, len, libc::MADV_WIPEONFORK) } {
        0 => word,
        _ => forget_in_child(word),
    }
}

/// Where the kernel cannot wipe the page, a fork handler clears the word.
fn forget_in_child(word: &'static AtomicU64) -> &'static AtomicU64 {
    static CLEARED: OnceLock<&'static AtomicU64> = OnceLock::new();
    extern "C" fn clear() {
        if let Some(word) = CLEARED.get() {
            word.store(0, Ordering::Relaxed);
        }
    }
    let word = CLEARED.get_or_init(|| word);
    // SAFETY: the handler is a function of this library that only stores to an atomic.
    unsafe { libc::pthread_atfork(None, None, Some(clear)) };
    word
}

/// While one exists, no thread of this process completes a `fork`.
#[derive(Debug)]
pub(crate) struct Window(());

/// Windows open in the low half, forks under way in the high half.
static STATE: AtomicU64 = AtomicU64::new(0);
const FORK: u64 = 1 << 32;
/// A window is a few microseconds long, or as long as a cleaning. A fork from a signal handler inside one must not wait for
/// ever, nor may a window for a fork that never ends.
const PATIENCE: Duration = Duration::from_millis(200);

impl Window {
    pub(crate) fn open() -> Self {
        static HANDLERS: OnceLock<()> = OnceLock::new();
        HANDLERS.get_or_init(|| {
            // SAFETY: the handlers only touch one atomic and yield.
            unsafe { libc::pthread_atfork(Some(before_fork), Some(after_fork), Some(in_child)) };
        });
        wait_until(|| {
            let state = STATE.load(Ordering::Relaxed);
            state < FORK
                && STATE
                    .compare_exchange(state, state + 1, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
        })
        .unwrap_or_else(|| {
            STATE.fetch_add(1, Ordering::Acquire);
        });
        Self(())
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        STATE.fetch_sub(1, Ordering::Release);
    }
}

extern "C" fn before_fork() {
    STATE.fetch_add(FORK, Ordering::Acquire);
    wait_until(|| STATE.load(Ordering::Acquire) & (FORK - 1) == 0);
}

extern "C" fn after_fork() {
    STATE.fetch_sub(FORK, Ordering::Release);
}

extern "C" fn in_child() {
    STATE.store(0, Ordering::Release);
}

/// Yields until the condition holds; `None` when patience ran out first.
fn wait_until(mut holds: impl FnMut() -> bool) -> Option<()> {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > PATIENCE {
            return None;
        }
        std::thread::yield_now();
    }
    Some(())
}
