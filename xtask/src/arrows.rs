//! Which of our crates may depend on which: the matrix of `ARCHITECTURE.md`, checked against the manifests.

use crate::metadata::Metadata;

/// A crate, and the crates of ours that it may see (tests and benches may see `tieout-testkit` and
/// `tieout-testdb` besides).
const ALLOWED: &[(&str, &[&str])] = &[
    ("tieout-core", &[]),
    ("tieout-tables", &["tieout-core"]),
    ("tieout-ledger", &["tieout-core"]),
    ("tieout-match", &["tieout-core"]),
    ("tieout-formats", &["tieout-core", "tieout-tables"]),
    ("tieout-books", &["tieout-core", "tieout-tables"]),
    ("tieout-reconcile", &["tieout-core", "tieout-ledger", "tieout-match"]),
    ("tieout-rules", &["tieout-core", "tieout-match", "tieout-reconcile"]),
    (
        "tieout-report",
        &["tieout-core", "tieout-ledger", "tieout-match", "tieout-reconcile"],
    ),
    ("tieout-store", &["tieout-core"]),
    (
        "tieout-app",
        &["tieout-books", "tieout-core", "tieout-ledger", "tieout-store"],
    ),
    ("tieout-server", &["tieout-app", "tieout-core"]),
    ("tieout-testkit", &["tieout-core"]),
    ("tieout-testdb", &["tieout-store"]),
    (
        "tieout",
        &[
            "tieout-app",
            "tieout-books",
            "tieout-core",
            "tieout-formats",
            "tieout-ledger",
            "tieout-match",
            "tieout-reconcile",
            "tieout-report",
            "tieout-rules",
            "tieout-server",
            "tieout-store",
            "tieout-tables",
        ],
    ),
    (
        "tieout-bench",
        &["tieout-core", "tieout-formats", "tieout-match", "tieout-testkit"],
    ),
    ("xtask", &[]),
];

/// Crates that must know no clock, disk, network, database or async runtime; what they may not depend on.
const PURE: &[&str] = &[
    "tieout-core",
    "tieout-tables",
    "tieout-ledger",
    "tieout-match",
    "tieout-formats",
    "tieout-books",
    "tieout-reconcile",
    "tieout-rules",
];
const IMPURE: &[&str] = &[
    "tokio", "reqwest", "axum", "sqlx", "rusqlite", "rand", "tempfile", "walkdir", "uuid",
];

/// Every arrow that is not allowed, one finding each.
pub(crate) fn check(metadata: &Metadata) -> Vec<String> {
    let mut findings = Vec::new();
    for package in metadata.packages().iter().filter(|package| package.ours) {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == package.name) else {
            findings.push(format!("{}: not in the matrix of xtask/src/arrows.rs", package.name));
            continue;
        };
        for dependency in &package.dependencies {
            let ours = ALLOWED.iter().any(|(name, _)| name == dependency);
            if ours && !allowed.contains(dependency) {
                findings.push(format!(
                    "{} must not see {dependency}: this arrow points up",
                    package.name
                ));
            }
            if PURE.contains(&package.name) && IMPURE.contains(dependency) {
                findings.push(format!("{} is pure and must not see {dependency}", package.name));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_arrow_points_up() {
        let metadata = Metadata::load().unwrap();
        assert_eq!(check(&metadata), Vec::<String>::new());
    }

    #[test]
    fn the_matrix_itself_has_no_cycle() {
        // In an order where each crate comes after all that it may see, every arrow points to an earlier one.
        for (position, (name, allowed)) in ALLOWED.iter().enumerate() {
            for seen in *allowed {
                let place = ALLOWED.iter().position(|(other, _)| other == seen).unwrap();
                assert!(place < position, "{name} sees {seen}, which stands below it");
            }
        }
    }
}
