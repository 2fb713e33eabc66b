//! The few statistics that a table of latencies needs: exact percentiles, a median, a spread.
//!
//! Every sample of a round is kept and sorted, so a percentile is a sample that was taken, never a bucket's edge.

use serde::Serialize;

/// The smallest sample that at least `q` of all samples do not exceed (the nearest rank). `sorted` must be sorted.
pub(crate) fn percentile(sorted: &[u64], q: f64) -> Option<u64> {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

/// The middle value, or the mean of the two in the middle.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    if sorted.len() % 2 == 1 {
        return Some(upper);
    }
    Some((sorted[sorted.len() / 2 - 1] + upper) / 2.0)
}

/// The smallest and the largest value.
pub(crate) fn spread(values: &[f64]) -> Option<[f64; 2]> {
    let low = values.iter().copied().min_by(f64::total_cmp)?;
    let high = values.iter().copied().max_by(f64::total_cmp)?;
    Some([low, high])
}

/// One round of one subject, in nanoseconds for one operation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Round {
    /// Half of the samples took no longer.
    pub(crate) p50_ns: f64,
    /// All but one in a hundred took no longer. Not a number where a program takes its own times, and does not say.
    pub(crate) p99_ns: f64,
    /// Time over operations.
    pub(crate) mean_ns: f64,
}

impl Round {
    /// Sums up samples of `operations` each. Sorts them.
    pub(crate) fn of(samples: &mut [u64], operations: u64) -> Option<Round> {
        samples.sort_unstable();
        let each = |nanoseconds: u64| nanoseconds as f64 / operations as f64;
        let total: u64 = samples.iter().sum();
        Some(Round {
            p50_ns: each(percentile(samples, 0.50)?),
            p99_ns: each(percentile(samples, 0.99)?),
            mean_ns: each(total) / samples.len() as f64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_at_the_nearest_rank() {
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(percentile(&hundred, 0.50), Some(50));
        assert_eq!(percentile(&hundred, 0.99), Some(99));
        assert_eq!(percentile(&hundred, 1.0), Some(100));
        assert_eq!(percentile(&[7], 0.99), Some(7));
        assert_eq!(percentile(&[3, 9], 0.5), Some(3));
        assert_eq!(percentile(&[], 0.5), None);
    }

    #[test]
    fn a_median_stands_in_the_middle_whatever_the_order() {
        assert_eq!(median(&[5.0, 1.0, 3.0]), Some(3.0));
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_spread_is_the_least_and_the_most() {
        assert_eq!(spread(&[5.0, 1.0, 3.0]), Some([1.0, 5.0]));
        assert_eq!(spread(&[]), None);
    }

    #[test]
    fn a_round_divides_each_sample_by_its_operations() {
        let mut samples = vec![400, 100, 200, 300];
        let round = Round::of(&mut samples, 2).unwrap();
        assert_eq!(round, Round { p50_ns: 100.0, p99_ns: 200.0, mean_ns: 125.0 });
        assert_eq!(Round::of(&mut [], 1), None);
    }
}
