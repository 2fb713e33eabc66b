//! The pieces of work that are measured, one file each.

mod expose;
mod first_resolve;
mod handover;
mod handover_blocking;
pub(crate) mod idle;
mod load;
mod million;
mod put_copy;
mod put_in_place;
pub(crate) mod resolve;
mod small_objects;
pub(crate) mod tcp;

pub(crate) use expose::lend;
pub(crate) use first_resolve::resolve_first;
pub(crate) use million::keep_alive;

use crate::context::Context;
use crate::error::Result;
use crate::hosts;
use crate::row::Row;

/// A piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Work {
    /// Resolve another process's object
    Resolve,
    /// Hand objects over to a process that spins
    Handover,
    /// Hand objects over to a process that sleeps
    HandoverBlocking,
    /// Put without a copy
    PutInPlace,
    /// Put by a copy
    PutCopy,
    /// Read memory that another process exposes
    Expose,
    /// Put and evict small objects, and keep a million
    SmallObjects,
    /// Resolve from an arena never seen
    FirstResolve,
    /// Do nothing
    Idle,
    /// Load the C library
    Load,
    /// Fetch a large object of another node, by loopback
    TcpFetch,
    /// The same between two hosts
    TcpFetchVeth,
    /// Fetch a large object of another node, encrypted, by loopback
    TcpEncrypted,
    /// The same between two hosts
    TcpEncryptedVeth,
    /// Fetch a small object by a warm connection
    TcpSmall,
    /// Fetch many small objects at once
    TcpPipelined,
    /// Fetch from a node never met
    TcpFirstContact,
    /// Count the round trips of that
    TcpFirstContactFar,
    /// Fetch a large object over a long way that loses packets, with cubic
    TcpWanCubic,
    /// The same with bbr
    TcpWanBbr,
    /// Resolve one object of another node in many processes
    TcpShared,
    /// Keep a thousand readers connected
    TcpIdle,
}

impl Work {
    /// In one node's memory, in the table's order.
    pub(crate) const NODE: [Work; 10] = [
        Work::Resolve,
        Work::Handover,
        Work::HandoverBlocking,
        Work::PutInPlace,
        Work::PutCopy,
        Work::Expose,
        Work::SmallObjects,
        Work::FirstResolve,
        Work::Idle,
        Work::Load,
    ];

    /// Between two nodes.
    pub(crate) const TCP: [Work; 12] = [
        Work::TcpFetch,
        Work::TcpFetchVeth,
        Work::TcpEncrypted,
        Work::TcpEncryptedVeth,
        Work::TcpSmall,
        Work::TcpPipelined,
        Work::TcpFirstContact,
        Work::TcpFirstContactFar,
        Work::TcpWanCubic,
        Work::TcpWanBbr,
        Work::TcpShared,
        Work::TcpIdle,
    ];

    /// All of them.
    #[cfg(test)]
    pub(crate) fn all() -> impl Iterator<Item = Work> {
        Work::NODE.into_iter().chain(Work::TCP)
    }

    /// Its name in rows and figures.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Work::Resolve => resolve::WORK,
            Work::Handover => handover::WORK,
            Work::HandoverBlocking => handover_blocking::WORK,
            Work::PutInPlace => put_in_place::WORK,
            Work::PutCopy => put_copy::WORK,
            Work::Expose => expose::WORK,
            Work::SmallObjects => small_objects::WORK,
            Work::FirstResolve => first_resolve::WORK,
            Work::Idle => idle::WORK,
            Work::Load => load::WORK,
            Work::TcpFetch => tcp::fetch::WORK,
            Work::TcpFetchVeth => tcp::fetch::VETH,
            Work::TcpEncrypted => tcp::encrypted::WORK,
            Work::TcpEncryptedVeth => tcp::encrypted::VETH,
            Work::TcpSmall => tcp::small::WORK,
            Work::TcpPipelined => tcp::pipelined::WORK,
            Work::TcpFirstContact => tcp::first_contact::WORK,
            Work::TcpFirstContactFar => tcp::contact::WORK,
            Work::TcpWanCubic => tcp::wan::CUBIC,
            Work::TcpWanBbr => tcp::wan::BBR,
            Work::TcpShared => tcp::readers::WORK,
            Work::TcpIdle => tcp::crowd::WORK,
        }
    }

    /// What is done and what is timed, in a line.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Work::Resolve => {
                "another process's object, arena mapped: from ticket bytes to a view, and its release"
            }
            Work::Handover => {
                "one way between two processes that spin: a block sealed, resolved, released"
            }
            Work::HandoverBlocking => {
                "one way between two processes that sleep: a block sealed, resolved, released"
            }
            Work::PutInPlace => "alloc, seal, ticket bytes, evict; recycled blocks",
            Work::PutCopy => "put and evict of bytes from ordinary memory; ratio of speeds",
            Work::Expose => {
                "another process's own memory: a copy of it, and its release; ratio of speeds"
            }
            Work::SmallObjects => {
                "put and evict with a thousand alive, one core, batches of 1000; a million kept alive"
            }
            Work::FirstResolve => {
                "the first resolve of a fresh process, from an arena it has never seen"
            }
            Work::Idle => "a process with an open fabric, asleep",
            Work::Load => "a program that does nothing, with the shared C library and without",
            Work::TcpFetch => {
                "another node's object into recycled memory, and its release; ratio of speeds"
            }
            Work::TcpFetchVeth => "the same between two hosts, by a pair of virtual devices",
            Work::TcpEncrypted => {
                "another node's object, encrypted, into recycled memory; ratio of speeds"
            }
            Work::TcpEncryptedVeth => "the same between two hosts, by a pair of virtual devices",
            Work::TcpSmall => "64 bytes of another node, by a warm connection",
            Work::TcpPipelined => "64 fetches of 64 bytes at once, by a warm connection",
            Work::TcpFirstContact => "64 bytes of a node never met: connection, handshake, object",
            Work::TcpFirstContactFar => {
                "the same between two hosts 100 ms apart: round trips of each step"
            }
            Work::TcpWanCubic => {
                "1 GiB over 50 ms there and back, 0.1 % lost, with cubic; ratio of speeds"
            }
            Work::TcpWanBbr => "the same with bbr",
            Work::TcpShared => {
                "32 processes of a node resolve another node's object, and read every byte"
            }
            Work::TcpIdle => {
                "a thousand connected readers that ask for nothing: what they cost the process that serves"
            }
        }
    }

    /// Measures it.
    pub(crate) fn run(self, context: &Context) -> Result<Vec<Row>> {
        match self {
            Work::Resolve => resolve::run(context),
            Work::Handover => handover::run(context),
            Work::HandoverBlocking => handover_blocking::run(context),
            Work::PutInPlace => put_in_place::run(context),
            Work::PutCopy => put_copy::run(context),
            Work::Expose => expose::run(context),
            Work::SmallObjects => {
                let mut rows = small_objects::run(context)?;
                rows.extend(million::run(context)?);
                Ok(rows)
            }
            Work::FirstResolve => first_resolve::run(context),
            Work::Idle => idle::run(context),
            Work::Load => load::run(context),
            Work::TcpFetch => tcp::fetch::run(context, tcp::fetch::WORK),
            Work::TcpFetchVeth => hosts::between(context, tcp::fetch::VETH, tcp::fetch::run),
            Work::TcpEncrypted => tcp::encrypted::run(context, tcp::encrypted::WORK),
            Work::TcpEncryptedVeth => {
                hosts::between(context, tcp::encrypted::VETH, tcp::encrypted::run)
            }
            Work::TcpSmall => tcp::small::run(context),
            Work::TcpPipelined => tcp::pipelined::run(context),
            Work::TcpFirstContact => tcp::first_contact::run(context),
            Work::TcpFirstContactFar => tcp::contact::run(context),
            Work::TcpWanCubic => tcp::wan::run(context, tcp::wan::CUBIC),
            Work::TcpWanBbr => tcp::wan::run(context, tcp::wan::BBR),
            Work::TcpShared => tcp::readers::run(context),
            Work::TcpIdle => tcp::crowd::run(context),
        }
    }
}

/// What the rows of peers say where this build has none.
#[cfg(not(feature = "peers"))]
const NO_PEERS: &str =
    "built without peers (cargo build --release -p wharf-bench --features peers)";

const KIB: u64 = 1 << 10;
pub(crate) const MIB: u64 = 1 << 20;
pub(crate) const GIB: u64 = 1 << 30;
