//! `tieout audit verify FILE`: an exported chain is checked without a database.

use super::audit::hex;
use crate::Exit;
use crate::cli::AuditVerifyArgs;
use crate::output;
use anyhow::{Context, Result};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use tieout_app::chain_file::{FileCheck, FileProof, from_hex};
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::event::Head;

/// No line is longer: an event holds at most a transaction of 10,000 entries.
const MAX_LINE_BYTES: u64 = 64 * 1024 * 1024;

/// Checks each file; 0 if all are intact, 1 if one is not.
pub(super) fn run(args: &AuditVerifyArgs, kept: &[(Id<Organization>, Head)]) -> Result<Exit> {
    let mut trusted = Vec::new();
    for text in &args.public_key {
        let key = from_hex(text).and_then(|bytes| bytes.try_into().ok());
        trusted.push(key.with_context(|| format!("--public-key takes 64 hexadecimal digits, not {text:?}"))?);
    }
    let mut exit = Exit::Success;
    let mut text = String::new();
    let mut proven = Vec::new();
    for path in &args.files {
        let check = FileCheck::new(kept.to_vec(), trusted.clone());
        match check_file(path, check)? {
            Ok(proof) => {
                say(&mut text, path, &proof, !trusted.is_empty());
                let is_named = kept
                    .iter()
                    .any(|(organization, head)| *organization == proof.organization && head.seq == proof.head.seq);
                if !is_named {
                    text.push_str(
                        "  ! the end is not proved: events after it may have been left out; only the newest head, kept \
                         elsewhere and named with --head, tells\n",
                    );
                }
                proven.push(proof.organization);
            }
            Err(problem) => {
                exit = Exit::NotTiedOut;
                let _ = writeln!(text, "✗ {}: {problem}", path.display());
            }
        }
    }
    if let Some((other, _)) = kept.iter().find(|(kept, _)| !proven.contains(kept)) {
        exit = Exit::NotTiedOut;
        let _ = writeln!(text, "✗ no file proves the chain of {other}, whose head is named");
    }
    output::print(&text)?;
    Ok(exit)
}

fn say(text: &mut String, path: &Path, proof: &FileProof, is_known: bool) {
    let (head, organization) = (proof.head, proof.organization);
    let _ = writeln!(
        text,
        "✓ {}: {organization}:{}:{}",
        path.display(),
        head.seq,
        hex(&head.hash)
    );
    let Some(signed) = proof.signed else {
        let _ = writeln!(text, "  not signed: compare the head with one kept elsewhere");
        return;
    };
    let at = Timestamp::from_microsecond(signed.at_us).map_or_else(|_| "?".into(), |at| at.to_string());
    let _ = writeln!(
        text,
        "  signed to event {} of {} at {at} by {}{}",
        signed.seq,
        head.seq,
        hex(&signed.public_key),
        if is_known {
            ""
        } else {
            "; whose key that is, the file cannot say: compare it with one known from elsewhere"
        }
    );
    if signed.seq < head.seq {
        let _ = writeln!(
            text,
            "  ! nobody has signed events {} to {}: only a head kept elsewhere proves them",
            signed.seq.saturating_add(1),
            head.seq
        );
    }
}

/// What the file proves, or what is wrong with it and where.
fn check_file(path: &Path, mut check: FileCheck) -> Result<Result<FileProof, String>> {
    let what = || format!("cannot read {}", path.display());
    let mut file = BufReader::new(File::open(path).with_context(what)?);
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let limited = &mut file.by_ref().take(MAX_LINE_BYTES);
        if limited.read_until(b'\n', &mut line).with_context(what)? == 0 {
            break;
        }
        let checked = match line.strip_suffix(b"\n").map(str::from_utf8) {
            None => Err("it has no end: the file was cut off".to_owned()),
            Some(Err(_)) => Err("it is no text".to_owned()),
            Some(Ok(text)) => check.take(text),
        };
        if let Err(problem) = checked {
            return Ok(Err(format!("line {number}: {problem}")));
        }
    }
    Ok(check.end())
}
