//! The other process of a pair: the bench runs itself again, pinned to the second core, in a [`Role`].
//!
//! ```text
//! wharf-bench node ──── one socket, the other's standard input ──── wharf-bench peer '{"Futex":…}'
//!                  frames: a length, then as many bytes
//! ```
//!
//! - Nothing is timed over this socket. It says when a round begins, and carries tickets.
//! - No wait on it is endless, and a process that does not end in time is killed.
//! - The kernel kills the other process when this one dies, whatever it died of.

use std::io::{BufReader, ErrorKind, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::{Context, pin_to};
use crate::error::{Doing, Error, Result};
use crate::roles::Role;

/// How long either side waits for the other to say something. The largest object is made well within it.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a process may take to end, once told.
const GRACE: Duration = Duration::from_secs(10);

/// The other process, seen from the one that measures.
#[derive(Debug)]
pub(crate) struct Peer {
    child: Child,
    link: Option<Link>,
    role: String,
}

impl Peer {
    /// Starts the bench again in a role, on the second core.
    pub(crate) fn start(context: &Context, role: &Role) -> Result<Peer> {
        let name = role.name().to_owned();
        let (ours, theirs) = UnixStream::pair().doing(|| "making a pair of sockets".to_owned())?;
        let text = serde_json::to_string(role).doing(|| format!("writing down the role {name}"))?;
        let child = context
            .again()
            .args(["peer", "--core", &context.cores()[1].to_string(), &text])
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .spawn()
            .doing(|| format!("starting the other process ({name})"))?;
        Ok(Peer { child, link: Some(Link::over(ours)?), role: name })
    }

    /// Sends a value.
    pub(crate) fn tell(&mut self, value: &impl Serialize) -> Result<()> {
        self.with_link(|link| link.tell(value))
    }

    /// Waits for a value.
    pub(crate) fn hear<T: DeserializeOwned>(&mut self) -> Result<T> {
        self.with_link(Link::hear)
    }

    /// Sends many runs of bytes at once.
    pub(crate) fn send_all(&mut self, frames: &[Vec<u8>]) -> Result<()> {
        self.with_link(|link| link.send_all(frames))
    }

    /// Waits for what the other side sent with `send_all`.
    pub(crate) fn receive_all(&mut self) -> Result<Vec<Vec<u8>>> {
        self.with_link(Link::receive_all)
    }

    /// Tells it to end by closing the socket, and makes sure that it did, without an error.
    pub(crate) fn finish(mut self) -> Result<()> {
        self.link = None;
        let status = self.wait(GRACE)?;
        if status.success() {
            return Ok(());
        }
        Err(self.complain(&format!("ended with {status}; its own words are above")))
    }

    fn with_link<T>(&mut self, act: impl FnOnce(&mut Link) -> Result<T>) -> Result<T> {
        let Some(link) = &mut self.link else { return Err(self.complain("has been told to end")) };
        act(link).map_err(|error| self.complain(&format!("did not answer: {error}")))
    }

    fn wait(&mut self, patience: Duration) -> Result<ExitStatus> {
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            if let Some(status) =
                self.child.try_wait().doing(|| "waiting for a process".to_owned())?
            {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        Err(self.complain(&format!("did not end within {} s and was killed", patience.as_secs())))
    }

    fn complain(&self, what: &str) -> Error {
        Error::Peer { role: self.role.clone(), what: what.to_owned() }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Already ended, or about to: neither call has anything to say that matters here.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The socket between the two processes.
#[derive(Debug)]
pub(crate) struct Link {
    stream: BufReader<UnixStream>,
}

impl Link {
    fn over(stream: UnixStream) -> Result<Link> {
        let patient = stream
            .set_read_timeout(Some(PATIENCE))
            .and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
        patient.doing(|| "limiting how long a socket is waited for".to_owned())?;
        Ok(Link { stream: BufReader::new(stream) })
    }

    /// Sends a value.
    pub(crate) fn tell(&mut self, value: &impl Serialize) -> Result<()> {
        let text = serde_json::to_vec(value).doing(|| "writing a message".to_owned())?;
        self.send(&[&text])
    }

    /// Waits for a value.
    pub(crate) fn hear<T: DeserializeOwned>(&mut self) -> Result<T> {
        self.hear_or_end()?.ok_or_else(closed)
    }

    /// Waits for a value, or for the other side to close the socket.
    pub(crate) fn hear_or_end<T: DeserializeOwned>(&mut self) -> Result<Option<T>> {
        let Some(frame) = self.receive()? else { return Ok(None) };
        serde_json::from_slice(&frame).doing(|| "reading a message".to_owned()).map(Some)
    }

    /// Sends many runs of bytes at once.
    pub(crate) fn send_all(&mut self, frames: &[Vec<u8>]) -> Result<()> {
        self.tell(&frames.len())?;
        self.send(frames)
    }

    /// Waits for what the other side sent with [`send_all`](Link::send_all).
    pub(crate) fn receive_all(&mut self) -> Result<Vec<Vec<u8>>> {
        let count: usize = self.hear()?;
        (0..count).map(|_| self.receive()?.ok_or_else(closed)).collect()
    }

    fn send(&mut self, frames: &[impl AsRef<[u8]>]) -> Result<()> {
        let mut wire = Vec::new();
        for frame in frames.iter().map(AsRef::as_ref) {
            wire.extend_from_slice(&(frame.len() as u32).to_le_bytes());
            wire.extend_from_slice(frame);
        }
        self.stream.get_mut().write_all(&wire).doing(|| "sending".to_owned())
    }

    fn receive(&mut self) -> Result<Option<Vec<u8>>> {
        let mut len = [0; 4];
        match self.stream.read_exact(&mut len) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            other => other.doing(|| "receiving".to_owned())?,
        }
        let mut frame = vec![0; u32::from_le_bytes(len) as usize];
        self.stream.read_exact(&mut frame).doing(|| "receiving".to_owned())?;
        Ok(Some(frame))
    }
}

fn closed() -> Error {
    Error::Unavailable("the other side has closed the socket".to_owned())
}

/// What the other process does first: pins itself, ties its life to its parent's, and takes its end of the socket.
pub(crate) fn begin(core: usize) -> Result<Link> {
    let signal = Some(rustix::process::Signal::KILL);
    rustix::process::set_parent_process_death_signal(signal)
        .doing(|| "tying a life to its parent's".to_owned())?;
    pin_to(core)?;
    let fd =
        std::io::stdin().as_fd().try_clone_to_owned().doing(|| "taking the socket".to_owned())?;
    let link = Link::over(UnixStream::from(fd))?;
    // A run may measure other things for longer than any patience before it comes back to this process.
    let endless = link.stream.get_ref().set_read_timeout(None);
    endless.doing(|| "waiting as long as the run lasts".to_owned())?;
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (Link, Link) {
        let (a, b) = UnixStream::pair().unwrap();
        (Link::over(a).unwrap(), Link::over(b).unwrap())
    }

    #[test]
    fn frames_and_values_arrive_as_they_were_sent() {
        let (mut a, mut b) = pair();
        a.send_all(&[vec![], vec![1, 2, 3]]).unwrap();
        a.tell(&(7u32, "seven")).unwrap();
        assert_eq!(b.receive_all().unwrap(), [vec![], vec![1, 2, 3]]);
        assert_eq!(b.hear::<(u32, String)>().unwrap(), (7, "seven".to_owned()));
    }

    #[test]
    fn the_end_of_the_other_side_is_told_from_a_message() {
        let (a, mut b) = pair();
        drop(a);
        assert!(b.hear_or_end::<u32>().unwrap().is_none());
        assert!(b.hear::<u32>().is_err());
    }
}
