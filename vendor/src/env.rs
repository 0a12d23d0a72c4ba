//! How flags reach the compiler: `cc` reads them from the environment, where
//! the user's own may already stand.

use std::ffi::{OsStr, OsString};

/// `cc` splits the variables at white space, unless this is set: then it reads
/// them as a shell would.
const ESCAPED: &str = "CC_SHELL_ESCAPED_FLAGS";

/// The variables to set so that `cc` gives `ours` and then what the user gave,
/// so that the user has the last word. `get` reads the environment.
pub(crate) fn variables(ours: &[String], target: &str, get: impl Fn(&str) -> Option<String>) -> Vec<(String, String)> {
    let users = get("CXXFLAGS").unwrap_or_default();
    if is_true(get(ESCAPED)) {
        return vec![("CXXFLAGS".to_owned(), join(&quote_all(ours), &users))];
    }
    let plain = |flag: &String| !flag.contains(char::is_whitespace);
    if ours.iter().all(plain) {
        return vec![("CXXFLAGS".to_owned(), join(ours, &users))];
    }
    // One of our paths has a space: ask for quoting, and quote whatever else
    // `cc` reads for this target, which was written without.
    let mut set = vec![
        (ESCAPED.to_owned(), "1".to_owned()),
        ("CXXFLAGS".to_owned(), join(&quote_all(ours), &requote(&users))),
    ];
    for base in ["CFLAGS", "CXXFLAGS", "ARFLAGS", "RANLIBFLAGS"] {
        for name in [
            base.to_owned(),
            format!("HOST_{base}"),
            format!("TARGET_{base}"),
            format!("{base}_{target}"),
            format!("{base}_{}", target.replace(['-', '.'], "_")),
        ] {
            if name == "CXXFLAGS" {
                continue;
            }
            if let Some(value) = get(&name) {
                set.push((name, requote(&value)));
            }
        }
    }
    set
}

// As `cc` reads it.
fn is_true(value: Option<String>) -> bool {
    value.is_some_and(|value| !matches!(value.as_str(), "" | "0" | "false" | "no"))
}

fn join(ours: &[String], users: &str) -> String {
    let mut all = ours.join(" ");
    if !users.is_empty() {
        all.push(' ');
        all.push_str(users);
    }
    all
}

fn quote_all(flags: &[String]) -> Vec<String> {
    flags.iter().map(|flag| quote(flag)).collect()
}

fn requote(flags: &str) -> String {
    let flags: Vec<String> = flags.split_ascii_whitespace().map(quote).collect();
    flags.join(" ")
}

/// One word for a POSIX shell.
fn quote(flag: &str) -> String {
    format!("'{}'", flag.replace('\'', r"'\''"))
}

/// A variable that is put back when this is dropped.
pub(crate) struct Scoped {
    name: String,
    before: Option<OsString>,
}

impl Scoped {
    /// Sets `name` until the drop.
    ///
    /// # Safety
    /// No other thread reads or writes the environment until after the drop.
    pub(crate) unsafe fn set(name: String, value: &OsStr) -> Self {
        let before = std::env::var_os(&name);
        // SAFETY: the caller promised that no other thread is at it.
        unsafe { std::env::set_var(&name, value) };
        Self { name, before }
    }
}

impl Drop for Scoped {
    fn drop(&mut self) {
        match &self.before {
            // SAFETY: who called `set` promised this for the drop too.
            Some(value) => unsafe { std::env::set_var(&self.name, value) },
            // SAFETY: as above.
            None => unsafe { std::env::remove_var(&self.name) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::variables;

    const TARGET: &str = "x86_64-unknown-linux-gnu";

    fn with(ours: &[&str], env: &[(&str, &str)]) -> Vec<(String, String)> {
        let ours: Vec<String> = ours.iter().map(|&flag| flag.to_owned()).collect();
        variables(&ours, TARGET, |name| {
            let found = env.iter().find(|(key, _)| *key == name)?;
            Some(found.1.to_owned())
        })
    }

    fn is(found: &[(String, String)], name: &str, value: &str) {
        let all: Vec<_> = found.iter().filter(|(key, _)| key == name).collect();
        assert_eq!(all, [&(name.to_owned(), value.to_owned())]);
    }

    #[test]
    fn ours_come_first_so_that_the_users_win() {
        is(&with(&["-O2", "-DA=1"], &[]), "CXXFLAGS", "-O2 -DA=1");
        let found = with(&["-O2", "-DA=1"], &[("CXXFLAGS", "-O0 -g3")]);
        is(&found, "CXXFLAGS", "-O2 -DA=1 -O0 -g3");
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn a_user_who_quotes_is_understood() {
        let env = [("CC_SHELL_ESCAPED_FLAGS", "1"), ("CXXFLAGS", "'-I/a b'")];
        let found = with(&["-I/our dir", "-DA"], &env);
        is(&found, "CXXFLAGS", "'-I/our dir' '-DA' '-I/a b'");
        assert_eq!(found.len(), 1);
        let env = [("CC_SHELL_ESCAPED_FLAGS", "0"), ("CXXFLAGS", "-g")];
        is(&with(&["-DA"], &env), "CXXFLAGS", "-DA -g");
    }

    #[test]
    fn a_path_with_spaces_is_one_flag() {
        let env = [
            ("CXXFLAGS", r#"-DS="x" -g"#),
            ("CFLAGS", "-O1"),
            ("CXXFLAGS_x86_64-unknown-linux-gnu", r"-DB=\"),
            ("TARGET_CXXFLAGS", "-DT"),
            ("CXXFLAGS_x86_64_unknown_linux_gnu", "-DU"),
        ];
        let found = with(&["-I/it's a dir"], &env);
        is(&found, "CC_SHELL_ESCAPED_FLAGS", "1");
        is(&found, "CXXFLAGS", r#"'-I/it'\''s a dir' '-DS="x"' '-g'"#);
        is(&found, "CFLAGS", "'-O1'");
        is(&found, "CXXFLAGS_x86_64-unknown-linux-gnu", r"'-DB=\'");
        is(&found, "TARGET_CXXFLAGS", "'-DT'");
        is(&found, "CXXFLAGS_x86_64_unknown_linux_gnu", "'-DU'");
        assert_eq!(found.len(), 6);
    }
}
