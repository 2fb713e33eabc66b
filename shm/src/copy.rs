//! Copying into shared memory at the speed of the fastest way there is for the length.
//!
//! ```text
//! bytes   0 ···· 2 KiB ············ L2 / 2 ···········►
//!         memcpy │ rep movsb        │ streaming stores        x86-64 with fast short `rep movsb`
//!         memcpy ·····················································►        everything else
//! ```
//!
//! Streaming stores write whole cache lines without first reading them, which saves a third of the memory traffic once
//! source and destination no longer fit in L2 together; below that they lose, for they drive the destination out of
//! the cache. They go to four pages in turn, each with its own prefetch: the hardware's prefetchers stop at the end of
//! every page, and four streams hide that.
//!
//! # What was measured
//! GB/s, medians of alternated runs, into warm 4 KiB pages of a shared tmpfs mapping, from ordinary memory, on an
//! Intel Xeon of the Sapphire Rapids family (L2 2 MiB, L3 260 MiB, virtual machine) with glibc 2.36:
//!
//! | | 4 KiB | 64 KiB | 512 KiB | 1 MiB | 1.25 MiB | 2 MiB | 16 MiB | 64 MiB | 1 GiB |
//! | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
//! | memcpy | 52 | 27 | 40 | 24 | 17 | 12 | 10 | 9 | 11 |
//! | `rep movsb` | 163 | 41 | 41 | 27 | 20 | 14 | 14 | 8 | 7 |
//! | streaming, one page at a time | | 20 | 21 | 21 | 21 | 19 | 16 | 13 | 10 |
//! | streaming, four pages | | 20 | 21 | 21 | 21 | 20 | 16 | 15 | 12 |
//!
//! - So streaming wins from where the two together pass L2: half of L2, 1 MiB here, is the bound. The same bound holds
//!   where the source is not in any cache (256 KiB: 11 against 7; 4 MiB: 8 against 10). AVX-512 gained nothing over
//!   AVX2.
//! - `rep movsb` was faster than memcpy from 2 KiB to the bound at every misalignment of the source tried, the
//!   destination being aligned to 64. It is used where the processor calls it fast for short lengths too.
//! - glibc's own memcpy streams only above about three eighths of L3 (99 MiB here), and there is as good.
//!
//! Processors that are not Intel's get memcpy throughout: nothing was measured there, and their L3 is fast enough that
//! glibc's own bound, near the size of L3, should be about right.

/// Copies `src` to the front of `dst`, which must be as long. A Release store that follows publishes the bytes.
///
/// What `dst` has beyond `src`'s length, or the other way round, is left alone.
#[inline]
pub(crate) fn copy(dst: &mut [u8], src: &[u8]) {
    debug_assert_eq!(dst.len(), src.len());
    let len = src.len().min(dst.len());
    let (dst, src) = (&mut dst[..len], &src[..len]);
    #[cfg(target_arch = "x86_64")]
    if len >= x86::SHORTEST {
        return x86::copy(dst, src);
    }
    dst.copy_from_slice(src);
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::asm;
    use std::arch::x86_64::*;
    use std::sync::OnceLock;

    /// Shorter copies are left to memcpy.
    pub(super) const SHORTEST: usize = 2 << 10;

    /// What this processor does best.
    #[derive(Clone, Copy, Debug)]
    struct Plan {
        movsb: bool,
        /// Copies longer than this are streamed.
        stream_above: usize,
    }

    pub(super) fn copy(dst: &mut [u8], src: &[u8]) {
        static PLAN: OnceLock<Plan> = OnceLock::new();
        let plan = PLAN.get_or_init(Plan::for_this_processor);
        if src.len() > plan.stream_above {
            // SAFETY: `stream_above` is the largest number unless the processor has AVX2.
            unsafe { stream(dst, src) }
        } else if plan.movsb && dst.as_ptr().addr().is_multiple_of(LINE) {
            move_bytes(dst, src);
        } else {
            dst.copy_from_slice(src);
        }
    }

    impl Plan {
        fn for_this_processor() -> Self {
            let memcpy_only = Self { movsb: false, stream_above: usize::MAX };
            let leaf_0 = cpuid(0, 0);
            let is_intel =
                (leaf_0.ebx, leaf_0.edx, leaf_0.ecx) == (0x756e_6547, 0x4965_6e69, 0x6c65_746e);
            if !is_intel || leaf_0.eax < 7 {
                return memcpy_only;
            }
            let l2 = (0..8).map(|n| cpuid(4, n)).find_map(l2_bytes);
            Self {
                movsb: cpuid(7, 0).edx & FAST_SHORT_REP_MOVSB != 0,
                stream_above: match l2 {
                    Some(bytes) if std::is_x86_feature_detected!("avx2") => bytes / 2,
                    _ => usize::MAX,
                },
            }
        }
    }

    /// The size of the cache that one answer of leaf 4 describes, if that is the second level.
    fn l2_bytes(cache: CpuidResult) -> Option<usize> {
        let field =
            |register: u32, shift: u32, bits: u32| (register >> shift) as usize & ((1 << bits) - 1);
        let (kind, level) = (field(cache.eax, 0, 5), field(cache.eax, 5, 3));
        let ways = field(cache.ebx, 22, 10) + 1;
        let partitions = field(cache.ebx, 12, 10) + 1;
        let line = field(cache.ebx, 0, 12) + 1;
        let sets = cache.ecx as usize + 1;
        (kind != 0 && level == 2).then_some(ways * partitions * line * sets)
    }

    // Older compilers call the intrinsic unsafe, newer ones do not.
    #[allow(unused_unsafe)]
    fn cpuid(leaf: u32, subleaf: u32) -> CpuidResult {
        // SAFETY: every x86-64 processor has the instruction.
        unsafe { __cpuid_count(leaf, subleaf) }
    }

    /// `rep movsb`. A store that follows it is ordered after all of its stores.
    fn move_bytes(dst: &mut [u8], src: &[u8]) {
        debug_assert_eq!(dst.len(), src.len());
        // SAFETY: both slices are `dst.len()` bytes long, as every caller has cut them; the ABI keeps the direction
        // flag clear.
        unsafe {
            asm!(
                "rep movsb",
                inout("rdi") dst.as_mut_ptr() => _,
                inout("rsi") src.as_ptr() => _,
                inout("rcx") dst.len().min(src.len()) => _,
                options(nostack, preserves_flags),
            );
        }
    }

    /// Copies with streaming stores, and ends them with the fence that orders them before a later store.
    ///
    /// # Safety
    /// The processor has AVX2.
    #[target_feature(enable = "avx2")]
    unsafe fn stream(dst: &mut [u8], src: &[u8]) {
        let len = dst.len().min(src.len());
        let head = dst.as_ptr().align_offset(LINE).min(len);
        let tail = head + (len - head) / BLOCK * BLOCK;
        dst[..head].copy_from_slice(&src[..head]);
        dst[tail..len].copy_from_slice(&src[tail..len]);
        // SAFETY: `at + BLOCK <= tail`, which is at most the length of both; `head` made `dst` aligned to a line, and a
        // block is a whole number of lines.
        unsafe {
            for at in (head..tail).step_by(BLOCK) {
                stream_block(dst.as_mut_ptr().add(at), src.as_ptr().add(at));
            }
            _mm_sfence();
        }
    }

    /// Streams four pages, two lines of each in turn.
    ///
    /// # Safety
    /// The processor has AVX2. `dst` is good for writing `BLOCK` bytes, `src` for reading them, they do not overlap, and
    /// `dst` is aligned to a line.
    #[inline]
    #[target_feature(enable = "avx2")]
    unsafe fn stream_block(dst: *mut u8, src: *const u8) {
        for step in (0..PAGE).step_by(2 * LINE) {
            for page in 0..PAGES {
                let at = page * PAGE + step;
                let ahead = src.wrapping_add(at + AHEAD).cast::<i8>();
                // SAFETY: `at + 2 * LINE <= BLOCK`, so this reads and writes what the caller vouches for, and all
                // stores are to multiples of 32 bytes. A prefetch may name any address.
                unsafe {
                    _mm_prefetch::<_MM_HINT_T0>(ahead);
                    _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(LINE));
                    let (src, dst) = (src.add(at).cast(), dst.add(at).cast());
                    let first = _mm256_loadu_si256(src);
                    let second = _mm256_loadu_si256(src.add(1));
                    let third = _mm256_loadu_si256(src.add(2));
                    let fourth = _mm256_loadu_si256(src.add(3));
                    _mm256_stream_si256(dst, first);
                    _mm256_stream_si256(dst.add(1), second);
                    _mm256_stream_si256(dst.add(2), third);
                    _mm256_stream_si256(dst.add(3), fourth);
                }
            }
        }
    }

    const LINE: usize = 64;
    const PAGE: usize = 4096;
    const PAGES: usize = 4;
    const BLOCK: usize = PAGES * PAGE;
    /// How far ahead of the loads the prefetches run. 128 and 256 are within a tenth of it.
    const AHEAD: usize = 512;
    /// Leaf 7, EDX.
    const FAST_SHORT_REP_MOVSB: u32 = 1 << 4;

    #[cfg(test)]
    mod tests {
        use super::*;
        use crate::copy::tests::{assert_copies, lengths};
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn rep_movsb_copies(len in lengths(), to in 0..64_usize, from in 0..64_usize) {
                assert_copies(move_bytes, len, to, from);
            }

            #[test]
            fn streaming_copies(len in lengths(), to in 0..64_usize, from in 0..64_usize) {
                assert!(std::is_x86_feature_detected!("avx2"), "this test needs a processor with AVX2");
                // SAFETY: the processor has AVX2.
                assert_copies(|dst, src| unsafe { stream(dst, src) }, len, to, from);
            }
        }

        #[test]
        fn streaming_copies_at_every_length_around_a_block() {
            assert!(std::is_x86_feature_detected!("avx2"), "this test needs a processor with AVX2");
            for to in [0, 1, 32, 63] {
                for len in BLOCK - 2 * LINE..BLOCK + 2 * LINE {
                    // SAFETY: the processor has AVX2.
                    assert_copies(|dst, src| unsafe { stream(dst, src) }, len, to, 5);
                }
            }
        }

        #[test]
        fn l2_is_read_from_leaf_4() {
            // 2048 sets of 16 ways of 64 bytes; a second level, for data and code.
            let l2 = CpuidResult { eax: 0x43, ebx: 15 << 22 | 63, ecx: 2047, edx: 0 };
            assert_eq!(l2_bytes(l2), Some(2 << 20));
            assert_eq!(l2_bytes(CpuidResult { eax: 0x63, ..l2 }), None, "a third level");
            assert_eq!(l2_bytes(CpuidResult { eax: 0, ..l2 }), None, "the end of the list");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Lengths at and around every edge of the kernels: a line, two lines, a page, a block of four pages, half of L2.
    pub(super) fn lengths() -> impl Strategy<Value = usize> {
        let edges = [0_usize, 64, 128, 2048, 4096, 16_384, 32_768, 65_536, 1 << 20, 3 << 20];
        let around = (prop::sample::select(edges.to_vec()), -130_isize..130);
        prop_oneof![
            3 => around.prop_map(|(edge, by)| edge.saturating_add_signed(by)),
            1 => 0..100_000_usize,
        ]
    }

    /// Copies `len` bytes between the given misalignments and compares with a loop over bytes, the bytes around the
    /// destination included.
    pub(super) fn assert_copies(
        copy: impl Fn(&mut [u8], &[u8]),
        len: usize,
        to: usize,
        from: usize,
    ) {
        let src: Vec<u8> = (0..len + 128).map(|n| ((n * 31) >> 3) as u8 | 1).collect();
        let mut dst = vec![0; len + 256];
        let start = dst.as_ptr().align_offset(64) + to;
        copy(&mut dst[start..start + len], &src[from..from + len]);
        for (n, &byte) in dst.iter().enumerate() {
            let expected = match n.checked_sub(start) {
                Some(n) if n < len => src[from + n],
                _ => 0,
            };
            assert_eq!(byte, expected, "byte {n} of {len} at {start}");
        }
    }

    proptest! {
        #[test]
        fn copies_every_byte_and_no_other(len in lengths(), to in 0..64_usize, from in 0..64_usize) {
            assert_copies(copy, len, to, from);
        }
    }
}
