//! Routing ids.

use super::row::*;
use super::value::Bytes;
use crate::error::{Call, Error, Result};
use crate::ffi::errno::Errno;
use crate::socket::Socket;
use crate::socket::ids::Taken;
use crate::socket_type::SocketType;

/// Those that give names to their peers.
const NAMING: &[SocketType] = &[SocketType::ROUTER, SocketType::STREAM];

options! {
    "# Options: routing ids";
    /// The routing id by which a ROUTER knows this socket, 1 to 255 bytes; empty, the default, lets the ROUTER make one
    /// up. It cannot be made empty again.
    ///
    /// One that begins with 0 is refused: a ROUTER makes up such ids, and aborts where a peer has the one that comes next.
    #[doc(alias = "ZMQ_IDENTITY")]
    #[doc(alias = "identity")]
    ZMQ_ROUTING_ID = "ZMQ_ROUTING_ID", "3.1.0", &[], next, needs &[], Id, {
        get routing_id: Vec<u8>, "GetIdentity"; set set_routing_id: impl AsRef<[u8]>, "SetIdentity";
        good [b"a".as_slice(), b"with\0zeros\0", &[7; 255]]; bad [b"".as_slice(), &[7; 256], b"\0made"]
    }
    /// The routing id that this ROUTER or STREAM gives to the peer of its next [`connect`](Socket::connect), 1 to 255
    /// bytes, whatever the peer calls itself.
    ///
    /// libzmq aborts the process if a peer has that id already. So an id is rejected (`EINVAL`) while a connection has it that was
    /// made with it, and one that begins with 0 always is, because libzmq makes up such ids. What is left to the program: no
    /// peer that gives itself the same id may be connected. A [repaired](crate::has) libzmq does not abort: there an id that is
    /// in use is accepted here, and [`connect`](Socket::connect) returns `EADDRINUSE`.
    ///
    /// **To use an id again,** for a server that has come back for instance: [`set_linger`](Socket::set_linger) to zero,
    /// [`disconnect`](Socket::disconnect), then set the id and connect. Setting it waits for libzmq to end the old connection, which takes
    /// microseconds, and at most one second: then it is `EAGAIN`, and may be tried again. With another linger, libzmq may keep
    /// the connection for what was sent, and does not report when it ends: the id stays used. So it does on a socket that was ever
    /// bound or connected over inproc, in a context that C code made, and with more than 64 I/O threads.
    ///
    /// With [`immediate`](Socket::set_immediate) a connection does not take the id, except over inproc: it waits for the next one.
    #[doc(alias = "ZMQ_CONNECT_RID")]
    ZMQ_CONNECT_ROUTING_ID = "ZMQ_CONNECT_ROUTING_ID", "4.1.0", NAMING, once, needs &[], ConnectId, {
        set set_connect_routing_id: impl AsRef<[u8]>, "SetConnectRid";
        good [b"a".as_slice(), &[7; 255]]; bad [b"".as_slice(), &[7; 256], b"\0made"]
    }
}

/// What a peer may be called, by itself or by this socket.
fn check(row: &Row, id: &[u8]) -> Result<()> {
    Bytes::ID.check(row, id)?;
    match id {
        [0, ..] => Err(row.refuse("a routing id whose first byte is 0 is reserved for libzmq")),
        _ => Ok(()),
    }
}

struct Id;

impl Id {
    fn get(&self, socket: &Socket, row: &Row) -> Result<Vec<u8>> {
        Bytes::ID.get(socket, row)
    }

    fn set(&self, socket: &Socket, row: &Row, id: impl AsRef<[u8]>) -> Result<()> {
        check(row, id.as_ref())?;
        Bytes::ID.set(socket, row, id)
    }
}

struct ConnectId;

impl ConnectId {
    fn set(&self, socket: &Socket, row: &Row, id: impl AsRef<[u8]>) -> Result<()> {
        let id = id.as_ref();
        row.check_type(socket.socket_type())?;
        check(row, id)?;
        if let Err(taken) = socket.id_is_free(id) {
            let id = id.escape_ascii();
            return Err(match taken {
                Taken::Held => row.refuse(format!("\"{id}\" was given to a peer of this socket: disconnect that one first")),
                Taken::Lingers => row.refuse(format!(
                    "\"{id}\" was given to a peer that is disconnected, and what was sent to it may linger: set ZMQ_LINGER to 0 \
                    before you disconnect"
                )),
                Taken::Ends => Error::new(Call::SetSockOpt, Errno::EAGAIN)
                    .about_option(row.name)
                    .because(format!("the connection that had \"{id}\" has not ended yet")),
            });
        }
        socket.write(row, id)?;
        socket.preconditions().ids.assign(id);
        Ok(())
    }
}

impl Socket {
    /// [`routing_id`](Socket::routing_id) under the name that Go has for it.
    ///
    /// # Errors
    /// Those of [`routing_id`](Socket::routing_id).
    #[doc(alias = "GetIdentity")]
    pub fn identity(&self) -> Result<Vec<u8>> {
        self.routing_id()
    }

    /// [`set_routing_id`](Socket::set_routing_id) under the name that Go has for it.
    ///
    /// # Errors
    /// Those of [`set_routing_id`](Socket::set_routing_id).
    #[doc(alias = "SetIdentity")]
    pub fn set_identity(&self, id: impl AsRef<[u8]>) -> Result<()> {
        self.set_routing_id(id)
    }

    /// [`set_connect_routing_id`](Socket::set_connect_routing_id) under the name that Go has for it.
    ///
    /// # Errors
    /// Those of [`set_connect_routing_id`](Socket::set_connect_routing_id).
    #[doc(alias = "SetConnectRid")]
    pub fn set_connect_rid(&self, id: impl AsRef<[u8]>) -> Result<()> {
        self.set_connect_routing_id(id)
    }
}
