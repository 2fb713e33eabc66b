//! The least that runs a future.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// Runs a future on this thread, which sleeps until it is woken.
#[track_caller]
pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = waker();
    let start = Instant::now();
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        // A wake that came already is not lost: the thread is then not parked at all.
        thread::park_timeout(Duration::from_secs(60));
        assert!(start.elapsed() < Duration::from_secs(60), "the future was never woken");
    }
}

/// Polls each future once; `false` if any was ready.
pub(crate) fn poll_each<F: Future + Unpin>(futures: &mut [F]) -> bool {
    let waker = waker();
    let mut context = Context::from_waker(&waker);
    futures.iter_mut().all(|future| Pin::new(future).poll(&mut context).is_pending())
}

/// A waker of the thread that calls this.
pub(crate) fn waker() -> Waker {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    Arc::new(Unpark(thread::current())).into()
}
