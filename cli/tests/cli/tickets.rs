//! Tickets from files and pipes, and those that are not what they should be.

use std::fs;

use crate::node::{Node, failed, succeeded, text};

/// A bit-by-bit CRC-32, to forge tickets with.
fn crc32(bytes: &[u8]) -> u32 {
    let bit = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, &byte| (0..8).fold(crc ^ u32::from(byte), |crc, _| bit(crc)))
}

/// The ticket in binary, with the byte at `at` changed and the check made right.
fn forged(ticket: &str, at: usize) -> Vec<u8> {
    let ticket: wharf::Ticket = ticket.parse().unwrap();
    let mut bytes = ticket.to_bytes().to_vec();
    let end = bytes.len() - 4;
    bytes[at] ^= 1;
    let check = crc32(&bytes[..end]);
    bytes[end..].copy_from_slice(&check.to_le_bytes());
    bytes
}

#[test]
fn a_ticket_comes_from_a_file_or_a_pipe_in_either_form() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"bytes"));
    let line = node.file("line", format!("  {ticket}\r\n\n"));
    let binary = node.file("binary", &*ticket.parse::<wharf::Ticket>().unwrap().to_bytes());
    for file in [&line, &binary] {
        let output = node.get(&format!("@{}", file.display()));
        assert_eq!(succeeded(&output).stdout, b"bytes");
        let output = node.pipe(&["get", "-"], &fs::read(file).unwrap());
        assert_eq!(succeeded(&output).stdout, b"bytes");
    }
}

#[test]
fn a_file_of_tickets_stands_for_all_of_them() {
    let node = Node::new();
    let files = [0, 1, 2].map(|i| node.file(&format!("in {i}"), [i; 100]));
    let arguments = [&["put".into()], &files[..]].concat();
    let output = node.run(&arguments);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = text(&output.stdout);
    let lines: Vec<_> = said.lines().map(|line| line.split_once('\t').unwrap()).collect();
    assert_eq!(lines.len(), 3);
    for (i, (ticket, file)) in (0..).zip(&lines) {
        assert_eq!(*file, files[i as usize].to_str().unwrap());
        assert_eq!(succeeded(&node.get(ticket)).stdout, [i; 100]);
    }
    // One warning for all of them.
    assert_eq!(text(&output.stderr).lines().count(), 1, "{output:?}");

    let list = node.file("tickets", format!("{said}\nhello there\n"));
    let list = format!("@{}", list.display());
    failed(&node.get(&list), 1, &["holds 4 tickets", "one is wanted"]);
    let words = ["1 of 4 were not evicted", "tickets, line 5: this is not a ticket"];
    failed(&node.run(&["evict", &list]), 1, &words);
    for (ticket, _) in lines {
        failed(&node.get(ticket), 1, &["evicted"]);
    }
}

#[test]
fn one_bad_file_does_not_keep_the_others() {
    let node = Node::new();
    let (first, last) = (node.file("first", b"first"), node.file("last", b"last"));
    let output =
        node.run(&["put".as_ref(), first.as_os_str(), "/no/such".as_ref(), last.as_os_str()]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.contains("1 of 3 files were not put") && said.contains("/no/such: No such"),
        "{said}"
    );
    let tickets = text(&output.stdout);
    let tickets: Vec<_> = tickets.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!(succeeded(&node.get(tickets[0])).stdout, b"first");
    assert_eq!(succeeded(&node.get(tickets[1])).stdout, b"last");
}

#[test]
fn a_wrong_ticket_is_told_from_an_evicted_object() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"bytes"));
    let mistyped =
        format!("{}{}", &ticket[..40], &ticket[40..].replacen(char::is_alphanumeric, "_", 1));
    assert_ne!(mistyped, ticket);
    let version = ticket.replace("wharf1_", "wharf7_");
    let twice = format!("{ticket}{ticket}");
    for command in ["get", "stat", "evict"] {
        failed(&node.run(&[command, &mistyped]), 1, &["damaged", "copy it again"]);
        failed(&node.run(&[command, &ticket[..100]]), 1, &["cut short"]);
        failed(&node.run(&[command, &twice]), 1, &["the ticket", "copy it again"]);
        failed(&node.run(&[command, &version]), 1, &["version 7"]);
        failed(&node.run(&[command, "hello"]), 1, &["not a ticket", "wharf1_"]);
        failed(&node.run(&[command, ""]), 1, &["cut short"]);
        failed(&node.run(&[command, "@/no/such/ticket"]), 1, &["/no/such/ticket", "No such file"]);
    }
    let program = format!("@{}", env!("CARGO_BIN_EXE_wharf"));
    failed(&node.get(&program), 1, &[&program[1..], "not a ticket"]);
    for command in ["get", "stat", "evict", "wait"] {
        let file = node.file("list", format!("\n{mistyped}\n"));
        let words = [file.to_str().unwrap(), "line 2", "damaged"];
        failed(&node.run(&[command, &format!("@{}", file.display())]), 1, &words);
    }
    assert_eq!(succeeded(&node.get(&ticket)).stdout, b"bytes");
}

#[test]
fn a_forged_ticket_gives_no_right_to_anything() {
    let node = Node::new();
    let ticket = node.put(&node.file("in", b"bytes"));
    let capability = node.file("capability", forged(&ticket, 80));
    let generation = node.file("generation", forged(&ticket, 32));
    let arena = node.file("arena", forged(&ticket, 10));
    for command in ["get", "stat", "evict"] {
        let run = |file: &std::path::Path| node.run(&[command, &format!("@{}", file.display())]);
        failed(&run(&capability), 1, &["no right"]);
        failed(&run(&generation), 1, &["evicted"]);
        failed(&run(&arena), 1, &["evicted"]);
    }
    assert_eq!(succeeded(&node.get(&ticket)).stdout, b"bytes");
}

#[test]
fn a_ticket_of_another_node_says_so() {
    let (here, elsewhere) = (Node::new(), Node::new());
    let ticket = elsewhere.put(&elsewhere.file("in", b"bytes"));
    here.put(&here.file("in", b"other bytes"));
    for command in ["get", "stat", "evict"] {
        failed(&here.run(&[command, &ticket]), 1, &["lives on node", "no route", "WHARF_SHM_DIR"]);
    }
    assert_eq!(succeeded(&elsewhere.get(&ticket)).stdout, b"bytes");
}
