//! Tickets from anywhere: whatever the bytes are, they give a ticket or a typed error, and a ticket
//! is written again as exactly what was read.
//!
//! Random bytes hardly ever pass the check at a ticket's end, so each input is tried twice: as it
//! is, and with length and check made right, which lets the fuzzer at the fields and sections.
//!
//! ```text
//! $ cargo fuzz run ticket fuzz/corpus/ticket fuzz/seeds/ticket
//! ```

#![no_main]

use libfuzzer_sys::fuzz_target;
use wharf::Ticket;

fuzz_target!(|bytes: &[u8]| {
    read(bytes);
    read(&mended(bytes));
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(ticket) = text.parse::<Ticket>()
    {
        assert_eq!(ticket.to_string(), text.trim());
    }
});

/// Reads bytes; if they are a ticket, it has to survive both forms.
fn read(bytes: &[u8]) {
    let Ok(ticket) = Ticket::from_bytes(bytes) else { return };
    assert_eq!(&*ticket.to_bytes(), bytes);
    assert_eq!(ticket.to_string().parse().as_ref(), Ok(&ticket));
    let carried: usize = ticket.sections().map(|section| 2 + section.value.len()).sum();
    assert_eq!(carried, bytes.len() - 92);
}

/// The bytes with magic, version, length and check made right.
fn mended(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(sections) = bytes.len().checked_sub(92) {
        bytes[..5].copy_from_slice(b"\xd5WRF\x01");
        bytes[6..8].copy_from_slice(&(sections as u16).to_le_bytes());
        bytes.truncate(88 + sections);
        bytes.extend_from_slice(&crc32(&bytes).to_le_bytes());
    }
    bytes
}

/// CRC-32, the slow and plain way: not the code that is being tried.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg())
        })
    })
}
