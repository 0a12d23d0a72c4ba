//! Certificate files: what is in them, who may read them, and what is wrong with others.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use zmq4::{Certificate, CurvePublicKey};

use crate::curve::{Folder, PUBLIC, SECRET, lacks_curve};

fn certificate() -> Certificate {
    let mut certificate = Certificate::new().unwrap();
    certificate.set_metadata("name", "Jane \"JD\" Doe # 1").unwrap();
    certificate.set_metadata("e-mail", "jane@example.com").unwrap();
    certificate
}

#[test]
fn both_files_read_back() {
    if lacks_curve() {
        return;
    }
    let folder = Folder::new();
    let written = certificate();
    written.save(folder.join("jane.key")).unwrap();
    assert_eq!(folder.names(), ["jane.key", "jane.key_secret"]);

    let both = Certificate::load(folder.join("jane.key_secret")).unwrap();
    assert_eq!(both, written);
    let public = Certificate::load(folder.join("jane.key")).unwrap();
    assert_eq!(public.public(), written.public());
    assert_eq!((public.secret(), public.keypair()), (None, None));
    assert!(public.metadata().eq(written.metadata()));
    assert_eq!(public.metadata_value("name"), Some("Jane \"JD\" Doe # 1"));
    assert_eq!(public.metadata_value("nothing"), None);

    let text = fs::read_to_string(folder.join("jane.key")).unwrap();
    let secret = written.secret().unwrap().to_z85();
    assert!(!text.contains(secret.as_str()) && text.contains(&written.public().to_z85()));
    let text = fs::read_to_string(folder.join("jane.key_secret")).unwrap();
    assert_eq!(text.parse::<Certificate>().unwrap(), written);
}

#[test]
fn a_public_certificate_has_one_file() {
    let folder = Folder::new();
    let key: CurvePublicKey = PUBLIC.parse().unwrap();
    let written = Certificate::from(key);
    written.save(folder.join("jane.key")).unwrap();
    assert_eq!(folder.names(), ["jane.key"]);
    assert_eq!(Certificate::load(folder.join("jane.key")).unwrap(), written);
    let error = written.save_secret(folder.join("x")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(folder.names(), ["jane.key"]);
}

#[test]
fn each_file_is_written_alone() {
    if lacks_curve() {
        return;
    }
    let folder = Folder::new();
    let written = certificate();
    written.save_secret(folder.join("mine")).unwrap();
    written.save_public(folder.join("theirs")).unwrap();
    assert_eq!(folder.names(), ["mine", "theirs"]);
    assert_eq!(Certificate::load(folder.join("mine")).unwrap(), written);
    assert_eq!(Certificate::load(folder.join("theirs")).unwrap().secret(), None);
}

#[test]
fn metadata_keeps_its_order() {
    let mut certificate = Certificate::from(CurvePublicKey::from([1; 32]));
    for (name, value) in [("z", "1"), ("a", "2"), ("z", "3")] {
        certificate.set_metadata(name, value).unwrap();
    }
    assert_eq!(certificate.metadata().collect::<Vec<_>>(), [("z", "3"), ("a", "2")]);
    for (name, value) in [("full name", "x"), ("public-key", "x"), ("x", "a\nb"), ("x", "'\"")] {
        let error = certificate.set_metadata(name, value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name}: {error}");
    }
    assert_eq!(certificate.metadata().count(), 2);
}

#[test]
fn invalid_certificate_is_an_error_with_its_line() {
    let folder = Folder::new();
    let pair = format!("curve\n    public-key = \"{PUBLIC}\"\n    secret-key = \"{SECRET}\"\n");
    let wrong = pair.replace(':', "~");
    let other = pair.replace(PUBLIC, &"0".repeat(40));
    let long = format!("{pair}{}", "#\n".repeat(40_000));
    for (text, says) in [
        ("", "no public-key"),
        ("Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", "no public-key"),
        (wrong.as_str(), "line 2: a character"),
        (&long, "more than 65536 bytes"),
        (&other, "does not belong"),
    ] {
        if text == other && lacks_curve() {
            continue;
        }
        let path = folder.join("wrong.key");
        fs::write(&path, text).unwrap();
        let error = Certificate::load(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
        let shown = error.to_string();
        assert!(
            shown.starts_with(&*path.to_string_lossy()) && shown.contains(says),
            "{shown}"
        );
        assert!(!shown.contains(SECRET) && !shown.contains("D~)Q"), "{shown}");
    }
    let error = Certificate::load(folder.join("none")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains("none"), "{error}");
    // Not at once, but it is not a certificate either.
    Certificate::load(&*folder).unwrap_err();
    #[cfg(target_os = "linux")]
    assert_eq!(
        Certificate::load("/dev/zero").unwrap_err().kind(),
        ErrorKind::InvalidData
    );
}

/// An error before anything was changed, and nothing left behind.
#[test]
fn failed_save_changes_nothing() {
    if lacks_curve() {
        return;
    }
    let folder = Folder::new();
    let first = certificate();
    first.save(folder.join("jane.key")).unwrap();
    let before = fs::read(folder.join("jane.key_secret")).unwrap();
    fs::remove_file(folder.join("jane.key")).unwrap();
    fs::create_dir(folder.join("jane.key")).unwrap();

    let error = certificate().save(folder.join("jane.key")).unwrap_err();
    assert!(error.to_string().contains("jane.key"), "{error}");
    assert_eq!(fs::read(folder.join("jane.key_secret")).unwrap(), before);
    assert_eq!(folder.names(), ["jane.key", "jane.key_secret"]);

    let missing = certificate().save(folder.join("no/jane.key")).unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    for path in ["", "..", "/"] {
        certificate().save(Path::new(path)).unwrap_err();
    }

    let pyzmqs: Certificate = format!("metadata\n    full name = x\ncurve\n    public-key = \"{PUBLIC}\"")
        .parse()
        .unwrap();
    assert_eq!(pyzmqs.metadata_value("full name"), Some("x"));
    let error = pyzmqs.save(folder.join("x")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(folder.names(), ["jane.key", "jane.key_secret"]);
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    use std::path::Path;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::certificate;
    use crate::curve::{Folder, PUBLIC, SECRET, lacks_curve};
    use crate::support::log::Recorder;
    use crate::support::{LONG, in_child};
    use zmq4::{Certificate, CurveKeypair};

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o7777
    }

    #[test]
    fn a_secret_is_its_owners() {
        if lacks_curve() {
            return;
        }
        let folder = Folder::new();
        let (public, secret) = (folder.join("jane.key"), folder.join("jane.key_secret"));
        certificate().save(&public).unwrap();
        assert_eq!(mode(&secret), 0o600);

        // Over one that others may read, and that someone has open.
        fs::write(&secret, "old").unwrap();
        fs::set_permissions(&secret, fs::Permissions::from_mode(0o644)).unwrap();
        fs::hard_link(&secret, folder.join("open")).unwrap();
        certificate().save(&public).unwrap();
        assert_eq!(mode(&secret), 0o600);
        assert_eq!(fs::read(folder.join("open")).unwrap(), b"old");

        // Over a link to where others may read.
        fs::remove_file(&secret).unwrap();
        fs::write(folder.join("elsewhere"), "old").unwrap();
        symlink(folder.join("elsewhere"), &secret).unwrap();
        certificate().save(&public).unwrap();
        assert!(fs::symlink_metadata(&secret).unwrap().is_file());
        assert_eq!(mode(&secret), 0o600);
        assert_eq!(fs::read(folder.join("elsewhere")).unwrap(), b"old");
    }

    /// However the process creates files: the permissions are looked at all the time while the files are written.
    #[test]
    fn a_secret_is_its_owners_at_every_moment() {
        in_child(
            "curve::certificates::unix::a_secret_is_its_owners_at_every_moment",
            LONG,
            || {
                if lacks_curve() {
                    return;
                }
                // SAFETY: takes any number; this process has one test.
                unsafe { libc::umask(0) };
                let folder = Folder::new();
                let public = folder.join("jane.key");
                let (done, certificate) = (AtomicBool::new(false), certificate());
                certificate.save(&public).unwrap();
                assert_eq!(mode(&public), 0o666, "the umask holds for what is public");
                let mut seen = 0;
                std::thread::scope(|scope| {
                    scope.spawn(|| {
                        for _ in 0..200 {
                            certificate.save(&public).unwrap();
                        }
                        done.store(true, Ordering::Relaxed);
                    });
                    while !done.load(Ordering::Relaxed) {
                        for entry in fs::read_dir(&*folder).unwrap() {
                            let entry = entry.unwrap();
                            let secret = entry.file_name().to_string_lossy().contains("_secret");
                            // It may be gone already.
                            let Ok(metadata) = entry.metadata() else { continue };
                            if secret {
                                assert_eq!(metadata.mode() & 0o077, 0, "{entry:?}");
                                seen += 1;
                            }
                        }
                    }
                });
                assert!(seen > 0);
                assert_eq!(folder.names(), ["jane.key", "jane.key_secret"], "nothing else is left");
            },
        );
    }

    #[test]
    fn a_secret_that_others_may_read_is_warned_of() {
        in_child(
            "curve::certificates::unix::a_secret_that_others_may_read_is_warned_of",
            LONG,
            || {
                if lacks_curve() {
                    return;
                }
                let recorder = Recorder::install();
                let folder = Folder::new();
                let pair = CurveKeypair::from_keys(PUBLIC.parse().unwrap(), SECRET.parse().unwrap()).unwrap();
                Certificate::from(pair).save(folder.join("jane.key")).unwrap();
                let secret = folder.join("jane.key_secret");
                Certificate::load(&secret).unwrap();
                Certificate::load(folder.join("jane.key")).unwrap();
                assert_eq!(recorder.lines(), [""; 0]);

                fs::set_permissions(&secret, fs::Permissions::from_mode(0o640)).unwrap();
                Certificate::load(&secret).unwrap();
                let log = recorder.lines().join("\n");
                assert!(log.starts_with("WARN zmq4::curve "), "{log}");
                assert!(
                    log.contains(&*secret.to_string_lossy()) && !log.contains(SECRET),
                    "{log}"
                );
            },
        );
    }
}
