//! Prints the public API that a rustdoc JSON file describes, one item a line.
//!
//! ```text
//! wharf-public-api target/doc/wharf.json
//! ```
//!
//! Exit status: 0 done, 1 failed, 3 the file is of another format than this program was built for: another
//! compiler wrote it. `cargo xtask api` is what people call.

use std::path::Path;
use std::process::ExitCode;

type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let Some(path) = std::env::args_os().nth(1) else {
        eprintln!("usage: wharf-public-api RUSTDOC_JSON");
        return ExitCode::FAILURE;
    };
    match format(path.as_ref()) {
        Ok(FORMAT) => {}
        Ok(other) => {
            eprintln!("format {other}, where {FORMAT} is known");
            return ExitCode::from(3);
        }
        Err(error) => return failed(error),
    }
    match list(path.as_ref()) {
        Ok(lines) => {
            lines.iter().for_each(|line| println!("{line}"));
            ExitCode::SUCCESS
        }
        Err(error) => failed(error),
    }
}

fn failed(error: Error) -> ExitCode {
    eprintln!("wharf-public-api: {error}");
    ExitCode::FAILURE
}

fn format(path: &Path) -> Result<u64, Error> {
    let file: serde_json::Value = serde_json::from_slice(&std::fs::read(path)?)?;
    Ok(file["format_version"].as_u64().ok_or("not a rustdoc JSON file")?)
}

fn list(path: &Path) -> Result<Vec<String>, Error> {
    let api = public_api::Builder::from_rustdoc_json(path).omit_blanket_impls(true).build()?;
    let lines = api.items().map(ToString::to_string);
    Ok(lines.filter(|line| !UNSTABLE.iter().any(|name| line.contains(name))).collect())
}

const FORMAT: u64 = rustdoc_types::FORMAT_VERSION as u64;
/// What the compiler implements for its own use, and nobody can name.
const UNSTABLE: [&str; 3] = [
    "core::marker::Freeze for",
    "core::marker::UnsafeUnpin for",
    "core::marker::StructuralPartialEq for",
];
