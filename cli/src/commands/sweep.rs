//! `wharf sweep`: frees what dead processes left behind, and says what that was.

use anyhow::ensure;
use wharf::{Fabric, Sweep, SweepReport};

use crate::args;
use crate::human::{Bytes, count};
use crate::output;

pub(crate) fn run(fabric: &Fabric, args: &args::Sweep) -> anyhow::Result<()> {
    let report = fabric.sweep(if args.all { Sweep::All } else { Sweep::Dead })?;
    output::say(describe(&report))?;
    ensure!(
        report.failed == 0,
        "{} could not be cleaned; the log above says why",
        count(report.failed, "file")
    );
    Ok(())
}

/// One line for each kind of thing that was done.
fn describe(report: &SweepReport) -> String {
    let kept = count(report.arenas_kept, "arena");
    let lines = [
        (
            report.processes,
            format!("removed {} of dead processes", count(report.processes, "record")),
        ),
        (report.objects_evicted, format!("evicted {}", count(report.objects_evicted, "object"))),
        (report.arenas_removed, format!("removed {}", count(report.arenas_removed, "arena"))),
        (report.bytes_freed, format!("freed {}", Bytes(report.bytes_freed))),
        (
            report.arenas_kept,
            format!("kept {kept} of objects that outlive their process, or are in use"),
        ),
    ];
    let text: String =
        lines.into_iter().filter(|(number, _)| *number > 0).map(|(_, line)| line + "\n").collect();
    if text.is_empty() { "nothing to sweep\n".into() } else { text }
}
