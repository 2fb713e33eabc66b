//! The picture in the end: the last field, how it came to be, and what was measured on the way.
//!
//! ```text
//!  title
//!  ┌──────────────────────┐ ▌   [ ] [ ] [ ]  frames of the evolution
//!  │                      │ ▌   [ ] [ ] [ ]
//!  │          V           │ ▌   ┌─────────┐
//!  │                      │ ▌   │  curve  │  mean and standard deviation of V
//!  │                      │ ▌   └─────────┘
//!  └──────────────────────┘ ▌   figures
//! ```

mod canvas;
mod curve;

use std::path::Path;

use anyhow::Result;

use self::canvas::{Canvas, Rgb, Style};
use crate::args::SimulationArgs;
use crate::frames::{Frame, SCALE, colour};
use crate::run::{Outcome, bytes, time};

/// Draws it, from the frames in a folder.
pub(crate) fn draw(
    args: &SimulationArgs,
    outcome: &Outcome,
    frames: &Path,
    to: &Path,
) -> Result<()> {
    let mut canvas = Canvas::new(WIDTH, HEIGHT, PAPER)?;
    title(&mut canvas, args);
    field(&mut canvas, &Frame::read(frames, args.steps)?, [MARGIN, TOP, FIELD]);
    colour_bar(&mut canvas);
    evolution(&mut canvas, args, outcome, frames)?;
    curve::draw(&mut canvas, args, outcome, CURVE_TOP, CURVE_HEIGHT);
    figures(&mut canvas, outcome);
    canvas.save(to)
}

fn title(canvas: &mut Canvas, args: &SimulationArgs) {
    let model = args.model();
    let iterations = grouped(args.steps * args.iterations);
    let below = format!(
        "Concentration of V after {iterations} iterations on {0} × {0} cells. F = {1}, k = {2}, after \
         Pearson (1993)",
        args.size, model.feed, model.kill
    );
    canvas.text(
        MARGIN,
        76.0,
        Style { size: 40.0, medium: true, ..TEXT },
        "Gray–Scott reaction–diffusion",
    );
    canvas.text(MARGIN, 112.0, FAINT, &below);
}

/// A frame as a square, with the cells between its own made up smoothly.
fn field(canvas: &mut Canvas, frame: &Frame, [left, top, side]: [f32; 3]) {
    let (side, scale) = (side as u32, frame.n as f32 / side);
    // Where a pixel covers several cells, it shows their mean.
    let points = scale.ceil() as u32;
    for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
        let mut sum = 0.0;
        for (j, i) in (0..points).flat_map(|j| (0..points).map(move |i| (j, i))) {
            let at = |pixel: u32, part: u32| {
                (pixel as f32 + (part as f32 + 0.5) / points as f32) * scale - 0.5
            };
            sum += shade(frame, at(x, i), at(y, j));
        }
        let mean = f64::from(sum) / f64::from(points * points) / 255.0;
        canvas.set(left as u32 + x, top as u32 + y, colour(mean));
    }
}

/// The shade at a place between four cells, from these.
fn shade(frame: &Frame, x: f32, y: f32) -> f32 {
    let n = frame.n as isize;
    let cell = |dx: isize, dy: isize| {
        let (x, y) = (x.floor() as isize + dx, y.floor() as isize + dy);
        f32::from(frame.shades[(y.rem_euclid(n) * n + x.rem_euclid(n)) as usize])
    };
    let (right, down) = (x - x.floor(), y - y.floor());
    let above = cell(0, 0) * (1.0 - right) + cell(1, 0) * right;
    let below = cell(0, 1) * (1.0 - right) + cell(1, 1) * right;
    above * (1.0 - down) + below * down
}

fn colour_bar(canvas: &mut Canvas) {
    let left = MARGIN + FIELD + 20.0;
    for y in 0..FIELD as u32 {
        let shade = 1.0 - (f64::from(y) + 0.5) / f64::from(FIELD);
        canvas.rectangle([left, TOP + y as f32, 18.0, 1.0], colour(shade));
    }
    let above = Style { anchor: 0.5, medium: true, colour: INK, ..SMALL };
    canvas.text(left + 9.0, TOP - 12.0, above, "V");
    for tenths in 0..=4 {
        let value = f64::from(tenths) / 10.0;
        let y = TOP + FIELD * (1.0 - value / SCALE) as f32;
        // The first and the last number stay within the bar's height.
        let y = y.clamp(TOP + 7.0, TOP + FIELD - 7.0);
        canvas.text(left + 26.0, y + 6.0, SMALL, &format!("{value:.1}"));
    }
}

fn evolution(
    canvas: &mut Canvas,
    args: &SimulationArgs,
    outcome: &Outcome,
    frames: &Path,
) -> Result<()> {
    heading(canvas, TOP - 12.0, "How it grew, by iterations");
    let gap = (RIGHT_WIDTH - COLUMNS as f32 * SMALL_FIELD) / (COLUMNS - 1) as f32;
    for place in 0..COLUMNS * ROWS {
        // Early on there is more to see: the steps lie closer together there.
        let share = (place as f64 / (COLUMNS * ROWS) as f64).powf(1.5);
        let wanted = (share * args.steps as f64).round() as u64;
        let Some(step) = outcome.drawn().min_by_key(|step| step.abs_diff(wanted)) else { break };
        let left = RIGHT + (place % COLUMNS) as f32 * (SMALL_FIELD + gap);
        let top = TOP + (place / COLUMNS) as f32 * (SMALL_FIELD + 44.0);
        field(canvas, &Frame::read(frames, step)?, [left.round(), top.round(), SMALL_FIELD]);
        let centred = Style { anchor: 0.5, ..SMALL };
        let label = grouped(step * args.iterations);
        canvas.text(left + SMALL_FIELD / 2.0, top + SMALL_FIELD + 22.0, centred, &label);
    }
    Ok(())
}

/// The table's figures.
fn figures(canvas: &mut Canvas, outcome: &Outcome) {
    let top = CURVE_TOP + CURVE_HEIGHT + 118.0;
    heading(
        canvas,
        top,
        &format!("Followed by {} processes while it ran", outcome.followers.len()),
    );
    let copied = outcome.bytes_copied();
    let figures = [
        (bytes(outcome.end.bytes_shared), "shared"),
        (bytes(copied), if copied == 0 { "bytes copied" } else { "copied" }),
        (outcome.resolve_here().map_or("-".to_owned(), time), "to resolve a step, median"),
    ];
    for (index, (figure, what)) in figures.iter().enumerate() {
        let left = RIGHT + index as f32 * RIGHT_WIDTH / 3.0;
        canvas.text(left, top + 56.0, Style { size: 34.0, medium: true, ..TEXT }, figure);
        canvas.text(left, TOP + FIELD, SMALL, what);
    }
}

fn heading(canvas: &mut Canvas, y: f32, text: &str) {
    canvas.text(RIGHT, y, Style { size: 20.0, medium: true, ..TEXT }, text);
}

/// `12 000`, with a gap that is no line's end.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

const WIDTH: u32 = 1760;
const HEIGHT: u32 = 1180;
const MARGIN: f32 = 60.0;
const TOP: f32 = 150.0;
const FIELD: f32 = 960.0;
const RIGHT: f32 = 1140.0;
const RIGHT_WIDTH: f32 = WIDTH as f32 - RIGHT - MARGIN;
const COLUMNS: usize = 3;
const ROWS: usize = 2;
const SMALL_FIELD: f32 = 174.0;
const CURVE_TOP: f32 = 670.0;
const CURVE_HEIGHT: f32 = 230.0;

const PAPER: Rgb = [255, 255, 255];
const INK: Rgb = [0x22, 0x22, 0x28];
const GREY: Rgb = [0x6a, 0x6a, 0x74];
const TEXT: Style = Style { size: 20.0, medium: false, anchor: 0.0, colour: INK };
const FAINT: Style = Style { colour: GREY, ..TEXT };
const SMALL: Style = Style { size: 16.0, ..FAINT };
