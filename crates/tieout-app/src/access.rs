//! Who calls, and what they may do.
//!
//! A key belongs to one organization, or to one and all below it, and carries permissions by resource. An organization
//! outside a key's reach does not exist for it: the answer is the same as for an unknown one.

use crate::amounts;
use crate::command::{App, Context, Org};
use crate::error::AppError;
use crate::memory::GrantKey;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tieout_core::Id;
use tieout_core::id::{ApiKey, Organization, User};
use tieout_store::api_key::{self, Grant};
use tieout_store::{BoxFuture, Tx};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// To see.
    Read,
    /// To make and change.
    Write,
    /// To remove.
    Delete,
    /// To undo what was completed.
    Reopen,
}

const ACTIONS: &[(Action, &str)] = &[
    (Action::Read, "read"),
    (Action::Write, "write"),
    (Action::Delete, "delete"),
    (Action::Reopen, "reopen"),
];

/// Each `Name = "text"` is a resource that permissions name.
macro_rules! resources {
    ($($name:ident = $text:literal;)*) => {
        /// What permissions are about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum Resource { $($name),* }
        /// Every resource, and its name in permissions.
        pub const RESOURCES: &[(Resource, &str)] = &[$((Resource::$name, $text)),*];
    };
}

resources! {
    Organizations = "organizations";
    Accounts = "accounts";
    Transactions = "transactions";
    Transfers = "transfers";
    Contacts = "contacts";
    Currencies = "currencies";
    Reconciliations = "reconciliations";
    Reports = "reports";
    Events = "events";
    ApiKeys = "api_keys";
    Drafts = "drafts";
    Jobs = "jobs";
    OpenItems = "open_items";
    TaxCodes = "tax_codes";
}

/// A resource and what is to be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission(pub Resource, pub Action);

impl Permission {
    /// `accounts:write`.
    pub fn name(self) -> String {
        format!("{}:{}", resource_name(self.0), action_name(self.1))
    }
}

fn resource_name(resource: Resource) -> &'static str {
    RESOURCES
        .iter()
        .find(|(known, _)| *known == resource)
        .map_or("", |(_, name)| name)
}

fn action_name(action: Action) -> &'static str {
    ACTIONS
        .iter()
        .find(|(known, _)| *known == action)
        .map_or("", |(_, name)| name)
}

/// A set of permissions: one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u64);

impl Permissions {
    /// Every permission there is, and will be.
    pub const ALL: Self = Self(u64::MAX);

    /// Whether it has this one.
    pub fn has(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// Whether it has all of another set.
    pub fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// With this one too.
    #[must_use]
    pub fn with(self, permission: Permission) -> Self {
        Self(self.0 | bit(permission))
    }

    /// Reads `all`, or words such as `accounts:read,write reconciliations:all` parted by blanks.
    pub fn parse(text: &str) -> Result<Self, AppError> {
        if text.trim() == "all" {
            return Ok(Self::ALL);
        }
        let mut set = Self::default();
        for word in text.split_whitespace() {
            let (resource, actions) = word.split_once(':').ok_or_else(|| unknown(word))?;
            for action in actions.split(',') {
                set = set.with_named(resource, action)?;
            }
        }
        Ok(set)
    }

    /// With the actions of this name on the resource of that name.
    pub fn with_named(self, resource: &str, action: &str) -> Result<Self, AppError> {
        let mut set = self;
        let (resource, _) = RESOURCES
            .iter()
            .find(|(_, name)| *name == resource)
            .ok_or_else(|| unknown(resource))?;
        let mut found = false;
        for (known, name) in ACTIONS {
            if *name == action || action == "all" {
                set = set.with(Permission(*resource, *known));
                found = true;
            }
        }
        if found { Ok(set) } else { Err(unknown(action)) }
    }

    /// The form that [`Permissions::parse`] reads.
    pub fn text(self) -> String {
        if self == Self::ALL {
            return "all".into();
        }
        let mut text = String::new();
        for (resource, actions) in self.by_resource() {
            let _ = write!(
                text,
                "{}{resource}:{}",
                if text.is_empty() { "" } else { " " },
                actions.join(",")
            );
        }
        text
    }

    /// Names of the actions for each resource that has any.
    pub fn by_resource(self) -> Vec<(&'static str, Vec<&'static str>)> {
        RESOURCES
            .iter()
            .map(|(resource, name)| {
                let has = |action: &&(Action, &str)| self.has(Permission(*resource, action.0));
                (
                    *name,
                    ACTIONS.iter().filter(has).map(|(_, name)| *name).collect::<Vec<_>>(),
                )
            })
            .filter(|(_, actions)| !actions.is_empty())
            .collect()
    }
}

fn unknown(word: &str) -> AppError {
    let names: Vec<_> = RESOURCES.iter().map(|(_, name)| *name).collect();
    AppError::invalid(
        "permissions",
        format!(
            "{word:?} is unknown; write `all`, or `resource:action` with a resource of {} and an action of read, write, \
             delete, reopen, all",
            names.join(", ")
        ),
    )
}

fn bit(permission: Permission) -> u64 {
    let resource = RESOURCES
        .iter()
        .position(|(known, _)| *known == permission.0)
        .unwrap_or(0);
    let action = ACTIONS
        .iter()
        .position(|(known, _)| *known == permission.1)
        .unwrap_or(0);
    1 << (resource * ACTIONS.len() + action)
}

/// Who makes a request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The person it is done for.
    pub user: Id<User>,
    /// The key it is done with.
    pub api_key: Option<Id<ApiKey>>,
    /// What the key may do.
    pub permissions: Permissions,
    /// The key's own organization.
    pub home: Id<Organization>,
    /// Whether the key reaches all organizations below its own.
    pub covers_below: bool,
    /// The practice of the key.
    pub practice: Id<Organization>,
    /// From where.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
}

/// A request before anybody knows who makes it.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// The key's secret.
    pub secret: String,
    /// The organization that the request names.
    pub organization: Option<Id<Organization>>,
    /// From where.
    pub ip_address: Option<String>,
    /// With what.
    pub user_agent: Option<String>,
}

/// The hash under which a secret is found. A secret has 256 random bits, so a fast hash is as good as a slow one.
pub fn hash_secret(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// What a request says of itself, and what it was let in by.
#[derive(Debug)]
pub struct Claim {
    key: GrantKey,
    needs: Permission,
    ip_address: Option<String>,
    user_agent: Option<String>,
    /// What the key could do when it was last looked up, where nobody looked it up again.
    expected: Option<Arc<Grant>>,
    /// Whether a transaction found that it can do just that, and whether one of them was committed.
    is_confirmed: AtomicBool,
    has_changed: AtomicBool,
}

impl Claim {
    fn new(credentials: &Credentials, needs: Permission, expected: Option<Arc<Grant>>) -> Self {
        Self {
            key: (hash_secret(&credentials.secret), credentials.organization),
            needs,
            ip_address: credentials.ip_address.clone(),
            user_agent: credentials.user_agent.clone(),
            expected,
            is_confirmed: AtomicBool::new(false),
            has_changed: AtomicBool::new(false),
        }
    }

    /// Whether the database was asked.
    pub(crate) fn is_settled(&self) -> bool {
        let is_set = |flag: &AtomicBool| flag.load(Ordering::Acquire);
        self.expected.is_none() || is_set(&self.has_changed) || is_set(&self.is_confirmed)
    }

    /// Something was done in its name, which is never done again.
    pub(crate) fn note_change(&self) {
        self.has_changed.store(true, Ordering::Release);
    }

    /// Who it is and about which organization, if this is what is granted.
    fn let_in(&self, grant: &Grant, now_us: i64) -> Result<(Caller, Option<Org>), AppError> {
        let is_expired = grant.expires_at.is_some_and(|instant| instant <= now_us);
        if is_expired || grant.revoked_at.is_some() {
            return Err(AppError::Unauthenticated);
        }
        let caller = self.caller(grant)?;
        let organization = match (self.key.1, &grant.organization) {
            (None, _) => None,
            (Some(_), Some(named)) if reaches(&caller, named.id, named.practice) => Some(Org {
                id: named.id,
                practice: named.practice,
                base: amounts::stored_currency(&named.base_currency)?,
                books_closed: named.books_closed,
                fiscal_year_start: named.fiscal_year_start,
                require_all_matched: named.require_all_matched,
            }),
            (Some(_), _) => return Err(AppError::NotFound("organization")),
        };
        if !caller.permissions.has(self.needs) {
            return Err(AppError::Denied(self.needs.name()));
        }
        Ok((caller, organization))
    }

    fn caller(&self, grant: &Grant) -> Result<Caller, AppError> {
        Ok(Caller {
            user: grant.user_id,
            api_key: Some(grant.key_id),
            permissions: Permissions::parse(&grant.permissions)?,
            home: grant.key_organization,
            covers_below: grant.covers_below,
            practice: grant.practice,
            ip_address: self.ip_address.clone(),
            user_agent: self.user_agent.clone(),
        })
    }

    /// Looks again, in the transaction that is to change something: a key that was revoked meanwhile changes nothing, and what
    /// the command relies on of the organization is as it is now. Where the caller was only expected, it is refused unless
    /// everything is as expected: what came before relied on it.
    pub(crate) async fn renew(&self, tx: &mut Tx, now_us: i64) -> Result<(Caller, Option<Org>), AppError> {
        // It may be another attempt, after one that lost a race.
        self.is_confirmed.store(false, Ordering::Release);
        let found = api_key::grant(tx, &self.key.0, self.key.1).await?;
        let grant = found.ok_or(AppError::Unauthenticated)?;
        if self.expected.as_deref().is_some_and(|expected| *expected != grant) {
            return Err(AppError::Unauthenticated);
        }
        let renewed = self.let_in(&grant, now_us)?;
        self.is_confirmed.store(true, Ordering::Release);
        Ok(renewed)
    }
}

impl App {
    /// Finds out who calls and whether they may: the context that every command needs.
    pub async fn authenticate(&self, credentials: &Credentials, needs: Permission) -> Result<Context, AppError> {
        let claim = Claim::new(credentials, needs, None);
        // Before anything is read: what is read may be newer than this version, never older.
        let seen_version = self.database().version().await?;
        let grant = self.grant(seen_version, &claim.key).await?;
        self.let_in(claim, &grant, Some(seen_version))
    }

    /// The same for what changes something, without a question to the database: from what was last known of the key. It is
    /// looked up again in the transaction that makes the change, and can only do that ([`Context::is_settled`]). `None` where
    /// nothing is known, or it would be refused.
    pub fn expect(&self, credentials: &Credentials, needs: Permission) -> Option<Context> {
        if needs.1 == Action::Read {
            return None;
        }
        let known = self
            .memory()
            .last_grant(&(hash_secret(&credentials.secret), credentials.organization))?;
        let claim = Claim::new(credentials, needs, Some(Arc::clone(&known)));
        self.let_in(claim, &known, None).ok()
    }

    /// Whether who calls is known by now: for one who was expected, after what was to be changed. Else it was no use of the key.
    pub fn settle(&self, ctx: &Context) -> bool {
        let is_settled = ctx.is_settled();
        if let (false, Some(key)) = (is_settled, ctx.caller.api_key) {
            self.count_use(key, -1);
        }
        is_settled
    }

    fn let_in(&self, claim: Claim, grant: &Grant, seen_version: Option<i64>) -> Result<Context, AppError> {
        let now_us = self.world().now_us();
        let (caller, organization) = claim.let_in(grant, now_us)?;
        self.count_use(grant.key_id, 1);
        Ok(Context {
            world: Arc::clone(self.world()),
            now_us,
            caller,
            organization,
            seen_version,
            claim: Some(Arc::new(claim)),
        })
    }

    async fn grant(&self, version: i64, look: &GrantKey) -> Result<Arc<Grant>, AppError> {
        if let Some(known) = self.memory().grant(version, look) {
            return Ok(known);
        }
        let found = self.database().read(look, find_grant).await?;
        let Some(found) = found else {
            self.memory().forget_last_grant(look);
            return Err(AppError::Unauthenticated);
        };
        let grant = Arc::new(found);
        self.memory().keep_grant(version, *look, Arc::clone(&grant));
        Ok(grant)
    }
}

fn find_grant<'t>(
    tx: &'t mut Tx,
    look: &'t ([u8; 32], Option<Id<Organization>>),
) -> BoxFuture<'t, Result<Option<Grant>, AppError>> {
    Box::pin(async move { Ok(api_key::grant(tx, &look.0, look.1).await?) })
}

/// A key reaches its own organization; one of a practice that covers what is below reaches all of the practice.
fn reaches(caller: &Caller, organization: Id<Organization>, practice: Id<Organization>) -> bool {
    organization == caller.home
        || (caller.covers_below && caller.home == caller.practice && practice == caller.practice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_written_as_they_are_read() {
        for text in [
            "all",
            "",
            "accounts:read",
            "accounts:read,write reconciliations:read,write,delete,reopen",
        ] {
            assert_eq!(Permissions::parse(text).unwrap().text(), text);
        }
        for text in ["accounts", "accounts:fly", "moon:read", "all accounts:read"] {
            assert!(Permissions::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_permission_is_one_bit_of_its_own() {
        let read = Permissions::parse("transactions:read").unwrap();
        assert!(read.has(Permission(Resource::Transactions, Action::Read)));
        assert!(!read.has(Permission(Resource::Transactions, Action::Write)));
        assert!(!read.has(Permission(Resource::Accounts, Action::Read)));
        assert!(Permissions::ALL.covers(read) && !read.covers(Permissions::ALL));
    }
}
