use proptest::prelude::*;
use wharf_shm::{ArenaId, Capability, Extent, NodeId, ObjectKey};

use super::{Section, Ticket, TicketError};
use crate::form::Told;
use crate::{ArrayType, Form, Shape};

/// The plain ticket of [`sample`], byte for byte. Tickets outlive programs: if this has to change,
/// the version has to change with it.
const GOLDEN: &[u8] = b"\xd5WRF\x01\x01\x00\x00\
    \x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\
    \x07\x00\x00\x00\x02\x00\x00\x00\
    \x03\x00\x00\x00\x00\x00\x00\x00\
    \x00\x00\x80\x00\x00\x00\x00\x00\
    \x00\x10\x00\x00\x00\x00\x00\x00\
    \x20\x21\x22\x23\x24\x25\x26\x27\x28\x29\x2a\x2b\x2c\x2d\x2e\x2f\
    \x30\x31\x32\x33\x34\x35\x36\x37\x38\x39\x3a\x3b\x3c\x3d\x3e\x3f\
    \x07\x7b\x5d\xcf";

const GOLDEN_TEXT: &str = "wharf1_1VdSRgEBAAAQERITFBUWFxgZGhscHR4fBwAAAAIAAAADAAAAAAAAAAAAgAAAA\
    AAAABAAAAAAAAAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-Pwd7Xc8";

const GOLDEN_PENDING_TEXT: &str = "wharf1_1VdSRgEAAAAQERITFBUWFxgZGhscHR4fBwAAAAAAAAADAAAAAAAAAAAA\
    AAAAAAAAAAAAAAAAAAAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-P5YPieU";

/// The same ticket by a newer writer: a route to `host`, and an empty section of kind 250.
const GOLDEN_NEWER_TEXT: &str = "wharf1_1VdSRgEBCAAQERITFBUWFxgZGhscHR4fBwAAAAIAAAADAAAAAAAAAAAAgA\
    AAAAAAABAAAAAAAAAgISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0-PwMEaG9zdPoA7BwEbg";

fn counting(from: u8) -> [u8; 16] {
    std::array::from_fn(|i| from + i as u8)
}

fn sample(extent: Option<Extent>) -> Ticket {
    let key = ObjectKey {
        arena: ArenaId::from_bytes(counting(0x10)),
        slot: 7,
        generation: 3,
        capability: Capability::from_bytes(counting(0x30)),
    };
    Ticket::new(NodeId::from_bytes(counting(0x20)), key, extent, Told::NOTHING)
}

fn sealed() -> Ticket {
    sample(Some(Extent { segment: 2, offset: 0x80_0000, len: 4096 }))
}

/// `ticket` with these sections behind its core, as another writer would have written it.
fn with_sections(ticket: &Ticket, sections: &[u8]) -> Vec<u8> {
    let mut bytes = ticket.to_bytes()[..88].to_vec();
    bytes[6..8].copy_from_slice(&(sections.len() as u16).to_le_bytes());
    bytes.extend_from_slice(sections);
    checked(bytes)
}

/// `bytes` with the check that belongs to them.
fn checked(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
    bytes
}

/// The golden ticket with one byte of its core changed, and the check made right again.
fn patched(at: usize, value: u8) -> Vec<u8> {
    let mut bytes = GOLDEN[..88].to_vec();
    bytes[at] = value;
    checked(bytes)
}

#[test]
fn the_layout_is_what_it_was() {
    assert_eq!(&*sealed().to_bytes(), GOLDEN);
    assert_eq!(Ticket::from_bytes(GOLDEN), Ok(sealed()));
    assert_eq!(sealed().to_string(), GOLDEN_TEXT);
    assert_eq!(GOLDEN_TEXT.parse(), Ok(sealed()));
    assert_eq!(sample(None).to_string(), GOLDEN_PENDING_TEXT);
    assert_eq!(GOLDEN_PENDING_TEXT.parse(), Ok(sample(None)));
}

#[test]
fn a_ticket_knows_what_it_was_made_of() {
    let ticket = Ticket::from_bytes(GOLDEN).unwrap();
    assert_eq!(ticket.node(), NodeId::from_bytes(counting(0x20)));
    assert_eq!(ticket.key(), sealed().key());
    assert_eq!(ticket.extent(), Some(Extent { segment: 2, offset: 0x80_0000, len: 4096 }));
    assert_eq!(ticket.size(), Some(4096));
    assert_eq!(ticket.sections().count(), 0);
    assert_eq!(sample(None).size(), None);
}

#[test]
fn an_arrays_ticket_is_an_ordinary_one_with_a_section() {
    let array = ArrayType::of::<f64>(Shape::fortran([2, 300])).unwrap();
    let told = Form::Array(array.clone()).write();
    let ticket = Ticket { sections: told, ..sealed() };
    let golden = [&[1, 5, 12, 0x82, 2, 0xac, 2][..]].concat();
    assert_eq!(*ticket.to_bytes(), with_sections(&sealed(), &golden));
    let read = Ticket::from_bytes(&ticket.to_bytes()).unwrap();
    assert_eq!((read.form(), read), (Form::Array(array), ticket));
    assert_eq!(sealed().form(), Form::Bytes);
}

#[test]
fn a_ticket_travels_through_serde_as_text_and_as_bytes() {
    let text = serde_json::to_string(&sealed()).unwrap();
    assert_eq!(text, format!("\"{GOLDEN_TEXT}\""));
    assert_eq!(serde_json::from_str::<Ticket>(&text).unwrap(), sealed());
    let bytes = rmp_serde::to_vec(&sealed()).unwrap();
    assert_eq!(bytes.len(), GOLDEN.len() + 2);
    assert_eq!(rmp_serde::from_slice::<Ticket>(&bytes).unwrap(), sealed());
    let refusal = serde_json::from_str::<Ticket>("\"wharf1_AAAA\"").unwrap_err().to_string();
    assert!(refusal.contains("ticket"), "{refusal}");
}

#[test]
fn a_newer_writers_sections_are_skipped_and_kept() {
    let ticket: Ticket = GOLDEN_NEWER_TEXT.parse().unwrap();
    assert_eq!(ticket.key(), sealed().key());
    assert_eq!(ticket.extent(), sealed().extent());
    let sections: Vec<_> = ticket.sections().collect();
    let route = Section { kind: Section::ROUTE, value: b"host" };
    assert_eq!(sections, [route, Section { kind: 250, value: b"" }]);
    assert_eq!(ticket.to_string(), GOLDEN_NEWER_TEXT);
}

#[test]
fn every_flipped_bit_is_refused() {
    for golden in
        [GOLDEN.to_vec(), GOLDEN_NEWER_TEXT.parse::<Ticket>().unwrap().to_bytes().to_vec()]
    {
        for bit in 0..golden.len() * 8 {
            let mut bytes = golden.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Ticket::from_bytes(&bytes).is_err(), "bit {bit} flipped and not noticed");
        }
    }
}

#[test]
fn every_mistyped_character_is_refused() {
    const ALPHABET: &[u8] =
        b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ =.+/";
    for at in 0..GOLDEN_TEXT.len() {
        for &character in ALPHABET.iter().filter(|&&c| c != GOLDEN_TEXT.as_bytes()[at]) {
            let mut text = GOLDEN_TEXT.as_bytes().to_vec();
            text[at] = character;
            let text = String::from_utf8(text).unwrap();
            assert!(text.parse::<Ticket>().is_err(), "{text} was taken for a ticket");
        }
    }
}

#[test]
fn every_cut_and_every_addition_is_refused() {
    for length in 0..GOLDEN.len() {
        let error = Ticket::from_bytes(&GOLDEN[..length]).unwrap_err();
        assert_eq!(error, TicketError::TooShort { found: length, least: 92 });
    }
    for length in 0..GOLDEN_TEXT.len() {
        let error = GOLDEN_TEXT[..length].parse::<Ticket>().unwrap_err();
        assert!(matches!(error, TicketError::TooShort { least: 92, .. }), "{length}: {error:?}");
    }
    let newer = GOLDEN_NEWER_TEXT.parse::<Ticket>().unwrap().to_bytes();
    for length in 92..newer.len() {
        let error = Ticket::from_bytes(&newer[..length]).unwrap_err();
        assert_eq!(error, TicketError::Length { declared: 100, found: length });
    }
    let twice = [GOLDEN, GOLDEN].concat();
    assert_eq!(Ticket::from_bytes(&twice), Err(TicketError::Length { declared: 92, found: 184 }));
    assert!(format!("{GOLDEN_TEXT}AAAA").parse::<Ticket>().is_err());
}

#[test]
fn white_space_around_a_ticket_is_forgiven() {
    assert_eq!(format!(" \t{GOLDEN_TEXT}\r\n").parse(), Ok(sealed()));
    let (left, right) = GOLDEN_TEXT.split_at(64);
    let broken = format!("{left}\n{right}").parse::<Ticket>();
    assert_eq!(broken, Err(TicketError::Text { at: 64 - "wharf1_".len() }));
}

#[test]
fn what_never_was_a_ticket_is_told_from_a_damaged_one() {
    assert_eq!(Ticket::from_bytes(b"PK\x03\x04"), Err(TicketError::NotATicket));
    assert_eq!(Ticket::from_bytes(&[0; 92]), Err(TicketError::NotATicket));
    for text in
        ["hello", "wharf", "wharf_", "wharf1", "wharfx_AAAA", "wharf99999999999_AAAA", "w1_"]
    {
        let error = text.parse::<Ticket>().unwrap_err();
        let cut = matches!(error, TicketError::TooShort { .. });
        assert!(
            error == TicketError::NotATicket || cut && "wharf1_".starts_with(text),
            "{text}: {error:?}"
        );
    }
    for text in [GOLDEN_TEXT.replace("_1Vd", "_1vd"), GOLDEN_TEXT.replace("RgEB", "RgIB")] {
        assert_eq!(text.parse::<Ticket>(), Err(TicketError::Damaged), "{text}");
    }
    let mut damaged = GOLDEN.to_vec();
    damaged[30] ^= 0x40;
    assert_eq!(Ticket::from_bytes(&damaged), Err(TicketError::Damaged));
}

#[test]
fn another_version_is_refused_by_its_number() {
    let mut bytes = GOLDEN.to_vec();
    bytes[4] = 9;
    assert_eq!(Ticket::from_bytes(&bytes), Err(TicketError::Version { found: 9 }));
    let text = GOLDEN_TEXT.replace("wharf1_", "wharf12_");
    assert_eq!(text.parse::<Ticket>(), Err(TicketError::Version { found: 12 }));
}

#[test]
fn fields_that_no_ticket_can_have_are_refused() {
    let field = |field| Err(TicketError::Field { field });
    assert_eq!(Ticket::from_bytes(&patched(5, 0b11)), field("flags"));
    // Not located, and yet a location.
    assert_eq!(Ticket::from_bytes(&patched(5, 0)), field("location"));
    // An end beyond 2⁶⁴.
    let mut bytes = GOLDEN[..88].to_vec();
    bytes[40..56].fill(0xFF);
    assert_eq!(Ticket::from_bytes(&checked(bytes)), field("size"));
}

#[test]
fn sections_that_do_not_fit_are_refused_where_they_start() {
    for (sections, at) in [(&[9][..], 88), (&[9, 1], 88), (&[9, 1, 0, 3, 2, 1], 91)] {
        let bytes = with_sections(&sealed(), sections);
        assert_eq!(Ticket::from_bytes(&bytes), Err(TicketError::Section { at }), "{sections:?}");
    }
}

#[test]
fn the_largest_ticket_is_read_and_a_larger_one_is_not() {
    let mut sections = [&[7, 255][..], &[1; 255], &[8, 161], &[2; 161]].concat();
    let bytes = with_sections(&sealed(), &sections);
    assert_eq!(bytes.len(), Ticket::MAX_BYTES);
    let ticket = Ticket::from_bytes(&bytes).unwrap();
    assert_eq!(*ticket.to_bytes(), bytes);
    assert_eq!(ticket.to_string().parse(), Ok(ticket));

    sections.extend([9, 0]);
    let bytes = with_sections(&sealed(), &sections);
    assert_eq!(Ticket::from_bytes(&bytes), Err(TicketError::TooLong { found: 514, most: 512 }));
    let text = format!("wharf1_{}", "A".repeat(684));
    assert_eq!(text.parse::<Ticket>(), Err(TicketError::TooLong { found: 513, most: 512 }));
}

#[test]
fn debugging_output_keeps_the_capability_to_itself() {
    let ticket = sealed();
    let debug = format!("{ticket:?} {:?}", ticket.to_bytes());
    assert!(debug.contains("Capability(..)") && debug.contains("TicketBytes(92 bytes)"), "{debug}");
    assert!(!debug.contains("30313233") && !debug.contains("48, 49, 50"), "{debug}");
}

#[test]
fn a_ticket_is_small_in_memory() {
    assert!(size_of::<Ticket>() <= 128, "{}", size_of::<Ticket>());
    fn travels<T: Send + Sync + 'static>() {}
    travels::<Ticket>();
}

prop_compose! {
    fn an_extent()(segment: u32, offset: u64, len: u64) -> Extent {
        Extent { segment, offset, len: len.min(u64::MAX - offset) }
    }
}

prop_compose! {
    fn a_ticket()(
        node: [u8; 16], arena: [u8; 16], capability: [u8; 16], slot: u32, generation: u64,
        extent in prop::option::of(an_extent()),
    ) -> Ticket {
        let key = ObjectKey {
            arena: ArenaId::from_bytes(arena),
            slot,
            generation,
            capability: Capability::from_bytes(capability),
        };
        Ticket::new(NodeId::from_bytes(node), key, extent, Told::NOTHING)
    }
}

proptest! {
    #[test]
    fn any_ticket_survives_both_forms(ticket in a_ticket()) {
        prop_assert_eq!(Ticket::from_bytes(&ticket.to_bytes()), Ok(ticket.clone()));
        prop_assert_eq!(ticket.to_string().parse(), Ok(ticket));
    }

    #[test]
    fn any_sections_survive_both_forms(
        ticket in a_ticket(),
        sections in prop::collection::vec((any::<u8>(), prop::collection::vec(any::<u8>(), 0..80)), 0..5),
    ) {
        let encoded: Vec<u8> = sections
            .iter()
            .flat_map(|(kind, value)| [&[*kind, value.len() as u8], &value[..]].concat())
            .collect();
        let bytes = with_sections(&ticket, &encoded);
        let read = Ticket::from_bytes(&bytes).unwrap();
        let found: Vec<_> = read.sections().map(|s| (s.kind, s.value.to_vec())).collect();
        prop_assert_eq!(found, sections);
        prop_assert_eq!(read.key(), ticket.key());
        prop_assert_eq!(read.to_bytes().to_vec(), bytes);
        prop_assert_eq!(read.to_string().parse(), Ok(read));
    }

    #[test]
    fn any_bytes_are_read_or_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..600), whole: bool) {
        // Half of them get past the magic, the length and the check, to the fields.
        if whole && bytes.len() >= 92 {
            bytes[..5].copy_from_slice(&GOLDEN[..5]);
            bytes[5] &= 1;
            let sections = (bytes.len() - 92) as u16;
            bytes[6..8].copy_from_slice(&sections.to_le_bytes());
            bytes.truncate(bytes.len() - 4);
            bytes = checked(bytes);
        }
        if let Ok(ticket) = Ticket::from_bytes(&bytes) {
            prop_assert_eq!(ticket.to_bytes().to_vec(), bytes);
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "(wharf[0-9]{0,2}_?)?.{0,700}") {
        if let Ok(ticket) = text.parse::<Ticket>() {
            prop_assert_eq!(ticket.to_string(), text.trim());
        }
    }
}
