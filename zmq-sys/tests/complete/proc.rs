//! What the kernel reports of this process.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The open descriptors, each with what it stands for.
pub(crate) fn descriptors() -> BTreeMap<i32, String> {
    let entries: Vec<_> = fs::read_dir("/proc/self/fd")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    // The descriptor that read the folder is closed by now.
    let named = entries.iter().filter_map(|path| {
        let number = path.file_name()?.to_str()?.parse().ok()?;
        Some((number, fs::read_link(path).ok()?.to_str()?.to_owned()))
    });
    named.collect()
}

/// The ids of the threads.
pub(crate) fn threads() -> BTreeSet<i32> {
    let entries = fs::read_dir("/proc/self/task").unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().to_str().unwrap().parse().unwrap())
        .collect()
}

/// One line that the kernel keeps about a thread, if that thread still is.
pub(crate) fn of_thread(id: i32, file: &str) -> Option<String> {
    let text = fs::read_to_string(format!("/proc/self/task/{id}/{file}")).ok()?;
    Some(text.trim_end().to_owned())
}

/// Whether a thread sleeps. Its state follows its name, which is in brackets.
pub(crate) fn sleeps(id: i32) -> bool {
    let stat = of_thread(id, "stat").unwrap_or_default();
    stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('S'))
}

/// The names of the functions and data that were linked into this program.
#[cfg(target_pointer_width = "64")]
pub(crate) fn symbols() -> BTreeSet<String> {
    const SECTION: usize = 64;
    const SYMBOL: usize = 24;
    const SYMBOL_TABLE: usize = 2;

    let program = fs::read("/proc/self/exe").unwrap();
    let number = |at: usize, len: usize| {
        let bytes = &program[at..at + len];
        let all = bytes.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte));
        if cfg!(target_endian = "big") {
            all.swap_bytes() >> (64 - 8 * len)
        } else {
            all
        }
    };
    // Offsets as in <elf.h>: of the section headers in the file header; of the
    // type, place, size and link in a section header.
    let section = |index: usize| number(0x28, 8) + index * SECTION;
    let place = |section: usize| number(section + 0x18, 8);
    let tables = (0..number(0x3C, 2))
        .map(section)
        .filter(|at| number(at + 4, 4) == SYMBOL_TABLE);
    let mut names = BTreeSet::new();
    for table in tables {
        let texts = place(section(number(table + 0x28, 4)));
        for symbol in 0..number(table + 0x20, 8) / SYMBOL {
            let start = texts + number(place(table) + symbol * SYMBOL, 4);
            let text = program[start..].split(|byte| *byte == 0).next().unwrap();
            names.insert(String::from_utf8_lossy(text).into_owned());
        }
    }
    names
}
