//! Placement: huge pages and NUMA nodes where they can be had; one warning, and ordinary memory,
//! where they cannot.

#[cfg(feature = "numa")]
mod huge;
#[cfg(feature = "numa")]
mod nodes;
#[cfg(feature = "numa")]
mod pool;
mod warnings;

use libtest_mimic::Trial;

#[cfg(feature = "numa")]
pub(crate) fn tests() -> Vec<Trial> {
    [nodes::tests(), huge::tests()].into_iter().flatten().collect()
}

#[cfg(not(feature = "numa"))]
pub(crate) fn tests() -> Vec<Trial> {
    let name = "placement::this_build_does_without";
    vec![crate::alone::test(name, crate::alone::nothing, this_build_does_without)]
}

#[cfg(not(feature = "numa"))]
fn this_build_does_without(place: &crate::place::Place) -> crate::Outcome {
    use wharf_shm::{ArenaOptions, Deadline, Lifetime, Numa, Placement, Wait};

    let warnings = warnings::hear();
    let node = place.node()?;
    let placement = Placement { numa: Numa::Node(0), huge_pages: true };
    let arena = node.create_arena(&ArenaOptions { placement, ..Default::default() })?;
    let put = arena.put(&[7; 100_000], Lifetime::PROCESS)?;
    assert_eq!(*node.resolve(&put.key, Deadline::NOW, Wait::Block)?, [7; 100_000]);
    node.create_arena(&ArenaOptions::default())?.put(&[7; 100_000], Lifetime::PROCESS)?;
    let warnings = warnings.all();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("without Wharf's feature `numa`"), "{warnings:?}");
    Ok(())
}
