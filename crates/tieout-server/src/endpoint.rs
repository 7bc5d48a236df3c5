//! An endpoint is a row: verb, path, who may call it, what goes in and out, and the function that answers.
//!
//! Routes, access checks, the OpenAPI document and the access tests are made from the same rows, so that none of them can
//! forget one.

use crate::body;
use crate::problem::Failure;
use crate::wire;
use axum::RequestPartsExt;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Query, RawPathParams, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, MethodRouter, on};
use sha2::{Digest, Sha256};
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use tieout_app::access::Credentials;
use tieout_app::chain_file::ChainExport;
use tieout_app::memory::Answer;
use tieout_app::{App, AppError, Command, Context, Done, Once, Permission};
use tieout_core::Id;
use tieout_core::id::Organization;
use utoipa::openapi::schema::ComponentsBuilder;

pub(crate) use crate::params::{LIMIT, OFFSET};
pub use crate::params::{Param, ParamShape};

/// The largest body that is read: a transaction of 10,000 entries has about three million bytes.
const MAX_BODY_BYTES: usize = 8 * 1024 * 1024;
/// The longest command key that is kept.
const MAX_KEY_LETTERS: usize = 255;

/// What is said of a text with the character NUL.
const NUL: &str = "holds the character NUL, which cannot be stored";

/// What comes of a handler.
pub type Handled = Pin<Box<dyn Future<Output = Result<Reply, Failure>> + Send>>;

/// What answers.
#[derive(Clone, Copy)]
pub enum Handler {
    /// From the request alone.
    Of(fn(Call) -> Handled),
    /// Also from the version of the record that the caller saw, if `If-Match` says one.
    Versioned(fn(Call, Option<i64>) -> Handled),
}

/// One row.
pub struct Endpoint {
    /// The operation's name, of which each face has one: what generated clients call it. Never changed.
    pub id: &'static str,
    /// How it is called.
    pub verb: Verb,
    /// Where, with `{names}` for what varies.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// One line for people.
    pub summary: &'static str,
    /// Query parameters.
    pub query: &'static [Param],
    /// Shape of the body, if it has one.
    pub request: Option<Shape>,
    /// Status and shape of the answer.
    pub response: (u16, Shape),
    /// What answers.
    pub handler: Handler,
}

/// A shape of JSON in the OpenAPI document: its name, and what adds it to the components.
#[derive(Clone, Copy)]
pub struct Shape {
    /// The component's name.
    pub name: fn() -> String,
    /// Adds it and all it refers to.
    pub add: fn(ComponentsBuilder) -> ComponentsBuilder,
    /// Whether the answer is a page of them.
    pub is_list: bool,
}

/// The shape of a type.
pub const fn one<T: utoipa::ToSchema>() -> Shape {
    Shape {
        name: || T::name().into_owned(),
        add: |components| {
            let mut within = Vec::new();
            T::schemas(&mut within);
            components.schema_from::<T>().schemas_from_iter(within)
        },
        is_list: false,
    }
}

/// A page of a type.
pub const fn list<T: utoipa::ToSchema>() -> Shape {
    Shape {
        is_list: true,
        ..one::<T>()
    }
}

/// An answer of JSON Lines, each a record of its own.
pub const fn lines() -> Shape {
    Shape {
        name: || LINES.into(),
        add: |components| components,
        is_list: false,
    }
}

/// What the shape of [`lines`] is called; it is no component of the document.
pub(crate) const LINES: &str = "application/x-ndjson";

/// How an endpoint is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// To see.
    Get,
    /// To make or do.
    Post,
    /// To change.
    Put,
    /// To remove.
    Delete,
}

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy)]
pub enum Access {
    /// A key with this permission that reaches the organization named in the path.
    Organization(Permission),
    /// A key with this permission; no organization is named.
    Key(Permission),
}

impl Access {
    /// The permission.
    pub fn permission(self) -> Permission {
        match self {
            Self::Organization(permission) | Self::Key(permission) => permission,
        }
    }
}

/// A request whose caller is known and may make it.
pub struct Call {
    /// The application.
    pub app: App,
    /// Who asks, about which organization.
    pub ctx: Context,
    query: Vec<(String, String)>,
    asked: Arc<Asked>,
}

/// What a request says.
struct Asked {
    path: Vec<(String, String)>,
    /// `None` if it is larger than what is read.
    body: Option<Bytes>,
    headers: HeaderMap,
    verb: Method,
    uri: Uri,
}

/// An answer.
pub struct Reply {
    status: u16,
    content_type: &'static str,
    body: Body,
    etag: Option<String>,
}

impl Reply {
    /// This body with this status.
    pub fn new(status: u16, body: String) -> Self {
        Self {
            status,
            content_type: "application/json",
            body: body.into(),
            etag: None,
        }
    }

    fn known(answer: Answer) -> Self {
        let reply = Self {
            status: 200,
            content_type: "application/json",
            body: Bytes::from_owner(answer.body).into(),
            etag: None,
        };
        match answer.etag {
            Some(version) => reply.with_etag(version),
            None => reply,
        }
    }

    /// JSON Lines, read from the database as the client takes them.
    pub fn lines(export: ChainExport) -> Self {
        let parts = futures_util::stream::try_unfold(export, |mut export| async move {
            let part = export.next_part().await.inspect_err(|error| {
                // The status is sent long since: the client sees a connection that breaks, and a file without an end.
                eprintln!("tieout: an export of an audit chain broke off: {}", error.with_causes());
            })?;
            Ok::<_, AppError>(part.map(|part| (part, export)))
        });
        Self {
            status: 200,
            content_type: LINES,
            body: Body::from_stream(parts),
            etag: None,
        }
    }

    /// With a mark by which the client can say which state it saw.
    #[must_use]
    pub fn with_etag(mut self, version: i64) -> Self {
        self.etag = Some(format!("\"{version}\""));
        self
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = (status, [(header::CONTENT_TYPE, self.content_type)], self.body).into_response();
        if let Some(etag) = self.etag.and_then(|text| text.parse().ok()) {
            response.headers_mut().insert(header::ETAG, etag);
        }
        response
    }
}

impl Call {
    /// What stands in the path under this name.
    pub fn path(&self, name: &str) -> &str {
        self.asked
            .path
            .iter()
            .find(|(known, _)| known == name)
            .map_or("", |(_, value)| value)
    }

    /// An id in the path; one that cannot be an id does not exist.
    pub fn id<K: tieout_core::id::Kind>(&self, what: &'static str) -> Result<Id<K>, Failure> {
        Id::parse(self.path("id")).map_err(|_| tieout_app::AppError::NotFound(what).into())
    }

    /// A query parameter that is not empty.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
            .filter(|v| !v.is_empty())
    }

    fn body(&self) -> &[u8] {
        self.asked.body.as_deref().unwrap_or_default()
    }

    /// The body as JSON; an empty one is an empty object.
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> Result<T, Failure> {
        let body = self.body();
        let read = body::read(body)?;
        match wire::place_of_nul(body) {
            Some(place) => Err(AppError::invalid(place, NUL).into()),
            None => Ok(read),
        }
    }

    /// The version in `If-Match`, if there is one.
    fn seen_version(&self) -> Option<i64> {
        let text = self.asked.headers.get(header::IF_MATCH)?.to_str().ok()?;
        // A mark that is none of ours matches no state.
        (text != "*").then(|| text.trim_matches('"').parse().unwrap_or(-1))
    }

    /// A hash of everything that the request says.
    fn fingerprint(&self) -> [u8; 32] {
        Sha256::new()
            .chain_update(self.asked.verb.as_str())
            .chain_update(self.asked.uri.to_string())
            .chain_update([0])
            .chain_update(self.body())
            .finalize()
            .into()
    }

    /// An answer that depends on nothing but address, key and database: until the database changes, the same call gets
    /// it from memory.
    pub fn remember(&self, body: String, etag: Option<i64>) -> Reply {
        let body = Arc::from(body.into_bytes());
        let answer = Answer { body, etag };
        self.app.remember(&self.ctx, question(&self.asked.uri), answer.clone());
        Reply::known(answer)
    }

    /// Does a command and prints its output; with an `Idempotency-Key` it is done once, however often it comes.
    pub async fn run<C: Command>(
        self,
        status: u16,
        command: C,
        render: fn(&C::Output) -> String,
    ) -> Result<Reply, Failure> {
        self.run_showing(status, command, (render, render)).await
    }

    /// The same for a reply with a secret: `kept` prints what a repetition gets, without it.
    pub async fn run_showing<C: Command>(
        self,
        status: u16,
        command: C,
        (shown, kept): (Print<C::Output>, Print<C::Output>),
    ) -> Result<Reply, Failure> {
        let once = match self.asked.headers.get("idempotency-key") {
            None => None,
            Some(key) => Some(Once {
                key: checked_key(key)?,
                fingerprint: self.fingerprint(),
                render: kept,
            }),
        };
        let body = match self.app.run(&self.ctx, command, once).await? {
            Done::Executed(output) => shown(&output),
            Done::AlreadyApplied(reply) => reply,
        };
        Ok(Reply::new(status, body))
    }
}

/// What prints the output of a command.
pub(crate) type Print<T> = fn(&T) -> String;

fn question(uri: &Uri) -> &str {
    uri.path_and_query().map_or("", |question| question.as_str())
}

fn checked_key(key: &axum::http::HeaderValue) -> Result<String, Failure> {
    let text = key
        .to_str()
        .ok()
        .filter(|text| !text.is_empty() && text.len() <= MAX_KEY_LETTERS);
    let wrong = || tieout_app::AppError::invalid("Idempotency-Key", "must be 1 to 255 plain letters");
    Ok(text.ok_or_else(wrong)?.to_owned())
}

/// The route of an endpoint.
pub(crate) fn route(endpoint: &'static Endpoint, app: App) -> MethodRouter {
    let filter = match endpoint.verb {
        Verb::Get => MethodFilter::GET,
        Verb::Post => MethodFilter::POST,
        Verb::Put => MethodFilter::PUT,
        Verb::Delete => MethodFilter::DELETE,
    };
    on(filter, move |request: Request| async move {
        match answer(endpoint, app, request).await {
            Ok(reply) => reply.into_response(),
            Err(failure) => failure.into_response(),
        }
    })
}

async fn answer(endpoint: &'static Endpoint, app: App, request: Request) -> Result<Reply, Failure> {
    let (mut parts, body) = request.into_parts();
    let path = path_of(&mut parts).await;
    let credentials = Credentials {
        secret: bearer(&parts.headers).unwrap_or_default().to_owned(),
        organization: named_organization(endpoint, &path)?,
        ip_address: parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip().to_string()),
        user_agent: header_text(&parts.headers, "user-agent").map(|text| text.chars().take(255).collect()),
    };
    let needs = endpoint.access.permission();
    let ctx = match app.expect(&credentials, needs) {
        Some(ctx) => ctx,
        None => app.authenticate(&credentials, needs).await?,
    };
    if parts.method == Method::GET
        && let Some(known) = app.remembered(&ctx, question(&parts.uri))
    {
        return Ok(Reply::known(known));
    }
    let asked = Arc::new(Asked {
        path,
        body: axum::body::to_bytes(body, MAX_BODY_BYTES).await.ok(),
        headers: parts.headers,
        verb: parts.method,
        uri: parts.uri,
    });
    let outcome = handle(endpoint, (app.clone(), ctx.clone()), &asked).await;
    if app.settle(&ctx) {
        return outcome;
    }
    // Who calls was only expected, and nothing was done.
    let ctx = app.authenticate(&credentials, needs).await?;
    if let Err(failure) = outcome
        && failure.is_for_now()
    {
        // It waited for the database in vain, and would again.
        return Err(failure);
    }
    handle(endpoint, (app, ctx), &asked).await
}

async fn handle(endpoint: &Endpoint, (app, ctx): (App, Context), asked: &Arc<Asked>) -> Result<Reply, Failure> {
    if asked.body.is_none() {
        return Err(Failure::too_large(MAX_BODY_BYTES));
    }
    let query = Query::<Vec<(String, String)>>::try_from_uri(&asked.uri).map(|query| query.0);
    let query = query.map_err(|_| tieout_app::AppError::invalid("query", "cannot be read"))?;
    // What is no text for one engine is none for the other.
    for (name, value) in asked.path.iter().chain(&query) {
        if value.contains('\0') {
            return Err(AppError::invalid(name, NUL).into());
        }
    }
    let asked = Arc::clone(asked);
    let call = Call { app, ctx, query, asked };
    match endpoint.handler {
        Handler::Of(handler) => handler(call).await,
        Handler::Versioned(handler) => {
            let seen = call.seen_version();
            handler(call, seen).await
        }
    }
}

async fn path_of(parts: &mut Parts) -> Vec<(String, String)> {
    match parts.extract::<RawPathParams>().await {
        Ok(params) => params
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        Err(_) => Vec::new(),
    }
}

fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = header_text(headers, "authorization")?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// The organization that the path names. What cannot be one is looked up as one that nobody has.
fn named_organization(endpoint: &Endpoint, path: &[(String, String)]) -> Result<Option<Id<Organization>>, Failure> {
    match endpoint.access {
        Access::Key(_) => Ok(None),
        Access::Organization(_) => {
            let named = path.iter().find(|(name, _)| name == "organization_id");
            let (_, text) = named.ok_or(tieout_app::AppError::Internal("a path without organization"))?;
            Ok(Some(Id::parse(text).unwrap_or(Id::from_bytes([0; 16]))))
        }
    }
}
