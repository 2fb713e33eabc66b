//! Settings of the network: where to listen, what to encrypt, whom to trust.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

/// What goes over the network encrypted. Either end may insist; who a peer is, and the tokens that open
/// plain connections, always are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encrypt {
    /// Everything, except on the [`trusted`](crate::Options::trusted) networks.
    #[default]
    Auto,
    /// Everything, everywhere.
    Always,
    /// Nothing but the first connection of a pair, on which each proves who it is. An end that says
    /// [`Always`](Encrypt::Always), or does not trust the network, still prevails.
    Never,
}

/// Networks, by their addresses.
///
/// ```
/// use wharf::Networks;
///
/// let ours: Networks = "10.0.0.0/8, fd00::/8, 192.0.2.7".parse()?;
/// assert!(ours.contains("10.1.2.3".parse()?));
/// assert!(!ours.contains("192.0.2.8".parse()?));
/// assert!(Networks::default().contains("127.0.0.1".parse()?)); // and ::1, and nothing else
/// assert!("10.0.0.0/33".parse::<Networks>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Networks(Vec<Network>);

/// All addresses whose first bits are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network {
    /// An address in it.
    pub address: IpAddr,
    /// How many bits its addresses have in common.
    pub bits: u8,
}

/// A text that names no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no network: write an address, or an address and how many of its bits count, as 10.0.0.0/8"
)]
pub struct NetworkError {
    /// The text.
    pub text: String,
}

impl Networks {
    /// Whether the address is in one of them. An IPv4 address written as IPv6 is the same address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }
}

impl Network {
    /// Whether the address is in it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let (ours, bits) = self.canonical();
        let shift = |width: u8| u32::from(width.saturating_sub(bits));
        match (ours, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(other)) => {
                let differ = ours.to_bits() ^ other.to_bits();
                differ.checked_shr(shift(32)).is_none_or(|differ| differ == 0)
            }
            (IpAddr::V6(ours), IpAddr::V6(other)) => {
                let differ = ours.to_bits() ^ other.to_bits();
                differ.checked_shr(shift(128)).is_none_or(|differ| differ == 0)
            }
            _ => false,
        }
    }

    /// One of IPv4 that is written as of IPv6, such as `::ffff:10.0.0.0/104`, as what it is.
    fn canonical(&self) -> (IpAddr, u8) {
        match (self.address.to_canonical(), self.bits.checked_sub(96)) {
            (IpAddr::V4(address), Some(bits)) if self.address.is_ipv6() => (address.into(), bits),
            _ => (self.address, self.bits),
        }
    }
}

impl Default for Networks {
    /// This machine itself.
    fn default() -> Self {
        Self(vec![
            Network { address: Ipv4Addr::new(127, 0, 0, 0).into(), bits: 8 },
            Network { address: Ipv6Addr::LOCALHOST.into(), bits: 128 },
        ])
    }
}

impl FromIterator<Network> for Networks {
    fn from_iter<I: IntoIterator<Item = Network>>(networks: I) -> Self {
        Self(networks.into_iter().collect())
    }
}

impl FromStr for Networks {
    type Err = NetworkError;

    /// Reads networks with commas between them, or `none`.
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        if text.trim() == NONE {
            return Ok(Self(Vec::new()));
        }
        text.split(',').map(str::parse).collect()
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let text = text.trim();
        let wrong = || NetworkError { text: text.to_owned() };
        let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

impl fmt::Display for Networks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(NONE);
        }
        for (index, network) in self.0.iter().enumerate() {
            write!(f, "{}{network}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = if self.address.is_ipv4() { 32 } else { 128 };
        match self.bits {
            bits if bits == whole => write!(f, "{}", self.address),
            bits => write!(f, "{}/{bits}", self.address),
        }
    }
}

impl FromStr for Encrypt {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        ENCRYPTS.iter().find(|(name, _)| *name == text).map(|(_, encrypt)| *encrypt).ok_or(())
    }
}

impl fmt::Display for Encrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = ENCRYPTS.iter().find(|(_, each)| each == self).map_or("auto", |(name, _)| name);
        f.write_str(name)
    }
}

/// Addresses to listen at, with commas between them; a port alone is that port at every address;
/// `none` is nowhere.
pub(super) fn parse_listen(text: &str) -> Option<Vec<SocketAddr>> {
    let one = |text: &str| {
        let text = text.trim();
        let port = text.strip_prefix(':').unwrap_or(text).parse().ok();
        let everywhere = |port| SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        text.parse().ok().or_else(|| port.map(everywhere))
    };
    if text.trim() == NONE {
        return Some(Vec::new());
    }
    text.split(',').map(one).collect()
}

const ENCRYPTS: [(&str, Encrypt); 3] =
    [("auto", Encrypt::Auto), ("always", Encrypt::Always), ("never", Encrypt::Never)];
pub(super) const NONE: &str = "none";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_what_they_say() {
        let holds = |network: &str, address: &str| {
            network.parse::<Networks>().unwrap().contains(address.parse().unwrap())
        };
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.255.0.1", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.0.0.1", true),
            ("::ffff:10.0.0.0/104", "10.7.0.1", true),
            ("::ffff:10.0.0.0/104", "::ffff:10.7.0.1", true),
            ("::ffff:10.0.0.0/104", "11.0.0.1", false),
            ("::ffff:10.0.0.1", "10.0.0.1", true),
            ("::ffff:10.0.0.1", "10.0.0.2", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "::1", false),
            ("::/0", "fd00::1", true),
            ("fd00::/8", "fe00::1", false),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("none", "127.0.0.1", false),
        ] {
            assert_eq!(holds(network, address), expected, "{network} {address}");
        }
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/", "10.0.0.0/8 fd00::/8"] {
            assert!(text.parse::<Networks>().is_err(), "{text}");
        }
        let text = "10.0.0.0/8, ::1";
        assert_eq!(text.parse::<Networks>().unwrap().to_string(), text);
    }

    #[test]
    fn addresses_to_listen_at() {
        let listen = |text: &str| {
            parse_listen(text).map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>())
        };
        assert_eq!(listen("7700").unwrap(), ["0.0.0.0:7700"]);
        assert!(listen("none").unwrap().is_empty());
        assert_eq!(listen(":0, [::1]:9").unwrap(), ["0.0.0.0:0", "[::1]:9"]);
        for text in ["", "70000", "example.org:7700", "1.2.3.4", "1.2.3.4:1,,"] {
            assert_eq!(listen(text), None, "{text}");
        }
    }
}
