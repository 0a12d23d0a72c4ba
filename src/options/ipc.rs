//! Filters of ipc peers, which ZAP has replaced.

use std::ffi::c_int;

use super::row::*;
use super::value::out_of_range;
use crate::error::Result;
use crate::socket::Socket;

options! {
    "# Options: filters of ipc peers (deprecated)";
    /// Adds a process to those that may connect over ipc; `None`, the default, lets all connect.
    #[deprecated = "libzmq recommends ZAP, as an authenticator uses it"]
    ZMQ_IPC_FILTER_PID = "ZMQ_IPC_FILTER_PID", "4.1.0", &[], bind, needs &[], Filter, {
        set set_ipc_filter_pid: Option<i32>, "SetIpcFilterPid";
        good [Some(1), None]; bad [Some(-1)]
    }
    /// Adds a user to those that may connect over ipc; `None`, the default, lets all connect.
    #[deprecated = "libzmq recommends ZAP, as an authenticator uses it"]
    ZMQ_IPC_FILTER_UID = "ZMQ_IPC_FILTER_UID", "4.1.0", &[], bind, needs &[], Filter, {
        set set_ipc_filter_uid: Option<u32>, "SetIpcFilterUid";
        good [Some(1), None]; bad []
    }
    /// Adds a group to those that may connect over ipc; `None`, the default, lets all connect.
    #[deprecated = "libzmq recommends ZAP, as an authenticator uses it"]
    ZMQ_IPC_FILTER_GID = "ZMQ_IPC_FILTER_GID", "4.1.0", &[], bind, needs &[], Filter, {
        set set_ipc_filter_gid: Option<u32>, "SetIpcFilterGid";
        good [Some(1), None]; bad []
    }
}

/// An id of the system, of four bytes.
struct Filter;

impl Filter {
    fn set<T>(&self, socket: &Socket, row: &Row, id: Option<T>) -> Result<()>
    where
        T: TryInto<u32> + Copy + std::fmt::Display,
    {
        let Some(id) = id else {
            return socket.write_nothing(row);
        };
        let number: u32 = id.try_into().map_err(|_| row.refuse(out_of_range(id, 0, c_int::MAX)))?;
        socket.write(row, &number.to_ne_bytes())
    }
}
