//! `wharf explain`: which way leads to an object, and why no other.

use std::fmt;

use serde::Serialize;
use wharf::{Deadline, Encryption, Explanation, Tier, Way};

use crate::args::Explain;
use crate::far::Far;
use crate::progress::Progress;
use crate::session::Session;
use crate::{tickets, voice};

/// The ways, the best first.
#[derive(Serialize)]
struct Report {
    object: String,
    here: String,
    /// In bytes; null if the ticket does not tell.
    size: Option<u64>,
    ways: Vec<Looked>,
    #[serde(skip)]
    text: String,
}

#[derive(Serialize)]
struct Looked {
    /// shared, replica or tcp.
    tier: &'static str,
    route: Option<String>,
    /// It is the one that a get would go.
    taken: bool,
    /// How long it took to look.
    seconds: f64,
    /// What it would move.
    bytes: Option<u64>,
    round_trips: Option<u32>,
    /// Whether every byte would be; null where none crosses a network.
    encrypted: Option<bool>,
    /// Why it would, or would not.
    encrypted_why: Option<String>,
    /// Why it cannot be gone.
    error: Option<String>,
    kind: Option<&'static str>,
}

pub(crate) fn run(session: &Session, args: &Explain) -> anyhow::Result<()> {
    let given = tickets::one(&args.ticket)?;
    let fabric = session.open_for(&given)?;
    let ticket = given.find(&fabric, session.voice, Deadline::NOW)?;
    let deadline = Deadline::after(args.timeout);
    let look = || fabric.explain(&ticket, deadline);
    let explanation = match Far::new(&fabric, std::slice::from_ref(&ticket), deadline) {
        Some(far) => {
            let mut progress = Progress::waiting(session.voice, "asking its node");
            progress.watch(&far, || far.ask(look))?
        }
        None => look()?,
    };
    session.voice.say(&Report::new(&explanation))?;
    if explanation.taken().is_some() {
        return Ok(());
    }
    // The last is the one that was hoped for.
    match explanation.ways.into_iter().next_back().map(|way| way.verdict) {
        Some(Err(error)) => Err(error.into()),
        _ => anyhow::bail!("no way leads to the object"),
    }
}

impl Report {
    fn new(explanation: &Explanation) -> Self {
        let taken = explanation.taken().map(|way| way.tier);
        let looked = |way: &Way| Looked::new(way, taken == Some(way.tier));
        Self {
            object: explanation.object.to_string(),
            here: explanation.here.to_string(),
            size: explanation.size,
            ways: explanation.ways.iter().map(looked).collect(),
            text: explanation.to_string(),
        }
    }
}

impl Looked {
    fn new(way: &Way, taken: bool) -> Self {
        let (tier, route) = match way.tier {
            Tier::Shared => ("shared", None),
            Tier::Replica => ("replica", None),
            Tier::Route(route) => ("tcp", Some(route.to_string())),
            _ => ("other", None),
        };
        let cost = way.verdict.as_ref().ok();
        let error = way.verdict.as_ref().err();
        let encryption = cost.and_then(|cost| cost.encryption);
        Self {
            tier,
            route,
            taken,
            seconds: way.took.as_secs_f64(),
            bytes: cost.and_then(|cost| cost.bytes),
            round_trips: cost.map(|cost| cost.questions),
            encrypted: encryption.map(Encryption::is_encrypted),
            encrypted_why: encryption.map(|encryption| encryption.to_string()),
            error: error.map(ToString::to_string),
            kind: error.map(voice::kind_of),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
