//! Configuration: what holds, who said so, and what is said of mistakes. And what `info` tells.

use std::fs;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::node::{Node, failed, succeeded, text, with_nothing_configured};

/// The command without `--dir`, in an environment of its own.
fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wharf"));
    with_nothing_configured(command.args(args));
    command
}

fn settings(output: &Output) -> Vec<(String, String, String)> {
    let info: Value = serde_json::from_slice(&succeeded(output).stdout).unwrap();
    let field = |setting: &Value, name: &str| setting[name].as_str().unwrap().to_owned();
    let settings = info["configuration"].as_array().unwrap().iter();
    settings.map(|s| (field(s, "name"), field(s, "value"), field(s, "origin"))).collect()
}

#[track_caller]
fn check(output: &Output, name: &str, value: &str, origin: &str) {
    let expected = (name.to_owned(), value.to_owned(), origin.to_owned());
    assert!(settings(output).contains(&expected), "{expected:?} is not in {output:?}");
}

#[test]
fn an_option_is_before_a_variable_before_the_file_before_the_default() {
    let node = Node::new();
    let dir = node.dir().display().to_string();
    let file =
        node.file("config", format!("directory = \"{dir}\"\ncapacity = \"1M\"\nwait='spin'"));
    let file_name = file.to_str().unwrap();
    let info = |variables: &[(&str, &str)], options: &[&str]| {
        let mut command = command(&["info", "--json"]);
        command.args(options).env("WHARF_CONFIG", &file).envs(variables.iter().copied());
        command.output().unwrap()
    };
    let output = info(&[], &[]);
    check(&output, "directory", &dir, file_name);
    check(&output, "capacity", "1048576", file_name);
    check(&output, "wait", "spin", file_name);
    check(&output, "leave_dead", "false", "default");

    let variables =
        [("WHARF_SHM_DIR", "/dev/shm/v"), ("WHARF_CAPACITY", "max"), ("WHARF_LEAVE_DEAD", "true")];
    let output = info(&variables, &[]);
    check(&output, "directory", "/dev/shm/v", "WHARF_SHM_DIR");
    check(&output, "capacity", "max", "WHARF_CAPACITY");
    check(&output, "leave_dead", "true", "WHARF_LEAVE_DEAD");
    check(&output, "wait", "spin", file_name);

    check(&info(&variables, &["--dir", "/dev/shm/o"]), "directory", "/dev/shm/o", "code");
    // An empty variable is none.
    check(&info(&[("WHARF_SHM_DIR", "")], &[]), "directory", &dir, file_name);
    // And the capacity is the stores'.
    let big = node.file("big", vec![1; 2 << 20]);
    let mut put = command(&["put", big.to_str().unwrap()]);
    failed(&put.env("WHARF_CONFIG", &file).output().unwrap(), 1, &["capacity of 1048576"]);
}

#[test]
fn the_file_is_found_where_such_files_are() {
    let node = Node::new();
    let home = node.path("home");
    let xdg = node.path("xdg");
    fs::create_dir_all(home.join(".config")).unwrap();
    fs::create_dir_all(&xdg).unwrap();
    let info = || {
        let mut command = command(&["info", "--json"]);
        command.env("WHARF_SHM_DIR", node.dir()).env_remove("WHARF_CONFIG").env("HOME", &home);
        command.env_remove("XDG_CONFIG_HOME");
        command
    };
    check(&info().output().unwrap(), "wait", "adaptive", "default");
    let usual = home.join(".config/wharf.toml");
    fs::write(&usual, "wait = \"block\"").unwrap();
    check(&info().output().unwrap(), "wait", "block", usual.to_str().unwrap());
    let output = info().env("XDG_CONFIG_HOME", &xdg).output().unwrap();
    check(&output, "wait", "adaptive", "default");
    fs::write(xdg.join("wharf.toml"), "wait = \"spin\"").unwrap();
    let output = info().env("XDG_CONFIG_HOME", &xdg).output().unwrap();
    check(&output, "wait", "spin", xdg.join("wharf.toml").to_str().unwrap());
    for home in ["/dev/null", "/nonexistent", ""] {
        check(&info().env("HOME", home).output().unwrap(), "wait", "adaptive", "default");
    }
}

#[test]
fn a_mistake_is_named_with_what_to_write() {
    let node = Node::new();
    let file = node.file("config", "capacity = 5\n\ncapacty = 6\n");
    let name = file.to_str().unwrap();
    let with =
        |variable: &str, value: &str| node.command(&["ls"]).env(variable, value).output().unwrap();
    failed(&with("WHARF_CONFIG", name), 1, &[name, ":3:", "`capacty`", "`capacity`"]);
    failed(&with("WHARF_CONFIG", "/no/such/file"), 1, &["/no/such/file", "No such file"]);
    failed(&with("WHARF_WAIT", "sleep"), 1, &["WHARF_WAIT", "`sleep`", "block, spin or adaptive"]);
    failed(&with("WHARF_CAPACITY", "lots"), 1, &["WHARF_CAPACITY", "`lots`", "500M"]);
    failed(&with("WHARF_LEAVE_DEAD", "1"), 1, &["WHARF_LEAVE_DEAD", "true or false"]);
    assert!(!node.dir().exists());
}

#[test]
fn info_tells_what_there_is_and_what_there_is_not() {
    let node = Node::new();
    let info = node.json(&["info"]);
    assert_eq!((&info["node"], &info["directory"]), (&Value::Null, &json!(node.dir())));
    assert!(!node.dir().exists(), "looking made it");
    node.put(&node.file("in", vec![7; 3 << 20]));

    let info = node.json(&["info"]);
    let there = &info["node"];
    assert_eq!((&there["arenas"], &there["objects"]), (&json!(1), &json!(1)));
    assert!(there["taken"].as_u64() >= Some(3 << 20), "{there}");
    let filesystem = &there["filesystem"];
    let number = |name: &str| filesystem[name].as_u64().unwrap();
    assert!(number("used") >= 3 << 20 && number("size") >= number("used"), "{filesystem}");
    assert!(number("available") <= number("size"), "{filesystem}");
    assert!(there["memory"]["limit"].as_str().unwrap().contains(" left of "), "{there}");
    let tiers = info["tiers"].as_array().unwrap();
    assert_eq!(
        (&tiers[0]["name"], &tiers[0]["available"]),
        (&json!("shared memory"), &json!(true))
    );
    assert_eq!((&tiers[1]["name"], &tiers[1]["available"]), (&json!("tcp"), &json!(true)));
    assert_eq!((&tiers[2]["name"], &tiers[2]["available"]), (&json!("rdma"), &json!(false)));
    assert_eq!(there["served_at"], json!([]));

    let shown = text(&succeeded(&node.run(&["info"])).stdout);
    let id = there["id"].as_str().unwrap();
    for word in ["wharf       0.", id, "1 object in 1 arena", "the command line", "wharf serve"] {
        assert!(shown.contains(word), "{word:?} is missing in {shown}");
    }
}
