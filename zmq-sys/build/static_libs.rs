//! What every static libzmq needs besides itself.

use crate::envs::Envs;
use crate::error::Error;

/// Adds the C++ library and those of the system to `link`, unless they are
/// there.
pub(crate) fn complete(envs: &Envs, link: &mut Vec<String>) -> Result<(), Error> {
    if let Some(cpp) = envs.cpp_library()? {
        add(link, &cpp);
    }
    system(envs, link);
    Ok(())
}

/// Adds the libraries of the system that libzmq and libsodium call.
pub(crate) fn system(envs: &Envs, link: &mut Vec<String>) {
    if envs.os == "windows" {
        for name in ["ws2_32", "iphlpapi", "rpcrt4", "advapi32"] {
            add(link, name);
        }
    }
}

fn add(link: &mut Vec<String>, name: &str) {
    let line = format!("cargo::rustc-link-lib={name}");
    if !link.contains(&line) {
        link.push(line);
    }
}
