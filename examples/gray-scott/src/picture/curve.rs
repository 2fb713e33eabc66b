//! Mean and standard deviation of V over the iterations.

use super::canvas::{Canvas, Rgb, Style};
use super::{INK, RIGHT, RIGHT_WIDTH, SMALL, grouped, heading};
use crate::args::SimulationArgs;
use crate::run::Outcome;
use crate::statistics::Statistics;

struct Curve {
    name: &'static str,
    colour: Rgb,
    value: fn(&Statistics) -> f64,
}

const CURVES: [Curve; 2] = [
    Curve { name: "mean", colour: [0x7a, 0x1d, 0x6d], value: |s| s.v_mean },
    Curve {
        name: "standard deviation",
        colour: [0xf0, 0x75, 0x1a],
        value: |s| s.v_variance.sqrt(),
    },
];

/// Where values lie on the sheet.
struct Axes {
    top: f32,
    height: f32,
    steps: f64,
    most: f64,
}

/// Draws the curves below `top`.
pub(super) fn draw(
    canvas: &mut Canvas,
    args: &SimulationArgs,
    outcome: &Outcome,
    top: f32,
    height: f32,
) {
    heading(canvas, top - 24.0, "V over the iterations");
    let values = outcome.statistics().flat_map(|(_, s)| CURVES.map(|curve| (curve.value)(s)));
    let most = values.fold(TICK, f64::max);
    let axes = Axes { top, height, steps: args.steps as f64, most: (most / TICK).ceil() * TICK };
    absences(canvas, &axes, outcome);
    axes.draw(canvas, args);
    let mut right = RIGHT + RIGHT_WIDTH;
    for curve in CURVES.iter().rev() {
        curve.draw(canvas, &axes, outcome);
        right = curve.legend(canvas, right, top - 24.0);
    }
}

/// Says when a follower was not there.
fn absences(canvas: &mut Canvas, axes: &Axes, outcome: &Outcome) {
    for record in &outcome.followers {
        let Some(absence) = record.absence else { continue };
        let (from, to) = (axes.x(absence.from as f64), axes.x(absence.to as f64));
        canvas.rectangle([from, axes.top, to - from, axes.height], [0xec, 0xec, 0xf1]);
        // Beside the band, where there is room for it.
        let label = format!("{} killed and back", record.role.name());
        let width = canvas.width(SMALL, &label);
        let right = to + 8.0;
        let left = if right + width < RIGHT + RIGHT_WIDTH { right } else { from - 8.0 - width };
        canvas.text(left, axes.y(0.0) - 10.0, SMALL, &label);
    }
}

impl Axes {
    fn x(&self, step: f64) -> f32 {
        LEFT + (step / self.steps) as f32 * (RIGHT + RIGHT_WIDTH - LEFT)
    }

    fn y(&self, value: f64) -> f32 {
        self.top + self.height * (1.0 - (value / self.most) as f32)
    }

    fn draw(&self, canvas: &mut Canvas, args: &SimulationArgs) {
        let (left, right) = (self.x(0.0), self.x(self.steps));
        for tick in 0..=(self.most / TICK).round() as u32 {
            let value = f64::from(tick) * TICK;
            let y = self.y(value);
            let colour = if tick == 0 { INK } else { [0xdd, 0xdd, 0xe3] };
            canvas.line(&[(left, y), (right, y)], 1.0, colour);
            let label = Style { anchor: 1.0, ..SMALL };
            canvas.text(left - 10.0, y + 5.5, label, &format!("{value:.2}"));
        }
        for quarter in 0..=4 {
            let share = f64::from(quarter) / 4.0;
            let x = self.x(share * self.steps);
            let iterations = share * (args.steps * args.iterations) as f64;
            let y = self.y(0.0);
            canvas.line(&[(x, y), (x, y + 6.0)], 1.0, INK);
            let label = Style { anchor: if quarter == 4 { 1.0 } else { 0.5 }, ..SMALL };
            canvas.text(x, y + 26.0, label, &grouped(iterations.round() as u64));
        }
    }
}

impl Curve {
    /// Draws it in one piece for each run of steps that were seen.
    fn draw(&self, canvas: &mut Canvas, axes: &Axes, outcome: &Outcome) {
        let points: Vec<_> =
            outcome.statistics().map(|(report, s)| (report.step, (self.value)(s))).collect();
        for piece in points.chunk_by(|before, after| before.0 + 1 == after.0) {
            let place = |&(step, value): &(u64, f64)| (axes.x(step as f64), axes.y(value));
            canvas.line(&piece.iter().map(place).collect::<Vec<_>>(), 2.5, self.colour);
        }
    }

    /// Names it, ending at `right`; returns where the next name to the left may end.
    fn legend(&self, canvas: &mut Canvas, right: f32, y: f32) -> f32 {
        let left = right - canvas.width(SMALL, self.name);
        canvas.text(left, y, SMALL, self.name);
        canvas.line(&[(left - 32.0, y - 5.5), (left - 8.0, y - 5.5)], 2.5, self.colour);
        left - 52.0
    }
}

/// Between two lines of the scale.
const TICK: f64 = 0.05;
/// Left of it are the scale's numbers.
const LEFT: f32 = RIGHT + 46.0;
