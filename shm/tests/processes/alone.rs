//! Tests in a process of their own: with its own mounts, in a memory cgroup, or with no thread
//! and no memory but theirs.
//!
//! ```text
//! test program ── alone::test("limits::x", …) ── starts itself: --exact limits::x, WHARF_TEST_ALONE=PLACE
//!                                                   └── runs the test's function there
//! ```

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Completion, Failed, Trial};

use crate::Outcome;
use crate::place::Place;

/// What a test needs of the machine; `Err` says why it cannot run here.
type Needs = fn() -> Result<(), String>;

/// A test that runs in a process of its own, with a directory of its own.
pub(crate) fn test(name: &'static str, needs: Needs, run: fn(&Place) -> Outcome) -> Trial {
    Trial::ignorable_test(name, move || match (inside(), needs()) {
        (Some(place), _) => finished(run(&place)),
        (None, Err(why)) => Ok(Completion::ignored_with(why)),
        (None, Ok(())) => start(name, &[]),
    })
}

/// In the process that was started for a test: the test's directory.
pub(crate) fn inside() -> Option<Place> {
    let path = std::env::var_os(ALONE)?;
    // SAFETY: asks for a signal, touches no memory.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    Some(Place::at(path.into()))
}

/// Runs the test of this name in a process of its own.
pub(crate) fn start(name: &str, variables: &[(&str, &OsStr)]) -> Result<Completion, Failed> {
    let place = Place::new();
    let child = Command::new(std::env::current_exe()?)
        .args(["--exact", name, "--test-threads", "1"])
        .env(ALONE, place.path())
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (how, said) = wait(child);
    if how.is_none() && said.contains("1 passed; 0 failed") {
        return Ok(Completion::Completed);
    }
    let lines: Vec<_> = said.lines().collect();
    let last = lines[lines.len().saturating_sub(LINES)..].join("\n");
    Err(format!("{}; it said:\n{last}", how.unwrap_or("did not pass".into())).into())
}

pub(crate) fn finished(outcome: Outcome) -> Result<Completion, Failed> {
    outcome.map(|()| Completion::Completed).map_err(|error| error.to_string().into())
}

/// How it ended, if not well, and all it said.
fn wait(mut child: Child) -> (Option<String>, String) {
    let output = child.stdout.take().expect("piped");
    let errors = child.stderr.take().expect("piped");
    let output = std::thread::spawn(move || text(output));
    let errors = std::thread::spawn(move || text(errors));
    let start = Instant::now();
    let how = loop {
        match child.try_wait().expect("a child can be waited for") {
            Some(status) if status.success() => break None,
            Some(status) => break Some(format!("it ended with {status}{}", hint(status))),
            None if start.elapsed() > PATIENCE => {
                let _ = child.kill();
                let _ = child.wait();
                break Some(format!("it did not end in {PATIENCE:?}"));
            }
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    };
    let said = [output, errors].map(|thread| thread.join().expect("only reads"));
    (how, said.concat())
}

fn text(mut from: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = from.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hint(status: std::process::ExitStatus) -> &'static str {
    match status.signal() {
        Some(libc::SIGBUS) => ", SIGBUS: a page was touched that could not be had",
        Some(libc::SIGKILL) => ", SIGKILL: perhaps the kernel's out-of-memory killer",
        _ => "",
    }
}

/// Nothing but a process of its own.
pub(crate) fn nothing() -> Result<(), String> {
    Ok(())
}

/// The right to give files away.
pub(crate) fn root() -> Result<(), String> {
    // SAFETY: takes nothing, cannot fail.
    match unsafe { libc::geteuid() } {
        0 => Ok(()),
        user => Err(format!("needs root, and runs as user {user}")),
    }
}

/// Mounts that nobody else sees.
pub(crate) fn mounts() -> Result<(), String> {
    root()?;
    let mut probe = Command::new("true");
    // SAFETY: one system call, which a child may make before it starts its program.
    unsafe { probe.pre_exec(unshare_mounts) };
    match probe.status() {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("cannot have mounts of its own: {error}")),
    }
}

fn unshare_mounts() -> std::io::Result<()> {
    // SAFETY: takes flags only.
    check(unsafe { libc::unshare(libc::CLONE_NEWNS) })
}

/// What this process mounts from now on only it, and those it starts, will see.
pub(crate) fn own_mounts() -> std::io::Result<()> {
    unshare_mounts()?;
    mount(Path::new("/"), libc::MS_REC | libc::MS_PRIVATE, "")
}

/// Mounts a tmpfs that only this process, and those it starts, will see.
pub(crate) fn mount_tmpfs(path: &Path, options: &str) -> std::io::Result<()> {
    own_mounts()?;
    std::fs::create_dir(path)?;
    mount(path, 0, options)
}

/// Lets nobody write to the tmpfs mounted there any more.
pub(crate) fn make_read_only(path: &Path) -> std::io::Result<()> {
    mount(path, libc::MS_REMOUNT | libc::MS_RDONLY, "")
}

fn mount(path: &Path, flags: libc::c_ulong, options: &str) -> std::io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    let path = std::ffi::CString::new(path.as_os_str().as_bytes())?;
    let options = std::ffi::CString::new(options)?;
    let tmpfs = c"tmpfs".as_ptr();
    // SAFETY: all strings are terminated and outlive the call.
    check(unsafe { libc::mount(tmpfs, path.as_ptr(), tmpfs, flags, options.as_ptr().cast()) })
}

fn check(status: libc::c_int) -> std::io::Result<()> {
    if status == 0 { Ok(()) } else { Err(std::io::Error::last_os_error()) }
}

const ALONE: &str = "WHARF_TEST_ALONE";
/// No such test takes longer, however loaded the machine is.
const PATIENCE: Duration = Duration::from_secs(180);
/// How many of its last lines are told.
const LINES: usize = 40;
