//! A readable reference page, made from the same rows as the routes: no script, no outside files.

use crate::endpoint::{Endpoint, Verb};
use axum::response::Html;
use std::fmt::Write as _;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2630}\
    h2{margin-top:2.5rem;border-bottom:1px solid #d5dbe1}h3{font:600 14px ui-monospace,monospace;margin:1.6rem 0 .2rem}\
    p{margin:.2rem 0}code{font:13px ui-monospace,monospace;background:#f2f4f6;padding:0 .25em}\
    table{border-collapse:collapse;margin:.4rem 0}td{padding:.1rem .8rem .1rem 0;vertical-align:top}\
    b{display:inline-block;min-width:3.6rem}";

pub(crate) async fn all() -> Html<String> {
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>Tieout reference</title><style>{STYLE}</style><h1>Tieout reference</h1>\
         <p>Send <code>Authorization: Bearer KEY</code>. Amounts are decimal strings, dates <code>YYYY-MM-DD</code>, \
         instants UTC. A <code>POST</code> or <code>PUT</code> with the header <code>Idempotency-Key</code> is done once, \
         however often it comes."
    );
    for (name, title, endpoints) in crate::openapi::FACES {
        let _ = write!(
            page,
            "<h1>{title}</h1><p>OpenAPI: <a href=/openapi/{name}.json>/openapi/{name}.json</a>"
        );
        let mut section = "";
        for endpoint in endpoints() {
            let resource = resource(endpoint.path);
            if resource != section {
                section = resource;
                let _ = write!(page, "<h2>{section}</h2>");
            }
            entry(&mut page, endpoint);
        }
    }
    Html(page)
}

/// The first fixed word of a path that says what it is about.
fn resource(path: &str) -> &str {
    let mut words = path.split('/').filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    match (first, words.nth(1)) {
        ("organizations", Some(below)) => below,
        ("accounts", _) => "organizations",
        ("v1", _) if path.contains("/jobs") => "jobs",
        ("v1", _) if path.ends_with("/audit-chain") => "events",
        ("v1", _) => "books",
        (first, _) => first,
    }
}

fn entry(page: &mut String, endpoint: &Endpoint) {
    let verb = match endpoint.verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
        Verb::Put => "PUT",
        Verb::Delete => "DELETE",
    };
    let _ = write!(
        page,
        "<h3><b>{verb}</b> {}</h3><p>{}. Permission <code>{}</code>.",
        endpoint.path,
        endpoint.summary,
        endpoint.access.permission().name()
    );
    if !endpoint.query.is_empty() {
        page.push_str("<table>");
        for param in endpoint.query {
            let _ = write!(page, "<tr><td><code>{}</code><td>{}", param.name, param.meaning);
        }
        page.push_str("</table>");
    }
    let fields = endpoint.request.iter().map(|shape| (shape.name)());
    for name in fields {
        let _ = write!(page, "<p>Body: <code>{name}</code> of the document.");
    }
}
