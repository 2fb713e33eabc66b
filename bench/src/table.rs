//! The table on standard output, in the style of the OSU benchmarks: comments with `#`, then columns, size first.

use std::fmt::Write;

use crate::figures::size;
use crate::machine::Machine;
use crate::row::Row;
use crate::works::Work;

/// What stands above all tables.
pub(crate) fn heading(machine: &Machine) -> String {
    let Machine {
        wharf,
        date,
        cpu,
        cores,
        cores_used: [first, second],
        kernel,
        thp,
        thp_shmem,
        load,
        ..
    } = machine;
    let memory = machine.memory_bytes as f64 / f64::from(1 << 30);
    let build = if machine.release { "" } else { ", NOT A RELEASE BUILD: compile with --release" };
    format!(
        "# Wharf benchmarks v{wharf}, {date}{build}\n\
         # {cpu}, {cores} cores (used: {first} and {second}), {memory:.1} GiB, Linux {kernel}\n\
         # huge pages: {thp}, shared memory: {thp_shmem}; streaming copy: {}; load before the run: {load}\n\
         # clock: {}, {:.0} ns a reading, which is in every sample\n\
         # subjects and floors in turn, in rounds; median over the rounds, spread of their p50\n",
        machine.streaming, machine.clock_source, machine.clock_ns
    )
}

/// One work's table.
pub(crate) fn table(work: Work, rows: &[Row]) -> String {
    let mut text = format!("\n# Wharf {}: {}\n", work.name(), work.about());
    let columns = ["p50 (us)", "p99 (us)", "spread (us)", "MB/s", "ops/s"];
    let [p50, p99, spread, bytes, ops] = columns;
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "# {:<8} {:<17}{p50:>11}{p99:>11}{spread:>21}{bytes:>11}{ops:>13}  ratio",
        "Size", "Subject"
    );
    for row in rows {
        let _ = writeln!(text, "{}", line(row).trim_end());
    }
    text
}

fn line(row: &Row) -> String {
    let mut text = format!("{:<10} {:<17}", size(row.bytes), row.subject);
    if let Some(why) = &row.not_run {
        let _ = write!(text, "  not run: {why}");
        return text;
    }
    if row.p50_ns.is_some() {
        let spread =
            row.spread.map(|[low, high]| format!("{}-{}", microseconds(low), microseconds(high)));
        let _ = write!(
            text,
            "{:>11}{:>11}",
            cell(row.p50_ns, microseconds),
            cell(row.p99_ns, microseconds)
        );
        let _ = write!(
            text,
            "{:>21}{:>11}",
            spread.unwrap_or_default(),
            cell(row.bytes_per_s, |v| format!("{:.1}", v / 1e6))
        );
        let _ = write!(text, "{:>13}", cell(row.ops_per_s, |v| format!("{v:.0}")));
    }
    if let (Some(ratio), Some(to), Some([low, high])) = (row.ratio, &row.ratio_to, row.ratio_spread)
    {
        let _ = write!(text, "  {ratio:.2} x {to} ({low:.2}-{high:.2})");
    }
    for (name, value) in &row.more {
        let _ = write!(text, "  {name} {value:.3}");
    }
    text
}

fn cell(value: Option<f64>, format: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), format)
}

/// Nanoseconds as microseconds, with three digits that mean something.
fn microseconds(nanoseconds: f64) -> String {
    let digits = match nanoseconds {
        n if n < 10_000.0 => 3,
        n if n < 1_000_000.0 => 1,
        _ => 0,
    };
    format!("{:.digits$}", nanoseconds / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::relate;
    use crate::row::tests::row;

    #[test]
    fn a_line_has_size_subject_times_and_ratio() {
        let mut rows = vec![
            row("wharf", 4096, &[200.0, 220.0, 240.0]),
            row("cacheline", 64, &[100.0, 110.0, 120.0]),
        ];
        relate(&mut rows, "wharf", &["cacheline"], "p50_ns");
        let line = line(&rows[0]);
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(words[..6], ["4", "KiB", "wharf", "0.220", "0.440", "0.200-0.240"]);
        assert!(line.ends_with("2.00 x cacheline (2.00-2.00)"), "{line}");
    }

    #[test]
    fn a_row_that_was_not_run_says_why_and_shows_no_number() {
        let text = table(Work::Handover, &[Row::not_run("handover", "iceoryx2", 64, "not built")]);
        assert!(text.ends_with("64 B       iceoryx2           not run: not built\n"), "{text}");
    }

    #[test]
    fn times_keep_the_digits_that_matter() {
        assert_eq!(microseconds(123.4), "0.123");
        assert_eq!(microseconds(38_412.0), "38.4");
        assert_eq!(microseconds(133_000_000.0), "133000");
    }
}
