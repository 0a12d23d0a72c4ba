//! Z85, CURVE keys, counters, stopwatches and threads.

use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::support::zmq::*;

#[test]
fn z85() {
    // The example of RFC 32.
    let bytes = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B];
    let mut buffer: [c_char; 11] = [1; 11];
    let encoded = sys!(zmq_z85_encode(buffer.as_mut_ptr(), bytes.as_ptr(), bytes.len()));
    assert_eq!(encoded, buffer.as_mut_ptr());
    assert_eq!(text(encoded).as_c_str(), c"HelloWorld");

    let mut decoded = [0; 8];
    let answer = sys!(zmq_z85_decode(decoded.as_mut_ptr(), c"HelloWorld".as_ptr()));
    assert_eq!(answer, decoded.as_mut_ptr());
    assert_eq!(decoded, bytes);
    assert!(sys!(zmq_z85_decode(decoded.as_mut_ptr(), c"Hello6".as_ptr())).is_null());
    assert_eq!(sys!(zmq_errno()), libc::EINVAL);
}

#[test]
fn curve_keys() {
    let (mut public, mut secret) = ([1 as c_char; 41], [1 as c_char; 41]);
    if !has(c"curve") {
        assert_eq!(sys!(zmq_curve_keypair(public.as_mut_ptr(), secret.as_mut_ptr())), -1);
        assert_eq!(sys!(zmq_errno()), libc::ENOTSUP);
        assert_eq!(sys!(zmq_curve_public(public.as_mut_ptr(), secret.as_ptr())), -1);
        println!("skipped: this libzmq has no CURVE");
        return;
    }
    ok!(zmq_curve_keypair(public.as_mut_ptr(), secret.as_mut_ptr()));
    assert_eq!((public[40], secret[40]), (0, 0));
    assert_ne!(public, secret);
    let mut derived = [1; 41];
    ok!(zmq_curve_public(derived.as_mut_ptr(), secret.as_ptr()));
    assert_eq!(derived, public);
}

#[test]
fn atomic_counter() {
    let mut counter = sys!(zmq_atomic_counter_new());
    assert_eq!(sys!(zmq_atomic_counter_value(counter)), 0);
    sys!(zmq_atomic_counter_set(counter, 1));
    assert_eq!(sys!(zmq_atomic_counter_inc(counter)), 1);
    assert_eq!(sys!(zmq_atomic_counter_value(counter)), 2);
    assert_eq!(sys!(zmq_atomic_counter_dec(counter)), 1);
    assert_eq!(sys!(zmq_atomic_counter_dec(counter)), 0);
    sys!(zmq_atomic_counter_destroy(&mut counter));
    assert!(counter.is_null());
}

#[test]
fn stopwatch_and_sleep() {
    let started = Instant::now();
    let watch = sys!(zmq_stopwatch_start());
    sys!(zmq_sleep(1));
    let between = u128::from(sys!(zmq_stopwatch_intermediate(watch)));
    let stopped = u128::from(sys!(zmq_stopwatch_stop(watch)));
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert!(
        (1_000_000..=stopped).contains(&between),
        "{between} µs, then {stopped} µs"
    );
    assert!(stopped <= started.elapsed().as_micros() + 1);
}

#[test]
fn thread() {
    unsafe extern "C" fn run(counter: *mut c_void) {
        // SAFETY: the test waits for this thread.
        let counter = unsafe { &*counter.cast::<AtomicUsize>() };
        counter.fetch_add(1, Ordering::Relaxed);
    }
    let counter = AtomicUsize::new(0);
    let thread = sys!(zmq_threadstart(Some(run), (&raw const counter).cast_mut().cast()));
    assert!(!thread.is_null());
    sys!(zmq_threadclose(thread));
    assert_eq!(counter.load(Ordering::Relaxed), 1);
}
