//! Files that books name by `include`: who opens them, how their paths and patterns are resolved.

use crate::limits;
use std::io;
use tieout_core::encoding::Input;

/// Opens the files that books include; the crate itself touches no disk.
pub trait Includes {
    /// Opens a file. `path` is the including file's folder joined with the path in the directive, `.` and `..` resolved,
    /// with `/` between its parts.
    ///
    /// # Errors
    /// Whatever keeps the file from being read; it becomes a problem of the reading.
    fn open(&self, path: &str) -> io::Result<Box<dyn Input>>;

    /// Names of what is in a folder, for patterns such as `*.journal`: files as `name`, folders as `name/`. An empty folder
    /// name is the current one.
    ///
    /// # Errors
    /// By default [`io::ErrorKind::Unsupported`]: patterns are then reported as missing.
    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let _ = folder;
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Joins an include's path with the path of the file that names it; both with `/` (or `\`) between their parts.
pub fn join(including: &str, included: &str) -> String {
    let included = included.replace('\\', "/");
    let including = including.replace('\\', "/");
    let absolute = included.starts_with('/') || included.starts_with("~/") || has_drive(&included);
    let whole = match including.rsplit_once('/') {
        Some((folder, _)) if !absolute => format!("{folder}/{included}"),
        _ => included,
    };
    let root = if whole.starts_with('/') { "/" } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in whole.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("{root}{}", parts.join("/"))
}

/// Whether a path is a pattern that may stand for several files.
pub fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?', '['])
}

/// The files that a pattern (as [`join`] gives it) stands for, sorted. `*` and `?` stay within a folder, `**` goes down.
///
/// # Errors
/// Those of [`Includes::list`] for the pattern's first folder.
pub fn expand(includes: &dyn Includes, pattern: &str) -> io::Result<Vec<String>> {
    let (root, rest) = pattern.strip_prefix('/').map_or(("", pattern), |rest| ("/", rest));
    let parts: Vec<&str> = rest.split('/').collect();
    let fixed = parts.iter().take_while(|part| !is_pattern(part)).count();
    let (folder, wild) = parts.split_at_checked(fixed).unwrap_or((&[], &parts));
    let mut walk = Walk {
        includes,
        folders: 0,
        found: Vec::new(),
    };
    let start = format!("{root}{}", folder.join("/"));
    walk.level(&start, wild, 0)?;
    walk.found.sort();
    walk.found.dedup();
    Ok(walk.found)
}

struct Walk<'a> {
    includes: &'a dyn Includes,
    folders: usize,
    found: Vec<String>,
}

impl Walk<'_> {
    fn level(&mut self, folder: &str, wild: &[&str], depth: usize) -> io::Result<()> {
        let Some((first, rest)) = wild.split_first() else {
            return Ok(());
        };
        self.folders += 1;
        if self.folders > limits::MAX_INCLUDE_FOLDERS || depth > limits::MAX_INCLUDE_DEPTH {
            return Ok(());
        }
        let mut names = self.includes.list(folder)?;
        names.sort();
        for name in names {
            if self.found.len() >= limits::MAX_FILES {
                break;
            }
            let (plain, is_folder) = name
                .strip_suffix('/')
                .map_or((name.as_str(), false), |plain| (plain, true));
            let path = match folder {
                "" | "/" => format!("{folder}{plain}"),
                _ => format!("{folder}/{plain}"),
            };
            // Hidden files stand only for patterns that name the dot, as shells do.
            let shown = !plain.starts_with('.') || first.starts_with('.');
            match (*first, is_folder) {
                ("**", true) if shown => {
                    let _ = self.level(&path, wild, depth + 1);
                }
                ("**", false) if shown => {
                    if let [last] = rest
                        && matches(last, plain)
                    {
                        self.found.push(path);
                    }
                }
                (part, true) if shown && !rest.is_empty() && matches(part, plain) => {
                    let _ = self.level(&path, rest, depth + 1);
                }
                (part, false) if shown && rest.is_empty() && matches(part, plain) => self.found.push(path),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether a name fits a pattern of one path part: `*`, `?`, `[abc]`, `[a-z]`, `[!a]`.
fn matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    // The classic greedy match with one point to come back to: linear in practice, quadratic at worst.
    let (mut at, mut in_name) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while in_name < name.len() {
        let step = pattern.get(at).and_then(|part| match part {
            '*' => None,
            '?' => Some(1),
            '[' => set(pattern.get(at..)?, *name.get(in_name)?),
            plain => (Some(plain) == name.get(in_name)).then_some(1),
        });
        if let Some(length) = step {
            at += length;
            in_name += 1;
        } else if pattern.get(at) == Some(&'*') {
            at += 1;
            back = Some((at, in_name));
        } else if let Some((after_star, from)) = back {
            at = after_star;
            in_name = from + 1;
            back = Some((after_star, from + 1));
        } else {
            return false;
        }
    }
    pattern.get(at..).unwrap_or_default().iter().all(|c| *c == '*')
}

/// The length of the set at the start of `pattern` if `c` is in it.
fn set(pattern: &[char], c: char) -> Option<usize> {
    let close = pattern.iter().skip(2).position(|p| *p == ']')? + 2;
    let inner = pattern.get(1..close)?;
    let (negated, inner) = match inner {
        ['!' | '^', rest @ ..] => (true, rest),
        _ => (false, inner),
    };
    let mut rest = inner;
    let mut found = false;
    loop {
        rest = match rest {
            [from, '-', to, after @ ..] => {
                found |= (*from..=*to).contains(&c);
                after
            }
            [one, after @ ..] => {
                found |= *one == c;
                after
            }
            [] => break,
        };
    }
    (found != negated).then_some(close + 1)
}

fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    struct Folders(BTreeMap<&'static str, Vec<&'static str>>);

    impl Includes for Folders {
        fn open(&self, _: &str) -> io::Result<Box<dyn Input>> {
            Err(io::ErrorKind::NotFound.into())
        }

        fn list(&self, folder: &str) -> io::Result<Vec<String>> {
            let names = self.0.get(folder).ok_or(io::ErrorKind::NotFound)?;
            Ok(names.iter().map(|name| (*name).to_owned()).collect())
        }
    }

    #[test]
    fn paths_are_resolved_beside_the_including_file() {
        for (including, included, path) in [
            ("books/main.journal", "2024.journal", "books/2024.journal"),
            ("main.journal", "./a/../b.journal", "b.journal"),
            ("books/main.journal", "../prices.journal", "prices.journal"),
            ("main.journal", "../prices.journal", "../prices.journal"),
            ("books/main.journal", "/srv/x.journal", "/srv/x.journal"),
            ("/srv/books/main.bean", "sub/x.bean", "/srv/books/sub/x.bean"),
            ("C:\\books\\main.bean", "x.bean", "C:/books/x.bean"),
            ("books/main.journal", "C:/other/x.bean", "C:/other/x.bean"),
        ] {
            assert_eq!(join(including, included), path, "{including} {included}");
        }
    }

    #[test]
    fn patterns_match_as_in_a_shell() {
        for (pattern, name, fits) in [
            ("*.journal", "2024.journal", true),
            ("*.journal", "2024.bean", false),
            ("20??.j", "2024.j", true),
            ("20??.j", "204.j", false),
            ("[a-c]*", "bank", true),
            ("[!a-c]*", "bank", false),
            ("*a*b*c", "xxaxxbxxbxc", true),
            ("*a*b*c", "xxaxxbxxbx", false),
            ("[", "[", false),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }

    #[test]
    fn patterns_list_files_in_order() {
        let folders = Folders(BTreeMap::from([
            ("books", vec!["b.j", "a.j", ".hidden.j", "sub/", "x.txt"]),
            ("books/sub", vec!["c.j"]),
        ]));
        assert_eq!(expand(&folders, "books/*.j").unwrap(), ["books/a.j", "books/b.j"]);
        assert_eq!(
            expand(&folders, "books/**/*.j").unwrap(),
            ["books/a.j", "books/b.j", "books/sub/c.j"]
        );
        assert_eq!(expand(&folders, "books/*/c.j").unwrap(), ["books/sub/c.j"]);
        assert!(expand(&folders, "nowhere/*.j").is_err());
    }
}
