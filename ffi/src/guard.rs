//! The boundary: every call from C goes through [`guard`], so that no panic crosses it and every
//! failure has a status and a message.

use std::any::Any;
use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{Failure, wharf_status};

/// Does what C asked for, and says what came of it as C wants to know it.
#[inline]
pub(crate) fn guard(call: impl FnOnce() -> Result<(), Failure>) -> c_int {
    // Unwind safe: what a panic leaves half done is the value of one handle, and each is changed in
    // one step.
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => wharf_status::WHARF_OK as c_int,
        Ok(Err(failure)) => failure.tell(),
        Err(panic) => fault(&*panic).tell(),
    }
}

#[cold]
fn fault(panic: &(dyn Any + Send)) -> Failure {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message");
    let message = format!("a fault in the library, please report it: {said}");
    Failure::new(wharf_status::WHARF_ERROR_INTERNAL, message)
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;
    use crate::error::wharf_error_message;

    #[test]
    #[allow(clippy::panic)]
    fn a_panic_becomes_a_status_and_a_message() {
        let number = 7;
        let status = guard(|| panic!("lost count at {number}"));
        assert_eq!(status, wharf_status::WHARF_ERROR_INTERNAL as c_int);
        // SAFETY: the message is NUL-terminated and stays until this thread's next failure.
        let message = unsafe { CStr::from_ptr(wharf_error_message()) };
        assert!(message.to_string_lossy().ends_with("lost count at 7"), "{message:?}");
        assert_eq!(guard(|| Ok(())), 0);
    }
}
