//! What a ticket says of the node that its object was put on: its id and, while endpoints serve the
//! node's objects, whom to ask for them and where.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

use wharf_shm::{Extent, Node, NodeId, ObjectKey};

use crate::Ticket;
use crate::form::Told;
use crate::security::PublicKey;
use crate::ticket::{Route, Section, Sections};

/// The node that objects are put on, as their tickets have it.
#[derive(Clone)]
pub(crate) struct Home {
    node: NodeId,
    addresses: Option<Addresses>,
}

/// Whole sections: the public key of the node's endpoints, and their routes.
type Addresses = Arc<[u8]>;

impl Home {
    /// With what one endpoint alone [announces](announcement).
    pub(crate) fn at(node: NodeId, announced: Arc<[u8]>) -> Self {
        Self { node, addresses: Some(announced) }
    }

    /// The ticket of an object that was put here.
    #[inline]
    pub(crate) fn ticket(&self, key: ObjectKey, extent: Option<Extent>, told: Told) -> Ticket {
        let told = match &self.addresses {
            None => told,
            Some(addresses) => Told::from(&[&told, &**addresses].concat()[..]),
        };
        Ticket::new(self.node, key, extent, told)
    }

    /// Where it says to ask.
    pub(crate) fn routes(&self) -> impl Iterator<Item = Route> + '_ {
        let sections = Sections::new(self.addresses.as_deref().unwrap_or_default());
        let routes = sections.filter(|section| section.kind == Section::ROUTE);
        routes.filter_map(|section| Route::from_bytes(section.value))
    }
}

/// The addresses of a node's endpoints, looked up again whenever one comes or goes.
#[derive(Default)]
pub(crate) struct AddressBook {
    /// As which state of the announcements the addresses are known; 0 is before the first ever.
    state: AtomicU64,
    addresses: RwLock<Option<Addresses>>,
}

impl AddressBook {
    /// The node as it is now.
    #[inline]
    pub(crate) fn home(&self, node: &Node, id: NodeId) -> Home {
        let state = node.announcements_epoch();
        if state == 0 {
            return Home { node: id, addresses: None };
        }
        // Acquire: pairs with the Release in `look`.
        if self.state.load(Ordering::Acquire) != state {
            self.look(node, state);
        }
        let addresses = self.addresses.read().unwrap_or_else(PoisonError::into_inner).clone();
        Home { node: id, addresses }
    }

    #[cold]
    fn look(&self, node: &Node, state: u64) {
        let announced = match node.announcements() {
            Ok(announced) => announced,
            Err(error) => {
                tracing::warn!(%error, "could not look up who serves this node's objects");
                return;
            }
        };
        *self.addresses.write().unwrap_or_else(PoisonError::into_inner) = join(&announced);
        self.state.store(state, Ordering::Release);
    }
}

/// What an endpoint announces to its node.
pub(crate) fn announcement(key: PublicKey, routes: &[Route]) -> Vec<u8> {
    let mut sections = vec![Section::PUBLIC_KEY, key.0.len() as u8];
    sections.extend_from_slice(&key.0);
    for route in routes.iter().take(MOST_ROUTES) {
        let route = route.to_bytes();
        sections.extend_from_slice(&[Section::ROUTE, route.len() as u8]);
        sections.extend_from_slice(&route);
    }
    sections
}

/// The key, which is the same for all endpoints of a node, and as many routes as a ticket has room
/// for; this process's own come first.
fn join(announced: &[Vec<u8>]) -> Option<Addresses> {
    let sections = || announced.iter().flat_map(|sections| Sections::new(sections));
    let key = sections().find(|section| section.kind == Section::PUBLIC_KEY)?;
    let routes = sections().filter(|section| section.kind == Section::ROUTE).take(MOST_ROUTES);
    let mut joined = Vec::new();
    for section in [key].into_iter().chain(routes) {
        joined.extend_from_slice(&[section.kind, section.value.len() as u8]);
        joined.extend_from_slice(section.value);
    }
    Some(joined.into())
}

/// A ticket's routes; more of them would leave no room for the description of large arrays.
const MOST_ROUTES: usize = 5;

impl crate::Fabric {
    /// The node as tickets of what is put now have it.
    #[inline]
    pub(crate) fn home(&self) -> Home {
        self.membership.home()
    }
}
