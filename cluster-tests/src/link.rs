//! What joins two hosts, and what can go wrong with it.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::process::Command;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use anyhow::Context;

use crate::{Host, Process, run};

/// A link between two hosts. Dropped, it is gone.
#[derive(Debug)]
pub struct Link {
    ends: [End; 2],
    /// Who carries the packets, if it is not the kernel.
    _emulator: Option<Process>,
}

/// What a link is like, in each direction.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// How long a packet is on its way.
    pub delay: Duration,
    /// Which part of the packets is lost, at random.
    pub loss: f64,
    /// The largest packet, in bytes.
    pub mtu: u16,
}

/// One end, as its host sees it.
#[derive(Debug)]
struct End {
    /// A process of the host.
    anchor: u32,
    host: String,
    device: String,
    address: Ipv4Addr,
}

impl Link {
    /// A pair of virtual Ethernet devices: as fast as the kernel copies.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn veth(a: &Host, b: &Host) -> anyhow::Result<Self> {
        let ends = ends(a, b, "veth");
        let [from, to] = &ends;
        run(Command::new("ip")
            .args(["link", "add", &from.device, "netns", &from.anchor.to_string()])
            .args(["type", "veth", "peer", "name", &to.device])
            .args(["netns", &to.anchor.to_string()]))?;
        for (end, other) in [(from, to), (to, from)] {
            end.ip(&["link", "set", &end.device, "up"])?;
            end.address(other.address)?;
        }
        Ok(Self { ends, _emulator: None })
    }

    /// Two TUN devices, and a program between them that delays packets and loses some: it takes
    /// `emulator`, the program `wharf-link` of this package.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn emulated(
        a: &Host,
        b: &Host,
        conditions: Conditions,
        emulator: &str,
    ) -> anyhow::Result<Self> {
        Self::emulated_by(a, b, conditions, Command::new(emulator))
    }

    /// The same, by a command that takes the arguments of [`Emulation`](crate::Emulation) and runs it.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn emulated_by(
        a: &Host,
        b: &Host,
        conditions: Conditions,
        mut command: Command,
    ) -> anyhow::Result<Self> {
        let ends = ends(a, b, "tun");
        let [from, to] = &ends;
        let Conditions { delay, loss, mtu } = conditions;
        for end in &ends {
            command.args(["--end", &format!("{}:{}", end.anchor, end.device)]);
        }
        command
            .args(["--delay-us", &delay.as_micros().to_string()])
            .args(["--loss", &loss.to_string()])
            .args(["--mtu", &mtu.to_string()]);
        let mut emulator = Process::start(&mut command)?;
        let said = emulator.line().context("the emulator of the link")?;
        anyhow::ensure!(said == "ready", "the emulator of the link said {said}");
        for (end, other) in [(from, to), (to, from)] {
            let mtu = ["mtu", &mtu.to_string(), "txqueuelen", PACKETS];
            end.ip(&[&["link", "set", &end.device][..], &mtu, &["up"]].concat())?;
            end.address(other.address)?;
        }
        Ok(Self { ends, _emulator: Some(emulator) })
    }

    /// The address of a host on this link.
    ///
    /// # Errors
    ///
    /// If the host is not at either end.
    pub fn address(&self, host: &Host) -> anyhow::Result<Ipv4Addr> {
        Ok(self.end(host)?.address)
    }

    /// The device of a host that is its end of this link.
    ///
    /// # Errors
    ///
    /// If the host is not at either end.
    pub fn device(&self, host: &Host) -> anyhow::Result<&str> {
        Ok(&self.end(host)?.device)
    }

    /// Gives a host an address of IPv6 on this link, too.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn add_v6(&self, host: &Host) -> anyhow::Result<Ipv6Addr> {
        let end = self.ends.iter().find(|end| end.anchor == host.anchor());
        let end = end.with_context(|| format!("{} is not on this link", host.name()))?;
        let [.., link, number] = end.address.octets();
        let address = Ipv6Addr::new(0xfd77, 0, 0, u16::from(link), 0, 0, 0, u16::from(number));
        let own = format!("{address}/64");
        // Nobody else has it, and nobody need wait until that is found out.
        end.ip(&["-6", "addr", "add", &own, "dev", &end.device, "nodad"])?;
        Ok(address)
    }

    /// Lets nothing pass any more. Neither end is told: what it sends is lost.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn cut(&self) -> anyhow::Result<()> {
        self.ends.iter().try_for_each(|end| end.tc(&["replace", "bfifo", "limit", "1"]))
    }

    /// Lets everything pass again.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn mend(&self) -> anyhow::Result<()> {
        self.ends.iter().try_for_each(|end| end.tc(&["del"]))
    }

    /// Lets no more than so many bytes a second pass, in each direction.
    ///
    /// # Errors
    ///
    /// What the system refuses.
    pub fn slow(&self, bytes_per_second: u64) -> anyhow::Result<()> {
        let rate = format!("{bytes_per_second}bps");
        let tbf = ["replace", "tbf", "rate", &rate, "burst", "256kb", "latency", "50ms"];
        self.ends.iter().try_for_each(|end| end.tc(&tbf))
    }

    /// Lets connections over this link control their congestion so at both ends: `cubic`, `bbr`. The
    /// machine need not allow that to everybody.
    ///
    /// # Errors
    ///
    /// If the kernel has no such control.
    pub fn congestion_control(&self, name: &str) -> anyhow::Result<()> {
        let [a, b] = &self.ends;
        for (end, other) in [(a, b), (b, a)] {
            let (own, other) = (end.address.to_string(), other.address.to_string());
            let route = ["route", "change", &other, "dev", &end.device, "src", &own];
            end.ip(&[&route[..], &["congctl", name]].concat())?;
        }
        Ok(())
    }

    /// Bytes that went into the link at a host, by the kernel's count.
    ///
    /// # Errors
    ///
    /// If the host is not at either end.
    pub fn sent_by(&self, host: &Host) -> anyhow::Result<u64> {
        let end = self.end(host)?;
        let output = end.command("cat").arg("/proc/net/dev").output()?;
        let text = String::from_utf8(output.stdout)?;
        let mut lines = text.lines().filter_map(|line| line.trim().split_once(':'));
        let (_, counts) = lines.find(|(name, _)| *name == end.device).context("the device")?;
        Ok(counts.split_whitespace().nth(SENT).context("the count of bytes sent")?.parse()?)
    }

    fn end(&self, host: &Host) -> anyhow::Result<&End> {
        let end = self.ends.iter().find(|end| end.anchor == host.anchor());
        end.with_context(|| format!("{} is not on this link", host.name()))
    }
}

impl End {
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.arg(format!("--target={}", self.anchor)).args(["--net", "--", program]);
        command
    }

    fn ip(&self, arguments: &[&str]) -> anyhow::Result<()> {
        run(self.command("ip").args(arguments)).with_context(|| self.host.clone())
    }

    /// Does something with what its packets wait in before they leave.
    fn tc(&self, what: &[&str]) -> anyhow::Result<()> {
        let (verb, rest) = what.split_first().context("nothing to do")?;
        let mut command = self.command("tc");
        run(command.args(["qdisc", verb, "dev", &self.device, "root"]).args(rest))
            .with_context(|| self.host.clone())
    }

    fn address(&self, other: Ipv4Addr) -> anyhow::Result<()> {
        let (own, other) = (self.address.to_string(), other.to_string());
        self.ip(&["addr", "add", &own, "peer", &other, "dev", &self.device])
    }
}

/// Names and addresses that no other link of this process has.
fn ends(a: &Host, b: &Host, kind: &str) -> [End; 2] {
    static NUMBER: AtomicU8 = AtomicU8::new(1);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    [a, b].map(|host| End {
        anchor: host.anchor(),
        host: host.name().into(),
        device: format!("{kind}{number}h{}", host.number()),
        address: Ipv4Addr::new(10, 77, number, host.number()),
    })
}

/// As many packets as wait for the emulator at most: what a machine with more to do sends while the
/// emulator does not run is not to be lost.
const PACKETS: &str = "8192";

/// The column of `/proc/net/dev`, after the name.
const SENT: usize = 8;
