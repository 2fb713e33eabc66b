//! The tests that may be skipped when nobody watches: `xtask/skips.toml`.

use anyhow::{Context, Result, bail};

use crate::tally::Skip;

/// The committed list.
pub(crate) struct Skips(Vec<Skip>);

impl Skips {
    pub(crate) fn load() -> Result<Self> {
        let path = crate::place::root().join("xtask/skips.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("in {}", path.display()))
    }

    pub(crate) fn allow(&self, name: &str) -> bool {
        self.0.iter().any(|skip| skip.name == name)
    }

    /// Like `allow`, where only the last part of the name is known.
    pub(crate) fn allow_last(&self, name: &str) -> bool {
        self.0.iter().any(|skip| skip.name.rsplit("::").next() == Some(name))
    }

    /// Comments, blank lines and `"NAME" = "REASON"`: the part of TOML that is needed.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut skips = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let Some(skip) = entry(line) else {
                bail!("line {}: wanted \"TEST NAME\" = \"REASON\", found {line:?}", index + 1);
            };
            skips.push(skip);
        }
        Ok(Self(skips))
    }
}

fn entry(line: &str) -> Option<Skip> {
    let (name, reason) = line.strip_prefix('"')?.strip_suffix('"')?.split_once("\" = \"")?;
    let (name, reason) = (name.trim(), reason.trim());
    let plain = |word: &str| !word.is_empty() && !word.contains(['"', '\\']);
    (plain(name) && plain(reason))
        .then(|| Skip { name: name.to_owned(), reason: reason.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_names_and_insists_on_reasons() {
        let skips = Skips::parse("# why\n\n\"a::b\" = \"needs a cgroup\"\n").unwrap();
        assert!(skips.allow("a::b") && !skips.allow("a") && !skips.allow("needs a cgroup"));
        for bad in ["a = \"b\"", "\"a\" = \"\"", "\"\" = \"b\"", "\"a\"", "[skips]"] {
            assert!(Skips::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_committed_list_can_be_read() {
        Skips::load().unwrap();
    }
}
