//! Fetching over simulated networks.

mod cases;
mod growth;
mod schedules;

use super::{Part, Place};
use crate::transport::conformance::Body;

/// Memory for what is wanted of an object.
struct Memory {
    part: Part,
    bytes: Vec<u8>,
    told: Option<(u64, Box<[u8]>)>,
    /// The most that was ever said to have arrived.
    arrived: u64,
    /// There is none.
    full: bool,
}

impl Memory {
    fn new(part: Part) -> Self {
        Self { part, bytes: Vec::new(), told: None, arrived: 0, full: false }
    }

    /// Fails unless what is wanted of an object is there.
    fn check(&self, body: Body) {
        let told = self.told.as_ref().map(|(total, note)| (*total, &note[..]));
        assert_eq!(told, Some((body.len, &[body.seed as u8][..])), "it was told something else");
        let whole = 0..body.len;
        let ranges = match &self.part {
            Part::Whole => std::slice::from_ref(&whole),
            Part::Glance => &[],
            Part::Ranges(ranges) => ranges,
        };
        let mut rest = &self.bytes[..];
        for range in ranges {
            let (here, behind) = rest.split_at((range.end - range.start) as usize);
            assert!(here == body.bytes(range.start, range.end - range.start), "{range:?} is wrong");
            rest = behind;
        }
        assert!(rest.is_empty());
        assert_eq!(self.arrived, self.bytes.len() as u64, "progress stopped before the end");
    }
}

impl Place for Memory {
    fn begin(&mut self, total: u64, note: &[u8]) -> Result<(), String> {
        assert!(self.told.replace((total, note.into())).is_none(), "it begins twice");
        if self.full {
            return Err("the memory is full".into());
        }
        let len = match &self.part {
            Part::Whole => total,
            Part::Glance => 0,
            Part::Ranges(ranges) => ranges.iter().map(|range| range.end - range.start).sum(),
        };
        self.bytes = vec![0; len as usize];
        Ok(())
    }

    fn bytes(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    fn arrived(&mut self, bytes: u64) {
        self.arrived = bytes;
    }
}
