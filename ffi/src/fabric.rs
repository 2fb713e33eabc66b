//! The fabric: this process's membership of the node.

use std::ffi::{OsStr, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use wharf::{Fabric, Options, Wait};

use crate::error::{Failure, wharf_status};
use crate::guard::guard;
use crate::handle::{self, Handled, Kind, Slab};
use crate::lifetime::{deadline, no_such};
use crate::network;
use crate::pointer::{self, Out, OutList, OutText, Versioned};
use crate::ticket::wharf_ticket;
use crate::view::{self, wharf_view};

/// This process's membership of the node. One per process is usual.
///
/// It opens no socket, unless it is to listen or to fetch from another node. In a forked child, calls with it return WHARF_ERROR_FORKED: open another there.
pub struct wharf_fabric {
    _private: [u8; 0],
}

impl Handled for Fabric {
    type Opaque = wharf_fabric;
    const KIND: Kind = Kind::Fabric;

    fn slab() -> &'static Slab<Self> {
        static SLAB: Slab<Fabric> = Slab::new();
        &SLAB
    }
}

/// How to wait for pending objects.
#[repr(C)]
pub enum wharf_wait {
    /// As the configuration says
    WHARF_WAIT_DEFAULT = 0,
    /// Sleep at once: the least processor time.
    WHARF_WAIT_BLOCK = 1,
    /// Never sleep: the least latency, at the price of a processor.
    WHARF_WAIT_SPIN = 2,
    /// Spin for a few microseconds, then sleep.
    WHARF_WAIT_ADAPTIVE = 3,
}

/// Yes, no, or as the configuration says.
#[repr(C)]
pub enum wharf_choice {
    /// As the configuration says
    WHARF_CHOICE_DEFAULT = 0,
    /// Yes
    WHARF_CHOICE_YES = 1,
    /// No
    WHARF_CHOICE_NO = 2,
}

/// How to open a fabric. What is 0 or NULL here comes from the environment (WHARF_*), else from the
/// configuration file, else it is as built in.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_options {
    /// sizeof(wharf_options)
    pub struct_size: usize,
    /// The shared-memory directory, NUL-terminated. Processes that are to share objects need the same one.
    pub directory: *const c_char,
    /// The most bytes that a store may hold that is opened without a capacity of its own; UINT64_MAX for
    /// as many as the shared-memory filesystem has.
    pub capacity: u64,
    /// How to wait for pending objects: one of wharf_wait.
    pub wait: c_int,
    /// Whether to leave what dead processes left to a sweep, instead of giving it back now: one of
    /// wharf_choice.
    pub leave_dead: c_int,
    /// 1 to refuse a directory that does not exist; 0 to make it.
    pub must_exist: c_int,
    /// 0
    pub reserved: c_int,
    /// Where to serve this node's objects, for readers on other nodes: "10.1.2.3:7700, [fd00::1]:7700" say; a port
    /// alone is that port at every address, port 0 any that is free; "none" is nowhere.
    pub listen: *const c_char,
    /// The networks on which bytes may travel in the clear, where both ends have WHARF_ENCRYPT_AUTO:
    /// "10.0.0.0/8, fd00::/8" say, or "none".
    pub trusted: *const c_char,
    /// The path of a file of at least 32 random bytes, NUL-terminated: readers prove that they know it, and one
    /// that proves another is turned away.
    pub secret: *const c_char,
    /// The most bytes of other nodes' objects that this process keeps for its node; UINT64_MAX for as many as
    /// the shared-memory filesystem has.
    pub replicas: u64,
    /// What goes over the network encrypted: one of wharf_encrypt.
    pub encrypt: c_int,
    /// Whether to use what the node has of another node's object without asking there whether it still stands:
    /// one of wharf_choice.
    pub trust_replicas: c_int,
}

// SAFETY: `repr(C)`, begins with its size, and is made of whole numbers and pointers, which may be NULL.
unsafe impl Versioned for wharf_options {
    const ZERO: Self = Self {
        struct_size: 0,
        directory: std::ptr::null(),
        capacity: 0,
        wait: 0,
        leave_dead: 0,
        must_exist: 0,
        reserved: 0,
        listen: std::ptr::null(),
        trusted: std::ptr::null(),
        secret: std::ptr::null(),
        replicas: 0,
        encrypt: 0,
        trust_replicas: 0,
    };
}

/// Joins the node.
///
/// @param[in]  options  Options, or NULL for the defaults.
/// @param[out] fabric   The fabric, to be closed by wharf_fabric_close().
/// @return WHARF_OK; WHARF_ERROR_ARGUMENT, WHARF_ERROR_STRUCT_SIZE; an error of the node (-500 and on) if the
///         configuration has a mistake or the shared-memory directory cannot be used; WHARF_ERROR_LISTEN,
///         WHARF_ERROR_SECRET.
///
/// Reads the environment, and so must not run while another thread changes it. Starts no thread, but one,
/// "wharf-serve", if it is to listen, which gets no signals; touches neither signals nor locale.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_open(
    options: *const wharf_options,
    fabric: *mut *mut wharf_fabric,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for options of their struct_size, or NULL.
        let options = unsafe { pointer::options(options, "options") }?;
        // SAFETY: the header asks for a directory that is a text, or NULL.
        let options = unsafe { options.read() }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(fabric, "fabric") }?;
        out.write(handle::give(Fabric::open(options)?)?);
        Ok(())
    })
}

/// Closes a fabric. What was opened through it, stores, blocks, promises and views, stays usable until it
/// is closed itself.
///
/// @param[in] fabric  The fabric, or NULL, which does nothing.
/// @return WHARF_OK; WHARF_ERROR_HANDLE; WHARF_ERROR_CLOSED_HANDLE if it was closed before.
///
/// Thread-safe, but for other calls with the same fabric at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_close(fabric: *mut wharf_fabric) -> c_int {
    guard(|| if fabric.is_null() { Ok(()) } else { handle::close::<Fabric>(fabric) })
}

/// The shared-memory directory in use.
///
/// @param[in]  fabric    The fabric.
/// @param[out] buffer    Memory for the path and its NUL.
/// @param[in]  capacity  How many bytes the buffer has.
/// @param[out] length    The length of the path without its NUL, also where it does not fit. May be NULL.
/// @return WHARF_OK; WHARF_ERROR_BUFFER; WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_directory(
    fabric: *const wharf_fabric,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a buffer of that capacity, and for a length or NULL.
        let out = unsafe { OutText::new(buffer, capacity, length) }?;
        out.write(fabric.directory().as_os_str().as_bytes())
    })
}

/// The object's bytes, mapped where they lie: nothing is copied. Waits for a pending object. Of exposed memory the
/// view is a copy, which this call makes.
///
/// @param[in]  fabric   The fabric.
/// @param[in]  ticket   The object's ticket.
/// @param[in]  timeout  How long to wait at most, in nanoseconds; WHARF_NOW or WHARF_FOREVER.
/// @param[out] view     A view of the object, to be released by wharf_view_release().
/// @return WHARF_OK; what became of the object: WHARF_ERROR_EVICTED, WHARF_ERROR_FAILED with the producer's
///         message, WHARF_ERROR_OWNER_DIED, WHARF_ERROR_DEADLINE; WHARF_ERROR_TICKET,
///         WHARF_ERROR_WRONG_CAPABILITY, WHARF_ERROR_OTHER_NODE; WHARF_ERROR_TOO_MANY_VIEWS,
///         WHARF_ERROR_TOO_MANY_HANDLES; of exposed memory WHARF_ERROR_ATTACH, WHARF_ERROR_UNREADABLE, and
///         WHARF_ERROR_OUT_OF_MEMORY for the copy; an error of the node (-500 and on); WHARF_ERROR_FORKED;
///         WHARF_ERROR_ARGUMENT, WHARF_ERROR_NULL, WHARF_ERROR_HANDLE, WHARF_ERROR_CLOSED_HANDLE.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_resolve(
    fabric: *const wharf_fabric,
    ticket: *const wharf_ticket,
    timeout: i64,
    view: *mut *mut wharf_view,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { pointer::given(ticket, "ticket") }?;
        // SAFETY: the header asks for memory for a handle.
        let out = unsafe { Out::new(view, "view") }?;
        out.write(view::resolve(fabric, ticket, deadline(timeout)?)?);
        Ok(())
    })
}

/// Resolves many objects by one deadline, each with an outcome of its own.
///
/// @param[in]  fabric    The fabric.
/// @param[in]  tickets   The objects' tickets. May be NULL if there are none.
/// @param[in]  count     How many there are.
/// @param[in]  timeout   How long to wait for all, as for wharf_fabric_resolve().
/// @param[out] views     Memory for so many views: each is one to be released, or NULL where the object
///                       could not be resolved. Written unless an argument is refused.
/// @param[out] statuses  Memory for so many statuses, each as wharf_fabric_resolve() would return it.
///                       Written with the views. May be NULL.
/// @return WHARF_OK if all were resolved; else the first of the statuses that is not, or why an argument was
///         refused, with nothing resolved. The message is the first that was not resolved's.
///
/// Thread-safe, but for wharf_fabric_close() of the same fabric at the same time.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_fabric_resolve_many(
    fabric: *const wharf_fabric,
    tickets: *const wharf_ticket,
    count: usize,
    timeout: i64,
    views: *mut *mut wharf_view,
    statuses: *mut c_int,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks that the fabric is not closed meanwhile.
        let fabric = unsafe { handle::get::<Fabric>(fabric) }?;
        // SAFETY: the header asks for so many tickets.
        let tickets = unsafe { pointer::list(tickets, count, "tickets") }?;
        // SAFETY: the header asks for memory for so many handles.
        let views = unsafe { OutList::new(views, count, "views") }?;
        let told = if statuses.is_null() { 0 } else { count };
        // SAFETY: the header asks for memory for so many numbers, or NULL.
        let statuses = unsafe { OutList::new(statuses, told, "statuses") }?;
        let deadline = deadline(timeout)?;
        let outcomes = view::resolve_many(fabric, tickets, deadline);
        views.write(outcomes.iter().map(|view| view.as_ref().copied().unwrap_or_default()));
        let ok = wharf_status::WHARF_OK;
        statuses.write(
            outcomes.iter().map(|view| view.as_ref().map_or_else(Failure::status, |_| ok) as c_int),
        );
        outcomes.into_iter().find_map(Result::err).map_or(Ok(()), Err)
    })
}

impl wharf_options {
    /// # Safety
    ///
    /// The directory and the other texts are texts or NULL.
    unsafe fn read(&self) -> Result<Options, Failure> {
        // SAFETY: passed on.
        let (directory, secret) =
            unsafe { (path(self.directory, "directory")?, path(self.secret, "secret")?) };
        // SAFETY: passed on.
        let (listen, trusted) = unsafe {
            (
                text(self.listen, "addresses to listen at", Options::parse_listen)?,
                text(self.trusted, "trusted networks", |text| text.parse().ok())?,
            )
        };
        let wait = match self.wait {
            w if w == wharf_wait::WHARF_WAIT_DEFAULT as c_int => None,
            w if w == wharf_wait::WHARF_WAIT_BLOCK as c_int => Some(Wait::Block),
            w if w == wharf_wait::WHARF_WAIT_SPIN as c_int => Some(Wait::Spin),
            w if w == wharf_wait::WHARF_WAIT_ADAPTIVE as c_int => Some(Wait::Adaptive),
            other => return Err(no_such("wait", other)),
        };
        let must_exist = match (self.must_exist, self.reserved) {
            (0, 0) => false,
            (1, 0) => true,
            (must_exist, reserved) => {
                let message = format!(
                    "must_exist is {must_exist} and reserved {reserved}: they are 0 or 1, and 0"
                );
                return Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message));
            }
        };
        Ok(Options {
            directory,
            capacity: (self.capacity > 0).then_some(self.capacity),
            wait,
            leave_dead: choice(self.leave_dead)?,
            listen,
            encrypt: network::encrypt(self.encrypt)?,
            trusted,
            secret,
            replicas: (self.replicas > 0).then_some(self.replicas),
            trust_replicas: choice(self.trust_replicas)?,
            must_exist,
        })
    }
}

fn choice(number: c_int) -> Result<Option<bool>, Failure> {
    match number {
        c if c == wharf_choice::WHARF_CHOICE_DEFAULT as c_int => Ok(None),
        c if c == wharf_choice::WHARF_CHOICE_YES as c_int => Ok(Some(true)),
        c if c == wharf_choice::WHARF_CHOICE_NO as c_int => Ok(Some(false)),
        other => Err(no_such("choice", other)),
    }
}

/// # Safety
///
/// It is a text or NULL.
unsafe fn path(pointer: *const c_char, what: &str) -> Result<Option<PathBuf>, Failure> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: passed on.
    let octets = unsafe { pointer::octets(pointer, what) }?;
    Ok(Some(PathBuf::from(OsStr::from_bytes(octets))))
}

/// What a text says.
///
/// # Safety
///
/// It is a text or NULL.
unsafe fn text<T>(
    pointer: *const c_char,
    what: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Failure> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: passed on.
    let text = unsafe { pointer::text(pointer, what) }?;
    match parse(text) {
        Some(value) => Ok(Some(value)),
        None => {
            let message = format!("`{text}` was given for the {what}, and cannot be read as such");
            Err(Failure::new(wharf_status::WHARF_ERROR_ARGUMENT, message))
        }
    }
}
