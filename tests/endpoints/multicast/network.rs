//! Two network namespaces, joined by a pair of virtual interfaces: one to publish in, one to listen in.

use std::cell::Cell;
use std::process::Command;

use crate::support::{LONG, eventually, skip, unique};

/// The publisher's address; nothing outside the namespaces has it.
pub(crate) const PUBLISHER: &str = "10.77.0.1";
/// The subscribers' address.
pub(crate) const SUBSCRIBER: &str = "10.77.0.2";
/// The interface, called the same in both.
pub(crate) const INTERFACE: &str = "pgm0";
/// What all tests send to.
pub(crate) const GROUP: &str = "239.192.77.1";
/// And on which port.
pub(crate) const PORT: u16 = 5555;

/// Both namespaces; they go when this is dropped, after a panic too.
pub(crate) struct Network {
    pub(crate) publishing: String,
    pub(crate) listening: String,
    announcements: Cell<u32>,
}

impl Network {
    /// `None`, after saying so, where this cannot be tested.
    pub(crate) fn new() -> Option<Network> {
        if !zmq4::has_pgm() {
            // Not a peer that could be installed: this libzmq was built without.
            eprintln!("skipped: this libzmq has no PGM");
            return None;
        }
        for tool in ["ip", "nft"] {
            if let Err(why) = run(Command::new(tool).arg("-V")) {
                skip(&format!("needs {tool}: {why}"));
                return None;
            }
        }
        let network = Network {
            publishing: unique("zmq4-publishing"),
            listening: unique("zmq4-listening"),
            announcements: Cell::new(0),
        };
        if let Err(why) = ip(&format!("netns add {}", network.publishing)) {
            skip(&format!("needs root, to make network namespaces: {why}"));
            return None;
        }
        network.join();
        Some(network)
    }

    fn join(&self) {
        let (publishing, listening) = (&self.publishing, &self.listening);
        for command in [
            format!("netns add {listening}"),
            format!("link add {INTERFACE} netns {publishing} type veth peer name {INTERFACE} netns {listening}"),
            format!("-n {publishing} addr add {PUBLISHER}/30 dev {INTERFACE}"),
            format!("-n {listening} addr add {SUBSCRIBER}/30 dev {INTERFACE}"),
            // One address each: an IPv6 one comes by itself otherwise.
            format!("-n {publishing} link set {INTERFACE} addrgenmode none"),
            format!("-n {listening} link set {INTERFACE} addrgenmode none"),
            format!("-n {publishing} link set {INTERFACE} up"),
            format!("-n {listening} link set {INTERFACE} up"),
        ] {
            ip(&command).unwrap();
        }
        self.nft("add table inet test");
        self.nft("add chain inet test arriving { type filter hook input priority 0; }");
    }

    /// Whether the publisher's interface has an IPv6 address, too.
    pub(crate) fn set_second_address(&self, wanted: bool) {
        let verb = if wanted { "add" } else { "del" };
        let publishing = &self.publishing;
        ip(&format!(
            "-n {publishing} -6 addr {verb} fd77::1/64 dev {INTERFACE} nodad"
        ))
        .unwrap();
    }

    /// Gives both a route to all groups.
    pub(crate) fn route_to_the_groups(&self) {
        for namespace in [&self.publishing, &self.listening] {
            ip(&format!("-n {namespace} route add 224.0.0.0/4 dev {INTERFACE}")).unwrap();
        }
    }

    /// Counts, under a name, the datagrams that arrive from the publisher and that `matching` matches; drops them where
    /// the verdict is `drop`.
    pub(crate) fn count(&self, name: &str, matching: &str, verdict: &str) {
        self.nft(&format!("add counter inet test {name}"));
        self.nft(&format!(
            "add rule inet test arriving ip saddr {PUBLISHER} ip daddr {GROUP} {matching} counter name {name} {verdict}"
        ));
    }

    /// Waits until the publisher says, as it does 100 ms after its last message, where repairs can be asked for.
    ///
    /// Subscribers that have not received that give up at once what is lost, and so must have it before anything counts.
    #[track_caller]
    pub(crate) fn wait_for_announcement(&self) {
        self.announcements.set(self.announcements.get() + 1);
        let name = format!("announced{}", self.announcements.get());
        // The fifth byte of PGM's header is the type, and a source path message has a zero there.
        self.count(&name, "ip protocol 113 @th,32,8 0", "");
        self.nft(&format!(
            "add rule inet test arriving ip saddr {PUBLISHER} ip daddr {GROUP} udp dport {PORT} @th,96,8 0 counter name {name}"
        ));
        eventually(LONG, || (self.counted(&name).0 > 0).then_some(()));
    }

    /// Ends what [`count`](Self::count) does.
    pub(crate) fn count_no_more(&self) {
        self.nft("flush chain inet test arriving");
    }

    /// How many datagrams were counted under a name, and their bytes.
    pub(crate) fn counted(&self, name: &str) -> (u64, u64) {
        let text = self.nft(&format!("list counter inet test {name}"));
        let after = |label| {
            let mut words = text.split_whitespace().skip_while(|word| *word != label);
            words.nth(1).unwrap().parse().unwrap()
        };
        (after("packets"), after("bytes"))
    }

    fn nft(&self, command: &str) -> String {
        run(Command::new("ip").args(["netns", "exec", &self.listening, "nft", command])).unwrap()
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for namespace in [&self.publishing, &self.listening] {
            let _ = ip(&format!("netns del {namespace}"));
        }
    }
}

fn ip(arguments: &str) -> Result<String, String> {
    run(Command::new("ip").args(arguments.split(' ')))
}

fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)))
    }
}
