//! What a puppet does to have its memory read, and to keep it from being.
//!
//! ```text
//! expose KIND LEN SEED LIFE    → key          KIND: heap, mapped, readonly, file
//! unexpose MS                  → ok           the last; `forget` drops it instead
//! scribble SEED                → ok           fills the last anew, against the rule
//! unmap OFFSET LEN             → ok           takes pages of the last away; `protect` makes them unreadable
//! mix KEY SEED SEED            → ok           whether each byte is that of one seed or the other
//! expose-nonsense              → what comes of it
//! fork-exposer                 → what each call gives in a child
//! undumpable | powerless | nobody | forbid ERRNO | exec → ok
//! ```

use wharf_shm::{Deadline, End, Exposed, Result, Wait};

use crate::acts::{name, told_by_a_child};
use crate::pattern;
use crate::puppet::{Stage, key_text, lifetime, number, parse_key};

/// Memory that a puppet has mapped.
pub(crate) struct Memory {
    start: *mut u8,
    len: usize,
    /// Where it came from, if not from a mapping.
    heap: Option<Vec<u8>>,
}

impl Memory {
    fn new(kind: &str, len: usize, seed: u64) -> Self {
        let flags = match kind {
            "heap" => {
                let mut heap = vec![0; len];
                pattern::fill(&mut heap, seed);
                return Self { start: heap.as_mut_ptr(), len, heap: Some(heap) };
            }
            "file" => libc::MAP_PRIVATE,
            _ => libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
        };
        let file = std::fs::File::open("/dev/zero").expect("every system has it");
        let fd = std::os::fd::AsRawFd::as_raw_fd(&file);
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: a new mapping replaces no other.
        let start = unsafe { libc::mmap(std::ptr::null_mut(), len.max(1), access, flags, fd, 0) };
        assert_ne!(start, libc::MAP_FAILED);
        let mut memory = Self { start: start.cast(), len, heap: None };
        memory.fill(seed);
        if kind == "readonly" {
            memory.protect(0, len, libc::PROT_READ);
        }
        memory
    }

    fn fill(&mut self, seed: u64) {
        // SAFETY: the mapping is this one's, and was made writable.
        pattern::fill(unsafe { std::slice::from_raw_parts_mut(self.start, self.len) }, seed);
    }

    fn protect(&self, at: usize, len: usize, access: libc::c_int) {
        // SAFETY: within this mapping, and nothing here refers to it.
        let done = unsafe { libc::mprotect(self.start.wrapping_add(at).cast(), len, access) };
        assert_eq!(done, 0);
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        if self.heap.is_none() {
            // SAFETY: the mapping is this one's, and nothing refers to it.
            unsafe { libc::munmap(self.start.cast(), self.len.max(1)) };
        }
    }
}

impl Stage {
    pub(crate) fn act_exposed(&mut self, words: &[&str]) -> Result<String> {
        match *words {
            ["expose", kind, len, seed, life] => {
                return self.expose(kind, number(len), number(seed), lifetime(life).end);
            }
            ["unexpose", ms] => {
                let deadline = Deadline::after(std::time::Duration::from_millis(number(ms)));
                self.last_exposed().0.unexpose(deadline)?
            }
            ["forget"] => drop(self.exposed.pop().expect("exposed")),
            ["scribble", seed] => self.last_exposed().1.fill(number(seed)),
            ["unmap", at, len] => {
                let at = self.last_exposed().1.start.wrapping_add(number(at) as usize);
                // SAFETY: within the mapping that was made, and nothing here refers to it.
                let done = unsafe { libc::munmap(at.cast(), number(len) as usize) };
                assert_eq!(done, 0);
            }
            ["protect", at, len] => {
                let (at, len) = (number(at) as usize, number(len) as usize);
                self.last_exposed().1.protect(at, len, libc::PROT_NONE);
            }
            ["mix", key, one, other] => {
                let view = self.node.resolve(&parse_key(key), Deadline::NOW, Wait::Block)?;
                let mut both = [vec![0; view.len()], vec![0; view.len()]];
                pattern::fill(&mut both[0], number(one));
                pattern::fill(&mut both[1], number(other));
                let is_either = |at: usize| view[at] == both[0][at] || view[at] == both[1][at];
                assert!((0..view.len()).all(is_either), "a byte of neither");
            }
            ["expose-nonsense"] => return Ok(self.expose_nonsense()),
            ["fork-exposer"] => return Ok(self.exposer_in_a_child()),
            _ => super::powers::change(words),
        }
        Ok("ok".into())
    }

    fn last_exposed(&mut self) -> &mut (Exposed, Memory) {
        self.exposed.last_mut().expect("exposed")
    }

    fn expose(&mut self, kind: &str, len: u64, seed: u64, end: End) -> Result<String> {
        let memory = Memory::new(kind, len as usize, seed);
        // SAFETY: it is dropped after its `Exposed`; a test that changes it wants to see what comes
        // of that.
        let exposed = unsafe { self.arena().expose(memory.start, len, end, b"a note") }?;
        let key = key_text(&exposed.key());
        self.exposed.push((exposed, memory));
        Ok(key)
    }

    /// What is no memory is refused, and nothing else.
    fn expose_nonsense(&self) -> String {
        let hole = Memory::new("mapped", 3 * 4096, 1);
        hole.protect(4096, 4096, libc::PROT_NONE);
        let (start, end) = (hole.start.cast_const(), usize::MAX as *const u8);
        let nothing = std::ptr::null();
        let cases = [
            (nothing, 0),
            (nothing, 1),
            (end, 1),
            (end, u64::MAX),
            (start, u64::MAX),
            (start, 1 << 62),
            (start, 4097),
            (start, 3 * 4096), // who reads it finds the hole
        ];
        let outcomes = cases.map(|(memory, len)| {
            // SAFETY: all that is memory of this process stays as it is for as long.
            name(unsafe { self.arena().expose(memory, len, End::Evicted, &[]) }.map(drop))
        });
        outcomes.join(" ")
    }

    fn exposer_in_a_child(&mut self) -> String {
        told_by_a_child(|| {
            let (exposed, memory) = self.exposed.pop().expect("exposed");
            // SAFETY: it is refused.
            let anew = unsafe { self.arena().expose(memory.start, 1, End::Evicted, &[]) };
            let calls = [name(exposed.unexpose(Deadline::never())), name(anew.map(drop))];
            drop(exposed); // does nothing, and waits for nobody
            calls.join(" ")
        })
    }
}
