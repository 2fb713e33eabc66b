//! What an arena has published, so that it leaves no names behind.

use std::collections::HashMap;

use super::folder::{Folder, Remove};
use super::name::FileName;
use super::standing::Standing;
use crate::error::{Error, Result};
use crate::ids::ObjectKey;
use crate::layout::PAGE;
use crate::limits::Limits;
use crate::node::NodeInner;

/// The names that an arena has published and that may still stand.
#[derive(Debug)]
pub(crate) struct Published {
    names: HashMap<(Folder, FileName), ObjectKey>,
    /// At so many names, the list is looked through: twice as many as stood the last time.
    limit: usize,
    /// Looked for when a name is first published.
    limits: Option<Limits>,
    /// Names that there was memory for when it was last asked.
    granted: u64,
    closed: bool,
}

/// No look through a list shorter than this.
const FEW: usize = 64;
/// Memory is asked for as many names at once: it costs as much as several publish.
const GRANT: u64 = 64;

impl Default for Published {
    fn default() -> Self {
        let (names, limits) = (HashMap::new(), None);
        Self { names, limit: FEW, limits, granted: 0, closed: false }
    }
}

impl Published {
    /// Sees to it that there is memory for another name.
    pub(crate) fn reserve(&mut self, node: &NodeInner) -> Result<()> {
        if self.granted == 0 {
            let directory = node.directory.path();
            let limits = self.limits.get_or_insert_with(|| Limits::discover(directory));
            limits.check(GRANT * PAGE as u64)?;
            self.granted = GRANT;
        }
        self.granted -= 1;
        Ok(())
    }

    /// Remembers a name, and now and then forgets, and removes, those whose objects are gone.
    pub(crate) fn add(
        &mut self,
        node: &NodeInner,
        folder: Folder,
        name: FileName,
        key: &ObjectKey,
    ) {
        self.names.insert((folder, name), *key);
        if self.names.len() >= self.limit {
            self.keep_standing(node);
            self.limit = (2 * self.names.len()).max(FEW);
        }
        if self.closed {
            self.close(node);
        }
    }

    /// What was published in a folder and may still stand.
    pub(crate) fn of(&self, folder: Folder) -> Vec<ObjectKey> {
        let own = self.names.iter().filter(|((of, _), _)| *of == folder);
        own.map(|(_, key)| *key).collect()
    }

    /// Removes the names whose objects ended with the arena, and tells the node of the others.
    pub(crate) fn close(&mut self, node: &NodeInner) {
        self.closed = true;
        self.keep_standing(node);
        let left = std::mem::take(&mut self.names).len() as u64;
        if left > 0 && node.directory.leave_names(left) {
            node.sweep_names();
        }
    }

    fn keep_standing(&mut self, node: &NodeInner) {
        let mut standings = Folder::ALL.map(|folder| Standing::of(node, folder));
        self.names.retain(|(folder, name), key| {
            let path = node.name_path(*folder, name);
            let standing = &mut standings[*folder as usize];
            match standing.is_gone(key) {
                Ok(false) => path.symlink_metadata().is_ok(),
                Ok(true) => {
                    let removed = node.remove_name(&path, Remove::Stale, standing);
                    leave_to_a_sweep(removed.err());
                    false
                }
                Err(error) => {
                    leave_to_a_sweep(Some(error));
                    false
                }
            }
        });
    }
}

/// With the directory gone the names are gone as well.
fn leave_to_a_sweep(error: Option<Error>) {
    match error {
        None | Some(Error::Vanished { .. }) => {}
        Some(error) => tracing::warn!(%error, "a name is left to a sweep"),
    }
}
