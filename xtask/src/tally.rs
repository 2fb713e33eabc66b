//! What ran, counted from what the tools themselves print.
//!
//! A test that finds it cannot run here prints, from the test's own thread or one it started,
//!
//! ```text
//! skipped: REASON
//! ```
//!
//! on a line of its own, with `println!` or `eprintln!`, and returns. libtest captures the line;
//! `--show-output` prints it once the test binary is done, under the name of the test that said
//! it, so parallel tests cannot tear it apart. A leading `NAME: ` in the reason is allowed.
//! The same line anywhere else (from a child process, say) fails the run: it can't be attributed.

use std::collections::{BTreeMap, BTreeSet};

/// The outcome of one stage.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: Vec<String>,
    pub(crate) skipped: Vec<Skip>,
    /// What shows that the stage did its work: "61 files", "200000 runs".
    pub(crate) proof: String,
}

/// A test that did not run, and why.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Skip {
    pub(crate) name: String,
    pub(crate) reason: String,
}

impl Tally {
    /// A check that has no tests inside: one passed, if what it looked at is more than nothing.
    pub(crate) fn check(name: &str, ok: bool, seen: usize, what: &str) -> Self {
        let mut tally = Self { proof: format!("{seen} {what}"), ..Self::default() };
        match (ok, seen) {
            (true, 1..) => tally.passed = 1,
            (true, 0) => {
                tally.failed.push(format!("{name}: looked at 0 {what}, so it proved nothing"))
            }
            (false, _) => tally.failed.push(name.to_owned()),
        }
        tally
    }

    pub(crate) fn failure(what: String) -> Self {
        Self { failed: vec![what], ..Self::default() }
    }

    pub(crate) fn ran(&self) -> u64 {
        self.passed + self.failed.len() as u64
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed.extend(other.failed);
        self.skipped.extend(other.skipped);
        if !other.proof.is_empty() {
            let separator = if self.proof.is_empty() { "" } else { ", " };
            self.proof = format!("{}{separator}{}", self.proof, other.proof);
        }
    }
}

/// Counts what `cargo test --no-fail-fast -- --show-output` printed, both streams in order.
///
/// A unit or integration test binary counts by its last `test result:` line, since the lines
/// before it may come from test binaries that it started itself.
pub(crate) fn of_cargo_test(text: &str) -> Tally {
    let mut tally = Tally::default();
    let mut binaries = 0;
    for run in runs(text) {
        tally.add(run.count());
        binaries += 1;
    }
    tally.proof = format!("{binaries} test binaries");
    tally
}

/// Counts what one test binary, started by its path, printed under `--show-output`.
pub(crate) fn of_test_binary(name: &str, text: &str) -> Tally {
    Run { name, documentation: false, lines: text.lines().collect() }.count()
}

/// The output of one test binary, or of the documentation tests of one package.
struct Run<'a> {
    name: &'a str,
    documentation: bool,
    lines: Vec<&'a str>,
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs: Vec<Run<'_>> = Vec::new();
    for line in text.lines() {
        let words = line.trim_start();
        let indented = words.len() < line.len();
        if let Some(name) = words.strip_prefix("Running ").filter(|_| indented) {
            runs.push(Run { name: binary_name(name), documentation: false, lines: Vec::new() });
        } else if let Some(name) = words.strip_prefix("Doc-tests ").filter(|_| indented) {
            runs.push(Run { name, documentation: true, lines: Vec::new() });
        } else if let Some(run) = runs.last_mut() {
            run.lines.push(line);
        }
    }
    runs
}

/// `wharf_shm` of `unittests src/lib.rs (target/debug/deps/wharf_shm-220ea8445ca9d76f)`.
fn binary_name(line: &str) -> &str {
    let file = line.rsplit('/').next().unwrap_or(line);
    file.rsplit_once('-').map_or(line, |(name, _)| name)
}

impl Run<'_> {
    fn count(&self) -> Tally {
        let mut results: Vec<Counts> =
            self.lines.iter().filter_map(|line| Counts::parse(line)).collect();
        if !self.documentation {
            results.drain(..results.len().saturating_sub(1));
        }
        let said = self.said_skipped();
        let mut ignored = self.ignored();
        let mut tally = Tally::default();
        let expected: u64 = results.iter().map(|counts| counts.failed).sum();
        let ignored_expected: u64 = results.iter().map(|counts| counts.ignored).sum();
        tally.passed = results.iter().map(|counts| counts.passed).sum();
        tally.passed = tally.passed.saturating_sub(said.len() as u64);
        tally.failed = self.failures();
        while (tally.failed.len() as u64) < expected {
            tally.failed.push(format!("{}: a test whose name was not printed", self.name));
        }
        while (ignored.len() as u64) < ignored_expected {
            let name = format!("{}: a test whose name was not printed", self.name);
            ignored.push(Skip { name, reason: "not printed either".to_owned() });
        }
        if results.is_empty() {
            tally.failed.push(format!("{}: ended without a result", self.name));
        }
        for line in self.strays() {
            tally.failed.push(format!("{}: {line:?} was said outside of a test", self.name));
        }
        tally.skipped = said.into_iter().chain(ignored).collect();
        tally
    }

    /// From the line of each test, and from the list at the end where that line was torn apart.
    fn failures(&self) -> Vec<String> {
        let told = self.own_words().filter_map(|line| {
            Some(line.strip_prefix("test ")?.strip_suffix(" ... FAILED")?.trim_end())
        });
        let listed = self.captured().filter_map(|(test, _)| test);
        let listed = listed.filter_map(|(passed, name)| (!passed).then_some(name));
        let names: BTreeSet<&str> = told.chain(listed).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    fn ignored(&self) -> Vec<Skip> {
        let parse = |line: &str| {
            let (name, rest) = line.strip_prefix("test ")?.split_once(" ... ignored")?;
            // libtest writes `ignored, REASON`, libtest-mimic `ignored (REASON)`.
            let mimic = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
            let reason = rest.strip_prefix(", ").or(mimic).unwrap_or("ignored, without a reason");
            Some(Skip { name: name.trim_end().to_owned(), reason: reason.to_owned() })
        };
        self.own_words().filter_map(parse).collect()
    }

    /// What passing tests said of themselves, one entry for a test however often it said so.
    fn said_skipped(&self) -> Vec<Skip> {
        let mut skips: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (test, line) in self.captured() {
            let Some((true, said)) = test.map(|(passed, _)| passed).zip(skip_line(line)) else {
                continue;
            };
            let name = test.map_or("", |(_, name)| name);
            let own = name.rsplit("::").next().unwrap_or(name);
            let reason =
                said.strip_prefix(own).and_then(|rest| rest.strip_prefix(": ")).unwrap_or(said);
            skips.entry(name).or_default().push(reason);
        }
        let skip = |(name, reasons): (&str, Vec<&str>)| {
            let (name, reason) = (name.to_owned(), reasons.join("; "));
            Skip { name, reason }
        };
        skips.into_iter().map(skip).collect()
    }

    fn strays(&self) -> impl Iterator<Item = &str> {
        self.own_words().filter(|line| skip_line(line).is_some())
    }

    /// The lines that are not the captured output of a test.
    fn own_words(&self) -> impl Iterator<Item = &str> {
        self.captured().filter(|(test, _)| test.is_none()).map(|(_, line)| line)
    }

    /// Each line with the test that printed it, and whether that test passed.
    fn captured(&self) -> impl Iterator<Item = (Option<(bool, &str)>, &str)> {
        let mut passing = false;
        let mut test = None;
        self.lines.iter().map(move |&line| {
            match line {
                "successes:" => (passing, test) = (true, None),
                "failures:" => (passing, test) = (false, None),
                _ => {}
            }
            if let Some(name) = section(line, passing) {
                test = Some((passing, name));
            }
            (test, line)
        })
    }
}

/// The test named by `---- NAME stdout ----`, above what it printed; libtest-mimic, which captures
/// nothing, names the failed ones so without `stdout`.
fn section(line: &str, passing: bool) -> Option<&str> {
    let name = line.strip_prefix("---- ")?.strip_suffix(" ----")?;
    name.strip_suffix(" stdout").or((!passing).then_some(name))
}

fn skip_line(line: &str) -> Option<&str> {
    line.strip_prefix("skipped: ").map(str::trim)
}

/// `test result: ok. 4 passed; 1 failed; 2 ignored; ...`
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Counts {
    fn parse(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let count = |word: &str| {
            let part = counts.split("; ").find(|part| part.ends_with(word))?;
            part.split(' ').next()?.parse().ok()
        };
        let (passed, failed) = (count(" passed")?, count(" failed")?);
        Some(Self { passed, failed, ignored: count(" ignored")? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: &str = "\
   Compiling toy v0.1.0
     Running unittests src/lib.rs (target/debug/deps/toy-72d1228a8632fa39)

running 5 tests
test a ... ok
test deep::b ... ok
test ign ... ignored, too long
test t ... ok
test fails ... FAILED

successes:

---- a stdout ----
skipped: no root

---- deep::b stdout ----
starting
skipped: b: no cgroup
skipped: b: no loop device

successes:
    a
    deep::b
    t

failures:

---- fails stdout ----
skipped: said, and failed all the same

failures:
    fails

test result: FAILED. 3 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.09s

   Doc-tests toy

running 1 test
test src/lib.rs - (line 2) ... ok

successes:

successes:
    src/lib.rs - (line 2)

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.12s

running 2 tests
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.12s
";

    fn skip(name: &str, reason: &str) -> Skip {
        Skip { name: name.to_owned(), reason: reason.to_owned() }
    }

    #[test]
    fn counts_passes_failures_and_both_kinds_of_skip() {
        let tally = of_cargo_test(MIXED);
        assert_eq!(tally.passed, 4, "t and three documentation tests");
        assert_eq!(tally.failed, ["fails"]);
        let expected = [
            skip("a", "no root"),
            skip("deep::b", "no cgroup; no loop device"),
            skip("ign", "too long"),
        ];
        assert_eq!(tally.skipped, expected);
        assert_eq!(tally.proof, "2 test binaries");
    }

    #[test]
    fn a_test_binary_that_dies_is_a_failure() {
        let text = "     Running tests/kill.rs (deps/kill-0f)\n\nrunning 3 tests\ntest a ... ok\nerror: signal: 11\n";
        let tally = of_cargo_test(text);
        assert_eq!(
            (tally.passed, tally.failed),
            (0, vec!["kill: ended without a result".to_owned()])
        );
    }

    #[test]
    fn the_output_of_a_child_test_binary_counts_for_nothing() {
        let text = "     Running tests/kill.rs (deps/kill-0f)\n\nrunning 1 test\n\nrunning 9 tests\n\
            test result: ok. 9 passed; 0 failed; 0 ignored\ntest a ... ok\n\
            test result: ok. 1 passed; 0 failed; 0 ignored\n";
        let tally = of_cargo_test(text);
        assert_eq!((tally.passed, tally.failed.len()), (1, 0));
    }

    #[test]
    fn what_a_test_prints_of_its_children_counts_for_nothing() {
        let text = "     Running tests/kill.rs (deps/kill-0f)\n\nrunning 1 test\ntest a ... ok\n\n\
            successes:\n\n---- a stdout ----\ntest child ... FAILED\ntest b ... ignored\n\
            test result: FAILED. 0 passed; 1 failed; 1 ignored\n\nsuccesses:\n    a\n\n\
            test result: ok. 1 passed; 0 failed; 0 ignored\n";
        let tally = of_cargo_test(text);
        assert_eq!((tally.passed, tally.failed.len(), tally.skipped.len()), (1, 0, 0));
    }

    #[test]
    fn reads_libtest_mimic_and_torn_lines() {
        let text = "     Running tests/processes/main.rs (deps/processes-0f)\n\nrunning 5 tests\n\
            test views::b           ... ok\ntest views::longer_name ... FAILED\n\
            test views::c           ... ignored (no root)\ntest views::d           ... noise\nFAILED\n\
            test views::e           ... noise\nignored\n\nfailures:\n\n\
            ---- views::longer_name ----\nwhy\n\n---- views::d ----\nwhy\n\nfailures:\n    views::d\n\n\
            test result: FAILED. 1 passed; 2 failed; 2 ignored; 0 measured; 0 filtered out\n";
        let tally = of_cargo_test(text);
        assert_eq!(tally.passed, 1);
        assert_eq!(tally.failed, ["views::d", "views::longer_name"]);
        let lost = "processes: a test whose name was not printed";
        assert_eq!(tally.skipped, [skip("views::c", "no root"), skip(lost, "not printed either")]);
    }

    #[test]
    fn a_skip_that_nobody_owns_is_a_failure() {
        let text = "     Running tests/kill.rs (deps/kill-0f)\n\nrunning 1 test\nskipped: no root\ntest a ... ok\n\
            test result: ok. 1 passed; 0 failed; 0 ignored\n";
        let tally = of_cargo_test(text);
        assert_eq!(tally.failed.len(), 1);
        assert!(tally.failed[0].contains("no root"), "{:?}", tally.failed);
    }

    #[test]
    fn nothing_is_not_a_pass() {
        assert_eq!(of_cargo_test("").ran(), 0);
        assert_eq!(Tally::check("fmt", true, 0, "files").failed.len(), 1);
        assert_eq!(Tally::check("fmt", true, 3, "files").passed, 1);
        assert_eq!(Tally::check("fmt", false, 3, "files").failed, ["fmt"]);
    }
}
