//! What a context's options do to its threads and sockets.

use zmq4::Context;

#[cfg(target_os = "linux")]
use crate::support::{LONG, eventually};

/// What `/proc` has in `file` for the thread of this process with this name.
#[cfg(target_os = "linux")]
fn of_thread(name: &str, file: &str) -> Option<String> {
    std::fs::read_dir("/proc/self/task").unwrap().find_map(|task| {
        let task = task.ok()?.path();
        let comm = std::fs::read_to_string(task.join("comm")).ok()?;
        (comm.trim() == name).then(|| std::fs::read_to_string(task.join(file)).ok())?
    })
}

#[cfg(target_os = "linux")]
#[test]
fn a_prefix_is_in_the_names_of_the_threads() {
    let context = Context::new().unwrap();
    context.set_thread_name_prefix(7).unwrap();
    assert_eq!(context.thread_name_prefix().unwrap(), 7);
    let _socket = context.socket(zmq4::PAIR).unwrap();
    eventually(LONG, || of_thread("7/ZMQbg/IO/0", "comm"));
}

#[cfg(all(target_os = "linux", feature = "draft"))]
#[test]
fn a_prefix_may_be_text() {
    // Four bytes are as long as a number.
    for prefix in ["a", "shop", "7abc", "five5", "fifteen letters"] {
        let context = Context::new().unwrap();
        assert_eq!(context.thread_name_prefix_text().unwrap(), "");
        for wrong in ["", "a\0b", "sixteen sixteen "] {
            let error = context.set_thread_name_prefix_text(wrong).unwrap_err();
            assert_eq!(error, zmq4::Errno::EINVAL, "{wrong}");
        }
        context.set_thread_name_prefix_text(prefix).unwrap();
        assert_eq!(context.thread_name_prefix_text().unwrap(), prefix);
        let _socket = context.socket(zmq4::PAIR).unwrap();
        let name = format!("{prefix}/ZMQbg/IO/0");
        eventually(LONG, || of_thread(&name[..name.len().min(15)], "comm"));
        let error = context.set_thread_name_prefix_text("late").unwrap_err();
        assert_eq!(error, zmq4::Errno::EINVAL);
        context.shutdown().unwrap();
        assert_eq!(context.thread_name_prefix_text().unwrap_err(), zmq4::Errno::ETERM);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn threads_run_on_their_processors() {
    let context = Context::new().unwrap();
    let allowed = |status: &str| {
        let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
        list.unwrap().trim().to_owned()
    };
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let first: String = allowed(&status).chars().take_while(char::is_ascii_digit).collect();
    let cpu = first.parse().unwrap();
    context.set_thread_affinity_cpu_add(cpu).unwrap();
    context.set_thread_affinity_cpu_remove(cpu).unwrap();
    context.set_thread_affinity_cpu_add(cpu).unwrap();
    context.set_thread_name_prefix(8).unwrap();
    let _socket = context.socket(zmq4::PAIR).unwrap();
    eventually(LONG, || {
        let status = of_thread("8/ZMQbg/IO/0", "status")?;
        (allowed(&status) == first).then_some(())
    });
}

#[test]
fn sockets_inherit_ipv6() {
    let context = Context::new().unwrap();
    assert!(!context.ipv6().unwrap());
    let before = context.socket(zmq4::PAIR).unwrap();
    context.set_ipv6(true).unwrap();
    let after = context.socket(zmq4::PAIR).unwrap();
    assert!(!before.ipv6().unwrap());
    assert!(after.ipv6().unwrap());
}

#[test]
fn numbers_of_the_library() {
    let context = Context::new().unwrap();
    assert!(context.socket_limit().unwrap() >= 1023);
    assert_eq!(context.msg_t_size().unwrap(), 64);
    assert_eq!(context.max_msgsz().unwrap(), 2_147_483_647);
    context.set_max_msgsz(1000).unwrap();
    assert_eq!(context.max_msgsz().unwrap(), 1000);
}
