//! The layer of the configuration file.

use std::env;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::environment::variable;
use super::network::{NONE, parse_listen};
use super::{
    CAPACITY, ConfigError, DIRECTORY, ENCRYPT, KEYS, Key, LEAVE_DEAD, LISTEN, Options, REPLICAS,
    SECRET, TRUST_REPLICAS, TRUSTED, WAIT, parse_capacity, parse_wait,
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
            (name, DeValue::String(path)) if name == SECRET.name && path.starts_with('/') => {
                self.secret = Some(PathBuf::from(&**path));
            }
            (name, value) if name == CAPACITY.name => self.capacity = Some(size(value)?),
            (name, value) if name == REPLICAS.name => self.replicas = Some(size(value)?),
            (name, DeValue::String(wait)) if name == WAIT.name => {
                self.wait = Some(parse_wait(wait)?);
            }
            (name, DeValue::Boolean(leave)) if name == LEAVE_DEAD.name => {
                self.leave_dead = Some(*leave);
            }
            (name, DeValue::Boolean(trust)) if name == TRUST_REPLICAS.name => {
                self.trust_replicas = Some(*trust);
            }
            (name, DeValue::String(encrypt)) if name == ENCRYPT.name => {
                self.encrypt = Some(encrypt.parse().ok()?);
            }
            (name, value) if name == LISTEN.name => {
                self.listen = Some(parse_listen(&list(value)?)?);
            }
            (name, value) if name == TRUSTED.name => {
                self.trusted = Some(list(value)?.parse().ok()?);
            }
            _ => return None,
        }
        Some(())
    }
}

/// A size, or a number of bytes.
fn size(value: &DeValue<'_>) -> Option<u64> {
    match value {
        DeValue::String(size) => parse_capacity(size),
        DeValue::Integer(bytes) => u64::from_str_radix(bytes.as_str(), bytes.radix()).ok(),
        _ => None,
    }
}

/// A text, or several, with commas between them.
fn list(value: &DeValue<'_>) -> Option<String> {
    let text = |value: &DeValue<'_>| match value {
        DeValue::String(text) => Some(text.clone().into_owned()),
        _ => None,
    };
    match value {
        DeValue::Array(values) if values.is_empty() => Some(NONE.to_owned()),
        DeValue::Array(values) => {
            let texts: Option<Vec<_>> = values.iter().map(|value| text(value.get_ref())).collect();
            Some(texts?.join(","))
        }
        value => text(value),
    }
}

#[cfg(test)]
mod tests {
    use wharf_shm::Wait;

    use super::*;
    use crate::Encrypt;

    fn refusal(text: &str) -> String {
        parse(Path::new("/x/wharf.toml"), text).unwrap_err().to_string()
    }

    #[test]
    fn every_key_is_read() {
        let text = "# ours\n directory = '/dev/shm/a'\ncapacity = \"1.5G\"\n\nwait = \"spin\"\n\
                    leave_dead = true\nlisten = ['10.1.2.3:7700', '7700']\nencrypt = 'never'\n\
                    trusted = '10.0.0.0/8,::1'\nsecret = '/x'\nreplicas = '1K'\ntrust_replicas = true\n";
        let expected = Options {
            directory: Some("/dev/shm/a".into()),
            capacity: Some(3 << 29),
            wait: Some(Wait::Spin),
            leave_dead: Some(true),
            listen: Some(vec!["10.1.2.3:7700".parse().unwrap(), "0.0.0.0:7700".parse().unwrap()]),
            encrypt: Some(Encrypt::Never),
            trusted: Some("10.0.0.0/8, ::1".parse().unwrap()),
            secret: Some("/x".into()),
            replicas: Some(1024),
            trust_replicas: Some(true),
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
            ("listen = [7700]", ":1: `listen` cannot be [7700]: write addresses such as listen ="),
            ("listen = \"host:1\"", ":1: `listen` cannot be \"host:1\": write addresses"),
            ("trusted = [\"::1/129\"]", ":1: `trusted` cannot be [\"::1/129\"]: write networks"),
            ("encrypt = \"yes\"", ":1: `encrypt` cannot be \"yes\": write encrypt = \"auto\""),
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
