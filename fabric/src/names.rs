//! Names that the processes of a node find each other's objects by, where no ticket can be sent.
//!
//! ```text
//! store.publish("T/000100", &ticket) ──▶ the name and the ticket, in shared memory
//! fabric.lookup("T/000100", deadline) ◀──┘  for as long as the ticket's object is there
//! ```

use wharf_shm::{Deadline, Named, Node};

use crate::{Fabric, Result, Store, Ticket};

const _: () = assert!(Ticket::MAX_BYTES <= Node::NAMED_VALUE_MAX);

impl Store {
    /// Gives an object of this node a name, for any process of the node to [look up](Fabric::lookup).
    /// It may be another store's, and still be pending.
    ///
    /// The name stands until the object is gone, whoever ends it and however, or until it is
    /// [taken away](Fabric::unpublish). A name whose object is gone is free: programs that are
    /// started again have their names back. Any text can be a name, of up to 255 bytes, where
    /// letters, digits, `_`, `-` and `.` count one and other bytes three.
    ///
    /// # Errors
    ///
    /// [`NameTaken`](crate::Error::NameTaken) and [`InvalidName`](crate::Error::InvalidName); [`Evicted`](crate::Error::Evicted) if the object is gone,
    /// [`OtherNode`](crate::Error::OtherNode) if it is not of this node; [`Memory`](crate::Error::Memory) if there is no room for a
    /// name, or the store is closed.
    pub fn publish(&self, name: &str, ticket: &Ticket) -> Result<()> {
        let key = self.fabric().key_here(ticket)?;
        let bytes = ticket.to_bytes();
        self.with(|arena| arena.publish(name, &key, &bytes))
    }

    /// [`Fabric::unpublish`], where there is a store at hand.
    ///
    /// # Errors
    ///
    /// As [`Fabric::unpublish`].
    pub fn unpublish(&self, name: &str) -> Result<()> {
        self.fabric().unpublish(name)
    }
}

impl Fabric {
    /// The ticket that was [published](Store::publish) under a name. Waits until somebody does, or
    /// until `deadline`.
    ///
    /// # Errors
    ///
    /// [`NoSuchName`](crate::Error::NoSuchName) if there was none by the deadline; [`InvalidName`](crate::Error::InvalidName);
    /// [`Memory`](crate::Error::Memory) if what stands there is damaged.
    pub fn lookup(&self, name: &str, deadline: impl Into<Deadline>) -> Result<Ticket> {
        let deadline = deadline.into();
        let Named { value, .. } = self.on_node(|node| node.lookup(name, deadline))?;
        Ok(Ticket::from_bytes(&value)?)
    }

    /// All names that begin with `prefix`, and their tickets, in the order of names.
    ///
    /// # Errors
    ///
    /// [`Memory`](crate::Error::Memory) if the shared-memory directory cannot be read.
    pub fn names(&self, prefix: &str) -> Result<Vec<(String, Ticket)>> {
        let named = self.on_node(|node| node.names(prefix))?;
        let ticket_of = |Named { name, value, .. }: Named| match Ticket::from_bytes(&value) {
            Ok(ticket) => Some((name, ticket)),
            Err(error) => {
                tracing::warn!(%error, name, "what is published under the name is no ticket");
                None
            }
        };
        Ok(named.into_iter().filter_map(ticket_of).collect())
    }

    /// Takes a name away, whichever process of this user published it; its object stays.
    ///
    /// # Errors
    ///
    /// [`NoSuchName`](crate::Error::NoSuchName); [`InvalidName`](crate::Error::InvalidName); [`Memory`](crate::Error::Memory) if another process, which
    /// must be stopped, has been removing the name for a second and more.
    pub fn unpublish(&self, name: &str) -> Result<()> {
        self.on_node(|node| node.unpublish(name))
    }
}
