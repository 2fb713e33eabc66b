//! UCX: its one-sided get over TCP, by the program that comes with it, and in that program's own way and time.
//!
//! TCP has nothing one-sided: UCX makes a get of messages that its other end answers.

use std::process::Command;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::measure::Task;
use crate::peer::Peer;
use crate::peers::program::{Program, ask_soon, free_port, installed};
use crate::roles::Role;
use crate::stats::Round;
use crate::works::{GIB, MIB};

/// Gets of so many bytes.
pub(crate) struct Get<'a> {
    context: &'a Context,
    bytes: u64,
}

impl<'a> Get<'a> {
    /// Where its program is installed.
    pub(crate) fn new(context: &'a Context, bytes: u64) -> Result<Get<'a>> {
        installed(PROGRAM, "-h", "ucx-utils")?;
        Ok(Get { context, bytes })
    }

    /// Its server serves one client, so each round has one of its own.
    fn round(&self) -> Result<Round> {
        let port = free_port()?.to_string();
        let mut server = Program::new(PROGRAM, &["-p", &port]);
        let settings = [("UCX_TLS", "tcp"), ("UCX_WARN_UNUSED_ENV_VARS", "n")];
        let [near, far] = self.context.devices().map(|device| ("UCX_NET_DEVICES", device));
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        server.environment = settings.into_iter().chain([far]).map(owned).collect();
        let _server = Peer::start(self.context, &Role::Program(server))?;
        let [samples, warm] = match self.bytes {
            0..=MIB => ["100", "20"],
            bytes if bytes < GIB => ["3", "1"],
            // Which takes seconds, and so its memory need not be warm.
            _ => ["1", "0"],
        };
        let mut client = Command::new(PROGRAM);
        client.envs(settings.into_iter().chain([near]));
        client.args([&self.context.address().to_string(), "-p", &port, "-t", "ucp_get", "-f"]);
        // One after the other, as Wharf's are.
        client.args(["-O", "1", "-s", &self.bytes.to_string(), "-n", samples, "-w", warm]);
        let said = ask_soon(&mut client)?;
        times(&said).ok_or_else(|| {
            Error::Unavailable(format!("{PROGRAM} said something else than its times: {said}"))
        })
    }
}

impl Task for Get<'_> {
    fn once(&mut self) -> Result<()> {
        self.round().map(|_| ())
    }

    fn own_round(&mut self) -> Option<Result<Round>> {
        Some(self.round())
    }
}

/// The last line has how often, then microseconds: the median, the average of the last ones, that of all. Of a few, the
/// median is none.
fn times(said: &str) -> Option<Round> {
    let numbers: Vec<f64> =
        said.lines().last()?.split_whitespace().map_while(|word| word.parse().ok()).collect();
    let &[samples, median, _, mean, ..] = numbers.as_slice() else { return None };
    let median = if samples < 10.0 { mean } else { median };
    Some(Round { p50_ns: median * 1e3, p99_ns: f64::NAN, mean_ns: mean * 1e3 })
}

const PROGRAM: &str = "ucx_perftest";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_mean_are_read() {
        let said = "|    Test     | # iterations |\n+----+\n   300   1753.115  5237.466  6042.054  190.93  165.51  191  166\n";
        let round = times(said).unwrap();
        assert_eq!((round.p50_ns, round.mean_ns), (1_753_115.0, 6_042_054.0));
        let said = "   1     22.092 4445543.051 4445543.051      230.34     230.34           0           0";
        assert_eq!(times(said).unwrap().p50_ns, 4_445_543_051.0);
        assert!(times("ucx_perftest: cannot connect").is_none());
    }
}
