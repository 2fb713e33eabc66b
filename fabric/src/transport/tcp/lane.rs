//! A lane on its way to a connection, and with one.
//!
//! ```text
//!                 ┌─ Warm ──────────────────────────────────────────────┐
//!   Pool::take ───┼─ Plain ────► Connecting ────────────────────────────┼──► Open
//!                 ├─ Encrypted ► Connecting ─► Proving ─────────────────┘     ▲
//!                 └─ Tokens ───► Connecting ─► Proving ─► Fetching ─► Plain ──┘
//!                           └──► Waiting, while another lane is fetching them
//! ```

use std::net::TcpStream;
use std::os::fd::{AsFd, BorrowedFd};

use rustix::event::PollFlags;
use rustix::io::Errno;
use socket2::{Domain, Protocol, Socket, Type};
use wharf_shm::NodeId;

use super::book::{Came, NO_ASK};
use super::connection::Connection;
use super::failure;
use super::pool::{Place, Pool, Start};
use crate::security::Token;
use crate::transport::{Ask, Event, Failure, Landing, Lane, Purpose, Time};
use crate::wire::{Hello, Request, Stream};

/// A lane, by the name that its caller gave it.
pub(super) struct Way {
    pub(super) lane: Lane,
    pub(super) place: Place,
    node: NodeId,
    purpose: Purpose,
    by: Time,
    /// It, or its token, was kept from an earlier call, and nothing was heard on it in this one.
    pub(super) warm: bool,
    /// Something may be there to be received, or sent.
    pub(super) ready: bool,
    /// Its time was over already, and it was looked at once more.
    pub(super) spared: bool,
    stage: Stage,
}

/// How far it is.
enum Stage {
    /// Another lane gets tokens, and this one will have one of them.
    Waiting,
    /// Asks have been sent to connect.
    Connecting(TcpStream, Opening),
    /// In the handshake.
    Proving(Box<Connection>, Aim),
    /// Asking for tokens, so often.
    Fetching(Box<Connection>, u32),
    /// It can be used; `told` says what the caller knows of it.
    Open { connection: Box<Connection>, told: Told },
}

/// What the caller knows of an open lane.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Opened,
    Steady,
}

/// What a connection is going to be.
#[derive(Clone, Copy)]
enum Opening {
    Plain(Token),
    Encrypted(Aim),
}

/// What an encrypted connection is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    Use,
    Tokens,
}

/// What a lane has come to.
pub(super) enum Step {
    /// Nothing is there. It may be polled.
    Nothing,
    /// It has got further, and may get further still.
    Further,
    /// It has, and gets tokens now.
    Fetches,
    Event(Event),
}

impl Way {
    /// Begins to open a lane.
    pub(super) fn new(lane: Lane, place: Place, node: NodeId, purpose: Purpose, by: Time) -> Self {
        let stage = Stage::Waiting;
        Self { lane, place, node, purpose, by, warm: false, ready: true, spared: false, stage }
    }

    /// Gets going by the best way that there is. While `fetching`, another lane gets tokens.
    pub(super) fn start(&mut self, pool: &Pool, fetching: bool) -> Result<(), Failure> {
        self.ready = true;
        let start = if fetching {
            match pool.token(&self.place) {
                Some(token) => Start::Plain(token),
                None => return Ok(()),
            }
        } else {
            pool.take(&self.place, self.purpose)
        };
        match start {
            Start::Warm { mut connection, wants_tokens } => {
                if wants_tokens {
                    connection.queue(&Request::Tokens { count: FEW }, NO_ASK);
                }
                self.warm = true;
                self.stage = Stage::Open { connection, told: Told::Nothing };
            }
            Start::Plain(token) => {
                self.warm = true;
                self.connect(Opening::Plain(token))?;
            }
            Start::Encrypted => self.connect(Opening::Encrypted(Aim::Use))?,
            Start::Tokens(None) => self.connect(Opening::Encrypted(Aim::Tokens))?,
            Start::Tokens(Some(mut connection)) => {
                connection.queue(&Request::Tokens { count: MANY }, NO_ASK);
                self.warm = true;
                self.stage = Stage::Fetching(connection, 1);
            }
        }
        Ok(())
    }

    fn connect(&mut self, opening: Opening) -> Result<(), Failure> {
        let socket = connect(&self.place).map_err(failure::connecting)?;
        self.stage = Stage::Connecting(socket, opening);
        Ok(())
    }

    /// Asks for more tokens at the same time, for as many others as wait for them.
    pub(super) fn fetch_for(&mut self, waiting: usize) {
        if let Stage::Fetching(connection, asked) = &mut self.stage {
            while waiting >= *asked as usize * usize::from(MANY) {
                connection.queue(&Request::Tokens { count: MANY }, NO_ASK);
                *asked += 1;
                self.ready = true;
            }
        }
    }

    /// Queues an ask, if the lane is open.
    pub(super) fn ask(&mut self, ask: &Ask, now: Time) {
        if let Stage::Open { connection, .. } = &mut self.stage {
            connection.ask(ask, now);
            self.ready = true;
        }
    }

    /// Goes as far as possible at once. While `fetching`, another lane gets tokens.
    pub(super) fn step(
        &mut self,
        pool: &Pool,
        fetching: bool,
        now: Time,
        landing: &mut dyn Landing,
    ) -> Result<Step, Failure> {
        match &mut self.stage {
            Stage::Waiting => {
                self.start(pool, fetching)?;
                Ok(if self.waits() { Step::Nothing } else { Step::Further })
            }
            Stage::Connecting(socket, _) => {
                if !is_connected(socket).map_err(failure::connecting)? {
                    return Ok(Step::Nothing);
                }
                self.connected(pool)
            }
            Stage::Proving(connection, _) => {
                if !connection.stream.handshake().map_err(failure::proving)? {
                    return Ok(Step::Nothing);
                }
                self.proved(pool)
            }
            Stage::Fetching(connection, asked) => {
                let flushed = connection.flush();
                match receive(connection, pool, &self.place, now, landing) {
                    Ok(Some(Came::Welcome(_) | Came::Tokens(_))) if *asked > 1 => {
                        *asked -= 1;
                        Ok(Step::Further)
                    }
                    Ok(Some(Came::Welcome(_) | Came::Tokens(_))) => self.fetched(pool),
                    Ok(Some(_)) => Ok(Step::Further),
                    Ok(None) => flushed.map(|()| Step::Nothing),
                    Err(_) if self.warm => self.start_anew(pool),
                    Err(failure) => Err(failure),
                }
            }
            Stage::Open { told, .. } if *told == Told::Nothing => {
                *told = Told::Opened;
                Ok(Step::Event(Event::Opened { lane: self.lane, warm: self.warm }))
            }
            Stage::Open { told, connection } if *told == Told::Opened && connection.is_steady() => {
                *told = Told::Steady;
                Ok(Step::Event(Event::Steady))
            }
            Stage::Open { connection, .. } => {
                // What the peer said before it had enough of this side is worth hearing.
                let flushed = connection.flush();
                match receive(connection, pool, &self.place, now, landing)? {
                    Some(came) => {
                        self.warm = false;
                        Ok(self.step_to(came))
                    }
                    None => flushed.map(|()| Step::Nothing),
                }
            }
        }
    }

    fn step_to(&self, came: Came) -> Step {
        let lane = self.lane;
        Step::Event(match came {
            Came::Welcome(_) | Came::Tokens(_) | Came::Ignored => return Step::Further,
            Came::Answer(ask, answer) => Event::Answer { lane, ask, answer },
            Came::Arrived(ask, bytes) => Event::Arrived { lane, ask, bytes },
            Came::Held(ask, why) => Event::Held { lane, ask, why },
        })
    }

    fn connected(&mut self, pool: &Pool) -> Result<Step, Failure> {
        if let Stage::Connecting(socket, opening) = self.take_stage() {
            self.stage = match opening {
                Opening::Plain(token) => {
                    let stream = Stream::connect_plain(socket, token.id);
                    let stream = stream.map_err(failure::proving)?;
                    let connection = Connection::new(stream, self.node, Some(token));
                    Stage::Open { connection, told: Told::Nothing }
                }
                Opening::Encrypted(aim) => {
                    let config = pool.reader.identity.client(self.place.key);
                    let stream = Stream::connect_tls(socket, config).map_err(failure::proving)?;
                    Stage::Proving(Connection::new(stream, self.node, None), aim)
                }
            };
        }
        Ok(Step::Further)
    }

    /// The peer has proved its key: the greeting goes with what is asked first.
    fn proved(&mut self, pool: &Pool) -> Result<Step, Failure> {
        if let Stage::Proving(mut connection, aim) = self.take_stage() {
            let reader = &pool.reader;
            let known = reader.secret.as_ref().zip(connection.stream.exporter());
            let proof = known.map(|(secret, exporter)| secret.prove(&exporter));
            let tokens = match aim {
                _ if !pool.allows_plain(&self.place) => 0,
                Aim::Use => FEW,
                Aim::Tokens => MANY,
            };
            let hello = Hello { tokens, proof, ..Hello::new(reader.policy) };
            connection.queue(&Request::Hello(hello), NO_ASK);
            let (stage, step) = match aim {
                Aim::Use => (Stage::Open { connection, told: Told::Nothing }, Step::Further),
                Aim::Tokens => (Stage::Fetching(connection, 1), Step::Fetches),
            };
            self.stage = stage;
            return Ok(step);
        }
        Ok(Step::Further)
    }

    /// The pool has tokens now; if the peer gives none, this connection has to do.
    fn fetched(&mut self, pool: &Pool) -> Result<Step, Failure> {
        if let Stage::Fetching(connection, _) = self.take_stage() {
            self.warm = false;
            match pool.token(&self.place) {
                Some(token) => {
                    pool.give_back(&self.place, connection);
                    self.connect(Opening::Plain(token))?;
                }
                None => self.stage = Stage::Open { connection, told: Told::Nothing },
            }
        }
        Ok(Step::Further)
    }

    fn take_stage(&mut self) -> Stage {
        std::mem::replace(&mut self.stage, Stage::Waiting)
    }

    /// What was kept is dead: as if it had not been there.
    fn start_anew(&mut self, pool: &Pool) -> Result<Step, Failure> {
        pool.forget(&self.place);
        self.warm = false;
        self.start(pool, false)?;
        Ok(Step::Further)
    }

    /// When it is to be given up, and what was not there in time.
    pub(super) fn gives_up(&self) -> Option<(Time, &'static str)> {
        let opening = |what| Some((self.by, what));
        match &self.stage {
            Stage::Waiting | Stage::Fetching(..) => opening(
                "the endpoint gave no token for a plain connection in time",
            ),
            Stage::Connecting(..) => opening("nothing answered there in time"),
            Stage::Proving(..) => opening("the endpoint did not prove its key in time"),
            Stage::Open { connection, .. } => connection.gives_up().map(|time| {
                (time, "an endpoint that keeps a request says so every second, and this one fell silent")
            }),
        }
    }

    /// What to poll for, if there is something.
    pub(super) fn polls(&self) -> Option<(BorrowedFd<'_>, PollFlags)> {
        let of = |connection: &'_ Connection| {
            if connection.stream.wants_write() {
                PollFlags::IN | PollFlags::OUT
            } else {
                PollFlags::IN
            }
        };
        match &self.stage {
            Stage::Waiting => None,
            Stage::Connecting(socket, _) => Some((socket.as_fd(), PollFlags::OUT)),
            Stage::Proving(connection, _)
            | Stage::Fetching(connection, _)
            | Stage::Open { connection, .. } => Some((connection.stream.as_fd(), of(connection))),
        }
    }

    /// Whether it waits for another.
    pub(super) fn waits(&self) -> bool {
        matches!(self.stage, Stage::Waiting)
    }

    /// Whether it is about to put tokens into the pool.
    pub(super) fn is_fetching(&self) -> bool {
        matches!(
            self.stage,
            Stage::Fetching(..)
                | Stage::Connecting(_, Opening::Encrypted(Aim::Tokens))
                | Stage::Proving(_, Aim::Tokens)
        )
    }

    /// Is done with it: what can be kept goes to the pool.
    pub(super) fn end(self, pool: &Pool) {
        match self.stage {
            Stage::Open { connection, .. } if connection.is_at_rest() => {
                pool.give_back(&self.place, connection);
            }
            Stage::Open { .. } if self.warm => pool.forget(&self.place),
            _ => {}
        }
    }
}

/// What came, after the pool has learnt from it what it can.
pub(super) fn receive(
    connection: &mut Connection,
    pool: &Pool,
    place: &Place,
    now: Time,
    landing: &mut dyn Landing,
) -> Result<Option<Came>, Failure> {
    let Some((came, bytes)) = connection.receive(now, landing)? else { return Ok(None) };
    pool.count(bytes, !connection.is_plain());
    match &came {
        Came::Welcome(welcome) => pool.welcomed(place, welcome, connection.is_plain()),
        Came::Tokens(tokens) => pool.keep(place, tokens),
        _ => {}
    }
    Ok(Some(came))
}

/// Begins to connect.
fn connect(place: &Place) -> std::io::Result<TcpStream> {
    let kind = Type::STREAM.nonblocking().cloexec();
    let socket = Socket::new(Domain::for_address(place.address), kind, Some(Protocol::TCP))?;
    match socket.connect(&place.address.into()) {
        Err(error) if error.raw_os_error() == Some(Errno::INPROGRESS.raw_os_error()) => {}
        connected => connected?,
    }
    Ok(socket.into())
}

/// Whether a socket that was told to connect has done so.
fn is_connected(socket: &TcpStream) -> std::io::Result<bool> {
    if let Some(error) = socket.take_error()? {
        return Err(error);
    }
    match socket.peer_addr() {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::NotConnected => Ok(false),
        Err(error) => Err(error),
    }
}

/// Tokens that are asked for beside something else, and for their own sake.
const FEW: u8 = 4;
const MANY: u8 = 64;
