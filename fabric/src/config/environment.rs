//! The layer of the `WHARF_*` variables.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use super::network::parse_listen;
use super::{
    CAPACITY, ConfigError, DIRECTORY, ENCRYPT, Key, LEAVE_DEAD, LISTEN, Options, REPLICAS, SECRET,
    TRUST_REPLICAS, TRUSTED, WAIT, parse_capacity, parse_wait,
};

pub(super) fn read() -> Result<Options, ConfigError> {
    Ok(Options {
        directory: variable(DIRECTORY.variable).map(PathBuf::from),
        capacity: parsed(&CAPACITY, parse_capacity)?,
        wait: parsed(&WAIT, parse_wait)?,
        leave_dead: parsed(&LEAVE_DEAD, |text| text.parse().ok())?,
        listen: parsed(&LISTEN, parse_listen)?,
        encrypt: parsed(&ENCRYPT, |text| text.parse().ok())?,
        trusted: parsed(&TRUSTED, |text| text.parse().ok())?,
        secret: variable(SECRET.variable).map(PathBuf::from),
        replicas: parsed(&REPLICAS, parse_capacity)?,
        trust_replicas: parsed(&TRUST_REPLICAS, |text| text.parse().ok())?,
        must_exist: false,
    })
}

/// A variable's value, if it is set and not empty.
pub(super) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn parsed<T>(key: &Key, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, ConfigError> {
    let Some(value) = variable(key.variable) else { return Ok(None) };
    match value.to_str().and_then(parse) {
        Some(value) => Ok(Some(value)),
        None => Err(ConfigError::Variable {
            name: key.variable,
            found: value.to_string_lossy().into_owned(),
            write: key.in_variable,
        }),
    }
}
