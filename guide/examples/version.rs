//! Which libzmq is linked (chapter 1).

fn main() {
    let (major, minor, patch) = zmq4::version();
    println!("Current 0MQ version is {major}.{minor}.{patch}");
}
