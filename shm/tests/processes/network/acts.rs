//! What a puppet does in the place of an endpoint, and of those who fetch from one.
//!
//! ```text
//! claim LEN SEED KEY MS        → ok           holds the claim
//! confirm | unclaim            → ok           the last claim; a confirmed one's view is held
//! deliver | lose | die-with LEN SEED KEY MS   claims, and then confirms, drops it, or dies
//! touch KEY                    → ok
//! announce VALUE | withdraw    → ok           `withdraw` drops the last
//! announced                    → what all announce
//! epoch                        → number       of the announcements
//! fetch HASH LEN SEED MS       → shared KEY | fetched KEY
//!                                             the object, from whoever fetches it, or by itself; that
//!                                             takes so long
//! replica HASH                 → key or none
//! key TEXT                     → the node's key; if there is none yet, this
//! ```

use std::time::Duration;

use wharf_shm::{Announcement, Claim, Deadline, Error, Lifetime, ObjectKey, Result, Wait};

use crate::pattern;
use crate::puppet::{Stage, compare, key_text, number, parse_key};

/// What a puppet holds of this.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) claims: Vec<(Claim, u64)>,
    pub(crate) announcements: Vec<Announcement>,
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
                let deadline = Deadline::after(Duration::from_secs(20));
                match self.node.resolve(&key, deadline, Wait::Block) {
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
            if let Some(key) = self.fetch_first(hash, len, seed, ms)? {
                return Ok(format!("fetched {}", key_text(&key)));
            }
        }
    }

    /// `None` if somebody else is fetching it.
    fn fetch_first(
        &self,
        hash: &[u8; 16],
        len: u64,
        seed: u64,
        ms: u64,
    ) -> Result<Option<ObjectKey>> {
        let mut block = self.arena().alloc(len, 1, Lifetime::PROCESS)?;
        match self.arena().publish_replica(hash, &block.key()) {
            Ok(()) => {}
            Err(Error::NameTaken { .. }) => return Ok(None),
            Err(error) => return Err(error),
        }
        std::thread::sleep(Duration::from_millis(ms));
        pattern::fill(&mut block, seed);
        Ok(Some(block.seal()?.key))
    }
}
