//! Which libzmq does the system have? Asks pkg-config, and vcpkg on MSVC.

use std::path::{Path, PathBuf};

use crate::envs::Envs;
use crate::error::Error;
use crate::libzmq::{From, Kind, Libzmq, Version};
use crate::{pc, static_libs};

/// The system's library.
pub(crate) fn find(envs: &Envs) -> Result<Libzmq, Error> {
    if envs.is_msvc() { vcpkg(envs) } else { pkg_config(envs) }
}

fn pkg_config(envs: &Envs) -> Result<Libzmq, Error> {
    let is_static = envs.is_on("LIBZMQ_STATIC")?;
    let library = pc::probe("libzmq", is_static).map_err(|error| nothing(envs, error.to_string()))?;
    let version = Version::parse(&library.version).ok_or_else(|| {
        let reason = format!("pkg-config says that its version is {:?}", library.version);
        nothing(envs, reason)
    })?;
    let mut link = pc::link_lines(&library, is_static);
    if is_static {
        archive_in(&library.link_paths)?;
        static_libs::complete(envs, &mut link)?;
    }
    Ok(Libzmq {
        from: From::PkgConfig,
        kind: if is_static { Kind::Static } else { Kind::Dylib },
        version,
        draft: pc::has_draft(&library),
        lib: library.link_paths.first().cloned(),
        include: library.include_paths,
        openpgm_sys: false,
        link,
    })
}

fn archive_in(dirs: &[PathBuf]) -> Result<(), Error> {
    if dirs.iter().any(|dir| dir.join("libzmq.a").is_file()) {
        return Ok(());
    }
    Err(Error::NoLibrary {
        dirs: dirs.to_vec(),
        names: vec!["libzmq.a".to_owned()],
        is_static: true,
    })
}

fn vcpkg(envs: &Envs) -> Result<Libzmq, Error> {
    let library = vcpkg::Config::new()
        .cargo_metadata(false)
        .find_package("zeromq")
        .map_err(|error| nothing(envs, format!("vcpkg said: {error}")))?;
    let include = library.include_paths;
    let version = Version::of_header(include.first().map_or(Path::new("."), PathBuf::as_path))?;
    let mut link = library.cargo_metadata;
    if library.is_static {
        static_libs::complete(envs, &mut link)?;
    }
    Ok(Libzmq {
        from: From::Vcpkg,
        kind: if library.is_static { Kind::Static } else { Kind::Dylib },
        version,
        draft: library.link_paths.iter().any(|dir| pc::beside_has_draft(dir)),
        lib: library.link_paths.first().cloned(),
        include,
        openpgm_sys: false,
        link,
    })
}

fn nothing(envs: &Envs, reason: String) -> Error {
    Error::Nothing {
        target: envs.target.clone(),
        // Asked for here only when nothing else kept the sources from it.
        no_vendor: cfg!(feature = "vendored"),
        reason: reason.trim().to_owned(),
    }
}
