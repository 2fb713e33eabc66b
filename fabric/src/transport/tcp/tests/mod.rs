//! Against real endpoints, in processes of their own, and against origins that play by no rules.

mod contact;
mod hostile;
mod relay;
mod rig;

use rig::TcpRig;

crate::transport::conformance::suite!(TcpRig);
