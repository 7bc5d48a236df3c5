//! An organization's audit chain as a file of JSON Lines, which can be checked offline, without the database.
//!
//! First a line that says whose chain it is and how far it goes, then the public keys, then every event in its order; each
//! signed head follows its event; the last line counts what there was, so that a file that was cut off is no whole one.
//! What a hash covers is written as it is hashed: instants in microseconds, an event's `change` as the very text.
//!
//! Parts are read one after the other from a chain that may grow meanwhile: it is only ever appended to, and the file
//! ends at the head that there was in the beginning.

use crate::chain::{Broken, ChainCheck};
use crate::command::App;
use crate::error::AppError;
use crate::signing::HeadSignatures;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use tieout_core::Id;
use tieout_core::id::{Kind, Organization};
use tieout_store::event::{self, EventRow, Head};
use tieout_store::signing::{self, SignedHeadRow, SigningKeyRow};
use tieout_store::{StoreError, Tx};

/// What the first line calls itself.
const NAME: &str = "tieout audit chain 1";
/// Events of one part: about half a megabyte.
const AT_ONCE: i64 = 500;

#[derive(Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Chain {
        format: String,
        organization_id: String,
        events: i64,
        head: String,
    },
    SigningKey {
        id: String,
        public_key: String,
        created_at: i64,
        retired_at: Option<i64>,
    },
    Event(Box<EventLine>),
    SignedHead {
        seq: i64,
        hash: String,
        signed_at: i64,
        key_id: String,
        signature: String,
    },
    End {
        events: i64,
        signed_heads: i64,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EventLine {
    seq: i64,
    id: String,
    entity_type: String,
    entity_id: String,
    event_type: String,
    description: String,
    user_id: String,
    api_key_id: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    change: String,
    created_at: i64,
    hash: String,
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Bytes written as hexadecimal digits; none if they are not.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_hex = text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| text.as_bytes().chunks(2).map(byte).collect()).flatten()
}

fn print(part: &mut String, line: &Line) -> Result<(), AppError> {
    part.push_str(&serde_json::to_string(line).map_err(|_| AppError::Internal("line of an export"))?);
    part.push('\n');
    Ok(())
}

/// An export under way.
pub struct ChainExport {
    app: App,
    organization: Id<Organization>,
    head: Head,
    keys: Vec<SigningKeyRow>,
    /// The last event written; none before the first line.
    written: Option<i64>,
    signed_heads: i64,
    is_over: bool,
}

impl App {
    /// Begins to export an organization's chain as it is now.
    pub async fn export_chain(&self, organization: Id<Organization>) -> Result<ChainExport, AppError> {
        let (head, keys) = self
            .database()
            .read(&organization, |tx, organization| Box::pin(begin(tx, *organization)))
            .await?;
        Ok(ChainExport {
            app: self.clone(),
            organization,
            head,
            keys,
            written: None,
            signed_heads: 0,
            is_over: false,
        })
    }
}

async fn begin(tx: &mut Tx, organization: Id<Organization>) -> Result<(Head, Vec<SigningKeyRow>), AppError> {
    let head = event::head(tx, organization).await?;
    let head = head.ok_or(AppError::NotFound("organization"))?;
    Ok((head, signing::keys(tx).await?))
}

/// What is read for one part.
struct Range {
    organization: Id<Organization>,
    after: i64,
    to: i64,
    heads: i64,
}

async fn read(tx: &mut Tx, range: &Range) -> Result<(Vec<EventRow>, Vec<SignedHeadRow>), StoreError> {
    let events = event::after(tx, range.organization, range.after, range.to - range.after).await?;
    let heads = signing::heads(tx, range.organization, (range.after, range.to), range.heads).await?;
    Ok((events, heads))
}

impl ChainExport {
    /// The next lines; none after the last.
    pub async fn next_part(&mut self) -> Result<Option<String>, AppError> {
        if self.is_over {
            return Ok(None);
        }
        let mut part = String::new();
        let Some(written) = self.written else {
            self.print_first(&mut part)?;
            self.written = Some(0);
            return Ok(Some(part));
        };
        if written == self.head.seq {
            self.is_over = true;
            let (events, signed_heads) = (self.head.seq, self.signed_heads);
            print(&mut part, &Line::End { events, signed_heads })?;
            return Ok(Some(part));
        }
        let to = self.head.seq.min(written + AT_ONCE);
        let keys = i64::try_from(self.keys.len()).unwrap_or(i64::MAX);
        let range = Range {
            organization: self.organization,
            after: written,
            to,
            heads: AT_ONCE.saturating_mul(keys),
        };
        let (events, heads) = self
            .app
            .database()
            .read(&range, |tx, range| {
                Box::pin(async move { Ok::<_, AppError>(read(tx, range).await?) })
            })
            .await?;
        let mut heads = heads.into_iter().peekable();
        for event in events {
            let seq = event.seq;
            print(&mut part, &event_line(event))?;
            while let Some(head) = heads.next_if(|head| head.seq <= seq) {
                // A key that is newer than the export is not in it, nor what it signed.
                if self.keys.iter().any(|key| key.id == head.key_id) {
                    self.signed_heads += 1;
                    print(&mut part, &head_line(&head))?;
                }
            }
        }
        self.written = Some(to);
        Ok(Some(part))
    }

    fn print_first(&self, part: &mut String) -> Result<(), AppError> {
        let first = Line::Chain {
            format: NAME.into(),
            organization_id: self.organization.to_string(),
            events: self.head.seq,
            head: hex(&self.head.hash),
        };
        print(part, &first)?;
        for key in &self.keys {
            let line = Line::SigningKey {
                id: key.id.to_string(),
                public_key: hex(&key.public_key),
                created_at: key.created_at,
                retired_at: key.retired_at,
            };
            print(part, &line)?;
        }
        Ok(())
    }
}

fn event_line(row: EventRow) -> Line {
    Line::Event(Box::new(EventLine {
        seq: row.seq,
        id: row.id.to_string(),
        entity_type: row.entity_type,
        entity_id: row.entity_id,
        event_type: row.event_type,
        description: row.description,
        user_id: row.user_id.to_string(),
        api_key_id: row.api_key_id.map(|id| id.to_string()),
        ip_address: row.ip_address,
        user_agent: row.user_agent,
        change: row.change,
        created_at: row.created_at,
        hash: hex(&row.hash),
    }))
}

fn head_line(row: &SignedHeadRow) -> Line {
    Line::SignedHead {
        seq: row.seq,
        hash: hex(&row.hash),
        signed_at: row.signed_at,
        key_id: row.key_id.to_string(),
        signature: hex(&row.signature),
    }
}

/// The newest signed head of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The event it is the head of.
    pub seq: i64,
    /// When it was signed, in microseconds.
    pub at_us: i64,
    /// The public half of the key.
    pub public_key: [u8; 32],
}

/// What an intact file proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileProof {
    /// Whose chain it is.
    pub organization: Id<Organization>,
    /// Its end.
    pub head: Head,
    /// Up to where it is signed, if at all.
    pub signed: Option<Signed>,
}

/// Checks the lines of a file, one after the other.
pub struct FileCheck {
    kept: Vec<(Id<Organization>, Head)>,
    trusted: Vec<[u8; 32]>,
    chain: Option<(Id<Organization>, Head, ChainCheck)>,
    keys: Vec<SigningKeyRow>,
    signed: Option<Signed>,
    signed_heads: i64,
    is_over: bool,
}

impl FileCheck {
    /// The chain must contain every kept head of its organization. If keys are named, one of them must have signed.
    pub fn new(kept: Vec<(Id<Organization>, Head)>, trusted: Vec<[u8; 32]>) -> Self {
        Self {
            kept,
            trusted,
            chain: None,
            keys: Vec::new(),
            signed: None,
            signed_heads: 0,
            is_over: false,
        }
    }

    /// Checks the next line; an error says what is wrong with it.
    pub fn take(&mut self, text: &str) -> Result<(), String> {
        let line: Line = serde_json::from_str(text).map_err(|error| format!("it cannot be read: {error}"))?;
        if self.is_over {
            return Err("something follows the end".into());
        }
        let Some((organization, head, check)) = &mut self.chain else {
            return self.begin(line);
        };
        match line {
            Line::Chain { .. } => Err("a second chain begins".into()),
            Line::SigningKey { .. } => {
                self.keys.push(key_row(line)?);
                Ok(())
            }
            Line::Event(event) => check.take(&event_row(*event)?).map_err(|broken| say(&broken)),
            Line::SignedHead { .. } => {
                let row = head_row(*organization, line)?;
                let last = check.last();
                self.signed_heads += 1;
                self.take_head(&row, last)
            }
            Line::End { events, signed_heads } => {
                self.is_over = true;
                if events != check.last().seq || signed_heads != self.signed_heads {
                    return Err("events or signed heads are missing".into());
                }
                check.may_end(Some(*head)).map_err(|broken| say(&broken)).map(|_| ())
            }
        }
    }

    fn begin(&mut self, line: Line) -> Result<(), String> {
        let Line::Chain {
            format,
            organization_id,
            events,
            head,
        } = line
        else {
            return Err("the first line of an audit chain must say whose it is".into());
        };
        if format != NAME {
            return Err(format!(
                "{format:?} is no format that this program knows; use a newer tieout"
            ));
        }
        let organization = id(&organization_id)?;
        let head = Head {
            seq: events,
            hash: array(&head)?,
        };
        let own = self
            .kept
            .iter()
            .filter(|(id, _)| *id == organization)
            .map(|(_, head)| *head);
        let check = ChainCheck::new(organization, own.collect());
        self.chain = Some((organization, head, check));
        Ok(())
    }

    fn take_head(&mut self, row: &SignedHeadRow, last: Head) -> Result<(), String> {
        if (last.seq, last.hash) != (row.seq, row.hash) {
            return Err(format!("event {} is not the one whose head was signed", last.seq));
        }
        if !HeadSignatures::new(self.keys.clone()).is_valid(row) {
            return Err(format!("the signature of head {} is not valid", row.seq));
        }
        let key = self.keys.iter().find(|key| key.id == row.key_id);
        let key = key.filter(|key| self.trusted.is_empty() || self.trusted.contains(&key.public_key));
        if let Some(key) = key {
            self.signed = Some(Signed {
                seq: row.seq,
                at_us: row.signed_at,
                public_key: key.public_key,
            });
        }
        Ok(())
    }

    /// What the lines prove together.
    pub fn end(self) -> Result<FileProof, String> {
        let Some((organization, head, _)) = self.chain.filter(|_| self.is_over) else {
            return Err("the end is missing: the file was cut off".into());
        };
        if !self.trusted.is_empty() && self.signed.is_none() {
            return Err("none of the named keys signed a head of it".into());
        }
        Ok(FileProof {
            organization,
            head,
            signed: self.signed,
        })
    }
}

fn say(broken: &Broken) -> String {
    format!("broken at event {}: {}", broken.seq, broken.what)
}

fn id<K: Kind>(text: &str) -> Result<Id<K>, String> {
    Id::parse(text).map_err(|error| error.to_string())
}

fn array<const N: usize>(text: &str) -> Result<[u8; N], String> {
    let bytes = from_hex(text).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| format!("{text:?} is not {N} bytes in hexadecimal digits"))
}

fn key_row(line: Line) -> Result<SigningKeyRow, String> {
    let Line::SigningKey {
        id: key,
        public_key,
        created_at,
        retired_at,
    } = line
    else {
        return Err("no signing key".into());
    };
    Ok(SigningKeyRow {
        id: id(&key)?,
        public_key: array(&public_key)?,
        created_at,
        retired_at,
    })
}

fn event_row(line: EventLine) -> Result<EventRow, String> {
    Ok(EventRow {
        seq: line.seq,
        id: id(&line.id)?,
        entity_type: line.entity_type,
        entity_id: line.entity_id,
        event_type: line.event_type,
        description: line.description,
        user_id: id(&line.user_id)?,
        api_key_id: line.api_key_id.as_deref().map(id).transpose()?,
        ip_address: line.ip_address,
        user_agent: line.user_agent,
        change: line.change,
        created_at: line.created_at,
        hash: array(&line.hash)?,
    })
}

fn head_row(organization_id: Id<Organization>, line: Line) -> Result<SignedHeadRow, String> {
    let Line::SignedHead {
        seq,
        hash,
        signed_at,
        key_id,
        signature,
    } = line
    else {
        return Err("no signed head".into());
    };
    Ok(SignedHeadRow {
        organization_id,
        seq,
        hash: array(&hash)?,
        signed_at,
        key_id: id(&key_id)?,
        signature: from_hex(&signature).ok_or("a signature is no hexadecimal digits")?,
    })
}
