//! What is said of networks.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use wharf::Size;

const SERVE_EXAMPLES: &str = "\
Examples:
  wharf serve --listen 0.0.0.0:7700              at every address of this machine
  wharf serve --listen 10.1.2.3:7700 --listen [fd00::1]:7700
  WHARF_LISTEN=7700 wharf serve                  as the configuration says
  wharf serve --listen 7700 --capacity 64G       keep no more than that of what exited producers left

Tickets of what is put on the node from then on lead here from any other node. Tickets of before do \
not know the way; with a port of 0, nor do any after a restart. Started again at the same \
address, it answers old tickets again.

Prints where it listens, one address a line, as soon as it can be connected to; ends with status 0 on \
SIGINT and SIGTERM.

With --json: {\"node\", \"directory\", \"routes\"}.";

#[derive(Debug, clap::Args)]
#[command(after_help = SERVE_EXAMPLES)]
pub(crate) struct Serve {
    /// An address to listen at, such as 10.1.2.3:7700, or a port, for all of this machine's addresses;
    /// may be given several times. Without it, what WHARF_LISTEN or the configuration file says
    #[arg(long, value_name = "ADDR", value_parser = parse_address)]
    pub(crate) listen: Vec<SocketAddr>,

    /// The most memory to keep for objects whose producers have exited: beyond it, the oldest of
    /// them are evicted. Without it, all are kept
    #[arg(long, value_name = "SIZE")]
    pub(crate) capacity: Option<Size>,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  wharf explain @ticket
  wharf explain --json @ticket | jq '.ways[] | select(.taken)'

Nothing is fetched, and an object for one reader is left. Ends with status 0 if there is a way, 1 if \
there is none, 3 if there was none by the deadline.

With --json: {\"object\", \"here\", \"size\", \"ways\": [{\"tier\", \"route\", \"taken\", \"seconds\", \"bytes\", \
\"round_trips\", \"encrypted\", \"encrypted_why\", \"error\", \"kind\"}]}.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub(crate) struct Explain {
    /// The ticket, name:NAME, @FILE to read it from a file, or - for standard input
    pub(crate) ticket: String,

    /// How long to look, ten seconds at most
    #[arg(long, value_name = "DURATION", value_parser = humantime::parse_duration, default_value = "10s")]
    pub(crate) timeout: Duration,
}

/// An address and a port, or a port alone.
pub(super) fn parse_address(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix(':').unwrap_or(text).parse().ok();
    let everywhere = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    text.parse().ok().or_else(|| port.map(everywhere)).ok_or_else(|| {
        "write an address and a port, such as 10.1.2.3:7700, [fd00::1]:7700 or 0.0.0.0:0 (any free \
         port), or a port alone"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_or_refused_with_what_to_write() {
        for (text, expected) in [
            ("10.1.2.3:7700", "10.1.2.3:7700"),
            ("[::1]:9", "[::1]:9"),
            ("7700", "0.0.0.0:7700"),
            (":0", "0.0.0.0:0"),
        ] {
            assert_eq!(parse_address(text).unwrap().to_string(), expected);
        }
        for wrong in ["", "host:7700", "1.2.3.4", "70000", "1.2.3.4:1,2.3.4.5:1"] {
            assert!(parse_address(wrong).unwrap_err().contains("10.1.2.3:7700"), "{wrong}");
        }
    }
}
