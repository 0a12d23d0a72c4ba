//! RADIO, DISH and DGRAM between two network namespaces, as between two machines.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use zmq4::{DGRAM, DISH, DONTWAIT, Flags, RADIO};

use crate::support::{LONG, deadline, eventually, skip, unique};
use crate::{context, grouped, open, send};

const NEAR: &str = "10.78.0.1";
const FAR: &str = "10.78.0.2";

/// Both namespaces; they go when this is dropped, after a panic too.
struct Namespaces {
    near: String,
    far: String,
}

fn ip(command: &str) -> Result<(), String> {
    let output = Command::new("ip").args(command.split_whitespace()).output();
    let output = output.map_err(|error| error.to_string())?;
    let why = String::from_utf8_lossy(&output.stderr).into_owned();
    if output.status.success() { Ok(()) } else { Err(why) }
}

impl Namespaces {
    /// `None`, after saying so, where this cannot be tested.
    fn new() -> Option<Namespaces> {
        let (near, far) = (unique("zmq4-near"), unique("zmq4-far"));
        if let Err(why) = ip(&format!("netns add {near}")) {
            skip(&format!("needs root, to make network namespaces: {why}"));
            return None;
        }
        let both = Namespaces { near, far };
        let Namespaces { near, far } = &both;
        ip(&format!("netns add {far}")).unwrap();
        ip(&format!(
            "link add udp0 netns {near} type veth peer name udp0 netns {far}"
        ))
        .unwrap();
        for (namespace, address) in [(near, NEAR), (far, FAR)] {
            for command in [
                format!("addr add {address}/30 dev udp0"),
                "link set udp0 up".to_owned(),
                "route add 224.0.0.0/4 dev udp0".to_owned(),
            ] {
                ip(&format!("-n {namespace} {command}")).unwrap();
            }
        }
        Some(both)
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        for namespace in [&self.near, &self.far] {
            let _ = ip(&format!("netns del {namespace}"));
        }
    }
}

/// Moves this thread into a namespace; the threads of a context that it makes then are there as well.
fn enter(namespace: &str) {
    let file = File::open(format!("/var/run/netns/{namespace}")).unwrap();
    // SAFETY: the descriptor is open, and only this thread moves.
    let rc = unsafe { libc::setns(file.as_raw_fd(), libc::CLONE_NEWNET) };
    assert_eq!(rc, 0, "{}", std::io::Error::last_os_error());
}

#[test]
fn datagrams_pass_between_machines() {
    deadline(3 * LONG, || {
        if !zmq4::has("repaired") {
            println!("skipped: udp needs the repaired libzmq");
            return;
        }
        let Some(namespaces) = Namespaces::new() else { return };
        for (binds, connects) in [
            (format!("udp://{FAR}:5555"), format!("udp://{FAR}:5555")),
            (
                format!("udp://{FAR};239.192.78.1:5556"),
                format!("udp://{NEAR};239.192.78.1:5556"),
            ),
        ] {
            let (done, received) = mpsc::channel();
            let far = namespaces.far.clone();
            let listener = thread::spawn(move || {
                enter(&far);
                let dish = open(&context(), DISH);
                dish.bind(&binds).unwrap();
                dish.join("weather").unwrap();
                let message = dish.recv(Flags::NONE).unwrap();
                assert_eq!((&*message.group(), &*message), ("weather", &b"sunny"[..]));
                done.send(()).unwrap();
            });
            let near = namespaces.near.clone();
            let speaker = thread::spawn(move || {
                enter(&near);
                let radio = open(&context(), RADIO);
                radio.connect(&connects).unwrap();
                eventually(LONG, || {
                    send(&radio, grouped("traffic", "jam"));
                    send(&radio, grouped("weather", "sunny"));
                    received.recv_timeout(Duration::from_millis(1)).ok()
                });
            });
            speaker.join().unwrap();
            listener.join().unwrap();
        }
    });
}

#[test]
fn dgram_is_echoed_between_machines() {
    deadline(3 * LONG, || {
        if !zmq4::has("repaired") {
            println!("skipped: udp needs the repaired libzmq");
            return;
        }
        let Some(namespaces) = Namespaces::new() else { return };
        let far = namespaces.far.clone();
        let (stop, stopped) = mpsc::channel::<()>();
        let echo = thread::spawn(move || {
            enter(&far);
            let dgram = open(&context(), DGRAM);
            dgram.bind(&format!("udp://{FAR}:5557")).unwrap();
            while stopped.try_recv() == Err(mpsc::TryRecvError::Empty) {
                if dgram.poll(zmq4::POLLIN, Some(Duration::from_millis(10))).unwrap() == zmq4::POLLIN {
                    let message = dgram.recv_message(Flags::NONE).unwrap();
                    assert!(message[0].starts_with(NEAR.as_bytes()), "{message:?}");
                    dgram.send_message(message).unwrap();
                }
            }
        });
        let near = namespaces.near.clone();
        let asking = thread::spawn(move || {
            enter(&near);
            let dgram = open(&context(), DGRAM);
            dgram.bind(&format!("udp://{NEAR}:5558")).unwrap();
            let reply = eventually(LONG, || {
                // The other end may not be there yet.
                dgram.send_message([format!("{FAR}:5557"), "hello".to_owned()]).unwrap();
                dgram.recv_message(DONTWAIT).ok()
            });
            assert!(reply[0].starts_with(FAR.as_bytes()), "{reply:?}");
            assert_eq!(reply[1], "hello");
        });
        let asked = asking.join();
        drop(stop);
        asked.unwrap();
        echo.join().unwrap();
    });
}

#[test]
fn multicast_loop_decides_what_comes_back() {
    deadline(3 * LONG, || {
        if !zmq4::has("repaired") {
            println!("skipped: udp needs the repaired libzmq");
            return;
        }
        let Some(namespaces) = Namespaces::new() else { return };
        let near = namespaces.near.clone();
        // The loopback interface gives everything back; this one does not by itself.
        let machine = thread::spawn(move || {
            enter(&near);
            let context = context();
            let endpoint = format!("udp://{NEAR};239.192.78.1:5559");
            let (silent, loud, dish) = (open(&context, RADIO), open(&context, RADIO), open(&context, DISH));
            assert!(silent.multicast_loop().unwrap());
            silent.set_multicast_loop(false).unwrap();
            dish.bind(&endpoint).unwrap();
            dish.join("weather").unwrap();
            silent.connect(&endpoint).unwrap();
            loud.connect(&endpoint).unwrap();
            let mut received = 0;
            eventually(LONG, || {
                send(&silent, grouped("weather", "silent"));
                send(&loud, grouped("weather", "loud"));
                if let Ok(message) = dish.recv(DONTWAIT) {
                    assert_eq!(message, "loud");
                    received += 1;
                }
                (received == 20).then_some(())
            });
        });
        machine.join().unwrap();
    });
}
