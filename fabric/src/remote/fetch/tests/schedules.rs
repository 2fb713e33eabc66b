//! Thousands of random schedules: whatever goes wrong, the right bytes or the right error come by the
//! deadline.
//!
//! `WHARF_SIM_SEED` runs one schedule, `WHARF_SIM_SCHEDULES` as many of each kind.

use std::ops::Range;
use std::time::Duration;

use wharf_shm::{Capability, ObjectKey};

use super::Memory;
use crate::remote::fetch::{End, Failed, Fetched, Part, Place, Source, Wanted, fetch_many};
use crate::transport::conformance::Body;
use crate::transport::sim::{Change, Fault, Faults, Link, Net, Profile, Rng};
use crate::transport::{Event, Held, Landing, Lane, Purpose, Refusal, Time, Transport};

#[test]
fn single_objects_through_any_trouble() {
    let counts = run("single", 4000, |rng| Schedule::new(rng, 1));
    counts.check(&Fault::ALL, 5);
}

#[test]
fn batches_through_any_trouble() {
    let counts = run("batch", 1500, |rng| {
        let objects = 2 + rng.size(200);
        Schedule::new(rng, objects)
    });
    counts.check(&Fault::ALL, 5);
}

/// What came of all schedules of a kind.
#[derive(Default)]
struct Counts {
    faults: Faults,
    schedules: u64,
    healthy: u64,
    objects: u64,
    arrived: u64,
    bytes: u64,
    /// Fetches that had more than one lane open at once.
    several: u64,
    /// By a single named schedule nothing is proved of how often faults occur.
    single: bool,
}

impl Counts {
    /// Each fault had its effect in so many places.
    fn check(&self, faults: &[Fault], least: u64) {
        let Counts { schedules, healthy, objects, arrived, bytes, several, .. } = self;
        println!(
            "{schedules} schedules, {healthy} of them with a healthy route; {objects} objects, {arrived} \
             arrived, {bytes} bytes; {several} times several lanes; {}",
            self.faults
        );
        if self.single {
            return;
        }
        for fault in faults {
            let count = self.faults.of(*fault);
            assert!(count >= least, "{fault:?} had its effect {count} times only");
        }
        assert!(*several * 50 > *schedules, "there was too little to do for several lanes");
        assert!(healthy * 2 > *schedules && arrived * 3 > *objects && arrived < objects);
    }
}

fn run(kind: &str, count: u64, schedule: impl Fn(&mut Rng) -> Schedule) -> Counts {
    let number = |name| std::env::var(name).ok().map(|value| value.parse::<u64>().unwrap());
    let seeds = match number("WHARF_SIM_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("WHARF_SIM_SCHEDULES").unwrap_or(count),
    };
    let mut counts = Counts { single: seeds.end - seeds.start < count, ..Counts::default() };
    for seed in seeds {
        let named = Named { kind, seed };
        schedule(&mut Rng::new(seed)).run(&mut counts);
        std::mem::forget(named);
    }
    counts
}

/// Says which schedule it was, if that panics.
struct Named<'a> {
    kind: &'a str,
    seed: u64,
}

impl Drop for Named<'_> {
    fn drop(&mut self) {
        eprintln!("{} schedule failed: WHARF_SIM_SEED={}", self.kind, self.seed);
    }
}

/// One random network, and what is fetched over it.
struct Schedule {
    net: Net,
    source: Source,
    /// A route on which nothing goes wrong, if there is one; then there is time enough, too.
    healthy: bool,
    /// The transport itself loses lanes that are silent for so long.
    silence: Option<Duration>,
    objects: Vec<Planned>,
    rng: Rng,
}

struct Planned {
    fate: Fate,
    body: Body,
    key: ObjectKey,
    wanted: Wanted,
    full: bool,
}

/// What becomes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Stays,
    Evicted,
    Sealed,
    Fails,
    Never,
    /// The ticket gives no right to read it.
    Forbidden,
    /// The ticket says another length.
    Lied,
    Once,
    /// What is wanted lies behind its end.
    Short,
}

impl Schedule {
    fn new(rng: &mut Rng, objects: u64) -> Self {
        let net = Net::new(rng.word());
        let now = net.now();
        let ways = 1 + rng.below(4) as usize;
        let healthy = rng.chance(0.75).then(|| rng.below(ways as u64) as usize);
        let deadline = match healthy {
            Some(_) => now + Duration::from_secs(120),
            None => now + rng.time(Duration::from_millis(20), Duration::from_secs(90)),
        };
        let routes = (0..ways).map(|way| {
            let good = healthy == Some(way);
            let profile = if good { Profile::HEALTHY } else { profile(rng) };
            net.add(link(rng, good), profile)
        });
        let source = Source { peer: net.peer(), routes: routes.collect(), deadline, lanes: 1 };
        let most = if objects == 1 { 12 << 20 } else { 64 << 10 };
        let objects = (0..objects).map(|_| Planned::new(rng, &net, most)).collect();
        let silence = rng.chance(0.5).then(|| Duration::from_secs(4 + rng.below(5)));
        let mut schedule =
            Self { net, source, healthy: healthy.is_some(), silence, objects, rng: rng.clone() };
        schedule.warm_up();
        for way in 0..ways {
            schedule.disturb(way, healthy == Some(way));
        }
        schedule
    }

    /// Leaves warm lanes behind.
    fn warm_up(&mut self) {
        let mut transport = self.net.transport();
        for (lane, route) in (0..).zip(self.source.routes.clone()) {
            for lane in [Lane(2 * lane), Lane(2 * lane + 1)] {
                let purpose = *self.rng.pick(&[Purpose::Prompt, Purpose::Bulk]);
                if self.rng.chance(0.3) {
                    let by = transport.now() + Duration::from_secs(1);
                    transport.open(lane, &self.source.peer, &route, purpose, by);
                    if let Some(Event::Opened { .. }) = transport.next(by, &mut Nowhere) {
                        transport.close(lane);
                    }
                }
            }
        }
    }

    /// Lets something become of an endpoint; of a healthy one only before all begins.
    fn disturb(&mut self, way: usize, healthy: bool) {
        let silently = self.rng.chance(0.5);
        if self.rng.chance(0.3) {
            self.net.change(Change::Kill { way, silently });
            self.net.change(Change::Restart { way });
        }
        if healthy {
            return;
        }
        let from = self.net.now();
        let time = |rng: &mut Rng| from + Duration::from_micros(rng.size(30_000_000));
        match self.rng.below(6) {
            0 => self.net.schedule(time(&mut self.rng), Change::Kill { way, silently }),
            1 => {
                let died = time(&mut self.rng);
                let later = Duration::from_micros(self.rng.size(20_000_000));
                self.net.schedule(died, Change::Kill { way, silently });
                self.net.schedule(died + later, Change::Restart { way });
            }
            2 => self.net.schedule(time(&mut self.rng), Change::Stop { way }),
            3 => {
                let stopped = time(&mut self.rng);
                let later = Duration::from_micros(self.rng.size(20_000_000));
                self.net.schedule(stopped, Change::Stop { way });
                self.net.schedule(stopped + later, Change::Resume { way });
            }
            _ => {}
        }
    }

    fn run(self, counts: &mut Counts) {
        let mut transport = self.net.transport().audited();
        if let Some(silence) = self.silence {
            transport = transport.impatient(silence);
        }
        let wanted: Vec<_> = self.objects.iter().map(|planned| planned.wanted.clone()).collect();
        let memory = |planned: &Planned| {
            let memory = Memory::new(planned.wanted.part.clone());
            Memory { full: planned.full, ..memory }
        };
        let mut memories: Vec<_> = self.objects.iter().map(memory).collect();
        let mut places: Vec<&mut dyn Place> =
            memories.iter_mut().map(|memory| memory as &mut dyn Place).collect();
        let begun = transport.now();
        let outcomes = fetch_many(&mut transport, &self.source, &wanted, &mut places);
        let now = transport.now();
        assert!(now <= self.source.deadline.max(begun), "it is {now:?}, too late");
        assert_eq!(transport.lanes(), 0, "lanes were left open");
        assert_eq!(outcomes.len(), self.objects.len());
        for ((planned, memory), outcome) in self.objects.iter().zip(&memories).zip(&outcomes) {
            self.check(planned, memory, outcome, now);
        }
        // Nothing is left of it at the endpoints.
        transport.next(now + Duration::from_secs(100), &mut Nowhere);
        drop(transport);
        assert_eq!(
            (self.net.in_use(), self.net.in_flight()),
            (0, 0),
            "endpoints still work for it"
        );

        counts.schedules += 1;
        counts.healthy += u64::from(self.healthy);
        counts.objects += outcomes.len() as u64;
        counts.arrived += outcomes.iter().filter(|outcome| outcome.is_ok()).count() as u64;
        counts.bytes += self.net.carried();
        let several = |outcome: &Result<Fetched, _>| outcome.as_ref().is_ok_and(|it| it.lanes > 1);
        counts.several += u64::from(outcomes.iter().any(several));
        counts.faults.add(&self.net.faults());
    }

    fn check(
        &self,
        planned: &Planned,
        memory: &Memory,
        outcome: &Result<Fetched, Failed>,
        now: Time,
    ) {
        let consumed = self.net.consumed(&planned.key);
        let Planned { fate, body, wanted, full, .. } = planned;
        let end = match outcome {
            Ok(fetched) => {
                assert!(planned.may_arrive(), "{fate:?} arrived: {wanted:?}");
                assert_eq!((fetched.total, &fetched.note[..]), (body.len, &[body.seed as u8][..]));
                assert_eq!(fetched.once, *fate == Fate::Once && wanted.part == Part::Whole);
                assert_eq!(consumed, fetched.once, "what is consumed was not delivered, or so");
                return memory.check(*body);
            }
            Err(failed) => {
                assert!(!failed.to_string().is_empty());
                &failed.end
            }
        };
        // An end that says nothing of the object is no surprise where every route has its faults.
        let excuse = matches!(end, End::Routes | End::Deadline { .. });
        if let End::Deadline { .. } = end {
            assert_eq!(now, self.source.deadline.max(now), "it gave up too early");
        }
        let expected = match fate {
            _ if *full && matches!(end, End::NoRoom(_)) => true,
            Fate::Evicted => *end == End::Refused(Refusal::Evicted),
            Fate::Fails => *end == End::Refused(Refusal::Failed("it rained".into())),
            Fate::Never => *end == End::Deadline { held: Some(Held::Pending) },
            Fate::Forbidden => *end == End::Refused(Refusal::WrongCapability),
            Fate::Lied => *end == End::Another { total: body.len },
            Fate::Short => *end == End::Beyond { total: body.len },
            Fate::Once if *end == End::Unconfirmed => {
                assert!(consumed, "it is not gone by this call's doing");
                true
            }
            Fate::Once => !planned.may_arrive() && *end == End::Once,
            Fate::Stays | Fate::Sealed => false,
        };
        assert!(
            expected || (excuse && !self.healthy),
            "{fate:?}, {} and {full:?}: {outcome:?}",
            if self.healthy { "a healthy route" } else { "no healthy route" }
        );
    }
}

impl Planned {
    fn new(rng: &mut Rng, net: &Net, most: u64) -> Self {
        let body = Body { seed: rng.word(), len: rng.size(most) };
        let fate = *rng.pick(&[
            Fate::Stays,
            Fate::Stays,
            Fate::Stays,
            Fate::Stays,
            Fate::Stays,
            Fate::Evicted,
            Fate::Sealed,
            Fate::Fails,
            Fate::Never,
            Fate::Forbidden,
            Fate::Lied,
            Fate::Once,
            Fate::Once,
            Fate::Short,
        ]);
        let pending = matches!(fate, Fate::Sealed | Fate::Fails | Fate::Never)
            || (fate == Fate::Once && rng.chance(0.3));
        let key = match (pending, fate == Fate::Once) {
            (true, once) => net.promise(once),
            (false, true) => net.put_once(body),
            (false, false) => net.put(body),
        };
        let at = net.now() + Duration::from_micros(rng.size(20_000_000));
        match fate {
            Fate::Evicted => net.schedule(at, Change::Evict(key)),
            Fate::Fails => net.schedule(at, Change::Fail(key, "it rained".into())),
            Fate::Sealed | Fate::Once if pending => net.schedule(at, Change::Seal(key, body)),
            _ => {}
        }
        let part = part(rng, &body, fate);
        let told = fate == Fate::Lied || rng.chance(0.7);
        let lie = u64::from(fate == Fate::Lied);
        // What is short is found out by the endpoint's word.
        let total = (told && fate != Fate::Short).then_some(body.len + lie);
        let once = rng.chance(0.7);
        let stranger = ObjectKey { capability: Capability::from_bytes([9; 16]), ..key };
        let named = if fate == Fate::Forbidden { stranger } else { key };
        let wanted = Wanted { key: named, total, part, once };
        Self { fate, body, key, wanted, full: rng.chance(0.03) }
    }

    /// Whether it is right if this arrives.
    fn may_arrive(&self) -> bool {
        let nothing =
            matches!(&self.wanted.part, Part::Ranges(ranges) if ranges.iter().all(Range::is_empty));
        match self.fate {
            _ if self.full => false,
            Fate::Stays | Fate::Evicted | Fate::Sealed => true,
            Fate::Once => nothing || (self.wanted.once && self.wanted.part == Part::Whole),
            Fate::Fails | Fate::Never | Fate::Forbidden | Fate::Lied | Fate::Short => false,
        }
    }
}

/// Which part of an object is wanted.
fn part(rng: &mut Rng, body: &Body, fate: Fate) -> Part {
    if fate == Fate::Short {
        let half = body.len / 2;
        return Part::Ranges(vec![0..rng.below(half + 1), half..body.len + 1 + rng.size(100)]);
    }
    match rng.below(10) {
        0 => Part::Ranges(Vec::new()),
        1 | 2 => {
            let mut cuts: Vec<u64> =
                (0..2 + 2 * rng.size(40)).map(|_| rng.below(body.len + 1)).collect();
            cuts.sort_unstable();
            let mut ranges: Vec<_> = cuts.chunks(2).map(|cut| cut[0]..cut[1]).collect();
            if rng.chance(0.3) {
                ranges.reverse();
            }
            Part::Ranges(ranges)
        }
        _ => Part::Whole,
    }
}

fn link(rng: &mut Rng, good: bool) -> Link {
    let latency = Duration::from_micros(20 + rng.size(60_000));
    let rate = 1e6 * (if good { 4.0 } else { 0.1 }) + rng.size(1_000_000_000) as f64;
    let lane = if rng.chance(0.3) { rate / (1 + rng.below(10)) as f64 } else { rate };
    let link = Link::new(latency, rate, lane.max(if good { 1e6 } else { 1e4 }));
    if rng.chance(0.3) { link.slow_start() } else { link }
}

fn profile(rng: &mut Rng) -> Profile {
    let mut often = |of: &[f64]| *rng.pick(of);
    let seldom = [0.0, 0.0, 0.0, 0.0, 0.1, 0.5];
    Profile {
        refuse: often(&seldom),
        stranger: often(&seldom),
        silent: often(&seldom),
        trouble: often(&[0.0, 0.2, 0.5, 1.0]),
    }
}

/// Nothing is wanted any more.
struct Nowhere;

impl Landing for Nowhere {
    fn room(&mut self, _: crate::transport::AskId, _: u64, _: usize) -> &mut [u8] {
        &mut []
    }
}
