//! Builds C programs against the library, and runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::time::SystemTime;

use tempfile::TempDir;

/// A language to compile as.
#[derive(Debug)]
pub(crate) struct Language {
    pub(crate) compiler: &'static str,
    pub(crate) flags: &'static [&'static str],
}

pub(crate) const C11: Language = Language { compiler: "cc", flags: &["-std=c11"] };

/// Every language that the header is for, as gcc and as clang know it.
pub(crate) const LANGUAGES: &[Language] = &[
    C11,
    Language { compiler: "gcc", flags: &["-std=c17"] },
    Language { compiler: "g++", flags: &["-x", "c++", "-std=c++17"] },
    Language { compiler: "g++", flags: &["-x", "c++", "-std=c++20"] },
    Language { compiler: "clang", flags: &["-std=c11", CLANG] },
    Language { compiler: "clang", flags: &["-std=c17", CLANG] },
    Language { compiler: "clang++", flags: &["-x", "c++", "-std=c++17", CLANG] },
    Language { compiler: "clang++", flags: &["-x", "c++", "-std=c++20", CLANG] },
];

impl Language {
    pub(crate) fn is_here(&self) -> bool {
        Command::new(self.compiler).arg("--version").output().is_ok()
    }
}

/// A program of `tests/c` that was built, in a folder of its own.
pub(crate) struct Built {
    folder: TempDir,
    path: PathBuf,
}

impl Built {
    /// Compiles it, every warning an error, and links it with the shared library.
    pub(crate) fn new(name: &str, language: &Language) -> Self {
        let library = library().parent().unwrap().display();
        let flags = [format!("-L{library}"), format!("-Wl,-rpath,{library}")];
        Self::linked(name, language, &[&flags[0], &flags[1], "-lwharf", "-ldl"])
    }

    /// The same, with a static library.
    pub(crate) fn statically(name: &str, archive: &Path) -> Self {
        let system = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"];
        Self::linked(name, &C11, &[&[archive.to_str().unwrap()], &system[..]].concat())
    }

    fn linked(name: &str, language: &Language, with: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        let mut command = Command::new(language.compiler);
        command
            .args(language.flags)
            .args(WARNINGS)
            .args(["-O1", "-g", "-D_GNU_SOURCE", "-pthread"])
            .arg(format!("-I{}", crate_folder().join("include").display()))
            .arg(crate_folder().join("tests/c").join(format!("{name}.c")))
            .args(with)
            .arg("-o")
            .arg(&path);
        succeed(&mut command);
        Self { folder, path }
    }

    /// Runs it, under a tool if one is named, with shared memory of its own, and gives what it printed.
    pub(crate) fn run(&self, tool: &[&str]) -> String {
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        let mut command = match tool.split_first() {
            None => self.command(&memory),
            Some((tool, arguments)) => {
                let mut command = self.placed(Command::new(tool), &memory);
                command.args(arguments).arg(&self.path);
                command
            }
        };
        String::from_utf8(succeed(&mut command).stdout).unwrap()
    }

    /// The program, to be run with this shared memory.
    pub(crate) fn command(&self, memory: &TempDir) -> Command {
        self.placed(Command::new(&self.path), memory)
    }

    fn placed(&self, mut command: Command, memory: &TempDir) -> Command {
        command
            .current_dir(self.folder.path())
            .env_remove("WHARF_CONFIG")
            .env("WHARF_SHM_DIR", memory.path().join("node"));
        command
    }
}

/// The shared library, under all its names, in a folder of its own.
pub(crate) fn library() -> &'static Path {
    static LIBRARY: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
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
pub(crate) fn archive() -> PathBuf {
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

pub(crate) fn crate_folder() -> &'static Path {
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
/// What clang alone knows, and says of what the header is free of. The programs are C, also as C++.
const CLANG: &str = "-Wdocumentation";
