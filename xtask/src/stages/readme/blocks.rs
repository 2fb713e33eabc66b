//! A document's fenced blocks, and what running them printed.

use anyhow::{Result, bail};

/// A block that something is done with.
#[derive(Debug, PartialEq)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// The line of its opening fence, from 1.
    pub(super) line: usize,
    pub(super) text: String,
    /// What it prints, where the document says so.
    pub(super) output: Option<String>,
}

impl Block {
    /// What the session prints before the block's output.
    pub(super) fn begin(&self) -> String {
        format!("--- line {}", self.line)
    }

    /// What it prints after that.
    pub(super) fn end(&self) -> String {
        format!("--- line {} done", self.line)
    }
}

#[derive(Debug, PartialEq)]
pub(super) enum Kind {
    Shell,
    Rust {
        /// Where the reader is told to put it.
        file: Option<String>,
    },
}

impl Kind {
    pub(super) fn is_rust(&self) -> bool {
        matches!(self, Self::Rust { .. })
    }
}

/// All blocks of a document that are run or written. A mark that nothing is done for is an error, so that
/// nobody believes it is.
pub(super) fn parse(document: &str) -> Result<Vec<Block>> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = document.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let Some(mark) = line.strip_prefix("```") else { continue };
        let inside = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text: String = inside.flat_map(|line| [line, "\n"]).collect();
        let kind = match mark {
            "sh" => Kind::Shell,
            "rust" | "rust,no_run" => Kind::Rust { file: file_name(&text) },
            "output" => match blocks.last_mut() {
                Some(block) if block.kind == Kind::Shell && block.output.is_none() => {
                    block.output = Some(text);
                    continue;
                }
                _ => bail!("line {}: output of what? There is no `sh` block before it", index + 1),
            },
            "text" => continue,
            other => bail!("line {}: a block is marked {other:?}: {MARKS}", index + 1),
        };
        blocks.push(Block { kind, line: index + 1, text, output: None });
    }
    Ok(blocks)
}

/// `src/main.rs` of a block whose first line is `// src/main.rs`.
fn file_name(text: &str) -> Option<String> {
    let name = text.lines().next()?.strip_prefix("// ")?;
    (name.ends_with(".rs") && !name.contains(' ')).then(|| name.to_owned())
}

/// Each shell block with what it printed, or why that is not known.
pub(super) fn by_block<'a>(
    blocks: &'a [Block],
    transcript: &'a str,
) -> impl Iterator<Item = (&'a Block, Result<&'a str>)> {
    blocks.iter().filter(|block| block.kind == Kind::Shell).map(|block| {
        let (begin, end) = (format!("{}\n", block.begin()), format!("{}\n", block.end()));
        let printed = match transcript.split_once(&begin) {
            None => Err(anyhow::anyhow!("it was not reached")),
            Some((_, rest)) => match rest.split_once(&end) {
                None => Err(anyhow::anyhow!("a command of it failed, after {:?}", last(rest))),
                Some((printed, _)) => Ok(printed),
            },
        };
        (block, printed)
    })
}

fn last(text: &str) -> &str {
    text.trim_end().lines().last().unwrap_or_default()
}

/// Whether a block printed what its document says.
pub(super) fn compare(expected: Option<&str>, printed: &str) -> Result<()> {
    let Some(expected) = expected else { return Ok(()) };
    let expected: Vec<&str> = expected.lines().map(str::trim_end).collect();
    let printed: Vec<&str> = printed.lines().map(str::trim_end).collect();
    if !matches_lines(&expected, &printed) {
        bail!("it is said to print\n{}\nand prints\n{}", expected.join("\n"), printed.join("\n"));
    }
    Ok(())
}

fn matches_lines(expected: &[&str], printed: &[&str]) -> bool {
    match (expected, printed) {
        ([], []) => true,
        ([ANYTHING, rest @ ..], _) => {
            (0..=printed.len()).any(|skipped| matches_lines(rest, &printed[skipped..]))
        }
        ([line, expected @ ..], [other, printed @ ..]) => {
            matches_line(line, other) && matches_lines(expected, printed)
        }
        _ => false,
    }
}

fn matches_line(expected: &str, printed: &str) -> bool {
    match expected.split_once(ANYTHING) {
        None => expected == printed,
        Some((start, rest)) => printed.strip_prefix(start).is_some_and(|printed| {
            let ends = (0..=printed.len()).filter(|at| printed.is_char_boundary(*at));
            ends.into_iter().any(|at| matches_line(rest, &printed[at..]))
        }),
    }
}

const ANYTHING: &str = "…";
const MARKS: &str = "`sh`, `output`, `rust` and `rust,no_run` are tested, and `text` is not";

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = "\
a
```sh
one
two
```
```output
1
```
b
```rust
// src/main.rs
x
```
```text
picture
```
```sh
three
```
```rust,no_run
y
```
";

    #[test]
    fn takes_the_blocks_that_are_run_or_written() {
        let blocks = parse(DOCUMENT).unwrap();
        let lines: Vec<usize> = blocks.iter().map(|block| block.line).collect();
        assert_eq!(lines, [2, 10, 17, 20]);
        assert_eq!((&blocks[0].kind, blocks[0].text.as_str()), (&Kind::Shell, "one\ntwo\n"));
        assert_eq!(blocks[0].output.as_deref(), Some("1\n"));
        assert_eq!(blocks[1].kind, Kind::Rust { file: Some("src/main.rs".to_owned()) });
        assert_eq!((&blocks[2].kind, &blocks[2].output), (&Kind::Shell, &None));
        assert_eq!(blocks[3].kind, Kind::Rust { file: None });
    }

    #[test]
    fn refuses_what_would_not_be_tested() {
        for bad in ["```bash\nx\n```\n", "```\nx\n```\n", "```output\nx\n```\n"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        let untested = "```rust\nx\n```\n```output\ny\n```\n";
        assert!(parse(untested).is_err());
    }

    #[test]
    fn tells_what_each_block_printed() {
        let blocks = parse(DOCUMENT).unwrap();
        let all = "--- line 2\n1\n--- line 2 done\n--- line 17\n--- line 17 done\n";
        let outcomes = |transcript: &str| {
            by_block(&blocks, transcript)
                .map(|(block, printed)| {
                    printed.and_then(|text| compare(block.output.as_deref(), text)).is_ok()
                })
                .collect::<Vec<bool>>()
        };
        assert_eq!(outcomes(all), [true, true]);
        assert_eq!(outcomes(&all.replace("\n1\n", "\n3\n")), [false, true]);
        assert_eq!(outcomes("--- line 2\n1\n--- line 2 done\n--- line 17\n"), [true, false]);
        assert_eq!(outcomes(""), [false, false]);
    }

    #[test]
    fn compares_but_for_what_may_be_anything() {
        let same = |expected, printed| compare(Some(expected), printed).is_ok();
        assert!(same("a …c\n", "a bc\n") && same("a…\n", "a\n") && same("…\nz\n", "x\ny\nz\n"));
        assert!(same("x …, …\n", "x 1, 2\n") && same("a\n…\nb\n", "a\nb\n"));
        assert!(!same("a\n", "a\nb\n") && !same("a\nb\n", "a\n") && !same("a …c\n", "a b\n"));
        assert!(!same("", "a\n") && compare(None, "a").is_ok());
    }
}
