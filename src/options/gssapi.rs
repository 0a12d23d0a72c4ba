//! GSSAPI (Kerberos). A libzmq that was built without it has none of these.

use super::newtype::NameType;
use super::row::*;
use super::value::{Bool, Enum, Text};
use crate::socket::Socket;

const GSSAPI: &[&str] = &["gssapi"];
const NAME: Text = Text { min: 1, max: 255 };
const TYPE: Enum<NameType> = Enum::within(0, 2);

options! {
    "# Options: GSSAPI";
    /// Whether the socket is the server of a GSSAPI handshake. Setting it, to `false` too, selects GSSAPI.
    ZMQ_GSSAPI_SERVER = "ZMQ_GSSAPI_SERVER", "4.1.0", &[], next, needs GSSAPI, Bool, {
        get gssapi_server: bool, "GetGssapiServer"; set set_gssapi_server: bool, "SetGssapiServer";
        good [true, false]; bad []
    }
    /// The principal of the socket, 1 to 255 bytes; empty, the default, is the one of the default credentials. It cannot be
    /// reset to empty. Setting it selects GSSAPI.
    ZMQ_GSSAPI_PRINCIPAL = "ZMQ_GSSAPI_PRINCIPAL", "4.1.0", &[], next, needs GSSAPI, NAME, {
        get gssapi_principal: String, "GetGssapiPrincipal";
        set set_gssapi_principal: impl AsRef<str>, "SetGssapiPrincipal";
        good ["someone"]; bad ["", "some\0one"]
    }
    /// The principal of the server, for a client, 1 to 255 bytes; empty is the default, and it cannot be reset to empty. Setting it selects GSSAPI, as a client.
    ZMQ_GSSAPI_SERVICE_PRINCIPAL = "ZMQ_GSSAPI_SERVICE_PRINCIPAL", "4.1.0", &[], next, needs GSSAPI, NAME, {
        get gssapi_service_principal: String, "GetGssapiServicePrincipal";
        set set_gssapi_service_principal: impl AsRef<str>, "SetGssapiServicePrincipal";
        good ["host@server"]; bad ["", "some\0one"]
    }
    /// Whether GSSAPI connections are not encrypted. The default is `false`.
    ZMQ_GSSAPI_PLAINTEXT = "ZMQ_GSSAPI_PLAINTEXT", "4.1.0", &[], next, needs GSSAPI, Bool, {
        get gssapi_plaintext: bool, "GetGssapiPlaintext"; set set_gssapi_plaintext: bool, "SetGssapiPlaintext";
        good [true, false]; bad []
    }
    /// What kind of name [`gssapi_principal`](Socket::gssapi_principal) is.
    ZMQ_GSSAPI_PRINCIPAL_NAMETYPE = "ZMQ_GSSAPI_PRINCIPAL_NAMETYPE", "4.3.0", &[], next, needs GSSAPI, TYPE, {
        get gssapi_principal_nametype: NameType, "GetGssapiPrincipalNametype";
        set set_gssapi_principal_nametype: NameType, "SetGssapiPrincipalNametype";
        good [NameType::USER_NAME, NameType::KRB5_PRINCIPAL, NameType::HOSTBASED];
        bad [NameType::from_raw(3), NameType::from_raw(-1)]
    }
    /// What kind of name [`gssapi_service_principal`](Socket::gssapi_service_principal) is.
    ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE = "ZMQ_GSSAPI_SERVICE_PRINCIPAL_NAMETYPE", "4.3.0", &[], next, needs GSSAPI,
        TYPE, {
        get gssapi_service_principal_nametype: NameType, "GetGssapiServicePrincipalNametype";
        set set_gssapi_service_principal_nametype: NameType, "SetGssapiServicePrincipalNametype";
        good [NameType::USER_NAME, NameType::KRB5_PRINCIPAL, NameType::HOSTBASED];
        bad [NameType::from_raw(3), NameType::from_raw(-1)]
    }
}
