//! `gray-scott statistics`: what a state amounts to, in a few numbers.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use crate::args::FollowerArgs;
use crate::follow::follow;

/// V in numbers, and the mean of U.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Statistics {
    pub(crate) u_mean: f64,
    pub(crate) v_min: f64,
    pub(crate) v_max: f64,
    pub(crate) v_mean: f64,
    pub(crate) v_variance: f64,
}

pub(crate) fn statistics(args: &FollowerArgs) -> Result<()> {
    follow(args, |_, fields| {
        check(fields)?;
        Ok(Some(Statistics::of(fields)))
    })
}

impl Statistics {
    /// Of a state: first U, then V.
    pub(crate) fn of(fields: &[f64]) -> Self {
        let (u, v) = fields.split_at(fields.len() / 2);
        let mean = |field: &[f64]| field.iter().sum::<f64>() / field.len() as f64;
        let v_mean = mean(v);
        let squares: f64 = v.iter().map(|v| (v - v_mean) * (v - v_mean)).sum();
        Self {
            u_mean: mean(u),
            v_min: v.iter().copied().fold(f64::INFINITY, f64::min),
            v_max: v.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            v_mean,
            v_variance: squares / v.len() as f64,
        }
    }
}

/// The model cannot leave these bounds, and nothing that is not a number lies within them.
fn check(fields: &[f64]) -> Result<()> {
    let wrong = fields.iter().find(|value| !(0.0..=1.0).contains(*value));
    ensure!(wrong.is_none(), "a concentration of {wrong:?}: the fields are damaged");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_few_values() {
        let found = Statistics::of(&[1.0, 0.5, 0.5, 0.0, 0.1, 0.1, 0.3, 0.3]);
        assert_eq!((found.u_mean, found.v_min, found.v_max), (0.5, 0.1, 0.3));
        assert!((found.v_mean - 0.2).abs() < 1e-15 && (found.v_variance - 0.01).abs() < 1e-15);
    }

    #[test]
    fn a_value_that_cannot_be_is_refused() {
        assert!(check(&[1.0, 0.5, 0.0, 0.25]).is_ok());
        for wrong in [f64::NAN, f64::INFINITY, -1e-9, 1.5] {
            assert!(check(&[1.0, wrong, 0.0, 0.25]).is_err(), "{wrong}");
        }
    }
}
