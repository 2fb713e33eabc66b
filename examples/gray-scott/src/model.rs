//! The Gray–Scott model: two chemicals that diffuse, react and are fed.
//!
//! ```text
//! ∂u/∂t = Du ∇²u − u v² + F (1 − u)        U is fed at the rate F,
//! ∂v/∂t = Dv ∇²v + u v² − (F + k) v        U + 2 V → 3 V, and V is removed at the rate F + k
//! ```
//!
//! Equations, diffusion constants, mesh width and time step are those of J. E. Pearson, "Complex
//! Patterns in a Simple System", Science 261 (1993), 189–192: forward Euler in steps of 1, the
//! five-point Laplacian, periodic in both directions. Everything is in double precision.
//!
//! A state is one slice in C order, `[2, n, n]`: first U, row after row, then V.

use std::ops::Range;

/// The equations on a square mesh.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Model {
    /// Cells along each side, at least 3.
    pub(crate) n: usize,
    /// F: how fast U is fed.
    pub(crate) feed: f64,
    /// k: how fast V is removed, beyond F.
    pub(crate) kill: f64,
}

impl Model {
    /// How many values a state has.
    pub(crate) fn len(&self) -> usize {
        2 * self.n * self.n
    }

    /// The initial state: U everywhere, and squares of V, with noise of one per cent on them, at
    /// places that the seed decides.
    pub(crate) fn start(&self, seed: u64, into: &mut [f64]) {
        let n = self.n;
        let (u, v) = into.split_at_mut(n * n);
        u.fill(1.0);
        v.fill(0.0);
        let mut random = fastrand::Rng::with_seed(seed);
        let squares = (n * n).div_ceil(CELLS_PER_SQUARE);
        for _ in 0..squares {
            let (left, top) = (random.usize(..n), random.usize(..n));
            for (dy, dx) in (0..SQUARE).flat_map(|dy| (0..SQUARE).map(move |dx| (dy, dx))) {
                let cell = (top + dy) % n * n + (left + dx) % n;
                u[cell] = 0.50 * (0.99 + 0.02 * random.f64());
                v[cell] = 0.25 * (0.99 + 0.02 * random.f64());
            }
        }
    }

    /// One time step: reads the whole of one state, and writes each value of the next one once.
    ///
    /// Where `into` lies is all the same to it: a buffer of the program's own, or memory that other
    /// processes are going to read.
    pub(crate) fn advance(&self, from: &[f64], into: &mut [f64]) {
        let n = self.n;
        let (u, v) = from.split_at(n * n);
        let (next_u, next_v) = into.split_at_mut(n * n);
        let next = next_u.chunks_exact_mut(n).zip(next_v.chunks_exact_mut(n));
        for (y, (next_u, next_v)) in next.enumerate() {
            let (u, v) = (Rows::around(y, u, n), Rows::around(y, v, n));
            // The first and the last cell of a row are neighbours.
            for (cells, west, east) in [(0..1, n - 1, 1), (1..n - 1, 0, 2), (n - 1..n, n - 2, 0)] {
                let u = u.stencil(cells.clone(), west, east);
                let v = v.stencil(cells.clone(), west, east);
                self.react(u, v, &mut next_u[cells.clone()], &mut next_v[cells]);
            }
        }
    }

    /// The kernel. Every slice is as long as the others, which the compiler sees once this is
    /// inlined: it checks no index in the loop, and makes vector instructions of it.
    #[inline(always)]
    fn react(&self, u: Stencil, v: Stencil, next_u: &mut [f64], next_v: &mut [f64]) {
        let Self { feed, kill, .. } = *self;
        for x in 0..next_u.len() {
            let (here_u, here_v) = (u.here[x], v.here[x]);
            let reaction = here_u * here_v * here_v;
            next_u[x] = here_u + DIFFUSION_U * u.laplacian(x) - reaction + feed * (1.0 - here_u);
            next_v[x] = here_v + DIFFUSION_V * v.laplacian(x) + reaction - (feed + kill) * here_v;
        }
    }
}

/// A row of a field and the two beside it; above the first row lies the last.
struct Rows<'a> {
    north: &'a [f64],
    here: &'a [f64],
    south: &'a [f64],
}

impl<'a> Rows<'a> {
    fn around(y: usize, field: &'a [f64], n: usize) -> Self {
        let row = |y: usize| &field[y * n..][..n];
        Self { north: row((y + n - 1) % n), here: row(y), south: row((y + 1) % n) }
    }

    /// Some cells of the row, with their neighbours; those in the row begin at `west` and `east`.
    #[inline(always)]
    fn stencil(&self, cells: Range<usize>, west: usize, east: usize) -> Stencil<'a> {
        let len = cells.len();
        Stencil {
            here: &self.here[cells.clone()],
            north: &self.north[cells.clone()],
            south: &self.south[cells],
            west: &self.here[west..][..len],
            east: &self.here[east..][..len],
        }
    }
}

/// A run of cells and their four neighbours.
struct Stencil<'a> {
    here: &'a [f64],
    north: &'a [f64],
    south: &'a [f64],
    west: &'a [f64],
    east: &'a [f64],
}

impl Stencil<'_> {
    /// Added up in pairs, so that what is symmetric at first stays so to the last bit.
    #[inline(always)]
    fn laplacian(&self, x: usize) -> f64 {
        (self.north[x] + self.south[x]) + (self.west[x] + self.east[x]) - 4.0 * self.here[x]
    }
}

const MESH: f64 = 2.5 / 256.0;
const DIFFUSION_U: f64 = 2e-5 / (MESH * MESH);
const DIFFUSION_V: f64 = 1e-5 / (MESH * MESH);

/// The side of a square of V in the initial state, as in the paper: some patterns die out of smaller
/// ones. And how much room there is for each.
const SQUARE: usize = 20;
const CELLS_PER_SQUARE: usize = 128 * 128;

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;
    use crate::args::Pattern;

    fn model(n: usize) -> Model {
        Model { n, feed: 0.0545, kill: 0.062 }
    }

    fn mean(field: &[f64]) -> f64 {
        field.iter().sum::<f64>() / field.len() as f64
    }

    fn started(model: &Model) -> Vec<f64> {
        let mut state = vec![f64::NAN; model.len()];
        model.start(1, &mut state);
        state
    }

    fn advanced(model: &Model, mut state: Vec<f64>, iterations: usize) -> Vec<f64> {
        for _ in 0..iterations {
            // What the kernel does not write would stay, and be found out.
            let mut next = vec![f64::NAN; model.len()];
            model.advance(&state, &mut next);
            state = next;
        }
        state
    }

    /// The equations as they stand in the paper, cell by cell, with every index taken modulo n.
    fn advanced_naively(model: &Model, from: &[f64]) -> Vec<f64> {
        let n = model.n as isize;
        let at = |field: isize, y: isize, x: isize| {
            from[(field * n * n + y.rem_euclid(n) * n + x.rem_euclid(n)) as usize]
        };
        let mut into = Vec::new();
        for (field, y, x) in
            (0..2).flat_map(|field| (0..n).flat_map(move |y| (0..n).map(move |x| (field, y, x))))
        {
            let mut laplacian = -4.0 * at(field, y, x);
            for (dy, dx) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                laplacian += at(field, y + dy, x + dx);
            }
            laplacian /= (2.5 / 256.0) * (2.5 / 256.0);
            let (u, v) = (at(0, y, x), at(1, y, x));
            let rate = match field {
                0 => 2e-5 * laplacian - u * v * v + model.feed * (1.0 - u),
                _ => 1e-5 * laplacian + u * v * v - (model.feed + model.kill) * v,
            };
            into.push(at(field, y, x) + rate);
        }
        into
    }

    #[test]
    fn the_kernel_agrees_with_the_equations() {
        for n in [3, 4, 17, 32] {
            let model = model(n);
            let mut random = fastrand::Rng::with_seed(n as u64);
            let mut state: Vec<f64> = (0..model.len()).map(|_| random.f64()).collect();
            for _ in 0..50 {
                let expected = advanced_naively(&model, &state);
                state = advanced(&model, state, 1);
                for (found, expected) in state.iter().zip(&expected) {
                    assert!((found - expected).abs() < 1e-14, "n = {n}: {found} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn what_is_symmetric_stays_symmetric_to_the_last_bit() {
        let model = model(24);
        let n = model.n;
        let mut state = vec![1.0; model.len()];
        state[n * n..].fill(0.0);
        for (y, x) in (8..16).flat_map(|y| (8..16).map(move |x| (y, x))) {
            state[y * n + x] = 0.5;
            state[n * n + y * n + x] = 0.25;
        }
        let state = advanced(&model, state, 500);
        let v = &state[n * n..];
        assert!(v.iter().any(|&v| v > 0.05), "the pattern has died");
        for (y, x) in (0..n).flat_map(|y| (0..n).map(move |x| (y, x))) {
            let here = v[y * n + x];
            assert_eq!(here, v[y * n + (n - 1 - x)], "left and right at {y}, {x}");
            assert_eq!(here, v[x * n + y], "across the diagonal at {y}, {x}");
        }
    }

    #[test]
    fn the_reaction_alone_neither_makes_nor_loses_matter() {
        let model = Model { n: 32, feed: 0.0, kill: 0.0 };
        let state = started(&model);
        let before: f64 = state.iter().sum();
        let after: f64 = advanced(&model, state, 1000).iter().sum();
        assert!((after / before - 1.0).abs() < 1e-12, "{before} became {after}");
    }

    #[test]
    fn every_pattern_grows_and_stays_within_its_bounds() {
        for pattern in Pattern::value_variants() {
            let (feed, kill) = pattern.rates();
            let model = Model { n: 64, feed, kill };
            let state = started(&model);
            let before = mean(&state[64 * 64..]);
            let state = advanced(&model, state, 3000);
            let (u, v) = state.split_at(64 * 64);
            assert!(u.iter().all(|u| (0.0..=1.0).contains(u)), "{pattern:?}");
            assert!(v.iter().all(|v| (0.0..=0.6).contains(v)), "{pattern:?}");
            let mean_of_v = mean(v);
            let spread = v.iter().map(|v| (v - mean_of_v).abs()).fold(0.0, f64::max);
            assert!(mean_of_v > 1.5 * before, "{pattern:?}: from {before} to {mean_of_v}");
            assert!(spread > 0.1, "{pattern:?}: no pattern, {spread}");
        }
    }

    #[test]
    fn the_seed_decides_the_initial_state() {
        let model = model(48);
        let mut other = vec![0.0; model.len()];
        model.start(2, &mut other);
        assert_eq!(started(&model), started(&model));
        assert_ne!(started(&model), other);
    }
}
