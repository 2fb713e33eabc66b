//! NUMA nodes. What can be seen on a machine of one node: that memory gets the policy that was
//! asked for, and that a node which is not there costs one warning.

use hwlocality::Topology;
use hwlocality::memory::binding::{MemoryBindingFlags, MemoryBindingPolicy};
use hwlocality::memory::nodeset::NodeSet;
use libtest_mimic::Trial;
use wharf_shm::{ArenaOptions, Deadline, Lifetime, Numa, Placement, View, Wait};

use super::warnings;
use crate::place::Place;
use crate::{Outcome, alone};

pub(super) fn tests() -> Vec<Trial> {
    vec![
        alone::test("placement::memory_has_the_policy_asked_for", policies, has_the_policy),
        alone::test("placement::a_missing_node_costs_one_warning", policies, missing_node),
    ]
}

/// A kernel that places memory where it is told to, and a node 0.
fn policies() -> Result<(), String> {
    let topology = Topology::new().map_err(|error| format!("hwloc: {error}"))?;
    let support = topology.feature_support().memory_binding();
    match support.is_some_and(|support| support.set_area() && support.get_area()) {
        true if topology.nodeset().is_set(0) => Ok(()),
        true => Err("this machine has no NUMA node 0".into()),
        false => Err("this kernel knows no NUMA policies".into()),
    }
}

const LEN: usize = 3 << 20;

/// Puts two objects, the second where the first has been, and gives a view of it that another
/// membership has mapped for itself.
fn put(place: &Place, numa: Numa) -> wharf_shm::Result<View> {
    let placement = Placement { numa, ..Default::default() };
    let arena = place.node()?.create_arena(&ArenaOptions { placement, ..Default::default() })?;
    let first = arena.put(&[1; LEN], Lifetime::NODE)?;
    arena.evict(&first.key)?;
    let second = arena.put(&[2; LEN], Lifetime::NODE)?;
    let view = place.node()?.resolve(&second.key, Deadline::NOW, Wait::Block)?;
    assert!(view.len() == LEN && view.iter().all(|byte| *byte == 2));
    Ok(view)
}

fn has_the_policy(place: &Place) -> Outcome {
    let warnings = warnings::hear();
    let topology = Topology::new()?;
    let none = MemoryBindingFlags::empty();
    for (numa, expected) in [
        (Numa::Default, MemoryBindingPolicy::FirstTouch),
        (Numa::Local, MemoryBindingPolicy::FirstTouch),
        (Numa::Node(0), MemoryBindingPolicy::Bind),
        (Numa::Interleaved, MemoryBindingPolicy::Interleave),
    ] {
        let view = put(place, numa)?;
        let (nodes, policy) = topology.area_memory_binding::<[u8], NodeSet>(&view, none)?;
        assert_eq!(policy, Some(expected), "{numa:?}");
        assert!(nodes.is_set(0), "{numa:?}: {nodes}");
        let lies: NodeSet = topology.area_memory_location::<[u8], NodeSet>(&view, none)?;
        match numa {
            Numa::Node(_) => assert_eq!(lies.to_string(), "NodeSet(0)"),
            _ => assert!(!lies.is_empty(), "it lies nowhere"),
        }
    }
    assert_eq!(warnings.all(), Vec::<String>::new());
    Ok(())
}

fn missing_node(place: &Place) -> Outcome {
    let warnings = warnings::hear();
    let placement = Placement { numa: Numa::Node(4095), ..Default::default() };
    let node = place.node()?;
    let arena = node.create_arena(&ArenaOptions { placement, ..Default::default() })?;
    assert_eq!(warnings.all(), Vec::<String>::new(), "nothing is looked for before it is needed");
    // Enough to grow many times.
    for seed in 0..10 {
        let put = arena.put(&vec![seed; LEN], Lifetime::PROCESS)?;
        let view = node.resolve(&put.key, Deadline::NOW, Wait::Block)?;
        assert!(view.len() == LEN && view.iter().all(|byte| *byte == seed));
    }
    let warnings = warnings.all();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("none is number 4095"), "{warnings:?}");
    Ok(())
}
