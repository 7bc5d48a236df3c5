//! Whether records are what the audit chain last said of them: accounts, reconciliations, contacts, tax codes, keys, and
//! the organization itself.
//!
//! Keys and reconciliations that no event entered are named as well: a key opens the books, a reconciliation signs them off.
//! (Accounts and contacts may have come with a template, an import or an invoice, whose event does not name their ids.)
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
use tieout_core::id::{ApiKey, Organization, Reconciliation};
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
    /// When the organization was founded by a version that did not enter its first key.
    founded_at: Option<i64>,
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
            founded_at: None,
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
        if event.event_type == "organization.created" && change[organization::KEYS_HAVE_EVENTS] != true {
            self.founded_at = Some(event.created_at);
        }
        if let Value::Object(after) = change["after"].take() {
            let said = self.said.entry(record).or_default();
            said.seq = event.seq;
            said.fields.extend(after);
        }
    }

    /// Compares the records with all that was noted; `end` is the number of the last event.
    pub(crate) async fn compare(&self, tx: &mut Tx, end: i64) -> Result<Vec<Disagreement>, AppError> {
        let mut problems = Vec::new();
        for ((kind, id), said) in &self.said {
            let problem = match self.now(tx, *kind, id).await? {
                None => Some("which an event entered, is missing".to_owned()),
                Some(now) => said.differs(*kind, &now).or(self.off(tx, *kind, id, &now).await?),
            };
            problems.extend(problem.map(|what| (said.seq, format!("{id}, {what}"))));
        }
        let own = tieout_store::organization::find(tx, self.organization).await?;
        let is_practice = own.is_some_and(|row| row.parent_id.is_none());
        let keys = api_key::ids(tx, self.organization).await?;
        let signed = tieout_store::reconciliation::ids(tx, self.organization).await?;
        for id in self.not_entered(is_practice, &keys, &signed) {
            problems.push((end, format!("{id} is in the books, but no event entered it")));
        }
        Ok(problems)
    }

    /// Which of the keys, with the time at which each was made, and of the reconciliations no event speaks of.
    fn not_entered(&self, is_practice: bool, keys: &[(Id<ApiKey>, i64)], signed: &[Id<Reconciliation>]) -> Vec<String> {
        let is_new = |kind: Kind, id: &str| !self.said.contains_key(&(kind, id.to_owned()));
        let of_founding = |made_at: &i64| is_practice && Some(*made_at) == self.founded_at;
        // Of several of that moment nobody can say which was the first; if an event speaks of one, that one was.
        let has_first = keys.iter().filter(|(_, made_at)| of_founding(made_at)).count() == 1;
        let keys = keys.iter().map(|(id, made_at)| (id.to_string(), made_at));
        let keys = keys.filter(|(id, made_at)| is_new(Kind::ApiKey, id) && !(has_first && of_founding(made_at)));
        let signed = signed.iter().map(ToString::to_string);
        let signed = signed.filter(|id| is_new(Kind::Reconciliation, id));
        keys.map(|(id, _)| id).chain(signed).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn event(seq: i64, event_type: &str, entity_id: &str, change: &Value) -> EventRow {
        EventRow {
            seq,
            id: Id::from_bytes([9; 16]),
            entity_type: event_type.split('.').next().unwrap().into(),
            entity_id: entity_id.into(),
            event_type: event_type.into(),
            description: String::new(),
            user_id: Id::from_bytes([8; 16]),
            api_key_id: None,
            ip_address: None,
            user_agent: None,
            change: change.to_string(),
            created_at: 1_700_000_000_000_000,
            hash: [0; 32],
        }
    }

    /// Of earlier versions the founding said nothing of a practice's first key: the only key of that moment is taken for it,
    /// none of another time and none of an organization below. Where the founding says that every key has its event, and
    /// where several are of that moment, none is.
    #[test]
    fn one_key_of_the_founding_needs_no_event_in_older_books() {
        let (own, founded) = (Id::from_bytes([1; 16]), 1_700_000_000_000_000);
        let key = |byte: u8| Id::<ApiKey>::from_bytes([byte; 16]);
        let check = |founding: Value| {
            let mut check = RecordsCheck::new(own);
            check.take(&event(1, "organization.created", &own.to_string(), &founding));
            let entered = serde_json::json!({ "after": { "name": "entered" } });
            check.take(&event(2, "api_key.updated", &key(2).to_string(), &entered));
            check
        };
        let texts = |keys: &[u8]| keys.iter().map(|byte| key(*byte).to_string()).collect::<Vec<_>>();
        let keys = |of_founding: &[u8]| -> Vec<_> {
            let of_founding = of_founding.iter().map(|byte| (key(*byte), founded));
            of_founding.chain([(key(4), founded + 1)]).collect()
        };
        let older = check(serde_json::json!({ "after": { "name": "x" } }));
        assert_eq!(older.not_entered(true, &keys(&[1]), &[]), texts(&[4]));
        assert_eq!(older.not_entered(false, &keys(&[1]), &[]), texts(&[1, 4]));
        assert_eq!(older.not_entered(true, &keys(&[1, 3]), &[]), texts(&[1, 3, 4]));
        assert_eq!(older.not_entered(true, &keys(&[2, 3]), &[]), texts(&[3, 4]));
        let new = check(serde_json::json!({ "after": { "name": "x" }, organization::KEYS_HAVE_EVENTS: true }));
        assert_eq!(new.not_entered(true, &keys(&[1]), &[]), texts(&[1, 4]));
        let signed = Id::<Reconciliation>::from_bytes([5; 16]);
        assert_eq!(new.not_entered(true, &[], &[signed]), [signed.to_string()]);
    }
}
