//! Every way in which a figure can be reached, missed, unmeasured or ill-written.

use super::*;
use crate::row::tests::row;

fn verdicts(table: &str, rows: &[Row]) -> Vec<Verdict> {
    Figures::parse(table, "test").unwrap().check(rows, |_| true)
}

fn one(bound: &str, rows: &[Row]) -> Verdict {
    let table = format!("[[figure]]\nwork='handover'\nsubject='wharf'\nbytes=[64]\n{bound}\n");
    let all = verdicts(&table, rows);
    assert_eq!(all.len(), 1);
    all[0].clone()
}

#[test]
fn an_absolute_bound_is_kept_or_missed() {
    let rows = [row("wharf", 64, &[500.0])];
    assert!(one("measure='p50_ns'\nat_most=500", &rows).reached);
    let short = one("measure='p50_ns'\nat_most=499", &rows);
    assert!(short.falls_short());
    assert_eq!(short.to_string(), "SHORT  handover 64 B wharf p50_ns: 500 ns, at most 499 ns");
    assert!(one("measure='ops_per_s'\nat_least=1600000", &rows).reached);
    assert!(one("measure='ops_per_s'\nat_least=1600001", &rows).falls_short());
}

#[test]
fn a_relative_bound_goes_by_the_median_of_the_rounds_ratios() {
    let rows =
        [row("wharf", 64, &[110.0, 900.0, 100.0]), row("futex", 64, &[100.0, 1000.0, 100.0])];
    let bound =
        |times| format!("measure='p50_ns'\nat_most_times={times}\nof=[{{subject='futex'}}]");
    assert!(one(&bound(1.0), &rows).reached);
    assert!(one(&bound(0.99), &rows).falls_short());
}

#[test]
fn a_bound_on_what_is_more_goes_by_the_median_of_the_rounds_differences() {
    let rows = [row("wharf", 64, &[150.0, 990.0, 140.0]), row("futex", 64, &[100.0, 900.0, 100.0])];
    let bound = |more| format!("measure='p50_ns'\nat_most_more={more}\nof=[{{subject='futex'}}]");
    assert!(one(&bound(50), &rows).reached);
    let short = one(&bound(49), &rows);
    assert!(short.falls_short());
    assert!(short.text.contains("50 ns more than"), "{}", short.text);
}

#[test]
fn the_best_of_several_is_what_counts() {
    let copy = |name, ns| row(name, 64, &[ns]).moving_bytes();
    let rows = [copy("wharf", 100.0), copy("memcpy", 99.0), copy("streaming", 50.0)];
    let bound =
        "measure='bytes_per_s'\nat_least_times=0.95\nof=[{subject='memcpy'},{subject='streaming'}]";
    let short = one(bound, &rows);
    assert!(short.falls_short());
    assert!(short.text.contains("0.500 times"), "{}", short.text);
    assert!(
        one("measure='bytes_per_s'\nat_least_times=0.95\nof=[{subject='memcpy'}]", &rows).reached
    );
}

#[test]
fn a_ratio_may_be_to_another_size_of_the_same_subject() {
    let rows = [row("wharf", 64, &[130.0]), row("wharf", 1 << 30, &[100.0])];
    let bound = "measure='p50_ns'\nat_most_times=1.2\nof=[{subject='wharf', bytes=1073741824}]";
    assert!(one(bound, &rows).falls_short());
}

#[test]
fn what_was_not_measured_falls_short() {
    let short = one("measure='p50_ns'\nat_most=1e12", &[row("wharf", 128, &[1.0])]);
    assert!(short.falls_short());
    let why = Row::not_run("handover", "wharf", 64, "no room");
    assert!(one("measure='p50_ns'\nat_most=1e12", &[why]).text.contains("no room"));
    assert!(one("measure='bytes_per_s'\nat_least=0", &[row("wharf", 64, &[1.0])]).falls_short());
    let alone = [row("wharf", 64, &[1.0])];
    assert!(one("measure='p50_ns'\nat_most_times=9\nof=[{subject='futex'}]", &alone).falls_short());
}

#[test]
fn an_aim_is_said_and_does_not_fail() {
    let rows = [row("wharf", 64, &[500.0])];
    let aim = one("measure='p50_ns'\nat_most=1\naim=true", &rows);
    assert!(!aim.reached && !aim.falls_short());
    assert!(aim.to_string().starts_with("aim  "));
}

#[test]
fn works_that_were_left_out_are_not_judged() {
    let table =
        "[[figure]]\nwork='resolve'\nsubject='wharf'\nbytes=[64]\nmeasure='p50_ns'\nat_most=1\n";
    let figures = Figures::parse(table, "test").unwrap();
    assert!(figures.check(&[], |work| work != "resolve").is_empty());
    assert_eq!(figures.check(&[], |_| true).len(), 1);
}

#[test]
fn ill_written_tables_are_refused() {
    let head = "[[figure]]\nwork='w'\nsubject='s'\nmeasure='p50_ns'\n";
    for (rest, reason) in [
        ("bytes=[64]", "exactly one of"),
        ("bytes=[64]\nat_most=1\nat_least=1", "exactly one of"),
        ("bytes=[64]\nat_most_times=1", "needs `of`"),
        ("bytes=[64]\nat_most_more=1", "needs `of`"),
        ("bytes=[64]\nat_most=1\nof=[{subject='x'}]", "needs `of`"),
        ("bytes=[]\nat_most=1", "names no size"),
        ("bytes=[64]\nat_most=1\nspeed=2", "unknown field"),
    ] {
        let error = Figures::parse(&format!("{head}{rest}"), "test").unwrap_err().to_string();
        assert!(error.contains(reason), "{rest}: {error}");
    }
    assert!(Figures::parse("figure = []", "test").is_err());
}

#[test]
fn the_committed_table_is_well_written_and_judges_every_work_but_none_that_is_not_there() {
    let figures = Figures::committed().unwrap();
    let works: Vec<&str> = crate::works::Work::all().map(|work| work.name()).collect();
    for work in &works {
        assert!(figures.figure.iter().any(|figure| figure.work == *work), "no figure for {work}");
    }
    assert!(figures.figure.iter().all(|figure| works.contains(&figure.work.as_str())));
}
