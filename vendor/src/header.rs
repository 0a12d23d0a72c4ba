//! `platform.hpp`, which libzmq's own build would write.

use crate::platform::{Macro, Platform};
use crate::probe::Compiler;

/// What the caller of the recipe chose to have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parts {
    pub(crate) draft: bool,
    pub(crate) sodium: bool,
    pub(crate) pgm: bool,
    pub(crate) norm: bool,
}

/// The text of the header. What the user defines (`-D`) or undefines (`-U`) in
/// `CXXFLAGS` is left as the user wants it.
pub(crate) fn platform_hpp(platform: &Platform, parts: Parts, compiler: &Compiler) -> String {
    let mut macros = platform.define.clone();
    let mut includes = Vec::new();
    for probe in platform.probes {
        if compiler.compiles(probe.source) {
            macros.extend(probe.define);
            includes.extend(probe.include);
        }
    }
    if parts.draft {
        macros.push(("ZMQ_BUILD_DRAFT_API", "1"));
    }
    if parts.sodium {
        // The last one: else libsodium's header declares imports from a DLL.
        macros.extend([
            ("ZMQ_USE_LIBSODIUM", "1"),
            ("ZMQ_HAVE_CURVE", "1"),
            ("SODIUM_STATIC", "1"),
        ]);
    }
    if parts.pgm {
        macros.push(("ZMQ_HAVE_OPENPGM", "1"));
    }
    if parts.norm {
        macros.push(("ZMQ_HAVE_NORM", "1"));
    }
    text(&macros, &includes, &compiler.undefined())
}

fn text(macros: &[Macro], includes: &[&str], undefined: &[String]) -> String {
    let mut text = "#ifndef ZMQ4_SRC_PLATFORM_HPP\n#define ZMQ4_SRC_PLATFORM_HPP\n".to_owned();
    for (name, value) in macros {
        if !undefined.iter().any(|by_user| by_user == name) {
            text.push_str(&format!("#ifndef {name}\n#define {name} {value}\n#endif\n"));
        }
    }
    for header in includes {
        text.push_str(&format!("#include <{header}>\n"));
    }
    text.push_str("#endif\n");
    text
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn the_user_has_the_last_word() {
        let made = text(&[("A", "1"), ("B", "64")], &["sys/un.h"], &["A".to_owned()]);
        assert!(!made.contains("define A"));
        // So that a -DB=32 stands.
        assert!(made.contains("#ifndef B\n#define B 64\n#endif\n"));
        assert!(made.ends_with("#include <sys/un.h>\n#endif\n"));
    }
}
