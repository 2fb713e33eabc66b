//! Objects that come and go in the same few blocks while they are read: what is read is what the key
//! names, or it is evicted. A million times.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use wharf_shm::ObjectKey;

use super::World;
use super::client::{Client, Got, read};
use crate::transport::AskId;
use crate::wire::Refused;

/// How often, if not a million times: for a machine that is slow, or to look for longer.
const HOW_OFTEN: &str = "WHARF_TEST_EVICTIONS";
const PAIRS: u64 = 4;
/// So many objects are put, asked for and evicted together.
const BATCH: u64 = 32;
/// Small ones are copied into the queue of answers; others are sent from where they lie.
const SIZES: [usize; 4] = [64, 17_000, 4096, 20_000];

/// Objects that are asked for together: the number of the first, and their keys.
type Batch = (u64, Vec<ObjectKey>);

#[test]
fn what_is_evicted_while_it_is_sent_is_right_or_evicted_a_million_times() {
    let wanted = std::env::var(HOW_OFTEN).map_or(1_000_000, |often| often.parse().unwrap());
    let each = u64::div_ceil(wanted, PAIRS * BATCH);
    let world = World::new();
    let began = Instant::now();
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let pairs: Vec<_> = (0..PAIRS)
            .map(|pair| {
                let (give, take) = sync_channel(4);
                let world = &world;
                scope.spawn(move || produce(world, pair, each, &give));
                let client = if pair % 2 == 0 { world.plain_reader() } else { world.reader() };
                scope.spawn(move || consume(client, take))
            })
            .collect();
        pairs.into_iter().map(|pair| pair.join().unwrap()).collect()
    });
    let (right, evicted) = outcomes.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    println!("{right} right, {evicted} evicted in {:?}", began.elapsed());
    assert_eq!(right + evicted, each * BATCH * PAIRS);
    assert!(right + evicted >= wanted);
    let few = wanted / 100;
    assert!(right > few && evicted > few, "{right} right, {evicted} evicted");
    assert_eq!(super::hostile::pins(&world), 0);
    let counters = world.endpoint.counters();
    assert_eq!((counters.served, counters.refused("evicted")), (right, evicted));
}

/// Puts some, has them asked for, and evicts them: at once, or a moment later, or when most have been
/// read.
fn produce(world: &World, pair: u64, batches: u64, give: &SyncSender<Batch>) {
    let mut largest = vec![0; 20_000];
    for batch in 0..batches {
        let first = (pair * batches + batch) * BATCH;
        let keys: Vec<_> = (first..first + BATCH)
            .map(|number| {
                let bytes = &mut largest[..size(number)];
                bytes.fill(number as u8);
                bytes[..8].copy_from_slice(&number.to_le_bytes());
                world.put(bytes)
            })
            .collect();
        give.send((first, keys.clone())).unwrap();
        let pause = Duration::from_micros(batch * 37 % 1000);
        let begun = Instant::now();
        while begun.elapsed() < pause {
            std::hint::spin_loop();
        }
        for key in &keys {
            world.fabric.membership.node.evict(key).unwrap();
        }
    }
}

fn size(number: u64) -> usize {
    SIZES[(number % SIZES.len() as u64) as usize]
}

/// How many were right, and how many were evicted.
fn consume(mut client: Client, batches: Receiver<Batch>) -> (u64, u64) {
    let (mut right, mut evicted) = (0, 0);
    for (first, keys) in batches {
        for (number, key) in (first..).zip(&keys) {
            read(*key, 0, u64::MAX).encode(AskId(number), client.stream().queue());
        }
        client.flush().unwrap();
        for number in first..first + keys.len() as u64 {
            let (of, got) = client.receive().unwrap();
            assert_eq!(of, number);
            match got {
                Got::Data { bytes, total, .. } => {
                    assert_eq!((bytes.len(), total), (size(number), size(number) as u64));
                    assert_eq!(bytes[..8], number.to_le_bytes());
                    assert!(bytes[8..].iter().all(|byte| *byte == number as u8), "of {number}");
                    right += 1;
                }
                got => {
                    assert_eq!(got.code(), Some(Refused::EVICTED));
                    evicted += 1;
                }
            }
        }
    }
    (right, evicted)
}
