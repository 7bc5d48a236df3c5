//! Whether the server can do what it is asked: it can if its database answers.

use crate::problem::Failure;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tieout_app::App;
use tokio::sync::Mutex;

/// How long an answer counts: whoever asks more often does not load the database.
const FRESH: Duration = Duration::from_secs(1);
/// Who asks wants to know now, and not when a request would be given up.
const PATIENCE: Duration = Duration::from_secs(5);

/// When the database was asked, and what kept it from answering, if anything did.
type Said = (Instant, Option<Failure>);

/// What the database last said.
#[derive(Clone)]
pub(crate) struct Health {
    app: App,
    last: Arc<Mutex<Option<Said>>>,
}

impl Health {
    pub(crate) fn of(app: &App) -> Self {
        Self {
            app: app.clone(),
            last: Arc::default(),
        }
    }

    async fn ask(&self) -> Option<Failure> {
        match tokio::time::timeout(PATIENCE, self.app.is_reachable()).await {
            Ok(Ok(())) => None,
            Ok(Err(error)) if error.is_busy() => Some(error.into()),
            Ok(Err(error)) => {
                // Whatever keeps it from answering is for the operator.
                eprintln!("tieout: the database does not answer: {}", error.with_causes());
                Some(Failure::unreachable())
            }
            Err(_) => Some(Failure::unreachable()),
        }
    }
}

/// `ok`, or why not. Many who ask at once share one question.
pub(crate) async fn healthz(State(health): State<Health>) -> Response {
    let mut last = health.last.lock().await;
    let failure = if let Some((_, failure)) = last.as_ref().filter(|(at, _)| at.elapsed() < FRESH) {
        failure.clone()
    } else {
        let failure = health.ask().await;
        *last = Some((Instant::now(), failure.clone()));
        failure
    };
    drop(last);
    failure.map_or_else(|| "ok\n".into_response(), Failure::into_response)
}
