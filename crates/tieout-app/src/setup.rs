//! What happens without a request: the first start, keys made on the command line, proofs of the audit chain.

use crate::access::{Caller, Permissions};
use crate::audit;
use crate::chain::{self, Broken};
use crate::command::{App, Context, Org};
use crate::error::AppError;
use crate::job;
use crate::key::{self, FreshKey, KeyFields};
use crate::organization::{self, OrganizationFields, Practice};
use crate::world;
use std::sync::Arc;
use tieout_core::id::{ApiKey, Organization};
use tieout_core::{Currency, Id};
use tieout_store::api_key::ApiKeyRow;
use tieout_store::event::Head;
use tieout_store::{Hold, Tx, api_key, migrate, organization as rows};

impl App {
    /// Brings the schema up to date and, in an empty database, founds the first practice. A first practice without any key
    /// gets its first one, which is returned this once.
    pub async fn prepare(&self) -> Result<Option<Practice>, AppError> {
        self.prepare_books().await?;
        self.database()
            .write(self.system_context(), |tx, ctx| Box::pin(first_key(tx, ctx)))
            .await
    }

    /// Brings the schema up to date and, in an empty database, founds the first practice, which has no key yet; returns
    /// whether it did.
    pub async fn prepare_books(&self) -> Result<bool, AppError> {
        migrate::migrate(self.database(), self.world().now_us()).await?;
        self.database()
            .write(self.system_context(), |tx, ctx| Box::pin(first_start(tx, ctx)))
            .await
    }

    /// Asks the database one short question.
    ///
    /// # Errors
    /// Why it does not answer.
    pub async fn is_reachable(&self) -> Result<(), AppError> {
        self.database()
            .read(&(), |tx, ()| Box::pin(async move { Ok(rows::answer(tx).await?) }))
            .await
    }

    /// A context of the program itself, before anybody is known.
    fn system_context(&self) -> Context {
        let nobody = Id::from_bytes([0; 16]);
        Context {
            world: Arc::clone(self.world()),
            now_us: self.world().now_us(),
            caller: Caller {
                user: world::new_id(self.world().as_ref()),
                api_key: None,
                permissions: Permissions::ALL,
                home: nobody,
                covers_below: true,
                practice: nobody,
                ip_address: None,
                user_agent: Some(concat!("tieout/", env!("CARGO_PKG_VERSION")).into()),
            },
            organization: None,
            seen_version: None,
            claim: None,
        }
    }

    /// Makes a key on the command line: for an organization, or for the first practice and all below it.
    pub async fn create_key(&self, wanted: CommandLineKey) -> Result<FreshKey, AppError> {
        let job = (self.system_context(), wanted);
        self.database()
            .write(job, |tx, (ctx, wanted)| Box::pin(create_key(tx, ctx, wanted)))
            .await
    }

    /// A context for a command line that works on the database itself, as the owner of the organization's practice.
    pub async fn local_context(&self, organization: Option<Id<Organization>>) -> Result<Context, AppError> {
        let job = (self.system_context(), organization);
        self.database()
            .read(&job, |tx, (ctx, organization)| Box::pin(local(tx, ctx, *organization)))
            .await
    }

    /// Every API key, for the operator.
    pub async fn all_keys(&self) -> Result<Vec<ApiKeyRow>, AppError> {
        self.database()
            .read(&(), |tx, ()| Box::pin(async move { Ok(api_key::all(tx).await?) }))
            .await
    }

    /// Ends a key on the command line.
    pub async fn revoke_key(&self, id: Id<ApiKey>) -> Result<ApiKeyRow, AppError> {
        let job = (self.system_context(), id);
        self.database()
            .write(job, |tx, (ctx, id)| Box::pin(revoke_key(tx, ctx, *id)))
            .await
    }

    /// The practice made first.
    pub async fn first_practice(&self) -> Result<Option<Id<Organization>>, AppError> {
        self.database()
            .read(&(), |tx, ()| {
                Box::pin(async move { Ok(rows::first_practice(tx).await?.map(|row| row.id)) })
            })
            .await
    }

    /// Checks the chains of every organization against themselves and against kept heads.
    pub async fn verify_chains(&self, kept: Vec<(Id<Organization>, Head)>) -> Result<Vec<ChainProof>, AppError> {
        self.database()
            .snapshot(&kept, |tx, kept| Box::pin(verify_all(tx, kept)))
            .await
    }
}

/// A key to be made on the command line.
#[derive(Debug, Clone)]
pub struct CommandLineKey {
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
    /// For which organization; none is the first practice and all below it.
    pub organization: Option<Id<Organization>>,
}

async fn first_start(tx: &mut Tx, ctx: &Context) -> Result<bool, AppError> {
    if rows::first_practice(tx).await?.is_some() {
        for practice in rows::practices(tx).await? {
            job::queue_recurring(tx, ctx.world.as_ref(), practice).await?;
        }
        return Ok(false);
    }
    let fields = OrganizationFields {
        name: "My practice".into(),
        base_currency: Currency::try_new("USD").map_err(|_| AppError::Internal("USD"))?,
        domain: None,
        tax_number: None,
        fiscal_year_start: 1,
        metadata: "{}".into(),
    };
    organization::found_practice(tx, ctx, &fields).await?;
    Ok(true)
}

/// Somebody must be able to come in: the first key of the first practice, unless there is one or was.
async fn first_key(tx: &mut Tx, ctx: &Context) -> Result<Option<Practice>, AppError> {
    let first = rows::first_practice(tx).await?;
    let row = first.ok_or(AppError::Internal("no practice was founded"))?;
    if !api_key::ids(tx, row.id).await?.is_empty() {
        return Ok(None);
    }
    let own = local(tx, ctx, Some(row.id)).await?;
    let key = organization::first_key(tx, &own, row.id).await?;
    Ok(Some(Practice { row, key }))
}

async fn create_key(tx: &mut Tx, ctx: &Context, wanted: &CommandLineKey) -> Result<FreshKey, AppError> {
    let organization = match wanted.organization {
        Some(id) => rows::find(tx, id).await?,
        None => rows::first_practice(tx).await?,
    };
    let organization = organization.ok_or(AppError::NotFound("organization"))?;
    let owner = rows::find_user(tx, organization.practice_id, "owner").await?;
    let owner = owner.ok_or(AppError::Internal("a practice without an owner"))?;
    let fields = KeyFields {
        organization: organization.id,
        covers_below: wanted.organization.is_none(),
        user: owner.id,
        name: wanted.name.clone(),
        description: None,
        permissions: wanted.permissions,
        expires_at: None,
    };
    let key = key::fresh(ctx, &fields)?;
    let mut own = ctx.clone();
    own.caller.user = owner.id;
    key::enter(tx, &own, &key).await?;
    Ok(key)
}

async fn local(tx: &mut Tx, ctx: &Context, organization: Option<Id<Organization>>) -> Result<Context, AppError> {
    let row = match organization {
        Some(id) => rows::find(tx, id).await?,
        None => rows::first_practice(tx).await?,
    };
    let row = row.ok_or(AppError::NotFound("organization"))?;
    let owner = rows::find_user(tx, row.practice_id, "owner").await?;
    let owner = owner.ok_or(AppError::Internal("a practice without an owner"))?;
    let mut own = ctx.clone();
    own.caller.user = owner.id;
    own.caller.home = row.practice_id;
    own.caller.practice = row.practice_id;
    own.organization = Some(Org::of(&row)?);
    Ok(own)
}

async fn revoke_key(tx: &mut Tx, ctx: &Context, id: Id<ApiKey>) -> Result<ApiKeyRow, AppError> {
    let missing = || AppError::NotFound("API key");
    let found = api_key::find_any(tx, id).await?.ok_or_else(missing)?;
    // Who changes the key through the server has the organization alone; read again what they left.
    tx.hold(found.organization_id.bytes(), Hold::Alone).await?;
    let mut row = api_key::find_any(tx, id).await?.ok_or_else(missing)?;
    if row.revoked_at.is_none() {
        row.revoked_at = Some(ctx.now_us);
        row.updated_at = ctx.now_us;
        api_key::update(tx, &row).await?;
        let mut own = ctx.clone();
        own.caller.user = row.user_id;
        let change = key::change(&row, "api_key.revoked", "revoked");
        audit::record_for(tx, &own, row.organization_id, change).await?;
    }
    Ok(row)
}

/// An organization, and the head of its chain or where it is broken.
pub type ChainProof = (Id<Organization>, Result<Head, Broken>);

async fn verify_all(tx: &mut Tx, kept: &[(Id<Organization>, Head)]) -> Result<Vec<ChainProof>, AppError> {
    let mut proofs = Vec::new();
    for organization in rows::all_ids(tx).await? {
        let own = kept.iter().filter(|(id, _)| *id == organization).map(|(_, head)| *head);
        proofs.push((organization, chain::verify(tx, organization, own.collect()).await?));
    }
    for (organization, head) in kept {
        if !proofs.iter().any(|(found, _)| found == organization) {
            let what = "the organization of the kept head is missing".to_owned();
            proofs.push((*organization, Err(Broken { seq: head.seq, what })));
        }
    }
    Ok(proofs)
}
