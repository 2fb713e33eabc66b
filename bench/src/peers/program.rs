//! Peers that are programs, as they are installed: looked for when the run begins to need them, and ended with it.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::error::{Doing, Error, Result};

/// A program for the other process to become.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) environment: Vec<(String, String)>,
    /// Where it runs, if not here.
    pub(crate) directory: Option<PathBuf>,
}

impl Program {
    pub(crate) fn new(name: &str, arguments: &[&str]) -> Program {
        let arguments = arguments.iter().map(ToString::to_string).collect();
        Program { name: name.to_owned(), arguments, environment: Vec::new(), directory: None }
    }

    /// Turns this process, pinned and tied to its parent, into the program.
    pub(crate) fn start(&self) -> Result<()> {
        let Program { name, arguments, environment, directory } = self;
        let mut command = Command::new(name);
        command.args(arguments).envs(environment.iter().map(|(name, value)| (name, value)));
        if let Some(directory) = directory {
            command.current_dir(directory);
        }
        let error = command.stdin(Stdio::null()).stdout(Stdio::null()).exec();
        Err(error).doing(|| format!("starting {name}"))
    }
}

/// An error that says what to install, unless a program can be run.
pub(crate) fn installed(program: &str, probe: &str, package: &str) -> Result<()> {
    let mut command = Command::new(program);
    match command.arg(probe).stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Ok(status) if status.success() => Ok(()),
        _ => Err(Error::Unavailable(format!(
            "{program} is not installed (on Debian: apt-get install {package})"
        ))),
    }
}

/// A port that nobody listens on at this moment.
pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0));
    let address = listener.and_then(|listener| listener.local_addr());
    Ok(address.doing(|| "looking for a free port".to_owned())?.port())
}

/// Runs a client to its end, and gives what it printed; what it complained of is the error.
pub(crate) fn ask(command: &mut Command) -> Result<String> {
    let what = || format!("running {}", command.get_program().display());
    let doing = what();
    let output = command.stdin(Stdio::null()).output().doing(|| doing.clone())?;
    let [said, complaint] = [output.stdout, output.stderr]
        .map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    match output.status.success() {
        true => Ok(said),
        false => Err(Error::Unavailable(format!("{doing}: {said} {complaint}"))),
    }
}

/// The same, as often as its server may still be about to listen.
pub(crate) fn ask_soon(command: &mut Command) -> Result<String> {
    let mut tries = 0;
    loop {
        match ask(command) {
            Err(_) if tries < 100 => tries += 1,
            answer => return answer,
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}
