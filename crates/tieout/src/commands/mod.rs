//! One file for each command.

pub(crate) mod adjustments;
pub(crate) mod books;
pub(crate) mod decide;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod reconcile;
pub(crate) mod rules_propose;
pub(crate) mod rules_try;
pub(crate) mod server;
mod several;
pub(crate) mod shell;
pub(crate) mod statement_check;
pub(crate) mod statement_convert;
pub(crate) mod statement_folder;
pub(crate) mod statement_show;
pub(crate) mod verify;
pub(crate) mod what_if;
