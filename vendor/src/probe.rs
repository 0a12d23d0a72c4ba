//! The target's compiler: what it takes, and what it makes. Of what it makes
//! nothing is run, and the host is not asked.

use std::path::{Path, PathBuf};

use crate::error::Error;

/// The compiler of the target.
pub(crate) struct Compiler {
    tool: cc::Tool,
    target: String,
    out_dir: PathBuf,
}

impl Compiler {
    /// The compiler that `cc` chooses, once it has shown that it works. With it
    /// go the flags of `cc`, and then those of the user.
    pub(crate) fn find(target: &str, out_dir: &Path) -> Result<Self, Error> {
        let no_compiler = |reason: String| Error::NoCompiler {
            target: target.to_owned(),
            reason,
        };
        let found = Self {
            tool: base()
                .try_get_compiler()
                .map_err(|error| no_compiler(error.to_string()))?,
            target: target.to_owned(),
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

    /// Those of `flags` that the compiler takes without so much as a warning.
    pub(crate) fn takes<'a>(&self, flags: &[&'a str]) -> impl Iterator<Item = &'a str> {
        let takes = |flags: &[&str]| !self.is_msvc() && self.run("int i;\n", &[&["-Werror"], flags].concat()).is_ok();
        // Most take all of them: asked once.
        let taken: Vec<&'a str> = if takes(flags) {
            flags.to_vec()
        } else if flags.len() > 1 {
            flags.iter().copied().filter(|flag| takes(&[flag])).collect()
        } else {
            Vec::new()
        };
        taken.into_iter()
    }

    /// Whether flags are written as MSVC writes them.
    pub(crate) fn is_msvc(&self) -> bool {
        self.tool.is_like_msvc()
    }

    pub(crate) fn is_for_windows(&self) -> bool {
        self.target.contains("windows")
    }

    /// The macros that the user's flags undefine.
    pub(crate) fn undefined(&self) -> Vec<String> {
        undefined(self.tool.args().iter().map(|flag| flag.to_string_lossy().into_owned()))
    }

    fn run(&self, source: &str, flags: &[&str]) -> Result<(), String> {
        let file = self.out_dir.join("probe.cpp");
        std::fs::write(&file, source).map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        compile(&self.tool, &file, &self.out_dir.join("probe.o"), flags)
    }
}

/// What all compiles have in common.
pub(crate) fn base() -> cc::Build {
    let mut build = cc::Build::new();
    build.cpp(true).warnings(false);
    // Old compilers speak an older C++ unless told; MSVC knows no C++11.
    if !std::env::var("CARGO_CFG_TARGET_ENV").is_ok_and(|env| env == "msvc") {
        build.std("c++11");
    }
    build
}

/// Compiles `source` to `object`.
///
/// # Errors
/// What the compiler said.
pub(crate) fn compile(tool: &cc::Tool, source: &Path, object: &Path, flags: &[&str]) -> Result<(), String> {
    let mut command = tool.to_command();
    command.args(flags);
    if tool.is_like_msvc() {
        let mut out = std::ffi::OsString::from("-Fo");
        out.push(object);
        command.args(["-nologo", "-c"]).arg(out);
    } else {
        // Not -fsyntax-only: some compilers want to see an object.
        command.arg("-c").arg("-o").arg(object);
    }
    let output = command
        .arg(source)
        .output()
        .map_err(|error| format!("cannot run {}: {error}", tool.path().display()))?;
    if output.status.success() {
        return Ok(());
    }
    // MSVC reports on standard output.
    let said = [output.stderr, output.stdout].concat();
    let said = String::from_utf8_lossy(&said);
    // The first errors are the ones that matter.
    let lines: Vec<&str> = said.trim().lines().take(30).collect();
    Err(format!(
        "{}\n({}, {})",
        lines.join("\n"),
        tool.path().display(),
        output.status
    ))
}

fn undefined(flags: impl Iterator<Item = String>) -> Vec<String> {
    let mut names = Vec::new();
    let mut flags = flags.peekable();
    while let Some(flag) = flags.next() {
        match flag.strip_prefix("-U").or_else(|| flag.strip_prefix("/U")) {
            Some("") => names.extend(flags.next()),
            Some(name) => names.push(name.to_owned()),
            None => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::undefined;

    #[test]
    fn macros_undefined_by_the_user_are_seen() {
        let flags = ["-O2", "-UA", "-DB=1", "-U", "C", "/UD", "-g"];
        assert_eq!(undefined(flags.iter().map(|flag| (*flag).to_owned())), ["A", "C", "D"]);
    }
}
