//! HTTP: the Crane-compatible face and our own, authentication, errors, OpenAPI.
//!
//! The only crate that knows the JSON of our interfaces. **Never knows** SQL, a rule of the books, or who may do what
//! beyond naming the permission that an endpoint needs.
//!
//! Begin reading at [`endpoint`] (every endpoint is a row of a table, from which routes, access checks and documents
//! follow), then any resource in `crane/`. [`problem`] is the one place that turns errors into answers.

// Of a field in a body that changes something, absent, null and a value are three things.
#![allow(clippy::option_option)]

mod body;
mod choices;
pub mod crane;
pub mod endpoint;
mod health;
mod late;
pub mod openapi;
mod params;
pub mod problem;
mod reference;
pub mod v1;
mod wire;

pub use endpoint::{Access, Endpoint, Verb};

use axum::Router;
use std::future::Future;
use std::net::SocketAddr;
use tieout_app::App;

/// Every endpoint of every face.
pub fn endpoints() -> Vec<&'static Endpoint> {
    openapi::FACES
        .iter()
        .flat_map(|(_, _, endpoints)| endpoints())
        .collect()
}

/// The routes over this application.
pub fn router(app: &App) -> Router {
    let mut router = Router::new()
        .route(
            "/healthz",
            axum::routing::get(health::healthz).with_state(health::Health::of(app)),
        )
        .route("/openapi/crane.json", axum::routing::get(openapi::crane_json))
        .route("/openapi/v1.json", axum::routing::get(openapi::v1_json))
        .route("/reference", axum::routing::get(reference::all));
    for endpoint in endpoints() {
        router = router.route(endpoint.path, endpoint::route(endpoint, app.clone()));
    }
    router
        .fallback(problem::no_such_path)
        .method_not_allowed_fallback(problem::no_such_method)
}

/// Paths that need no key and are no endpoints: the test of access knows them by this list.
pub const PUBLIC_PATHS: &[&str] = &["/healthz", "/openapi/crane.json", "/openapi/v1.json", "/reference"];

/// Serves until `stop` is done; requests under way are finished.
pub async fn serve(
    app: &App,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stop).await
}
