//! System calls that fail when a case wants them to, and descriptors that run out.
//!
//! The functions below stand before libc's for all of this process, libzmq
//! included, which is linked statically.

use std::ffi::{c_int, c_void};
use std::fs::File;
use std::sync::atomic::{AtomicI32, Ordering};

/// The call that fails once, with that error, when a thread of libzmq makes it.
pub(crate) struct Fault(AtomicI32);

pub(crate) static ACCEPT: Fault = Fault(AtomicI32::new(0));
pub(crate) static SEND: Fault = Fault(AtomicI32::new(0));
pub(crate) static RECV: Fault = Fault(AtomicI32::new(0));
/// What `getsockopt()` returns for `SO_ERROR`.
pub(crate) static SO_ERROR: Fault = Fault(AtomicI32::new(0));

impl Fault {
    pub(crate) fn arm(&self, errno: c_int) {
        self.0.store(errno, Ordering::SeqCst);
    }

    /// Whether the call was made.
    pub(crate) fn used(&self) -> bool {
        self.0.load(Ordering::SeqCst) == 0
    }

    /// The error, in a background thread of libzmq's.
    fn due(&self) -> Option<c_int> {
        if self.used() || !in_libzmq() {
            return None;
        }
        let errno = self.0.swap(0, Ordering::SeqCst);
        (errno != 0).then_some(errno)
    }
}

/// Whether the calling thread bears a name that libzmq gives.
fn in_libzmq() -> bool {
    let mut name = [0_u8; 16];
    // SAFETY: the kernel writes at most 16 bytes there.
    let rc = unsafe { libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr()) };
    rc == 0 && name.starts_with(b"ZMQbg")
}

fn fail(errno: c_int) {
    // SAFETY: it has no conditions.
    let place = unsafe { libc::__errno_location() };
    // SAFETY: this thread's errno, which lives as long as the thread.
    unsafe { *place = errno };
}

#[unsafe(no_mangle)]
unsafe extern "C" fn accept4(fd: c_int, address: *mut c_void, len: *mut c_void, flags: c_int) -> c_int {
    if let Some(errno) = ACCEPT.due() {
        fail(errno);
        return -1;
    }
    // SAFETY: as the caller promised to accept4().
    unsafe { libc::syscall(libc::SYS_accept4, fd, address, len, flags) as c_int }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn send(fd: c_int, data: *const c_void, len: usize, flags: c_int) -> isize {
    if let Some(errno) = SEND.due() {
        fail(errno);
        return -1;
    }
    let none: *const c_void = std::ptr::null();
    // SAFETY: as the caller promised to send().
    unsafe { libc::syscall(libc::SYS_sendto, fd, data, len, flags, none, 0) as isize }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn recv(fd: c_int, data: *mut c_void, len: usize, flags: c_int) -> isize {
    if let Some(errno) = RECV.due() {
        fail(errno);
        return -1;
    }
    let none: *const c_void = std::ptr::null();
    // SAFETY: as the caller promised to recv().
    unsafe { libc::syscall(libc::SYS_recvfrom, fd, data, len, flags, none, none) as isize }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn getsockopt(fd: c_int, level: c_int, name: c_int, value: *mut c_void, len: *mut u32) -> c_int {
    if level == libc::SOL_SOCKET && name == libc::SO_ERROR {
        if let Some(errno) = SO_ERROR.due() {
            // SAFETY: SO_ERROR is an int.
            unsafe { *value.cast::<c_int>() = errno };
            return 0;
        }
    }
    // SAFETY: as the caller promised to getsockopt().
    unsafe { libc::syscall(libc::SYS_getsockopt, fd, level, name, value, len) as c_int }
}

/// Takes all descriptors of the process but none of those that are open, until
/// what it returns is dropped. The limit stays low.
pub(crate) fn take_all_descriptors() -> Vec<File> {
    let limit = libc::rlimit {
        rlim_cur: 64,
        rlim_max: 64,
    };
    // SAFETY: the value outlives the call.
    let rc = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) };
    assert_eq!(rc, 0);
    std::iter::from_fn(|| File::open("/dev/null").ok()).collect()
}

/// How many descriptors the process has.
pub(crate) fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}
