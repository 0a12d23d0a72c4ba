//! The texts of the repairs, by name.

macro_rules! repairs {
    ($($name:literal)*) => {
        [$(($name, include_str!(concat!("../../repairs/", $name, ".ed")))),*]
    };
}

/// In the order in which they are carried out.
pub(super) const ALL: [(&str, &str); 33] = repairs! {
    "00-has"
    "01-session-half-message"
    "02-socks"
    "03-accept"
    "04-descriptors"
    "05-connect-errors"
    "06-engine-paused"
    "07-heartbeat"
    "08-zap-once"
    "09-routing-ids"
    "10-inproc"
    "11-pipes"
    "12-queues"
    "13-xpub"
    "14-encoders"
    "15-conflate"
    "16-plain-domain"
    "17-udp"
    "18-groups"
    "19-half-read"
    "20-term-slots"
    "21-ws-path"
    "22-conflate-frames"
    "23-channel"
    "24-linger"
    "25-half-written"
    "26-mailbox"
    "27-rep-mandatory"
    "28-dish-group"
    "29-mailbox-safe"
    "30-hiccup"
    "31-norm-frames"
    "32-reader-gone"
};
