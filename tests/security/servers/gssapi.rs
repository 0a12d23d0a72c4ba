//! GSSAPI: what this libzmq can do decides, and says so.

use zmq4::{Errno, NameType, Socket};

fn set_all(socket: &Socket) -> [zmq4::Result<()>; 6] {
    [
        socket.set_gssapi_server(true),
        socket.set_gssapi_plaintext(true),
        socket.set_gssapi_principal("host@example.com"),
        socket.set_gssapi_service_principal("service@example.com"),
        socket.set_gssapi_principal_nametype(NameType::HOSTBASED),
        socket.set_gssapi_service_principal_nametype(NameType::KRB5_PRINCIPAL),
    ]
}

#[test]
fn the_options_are_there_or_the_error_is_clear() {
    let socket = Socket::new(zmq4::DEALER).unwrap();
    for set in set_all(&socket) {
        if zmq4::has_gssapi() {
            set.unwrap();
        } else {
            let error = set.unwrap_err();
            assert_eq!(error, Errno::EINVAL, "{error}");
            assert!(
                error.reason().is_some_and(|reason| reason.contains("gssapi")),
                "{error}"
            );
        }
    }
    if zmq4::has_gssapi() {
        assert_eq!(socket.mechanism().unwrap(), zmq4::GSSAPI);
        // Who names a service is its client.
        assert!(!socket.gssapi_server().unwrap());
        socket.set_gssapi_server(true).unwrap();
        assert!(socket.gssapi_server().unwrap());
        assert_eq!(socket.gssapi_principal().unwrap(), "host@example.com");
    }
}
