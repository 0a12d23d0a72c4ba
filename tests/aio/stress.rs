//! Many messages through few sockets: none is lost, none comes twice, the order of each peer is kept, no task waits in vain.
//!
//! A wake-up that is lost is a hang, which the deadline ends. `ZMQ4_STRESS=20` sends twenty times as many messages.

pub(crate) mod dice;
mod patterns;

use std::time::Duration;

use dice::Dice;
use zmq4::{Context, Socket, SocketType};

use super::runtimes::Runtime;
use super::support::{IpcName, bind_tcp, inproc_name, ipc_name};

#[derive(Clone, Copy, Debug)]
enum Transport {
    Inproc,
    Ipc,
    Tcp,
}

/// One load.
#[derive(Clone, Copy, Debug)]
struct Case {
    runtime: Runtime,
    transport: Transport,
    mark: u32,
    /// How many messages each sender sends.
    messages: u32,
    seed: u64,
}

/// An endpoint, and the directory that it lives in.
struct Place {
    endpoint: String,
    _dir: Option<IpcName>,
}

impl Case {
    fn open(self, context: &Context, ty: SocketType) -> Socket {
        let socket = super::open(context, ty);
        socket.set_sndhwm(self.mark).unwrap();
        socket.set_rcvhwm(self.mark).unwrap();
        socket
    }

    fn bind(self, socket: &Socket) -> Place {
        let (endpoint, dir) = match self.transport {
            Transport::Inproc => (inproc_name(), None),
            Transport::Ipc => {
                let dir = ipc_name();
                (dir.to_string(), Some(dir))
            }
            Transport::Tcp => {
                let endpoint = bind_tcp(socket);
                return Place { endpoint, _dir: None };
            }
        };
        socket.bind(&endpoint).unwrap();
        Place { endpoint, _dir: dir }
    }

    fn dice(self, number: u32) -> Dice {
        Dice::new(self.seed ^ u64::from(number) << 32)
    }
}

/// Runs the pattern on the runtime over each transport and with each mark.
fn load<F: Future<Output = ()> + 'static>(runtime: Runtime, messages: [u32; 2], pattern: fn(Case) -> F) {
    let scale = std::env::var("ZMQ4_STRESS").map_or(1, |scale| scale.parse().unwrap());
    for transport in [Transport::Inproc, Transport::Ipc, Transport::Tcp] {
        if matches!(transport, Transport::Ipc) && cfg!(windows) {
            continue;
        }
        for (mark, messages) in [1, 1000].into_iter().zip(messages) {
            let case = Case {
                runtime,
                transport,
                mark,
                messages: messages * scale,
                seed: dice::seed(),
            };
            // It is seen where the test fails.
            println!("{case:?}");
            runtime.run(Duration::from_secs(120) * scale, move |_| pattern(case));
        }
    }
}

macro_rules! loads {
    ($($runtime:ident = $kind:expr;)*) => {$(
        mod $runtime {
            use super::*;

            #[test]
            fn push_pull_keeps_all() {
                load($kind, [1000, 20_000], patterns::push_pull);
            }

            #[test]
            fn dealer_router_keeps_all() {
                load($kind, [500, 4000], patterns::dealer_router);
            }

            #[test]
            fn xpub_sub_keeps_all() {
                load($kind, [500, 10_000], patterns::xpub_sub);
            }

            #[test]
            fn req_rep_keeps_all() {
                load($kind, [200, 400], patterns::req_rep);
            }
        }
    )*};
}

loads! {
    tokio_current_thread = Runtime::TokioCurrentThread;
    tokio_multi_thread = Runtime::TokioMultiThread;
    async_io = Runtime::AsyncIo;
}
