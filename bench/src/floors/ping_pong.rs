//! The floors of a hand-over: two processes that take turns on one word, spinning or sleeping.

use std::path::Path;

use crate::context::Context;
use crate::error::{Result, refused};
use crate::measure::Task;
use crate::peer::{Link, Peer};
use crate::roles::Role;

use super::SharedWord;

/// How the two sides wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) enum Floor {
    /// By reading the line again and again: `cacheline`.
    Cacheline,
    /// Asleep in the kernel: `futex`.
    Futex,
}

impl Floor {
    /// Its name in the table.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Floor::Cacheline => "cacheline",
            Floor::Futex => "futex",
        }
    }
}

/// Round trips on one shared word.
#[derive(Debug)]
pub(crate) struct PingPong {
    floor: Floor,
    word: SharedWord,
    peer: Peer,
    turn: u32,
}

impl PingPong {
    /// Starts the other side.
    pub(crate) fn start(context: &Context, floor: Floor) -> Result<PingPong> {
        let path = context.path(floor.name());
        let word = SharedWord::create(&path)?;
        let peer = Peer::start(context, &Role::PingPong { floor, path })?;
        Ok(PingPong { floor, word, peer, turn: 0 })
    }
}

impl Task for PingPong {
    fn begin(&mut self, operations: u32) -> Result<()> {
        self.turn = 0;
        self.word.reset();
        self.peer.tell(&operations)?;
        self.peer.hear()
    }

    fn once(&mut self) -> Result<()> {
        let turn = self.turn;
        self.turn += 1;
        match self.floor {
            Floor::Cacheline => self.word.cacheline_ping(turn),
            Floor::Futex => self.word.futex_ping(turn),
        }
    }
}

/// The other side: as many turns as it is told, as often as it is told.
pub(crate) fn answer(mut link: Link, floor: Floor, path: &Path) -> Result<()> {
    let word = SharedWord::open(path)?;
    while let Some(turns) = link.hear_or_end()? {
        link.tell(&())?;
        let done = match floor {
            Floor::Cacheline => word.cacheline_pong(turns),
            Floor::Futex => word.futex_pong(turns),
        };
        done.map_err(refused(floor.name()))?;
    }
    Ok(())
}
