//! What a puppet does in the place of an endpoint, and of those who fetch from one.
//!
//! ```text
//! claim LEN SEED KEY MS        → ok           holds the claim
//! confirm | unclaim            → ok           the last claim; a confirmed one's view is held
//! deliver | lose | die-with LEN SEED KEY MS   claims, and then confirms, drops it, or dies
//! touch KEY                    → ok
//! promise-alive LEN SEED       → key          a pending block with a pulse, filled with the pattern
//! overtake KEY                 → ok           withdraws it, whatever its pulse
//! keep                         → ok           views the last promised alive
//! announce VALUE | withdraw    → ok           `withdraw` drops the last
//! announced                    → what all announce
//! epoch                        → number       of the announcements
//! fetch HASH LEN SEED MS       → shared KEY | fetched KEY | kept
//!                                             the object, from whoever fetches it, or by itself, which
//!                                             takes so long; for itself alone if it was overtaken
//! replica HASH                 → key or none
//! key TEXT                     → the node's key; if there is none yet, this
//! ```

use std::time::Duration;

use wharf_shm::{
    Announcement, Block, Claim, Deadline, Error, Lifetime, ObjectKey, Result, View, Wait,
};

use crate::pattern;
use crate::puppet::{Stage, compare, key_text, number, parse_key};

/// What a puppet holds of this.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) claims: Vec<(Claim, u64)>,
    pub(crate) announcements: Vec<Announcement>,
    pub(crate) alive: Vec<(Block, u64)>,
}

/// The hash that a test means by a number.
pub(super) fn hash(text: &str) -> [u8; 16] {
    u128::from(number(text)).to_be_bytes()
}

impl Stage {
    pub(crate) fn act_network(&mut self, words: &[&str]) -> Result<String> {
        match *words {
            ["claim", len, seed, key, ms] => {
                let deadline = Deadline::after(Duration::from_millis(number(ms)));
                let claim = self.node.claim(&parse_key(key), deadline, Wait::Block)?;
                assert_eq!(claim.view().len() as u64, number(len), "a view of the wrong length");
                compare(claim.view(), number(seed));
                self.network.claims.push((claim, number(seed)));
            }
            ["deliver", len, seed, key, ms] => {
                self.act_network(&["claim", len, seed, key, ms])?;
                return self.act_network(&["confirm"]);
            }
            ["lose", len, seed, key, ms] => {
                self.act_network(&["claim", len, seed, key, ms])?;
                self.network.claims.clear();
                return Ok("lost".into());
            }
            ["die-with", len, seed, key, ms] => {
                self.act_network(&["claim", len, seed, key, ms])?;
                std::process::abort();
            }
            ["touch", key] => {
                self.node.resolve(&parse_key(key), Deadline::NOW, Wait::Block)?.touch();
            }
            ["confirm"] => {
                let (claim, seed) = self.network.claims.pop().expect("claimed");
                self.views.push((claim.confirm()?, seed));
            }
            ["unclaim"] => drop(self.network.claims.pop().expect("claimed")),
            ["promise-alive", len, seed] => {
                let promise = self.arena().promise(Lifetime::PROCESS)?;
                let (key, seed) = (promise.key(), number(seed));
                promise.pulse();
                let mut block = promise.alloc(number(len), 1)?;
                pattern::fill(&mut block, seed);
                self.network.alive.push((block, seed));
                return Ok(key_text(&key));
            }
            ["overtake", key] => {
                let key = parse_key(key);
                let pulse = self.node.pulse(&key)?.expect("it has one");
                self.node.withdraw(&key, pulse)?;
            }
            ["keep"] => {
                let (block, seed) = self.network.alive.pop().expect("promised");
                self.views.push((block.into_view(), seed));
            }
            ["announce", value] => {
                let announcement = self.arena().announce(value.as_bytes())?;
                self.network.announcements.push(announcement);
            }
            ["withdraw"] => drop(self.network.announcements.pop().expect("announced")),
            ["announced"] => {
                let values = self.node.announcements()?.into_iter();
                let texts = values.map(|value| String::from_utf8(value).expect("text"));
                return Ok(texts.collect::<Vec<_>>().join(" "));
            }
            ["epoch"] => return Ok(self.node.announcements_epoch().to_string()),
            ["fetch", hash_text, len, seed, ms] => {
                return self.fetch(&hash(hash_text), number(len), number(seed), number(ms));
            }
            ["replica", hash_text] => {
                let found = self.node.replica(&hash(hash_text))?;
                return Ok(found.map_or("none".into(), |key| key_text(&key)));
            }
            ["key", text] => {
                let key = self.node.key(|| Ok(text.into()))?;
                return Ok(String::from_utf8(key).expect("text"));
            }
            _ => return self.act_exposed(words),
        }
        Ok("ok".into())
    }

    /// As a resolve across nodes does it.
    fn fetch(&mut self, hash: &[u8; 16], len: u64, seed: u64, ms: u64) -> Result<String> {
        loop {
            if let Some(key) = self.node.replica(hash)? {
                match self.arrived(&key) {
                    Ok(view) => {
                        compare(&view, seed);
                        view.touch();
                        self.views.push((view, seed));
                        return Ok(format!("shared {}", key_text(&key)));
                    }
                    Err(Error::OwnerDied | Error::Failed { .. } | Error::Evicted) => continue,
                    Err(error) => return Err(error),
                }
            }
            if let Some(said) = self.fetch_first(hash, len, seed, ms)? {
                return Ok(said);
            }
        }
    }

    /// What another one fetches, until its pulse stands still.
    fn arrived(&self, key: &ObjectKey) -> Result<View> {
        let mut seen = None;
        for _ in 0..40 {
            let look = Deadline::after(Duration::from_millis(500));
            match self.node.resolve(key, look, Wait::Block) {
                Err(Error::Deadline) => {}
                outcome => return outcome,
            }
            let pulse = self.node.pulse(key)?;
            if let Some(still) = pulse.filter(|_| pulse == seen) {
                // Another may have been first.
                let _ = self.node.withdraw(key, still);
            }
            seen = pulse;
        }
        Err(Error::Deadline)
    }

    /// `None` if somebody else is fetching it.
    fn fetch_first(
        &mut self,
        hash: &[u8; 16],
        len: u64,
        seed: u64,
        ms: u64,
    ) -> Result<Option<String>> {
        let promise = self.arena().promise(Lifetime::PROCESS)?;
        let pulse = promise.pulse();
        match self.arena().publish_replica(hash, &promise.key()) {
            Ok(()) => {}
            Err(Error::NameTaken { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut block = promise.alloc(len, 1)?;
        for _ in 0..ms.div_ceil(10) {
            pulse.beat();
            std::thread::sleep(Duration::from_millis(10));
        }
        pattern::fill(&mut block, seed);
        if block.is_withdrawn() {
            self.views.push((block.into_view(), seed));
            return Ok(Some("kept".into()));
        }
        Ok(Some(format!("fetched {}", key_text(&block.seal()?.key))))
    }
}
