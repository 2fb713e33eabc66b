//! `wharf-link`: carries packets between two network namespaces, with a delay and losses. See
//! [`Emulation`].

use clap::Parser;
use wharf_cluster_tests::Emulation;

/// Carries packets between two network namespaces, with a delay and losses
#[derive(Debug, Parser)]
struct Cli {
    #[command(flatten)]
    emulation: Emulation,
}

fn main() -> anyhow::Result<()> {
    Cli::parse().emulation.run()
}
