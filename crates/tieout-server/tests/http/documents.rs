//! The OpenAPI document is reviewed like code.

use std::path::Path;
use tieout_server::openapi::{FACES, text_of};

/// `TIEOUT_UPDATE=1` writes the reviewed copies anew.
#[test]
fn the_documents_are_the_reviewed_ones() {
    for (face, ..) in FACES {
        let found = text_of(face) + "\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../docs/openapi/{face}.json"));
        if std::env::var_os("TIEOUT_UPDATE").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &found).unwrap();
        }
        let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == reviewed,
            "docs/openapi/{face}.json differs: run this with TIEOUT_UPDATE=1, review the change"
        );
    }
}

#[test]
fn every_shape_that_is_named_is_described() {
    for (face, ..) in FACES {
        let text = text_of(face);
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        for named in text.split("#/components/schemas/").skip(1) {
            let name = named.split('"').next().unwrap();
            assert!(document["components"]["schemas"][name].is_object(), "{face}: {name}");
        }
    }
}

#[test]
fn the_documents_describe_every_endpoint() {
    for (face, _, endpoints) in FACES {
        let document: serde_json::Value = serde_json::from_str(&text_of(face)).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        for endpoint in endpoints() {
            let verb = format!("{:?}", endpoint.verb).to_lowercase();
            let operation = &document["paths"][endpoint.path][verb.as_str()];
            assert_eq!(operation["summary"], endpoint.summary, "{verb} {}", endpoint.path);
        }
    }
}
