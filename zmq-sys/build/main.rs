//! Which libzmq to link: said in the environment, built from source, or the
//! system's, in this order, and never one in place of another.

use std::process::ExitCode;

use crate::envs::Envs;
use crate::error::Error;
use crate::libzmq::{Libzmq, OLDEST};

#[cfg(feature = "bindgen")]
mod bindings;
mod cfgs;
mod envs;
mod error;
mod find_given;
mod find_system;
#[cfg(feature = "vendored")]
mod find_vendored;
mod libzmq;
mod pc;
mod static_libs;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Error> {
    cfgs::declare();
    let envs = Envs::read()?;
    // Documentation links nothing, and docs.rs has no libzmq.
    println!("cargo::rerun-if-env-changed=DOCS_RS");
    if std::env::var_os("DOCS_RS").is_some() {
        return generate(None);
    }
    let libzmq = find(&envs)?;
    check(&libzmq)?;
    cfgs::print(&libzmq);
    generate(Some(&libzmq))
}

fn find(envs: &Envs) -> Result<Libzmq, Error> {
    if let Some(given) = find_given::find(envs)? {
        return Ok(given);
    }
    #[cfg(feature = "vendored")]
    if !envs.is_on("LIBZMQ_NO_VENDOR")? {
        return find_vendored::build(envs);
    }
    find_system::find(envs)
}

fn check(libzmq: &Libzmq) -> Result<(), Error> {
    let found = libzmq.version;
    let place = libzmq.place();
    if found < OLDEST {
        return Err(Error::TooOld { found, place });
    }
    if cfg!(feature = "draft") && !libzmq.draft {
        return Err(Error::NoDraft { found, place });
    }
    Ok(())
}

#[cfg(feature = "bindgen")]
fn generate(libzmq: Option<&Libzmq>) -> Result<(), Error> {
    use std::path::{Path, PathBuf};

    let out_dir = PathBuf::from(envs::cargo("OUT_DIR")?);
    if let Some(libzmq) = libzmq {
        return bindings::generate(&libzmq.include, &out_dir).map_err(Error::Bindgen);
    }
    // Without a header: the committed declarations.
    let committed = Path::new(&envs::cargo("CARGO_MANIFEST_DIR")?).join("src");
    for file in [bindings::STABLE, bindings::DRAFT] {
        std::fs::copy(committed.join(file), out_dir.join(file))
            .map_err(|error| Error::Bindgen(format!("cannot copy {file}: {error}")))?;
    }
    Ok(())
}

#[cfg(not(feature = "bindgen"))]
fn generate(_libzmq: Option<&Libzmq>) -> Result<(), Error> {
    Ok(())
}
