//~ E0505: cannot move out of `owner`
//! A view borrows another owner's context.
use std::ptr::NonNull;
use zmq4::{Context, ContextRef};

fn view(owner: &Context) -> ContextRef<'_> {
    // SAFETY: the context is live as long as it is borrowed.
    unsafe { ContextRef::from_raw(NonNull::new(owner.as_ptr()).unwrap()) }
}

fn main() {
    let owner = Context::new().unwrap();
    let view = view(&owner);
    drop(owner);
    view.socket(zmq4::PAIR).unwrap();
}
