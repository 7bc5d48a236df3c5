//! What cargo says about the workspace.

use anyhow::{Context, Result};
use serde_json::Value;
use std::path::PathBuf;
use std::process::Command;

/// Packages of the workspace and of all its dependencies.
pub(crate) struct Metadata(Value);

/// One package.
pub(crate) struct Package<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// The licence expression of its manifest.
    pub(crate) licence: &'a str,
    /// Whether it is ours.
    pub(crate) ours: bool,
    /// Names of its normal (not dev, not build) dependencies.
    pub(crate) dependencies: Vec<&'a str>,
}

/// The root folder of the repository.
pub(crate) fn root() -> Result<PathBuf> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    Ok(here.parent().context("xtask lies in the root")?.to_owned())
}

impl Metadata {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self> {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root()?)
            .output()
            .context("cargo metadata")?;
        anyhow::ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(Self(serde_json::from_slice(&output.stdout)?))
    }

    /// Every package, ours and others'.
    pub(crate) fn packages(&self) -> Vec<Package<'_>> {
        let all = self.0["packages"].as_array().map_or(&[][..], Vec::as_slice);
        all.iter().map(package).collect()
    }
}

fn package(value: &Value) -> Package<'_> {
    let dependencies = value["dependencies"].as_array().map_or(&[][..], Vec::as_slice);
    Package {
        name: value["name"].as_str().unwrap_or_default(),
        licence: value["license"].as_str().unwrap_or_default(),
        ours: value["source"].is_null(),
        dependencies: dependencies
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .filter_map(|dependency| dependency["name"].as_str())
            .collect(),
    }
}
