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

#[test]
fn every_operation_has_a_name_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for (face, _, endpoints) in FACES {
        let document: serde_json::Value = serde_json::from_str(&text_of(face)).unwrap();
        for endpoint in endpoints() {
            let verb = format!("{:?}", endpoint.verb).to_lowercase();
            let operation = &document["paths"][endpoint.path][verb.as_str()];
            let id = operation["operationId"].as_str().unwrap();
            let is_plain = id.starts_with(|first: char| first.is_ascii_lowercase());
            assert!(is_plain && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
            assert!(seen.insert(id.to_owned()), "{id} is the name of two operations");
            for status in ["405", "500", "503"] {
                assert!(
                    operation["responses"][status].is_object(),
                    "{id} says nothing of {status}"
                );
            }
        }
    }
}

/// The version is handed to the functions that want it, and to no other: the document says what the table says.
#[test]
fn if_match_is_described_where_it_is_read() {
    use tieout_server::endpoint::Handler;
    let mut versioned = 0;
    for (face, _, endpoints) in FACES {
        let document: serde_json::Value = serde_json::from_str(&text_of(face)).unwrap();
        for endpoint in endpoints() {
            let verb = format!("{:?}", endpoint.verb).to_lowercase();
            let parameters = &document["paths"][endpoint.path][verb.as_str()]["parameters"];
            let named = parameters.as_array().into_iter().flatten();
            let is_described = named.clone().any(|parameter| parameter["name"] == "If-Match");
            let is_read = matches!(endpoint.handler, Handler::Versioned(_));
            assert_eq!(is_described, is_read, "{}", endpoint.id);
            versioned += usize::from(is_read);
            for parameter in named.filter(|parameter| parameter["name"] == "limit") {
                let expected = serde_json::json!({ "type": "integer", "default": 20, "minimum": 1, "maximum": 100 });
                assert_eq!(parameter["schema"], expected, "{}", endpoint.id);
            }
        }
    }
    assert_eq!(versioned, 3);
}
