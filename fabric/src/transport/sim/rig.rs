//! The simulated network in the suite that every transport passes.

use std::time::Duration;

use wharf_shm::ObjectKey;

use super::{Change, Link, Net, Profile, SimTransport};
use crate::ticket::Route;
use crate::transport::Peer;
use crate::transport::conformance::{Body, Rig, suite};

struct SimRig {
    net: Net,
    route: Route,
}

impl Rig for SimRig {
    type Transport = SimTransport;

    const LATE: Duration = Duration::ZERO;

    fn start() -> Self {
        let net = Net::new(1);
        let link = Link::new(Duration::from_micros(50), 1e9, 1e9);
        let route = net.add(link, Profile::HEALTHY);
        Self { net, route }
    }

    fn peer(&self) -> (Peer, Route) {
        (self.net.peer(), self.route)
    }

    fn transport(&self) -> SimTransport {
        self.net.transport().impatient(Duration::from_secs(4))
    }

    fn put(&mut self, body: Body) -> ObjectKey {
        self.net.put(body)
    }

    fn put_once(&mut self, body: Body) -> ObjectKey {
        self.net.put_once(body)
    }

    fn promise(&mut self) -> ObjectKey {
        self.net.promise(false)
    }

    fn seal(&mut self, key: &ObjectKey, body: Body) {
        self.net.change(Change::Seal(*key, body));
    }

    fn fail(&mut self, key: &ObjectKey, why: &str) {
        self.net.change(Change::Fail(*key, why.into()));
    }

    fn evict(&mut self, key: &ObjectKey) {
        self.net.change(Change::Evict(*key));
    }

    fn kill(&mut self) {
        self.net.change(Change::Kill { way: 0, silently: false });
    }

    fn restart(&mut self) {
        self.net.change(Change::Restart { way: 0 });
        self.net.forget_objects();
    }

    fn stop(&mut self) {
        self.net.change(Change::Stop { way: 0 });
    }

    fn resume(&mut self) {
        self.net.change(Change::Resume { way: 0 });
    }

    fn carried(&self) -> u64 {
        self.net.carried()
    }
}

suite!(SimRig);
