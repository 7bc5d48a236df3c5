//! Errors as answers: the one place that says which status, type and code an error has.

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use tieout_app::AppError;

/// What is said of a field that is missing.
const REQUIRED: &str = "is required";

/// An error on its way out.
#[derive(Debug, Clone)]
pub struct Failure {
    status: u16,
    kind: &'static str,
    code: String,
    message: String,
    details: Option<Value>,
}

impl Failure {
    /// Fields that a body lacks, all of them.
    pub(crate) fn missing(places: &[String]) -> Self {
        let named = places.iter().map(|place| (place.clone(), Value::from(REQUIRED)));
        let fields: Map<String, Value> = named.collect();
        let message = places.iter().map(|place| format!("{place}: {REQUIRED}"));
        let message = message.collect::<Vec<_>>().join("; ");
        Self::new(400, "validation_error", "invalid_request", message).with(json!({ "fields": fields }))
    }

    /// A field that is not of the wanted shape; without a place it is the body itself.
    pub(crate) fn wrong(place: &str, message: &str) -> Self {
        match place {
            "" => AppError::invalid("body", format!("cannot be read: {message}")),
            _ => AppError::invalid(place, message),
        }
        .into()
    }

    /// A body that is no JSON at all.
    pub(crate) fn unreadable(error: &serde_json::Error) -> Self {
        AppError::invalid("body", format!("cannot be read: {error}")).into()
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        AppError::invalid("body", format!("has more than {limit} bytes")).into()
    }

    /// What is wrong with the request; none if it is nothing that the caller could mend.
    pub(crate) fn refusal(&self) -> Option<&str> {
        (self.status < 500).then_some(self.message.as_str())
    }

    /// Whether it says that a record of this kind does not exist.
    pub(crate) fn is_missing(&self, what: &str) -> bool {
        self.status == 404 && self.message == format!("no such {what}")
    }

    /// The database does not answer.
    pub(crate) fn unreachable() -> Self {
        let message = "the database cannot be reached and nothing was done; try again when it is there";
        Self::new(503, "server_error", "database_unreachable", message.into())
    }

    /// The database is busy or away.
    pub(crate) fn is_for_now(&self) -> bool {
        self.status == 503
    }

    /// It says who may not.
    pub(crate) fn is_of_caller(&self) -> bool {
        matches!(self.status, 401 | 403)
    }

    fn new(status: u16, kind: &'static str, code: &str, message: String) -> Self {
        Self {
            status,
            kind,
            code: code.to_owned(),
            message,
            details: None,
        }
    }

    fn with(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        if error.is_unreachable() {
            return Self::unreachable();
        }
        if error.is_busy() {
            let message = "the database is busy and nothing was done; try again in a moment";
            return Self::new(503, "server_error", "database_busy", message.into());
        }
        if error.has_unknown_end() {
            eprintln!("tieout: {}", error.with_causes());
            let message = "the connection to the database was lost while this was stored, so it may be done or not: repeat it \
                           with its Idempotency-Key, or look before you repeat it without";
            return Self::new(503, "server_error", "outcome_unknown", message.into());
        }
        let message = error.to_string();
        match error {
            AppError::Unauthenticated => Self::new(401, "authentication_error", "invalid_api_key", message),
            AppError::Denied(_) => Self::new(403, "authorization_error", "insufficient_permissions", message),
            AppError::NotFound(_) => Self::new(404, "not_found_error", "resource_not_found", message),
            AppError::NoneAt { field, what } => {
                let fields = json!({ "fields": { field: format!("no such {what}") } });
                Self::new(404, "not_found_error", "resource_not_found", message).with(fields)
            }
            AppError::Invalid { field, message } => {
                let fields = json!({ "fields": { field.clone(): message } });
                Self::new(
                    400,
                    "validation_error",
                    "invalid_request",
                    format!("{field}: {message}"),
                )
                .with(fields)
            }
            AppError::Unbalanced {
                debits,
                credits,
                difference,
            } => Self::new(400, "validation_error", "transaction_does_not_balance", message)
                .with(json!({ "total_debits": debits, "total_credits": credits, "difference": difference })),
            AppError::Rule { code, message, details } => {
                let failure = Self::new(422, "business_rule_error", code, message);
                if details.is_empty() {
                    return failure;
                }
                let details: Map<String, Value> = details
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect();
                failure.with(details.into())
            }
            AppError::Conflict(_) => Self::new(409, "conflict_error", "conflict", message),
            AppError::Store(_) | AppError::Internal(_) | AppError::Tried(_) => {
                // What failed is for the operator; the caller learns only that it was not their fault.
                eprintln!("tieout: {}", error.with_causes());
                Self::new(
                    500,
                    "server_error",
                    "internal_error",
                    "an internal error occurred".into(),
                )
            }
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut error = json!({ "type": self.kind, "code": self.code, "message": self.message, "status": self.status });
        if let Some(details) = self.details {
            error["details"] = details;
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = json!({ "error": error }).to_string();
        let mut response = (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let soon = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        response
    }
}

pub(crate) async fn no_such_path(uri: Uri) -> Failure {
    Failure::new(
        404,
        "not_found_error",
        "resource_not_found",
        format!("there is nothing at {}", uri.path()),
    )
}

pub(crate) async fn no_such_method(uri: Uri) -> Failure {
    Failure::new(
        405,
        "validation_error",
        "method_not_allowed",
        format!("{} takes other methods", uri.path()),
    )
}
