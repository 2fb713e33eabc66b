//! Redis: the server as it is installed, over a unix socket, without persistence. It is started for the run and ends with it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use crate::context::Context;
use crate::error::{Doing, Error, Result};
use crate::measure::Task;
use crate::peer::Peer;
use crate::peers::program::{Program, free_port, installed};
use crate::roles::Role;

/// A running server.
#[derive(Debug)]
pub(crate) struct Redis {
    socket: std::path::PathBuf,
    port: u16,
    _peer: Peer,
}

impl Redis {
    /// Starts the server and waits until it answers.
    pub(crate) fn start(context: &Context) -> Result<Rc<Redis>> {
        installed("redis-server", "--version", "redis-server")?;
        let directory = context.subdirectory("redis")?;
        let socket = directory.join("socket");
        // One that ran before in the same directory is gone, its socket is not.
        let _ = std::fs::remove_file(&socket);
        let port = free_port()?;
        let peer = Peer::start(context, &Role::Program(server(&directory, port)))?;
        let redis = Redis { _peer: peer, socket, port };
        let deadline = Instant::now() + Duration::from_secs(5);
        while let Err(error) =
            redis.connect().and_then(|mut connection| connection.ask(&[b"PING"], None))
        {
            if Instant::now() > deadline {
                return Err(error);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(Rc::new(redis))
    }

    fn connect(&self) -> Result<Connection> {
        let stream = UnixStream::connect(&self.socket)
            .doing(|| "connecting to the Redis server".to_owned())?;
        let patience = Some(Duration::from_secs(10));
        let limited =
            stream.set_read_timeout(patience).and_then(|()| stream.set_write_timeout(patience));
        limited.doing(|| "limiting how long the Redis server is waited for".to_owned())?;
        Ok(Connection { stream: BufReader::new(stream), line: Vec::new() })
    }
}

/// `GET` of a value of so many bytes.
pub(crate) struct Get {
    connection: Connection,
    name: String,
    into: Vec<u8>,
    _redis: Rc<Redis>,
}

impl Get {
    /// Sets the value that is to be got.
    pub(crate) fn new(redis: &Rc<Redis>, bytes: usize) -> Result<Get> {
        let mut connection = redis.connect()?;
        let name = format!("value-{bytes}");
        connection.ask(&[b"SET", name.as_bytes(), &vec![1; bytes]], None)?;
        Ok(Get { connection, name, into: vec![0; bytes], _redis: Rc::clone(redis) })
    }
}

impl Task for Get {
    fn once(&mut self) -> Result<()> {
        self.connection.ask(&[b"GET", self.name.as_bytes()], Some(&mut self.into))
    }
}

/// `SET` of a value, again and again under the same name.
pub(crate) struct Set<'a> {
    connection: Connection,
    from: &'a [u8],
    _redis: Rc<Redis>,
}

impl<'a> Set<'a> {
    /// Connects.
    pub(crate) fn new(redis: &Rc<Redis>, from: &'a [u8]) -> Result<Set<'a>> {
        Ok(Set { connection: redis.connect()?, from, _redis: Rc::clone(redis) })
    }
}

impl Task for Set<'_> {
    fn once(&mut self) -> Result<()> {
        self.connection.ask(&[b"SET", b"value", self.from], None)
    }
}

/// Many `GET`s in one pipeline, over TCP on loopback.
pub(crate) struct Pipeline {
    stream: TcpStream,
    asked: Vec<u8>,
    answer: Vec<u8>,
    _redis: Rc<Redis>,
}

impl Pipeline {
    /// So many `GET`s of values of so many bytes, each of a key of its own.
    pub(crate) fn new(context: &Context, depth: usize, bytes: usize) -> Result<Pipeline> {
        let redis = Redis::start(context)?;
        let mut connection = redis.connect()?;
        let mut asked = Vec::new();
        for number in 0..depth {
            let name = format!("value-{number:04}");
            connection.ask(&[b"SET", name.as_bytes(), &vec![1; bytes]], None)?;
            asked.extend_from_slice(format!("*2\r\n$3\r\nGET\r\n$10\r\n{name}\r\n").as_bytes());
        }
        // Each: $64\r\n, the value, \r\n.
        let answer = vec![0; depth * (format!("${bytes}\r\n").len() + bytes + 2)];
        let port = redis.port;
        let stream = TcpStream::connect(("127.0.0.1", port))
            .doing(|| format!("connecting to the Redis server at port {port}"))?;
        let patience = Some(Duration::from_secs(10));
        let ready = stream.set_read_timeout(patience).and_then(|()| stream.set_nodelay(true));
        ready.doing(|| "limiting how long the Redis server is waited for".to_owned())?;
        Ok(Pipeline { stream, asked, answer, _redis: redis })
    }
}

impl Task for Pipeline {
    fn once(&mut self) -> Result<()> {
        let sent = self.stream.write_all(&self.asked);
        sent.and_then(|()| self.stream.read_exact(&mut self.answer))
            .doing(|| "asking the Redis server".to_owned())?;
        match self.answer.starts_with(b"$") && self.answer.ends_with(b"\x01\r\n") {
            true => Ok(()),
            false => Err(Error::Unavailable("the Redis server answered something else".to_owned())),
        }
    }
}

/// As much of the protocol as two commands need: arrays of strings out; a status or one string in.
struct Connection {
    stream: BufReader<UnixStream>,
    line: Vec<u8>,
}

impl Connection {
    fn ask(&mut self, words: &[&[u8]], into: Option<&mut [u8]>) -> Result<()> {
        self.exchange(words, into).doing(|| "asking the Redis server".to_owned())
    }

    fn exchange(&mut self, words: &[&[u8]], into: Option<&mut [u8]>) -> std::io::Result<()> {
        let out = self.stream.get_mut();
        let mut head = format!("*{}\r\n", words.len()).into_bytes();
        for word in words {
            head.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
            // A long value goes as it is: copying it once more would be our doing, not theirs.
            if word.len() > 4096 {
                out.write_all(&head)?;
                out.write_all(word)?;
                head.clear();
            } else {
                head.extend_from_slice(word);
            }
            head.extend_from_slice(b"\r\n");
        }
        out.write_all(&head)?;
        self.line.clear();
        self.stream.read_until(b'\n', &mut self.line)?;
        match into {
            None if self.line.starts_with(b"+") => Ok(()),
            Some(into) if self.line == format!("${}\r\n", into.len()).as_bytes() => {
                self.stream.read_exact(into)?;
                self.stream.read_exact(&mut [0; 2])
            }
            _ => Err(std::io::Error::other(String::from_utf8_lossy(&self.line).into_owned())),
        }
    }
}

fn server(directory: &Path, port: u16) -> Program {
    let port = port.to_string();
    let listens = ["--port", &port, "--bind", "127.0.0.1", "--unixsocket", "socket"];
    let keeps_nothing = ["--save", "", "--appendonly", "no"];
    let quietly = ["--daemonize", "no", "--loglevel", "warning"];
    let arguments = [&listens[..], &keeps_nothing, &quietly].concat();
    let directory = Some(directory.to_owned());
    Program { directory, ..Program::new("redis-server", &arguments) }
}
