//~ E0277: cannot be sent between threads
//! libzmq may drop an owner on a dedicated thread.
use std::rc::Rc;
use zmq4::Message;

struct Local(Rc<Vec<u8>>);

impl AsRef<[u8]> for Local {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

fn main() {
    Message::from_owner(Local(Rc::new(vec![0])));
}
