//! A node for one test: a shared-memory directory that goes away with the test, passed or failed.

use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Node {
    private: TempDir,
}

impl Node {
    pub(crate) fn new() -> Self {
        let private =
            tempfile::Builder::new().prefix("wharf-test-").tempdir_in("/dev/shm").unwrap();
        Self { private }
    }

    /// The shared-memory directory. The command makes it.
    pub(crate) fn dir(&self) -> PathBuf {
        self.path("node")
    }

    /// A path beside the shared-memory directory, for the test's own files.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.private.path().join(name)
    }

    /// A file with these contents.
    pub(crate) fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, contents).unwrap();
        path
    }

    /// The command, on this node.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wharf"));
        command.arg("--dir").arg(self.dir()).args(args);
        with_nothing_configured(&mut command);
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run<S: AsRef<OsStr>>(&self, args: &[S]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs the command with `input` piped into it.
    pub(crate) fn pipe<S: AsRef<OsStr>>(&self, args: &[S], input: &[u8]) -> Output {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        std::thread::scope(|scope| {
            // The command may refuse what it is given before it has read it all.
            scope.spawn(move || drop(stdin.write_all(input)));
            child.wait_with_output().unwrap()
        })
    }

    /// Puts a file and returns its ticket.
    pub(crate) fn put(&self, file: &Path) -> String {
        ticket(&self.run(&["put".as_ref(), file.as_os_str()]))
    }

    /// Puts some bytes with this `--lifetime`, and returns the ticket.
    pub(crate) fn put_with(&self, lifetime: &str, bytes: &[u8]) -> String {
        ticket(&self.pipe(&["put", "--lifetime", lifetime, "-"], bytes))
    }

    pub(crate) fn get(&self, ticket: &str) -> Output {
        self.run(&["get", ticket])
    }

    /// What `wharf ls -l` says.
    pub(crate) fn ls(&self) -> String {
        text(&succeeded(&self.run(&["ls", "-l"])).stdout)
    }

    /// What the command says as JSON.
    #[track_caller]
    pub(crate) fn json<S: AsRef<OsStr>>(&self, args: &[S]) -> Value {
        let args: Vec<&OsStr> = args.iter().map(AsRef::as_ref).chain(["--json".as_ref()]).collect();
        serde_json::from_slice(&succeeded(&self.run(&args)).stdout).unwrap()
    }

    /// The names in the shared-memory directory.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Takes out of the environment what would change what the command does.
pub(crate) fn with_nothing_configured(command: &mut Command) -> &mut Command {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("WHARF_") {
            command.env_remove(name);
        }
    }
    command.env("WHARF_CONFIG", "/dev/null")
}

/// The ticket that `wharf put` printed: one line, and nothing else. On standard error there is the
/// warning that always is.
#[track_caller]
pub(crate) fn ticket(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.starts_with("wharf: warning: no route ") && said.lines().count() == 1, "{said:?}");
    let line = text(&output.stdout);
    let ticket = line.strip_suffix('\n').unwrap();
    assert!(ticket.starts_with("wharf1_") && !ticket.contains(char::is_whitespace), "{line:?}");
    ticket.to_owned()
}

/// Exit status 0, and not a word on standard error.
#[track_caller]
pub(crate) fn succeeded(output: &Output) -> &Output {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), said.as_str()), (Some(0), ""));
    output
}

/// This exit status, nothing on standard output, and an error that says each of `words`.
#[track_caller]
pub(crate) fn failed(output: &Output, status: i32, words: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert_eq!(text(&output.stdout), "");
    for word in words {
        assert!(said.contains(word), "{word:?} is missing in {said:?}");
    }
    if status == 1 {
        assert!(said.starts_with("wharf: ") && said.ends_with('\n'), "{said:?}");
    }
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Bytes that do not repeat.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}
