//! What is put is what is got: from files and pipes, into files and pipes, at any size.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::process::Stdio;

use crate::node::{Node, failed, noise, succeeded, text, ticket};

#[test]
fn another_process_gets_the_same_bytes_later() {
    let node = Node::new();
    let bytes = noise(100_001);
    let ticket = node.put(&node.file("in", &bytes));
    for _ in 0..2 {
        assert!(succeeded(&node.get(&ticket)).stdout == bytes);
    }
}

#[test]
fn an_empty_file_is_an_object_too() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", ""));
    assert_eq!(succeeded(&node.get(&ticket)).stdout, b"");
    let stat = text(&succeeded(&node.run(&["stat", &ticket])).stdout);
    assert!(stat.contains("sealed") && stat.contains("0 B"), "{stat}");

    let ticket = node.put_with("evicted", b"");
    assert_eq!(succeeded(&node.get(&ticket)).stdout, b"");
}

#[test]
fn sixty_four_mebibytes_arrive_whole() {
    let node = Node::new();
    let bytes = noise(64 << 20);
    let ticket = node.put(&node.file("in", &bytes));
    let out = node.path("out");
    succeeded(&node.run(&["get", &ticket, "-o", out.to_str().unwrap()]));
    assert!(fs::read(out).unwrap() == bytes);
}

#[test]
fn a_sparse_file_arrives_with_its_holes() {
    let node = Node::new();
    let path = std::env::temp_dir().join(format!("wharf-sparse-{}", std::process::id()));
    let file = File::create(&path).unwrap();
    file.set_len(64 << 20).unwrap();
    for (at, byte) in [(0, 1), (5 << 20, 2), ((40 << 20) + 17, 3)] {
        file.write_all_at(&[byte; 70_000], at).unwrap();
    }
    let expected = fs::read(&path).unwrap();
    let is_sparse = file.metadata().unwrap().blocks() * 512 < 64 << 20;
    let ticket = node.put(&path);
    let mut half = File::open(&path).unwrap();
    half.seek(SeekFrom::Start(3 << 20)).unwrap();
    let output = node.command(&["put", "-"]).stdin(half).output().unwrap();
    fs::remove_file(&path).unwrap();
    assert!(is_sparse, "the filesystem of {} has no sparse files", path.display());
    assert!(succeeded(&node.get(&ticket)).stdout == expected);
    assert!(succeeded(&node.get(&self::ticket(&output))).stdout == expected[3 << 20..]);
}

#[test]
fn a_pipe_of_any_length_is_put() {
    let node = Node::new();
    // Around the sizes that its block grows to.
    for length in [1, (2 << 20) - 1, 2 << 20, (2 << 20) + 1, 4 << 20, (9 << 20) + 12_345] {
        let bytes = noise(length);
        let ticket = ticket(&node.pipe(&["put", "-"], &bytes));
        assert!(succeeded(&node.get(&ticket)).stdout == bytes, "{length}");
    }
}

#[test]
fn a_pipe_takes_no_more_memory_than_what_comes_out_of_it() {
    let node = Node::new();
    let bytes = noise(60 << 20);
    let mut command = node.command(&["put", "-"]);
    command.env("WHARF_CAPACITY", "64M").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut put = command.stderr(Stdio::piped()).spawn().unwrap();
    put.stdin.take().unwrap().write_all(&bytes).unwrap();
    let ticket = ticket(&put.wait_with_output().unwrap());
    assert!(succeeded(&node.get(&ticket)).stdout == bytes);
    let taken = node.json(&["ls"])["arenas"][0]["taken"].as_u64().unwrap();
    assert!((60 << 20..61 << 20).contains(&taken), "{taken}");
}

#[test]
fn a_file_as_standard_input_is_put_from_where_it_stands() {
    let node = Node::new();
    let mut file = File::open(node.file("in", b"0123456789")).unwrap();
    file.seek(SeekFrom::Start(4)).unwrap();
    let output = node.command(&["put", "-"]).stdin(file).output().unwrap();
    assert_eq!(succeeded(&node.get(&ticket(&output))).stdout, b"456789");
}

#[test]
fn a_file_that_claims_to_be_empty_is_read_to_its_end() {
    let node = Node::new();
    let ticket = node.put("/proc/version".as_ref());
    let expected = fs::read("/proc/version").unwrap();
    assert_eq!(text(&succeeded(&node.get(&ticket)).stdout), text(&expected));
}

#[test]
fn a_pipe_of_another_length_than_stated_is_refused() {
    let node = Node::new();
    let bytes = noise(3000);
    let output = node.pipe(&["put", "--size", "3000", "-"], &bytes);
    assert!(succeeded(&node.get(&ticket(&output))).stdout == bytes);
    succeeded(&node.run(&["sweep", "--all"]));

    failed(&node.pipe(&["put", "--size", "3001", "-"], &bytes), 1, &["ended after 3000 of 3001"]);
    failed(&node.pipe(&["put", "--size", "2999", "-"], &bytes), 1, &["more than 2999 bytes"]);
    assert!(!node.ls().contains("slot"), "{}", node.ls());
}

#[test]
fn what_cannot_be_read_is_named() {
    let node = Node::new();
    failed(&node.run(&["put", "/no/such/file"]), 1, &["/no/such/file", "No such file"]);
    failed(&node.run(&["put", "/tmp"]), 1, &["/tmp is a folder"]);
}

#[test]
fn a_ticket_that_cannot_be_printed_leaves_nothing_behind() {
    let node = Node::new();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let file = node.file("in", noise(5000));
    let output = node.command(&["put", file.to_str().unwrap()]).stdout(full).output().unwrap();
    failed(&output, 1, &["standard output", "nothing was put", "No space left"]);
    assert!(!node.ls().contains("slot"), "{}", node.ls());
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", noise(8 << 20)));
    let mut command = node.command(&["get", &ticket]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    succeeded(&child.wait_with_output().unwrap());
}

#[test]
fn a_disk_that_is_full_is_an_error() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", noise(5000)));
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = node.command(&["get", &ticket]).stdout(full).output().unwrap();
    failed(&output, 1, &["cannot write standard output", "No space left"]);
    failed(&node.run(&["get", &ticket, "-o", "/dev/full"]), 1, &["/dev/full", "No space left"]);
}

#[test]
fn an_output_file_is_replaced_in_one_piece() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"new"));
    let out = node.file("out", b"the old contents");
    fs::set_permissions(&out, Permissions::from_mode(0o640)).unwrap();
    let link = node.path("link");
    symlink(&out, &link).unwrap();

    succeeded(&node.run(&["get", &ticket, "-o", link.to_str().unwrap()]));
    assert_eq!(fs::read(&out).unwrap(), b"new");
    assert_eq!(fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());

    let folder = node.path("");
    let left = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_str().unwrap().starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn an_output_file_stands_when_there_is_nothing_to_replace_it_with() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"gone soon"));
    succeeded(&node.run(&["evict", &ticket]));
    let out = node.file("out", b"the old contents");
    failed(&node.run(&["get", &ticket, "-o", out.to_str().unwrap()]), 1, &["evicted"]);
    assert_eq!(fs::read(&out).unwrap(), b"the old contents");
}

#[test]
fn devices_and_folders_are_not_replaced() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"bytes"));
    succeeded(&node.run(&["get", &ticket, "-o", "/dev/null"]));
    assert!(fs::metadata("/dev/null").unwrap().file_type().is_char_device());
    failed(&node.run(&["get", &ticket, "-o", "/tmp"]), 1, &["/tmp", "folder"]);
    failed(&node.run(&["get", &ticket, "-o", "/no/such/x"]), 1, &["/no/such/x", "No such file"]);
}
