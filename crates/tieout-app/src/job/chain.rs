//! The job that checks audit chains, some thousand events a step.

use super::runner::Step;
use crate::audit::genesis;
use crate::chain::{Broken, ChainCheck};
use crate::command::App;
use crate::error::AppError;
use serde::{Deserialize, Serialize};
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::event::Head;
use tieout_store::job::JobRow;
use tieout_store::{Tx, organization};

/// Events of one step, and looks at the database.
const AT_ONCE: i64 = 5000;
const LOOKS: usize = 100;
/// Broken chains that are named; more are only counted.
const NAMED: usize = 100;

/// Where a check stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Place {
    /// The organization whose chain is checked, with the last event checked; none before the first.
    current: Option<(String, i64, [u8; 32])>,
    organizations: i64,
    events: i64,
    broken_chains: i64,
    broken: Vec<BrokenChain>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct BrokenChain {
    organization_id: String,
    event: i64,
    problem: String,
}

/// What one look at the database found.
enum Found {
    /// The next chain, or none.
    Chain(Option<Id<Organization>>),
    /// Some events were checked.
    Further(Head),
    /// The chain ends here.
    Ends(Result<Head, Broken>),
}

/// One step of a check.
pub(super) async fn step(app: &App, job: &JobRow) -> Result<Step, AppError> {
    let mut place = if job.checkpoint.is_empty() {
        Place {
            current: None,
            organizations: 0,
            events: 0,
            broken_chains: 0,
            broken: Vec::new(),
        }
    } else {
        serde_json::from_str(&job.checkpoint).map_err(|_| AppError::Internal("checkpoint of a job"))?
    };
    let before = place.events;
    for _ in 0..LOOKS {
        let look = (job.organization_id, current(&place)?);
        let found = app
            .database()
            .snapshot(&look, |tx, look| Box::pin(find(tx, look.0, look.1)))
            .await?;
        match found {
            Found::Chain(None) => {
                let result = serde_json::json!({ "is_intact": place.broken_chains == 0, "organizations": place.organizations,
                    "events": place.events, "broken_chains": place.broken_chains, "broken": place.broken });
                return Ok(Step::Done {
                    result: result.to_string(),
                    progress: place.events,
                });
            }
            Found::Chain(Some(next)) => place.current = Some((next.to_string(), 0, genesis(next))),
            Found::Further(head) => {
                if let Some((_, seq, hash)) = &mut place.current {
                    place.events += head.seq - *seq;
                    (*seq, *hash) = (head.seq, head.hash);
                }
            }
            Found::Ends(end) => note_end(&mut place, &end),
        }
        if place.events - before >= AT_ONCE {
            break;
        }
    }
    Ok(Step::Reached {
        checkpoint: serde_json::to_string(&place).map_err(|_| AppError::Internal("checkpoint of a job"))?,
        progress: place.events,
    })
}

/// The chain's end: minus one says to go on with the next organization.
const ENDED: i64 = -1;

fn note_end(place: &mut Place, end: &Result<Head, Broken>) {
    let Some((organization, seq, _)) = &mut place.current else {
        return;
    };
    place.organizations += 1;
    match end {
        Ok(head) => place.events += head.seq - *seq,
        Err(broken) => {
            place.broken_chains += 1;
            if place.broken.len() < NAMED {
                place.broken.push(BrokenChain {
                    organization_id: organization.clone(),
                    event: broken.seq,
                    problem: broken.what.clone(),
                });
            }
        }
    }
    *seq = ENDED;
}

fn current(place: &Place) -> Result<Option<(Id<Organization>, Head)>, AppError> {
    let of = |(organization, seq, hash): &(String, i64, [u8; 32])| {
        let head = Head { seq: *seq, hash: *hash };
        Ok((
            Id::parse(organization).map_err(|_| AppError::Internal("checkpoint of a job"))?,
            head,
        ))
    };
    place.current.as_ref().map(of).transpose()
}

async fn find(
    tx: &mut Tx,
    all_of: Id<Organization>,
    current: Option<(Id<Organization>, Head)>,
) -> Result<Found, AppError> {
    let Some((organization, last)) = current.filter(|(_, head)| head.seq != ENDED) else {
        let after = current.map_or(Id::from_bytes([0; 16]), |(organization, _)| organization);
        return Ok(Found::Chain(organization::next_of(tx, all_of, after, 1).await?.pop()));
    };
    let mut check = ChainCheck::at(organization, last, Vec::new());
    match check.read(tx, AT_ONCE).await? {
        Err(broken) => Ok(Found::Ends(Err(broken))),
        Ok(true) => Ok(Found::Further(check.last())),
        Ok(false) => Ok(Found::Ends(check.end(tx).await?)),
    }
}
