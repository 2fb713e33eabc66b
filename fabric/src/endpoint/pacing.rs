//! Sending by short ways as fast as they take it.
//!
//! Where the kernel controls congestion by bbr, it estimates what a way carries from what was sent lately, and
//! sends no faster: timers hold back what could go. On a way of some microseconds the estimate is wrong by chance
//! for seconds, and 1 MiB takes up to three times as long. Once bbr has had a connection, the timers stay, whatever
//! follows it. So where bbr is the kernel's choice, connections begin with reno, and get bbr where the way turns
//! out not to be short, cubic where it does: before anything is sent. What a route says (`ip route … congctl`)
//! holds: a connection that began with something else is left as it is.

use std::net::TcpStream;
use std::os::fd::AsRawFd;
use std::time::Duration;

use socket2::{SockRef, Socket};

/// Whether connections to a port began without the bbr that the kernel has for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pacing {
    left_aside: bool,
}

impl Pacing {
    /// Has the connections to a port begin without bbr, if they would with it.
    pub(super) fn leave_aside(port: &Socket) -> Self {
        let control = port.tcp_congestion();
        let is_bbr = control.is_ok_and(|name| name.split(|&byte| byte == 0).next() == Some(BBR));
        Self { left_aside: is_bbr && port.set_tcp_congestion(RENO).is_ok() }
    }

    /// Decides for a connection that was accepted just now.
    pub(super) fn begin(self, socket: &TcpStream) {
        let control = SockRef::from(socket).tcp_congestion();
        if self.left_aside && control.is_ok_and(|name| name.starts_with(RENO)) {
            Self::suit(socket, shortest_trip(socket));
        }
    }

    fn suit(socket: &TcpStream, trip: Option<Duration>) {
        let suits = if trip.is_some_and(|trip| trip < SHORT) { CUBIC } else { BBR };
        // Not every process may use each that there is.
        if let Err(error) = SockRef::from(socket).set_tcp_congestion(suits) {
            tracing::debug!(%error, "a connection goes on with reno");
        }
    }
}

/// Whether a connection goes on as fast where packets are lost, having been told how fast by something else.
pub(super) fn is_steady(socket: &TcpStream) -> bool {
    SockRef::from(socket).tcp_congestion().is_ok_and(|name| name.starts_with(BBR))
}

/// The shortest round trip of a connection so far; that of its opening is one.
#[allow(unsafe_code)] // a call to the system that the libraries leave out
fn shortest_trip(socket: &TcpStream) -> Option<Duration> {
    let mut info = [0_u32; MIN_RTT + 1];
    let mut len = size_of_val(&info) as libc::socklen_t;
    // SAFETY: the descriptor is open as long as it is borrowed. The kernel writes at most `len` bytes to `info`, which
    // has as many and may have any value, and then to `len`, how many they were.
    let status = unsafe {
        let (option, value) = (libc::TCP_INFO, info.as_mut_ptr().cast());
        libc::getsockopt(socket.as_raw_fd(), libc::IPPROTO_TCP, option, value, &mut len)
    };
    let is_told = status == 0 && len as usize == size_of_val(&info);
    is_told.then(|| Duration::from_micros(info[MIN_RTT].into()))
}

const BBR: &[u8] = b"bbr";
const CUBIC: &[u8] = b"cubic";
/// Every kernel has it.
const RENO: &[u8] = b"reno";
/// A way with a shorter round trip is short.
const SHORT: Duration = Duration::from_millis(1);
/// Which word of the kernel's `struct tcp_info` has the shortest round trip, in microseconds; of one that is
/// not known yet, more than an hour.
const MIN_RTT: usize = 37;

#[cfg(test)]
mod tests {
    use super::*;
    use socket2::{Domain, Type};

    fn port() -> (Socket, socket2::SockAddr) {
        let port = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        port.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
        port.listen(8).unwrap();
        let address = port.local_addr().unwrap();
        (port, address)
    }

    fn accepted(port: &(Socket, socket2::SockAddr)) -> (Socket, TcpStream) {
        let near = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        near.connect(&port.1).unwrap();
        (near, port.0.accept().unwrap().0.into())
    }

    fn is(socket: &TcpStream, name: &[u8]) -> bool {
        SockRef::from(socket).tcp_congestion().unwrap().starts_with(name)
    }

    #[test]
    fn a_round_trip_is_known_of_what_was_just_accepted() {
        let port = port();
        let (_near, socket) = accepted(&port);
        let trip = shortest_trip(&socket).unwrap();
        assert!(trip < Duration::from_secs(60), "{trip:?}");
    }

    #[test]
    fn bbr_is_for_long_ways_only() {
        let port = port();
        // Not every kernel has it, or has it for everybody: then it is in nobody's place.
        let has_bbr = port.0.set_tcp_congestion(BBR).is_ok();
        let pacing = Pacing::leave_aside(&port.0);
        assert_eq!(pacing, Pacing { left_aside: has_bbr });
        let (_near, socket) = accepted(&port);
        assert!(!is(&socket, BBR));
        Pacing::suit(&socket, Some(SHORT / 2));
        assert!(!is(&socket, BBR) && !is_steady(&socket));
        for trip in [Some(SHORT), None] {
            let (_near, socket) = accepted(&port);
            Pacing::suit(&socket, trip);
            assert_eq!(is(&socket, BBR), has_bbr);
            assert_eq!(is_steady(&socket), has_bbr);
        }
    }

    #[test]
    fn what_is_not_bbr_stays() {
        let port = port();
        port.0.set_tcp_congestion(RENO).unwrap();
        let pacing = Pacing::leave_aside(&port.0);
        let (_near, socket) = accepted(&port);
        pacing.begin(&socket);
        assert!(is(&socket, RENO));

        // As if a route had said so.
        let (_near, socket) = accepted(&port);
        if SockRef::from(&socket).set_tcp_congestion(CUBIC).is_ok() {
            Pacing { left_aside: true }.begin(&socket);
            assert!(is(&socket, CUBIC));
        }
    }
}
