//! Options by number, set and read, on a context and on a socket that then sends and receives.

use zmq4::{Context, DONTWAIT, Socket, SocketType};

thread_local! {
    static CONTEXT: Context = Context::new().unwrap();
}

/// What reading must leave alone behind the buffer.
const UNTOUCHED: u8 = 0xa5;

/// The first byte chooses the type; then, again and again, a number of two bytes, a length, and a value.
pub(crate) fn run(data: &[u8]) {
    let [ty, options @ ..] = data else {
        return;
    };
    let mut rest = options;
    CONTEXT.with(|context| {
        let ty = SocketType::from_raw(i32::from(ty % 12));
        let socket = context.socket(ty).unwrap();
        while let [low, high, len, value @ ..] = rest {
            let (value, left) = value.split_at(usize::from(*len).min(value.len()));
            rest = left;
            let number = i32::from(i16::from_le_bytes([*low, *high]));
            set_of_context(number, value);
            let _ = socket.set_raw(number, value);
            let mut buffer = [UNTOUCHED; 300];
            let len = usize::from(*len);
            if let Ok(got) = socket.get_raw(number, &mut buffer[..len]) {
                assert!(got <= len);
            }
            assert!(buffer[len..].iter().all(|byte| *byte == UNTOUCHED));
        }
        exchange(context, &socket);
    });
}

/// On a context that opens its first socket then.
fn set_of_context(number: i32, value: &[u8]) {
    let context = Context::new().unwrap();
    let mut bytes = [0; 4];
    bytes.iter_mut().zip(value).for_each(|(to, from)| *to = *from);
    let _ = context.set_raw(number, i32::from_le_bytes(bytes));
    let _ = context.get_raw(number);
    if number < 300 {
        drop(context.socket(zmq4::PAIR).unwrap());
        let _ = context.set_raw(number, i32::from_le_bytes(bytes));
    }
}

fn exchange(context: &Context, socket: &Socket) {
    let _ = socket.set_linger(Some(std::time::Duration::ZERO));
    let _ = socket.bind("inproc://options");
    let peer = context.socket(zmq4::DEALER).unwrap();
    let _ = peer.set_linger(Some(std::time::Duration::ZERO));
    if socket.socket_type() != zmq4::STREAM && peer.connect("inproc://options").is_ok() {
        let _ = peer.send("bytes", DONTWAIT);
        let _ = socket.send("bytes", DONTWAIT);
        let _ = socket.recv_message(DONTWAIT);
    }
}
