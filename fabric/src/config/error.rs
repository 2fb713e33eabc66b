//! What can be wrong with the configuration.

use std::io;
use std::path::PathBuf;

/// A mistake in the configuration. Each says where it is and what to write instead.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable has a value that it cannot have.
    #[error("the variable {name} cannot be `{found}`: write {write}")]
    Variable {
        /// The variable.
        name: &'static str,
        /// Its value.
        found: String,
        /// What it could be.
        write: &'static str,
    },
    /// A key of the file has a value that it cannot have.
    #[error("{}:{line}: `{key}` cannot be {found}: write {write}", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The line in it.
        line: usize,
        /// The key.
        key: &'static str,
        /// Its value, as it stands in the file.
        found: String,
        /// What it could be.
        write: &'static str,
    },
    /// The file has a key that means nothing.
    #[error("{}:{line}: there is no setting `{key}`: there are {known}", path.display())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line in it.
        line: usize,
        /// The key.
        key: String,
        /// The keys that there are.
        known: String,
    },
    /// The file is not TOML.
    #[error(
        "{}:{line}: this is not TOML: {what}. Lines look like this: capacity = \"500M\"",
        path.display()
    )]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line in it.
        line: usize,
        /// What does not fit.
        what: String,
    },
    /// The file cannot be read.
    #[error(
        "cannot read the configuration file {}: {source}. Make it readable, or let WHARF_CONFIG \
         name another",
        path.display()
    )]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}
