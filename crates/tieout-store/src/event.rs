//! The audit chain's records and heads.

use crate::dialect::{Row, Tx};
use crate::error::StoreError;
use crate::page::Page;
use tieout_core::Id;
use tieout_core::id::{ApiKey, Event, Organization, User};

/// A row of `event`.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "columns are explained in the migrations")]
pub struct EventRow {
    pub seq: i64,
    pub id: Id<Event>,
    pub entity_type: String,
    pub entity_id: String,
    pub event_type: String,
    pub description: String,
    pub user_id: Id<User>,
    pub api_key_id: Option<Id<ApiKey>>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub change: String,
    pub created_at: i64,
    pub hash: [u8; 32],
}

/// The end of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the last event.
    pub seq: i64,
    /// Its hash.
    pub hash: [u8; 32],
}

macro_rules! columns {
    () => {
        "seq, id, entity_type, entity_id, event_type, description, user_id, api_key_id, ip_address, user_agent, \
         change, created_at, hash"
    };
}
macro_rules! filter {
    () => {
        "organization_id = $1 AND ($2 = '' OR entity_type = $2) AND ($3 = '' OR entity_id = $3) \
         AND ($4 = '' OR event_type = $4) AND ($5 OR user_id = $6) AND ($7 OR api_key_id = $8) \
         AND created_at >= $9 AND created_at < $10"
    };
}

macro_rules! reached {
    () => {
        "organization_id IN (SELECT id FROM organization WHERE id = $1 OR ($2 AND practice_id = $1)) \
         AND entity_type = $3 AND entity_id = $4"
    };
}

statements! {
    BEGIN_CHAIN = "INSERT INTO audit_head (organization_id, seq, hash) VALUES ($1, 0, $2)";
    // Takes the chain until the transaction ends. It is the last lock that any transaction takes.
    TAKE_HEAD = "UPDATE audit_head SET seq = seq + 1 WHERE organization_id = $1 RETURNING seq, hash";
    SET_HEAD = "UPDATE audit_head SET hash = $2 WHERE organization_id = $1";
    HEAD = "SELECT seq, hash FROM audit_head WHERE organization_id = $1";
    INSERT = concat!("INSERT INTO event (organization_id, ", columns!(), ") VALUES \
        ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");
    AFTER = concat!("SELECT ", columns!(), " FROM event WHERE organization_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    LIST = concat!("SELECT ", columns!(), " FROM event WHERE ", filter!(), " ORDER BY seq DESC LIMIT $11 OFFSET $12");
    COUNT = concat!("SELECT COUNT(*) FROM event WHERE ", filter!());
    OF_ENTITY = concat!("SELECT ", columns!(), ", organization_id FROM event WHERE ", reached!(), " \
        ORDER BY created_at DESC, seq DESC LIMIT $5 OFFSET $6");
    COUNT_OF_ENTITY = concat!("SELECT COUNT(*) FROM event WHERE ", reached!());
}

fn decode(row: &mut Row<'_>) -> Result<EventRow, StoreError> {
    Ok(EventRow {
        seq: row.int()?,
        id: row.id()?,
        entity_type: row.text()?,
        entity_id: row.text()?,
        event_type: row.text()?,
        description: row.text()?,
        user_id: row.id()?,
        api_key_id: row.maybe_id()?,
        ip_address: row.maybe_text()?,
        user_agent: row.maybe_text()?,
        change: row.text()?,
        created_at: row.int()?,
        hash: row.array()?,
    })
}

fn decode_head(row: &mut Row<'_>) -> Result<Head, StoreError> {
    Ok(Head {
        seq: row.int()?,
        hash: row.array()?,
    })
}

/// Begins an organization's chain.
pub async fn begin_chain(tx: &mut Tx, organization: Id<Organization>, genesis: &[u8; 32]) -> Result<(), StoreError> {
    tx.execute(BEGIN_CHAIN, args![organization, &genesis[..]])
        .await
        .map(|_| ())
}

/// Takes the chain: the number of the next event, and the hash before it.
pub async fn take_head(tx: &mut Tx, organization: Id<Organization>) -> Result<Head, StoreError> {
    tx.one(TAKE_HEAD, args![organization], decode_head).await
}

/// Appends an event at the number that [`take_head`] gave.
pub async fn append(tx: &mut Tx, organization: Id<Organization>, e: &EventRow) -> Result<(), StoreError> {
    let args = args![
        organization,
        e.seq,
        e.id,
        &e.entity_type,
        &e.entity_id,
        &e.event_type,
        &e.description,
        e.user_id,
        e.api_key_id,
        &e.ip_address,
        &e.user_agent,
        &e.change,
        e.created_at,
        &e.hash[..]
    ];
    tx.execute(INSERT, args).await?;
    tx.execute(SET_HEAD, args![organization, &e.hash[..]]).await.map(|_| ())
}

/// The end of an organization's chain.
pub async fn head(tx: &mut Tx, organization: Id<Organization>) -> Result<Option<Head>, StoreError> {
    tx.optional(HEAD, args![organization], decode_head).await
}

/// Events after a number, in the order of the chain.
pub async fn after(
    tx: &mut Tx,
    organization: Id<Organization>,
    seq: i64,
    limit: i64,
) -> Result<Vec<EventRow>, StoreError> {
    tx.all(AFTER, args![organization, seq, limit], decode).await
}

/// Which events of a list; an empty text does not filter.
#[derive(Debug, Clone)]
pub struct Filter {
    /// About records of this type.
    pub entity_type: String,
    /// About this record.
    pub entity_id: String,
    /// Of this type.
    pub event_type: String,
    /// By this person.
    pub user: Option<Id<User>>,
    /// With this key.
    pub api_key: Option<Id<ApiKey>>,
    /// From this instant.
    pub from_us: i64,
    /// Before this instant.
    pub before_us: i64,
}

impl Default for Filter {
    fn default() -> Self {
        Self {
            entity_type: String::new(),
            entity_id: String::new(),
            event_type: String::new(),
            user: None,
            api_key: None,
            from_us: i64::MIN,
            before_us: i64::MAX,
        }
    }
}

/// The events of one record, newest first, each with its organization, and how many there are: of `home`, and with
/// `covers_below` of the whole practice that it is.
pub async fn of_entity(
    tx: &mut Tx,
    (home, covers_below): (Id<Organization>, bool),
    (entity_type, entity_id): (&str, &str),
    page: Page,
) -> Result<(Vec<(EventRow, Id<Organization>)>, i64), StoreError> {
    let args = args![home, covers_below, entity_type, entity_id, page.limit, page.offset];
    let rows = tx.all(OF_ENTITY, args, |row| Ok((decode(row)?, row.id()?))).await?;
    let args = args![home, covers_below, entity_type, entity_id];
    let count = tx.one(COUNT_OF_ENTITY, args, |row| row.int()).await?;
    Ok((rows, count))
}

/// Newest first, and how many there are.
pub async fn list(
    tx: &mut Tx,
    organization: Id<Organization>,
    filter: &Filter,
    page: Page,
) -> Result<(Vec<EventRow>, i64), StoreError> {
    let shared = args![
        organization,
        &filter.entity_type,
        &filter.entity_id,
        &filter.event_type,
        filter.user.is_none(),
        filter.user,
        filter.api_key.is_none(),
        filter.api_key,
        filter.from_us,
        filter.before_us
    ];
    let mut paged = shared.to_vec();
    paged.extend([page.limit.into(), page.offset.into()]);
    let rows = tx.all(LIST, &paged, decode).await?;
    let count = tx.one(COUNT, shared, |row| row.int()).await?;
    Ok((rows, count))
}
