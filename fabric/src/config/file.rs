//! The layer of the configuration file.

use std::env;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::environment::variable;
use super::{
    CAPACITY, ConfigError, DIRECTORY, KEYS, Key, LEAVE_DEAD, Options, WAIT, parse_capacity,
    parse_wait,
};

/// Reads the file, if there is one; says which one that was.
pub(super) fn read() -> Result<(Option<PathBuf>, Options), ConfigError> {
    let named = variable("WHARF_CONFIG").map(PathBuf::from);
    let must_exist = named.is_some();
    let Some(path) = named.or_else(usual_path) else { return Ok((None, Options::default())) };
    match fs::read_to_string(&path) {
        Ok(text) => {
            let options = parse(&path, &text)?;
            Ok((Some(path), options))
        }
        Err(error) if !must_exist && is_absent(&path, &error) => Ok((None, Options::default())),
        Err(source) => Err(ConfigError::Unreadable { path, source }),
    }
}

fn usual_path() -> Option<PathBuf> {
    let folder = variable("XDG_CONFIG_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    // A home that is not set is none: nobody is looked up for it.
    let folder = folder.or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".config")))?;
    Some(folder.join("wharf.toml"))
}

/// Services have homes such as `/nonexistent`, `/dev/null`, or one that is closed to them.
fn is_absent(path: &Path, error: &io::Error) -> bool {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => true,
        io::ErrorKind::PermissionDenied => !path.exists(),
        _ => false,
    }
}

/// What the file says, of which every line must mean something.
fn parse(path: &Path, text: &str) -> Result<Options, ConfigError> {
    let line = |at: usize| text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        path: path.to_owned(),
        line: line(error.span().map_or(0, |span| span.start.min(text.len()))),
        what: error.message().lines().collect::<Vec<_>>().join(", "),
    })?;
    let mut options = Options::default();
    for (name, value) in table.get_ref() {
        let Some(key) = KEYS.iter().find(|key| key.name == name.get_ref()) else {
            return Err(ConfigError::UnknownKey {
                path: path.to_owned(),
                line: line(name.span().start),
                key: name.get_ref().escape_debug().to_string(),
                known: KEYS.map(|key| format!("`{}`", key.name)).join(", "),
            });
        };
        let Range { start, end } = value.span();
        options.take(key, value.get_ref()).ok_or_else(|| ConfigError::Value {
            path: path.to_owned(),
            line: line(start),
            key: key.name,
            found: text[start..end].lines().next().unwrap_or_default().to_owned(),
            write: key.in_file,
        })?;
    }
    Ok(options)
}

impl Options {
    /// Takes a value of the file, if it is one that the key can have.
    fn take(&mut self, key: &Key, value: &DeValue<'_>) -> Option<()> {
        match (key.name, value) {
            // A relative one would be another for each process.
            (name, DeValue::String(path)) if name == DIRECTORY.name && path.starts_with('/') => {
                self.directory = Some(PathBuf::from(&**path));
            }
            (name, DeValue::String(size)) if name == CAPACITY.name => {
                self.capacity = Some(parse_capacity(size)?);
            }
            (name, DeValue::Integer(bytes)) if name == CAPACITY.name => {
                self.capacity = Some(u64::from_str_radix(bytes.as_str(), bytes.radix()).ok()?);
            }
            (name, DeValue::String(wait)) if name == WAIT.name => {
                self.wait = Some(parse_wait(wait)?);
            }
            (name, DeValue::Boolean(leave)) if name == LEAVE_DEAD.name => {
                self.leave_dead = Some(*leave);
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use wharf_shm::Wait;

    use super::*;

    fn refusal(text: &str) -> String {
        parse(Path::new("/x/wharf.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn every_key_is_read() {
        let text = "# ours\n directory = '/dev/shm/a'\ncapacity = \"1.5G\"\n\nwait = \"spin\"\n\
                    leave_dead = true\n";
        let expected = Options {
            directory: Some("/dev/shm/a".into()),
            capacity: Some(3 << 29),
            wait: Some(Wait::Spin),
            leave_dead: Some(true),
            must_exist: false,
        };
        assert_eq!(parse(Path::new("x"), text).unwrap(), expected);
        assert_eq!(parse(Path::new("x"), "").unwrap(), Options::default());
        let capacity = |text: &str| parse(Path::new("x"), text).unwrap().capacity;
        assert_eq!(capacity("capacity = 1_000"), Some(1000));
        assert_eq!(capacity("capacity = 0x10"), Some(16));
        assert_eq!(capacity("capacity = \"max\""), Some(u64::MAX));
    }

    #[test]
    fn a_mistake_is_named_by_file_line_and_key_with_what_to_write() {
        let mistakes = [
            ("\ncapcity = 5\n", ":2: there is no setting `capcity`: there are `directory`"),
            ("[tcp]\nx = 1\n", ":1: there is no setting `tcp`"),
            ("wait = \"block\"\n\ncapacity = \"much\"", ":3: `capacity` cannot be \"much\": write"),
            ("capacity = 1.5", ":1: `capacity` cannot be 1.5: write a size such as"),
            ("capacity = -5", ":1: `capacity` cannot be -5"),
            ("capacity = [1,\n2]", ":1: `capacity` cannot be [1,: write"),
            ("directory = \"relative\"", ":1: `directory` cannot be \"relative\": write an abs"),
            ("wait = true", ":1: `wait` cannot be true: write wait = \"block\""),
            ("leave_dead = \"true\"", ":1: `leave_dead` cannot be \"true\": write leave_dead = tr"),
            ("wait = \"spin\"\nwait = \"spin\"", ":2: this is not TOML: duplicate key"),
            ("\n\ncapacity = 16G", ":3: this is not TOML"),
            ("wait", ":1: this is not TOML"),
        ];
        for (text, expected) in mistakes {
            let said = refusal(text);
            assert!(said.starts_with(&format!("/x/wharf.toml{expected}")), "{text:?}: {said}");
        }
    }
}
