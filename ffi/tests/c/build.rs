//! Builds C programs against the library, and runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::SystemTime;

/// A language to compile as.
pub(crate) struct Language {
    compiler: &'static str,
    flags: &'static [&'static str],
}

pub(crate) const C11: Language = Language { compiler: "cc", flags: &["-std=c11"] };

/// A program of `tests/c`, and how to build it.
pub(crate) struct Program {
    name: &'static str,
}

/// A program that was built, in a folder of its own.
pub(crate) struct Built {
    folder: tempfile::TempDir,
    path: PathBuf,
}

impl Program {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name }
    }

    /// Compiles it, every warning an error, and links it with the shared library.
    pub(crate) fn build(&self, language: &Language) -> Built {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(self.name);
        let library = library().parent().unwrap();
        let mut command = Command::new(language.compiler);
        command
            .args(language.flags)
            .args(WARNINGS)
            .args(["-O1", "-g", "-D_GNU_SOURCE", "-pthread"])
            .arg(format!("-I{}", crate_folder().join("include").display()))
            .arg(crate_folder().join("tests/c").join(format!("{}.c", self.name)))
            .arg(format!("-L{}", library.display()))
            .arg(format!("-Wl,-rpath,{}", library.display()))
            .args(["-lwharf", "-o"])
            .arg(&path);
        succeed(&mut command);
        Built { folder, path }
    }
}

impl Built {
    /// Runs it with shared memory of its own, and gives what it printed.
    pub(crate) fn run(&self) -> String {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let output = succeed(
            Command::new(&self.path)
                .current_dir(self.folder.path())
                .env_remove("WHARF_CONFIG")
                .env("WHARF_SHM_DIR", memory.path().join("node")),
        );
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The shared library, under all its names, in a folder of its own.
pub(crate) fn library() -> &'static Path {
    static LIBRARY: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = LIBRARY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("libwharf.so.0");
        succeed(Command::new(crate_folder().join("link.sh")).arg(archive()).arg(&path));
        std::os::unix::fs::symlink("libwharf.so.0", folder.path().join("libwharf.so")).unwrap();
        (folder, path)
    });
    path
}

/// The static library that cargo made beside this test: the newest, for cargo has just seen to it that it
/// is that of the sources.
fn archive() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let made = fs::read_dir(test.parent().unwrap()).unwrap().flatten().map(|entry| entry.path());
    let archives = made.filter(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name.starts_with("libwharf_c") && name.ends_with(".a")
    });
    let age = |path: &PathBuf| -> SystemTime { fs::metadata(path).unwrap().modified().unwrap() };
    archives.max_by_key(age).expect("cargo builds the static library with the tests")
}

pub(crate) fn succeed(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} ended with {}:\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

fn crate_folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

const WARNINGS: &[&str] = &[
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Werror",
    "-Wconversion",
    "-Wsign-conversion",
    "-Wshadow",
    "-Wundef",
];
