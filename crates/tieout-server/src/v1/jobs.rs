//! Jobs in the background: asked for, looked at, cancelled, tried again.

use crate::choices::{JobKind, JobState};
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of, one,
};
use crate::wire::{self, instant, json, page, raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::job::{Ask, CancelJob, GetJob, Kind, ListJobs, RetryJob, is_recurring};
use tieout_app::store::job::JobRow;
use utoipa::ToSchema;

const fn row(
    verb: Verb,
    path: &'static str,
    (action, id, summary): (Action, &'static str, &'static str),
    handler: Handler,
) -> Endpoint {
    Endpoint {
        id,
        verb,
        path,
        access: Access::Organization(Permission(Resource::Jobs, action)),
        summary,
        query: &[],
        request: None,
        response: (200, one::<JobBody>()),
        handler,
    }
}

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        query: &[
            Param::choice("state", "queued, running, done, dead or cancelled", JobState::ALL),
            LIMIT,
            OFFSET,
        ],
        response: (200, list_of::<JobBody>()),
        ..row(
            Verb::Get,
            "/v1/organizations/{organization_id}/jobs",
            (Action::Read, "listJobs", "List jobs, newest first"),
            Handler::Of(list),
        )
    },
    Endpoint {
        request: Some(one::<AskBody>()),
        response: (201, one::<JobBody>()),
        ..row(
            Verb::Post,
            "/v1/organizations/{organization_id}/jobs",
            (
                Action::Write,
                "createJob",
                "Ask for a job now; one of a practice covers all its organizations",
            ),
            Handler::Of(ask),
        )
    },
    row(
        Verb::Get,
        "/v1/organizations/{organization_id}/jobs/{id}",
        (Action::Read, "getJob", "Get a job"),
        Handler::Of(get),
    ),
    row(
        Verb::Post,
        "/v1/organizations/{organization_id}/jobs/{id}/cancel",
        (Action::Write, "cancelJob", "Cancel a job that waits or runs"),
        Handler::Of(cancel),
    ),
    row(
        Verb::Post,
        "/v1/organizations/{organization_id}/jobs/{id}/retry",
        (Action::Write, "retryJob", "Queue a job again that was given up"),
        Handler::Of(retry),
    ),
];

/// What is to be done.
#[derive(Deserialize, ToSchema)]
struct AskBody {
    /// `clean_up` or `verify_audit_chains`.
    #[schema(value_type = JobKind)]
    kind: String,
}

/// A job.
#[derive(Serialize, ToSchema)]
struct JobBody {
    id: String,
    organization_id: String,
    #[schema(value_type = JobKind)]
    kind: String,
    /// `queued`, `running`, `done`, `dead` (given up after its last attempt) or `cancelled`.
    #[schema(value_type = JobState)]
    state: String,
    /// Whether another one follows when it ends.
    is_recurring: bool,
    /// When it is run, or was queued to be.
    run_at: String,
    attempts: i64,
    max_attempts: i64,
    /// Events checked, rows removed.
    progress: i64,
    /// What came of it, when it is done.
    #[schema(value_type = Option<Object>)]
    result: Option<Box<RawValue>>,
    /// Why its latest attempt failed.
    problem: Option<String>,
    created_by: String,
    created_at: String,
    updated_at: String,
}

fn body(row: &JobRow) -> JobBody {
    JobBody {
        id: row.id.to_string(),
        organization_id: row.organization_id.to_string(),
        kind: row.kind.clone(),
        state: row.state.clone(),
        is_recurring: is_recurring(row),
        run_at: instant(row.run_at),
        attempts: row.attempts,
        max_attempts: row.max_attempts,
        progress: row.progress,
        result: row.result.as_deref().map(raw),
        problem: row.problem.clone(),
        created_by: row.created_by.to_string(),
        created_at: instant(row.created_at),
        updated_at: instant(row.updated_at),
    }
}

fn print(row: &JobRow) -> String {
    json(&body(row))
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let state = call.query("state").unwrap_or_default().to_owned();
        if !matches!(
            state.as_str(),
            "" | "queued" | "running" | "done" | "dead" | "cancelled"
        ) {
            return Err(AppError::invalid("state", "must be queued, running, done, dead or cancelled").into());
        }
        let (rows, count) = call.app.look_at_once(&call.ctx, ListJobs(state, page)).await?;
        let bodies = rows.iter().map(body).collect();
        Ok(Reply::new(200, wire::list(bodies, page, count)))
    })
}

fn ask(call: Call) -> Handled {
    Box::pin(async move {
        let body: AskBody = call.json()?;
        let command = Ask(Kind::named(&body.kind)?);
        call.run(201, command, print).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let query = GetJob(call.id("job")?);
        let row = call.app.look(&call.ctx, query).await?;
        Ok(Reply::new(200, print(&row)))
    })
}

fn cancel(call: Call) -> Handled {
    Box::pin(async move {
        let command = CancelJob(call.id("job")?);
        call.run(200, command, print).await
    })
}

fn retry(call: Call) -> Handled {
    Box::pin(async move {
        let command = RetryJob(call.id("job")?);
        call.run(200, command, print).await
    })
}
