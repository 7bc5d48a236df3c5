//! Arguments of statements and rows of results.

use crate::error::StoreError;
use sqlx::Row as _;
use tieout_core::{Date, Id};

/// An argument of a statement. What may be absent keeps its type, because PostgreSQL wants to know the type of a NULL.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    /// A whole number: amounts in minor units, days, microseconds, counts.
    Int(Option<i64>),
    /// A truth value.
    Bool(bool),
    /// A text.
    Text(Option<&'a str>),
    /// Bytes.
    Bytes(Option<&'a [u8]>),
    /// The sixteen bytes of an id.
    Id(Option<[u8; 16]>),
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}
impl From<Option<i64>> for Arg<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}
impl From<bool> for Arg<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}
impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Some(value))
    }
}
impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Some(value))
    }
}
impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Self::Text(value)
    }
}
impl<'a> From<&'a Option<String>> for Arg<'a> {
    fn from(value: &'a Option<String>) -> Self {
        Self::Text(value.as_deref())
    }
}
impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(Some(value))
    }
}
impl<'a> From<Option<&'a [u8]>> for Arg<'a> {
    fn from(value: Option<&'a [u8]>) -> Self {
        Self::Bytes(value)
    }
}
impl<K> From<Id<K>> for Arg<'_> {
    fn from(value: Id<K>) -> Self {
        Self::Id(Some(*value.bytes()))
    }
}
impl<K> From<&Id<K>> for Arg<'_> {
    fn from(value: &Id<K>) -> Self {
        Self::Id(Some(*value.bytes()))
    }
}
impl<K> From<Option<Id<K>>> for Arg<'_> {
    fn from(value: Option<Id<K>>) -> Self {
        Self::Id(value.map(|id| *id.bytes()))
    }
}
impl From<Date> for Arg<'_> {
    fn from(value: Date) -> Self {
        Self::Int(Some(day_number(value)))
    }
}
impl From<Option<Date>> for Arg<'_> {
    fn from(value: Option<Date>) -> Self {
        Self::Int(value.map(day_number))
    }
}

/// Days since 1 January 1970: how dates are stored, because numbers sort alike on both engines.
pub fn day_number(date: Date) -> i64 {
    let epoch = jiff::civil::date(1970, 1, 1);
    i64::from((date - epoch).get_days())
}

/// The date of a day number.
pub fn date_of(day: i64) -> Result<Date, StoreError> {
    jiff::civil::date(1970, 1, 1)
        .checked_add(
            jiff::Span::new()
                .try_days(day)
                .map_err(|_| StoreError::Corrupt("date"))?,
        )
        .map_err(|_| StoreError::Corrupt("date"))
}

enum Raw<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r sqlx::postgres::PgRow),
}

/// A row, read column after column in the order of the query.
pub struct Row<'r> {
    raw: Raw<'r>,
    next: usize,
}

macro_rules! get {
    ($self:ident, $type:ty) => {{
        let column = $self.next;
        $self.next += 1;
        match &$self.raw {
            Raw::Sqlite(row) => Ok(row.get::<_, $type>(column)?),
            Raw::Postgres(row) => Ok(row.try_get::<$type, _>(column)?),
        }
    }};
}

impl<'r> Row<'r> {
    pub(super) fn sqlite(row: &'r rusqlite::Row<'r>) -> Self {
        Self {
            raw: Raw::Sqlite(row),
            next: 0,
        }
    }

    pub(super) fn postgres(row: &'r sqlx::postgres::PgRow) -> Self {
        Self {
            raw: Raw::Postgres(row),
            next: 0,
        }
    }

    /// A whole number.
    pub fn int(&mut self) -> Result<i64, StoreError> {
        get!(self, i64)
    }

    /// A whole number or none.
    pub fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        get!(self, Option<i64>)
    }

    /// A truth value.
    pub fn bool(&mut self) -> Result<bool, StoreError> {
        get!(self, bool)
    }

    /// A text.
    pub fn text(&mut self) -> Result<String, StoreError> {
        get!(self, String)
    }

    /// A text or none.
    pub fn maybe_text(&mut self) -> Result<Option<String>, StoreError> {
        get!(self, Option<String>)
    }

    /// Bytes.
    pub fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        get!(self, Vec<u8>)
    }

    /// Bytes of a fixed length.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        self.bytes()?
            .try_into()
            .map_err(|_| StoreError::Corrupt("length of bytes"))
    }

    /// An id.
    pub fn id<K>(&mut self) -> Result<Id<K>, StoreError> {
        self.maybe_id()?.ok_or(StoreError::Corrupt("missing id"))
    }

    /// An id or none.
    pub fn maybe_id<K>(&mut self) -> Result<Option<Id<K>>, StoreError> {
        let column = self.next;
        self.next += 1;
        let bytes: Option<[u8; 16]> = match &self.raw {
            Raw::Sqlite(row) => match row.get_ref(column)? {
                rusqlite::types::ValueRef::Null => None,
                other => Some(
                    other
                        .as_blob()
                        .ok()
                        .and_then(|b| b.try_into().ok())
                        .ok_or(StoreError::Corrupt("id"))?,
                ),
            },
            Raw::Postgres(row) => match row.try_get::<Option<&[u8]>, _>(column)? {
                None => None,
                Some(bytes) => Some(bytes.try_into().map_err(|_| StoreError::Corrupt("id"))?),
            },
        };
        Ok(bytes.map(Id::from_bytes))
    }

    /// A date.
    pub fn date(&mut self) -> Result<Date, StoreError> {
        date_of(self.int()?)
    }

    /// A date or none.
    pub fn maybe_date(&mut self) -> Result<Option<Date>, StoreError> {
        self.maybe_int()?.map(date_of).transpose()
    }
}
