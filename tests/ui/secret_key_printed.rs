//~ E0277: `CurveSecretKey` doesn't implement `std::fmt::Display`
//! A secret key is not printed by mistake: `to_z85` says what it does.
use zmq4::CurveSecretKey;

fn main() {
    let key = CurveSecretKey::from([7; 32]);
    println!("{key}");
}
