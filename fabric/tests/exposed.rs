//! Memory that a program has already, read by other processes through the public interface.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod common;

use std::future::Future;
use std::pin::pin;
use std::process::{Command, Output};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use wharf::{
    ArrayType, Deadline, Error, Exposed, Fabric, Form, Lifetime, MemoryError, Section, Shape,
    StoreOptions, Ticket,
};

use common::Node;

const SOON: Duration = Duration::from_secs(10);

/// The ticket for the process that a test starts of itself.
const TICKET: &str = "WHARF_TEST_TICKET";

#[test]
fn a_field_is_read_by_another_process_as_what_it_is() {
    if let Ok(ticket) = std::env::var(TICKET) {
        return other_process(&ticket.parse().unwrap());
    }
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let field: Vec<f64> = (0..64 * 128).map(f64::from).collect();
    let array = ArrayType::of::<f64>(Shape::fortran([64, 128])).unwrap();
    // SAFETY: the field is that long, outlives it, and is not changed.
    let exposed = unsafe { store.expose_array(field.as_ptr().cast(), array.clone()) }.unwrap();
    let ticket = exposed.ticket();
    assert!(ticket.is_exposed() && ticket.extent().is_none());
    assert_eq!((ticket.size(), ticket.form()), (Some(64 * 128 * 8), Form::Array(array)));
    assert_eq!(Ticket::from_bytes(&ticket.to_bytes()).unwrap(), *ticket);
    let section = ticket.sections().find(|section| section.kind == Section::EXPOSED).unwrap();
    assert_eq!(section.value, [0, 0, 1, 0, 0, 0, 0, 0]);

    let other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_field_is_read_by_another_process_as_what_it_is", "--nocapture"])
        .env("WHARF_SHM_DIR", fabric.directory())
        .env(TICKET, ticket.to_string())
        .output()
        .unwrap();
    assert_passed(&other);
    exposed.unexpose(SOON).unwrap();
    assert!(matches!(fabric.resolve(ticket, Deadline::NOW), Err(Error::Evicted)));
    assert_eq!(store.usage().unwrap().live, 0);
}

fn other_process(ticket: &Ticket) {
    let fabric = Fabric::new().unwrap();
    let field = fabric.get::<[f64]>(ticket, SOON).unwrap();
    assert!(field.iter().enumerate().all(|(n, number)| *number == n as f64));
    assert_eq!(field.array().unwrap().to_string(), "f64[64, 128] in Fortran order");
    assert!(field.is_copy());
    assert!(matches!(fabric.get::<[f32]>(ticket, SOON), Err(Error::WrongType { .. })));
    fabric.wait(ticket, Deadline::NOW).unwrap();
    assert!(fabric.stat(ticket).unwrap().exposed);
}

fn assert_passed(other: &Output) {
    let said = String::from_utf8_lossy(&other.stdout);
    assert!(other.status.success() && said.contains("1 passed"), "{other:?}");
}

#[test]
fn bytes_and_no_bytes_are_exposed() {
    let node = Node::new();
    let fabric = node.fabric();
    // Memory of a process cannot outlive it, whatever the store's objects do.
    let options = StoreOptions { lifetime: Lifetime::NODE, ..StoreOptions::default() };
    let store = fabric.store("s", options).unwrap();
    let expose = |bytes: &[u8]| {
        // SAFETY: what is exposed here is dropped before the bytes, which nobody changes.
        unsafe { store.expose(bytes.as_ptr(), bytes.len()) }.unwrap()
    };
    let exposed = expose(b"temperature");
    assert_eq!(*fabric.resolve(exposed.ticket(), Deadline::NOW).unwrap(), *b"temperature");
    assert_eq!(fabric.stat(exposed.ticket()).unwrap().lifetime, Lifetime::PROCESS);
    assert_eq!(format!("{exposed:?}"), "Exposed(11 bytes)");
    let nothing = expose(b"");
    assert!(fabric.resolve(nothing.ticket(), Deadline::NOW).unwrap().is_empty());
    // SAFETY: nothing lies there, and nothing is said to.
    let null = unsafe { store.expose(std::ptr::null(), 0) }.unwrap();
    assert!(fabric.resolve(null.ticket(), Deadline::NOW).unwrap().is_empty());
    // SAFETY: it is refused.
    let refused = unsafe { store.expose(std::ptr::null(), 1) };
    assert!(matches!(refused, Err(Error::Memory(MemoryError::NotMemory { len: 1, .. }))));
}

#[test]
fn a_deadline_that_has_passed_copies_nothing_and_none_at_all_copies_all() {
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let bytes = vec![7; 1000];
    // SAFETY: the bytes outlive it, and are not changed.
    let exposed = unsafe { store.expose(bytes.as_ptr(), bytes.len()) }.unwrap();
    let tickets = [exposed.ticket().clone(), store.put(&bytes).unwrap(), exposed.ticket().clone()];
    let passed = Deadline::at(Instant::now());
    let outcomes = fabric.resolve_many(&tickets, passed);
    assert!(matches!(outcomes[..], [Err(Error::Deadline), Ok(_), Err(Error::Deadline)]));
    assert!(fabric.resolve_many(&tickets, Duration::ZERO).iter().all(Result::is_ok));

    let context = &mut Context::from_waker(Waker::noop());
    let mut future = pin!(fabric.resolve_async(exposed.ticket(), passed));
    let outcome = std::iter::repeat_with(|| future.as_mut().poll(context)).find(Poll::is_ready);
    assert!(matches!(outcome, Some(Poll::Ready(Err(Error::Deadline)))), "{outcome:?}");
}

#[test]
fn a_future_copies_a_piece_in_each_poll_and_holds_nobody_up_in_between() {
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let bytes = vec![7; 40 << 20];
    // SAFETY: the bytes outlive it, and are not changed.
    let exposed = unsafe { store.expose(bytes.as_ptr(), bytes.len()) }.unwrap();
    let context = &mut Context::from_waker(Waker::noop());
    let mut future = pin!(fabric.resolve_async(exposed.ticket(), SOON));
    assert!(future.as_mut().poll(context).is_pending());
    let mut polls = 0;
    let view = loop {
        polls += 1;
        if let Poll::Ready(view) = future.as_mut().poll(context) {
            break view.unwrap();
        }
    };
    assert!(polls >= 3, "{polls}");
    assert!(view.iter().eq(&bytes));

    let mut future = pin!(fabric.resolve_async(exposed.ticket(), SOON));
    (0..4).for_each(|_| assert!(future.as_mut().poll(context).is_pending()));
    exposed.unexpose(Deadline::NOW).unwrap();
    let outcome = std::iter::repeat_with(|| future.as_mut().poll(context)).find(Poll::is_ready);
    assert!(matches!(outcome, Some(Poll::Ready(Err(Error::Evicted)))), "{outcome:?}");
}

#[test]
fn any_thread_ends_it_and_only_once() {
    fn is_shared<T: Send + Sync>(_: &T) {}
    let node = Node::new();
    let fabric = node.fabric();
    let store = fabric.store("s", StoreOptions::default()).unwrap();
    let bytes = [7; 1000];
    // SAFETY: the bytes outlive it, and are not changed.
    let exposed: Exposed = unsafe { store.expose(bytes.as_ptr(), bytes.len()) }.unwrap();
    is_shared(&exposed);
    let name = store.publish("memory", exposed.ticket());
    name.unwrap();
    let found = fabric.lookup("memory", Deadline::NOW).unwrap();
    assert_eq!(*fabric.resolve(&found, Deadline::NOW).unwrap(), bytes);
    fabric.evict(&found).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| exposed.unexpose(SOON).unwrap());
        }
    });
    store.close().unwrap();
    exposed.unexpose(Deadline::NOW).unwrap();
}

#[test]
fn allowing_to_attach_is_harmless_where_nothing_forbids_it() {
    Fabric::allow_attach().unwrap();
}
