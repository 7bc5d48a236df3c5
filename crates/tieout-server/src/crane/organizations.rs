//! Organizations, and the few calls around them that say how a self-hosted server differs (nothing is metered).

use super::accounts::CurrencyBrief;
use crate::choices::{RelationshipType, SettingType};
use crate::endpoint::{Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Reply, Verb, list as list_of, one};
use crate::wire::{self, Day, Metadata, currency_code, instant, json, metadata, page, patch, raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::organization::{
    CreateBelow, CreatePractice, GetOrganization, ListOrganizations, OrganizationFields, Practice, UpdateOrganization,
};
use tieout_app::store::organization::OrganizationRow;
use tieout_app::{AppError, amounts};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createPractice",
        verb: Verb::Post,
        path: "/accounts/master",
        access: Access::Key(Permission(Resource::Organizations, Action::Write)),
        summary: "Found a practice; its first key is shown once",
        query: &[],
        request: Some(one::<CreateOrganizationBody>()),
        response: (201, one::<PracticeBody>()),
        handler: Handler::Of(create_practice),
    },
    Endpoint {
        id: "createOrganization",
        verb: Verb::Post,
        path: "/accounts/sub",
        access: Access::Key(Permission(Resource::Organizations, Action::Write)),
        summary: "Create an organization below another one",
        query: &[],
        request: Some(one::<CreateOrganizationBody>()),
        response: (201, one::<OrganizationBody>()),
        handler: Handler::Of(create_below),
    },
    Endpoint {
        id: "listOrganizations",
        verb: Verb::Get,
        path: "/organizations",
        access: Access::Key(Permission(Resource::Organizations, Action::Read)),
        summary: "List the organizations that the key reaches",
        query: &[LIMIT, OFFSET],
        request: None,
        response: (200, list_of::<OrganizationBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getOrganization",
        verb: Verb::Get,
        path: "/organizations/{organization_id}",
        access: may(Action::Read),
        summary: "Get an organization",
        query: &[],
        request: None,
        response: (200, one::<OrganizationBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "updateOrganization",
        verb: Verb::Put,
        path: "/organizations/{organization_id}",
        access: may(Action::Write),
        summary: "Change an organization; what is left out stays",
        query: &[],
        request: Some(one::<UpdateOrganizationBody>()),
        response: (200, one::<OrganizationBody>()),
        handler: Handler::Of(update),
    },
    Endpoint {
        id: "getBilling",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/billing",
        access: may(Action::Read),
        summary: "Get the credit balance: nothing is metered here",
        query: &[],
        request: None,
        response: (200, one::<BillingBody>()),
        handler: Handler::Of(billing),
    },
    Endpoint {
        id: "listSettings",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/settings",
        access: may(Action::Read),
        summary: "List settings",
        query: &[],
        request: None,
        response: (200, list_of::<SettingBody>()),
        handler: Handler::Of(settings),
    },
    Endpoint {
        id: "getSetting",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/settings/{key}",
        access: may(Action::Read),
        summary: "Get a setting",
        query: &[],
        request: None,
        response: (200, one::<SettingBody>()),
        handler: Handler::Of(setting),
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::Organizations, action))
}

/// A new organization.
#[derive(Deserialize, ToSchema)]
struct CreateOrganizationBody {
    #[serde(alias = "name")]
    organization_name: String,
    #[serde(alias = "base_currency")]
    base_currency_code: String,
    /// Default: the key's own organization. Not for a practice.
    parent_organization_id: Option<String>,
    /// `owned` (the default) or `linked`. Not for a practice.
    #[schema(value_type = Option<RelationshipType>)]
    relationship_type: Option<String>,
    domain: Option<String>,
    tax_number: Option<String>,
    /// First month of the year, 1 to 12.
    fiscal_year_start: Option<i64>,
    metadata: Option<Metadata>,
}

/// A changed organization.
#[derive(Deserialize, ToSchema)]
struct UpdateOrganizationBody {
    #[serde(alias = "organization_name")]
    name: Option<String>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    domain: Option<Option<String>>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    tax_number: Option<Option<String>>,
    fiscal_year_start: Option<i64>,
    base_currency_code: Option<String>,
    #[serde(default, deserialize_with = "patch")]
    #[schema(value_type = Option<String>)]
    books_closed_through: Option<Option<Day>>,
    require_draft_approval: Option<bool>,
    require_all_matched: Option<bool>,
    metadata: Option<Metadata>,
}

/// An organization.
#[derive(Serialize, ToSchema)]
struct OrganizationBody {
    id: String,
    object: &'static str,
    name: String,
    domain: Option<String>,
    tax_number: Option<String>,
    fiscal_year_start: i64,
    base_currency: Option<CurrencyBrief>,
    is_root: bool,
    parent_organization_id: Option<String>,
    #[schema(value_type = Option<RelationshipType>)]
    relationship_type: Option<String>,
    billing_type: Option<&'static str>,
    books_closed_through: Option<String>,
    require_draft_approval: bool,
    require_all_matched: bool,
    stripe_customer_id: Option<String>,
    stripe_subscription_id: Option<String>,
    stripe_meter_id: Option<String>,
    created_at: String,
    updated_at: String,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
}

impl From<&OrganizationRow> for OrganizationBody {
    fn from(row: &OrganizationRow) -> Self {
        Self {
            id: row.id.to_string(),
            object: "organization",
            name: row.name.clone(),
            domain: row.domain.clone(),
            tax_number: row.tax_number.clone(),
            fiscal_year_start: row.fiscal_year_start,
            base_currency: amounts::stored_currency(&row.base_currency).ok().map(CurrencyBrief::of),
            is_root: row.parent_id.is_none(),
            parent_organization_id: row.parent_id.map(|id| id.to_string()),
            relationship_type: row.relationship_type.clone(),
            billing_type: row.parent_id.map(|_| "shared"),
            books_closed_through: row.books_closed.map(|day| day.to_string()),
            require_draft_approval: row.require_draft_approval,
            require_all_matched: row.require_all_matched,
            stripe_customer_id: None,
            stripe_subscription_id: None,
            stripe_meter_id: None,
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
            metadata: raw(&row.metadata),
        }
    }
}

/// A practice and its first key.
#[derive(Serialize, ToSchema)]
struct PracticeBody {
    #[serde(flatten)]
    organization: OrganizationBody,
    /// The secret of its first key, shown this once: a repetition with the same `Idempotency-Key` gets null.
    api_key: Option<String>,
}

fn fields(body: CreateOrganizationBody) -> Result<OrganizationFields, AppError> {
    Ok(OrganizationFields {
        base_currency: amounts::currency("base_currency_code", currency_code(&body.base_currency_code))?,
        metadata: metadata(body.metadata.as_ref()),
        name: body.organization_name,
        domain: body.domain,
        tax_number: body.tax_number,
        fiscal_year_start: body.fiscal_year_start.unwrap_or(1),
    })
}

fn print_practice(practice: &Practice, api_key: Option<String>) -> String {
    let organization = OrganizationBody::from(&practice.row);
    json(&PracticeBody { organization, api_key })
}

fn create_practice(call: Call) -> Handled {
    Box::pin(async move {
        let command = CreatePractice(fields(call.json()?)?);
        let shown = |practice: &Practice| print_practice(practice, Some(practice.key.secret.clone()));
        call.run_showing(201, command, (shown, |practice| print_practice(practice, None)))
            .await
    })
}

fn create_below(call: Call) -> Handled {
    Box::pin(async move {
        let body: CreateOrganizationBody = call.json()?;
        let parent = body.parent_organization_id.as_deref();
        let command = CreateBelow {
            parent: parent.map(|text| wire::id(text, "parent organization")).transpose()?,
            relationship_type: body.relationship_type.clone().unwrap_or_else(|| "owned".into()),
            fields: fields(body)?,
        };
        call.run(201, command, |row| json(&OrganizationBody::from(row))).await
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let (rows, count) = call.app.look(&call.ctx, ListOrganizations(page)).await?;
        Ok(Reply::new(
            200,
            wire::list(rows.iter().map(OrganizationBody::from).collect(), page, count),
        ))
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move {
        let row = call.app.look(&call.ctx, GetOrganization).await?;
        Ok(Reply::new(200, json(&OrganizationBody::from(&row))))
    })
}

fn update(call: Call) -> Handled {
    Box::pin(async move {
        let body: UpdateOrganizationBody = call.json()?;
        let currency = body.base_currency_code.as_deref();
        let command = UpdateOrganization {
            name: body.name,
            domain: body.domain,
            tax_number: body.tax_number,
            fiscal_year_start: body.fiscal_year_start,
            base_currency: currency
                .map(|c| amounts::currency("base_currency_code", currency_code(c)))
                .transpose()?,
            books_closed: body.books_closed_through.map(|day| day.map(|day| day.0)),
            require_draft_approval: body.require_draft_approval,
            require_all_matched: body.require_all_matched,
            metadata: body.metadata.map(Metadata::into_text),
        };
        call.run(200, command, |row| json(&OrganizationBody::from(row))).await
    })
}

/// The credit balance of a service that has none.
#[derive(Serialize, ToSchema)]
struct BillingBody {
    organization_id: String,
    credits_remaining: i64,
    credits_total: i64,
    auto_recharge_enabled: bool,
    billing_email: Option<String>,
}

/// What a client that watches its credits sees: never near the end.
const UNMETERED: i64 = 1_000_000_000;

fn billing(call: Call) -> Handled {
    Box::pin(async move {
        let body = BillingBody {
            organization_id: call.ctx.org()?.id.to_string(),
            credits_remaining: UNMETERED,
            credits_total: UNMETERED,
            auto_recharge_enabled: false,
            billing_email: None,
        };
        Ok(Reply::new(200, json(&body)))
    })
}

/// A setting.
#[derive(Serialize, ToSchema)]
struct SettingBody {
    key: &'static str,
    value: String,
    description: &'static str,
    #[schema(value_type = SettingType)]
    data_type: &'static str,
    is_system: bool,
    updated_at: String,
}

fn all_settings(row: &OrganizationRow) -> Vec<SettingBody> {
    let setting = |key, value, description, data_type| SettingBody {
        key,
        value,
        description,
        data_type,
        is_system: true,
        updated_at: instant(row.updated_at),
    };
    vec![
        setting("default_currency", row.base_currency.clone(), "Base currency", "string"),
        setting(
            "fiscal_year_start",
            format!("{:02}-01", row.fiscal_year_start),
            "First day of the year",
            "string",
        ),
        setting(
            "require_draft_approval",
            row.require_draft_approval.to_string(),
            "Drafts need approval",
            "boolean",
        ),
        setting(
            "books_closed_through",
            row.books_closed.map_or_else(String::new, |day| day.to_string()),
            "No transaction may be dated on or before",
            "string",
        ),
    ]
}

fn settings(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let row = call.app.look(&call.ctx, GetOrganization).await?;
        let all = all_settings(&row);
        let count = i64::try_from(all.len()).unwrap_or_default();
        let size = |number: i64| usize::try_from(number).unwrap_or(usize::MAX);
        let shown = all.into_iter().skip(size(page.offset)).take(size(page.limit)).collect();
        Ok(Reply::new(200, wire::list(shown, page, count)))
    })
}

fn setting(call: Call) -> Handled {
    Box::pin(async move {
        let row = call.app.look(&call.ctx, GetOrganization).await?;
        let found = all_settings(&row)
            .into_iter()
            .find(|setting| setting.key == call.path("key"));
        Ok(Reply::new(200, json(&found.ok_or(AppError::NotFound("setting"))?)))
    })
}
