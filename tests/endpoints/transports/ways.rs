//! The spellings of endpoints.

#[cfg(unix)]
use crate::support::ipc_name;
use crate::support::{IpcName, inproc_name};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    BindFirst,
    ConnectFirst,
}

/// One way to reach a peer.
pub(crate) struct Way {
    bind: Name,
    /// What is connected to; `PORT` stands for the port that was bound. Without it, what is read back as it is.
    connect: Option<&'static str>,
    pub(crate) order: Order,
    pub(crate) ipv6: bool,
}

enum Name {
    Fixed(&'static str),
    Inproc,
    #[cfg_attr(not(unix), expect(dead_code, reason = "no ipc without Unix"))]
    File(IpcName),
    #[cfg_attr(
        not(target_os = "linux"),
        expect(dead_code, reason = "Linux alone has abstract names")
    )]
    Abstract,
}

impl Way {
    fn new(bind: Name) -> Way {
        Way {
            bind,
            connect: None,
            order: Order::BindFirst,
            ipv6: false,
        }
    }

    fn fixed(bind: &'static str, connect: Option<&'static str>) -> Way {
        Way {
            connect,
            ..Way::new(Name::Fixed(bind))
        }
    }

    /// The endpoint to bind; names of programs' own are new each time.
    pub(crate) fn name(&self) -> String {
        match &self.bind {
            Name::Fixed(name) => (*name).to_owned(),
            Name::Inproc => inproc_name(),
            Name::File(name) => {
                // What closes in the background may still listen at the last one.
                format!("{name}{}", crate::support::unique(""))
            }
            Name::Abstract => format!("ipc://@{}", crate::support::unique("zmq4")),
        }
    }

    /// The endpoint to connect, if this one was read back.
    pub(crate) fn target(&self, last_endpoint: &str) -> String {
        let port = || last_endpoint.rsplit(':').next().unwrap().trim_end_matches('/');
        match self.connect {
            Some(form) => form.replace("PORT", port()),
            None => last_endpoint.to_owned(),
        }
    }

    pub(crate) fn is_tcp(&self) -> bool {
        matches!(self.bind, Name::Fixed(name) if name.starts_with("tcp:"))
    }
}

pub(crate) fn inproc() -> Vec<Way> {
    let connect_first = Way {
        order: Order::ConnectFirst,
        ..Way::new(Name::Inproc)
    };
    vec![Way::new(Name::Inproc), connect_first]
}

#[cfg(unix)]
pub(crate) fn ipc() -> Vec<Way> {
    vec![
        Way::new(Name::File(ipc_name())),
        Way {
            order: Order::ConnectFirst,
            ..Way::new(Name::File(ipc_name()))
        },
        Way::fixed("ipc://*", None),
        #[cfg(target_os = "linux")]
        Way::new(Name::Abstract),
    ]
}

pub(crate) fn tcp() -> Vec<Way> {
    let mut ways = vec![
        Way::fixed("tcp://127.0.0.1:*", None),
        Way::fixed("tcp://127.0.0.1:0", None),
        Way::fixed("tcp://*:*", Some("tcp://127.0.0.1:PORT")),
        Way::fixed("tcp://127.0.0.1:*", Some("tcp://localhost:PORT")),
    ];
    // Elsewhere the interface has another name, and the address of all interfaces is no one's to connect to.
    if cfg!(target_os = "linux") {
        ways.push(Way::fixed("tcp://lo:*", None));
        ways.push(Way::fixed("tcp://*:0", None));
    }
    ways
}

pub(crate) fn tcp_with_source() -> Vec<Way> {
    let mut ways = vec![
        Way::fixed("tcp://127.0.0.1:*", Some("tcp://127.0.0.1:0;127.0.0.1:PORT")),
        Way::fixed("tcp://127.0.0.1:*", Some("tcp://127.0.0.1:*;localhost:PORT")),
    ];
    if cfg!(target_os = "linux") {
        ways.push(Way::fixed("tcp://lo:*", Some("tcp://lo:0;127.0.0.1:PORT")));
        ways.push(Way::fixed(
            "tcp://127.0.0.1:*",
            Some("tcp://127.0.0.2:0;127.0.0.1:PORT"),
        ));
    }
    ways
}

pub(crate) fn tcp_ipv6() -> Vec<Way> {
    let mut ways = vec![
        Way::fixed("tcp://[::1]:*", None),
        Way::fixed("tcp://[::1]:0", None),
        Way::fixed("tcp://[::]:*", Some("tcp://[::1]:PORT")),
        Way::fixed("tcp://*:*", Some("tcp://127.0.0.1:PORT")),
        Way::fixed("tcp://[::1]:*", Some("tcp://[::1]:0;[::1]:PORT")),
    ];
    if cfg!(target_os = "linux") {
        ways.push(Way::fixed("tcp://*:0", None));
    }
    for way in &mut ways {
        way.ipv6 = true;
    }
    ways
}

pub(crate) fn ws() -> Vec<Way> {
    vec![
        Way::fixed("ws://127.0.0.1:*", None),
        Way::fixed("ws://127.0.0.1:*", Some("ws://localhost:PORT/")),
        Way::fixed("ws://127.0.0.1:*/room", None),
    ]
}

pub(crate) fn has_ipv6() -> bool {
    std::net::TcpListener::bind("[::1]:0").is_ok()
}
