//! Where an object can be asked for: the sections of a ticket that say so.
//!
//! ```text
//! PUBLIC_KEY   32 bytes: the Ed25519 key of the node's endpoints
//! ROUTE        transport (u8) │ port (u16) │ address: 4 bytes of IPv4, or 16 of IPv6
//! ```

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{Section, Ticket};
use crate::security::PublicKey;

/// One address of an endpoint, on one transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Route {
    /// By TCP.
    Tcp(SocketAddr),
}

const TCP: u8 = 1;

impl Route {
    /// The section's value; shorter than any section may be.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let Route::Tcp(address) = self;
        let mut bytes = vec![TCP];
        bytes.extend_from_slice(&address.port().to_le_bytes());
        match address.ip() {
            IpAddr::V4(ip) => bytes.extend_from_slice(&ip.octets()),
            IpAddr::V6(ip) => bytes.extend_from_slice(&ip.octets()),
        }
        bytes
    }

    /// Reads a section's value; `None` for a transport that this version does not know, or an
    /// address that is none.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[TCP, low, high], ip) = bytes.split_first_chunk()? else { return None };
        let ip: IpAddr = match ip.len() {
            4 => Ipv4Addr::from(<[u8; 4]>::try_from(ip).ok()?).into(),
            16 => Ipv6Addr::from(<[u8; 16]>::try_from(ip).ok()?).into(),
            _ => return None,
        };
        Some(Route::Tcp(SocketAddr::new(ip, u16::from_le_bytes([low, high]))))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Route::Tcp(address) = self;
        write!(f, "tcp://{address}")
    }
}

impl Ticket {
    /// The addresses at which the object can be asked for from other nodes, best first. Those of
    /// transports that this version does not know are left out.
    pub fn routes(&self) -> impl Iterator<Item = Route> + '_ {
        let routes = self.sections().filter(|section| section.kind == Section::ROUTE);
        routes.filter_map(|section| Route::from_bytes(section.value))
    }

    /// What the endpoints at the [routes](Ticket::routes) have to prove to be.
    pub(crate) fn public_key(&self) -> Option<PublicKey> {
        let section = self.sections().find(|section| section.kind == Section::PUBLIC_KEY)?;
        section.value.try_into().ok().map(PublicKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_read_as_written() {
        for address in ["10.1.2.3:7700", "[fe80::1]:1", "0.0.0.0:65535"] {
            let route = Route::Tcp(address.parse().unwrap());
            assert_eq!(Route::from_bytes(&route.to_bytes()), Some(route));
        }
    }

    #[test]
    fn what_is_no_route_is_none() {
        for bytes in [&[][..], &[1], &[1, 0, 0], &[1, 0, 0, 1, 2, 3], &[9, 0, 0, 1, 2, 3, 4]] {
            assert_eq!(Route::from_bytes(bytes), None, "{bytes:?}");
        }
    }
}
