//! The check of an audit chain: event after event, from its beginning or from where an earlier step ended.

use crate::audit::{genesis, hash_event};
use crate::books_check::BooksCheck;
use crate::error::AppError;
use crate::signing::HeadSignatures;
use tieout_core::Id;
use tieout_core::id::Organization;
use tieout_store::event::{self, EventRow, Head};
use tieout_store::signing::SignedHeadRow;
use tieout_store::{StoreError, Tx, signing};

/// Where a chain no longer fits, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The event's number.
    pub seq: i64,
    /// What is wrong.
    pub what: String,
}

/// A chain as far as it was checked.
#[derive(Debug, Clone)]
pub struct ChainCheck {
    organization: Id<Organization>,
    last: Head,
    kept: Vec<Head>,
    /// What the events say of transactions, if that is to be compared with the books.
    books: Option<BooksCheck>,
}

/// Events, and signed heads, read from the database at once.
const AT_ONCE: i64 = 1000;

impl ChainCheck {
    /// From the beginning. The chain must contain every head of `kept`.
    pub fn new(organization: Id<Organization>, kept: Vec<Head>) -> Self {
        let hash = genesis(organization);
        Self::at(organization, Head { seq: 0, hash }, kept)
    }

    /// From an event that was checked before.
    pub(crate) fn at(organization: Id<Organization>, last: Head, kept: Vec<Head>) -> Self {
        Self {
            organization,
            last,
            kept,
            books: None,
        }
    }

    /// The last event that was checked.
    pub fn last(&self) -> Head {
        self.last
    }

    /// Checks the next event.
    pub fn take(&mut self, event: &EventRow) -> Result<(), Broken> {
        let broken = |what: &str| {
            Err(Broken {
                seq: event.seq,
                what: what.to_owned(),
            })
        };
        if event.seq != self.last.seq.saturating_add(1) {
            return broken("events before it are missing");
        }
        if hash_event(self.organization, &self.last.hash, event) != event.hash {
            return broken("it was changed, or one before it was");
        }
        self.last = Head {
            seq: event.seq,
            hash: event.hash,
        };
        let is_other = |kept: &Head| kept.seq == self.last.seq && kept.hash != self.last.hash;
        if self.kept.iter().any(is_other) {
            return broken("it is not the event of the kept head");
        }
        Ok(())
    }

    /// Checks that the chain may end here: at its head, and no earlier than any kept one.
    pub fn may_end(&self, head: Option<Head>) -> Result<Head, Broken> {
        let broken = |what: &str| {
            Err(Broken {
                seq: self.last.seq.saturating_add(1),
                what: what.to_owned(),
            })
        };
        if head != Some(self.last) {
            return broken("events after the last one are missing");
        }
        if self.kept.iter().any(|kept| kept.seq > self.last.seq) {
            return broken("the chain ends before the kept head");
        }
        Ok(self.last)
    }

    /// Reads and checks up to this many events and the signed heads among them; false if there were no more events.
    pub(crate) async fn read(&mut self, tx: &mut Tx, limit: i64) -> Result<Result<bool, Broken>, AppError> {
        let mut left = limit;
        while left > 0 {
            let read = event::after(tx, self.organization, self.last.seq, AT_ONCE.min(left)).await;
            let events = match self.damaged(read, "it, or one of the events after it, cannot be read")? {
                Ok(events) => events,
                Err(broken) => return Ok(Err(broken)),
            };
            let Some(last) = events.last() else {
                return Ok(Ok(left < limit));
            };
            left -= AT_ONCE.min(left);
            if let Err(broken) = self.check_with_heads(tx, &events, last.seq).await? {
                return Ok(Err(broken));
            }
        }
        Ok(Ok(true))
    }

    async fn check_with_heads(
        &mut self,
        tx: &mut Tx,
        events: &[EventRow],
        to: i64,
    ) -> Result<Result<(), Broken>, AppError> {
        let keys = HeadSignatures::new(signing::keys(tx).await?);
        // Each key signs a head once, so that this many are all there can be.
        let limit = AT_ONCE.saturating_mul(keys.count().max(1));
        let signed = signing::heads(tx, self.organization, (self.last.seq, to), limit).await?;
        if let Some(head) = signed.iter().find(|head| !keys.is_valid(head)) {
            let what = "the signature of its head is not valid".to_owned();
            return Ok(Err(Broken { seq: head.seq, what }));
        }
        for event in events {
            if let Err(broken) = self.take(event) {
                return Ok(Err(broken));
            }
            let is_other = |head: &SignedHeadRow| head.seq == event.seq && head.hash != event.hash;
            if signed.iter().any(is_other) {
                let what = "it is not the event of a signed head".to_owned();
                return Ok(Err(Broken { seq: event.seq, what }));
            }
            if let Some(books) = &mut self.books {
                books.take(event);
            }
        }
        Ok(Ok(()))
    }

    /// What was read; or, of a row that holds what it never may, that the chain is broken there.
    fn damaged<T>(&self, read: Result<T, StoreError>, what: &'static str) -> Result<Result<T, Broken>, AppError> {
        match read {
            Ok(found) => Ok(Ok(found)),
            Err(error) if error.is_damage() => {
                let seq = self.last.seq.saturating_add(1);
                let what = what.to_owned();
                Ok(Err(Broken { seq, what }))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Checks the end of the chain in the database.
    pub(crate) async fn end(&self, tx: &mut Tx) -> Result<Result<Head, Broken>, AppError> {
        let head = event::head(tx, self.organization).await;
        let head = match self.damaged(head, "the record of the chain's end cannot be read")? {
            Ok(head) => head,
            Err(broken) => return Ok(Err(broken)),
        };
        let later = signing::heads(tx, self.organization, (self.last.seq, i64::MAX), 1).await?;
        if !later.is_empty() {
            let what = "the chain ends before a signed head".to_owned();
            let seq = self.last.seq.saturating_add(1);
            return Ok(Err(Broken { seq, what }));
        }
        Ok(self.may_end(head))
    }
}

/// Recomputes an organization's chain from its beginning, and compares the books with it. The chain must contain every
/// signed head, and every one of `kept`.
pub(crate) async fn verify(
    tx: &mut Tx,
    organization: Id<Organization>,
    kept: Vec<Head>,
) -> Result<Result<Head, Broken>, AppError> {
    let mut check = ChainCheck::new(organization, kept);
    check.books = Some(BooksCheck::new(organization));
    loop {
        match check.read(tx, i64::MAX).await? {
            Err(broken) => return Ok(Err(broken)),
            Ok(true) => {}
            Ok(false) => break,
        }
    }
    let head = match check.end(tx).await? {
        Ok(head) => head,
        Err(broken) => return Ok(Err(broken)),
    };
    let disagreement = match check.books {
        Some(books) => match books.compare(tx, head.seq).await {
            Err(AppError::Store(error)) if error.is_damage() => Some((
                head.seq,
                format!("the books cannot be compared with the events: {error}"),
            )),
            compared => compared?,
        },
        None => None,
    };
    Ok(match disagreement {
        Some((seq, what)) => Err(Broken { seq, what }),
        None => Ok(head),
    })
}
