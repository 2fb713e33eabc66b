//! What else a puppet can do: wait by name, promise, churn, fork, and leave as a program should.
//!
//! ```text
//! await NAME MODE LEN SEED KEY MS → ok        `resolve` in a thread; MODE: block, spin, adaptive
//! joined NAME                     → ok        what came of it
//! any NAME MODE MS KEY…           → ok        waits for the first of them, in a thread
//! first NAME                      → index     which that was
//! promise LIFE                    → key       a pending object without memory
//! promised LEN SEED               → ok        gives it memory, filled; `seal` seals it
//! break MESSAGE                   → ok        fails the last promise
//! abandon                         → ok        drops the last block, or promise, unsealed
//! hold COUNT LEN SEED KEY         → ok        so many views of one object
//! churn COUNT LEN                 → ok        puts and evicts so many
//! fill LEN                        → count     puts until the arena is full, then evicts them all
//! usage                           → reserved in_use live retired
//! counters                        → the arena's, as Rust writes them
//! renew KEY MS                    → ok
//! stat KEY                        → state and alive or dead
//! publish NAME KEY VALUE          → ok
//! lookup NAME MS                  → key value
//! unpublish NAME                  → ok
//! names PREFIX                    → the names
//! mend PATH                       → ok        another node's directory
//! strive ROUNDS SEED              → how often it had a name, and found one
//! fork-sleeper                    → pid       a child that only sleeps
//! fork-user KEY                   → what each call gives in a child
//! ```
//!
//! A puppet told to `leave` drops all it has, answers, and exits.

use std::io::{Read, Write};
use std::time::Duration;

use wharf_shm::{Deadline, Error, Lifetime, Node, NodeOptions, Result, Wait};

use crate::puppet::{Stage, compare, error_text, key_text, lifetime, number, parse_key, resolve};

impl Stage {
    /// Does what the puppet's own file does not know.
    pub(crate) fn act_further(&mut self, words: &[&str]) -> Result<String> {
        let ok = |()| "ok".to_owned();
        match *words {
            ["await", name, mode, len, seed, key, ms] => {
                let (node, key, wait) = (self.node.clone(), key.to_owned(), wait(mode));
                let (len, seed, ms) = (number(len), number(seed), number(ms));
                let thread = std::thread::spawn(move || resolve(&node, len, seed, &key, ms, wait));
                self.waits.insert(name.to_owned(), thread);
                Ok("ok".into())
            }
            ["joined", name] => {
                let thread = self.waits.remove(name).expect("awaited");
                self.views.push(thread.join().expect("no panic")?);
                Ok("ok".into())
            }
            ["any", name, mode, ms, ref keys @ ..] => {
                let (node, wait, ms) = (self.node.clone(), wait(mode), number(ms));
                let keys: Vec<_> = keys.iter().map(|key| parse_key(key)).collect();
                let deadline = Deadline::after(Duration::from_millis(ms));
                let thread = std::thread::spawn(move || node.wait_any(&keys, deadline, wait));
                self.any_waits.insert(name.to_owned(), thread);
                Ok("ok".into())
            }
            ["first", name] => {
                let thread = self.any_waits.remove(name).expect("awaited");
                thread.join().expect("no panic").map(|index| index.to_string())
            }
            ["promise", life] => {
                let promise = self.arena().promise(lifetime(life))?;
                let key = key_text(&promise.key());
                self.promises.push(promise);
                Ok(key)
            }
            ["promised", len, seed] => {
                let promise = self.promises.pop().expect("promised");
                let mut block = promise.alloc(number(len), 1)?;
                crate::pattern::fill(&mut block, number(seed));
                self.blocks.push(block);
                Ok("ok".into())
            }
            ["break", ref message @ ..] => {
                self.promises.pop().expect("promised").fail(&message.join(" ")).map(ok)
            }
            ["abandon"] => {
                if self.blocks.pop().is_none() {
                    drop(self.promises.pop().expect("a block or a promise"));
                }
                Ok("ok".into())
            }
            ["hold", count, len, seed, key] => {
                self.hold(number(count), number(len), number(seed), key).map(ok)
            }
            ["churn", count, len] => self.churn(number(count), number(len)).map(ok),
            ["fill", len] => self.fill(number(len)).map(|count| count.to_string()),
            ["usage"] => {
                let usage = self.arena().usage()?;
                let numbers = [usage.reserved, usage.in_use, usage.live, usage.retired];
                Ok(numbers.map(|number| number.to_string()).join(" "))
            }
            ["trim"] => Ok(self.arena().trim()?.to_string()),
            ["counters"] => Ok(format!("{:?}", self.arena().counters()?)),
            ["renew", key, ms] => {
                self.node.renew(&parse_key(key), Duration::from_millis(number(ms))).map(ok)
            }
            ["stat", key] => {
                let stat = self.node.stat(&parse_key(key))?;
                let owner = if stat.owner_alive { "alive" } else { "dead" };
                Ok(format!("{:?} {owner}", stat.state))
            }
            ["publish", name, key, value] => {
                self.arena().publish(name, &parse_key(key), value.as_bytes()).map(ok)
            }
            ["lookup", name, ms] => {
                let deadline = Deadline::after(Duration::from_millis(number(ms)));
                let named = self.node.lookup(name, deadline)?;
                assert_eq!(named.name, name);
                let value = String::from_utf8(named.value).expect("as it was published");
                Ok(format!("{} {value}", key_text(&named.key)))
            }
            ["unpublish", name] => self.node.unpublish(name).map(ok),
            ["names", prefix] => {
                let names = self.node.names(prefix)?.into_iter().map(|named| named.name);
                Ok(names.collect::<Vec<_>>().join(" "))
            }
            ["mend", path] => {
                let directory = Some(path.into());
                Node::mend(&NodeOptions { directory, ..Default::default() }).map(|_| "ok".into())
            }
            ["strive", rounds, seed] => crate::names::strive(self, number(rounds), number(seed)),
            ["fork-sleeper"] => Ok(fork(|| {
                loop {
                    std::thread::sleep(Duration::from_secs(1));
                }
            })
            .to_string()),
            ["fork-user", key] => Ok(self.in_a_child(key)),
            _ => self.act_network(words),
        }
    }

    /// What each call gives in a forked child, and what the child's exit does.
    fn in_a_child(&mut self, key: &str) -> String {
        let key = parse_key(key);
        told_by_a_child(|| {
            let arena = self.arena();
            let calls = [
                name(self.node.resolve(&key, Deadline::NOW, Wait::Block).map(drop)),
                name(arena.put(b"x", Lifetime::PROCESS).map(drop)),
                name(arena.evict(&key)),
                name(self.node.stat(&key).map(drop)),
                name(arena.publish("child", &key, b"")),
                name(self.node.lookup("child", Deadline::NOW).map(drop)),
                name(self.node.unpublish("child")),
                name(self.node.names("").map(drop)),
                name(self.node.claim(&key, Deadline::NOW, Wait::Block).map(drop)),
                name(arena.announce(b"").map(drop)),
                name(self.node.announcements().map(drop)),
                name(arena.publish_replica(&[0; 16], &key)),
                name(arena.replicas().map(drop)),
                name(self.node.replica(&[0; 16]).map(drop)),
                name(self.node.key(|| Ok(vec![1])).map(drop)),
                name(arena.close()),
                name(
                    Node::open(&NodeOptions::default())
                        .and_then(|own| own.resolve(&key, Deadline::NOW, Wait::Block).map(drop)),
                ),
            ];
            self.views.clear();
            self.blocks.clear();
            self.network = Default::default();
            self.arena = None;
            calls.join(" ")
        })
    }

    fn hold(&mut self, count: u64, len: u64, seed: u64, key: &str) -> Result<()> {
        let key = parse_key(key);
        for n in 0..count {
            let view = self.node.resolve(&key, Deadline::NOW, Wait::Block)?;
            assert_eq!(view.len() as u64, len, "a view of the wrong length");
            if n == 0 {
                compare(&view, seed);
            }
            self.views.push((view, seed));
        }
        Ok(())
    }

    fn churn(&mut self, count: u64, len: u64) -> Result<()> {
        let bytes = vec![7; len as usize];
        for _ in 0..count {
            let put = self.arena().put(&bytes, Lifetime::PROCESS)?;
            self.arena().evict(&put.key)?;
        }
        Ok(())
    }

    fn fill(&mut self, len: u64) -> Result<u64> {
        let bytes = vec![7; len as usize];
        let mut puts = Vec::new();
        loop {
            match self.arena().put(&bytes, Lifetime::PROCESS) {
                Ok(put) => puts.push(put.key),
                Err(Error::Full { .. }) => break,
                Err(other) => return Err(other),
            }
        }
        puts.iter().try_for_each(|key| self.arena().evict(key))?;
        Ok(puts.len() as u64)
    }
}

fn wait(mode: &str) -> Wait {
    match mode {
        "block" => Wait::Block,
        "spin" => Wait::Spin,
        "adaptive" => Wait::Adaptive,
        other => panic!("no way to wait: {other}"),
    }
}

/// `ok`, or the error's name.
pub(crate) fn name(outcome: Result<()>) -> String {
    match outcome {
        Ok(()) => "ok".to_owned(),
        Err(error) => error_text(&error).split(' ').nth(1).unwrap_or("?").to_owned(),
    }
}

/// What a forked child says, and how it ended.
pub(crate) fn told_by_a_child(child: impl FnOnce() -> String) -> String {
    let (mut reader, mut writer) = std::io::pipe().expect("a pipe");
    let pid = fork(|| {
        let _ = writer.write_all(child().as_bytes());
        // SAFETY: ends the child at once, as a child that shares its parent's state should.
        unsafe { libc::_exit(0) };
    });
    drop(writer);
    let mut text = String::new();
    let _ = reader.read_to_string(&mut text);
    let mut status = 0;
    // SAFETY: waits for this process's own child.
    unsafe { libc::waitpid(pid, &mut status, 0) };
    format!("{text} status={status}")
}

fn fork(child: impl FnOnce()) -> libc::pid_t {
    // SAFETY: the child only runs code of this program, which holds no lock here.
    match unsafe { libc::fork() } {
        0 => {
            child();
            // SAFETY: as above.
            unsafe { libc::_exit(0) }
        }
        pid => pid,
    }
}
