//! iperf3: how many bytes its server sends over as many connections as Wharf has, from one buffer and into one.
//!
//! It takes its own time. Its buffers fit into caches, which objects do not: it says what the network carries.

use std::process::Command;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::measure::Task;
use crate::peer::Peer;
use crate::peers::program::{Program, ask_soon, free_port, installed};
use crate::roles::Role;
use crate::stats::Round;

/// Moves so many bytes a round.
pub(crate) struct Iperf3 {
    client: Command,
    bytes: u64,
    _server: Peer,
}

impl Iperf3 {
    /// Starts a server.
    pub(crate) fn new(context: &Context, bytes: u64, connections: u64) -> Result<Iperf3> {
        installed("iperf3", "--version", "iperf3")?;
        let (address, port) = (context.address().to_string(), free_port()?.to_string());
        let there = ["--bind", &address, "--port", &port];
        let server = Program::new("iperf3", &[&["--server"], &there[..]].concat());
        let server = Peer::start(context, &Role::Program(server))?;
        let mut client = Command::new("iperf3");
        client.args(["--client", &address, "--port", &port, "--reverse", "--json"]);
        client.args(["--bytes", &bytes.to_string(), "--parallel", &connections.to_string()]);
        Ok(Iperf3 { client, bytes, _server: server })
    }
}

impl Task for Iperf3 {
    fn once(&mut self) -> Result<()> {
        ask_soon(&mut self.client).map(|_| ())
    }

    fn own_round(&mut self) -> Option<Result<Round>> {
        let said = ask_soon(&mut self.client);
        Some(said.and_then(|said| {
            let bits = bits_per_second(&said).ok_or_else(|| {
                Error::Unavailable(format!("iperf3 said something else than its rate: {said}"))
            })?;
            let nanoseconds = self.bytes as f64 * 8e9 / bits;
            Ok(Round { p50_ns: nanoseconds, p99_ns: f64::NAN, mean_ns: nanoseconds })
        }))
    }
}

fn bits_per_second(said: &str) -> Option<f64> {
    let said: serde_json::Value = serde_json::from_str(said).ok()?;
    said["end"]["sum_received"]["bits_per_second"].as_f64().filter(|bits| *bits > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_what_was_received() {
        let said = r#"{"end": {"sum_sent": {"bits_per_second": 9.0}, "sum_received": {"bits_per_second": 8.0}}}"#;
        assert_eq!(bits_per_second(said), Some(8.0));
        assert_eq!(bits_per_second(r#"{"error": "unable to connect"}"#), None);
    }
}
