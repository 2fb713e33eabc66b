//! One line of the results: what was measured, and how it stands to its floor.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::measure::Series;
use crate::stats::{Round, median, spread};

/// One measurement. Its keys are those of the JSON; what was not measured is null.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Row {
    /// Which piece of work.
    pub(crate) work: String,
    /// `wharf`, or the floor's or peer's name.
    pub(crate) subject: String,
    /// The object's size.
    pub(crate) bytes: u64,
    /// The median over the rounds of the round's median.
    pub(crate) p50_ns: Option<f64>,
    /// The median over the rounds of the round's 99th percentile: its slowest sample, where it has fewer than a hundred.
    pub(crate) p99_ns: Option<f64>,
    /// Bytes moved in a second, at `p50_ns`; null where no bytes are moved.
    pub(crate) bytes_per_s: Option<f64>,
    /// Operations in a second, over all of the median round.
    pub(crate) ops_per_s: Option<f64>,
    /// The least and the most of the rounds' medians, in nanoseconds.
    pub(crate) spread: Option<[f64; 2]>,
    /// What this took as a multiple of what `ratio_to` took, the median over the rounds. In `put-copy`: the speeds' ratio.
    pub(crate) ratio: Option<f64>,
    /// The floor or peer compared with.
    pub(crate) ratio_to: Option<String>,
    /// The least and the most of the rounds' ratios.
    pub(crate) ratio_spread: Option<[f64; 2]>,
    /// How many samples, and how they were timed.
    pub(crate) timed: Option<String>,
    /// Every round.
    pub(crate) rounds: Vec<Round>,
    /// What else was measured: `bytes_each`, `threads`, `cpu_percent`.
    #[serde(flatten)]
    pub(crate) more: BTreeMap<String, f64>,
    /// Why nothing was measured.
    pub(crate) not_run: Option<String>,
}

impl Row {
    /// A row without times.
    pub(crate) fn new(work: &str, subject: &str, bytes: u64) -> Row {
        Row { work: work.to_owned(), subject: subject.to_owned(), bytes, ..Row::default() }
    }

    /// A row that says why it is empty.
    pub(crate) fn not_run(
        work: &str,
        subject: &str,
        bytes: u64,
        why: impl std::fmt::Display,
    ) -> Row {
        Row { not_run: Some(why.to_string()), ..Row::new(work, subject, bytes) }
    }

    /// What a case's rounds come to.
    pub(crate) fn of(work: &str, series: &Series) -> Row {
        let how = match series.plan.batch {
            1 => "each operation".to_owned(),
            batch => format!("batches of {batch}"),
        };
        let timed = format!("{} samples in {} rounds, {how}", series.samples, series.rounds.len());
        let mut row = Row { timed: Some(timed), ..Row::new(work, series.subject, series.bytes) };
        row.rounds.clone_from(&series.rounds);
        let over = |of: fn(&Round) -> f64| {
            median(&row.rounds.iter().map(of).collect::<Vec<_>>()).filter(|value| value.is_finite())
        };
        row.p50_ns = over(|round| round.p50_ns);
        row.p99_ns = over(|round| round.p99_ns);
        row.ops_per_s = over(|round| round.mean_ns).map(|mean| 1e9 / mean);
        row.spread = spread(&row.values("p50_ns"));
        row
    }

    /// The same, where the operation moves all of the object's bytes.
    pub(crate) fn moving_bytes(mut self) -> Row {
        self.bytes_per_s = self.p50_ns.map(|nanoseconds| self.bytes as f64 * 1e9 / nanoseconds);
        self
    }

    /// What was measured under a key, if it was.
    pub(crate) fn value(&self, key: &str) -> Option<f64> {
        match key {
            "p50_ns" => self.p50_ns,
            "p99_ns" => self.p99_ns,
            "bytes_per_s" => self.bytes_per_s,
            "ops_per_s" => self.ops_per_s,
            other => self.more.get(other).copied(),
        }
    }

    /// The same, of every round; a single value where there were no rounds.
    pub(crate) fn values(&self, key: &str) -> Vec<f64> {
        if self.rounds.is_empty() {
            return self.value(key).into_iter().collect();
        }
        let of = |round: &Round| match key {
            "p50_ns" => Some(round.p50_ns),
            "p99_ns" => Some(round.p99_ns),
            "bytes_per_s" => self.bytes_per_s.map(|_| self.bytes as f64 * 1e9 / round.p50_ns),
            "ops_per_s" => Some(1e9 / round.mean_ns),
            _ => None,
        };
        self.rounds.iter().filter_map(of).collect()
    }

    /// How this stands to another row, round by round: the ratios under a key.
    pub(crate) fn ratios(&self, to: &Row, key: &str) -> Vec<f64> {
        self.values(key).iter().zip(to.values(key)).map(|(ours, theirs)| ours / theirs).collect()
    }

    /// By how much this is more than another row, round by round.
    pub(crate) fn differences(&self, to: &Row, key: &str) -> Vec<f64> {
        self.values(key).iter().zip(to.values(key)).map(|(ours, theirs)| ours - theirs).collect()
    }
}

/// Writes into each of `subject`'s rows how it stands to the first of `floors` that was measured at that size, or at any size.
pub(crate) fn relate(rows: &mut [Row], subject: &str, floors: &[&str], key: &str) {
    let others = rows.to_vec();
    let measured = |name: &str, bytes: Option<u64>| {
        let fits = |row: &&Row| {
            row.subject == name && row.value(key).is_some() && bytes.is_none_or(|b| row.bytes == b)
        };
        others.iter().find(fits)
    };
    for row in rows.iter_mut().filter(|row| row.subject == subject && row.value(key).is_some()) {
        let same_size = floors.iter().find_map(|floor| measured(floor, Some(row.bytes)));
        let Some(floor) =
            same_size.or_else(|| floors.iter().find_map(|floor| measured(floor, None)))
        else {
            continue;
        };
        let ratios = row.ratios(floor, key);
        row.ratio = median(&ratios);
        row.ratio_spread = spread(&ratios);
        row.ratio_to = Some(floor.subject.clone());
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::measure::Plan;
    use std::time::Duration;

    /// A row whose rounds took these times.
    pub(crate) fn row(subject: &'static str, bytes: u64, rounds: &[f64]) -> Row {
        let rounds: Vec<Round> = rounds
            .iter()
            .map(|&p50_ns| Round { p50_ns, p99_ns: 2.0 * p50_ns, mean_ns: 1.25 * p50_ns })
            .collect();
        let plan = Plan::each(10, Duration::from_millis(1));
        Row::of("handover", &Series { subject, bytes, plan, rounds, samples: 30 })
    }

    #[test]
    fn a_row_holds_medians_over_the_rounds() {
        let row = row("wharf", 64, &[100.0, 400.0, 200.0]).moving_bytes();
        assert_eq!((row.p50_ns, row.p99_ns), (Some(200.0), Some(400.0)));
        assert_eq!(row.ops_per_s, Some(1e9 / 250.0));
        assert_eq!(row.bytes_per_s, Some(64.0 * 1e9 / 200.0));
        assert_eq!(row.spread, Some([100.0, 400.0]));
        assert_eq!(row.values("bytes_per_s")[1], 64.0 * 1e9 / 400.0);
    }

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        // Round two was slow for both: the ratio does not see it.
        let mut rows = vec![
            row("wharf", 64, &[200.0, 2000.0, 220.0]),
            row("cacheline", 64, &[100.0, 1000.0, 100.0]),
        ];
        relate(&mut rows, "wharf", &["cacheline"], "p50_ns");
        assert_eq!(rows[0].ratio, Some(2.0));
        assert_eq!(rows[0].ratio_spread, Some([2.0, 2.2]));
        assert_eq!(rows[0].ratio_to.as_deref(), Some("cacheline"));
        assert_eq!(rows[1].ratio, None);
    }

    #[test]
    fn the_floor_of_the_same_size_goes_before_one_of_another() {
        let mut rows = vec![
            row("wharf", 4096, &[300.0]),
            row("floor", 64, &[100.0]),
            row("peer", 4096, &[150.0]),
        ];
        relate(&mut rows, "wharf", &["floor", "peer"], "p50_ns");
        assert_eq!((rows[0].ratio, rows[0].ratio_to.as_deref()), (Some(2.0), Some("peer")));
        relate(&mut rows, "wharf", &["floor", "absent"], "p50_ns");
        assert_eq!((rows[0].ratio, rows[0].ratio_to.as_deref()), (Some(3.0), Some("floor")));
    }

    #[test]
    fn the_json_has_the_keys_that_readers_look_for() {
        let text = serde_json::to_value(row("wharf", 64, &[100.0])).unwrap();
        let keys: Vec<&str> = text.as_object().unwrap().keys().map(String::as_str).collect();
        for key in [
            "work",
            "subject",
            "bytes",
            "p50_ns",
            "p99_ns",
            "bytes_per_s",
            "ops_per_s",
            "ratio",
            "spread",
        ] {
            assert!(keys.contains(&key), "{key} is missing from {keys:?}");
        }
        assert!(text["bytes_per_s"].is_null());
    }
}
