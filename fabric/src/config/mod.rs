//! Configuration: what the program says, then the environment, then one file, then what is built in.
//!
//! ```text
//! Options (code) ──┐
//! WHARF_* ─────────┼──► one Options per layer ──► Settings: each value and the layer it came from
//! wharf.toml ──────┘
//! ```
//!
//! * Each layer is checked whole, also where a layer above it wins: a mistake is found on the day
//!   it is made.
//! * Opening a fabric costs one attempt to open the file, and nothing more where there is none.

mod environment;
mod error;
mod file;
mod network;
mod size;

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

pub use error::ConfigError;
pub use network::{Encrypt, Network, NetworkError, Networks};
pub use size::{Size, SizeError};
use wharf_shm::{Node, Wait};

/// How to open a [`Fabric`](crate::Fabric). What is `None` here comes from the environment, else
/// from the configuration file, else it is as built in.
///
/// | here and in the file | variable | what can be written | built in |
/// | --- | --- | --- | --- |
/// | `directory` | `WHARF_SHM_DIR` | a folder on a tmpfs; in the file an absolute path | `/dev/shm/wharf-<uid>` |
/// | `capacity` | `WHARF_CAPACITY` | a [`Size`], or `max`: what the filesystem has | `max` |
/// | `wait` | `WHARF_WAIT` | `block`, `spin` or `adaptive` | `adaptive` |
/// | `leave_dead` | `WHARF_LEAVE_DEAD` | `true` or `false` | `false` |
/// | `listen` | `WHARF_LISTEN` | addresses to serve objects at, as `10.1.2.3:7700`, or just a port, or `none` | none |
/// | `encrypt` | `WHARF_ENCRYPT` | `auto`, `always` or `never`: see [`Encrypt`] | `auto` |
/// | `trusted` | `WHARF_TRUSTED` | [`Networks`] on which `auto` does not encrypt | `127.0.0.0/8, ::1` |
/// | `secret` | `WHARF_SECRET` | a file of at least 32 random bytes that nobody else may read, the same at both ends | none |
/// | `replicas` | `WHARF_REPLICAS` | the most that is kept of other nodes' objects, as `capacity` | `max` |
/// | `trust_replicas` | `WHARF_TRUST_REPLICAS` | `true`: use a copy without asking whether its object still stands | `false` |
///
/// The file is the one that `WHARF_CONFIG` names, else `wharf.toml` in `$XDG_CONFIG_HOME`, or in
/// `~/.config` where that is not set. It need not exist; where it does, it may look like this:
///
/// ```toml
/// directory = "/dev/shm/our-project"
/// capacity = "16G"
/// wait = "block"
/// ```
///
/// A variable that is empty counts as not set.
/// [`Fabric::settings`](crate::Fabric::settings) says what was decided, and by which of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The shared-memory directory. Processes that are to share objects need the same one.
    pub directory: Option<PathBuf>,
    /// The most bytes that a store may hold that is opened without a capacity of its own.
    pub capacity: Option<u64>,
    /// How to wait for pending objects.
    pub wait: Option<Wait>,
    /// Leave what dead processes left to a [`sweep`](crate::Fabric::sweep). By default it is given
    /// back when the fabric is opened.
    pub leave_dead: Option<bool>,
    /// Serve this node's objects at these addresses, for readers on other nodes. A port of 0 is any
    /// that is free, an address of `0.0.0.0` or `[::]` every one of this machine's. By default nothing
    /// is served, and no socket opened.
    pub listen: Option<Vec<SocketAddr>>,
    /// What goes over the network encrypted.
    pub encrypt: Option<Encrypt>,
    /// The networks on which bytes may travel in the clear, where both ends have [`Encrypt::Auto`].
    pub trusted: Option<Networks>,
    /// A file with what the processes of one user or one job know, and nobody else: readers prove it to
    /// endpoints. One that proves another is turned away.
    pub secret: Option<PathBuf>,
    /// The most bytes of other nodes' objects that this process keeps for its node.
    pub replicas: Option<u64>,
    /// Use what the node has of another node's object without asking there whether it still stands.
    pub trust_replicas: Option<bool>,
    /// Refuse a directory that does not exist. By default it is made.
    pub must_exist: bool,
}

impl Options {
    /// Reads addresses to [`listen`](Options::listen) at as `WHARF_LISTEN` has them; `None` if they are
    /// none.
    ///
    /// ```
    /// # use wharf::Options;
    /// let both = Options::parse_listen("10.1.2.3:7700, [fd00::1]:7700").unwrap();
    /// assert_eq!(both.len(), 2);
    /// assert_eq!(Options::parse_listen("7700"), Some(vec!["0.0.0.0:7700".parse().unwrap()]));
    /// assert_eq!(Options::parse_listen("none"), Some(vec![]));
    /// assert_eq!(Options::parse_listen("example.org"), None);
    /// ```
    #[must_use]
    pub fn parse_listen(text: &str) -> Option<Vec<SocketAddr>> {
        network::parse_listen(text)
    }

    /// The configuration as it would be in effect, without opening anything.
    ///
    /// # Errors
    ///
    /// [`Error::Config`](crate::Error::Config) if the environment or the file has a mistake.
    pub fn settings(&self) -> crate::Result<Vec<Setting>> {
        Ok(Settings::load(self)?.list())
    }
}

/// One value of the configuration in effect, and where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// Its key, as in the configuration file.
    pub name: &'static str,
    /// Its value, as one would write it in a variable.
    pub value: String,
    /// Where it came from.
    pub origin: Origin,
}

/// Where a [`Setting`] came from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The program said so, in its [`Options`].
    Code,
    /// This environment variable.
    Variable(&'static str),
    /// This configuration file.
    File(PathBuf),
    /// Nobody said otherwise.
    Default,
}

/// The configuration in effect.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// `None` leaves the choice to the node memory.
    pub(crate) directory: Chosen<Option<PathBuf>>,
    /// `None` is what the filesystem has.
    pub(crate) capacity: Chosen<Option<u64>>,
    pub(crate) wait: Chosen<Wait>,
    pub(crate) leave_dead: Chosen<bool>,
    pub(crate) listen: Chosen<Vec<SocketAddr>>,
    pub(crate) encrypt: Chosen<Encrypt>,
    pub(crate) trusted: Chosen<Networks>,
    pub(crate) secret: Chosen<Option<PathBuf>>,
    /// `None` is what the filesystem has.
    pub(crate) replicas: Chosen<Option<u64>>,
    pub(crate) trust_replicas: Chosen<bool>,
}

/// A value, and which layer it came from.
#[derive(Clone, Debug)]
pub(crate) struct Chosen<T> {
    pub(crate) value: T,
    origin: Origin,
}

impl Settings {
    /// Reads the environment and the file, and puts what the program says above both.
    pub(crate) fn load(code: &Options) -> Result<Self, ConfigError> {
        let environment = environment::read()?;
        let (path, file) = file::read()?;
        let layers = Layers { code, environment: &environment, file: &file, path };
        Ok(Self {
            directory: layers.choose(&DIRECTORY, |layer| layer.directory.clone().map(Some)),
            capacity: layers.choose(&CAPACITY, |layer| layer.capacity.map(bounded)),
            wait: layers.choose(&WAIT, |layer| layer.wait),
            leave_dead: layers.choose(&LEAVE_DEAD, |layer| layer.leave_dead),
            listen: layers.choose(&LISTEN, |layer| layer.listen.clone()),
            encrypt: layers.choose(&ENCRYPT, |layer| layer.encrypt),
            trusted: layers.choose(&TRUSTED, |layer| layer.trusted.clone()),
            secret: layers.choose(&SECRET, |layer| layer.secret.clone().map(Some)),
            replicas: layers.choose(&REPLICAS, |layer| layer.replicas.map(bounded)),
            trust_replicas: layers.choose(&TRUST_REPLICAS, |layer| layer.trust_replicas),
        })
    }

    /// Every setting, for people and scripts.
    pub(crate) fn list(&self) -> Vec<Setting> {
        let directory = self.directory.value.clone().unwrap_or_else(Node::default_directory);
        let most = |bytes: Option<u64>| bytes.map_or("max".into(), |bytes| bytes.to_string());
        let secret = self.secret.value.as_ref();
        let listen: Vec<_> = self.listen.value.iter().map(ToString::to_string).collect();
        vec![
            self.directory.setting(&DIRECTORY, directory.display().to_string()),
            self.capacity.setting(&CAPACITY, most(self.capacity.value)),
            self.wait.setting(&WAIT, wait_name(self.wait.value).into()),
            self.leave_dead.setting(&LEAVE_DEAD, self.leave_dead.value.to_string()),
            self.listen.setting(&LISTEN, listen.join(", ")),
            self.encrypt.setting(&ENCRYPT, self.encrypt.value.to_string()),
            self.trusted.setting(&TRUSTED, self.trusted.value.to_string()),
            self.secret
                .setting(&SECRET, secret.map_or(String::new(), |path| path.display().to_string())),
            self.replicas.setting(&REPLICAS, most(self.replicas.value)),
            self.trust_replicas.setting(&TRUST_REPLICAS, self.trust_replicas.value.to_string()),
        ]
    }
}

/// The layers, highest first.
struct Layers<'a> {
    code: &'a Options,
    environment: &'a Options,
    file: &'a Options,
    path: Option<PathBuf>,
}

impl Layers<'_> {
    fn choose<T: Default>(&self, key: &Key, value: impl Fn(&Options) -> Option<T>) -> Chosen<T> {
        if let Some(value) = value(self.code) {
            return Chosen { value, origin: Origin::Code };
        }
        if let Some(value) = value(self.environment) {
            return Chosen { value, origin: Origin::Variable(key.variable) };
        }
        match (value(self.file), &self.path) {
            (Some(value), Some(path)) => Chosen { value, origin: Origin::File(path.clone()) },
            _ => Chosen { value: T::default(), origin: Origin::Default },
        }
    }
}

impl<T> Chosen<T> {
    fn setting(&self, key: &Key, value: String) -> Setting {
        Setting { name: key.name, value, origin: self.origin.clone() }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Code => f.write_str("code"),
            Origin::Variable(name) => f.write_str(name),
            Origin::File(path) => write!(f, "{}", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// A setting's name in the file and in the environment, and what can be written in each.
struct Key {
    name: &'static str,
    variable: &'static str,
    in_variable: &'static str,
    in_file: &'static str,
}

const DIRECTORY: Key = Key {
    name: "directory",
    variable: "WHARF_SHM_DIR",
    in_variable: "a path",
    in_file: "an absolute path, as in directory = \"/dev/shm/our-project\"",
};
const CAPACITY: Key = Key {
    name: "capacity",
    variable: "WHARF_CAPACITY",
    in_variable: "a size such as 500M, 1.5GiB or 10GB, or max",
    in_file: "a size such as capacity = \"500M\", \"1.5GiB\" or \"10GB\", or \"max\"",
};
const WAIT: Key = Key {
    name: "wait",
    variable: "WHARF_WAIT",
    in_variable: "block, spin or adaptive",
    in_file: "wait = \"block\", \"spin\" or \"adaptive\"",
};
const LEAVE_DEAD: Key = Key {
    name: "leave_dead",
    variable: "WHARF_LEAVE_DEAD",
    in_variable: "true or false",
    in_file: "leave_dead = true or false, without quotation marks",
};
const LISTEN: Key = Key {
    name: "listen",
    variable: "WHARF_LISTEN",
    in_variable: "addresses such as 10.1.2.3:7700 or [fd00::1]:7700, or ports, separated by commas, or none",
    in_file: "addresses such as listen = [\"10.1.2.3:7700\", \"[fd00::1]:7700\"], or listen = \"7700\"",
};
const ENCRYPT: Key = Key {
    name: "encrypt",
    variable: "WHARF_ENCRYPT",
    in_variable: "auto, always or never",
    in_file: "encrypt = \"auto\", \"always\" or \"never\"",
};
const TRUSTED: Key = Key {
    name: "trusted",
    variable: "WHARF_TRUSTED",
    in_variable: "networks such as 10.0.0.0/8, separated by commas, or none",
    in_file: "networks such as trusted = [\"10.0.0.0/8\", \"fd00::/8\"], or \"none\"",
};
const SECRET: Key = Key {
    name: "secret",
    variable: "WHARF_SECRET",
    in_variable: "a path",
    in_file: "an absolute path, as in secret = \"/etc/wharf/secret\"",
};
const REPLICAS: Key = Key {
    name: "replicas",
    variable: "WHARF_REPLICAS",
    in_variable: CAPACITY.in_variable,
    in_file: "a size such as replicas = \"500M\", \"1.5GiB\" or \"10GB\", or \"max\"",
};
const TRUST_REPLICAS: Key = Key {
    name: "trust_replicas",
    variable: "WHARF_TRUST_REPLICAS",
    in_variable: "true or false",
    in_file: "trust_replicas = true or false, without quotation marks",
};
const KEYS: [&Key; 10] = [
    &DIRECTORY,
    &CAPACITY,
    &WAIT,
    &LEAVE_DEAD,
    &LISTEN,
    &ENCRYPT,
    &TRUSTED,
    &SECRET,
    &REPLICAS,
    &TRUST_REPLICAS,
];

const WAITS: [(&str, Wait); 3] =
    [("block", Wait::Block), ("spin", Wait::Spin), ("adaptive", Wait::Adaptive)];

fn parse_wait(text: &str) -> Option<Wait> {
    WAITS.iter().find(|(name, _)| *name == text).map(|(_, wait)| *wait)
}

fn wait_name(wait: Wait) -> &'static str {
    WAITS.iter().find(|(_, each)| *each == wait).map_or("adaptive", |(name, _)| name)
}

fn parse_capacity(text: &str) -> Option<u64> {
    if text == "max" { Some(u64::MAX) } else { text.parse().ok().map(|Size(bytes)| bytes) }
}

fn bounded(bytes: u64) -> Option<u64> {
    (bytes < u64::MAX).then_some(bytes)
}
