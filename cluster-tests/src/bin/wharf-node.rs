//! A process on a node, told line by line what to do: it answers each line with one.
//!
//! ```text
//! put BYTES                  the ticket of a new object with so many bytes
//! get TICKET BYTES MS        "right" if it came whole within the time, else the error's name and text
//! keep BYTES                 as put, for as long as the node is there
//! promise                    the ticket of an object that this process is going to put, and never does
//! evict TICKET               "done"
//! objects                    how many objects are or come on the node, or are held, of all processes
//! fetchers                   the processes of the node that objects come to at this moment
//! usage                      bytes of objects in the store
//! sweep                      "done"
//! ```
//!
//! It is configured by the environment, as every program that uses Wharf.

use std::io::{BufRead, Write};
use std::time::Duration;

use anyhow::{bail, ensure};
use wharf::{Fabric, Lifetime, ObjectEntry, State, Store, StoreOptions, Sweep, Ticket};

fn main() -> anyhow::Result<()> {
    let fabric = Fabric::new()?;
    let store = fabric.store("objects", StoreOptions::default())?;
    say("ready")?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        say(&answer(&fabric, &store, &words).unwrap_or_else(|error| named(&error)))?;
    }
    Ok(())
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    Ok(writeln!(out, "{}", line.replace('\n', " | "))?)
}

fn answer(fabric: &Fabric, store: &Store, words: &[&str]) -> anyhow::Result<String> {
    Ok(match words {
        ["put", bytes] => put(store, bytes)?,
        ["keep", bytes] => put(&store.with_lifetime(Lifetime::NODE), bytes)?,
        ["promise"] => {
            let promise = store.promise()?;
            let ticket = promise.ticket().to_string();
            std::mem::forget(promise); // dropped, it would fail
            ticket
        }
        ["objects"] => {
            let arenas = fabric.arenas()?;
            let held = |object: &&ObjectEntry| {
                object.pins > 0 || matches!(object.state, State::Pending | State::Sealed)
            };
            arenas.iter().flat_map(|arena| &arena.objects).filter(held).count().to_string()
        }
        ["fetchers"] => {
            let mut arenas = fabric.arenas()?;
            arenas.retain(|arena| arena.objects.iter().any(|it| it.state == State::Pending));
            let fetchers: Vec<_> = arenas.iter().map(|arena| arena.owner_pid.to_string()).collect();
            fetchers.join(" ")
        }
        ["get", ticket, bytes, ms] => get(fabric, ticket, bytes.parse()?, ms.parse()?)?,
        ["evict", ticket] => {
            store.evict(&ticket.parse()?)?;
            "done".into()
        }
        ["usage"] => {
            store.trim()?;
            store.usage()?.in_use.to_string()
        }
        ["sweep"] => {
            fabric.sweep(Sweep::Dead)?;
            "done".into()
        }
        _ => bail!("{words:?} is nothing that could be done"),
    })
}

fn put(store: &Store, bytes: &str) -> anyhow::Result<String> {
    let mut block = store.alloc(bytes.parse()?)?;
    wharf_cluster_tests::fill(&mut block);
    Ok(block.seal()?.to_string())
}

fn get(fabric: &Fabric, ticket: &str, bytes: usize, ms: u64) -> anyhow::Result<String> {
    let ticket: Ticket = ticket.parse()?;
    let view = fabric.resolve(&ticket, Duration::from_millis(ms))?;
    ensure!(view.len() == bytes, "{} bytes came instead of {bytes}", view.len());
    let mut right = vec![0; bytes];
    wharf_cluster_tests::fill(&mut right);
    let wrong = view.iter().zip(&right).position(|(came, right)| came != right);
    match wrong {
        Some(at) => bail!("byte {at} is wrong"),
        None => Ok("right".into()),
    }
}

/// An error with the name of its variant before it.
fn named(error: &anyhow::Error) -> String {
    let variant = error.downcast_ref::<wharf::Error>().map(|error| format!("{error:?}"));
    let variant = variant.unwrap_or_else(|| "Wrong".into());
    let end = variant.find(|c: char| !c.is_alphanumeric()).unwrap_or(variant.len());
    format!("{}: {error:#}", &variant[..end])
}
