//! Timers: they run on the thread that executes them.

use std::ffi::{c_int, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::DEADLINE;

unsafe extern "C" fn count(_id: c_int, counter: *mut c_void) {
    // SAFETY: the test keeps the counter until its timers are gone.
    let counter = unsafe { &*counter.cast::<AtomicUsize>() };
    counter.fetch_add(1, Ordering::Relaxed);
}

#[test]
fn set_reset_cancel_and_execute() {
    let counts = [const { AtomicUsize::new(0) }; 2];
    let mut timers = sys!(zmq_timers_new());
    assert_eq!(sys!(zmq_timers_timeout(timers)), -1);

    let [fast, slow] = [(10, &counts[0]), (3_600_000, &counts[1])].map(|(interval, counter)| {
        let counter = std::ptr::from_ref(counter).cast_mut().cast();
        ok!(zmq_timers_add(timers, interval, Some(count), counter))
    });
    assert!((0..=10).contains(&sys!(zmq_timers_timeout(timers))));
    assert_eq!(sys!(zmq_timers_add(timers, 1, None, std::ptr::null_mut())), -1);
    assert_eq!(sys!(zmq_errno()), libc::EFAULT);

    let end = Instant::now() + DEADLINE;
    while counts[0].load(Ordering::Relaxed) == 0 && Instant::now() < end {
        let wait = sys!(zmq_timers_timeout(timers));
        std::thread::sleep(Duration::from_millis(wait.try_into().unwrap()));
        ok!(zmq_timers_execute(timers));
    }
    assert_eq!(counts.each_ref().map(|count| count.load(Ordering::Relaxed)), [1, 0]);

    ok!(zmq_timers_set_interval(timers, fast, 60_000));
    ok!(zmq_timers_reset(timers, fast));
    assert!((50_000..=60_000).contains(&sys!(zmq_timers_timeout(timers))));
    ok!(zmq_timers_cancel(timers, fast));
    assert_eq!(sys!(zmq_timers_cancel(timers, fast)), -1);
    assert_eq!(sys!(zmq_errno()), libc::EINVAL);
    assert!(sys!(zmq_timers_timeout(timers)) > 60_000);
    ok!(zmq_timers_cancel(timers, slow));
    ok!(zmq_timers_destroy(&mut timers));
    assert!(timers.is_null());
}
