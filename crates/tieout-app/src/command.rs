//! What surrounds every command: the transaction, the context, and what happens when it comes twice.

use crate::access::{Caller, Claim, Permission};
use crate::amounts;
use crate::error::AppError;
use crate::memory::{Answer, Memory};
use crate::world::{self, World};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tieout_core::id::{ApiKey, Organization, Transaction};
use tieout_core::{Currency, Date, Id};
use tieout_store::organization::{self, OrganizationRow};
use tieout_store::repeated::{self, Sender};
use tieout_store::{BoxFuture, Database, Hold, Pace, StoreError, Tx, api_key};

/// For how long a repeated command gets its first reply.
const REPLAY_US: i64 = 24 * 3600 * 1_000_000;

/// The application over one database.
#[derive(Clone)]
pub struct App {
    database: Database,
    world: Arc<dyn World>,
    uses: Arc<Mutex<HashMap<Id<ApiKey>, i64>>>,
    memory: Memory,
}

/// The organization that a request names.
#[derive(Debug, Clone)]
pub struct Org {
    /// Its id.
    pub id: Id<Organization>,
    /// Its practice.
    pub practice: Id<Organization>,
    /// Its base currency.
    pub base: Currency,
    /// No transaction may be dated on or before this day.
    pub books_closed: Option<Date>,
    /// First month of its year.
    pub fiscal_year_start: i64,
    /// Whether completing needs every entry matched.
    pub require_all_matched: bool,
}

impl Org {
    /// What commands rely on of an organization.
    pub(crate) fn of(row: &OrganizationRow) -> Result<Self, AppError> {
        Ok(Self {
            id: row.id,
            practice: row.practice_id,
            base: amounts::stored_currency(&row.base_currency)?,
            books_closed: row.books_closed,
            fiscal_year_start: row.fiscal_year_start,
            require_all_matched: row.require_all_matched,
        })
    }
}

/// Who asks, about which organization, when.
#[derive(Clone)]
pub struct Context {
    /// Clock and randomness.
    pub world: Arc<dyn World>,
    /// When the request came, in microseconds.
    pub now_us: i64,
    /// Who.
    pub caller: Caller,
    /// Which organization, if the request names one.
    pub organization: Option<Org>,
    /// The database's version when the request began, if it was looked up.
    pub seen_version: Option<i64>,
    /// What the request said of itself; none for the program's own work.
    pub claim: Option<Arc<Claim>>,
}

impl Context {
    /// The organization, for commands that need one.
    pub fn org(&self) -> Result<&Org, AppError> {
        self.organization.as_ref().ok_or(AppError::NotFound("organization"))
    }

    /// Whether the database said who calls. Else it is only expected, nothing can be looked up, and whatever is answered before
    /// a transaction found it so must be asked again with an [authenticated](App::authenticate) caller.
    pub fn is_settled(&self) -> bool {
        self.claim.as_ref().is_none_or(|claim| claim.is_settled())
    }

    /// Refuses what the caller may not do: for commands that do more than their endpoint asks for.
    pub fn require(&self, permission: Permission) -> Result<(), AppError> {
        if self.caller.permissions.has(permission) {
            Ok(())
        } else {
            Err(AppError::Denied(permission.name()))
        }
    }

    /// A new id.
    pub fn id<K>(&self) -> Id<K> {
        world::new_id(self.world.as_ref())
    }

    /// A new transaction's id.
    pub fn transaction_id(&self) -> Id<Transaction> {
        world::new_transaction_id(self.world.as_ref())
    }
}

/// Something that can be done or looked up, in one transaction.
pub trait Command: Send + Sync + 'static {
    /// What comes of it.
    type Output: Send + 'static;

    /// How it takes its organization. Alone it may read, decide and write as if nobody else were there. Those that come
    /// often share it: they take each row that they decide by before they read it, accounts in the order of their ids.
    fn hold(&self) -> Hold {
        Hold::Alone
    }

    /// How long it takes.
    fn pace(&self) -> Pace {
        Pace::Any
    }

    /// Does it. Runs again from the beginning when another transaction was faster, so it has no other effects.
    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>>;
}

/// How a command that may come twice is known again.
pub struct Once<T> {
    /// The key its sender gave it.
    pub key: String,
    /// A hash of everything that it says.
    pub fingerprint: [u8; 32],
    /// Prints the reply that a repetition will get.
    pub render: fn(&T) -> String,
}

/// What became of a command.
pub enum Done<T> {
    /// It was executed.
    Executed(T),
    /// It had been executed before; the reply it got then.
    AlreadyApplied(String),
}

type Job<C> = (Context, C, Option<Once<<C as Command>::Output>>);

impl App {
    /// Over this database.
    pub fn new(database: Database, world: Arc<dyn World>) -> Self {
        Self {
            database,
            world,
            uses: Arc::default(),
            memory: Memory::default(),
        }
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Clock and randomness.
    pub fn world(&self) -> &Arc<dyn World> {
        &self.world
    }

    /// Does a command, all of it or nothing. What it returns is on disk.
    pub async fn run<C: Command>(
        &self,
        ctx: &Context,
        command: C,
        once: Option<Once<C::Output>>,
    ) -> Result<Done<C::Output>, AppError> {
        let pace = command.pace();
        let job: Job<C> = (ctx.clone(), command, once);
        let done = self
            .database
            .write_at(pace, job, |tx, (ctx, command, once)| {
                Box::pin(run_once(tx, ctx, command, once.as_ref()))
            })
            .await?;
        if let Some(claim) = &ctx.claim {
            claim.note_change();
        }
        Ok(done)
    }

    /// Does a command that never comes twice.
    pub async fn execute<C: Command>(&self, ctx: &Context, command: C) -> Result<C::Output, AppError> {
        match self.run(ctx, command, None).await? {
            Done::Executed(output) => Ok(output),
            Done::AlreadyApplied(_) => Err(AppError::Internal("replayed without a key")),
        }
    }

    /// Looks something up in one statement, or in several that need not see the same state.
    pub async fn look<C: Command>(&self, ctx: &Context, query: C) -> Result<C::Output, AppError> {
        may_look(ctx)?;
        let job = (ctx.clone(), query);
        self.database.read(&job, |tx, (ctx, query)| query.run(tx, ctx)).await
    }

    /// Looks something up, all of it in the same state of the books.
    pub async fn look_at_once<C: Command>(&self, ctx: &Context, query: C) -> Result<C::Output, AppError> {
        may_look(ctx)?;
        let job = (ctx.clone(), query);
        self.database
            .snapshot(&job, |tx, (ctx, query)| query.run(tx, ctx))
            .await
    }

    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The answer that this question got since the last change of the database, if it was asked with the same key.
    pub fn remembered(&self, ctx: &Context, question: &str) -> Option<Answer> {
        self.memory.answer(ctx.seen_version?, ctx.caller.api_key?, question)
    }

    /// Keeps an answer that depends on nothing but the question, the key and the database.
    pub fn remember(&self, ctx: &Context, question: &str, answer: Answer) {
        if let (Some(version), Some(key)) = (ctx.seen_version, ctx.caller.api_key) {
            self.memory.keep_answer(version, key, question, answer);
        }
    }

    /// Counts uses of a key; [`App::flush_uses`] stores the counts now and then, so that reading costs no write.
    pub(crate) fn count_use(&self, key: Id<ApiKey>, times: i64) {
        let mut uses = self.uses.lock().unwrap_or_else(PoisonError::into_inner);
        *uses.entry(key).or_default() += times;
    }

    /// Stores how often each key was used since the last time.
    pub async fn flush_uses(&self) -> Result<(), AppError> {
        let counted = std::mem::take(&mut *self.uses.lock().unwrap_or_else(PoisonError::into_inner));
        // What was taken back is no use.
        let mut uses: Vec<_> = counted.into_iter().filter(|(_, times)| *times != 0).collect();
        if uses.is_empty() {
            return Ok(());
        }
        let now_us = self.world.now_us();
        // In one order everywhere, so that two processes never wait for each other's rows.
        uses.sort_unstable();
        self.database
            .write((now_us, uses), |tx, (now, uses)| Box::pin(store_uses(tx, *now, uses)))
            .await
    }
}

async fn store_uses(tx: &mut Tx, now_us: i64, uses: &[(Id<ApiKey>, i64)]) -> Result<(), AppError> {
    // Months of thirty days from 1970 on: only equality matters.
    let month = now_us / (30 * 24 * 3600 * 1_000_000);
    for (key, times) in uses {
        api_key::used(tx, *key, *times, now_us, month).await?;
    }
    Ok(())
}

/// Only whom the database knows sees anything.
fn may_look(ctx: &Context) -> Result<(), AppError> {
    if ctx.is_settled() {
        Ok(())
    } else {
        Err(AppError::Unauthenticated)
    }
}

/// Takes the organization, and looks again who calls and what the command relies on of it: its caller was let in before that.
async fn take(tx: &mut Tx, ctx: &Context, hold: Hold) -> Result<Context, AppError> {
    let id = ctx.organization.as_ref().map_or(ctx.caller.home, |org| org.id);
    tx.hold(id.bytes(), hold).await?;
    let mut own = ctx.clone();
    if let Some(claim) = &ctx.claim {
        (own.caller, own.organization) = claim.renew(tx, ctx.world.now_us()).await?;
    } else if let Some(org) = &mut own.organization {
        let row = organization::find(tx, id).await?;
        *org = Org::of(&row.ok_or(AppError::NotFound("organization"))?)?;
    }
    Ok(own)
}

async fn run_once<C: Command>(
    tx: &mut Tx,
    ctx: &Context,
    command: &C,
    once: Option<&Once<C::Output>>,
) -> Result<Done<C::Output>, AppError> {
    let own = take(tx, ctx, command.hold()).await?;
    let (Some(once), Some(api_key)) = (once, ctx.caller.api_key) else {
        return Ok(Done::Executed(command.run(tx, &own).await?));
    };
    let sender = Sender {
        organization: ctx.organization.as_ref().map_or(ctx.caller.home, |org| org.id),
        api_key,
        key: &once.key,
    };
    // Claimed before anything is done: the same command at the same time waits here, and gets the first one's reply.
    let times = (ctx.now_us - REPLAY_US, ctx.now_us);
    if !repeated::claim(tx, sender, &once.fingerprint, times).await? {
        let found = repeated::find(tx, sender).await?.ok_or(StoreError::LostRace)?;
        return if found.fingerprint == once.fingerprint {
            Ok(Done::AlreadyApplied(found.reply))
        } else {
            Err(AppError::Conflict(
                "this Idempotency-Key was used for another request; use a new one",
            ))
        };
    }
    let output = command.run(tx, &own).await?;
    repeated::keep(tx, sender, &(once.render)(&output)).await?;
    Ok(Done::Executed(output))
}
