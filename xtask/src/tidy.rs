//! House rules that neither the compiler nor clippy checks.

use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Lines of a source file, tests at its end not counted.
const MAX_MODULE_LINES: usize = 800;
/// Above this many lines the header says why.
const LARGE_MODULE_LINES: usize = 500;

/// What must not stand in Rust code, and what to use instead. The patterns are split so that this file does not match.
const BANNED: &[(&str, &str)] = &[
    (concat!("todo", "!("), "finish it"),
    (concat!("unimplemented", "!("), "finish it"),
    (concat!("dbg", "!("), "remove it"),
    (concat!("#[ign", "ore"), "make the test run everywhere, or delete it"),
    (concat!("#[should_", "panic"), "assert the error instead"),
    (concat!("FIX", "ME"), "open an issue and say its number"),
    (concat!("XX", "X "), "open an issue and say its number"),
    (concat!("thread::", "sleep"), "wait for the event itself"),
    (
        concat!("SystemTime::", "now"),
        "pass the time in (only crates/tieout/src/clock.rs may ask)",
    ),
    (
        concat!("Zoned::", "now"),
        "pass the time in (only crates/tieout/src/clock.rs may ask)",
    ),
    (
        concat!("Timestamp::", "now"),
        "pass the time in (only crates/tieout/src/clock.rs may ask)",
    ),
];

/// Words that are no type names: they hide a concept that has a better one.
const BANNED_SUFFIXES: &[&str] = &["Manager", "Service", "Helper", "Util", "Utils", "Data", "Info"];

/// Every finding in the tracked files below `root`.
pub(crate) fn check(root: &Path) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for name in tracked(root)? {
        let path = root.join(&name);
        let Ok(text) = fs::read_to_string(&path) else {
            continue; // not UTF-8, or removed and not yet committed
        };
        if name.starts_with("fixtures/") || name.starts_with("fuzz/corpus/") {
            continue;
        }
        machine_paths(&name, &text, &mut findings);
        if has_extension(&name, "rs") {
            rust(&name, &text, &mut findings);
        }
        if has_extension(&name, "md") {
            links(root, &name, &text, &mut findings);
        }
    }
    Ok(findings)
}

fn tracked(root: &Path) -> Result<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("git ls-files")?;
    anyhow::ensure!(output.status.success(), "git ls-files failed");
    Ok(String::from_utf8(output.stdout)?.lines().map(str::to_owned).collect())
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

fn rust(name: &str, text: &str, findings: &mut Vec<String>) {
    if !text.starts_with("//!") && !text.starts_with("#![") {
        findings.push(format!("{name}: no header (`//!`: what this file is for)"));
    }
    let code = text.split("\n#[cfg(test)]\nmod tests").next().unwrap_or(text);
    let lines = code.lines().count();
    let is_test = name.contains("/tests/");
    if lines > MAX_MODULE_LINES && !is_test {
        findings.push(format!(
            "{name}: {lines} lines; no module has more than {MAX_MODULE_LINES}"
        ));
    } else if lines > LARGE_MODULE_LINES && !is_test && !text.contains("//! Long because") {
        findings.push(format!(
            "{name}: {lines} lines; say `//! Long because …` in the header, or split it"
        ));
    }
    for (number, line) in text.lines().enumerate() {
        for (banned, instead) in BANNED {
            if line.contains(banned) && !(name.ends_with("src/clock.rs") && banned.ends_with("now")) {
                findings.push(format!("{name}:{}: `{banned}`: {instead}", number + 1));
            }
        }
        if let Some(type_name) = declared_type(line)
            && BANNED_SUFFIXES.iter().any(|suffix| type_name.ends_with(suffix))
        {
            findings.push(format!("{name}:{}: {type_name}: name the concept", number + 1));
        }
    }
}

fn declared_type(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let line = line
        .strip_prefix("pub(crate) ")
        .or_else(|| line.strip_prefix("pub "))
        .unwrap_or(line);
    let rest = ["struct ", "enum ", "trait ", "type "]
        .iter()
        .find_map(|word| line.strip_prefix(word))?;
    rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
}

/// Folders of the machine a file was written on, and the homes of their users.
fn machine_paths(name: &str, text: &str, findings: &mut Vec<String>) {
    let banned = [
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("/ho", "me/"),
        concat!("C:\\Us", "ers\\"),
    ];
    for (number, line) in text.lines().enumerate() {
        if banned.iter().any(|path| line.contains(path)) {
            findings.push(format!("{name}:{}: names a folder of a machine", number + 1));
        }
    }
}

/// Relative links in a document must lead to a file.
fn links(root: &Path, name: &str, text: &str, findings: &mut Vec<String>) {
    let folder = root.join(name).parent().map(Path::to_owned).unwrap_or_default();
    let mut fenced = false;
    for (number, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for part in line.split("](").skip(1) {
            let target = part.split([')', '#', ' ']).next().unwrap_or_default();
            let outside = target.is_empty() || target.contains("://") || target.starts_with("mailto:");
            if !outside && !folder.join(target).exists() {
                findings.push(format!("{name}:{}: link to {target}, which does not exist", number + 1));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings_of(name: &str, text: &str) -> Vec<String> {
        let mut findings = Vec::new();
        rust(name, text, &mut findings);
        machine_paths(name, text, &mut findings);
        findings
    }

    #[test]
    fn each_rule_finds_its_case() {
        assert_eq!(findings_of("a.rs", "//! Fine.\nstruct Ledger;\n"), Vec::<String>::new());
        for (text, expected) in [
            ("struct A;\n", "no header"),
            ("//! H.\npub struct LedgerManager;\n", "name the concept"),
            (concat!("//! H.\nfn a() { todo", "!() }\n"), "finish it"),
            (concat!("//! H.\n// /ro", "ot/x\n"), "folder of a machine"),
        ] {
            let found = findings_of("a.rs", text).join("\n");
            assert!(found.contains(expected), "{text:?} gave {found:?}");
        }
        let long = format!("//! H.\n{}", "fn a() {}\n".repeat(MAX_MODULE_LINES + 1));
        assert!(findings_of("a.rs", &long).join("\n").contains("no module has more"));
        let large = format!("//! H.\n{}", "fn a() {}\n".repeat(LARGE_MODULE_LINES + 1));
        assert!(findings_of("a.rs", &large).join("\n").contains("Long because"));
    }
}
