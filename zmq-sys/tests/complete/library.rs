//! Which library was built, and how.

use std::path::Path;

use crate::must_be_complete;
use crate::proc;
use crate::support::zmq::*;

#[test]
fn version_and_capabilities() {
    let found = [c"curve", c"ipc", c"tipc", c"pgm", c"norm", c"draft", c"WS"].map(has);
    println!("libzmq {:?}: curve ipc tipc pgm norm draft WS: {found:?}", version());
    if !must_be_complete() {
        println!("skipped: a distribution may build what it likes");
        return;
    }
    assert_eq!(version(), (4, 3, 5));
    // With musl the kernel's headers may be elsewhere, or nowhere.
    let tipc = if cfg!(target_env = "gnu") {
        Path::new("/usr/include/linux/tipc.h").exists()
    } else {
        found[2]
    };
    let (pgm, norm) = (cfg!(feature = "vendored-pgm"), cfg!(feature = "vendored-norm"));
    assert_eq!(found, [true, true, tipc, pgm, norm, cfg!(feature = "draft"), true]);
    // Their parts of libzmq are not compiled.
    assert_eq!([c"WSS", c"gssapi", c"vmci"].map(has), [false; 3]);
}

/// In a debug build too: the compiler puts a function this small, which a
/// header defines, into its callers, and only an unoptimised library has it.
#[cfg(target_pointer_width = "64")]
#[test]
fn optimised() {
    let names = proc::symbols();
    if !names.contains("_ZN3zmq5ctx_t9terminateEv") {
        assert!(
            !must_be_complete(),
            "libzmq is not linked into this program, or without its names"
        );
        println!("skipped: libzmq is not linked into this program");
        return;
    }
    for name in ["_ZN3zmq10put_uint64EPhm", "_ZN3zmq10get_uint32EPKh"] {
        assert!(
            !names.contains(name),
            "libzmq was compiled without optimisation: it has {name}"
        );
    }
}
