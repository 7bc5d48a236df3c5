//! The OpenAPI documents, made from the same rows as the routes.

use crate::endpoint::{Access, Endpoint, Handler, LINES, Param, ParamShape, Shape, Verb};
use axum::http::header;
use axum::response::IntoResponse;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ArrayBuilder, ComponentsBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Required, Schema};

/// A face: its name in addresses, its title, its endpoints.
pub type Face = (&'static str, &'static str, fn() -> Vec<&'static Endpoint>);

/// Every face.
pub const FACES: &[Face] = &[
    ("crane", "Tieout, Crane-compatible interface", crate::crane::endpoints),
    ("v1", "Tieout, own interface", crate::v1::endpoints),
];

/// The document of a face.
fn document(title: &str, endpoints: &[&'static Endpoint]) -> OpenApi {
    let mut paths = PathsBuilder::new();
    let mut components = ComponentsBuilder::new()
        .security_scheme("key", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)))
        .schema("Error", error_schema());
    for endpoint in endpoints {
        paths = paths.path(endpoint.path, PathItem::new(method(endpoint.verb), operation(endpoint)));
        for shape in endpoint.request.iter().chain([&endpoint.response.1]) {
            components = (shape.add)(components);
        }
    }
    let info = InfoBuilder::new()
        .title(title)
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Ledger and bank reconciliation. Amounts are decimal strings, dates YYYY-MM-DD, instants UTC. A POST or PUT \
             with the header Idempotency-Key is done once, however often it comes.",
        ))
        .build();
    OpenApiBuilder::new()
        .info(info)
        .paths(paths.build())
        .components(Some(components.build()))
        .build()
}

/// The document of the face with this name, as text.
pub fn text_of(face: &str) -> String {
    let found = FACES.iter().find(|(name, ..)| *name == face);
    found
        .and_then(|(_, title, endpoints)| document(title, &endpoints()).to_pretty_json().ok())
        .unwrap_or_default()
}

pub(crate) async fn crane_json() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], text_of("crane"))
}

pub(crate) async fn v1_json() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], text_of("v1"))
}

fn method(verb: Verb) -> HttpMethod {
    match verb {
        Verb::Get => HttpMethod::Get,
        Verb::Post => HttpMethod::Post,
        Verb::Put => HttpMethod::Put,
        Verb::Delete => HttpMethod::Delete,
    }
}

fn operation(endpoint: &Endpoint) -> utoipa::openapi::path::Operation {
    let mut operation = OperationBuilder::new()
        .operation_id(Some(endpoint.id))
        .summary(Some(endpoint.summary))
        .description(Some(format!(
            "Needs the permission `{}`.",
            endpoint.access.permission().name()
        )))
        .security(SecurityRequirement::new("key", Vec::<String>::new()));
    for name in endpoint
        .path
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
    {
        operation = operation.parameter(
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .schema(Some(text())),
        );
    }
    for param in endpoint.query {
        let parameter = ParameterBuilder::new()
            .name(param.name)
            .parameter_in(ParameterIn::Query);
        operation = operation.parameter(parameter.description(Some(param.meaning)).schema(Some(shape_of(param))));
    }
    for (name, meaning) in headers(endpoint) {
        let parameter = ParameterBuilder::new().name(*name).parameter_in(ParameterIn::Header);
        operation = operation.parameter(parameter.description(Some(*meaning)).schema(Some(text())));
    }
    if let Some(shape) = &endpoint.request {
        let content = ContentBuilder::new().schema(Some(reference(shape))).build();
        let body = RequestBodyBuilder::new()
            .required(Some(Required::True))
            .content("application/json", content);
        operation = operation.request_body(Some(body.build()));
    }
    let (status, shape) = &endpoint.response;
    let name = (shape.name)();
    let (content_type, shown) = if name == LINES {
        (LINES, text())
    } else {
        ("application/json", schema(shape))
    };
    let done = ContentBuilder::new().schema(Some(shown)).build();
    operation = operation.response(
        status.to_string(),
        ResponseBuilder::new()
            .description("Done")
            .content(content_type, done)
            .build(),
    );
    for (status, meaning) in refusals(endpoint) {
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Error")))
            .build();
        let refused = ResponseBuilder::new()
            .description(*meaning)
            .content("application/json", content);
        operation = operation.response(*status, refused.build());
    }
    operation.build()
}

/// What a query parameter may be.
fn shape_of(param: &Param) -> RefOr<Schema> {
    match param.shape {
        ParamShape::Text => text(),
        ParamShape::Day => ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .build()
            .into(),
        ParamShape::Choice(values) => ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(values.iter().copied()))
            .build()
            .into(),
        ParamShape::Number { least, most, default } => ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(least))
            .maximum(most)
            .default(Some(default.into()))
            .build()
            .into(),
    }
}

type Named = (&'static str, &'static str);

fn headers(endpoint: &Endpoint) -> &'static [Named] {
    const BOTH: &[Named] = &[
        (
            "Idempotency-Key",
            "1 to 255 plain letters: with the same key the request is done once within 24 hours",
        ),
        (
            "If-Match",
            "the ETag that was seen: refused with 409 if the record changed since",
        ),
    ];
    match (endpoint.verb, endpoint.handler) {
        (Verb::Get | Verb::Delete, _) => &[],
        (Verb::Post | Verb::Put, Handler::Versioned(_)) => BOTH,
        (Verb::Post | Verb::Put, Handler::Of(_)) => BOTH.split_at(1).0,
    }
}

fn refusals(endpoint: &Endpoint) -> &'static [(&'static str, &'static str)] {
    const ALL: &[(&str, &str)] = &[
        ("400", "A field is wrong"),
        ("401", "The key is missing, invalid, revoked or expired"),
        ("403", "The key lacks the permission"),
        ("404", "There is no such record, or not for this key"),
        ("405", "The address does not take this method"),
        ("500", "Something failed in the server; its log says what"),
        (
            "503",
            "The database is busy and nothing was done; try again in a moment",
        ),
        (
            "409",
            "The record changed meanwhile, or the Idempotency-Key was used for another request",
        ),
        ("422", "A rule of the books forbids it"),
    ];
    match (endpoint.verb, endpoint.access) {
        (Verb::Get, Access::Key(_) | Access::Organization(_)) => ALL.split_at(7).0,
        _ => ALL,
    }
}

fn text() -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).build().into()
}

fn reference(shape: &Shape) -> RefOr<Schema> {
    Ref::from_schema_name((shape.name)()).into()
}

fn schema(shape: &Shape) -> RefOr<Schema> {
    if !shape.is_list {
        return reference(shape);
    }
    ObjectBuilder::new()
        .property("object", text())
        .property("data", ArrayBuilder::new().items(reference(shape)))
        .property("has_more", ObjectBuilder::new().schema_type(Type::Boolean))
        .property("total_count", ObjectBuilder::new().schema_type(Type::Integer))
        .required("object")
        .required("data")
        .required("has_more")
        .required("total_count")
        .build()
        .into()
}

fn error_schema() -> Schema {
    let error = ObjectBuilder::new()
        .property("type", text())
        .property("code", text())
        .property("message", text())
        .property("status", ObjectBuilder::new().schema_type(Type::Integer))
        .property("details", ObjectBuilder::new().schema_type(Type::Object))
        .required("type")
        .required("code")
        .required("message")
        .required("status");
    ObjectBuilder::new()
        .property("error", error)
        .required("error")
        .build()
        .into()
}
