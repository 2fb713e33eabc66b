//! One process of the storm: two threads that share a membership and an arena, and do at random
//! whatever a process can do.

mod deeds;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};

use wharf_shm::{Arena, ArenaOptions, Block, Node, NodeOptions, ObjectKey, Promise, View};

use super::board::{Board, Count};
use super::dice::Dice;
use crate::pattern;

pub(super) const THREADS: usize = 2;
/// Small, so that memory is short at all times.
const CAPACITY: u64 = 2 << 20;

/// What a worker needs to know of itself.
struct Role {
    board: Board,
    number: usize,
    /// How many workers were started before it: its objects' seeds are its own.
    started: u64,
    seed: u64,
    objects: AtomicU64,
}

/// The process's side.
pub(crate) fn play() -> ExitCode {
    // SAFETY: asks for a signal, touches no memory.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    let role = Role::from_environment();
    let board = Board::open(role.board.path()).expect("a board");
    let seed = role.seed;
    std::panic::set_hook(Box::new(move |panic| {
        board.complain(&format!("worker with seed {seed}: {panic}"));
        std::process::abort();
    }));
    let node = open();
    let arena = make_arena(&node);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (role, node, arena) = (&role, node.clone(), &arena);
            scope.spawn(move || Thread::new(role, thread, node, arena).run());
        }
    });
    drop((arena, node));
    ExitCode::SUCCESS
}

fn open() -> Node {
    Node::open(&NodeOptions::default()).expect("the node opens")
}

fn make_arena(node: &Node) -> Arena {
    let options =
        ArenaOptions { name: "storm".into(), capacity: Some(CAPACITY), ..Default::default() };
    node.create_arena(&options).expect("an arena is made")
}

impl Role {
    fn from_environment() -> Self {
        let path = PathBuf::from(std::env::var_os("WHARF_STORM_BOARD").expect("set"));
        let text = std::env::var("WHARF_STORM_WORKER").expect("set");
        let numbers: Vec<u64> =
            text.split(' ').map(|number| number.parse().expect("a number")).collect();
        Self {
            board: Board::open(&path).expect("a board"),
            number: numbers[0] as usize,
            started: numbers[1],
            seed: numbers[2],
            objects: AtomicU64::new(0),
        }
    }

    /// The seed of an object that no other object has.
    fn object(&self) -> u64 {
        self.started << 32 | self.objects.fetch_add(1, Ordering::Relaxed)
    }
}

/// A thread, and what it holds.
struct Thread<'a> {
    role: &'a Role,
    number: usize,
    dice: Dice,
    /// Shared with the other thread.
    node: Node,
    arena: &'a Arena,
    /// Its own, for a while: another membership, and another arena.
    visitor: Node,
    brief: Arena,
    views: Vec<(View, u64)>,
    blocks: Vec<(Block, u64)>,
    promises: Vec<(Promise, u64, u64)>,
    /// Objects that it put and has not evicted.
    own: Vec<ObjectKey>,
    /// Objects that nobody else has ever heard of: these must be there.
    secret: Vec<(ObjectKey, u64)>,
}

/// Something to do: its name, how often it is done, and how.
type Act<'a> = (&'static str, u64, fn(&mut Thread<'a>));

pub(super) fn act_name(act: u64) -> &'static str {
    Thread::ACTS.get(act as usize).map_or("leaving", |(name, _, _)| name)
}

impl<'a> Thread<'a> {
    const ACTS: [Act<'a>; 15] = [
        ("put", 24, Thread::put),
        ("begin", 10, Thread::begin),
        ("promise", 4, Thread::promise),
        ("finish", 12, Thread::finish),
        ("resolve", 40, Thread::resolve),
        ("drop", 26, Thread::drop_view),
        ("evict own", 14, Thread::evict_own),
        ("evict other", 6, Thread::evict_other),
        ("keep a secret", 4, Thread::keep_secret),
        ("tell no secret", 4, Thread::look_at_secret),
        ("be wrong", 2, Thread::be_wrong),
        ("renew", 6, Thread::renew),
        ("fork", 1, Thread::fork),
        ("begin anew", 1, Thread::begin_anew),
        ("look around", 1, Thread::look_around),
    ];

    fn new(role: &'a Role, number: usize, node: Node, arena: &'a Arena) -> Self {
        let visitor = open();
        Self {
            dice: Dice::new(pattern::mix(role.seed, number as u64)),
            brief: make_arena(&visitor),
            visitor,
            role,
            number,
            node,
            arena,
            views: Vec::new(),
            blocks: Vec::new(),
            promises: Vec::new(),
            own: Vec::new(),
            secret: Vec::new(),
        }
    }

    fn run(mut self) {
        let all: u64 = Self::ACTS.iter().map(|(_, weight, _)| weight).sum();
        while !self.role.board.has_stopped() {
            let mut chosen = self.dice.below(all);
            let act = Self::ACTS.iter().position(|(_, weight, _)| {
                let is_it = chosen < *weight;
                chosen = chosen.saturating_sub(*weight);
                is_it
            });
            let act = act.expect("one is chosen");
            self.role.board.sign(self.role.number, self.number, act as u64);
            Self::ACTS[act].2(&mut self);
        }
        self.role.board.sign(self.role.number, self.number, Self::ACTS.len() as u64);
        while !self.secret.is_empty() {
            self.look_at_secret();
        }
        while !self.views.is_empty() {
            self.drop_view();
        }
    }

    fn count(&self, what: Count) {
        self.role.board.count(what);
    }
}
