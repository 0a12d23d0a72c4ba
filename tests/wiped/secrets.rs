//! No secret is left in memory that was given back: an allocator looks through all of it.

use crate::ALLOCATOR;
use crate::support::{LONG, in_child};
use zmq4::auth::{Client, Server};
use zmq4::{Certificate, CurveKeypair, CurvePublicKey, CurveSecretKey, Socket};

/// A secret key, as text and as the bytes that it stands for.
const TEXT: &[u8; 40] = b"D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
const BYTES: [u8; 32] = [
    0x7b, 0xb8, 0x64, 0xb4, 0x89, 0xaf, 0xa3, 0x67, 0x1f, 0xbe, 0x69, 0x10, 0x1f, 0x94, 0xb3, 0x89, 0x72, 0xf2, 0x48,
    0x16, 0xdf, 0xb0, 0x1b, 0x51, 0x65, 0x6b, 0x3f, 0xec, 0x8d, 0xfd, 0x08, 0x88,
];
const PUBLIC: &str = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
const PASSWORD: &[u8] = b"correct horse battery staple";

/// What to look for. A part is enough: what was freed in the middle of a write is as bad.
pub(crate) const PARTS: [&[u8]; 5] = [
    TEXT.split_at(20).0,
    TEXT.split_at(20).1,
    BYTES.split_at(16).0,
    BYTES.split_at(16).1,
    PASSWORD.split_at(14).0,
];

fn found(act: impl FnOnce()) -> usize {
    ALLOCATOR.found_in(act)
}

fn text() -> &'static str {
    std::str::from_utf8(TEXT).unwrap()
}

#[test]
fn secrets_are_wiped() {
    in_child("secrets::secrets_are_wiped", LONG, wipes);
}

fn wipes() {
    // The search itself finds what is not wiped.
    assert_eq!(zmq4::z85_decode(text()).unwrap(), BYTES);
    assert!(found(|| drop(text().to_owned())) > 0, "text");
    assert!(found(|| drop(BYTES.to_vec())) > 0, "bytes");

    assert_eq!(found(|| drop(CurveSecretKey::from(BYTES))), 0, "made of bytes");
    let parses = || text().parse::<CurveSecretKey>().unwrap();
    assert_eq!(found(|| drop(parses())), 0, "made of text");
    assert_eq!(found(|| drop(parses().clone())), 0, "cloned");
    assert_eq!(found(|| drop(parses().to_z85())), 0, "written as text");
    assert_eq!(found(|| drop(format!("{:?}", parses()))), 0, "shown");
    let moves = || {
        let key = Box::new(parses());
        let mut keys = vec![*key];
        keys.reserve(100);
        keys.extend((0..10).map(|_| parses()));
        drop(keys);
    };
    assert_eq!(found(moves), 0, "moved about");
    let refused = || {
        // Right up to the last character.
        let wrong = [&TEXT[..39], b"~"].concat();
        let wrong = zeroize::Zeroizing::new(String::from_utf8(wrong).unwrap());
        wrong.parse::<CurveSecretKey>().unwrap_err();
    };
    assert_eq!(found(refused), 0, "refused");

    let plain = |socket: &Socket| {
        let password = String::from_utf8(PASSWORD.to_vec()).unwrap();
        socket.secure(&Client::plain("admin", password)).unwrap();
    };
    let socket = Socket::new(zmq4::DEALER).unwrap();
    assert_eq!(found(|| plain(&socket)), 0, "a password");

    if !zmq4::has_curve() {
        crate::support::skip("this libzmq was built without CURVE");
        return;
    }
    let pair = || CurveKeypair::from_keys(PUBLIC.parse().unwrap(), parses()).unwrap();
    assert_eq!(found(|| drop(pair())), 0, "in a pair");
    assert_eq!(found(|| drop(pair().into_keys())), 0, "out of a pair");
    let roles = || {
        socket.secure(&Server::curve(parses())).unwrap();
        assert_eq!(socket.curve_secretkey().unwrap(), parses());
        assert_eq!(socket.curve_secretkey_z85().unwrap().as_bytes(), TEXT);
        let server = CurvePublicKey::from([9; 32]);
        socket.secure(&Client::curve(server, pair())).unwrap();
        socket.client_auth_curve(server, PUBLIC, text()).unwrap();
        socket.server_auth_curve("global", BYTES).unwrap();
        socket.set_curve_secretkey(text()).unwrap();
    };
    assert_eq!(found(roles), 0, "in sockets");

    let folder = std::env::temp_dir().join(crate::support::unique("zmq4-wiped"));
    std::fs::create_dir(&folder).unwrap();
    let files = || {
        let mut certificate = Certificate::from(pair());
        for number in 0..50 {
            certificate
                .set_metadata(&format!("name{number}"), &"x".repeat(500))
                .unwrap();
        }
        certificate.save(folder.join("jane.key")).unwrap();
        assert_eq!(Certificate::load(folder.join("jane.key_secret")).unwrap(), certificate);
    };
    assert_eq!(found(files), 0, "in files");
    let misfits = || {
        // The secret is right, the rest of the file is not.
        for (name, rest) in [
            (
                "pair",
                "    public-key = \"0000000000000000000000000000000000000000\"\n",
            ),
            ("line", "   x\n"),
        ] {
            let file = zeroize::Zeroizing::new({
                let mut file = String::with_capacity(1000);
                for part in ["curve\n    secret-key = \"", text(), "\"\n", rest] {
                    file.push_str(part);
                }
                file
            });
            let path = folder.join(name);
            std::fs::write(&path, file.as_bytes()).unwrap();
            Certificate::load(&path).unwrap_err();
        }
    };
    assert_eq!(found(misfits), 0, "in files that are none");
    std::fs::remove_dir_all(&folder).unwrap();
}
