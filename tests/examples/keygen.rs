//! `keygen`: the files that it leaves, and what it prints of them.

use zmq4::Certificate;

use crate::program::Program;
use crate::support::{skip, unique};

fn lacks_curve() -> bool {
    if !zmq4::has_curve() {
        skip("this libzmq was built without CURVE");
    }
    !zmq4::has_curve()
}

#[test]
fn keygen_writes_a_pair_and_prints_its_public_key() {
    if lacks_curve() {
        return;
    }
    let folder = std::env::temp_dir().join(unique("zmq4-keygen"));
    std::fs::create_dir(&folder).unwrap();
    let args = [folder.to_str().unwrap(), "jane"];
    let (done, _) = Program::start("keygen", &args).finish();
    done.assert_success();

    let certificate = Certificate::load(folder.join("jane.key_secret")).unwrap();
    assert_eq!(certificate.metadata_value("name"), Some("jane"));
    let public = Certificate::load(folder.join("jane.key")).unwrap();
    assert_eq!(public.public(), certificate.public());
    assert_eq!(done.lines[0], format!("public key {}", certificate.public()));
    let secret = certificate.secret().unwrap().to_z85();
    assert!(!format!("{done:?}").contains(secret.as_str()));

    let (again, _) = Program::start("keygen", &args).finish();
    assert_eq!(again.status.code(), Some(1));
    assert!(again.errors.contains("jane.key is there already"), "{again:?}");
    let kept = Certificate::load(folder.join("jane.key_secret")).unwrap();
    assert_eq!(kept, certificate);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn keygen_leaves_nothing_where_it_was_given_no_folder() {
    if lacks_curve() {
        return;
    }
    let (done, _) = Program::start("keygen", &[]).finish();
    done.assert_success();
    let public = done.lines[1].split_whitespace().last().unwrap();
    assert!(public.ends_with("mykey.key"), "{done:?}");
    assert!(!std::path::Path::new(public).parent().unwrap().exists());
}
