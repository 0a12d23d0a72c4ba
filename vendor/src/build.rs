//! The compile itself, and what it leaves behind.

use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::flags::{Wanted, flags};
use crate::header::{Parts, platform_hpp};
use crate::platform::{Target, platform};
use crate::probe::{Compiler, base, compile};
use crate::repair;
use crate::sources;
use crate::speed;

/// The libzmq that this recipe compiles.
pub const VERSION: &str = "4.3.5";

/// What to compile. Without further choice: libzmq without CURVE, PGM, NORM, DRAFT,
/// repaired.
#[derive(Debug, Clone, Default)]
pub struct Build {
    unrepaired: bool,
    without: Vec<String>,
    draft: bool,
    sodium: Option<Vec<PathBuf>>,
    pgm: Option<Vec<PathBuf>>,
    norm: Option<Vec<PathBuf>>,
}

/// What was compiled.
#[derive(Debug, Clone)]
pub struct Artifacts {
    out_dir: PathBuf,
}

impl Artifacts {
    /// The folder that holds `zmq.h`.
    pub fn include_dir(&self) -> PathBuf {
        self.out_dir.join("source").join("include")
    }

    /// The folder that holds `libzmq.a` (MSVC: `zmq.lib`).
    pub fn lib_dir(&self) -> PathBuf {
        self.out_dir.join("lib")
    }

    /// Its version, [`VERSION`].
    pub fn version(&self) -> &'static str {
        VERSION
    }
}

impl Build {
    /// A libzmq without CURVE, PGM, NORM and DRAFT, repaired.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether to carry out the repairs, which are edits of libzmq's sources:
    /// `repairs/` has one file for each, which says what was wrong. They leave the
    /// API as it is, but for `zmq_has("repaired")`, which is 1. Default: yes.
    pub fn repaired(&mut self, on: bool) -> &mut Self {
        self.unrepaired = !on;
        self
    }

    /// Speed edits to leave out, by their names in `speed/`, or `all`. What needs one
    /// of them is left out with it. A library that is not repaired has none.
    pub fn without(&mut self, edits: impl IntoIterator<Item = String>) -> &mut Self {
        self.without.extend(edits);
        self
    }

    /// Whether to compile in the DRAFT API. Default: no.
    pub fn draft(&mut self, on: bool) -> &mut Self {
        self.draft = on;
        self
    }

    /// CURVE through libsodium, whose headers are in `include`, or where the
    /// compiler looks by itself when that is empty. The caller links libsodium.
    pub fn sodium(&mut self, include: impl IntoIterator<Item = PathBuf>) -> &mut Self {
        self.sodium = Some(include.into_iter().collect());
        self
    }

    /// `pgm://` and `epgm://` through OpenPGM; `include` holds the folders in
    /// which `pgm/pgm.h` is found. The caller links OpenPGM.
    pub fn pgm(&mut self, include: impl IntoIterator<Item = PathBuf>) -> &mut Self {
        self.pgm = Some(include.into_iter().collect());
        self
    }

    /// `norm://` through NORM, whose headers are in `include`, or where the
    /// compiler looks by itself when that is empty. The caller links NORM.
    pub fn norm(&mut self, include: impl IntoIterator<Item = PathBuf>) -> &mut Self {
        self.norm = Some(include.into_iter().collect());
        self
    }

    /// Compiles libzmq into `OUT_DIR`, and prints the lines with which cargo
    /// links it and the C++ library.
    ///
    /// A debug build gets `-O2` all the same, and of debug information the line
    /// numbers. `CXXFLAGS` of the user counts, and has the last word. Two builds
    /// of the same source by the same compiler give the same archive, wherever
    /// `OUT_DIR` is (MSVC's has no flag for that).
    ///
    /// # Errors
    /// See [`Error`]. Nothing is printed for the linker then.
    pub fn build(&self) -> Result<Artifacts, Error> {
        let triple = cargo("TARGET")?;
        let target = Target {
            os: cargo("CARGO_CFG_TARGET_OS")?,
            env: cargo("CARGO_CFG_TARGET_ENV").unwrap_or_default(),
            arch: cargo("CARGO_CFG_TARGET_ARCH")?,
            vendor: cargo("CARGO_CFG_TARGET_VENDOR").unwrap_or_default(),
        };
        let out_dir = PathBuf::from(cargo("OUT_DIR")?);
        let working_dir = PathBuf::from(cargo("CARGO_MANIFEST_DIR")?);
        let platform = platform(&target).ok_or_else(|| Error::UnknownTarget(triple.clone()))?;
        let compiler = Compiler::find(&triple, &out_dir)?;

        let mut files = sources::read()?;
        if !self.unrepaired {
            repair::carry_out(&mut files)?;
            speed::carry_out(&mut files, &self.without)?;
        }
        let parts = Parts {
            draft: self.draft,
            sodium: self.sodium.is_some(),
            pgm: self.pgm.is_some(),
            norm: self.norm.is_some(),
        };
        files.extend([
            ("src/libzmq.cpp".to_owned(), sources::unit(&files).into_bytes()),
            (
                "src/platform.hpp".to_owned(),
                platform_hpp(&platform, parts, &compiler).into_bytes(),
            ),
        ]);
        let source = out_dir.join("source");
        let mut include = Vec::new();
        if platform.posix_headers {
            let headers = sources::POSIX_HEADERS;
            files.extend(headers.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())));
            include.push(source.join("posix"));
        }
        sources::write(&files, &source)?;

        let mut hide = vec![(working_dir, "zmq4-sys"), (out_dir.clone(), "libzmq")];
        for (dirs, instead) in [
            (&self.sodium, "libsodium"),
            (&self.pgm, "openpgm"),
            (&self.norm, "norm"),
        ] {
            include.extend(dirs.iter().flatten().cloned());
            hide.extend(dirs.iter().flatten().map(|dir| (dir.clone(), instead)));
        }
        let wanted = Wanted {
            opt_level: &cargo("OPT_LEVEL")?,
            debug: cargo("DEBUG")? == "true",
            include: &include,
            hide: &hide,
        };
        let mut build = base();
        build.flags(flags(&wanted, &compiler)?);
        let object = out_dir.join("libzmq.o");
        let tool = build
            .try_get_compiler()
            .map_err(|error| Error::Compile(error.to_string()))?;
        compile(&tool, &source.join("src").join("libzmq.cpp"), &object, &[]).map_err(Error::Compile)?;

        let artifacts = Artifacts { out_dir };
        let mut objects = vec![object];
        if platform.wepoll {
            objects.push(wepoll(&artifacts.out_dir)?);
        }
        archive(&objects, &artifacts.lib_dir())?;
        Ok(artifacts)
    }
}

/// Compiles what gives Windows an epoll.
fn wepoll(out_dir: &Path) -> Result<PathBuf, Error> {
    let source = out_dir.join("source").join("external").join("wepoll").join("wepoll.c");
    let object = out_dir.join("wepoll.o");
    let tool = cc::Build::new()
        .warnings(false)
        .try_get_compiler()
        .map_err(|error| Error::Compile(error.to_string()))?;
    compile(&tool, &source, &object, &[]).map_err(Error::Compile)?;
    Ok(object)
}

/// Makes the library in `lib_dir`, and prints the lines that link it.
fn archive(objects: &[PathBuf], lib_dir: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(lib_dir)
        .map_err(|error| Error::Sources(format!("cannot make {}: {error}", lib_dir.display())))?;
    base()
        .objects(objects)
        .out_dir(lib_dir)
        .try_compile("zmq")
        .map_err(|error| Error::Compile(error.to_string()))
}

fn cargo(name: &'static str) -> Result<String, Error> {
    std::env::var(name).map_err(|_| Error::NotABuildScript(name))
}
