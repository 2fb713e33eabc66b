//! The process whose memory is read: that it still is the one that exposed it.
//!
//! A pid names a process only as long as it lives: then it may name another. After an `exec` the
//! same process has other memory under the same addresses, while its locks are still being let go
//! of. So the memory itself is asked: each process has a *witness*, a random word at an address of
//! its own, which goes with its memory and which the kernel wipes in forked children. Who reads the
//! right word from a pid *after* the last byte has read that process's bytes.

use std::io;

use crate::arena::custody::Custody;
use crate::arena::map::ArenaMap;
use crate::error::{Error, Result};
use crate::layout::Exposure;
use crate::node::NodeInner;
use crate::sys::attach;
use crate::sys::process::{Identity, pid_namespace};

/// See the [module](self).
pub(super) struct Lender<'a> {
    node: &'a NodeInner,
    arena: &'a ArenaMap,
    identity: Identity,
    exposure: Exposure,
}

impl<'a> Lender<'a> {
    /// The arena's owner.
    pub(super) fn new(
        node: &'a NodeInner,
        arena: &'a ArenaMap,
        exposure: Exposure,
    ) -> Result<Self> {
        Ok(Self { node, arena, identity: arena.owner()?, exposure })
    }

    pub(super) fn pid(&self) -> u32 {
        self.identity.pid
    }

    /// Whether what was read from the pid until now was the lender's.
    ///
    /// # Errors
    /// [`Error::Evicted`] if the lender has ended, for its objects have too; [`Error::Attach`] if it
    /// cannot be read.
    pub(super) fn check(&self) -> Result<()> {
        let mut found = [0; 8];
        match attach::read(self.pid(), self.exposure.witness_at, &mut found) {
            Ok(_) if u64::from_le_bytes(found) == self.exposure.witness => Ok(()),
            outcome => Err(self.why_not(outcome.err())),
        }
    }

    #[cold]
    fn why_not(&self, error: Option<io::Error>) -> Error {
        if self.identity.namespace != pid_namespace() {
            let source = error.unwrap_or_else(|| io::Error::from_raw_os_error(libc::ESRCH));
            return Error::Attach { pid: self.pid(), advice: OTHER_NAMESPACE.into(), source };
        }
        match error {
            Some(error) if error.raw_os_error() != Some(libc::EFAULT) && !self.has_ended() => {
                Error::attach(self.pid(), error)
            }
            // Another process, or another program, has the pid.
            _ => self.node.clean_if_dead(self.arena.id).err().unwrap_or(Error::Evicted),
        }
    }

    /// Whether the lender has certainly ended, which a zombie is told by the lock that it lost.
    fn has_ended(&self) -> bool {
        self.identity.has_ended()
            || Custody::is_held(&self.arena.directory, self.arena.id).is_ok_and(|held| !held)
    }
}

impl Error {
    /// Attaching to this process failed: what to change depends on why.
    pub(crate) fn attach(pid: u32, source: io::Error) -> Self {
        let advice = match source.raw_os_error() {
            Some(libc::ENOSYS) => NO_CALL.into(),
            Some(libc::ESRCH) => NO_MAIN_THREAD.into(),
            Some(libc::EPERM) => forbidden(attach::yama()),
            _ => "That is not expected of this call".into(),
        };
        Error::Attach { pid, advice, source }
    }
}

/// What to change where attaching is not allowed.
fn forbidden(yama: Option<u32>) -> String {
    match yama {
        None | Some(0) => FORBIDDEN.into(),
        Some(1) => DESCENDANTS_ONLY.into(),
        Some(scope) => format!("kernel.yama.ptrace_scope is {scope}: {ADMINISTRATOR_ONLY}"),
    }
}

const OTHER_NAMESPACE: &str = "It is in another pid namespace: run both in one container, or in \
     containers that share it (--pid=container:NAME, shareProcessNamespace)";
const NO_CALL: &str = "The kernel is built without process_vm_readv, or the container's seccomp \
     profile hides it: allow the call";
const NO_MAIN_THREAD: &str = "Its main thread has ended while others run on: let it wait for them";
const FORBIDDEN: &str = "Run both processes as one user and in one user namespace, let a \
     container's seccomp profile allow process_vm_readv (--cap-add=SYS_PTRACE does), and leave the \
     producer dumpable (prctl PR_SET_DUMPABLE)";
const DESCENDANTS_ONLY: &str = "kernel.yama.ptrace_scope is 1, which lets only ancestors attach: \
     let the producer allow it (allow_attach), set the value to 0, or give readers CAP_SYS_PTRACE \
     (--cap-add=SYS_PTRACE)";
const ADMINISTRATOR_ONLY: &str = "at 2 readers need CAP_SYS_PTRACE (--cap-add=SYS_PTRACE), at 3 \
     nobody may attach until the machine restarts";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arena::ArenaOptions;
    use crate::arena::tests::Place;
    use crate::sys::fork::Token;

    /// As if the owner had died, and its pid were now this process's.
    #[test]
    fn a_pid_that_is_used_again_is_not_the_lender() {
        let place = Place::new();
        let node = place.node();
        let arena = node.create_arena(&ArenaOptions::default()).expect("room");
        let map = node.inner().arena(arena.id()).expect("it is there");
        let (witness_at, witness) = Token::witness();
        let own = Exposure { address: 0, witness_at, witness };
        let check = |exposure| Lender::new(node.inner(), &map, exposure)?.check();
        check(own).expect("it is this process");
        for other in [
            Exposure { witness: witness ^ 1 << 40, ..own },
            Exposure { witness_at: witness_at + 8, ..own },
            Exposure { witness_at: 8, ..own },
        ] {
            assert!(matches!(check(other), Err(Error::Evicted)), "{other:?}");
        }

        let owner = &map.header().expect("mapped").owner;
        owner.namespace.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let elsewhere = check(Exposure { witness: 1, ..own }).expect_err("another namespace");
        assert!(elsewhere.to_string().contains("pid namespace"), "{elsewhere}");
    }

    #[test]
    fn each_setting_of_yama_has_its_advice() {
        assert!(forbidden(None).contains("one user"));
        assert!(forbidden(Some(0)).contains("one user"));
        assert!(forbidden(Some(1)).contains("allow_attach"));
        assert!(forbidden(Some(2)).contains("scope is 2: at 2 readers need CAP_SYS_PTRACE"));
        assert!(forbidden(Some(3)).contains("scope is 3"));
    }
}
