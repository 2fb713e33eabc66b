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
    /// ```
    /// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let field = store.put_slice(&[273.15, 274.0])?;
    /// store.publish("T/000100", &field)?;
    /// assert_eq!(fabric.lookup("T/000100", Deadline::NOW)?, field);
    /// assert!(matches!(store.publish("T/000100", &field), Err(Error::NameTaken { .. })));
    /// # Ok(()) }
    /// ```
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
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let there = fabric.clone();
    /// let reader = std::thread::spawn(move || there.lookup("T/000100", Duration::from_secs(10)));
    /// let field = store.put_slice(&[273.15, 274.0])?;
    /// store.publish("T/000100", &field)?; // wakes the reader
    /// assert_eq!(reader.join().unwrap()?, field);
    /// # Ok(()) }
    /// ```
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
    /// ```
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let field = store.put_slice(&[273.15, 274.0])?;
    /// for step in [100, 50, 150] {
    ///     store.publish(&format!("T/{step:06}"), &field)?;
    /// }
    /// let names: Vec<String> = fabric.names("T/")?.into_iter().map(|(name, _)| name).collect();
    /// assert_eq!(names, ["T/000050", "T/000100", "T/000150"]);
    /// # Ok(()) }
    /// ```
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
    /// ```
    /// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let field = store.put_slice(&[273.15, 274.0])?;
    /// store.publish("T/000100", &field)?;
    /// fabric.unpublish("T/000100")?;
    /// assert!(matches!(fabric.lookup("T/000100", Deadline::NOW), Err(Error::NoSuchName { .. })));
    /// assert_eq!(fabric.get::<[f64]>(&field, Deadline::NOW)?[1], 274.0);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`NoSuchName`](crate::Error::NoSuchName); [`InvalidName`](crate::Error::InvalidName); [`Memory`](crate::Error::Memory) if another process, which
    /// must be stopped, has been removing the name for a second and more.
    pub fn unpublish(&self, name: &str) -> Result<()> {
        self.on_node(|node| node.unpublish(name))
    }
}
