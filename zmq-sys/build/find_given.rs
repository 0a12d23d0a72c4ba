//! Did the user say where libzmq is? `LIBZMQ_LIB_DIR`, `LIBZMQ_INCLUDE_DIR` and
//! `LIBZMQ_STATIC`.

use std::path::{Path, PathBuf};

use crate::envs::Envs;
use crate::error::Error;
use crate::libzmq::{From, Kind, Libzmq, Version};
use crate::{pc, static_libs};

/// The library in `LIBZMQ_LIB_DIR`, or `None` when that is not set.
pub(crate) fn find(envs: &Envs) -> Result<Option<Libzmq>, Error> {
    let include = folder(envs, "LIBZMQ_INCLUDE_DIR")?;
    let Some(lib) = folder(envs, "LIBZMQ_LIB_DIR")? else {
        return include.map_or(Ok(None), |_| Err(Error::IncludeAlone));
    };
    if !lib.is_dir() {
        return Err(Error::MissingLibDir(lib));
    }
    let is_static = envs.is_on("LIBZMQ_STATIC")?;
    let include = match include {
        Some(dir) => dir,
        None => beside(&lib)?,
    };
    let version = Version::of_header(&include)?;
    let name = library_name(envs, &lib, is_static)?;
    let draft = envs.is_on("LIBZMQ_DRAFT")? || pc::beside_has_draft(&lib);

    let kind = if is_static { Kind::Static } else { Kind::Dylib };
    let mut link = vec![
        pc::search_line(&lib),
        format!("cargo::rustc-link-lib={}={name}", kind.name()),
    ];
    if is_static {
        if let Some(file) = pc::beside(&lib) {
            link.extend(pc::closure_lines(&file)?);
        }
        static_libs::complete(envs, &mut link)?;
    }
    Ok(Some(Libzmq {
        from: From::Env,
        kind,
        version,
        include: vec![include],
        lib: Some(lib),
        draft,
        openpgm_sys: false,
        link,
    }))
}

/// The folder that a variable names. Cargo runs this program in the folder of its package, and the linker elsewhere.
fn folder(envs: &Envs, name: &'static str) -> Result<Option<PathBuf>, Error> {
    let Some(dir) = envs.get(name)?.map(PathBuf::from) else {
        return Ok(None);
    };
    if dir.is_relative() {
        return Err(Error::Relative { name, dir });
    }
    Ok(Some(dir))
}

/// `include` next to `lib`, as `make install` lays them out.
fn beside(lib: &Path) -> Result<PathBuf, Error> {
    let dir = lib.join("..").join("include");
    if dir.join("zmq.h").is_file() {
        Ok(dir)
    } else {
        Err(Error::NoInclude { tried: dir })
    }
}

/// The name that the linker knows the library in `dir` by.
fn library_name(envs: &Envs, dir: &Path, is_static: bool) -> Result<&'static str, Error> {
    let known: &[(&str, &str)] = match (envs.is_msvc(), is_static) {
        (true, _) => &[("zmq.lib", "zmq"), ("libzmq.lib", "libzmq")],
        (false, true) => &[("libzmq.a", "zmq")],
        (false, false) => &[
            ("libzmq.so", "zmq"),
            ("libzmq.dylib", "zmq"),
            ("libzmq.tbd", "zmq"),
            ("libzmq.dll.a", "zmq"),
        ],
    };
    known
        .iter()
        .find(|(file, _)| dir.join(file).is_file())
        .map(|(_, name)| *name)
        .ok_or_else(|| Error::NoLibrary {
            dirs: vec![dir.to_owned()],
            names: known.iter().map(|(file, _)| (*file).to_owned()).collect(),
            is_static,
        })
}
