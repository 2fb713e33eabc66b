//! `load`: what it costs a program that it is linked with the shared C library and does not use it. The program is `true`,
//! from its start to its end, with the library loaded before it and without.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::context::Context;
use crate::error::{Doing, Error, Result};
use crate::library::Library;
use crate::measure::{Case, Plan, ROUNDS, Task, alternate};
use crate::row::{Row, relate};
use crate::stats::median;

pub(crate) const WORK: &str = "load";
const PROGRAM: &str = "true";
const ROUND: Duration = Duration::from_millis(300);

pub(crate) fn run(context: &Context) -> Result<Vec<Row>> {
    let library = match Library::file(context.library()) {
        Ok(library) => library,
        Err(error) => return Ok(vec![Row::not_run(WORK, "wharf-c", 0, error)]),
    };
    let case = |subject, library: Option<PathBuf>| {
        let plan = Plan::each(200, ROUND);
        Case { subject, bytes: 0, plan, task: Box::new(Start { library }) }
    };
    let mut cases = [case("wharf-c", Some(library.clone())), case("without", None)];
    let series = alternate(context, ROUNDS, &mut cases)?;
    let mut rows: Vec<Row> = series.iter().map(|series| Row::of(WORK, series)).collect();
    relate(&mut rows, "wharf-c", &["without"], "p50_ns");
    if let Some(load) = median(&rows[0].differences(&rows[1], "p50_ns")) {
        rows[0].more.insert("load_us".to_owned(), load / 1000.0);
    }
    rows[0].more.insert("stripped_bytes".to_owned(), stripped(context, &library)? as f64);
    Ok(rows)
}

/// Starts the program, and waits for its end.
struct Start {
    library: Option<PathBuf>,
}

impl Task for Start {
    fn once(&mut self) -> Result<()> {
        let mut command = Command::new(PROGRAM);
        if let Some(library) = &self.library {
            command.env("LD_PRELOAD", library);
        }
        // What cannot be loaded is said there, and the program starts all the same.
        let output = command.stdin(Stdio::null()).output();
        let output = output.doing(|| format!("starting {PROGRAM}"))?;
        if output.status.success() && output.stderr.is_empty() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(Error::Unavailable(format!("{PROGRAM} ended with {}: {said}", output.status)))
    }
}

/// How large the library is without what only debuggers read.
fn stripped(context: &Context, library: &std::path::Path) -> Result<u64> {
    let path = context.path("stripped");
    let doing = || format!("stripping {}", library.display());
    let status = Command::new("strip").arg("-o").arg(&path).arg(library).status().doing(doing)?;
    if !status.success() {
        return Err(Error::Unavailable(format!("{}: {status}", doing())));
    }
    Ok(std::fs::metadata(&path).doing(doing)?.len())
}
