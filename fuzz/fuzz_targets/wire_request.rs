//! Frames that a reader may have sent: whatever the bytes are, they give a frame or a typed error, and
//! what a frame says survives being written again.
//!
//! Random bytes hardly ever are a header, so each input is tried twice: as it is, and as the id,
//! kind and body of a frame whose header is right.
//!
//! ```text
//! $ cargo fuzz run wire_request fuzz/corpus/wire_request fuzz/seeds/wire_request
//! ```

#![no_main]

use libfuzzer_sys::fuzz_target;
use wharf::fuzzing::request;

fuzz_target!(|bytes: &[u8]| {
    request(bytes);
    if let Some((&kind, body)) = bytes.split_first() {
        let length = (body.len() as u32).to_le_bytes();
        let header = [&length[..], &[kind, 0, 0, 0], &[7; 8]].concat();
        request(&[&header, body].concat());
    }
});
