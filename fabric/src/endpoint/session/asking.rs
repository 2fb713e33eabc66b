//! Being asked: the handshake, the greeting, and requests as they come.

use std::time::Duration;

use super::{Asked, Over, Session, Stage};
use crate::endpoint::common::Common;
use crate::endpoint::counters::Refused as Why;
use crate::endpoint::source::No;
use crate::security::PublicKey;
use crate::transport::AskId;
use crate::wire::{Frame, FrameError, Hello, Refused, Reply, Request, StreamError, VERSION};

impl Session {
    pub(super) fn read(&mut self, common: &mut Common) -> Result<(), Over> {
        self.unread = false;
        if matches!(self.stage, Stage::Handshake) && !self.prove(common)? {
            return Ok(());
        }
        loop {
            if !self.has_room(common) {
                self.unread = true;
                return Ok(());
            }
            let (id, request) = match self.stream.receive() {
                Ok(None) => return Ok(()),
                Ok(Some(Frame { header, body })) => {
                    (AskId(header.id), Request::parse(&header, body))
                }
                Err(StreamError::Protocol(error)) => (AskId(0), Err(error)),
                Err(error) => return Err(error.into()),
            };
            self.moved = common.now;
            match request {
                Ok(request) => self.take(id, request, common)?,
                Err(FrameError::Unknown { ignorable: true, .. }) => {}
                Err(FrameError::Unknown { kind, .. }) if matches!(self.stage, Stage::Open(_)) => {
                    let text = format!("this endpoint does not know requests of kind {kind}");
                    self.refuse(id, No::because(Refused::UNSUPPORTED, text), common);
                }
                Err(error) => return Err(self.malformed(id, &error.to_string())),
            }
        }
    }

    /// Goes on with the handshake; whether the peer is known.
    fn prove(&mut self, common: &mut Common) -> Result<bool, Over> {
        if !self.stream.handshake()? {
            return Ok(false);
        }
        let Some(id) = self.stream.token() else {
            let Some(peer) = self.stream.peer() else {
                return Err(Over::Refused(Why::Handshake));
            };
            self.admit(peer, common)?;
            self.stage = Stage::Hello(peer);
            return Ok(true);
        };
        let token = common.tokens.redeem(&id, self.from, common.now);
        let token = token.ok_or(Over::Refused(Why::Token))?;
        self.admit(token.peer, common)?;
        self.stage = Stage::Open(token.peer);
        let mut welcome = common.welcome(VERSION, self.stream.socket(), token.answer);
        // It is one, by a token that was given in accordance.
        welcome.plain = true;
        Reply::Welcome(welcome).encode(AskId(0), self.stream.queue());
        Ok(true)
    }

    /// Counts it as its peer's.
    fn admit(&mut self, peer: PublicKey, common: &mut Common) -> Result<(), Over> {
        let account = common.tally.account(peer, self.from, common.limits.readers);
        if account.connections() >= common.limits.connections_per_peer {
            let text = "this endpoint has as many connections of yours as it keeps";
            return Err(self.farewell(AskId(0), Refused::BUSY, text, Why::TooMany));
        }
        account.enter();
        self.account = Some(account);
        Ok(())
    }

    fn take(&mut self, id: AskId, request: Request, common: &mut Common) -> Result<(), Over> {
        match (&self.stage, request) {
            (Stage::Hello(peer), Request::Hello(hello)) => self.greet(id, *peer, &hello, common),
            (Stage::Open(_), Request::Hello(_)) | (Stage::Hello(_) | Stage::Handshake, _) => {
                Err(self.malformed(id, "a HELLO is the first frame, and no other is"))
            }
            (Stage::Open(_), request) => {
                let hold = match &request {
                    Request::Read { hold, .. } | Request::Stat { hold, .. } => *hold,
                    _ => Duration::ZERO,
                };
                let until = common.now + hold.min(common.limits.hold);
                self.asks.push_back(Asked { id, request, until });
                Ok(())
            }
        }
    }

    fn greet(
        &mut self,
        id: AskId,
        peer: PublicKey,
        hello: &Hello,
        common: &mut Common,
    ) -> Result<(), Over> {
        if hello.oldest > VERSION {
            let text = format!(
                "this endpoint speaks version {VERSION}, and you {} at least",
                hello.oldest
            );
            return Err(self.farewell(id, Refused::UNSUPPORTED, &text, Why::Other));
        }
        if let (Some(secret), Some(proof)) = (&common.secret, &hello.proof)
            && !self.stream.exporter().is_some_and(|exporter| secret.verify(&exporter, proof))
        {
            let text = "the fabric secret of this endpoint is another: both sides need the same";
            return Err(self.farewell(id, Refused::FORBIDDEN, text, Why::Handshake));
        }
        let version = hello.version.min(VERSION);
        let mut welcome = common.welcome(version, self.stream.socket(), [0; 16]);
        self.plain = common.allows_plain(self.from, hello.policy);
        welcome.plain = self.plain;
        if self.plain {
            let count = usize::from(hello.tokens);
            welcome.tokens = common.issue(count, peer, self.from);
        }
        Reply::Welcome(welcome).encode(id, self.stream.queue());
        self.stage = Stage::Open(peer);
        Ok(())
    }

    fn malformed(&mut self, id: AskId, what: &str) -> Over {
        self.farewell(id, Refused::MALFORMED, what, Why::Malformed)
    }

    /// The last word, as far as it can be said at once.
    fn farewell(&mut self, id: AskId, code: u16, text: &str, why: Why) -> Over {
        // In the middle of an object's bytes there is no place for it.
        if self.body.is_none() {
            Reply::Refused(Refused { code, text }).encode(id, self.stream.queue());
            let _ = self.stream.flush();
        }
        Over::Refused(why)
    }
}
