//! Many processes of a host want one object, and the one that fetches it for them stops.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use wharf_cluster_tests::Process;

use crate::two::{Fault, LONG, Two, ask, node, right};

/// An object that is on its way to several processes by one of them.
struct Crowd {
    two: Two,
    readers: Vec<Process>,
    /// What the origin had sent before.
    before: u64,
}

impl Crowd {
    /// They all want it, and a part has arrived.
    fn begin() -> anyhow::Result<Self> {
        let mut two = Two::new()?;
        let object = two.put(BYTES)?;
        // One process has not room for two such objects.
        let readers = (0..6).map(|_| node(&two.here, &["WHARF_REPLICAS=30MiB"]));
        let mut readers = readers.collect::<anyhow::Result<Vec<_>>>()?;
        two.link.slow(8 << 20)?;
        let before = two.link.sent_by(&two.there)?;
        readers.iter_mut().try_for_each(|reader| reader.tell(&object.get(LONG)))?;
        let mut crowd = Self { two, readers, before };
        crowd.until("nothing is sent", |crowd| Ok(crowd.moved()? >= BYTES as u64 / 6))?;
        Ok(crowd)
    }

    fn until(
        &mut self,
        what: &str,
        mut holds: impl FnMut(&mut Self) -> anyhow::Result<bool>,
    ) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !holds(self)? {
            ensure!(begun.elapsed() < LONG, "{what}");
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    /// Bytes that the origin has sent since they began.
    fn moved(&self) -> anyhow::Result<u64> {
        Ok(self.two.link.sent_by(&self.two.there)? - self.before)
    }

    /// That it was not sent more often than so many times.
    fn moved_at_most(&self, times: u64) -> anyhow::Result<()> {
        let (moved, size) = (self.moved()?, BYTES as u64);
        ensure!(moved <= size * times + size / 4, "{moved} bytes, for {size}");
        Ok(())
    }

    /// Who fetches for the others.
    fn fetcher(&mut self) -> anyhow::Result<u32> {
        let said = ask(&mut self.two.reader, "fetchers")?;
        said.parse().with_context(|| format!("one, and not these: {said:?}"))
    }

    /// Takes out the one that fetches for the others, stopped.
    fn stop_fetcher(&mut self) -> anyhow::Result<Process> {
        let fetcher = self.fetcher()?;
        let at = self.readers.iter().position(|reader| reader.id() == fetcher);
        let stopped = self.readers.swap_remove(at.context("one of the crowd")?);
        stopped.stop()?;
        Ok(stopped)
    }

    /// Waits until another one fetches, and has got some of it.
    fn is_replaced(&mut self, stopped: &Process) -> anyhow::Result<()> {
        let mut moved = None;
        self.until("nobody takes over", |crowd| {
            let said = ask(&mut crowd.two.reader, "fetchers")?;
            if said.is_empty() || said == stopped.id().to_string() {
                return Ok(false);
            }
            let now = crowd.moved()?;
            Ok(now > *moved.get_or_insert(now) + BYTES as u64 / 6)
        })
    }

    fn all_get_it(&mut self) -> anyhow::Result<()> {
        self.readers.iter_mut().try_for_each(|reader| right(&reader.line_within(LONG)?))
    }

    /// Lets one that was stopped go on: it gets the object too.
    fn goes_on(&mut self, mut stopped: Process) -> anyhow::Result<()> {
        stopped.go_on()?;
        right(&stopped.line_within(LONG)?)?;
        self.readers.push(stopped);
        Ok(())
    }

    /// That each has room for another object, that this is for all again, and that nothing is left.
    fn ends(mut self) -> anyhow::Result<()> {
        let last = self.readers.len() - 1;
        for at in [0, last] {
            let another = self.two.put(BYTES)?;
            right(&ask(&mut self.readers[at], &another.get(LONG))?)?;
            let moved = self.moved()?;
            right(&ask(&mut self.readers[last - at], &another.get(LONG))?)?;
            ensure!(self.moved()? < moved + (64 << 10), "it was there already");
        }
        for reader in &mut self.readers {
            reader.kill()?;
        }
        self.two.leaves_nothing()
    }
}

pub(crate) fn replaced() -> anyhow::Result<()> {
    let mut crowd = Crowd::begin()?;
    let stopped = crowd.stop_fetcher()?;
    crowd.all_get_it()?;
    crowd.moved_at_most(2)?;
    crowd.goes_on(stopped)?;
    crowd.moved_at_most(2)?;
    crowd.ends()
}

pub(crate) fn both_fetch() -> anyhow::Result<()> {
    let mut crowd = Crowd::begin()?;
    let stopped = crowd.stop_fetcher()?;
    crowd.is_replaced(&stopped)?;
    stopped.go_on()?;
    crowd.readers.push(stopped);
    crowd.all_get_it()?;
    crowd.moved_at_most(2)?;
    crowd.ends()
}

pub(crate) fn killed() -> anyhow::Result<()> {
    let mut crowd = Crowd::begin()?;
    let mut stopped = crowd.stop_fetcher()?;
    crowd.is_replaced(&stopped)?;
    stopped.kill()?;
    let mut successor = crowd.stop_fetcher()?;
    successor.kill()?;
    crowd.all_get_it()?;
    crowd.moved_at_most(3)?;
    crowd.ends()
}

pub(crate) fn both_stop() -> anyhow::Result<()> {
    let mut crowd = Crowd::begin()?;
    let first = crowd.stop_fetcher()?;
    crowd.is_replaced(&first)?;
    let second = crowd.stop_fetcher()?;
    crowd.all_get_it()?;
    crowd.goes_on(first)?;
    crowd.goes_on(second)?;
    crowd.moved_at_most(3)?;
    crowd.ends()
}

pub(crate) fn origin_stands_still() -> anyhow::Result<()> {
    let mut crowd = Crowd::begin()?;
    let fetcher = crowd.fetcher()?;
    crowd.two.fail(Fault::Stopped)?;
    let begun = Instant::now();
    // For longer than anybody waits for a process that is stopped.
    while begun.elapsed() < Duration::from_secs(5) {
        ensure!(crowd.fetcher()? == fetcher, "another one fetches");
        std::thread::sleep(Duration::from_millis(50));
    }
    crowd.two.heal(Fault::Stopped)?;
    crowd.all_get_it()?;
    crowd.moved_at_most(1)?;
    crowd.ends()
}

const BYTES: usize = 16 << 20;
