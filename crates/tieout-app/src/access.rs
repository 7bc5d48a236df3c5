//! Who calls, and what they may do.
//!
//! A key belongs to one organization, or to one and all below it, and carries permissions by resource. An organization
//! outside a key's reach does not exist for it: the answer is the same as for an unknown one.

use crate::command::{App, Context, Org};
use crate::error::AppError;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;
use tieout_core::id::{ApiKey, Organization, User};
use tieout_core::{Currency, Id};
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

impl App {
    /// Finds out who calls and whether they may: the context that every command needs.
    pub async fn authenticate(&self, credentials: Credentials, needs: Permission) -> Result<Context, AppError> {
        // Before anything is read: what is read may be newer than this version, never older.
        let seen_version = self.database().version().await?;
        let grant = self.grant(seen_version, &credentials).await?;
        let now_us = self.world().now_us();
        let is_over = |instant: Option<i64>| instant.is_some_and(|instant| instant <= now_us);
        if is_over(grant.revoked_at) || is_over(grant.expires_at) {
            return Err(AppError::Unauthenticated);
        }
        let caller = caller(&grant, &credentials)?;
        let organization = match (credentials.organization, &grant.organization) {
            (None, _) => None,
            (Some(_), Some(named)) if reaches(&caller, named.id, named.practice) => Some(Org {
                id: named.id,
                practice: named.practice,
                base: Currency::try_new(&named.base_currency).map_err(|_| AppError::Internal("base currency"))?,
                books_closed: named.books_closed,
                fiscal_year_start: named.fiscal_year_start,
                require_all_matched: named.require_all_matched,
            }),
            (Some(_), _) => return Err(AppError::NotFound("organization")),
        };
        if !caller.permissions.has(needs) {
            return Err(AppError::Denied(needs.name()));
        }
        self.note_use(grant.key_id);
        Ok(Context {
            world: Arc::clone(self.world()),
            now_us,
            caller,
            organization,
            seen_version: Some(seen_version),
        })
    }

    async fn grant(&self, version: i64, credentials: &Credentials) -> Result<Arc<Grant>, AppError> {
        let look = (hash_secret(&credentials.secret), credentials.organization);
        if let Some(known) = self.memory().grant(version, &look) {
            return Ok(known);
        }
        let found = self.database().read(&look, find_grant).await?;
        let grant = Arc::new(found.ok_or(AppError::Unauthenticated)?);
        self.memory().keep_grant(version, look, Arc::clone(&grant));
        Ok(grant)
    }
}

fn find_grant<'t>(
    tx: &'t mut Tx,
    look: &'t ([u8; 32], Option<Id<Organization>>),
) -> BoxFuture<'t, Result<Option<Grant>, AppError>> {
    Box::pin(async move { Ok(api_key::grant(tx, &look.0, look.1).await?) })
}

fn caller(grant: &Grant, credentials: &Credentials) -> Result<Caller, AppError> {
    Ok(Caller {
        user: grant.user_id,
        api_key: Some(grant.key_id),
        permissions: Permissions::parse(&grant.permissions)?,
        home: grant.key_organization,
        covers_below: grant.covers_below,
        practice: grant.practice,
        ip_address: credentials.ip_address.clone(),
        user_agent: credentials.user_agent.clone(),
    })
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
