//! The program as users run it: what it prints, and the status it ends with. No test here asserts a time.
//!
//! `idle` is the work that needs the least: two processes that sleep.

#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

use std::path::Path;
use std::process::{Command, Output};

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wharf-bench")).args(arguments).output().unwrap()
}

fn standard_output(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Figures for `idle` that hold on any machine, or on none.
fn figures(directory: &Path, threads: &str) -> String {
    let path = directory.join("figures.toml");
    let text = format!(
        "[[figure]]\nwork = 'idle'\nsubject = 'wharf'\nbytes = [0]\nmeasure = 'threads'\n{threads}\n"
    );
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in
        [&["node", "--only", "nothing"][..], &["node", "--figures", "f.toml"], &["frobnicate"], &[]]
    {
        assert_eq!(bench(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn figures_that_cannot_be_read_end_with_1_before_anything_is_measured() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("figures.toml");
    std::fs::write(&path, "[[figure]]\nwork = 'idle'\n").unwrap();
    let output = bench(&["node", "--only", "idle", "--check", "--figures", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(standard_output(&output).is_empty());
    assert!(String::from_utf8_lossy(&output.stderr).contains("figures.toml"));
}

#[test]
fn a_figure_that_falls_short_ends_with_1_and_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let figures = figures(directory.path(), "at_most = 0");
    let output = bench(&["node", "--only", "idle", "--check", "--figures", &figures]);
    let text = standard_output(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("SHORT  idle 0 B wharf threads: 1, at most 0"), "{text}");
    assert!(text.contains("1 figures checked, 1 fall short"), "{text}");
}

#[test]
fn a_run_that_reaches_its_figures_ends_with_0_and_writes_what_it_measured() {
    let directory = tempfile::tempdir().unwrap();
    let figures = figures(directory.path(), "at_least = 1");
    let [json, plot] = ["rows.json", "rows.svg"].map(|name| directory.path().join(name));
    let [json_path, plot_path] = [&json, &plot].map(|path| path.to_str().unwrap());
    let output = bench(&[
        "node",
        "--only",
        "idle",
        "--check",
        "--figures",
        &figures,
        "--json",
        json_path,
        "--plot",
        plot_path,
    ]);
    let text = standard_output(&output);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{text}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.contains("ok     idle 0 B wharf threads: 1, at least 1"), "{text}");

    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(json).unwrap()).unwrap();
    for key in ["cpu", "cores", "kernel", "memory_bytes", "thp", "thp_shmem", "wharf", "date"] {
        assert!(!report["machine"][key].is_null(), "no {key} in {report:#}");
    }
    let rows = report["rows"].as_array().unwrap();
    let subjects: Vec<&str> = rows.iter().map(|row| row["subject"].as_str().unwrap()).collect();
    assert_eq!(subjects, ["wharf", "no-fabric"]);
    for row in rows {
        assert_eq!(row["work"], "idle");
        assert!(row["threads"].as_f64().unwrap() >= 1.0);
        assert!(row["not_run"].is_null());
        for key in ["bytes", "p50_ns", "p99_ns", "bytes_per_s", "ops_per_s", "ratio", "spread"] {
            assert!(row.as_object().unwrap().contains_key(key), "no {key} in {row:#}");
        }
    }
    assert!(std::fs::read_to_string(plot).unwrap().contains("<svg"));
}

#[test]
fn a_run_leaves_nothing_behind() {
    let directory = tempfile::tempdir_in("/dev/shm").unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_wharf-bench"))
        .args(["node", "--only", "idle"])
        .env("WHARF_SHM_DIR", directory.path().join("must-not-be-used"))
        .output()
        .unwrap()
        .status;
    assert_eq!(status.code(), Some(0));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}

#[test]
fn a_library_that_is_not_there_is_said_so_and_its_figures_fall_short() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("figures.toml");
    let figure = "[[figure]]\nwork = 'load'\nsubject = 'wharf-c'\nbytes = [0]\nmeasure = 'load_us'\nat_least = 0\n";
    std::fs::write(&path, figure).unwrap();
    let arguments =
        ["node", "--only", "load", "--library", "/no/such/libwharf.so", "--check", "--figures"];
    let output = bench(&[&arguments[..], &[path.to_str().unwrap()]].concat());
    let text = standard_output(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("not run: /no/such/libwharf.so: it cannot be loaded"), "{text}");
    assert!(text.contains("SHORT  load 0 B wharf-c load_us"), "{text}");
}
