//! How long objects live, and how long calls wait.

use std::ffi::c_int;
use std::time::Duration;

use wharf::{Deadline, End, Lifetime, Scope};

use crate::error::{Failure, wharf_status};

/// `WHARF_NOW` of the header.
const WHARF_NOW: i64 = 0;
/// `WHARF_FOREVER` of the header.
const WHARF_FOREVER: i64 = -1;

/// What an object's life is bound to.
#[repr(C)]
pub enum wharf_scope {
    /// It ends with the process, or the store, that put it.
    WHARF_SCOPE_PROCESS = 0,
    /// It outlives its process, killed or not, until it is evicted.
    WHARF_SCOPE_NODE = 1,
}

/// What ends an object within its scope.
#[repr(C)]
pub enum wharf_end {
    /// It lives until it is evicted.
    WHARF_END_EVICTED = 0,
    /// Its first successful resolve evicts it.
    WHARF_END_ONCE = 1,
    /// It ends when its lease has passed since it was sealed, or renewed.
    WHARF_END_LEASE = 2,
}

/// How long an object lives. All 0 is the default: until it is evicted or its process ends.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_lifetime {
    /// One of wharf_scope.
    pub scope: c_int,
    /// One of wharf_end.
    pub end: c_int,
    /// With WHARF_END_LEASE, the time in nanoseconds, more than 0; else 0.
    pub lease: i64,
}

impl wharf_lifetime {
    pub(crate) const DEFAULT: Self = Self { scope: 0, end: 0, lease: 0 };

    pub(crate) fn read(&self) -> Result<Lifetime, Failure> {
        let scope = match self.scope {
            s if s == wharf_scope::WHARF_SCOPE_PROCESS as c_int => Scope::Process,
            s if s == wharf_scope::WHARF_SCOPE_NODE as c_int => Scope::Node,
            other => return Err(no_such("scope", other)),
        };
        let end = match (self.end, self.lease) {
            (e, 0) if e == wharf_end::WHARF_END_EVICTED as c_int => End::Evicted,
            (e, 0) if e == wharf_end::WHARF_END_ONCE as c_int => End::Once,
            (e, 1..) if e == wharf_end::WHARF_END_LEASE as c_int => {
                End::Lease(Duration::from_nanos(self.lease.unsigned_abs()))
            }
            (0..=2, lease) => {
                let message = format!(
                    "a lease of {lease} ns: it is more than 0 where a lease ends the object, and \
                     else 0"
                );
                return Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message));
            }
            (other, _) => return Err(no_such("end", other)),
        };
        Ok(Lifetime { scope, end })
    }
}

impl From<Lifetime> for wharf_lifetime {
    fn from(lifetime: Lifetime) -> Self {
        let scope = match lifetime.scope {
            Scope::Process => wharf_scope::WHARF_SCOPE_PROCESS,
            Scope::Node => wharf_scope::WHARF_SCOPE_NODE,
        };
        let (end, lease) = match lifetime.end {
            End::Evicted => (wharf_end::WHARF_END_EVICTED, 0),
            End::Once => (wharf_end::WHARF_END_ONCE, 0),
            End::Lease(left) => {
                (wharf_end::WHARF_END_LEASE, i64::try_from(left.as_nanos()).unwrap_or(i64::MAX))
            }
        };
        Self { scope: scope as c_int, end: end as c_int, lease }
    }
}

/// A time that is none, in the Fortran module's way.
const NO_TIME: i64 = -i64::MAX;

/// By when a call that may wait so long has to end.
#[inline]
pub(crate) fn deadline(timeout: i64) -> Result<Deadline, Failure> {
    match timeout {
        WHARF_NOW => Ok(Deadline::NOW),
        WHARF_FOREVER => Ok(Deadline::never()),
        1.. => Ok(Deadline::after(Duration::from_nanos(timeout.unsigned_abs()))),
        _ => {
            let message = match timeout {
                NO_TIME => "a timeout that is negative or no number: give one of 0 or more, or \
                             none to wait as long as it takes"
                    .into(),
                _ => format!(
                    "a timeout of {timeout} ns: it is a time, WHARF_NOW (0) or WHARF_FOREVER (-1)"
                ),
            };
            Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message))
        }
    }
}

/// An enumeration has no such number.
#[cold]
pub(crate) fn no_such(what: &str, number: c_int) -> Failure {
    let message = format!("there is no {what} {number}: use one of the header's constants");
    Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message)
}
