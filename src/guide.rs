//! The guide: pages on what concerns more than one type.
//!
//! | you want to | page |
//! |---|---|
//! | choose sockets, with a program for each pattern | [`patterns`] |
//! | find out why something does not work, or what an error number means | [`faq`] |
//! | use several threads | [`threads`] |
//! | end a program, and finish its work before | [`stopping`], [`linger`] |
//! | use tokio, another executor, or an event loop | [`async_sockets`] |
//! | know what an endpoint may be | [`transports`] |
//! | encrypt, and decide who may connect | [`security`] |
//! | see what the crate logs | [`logging`] |
//! | link libzmq, ship a program, avoid a second copy | [`linking`], [`vendored`], [`platforms`] |
//! | mix Rust and C | [`c_interop`] |
//! | port a program | [`from_go`], [`from_rust_zmq`] |
//! | know the faults of libzmq: which are prevented, which remain | [`guards`] |
//! | know what calls cost | [`performance`] |
//!
//! The pages are those of the folder `docs/` in the repository. ZeroMQ itself is explained by the
//! [ZeroMQ Guide](https://zguide.zeromq.org/), its patterns and protocol by the [RFCs](https://rfc.zeromq.org/), and each call of C
//! by [libzmq's manual](https://libzmq.readthedocs.io/en/latest/).

#![allow(
    rustdoc::redundant_explicit_links,
    reason = "the labels of references are shared by all pages"
)]

/// What the references of the pages lead to here. The definitions at the end of a page are for its reader in the repository:
/// the first one counts.
macro_rules! references {
    () => {
        "\n\n\
        [async.md]: crate::guide::async_sockets\n\
        [c-interop.md]: crate::guide::c_interop\n\
        [faq.md]: crate::guide::faq\n\
        [from-go.md]: crate::guide::from_go\n\
        [from-rust-zmq.md]: crate::guide::from_rust_zmq\n\
        [guards.md]: crate::guide::guards\n\
        [guards.md#contexts-sockets-threads]: crate::guide::guards#contexts-sockets-threads\n\
        [guards.md#monitors]: crate::guide::guards#monitors\n\
        [linger.md]: crate::guide::linger\n\
        [linking.md]: crate::guide::linking\n\
        [logging.md]: crate::guide::logging\n\
        [patterns.md]: crate::guide::patterns\n\
        [performance.md]: crate::guide::performance\n\
        [platforms.md]: crate::guide::platforms\n\
        [security.md]: crate::guide::security\n\
        [stopping.md]: crate::guide::stopping\n\
        [threads.md]: crate::guide::threads\n\
        [transports.md]: crate::guide::transports\n\
        [transports.md#tcp]: crate::guide::transports#tcp\n\
        [vendored.md]: crate::guide::vendored\n\
        [`Context::global`]: crate::Context::global\n\
        [`Context::new`]: crate::Context::new\n\
        [`Message`]: crate::Message\n\
        [`Socket::bind`]: crate::Socket::bind\n\
        [`Socket::connect`]: crate::Socket::connect\n\
        [`Socket::disconnect`]: crate::Socket::disconnect\n\
        [`Socket::last_endpoint`]: crate::Socket::last_endpoint\n\
        [`Socket::monitor`]: crate::Socket::monitor\n\
        [`Socket::set_heartbeat_ivl`]: crate::Socket::set_heartbeat_ivl\n\
        [`Socket::subscribe`]: crate::Socket::subscribe\n\
        [`Socket::unbind`]: crate::Socket::unbind\n\
        [`SocketType`]: crate::SocketType\n\
        [`has`]: crate::has\n\
        [`version`]: crate::version\n\n"
    };
}

macro_rules! pages {
    ($($(#[$attribute:meta])* $name:ident = $file:literal;)*) => {
        $(
            $(#[$attribute])*
            #[doc = references!()]
            #[doc = include_str!(concat!("../docs/", $file))]
            pub mod $name {}
        )*
    };
}

pages! {
    /// Sockets in tokio, other executors and event loops.
    // Its programs are run where they compile.
    #[cfg(any(not(doctest), feature = "tokio"))]
    async_sockets = "async.md";
    /// Rust and C in one program: contexts, sockets and messages that cross.
    c_interop = "c-interop.md";
    /// Questions, symptoms, and what error numbers mean.
    faq = "faq.md";
    /// Names of Go's package pebbe/zmq4, and their counterparts here.
    from_go = "from-go.md";
    /// Names of the crate `zmq`, and their counterparts here.
    from_rust_zmq = "from-rust-zmq.md";
    /// Faults of libzmq: those that are prevented, with their tests, and those that remain.
    guards = "guards.md";
    /// What happens to unsent messages when a socket or a program ends.
    linger = "linger.md";
    /// Which libzmq is linked, features, and a second copy of libzmq.
    linking = "linking.md";
    /// Targets and levels of what the crate logs.
    logging = "logging.md";
    /// Which socket to use when, with a program for each pattern.
    patterns = "patterns.md";
    /// What calls cost, how it was measured, and what follows from it.
    performance = "performance.md";
    /// Systems, processors, compilers and versions of libzmq that were tested.
    platforms = "platforms.md";
    /// Mechanisms, authentication, keys: what is protected, and what is not.
    security = "security.md";
    /// Ending a program, and finishing its work before.
    stopping = "stopping.md";
    /// Which types may be shared, and how threads communicate.
    threads = "threads.md";
    /// What endpoints may be, and what each transport needs.
    transports = "transports.md";
    /// The libzmq that the feature `vendored` compiles: speed and repairs.
    vendored = "vendored.md";
}
