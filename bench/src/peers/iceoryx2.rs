//! iceoryx2: publish and subscribe through shared memory, without a copy. The crate as it is published, used the way its
//! own benchmark uses it: a sample is loaned ahead of time, and both sides spin on `receive`.

use std::path::PathBuf;
use std::time::Instant;

use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::{
    Config, FileName, LogLevel, Node, NodeBuilder, Path, SemanticString, ServiceName, ipc,
};
use iceoryx2::sample_mut::SampleMut;
use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::error::{Error, Result, refused};
use crate::exchange::{PATIENCE, Ping, Side, check_turn, out_of_turn, pong};
use crate::peer::Link;
use crate::roles::Role;

const NAME: &str = "iceoryx2";

/// Where the two sides meet.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Place {
    root: PathBuf,
    prefix: String,
    bytes: usize,
}

/// Starts both sides.
pub(crate) fn ping(context: &Context, bytes: usize) -> Result<Ping<Iceoryx2Side>> {
    let prefix = format!("{}-{bytes}-", context.mark());
    let place = Place { root: context.subdirectory("iceoryx2")?, prefix, bytes };
    Ping::start(context, &Role::Iceoryx2(place.clone()), || {
        Iceoryx2Side::open(&place, ["pong", "ping"])
    })
}

/// The other side.
pub(crate) fn answer(link: Link, place: &Place) -> Result<()> {
    pong(link, Iceoryx2Side::open(place, ["ping", "pong"])?)
}

/// One side: hears on one service, speaks on the other.
pub(crate) struct Iceoryx2Side {
    bytes: usize,
    next: Option<SampleMut<ipc::Service, [u8], ()>>,
    publisher: Publisher<ipc::Service, [u8], ()>,
    subscriber: Subscriber<ipc::Service, [u8], ()>,
    _node: Node<ipc::Service>,
}

impl Iceoryx2Side {
    fn open(place: &Place, [hears, speaks]: [&str; 2]) -> Result<Iceoryx2Side> {
        iceoryx2::prelude::set_log_level(LogLevel::Error);
        let node = NodeBuilder::new()
            .config(&config(place)?)
            .create::<ipc::Service>()
            .map_err(refused(NAME))?;
        let service = |name: &str| {
            let name = ServiceName::new(name).map_err(refused(NAME))?;
            let builder = node.service_builder(&name).publish_subscribe::<[u8]>();
            let builder = builder
                .max_publishers(1)
                .max_subscribers(1)
                .history_size(0)
                .subscriber_max_buffer_size(1);
            builder.enable_safe_overflow(true).open_or_create().map_err(refused(NAME))
        };
        let subscriber = service(hears)?.subscriber_builder().create().map_err(refused(NAME))?;
        let spoken = service(speaks)?;
        let publisher = spoken.publisher_builder().initial_max_slice_len(place.bytes);
        let publisher = publisher.create().map_err(refused(NAME))?;
        Ok(Iceoryx2Side { bytes: place.bytes, next: None, publisher, subscriber, _node: node })
    }
}

impl Side for Iceoryx2Side {
    fn offer(&mut self, _turns: u32) -> Result<Vec<Vec<u8>>> {
        self.prepare(0)?;
        Ok(Vec::new())
    }

    fn accept(&mut self, _theirs: Vec<Vec<u8>>) -> Result<()> {
        Ok(())
    }

    fn give(&mut self, turn: u32) -> Result<()> {
        let Some(mut sample) = self.next.take() else { return Err(out_of_turn(NAME)) };
        sample.payload_mut()[..8].copy_from_slice(&u64::from(turn).to_le_bytes());
        sample.send().map_err(refused(NAME))?;
        Ok(())
    }

    fn prepare(&mut self, _turn: u32) -> Result<()> {
        let sample = self.publisher.loan_slice_uninit(self.bytes).map_err(refused(NAME))?;
        // SAFETY: the memory is mapped and holds bytes of some value, and a byte has no invalid ones.
        self.next = Some(unsafe { sample.assume_init() });
        Ok(())
    }

    fn take(&mut self, turn: u32) -> Result<()> {
        let mut deadline = None;
        loop {
            for _ in 0..1_000_000 {
                if let Some(sample) = self.subscriber.receive().map_err(refused(NAME))? {
                    return check_turn(NAME, &sample.payload()[..8], turn);
                }
            }
            if Instant::now() > *deadline.get_or_insert_with(|| Instant::now() + PATIENCE) {
                return Err(Error::Subject {
                    who: NAME.to_owned(),
                    what: "nothing was received in time".to_owned(),
                });
            }
        }
    }
}

/// Keeps all of iceoryx2's files in the run's directory, or under names that the run removes.
fn config(place: &Place) -> Result<Config> {
    let mut config = Config::default();
    let root = Path::new(place.root.as_os_str().as_encoded_bytes())
        .map_err(|e| refused(NAME)(format!("{e:?}")))?;
    config.global.set_root_path(&root);
    config.global.prefix =
        FileName::new(place.prefix.as_bytes()).map_err(|e| refused(NAME)(format!("{e:?}")))?;
    Ok(config)
}
