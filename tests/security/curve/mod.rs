//! CURVE keys and what is done with them: their text, pairs, certificate files, and the roles of sockets.

mod certificates;
mod keys;
mod pyzmq;
mod roles;
mod z85;

use std::ops::Deref;
use std::path::{Path, PathBuf};

/// The key pair of the example in `zmq_curve_keypair(3)` of libzmq.
const PUBLIC: &str = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
const SECRET: &str = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";

/// Whether there is CURVE to be tested.
#[track_caller]
fn lacks_curve() -> bool {
    if !zmq4::has_curve() {
        crate::support::skip("this libzmq was built without CURVE");
    }
    !zmq4::has_curve()
}

/// A folder that goes when this is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let path = std::env::temp_dir().join(crate::support::unique("zmq4-curve"));
        std::fs::create_dir(&path).unwrap();
        Folder(path)
    }

    /// The names of what is in it.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
