//! Builds Fortran programs with the module and the shared library, runs them, and talks with them.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use wharf::{Fabric, Options};

use crate::build::{library, succeed};

/// gfortran with the options of a test, and the module that it made.
pub(crate) struct Compiler {
    pub(crate) options: Vec<&'static str>,
    pub(crate) folder: tempfile::TempDir,
}

impl Compiler {
    /// Nothing where there is no compiler: the test is skipped.
    pub(crate) fn find(options: &[&'static str]) -> Option<Self> {
        if Command::new("gfortran").arg("--version").output().is_err() {
            println!("skipped: there is no gfortran");
            return None;
        }
        let options = [STRICT, options].concat();
        let compiler = Self { options, folder: tempfile::tempdir().unwrap() };
        compiler.compile(&[], &folder().join("fortran/wharf.f90"));
        compiler.compile(&CHECKED, &folder().join("tests/fortran/check.f90"));
        Some(compiler)
    }

    fn compile(&self, options: &[&str], source: &Path) {
        let mut command = Command::new("gfortran");
        command.args(&self.options).args(options);
        if source.extension().is_some_and(|kind| kind == "c") {
            command = Command::new("cc");
            command.args(["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]);
            command.arg("-I").arg(folder().join("include"));
        }
        succeed(command.current_dir(self.folder.path()).arg("-c").arg(source));
    }

    /// A program of `tests/fortran`.
    pub(crate) fn build(&self, name: &str) -> Program {
        self.link(&folder().join(format!("tests/fortran/{name}.f90")))
    }

    /// The programs that need nobody to talk to, under another program maybe.
    pub(crate) fn keeps_promises(&self, under: &[&str]) {
        for name in ["behaviour", "exposed", "progress"] {
            self.build(name).run(under);
        }
    }

    pub(crate) fn build_text(&self, file: &str, source: &str) -> Program {
        let path = self.folder.path().join(file);
        std::fs::write(&path, source).unwrap();
        self.link(&path)
    }

    pub(crate) fn link(&self, source: &Path) -> Program {
        self.compile(&CHECKED, source);
        let library = library().parent().unwrap();
        let program = self.folder.path().join(source.file_stem().unwrap());
        succeed(
            Command::new("gfortran")
                .current_dir(self.folder.path())
                .arg(program.with_extension("o"))
                .args(["check.o", "wharf.o", "-lwharf", "-o"])
                .arg(&program)
                .arg(format!("-L{}", library.display()))
                .arg(format!("-Wl,-rpath,{}", library.display())),
        );
        let memory = tempfile::tempdir_in("/dev/shm").unwrap();
        Program { path: program, memory }
    }
}

/// A program that was built, with shared memory of its own.
pub(crate) struct Program {
    pub(crate) path: PathBuf,
    pub(crate) memory: tempfile::TempDir,
}

impl Program {
    /// How to start it, under another program maybe.
    pub(crate) fn command(&self, under: &[&str]) -> Command {
        let mut command = match under {
            [] => Command::new(&self.path),
            [tool, arguments @ ..] => {
                let mut command = Command::new(tool);
                command.args(arguments).arg(&self.path);
                command
            }
        };
        command.env_remove("WHARF_CONFIG").env("WHARF_SHM_DIR", self.node());
        command
    }

    pub(crate) fn run(&self, under: &[&str]) {
        let output = succeed(&mut self.command(under));
        assert!(!output.stdout.is_empty(), "it did not say that it had done something");
    }

    /// What `reader` prints of what this one prints.
    pub(crate) fn piped(
        &self,
        words: &[&str],
        reader: &Program,
        its_words: &[&str],
    ) -> Vec<String> {
        let mut writer = self.command(&[]).args(words).stdout(Stdio::piped()).spawn().unwrap();
        let mut reader = reader.command(&[]);
        reader.args(its_words).env("WHARF_SHM_DIR", self.node());
        let output = succeed(reader.stdin(writer.stdout.take().unwrap()));
        // It keeps this end of the pipe open, and some writers wait until nobody reads any more.
        drop(reader);
        assert!(writer.wait().unwrap().success());
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| line.trim().to_owned()).collect()
    }

    fn node(&self) -> PathBuf {
        self.memory.path().join("node")
    }

    /// This test's own membership of the program's node.
    pub(crate) fn fabric(&self) -> Fabric {
        Fabric::open(Options { directory: Some(self.node()), ..Options::default() }).unwrap()
    }

    pub(crate) fn talk(&self) -> Talk {
        self.talk_on(self)
    }

    /// On the node of another program.
    pub(crate) fn talk_on(&self, other: &Self) -> Talk {
        let mut command = self.command(&[]);
        command.env("WHARF_SHM_DIR", other.node());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        Talk { child, input, output }
    }
}

/// A program that answers lines by lines.
pub(crate) struct Talk {
    pub(crate) child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Talk {
    pub(crate) fn say(&mut self, line: &str) {
        writeln!(self.input.as_ref().unwrap(), "{line}").unwrap();
    }

    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// What it says to its end, which is to be a good one.
    pub(crate) fn rest(mut self) -> Vec<String> {
        drop(self.input.take());
        let lines = self.output.lines().map(|line| line.unwrap().trim().to_owned()).collect();
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{status}: {lines:?}");
        lines
    }
}

pub(crate) fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

const STRICT: &[&str] =
    &["-g", "-std=f2018", "-Wall", "-Wextra", "-Wpedantic", "-fimplicit-none", "-Werror"];
const CHECKED: [&str; 1] = ["-fcheck=all,no-array-temps"];
