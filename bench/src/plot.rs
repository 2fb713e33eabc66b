//! The plot: four panels over the object's size, as SVG.
//!
//! ```text
//! resolve      │ handover        p50 in microseconds, both axes logarithmic
//! put-in-place │ put-copy        (put-copy: GB/s)
//! ```

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use plotters::chart::{ChartBuilder, SeriesLabelPosition};
use plotters::coord::Shift;
use plotters::prelude::{
    BLACK, Circle, Color, DrawingArea, IntoDrawingArea, IntoLogRange, PathElement, RGBColor,
    SVGBackend, WHITE,
};
use plotters::series::LineSeries;

use crate::error::{Error, Result};
use crate::figures::size;
use crate::machine::Machine;
use crate::row::Row;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Points = Vec<(f64, f64)>;

/// What one panel shows.
struct Panel {
    work: &'static str,
    key: &'static str,
    unit: &'static str,
    /// What turns the value into the unit.
    scale: f64,
    /// Where the lines leave room.
    legend: SeriesLabelPosition,
}

fn panels() -> [Panel; 4] {
    let times = |work| Panel {
        work,
        key: "p50_ns",
        unit: "p50 in us",
        scale: 1e-3,
        legend: SeriesLabelPosition::UpperLeft,
    };
    let speeds = Panel {
        work: "put-copy",
        key: "bytes_per_s",
        unit: "GB/s",
        scale: 1e-9,
        legend: SeriesLabelPosition::LowerLeft,
    };
    [times("resolve"), times("handover"), times("put-in-place"), speeds]
}

/// Draws the rows of a run into a file.
pub(crate) fn plot(path: &Path, machine: &Machine, rows: &[Row]) -> Result<()> {
    draw(path, machine, rows).map_err(|error| Error::Subject {
        who: format!("the plot {}", path.display()),
        what: error.to_string(),
    })
}

type Drawn = std::result::Result<(), Box<dyn std::error::Error>>;

fn draw(path: &Path, machine: &Machine, rows: &[Row]) -> Drawn {
    let root = SVGBackend::new(path, (1200, 900)).into_drawing_area();
    root.fill(&WHITE)?;
    let title = format!(
        "Wharf {} on {}, Linux {}, {}",
        machine.wharf, machine.cpu, machine.kernel, machine.date
    );
    let areas = root.titled(&title, ("sans-serif", 18))?.split_evenly((2, 2));
    for (area, panel) in areas.iter().zip(panels()) {
        draw_panel(area, panel, rows)?;
    }
    root.present()?;
    Ok(())
}

fn draw_panel(area: &Area<'_>, panel: Panel, rows: &[Row]) -> Drawn {
    let Panel { work, key, unit, scale, legend } = panel;
    let mut lines: BTreeMap<&str, Points> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.work == work && row.bytes > 0) {
        if let Some(value) = row.value(key) {
            lines.entry(&row.subject).or_default().push((row.bytes as f64, value * scale));
        }
    }
    let bytes = range(4.0, lines.values().flatten().map(|point| point.0));
    let values = range(10.0, lines.values().flatten().map(|point| point.1));
    let (Some(bytes), Some(values)) = (bytes, values) else {
        area.titled(&format!("{work}: not measured"), ("sans-serif", 16))?;
        return Ok(());
    };
    let mut chart = ChartBuilder::on(area)
        .caption(format!("{work} ({unit})"), ("sans-serif", 16))
        .margin(12)
        .x_label_area_size(30)
        .y_label_area_size(60)
        .build_cartesian_2d(bytes.log_scale().base(4.0), values.log_scale())?;
    let mut mesh = chart.configure_mesh();
    mesh.max_light_lines(1).y_labels(5);
    mesh.x_label_formatter(&|bytes| size(*bytes as u64)).y_label_formatter(&short).draw()?;
    for ((subject, points), color) in lines.into_iter().zip(COLORS.into_iter().cycle()) {
        let style = color.stroke_width(2);
        chart
            .draw_series(LineSeries::new(points.iter().copied(), style))?
            .label(subject)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], style));
        chart.draw_series(points.iter().map(|&point| Circle::new(point, 3, color.filled())))?;
    }
    let mut labels = chart.configure_series_labels();
    labels.position(legend).background_style(WHITE.mix(0.8)).border_style(BLACK.mix(0.3)).draw()?;
    Ok(())
}

/// From the power of `base` below all values to the one above, both included whatever their rounding.
fn range(base: f64, values: impl Iterator<Item = f64> + Clone) -> Option<Range<f64>> {
    let low = values.clone().min_by(f64::total_cmp)?.log(base).floor();
    let high = values.max_by(f64::total_cmp)?.log(base).floor() + 1.0;
    Some(base.powf(low) * 0.999..base.powf(high) * 1.001)
}

/// A tick's value without the digits that come from counting in tenths.
fn short(value: &f64) -> String {
    format!("{}", (value * 1e6).round() / 1e6)
}

const COLORS: [RGBColor; 8] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(230, 159, 0),
    RGBColor(86, 180, 233),
    RGBColor(90, 90, 90),
    RGBColor(160, 120, 60),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Context;
    use crate::row::tests::row;

    #[test]
    fn the_plot_names_every_subject_and_every_work_that_is_missing() {
        let context = Context::for_tests();
        let path = context.path("plot.svg");
        let rows = [
            row("wharf", 64, &[200.0]),
            row("wharf", 1 << 20, &[210.0]),
            row("cacheline", 64, &[100.0]),
        ];
        plot(&path, &Machine::facts([0, 1]), &rows).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        for word in
            ["<svg", "handover (p50 in us)", "cacheline", "wharf", "1 MiB", "resolve: not measured"]
        {
            assert!(text.contains(word), "no {word} in the plot");
        }
    }

    #[test]
    fn a_plot_that_cannot_be_written_is_an_error() {
        let path = Path::new("/nonexistent/plot.svg");
        assert!(plot(path, &Machine::facts([0, 1]), &[row("wharf", 64, &[200.0])]).is_err());
    }
}
