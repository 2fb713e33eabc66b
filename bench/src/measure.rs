//! How anything is measured: subjects and floors take turns, round by round, in the same run.
//!
//! ```text
//! round 1   wharf 64 B │ cacheline │ iceoryx2 64 B │ wharf 1 KiB │ …      one Round of each
//! round 2   cacheline │ iceoryx2 64 B │ wharf 1 KiB │ … │ wharf 64 B
//!   ⋮                                         median and spread over the rounds
//! ```
//!
//! - What slows the machine for a while slows all of them, so a ratio is taken within a round.
//! - An operation is timed on its own, so that its p99 is that of operations; where it is too short against the
//!   clock (under some ten times a reading), in batches, and its p99 is that of batches. The plan says which.
//! - The clock's own cost is in every sample, of a floor as of its subject. It is measured and printed, not taken off.

use std::time::{Duration, Instant};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::stats::Round;

/// Rounds of most measurements; the figures ask for five at least.
pub(crate) const ROUNDS: usize = 7;

/// What is measured: one operation, and what surrounds a round of them, untimed.
pub(crate) trait Task {
    /// Before a round's first operation (of which there will be `operations`).
    fn begin(&mut self, _operations: u32) -> Result<()> {
        Ok(())
    }

    /// The operation.
    fn once(&mut self) -> Result<()>;

    /// A whole round, of a program that takes its own times; `None` where the operation is timed here.
    fn own_round(&mut self) -> Option<Result<Round>> {
        None
    }

    /// After each sample, untimed.
    fn between(&mut self) -> Result<()> {
        Ok(())
    }

    /// After the round's last.
    fn end(&mut self) -> Result<()> {
        Ok(())
    }
}

/// How a round is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    /// Operations before the first sample, for a quarter of the budget at most.
    pub(crate) warm: u32,
    /// Samples in a round, at most.
    pub(crate) samples: u32,
    /// Calls of the operation in one sample.
    pub(crate) batch: u32,
    /// What one call counts for: two, where a round trip is two hand-overs.
    pub(crate) legs: u32,
    /// The round ends after this long even with fewer samples; `None` where both sides count them.
    pub(crate) budget: Option<Duration>,
}

impl Plan {
    /// Operations timed one by one, within a budget of time.
    pub(crate) const fn each(samples: u32, budget: Duration) -> Plan {
        let warm = if samples > 100 { samples / 10 } else { 1 };
        Plan { warm, samples, batch: 1, legs: 1, budget: Some(budget) }
    }

    /// Round trips timed one by one, exactly as many as said; a sample is half of one.
    pub(crate) const fn round_trips(samples: u32) -> Plan {
        Plan { warm: samples / 16, samples, batch: 1, legs: 2, budget: None }
    }

    /// Operations timed `batch` at a time.
    pub(crate) const fn batches(samples: u32, batch: u32, budget: Duration) -> Plan {
        Plan { warm: batch, samples, batch, legs: 1, budget: Some(budget) }
    }
}

/// One subject at one size.
pub(crate) struct Case<'a> {
    /// `wharf`, or the floor's or peer's name.
    pub(crate) subject: &'static str,
    /// The object's size.
    pub(crate) bytes: u64,
    /// How its rounds are made.
    pub(crate) plan: Plan,
    /// What it does.
    pub(crate) task: Box<dyn Task + 'a>,
}

/// What the rounds of a case gave.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// The case's subject.
    pub(crate) subject: &'static str,
    /// The case's size.
    pub(crate) bytes: u64,
    /// The case's plan.
    pub(crate) plan: Plan,
    /// One for each round.
    pub(crate) rounds: Vec<Round>,
    /// Samples taken in all rounds.
    pub(crate) samples: u64,
}

/// Measures all cases, a round of each in turn. Each round begins with another of them, so that none always follows the same.
pub(crate) fn alternate(
    context: &Context,
    rounds: usize,
    cases: &mut [Case<'_>],
) -> Result<Vec<Series>> {
    let mut all: Vec<Series> = cases
        .iter()
        .map(|case| Series {
            subject: case.subject,
            bytes: case.bytes,
            plan: case.plan,
            rounds: Vec::with_capacity(rounds),
            samples: 0,
        })
        .collect();
    for first in 0..rounds {
        for place in 0..cases.len() {
            let place = (first + place) % cases.len();
            let (case, series) = (&mut cases[place], &mut all[place]);
            context.carry_on()?;
            if let Some(round) = case.task.own_round() {
                series.rounds.push(round?);
                continue;
            }
            let mut samples = round(case)?;
            series.samples += samples.len() as u64;
            let operations = u64::from(case.plan.batch) * u64::from(case.plan.legs);
            series.rounds.extend(Round::of(&mut samples, operations));
        }
    }
    Ok(all)
}

fn round(case: &mut Case<'_>) -> Result<Vec<u64>> {
    let plan = case.plan;
    let mut samples = Vec::with_capacity(plan.samples as usize);
    case.task.begin(plan.warm + plan.samples * plan.batch)?;
    let opened = Instant::now();
    for _ in 0..plan.warm {
        case.task.once()?;
        case.task.between()?;
        if plan.budget.is_some_and(|budget| opened.elapsed() > budget / 4) {
            break;
        }
    }
    let opened = Instant::now();
    for _ in 0..plan.samples {
        let start = Instant::now();
        for _ in 0..plan.batch {
            case.task.once()?;
        }
        let end = Instant::now();
        samples.push(nanoseconds(end - start));
        case.task.between()?;
        if plan.budget.is_some_and(|budget| end - opened > budget) {
            break;
        }
    }
    case.task.end()?;
    if samples.is_empty() {
        return Err(Error::Unavailable("a plan without samples measures nothing".to_owned()));
    }
    Ok(samples)
}

/// What one reading of the clock costs: the median of many pairs of readings.
pub(crate) fn clock_cost_ns() -> f64 {
    const READINGS: u32 = 1000;
    let mut costs: Vec<f64> = (0..101)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..READINGS {
                std::hint::black_box(Instant::now());
            }
            nanoseconds(start.elapsed()) as f64 / f64::from(READINGS)
        })
        .collect();
    costs.sort_by(f64::total_cmp);
    costs[costs.len() / 2]
}

/// A duration in whole nanoseconds.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    struct Noted<'a> {
        name: char,
        calls: &'a RefCell<String>,
    }

    impl Task for Noted<'_> {
        fn begin(&mut self, operations: u32) -> Result<()> {
            assert_eq!(operations, 3);
            self.calls.borrow_mut().push('(');
            Ok(())
        }
        fn once(&mut self) -> Result<()> {
            self.calls.borrow_mut().push(self.name);
            Ok(())
        }
        fn end(&mut self) -> Result<()> {
            self.calls.borrow_mut().push(')');
            Ok(())
        }
    }

    #[test]
    fn cases_take_turns_and_every_round_counts() {
        let context = Context::for_tests();
        let calls = RefCell::new(String::new());
        let plan = Plan { warm: 1, samples: 2, batch: 1, legs: 1, budget: None };
        let case = |name| Case {
            subject: "x",
            bytes: 1,
            plan,
            task: Box::new(Noted { name, calls: &calls }),
        };
        let series = alternate(&context, 4, &mut [case('a'), case('b')]).unwrap();
        assert_eq!(*calls.borrow(), "(aaa)(bbb)(bbb)(aaa)".repeat(2));
        assert_eq!(series.len(), 2);
        assert!(series.iter().all(|s| s.rounds.len() == 4 && s.samples == 8));
    }

    #[test]
    fn an_interrupted_run_ends_with_an_error() {
        let context = Context::for_tests();
        context.interrupt();
        let calls = RefCell::new(String::new());
        let plan = Plan { warm: 1, samples: 2, batch: 1, legs: 1, budget: None };
        let mut cases = [Case {
            subject: "x",
            bytes: 1,
            plan,
            task: Box::new(Noted { name: 'a', calls: &calls }),
        }];
        assert!(matches!(alternate(&context, 4, &mut cases), Err(Error::Interrupted)));
        assert_eq!(*calls.borrow(), "");
    }
}
