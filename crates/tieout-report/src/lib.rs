//! A reconciliation on paper: terminal text, one HTML page for the auditor, JSON for programs, CSV for spreadsheets.
//!
//! **Never knows** how a match is found or a difference is explained; no clock (the time of printing is passed in), no
//! files (everything is written to what the caller gives), no network, no script. Whatever comes from a bank's file is
//! hostile until cleaned: [`text`] for people, escaping in the page, guarded cells in the tables.
//!
//! Result files are read back as a [`Record`]: checked by [`verify`](mod@verify), told by [`explain`](mod@explain),
//! compared by [`diff`](mod@diff).
//!
//! Begin reading at [`Report`], then [`terminal`](mod@terminal) (the shortest of the forms), then [`html`](mod@html).
//!
//! Lines and entries are called the same in every form: by the id of their own file; where it gives none, a line by its
//! place (`march.sta:45`), an entry by its number (`entry:12`). Ids that occur twice on one side are told apart by `~2`,
//! `~3`. Matches are numbered `M1` and on, suggestions `S1` and on.

pub mod csv;
pub mod decisions;
pub mod diff;
pub mod digest;
pub mod explain;
pub mod html;
mod ids;
mod items;
pub mod json;
mod names;
pub mod record;
mod report;
pub mod terminal;
pub mod text;
pub mod verify;
mod words;

pub use html::html;
pub use json::json;
pub use record::Record;
pub use report::{FileProblem, Report};
pub use terminal::{Ink, Written, terminal};
