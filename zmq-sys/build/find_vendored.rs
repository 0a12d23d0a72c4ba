//! How is libzmq built from source? By `zmq4-src`, with libsodium and OpenPGM
//! from the crates that `src/lib.rs` links, and NORM of the system.

use std::path::PathBuf;

use crate::envs::{Envs, cargo};
use crate::error::Error;
use crate::libzmq::{From, Kind, Libzmq, Version};
use crate::{pc, static_libs};

/// Compiles libzmq. The lines that link it and the C++ library are printed by
/// `zmq4-src`.
pub(crate) fn build(envs: &Envs) -> Result<Libzmq, Error> {
    let draft = cfg!(feature = "draft");
    let mut recipe = zmq4_src::Build::new();
    recipe
        .draft(draft)
        .repaired(!envs.is_on("LIBZMQ_UNREPAIRED")?)
        .without(
            envs.get("LIBZMQ_SKIP_EDITS")?
                .unwrap_or_default()
                .split(',')
                .filter(|name| !name.is_empty())
                .map(str::to_owned),
        )
        .sodium(sodium_include(envs)?);
    let mut link = Vec::new();
    let mut openpgm_sys = false;
    if cfg!(feature = "vendored-pgm") {
        recipe.pgm(match system_pgm() {
            Some(system) => {
                link = pc::link_lines(&system, false);
                system.include_paths
            }
            None => {
                openpgm_sys = true;
                vec![PathBuf::from(cargo("DEP_PGM_INCLUDE")?)]
            }
        });
    }
    // Asked so, because the tests run this program with other features.
    if cargo("CARGO_FEATURE_VENDORED_NORM").is_ok() {
        let norm = pc::probe("norm", false).map_err(|error| Error::NoNorm(error.to_string()))?;
        link.extend(pc::link_lines(&norm, false));
        recipe.norm(norm.include_paths);
    }
    let artifacts = recipe.build().map_err(|error| Error::Vendored(error.to_string()))?;
    static_libs::system(envs, &mut link);
    Ok(Libzmq {
        from: From::Vendored,
        kind: Kind::Static,
        version: Version::of_header(&artifacts.include_dir())?,
        include: vec![artifacts.include_dir()],
        lib: Some(artifacts.lib_dir()),
        draft,
        openpgm_sys,
        link,
    })
}

/// Where libsodium's header is: where its crate says; its prebuilt archives
/// for Windows have one folder more. If the program named the library, beside
/// that. Empty: where the compiler looks.
fn sodium_include(envs: &Envs) -> Result<Option<PathBuf>, Error> {
    let Ok(told) = cargo("DEP_SODIUM_INCLUDE") else {
        return Ok(envs
            .get("SODIUM_LIB_DIR")?
            .map(|libraries| PathBuf::from(libraries).join("../include"))
            .filter(|dir| dir.join("sodium.h").is_file()));
    };
    let told = PathBuf::from(told);
    [
        "",
        "../libsodium/include",
        "../libsodium-win64/include",
        "../libsodium-win32/include",
    ]
    .map(|inside| told.join(inside))
    .into_iter()
    .find(|dir| dir.join("sodium.h").is_file())
    .map(Some)
    .ok_or_else(|| Error::Vendored(format!("there is no sodium.h in {}", told.display())))
}

/// The system's OpenPGM, if it has a shared one; else `openpgm-sys` builds it.
fn system_pgm() -> Option<pkg_config::Library> {
    ["5.3", "5.2"].into_iter().find_map(|release| {
        let mut library = pc::probe(&format!("openpgm-{release}"), false).ok()?;
        // By this name, which OpenPGM installs as well: `libpgm` alone is also
        // what `openpgm-sys` puts on the search path, before the system's.
        let name = format!("pgm-{release}");
        library.link_paths.iter().find(|dir| {
            ["so", "dylib"]
                .iter()
                .any(|end| dir.join(format!("lib{name}.{end}")).is_file())
        })?;
        for lib in library.libs.iter_mut().filter(|lib| *lib == "pgm") {
            lib.clone_from(&name);
        }
        Some(library)
    })
}
