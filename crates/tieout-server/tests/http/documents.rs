//! The OpenAPI document is reviewed like code.

use std::path::Path;

/// `TIEOUT_UPDATE=1` writes the reviewed copy anew.
#[test]
fn the_document_is_the_reviewed_one() {
    let found = tieout_server::openapi::crane_text() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi/crane.json");
    if std::env::var_os("TIEOUT_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &found).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == reviewed,
        "docs/openapi/crane.json differs: run this test with TIEOUT_UPDATE=1 and review the change"
    );
}

#[test]
fn the_document_describes_every_endpoint() {
    let document: serde_json::Value = serde_json::from_str(&tieout_server::openapi::crane_text()).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
    for endpoint in tieout_server::endpoints() {
        let verb = format!("{:?}", endpoint.verb).to_lowercase();
        let operation = &document["paths"][endpoint.path][verb.as_str()];
        assert_eq!(operation["summary"], endpoint.summary, "{verb} {}", endpoint.path);
    }
}
