//! Contacts.

use super::{Deleted, deleted};
use crate::choices::ContactType;
use crate::endpoint::{
    Access, Call, Endpoint, Handled, Handler, LIMIT, OFFSET, Param, Reply, Verb, list as list_of, one,
};
use crate::problem::Failure;
use crate::wire::{self, Metadata, instant, json, page, raw};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use tieout_app::access::{Action, Permission, Resource};
use tieout_app::contact::{
    ContactFields, CreateContact, DeleteContact, Details, GetContact, ListContacts, UpdateContact,
};
use tieout_app::store::contact::ContactRow;
use tieout_app::{AppError, amounts};
use utoipa::ToSchema;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        id: "createContact",
        verb: Verb::Post,
        path: "/organizations/{organization_id}/contacts",
        access: may(Action::Write),
        summary: "Create a contact",
        query: &[],
        request: Some(one::<CreateContactBody>()),
        response: (201, one::<ContactBody>()),
        handler: Handler::Of(create),
    },
    Endpoint {
        id: "listContacts",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/contacts",
        access: may(Action::Read),
        summary: "List contacts, newest first",
        query: &[
            Param::choice("contact_type", "customer, vendor, employee or other", ContactType::ALL),
            LIMIT,
            OFFSET,
        ],
        request: None,
        response: (200, list_of::<ContactBody>()),
        handler: Handler::Of(list),
    },
    Endpoint {
        id: "getContact",
        verb: Verb::Get,
        path: "/organizations/{organization_id}/contacts/{id}",
        access: may(Action::Read),
        summary: "Get a contact",
        query: &[],
        request: None,
        response: (200, one::<ContactBody>()),
        handler: Handler::Of(get),
    },
    Endpoint {
        id: "updateContact",
        verb: Verb::Put,
        path: "/organizations/{organization_id}/contacts/{id}",
        access: may(Action::Write),
        summary: "Change a contact; what is left out stays",
        query: &[],
        request: Some(one::<UpdateContactBody>()),
        response: (200, one::<ContactBody>()),
        handler: Handler::Of(update),
    },
    Endpoint {
        id: "deleteContact",
        verb: Verb::Delete,
        path: "/organizations/{organization_id}/contacts/{id}",
        access: may(Action::Delete),
        summary: "Delete a contact that no transaction names",
        query: &[],
        request: None,
        response: (200, one::<Deleted>()),
        handler: Handler::Of(delete),
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
    #[schema(value_type = ContactType)]
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
    metadata: Option<Metadata>,
}

/// A changed contact. What is left out stays, what is null goes.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "described only: what a body names is told from what it leaves out or sets to null"
)]
struct UpdateContactBody {
    /// `customer`, `vendor`, `employee` or `other`.
    #[schema(value_type = Option<ContactType>)]
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
    metadata: Option<Metadata>,
}

/// A contact.
#[derive(Serialize, ToSchema)]
struct ContactBody {
    #[schema(value_type = ContactType)]
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
    country: Option<String>,
    currency_id: Option<String>,
    enabled: bool,
    #[schema(value_type = Object)]
    metadata: Box<RawValue>,
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
        let details: Details = serde_json::from_str(&row.details).unwrap_or_default();
        let text = |name: &str| details.get(name).and_then(|raw| serde_json::from_str(raw.get()).ok());
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
            metadata: details.get("metadata").cloned().unwrap_or_else(|| raw("{}")),
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

/// What a body says: its fields, and its metadata as it is written.
struct Said {
    fields: Map<String, Value>,
    metadata: Option<Metadata>,
}

impl Said {
    fn read(call: &Call) -> Result<Self, Failure> {
        #[derive(Deserialize)]
        struct WithMetadata {
            metadata: Option<Metadata>,
        }
        Ok(Self {
            fields: call.json()?,
            metadata: call.json::<WithMetadata>()?.metadata,
        })
    }

    fn text(&self, name: &str) -> Result<Option<String>, AppError> {
        match self.fields.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(AppError::invalid(name, "must be a text")),
        }
    }

    fn enabled(&self) -> Result<Option<bool>, AppError> {
        match self.fields.get("enabled") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(enabled)) => Ok(Some(*enabled)),
            Some(_) => Err(AppError::invalid("enabled", "must be true or false")),
        }
    }

    /// The details that it names; null is for those that are to go.
    fn details(&self) -> Result<Details, AppError> {
        let mut details = Details::new();
        for name in DETAILS {
            if !self.fields.contains_key(*name) {
                continue;
            }
            let said = match self.text(name)? {
                Some(text) if *name == "currency_id" => {
                    let currency = amounts::currency(name, wire::currency_code(&text))?;
                    Some(wire::currency_id(currency.code()))
                }
                Some(text) if *name == "country" && text.is_empty() => None,
                Some(text) if *name == "country" => Some(country(&text)?),
                said => said,
            };
            details.insert((*name).to_owned(), raw(&json(&said)));
        }
        if self.fields.contains_key("metadata") {
            let said = self.metadata.as_ref().map_or("null", Metadata::text);
            details.insert("metadata".into(), raw(said));
        }
        Ok(details)
    }
}

fn create(call: Call) -> Handled {
    Box::pin(async move {
        let said = Said::read(&call)?;
        let (contact_type, name) = match (said.text("contact_type")?, said.text("name")?) {
            (Some(contact_type), Some(name)) => (contact_type, name),
            (contact_type, name) => {
                let required = [("contact_type", contact_type), ("name", name)];
                let missing = required.into_iter().filter(|(_, said)| said.is_none());
                let missing: Vec<_> = missing.map(|(name, _)| name.to_owned()).collect();
                return Err(Failure::missing(&missing));
            }
        };
        let mut details = said.details()?;
        details.retain(|_, value| value.get() != "null");
        let fields = ContactFields {
            contact_type,
            name,
            details: json(&details),
            enabled: said.enabled()?.unwrap_or(true),
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
        let said = Said::read(&call)?;
        let command = UpdateContact {
            id,
            contact_type: said.text("contact_type")?,
            name: said.text("name")?,
            details: said.details()?,
            enabled: said.enabled()?,
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
