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
        request: Some(one::<ContactBody>()),
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
        request: Some(one::<ContactBody>()),
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

/// A contact. Of what a caller sends, id and the fields after it are ignored.
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

/// The fields of a body over those that a contact has.
fn fields(body: &Map<String, Value>, row: Option<&ContactRow>) -> Result<ContactFields, AppError> {
    let kept = row.map_or_else(Map::new, |row| serde_json::from_str(&row.details).unwrap_or_default());
    let mut details: Map<String, Value> = kept;
    for name in DETAILS {
        match body.get(*name) {
            None => {}
            Some(Value::Null) => {
                details.remove(*name);
            }
            Some(Value::String(text)) if *name == "currency_id" => {
                let currency = amounts::currency(name, wire::currency_code(text))?;
                details.insert((*name).to_owned(), Value::String(wire::currency_id(currency.code())));
            }
            Some(Value::String(text)) if *name == "country" && text.is_empty() => {
                details.remove(*name);
            }
            Some(Value::String(text)) if *name == "country" => {
                let code = country(text)?;
                details.insert((*name).to_owned(), Value::String(code));
            }
            Some(Value::String(text)) => {
                details.insert((*name).to_owned(), Value::String(text.clone()));
            }
            Some(_) => return Err(AppError::invalid(*name, "must be a text")),
        }
    }
    match body.get("metadata") {
        None => {}
        Some(Value::Object(object)) => {
            details.insert("metadata".into(), Value::Object(object.clone()));
        }
        Some(_) => return Err(AppError::invalid("metadata", "must be an object")),
    }
    let text = |name: &str, kept: Option<&String>| {
        let given = body.get(name).and_then(Value::as_str).map(str::to_owned);
        given
            .or_else(|| kept.cloned())
            .ok_or_else(|| AppError::invalid(name, "is required"))
    };
    Ok(ContactFields {
        contact_type: text("contact_type", row.map(|row| &row.contact_type))?,
        name: text("name", row.map(|row| &row.name))?,
        details: Value::Object(details).to_string(),
        enabled: body
            .get("enabled")
            .and_then(Value::as_bool)
            .unwrap_or(row.is_none_or(|row| row.enabled)),
    })
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let fields = fields(&call.json()?, None)?;
        call.run(201, CreateContact(fields), |row| json(&ContactBody::from(row)))
            .await
    })
}

async fn find(call: &Call) -> Result<ContactRow, Failure> {
    Ok(call.app.look(&call.ctx, GetContact(call.id("contact")?)).await?)
}

fn update(call: Call) -> Handled {
    Box::pin(async move {
        let row = find(&call).await?;
        let fields = fields(&call.json()?, Some(&row))?;
        call.run(200, UpdateContact(row.id, fields), |row| json(&ContactBody::from(row)))
            .await
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
