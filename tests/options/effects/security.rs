//! Which mechanism the options choose.

use zmq4::{CURVE, Errno, GSSAPI, NULL, PLAIN};

use crate::effects::sockets;

const TEXT: &str = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6";

#[test]
fn the_last_option_chooses_the_mechanism() {
    let [socket] = sockets([zmq4::DEALER]);
    assert_eq!(socket.mechanism().unwrap(), NULL);
    socket.set_plain_server(true).unwrap();
    assert_eq!(socket.mechanism().unwrap(), PLAIN);
    assert!(socket.plain_server().unwrap());
    socket.set_plain_username("admin").unwrap();
    assert!(!socket.plain_server().unwrap(), "a name is a client's");
    socket.set_plain_username("").unwrap();
    assert_eq!(socket.mechanism().unwrap(), NULL);
    if zmq4::has_curve() {
        socket.set_curve_serverkey([1; 32]).unwrap();
        assert_eq!(socket.mechanism().unwrap(), CURVE);
        socket.set_curve_server(false).unwrap();
        assert_eq!(socket.mechanism().unwrap(), NULL);
    }
    if zmq4::has_gssapi() {
        socket.set_gssapi_plaintext(true).unwrap();
        socket.set_gssapi_principal("someone").unwrap();
        assert_eq!(socket.mechanism().unwrap(), GSSAPI);
    } else {
        let error = socket.set_gssapi_server(true).unwrap_err();
        assert_eq!(error, Errno::EINVAL);
        assert!(error.to_string().contains("built without gssapi"), "{error}");
    }
}

#[test]
fn keys_are_text_or_bytes() {
    if !zmq4::has_curve() {
        crate::support::skip("this libzmq was built without CURVE");
        return;
    }
    let [socket] = sockets([zmq4::DEALER]);
    socket.set_curve_publickey(TEXT).unwrap();
    assert_eq!(socket.curve_publickey_z85().unwrap(), TEXT);
    let bytes = socket.curve_publickey().unwrap();
    socket.set_curve_secretkey(bytes).unwrap();
    assert_eq!(socket.curve_secretkey_z85().unwrap().as_str(), TEXT);
    socket.set_curve_serverkey(TEXT.as_bytes()).unwrap();
    assert_eq!(socket.curve_serverkey_z85().unwrap(), TEXT);
    // libzmq reads the same.
    let mut text = [0; 41];
    assert_eq!(
        socket.get_raw(zmq4::zmq_sys::ZMQ_CURVE_PUBLICKEY, &mut text).unwrap(),
        41
    );
    assert_eq!(&text[..40], TEXT.as_bytes());
    for key in [
        &TEXT[..39],
        "",
        "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh~",
        &"#".repeat(40),
    ] {
        assert_eq!(socket.set_curve_publickey(key).unwrap_err(), Errno::EINVAL, "{key}");
    }
    assert_eq!(socket.curve_publickey().unwrap(), bytes, "unchanged");
}
