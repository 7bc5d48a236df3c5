//! What one page of a feed holds, and whether it says that others follow.

use super::feed::{AccountNote, Feed, Listed, Standing};
use super::scan::Object;

/// Accounts that pages may tell of.
pub(super) const MAX_NOTES: usize = 10_000;

/// A page of a feed, or a bare list of its records.
pub(super) struct Page<'a> {
    pub(super) feed: &'static dyn Feed,
    pub(super) lists: Vec<Listed<'a>>,
    pub(super) notes: Vec<AccountNote>,
    /// More of the feed follows that is not in this page.
    pub(super) more: bool,
    /// How many pages the feed has, if the page says so.
    pub(super) pages: Option<u64>,
}

impl<'a> Page<'a> {
    /// A page, if it is of this kind.
    pub(super) fn of(feed: &'static dyn Feed, page: &Object<'a>) -> Option<Self> {
        let mut lists = Vec::new();
        if !feed.lists(page, &mut |list| lists.push(list)) {
            return None;
        }
        let mut notes = Vec::new();
        feed.accounts(page, &mut |note| {
            if notes.len() < MAX_NOTES {
                notes.push(note);
            }
        });
        Some(Self {
            feed,
            lists,
            notes,
            more: says_more(page),
            pages: page.within("Meta").text("TotalPages").parse().ok(),
        })
    }

    /// A list of records, or one record, and nothing around it.
    pub(super) fn bare(feed: &'static dyn Feed, list: &'a str) -> Self {
        Self {
            feed,
            lists: vec![Listed {
                path: "",
                standing: Standing::Booked,
                list,
            }],
            notes: Vec::new(),
            more: false,
            pages: None,
        }
    }
}

/// Whether a page says that more follow: Plaid and Stripe (`has_more`), Plaid's `get` (more in total than given), UK Open
/// Banking (`Links.Next`; its `Meta.TotalPages` is counted), Berlin Group (`_links.next`), FDX (`page.nextOffset`).
fn says_more(page: &Object<'_>) -> bool {
    let is_text = |value: &str| !matches!(value, "null" | "\"\"");
    // An address may stand in an object of its own, and be empty on the last page.
    let is_given = |object: &Object<'_>, key: &str| {
        object.value(key).is_some_and(|value| {
            if value.starts_with('{') {
                object.within(key).value("href").is_some_and(is_text)
            } else {
                is_text(value)
            }
        })
    };
    let of_berlin = |object: &Object<'_>| is_given(&object.within("_links"), "next");
    let total = page.text("total_transactions").parse::<usize>().ok();
    let given = || page.list("transactions").into_iter().flatten().count();
    page.is_true("has_more")
        || total.is_some_and(|total| total > given())
        || is_given(&page.within("Links"), "Next")
        || is_given(&page.within("links"), "next")
        || is_given(&page.within("page"), "nextOffset")
        || of_berlin(page)
        || of_berlin(&page.within("transactions"))
}
