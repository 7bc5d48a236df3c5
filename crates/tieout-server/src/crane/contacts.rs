//! Contacts.

use super::{Deleted, deleted};
use crate::endpoint::{Access, Call, Endpoint, Handled, Reply, Verb, list as list_of, one};
use crate::problem::Failure;
use crate::wire::{self, instant, json, page};
use serde::Serialize;
use serde_json::{Map, Value};
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::contact::{ContactFields, CreateContact, DeleteContact, GetContact, ListContacts, UpdateContact};
use tieout_app::store::contact::ContactRow;
use tieout_app::{AppError, amounts};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        verb: Verb::Post,
        path: "/organizations/{organization_id}/contacts",
        access: may(Action::Write),
        summary: "Create a contact",
        query: &[],
        request: Some(one::<CreateContactBody>()),
        response: (201, one::<ContactBody>()),
        handler: create,
    },
    Endpoint {
        verb: Verb::Get,
        path: "/organizations/{organization_id}/contacts",
        access: may(Action::Read),
        summary: "List contacts, newest first",
        query: &[
            ("contact_type", "customer, vendor, employee or other"),
            ("limit", "default 20, at most 100"),
            ("offset", "default 0"),
        ],
        request: None,
        response: (200, list_of::<ContactBody>()),
        handler: list,
    },
    Endpoint {
        verb: Verb::Get,
        path: "/organizations/{organization_id}/contacts/{id}",
        access: may(Action::Read),
        summary: "Get a contact",
        query: &[],
        request: None,
        response: (200, one::<ContactBody>()),
        handler: get,
    },
    Endpoint {
        verb: Verb::Put,
        path: "/organizations/{organization_id}/contacts/{id}",
        access: may(Action::Write),
        summary: "Change a contact; what is left out stays",
        query: &[],
        request: Some(one::<UpdateContactBody>()),
        response: (200, one::<ContactBody>()),
        handler: update,
    },
    Endpoint {
        verb: Verb::Delete,
        path: "/organizations/{organization_id}/contacts/{id}",
        access: may(Action::Delete),
        summary: "Delete a contact that no transaction names",
        query: &[],
        request: None,
        response: (200, one::<Deleted>()),
        handler: delete,
    },
];

const fn may(action: Action) -> Access {
    Access::Organization(Permission(Resource::Contacts, action))
}

/// A new contact.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "described only: what a body names is told from what it leaves out or sets to null"
)]
struct CreateContactBody {
    /// `customer`, `vendor`, `employee` or `other`.
    contact_type: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    tax_number: Option<String>,
    reference: Option<String>,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    zip_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    currency_id: Option<String>,
    /// Default: true.
    enabled: Option<bool>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// A changed contact. What is left out stays, what is null goes.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "described only: what a body names is told from what it leaves out or sets to null"
)]
struct UpdateContactBody {
    /// `customer`, `vendor`, `employee` or `other`.
    contact_type: Option<String>,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    tax_number: Option<String>,
    reference: Option<String>,
    address: Option<String>,
    city: Option<String>,
    state: Option<String>,
    zip_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    currency_id: Option<String>,
    enabled: Option<bool>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// A contact.
#[derive(Serialize, ToSchema)]
struct ContactBody {
    contact_type: String,
    name: String,
    email: Value,
    phone: Value,
    website: Value,
    tax_number: Value,
    reference: Value,
    address: Value,
    city: Value,
    state: Value,
    zip_code: Value,
    country: Value,
    currency_id: Value,
    enabled: bool,
    #[schema(value_type = Object)]
    metadata: Value,
    id: String,
    object: &'static str,
    created_by: String,
    created_at: String,
    updated_at: String,
}

/// The texts that are kept as one object.
const DETAILS: &[&str] = &[
    "email",
    "phone",
    "website",
    "tax_number",
    "reference",
    "address",
    "city",
    "state",
    "zip_code",
    "country",
    "currency_id",
];

impl From<&ContactRow> for ContactBody {
    fn from(row: &ContactRow) -> Self {
        let details: Map<String, Value> = serde_json::from_str(&row.details).unwrap_or_default();
        let text = |name: &str| details.get(name).cloned().unwrap_or(Value::Null);
        Self {
            contact_type: row.contact_type.clone(),
            name: row.name.clone(),
            email: text("email"),
            phone: text("phone"),
            website: text("website"),
            tax_number: text("tax_number"),
            reference: text("reference"),
            address: text("address"),
            city: text("city"),
            state: text("state"),
            zip_code: text("zip_code"),
            country: text("country"),
            currency_id: text("currency_id"),
            enabled: row.enabled,
            metadata: details
                .get("metadata")
                .cloned()
                .unwrap_or_else(|| Value::Object(Map::new())),
            id: row.id.to_string(),
            object: "contact",
            created_by: row.created_by.to_string(),
            created_at: instant(row.created_at),
            updated_at: instant(row.updated_at),
        }
    }
}

/// The codes of ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
    BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK \
    FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE \
    JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO \
    RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW \
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// A country's code in capitals.
fn country(text: &str) -> Result<String, AppError> {
    let code = text.to_ascii_uppercase();
    if code.len() == 2 && COUNTRIES.split(' ').any(|known| known == code) {
        return Ok(code);
    }
    let message = "must be a country's code of two letters (ISO 3166-1 alpha-2), such as US";
    Err(AppError::invalid("country", message))
}

/// The details that a body names; null is for those that are to go.
fn details(body: &Map<String, Value>) -> Result<Map<String, Value>, AppError> {
    let mut details = Map::new();
    for name in DETAILS {
        let said = match body.get(*name) {
            None => continue,
            Some(Value::Null) => Value::Null,
            Some(Value::String(text)) if *name == "currency_id" => {
                let currency = amounts::currency(name, wire::currency_code(text))?;
                Value::String(wire::currency_id(currency.code()))
            }
            Some(Value::String(text)) if *name == "country" && text.is_empty() => Value::Null,
            Some(Value::String(text)) if *name == "country" => Value::String(country(text)?),
            Some(Value::String(text)) => Value::String(text.clone()),
            Some(_) => return Err(AppError::invalid(*name, "must be a text")),
        };
        details.insert((*name).to_owned(), said);
    }
    match body.get("metadata") {
        None => {}
        Some(Value::Object(object)) => {
            details.insert("metadata".into(), Value::Object(object.clone()));
        }
        Some(_) => return Err(AppError::invalid("metadata", "must be an object")),
    }
    Ok(details)
}

fn text(body: &Map<String, Value>, name: &str) -> Option<String> {
    body.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let body: Map<String, Value> = call.json()?;
        let mut details = details(&body)?;
        details.retain(|_, value| !value.is_null());
        let required = |name: &str| text(&body, name).ok_or_else(|| AppError::invalid(name, "is required"));
        let fields = ContactFields {
            contact_type: required("contact_type")?,
            name: required("name")?,
            details: Value::Object(details).to_string(),
            enabled: body.get("enabled").and_then(Value::as_bool).unwrap_or(true),
        };
        call.run(201, CreateContact(fields), |row| json(&ContactBody::from(row)))
            .await
    })
}

async fn find(call: &Call) -> Result<ContactRow, Failure> {
    Ok(call.app.look(&call.ctx, GetContact(call.id("contact")?)).await?)
}

fn update(call: Call) -> Handled {
    Box::pin(async move {
        let id = call.id("contact")?;
        let body: Map<String, Value> = call.json()?;
        let command = UpdateContact {
            id,
            contact_type: text(&body, "contact_type"),
            name: text(&body, "name"),
            details: details(&body)?,
            enabled: body.get("enabled").and_then(Value::as_bool),
        };
        call.run(200, command, |row| json(&ContactBody::from(row))).await
    })
}

fn get(call: Call) -> Handled {
    Box::pin(async move { Ok(Reply::new(200, json(&ContactBody::from(&find(&call).await?)))) })
}

fn delete(call: Call) -> Handled {
    Box::pin(async move {
        call.app.execute(&call.ctx, DeleteContact(call.id("contact")?)).await?;
        Ok(Reply::new(200, deleted(call.path("id"))))
    })
}

fn list(call: Call) -> Handled {
    Box::pin(async move {
        let page = page(&call)?;
        let contact_type = call.query("contact_type").unwrap_or_default().to_owned();
        if !matches!(contact_type.as_str(), "" | "customer" | "vendor" | "employee" | "other") {
            let message = "must be customer, vendor, employee or other";
            return Err(AppError::invalid("contact_type", message).into());
        }
        let (rows, count) = call.app.look(&call.ctx, ListContacts(contact_type, page)).await?;
        Ok(Reply::new(
            200,
            wire::list(rows.iter().map(ContactBody::from).collect(), page, count),
        ))
    })
}
