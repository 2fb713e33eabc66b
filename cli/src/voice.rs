//! How the command speaks: reports on standard output, warnings and errors on standard error, each
//! as text for people or, with `--json`, as JSON for scripts.

use std::fmt::{self, Display};
use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;
use wharf::{Error, Gone, MemoryError, TicketError};

use crate::standard;

const FAILED: u8 = 1;
const DEADLINE: u8 = 3;

/// How to speak, as the command line says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) json: bool,
    pub(crate) quiet: bool,
}

impl Voice {
    /// Says what was asked for: one report on standard output, as JSON one line. A reader that has
    /// seen enough (`wharf ls | head -1`) is no error.
    pub(crate) fn say(self, report: &(impl Display + Serialize)) -> anyhow::Result<()> {
        match self.write(report) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => {
                result.map_err(|error| anyhow::anyhow!("cannot write to standard output: {error}"))
            }
        }
    }

    /// Says to scripts how it went, where what was asked for has standard output for itself.
    pub(crate) fn add(self, report: &impl Serialize) {
        if self.json
            && let Ok(line) = serde_json::to_string(report)
        {
            self.mutter(line);
        }
    }

    /// Says what must arrive.
    pub(crate) fn write(self, report: &(impl Display + Serialize)) -> io::Result<()> {
        let text =
            if self.json { serde_json::to_string(report)? + "\n" } else { report.to_string() };
        // Who has nothing to say needs nobody to listen.
        if text.is_empty() { Ok(()) } else { standard::output()?.write_all(text.as_bytes()) }
    }

    /// Says what happens meanwhile: to people on standard error, where it is in nobody's way.
    pub(crate) fn tell(self, report: &(impl Display + Serialize)) -> anyhow::Result<()> {
        if self.json {
            return self.say(report);
        }
        if !self.quiet {
            self.mutter(format!("wharf: {report}"));
        }
        Ok(())
    }

    /// Says what may not be what was meant.
    pub(crate) fn warn(self, what: impl Display) {
        if !self.quiet {
            self.mutter(match self.json {
                true => json!({ "warning": what.to_string() }).to_string(),
                false => format!("wharf: warning: {what}"),
            });
        }
    }

    /// Says what went wrong.
    pub(crate) fn complain(self, error: &anyhow::Error) {
        self.blame(&explain(error), kind(error));
    }

    /// Says what is wrong with the command line.
    pub(crate) fn refuse(self, what: &str) {
        self.blame(what, "usage");
    }

    fn blame(self, text: &str, kind: &str) {
        self.mutter(match self.json {
            true => json!({ "error": text, "kind": kind }).to_string(),
            false => format!("wharf: {text}"),
        });
    }

    /// Nobody can be told that standard error is closed.
    fn mutter(self, line: String) {
        let _ = writeln!(io::stderr(), "{line}");
    }
}

/// An error that the deadline brought about, whatever it says.
#[derive(Debug)]
pub(crate) struct Late(pub(crate) Error);

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Late {}

/// An object is gone, and it is known why.
#[derive(Debug)]
pub(crate) struct Evicted(pub(crate) Gone);

impl fmt::Display for Evicted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the object was evicted: {}", self.0)
    }
}

impl std::error::Error for Evicted {}

/// An error and its causes on one line, each said once: some say their cause themselves.
pub(crate) fn explain(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{text}: {cause}");
        }
    }
    text
}

/// The command's exit status after an error.
pub(crate) fn status(error: &anyhow::Error) -> u8 {
    if kind(error) == "deadline" { DEADLINE } else { FAILED }
}

/// One word for scripts.
pub(crate) fn kind(error: &anyhow::Error) -> &'static str {
    if error.is::<TicketError>() {
        return "no-ticket";
    }
    if error.is::<Late>() {
        return "deadline";
    }
    if error.is::<Evicted>() {
        return "evicted";
    }
    error.downcast_ref::<Error>().map_or("other", kind_of)
}

/// The same of an error of the fabric's.
pub(crate) fn kind_of(error: &Error) -> &'static str {
    match error {
        Error::Evicted => "evicted",
        Error::WrongCapability => "no-right",
        Error::Failed { .. } => "failed",
        Error::OwnerDied => "owner-died",
        Error::Deadline | Error::Claimed | Error::OutOfTime { .. } => "deadline",
        Error::Unreachable { .. } => "unreachable",
        Error::Refused { .. } | Error::OnlyWhole => "refused",
        Error::NoCopy { .. } => "no-copy",
        Error::Listen(_) => "listen",
        Error::OtherNode { .. } => "other-node",
        Error::Ticket(_) => "no-ticket",
        Error::NameTaken { .. } => "name-taken",
        Error::NoSuchName { .. } => "no-name",
        Error::Config(_) => "configuration",
        Error::Memory(MemoryError::NoDirectory { .. }) => "no-directory",
        Error::Memory(
            MemoryError::Full { .. }
            | MemoryError::TooLarge { .. }
            | MemoryError::OutOfMemory { .. },
        ) => "full",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn a_cause_is_said_once() {
        let cause = || io::Error::other("no luck");
        let silent = Err::<(), _>(cause()).context("cannot read x").unwrap_err();
        assert_eq!(explain(&silent), "cannot read x: no luck");
        let spoken = Err::<(), _>(cause()).context("cannot read x: no luck").unwrap_err();
        assert_eq!(explain(&spoken), "cannot read x: no luck");
    }

    #[test]
    fn a_deadline_has_a_status_of_its_own_whatever_surrounds_it() {
        let late = Err::<(), _>(Error::Deadline).context("ticket 3").unwrap_err();
        assert_eq!((kind(&late), status(&late)), ("deadline", 3));
        let other = anyhow::anyhow!("something else");
        assert_eq!((kind(&other), status(&other)), ("other", 1));
    }
}
