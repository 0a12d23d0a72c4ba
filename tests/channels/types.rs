//! What may be sent where, and what is shown.

use crate::*;

#[test]
fn ends_travel_when_their_values_do() {
    fn send<T: Send>() {}
    fn sync<T: Sync>() {}
    fn clone<T: Clone>() {}
    send::<Sender<std::cell::Cell<u8>>>();
    sync::<Sender<std::cell::Cell<u8>>>();
    send::<Receiver<std::cell::Cell<u8>>>();
    // Values that cannot be cloned or sent still have a channel.
    clone::<Sender<Rc<()>>>();
    let (sender, receiver) = channel().unwrap();
    sender.send(Rc::new(5)).unwrap();
    assert_eq!(*receiver.recv().unwrap(), 5);
}

#[test]
fn debug_and_errors_do_not_show_values() {
    struct Secret;
    let (sender, receiver) = bounded_channel(1).unwrap();
    assert_eq!(format!("{sender:?} {receiver:?}"), "Sender(..) Receiver(..)");
    sender.send(Secret).unwrap();
    let full = sender.try_send(Secret).err().unwrap();
    assert_eq!(format!("{full:?}: {full}"), "Full(..): the channel is full");
    let late = sender.send_timeout(Secret, Duration::ZERO).err().unwrap();
    assert!(late.is_timeout());
    assert_eq!(format!("{late:?}: {late}"), "Timeout(..): the channel stayed full");
    drop(receiver);
    let gone = sender.send(Secret).err().unwrap();
    assert_eq!(format!("{gone:?}: {gone}"), "SendError(..): the receiver is gone");
    let gone: Box<dyn std::error::Error> = Box::new(sender.try_send(Secret).err().unwrap());
    assert_eq!(gone.to_string(), "the receiver is gone");
}
