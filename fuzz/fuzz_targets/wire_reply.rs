//! Frames that an origin may have sent: whatever the bytes are, they give a frame or a typed error, and
//! what a frame says survives being written again.
//!
//! Random bytes hardly ever are a header, so each input is tried twice: as it is, and as the id,
//! kind and body of a frame whose header is right.
//!
//! ```text
//! $ cargo fuzz run wire_reply fuzz/corpus/wire_reply fuzz/seeds/wire_reply
//! ```

#![no_main]

use libfuzzer_sys::fuzz_target;
use wharf::fuzzing::reply;

fuzz_target!(|bytes: &[u8]| {
    reply(bytes);
    if let Some((&kind, body)) = bytes.split_first() {
        let length = (body.len() as u32).to_le_bytes();
        let header = [&length[..], &[kind, 0, 0, 0], &[7; 8]].concat();
        reply(&[&header, body].concat());
    }
});
