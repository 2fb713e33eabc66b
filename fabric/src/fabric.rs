//! This process's membership: what everything else starts from.

use std::path::Path;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use wharf_shm::{
    Arena, ArenaOptions, ArenaStat, Deadline, End, Gone, Node, NodeId, NodeOptions, ObjectKey,
    ObjectStat, Room, State, Sweep, SweepReport, Wait,
};

use crate::config::{Options, Setting, Settings};
use crate::membership::Membership;
use crate::network::Network;
use crate::store::{Store, StoreOptions};
use crate::{Content, Error, FabricCounters, Result, Ticket, View};

/// This process's membership of the node. One per process is usual; clones are the same one.
///
/// It starts no thread but the one that wakes futures, see
/// [`resolve_async`](Fabric::resolve_async), while there are any that wait; and, if it was told where
/// to [`listen`](Options::listen), the one that serves readers on other nodes. It opens no socket but
/// for that, and to fetch what lives on other nodes.
///
/// If the shared-memory directory is removed while in use, by the clean-up of a batch job perhaps,
/// it is made again under the same identity when something is next put, and the log says so once.
/// What was put before lives on in the views that exist, and can be resolved no more.
///
/// ```no_run
/// # fn main() -> wharf::Result<()> {
/// let fabric = wharf::Fabric::new()?;
/// println!("node {} in {}", fabric.node(), fabric.directory().display());
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Fabric {
    pub(crate) membership: Arc<Membership>,
    id: NodeId,
    pub(crate) wait: Wait,
    settings: Arc<Settings>,
    network: Arc<Network>,
}

impl Fabric {
    /// Joins the node as the environment and the configuration file say; see [`Options`].
    ///
    /// # Errors
    ///
    /// As [`open`](Fabric::open).
    pub fn new() -> Result<Self> {
        Self::open(Options::default())
    }

    /// Joins the node with these options.
    ///
    /// ```
    /// # use wharf::{Fabric, Options, Wait};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// let directory = Some(private.path().join("another")); // two fabrics share what one directory holds
    /// let patient = Fabric::open(Options { directory, wait: Some(Wait::Block), ..Options::default() })?;
    /// assert_ne!(patient.node(), fabric.node());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Config`] if the environment or the configuration file has a mistake;
    /// [`Error::Memory`] if the shared-memory directory cannot be used, and why.
    pub fn open(options: Options) -> Result<Self> {
        let settings = Settings::load(&options)?;
        let node = Node::open(&NodeOptions {
            directory: settings.directory.value.clone(),
            leave_dead: settings.leave_dead.value,
            must_exist: options.must_exist,
        })?;
        let membership = Membership::new(node);
        let network = Network::open(&membership, &settings)?;
        Ok(Self::of(membership, Arc::new(settings), Arc::new(network)))
    }

    pub(crate) fn of(
        membership: Arc<Membership>,
        settings: Arc<Settings>,
        network: Arc<Network>,
    ) -> Self {
        let (id, wait) = (membership.node.id(), settings.wait.value);
        Self { id, wait, membership, settings, network }
    }

    /// Makes a shared-memory directory usable again whose file `node` is damaged
    /// ([`MemoryError::NodeDamaged`](crate::MemoryError::NodeDamaged)): everything of Wharf's in it
    /// is removed, for no ticket can lead there any more. Does nothing to a directory in order.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if a process still uses the directory.
    pub fn mend(options: &Options) -> Result<SweepReport> {
        let directory = Settings::load(options)?.directory.value;
        Ok(Node::mend(&NodeOptions { directory, ..NodeOptions::default() })?)
    }

    /// The configuration in effect, and where each value came from.
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let directory = Some(private.path().join("node"));
    /// let options = wharf::Options { capacity: Some(1 << 30), directory, ..Default::default() };
    /// for setting in wharf::Fabric::open(options)?.settings() {
    ///     println!("{} = {} ({})", setting.name, setting.value, setting.origin);
    /// }
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        self.settings.list()
    }

    /// The fabric that this process's [proxies](crate::Proxy) share, opened by [`Fabric::new`] when
    /// it is first asked for and closed when nobody holds it any more. A forked child gets one of
    /// its own.
    ///
    /// # Errors
    ///
    /// As [`Fabric::new`].
    pub fn process() -> Result<Self> {
        static PROCESS: Mutex<Option<Unheld>> = Mutex::new(None);
        let known = || PROCESS.lock().unwrap_or_else(|poison| poison.into_inner());
        if let Some(fabric) = known().as_ref().and_then(Unheld::hold) {
            return Ok(fabric);
        }
        let fabric = Self::new()?;
        let mut slot = known();
        // Another thread may have been first.
        if let Some(other) = slot.as_ref().and_then(Unheld::hold) {
            return Ok(other);
        }
        *slot = Some(Unheld {
            membership: Arc::downgrade(&fabric.membership),
            settings: Arc::downgrade(&fabric.settings),
            network: Arc::downgrade(&fabric.network),
        });
        Ok(fabric)
    }

    /// Whether this process may use the fabric.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] in a forked child, for it is the parent's.
    pub(crate) fn check(&self) -> Result<()> {
        Ok(self.membership.node.check()?)
    }

    /// The node's identity: two processes share memory exactly when theirs are equal.
    #[must_use]
    pub fn node(&self) -> NodeId {
        self.id
    }

    /// The shared-memory directory in use.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.membership.node.directory()
    }

    /// Opens a place to put objects in. Nothing is reserved until something is put.
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the node cannot hold another store.
    pub fn store(&self, name: &str, options: StoreOptions) -> Result<Store> {
        Store::open(self.clone(), name, options)
    }

    /// The object's bytes, mapped where they lie. Waits for a pending object until `deadline`.
    ///
    /// ```
    /// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put(b"temperature")?;
    /// let view = fabric.resolve(&ticket, Deadline::NOW)?;
    /// fabric.evict(&ticket)?;
    /// assert!(matches!(fabric.resolve(&ticket, Deadline::NOW), Err(Error::Evicted)));
    /// assert_eq!(&*view, b"temperature"); // for as long as the view is held
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// What became of the object ([`Evicted`](Error::Evicted), [`Failed`](Error::Failed),
    /// [`OwnerDied`](Error::OwnerDied), [`Deadline`](Error::Deadline),
    /// [`Claimed`](Error::Claimed)), or why this ticket cannot be followed here.
    #[inline]
    pub fn resolve(&self, ticket: &Ticket, deadline: impl Into<Deadline>) -> Result<View> {
        let deadline = deadline.into();
        if self.is_elsewhere(ticket) {
            return self.resolve_remote(ticket, deadline);
        }
        let key = ticket.key();
        Ok(View::new(self.membership.with(|node| node.resolve(&key, deadline, self.wait))?))
    }

    /// The object's content: a view of plain elements in place, or a decoded value. Waits for a
    /// pending object until `deadline`.
    ///
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// let store = fabric.store("fields", StoreOptions::default())?;
    /// let field = store.put_slice(&[1.5, 2.5])?;
    /// let labels = store.put_value(&vec!["north", "south"])?;
    ///
    /// assert_eq!(fabric.get::<[f64]>(&field, Deadline::NOW)?[1], 2.5);
    /// assert_eq!(fabric.get::<Vec<String>>(&labels, Deadline::NOW)?, ["north", "south"]);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`resolve`](Fabric::resolve); [`Error::WrongType`], [`Error::Misfit`] and
    /// [`Error::Decode`] if the object is something else. Where the ticket tells that already, an
    /// object that ends `once` is not taken; one that was promised, or a value that does not decode,
    /// is.
    #[inline]
    pub fn get<T: Content + ?Sized>(
        &self,
        ticket: &Ticket,
        deadline: impl Into<Deadline>,
    ) -> Result<T::Resolved> {
        T::expect(ticket)?;
        T::read(self.resolve(ticket, deadline)?)
    }

    /// Resolves many objects by one deadline, each with an outcome of its own, in their order.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let tickets = store.put_many(["north", "south"])?;
    /// store.evict(&tickets[0])?;
    /// let outcomes = fabric.resolve_many(&tickets, Duration::from_secs(1));
    /// assert!(outcomes[0].is_err());
    /// assert_eq!(&outcomes[1].as_ref().unwrap()[..], b"south");
    /// # Ok(()) }
    /// ```
    pub fn resolve_many<'a>(
        &self,
        tickets: impl IntoIterator<Item = &'a Ticket>,
        deadline: impl Into<Deadline>,
    ) -> Vec<Result<View>> {
        let tickets: Vec<_> = tickets.into_iter().collect();
        self.resolve_each(&tickets, deadline.into())
    }

    /// What state the object is in, without waiting and without ending a `once`.
    ///
    /// ```
    /// # use wharf::{Fabric, Options, State, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let block = store.alloc(1000)?;
    /// assert_eq!(fabric.stat(&block.ticket())?.state, State::Pending);
    /// let stat = fabric.stat(&block.seal()?)?;
    /// assert_eq!((stat.state, stat.owner_pid), (State::Sealed, std::process::id()));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Evicted`] if it is gone, or why this ticket cannot be followed here.
    pub fn stat(&self, ticket: &Ticket) -> Result<ObjectStat> {
        let key = self.key_here(ticket)?;
        let stat = self.membership.with(|node| node.stat(&key))?;
        // A lease that has run out is noticed by the next resolve, and nobody may have tried yet.
        let expired =
            stat.state == State::Sealed && stat.lifetime.end == End::Lease(Duration::ZERO);
        if expired || stat.state == State::Evicted { Err(Error::Evicted) } else { Ok(stat) }
    }

    /// Why the object is gone, as far as what is left of it tells. `None` of one that is not gone, and
    /// of one whose place another object has taken: that says nothing of why.
    ///
    /// ```
    /// # use wharf::{Fabric, Gone, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put(b"temperature")?;
    /// assert_eq!(fabric.why_gone(&ticket)?, None);
    /// fabric.evict(&ticket)?;
    /// assert_eq!(fabric.why_gone(&ticket)?, Some(Gone::Evicted));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Why this ticket cannot be followed here.
    pub fn why_gone(&self, ticket: &Ticket) -> Result<Option<Gone>> {
        let key = self.key_here(ticket)?;
        self.on_node(|node| node.why_gone(&key))
    }

    /// Ends the object, whichever process of this user put it. Views that exist stay valid.
    ///
    /// ```
    /// # use wharf::{Deadline, Error, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put(b"temperature")?;
    /// let view = fabric.resolve(&ticket, Deadline::NOW)?;
    /// fabric.evict(&ticket)?;
    /// assert!(matches!(fabric.evict(&ticket), Err(Error::Evicted)));
    /// assert_eq!(&*view, b"temperature"); // its memory comes back when the last view is dropped
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Evicted`] if that had happened before; [`Error::Memory`] if the object is still
    /// pending, for only its producer can end it then; or why this ticket cannot be followed here.
    pub fn evict(&self, ticket: &Ticket) -> Result<()> {
        let key = self.key_here(ticket)?;
        Ok(self.membership.with(|node| node.evict(&key))?)
    }

    /// How much more shared memory this process may take, and what limits that.
    #[must_use]
    pub fn room(&self) -> Room {
        self.membership.node.room()
    }

    /// What was resolved through this fabric and its clones so far.
    ///
    /// ```
    /// # use wharf::{Deadline, Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let ticket = store.put(&[7; 1000])?;
    /// fabric.resolve(&ticket, Deadline::NOW)?;
    /// let counters = fabric.counters();
    /// assert_eq!((counters.hits, counters.waits, counters.bytes_resolved), (1, 0, 1000));
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn counters(&self) -> FabricCounters {
        self.membership.counters()
    }

    /// Every store's arena on this node, with its objects.
    ///
    /// ```
    /// # use wharf::{Fabric, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// store.put(&[0; 4096])?;
    /// for arena in fabric.arenas()? {
    ///     println!("{}: {} objects of process {}", arena.name, arena.objects.len(), arena.owner_pid);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the shared-memory directory cannot be read.
    pub fn arenas(&self) -> Result<Vec<ArenaStat>> {
        Ok(self.membership.with(Node::arenas)?)
    }

    /// Gives back what dead processes left behind.
    ///
    /// ```
    /// # use wharf::{Fabric, Options, Sweep};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// let report = fabric.sweep(Sweep::Dead)?; // `Sweep::All` ends also what outlived its process
    /// println!("{} objects, {} bytes", report.objects_evicted, report.bytes_freed);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Memory`] if the shared-memory directory cannot be read or changed.
    pub fn sweep(&self, what: Sweep) -> Result<SweepReport> {
        Ok(self.membership.with(|node| node.sweep(what))?)
    }

    /// Lets an object's lease end so long from now, whichever process of this user put it.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use wharf::{End, Fabric, Lifetime, Options, StoreOptions};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let private = tempfile::tempdir_in("/dev/shm")?;
    /// # let fabric = Fabric::open(Options { directory: Some(private.path().join("node")), ..Default::default() })?;
    /// # let store = fabric.store("fields", StoreOptions::default())?;
    /// let minute = Duration::from_secs(60);
    /// let leased = store.with_lifetime(Lifetime::PROCESS.ending(End::Lease(minute)));
    /// let ticket = leased.put(b"temperature")?;
    /// fabric.renew(&ticket, 60 * minute)?; // an hour from now, however much was left
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Evicted`] if the lease has ended already; [`Error::Memory`] if the object has no
    /// lease; or why this ticket cannot be followed here.
    pub fn renew(&self, ticket: &Ticket, time: Duration) -> Result<()> {
        let key = self.key_here(ticket)?;
        Ok(self.membership.with(|node| node.renew(&key, time))?)
    }

    pub(crate) fn network(&self) -> &Network {
        &self.network
    }

    pub(crate) fn settings_here(&self) -> &Settings {
        &self.settings
    }

    /// The most bytes that a store may hold, unless it says otherwise.
    pub(crate) fn capacity(&self) -> Option<u64> {
        self.settings.capacity.value
    }

    /// Makes an arena in the directory as it stands now.
    pub(crate) fn create_arena(&self, options: &ArenaOptions) -> Result<Arena> {
        Ok(self.membership.with(|node| node.create_arena(options))?)
    }

    /// Does something on the node, in the directory as it stands now.
    pub(crate) fn on_node<T>(&self, act: impl Fn(&Node) -> wharf_shm::Result<T>) -> Result<T> {
        Ok(self.membership.with(act)?)
    }

    /// Whether the object is not in this node's memory: it is on another node, or is a file that is
    /// [shared](Fabric::share_file) from where it lies.
    #[inline]
    #[must_use]
    pub fn is_elsewhere(&self, ticket: &Ticket) -> bool {
        // No arena has such a slot: it is that of files that are shared where they lie.
        ticket.node() != self.id || ticket.key().slot == 0
    }

    /// The ticket's key, if the object is on this node.
    #[inline]
    pub(crate) fn key_here(&self, ticket: &Ticket) -> Result<ObjectKey> {
        if ticket.node() == self.id {
            return Ok(ticket.key());
        }
        let (object, here) = (ticket.node(), self.id);
        tracing::debug!(%object, %here, "a ticket of another node");
        Err(Error::OtherNode { object, here })
    }
}

/// A fabric that is there as long as somebody else holds it.
struct Unheld {
    membership: Weak<Membership>,
    settings: Weak<Settings>,
    network: Weak<Network>,
}

impl Unheld {
    /// `None` if nobody holds it, or it is the parent's.
    fn hold(&self) -> Option<Fabric> {
        let (membership, settings) = (self.membership.upgrade()?, self.settings.upgrade()?);
        let fabric = Fabric::of(membership, settings, self.network.upgrade()?);
        fabric.check().is_ok().then_some(fabric)
    }
}
