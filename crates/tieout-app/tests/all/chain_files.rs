//! Exported audit chains: what an intact one proves offline, and that no alteration passes.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tieout_app::chain_file::{FileCheck, FileProof};
use tieout_app::setup::CommandLineKey;
use tieout_app::signing::Signer;
use tieout_app::{App, Permissions, World};
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::event::Head;
use tieout_testdb::{TestDatabase, on_both_engines};

on_both_engines! {
    /// The head, and up to where it is signed by whom.
    an_export_is_proved_without_the_database;
    /// Each line, each field of a hash, each signature: changed, removed, moved, cut off.
    every_alteration_is_found;
    /// What an old key signed stays valid when another takes its place; it signs no more.
    heads_of_a_retired_key_stay_valid;
    /// A key that is retired says nothing about later heads.
    a_signature_after_retirement_is_refused;
}

/// A clock that goes on by a second at every look.
struct Ticks(AtomicI64, AtomicU64);

impl World for Ticks {
    fn now_us(&self) -> i64 {
        self.0.fetch_add(1_000_000, Ordering::SeqCst)
    }

    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let throw = self.1.fetch_add(1, Ordering::SeqCst).wrapping_add(1);
            // SplitMix64 (Steele, Lea, Flood 2014): hundreds of keys are made of it, no two alike.
            let mut mixed = throw.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = mixed.to_be_bytes()[0];
        }
    }
}

/// Books with this many events, at least two: the founding and the first key.
async fn books(test: &TestDatabase, events: usize) -> (App, Id<Organization>) {
    let world = Ticks(AtomicI64::new(1_706_778_000_000_000), AtomicU64::new(0));
    let app = App::new(test.database.clone(), Arc::new(world));
    let practice = app.prepare().await.unwrap().expect("an empty database").row.id;
    for number in 2..events {
        add_event(&app, &format!("key {number}")).await;
    }
    (app, practice)
}

async fn add_event(app: &App, name: &str) {
    let key = CommandLineKey {
        name: name.into(),
        permissions: Permissions::ALL,
        organization: None,
    };
    app.create_key(key).await.unwrap();
}

async fn export(app: &App, organization: Id<Organization>) -> Vec<String> {
    let mut export = app.export_chain(organization).await.unwrap();
    let mut text = String::new();
    while let Some(part) = export.next_part().await.unwrap() {
        text.push_str(&part);
    }
    text.lines().map(str::to_owned).collect()
}

fn check(lines: &[String]) -> Result<FileProof, String> {
    check_against(lines, FileCheck::new(Vec::new(), Vec::new()))
}

fn check_against(lines: &[String], mut check: FileCheck) -> Result<FileProof, String> {
    for line in lines {
        check.take(line)?;
    }
    check.end()
}

fn signer(number: u8) -> Signer {
    Signer::from_seed(&[number; 32]).unwrap()
}

mod bodies {
    use super::*;

    pub(super) async fn an_export_is_proved_without_the_database(test: TestDatabase) {
        let (app, organization) = books(&test, 3).await;
        let unsigned = check(&export(&app, organization).await).unwrap();
        assert_eq!((unsigned.head.seq, unsigned.signed), (3, None));
        app.register_key(&signer(1)).await.unwrap();
        app.sign_heads(&signer(1)).await.unwrap();
        add_event(&app, "after the signature").await;
        // More events than one part of an export holds.
        for number in 0..600 {
            add_event(&app, &format!("more {number}")).await;
        }
        let lines = export(&app, organization).await;
        let proof = check(&lines).unwrap();
        assert_eq!((proof.organization, proof.head.seq), (organization, 604));
        let signed = proof.signed.unwrap();
        assert_eq!((signed.seq, signed.public_key), (3, signer(1).public_key()));
        assert_eq!(
            app.verify_chains(vec![(organization, proof.head)]).await.unwrap()[0].1,
            Ok(proof.head)
        );
        // A key and a head that are known from elsewhere.
        let known = FileCheck::new(vec![(organization, proof.head)], vec![signer(1).public_key()]);
        assert_eq!(check_against(&lines, known), Ok(proof.clone()));
        let other_key = FileCheck::new(Vec::new(), vec![signer(2).public_key()]);
        assert!(
            check_against(&lines, other_key)
                .unwrap_err()
                .contains("none of the named keys")
        );
        let other = Head { seq: 2, hash: [7; 32] };
        let other_head = FileCheck::new(vec![(organization, other)], Vec::new());
        assert!(check_against(&lines, other_head).unwrap_err().contains("kept head"));
    }

    pub(super) async fn every_alteration_is_found(test: TestDatabase) {
        let (app, organization) = books(&test, 4).await;
        app.register_key(&signer(1)).await.unwrap();
        app.sign_heads(&signer(1)).await.unwrap();
        add_event(&app, "unsigned").await;
        let lines = export(&app, organization).await;
        check(&lines).unwrap();
        // First line, key, four events, signed head, event, end.
        assert_eq!(lines.len(), 9);
        for gone in 0..lines.len() {
            let mut fewer = lines.clone();
            fewer.remove(gone);
            assert!(check(&fewer).is_err(), "without line {gone}");
            let mut twice = lines.clone();
            twice.insert(gone, lines[gone].clone());
            // A public key twice says nothing new.
            assert!(
                check(&twice).is_err() || lines[gone].contains("public_key"),
                "line {gone} twice"
            );
        }
        for end in 0..lines.len() {
            assert!(check(&lines[..end]).is_err(), "cut off after {end} lines");
        }
        let mut altered = 0;
        for (number, line) in lines.iter().enumerate() {
            let fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(line).unwrap();
            for (name, value) in &fields {
                // When a key was made is for people; nothing rests on it.
                if name == "type" || (line.contains("public_key") && name == "created_at") {
                    continue;
                }
                let mut fields = fields.clone();
                let other = match value {
                    serde_json::Value::Number(number) => (number.as_i64().unwrap() + 1).into(),
                    serde_json::Value::String(text) => altered_text(text).into(),
                    _ => {
                        if line.contains("public_key") {
                            1.into()
                        } else {
                            "x".into()
                        }
                    }
                };
                fields.insert(name.clone(), other);
                let mut lines = lines.clone();
                lines[number] = serde_json::Value::Object(fields).to_string();
                assert!(check(&lines).is_err(), "{name} of line {number}");
                altered += 1;
            }
        }
        assert!(altered > 60, "{altered}");
        let mut more = lines.clone();
        more[2] = more[2].replacen('{', "{\"note\":\"x\",", 1);
        assert!(check(&more).is_err(), "a field that no hash covers");
    }

    pub(super) async fn heads_of_a_retired_key_stay_valid(test: TestDatabase) {
        let (app, organization) = books(&test, 2).await;
        app.register_key(&signer(1)).await.unwrap();
        app.sign_heads(&signer(1)).await.unwrap();
        add_event(&app, "between").await;
        app.register_key(&signer(2)).await.unwrap();
        app.sign_heads(&signer(2)).await.unwrap();
        assert_eq!(app.retire_other_keys(&signer(2)).await.unwrap(), 1);
        assert_eq!(app.retire_other_keys(&signer(2)).await.unwrap(), 0);
        add_event(&app, "after").await;
        let refused = app.sign_heads(&signer(1)).await.unwrap_err().to_string();
        assert!(refused.contains("retired"), "{refused}");
        app.register_key(&signer(2)).await.unwrap();
        app.sign_heads(&signer(2)).await.unwrap();
        assert!(app.verify_chains(Vec::new()).await.unwrap()[0].1.is_ok());
        let lines = export(&app, organization).await;
        assert_eq!(
            check(&lines).unwrap().signed.unwrap().public_key,
            signer(2).public_key()
        );
        // Who only knows the old key still has its word for what it signed.
        let old = FileCheck::new(Vec::new(), vec![signer(1).public_key()]);
        let signed = check_against(&lines, old).unwrap().signed.unwrap();
        assert_eq!((signed.seq, signed.public_key), (2, signer(1).public_key()));
    }

    pub(super) async fn a_signature_after_retirement_is_refused(test: TestDatabase) {
        let (app, organization) = books(&test, 2).await;
        app.register_key(&signer(1)).await.unwrap();
        app.sign_heads(&signer(1)).await.unwrap();
        let early = test.database.write((), |tx, ()| {
            Box::pin(async move { tx.execute("UPDATE signing_key SET retired_at = 1", &[]).await })
        });
        early.await.unwrap();
        let broken = app.verify_chains(Vec::new()).await.unwrap()[0].1.clone().unwrap_err();
        assert_eq!(broken.what, "the signature of its head is not valid");
        let refused = check(&export(&app, organization).await).unwrap_err();
        assert!(refused.contains("signature of head 2"), "{refused}");
    }
}

/// Another text of the same form: ids and hashes stay ids and hashes.
fn altered_text(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    match letters.last_mut() {
        Some(last) => *last = if *last == '0' { '1' } else { '0' },
        None => letters.push('x'),
    }
    letters.into_iter().collect()
}
