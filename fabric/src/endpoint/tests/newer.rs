//! Readers that are newer than this endpoint: what they add is passed over, what they need is refused.

use std::time::Duration;

use super::client::{Client, read};
use super::{World, identity};
use crate::transport::AskId;
use crate::wire::{Hello, Refused, Request};

/// A request with something behind what is known of it.
fn longer(id: u64, request: &Request) -> Vec<u8> {
    let mut bytes = Vec::new();
    request.encode(AskId(id), &mut bytes);
    let more = b"what version 2 has to say";
    let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) + more.len() as u32;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(more);
    bytes
}

/// A request of a kind that is not known, with a body.
fn unknown(id: u64, may_be_ignored: bool) -> Vec<u8> {
    let mut bytes = 5_u32.to_le_bytes().to_vec();
    bytes.extend_from_slice(&[57, u8::from(may_be_ignored), 0, 0]);
    bytes.extend_from_slice(&id.to_le_bytes());
    bytes.extend_from_slice(b"hello");
    bytes
}

fn say(client: &mut Client, bytes: &[u8]) {
    client.stream().queue().extend_from_slice(bytes);
    client.flush().unwrap();
}

fn greeted(world: &World, hello: Hello) -> Client {
    let key = world.identity.public_key();
    let mut client = Client::tls(world.address(), &identity(), key).unwrap();
    say(&mut client, &longer(0, &Request::Hello(hello)));
    client
}

#[test]
fn what_a_newer_reader_adds_is_passed_over() {
    let world = World::new();
    let key = world.put(b"temperature");
    let hello = Hello { version: 9, oldest: 1, tokens: 4, ..Hello::new(Default::default()) };
    let mut encrypted = greeted(&world, hello);
    encrypted.expect_welcome().unwrap();
    assert_eq!(encrypted.welcome.as_ref().unwrap().version, crate::wire::VERSION);
    let plain = Client::plain(world.address(), encrypted.tokens.pop().unwrap());
    for mut client in [encrypted, plain] {
        for round in 1..50 {
            say(&mut client, &unknown(round, true));
            say(&mut client, &longer(round, &read(key, 0, u64::MAX)));
            let (id, got) = client.answer();
            assert_eq!((id, got.bytes()), (round, Some(&b"temperature"[..])));
            say(&mut client, &longer(round, &Request::Stat { key, hold: Duration::ZERO }));
            assert_eq!(client.answer().0, round);
        }
        say(&mut client, &unknown(77, false));
        let (id, got) = client.answer();
        assert_eq!((id, got.code()), (77, Some(Refused::UNSUPPORTED)), "{got:?}");
        assert_eq!(client.get(key), b"temperature", "the connection goes on");
    }
    world.soon("nobody was closed", |counters| counters.connections == 0);
    assert_eq!(world.endpoint.counters().refused("malformed request"), 0);
}

#[test]
fn one_that_needs_a_newer_endpoint_is_told_so() {
    let world = World::new();
    let mut client =
        greeted(&world, Hello { version: 9, oldest: 2, ..Hello::new(Default::default()) });
    let (_, got) = client.receive().unwrap();
    assert_eq!(got.code(), Some(Refused::UNSUPPORTED), "{got:?}");
    assert!(client.receive().is_err());
}
