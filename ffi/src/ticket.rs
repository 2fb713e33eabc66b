//! Tickets: plain values, so that C can copy, send and store them as it likes.

use std::ffi::{c_char, c_int, c_void};

use wharf::{Form, Ticket};

use crate::array::wharf_array;
use crate::error::{Failure, wharf_status};
use crate::guard::guard;
use crate::pointer::{self, Out, OutText};

/// The most bytes that a ticket has.
pub const WHARF_TICKET_BYTES_MAX: usize = 512;
/// A buffer of so many bytes holds any ticket's text form, its NUL included.
pub const WHARF_TICKET_TEXT_MAX: usize = 704;

/// A self-contained name for an object, and the right to read it.
///
/// A plain value that needs no freeing: copy it, or send its first `size` bytes by any channel and read
/// them by wharf_ticket_from_bytes(). Whoever holds it can read the object.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct wharf_ticket {
    /// How many of the bytes are the ticket.
    pub size: u32,
    /// The ticket; after it, zeros.
    pub bytes: [u8; 512],
}

/// What an object's bytes are.
#[derive(Clone, Copy)]
#[repr(C)]
pub enum wharf_form {
    /// Bytes, about which nothing is said.
    WHARF_FORM_BYTES = 0,
    /// An array, which wharf_ticket_array() or wharf_view_array() describes.
    WHARF_FORM_ARRAY = 1,
    /// A value that a Rust program encoded.
    WHARF_FORM_VALUE = 2,
    /// The ticket was taken before the object's memory: the resolved object knows.
    WHARF_FORM_UNTOLD = 3,
    /// Something that this library does not know. Its bytes can be viewed all the same.
    WHARF_FORM_UNKNOWN = 4,
}

/// Reads a ticket that arrived as bytes.
///
/// @param[in]  bytes   The ticket, exactly.
/// @param[in]  size    How many bytes there are.
/// @param[out] ticket  The ticket.
/// @return WHARF_OK; WHARF_ERROR_TICKET if the bytes are not one whole, undamaged ticket. That its object
///         is still there is not said.
///
/// Thread-safe. Takes no memory.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_ticket_from_bytes(
    bytes: *const c_void,
    size: usize,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for so many bytes.
        let bytes = unsafe { pointer::bytes(bytes, size, "bytes") }?;
        // SAFETY: the header asks for memory for a ticket.
        let out = unsafe { Out::new(ticket, "ticket") }?;
        Ticket::from_bytes(bytes)?;
        // A ticket that reads well is written as it was read.
        out.write(wharf_ticket::copy(bytes));
        Ok(())
    })
}

/// Reads a ticket's text form; white space around it is forgiven.
///
/// @param[in]  text    The text, NUL-terminated.
/// @param[out] ticket  The ticket.
/// @return WHARF_OK; WHARF_ERROR_TICKET if it is not one whole ticket without typing errors,
///         WHARF_ERROR_NOT_UTF8.
///
/// Thread-safe. Takes no memory.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_ticket_from_text(
    text: *const c_char,
    ticket: *mut wharf_ticket,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a text.
        let text = unsafe { pointer::text(text, "text") }?;
        // SAFETY: the header asks for memory for a ticket.
        let out = unsafe { Out::new(ticket, "ticket") }?;
        out.write(wharf_ticket::of(&text.parse()?));
        Ok(())
    })
}

/// Writes a ticket's text form: one line, safe in URLs, that begins with "wharf1_".
///
/// @param[in]  ticket    The ticket.
/// @param[out] buffer    Memory for the text and its NUL; WHARF_TICKET_TEXT_MAX bytes are always enough.
/// @param[in]  capacity  How many bytes the buffer has.
/// @param[out] length    The length of the text without its NUL, also where it does not fit. May be NULL.
/// @return WHARF_OK; WHARF_ERROR_BUFFER if it does not fit, WHARF_ERROR_TICKET.
///
/// Thread-safe.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_ticket_to_text(
    ticket: *const wharf_ticket,
    buffer: *mut c_char,
    capacity: usize,
    length: *mut usize,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for a buffer of that capacity, and for a length or NULL.
        let out = unsafe { OutText::new(buffer, capacity, length) }?;
        out.write(ticket.to_string().as_bytes())
    })
}

/// The object's size in bytes, as its ticket tells it.
///
/// @param[in]  ticket  The ticket.
/// @param[out] size    The size.
/// @return WHARF_OK; WHARF_ERROR_PENDING if the ticket was taken before the object was sealed, and so
///         does not say; WHARF_ERROR_TICKET.
///
/// Thread-safe. Takes no memory.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_ticket_object_size(
    ticket: *const wharf_ticket,
    size: *mut u64,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(size, "size") }?;
        let size = ticket.size().ok_or_else(|| {
            let message = "the ticket was taken before its object was sealed, and does not say \
                           its size: the resolved object knows";
            Failure::new(wharf_status::WHARF_ERROR_PENDING, message)
        })?;
        out.write(size);
        Ok(())
    })
}

/// What the object's bytes are, as its ticket tells it.
///
/// @param[in]  ticket  The ticket.
/// @param[out] form    One of wharf_form.
/// @return WHARF_OK; WHARF_ERROR_TICKET.
///
/// Thread-safe.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_ticket_form(ticket: *const wharf_ticket, form: *mut c_int) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for memory for a number.
        let out = unsafe { Out::new(form, "form") }?;
        out.write(wharf_form::of(&ticket.form()) as c_int);
        Ok(())
    })
}

/// The array that the object is, as its ticket tells it.
///
/// @param[in]  ticket  The ticket.
/// @param[out] array   Its description.
/// @return WHARF_OK; WHARF_ERROR_WRONG_TYPE if the ticket does not say that it is one,
///         WHARF_ERROR_TICKET.
///
/// Thread-safe.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wharf_ticket_array(
    ticket: *const wharf_ticket,
    array: *mut wharf_array,
) -> c_int {
    guard(|| {
        // SAFETY: the header asks for a ticket.
        let ticket = unsafe { wharf_ticket::read(ticket) }?;
        // SAFETY: the header asks for memory for a description.
        let out = unsafe { Out::new(array, "array") }?;
        let form = ticket.form();
        let array = if let Form::Array(array) = &form { wharf_array::of(array) } else { None };
        out.write(array.ok_or_else(|| no_array(&form))?);
        Ok(())
    })
}

impl wharf_ticket {
    #[inline]
    pub(crate) fn of(ticket: &Ticket) -> Self {
        Self::copy(&ticket.to_bytes())
    }

    /// The ticket whose bytes these are.
    #[inline]
    fn copy(octets: &[u8]) -> Self {
        let mut bytes = [0; WHARF_TICKET_BYTES_MAX];
        bytes[..octets.len()].copy_from_slice(octets);
        Self { size: octets.len() as u32, bytes }
    }

    /// # Safety
    ///
    /// Unless it is NULL, it points to a `wharf_ticket`.
    #[inline]
    pub(crate) unsafe fn read(ticket: *const Self) -> Result<Ticket, Failure> {
        // SAFETY: passed on.
        unsafe { pointer::given(ticket, "ticket") }?.ticket()
    }

    pub(crate) fn ticket(&self) -> Result<Ticket, Failure> {
        Ok(Ticket::from_bytes(self.octets()?)?)
    }

    /// The ticket's bytes.
    #[inline]
    pub(crate) fn octets(&self) -> Result<&[u8], Failure> {
        self.bytes.get(..self.size as usize).ok_or_else(|| too_long(self.size))
    }
}

#[cold]
fn too_long(size: u32) -> Failure {
    let message = format!(
        "a ticket of {size} bytes, where at most {WHARF_TICKET_BYTES_MAX} can be: it was never \
         written, or was overwritten"
    );
    Failure::new(wharf_status::WHARF_ERROR_TICKET, message)
}

impl wharf_form {
    pub(crate) fn of(form: &Form) -> Self {
        match form {
            Form::Bytes => Self::WHARF_FORM_BYTES,
            Form::Array(_) => Self::WHARF_FORM_ARRAY,
            Form::Value(_) => Self::WHARF_FORM_VALUE,
            Form::Untold => Self::WHARF_FORM_UNTOLD,
            _ => Self::WHARF_FORM_UNKNOWN,
        }
    }
}

/// An array was asked for, and this is none that can be described.
#[cold]
pub(crate) fn no_array(form: &Form) -> Failure {
    let message = format!("the object is no array that this library can describe: it is {form}");
    Failure::new(wharf_status::WHARF_ERROR_WRONG_TYPE, message)
}

const _: () = assert!(Ticket::MAX_BYTES == WHARF_TICKET_BYTES_MAX);
const _: () =
    assert!(WHARF_TICKET_TEXT_MAX > "wharf255_".len() + WHARF_TICKET_BYTES_MAX.div_ceil(3) * 4);
const _: () = assert!(size_of::<wharf_ticket>() == 516);
