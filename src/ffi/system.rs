//! Queries of the operating system that show whether a call into libzmq would abort.

use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::ptr;
use std::sync::Mutex;

use super::errno::Errno;

/// PGM's number among the IP protocols (RFC 3208).
const IPPROTO_PGM: libc::c_int = 113;

/// Whether this process may open a raw socket, without which `pgm://` aborts.
pub(crate) fn raw_socket_allowed() -> bool {
    // SAFETY: takes integers only.
    let fd = unsafe { libc::socket(libc::AF_INET, libc::SOCK_RAW, IPPROTO_PGM) };
    closed(fd).is_ok()
}

/// Whether the kernel makes sockets for `tipc://`; asking loads the module where the system lets it.
#[cfg(target_os = "linux")]
pub(crate) fn has_tipc() -> bool {
    // SAFETY: takes integers only.
    let fd = unsafe { libc::socket(libc::AF_TIPC, libc::SOCK_STREAM, 0) };
    // Only this number says so: a process without descriptors gets another.
    closed(fd) != Err(Errno::EAFNOSUPPORT)
}

/// Closes the socket of a trial; the error number where there is none.
fn closed(fd: c_int) -> Result<(), Errno> {
    if fd < 0 {
        let error = std::io::Error::last_os_error();
        return Err(Errno::new(error.raw_os_error().unwrap_or_default()));
    }
    // SAFETY: the descriptor was just made and has no other owner.
    drop(unsafe { OwnedFd::from_raw_fd(fd) });
    Ok(())
}

/// Whether the descriptor is a stream socket that accepts connections.
pub(crate) fn listens(fd: &OwnedFd) -> bool {
    socket_option(fd, libc::SO_TYPE) == Some(libc::SOCK_STREAM) && socket_option(fd, libc::SO_ACCEPTCONN) == Some(1)
}

/// Whether the socket is local (`AF_UNIX`), or of the internet; `None` for others.
pub(crate) fn is_local(fd: &OwnedFd) -> Option<bool> {
    // SAFETY: all zero is a value of this plain struct.
    let mut address: libc::sockaddr_storage = unsafe { MaybeUninit::zeroed().assume_init() };
    let mut len = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
    // SAFETY: the address is live and `len` bytes long.
    let rc = unsafe { libc::getsockname(fd.as_raw_fd(), (&raw mut address).cast(), &mut len) };
    if rc != 0 {
        return None;
    }
    match c_int::from(address.ss_family) {
        libc::AF_UNIX => Some(true),
        libc::AF_INET | libc::AF_INET6 => Some(false),
        _ => None,
    }
}

fn socket_option(fd: &OwnedFd, option: c_int) -> Option<c_int> {
    let mut value: c_int = 0;
    let mut len = size_of::<c_int>() as libc::socklen_t;
    let into = (&raw mut value).cast();
    // SAFETY: the value is live and `len` bytes long.
    let rc = unsafe { libc::getsockopt(fd.as_raw_fd(), libc::SOL_SOCKET, option, into, &mut len) };
    (rc == 0).then_some(value)
}

/// How many descriptors the process may have (`RLIMIT_NOFILE`).
pub(crate) fn descriptor_limit() -> Option<usize> {
    let mut limit = MaybeUninit::<libc::rlimit>::uninit();
    // SAFETY: the limit is live, and written to where the call succeeds.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, limit.as_mut_ptr()) } != 0 {
        return None;
    }
    // SAFETY: the call succeeded.
    let limit = unsafe { limit.assume_init() };
    // One without limit is greater than any that the system has room for.
    usize::try_from(limit.rlim_cur).ok()
}

/// The processors that this process may run on.
#[cfg(target_os = "linux")]
pub(crate) fn cpus() -> Vec<u32> {
    // SAFETY: all zero is the empty set.
    let mut set: libc::cpu_set_t = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: the set is live and as long as said.
    if unsafe { libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &mut set) } != 0 {
        return Vec::new();
    }
    // SAFETY: the number is within what the set holds.
    let is_in = |cpu: &u32| unsafe { libc::CPU_ISSET(*cpu as usize, &set) };
    (0..libc::CPU_SETSIZE.unsigned_abs()).filter(is_in).collect()
}

/// The least and the highest priority of a policy, or `None` where the system does not have it.
pub(crate) fn priorities(policy: c_int) -> Option<(c_int, c_int)> {
    // SAFETY: takes an integer only.
    let least = unsafe { libc::sched_get_priority_min(policy) };
    // SAFETY: takes an integer only.
    let most = unsafe { libc::sched_get_priority_max(policy) };
    (least != -1 && most != -1).then_some((least, most))
}

/// Starts `count` threads as libzmq does, all at once, and ends them; returns the error number if one cannot start.
pub(crate) fn try_threads(count: usize) -> Result<(), Errno> {
    /// Collects the kernel's ids of the threads, and holds them until all have started.
    struct Gate {
        shut: Mutex<()>,
        #[cfg(target_os = "linux")]
        threads: Mutex<Vec<libc::c_long>>,
    }

    extern "C" fn pass(gate: *mut c_void) -> *mut c_void {
        // SAFETY: the gate outlives the thread, which is joined.
        let gate = unsafe { &*gate.cast_const().cast::<Gate>() };
        #[cfg(target_os = "linux")]
        if let Ok(mut threads) = gate.threads.lock() {
            // SAFETY: has no precondition.
            threads.push(unsafe { libc::syscall(libc::SYS_gettid) });
        }
        drop(gate.shut.lock());
        ptr::null_mut()
    }

    let gate = Gate {
        shut: Mutex::new(()),
        #[cfg(target_os = "linux")]
        threads: Mutex::new(Vec::with_capacity(count)),
    };
    let shut = gate.shut.lock();
    let (mut started, mut done) = (Vec::with_capacity(count), Ok(()));
    while started.len() < count && done.is_ok() {
        let mut thread = MaybeUninit::uninit();
        let argument = (&raw const gate).cast_mut().cast();
        // SAFETY: the place is live; the gate outlives the thread, which is joined.
        done = succeeded(unsafe { libc::pthread_create(thread.as_mut_ptr(), ptr::null(), pass, argument) });
        if done.is_ok() {
            // SAFETY: the call that succeeded wrote it.
            started.push(unsafe { thread.assume_init() });
        }
    }
    drop(shut);
    for thread in started {
        // SAFETY: it was started above, and is joined once.
        unsafe { libc::pthread_join(thread, ptr::null_mut()) };
    }
    #[cfg(target_os = "linux")]
    for thread in gate.threads.into_inner().unwrap_or_default() {
        await_end(thread);
    }
    done
}

/// The kernel counts a joined thread until it has left the table of threads, a moment later.
#[cfg(target_os = "linux")]
fn await_end(thread: libc::c_long) {
    // SAFETY: has no precondition.
    let process = libc::c_long::from(unsafe { libc::getpid() });
    for _ in 0..1000 {
        // SAFETY: takes integers only; signal 0 is none.
        if unsafe { libc::syscall(libc::SYS_tgkill, process, thread, 0) } != 0 {
            return;
        }
        std::thread::yield_now();
    }
}

/// Schedules a new thread as libzmq schedules each of its threads. With `lowers_nice` it lowers the nice value, too, unless
/// the policy is a real-time one.
pub(crate) fn try_scheduling(policy: Option<c_int>, priority: Option<c_int>, lowers_nice: bool) -> Result<(), Errno> {
    let thread = std::thread::Builder::new().spawn(move || schedule(policy, priority, lowers_nice));
    let thread = thread.map_err(|_| Errno::EAGAIN)?;
    thread.join().unwrap_or(Err(Errno::EAGAIN))
}

fn schedule(policy: Option<c_int>, priority: Option<c_int>, lowers_nice: bool) -> Result<(), Errno> {
    let mut present = 0;
    // SAFETY: all zero is a value of this plain struct.
    let mut param: libc::sched_param = unsafe { MaybeUninit::zeroed().assume_init() };
    // SAFETY: has no precondition.
    let me = unsafe { libc::pthread_self() };
    // SAFETY: the thread is this one, and both places are live.
    succeeded(unsafe { libc::pthread_getschedparam(me, &mut present, &mut param) })?;
    let policy = policy.unwrap_or(present);
    let real_time = policy == libc::SCHED_FIFO || policy == libc::SCHED_RR;
    if !real_time {
        param.sched_priority = 0;
    } else if let Some(priority) = priority {
        param.sched_priority = priority;
    }
    // SAFETY: the thread is this one, and the parameters are live.
    succeeded(unsafe { libc::pthread_setschedparam(me, policy, &param) })?;
    if !real_time && lowers_nice {
        return try_nice_value();
    }
    Ok(())
}

/// On Linux a nice value is a thread's own.
#[cfg(target_os = "linux")]
fn try_nice_value() -> Result<(), Errno> {
    // SAFETY: takes an integer only. -1 is a nice value as well, and libzmq takes that for a failure too.
    match unsafe { libc::nice(-20) } {
        -1 => Err(Errno::EPERM),
        _ => Ok(()),
    }
}

/// Elsewhere it is the whole process's, which must not change for a trial.
#[cfg(not(target_os = "linux"))]
fn try_nice_value() -> Result<(), Errno> {
    Err(Errno::ENOTSUP)
}

/// The functions of threads return the error number itself.
fn succeeded(errno: c_int) -> Result<(), Errno> {
    if errno == 0 { Ok(()) } else { Err(Errno::new(errno)) }
}
