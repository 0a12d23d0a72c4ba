//! VMCI, between virtual machines of VMware. In libzmq these options can only be set.

use std::time::Duration;

use super::row::*;
use super::value::{Time, U64};
use crate::socket::Socket;

const VMCI: &[&str] = &["vmci"];

options! {
    "# Options: VMCI";
    /// The size of the buffer of a VMCI connection, in bytes; 0, the default, is the system's default.
    #[doc(alias = "GetVmciBufferSize")]
    ZMQ_VMCI_BUFFER_SIZE = "ZMQ_VMCI_BUFFER_SIZE", "4.2.0", &[], next, needs VMCI, U64, {
        set set_vmci_buffer_size: u64, "SetVmciBufferSize";
        good [65536, 0]; bad []
    }
    /// The least size of the buffer of a VMCI connection, in bytes; 0, the default, is the system's default.
    #[doc(alias = "GetVmciBufferMinSize")]
    ZMQ_VMCI_BUFFER_MIN_SIZE = "ZMQ_VMCI_BUFFER_MIN_SIZE", "4.2.0", &[], next, needs VMCI, U64, {
        set set_vmci_buffer_min_size: u64, "SetVmciBufferMinSize";
        good [128, 0]; bad []
    }
    /// The largest size of the buffer of a VMCI connection, in bytes; 0, the default, is the system's default.
    #[doc(alias = "GetVmciBufferMaxSize")]
    ZMQ_VMCI_BUFFER_MAX_SIZE = "ZMQ_VMCI_BUFFER_MAX_SIZE", "4.2.0", &[], next, needs VMCI, U64, {
        set set_vmci_buffer_max_size: u64, "SetVmciBufferMaxSize";
        good [262144, 0]; bad []
    }
    /// The timeout of a VMCI connection attempt; `None`, the default, is the system's default. Rounded up to milliseconds.
    #[doc(alias = "GetVmciConnectTimeout")]
    ZMQ_VMCI_CONNECT_TIMEOUT = "ZMQ_VMCI_CONNECT_TIMEOUT", "4.2.0", &[], next, needs VMCI, Time::MS, {
        set set_vmci_connect_timeout: impl Into<Option<Duration>>, "SetVmciConnectTimeout";
        good [Some(Duration::from_secs(1)), None]; bad [Some(Duration::MAX)]
    }
}
