//! `wharf serve`: answers other nodes for this one's objects.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use wharf::{Fabric, Size, Sweep};

use crate::args::Serve;
use crate::session::Session;
use crate::signals::Signals;

/// Where it listens.
#[derive(Serialize)]
struct Report {
    node: String,
    directory: String,
    routes: Vec<String>,
}

pub(crate) fn run(session: &Session, args: &Serve) -> anyhow::Result<()> {
    // Before anything is said: whoever reads it may end this at once.
    let signals = Signals::catch()?;
    let fabric = session.serve(&args.listen)?;
    session.voice.say(&Report {
        node: fabric.node().to_string(),
        directory: fabric.directory().display().to_string(),
        routes: fabric.routes().iter().map(ToString::to_string).collect(),
    })?;
    loop {
        if let Some(Size(most)) = args.capacity {
            keep(&fabric, most);
        }
        if signals.wait(args.capacity.map(|_| PAUSE))? {
            return Ok(());
        }
    }
}

/// Keeps no more than so many bytes of what exited producers left. Whatever is in the way of that does not
/// keep others from being served.
fn keep(fabric: &Fabric, most: u64) {
    match fabric.sweep(Sweep::Beyond(most)) {
        Ok(report) if report.objects_evicted > 0 => {
            let (evicted, freed) = (report.objects_evicted, Size(report.bytes_freed));
            tracing::info!(evicted, %freed, "evicted the oldest objects");
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "objects beyond --capacity cannot be evicted"),
    }
}

/// Between two looks at what there is.
const PAUSE: Duration = Duration::from_secs(2);

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.routes.iter().try_for_each(|route| writeln!(f, "{route}"))
    }
}
