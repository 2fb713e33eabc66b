//! The committed figures, and whether the numbers of a run reach them.
//!
//! ```toml
//! [[figure]]
//! work = "resolve"
//! subject = "wharf"
//! bytes = [64]
//! measure = "p50_ns"
//! at_most = 500                                  # absolute …
//!
//! [[figure]]
//! work = "put-copy"
//! subject = "wharf"
//! bytes = [1048576]
//! measure = "bytes_per_s"
//! at_least_times = 0.95                          # … or as a multiple of the best of these, round by round
//! of = [{ subject = "memcpy" }, { subject = "streaming" }]
//! ```
//!
//! - `at_most_more` bounds by how much it is more than the best of `of`.
//! - A figure that was not measured falls short: a check that cannot see is not passed.
//! - With `aim = true` the figure is printed and never fails: it says where the work is going.

use std::fmt;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Doing, Error, Result};
use crate::row::Row;
use crate::stats::median;

/// The whole table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Figures {
    figure: Vec<Figure>,
}

/// One rule: a measure of a subject at some sizes, and its bound.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
struct Figure {
    work: String,
    subject: String,
    bytes: Vec<u64>,
    measure: String,
    bound: Bound,
    aim: bool,
}

/// What a value must keep to.
#[derive(Debug, Clone)]
enum Bound {
    /// A value.
    Absolute(Side, f64),
    /// A multiple of the best of these, round by round.
    Times(Side, f64, Vec<Other>),
    /// So much more than the best of these at most, round by round.
    More(f64, Vec<Other>),
}

/// On which side of a limit a value is to lie, and so which of several is the best.
#[derive(Debug, Clone, Copy)]
enum Side {
    AtMost,
    AtLeast,
}

/// What a ratio is taken to: by default the same work at the same size.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    subject: String,
    bytes: Option<u64>,
}

/// A figure as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    work: String,
    subject: String,
    bytes: Vec<u64>,
    measure: String,
    at_most: Option<f64>,
    at_least: Option<f64>,
    at_most_times: Option<f64>,
    at_least_times: Option<f64>,
    at_most_more: Option<f64>,
    #[serde(default)]
    of: Vec<Other>,
    #[serde(default)]
    aim: bool,
}

/// What came of one figure at one size.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    /// Whether the run reached it.
    pub(crate) reached: bool,
    /// Whether it is only aimed at.
    pub(crate) aim: bool,
    /// Which figure, what was measured, and the bound.
    pub(crate) text: String,
}

impl Verdict {
    /// Whether the check fails by it.
    pub(crate) fn falls_short(&self) -> bool {
        !self.reached && !self.aim
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match (self.reached, self.aim) {
            (true, _) => "ok   ",
            (false, true) => "aim  ",
            (false, false) => "SHORT",
        };
        write!(f, "{word}  {}", self.text)
    }
}

impl Figures {
    /// Reads the table from a file.
    pub(crate) fn read(path: &Path) -> Result<Figures> {
        let text = std::fs::read_to_string(path)
            .doing(|| format!("reading the figures in {}", path.display()))?;
        Figures::parse(&text, &path.display().to_string())
    }

    /// The table that was committed with this program.
    pub(crate) fn committed() -> Result<Figures> {
        Figures::parse(include_str!("../figures.toml"), "bench/figures.toml")
    }

    fn parse(text: &str, path: &str) -> Result<Figures> {
        let wrong = |what: String| Error::Figures { path: path.to_owned(), what };
        let figures: Figures = toml::from_str(text).map_err(|error| wrong(error.to_string()))?;
        if figures.figure.is_empty() {
            return Err(wrong("holds no figure, so nothing would be checked".to_owned()));
        }
        Ok(figures)
    }

    /// Compares the rows of a run with every figure of the works that ran.
    pub(crate) fn check(&self, rows: &[Row], ran: impl Fn(&str) -> bool) -> Vec<Verdict> {
        let asked = self.figure.iter().filter(|figure| ran(&figure.work));
        asked
            .flat_map(|figure| figure.bytes.iter().map(|&bytes| figure.judge(rows, bytes)))
            .collect()
    }
}

impl TryFrom<Written> for Figure {
    type Error = String;

    fn try_from(written: Written) -> std::result::Result<Figure, String> {
        let Written { work, subject, bytes, measure, aim, .. } = written;
        let of = || written.of.clone();
        let bounds = [
            written.at_most.map(|limit| Bound::Absolute(Side::AtMost, limit)),
            written.at_least.map(|limit| Bound::Absolute(Side::AtLeast, limit)),
            written.at_most_times.map(|times| Bound::Times(Side::AtMost, times, of())),
            written.at_least_times.map(|times| Bound::Times(Side::AtLeast, times, of())),
            written.at_most_more.map(|more| Bound::More(more, of())),
        ];
        let mut bounds = bounds.into_iter().flatten();
        let (Some(bound), None) = (bounds.next(), bounds.next()) else {
            return Err("needs exactly one of at_most, at_least, at_most_times, \
                        at_least_times, at_most_more"
                .to_owned());
        };
        if matches!(bound, Bound::Absolute(..)) != written.of.is_empty() {
            return Err("needs `of` with a bound in times or more, and only with one".to_owned());
        }
        if bytes.is_empty() {
            return Err("names no size in `bytes`".to_owned());
        }
        Ok(Figure { work, subject, bytes, measure, bound, aim })
    }
}

/// A judgement, or why there can be none.
type Judged<T> = std::result::Result<T, String>;

impl Figure {
    fn judge(&self, rows: &[Row], bytes: u64) -> Verdict {
        let (reached, said) = self.compare(rows, bytes).unwrap_or_else(|why| (false, why));
        let Figure { work, subject, measure, .. } = self;
        let text = format!("{work} {} {subject} {measure}: {said}, {}", size(bytes), self.limit());
        Verdict { reached, aim: self.aim, text }
    }

    /// Whether the bound is kept, and what was measured, in words.
    fn compare(&self, rows: &[Row], bytes: u64) -> Judged<(bool, String)> {
        let (row, value) = self.find(rows, &self.subject, bytes)?;
        let said = self.quantity(value);
        let (side, limit, others) = match &self.bound {
            Bound::Absolute(side, limit) => return Ok((side.holds(value, *limit), said)),
            Bound::Times(side, limit, others) => (*side, *limit, others),
            Bound::More(limit, others) => (Side::AtMost, *limit, others),
        };
        let mut best: Option<(&Row, f64)> = None;
        for other in others {
            let theirs = self.find(rows, &other.subject, other.bytes.unwrap_or(bytes))?;
            if best.is_none_or(|best| side.holds(theirs.1, best.1)) {
                best = Some(theirs);
            }
        }
        let (other, theirs) = best.ok_or("there is nothing to compare with")?;
        let (rounds, more) = match self.bound {
            Bound::More(..) => (row.differences(other, &self.measure), true),
            _ => (row.ratios(other, &self.measure), false),
        };
        let found = median(&rounds).ok_or("there is no round to compare")?;
        let how = match more {
            true => format!("{} more than", self.quantity(found)),
            false => format!("{found:.3} times"),
        };
        let theirs = self.quantity(theirs);
        let said = format!("{said} is {how} {theirs} of {} {}", other.subject, size(other.bytes));
        Ok((side.holds(found, limit), said))
    }

    /// A row of this work, and its value of this measure.
    fn find<'a>(&self, rows: &'a [Row], subject: &str, bytes: u64) -> Judged<(&'a Row, f64)> {
        let of_subject =
            || rows.iter().filter(|row| row.work == self.work && row.subject == subject);
        // A subject that could not be measured at all has one row, at no size in particular.
        let row = of_subject().find(|row| row.bytes == bytes);
        let row = row.or_else(|| of_subject().find(|row| row.not_run.is_some()));
        let row = row.ok_or_else(|| format!("{subject} at {} was not measured", size(bytes)))?;
        if let Some(why) = &row.not_run {
            return Err(format!("{subject} was not measured: {why}"));
        }
        let value = row.value(&self.measure);
        Ok((row, value.ok_or_else(|| format!("{subject} has no {}", self.measure))?))
    }

    fn limit(&self) -> String {
        match &self.bound {
            Bound::Absolute(side, limit) => format!("{side} {}", self.quantity(*limit)),
            Bound::Times(side, limit, _) => format!("{side} {limit} times"),
            Bound::More(limit, _) => {
                format!("{} {} more", Side::AtMost, self.quantity(*limit))
            }
        }
    }

    /// A value in the unit that people read, with as many digits as mean something.
    fn quantity(&self, value: f64) -> String {
        match self.measure.as_str() {
            "p50_ns" | "p99_ns" => format!("{value:.0} ns"),
            "bytes_per_s" => format!("{:.2} GB/s", value / 1e9),
            "ops_per_s" => format!("{:.3} M/s", value / 1e6),
            _ if value.fract() == 0.0 => format!("{value}"),
            _ => format!("{value:.3}"),
        }
    }
}

impl Side {
    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Side::AtMost => value <= limit,
            Side::AtLeast => value >= limit,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Side::AtMost => "at most",
            Side::AtLeast => "at least",
        })
    }
}

/// A size as people write it.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes >> 10),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}

#[cfg(test)]
#[path = "figures_tests.rs"]
mod tests;
