//! The networks on which nobody listens in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A list of networks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trusted(Vec<Network>);

/// Addresses with a prefix in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    prefix: u8,
}

/// Why a text is no list of networks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TrustedError {
    #[error(
        "\"{0}\" is no network: write ADDRESS/BITS, such as 10.0.0.0/8 or fd00::/8, or one address"
    )]
    NotANetwork(String),
    #[error("\"{network}\" keeps {prefix} bits of an address that has {bits}")]
    Prefix { network: String, prefix: u32, bits: u8 },
    #[error("\"{network}\" has bits set beyond its first {prefix}: did you mean {meant}?")]
    HostBits { network: String, prefix: u8, meant: String },
}

impl Trusted {
    /// Nothing is trusted.
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }

    /// Whether an address belongs to one of the networks. An IPv4 address that is written as an
    /// IPv6 one counts as what it is.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(address))
    }
}

/// Loopback.
impl Default for Trusted {
    fn default() -> Self {
        Self(vec![
            Network { address: Ipv4Addr::new(127, 0, 0, 0).into(), prefix: 8 },
            Network { address: Ipv6Addr::LOCALHOST.into(), prefix: 128 },
        ])
    }
}

/// Networks, with commas or spaces between them; `none` is none.
impl FromStr for Trusted {
    type Err = TrustedError;

    fn from_str(text: &str) -> Result<Self, TrustedError> {
        if text.trim() == "none" {
            return Ok(Self::none());
        }
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        words.map(Network::from_str).collect::<Result<_, _>>().map(Self)
    }
}

impl fmt::Display for Trusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none");
        }
        for (at, network) in self.0.iter().enumerate() {
            write!(f, "{}{network}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

impl Network {
    fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                (network.to_bits() ^ address.to_bits()) & mask == 0
            }
            _ => false,
        }
    }

    /// The same network with the bits cleared that name one host in it.
    fn masked(self) -> Self {
        let address = match self.address {
            IpAddr::V4(ip) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                Ipv4Addr::from_bits(ip.to_bits() & mask).into()
            }
            IpAddr::V6(ip) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                Ipv6Addr::from_bits(ip.to_bits() & mask).into()
            }
        };
        Self { address, ..self }
    }
}

impl FromStr for Network {
    type Err = TrustedError;

    fn from_str(text: &str) -> Result<Self, TrustedError> {
        let no_network = || TrustedError::NotANetwork(text.into());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| no_network())?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) => prefix.parse::<u32>().map_err(|_| no_network())?,
            None => bits.into(),
        };
        let too_long = || TrustedError::Prefix { network: text.into(), prefix, bits };
        let kept = u8::try_from(prefix).ok().filter(|&kept| kept <= bits).ok_or_else(too_long)?;
        let network = Self { address, prefix: kept };
        if network.masked() != network {
            let meant = network.masked().to_string();
            return Err(TrustedError::HostBits { network: text.into(), prefix: kept, meant });
        }
        Ok(network)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}
