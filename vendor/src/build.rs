//! The compile itself, and what it leaves behind.

use std::ffi::OsStr;
use std::path::PathBuf;

use crate::env::{Scoped, variables};
use crate::error::Error;
use crate::flags::{Wanted, flags};
use crate::platform::{Target, platform};
use crate::probe::Compiler;

/// The libzmq that this recipe compiles.
pub const VERSION: &str = "4.3.5";

/// What to compile. Without further choice: libzmq without CURVE, PGM, DRAFT.
#[derive(Debug, Clone, Default)]
pub struct Build {
    draft: bool,
    sodium: Option<Vec<PathBuf>>,
    pgm: Option<Vec<PathBuf>>,
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
    /// A libzmq without CURVE, PGM and DRAFT.
    pub fn new() -> Self {
        Self::default()
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

    /// Compiles libzmq into `OUT_DIR`, and prints the lines with which cargo
    /// links it and the C++ library.
    ///
    /// A debug build gets `-O2` all the same, and of debug information the line
    /// numbers. `CXXFLAGS` of the user counts, with the last word, and is as it
    /// was afterwards. Two builds of the same source by the same compiler give
    /// the same archive, wherever `OUT_DIR` is (MSVC's has no flag for that).
    ///
    /// A compiler error in libzmq itself ends the process, as `cc` does.
    ///
    /// # Errors
    /// See [`Error`]; all of them before the compile starts.
    ///
    /// # Safety
    /// `CXXFLAGS` is set meanwhile: no other thread may read or write the
    /// environment, except through `std::env`.
    pub unsafe fn build(&self) -> Result<Artifacts, Error> {
        let triple = cargo("TARGET")?;
        let target = Target {
            os: cargo("CARGO_CFG_TARGET_OS")?,
            env: cargo("CARGO_CFG_TARGET_ENV").unwrap_or_default(),
            arch: cargo("CARGO_CFG_TARGET_ARCH")?,
            vendor: cargo("CARGO_CFG_TARGET_VENDOR").unwrap_or_default(),
        };
        let out_dir = PathBuf::from(cargo("OUT_DIR")?);
        let source_dir = PathBuf::from(cargo("CARGO_MANIFEST_DIR")?);
        let platform = platform(&target).ok_or_else(|| Error::UnknownTarget(triple.clone()))?;
        let compiler = Compiler::find(&triple, &out_dir)?;
        let mut hide = vec![(source_dir, "zmq4-sys"), (out_dir.clone(), "libzmq")];
        for (dirs, instead) in [(&self.sodium, "libsodium"), (&self.pgm, "openpgm")] {
            hide.extend(dirs.iter().flatten().map(|dir| (dir.clone(), instead)));
        }
        let wanted = Wanted {
            sodium: self.sodium.as_deref(),
            pgm: self.pgm.as_deref(),
            opt_level: &cargo("OPT_LEVEL")?,
            debug: cargo("DEBUG")? == "true",
            hide: &hide,
        };
        let flags = flags(&platform, &wanted, &compiler)?;

        // Lossy, as `cc` reads them.
        let get = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let _restored_on_return: Vec<Scoped> = variables(&flags, &triple, get)
            .into_iter()
            // SAFETY: our caller promised it until we return.
            .map(|(name, value)| unsafe { Scoped::set(name, OsStr::new(&value)) })
            .collect();
        // CURVE goes by our flags: `with_libsodium` would link a second copy.
        zeromq_src::Build::new().enable_draft(self.draft).build();
        Ok(Artifacts { out_dir })
    }
}

fn cargo(name: &'static str) -> Result<String, Error> {
    std::env::var(name).map_err(|_| Error::NotABuildScript(name))
}
