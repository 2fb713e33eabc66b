//! Typed objects: what is put as something is read as that, or refused.

#![allow(clippy::unwrap_used)] // a helper that fails fails its test

mod common;

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wharf::bytemuck::{Pod, Zeroable};
use wharf::{
    ArrayType, Codec, Deadline, End, Error, Fabric, Form, Lifetime, Proxy, Shape, Store,
    StoreOptions, Ticket,
};

use common::Node;

const SOON: Duration = Duration::from_secs(10);

/// A store, and two fabrics that are to each other what other processes would be.
struct World {
    here: Fabric,
    there: Fabric,
    store: Store,
    _node: Node,
}

fn world() -> World {
    let node = Node::new();
    let (here, there) = (node.fabric(), node.fabric());
    let store = here.store("s", StoreOptions::default()).unwrap();
    World { here, there, store, _node: node }
}

fn array(shape: impl Into<Shape>) -> Form {
    Form::Array(ArrayType::of::<f64>(shape).unwrap())
}

#[test]
fn elements_are_viewed_where_they_were_written() {
    let world = world();
    let World { here, there, store, .. } = &world;
    let mut block = store.alloc_array::<f64>([3, 4]).unwrap();
    let address = block.as_ptr();
    let early = block.ticket();
    assert_eq!((block.len(), early.form(), early.size()), (12, array([3, 4]), None));
    block.iter_mut().zip(0..).for_each(|(element, i)| *element = f64::from(i));
    let ticket = block.seal().unwrap();
    assert_eq!((ticket.form(), ticket.size()), (array([3, 4]), Some(96)));
    for ticket in [&ticket, &early, &ticket.to_string().parse().unwrap()] {
        let view = here.get::<[f64]>(ticket, SOON).unwrap();
        assert_eq!(view.as_ptr(), address, "not where it was written");
        assert_eq!(view.array(), Some(ArrayType::of::<f64>([3, 4]).unwrap()));
        let view = there.get::<[f64]>(ticket, SOON).unwrap();
        assert!(view.iter().zip(0..).all(|(element, i)| *element == f64::from(i)));
        assert_eq!(there.resolve(ticket, SOON).unwrap().len(), 96);
    }
}

#[test]
fn every_way_to_put_elements_says_what_they_are() {
    let world = world();
    let World { there, store, .. } = &world;
    let numbers = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let fortran = Shape::fortran([2, 3]);
    for (ticket, form) in [
        (store.put_slice(&numbers), array([6])),
        (store.put_array(&numbers, [3, 2]), array([3, 2])),
        (store.put_array(&numbers, fortran.clone()), array(fortran)),
        (store.put_array(&numbers[..1], []), array([])),
        (store.put_slice::<f64>(&[]), array([0])),
        (store.put_array::<f64>(&[], [4, 0, 2]), array([4, 0, 2])),
    ] {
        let ticket = ticket.unwrap();
        assert_eq!(ticket.form(), form);
        let view = there.get::<[f64]>(&ticket, SOON).unwrap();
        assert_eq!((view.form(), &view[..]), (form, &numbers[..view.len()]));
    }
    let bytes = store.put(&[7; 16]).unwrap();
    assert_eq!(bytes.form(), Form::Bytes);
    assert_eq!(there.get::<[u8]>(&bytes, SOON).unwrap()[..], [7; 16]);
    // Nothing was said about these: they are what they fit.
    assert_eq!(there.get::<[u64]>(&bytes, SOON).unwrap().len(), 2);
}

#[test]
fn what_is_asked_for_as_something_else_is_refused() {
    let world = world();
    let World { there, store, .. } = &world;
    let refused = |ticket: &Ticket| {
        let error = there.get::<[f32]>(ticket, SOON).unwrap_err();
        assert!(matches!(error, Error::WrongType { .. }), "{error:?}");
        error.to_string()
    };
    let numbers = store.put_slice(&[1.0, 2.0]).unwrap();
    let said = refused(&numbers);
    assert!(said.contains("f64[2]") && said.contains("`f32`"), "{said}");
    assert!(refused(&store.put_value("words").unwrap()).contains("MessagePack"));
    let error = there.get::<String>(&numbers, SOON).unwrap_err();
    assert!(matches!(error, Error::WrongType { .. }), "{error:?}");
    let bytes = store.put(b"seven b").unwrap();
    let error = there.get::<[u16]>(&bytes, SOON).unwrap_err();
    assert!(matches!(error, Error::Misfit { len: 7, size: 2, .. }), "{error:?}");
    assert!(there.get::<String>(&bytes, SOON).unwrap_err().to_string().contains("bytes"));
    // A ticket given before the memory was taken says nothing yet; the object does.
    let promise = store.promise().unwrap();
    let early = promise.ticket();
    assert_eq!(early.form(), Form::Untold);
    promise.alloc_slice::<i64>(4).unwrap().seal().unwrap();
    assert!(refused(&early).contains("i64[4]"));
}

#[test]
fn what_is_asked_for_wrongly_is_not_taken() {
    let world = world();
    let World { there, store, .. } = &world;
    let once = store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    let array = once.put_slice(&[1.5_f32; 3]).unwrap();
    assert!(matches!(there.get::<[f64]>(&array, SOON), Err(Error::WrongType { .. })));
    assert!(matches!(there.get::<String>(&array, SOON), Err(Error::WrongType { .. })));
    assert_eq!(there.get::<[f32]>(&array, SOON).unwrap()[..], [1.5; 3]);
    let bytes = once.put(&[7; 6]).unwrap();
    assert!(matches!(there.get::<[u32]>(&bytes, SOON), Err(Error::Misfit { .. })));
    assert_eq!(there.get::<[u16]>(&bytes, SOON).unwrap().len(), 3);
    let value = once.put_value("words").unwrap();
    assert!(matches!(there.get::<[u8]>(&value, SOON), Err(Error::WrongType { .. })));
    assert_eq!(there.get::<String>(&value, SOON).unwrap(), "words");
    assert!(matches!(there.get::<String>(&value, SOON), Err(Error::Evicted)));
}

#[test]
fn shapes_that_do_not_fit_are_refused() {
    let world = world();
    let World { store, .. } = &world;
    let refused = |outcome: wharf::Result<Ticket>| match outcome {
        Err(Error::Shape { reason }) => reason,
        other => panic!("{other:?}"),
    };
    let reason = refused(store.put_array(&[1_u8; 6], [2, 4]));
    assert!(reason.contains("u8[2, 4] has 8 elements, and 6 were given"), "{reason}");
    refused(store.put_array(&[1_u8; 1], [1; 9]));
    refused(store.put_slice(&[(); 3]));
    assert!(matches!(store.alloc_array::<u8>([usize::MAX, 3]), Err(Error::Shape { .. })));
    assert!(matches!(store.alloc_array::<u8>([1 << 60]), Err(Error::Memory(_))));
}

#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C)]
struct Particle {
    position: [f64; 3],
    id: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
#[repr(C, align(256))]
struct Page([u64; 32]);

#[test]
fn plain_structs_are_viewed_too_and_aligned_as_they_ask() {
    let world = world();
    let World { there, store, .. } = &world;
    let particles: Vec<_> = (0..100).map(|id| Particle { position: [id as f64; 3], id }).collect();
    let ticket = store.put_slice(&particles).unwrap();
    assert_eq!(ticket.form().to_string(), "an array record32[100]");
    assert_eq!(there.get::<[Particle]>(&ticket, SOON).unwrap()[..], particles);
    assert!(matches!(there.get::<[Page]>(&ticket, SOON), Err(Error::WrongType { .. })));
    let mut pages = Vec::new();
    for _ in 0..8 {
        // Something small between, so that the next does not lie well by chance.
        pages.push((store.put(b"x").unwrap(), store.put_slice(&[Page([7; 32])]).unwrap()));
    }
    for (_, page) in &pages {
        assert_eq!(there.get::<[Page]>(page, SOON).unwrap()[..], [Page([7; 32])]);
    }
    // Bytes promise 64 only: some of these lie where a page may not.
    let bytes: Vec<_> = (0..8).map(|_| store.put(&[0; 256 + 64]).unwrap()).collect();
    assert!(bytes.iter().all(|ticket| {
        matches!(there.get::<[Page]>(ticket, SOON), Err(Error::Misfit { size: 256, .. }))
    }));
}

#[derive(Clone, Copy, Pod, Zeroable)]
#[repr(C, align(65536))]
struct Slab([u64; 8192]);

#[test]
fn a_view_that_would_be_misaligned_is_refused() {
    let world = world();
    let World { there, store, .. } = &world;
    let mut outcomes = [0, 0];
    for _ in 0..32 {
        // Something between, so that not all of them lie well by chance.
        store.put(&[0; 20 << 10]).unwrap();
        let view = there.resolve(&store.put(&[0; 64 << 10]).unwrap(), SOON).unwrap();
        let lies_well = view.as_ptr().addr() % (64 << 10) == 0;
        match view.cast::<Slab>() {
            Ok(slabs) => assert!(lies_well && slabs.len() == 1),
            Err(Error::Misfit { .. }) => assert!(!lies_well),
            Err(error) => panic!("{error:?}"),
        }
        outcomes[usize::from(lies_well)] += 1;
    }
    assert!(outcomes[0] > 0, "none was misaligned: {outcomes:?}");
    let slab = store.put_slice(&[Slab([7; 8192])]).unwrap();
    assert_eq!(there.get::<[Slab]>(&slab, SOON).unwrap()[0].0[8191], 7);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Run {
    name: String,
    steps: u32,
    parameters: BTreeMap<String, f64>,
    parent: Option<Box<Run>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct RunWithMore {
    name: String,
    #[serde(default)]
    host: String,
}

fn run() -> Run {
    let parameters = [("feed".into(), 0.055), ("kill".into(), 0.062)].into();
    Run { name: "gs".into(), steps: 100, parameters, parent: None }
}

#[test]
fn values_come_back_and_other_types_are_refused() {
    let world = world();
    let World { there, store, .. } = &world;
    let ticket = store.put_value(&run()).unwrap();
    assert_eq!(ticket.form(), Form::Value(Codec::MessagePack));
    assert_eq!(there.get::<Run>(&ticket, SOON).unwrap(), run());
    let fields = there.get::<RunWithMore>(&ticket, SOON).unwrap();
    assert_eq!(fields, RunWithMore { name: "gs".into(), host: String::new() });
    let error = there.get::<Vec<u64>>(&ticket, SOON).unwrap_err();
    assert!(matches!(error, Error::Decode { .. }), "{error:?}");
    assert!(error.to_string().contains("Vec<u64>"), "{error}");
    let promise = store.promise().unwrap();
    let early = promise.ticket();
    promise.put_value(&Some(1)).unwrap();
    assert_eq!(there.get::<Option<u8>>(&early, SOON).unwrap(), Some(1));
    // A value that serde refuses to write fails its promise, with nobody left waiting.
    let promise = store.promise().unwrap();
    let early = promise.ticket();
    struct Stubborn;
    impl Serialize for Stubborn {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("it will not be written"))
        }
    }
    assert!(matches!(promise.put_value(&Stubborn), Err(Error::Encode { .. })));
    assert!(matches!(there.resolve(&early, SOON), Err(Error::Failed { .. })));
}

#[test]
fn many_are_put_or_none() {
    let world = world();
    let World { here, there, .. } = &world;
    let options = StoreOptions { capacity: Some(1 << 20), ..StoreOptions::default() };
    let store = here.store("small", options).unwrap();
    let words = ["one", "two", "three"];
    let tickets = store.put_many(words).unwrap();
    let views = there.resolve_many(&tickets, SOON);
    let read: Vec<_> = views.iter().map(|view| &view.as_ref().unwrap()[..]).collect();
    assert_eq!(read, words.map(str::as_bytes));
    let before = store.usage().unwrap().live;
    let large = vec![0; 300 << 10];
    assert!(matches!(store.put_many(std::iter::repeat_n(&large, 5)), Err(Error::Memory(_))));
    assert_eq!(store.usage().unwrap().live, before);
}

#[test]
fn a_proxy_is_resolved_once_and_shared_by_its_clones() {
    let world = world();
    let World { there, store, .. } = &world;
    let once = store.with_lifetime(Lifetime::PROCESS.ending(End::Once));
    let proxy = Proxy::<[f64]>::from(once.put_slice(&[0.5; 8]).unwrap()).bound_to(there);
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let proxy = proxy.clone();
            thread::spawn(move || proxy.resolve(SOON).map(|numbers| numbers.as_ptr().addr()))
        })
        .collect();
    let addresses: Vec<_> =
        threads.into_iter().map(|thread| thread.join().unwrap().unwrap()).collect();
    assert!(addresses.iter().all(|address| *address == addresses[0]));
    assert_eq!(proxy.resolved(), Some(&[0.5; 8][..]));
    assert!(matches!(there.resolve(proxy.ticket(), SOON), Err(Error::Evicted)));
}

#[test]
fn a_proxy_tries_again_after_an_error_and_keeps_its_deadline() {
    let world = world();
    let World { there, store, .. } = &world;
    let promise = store.promise().unwrap();
    let proxy = Proxy::<Run>::from(promise.ticket()).bound_to(there);
    assert!(matches!(proxy.resolve(Deadline::NOW), Err(Error::Deadline)));
    // While one thread waits for the object, another waits for that thread, by its own deadline.
    let waiting = thread::spawn({
        let proxy = proxy.clone();
        move || proxy.resolve(SOON).map(|run| run.steps)
    });
    for _ in 0..20 {
        assert!(matches!(proxy.resolve(Duration::from_millis(5)), Err(Error::Deadline)));
    }
    promise.put_value(&run()).unwrap();
    assert_eq!(waiting.join().unwrap().unwrap(), 100);
    assert_eq!(proxy.resolve(Deadline::NOW).unwrap(), &run());
}

#[test]
fn a_proxy_is_awaited_by_many_and_resolved_once() {
    let world = world();
    let World { there, store, .. } = &world;
    let promise = store.with_lifetime(Lifetime::PROCESS.ending(End::Once)).promise().unwrap();
    let proxy = Proxy::<[f64]>::from(promise.ticket()).bound_to(there);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let early = runtime.block_on(proxy.resolve_async(Duration::from_millis(1)));
    assert!(matches!(early, Err(Error::Deadline)), "{early:?}");
    runtime.block_on(async {
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let proxy = proxy.clone();
                tokio::spawn(async move { proxy.resolve_async(SOON).await.map(|all| all[0]) })
            })
            .collect();
        tokio::task::yield_now().await;
        let mut block = promise.alloc_slice::<f64>(1).unwrap();
        block[0] = 0.25;
        block.seal().unwrap();
        for task in tasks {
            assert_eq!(task.await.unwrap().unwrap(), 0.25);
        }
    });
    let gone = there.get_async::<[f64]>(proxy.ticket(), SOON);
    assert!(matches!(runtime.block_on(gone), Err(Error::Evicted)));
}

#[test]
fn a_proxy_travels_as_its_ticket() {
    let world = world();
    let World { there, store, .. } = &world;
    let proxy = Proxy::<[u32]>::from(store.put_slice(&[1_u32, 2]).unwrap());
    let text = serde_json::to_string(&proxy).unwrap();
    assert_eq!(text, format!("\"{}\"", proxy.ticket()));
    let read: Proxy<[u32]> = serde_json::from_str(&text).unwrap();
    assert_eq!(read.bound_to(there).resolve(SOON).unwrap(), [1, 2]);
    // A value may hold proxies of others.
    let nested = store.put_value(&vec![proxy.clone()]).unwrap();
    let list = there.get::<Vec<Proxy<[u32]>>>(&nested, SOON).unwrap();
    assert_eq!(list[0].ticket(), proxy.ticket());
    fn travels<T: Send + Sync + Clone>(_: &T) {}
    travels(&proxy);
}

#[cfg(feature = "ndarray")]
mod arrays {
    use ndarray::{Array2, Array3, ArrayD, s};

    use super::*;

    #[test]
    fn arrays_are_written_and_viewed_in_their_shape() {
        let world = world();
        let World { there, store, .. } = &world;
        let mut block = store.alloc_array::<f64>([2, 3]).unwrap();
        block.ndarray_mut().unwrap().indexed_iter_mut().for_each(|(i, element)| {
            *element = (10 * i[0] + i[1]) as f64;
        });
        let view = there.get::<[f64]>(&block.seal().unwrap(), SOON).unwrap();
        assert_eq!(view[..], [0.0, 1.0, 2.0, 10.0, 11.0, 12.0]);
        assert_eq!(view.ndarray().unwrap()[[1, 2]], 12.0);

        let mut block = store.alloc_array::<f64>(Shape::fortran([2, 3])).unwrap();
        block.ndarray_mut().unwrap()[[1, 2]] = 12.0;
        assert_eq!(block[5], 12.0);
        let view = there.get::<[f64]>(&block.seal().unwrap(), SOON).unwrap();
        assert_eq!(view.ndarray().unwrap()[[1, 2]], 12.0);
        let bytes = there.resolve(&store.put(b"abc").unwrap(), SOON).unwrap();
        assert_eq!(bytes.ndarray().unwrap().shape(), [3]);
    }

    #[test]
    fn any_array_is_put_as_it_is_indexed() {
        let world = world();
        let World { there, store, .. } = &world;
        let cube = Array3::from_shape_fn((3, 4, 5), |(i, j, k)| (100 * i + 10 * j + k) as i32);
        let check = |array: ArrayD<i32>, shape: Shape| {
            let ticket = store.put_ndarray(&array).unwrap();
            assert_eq!(ticket.form(), Form::Array(ArrayType::of::<i32>(shape).unwrap()));
            assert_eq!(there.get::<[i32]>(&ticket, SOON).unwrap().ndarray().unwrap(), array);
        };
        check(cube.clone().into_dyn(), [3, 4, 5].into());
        check(cube.t().into_owned().into_dyn(), Shape::fortran([5, 4, 3]));
        let odd = cube.slice(s![.., ..;2, 1..]);
        let ticket = store.put_ndarray(&odd).unwrap();
        assert_eq!(there.get::<[i32]>(&ticket, SOON).unwrap().ndarray().unwrap(), odd.into_dyn());
        check(Array2::<i32>::zeros((0, 4)).into_dyn(), [0, 4].into());
    }
}
