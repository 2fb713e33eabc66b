//! Ports to listen on, and the addresses at which they are reached.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, Protocol, Socket, Type};

use super::pacing::Pacing;
use crate::ticket::Route;

/// Why an endpoint cannot listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListenError {
    /// This address cannot be listened on.
    #[error("cannot listen on {address}: {source}. {advice}")]
    Address {
        /// The address, as configured.
        address: SocketAddr,
        /// What to do about it.
        advice: &'static str,
        /// What the system said.
        source: io::Error,
    },

    /// There is nothing to listen on.
    #[error("no address to listen on was given: name one, such as 0.0.0.0:0 for any free port")]
    NoAddress,

    /// The endpoint's thread cannot be had.
    #[error("cannot {what} for an endpoint: {source}")]
    System {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}

/// A port that is listened on.
pub(super) struct Listener {
    pub(super) socket: Socket,
    pub(super) pacing: Pacing,
    address: SocketAddr,
}

impl Listener {
    pub(super) fn bind(address: SocketAddr) -> Result<Self, ListenError> {
        Self::try_bind(address).map_err(|source| {
            let advice = advice(&source);
            ListenError::Address { address, advice, source }
        })
    }

    fn try_bind(wanted: SocketAddr) -> io::Result<Self> {
        let kind = Type::STREAM.nonblocking().cloexec();
        let socket = Socket::new(Domain::for_address(wanted), kind, Some(Protocol::TCP))?;
        // Connections of an endpoint that was there before do not keep its port.
        socket.set_reuse_address(true)?;
        if wanted.is_ipv6() {
            // What is an address of IPv4 is written as one, in routes and in trusted networks.
            socket.set_only_v6(true)?;
        }
        socket.bind(&wanted.into())?;
        let pacing = Pacing::leave_aside(&socket);
        socket.listen(BACKLOG)?;
        let address = socket.local_addr()?.as_socket().unwrap_or(wanted);
        Ok(Self { socket, pacing, address })
    }
}

/// The addresses at which some listeners are reached, in their order: where one listens on all of
/// the machine's, those.
pub(super) fn routes(listeners: &[Listener]) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    for Listener { address, .. } in listeners {
        let ips = match address.ip().is_unspecified() {
            true => reachable(address.is_ipv6(), interfaces()),
            false => vec![address.ip()],
        };
        for ip in ips {
            let route = Route::Tcp(SocketAddr::new(ip, address.port()));
            if !routes.contains(&route) {
                routes.push(route);
            }
        }
    }
    routes
}

/// Of the machine's addresses those of one kind that others may reach; the loopback's, which is
/// good for this machine alone, if there are no others.
fn reachable(v6: bool, all: Vec<IpAddr>) -> Vec<IpAddr> {
    let fits = |ip: &IpAddr| match ip {
        IpAddr::V4(ip) => !v6 && !ip.is_link_local(),
        // Such an address means nothing without the name of the reader's own interface.
        IpAddr::V6(ip) => v6 && !ip.is_unicast_link_local(),
    };
    let found: Vec<_> = all.into_iter().filter(|ip| fits(ip) && !ip.is_loopback()).collect();
    match (found.is_empty(), v6) {
        (false, _) => found,
        (true, true) => vec![Ipv6Addr::LOCALHOST.into()],
        (true, false) => vec![Ipv4Addr::LOCALHOST.into()],
    }
}

/// The addresses of this machine's interfaces; none if the system does not tell.
fn interfaces() -> Vec<IpAddr> {
    let all = if_addrs::get_if_addrs().unwrap_or_else(|error| {
        tracing::warn!(%error, "the addresses of this machine cannot be listed");
        Vec::new()
    });
    all.into_iter().map(|interface| interface.ip()).collect()
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "Another program listens there: choose another port, or 0 for any that is free"
        }
        io::ErrorKind::AddrNotAvailable => {
            "No interface of this machine has that address: choose one of those that `ip address` \
             lists, or 0.0.0.0 for all of them"
        }
        io::ErrorKind::PermissionDenied => "Ports below 1024 are for root: choose a higher one",
        _ => "Choose another address, or 0.0.0.0 for all of this machine",
    }
}

/// Connections that wait to be accepted; the system has a limit of its own.
const BACKLOG: i32 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_said_with_what_to_do() {
        let first = Listener::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let error = Listener::bind(first.address).err().unwrap().to_string();
        assert!(error.contains(&first.address.to_string()), "{error}");
        assert!(error.contains("choose another port"), "{error}");
    }

    #[test]
    fn an_address_of_another_machine_is_said() {
        // One that is for examples in books.
        let error = Listener::bind("192.0.2.1:0".parse().unwrap()).err().unwrap().to_string();
        assert!(error.contains("No interface of this machine has that address"), "{error}");
    }

    #[test]
    fn a_wildcard_is_reached_at_the_interfaces_addresses() {
        let ips =
            |list: &[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect::<Vec<IpAddr>>();
        let all = ips(&["127.0.0.1", "10.0.0.5", "169.254.1.1", "::1", "fe80::1", "2001:db8::5"]);
        assert_eq!(reachable(false, all.clone()), ips(&["10.0.0.5"]));
        assert_eq!(reachable(true, all), ips(&["2001:db8::5"]));
        let alone = ips(&["127.0.0.1", "::1", "fe80::1"]);
        assert_eq!(reachable(false, alone.clone()), ips(&["127.0.0.1"]));
        assert_eq!(reachable(true, alone), ips(&["::1"]));
    }

    #[test]
    fn a_listener_tells_the_port_that_it_got() {
        let listener = Listener::bind("0.0.0.0:0".parse().unwrap()).unwrap();
        let routes = routes(&[listener]);
        assert!(!routes.is_empty());
        for Route::Tcp(address) in routes {
            assert!(address.port() != 0 && !address.ip().is_unspecified(), "{address}");
        }
    }
}
