//! Hand-overs through objects: two processes that pass blocks of memory to and fro.
//!
//! ```text
//!            give               take
//! ping   ───█─────prepare────────█──█─────prepare──── …
//!            ╲                  ╱    ╲
//! pong   ─────█─█─────prepare──█      █─█─ …
//!           take give
//! ```
//!
//! - What is handed over is memory written before and read after: eight bytes, the turn's number, which is checked.
//!   Of a block's other bytes none is touched, by Wharf as by its peers.
//! - The next block is taken, and the last one given back, while the other side is busy, as a program would do it. It
//!   counts as soon as it takes longer than the other side does.

use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use wharf::{Block, Fabric, Promise, Store, Ticket, Wait};

use crate::context::Context;
use crate::error::{Error, Result, refused};
use crate::measure::Task;
use crate::peer::{Link, Peer};
use crate::roles::Role;

/// How long a side waits for the other's block.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// One side of an exchange.
pub(crate) trait Side {
    /// Gets ready for a round of so many turns; what the other side must know of them.
    fn offer(&mut self, turns: u32) -> Result<Vec<Vec<u8>>>;
    /// Learns what the other side offers.
    fn accept(&mut self, theirs: Vec<Vec<u8>>) -> Result<()>;
    /// Hands this turn's block over.
    fn give(&mut self, turn: u32) -> Result<()>;
    /// Makes ready for the next turn, while the other side works.
    fn prepare(&mut self, turn: u32) -> Result<()>;
    /// Waits for the other side's block, checks it and lets go of it.
    fn take(&mut self, turn: u32) -> Result<()>;
}

/// The side that is timed.
pub(crate) struct Ping<S> {
    side: S,
    peer: Peer,
    turn: u32,
}

impl<S: Side> Ping<S> {
    /// Starts the other side, and makes this one once the other stands.
    pub(crate) fn start(
        context: &Context,
        role: &Role,
        side: impl FnOnce() -> Result<S>,
    ) -> Result<Ping<S>> {
        let mut peer = Peer::start(context, role)?;
        peer.hear::<()>()?;
        Ok(Ping { side: side()?, peer, turn: 0 })
    }
}

impl<S: Side> Task for Ping<S> {
    fn begin(&mut self, operations: u32) -> Result<()> {
        self.turn = 0;
        self.peer.tell(&operations)?;
        self.peer.send_all(&self.side.offer(operations)?)?;
        self.side.accept(self.peer.receive_all()?)
    }

    fn once(&mut self) -> Result<()> {
        let turn = self.turn;
        self.turn += 1;
        self.side.give(turn)?;
        self.side.prepare(turn)?;
        self.side.take(turn)
    }
}

/// The side that answers, in the other process.
pub(crate) fn pong(mut link: Link, mut side: impl Side) -> Result<()> {
    link.tell(&())?;
    while let Some(turns) = link.hear_or_end()? {
        side.accept(link.receive_all()?)?;
        let offer = side.offer(turns)?;
        link.send_all(&offer)?;
        for turn in 0..turns {
            side.take(turn)?;
            side.give(turn)?;
            side.prepare(turn)?;
        }
    }
    Ok(())
}

/// Where and how Wharf's two sides meet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    /// The node's directory.
    pub(crate) directory: PathBuf,
    /// Bytes of each object.
    pub(crate) bytes: usize,
    /// Asleep, instead of spinning.
    pub(crate) blocking: bool,
}

/// Wharf's side: pending objects, whose tickets the other side has before they are sealed.
pub(crate) struct WharfSide {
    fabric: Fabric,
    store: Store,
    bytes: usize,
    promises: std::vec::IntoIter<Promise>,
    next: Option<Block>,
    given: [Option<Ticket>; 2],
    theirs: Vec<Vec<u8>>,
}

impl WharfSide {
    /// Opens the node and a store in it.
    pub(crate) fn open(place: &Place) -> Result<WharfSide> {
        let wait = if place.blocking { Wait::Block } else { Wait::Spin };
        let fabric = open(&place.directory, wait)?;
        let store = fabric.store("exchange", Default::default()).map_err(refused("wharf"))?;
        let (bytes, promises) = (place.bytes, Vec::new().into_iter());
        Ok(WharfSide {
            fabric,
            store,
            bytes,
            promises,
            next: None,
            given: [None, None],
            theirs: Vec::new(),
        })
    }

    fn keep_next_promise(&mut self) -> Result<()> {
        let block = self.promises.next().map(|promise| promise.alloc(self.bytes));
        self.next = block.transpose().map_err(refused("wharf"))?;
        Ok(())
    }
}

impl Side for WharfSide {
    fn offer(&mut self, turns: u32) -> Result<Vec<Vec<u8>>> {
        for ticket in self.given.iter_mut().filter_map(Option::take) {
            self.store.evict(&ticket).map_err(refused("wharf"))?;
        }
        let promises: wharf::Result<Vec<Promise>> =
            (0..turns).map(|_| self.store.promise()).collect();
        let promises = promises.map_err(refused("wharf"))?;
        let tickets = promises.iter().map(|promise| promise.ticket().to_bytes().to_vec()).collect();
        self.promises = promises.into_iter();
        self.keep_next_promise()?;
        Ok(tickets)
    }

    fn accept(&mut self, theirs: Vec<Vec<u8>>) -> Result<()> {
        self.theirs = theirs;
        Ok(())
    }

    fn give(&mut self, turn: u32) -> Result<()> {
        let Some(mut block) = self.next.take() else { return Err(out_of_turn("wharf")) };
        block[..8].copy_from_slice(&u64::from(turn).to_le_bytes());
        self.given[1] = Some(block.seal().map_err(refused("wharf"))?);
        Ok(())
    }

    fn prepare(&mut self, _turn: u32) -> Result<()> {
        // The other side has let go of the last turn's block: it could not have taken its turn otherwise.
        if let Some(done) = self.given[0].take() {
            self.store.evict(&done).map_err(refused("wharf"))?;
        }
        self.given.swap(0, 1);
        self.keep_next_promise()
    }

    fn take(&mut self, turn: u32) -> Result<()> {
        let Some(bytes) = self.theirs.get(turn as usize) else { return Err(out_of_turn("wharf")) };
        let ticket = Ticket::from_bytes(bytes).map_err(refused("wharf"))?;
        let view = self.fabric.resolve(&ticket, PATIENCE).map_err(refused("wharf"))?;
        check_turn("wharf", &view[..8], turn)
    }
}

/// Opens Wharf as every subject of the bench does: in the run's own directory.
pub(crate) fn open(directory: &Path, wait: Wait) -> Result<Fabric> {
    let options = wharf::Options {
        directory: Some(directory.to_owned()),
        wait: Some(wait),
        ..Default::default()
    };
    Fabric::open(options).map_err(refused("wharf"))
}

/// What was taken must be what was given in this turn, or the numbers mean nothing.
pub(crate) fn check_turn(who: &str, bytes: &[u8], turn: u32) -> Result<()> {
    if bytes == u64::from(turn).to_le_bytes() {
        return Ok(());
    }
    Err(Error::Subject {
        who: who.to_owned(),
        what: format!("turn {turn} brought the bytes {bytes:?}"),
    })
}

pub(crate) fn out_of_turn(who: &str) -> Error {
    Error::Subject {
        who: who.to_owned(),
        what: "was asked for more turns than it was told of".to_owned(),
    }
}
