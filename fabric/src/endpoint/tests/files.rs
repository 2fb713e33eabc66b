//! Files that are shared from where they are.

use std::io::Write;
use std::os::unix::fs::FileExt;

use wharf_shm::Capability;

use super::client::{Got, read};
use super::{World, pattern};
use crate::wire::Refused;

#[test]
fn a_file_is_read_as_an_object_is() {
    let world = World::new();
    let bytes = pattern(5, 3_000_001);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    let (key, len) = world.endpoint.share_file(file).unwrap();
    assert_eq!(len, bytes.len() as u64);
    for mut client in [world.reader(), world.plain_reader()] {
        assert!(client.get(key) == bytes);
        assert_eq!(client.read(key, 3_000_000, 5).bytes(), Some(&bytes[3_000_000..]));
        assert_eq!(client.read(key, 4_000_000, 5).bytes(), Some(&[][..]));
    }
    let mut wrong = key;
    wrong.capability = Capability::from_bytes([0; 16]);
    let refused = world.reader().read(wrong, 0, 1);
    assert_eq!(refused.code(), Some(Refused::WRONG_CAPABILITY));
}

#[test]
fn a_file_of_no_bytes_is_shared_too() {
    let world = World::new();
    let (key, len) = world.endpoint.share_file(tempfile::tempfile().unwrap()).unwrap();
    assert_eq!((len, world.reader().get(key)), (0, vec![]));
}

#[test]
fn a_file_that_was_changed_is_refused_and_says_how() {
    let world = World::new();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&[1; 1000]).unwrap();
    let (key, _) = world.endpoint.share_file(file.try_clone().unwrap()).unwrap();
    let mut client = world.reader();
    assert_eq!(client.get(key), [1; 1000]);
    file.write_all_at(&[2], 500).unwrap();
    let Got::Refused { code, text } = client.read(key, 0, 10) else { panic!() };
    assert_eq!(code, Refused::CHANGED);
    assert!(text.contains("written to"), "{text}");
}

/// Of a file that is changed while it is being sent, the reader has bytes as they were, then a
/// connection that breaks, and then the reason.
#[test]
fn a_file_that_is_changed_while_it_is_sent_breaks_off() {
    const SIZE: usize = 64 << 20;
    let world = World::new();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&vec![1; SIZE]).unwrap();
    let (key, _) = world.endpoint.share_file(file.try_clone().unwrap()).unwrap();
    let mut client = world.plain_reader();
    client.ask(&read(key, 0, u64::MAX));
    // The answer has begun, and what the sockets hold is less than the file.
    world.soon("nothing is sent", |counters| counters.bytes_sent > 0);
    file.write_all_at(&[2; 4096], (SIZE - 4096) as u64).unwrap();
    assert!(client.receive().is_err(), "bytes of a changed file were sent as if they were right");
    assert_eq!(world.reader().read(key, 0, 1).code(), Some(Refused::CHANGED));
}
