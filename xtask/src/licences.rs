//! Licences of everything that goes into the binary or its tests.

use crate::metadata::Metadata;

/// Permissive licences that need no decision.
const ALLOWED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unlicense",
    "Unicode-3.0",
    "CDLA-Permissive-2.0",
    "BSL-1.0",
    "CC0-1.0",
];

/// Every package whose licence expression cannot be met with the allowed ones.
pub(crate) fn check(metadata: &Metadata) -> Vec<String> {
    metadata
        .packages()
        .iter()
        .filter(|package| !allowed(package.licence))
        .map(|package| format!("{}: licence {:?} is not allowed", package.name, package.licence))
        .collect()
}

/// `A OR B` needs one, `A AND B` needs both; `/` is an old way to write OR. Brackets bind.
fn allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let mut depth = 0_i32;
    for (operator, any) in [(" AND ", false), (" OR ", true)] {
        let mut parts = Vec::new();
        let mut start = 0;
        for (at, c) in expression.char_indices() {
            match c {
                '(' => depth += 1,
                ')' => depth -= 1,
                ' ' if depth == 0 && expression[at..].starts_with(operator) && at >= start => {
                    parts.push(&expression[start..at]);
                    start = at + operator.len();
                }
                _ => {}
            }
        }
        parts.push(&expression[start..]);
        if parts.len() > 1 {
            return if any {
                parts.iter().any(|part| allowed(part))
            } else {
                parts.iter().all(|part| allowed(part))
            };
        }
    }
    let single = expression.trim();
    if let Some(inner) = single.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return allowed(inner);
    }
    ALLOWED.contains(&single)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_people_mean_them() {
        for (expression, expected) in [
            ("MIT", true),
            ("MIT OR Apache-2.0", true),
            ("MIT/Apache-2.0", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("MIT AND GPL-3.0", false),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR GPL-2.0) AND LGPL-2.1", false),
            ("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT", true),
            ("", false),
        ] {
            assert_eq!(allowed(expression), expected, "{expression}");
        }
    }

    #[test]
    fn every_dependency_is_allowed() {
        assert_eq!(check(&Metadata::load().unwrap()), Vec::<String>::new());
    }
}
