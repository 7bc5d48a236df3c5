//! Looking at the audit chain.

use crate::audit::{genesis, hash_event};
use crate::command::{Command, Context};
use crate::error::AppError;
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::event::{self, EventRow, Filter, Head};
use tieout_store::{BoxFuture, Page, Tx};

/// A page of events, newest first.
#[derive(Debug, Clone)]
pub struct ListEvents(pub Filter, pub Page);

impl Command for ListEvents {
    type Output = (Vec<EventRow>, i64);

    fn run<'t>(&'t self, tx: &'t mut Tx, ctx: &'t Context) -> BoxFuture<'t, Result<Self::Output, AppError>> {
        Box::pin(async move {
            let organization = ctx.organization.as_ref().map_or(ctx.caller.home, |org| org.id);
            Ok(event::list(tx, organization, &self.0, self.1).await?)
        })
    }
}

/// What a check of a chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainProof {
    /// Every event is there and unchanged.
    Intact(Head),
    /// At this event the chain no longer fits.
    Broken {
        /// The event's number.
        seq: i64,
        /// What is wrong.
        what: &'static str,
    },
}

const AT_ONCE: i64 = 1000;

/// Recomputes an organization's chain from its beginning. It must contain every head of `kept`: those that were signed,
/// and those that somebody kept elsewhere.
pub(crate) async fn verify(tx: &mut Tx, organization: Id<Organization>, kept: &[Head]) -> Result<ChainProof, AppError> {
    let mut last = Head {
        seq: 0,
        hash: genesis(organization),
    };
    loop {
        let events = event::after(tx, organization, last.seq, AT_ONCE).await?;
        if events.is_empty() {
            break;
        }
        for event in events {
            let broken = |what| Ok(ChainProof::Broken { seq: event.seq, what });
            if event.seq != last.seq + 1 {
                return broken("events before it are missing");
            }
            if hash_event(organization, &last.hash, &event) != event.hash {
                return broken("it was changed, or one before it was");
            }
            last = Head {
                seq: event.seq,
                hash: event.hash,
            };
            if kept.iter().any(|kept| kept.seq == last.seq && kept.hash != last.hash) {
                return broken("it is not the event of the kept head");
            }
        }
    }
    let head = event::head(tx, organization).await?;
    let broken = |what| {
        Ok(ChainProof::Broken {
            seq: last.seq + 1,
            what,
        })
    };
    if head != Some(last) {
        return broken("events after the last one are missing");
    }
    if kept.iter().any(|kept| kept.seq > last.seq) {
        return broken("the chain ends before the kept head");
    }
    Ok(ChainProof::Intact(last))
}
