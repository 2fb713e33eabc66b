//! The fail points, as the source has them.

use std::fs;
use std::path::Path;

/// A fail point and where it is.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    pub(crate) name: String,
    /// For people: the file, line and name.
    pub(crate) location: String,
}

impl Point {
    /// Whether only a process with huge pages comes to it.
    pub(crate) fn needs_huge_pages(&self) -> bool {
        self.name.contains(".huge-")
    }
}

impl Point {
    /// What it is a part of.
    pub(super) fn area(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

/// All of them, in the order of files and lines.
pub(crate) fn all() -> Vec<Point> {
    let mut points = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut points);
    points
}

fn collect(folder: &Path, points: &mut Vec<Point>) {
    let entries = fs::read_dir(folder).expect("the source is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("listable").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(&path, points);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("the source is text");
            points.extend(text.lines().enumerate().filter_map(|(line, text)| {
                let name = text.split_once("fail_point!(\"")?.1.split_once('"')?.0;
                let location = format!("{name} ({}:{})", path.display(), line + 1);
                Some(Point { name: name.into(), location })
            }));
        }
    }
}
