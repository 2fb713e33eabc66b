//! What went wrong: a number for the program, and a text for whoever reads its output.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int};

use wharf::MemoryError;

/// What every function returns that can fail: 0, or a negative number that tells what broke.
///
/// The hundreds are groups: the call itself, the object, the ticket, names, memory, the node, the
/// network, the library. A number is never given another meaning; newer libraries may return numbers that are not
/// in this list. wharf_error_message() says more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum wharf_status {
    /// All went well.
    WHARF_OK = 0,

    /// An argument is NULL that must not be.
    WHARF_ERROR_NULL = -1,
    /// An argument is out of its range.
    WHARF_ERROR_ARGUMENT = -2,
    /// What was given as a handle is none, or one of another kind.
    WHARF_ERROR_HANDLE = -3,
    /// The handle was closed before, or used up by a call that says so.
    WHARF_ERROR_CLOSED_HANDLE = -4,
    /// A text is not UTF-8.
    WHARF_ERROR_NOT_UTF8 = -5,
    /// A structure's struct_size is none that it can have, or it asks for what this library does not
    /// know.
    WHARF_ERROR_STRUCT_SIZE = -6,
    /// The buffer is too small; the size that is needed was written.
    WHARF_ERROR_BUFFER = -7,
    /// This process was forked from the one that opened the fabric: open it again here.
    WHARF_ERROR_FORKED = -8,
    /// The request is not done yet.
    WHARF_ERROR_NOT_DONE = -9,
    /// This library was built without that: wharf_has_feature() tells what it has.
    WHARF_ERROR_NO_FEATURE = -10,

    /// The object is gone: it was evicted, its lease has ended, it was resolved once, or it ended
    /// with its process or store. Who asks when nothing of that store is left is told this also of an
    /// object that had failed, or whose producer had died.
    WHARF_ERROR_EVICTED = -100,
    /// The producer failed the object. The message is the producer's.
    WHARF_ERROR_FAILED = -101,
    /// The producer died before it sealed the object.
    WHARF_ERROR_OWNER_DIED = -102,
    /// The object, or the name, was not there by the deadline.
    WHARF_ERROR_DEADLINE = -103,
    /// The object is not sealed yet, and what was asked for needs that.
    WHARF_ERROR_PENDING = -104,
    /// The object has no lease that could be renewed.
    WHARF_ERROR_NOT_LEASED = -105,
    /// The object is something else than it was asked for as.
    WHARF_ERROR_WRONG_TYPE = -106,
    /// Exposed memory is still being copied.
    WHARF_ERROR_STILL_READ = -107,
    /// Exposed memory cannot be read: its producer freed or protected it.
    WHARF_ERROR_UNREADABLE = -108,
    /// The object has no such bytes.
    WHARF_ERROR_BEYOND = -109,
    /// The object is on another node and ends once it is resolved: only the whole of it can be had.
    WHARF_ERROR_ONLY_WHOLE = -110,

    /// What was given is not a ticket, or is a damaged one.
    WHARF_ERROR_TICKET = -200,
    /// The ticket gives no right to read the object.
    WHARF_ERROR_WRONG_CAPABILITY = -201,
    /// The object lives on another node, and the ticket tells no way to it.
    WHARF_ERROR_OTHER_NODE = -202,

    /// The name is another object's, which is still there.
    WHARF_ERROR_NAME_TAKEN = -300,
    /// There is no such name, or there was none by the deadline.
    WHARF_ERROR_NO_SUCH_NAME = -301,
    /// There can be no such name.
    WHARF_ERROR_INVALID_NAME = -302,

    /// The store is full.
    WHARF_ERROR_FULL = -400,
    /// The object could not fit even into an empty store.
    WHARF_ERROR_TOO_LARGE = -401,
    /// The shared-memory filesystem, or the job's memory limit, has no room.
    WHARF_ERROR_OUT_OF_MEMORY = -402,
    /// This process holds as many views as it can.
    WHARF_ERROR_TOO_MANY_VIEWS = -403,
    /// This process has as many handles of a kind as it can.
    WHARF_ERROR_TOO_MANY_HANDLES = -404,

    /// The configuration has a mistake.
    WHARF_ERROR_CONFIG = -500,
    /// The shared-memory directory cannot be used.
    WHARF_ERROR_DIRECTORY = -501,
    /// There is no shared-memory directory, and it was not to be made.
    WHARF_ERROR_NO_DIRECTORY = -502,
    /// The shared-memory directory was removed while in use.
    WHARF_ERROR_VANISHED = -503,
    /// Shared memory was laid out by another version of Wharf.
    WHARF_ERROR_LAYOUT = -504,
    /// Shared memory does not hold what it should.
    WHARF_ERROR_DAMAGED = -505,
    /// The store was closed.
    WHARF_ERROR_STORE_CLOSED = -506,
    /// A system call failed.
    WHARF_ERROR_SYSTEM = -507,
    /// What another process exposes cannot be reached: the message says what to change.
    WHARF_ERROR_ATTACH = -508,

    /// The object is on another node, and no way there is any good: the message tells each.
    WHARF_ERROR_UNREACHABLE = -600,
    /// The object is on another node, and had not come by the deadline: the message tells what was tried.
    /// Of one that its producer has not sealed, WHARF_ERROR_DEADLINE is told.
    WHARF_ERROR_OUT_OF_TIME = -601,
    /// The object's node does not give it. The message is that node's.
    WHARF_ERROR_REFUSED = -602,
    /// The object ends once it is resolved, and its node was lost before it said that it is ours.
    WHARF_ERROR_UNCONFIRMED = -603,
    /// Nobody can be served at the addresses to listen at.
    WHARF_ERROR_LISTEN = -604,
    /// The fabric's secret, or the node's key, cannot be used.
    WHARF_ERROR_SECRET = -605,

    /// A fault in the library.
    WHARF_ERROR_INTERNAL = -900,
    /// Something that has no number of its own.
    WHARF_ERROR_OTHER = -901,
}

use wharf_status::*;

/// The constant's name, "WHARF_ERROR_EVICTED" say; "WHARF_ERROR_?" for a number that is none.
///
/// @param[in] status  What a function returned.
/// @return A text that is there for good. Never NULL.
///
/// Thread-safe. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn wharf_error_name(status: c_int) -> *const c_char {
    let known = NAMES.iter().find(|(known, _)| *known as c_int == status);
    known.map_or(c"WHARF_ERROR_?", |(_, name)| name).as_ptr()
}

/// What went wrong in this thread's last call that failed, where, and what to do: for people.
///
/// @return A text in UTF-8, empty if no call has failed. It is there until another call fails in this
///         thread, or the thread ends. Never NULL.
///
/// Thread-safe: each thread has its own. Never fails.
#[unsafe(no_mangle)]
pub extern "C" fn wharf_error_message() -> *const c_char {
    // A thread that is ending has no message any more.
    let message = |kept: &RefCell<Option<CString>>| kept.borrow().as_deref().map(CStr::as_ptr);
    MESSAGE.try_with(message).ok().flatten().unwrap_or(c"".as_ptr())
}

thread_local! {
    static MESSAGE: RefCell<Option<CString>> = const { RefCell::new(None) };
}

/// A failed call: what C is told.
#[derive(Debug)]
pub(crate) struct Failure {
    status: wharf_status,
    message: String,
}

impl Failure {
    #[cold]
    pub(crate) fn new(status: wharf_status, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn status(&self) -> wharf_status {
        self.status
    }

    /// Keeps the message for this thread, and gives the number.
    #[cold]
    pub(crate) fn tell(self) -> c_int {
        let mut bytes = self.message.into_bytes();
        bytes.retain(|byte| *byte != 0);
        let message = CString::new(bytes).ok();
        // A thread that is ending keeps none.
        let _ = MESSAGE.try_with(|kept| kept.replace(message));
        self.status as c_int
    }
}

impl From<wharf::Error> for Failure {
    #[cold]
    fn from(error: wharf::Error) -> Self {
        let status = match &error {
            wharf::Error::Evicted => WHARF_ERROR_EVICTED,
            wharf::Error::WrongCapability => WHARF_ERROR_WRONG_CAPABILITY,
            wharf::Error::Failed { .. } => WHARF_ERROR_FAILED,
            wharf::Error::OwnerDied => WHARF_ERROR_OWNER_DIED,
            wharf::Error::Deadline | wharf::Error::Claimed => WHARF_ERROR_DEADLINE,
            wharf::Error::OtherNode { .. } => WHARF_ERROR_OTHER_NODE,
            wharf::Error::WrongType { .. }
            | wharf::Error::Misfit { .. }
            | wharf::Error::Decode { .. } => WHARF_ERROR_WRONG_TYPE,
            wharf::Error::Shape { .. } => WHARF_ERROR_ARGUMENT,
            wharf::Error::NameTaken { .. } => WHARF_ERROR_NAME_TAKEN,
            wharf::Error::NoSuchName { .. } => WHARF_ERROR_NO_SUCH_NAME,
            wharf::Error::InvalidName { .. } => WHARF_ERROR_INVALID_NAME,
            wharf::Error::Ticket(_) => WHARF_ERROR_TICKET,
            wharf::Error::Config(_) => WHARF_ERROR_CONFIG,
            wharf::Error::NoThread { .. } => WHARF_ERROR_SYSTEM,
            wharf::Error::Beyond { .. } => WHARF_ERROR_BEYOND,
            wharf::Error::OnlyWhole => WHARF_ERROR_ONLY_WHOLE,
            wharf::Error::Unreachable { .. } => WHARF_ERROR_UNREACHABLE,
            wharf::Error::OutOfTime { .. } => WHARF_ERROR_OUT_OF_TIME,
            wharf::Error::Refused { .. } => WHARF_ERROR_REFUSED,
            wharf::Error::Unconfirmed => WHARF_ERROR_UNCONFIRMED,
            wharf::Error::Listen(_) => WHARF_ERROR_LISTEN,
            wharf::Error::Secret { .. } | wharf::Error::NodeKey { .. } => WHARF_ERROR_SECRET,
            wharf::Error::Memory(error) => of_memory(error),
            _ => WHARF_ERROR_OTHER,
        };
        match error {
            // The producer's own words.
            wharf::Error::Failed { message } => Self::new(status, message),
            error => Self::new(status, error.to_string()),
        }
    }
}

fn of_memory(error: &MemoryError) -> wharf_status {
    match error {
        MemoryError::Directory { .. } => WHARF_ERROR_DIRECTORY,
        MemoryError::NoDirectory { .. } => WHARF_ERROR_NO_DIRECTORY,
        MemoryError::Vanished { .. } => WHARF_ERROR_VANISHED,
        MemoryError::Layout { .. } => WHARF_ERROR_LAYOUT,
        MemoryError::NodeDamaged { .. } | MemoryError::Corrupt { .. } => WHARF_ERROR_DAMAGED,
        MemoryError::Full { .. } => WHARF_ERROR_FULL,
        MemoryError::TooLarge { .. } => WHARF_ERROR_TOO_LARGE,
        MemoryError::OutOfMemory { .. } => WHARF_ERROR_OUT_OF_MEMORY,
        MemoryError::Align { .. }
        | MemoryError::NoteTooLong { .. }
        | MemoryError::NothingAwaited
        | MemoryError::NotMemory { .. } => WHARF_ERROR_ARGUMENT,
        MemoryError::Attach { .. } => WHARF_ERROR_ATTACH,
        MemoryError::Unreadable { .. } => WHARF_ERROR_UNREADABLE,
        MemoryError::StillRead { .. } => WHARF_ERROR_STILL_READ,
        MemoryError::NoSuchSlot { .. } => WHARF_ERROR_TICKET,
        MemoryError::StillPending => WHARF_ERROR_PENDING,
        MemoryError::NotLeased => WHARF_ERROR_NOT_LEASED,
        MemoryError::Forked => WHARF_ERROR_FORKED,
        MemoryError::Closed => WHARF_ERROR_STORE_CLOSED,
        MemoryError::TooManyViews { .. } => WHARF_ERROR_TOO_MANY_VIEWS,
        MemoryError::Io { .. } => WHARF_ERROR_SYSTEM,
        _ => WHARF_ERROR_OTHER,
    }
}

impl From<wharf::TicketError> for Failure {
    #[cold]
    fn from(error: wharf::TicketError) -> Self {
        Self::new(WHARF_ERROR_TICKET, error.to_string())
    }
}

macro_rules! names {
    ($($name:ident),* $(,)?) => {
        &[$(($name, match CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
            Ok(name) => name,
            Err(_) => c"",
        })),*]
    };
}

const NAMES: &[(wharf_status, &CStr)] = names![
    WHARF_OK,
    WHARF_ERROR_NULL,
    WHARF_ERROR_ARGUMENT,
    WHARF_ERROR_HANDLE,
    WHARF_ERROR_CLOSED_HANDLE,
    WHARF_ERROR_NOT_UTF8,
    WHARF_ERROR_STRUCT_SIZE,
    WHARF_ERROR_BUFFER,
    WHARF_ERROR_FORKED,
    WHARF_ERROR_NOT_DONE,
    WHARF_ERROR_NO_FEATURE,
    WHARF_ERROR_EVICTED,
    WHARF_ERROR_FAILED,
    WHARF_ERROR_OWNER_DIED,
    WHARF_ERROR_DEADLINE,
    WHARF_ERROR_PENDING,
    WHARF_ERROR_NOT_LEASED,
    WHARF_ERROR_WRONG_TYPE,
    WHARF_ERROR_STILL_READ,
    WHARF_ERROR_UNREADABLE,
    WHARF_ERROR_BEYOND,
    WHARF_ERROR_ONLY_WHOLE,
    WHARF_ERROR_TICKET,
    WHARF_ERROR_WRONG_CAPABILITY,
    WHARF_ERROR_OTHER_NODE,
    WHARF_ERROR_NAME_TAKEN,
    WHARF_ERROR_NO_SUCH_NAME,
    WHARF_ERROR_INVALID_NAME,
    WHARF_ERROR_FULL,
    WHARF_ERROR_TOO_LARGE,
    WHARF_ERROR_OUT_OF_MEMORY,
    WHARF_ERROR_TOO_MANY_VIEWS,
    WHARF_ERROR_TOO_MANY_HANDLES,
    WHARF_ERROR_CONFIG,
    WHARF_ERROR_DIRECTORY,
    WHARF_ERROR_NO_DIRECTORY,
    WHARF_ERROR_VANISHED,
    WHARF_ERROR_LAYOUT,
    WHARF_ERROR_DAMAGED,
    WHARF_ERROR_STORE_CLOSED,
    WHARF_ERROR_SYSTEM,
    WHARF_ERROR_ATTACH,
    WHARF_ERROR_UNREACHABLE,
    WHARF_ERROR_OUT_OF_TIME,
    WHARF_ERROR_REFUSED,
    WHARF_ERROR_UNCONFIRMED,
    WHARF_ERROR_LISTEN,
    WHARF_ERROR_SECRET,
    WHARF_ERROR_INTERNAL,
    WHARF_ERROR_OTHER,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Those that no C program can bring about at will; the others are in `tests/c/network.c`.
    #[test]
    fn errors_of_the_network_are_told_apart() {
        let refused = wharf::Error::Refused { reason: "it has too much to do".into() };
        for (error, status) in [
            (refused, WHARF_ERROR_REFUSED),
            (wharf::Error::Unconfirmed, WHARF_ERROR_UNCONFIRMED),
            (wharf::Error::OnlyWhole, WHARF_ERROR_ONLY_WHOLE),
            (wharf::Error::Beyond { total: 5 }, WHARF_ERROR_BEYOND),
        ] {
            let message = error.to_string();
            let failure = Failure::from(error);
            assert_eq!((failure.status, &failure.message), (status, &message));
        }
    }

    #[test]
    fn every_status_has_its_name() {
        let mut numbers: Vec<_> = NAMES.iter().map(|(status, _)| *status as c_int).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), NAMES.len());
        assert!(numbers.is_sorted_by(|a, b| a > b), "{numbers:?}");
    }
}
