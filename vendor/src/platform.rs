//! What the target's system offers libzmq: the macros that its own configure
//! would find. A pure function of the target, so that cross-compiling is right.
//! Headers of the target are asked by [`Probe`]s.

/// The target, in cargo's words (`CARGO_CFG_TARGET_*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) os: String,
    pub(crate) env: String,
    pub(crate) arch: String,
    pub(crate) vendor: String,
}

/// A macro and its value.
pub(crate) type Macro = (&'static str, &'static str);

/// What to pass to the compiler.
#[derive(Debug, Default)]
pub(crate) struct Platform {
    /// Macros to define.
    pub(crate) define: Vec<Macro>,
    /// Whether epoll comes from wepoll, which lies beside libzmq.
    pub(crate) wepoll: bool,
    /// Whether libzmq's `ipc://` includes headers of POSIX that the target
    /// does not have, and what is in them comes from Windows' own.
    pub(crate) posix_headers: bool,
    /// What depends on the headers that are installed for the target.
    pub(crate) probes: &'static [Probe],
}

/// C++ that compiles where a header of the target declares something, and what
/// to pass when it does.
#[derive(Debug)]
pub(crate) struct Probe {
    pub(crate) source: &'static str,
    pub(crate) define: &'static [Macro],
    /// A header that libzmq forgets to include, to be included first.
    pub(crate) include: Option<&'static str>,
}

/// Wherever a C++11 compiler is.
const EVERYWHERE: &[Macro] = &[
    ("ZMQ_HAVE_NOEXCEPT", "1"),
    // The default trie recurses once a byte: a long topic overflows the stack.
    ("ZMQ_USE_RADIX_TREE", "1"),
    ("ZMQ_USE_CV_IMPL_STL11", "1"),
    ("ZMQ_POLL_BASED_ON_POLL", "1"),
    ("ZMQ_HAVE_STRUCT_SOCKADDR_UN", "1"),
    // ws://, and the SHA-1 of its handshake.
    ("ZMQ_HAVE_WS", "1"),
    ("ZMQ_USE_BUILTIN_SHA1", "1"),
    ("ZMQ_STATIC", "1"),
];

const UNIX: &[Macro] = &[
    ("HAVE_CLOCK_GETTIME", "1"),
    ("HAVE_FORK", "1"),
    ("HAVE_STRNLEN", "1"),
    ("ZMQ_HAVE_UIO", "1"),
    ("ZMQ_HAVE_IPC", "1"),
    ("HAVE_MKDTEMP", "1"),
    ("HAVE_POSIX_MEMALIGN", "1"),
    ("HAVE_IF_NAMETOINDEX", "1"),
    ("ZMQ_HAVE_IFADDRS", "1"),
    ("ZMQ_HAVE_SO_KEEPALIVE", "1"),
    ("ZMQ_HAVE_TCP_KEEPCNT", "1"),
    ("ZMQ_HAVE_TCP_KEEPINTVL", "1"),
    // Means pselect(), which is what zmq_ppoll() calls.
    ("ZMQ_HAVE_PPOLL", "1"),
];

const LINUX: &[Macro] = &[
    ("ZMQ_HAVE_LINUX", "1"),
    ("ZMQ_IOTHREAD_POLLER_USE_EPOLL", "1"),
    ("ZMQ_IOTHREAD_POLLER_USE_EPOLL_CLOEXEC", "1"),
    ("ZMQ_HAVE_EVENTFD", "1"),
    ("ZMQ_HAVE_EVENTFD_CLOEXEC", "1"),
    ("ZMQ_HAVE_SOCK_CLOEXEC", "1"),
    ("HAVE_ACCEPT4", "1"),
    ("ZMQ_HAVE_TCP_KEEPIDLE", "1"),
    ("ZMQ_HAVE_SO_PEERCRED", "1"),
    ("ZMQ_HAVE_SO_BINDTODEVICE", "1"),
    ("ZMQ_HAVE_SO_PRIORITY", "1"),
    ("ZMQ_HAVE_BUSY_POLL", "1"),
    ("ZMQ_HAVE_PTHREAD_SETNAME_2", "1"),
];

const APPLE: &[Macro] = &[
    ("ZMQ_HAVE_OSX", "1"),
    ("ZMQ_IOTHREAD_POLLER_USE_KQUEUE", "1"),
    // Apple's name for what others call TCP_KEEPIDLE.
    ("ZMQ_HAVE_TCP_KEEPALIVE", "1"),
    ("ZMQ_HAVE_PTHREAD_SETNAME_1", "1"),
];

const FREEBSD: &[Macro] = &[
    ("ZMQ_HAVE_FREEBSD", "1"),
    ("ZMQ_IOTHREAD_POLLER_USE_KQUEUE", "1"),
    ("ZMQ_HAVE_SOCK_CLOEXEC", "1"),
    ("HAVE_ACCEPT4", "1"),
    ("ZMQ_HAVE_TCP_KEEPIDLE", "1"),
];

// The other options of Windows need no macro.
const WINDOWS: &[Macro] = &[
    ("ZMQ_HAVE_WINDOWS", "1"),
    // Vista.
    ("_WIN32_WINNT", "0x0600"),
    ("ZMQ_IOTHREAD_POLLER_USE_EPOLL", "1"),
    ("HAVE_IF_NAMETOINDEX", "1"),
];

// libzmq has its own, which must not meet the system's (glibc has one since 2.38).
const STRLCPY: Probe = Probe {
    source: "#include <string.h>\nsize_t f(char *to, const char *from) { return strlcpy(to, from, 1); }\n",
    define: &[("ZMQ_HAVE_STRLCPY", "1")],
    include: None,
};

const STRNLEN: Probe = Probe {
    source: "#include <string.h>\nsize_t f(const char *text) { return strnlen(text, 1); }\n",
    define: &[("HAVE_STRNLEN", "1")],
    include: None,
};

// Since the SDK of Windows 10.
const AF_UNIX: Probe = Probe {
    source: "#include <winsock2.h>\n#include <afunix.h>\nSOCKET s;\nint f = AF_UNIX;\nsockaddr_un a;\n",
    define: &[("ZMQ_HAVE_IPC", "1")],
    include: None,
};

// musl comes without the kernel's headers.
const TIPC: Probe = Probe {
    source: "#include <sys/socket.h>\n#include <linux/tipc.h>\nsockaddr_tipc a;\n",
    define: &[("ZMQ_HAVE_TIPC", "1")],
    include: None,
};

const LOCAL_PEERCRED: Probe = Probe {
    source: "#include <sys/types.h>\n#include <sys/socket.h>\n#include <sys/un.h>\n\
             #include <sys/ucred.h>\nxucred c;\nint v = XUCRED_VERSION + LOCAL_PEERCRED;\n",
    define: &[("ZMQ_HAVE_LOCAL_PEERCRED", "1")],
    include: Some("sys/un.h"),
};

// Since FreeBSD 13.
const EVENTFD: Probe = Probe {
    source: "#include <sys/eventfd.h>\nint f() { return eventfd(0, EFD_CLOEXEC); }\n",
    define: &[("ZMQ_HAVE_EVENTFD", "1"), ("ZMQ_HAVE_EVENTFD_CLOEXEC", "1")],
    include: None,
};

/// What `target` offers, or `None` for a target that the recipe does not know.
pub(crate) fn platform(target: &Target) -> Option<Platform> {
    let mut found = Platform::default();
    found.define.extend(EVERYWHERE);
    match target.os.as_str() {
        "linux" => {
            found.define.extend(UNIX.iter().chain(LINUX));
            found.define.push(("ZMQ_HAVE_PTHREAD_SET_AFFINITY", "1"));
            found.probes = &[STRLCPY, TIPC];
        }
        // Bionic lacks pthread_setaffinity_np(), and getifaddrs() before API
        // level 24; with ZMQ_HAVE_ANDROID interface names do without it.
        "android" => {
            found.define.extend(UNIX.iter().chain(LINUX));
            found.define.retain(|(name, _)| *name != "ZMQ_HAVE_IFADDRS");
            found.define.push(("ZMQ_HAVE_ANDROID", "1"));
            found.probes = &[STRLCPY, TIPC];
        }
        _ if target.vendor == "apple" => {
            found.define.extend(UNIX.iter().chain(APPLE));
            // Their headers forbid fork().
            if matches!(target.os.as_str(), "tvos" | "watchos") {
                found.define.retain(|(name, _)| *name != "HAVE_FORK");
            }
            found.probes = &[STRLCPY, LOCAL_PEERCRED];
        }
        "freebsd" => {
            found.define.extend(UNIX.iter().chain(FREEBSD));
            found.probes = &[STRLCPY, LOCAL_PEERCRED, EVENTFD];
        }
        "windows" => {
            found.define.extend(WINDOWS);
            found.wepoll = true;
            found.probes = match target.vendor.as_str() {
                "uwp" => &[STRNLEN],
                _ => &[STRNLEN, AF_UNIX],
            };
            found.posix_headers = target.env == "gnu";
        }
        _ => return None,
    }
    if target.os != "windows" {
        found.define.push(("ZMQ_CACHELINE_SIZE", cache_line(target)));
    }
    Some(found)
}

fn cache_line(target: &Target) -> &'static str {
    match target.arch.as_str() {
        "aarch64" if target.vendor == "apple" => "128",
        "powerpc64" => "128",
        "s390x" => "256",
        _ => "64",
    }
}

#[cfg(test)]
mod tests {
    use super::{Platform, Target, platform};

    /// One row a target: os, env, arch, vendor; macros that must be there,
    /// with value; macros that must not.
    type Row = (
        [&'static str; 4],
        &'static [(&'static str, &'static str)],
        &'static [&'static str],
    );

    const TABLE: &[Row] = &[
        (
            ["linux", "gnu", "x86_64", "unknown"],
            &[
                ("ZMQ_HAVE_LINUX", "1"),
                ("ZMQ_IOTHREAD_POLLER_USE_EPOLL", "1"),
                ("ZMQ_IOTHREAD_POLLER_USE_EPOLL_CLOEXEC", "1"),
                ("ZMQ_POLL_BASED_ON_POLL", "1"),
                ("ZMQ_HAVE_IPC", "1"),
                ("ZMQ_HAVE_STRUCT_SOCKADDR_UN", "1"),
                ("ZMQ_HAVE_UIO", "1"),
                ("ZMQ_HAVE_WS", "1"),
                ("ZMQ_USE_BUILTIN_SHA1", "1"),
                ("ZMQ_USE_CV_IMPL_STL11", "1"),
                ("ZMQ_STATIC", "1"),
                ("HAVE_STRNLEN", "1"),
                ("ZMQ_HAVE_EVENTFD", "1"),
                ("ZMQ_HAVE_EVENTFD_CLOEXEC", "1"),
                ("ZMQ_HAVE_SOCK_CLOEXEC", "1"),
                ("HAVE_ACCEPT4", "1"),
                ("HAVE_CLOCK_GETTIME", "1"),
                ("HAVE_FORK", "1"),
                ("HAVE_MKDTEMP", "1"),
                ("HAVE_POSIX_MEMALIGN", "1"),
                ("ZMQ_CACHELINE_SIZE", "64"),
                ("HAVE_IF_NAMETOINDEX", "1"),
                ("ZMQ_HAVE_IFADDRS", "1"),
                ("ZMQ_HAVE_SO_PEERCRED", "1"),
                ("ZMQ_HAVE_SO_BINDTODEVICE", "1"),
                ("ZMQ_HAVE_SO_PRIORITY", "1"),
                ("ZMQ_HAVE_BUSY_POLL", "1"),
                ("ZMQ_HAVE_SO_KEEPALIVE", "1"),
                ("ZMQ_HAVE_TCP_KEEPCNT", "1"),
                ("ZMQ_HAVE_TCP_KEEPIDLE", "1"),
                ("ZMQ_HAVE_TCP_KEEPINTVL", "1"),
                ("ZMQ_HAVE_PTHREAD_SETNAME_2", "1"),
                ("ZMQ_HAVE_PTHREAD_SET_AFFINITY", "1"),
                ("ZMQ_HAVE_PPOLL", "1"),
                ("ZMQ_HAVE_NOEXCEPT", "1"),
                ("ZMQ_USE_RADIX_TREE", "1"),
            ],
            // TIPC is probed for.
            &["ZMQ_HAVE_TIPC", "ZMQ_HAVE_OSX", "ZMQ_HAVE_ANDROID"],
        ),
        (
            ["linux", "musl", "aarch64", "unknown"],
            &[
                ("ZMQ_HAVE_EVENTFD", "1"),
                ("HAVE_ACCEPT4", "1"),
                ("ZMQ_HAVE_PTHREAD_SET_AFFINITY", "1"),
                ("ZMQ_CACHELINE_SIZE", "64"),
                ("ZMQ_USE_RADIX_TREE", "1"),
            ],
            &["ZMQ_HAVE_TIPC"],
        ),
        (
            ["linux", "gnu", "powerpc64", "unknown"],
            &[("ZMQ_CACHELINE_SIZE", "128"), ("HAVE_POSIX_MEMALIGN", "1")],
            &[],
        ),
        (
            ["linux", "gnu", "s390x", "unknown"],
            &[("ZMQ_CACHELINE_SIZE", "256")],
            &[],
        ),
        (
            ["android", "", "aarch64", "unknown"],
            &[
                ("ZMQ_HAVE_ANDROID", "1"),
                ("ZMQ_HAVE_EVENTFD", "1"),
                ("ZMQ_HAVE_SO_PEERCRED", "1"),
                ("ZMQ_CACHELINE_SIZE", "64"),
            ],
            &["ZMQ_HAVE_PTHREAD_SET_AFFINITY", "ZMQ_HAVE_IFADDRS"],
        ),
        (
            ["macos", "", "aarch64", "apple"],
            &[
                ("ZMQ_HAVE_OSX", "1"),
                ("HAVE_CLOCK_GETTIME", "1"),
                ("HAVE_FORK", "1"),
                ("ZMQ_CACHELINE_SIZE", "128"),
                ("ZMQ_HAVE_TCP_KEEPALIVE", "1"),
                ("ZMQ_HAVE_TCP_KEEPCNT", "1"),
                ("ZMQ_HAVE_TCP_KEEPINTVL", "1"),
                ("ZMQ_HAVE_PTHREAD_SETNAME_1", "1"),
                ("ZMQ_HAVE_IFADDRS", "1"),
            ],
            &[
                "ZMQ_HAVE_EVENTFD",
                "ZMQ_HAVE_SOCK_CLOEXEC",
                "HAVE_ACCEPT4",
                "ZMQ_HAVE_TCP_KEEPIDLE",
                "ZMQ_HAVE_PTHREAD_SETNAME_2",
                "ZMQ_HAVE_SO_PEERCRED",
            ],
        ),
        (
            ["macos", "", "x86_64", "apple"],
            &[("ZMQ_HAVE_OSX", "1"), ("ZMQ_CACHELINE_SIZE", "64")],
            &["ZMQ_HAVE_EVENTFD"],
        ),
        (
            ["watchos", "", "aarch64", "apple"],
            &[("ZMQ_HAVE_OSX", "1")],
            &["HAVE_FORK"],
        ),
        (
            ["freebsd", "", "x86_64", "unknown"],
            &[
                ("ZMQ_HAVE_FREEBSD", "1"),
                ("HAVE_ACCEPT4", "1"),
                ("ZMQ_HAVE_SOCK_CLOEXEC", "1"),
                ("ZMQ_HAVE_TCP_KEEPIDLE", "1"),
                ("ZMQ_HAVE_IFADDRS", "1"),
            ],
            &[
                "ZMQ_HAVE_SO_BINDTODEVICE",
                "ZMQ_HAVE_PTHREAD_SETNAME_2",
                "ZMQ_HAVE_PTHREAD_SET_AFFINITY",
                "ZMQ_HAVE_OSX",
            ],
        ),
        (
            ["windows", "msvc", "x86_64", "pc"],
            &[
                ("HAVE_IF_NAMETOINDEX", "1"),
                ("ZMQ_USE_RADIX_TREE", "1"),
                ("ZMQ_HAVE_WINDOWS", "1"),
                ("_WIN32_WINNT", "0x0600"),
                ("ZMQ_POLL_BASED_ON_POLL", "1"),
            ],
            &[
                "HAVE_FORK",
                "HAVE_CLOCK_GETTIME",
                "HAVE_POSIX_MEMALIGN",
                "ZMQ_CACHELINE_SIZE",
                "ZMQ_HAVE_UIO",
            ],
        ),
        (
            ["windows", "gnu", "x86_64", "pc"],
            &[
                ("ZMQ_HAVE_WINDOWS", "1"),
                ("ZMQ_IOTHREAD_POLLER_USE_EPOLL", "1"),
                ("ZMQ_USE_RADIX_TREE", "1"),
            ],
            &["HAVE_FORK", "HAVE_POSIX_MEMALIGN", "ZMQ_HAVE_IPC"],
        ),
    ];

    fn of([os, env, arch, vendor]: [&str; 4]) -> Option<Platform> {
        platform(&Target {
            os: os.into(),
            env: env.into(),
            arch: arch.into(),
            vendor: vendor.into(),
        })
    }

    #[test]
    fn each_target_has_its_macros() {
        for (target, present, absent) in TABLE {
            let found = of(*target).unwrap_or_else(|| panic!("{target:?} is unknown"));
            for wanted in *present {
                assert!(found.define.contains(wanted), "{target:?}: {wanted:?}");
            }
            for (name, _) in &found.define {
                assert!(!absent.contains(name), "{target:?}: {name}");
                let times = found.define.iter().filter(|(n, _)| n == name).count();
                assert_eq!(times, 1, "{target:?}: {name}");
            }
        }
    }

    #[test]
    fn no_target_has_a_harmful_macro() {
        for (target, ..) in TABLE {
            for (name, _) in of(*target).into_iter().flat_map(|found| found.define) {
                assert!(
                    ![
                        "ZMQ_LIBSODIUM_RANDOMBYTES_CLOSE",
                        "ZMQ_ACT_MILITANT",
                        "ZMQ_FORCE_MUTEXES",
                    ]
                    .contains(&name),
                    "{target:?}: {name}"
                );
            }
        }
    }

    #[test]
    fn each_target_has_one_poller() {
        for (target, ..) in TABLE {
            let found = of(*target).unwrap_or_else(|| panic!("{target:?} is unknown"));
            let pollers = found
                .define
                .iter()
                .filter(|(name, _)| name.starts_with("ZMQ_IOTHREAD_POLLER_USE_") && !name.ends_with("CLOEXEC"));
            assert_eq!(pollers.count(), 1, "{target:?}");
            assert_eq!(found.wepoll, target[0] == "windows", "{target:?}");
        }
    }

    #[test]
    fn headers_are_probed_where_they_may_be_missing() {
        let probed = |target| -> Vec<&str> {
            of(target)
                .into_iter()
                .flat_map(|found| found.probes)
                .flat_map(|probe| probe.define)
                .map(|(name, _)| *name)
                .collect()
        };
        assert_eq!(
            probed(["linux", "musl", "x86_64", "unknown"]),
            ["ZMQ_HAVE_STRLCPY", "ZMQ_HAVE_TIPC"]
        );
        assert_eq!(
            probed(["macos", "", "aarch64", "apple"]),
            ["ZMQ_HAVE_STRLCPY", "ZMQ_HAVE_LOCAL_PEERCRED"]
        );
        assert!(probed(["freebsd", "", "x86_64", "unknown"]).contains(&"ZMQ_HAVE_EVENTFD"));
        for env in ["msvc", "gnu"] {
            assert_eq!(
                probed(["windows", env, "x86_64", "pc"]),
                ["HAVE_STRNLEN", "ZMQ_HAVE_IPC"]
            );
        }
        assert_eq!(probed(["windows", "msvc", "x86_64", "uwp"]), ["HAVE_STRNLEN"]);
    }

    #[test]
    fn an_unknown_system_is_no_guess() {
        assert!(of(["haiku", "", "x86_64", "unknown"]).is_none());
        assert!(of(["unknown", "", "wasm32", "unknown"]).is_none());
    }
}
