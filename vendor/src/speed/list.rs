//! The texts of the speed edits, by name.

macro_rules! edits {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../speed/", $name, ".ed")))),*]
    };
}

pub(super) const ALL: &[(&str, &str)] = edits! {
    "01-fork-check"
    "02-mailbox"
    "03-pollout"
    "04-reads"
    "05-writes"
    "06-ws-mask"
    "07-batch-options"
    "08-bodies"
    "09-cache-lines"
    "10-sent-blocks"
    "11-commands"
    "12-yield"
    "13-flow"
};
