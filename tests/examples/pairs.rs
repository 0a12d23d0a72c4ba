//! Each pair of examples in a conversation from its first line to its last.

use zmq4::{Context, Flags, Socket, SocketType};

use crate::meeting::{Meeting, Way};
use crate::program::Program;
use crate::support::LONG;

macro_rules! in_every_way {
    ($($conversation:ident)*) => {$(
        mod $conversation {
            use super::Way;

            #[test]
            fn over_tcp_server_first() {
                super::$conversation(Way::Tcp);
            }

            #[cfg(target_os = "linux")]
            #[test]
            fn over_tcp_client_first() {
                super::$conversation(Way::TcpClientFirst);
            }

            #[cfg(unix)]
            #[test]
            fn over_ipc_server_first() {
                super::$conversation(Way::Ipc);
            }

            #[cfg(unix)]
            #[test]
            fn over_ipc_client_first() {
                super::$conversation(Way::IpcClientFirst);
            }
        }
    )*};
}

in_every_way! { hello_world router_and_dealers publish_and_subscribe push_and_pull pair_with_pair }

fn hello_world(way: Way) {
    let client: &[&str] = &["hwclient", "@", "3"];
    let mut meeting = Meeting::start(way, &["hwserver", "@"], &[client, client]);
    for client in meeting.clients {
        let answers = ["Hello World 1", "Hello World 2", "Hello World 3"];
        assert_eq!(said(client), answers);
    }
    let mut answered: Vec<String> = (0..6).map(|_| meeting.server.line()).collect();
    answered.sort();
    let twice = |number: u32| vec![format!("answering Hello World {number}"); 2];
    assert_eq!(answered, [twice(1), twice(2), twice(3)].concat());
    stop(meeting.server);
}

fn router_and_dealers(way: Way) {
    let dealer: &[&str] = &["dealer", "@", "3"];
    let mut meeting = Meeting::start(way, &["router", "@"], &[dealer, dealer]);
    for dealer in meeting.clients {
        let name = format!("dealer-{}", dealer.id());
        let answers = [1, 2, 3].map(|number| format!("Hello | text {number} of {name}"));
        assert_eq!(said(dealer), answers);
    }
    let mut seen: Vec<String> = (0..6).map(|_| meeting.server.line()).collect();
    seen.sort();
    assert!(
        seen[0].starts_with("dealer-") && seen[0].contains(" sent text 1 of "),
        "{seen:?}"
    );
    stop(meeting.server);
}

fn publish_and_subscribe(way: Way) {
    let subscriber: &[&str] = &["subscriber", "@"];
    let mut meeting = Meeting::start(way, &["publisher", "@", "3"], &[subscriber]);
    let heard = said(meeting.clients.remove(0));
    assert_eq!(heard, ["report 1", "report 2", "report 3", "END"]);
    let told = said(meeting.server);
    assert_eq!(told.last().unwrap(), "publishing END");
}

fn push_and_pull(way: Way) {
    // More than the send mark of the pusher.
    let puller: &[&str] = &["puller", "@"];
    let mut meeting = Meeting::start(way, &["pusher", "@", "300"], &[puller]);
    assert_eq!(said(meeting.clients.remove(0)), tasks(300));
    assert_eq!(said(meeting.server), ["sent 300 tasks and END"]);
}

fn pair_with_pair(way: Way) {
    let other: &[&str] = &["pair", "connect", "@", "5"];
    let mut meeting = Meeting::start(way, &["pair", "bind", "@", "5"], &[other]);
    let heard = |from: &str| [1, 2, 3, 4, 5].map(|number| format!("sentence {number} from {from}"));
    assert_eq!(said(meeting.clients.remove(0)), heard("bind"));
    assert_eq!(said(meeting.server), heard("connect"));
}

/// Both wait for the publisher, which starts at the first that is there: the other one may come a moment later, and
/// receives all from then on. `END` must reach both.
#[cfg(unix)]
#[test]
fn end_reaches_every_subscriber() {
    let weather: &[&str] = &["subscriber", "@", "weather: "];
    let all: &[&str] = &["subscriber", "@", ""];
    let meeting = Meeting::start(Way::IpcClientFirst, &["publisher", "@", "16"], &[weather, all]);
    let mut heard = meeting.clients.into_iter().map(said);
    let reports: Vec<String> = (1..=16)
        .map(|number| format!("report {number}"))
        .chain(["END".into()])
        .collect();
    let both: Vec<String> = (1..=16)
        .flat_map(|number| [format!("weather: report {number}"), format!("sport: result {number}")])
        .chain(["END".into()])
        .collect();
    for (heard, published) in [(heard.next().unwrap(), reports), (heard.next().unwrap(), both)] {
        assert!(heard.len() > 1 && published.ends_with(&heard), "{heard:?}");
    }
}

/// A prefix that `END` itself begins with, and one that nothing has.
#[test]
fn a_subscriber_to_nothing_hears_end() {
    for prefix in ["E", "END", "nothing: "] {
        let subscriber: &[&str] = &["subscriber", "@", prefix];
        let mut meeting = Meeting::start(Way::Tcp, &["publisher", "@", "1"], &[subscriber]);
        assert_eq!(said(meeting.clients.remove(0)), ["END"], "prefix {prefix}");
        said(meeting.server);
    }
}

/// Far over every mark: over ipc the tail would be lost if the puller had one.
#[cfg(unix)]
#[test]
fn a_long_row_of_tasks_arrives_whole() {
    let puller: &[&str] = &["puller", "@"];
    let mut meeting = Meeting::start(Way::Ipc, &["pusher", "@", "20000"], &[puller]);
    assert_eq!(said(meeting.clients.remove(0)), tasks(20_000));
    said(meeting.server);
}

/// A request that no `hwclient` sends: several frames, none of them text.
#[test]
fn hwserver_answers_any_request() {
    let mut server = Program::start("hwserver", &["tcp://127.0.0.1:*"]);
    let client = client(zmq4::REQ, &server.endpoint());
    client.send_message((b"\xff\0", "", b"\xfe")).unwrap();
    assert_eq!(client.recv_bytes(Flags::NONE).unwrap(), b"Hello \xff\0\xfe");
    client.send("", Flags::NONE).unwrap();
    assert_eq!(client.recv_bytes(Flags::NONE).unwrap(), b"Hello ");
}

/// The envelope of a REQ has an empty frame, which must come back.
#[test]
fn router_answers_req_as_well() {
    let mut router = Program::start("router", &["tcp://127.0.0.1:*"]);
    let client = client(zmq4::REQ, &router.endpoint());
    client.send("World", Flags::NONE).unwrap();
    let answer = client.recv_message(Flags::NONE).unwrap();
    let frames: Vec<String> = answer.iter().map(ToString::to_string).collect();
    assert_eq!(frames, ["Hello", "World"]);
}

#[track_caller]
fn client(kind: SocketType, endpoint: &str) -> Socket {
    let socket = Context::new().unwrap().socket(kind).unwrap();
    socket.set_rcvtimeo(Some(LONG)).unwrap();
    socket.set_sndtimeo(Some(LONG)).unwrap();
    socket.set_linger(Some(LONG)).unwrap();
    socket.connect(endpoint).unwrap();
    socket
}

fn tasks(count: u32) -> Vec<String> {
    let tasks = (1..=count).map(|number| format!("task {number}"));
    tasks.chain(["END".into()]).collect()
}

/// What a program that ends by itself said, after its first line.
#[track_caller]
fn said(program: Program) -> Vec<String> {
    let (done, _) = program.finish();
    done.assert_success();
    done.lines
}

/// Where there is no SIGINT, dropping the program kills it.
#[track_caller]
fn stop(server: Program) {
    #[cfg(unix)]
    crate::stop::interrupt(server);
    #[cfg(not(unix))]
    drop(server);
}
