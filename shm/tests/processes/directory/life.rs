//! Opening a directory, together and again, and what that leaves in a process.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use wharf_shm::{ArenaOptions, Deadline, Error, Lifetime, Sweep, Wait};

use crate::place::Place;
use crate::puppet::{Puppet, parse_key};
use crate::{Outcome, alone, pattern, test};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        test("directory::tells_nodes_apart", tells_nodes_apart),
        test("directory::is_made_once_by_many_at_once", is_made_once_by_many_at_once),
        test("directory::can_be_removed_while_in_use", can_be_removed_while_in_use),
        alone::test("directory::is_closed_to_others", alone::nothing, is_closed_to_others),
        alone::test("directory::leaves_the_process_alone", alone::nothing, leaves_alone),
    ]
}

fn tells_nodes_apart() -> Outcome {
    let (place, other) = (Place::new(), Place::new());
    let (mut one, mut two, mut three) =
        (Puppet::start(&place), Puppet::start(&place), Puppet::start(&other));
    let ids = [&mut one, &mut two, &mut three].map(|puppet| puppet.must("node"));
    assert_eq!(ids[0], ids[1]);
    assert_ne!(ids[0], ids[2]);
    assert_eq!(place.node()?.id().to_string(), ids[0]);
    one.kill();
    two.kill();
    assert_eq!(place.node()?.id().to_string(), ids[0], "it outlives the processes");
    Ok(())
}

fn is_made_once_by_many_at_once() -> Outcome {
    for _ in 0..8 {
        let (place, gate) = (Place::new(), Place::new());
        let variables = [("WHARF_TEST_GATE", gate.path().to_str().expect("text"))];
        let mut puppets: Vec<_> = (0..6).map(|_| Puppet::start_with(&place, &variables)).collect();
        std::thread::sleep(Duration::from_millis(30));
        fs::create_dir(gate.path())?;
        let ids: Vec<_> = puppets.iter_mut().map(|puppet| puppet.must("node")).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
        // They really share memory.
        let key = puppets[0].must("put 100000 1 process");
        puppets[5].must(&format!("resolve 100000 1 {key} 0"));
        assert_eq!(place.files().iter().filter(|name| name.starts_with("p-")).count(), 6);
    }
    Ok(())
}

fn can_be_removed_while_in_use() -> Outcome {
    let place = Place::new();
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    let mut reader = Puppet::start(&place);
    let mut block = arena.alloc(3 << 20, 1, Lifetime::PROCESS)?;
    pattern::fill(&mut block, 1);
    let key = block.seal()?.key;
    let view = node.resolve(&key, Deadline::NOW, Wait::Block)?;
    reader.must(&format!("resolve {} 1 {} 0", 3 << 20, crate::puppet::key_text(&key)));

    fs::remove_dir_all(place.path())?;
    let removed = Instant::now();
    let said = loop {
        match arena.put(&[7; 1000], Lifetime::PROCESS) {
            Ok(_) => {}
            Err(error @ Error::Vanished { .. }) => break error.to_string(),
            Err(other) => return Err(other.into()),
        }
        assert!(removed.elapsed() < Duration::from_secs(5), "nobody noticed");
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = removed.elapsed();
    assert!(took < Duration::from_millis(2500), "noticed after {took:?}");
    assert!(
        said.contains(place.path().to_str().expect("text")) && said.contains("again"),
        "{said}"
    );
    assert!(matches!(node.arenas(), Err(Error::Vanished { .. })));
    assert!(matches!(node.sweep(Sweep::Dead), Err(Error::Vanished { .. })));
    assert!(matches!(node.create_arena(&ArenaOptions::default()), Err(Error::Vanished { .. })));

    let again = node.reopen()?;
    assert_eq!(again.id(), node.id());
    let newcomer = place.node()?;
    assert_eq!(newcomer.id(), node.id());
    let other = again.create_arena(&ArenaOptions::default())?;
    let fresh = other.put(b"made anew", Lifetime::PROCESS)?.key;
    assert_eq!(*newcomer.resolve(&fresh, Deadline::NOW, Wait::Block)?, *b"made anew");
    // The first membership holds what it held, and stays as it is.
    assert_eq!(pattern::first_difference(&view, 1), None);
    reader.must("check");
    assert!(matches!(arena.put(&[7; 1000], Lifetime::PROCESS), Err(Error::Vanished { .. })));
    drop((arena, view, node));
    assert_eq!(*newcomer.resolve(&fresh, Deadline::NOW, Wait::Block)?, *b"made anew");
    assert_eq!(newcomer.arenas()?.len(), 1);
    Ok(())
}

fn is_closed_to_others(place: &Place) -> Outcome {
    // SAFETY: sets a number, and this process is this test's alone.
    unsafe { libc::umask(0) };
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    arena.put(&[1; 100_000], Lifetime::PROCESS)?;
    let mode = |path| Ok::<_, std::io::Error>(fs::metadata(path)?.permissions().mode() & 0o7777);
    assert_eq!(mode(place.path().to_owned())?, 0o700);
    let names = place.files();
    assert_eq!(names.len(), 3, "a record, a table, a segment: {names:?}");
    for name in names.iter().map(String::as_str).chain(["node"]) {
        assert_eq!(mode(place.path().join(name))?, 0o600, "{name}");
    }
    Ok(())
}

/// What a library must not change behind its host's back.
struct Traces {
    descriptors: Vec<String>,
    threads: usize,
    /// Never shown: who knows what stands in it.
    environment: Vec<(OsString, OsString)>,
    /// Handler and flags of every signal.
    signals: Vec<(usize, i32)>,
}

impl Traces {
    fn look() -> std::io::Result<Self> {
        let mut descriptors = Vec::new();
        for entry in fs::read_dir("/proc/self/fd")? {
            let path = entry?.path();
            let target = fs::read_link(&path)?;
            // The listing has a descriptor itself.
            if !target.ends_with("fd") {
                descriptors.push(format!("{} -> {}", path.display(), target.display()));
            }
        }
        let signals = (1..=64).map(|signal| {
            // SAFETY: all-zero bytes are a valid value, and asking changes nothing.
            let action = unsafe {
                let mut action: libc::sigaction = std::mem::zeroed();
                libc::sigaction(signal, std::ptr::null(), &mut action);
                action
            };
            (action.sa_sigaction, action.sa_flags)
        });
        Ok(Self {
            descriptors,
            threads: fs::read_dir("/proc/self/task")?.count(),
            environment: std::env::vars_os().collect(),
            signals: signals.collect(),
        })
    }

    #[track_caller]
    fn assert_unchanged(&self, when: &str) -> std::io::Result<()> {
        let now = Self::look()?;
        assert_eq!(now.descriptors, self.descriptors, "{when}");
        assert_eq!(now.threads, self.threads, "{when}");
        assert_eq!(now.signals, self.signals, "{when}");
        assert!(now.environment == self.environment, "the environment changed {when}");
        Ok(())
    }
}

fn leaves_alone(place: &Place) -> Outcome {
    let mut other = Puppet::start(place);
    let theirs = other.must("put 5000 1 process");
    let pending = other.must("alloc 5000 1 process");
    let before = Traces::look()?;
    assert!(before.descriptors.len() >= 3, "{:?}", before.descriptors);

    let node = place.node()?;
    before.assert_unchanged("after opening")?;
    let arena = node.create_arena(&ArenaOptions::default())?;
    let mut views = Vec::new();
    for len in [0, 64, 100_000, 5 << 20] {
        let sealed = arena.put(&vec![7; len], Lifetime::NODE)?;
        views.push(node.resolve(&sealed.key, Deadline::NOW, Wait::Block)?);
        arena.evict(&sealed.key)?;
    }
    views.push(node.resolve(&parse_key(&theirs), Deadline::NOW, Wait::Block)?);
    let soon = Deadline::after(Duration::from_millis(250));
    let waited = node.resolve(&parse_key(&pending), soon, Wait::Adaptive);
    assert!(matches!(waited, Err(Error::Deadline)), "{waited:?}");
    node.evict(&parse_key(&theirs))?;
    node.sweep(Sweep::All)?;
    node.arenas()?;
    before.assert_unchanged("after using everything")?;

    let started = cpu_ticks()?;
    std::thread::sleep(Duration::from_secs(1));
    let used = cpu_ticks()? - started;
    assert!(used <= 1, "{used} clock ticks of processor time while idle");

    drop((views, arena, node));
    before.assert_unchanged("after closing")?;
    Ok(())
}

/// Processor time of this process, in hundredths of a second.
fn cpu_ticks() -> Result<u64, Box<dyn std::error::Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit_once(')').ok_or("no command name")?.1.split_ascii_whitespace();
    let times: Vec<u64> = fields.skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(times.iter().sum())
}
