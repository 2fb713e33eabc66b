//! Bytes that can be told from any others: each word depends on a seed and its place.

/// Fills memory with the pattern of this seed.
pub(crate) fn fill(bytes: &mut [u8], seed: u64) {
    for (place, chunk) in bytes.chunks_mut(8).enumerate() {
        let word = mix(seed, place as u64).to_le_bytes();
        chunk.copy_from_slice(&word[..chunk.len()]);
    }
}

/// Where the bytes first differ from the pattern of this seed.
pub(crate) fn first_difference(bytes: &[u8], seed: u64) -> Option<usize> {
    bytes
        .chunks(8)
        .enumerate()
        .position(|(place, chunk)| chunk != &mix(seed, place as u64).to_le_bytes()[..chunk.len()])
}

/// A number in which every bit depends on both: the finaliser of SplitMix64.
pub(crate) fn mix(seed: u64, place: u64) -> u64 {
    let mut z = seed ^ place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
