//! What can go wrong while measuring, said so that the reader knows what to do.

use std::io;

/// The result of anything here.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why a measurement could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A call to the system failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: String,
        /// What the system answered.
        source: io::Error,
    },

    /// The other process of a pair did not do its part.
    #[error("the other process ({role}) {what}")]
    Peer {
        /// Which of the bench's processes it is.
        role: String,
        /// What it did, or did not do.
        what: String,
    },

    /// Wharf, a floor or a peer refused.
    #[error("{who}: {what}")]
    Subject {
        /// Its name in the table.
        who: String,
        /// Its own words.
        what: String,
    },

    /// This machine, or this build, has no means to make the measurement.
    #[error("{0}")]
    Unavailable(String),

    /// The committed figures cannot be read.
    #[error("{path}: {what}")]
    Figures {
        /// The file.
        path: String,
        /// What is wrong in it.
        what: String,
    },

    /// Ctrl-C, or a request to end.
    #[error("interrupted: nothing is reported, and what the run made has been removed")]
    Interrupted,
}

/// Says what was being done when the system refused.
pub(crate) trait Doing<T> {
    /// Wraps the error with what was being done.
    fn doing(self, what: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: Into<io::Error>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, what: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io { what: what(), source: source.into() })
    }
}

/// Wraps the error of Wharf or of a peer: `store.put(b).map_err(refused("wharf"))`.
pub(crate) fn refused<E: std::fmt::Display>(who: &'static str) -> impl FnOnce(E) -> Error {
    move |error| Error::Subject { who: who.to_owned(), what: error.to_string() }
}
