//! Why lanes are lost, in words.

use std::error::Error as StdError;
use std::io;

use rustix::io::Errno;
use wharf_shm::NodeId;

use crate::transport::{Failure, FailureKind};
use crate::wire::StreamError;

/// What a peer said that no answer to what was asked is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Misfit {
    #[error("it has the right key and answers for another node, {0}")]
    OtherNode(NodeId),
    #[error("it does not know the other half of the token that an endpoint of that key gave")]
    WrongToken,
    #[error("it says: {0}")]
    Refused(String),
    #[error("it answers before it greets")]
    NotGreeted,
    #[error("it answers what nobody asked it")]
    NotAsked,
}

impl Misfit {
    pub(super) fn failure(self) -> Failure {
        let (kind, what) = match self {
            Misfit::OtherNode(_) | Misfit::WrongToken => {
                (FailureKind::Refused, "whoever listens there is not the ticket's endpoint")
            }
            Misfit::Refused(_) => (FailureKind::Broken, "the endpoint ended the connection"),
            _ => (FailureKind::Broken, "the endpoint cannot be understood"),
        };
        failure(kind, what, self)
    }
}

/// A connection that could not be made.
pub(super) fn connecting(error: io::Error) -> Failure {
    use io::ErrorKind as Kind;
    let (kind, what) = match error.kind() {
        Kind::ConnectionRefused => (
            FailureKind::Unreachable,
            "no process listens there: the endpoint has ended, or the address leads elsewhere",
        ),
        Kind::TimedOut => (FailureKind::TimedOut, "nothing answers there"),
        Kind::HostUnreachable => {
            (FailureKind::Passing, "the host is not there: it is down, or cut off")
        }
        Kind::ConnectionReset | Kind::ConnectionAborted => {
            (FailureKind::Passing, "the connection was cut before it was there")
        }
        Kind::AddrNotAvailable => {
            (FailureKind::Passing, "this host has no free port, or no such network")
        }
        Kind::NetworkUnreachable => (FailureKind::Unreachable, "no network leads there"),
        _ if is_want(&error) => {
            (FailureKind::Passing, "this process has no descriptor or memory left for a connection")
        }
        _ => (FailureKind::Unreachable, "no connection could be opened"),
    };
    failure(kind, what, error)
}

/// Whether something of this process or host is used up, which others may give back.
fn is_want(error: &io::Error) -> bool {
    let wants = [Errno::MFILE, Errno::NFILE, Errno::NOBUFS, Errno::NOMEM, Errno::AGAIN];
    wants.iter().any(|want| error.raw_os_error() == Some(want.raw_os_error()))
}

/// A connection that failed before the peer had proved who it is.
pub(super) fn proving(error: StreamError) -> Failure {
    let (kind, what) = match &error {
        StreamError::Closed | StreamError::Broken(_) => {
            (FailureKind::Broken, "the connection ended before the endpoint had proved its key")
        }
        StreamError::WrongKey(_) => {
            (FailureKind::Refused, "whoever listens there has another key than the ticket says")
        }
        _ => {
            (FailureKind::Refused, "whoever listens there is no endpoint that this one can talk to")
        }
    };
    failure(kind, what, error)
}

/// A connection that failed later.
pub(super) fn broken(error: StreamError) -> Failure {
    failure(FailureKind::Broken, "the connection to the endpoint ended", error)
}

/// A plain connection that was not greeted.
pub(super) fn turned_away(error: StreamError) -> Failure {
    let what = "the endpoint did not take the token for a plain connection: it was restarted, or the \
                token is too old";
    failure(FailureKind::Broken, what, error)
}

/// Something was not there in time.
pub(super) fn late(what: &'static str) -> Failure {
    Failure { kind: FailureKind::TimedOut, what, source: None }
}

/// The caller has no use for what is being sent.
pub(super) fn unwanted() -> Failure {
    let what = "the rest was not wanted any more";
    Failure { kind: FailureKind::Broken, what, source: None }
}

fn failure(
    kind: FailureKind,
    what: &'static str,
    source: impl StdError + Send + Sync + 'static,
) -> Failure {
    Failure { kind, what, source: Some(Box::new(source)) }
}
