//! A real endpoint in a process of its own: this test program, started again.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, set_parent_process_death_signal};
use tempfile::TempDir;
use wharf_shm::{
    Arena, ArenaId, ArenaOptions, Block, Capability, End, Lifetime, Node, NodeOptions, ObjectKey,
    Promise, Wait,
};

use crate::endpoint::{Endpoint, EndpointOptions};
use crate::membership::Membership;
use crate::security::{Identity, Policy, Secret, Trusted};
use crate::ticket::Route;
use crate::transport::Peer;
use crate::transport::conformance::{Body, Rig};
use crate::transport::tcp::{Pool, Reading, Session};

/// One node, its origin's process, and a reader's pool.
pub(super) struct TcpRig {
    /// Ends before its folder does.
    origin: RefCell<Option<Origin>>,
    folder: TempDir,
    key: Vec<u8>,
    peer: Peer,
    pub(super) address: SocketAddr,
    pub(super) pool: Arc<Pool>,
}

struct Origin {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStderr>,
}

impl TcpRig {
    /// A rig whose origin and reader have their own minds about encryption.
    pub(super) fn with(origins: Policy, readers: Policy) -> Self {
        let folder = tempfile::Builder::new().prefix("wharf-test-").tempdir_in("/dev/shm").unwrap();
        let node = Node::open(&options(folder.path().into())).unwrap();
        let key = Identity::generate().unwrap();
        let public = Identity::from_pkcs8(&key).unwrap().public_key();
        // Free now, and nobody takes it before long.
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let peer = Peer { node: node.id(), key: public };
        let pool = pool(node, readers, None);
        let rig = Self { folder, key, peer, address, pool, origin: RefCell::default() };
        *rig.origin.borrow_mut() = Some(rig.origin(origins));
        rig
    }

    fn origin(&self, policy: Policy) -> Origin {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "transport::tcp::tests::rig::origin", "--nocapture", "--ignored"])
            .env(FOLDER, self.folder.path())
            .env(KEY, hex(&self.key))
            .env(ADDRESS, self.address.to_string())
            .env(POLICY, policy_name(policy))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = process.stdin.take().unwrap();
        let output = BufReader::new(process.stderr.take().unwrap());
        let mut origin = Origin { process, input, output };
        assert_eq!(origin.answer(), "ready");
        origin
    }

    /// Tells the origin to do something; its answer.
    fn tell(&self, line: &str) -> String {
        let mut origin = self.origin.borrow_mut();
        let origin = origin.as_mut().expect("the origin was killed");
        writeln!(origin.input, "{line}").unwrap();
        origin.answer()
    }

    fn signal(&self, signal: Signal) {
        let origin = self.origin.borrow();
        let process = &origin.as_ref().expect("the origin was killed").process;
        kill_process(Pid::from_child(process), signal).unwrap();
    }
}

impl Origin {
    #[track_caller]
    fn answer(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Rig for TcpRig {
    type Transport = Session;
    /// On a machine that has other things to do.
    const LATE: Duration = Duration::from_secs(5);

    fn start() -> Self {
        Self::with(Policy::Auto, Policy::Auto)
    }

    fn peer(&self) -> (Peer, Route) {
        (self.peer, Route::Tcp(self.address))
    }

    fn transport(&self) -> Session {
        Session::new(&self.pool, Wait::Adaptive)
    }

    fn put(&mut self, body: Body) -> ObjectKey {
        read_key(&self.tell(&format!("put {} {}", body.seed, body.len)))
    }

    fn put_once(&mut self, body: Body) -> ObjectKey {
        read_key(&self.tell(&format!("once {} {}", body.seed, body.len)))
    }

    fn promise(&mut self) -> ObjectKey {
        read_key(&self.tell("promise"))
    }

    fn seal(&mut self, key: &ObjectKey, body: Body) {
        self.tell(&format!("seal {} {} {}", write_key(key), body.seed, body.len));
    }

    fn fail(&mut self, key: &ObjectKey, why: &str) {
        self.tell(&format!("fail {} {why}", write_key(key)));
    }

    fn evict(&mut self, key: &ObjectKey) {
        self.tell(&format!("evict {}", write_key(key)));
    }

    fn kill(&mut self) {
        *self.origin.borrow_mut() = None;
    }

    fn restart(&mut self) {
        let origin = self.origin(Policy::Auto);
        *self.origin.borrow_mut() = Some(origin);
    }

    fn stop(&mut self) {
        self.signal(Signal::STOP);
        // It may be running yet on another processor.
        let stopped = || {
            let origin = self.origin.borrow();
            let id = origin.as_ref().unwrap().process.id();
            let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
            stat.rsplit(") ").next().unwrap().starts_with('T')
        };
        while !stopped() {
            std::thread::yield_now();
        }
    }

    fn resume(&mut self) {
        self.signal(Signal::CONT);
    }

    fn carried(&self) -> u64 {
        self.pool.received().iter().sum()
    }
}

fn pool(node: Node, policy: Policy, secret: Option<Secret>) -> Arc<Pool> {
    let identity = Identity::from_pkcs8(&Identity::generate().unwrap()).unwrap();
    Pool::new(Reading { node, identity, policy, trusted: Trusted::default(), secret })
}

/// A pool on a node of its own.
pub(super) fn lone_pool(secret: Option<Secret>) -> (TempDir, Arc<Pool>) {
    let folder = tempfile::Builder::new().prefix("wharf-test-").tempdir_in("/dev/shm").unwrap();
    let node = Node::open(&options(folder.path().into())).unwrap();
    (folder, pool(node, Policy::Auto, secret))
}

fn options(directory: PathBuf) -> NodeOptions {
    NodeOptions { directory: Some(directory.join("node")), ..NodeOptions::default() }
}

const FOLDER: &str = "WHARF_TEST_FOLDER";
const KEY: &str = "WHARF_TEST_KEY";
const ADDRESS: &str = "WHARF_TEST_ADDRESS";
const POLICY: &str = "WHARF_TEST_POLICY";

/// The origin's side: does what it is told, line by line.
#[test]
#[ignore = "it is the other process of the tests beside it"]
fn origin() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    set_parent_process_death_signal(Some(Signal::KILL)).unwrap();
    let key = bytes(&std::env::var(KEY).unwrap());
    let membership = Membership::new(Node::open(&options(folder.into())).unwrap());
    let arena = membership.node.create_arena(&ArenaOptions::default()).unwrap();
    let _endpoint = Endpoint::listen(
        &membership,
        EndpointOptions {
            addresses: vec![std::env::var(ADDRESS).unwrap().parse().unwrap()],
            identity: Identity::from_pkcs8(&key).unwrap(),
            policy: policy_named(&std::env::var(POLICY).unwrap()),
            trusted: Trusted::default(),
            secret: None,
            limits: Default::default(),
            wait: Wait::Block,
        },
    )
    .unwrap();
    let mut told = Told { arena, promises: HashMap::new() };
    eprintln!("ready");
    for line in std::io::stdin().lines().map_while(Result::ok) {
        eprintln!("{}", told.act(&line));
    }
}

struct Told {
    arena: Arena,
    promises: HashMap<ObjectKey, Promise>,
}

impl Told {
    fn act(&mut self, line: &str) -> String {
        let once = Lifetime::PROCESS.ending(End::Once);
        let words: Vec<_> = line.splitn(4, ' ').collect();
        match *words {
            ["put", seed, len] => self.put(body(seed, len), Lifetime::PROCESS),
            ["once", seed, len] => self.put(body(seed, len), once),
            ["promise"] => {
                let promise = self.arena.promise(Lifetime::PROCESS).unwrap();
                let key = promise.key();
                self.promises.insert(key, promise);
                write_key(&key)
            }
            ["seal", key, seed, len] => {
                let promise = self.promises.remove(&read_key(key)).unwrap();
                let body = body(seed, len);
                fill(promise.alloc(body.len, 64).unwrap(), body)
            }
            ["fail", key, ..] => {
                let why = line.splitn(3, ' ').nth(2).unwrap();
                self.promises.remove(&read_key(key)).unwrap().fail(why).unwrap();
                "done".into()
            }
            ["evict", key] => {
                self.arena.evict(&read_key(key)).unwrap();
                "done".into()
            }
            _ => panic!("an origin does not know how to {line}"),
        }
    }

    fn put(&self, body: Body, lifetime: Lifetime) -> String {
        fill(self.arena.alloc(body.len, 64, lifetime).unwrap(), body)
    }
}

fn fill(mut block: Block, body: Body) -> String {
    body.fill(0, &mut block);
    write_key(&block.seal().unwrap().key)
}

fn body(seed: &str, len: &str) -> Body {
    Body { seed: seed.parse().unwrap(), len: len.parse().unwrap() }
}

fn policy_name(policy: Policy) -> &'static str {
    match policy {
        Policy::Auto => "auto",
        Policy::Always => "always",
        Policy::Never => "never",
    }
}

fn policy_named(name: &str) -> Policy {
    let all = [Policy::Auto, Policy::Always, Policy::Never];
    all.into_iter().find(|policy| policy_name(*policy) == name).unwrap()
}

fn write_key(key: &ObjectKey) -> String {
    let (arena, capability) = (hex(key.arena.as_bytes()), hex(key.capability.as_bytes()));
    format!("{arena}:{}:{}:{capability}", key.slot, key.generation)
}

#[track_caller]
fn read_key(text: &str) -> ObjectKey {
    let parts: Vec<_> = text.split(':').collect();
    let [arena, slot, generation, capability] = parts[..] else { panic!("no key: {text:?}") };
    let sixteen = |text| <[u8; 16]>::try_from(bytes(text)).unwrap();
    ObjectKey {
        arena: ArenaId::from_bytes(sixteen(arena)),
        slot: slot.parse().unwrap(),
        generation: generation.parse().unwrap(),
        capability: Capability::from_bytes(sixteen(capability)),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..][..2], 16).unwrap()).collect()
}
