//! Whether records are what the audit chain last said of them: accounts, reconciliations, contacts, tax codes, keys, and
//! the organization itself.
//!
//! Events hold such a record whole, or the part that changed. While a chain is read, what was said last of each is kept;
//! then each record is read and compared in all that was said of it. What the books themselves change between events is
//! not compared: the figures of a reconciliation that is open, and what was posted into a completed one later.

use crate::books_check::Disagreement;
use crate::error::AppError;
use crate::{account, contact, key, organization, reconciliation, tax_code};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use tieout_core::Id;
use tieout_core::id::{Organization, Reconciliation};
use tieout_store::event::EventRow;
use tieout_store::{Tx, api_key, scope};

/// Of an open reconciliation, what changes with an event only.
const OF_OPEN: &[&str] = &["status", "account_id", "statement_date", "statement_balance", "notes"];
/// Of a completed one, what changes without: others post into its period, or reopen it.
const LIVE: &[&str] = &["late_count", "late_total", "is_parked"];

/// The kinds of records that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Organization,
    Account,
    Contact,
    TaxCode,
    ApiKey,
    Reconciliation,
}

/// What the events of a chain say of records, as far as they were read.
#[derive(Debug, Clone)]
pub(crate) struct RecordsCheck {
    organization: Id<Organization>,
    said: BTreeMap<(Kind, String), Said>,
}

/// What was said last of each field, and by which event.
#[derive(Debug, Clone, Default)]
struct Said {
    seq: i64,
    fields: Map<String, Value>,
}

impl Kind {
    fn of(event: &EventRow) -> Option<Self> {
        let kind = match event.entity_type.as_str() {
            "organization" => Self::Organization,
            "account" => Self::Account,
            "contact" => Self::Contact,
            "tax_code" => Self::TaxCode,
            "api_key" => Self::ApiKey,
            "reconciliation" => Self::Reconciliation,
            _ => return None,
        };
        // Other things happen to a record as well (a template makes an organization's accounts).
        let own = event.event_type.strip_prefix(event.entity_type.as_str());
        own.is_some_and(|verb| verb.starts_with('.')).then_some(kind)
    }
}

impl RecordsCheck {
    pub(crate) fn new(organization: Id<Organization>) -> Self {
        Self {
            organization,
            said: BTreeMap::new(),
        }
    }

    /// Notes what an event says of a record.
    pub(crate) fn take(&mut self, event: &EventRow) {
        let Some(kind) = Kind::of(event) else {
            return;
        };
        let record = (kind, event.entity_id.clone());
        if event.event_type.ends_with(".deleted") {
            self.said.remove(&record);
            return;
        }
        let Ok(mut change) = serde_json::from_str::<Value>(&event.change) else {
            return;
        };
        if let Value::Object(after) = change["after"].take() {
            let said = self.said.entry(record).or_default();
            said.seq = event.seq;
            said.fields.extend(after);
        }
    }

    /// Compares the records with all that was noted.
    pub(crate) async fn compare(&self, tx: &mut Tx) -> Result<Vec<Disagreement>, AppError> {
        let mut problems = Vec::new();
        for ((kind, id), said) in &self.said {
            let problem = match self.now(tx, *kind, id).await? {
                None => Some("which an event entered, is missing".to_owned()),
                Some(now) => said.differs(*kind, &now).or(self.off(tx, *kind, id, &now).await?),
            };
            problems.extend(problem.map(|what| (said.seq, format!("{id}, {what}"))));
        }
        Ok(problems)
    }

    /// The record as it is, in the words of its events.
    async fn now(&self, tx: &mut Tx, kind: Kind, id: &str) -> Result<Option<Value>, AppError> {
        let own = self.organization;
        Ok(match kind {
            Kind::Organization => found(id, |id| tieout_store::organization::find(tx, id))
                .await?
                .map(|row| organization::snapshot(&row)),
            Kind::Account => found(id, |id| tieout_store::account::find(tx, own, id))
                .await?
                .map(|row| account::full_snapshot(&row)),
            Kind::Contact => found(id, |id| tieout_store::contact::find(tx, own, id))
                .await?
                .map(|row| contact::snapshot(&row)),
            Kind::TaxCode => found(id, |id| tieout_store::tax_code::find(tx, own, id))
                .await?
                .map(|row| tax_code::snapshot(&row)),
            Kind::ApiKey => found(id, |id| api_key::find_any(tx, id))
                .await?
                .map(|row| key::snapshot(&row)),
            Kind::Reconciliation => found(id, |id| tieout_store::reconciliation::find(tx, own, id))
                .await?
                .map(|row| reconciliation::snapshot(&row)),
        })
    }

    /// What of a completed reconciliation its own outstanding entries contradict.
    async fn off(&self, tx: &mut Tx, kind: Kind, id: &str, now: &Value) -> Result<Option<String>, AppError> {
        let id: Id<Reconciliation> = match (kind, Id::parse(id)) {
            (Kind::Reconciliation, Ok(id)) if now["status"] == "Completed" => id,
            _ => return Ok(None),
        };
        let aside = scope::set_aside_sum(tx, self.organization, id).await?;
        let is_whole = now["set_aside_count"] == aside.count && now["set_aside_total"] == aside.amount;
        Ok((!is_whole)
            .then(|| "which is completed, has other outstanding entries than it was completed with".to_owned()))
    }
}

/// A record by the id that an event names; none if that is no id at all.
async fn found<K, R, F>(id: &str, find: impl FnOnce(Id<K>) -> F) -> Result<Option<R>, AppError>
where
    K: tieout_core::id::Kind,
    F: Future<Output = Result<Option<R>, tieout_store::StoreError>>,
{
    match Id::parse(id) {
        Ok(id) => Ok(find(id).await?),
        Err(_) => Ok(None),
    }
}

impl Said {
    /// Which fields are others now; those that only an earlier version knew are left out.
    fn differs(&self, kind: Kind, now: &Value) -> Option<String> {
        let is_completed = self.fields.get("status").is_some_and(|status| status == "Completed");
        let counts = |field: &str| match kind {
            Kind::Reconciliation if is_completed => !LIVE.contains(&field),
            Kind::Reconciliation => OF_OPEN.contains(&field),
            _ => true,
        };
        let others: Vec<&str> = self
            .fields
            .iter()
            .filter(|(field, said)| counts(field) && now.get(*field).is_some_and(|now| now != *said))
            .map(|(field, _)| field.as_str())
            .collect();
        (!others.is_empty()).then(|| format!("which has another {} than its event says", others.join(", ")))
    }
}
