//! Drafts: writes that wait for approval.

use super::transactions::{CreateTransactionBody, transaction_of};
use crate::body;
use crate::choices::{DraftOperation, DraftStatus};
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of, one,
};
use crate::late::{self, PostingWarningBody};
use crate::problem::Failure;
use crate::wire::{self, instant, json, page, raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tieout_app::AppError;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::draft::{ApproveDraft, CreateDraft, GetDraft, ListDrafts, RejectDraft, TryTransaction, check_pending};
use tieout_app::posting::{Entered, Late, NewTransaction};
use tieout_app::store::draft::DraftRow;
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createDraft",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/drafts",
        access: may(Action::Write),
        summary: "Keep a write until somebody approves it",
        query: &[],
        request: Some(one::<CreateDraftBody>()),
        response: (201, one::<DraftBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "listDrafts",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/drafts",
        access: may(Action::Read),
        summary: "List drafts, newest first",
        query: &[
            Param::choice("status", "pending, approved or rejected", DraftStatus::ALL),
            LIMIT,
            OFFSET,
        ],
        request: None,
        response: (200, list_of::<DraftBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getDraft",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/drafts/{id}",
        access: may(Action::Read),
        summary: "Get a draft",
        query: &[],
        request: None,
        response: (200, one::<DraftBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "validateDraft",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/drafts/{id}/validate",
        access: may(Action::Read),
        summary: "Try a draft without doing it",
        query: &[],
        request: None,
        response: (200, one::<ValidationBody>()),
        handler: Handler::Of(validate),
    },
    Endpoint {
        id: "approveDraft",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/drafts/{id}/approve",
        // Approving does the write: it needs the permission of the write.
        access: Access::Organization(Permission(Resource::Transactions, Action::Write)),
        summary: "Approve a draft: it is done",
        query: &[],
        request: None,
        response: (200, one::<DraftBody>()),
        handler: Handler::Of(approve),
    },
    Endpoint {
        id: "rejectDraft",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/drafts/{id}/reject",
        access: may(Action::Write),
        summary: "Reject a draft",
        query: &[],
        request: Some(one::<RejectBody>()),
        response: (200, one::<DraftBody>()),
        handler: Handler::Of(reject),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::Drafts, action))
}

/// A new draft.
#[derive(Deserialize, ToSchema)]
struct CreateDraftBody {
    /// `create_transaction`.
    #[schema(value_type = DraftOperation)]
    operation: String,
    /// The body of the write.
    #[schema(value_type = Object)]
    payload: Box<RawValue>,
}

/// Why a draft is rejected.
#[derive(Deserialize, ToSchema)]
struct RejectBody {
    reason: Option<String>,
}

/// A draft.
#[derive(Serialize, ToSchema)]
struct DraftBody {
    id: String,
    object: &'static str,
    #[schema(value_type = DraftOperation)]
    operation: String,
    #[schema(value_type = Object)]
    payload: Box<RawValue>,
    #[schema(value_type = DraftStatus)]
    status: String,
    result_id: Option<String>,
    reason: Option<String>,
    created_by: String,
    decided_by: Option<String>,
    created_at: String,
    updated_at: String,
    /// Where approving it just posted into a period that is reconciled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<PostingWarningBody>,
}

/// What trying a draft found.
#[derive(Serialize, ToSchema)]
struct ValidationBody {
    valid: bool,
    errors: Vec<String>,
    /// Where approving it now would post into a period that is reconciled.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<PostingWarningBody>,
}

impl From<&DraftRow> for DraftBody {
    fn from(row: &DraftRow) -> Self {
        Self {
            id: row.id.to_string(),
            object: "draft",
            operation: row.operation.clone(),
            payload: raw(&row.payload),
            status: row.status.clone(),
            result_id: row.result_id.clone(),
            reason: row.reason.clone(),
            created_by: row.created_by.to_string(),
            decided_by: row.decided_by.map(|id| id.to_string()),
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
            warnings: Vec::new(),
        }
    }
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateDraftBody = call.json()?;
        if !body.payload.get().starts_with('{') {
            return Err(AppError::invalid("payload", "must be an object: the body of the write").into());
        }
        let command = CreateDraft {
            operation: body.operation,
            payload: body.payload.get().to_owned(),
        };
        call.run(201, command, |row| json(&DraftBody::from(row))).await
    })
}

async fn find(call: &Call) -> Result<DraftRow, Failure> {
    Ok(call.app.look(&call.ctx, GetDraft(call.id("draft")?)).await?)
}

/// What a draft holds. What is wrong with it is named as in the body of the write.
async fn payload(call: &Call, row: &DraftRow) -> Result<NewTransaction, Failure> {
    let body: CreateTransactionBody = body::read(row.payload.as_bytes())?;
    Ok(transaction_of(call, body).await?)
}

/// Where approving a draft would be late.
async fn attempt(call: &Call, row: &DraftRow) -> Result<Late, Failure> {
    let new = payload(call, row).await?;
    match call.app.execute(&call.ctx, TryTransaction(new)).await {
        Ok(()) => Ok(Late::new()),
        Err(AppError::Tried(late)) => Ok(late),
        Err(error) => Err(error.into()),
    }
}

fn validate(call: Call) -> Handled {
    Box::pin(async move {
        let row = find(&call).await?;
        let (errors, late) = match attempt(&call, &row).await {
            Ok(late) => (Vec::new(), late),
            Err(failure) if failure.is_of_caller() => return Err(failure),
            Err(failure) => match failure.refusal() {
                Some(message) => (vec![message.to_owned()], Late::new()),
                None => return Err(failure),
            },
        };
        let body = ValidationBody {
            valid: errors.is_empty(),
            errors,
            warnings: late::warnings(&late),
        };
        Ok(Reply::new(200, json(&body)))
    })
}

fn approve(call: Call) -> Handled {
    Box::pin(async move {
        let row = find(&call).await?;
        // Before its payload: what was wrong with it matters no more.
        check_pending(&row)?;
        let command = ApproveDraft {
            id: row.id,
            transaction: payload(&call, &row).await?,
        };
        let print = |(row, entered): &(DraftRow, Entered)| {
            json(&DraftBody {
                warnings: late::warnings(&entered.late),
                ..DraftBody::from(row)
            })
        };
        call.run(200, command, print).await
    })
}

fn reject(call: Call) -> Handled {
    Box::pin(async move {
        let body: RejectBody = call.json()?;
        let command = RejectDraft {
            id: call.id("draft")?,
            reason: body.reason,
        };
        call.run(200, command, |row| json(&DraftBody::from(row))).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move { Ok(Reply::new(200, json(&DraftBody::from(&find(&call).await?)))) })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let status = call.query("status").unwrap_or_default().to_owned();
        if !matches!(status.as_str(), "" | "pending" | "approved" | "rejected") {
            return Err(AppError::invalid("status", "must be pending, approved or rejected").into());
        }
        let (rows, count) = call.app.look(&call.ctx, ListDrafts(status, page)).await?;
        Ok(Reply::new(
            200,
            wire::list(rows.iter().map(DraftBody::from).collect(), page, count),
        ))
    })
}
