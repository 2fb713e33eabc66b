//! How long an object lives: by what it is scoped, and how it ends.

use std::time::Duration;

/// What an object's life is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Scope {
    /// It ends with the process, or the arena, that put it.
    #[default]
    Process,
    /// It outlives its process, killed or not, until it is evicted.
    Node,
}

/// What ends an object within its scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum End {
    /// It lives until it is evicted.
    #[default]
    Evicted,
    /// It is evicted by its first successful resolve.
    Once,
    /// It ends when this time has passed since it was sealed, or renewed.
    Lease(Duration),
}

/// An object's lifetime: a scope and an end.
///
/// ```
/// use std::time::Duration;
/// use wharf_shm::{End, Lifetime, Scope};
///
/// let letter = Lifetime::PROCESS.ending(End::Once);
/// assert_eq!(letter, Lifetime { scope: Scope::Process, end: End::Once });
/// let cache = Lifetime::NODE.ending(End::Lease(Duration::from_secs(3600)));
/// assert_eq!(cache.scope, Scope::Node);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Lifetime {
    /// What its life is bound to.
    pub scope: Scope,
    /// What ends it.
    pub end: End,
}

impl Lifetime {
    /// Lives as long as its process and arena, until evicted.
    pub const PROCESS: Self = Self { scope: Scope::Process, end: End::Evicted };
    /// Lives on the node until evicted, whatever happens to its process.
    pub const NODE: Self = Self { scope: Scope::Node, end: End::Evicted };

    /// The same scope with another end.
    pub const fn ending(self, end: End) -> Self {
        Self { scope: self.scope, end }
    }
}
