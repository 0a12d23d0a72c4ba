//! Multicast: `pgm://`, `epgm://` and `norm://`.

use std::time::Duration;

use super::row::*;
use super::value::{RequiredTime, Time, UInt};
use crate::socket::Socket;

/// libzmq multiplies it by 1000; a number that overflows makes OpenPGM abort.
const MAX_RATE: u32 = 2_147_483;

options! {
    "# Options: multicast";
    /// The rate at which multicast data is sent, in kilobits per second, 1 to 2147483. The default is 100, which is slow.
    ///
    /// A PUB that binds or connects over PGM must be able to send at least one packet of
    /// [`multicast_maxtpdu`](Socket::multicast_maxtpdu) bytes per second: less is rejected, because OpenPGM would abort.
    ZMQ_RATE = "ZMQ_RATE", "3.1.0", &[], next, needs &[], UInt::within(1, MAX_RATE), {
        get rate: u32, "GetRate"; set set_rate: u32, "SetRate";
        good [1, 100, MAX_RATE]; bad [0, MAX_RATE + 1, u32::MAX]
    }
    /// The time within which lost data can be recovered; the sender buffers that much at its [`rate`](Socket::rate). The
    /// default is 10 seconds. Rounded up to milliseconds.
    ZMQ_RECOVERY_IVL = "ZMQ_RECOVERY_IVL", "3.1.0", &[], next, needs &[], RequiredTime(Time::MS), {
        get recovery_ivl: Duration, "GetRecoveryIvl"; set set_recovery_ivl: Duration, "SetRecoveryIvl";
        good [Duration::ZERO, Duration::from_secs(10)]; bad [Duration::MAX]
    }
    /// The time-to-live of multicast packets, 1 to 255 hops. With the default, 1, they stay in the local network.
    ZMQ_MULTICAST_HOPS = "ZMQ_MULTICAST_HOPS", "3.1.0", &[], next, needs &[], UInt::within(1, 255), {
        get multicast_hops: u32, "GetMulticastHops"; set set_multicast_hops: u32, "SetMulticastHops";
        good [1, 255]; bad [0, 256]
    }
    /// The size of the largest multicast packet, in bytes with all headers, 128 to 65535. The default is 1500.
    ZMQ_MULTICAST_MAXTPDU = "ZMQ_MULTICAST_MAXTPDU", "4.2.0", &[], next, needs &[], UInt::within(128, 65535), {
        get multicast_maxtpdu: u32, "GetMulticastMaxtpdu"; set set_multicast_maxtpdu: u32, "SetMulticastMaxtpdu";
        good [128, 1500, 65535]; bad [0, 1, 127, 65536]
    }
}
