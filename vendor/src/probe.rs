//! Questions to the target's compiler: it compiles, nothing is run, and the
//! host is not asked.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::Error;

/// The compiler of the target.
pub(crate) struct Compiler {
    tool: cc::Tool,
    out_dir: PathBuf,
}

impl Compiler {
    /// The compiler that `cc` will use, once it has shown that it works.
    pub(crate) fn find(target: &str, out_dir: &Path) -> Result<Self, Error> {
        let no_compiler = |reason: String| Error::NoCompiler {
            target: target.to_owned(),
            reason,
        };
        let tool = cc::Build::new()
            .cpp(true)
            .warnings(false)
            .cargo_metadata(false)
            .try_get_compiler()
            .map_err(|error| no_compiler(error.to_string()))?;
        let found = Self {
            tool,
            out_dir: out_dir.to_owned(),
        };
        // A header that only C++11 has, and that a C compiler alone lacks.
        found
            .run("#include <mutex>\nstd::mutex m;\n", &[])
            .map_err(no_compiler)?;
        Ok(found)
    }

    /// Whether `source` compiles.
    pub(crate) fn compiles(&self, source: &str) -> bool {
        self.run(source, &[]).is_ok()
    }

    /// Whether the compiler takes `flag`, without so much as a warning.
    pub(crate) fn takes(&self, flag: &str) -> bool {
        !self.is_msvc() && self.run("int i;\n", &["-Werror", flag]).is_ok()
    }

    /// Whether flags are written as MSVC writes them.
    pub(crate) fn is_msvc(&self) -> bool {
        self.tool.is_like_msvc()
    }

    fn run(&self, source: &str, flags: &[&str]) -> Result<(), String> {
        let file = self.out_dir.join("probe.cpp");
        std::fs::write(&file, source).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        let mut command: Command = self.tool.to_command();
        if self.is_msvc() {
            command.args(["-nologo", "-Zs", "-EHsc"]);
        } else {
            command.arg("-fsyntax-only");
            // Old compilers speak an older C++ unless told.
            command.arg("-std=c++11");
        }
        let output = command
            .args(flags)
            .arg(&file)
            .output()
            .map_err(|error| format!("cannot run {}: {error}", self.tool.path().display()))?;
        if output.status.success() {
            return Ok(());
        }
        // MSVC reports on standard output.
        let said = [output.stderr, output.stdout].concat();
        Err(String::from_utf8_lossy(&said).trim().to_owned())
    }
}
