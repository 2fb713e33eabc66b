//! A reader that does one thing after the other, and waits for each.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wharf_shm::{ObjectKey, State};

use super::{LONG, World, identity};
use crate::security::{Identity, Policy, PublicKey, Token};
use crate::transport::AskId;
use crate::wire::{Hello, Reply, Request, Stream, StreamError, Welcome};

pub(crate) struct Client {
    stream: Stream,
    pub(crate) welcome: Option<Welcome>,
    pub(crate) tokens: Vec<Token>,
    asked: u64,
}

/// A reply that owns what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Welcome(Welcome),
    Data { total: u64, offset: u64, claimed: bool, note: Vec<u8>, bytes: Vec<u8> },
    State { state: State, total: u64, once: bool, note: Vec<u8> },
    Refused { code: u16, text: String },
    Held,
    Tokens(Vec<Token>),
    Confirmed,
}

impl Client {
    /// Connects, and proves its key; greets nobody.
    pub(crate) fn tls(
        address: SocketAddr,
        own: &Identity,
        pinned: PublicKey,
    ) -> Result<Self, StreamError> {
        let socket = TcpStream::connect(address).map_err(StreamError::Broken)?;
        Self::over(socket, own, pinned)
    }

    pub(crate) fn over(
        socket: TcpStream,
        own: &Identity,
        pinned: PublicKey,
    ) -> Result<Self, StreamError> {
        let mut client = Self::of(Stream::connect_tls(socket, own.client(pinned))?);
        while !client.stream.handshake()? {
            client.wait()?;
        }
        Ok(client)
    }

    pub(crate) fn greeted(world: &World, own: &Identity) -> Self {
        let hello = Hello { tokens: 16, ..Hello::new(Policy::Auto) };
        Self::greets(world, own, &hello).unwrap()
    }

    pub(crate) fn greets(
        world: &World,
        own: &Identity,
        hello: &Hello,
    ) -> Result<Self, StreamError> {
        let mut client = Self::tls(world.address(), own, world.identity.public_key())?;
        client.send(0, &Request::Hello(hello.clone()))?;
        client.expect_welcome()?;
        Ok(client)
    }

    pub(crate) fn plain(address: SocketAddr, token: Token) -> Self {
        let mut client = Self::by_token(address, token.id).unwrap();
        client.expect_welcome().unwrap();
        let welcome = client.welcome.as_ref().unwrap();
        assert!(token.is_answered_by(&welcome.answer), "the endpoint does not know the token");
        client
    }

    /// A plain connection, of which it is not known whether it is welcome.
    pub(crate) fn by_token(address: SocketAddr, id: [u8; 16]) -> Result<Self, StreamError> {
        let socket = TcpStream::connect(address).map_err(StreamError::Broken)?;
        let mut client = Self::of(Stream::connect_plain(socket, id)?);
        client.flush()?;
        Ok(client)
    }

    fn of(stream: Stream) -> Self {
        Self { stream, welcome: None, tokens: Vec::new(), asked: 0 }
    }

    pub(crate) fn stream(&mut self) -> &mut Stream {
        &mut self.stream
    }

    pub(crate) fn expect_welcome(&mut self) -> Result<(), StreamError> {
        match self.receive()? {
            (_, Got::Welcome(welcome)) => {
                self.tokens = welcome.tokens.clone();
                self.welcome = Some(welcome);
                Ok(())
            }
            (_, other) => Err(StreamError::Broken(io::Error::other(format!("{other:?}")))),
        }
    }

    /// Sends a request; its id.
    pub(crate) fn ask(&mut self, request: &Request) -> u64 {
        self.asked += 1;
        self.send(self.asked, request).unwrap();
        self.asked
    }

    pub(crate) fn send(&mut self, id: u64, request: &Request) -> Result<(), StreamError> {
        request.encode(AskId(id), self.stream.queue());
        self.flush()
    }

    pub(crate) fn flush(&mut self) -> Result<(), StreamError> {
        while !self.stream.flush()? {
            self.wait()?;
        }
        Ok(())
    }

    /// The id of the last request.
    pub(crate) fn asked(&self) -> u64 {
        self.asked
    }

    /// Asks for something, and waits for the answer.
    pub(crate) fn call(&mut self, request: &Request) -> Got {
        let id = self.ask(request);
        let (of, got) = self.answer();
        assert_eq!(of, id);
        got
    }

    pub(crate) fn read(&mut self, key: ObjectKey, offset: u64, len: u64) -> Got {
        self.call(&read(key, offset, len))
    }

    /// All of an object.
    #[track_caller]
    pub(crate) fn get(&mut self, key: ObjectKey) -> Vec<u8> {
        match self.read(key, 0, u64::MAX) {
            Got::Data { bytes, offset: 0, total, .. } if bytes.len() as u64 == total => bytes,
            other => panic!("{other:?}"),
        }
    }

    /// The next reply, and of which request.
    pub(crate) fn receive(&mut self) -> Result<(u64, Got), StreamError> {
        let (id, mut got) = loop {
            let Some(frame) = self.stream.receive()? else {
                self.wait()?;
                continue;
            };
            break (frame.header.id, Got::of(Reply::parse(&frame.header, frame.body)?));
        };
        if let Got::Data { bytes, .. } = &mut got {
            let mut done = 0;
            while done < bytes.len() {
                match self.stream.receive_payload(&mut bytes[done..])? {
                    0 => self.wait()?,
                    some => done += some,
                }
            }
        }
        Ok((id, got))
    }

    /// The bytes of the next reply, which is data, where they are wanted.
    pub(crate) fn receive_into(&mut self, into: &mut [u8]) {
        while self.stream.receive().unwrap().is_none() {
            self.wait().unwrap();
        }
        let mut done = 0;
        while done < into.len() {
            match self.stream.receive_payload(&mut into[done..]).unwrap() {
                0 => self.wait().unwrap(),
                some => done += some,
            }
        }
    }

    /// What comes of the bytes of the next reply, which is data, until the connection breaks.
    pub(crate) fn receive_some(&mut self, into: &mut [u8]) -> usize {
        while self.stream.receive().unwrap().is_none() {
            self.wait().unwrap();
        }
        let mut done = 0;
        while done < into.len() {
            match self.stream.receive_payload(&mut into[done..]) {
                Ok(0) => self.wait().unwrap(),
                Ok(some) => done += some,
                Err(_) => break,
            }
        }
        done
    }

    /// The next reply that says more than that the request is held.
    pub(crate) fn answer(&mut self) -> (u64, Got) {
        loop {
            let (id, got) = self.receive().unwrap();
            if got != Got::Held {
                return (id, got);
            }
        }
    }

    fn wait(&self) -> Result<(), StreamError> {
        let write = if self.stream.wants_write() { PollFlags::OUT } else { PollFlags::empty() };
        let mut fds = [PollFd::new(&self.stream, PollFlags::IN | write)];
        let time = Timespec { tv_sec: LONG.as_secs() as i64, tv_nsec: 0 };
        match poll(&mut fds, Some(&time)) {
            Ok(0) => Err(StreamError::Broken(ErrorKind::TimedOut.into())),
            Ok(_) => Ok(()),
            Err(error) => Err(StreamError::Broken(error.into())),
        }
    }
}

impl Got {
    fn of(reply: Reply<'_>) -> Self {
        match reply {
            Reply::Welcome(welcome) => Got::Welcome(welcome),
            Reply::Data { total, offset, len, claimed, note } => {
                let bytes = vec![0; len as usize];
                Got::Data { total, offset, claimed, note: note.to_vec(), bytes }
            }
            Reply::State { state, total, once, note } => {
                Got::State { state, total, once, note: note.to_vec() }
            }
            Reply::Refused(refused) => {
                Got::Refused { code: refused.code, text: refused.text.to_owned() }
            }
            Reply::Held(_) => Got::Held,
            Reply::Tokens(tokens) => Got::Tokens(tokens),
            Reply::Confirmed => Got::Confirmed,
        }
    }

    /// The bytes, if these are some.
    pub(crate) fn bytes(&self) -> Option<&[u8]> {
        match self {
            Got::Data { bytes, .. } => Some(bytes),
            _ => None,
        }
    }

    /// The code, if it is refused.
    pub(crate) fn code(&self) -> Option<u16> {
        match self {
            Got::Refused { code, .. } => Some(*code),
            _ => None,
        }
    }
}

pub(crate) fn read(key: ObjectKey, offset: u64, len: u64) -> Request {
    Request::Read { key, offset, len, hold: Duration::ZERO, claim: true }
}

pub(crate) fn held(key: ObjectKey, hold: Duration) -> Request {
    Request::Read { key, offset: 0, len: u64::MAX, hold, claim: true }
}

/// Reads an object again and again, in a thread of its own, until it is dropped.
pub(crate) struct GoodReader {
    stop: std::sync::mpsc::Sender<()>,
    thread: Option<std::thread::JoinHandle<usize>>,
}

impl GoodReader {
    pub(crate) fn start(world: &World) -> Self {
        let (stop, stopped) = std::sync::mpsc::channel();
        let bytes = super::pattern(99, 100_000);
        let key = world.put(&bytes);
        let mut client = Client::greeted(world, &identity());
        assert_eq!(client.get(key), bytes);
        let thread = std::thread::spawn(move || {
            let mut reads = 1;
            // Once more after it is told to stop: what went on meanwhile has not kept it from that.
            let mut stop = false;
            while !stop {
                stop = stopped.try_recv().is_ok();
                assert_eq!(client.get(key), bytes);
                reads += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            reads
        });
        Self { stop, thread: Some(thread) }
    }

    /// How often it has read; fails if it was not served.
    #[track_caller]
    pub(crate) fn end(mut self) -> usize {
        let _ = self.stop.send(());
        self.thread.take().unwrap().join().expect("the good reader was not served")
    }
}
