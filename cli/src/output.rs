//! What the command says: to standard output, and when something went wrong.

use std::io::{self, Write};

/// Writes to standard output. A reader that has seen enough (`wharf ls | head -1`) is no error.
pub(crate) fn say(bytes: impl AsRef<[u8]>) -> anyhow::Result<()> {
    match write_out(bytes.as_ref()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => {
            result.map_err(|error| anyhow::anyhow!("cannot write to standard output: {error}"))
        }
    }
}

/// Writes to standard output, all of it.
pub(crate) fn write_out(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

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
}
