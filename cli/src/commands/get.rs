//! `wharf get`: an object's bytes, to standard output or into a file.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use tempfile::NamedTempFile;
use wharf::{Deadline, Fabric};

use crate::args::Get;

pub(crate) fn run(fabric: &Fabric, args: &Get) -> anyhow::Result<()> {
    let ticket = super::ticket(&args.ticket)?;
    // Before the resolve: an object that is delivered once must not be lost to a mistyped path.
    let target = Target::open(&args.output)?;
    let deadline = args.timeout.map_or(Deadline::never(), Deadline::after);
    let view = fabric.resolve(&ticket, deadline)?;
    target.write(&view)
}

/// Where the bytes go.
enum Target {
    Stdout(File),
    /// A pipe or device: there is nothing to replace.
    Direct(File, PathBuf),
    /// Written beside, and renamed once it is complete.
    Replaced(NamedTempFile, PathBuf),
}

impl Target {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let cannot_write = || format!("cannot write {}", path.display());
        if path == Path::new("-") {
            // Not through the standard library's buffer, which would look for lines in the bytes.
            let stdout = io::stdout().as_fd().try_clone_to_owned();
            return Ok(Self::Stdout(File::from(stdout.with_context(cannot_write)?)));
        }
        match fs::metadata(path) {
            Ok(facts) if facts.is_file() => {
                // Through symbolic links, to the file that they stand for.
                let path = fs::canonicalize(path).with_context(cannot_write)?;
                Self::beside(path, facts.permissions()).with_context(cannot_write)
            }
            Ok(facts) => {
                ensure!(!facts.is_dir(), "cannot write {}: it is a folder", path.display());
                let file = OpenOptions::new().write(true).open(path).with_context(cannot_write)?;
                Ok(Self::Direct(file, path.to_owned()))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Self::beside(path.to_owned(), Permissions::from_mode(0o666))
                    .with_context(cannot_write)
            }
            Err(error) => Err(error).with_context(cannot_write),
        }
    }

    fn beside(path: PathBuf, permissions: Permissions) -> anyhow::Result<Self> {
        let folder = match path.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let file = tempfile::Builder::new()
            .prefix(".wharf-get-")
            .permissions(permissions)
            .tempfile_in(folder)?;
        Ok(Self::Replaced(file, path))
    }

    fn write(self, bytes: &[u8]) -> anyhow::Result<()> {
        let (result, path) = match self {
            Self::Stdout(mut stdout) => {
                (quiet(stdout.write_all(bytes)), PathBuf::from("standard output"))
            }
            Self::Direct(mut file, path) => (file.write_all(bytes), path),
            Self::Replaced(file, path) => (replace(file, &path, bytes), path),
        };
        result.with_context(|| format!("cannot write {}", path.display()))
    }
}

/// A reader that has seen enough (`wharf get … | head`) is no error.
fn quiet(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// The old file stands until the new one is complete, on disk as well: some file systems tell of
/// a full disk or quota only then.
fn replace(mut file: NamedTempFile, path: &Path, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}
