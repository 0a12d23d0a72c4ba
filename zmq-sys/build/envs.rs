//! What the user said through the environment. Each variable may carry the
//! target as a prefix, and then counts for that target only.

use crate::error::Error;

/// The environment of this build script.
pub(crate) struct Envs {
    /// The target's name, `x86_64-unknown-linux-gnu`.
    pub(crate) target: String,
    /// `linux`, `macos`, `windows`, ...
    pub(crate) os: String,
    /// `gnu`, `musl`, `msvc`, or nothing.
    pub(crate) env: String,
}

impl Envs {
    /// Reads cargo's description of the target.
    pub(crate) fn read() -> Result<Self, Error> {
        Ok(Self {
            target: cargo("TARGET")?,
            os: cargo("CARGO_CFG_TARGET_OS")?,
            env: cargo("CARGO_CFG_TARGET_ENV").unwrap_or_default(),
        })
    }

    /// The value of `X86_64_UNKNOWN_LINUX_GNU_<name>`, or else of `<name>`. An
    /// empty one counts as not set. Cargo then knows that the build depends on it.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, Error> {
        let prefix = self.target.to_uppercase().replace(['-', '.'], "_");
        for name in [format!("{prefix}_{name}"), name.to_owned()] {
            println!("cargo::rerun-if-env-changed={name}");
            match std::env::var(&name) {
                Ok(value) if value.is_empty() => {}
                Ok(value) => return Ok(Some(value)),
                Err(std::env::VarError::NotPresent) => {}
                Err(std::env::VarError::NotUnicode(_)) => return Err(Error::NotText(name)),
            }
        }
        Ok(None)
    }

    /// Whether `name` is switched on; not set is off.
    pub(crate) fn is_on(&self, name: &str) -> Result<bool, Error> {
        let Some(value) = self.get(name)? else {
            return Ok(false);
        };
        match value.to_ascii_lowercase().as_str() {
            "1" | "yes" | "true" | "on" => Ok(true),
            "0" | "no" | "false" | "off" => Ok(false),
            _ => Err(Error::NoSwitch {
                name: name.to_owned(),
                value,
            }),
        }
    }

    /// Whether the compiler is MSVC's, and so the names of libraries.
    pub(crate) fn is_msvc(&self) -> bool {
        self.env == "msvc"
    }

    /// The C++ library that a static libzmq needs, as `cc` chooses it.
    pub(crate) fn cpp_library(&self) -> Result<Option<String>, Error> {
        if let Some(named) = self.get("CXXSTDLIB")? {
            return Ok(Some(named));
        }
        Ok(match self.os.as_str() {
            _ if self.is_msvc() => None,
            "macos" | "ios" | "tvos" | "watchos" | "visionos" | "freebsd" | "openbsd" => Some("c++".to_owned()),
            "android" => Some("c++_shared".to_owned()),
            _ => Some("stdc++".to_owned()),
        })
    }
}

/// A variable that cargo always sets for build scripts.
pub(crate) fn cargo(name: &'static str) -> Result<String, Error> {
    std::env::var(name).map_err(|_| Error::NotText(name.to_owned()))
}
