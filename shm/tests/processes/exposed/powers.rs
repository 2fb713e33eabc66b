//! What a process may do, and what it gives up.

/// Gives up what the words say, or becomes another program.
pub(super) fn change(words: &[&str]) {
    match *words {
        // SAFETY: sets a property of this process.
        ["undumpable"] => assert_eq!(unsafe { libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0) }, 0),
        ["powerless"] => give_up_capabilities(),
        ["nobody"] => {
            // SAFETY: changes this process's user; touches no memory.
            assert_eq!(unsafe { libc::setresuid(NOBODY, NOBODY, NOBODY) }, 0);
        }
        ["forbid", errno] => forbid_attach(errno.parse().expect("a number")),
        ["exec"] => {
            use std::os::unix::process::CommandExt;
            println!("ok");
            let error = std::process::Command::new("/bin/sleep").arg("1000").exec();
            panic!("{error}");
        }
        ref other => panic!("a puppet does not know how to {other:?}"),
    }
}

const NOBODY: libc::uid_t = 65534;

fn give_up_capabilities() {
    // The kernel's header (version 3, this thread) and two sets of effective, permitted, inheritable.
    let (header, none) = ([0x2008_0522_u32, 0], [0_u32; 6]);
    // SAFETY: both are as long as the call reads.
    let done = unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr()) };
    assert_eq!(done, 0);
}

/// Lets `process_vm_readv` fail in this process, as a container's seccomp profile does.
fn forbid_attach(errno: u32) {
    let load_call = libc::sock_filter { code: 0x20, jt: 0, jf: 0, k: 0 };
    let is_it =
        libc::sock_filter { code: 0x15, jt: 0, jf: 1, k: libc::SYS_process_vm_readv as u32 };
    let fail = libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: libc::SECCOMP_RET_ERRNO | errno };
    let allow = libc::sock_filter { code: 0x06, jt: 0, jf: 0, k: libc::SECCOMP_RET_ALLOW };
    let mut program = [load_call, is_it, fail, allow];
    let filter = libc::sock_fprog { len: program.len() as u16, filter: program.as_mut_ptr() };
    // SAFETY: the program is as long as is said, and outlives the calls.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &filter), 0);
    }
}

/// Goes on as the first process of a pid namespace of its own.
pub(crate) fn enter_pid_namespace() {
    // SAFETY: takes effect on children; touches no memory.
    assert_eq!(unsafe { libc::unshare(libc::CLONE_NEWPID) }, 0);
    // SAFETY: this process has no other thread yet.
    match unsafe { libc::fork() } {
        // SAFETY: asks for a signal.
        0 => unsafe { assert_eq!(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL), 0) },
        child => {
            let mut status = 0;
            // SAFETY: waits for the child above, and ends.
            unsafe {
                libc::waitpid(child, &mut status, 0);
                libc::_exit(libc::WEXITSTATUS(status));
            }
        }
    }
}
