//! What node memory does for those who carry objects between nodes: claims, announcements, replicas,
//! and the node's key.

pub(crate) mod acts;
mod announced;
mod claims;
mod key;
mod replicas;

use libtest_mimic::Trial;

pub(crate) fn tests() -> Vec<Trial> {
    let tests = [announced::tests(), claims::tests(), key::tests(), replicas::tests()];
    tests.into_iter().flatten().collect()
}
