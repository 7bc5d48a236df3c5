//! JSON: the program's own (`own`), and feeds, which programs fetch from banks and aggregators: Plaid, Stripe, `GoCardless` Bank Account Data, Berlin
//! Group, UK Open Banking, `TrueLayer`, FDX.
//!
//! A file holds one page, several behind each other, a list of pages or a bare list of records. Records are told apart by
//! account and currency, each of which becomes a statement, so a file is held in memory ([`MAX_FEED_BYTES`]), but nothing
//! that is made of it. `scan` finds values in the text, `feed` says what each kind of feed must answer, `records` finds
//! and groups the records, and each kind has a file. Members that stand twice are named (`doubled`). What is cut or broken is
//! given up record by record (`mend`).
//!
//! A line that the feed *modifies* is given with its own id in [`Ids::corrects`](crate::Ids::corrects); one that it
//! *removes* is a line for information with that id; where the earlier line stands in the same file, it does not count.

mod doubled;
mod fdx;
mod feed;
mod mend;
mod obie;
mod own;
mod page;
mod plaid;
mod psd2;
mod records;
mod running;
mod scan;
mod stripe;
mod truelayer;

use crate::limits::MAX_FEED_BYTES;
use crate::read::{Emitter, Format, ReadOptions};
use feed::Feed;
use mend::{Fault, Kinds};
use page::Page;
use records::Records;
use scan::{List, Object};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::{self, Read as _};
use tieout_core::encoding::{self, Decoder, Input};
use tieout_core::problem::{Code, Problem, excerpt};

/// The reader of JSON feeds.
pub struct Json;

/// Every kind of feed, in the order in which they are asked.
static FEEDS: &[&dyn Feed] = &[
    &plaid::Plaid,
    &stripe::Stripe,
    &obie::OpenBanking,
    &psd2::Psd2,
    &truelayer::TrueLayer,
    &fdx::Fdx,
];

/// What any kind of feed says of a value.
const KINDS: Kinds = Kinds {
    is_record: |value| Object::of(value).is_some_and(|record| FEEDS.iter().any(|feed| feed.is_record(&record))),
    is_page: |value| Object::of(value).is_some_and(|page| FEEDS.iter().any(|feed| feed.lists(&page, &mut |_| ()))),
};

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn recognise(&self, head: &[u8]) -> bool {
        let text = head.trim_ascii_start();
        let (first, rest) = text.split_first().map_or((0, text), |(first, rest)| (*first, rest));
        let second = rest.trim_ascii_start().first().copied().unwrap_or(0);
        (first == b'{' && matches!(second, b'"' | b'}')) || (first == b'[' && matches!(second, b'{' | b'[' | b']'))
    }

    fn read(&self, input: &mut dyn Input, options: &ReadOptions, out: &mut Emitter<'_>) -> io::Result<()> {
        let opened = encoding::open(input)?;
        let marked = opened.marked;
        let mut bytes = Vec::new();
        opened.reader.take(MAX_FEED_BYTES + 1).read_to_end(&mut bytes)?;
        if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_FEED_BYTES {
            let message = format!("the feed has more than {} MB; give it in parts", MAX_FEED_BYTES >> 20);
            out.problem(Problem::of_file(Code::TooLarge, message));
            return Ok(());
        }
        let mut decoder = Decoder::default();
        let text = decoder.decode(encoding::whole_characters(&bytes));
        out.dialect("JSON");
        if own::is_own(&text) {
            out.dialect("JSON, Tieout");
            own::read(&text, out);
            out.encoding(marked, &decoder);
            return Ok(());
        }
        read_text(text, options.currency.is_some(), out);
        out.encoding(marked, &decoder);
        Ok(())
    }
}

fn read_text(mut text: Cow<'_, str>, knows_currency: bool, out: &mut Emitter<'_>) {
    let length = text.trim_end_matches(['\0', '\u{1A}']).len();
    let mut faults = Vec::new();
    if values(&text, length).any(|value| value.is_err()) {
        let mut broken = text.into_owned();
        broken.truncate(length);
        faults = mend::mend(&mut broken, KINDS);
        text = Cow::Owned(broken);
    }
    let length = length.max(if faults.is_empty() { 0 } else { text.len() });
    let mut records = Records::new(&text);
    for fault in &faults {
        tell(fault, &text, &records, out);
    }
    doubled::tell(
        text.get(..length).unwrap_or_default(),
        |at, path| records.place(at, path),
        out,
    );
    for value in values(&text, length).flatten() {
        take_value(value.get(), &mut records, out);
    }
    records.give(knows_currency, !faults.is_empty(), out);
}

/// The JSON values of the text.
fn values(text: &str, length: usize) -> impl Iterator<Item = serde_json::Result<&RawValue>> {
    serde_json::Deserializer::from_str(text.get(..length).unwrap_or_default()).into_iter()
}

/// Says what was given up because it is cut or broken.
fn tell(fault: &Fault, text: &str, records: &Records<'_>, out: &mut Emitter<'_>) {
    let place = |offset: usize| records.place(text.get(offset..).unwrap_or_default(), "");
    let line = |offset: usize| place(offset).line.unwrap_or(0);
    if fault.is_cut {
        let lost = match fault.text.as_str() {
            "" => String::new(),
            text => format!(", and what begins with {text:?} is lost"),
        };
        let message = format!("the JSON ends before it is complete{lost}; what stands before was read");
        out.report(Code::Malformed, place(fault.begin), message);
        return;
    }
    let (first, last) = (line(fault.begin), line(fault.end));
    let lines = if first == last {
        String::new()
    } else {
        format!(", down to line {last}")
    };
    let message = format!(
        "this is no JSON from line {} on; what begins with {:?} was left out{lines}",
        line(fault.at),
        fault.text
    );
    out.report(Code::BadLine, place(fault.begin), message);
}

/// One JSON value of the file: a page, a list of pages, or a bare list of records.
fn take_value<'a>(value: &'a str, records: &mut Records<'a>, out: &mut Emitter<'_>) {
    let Some(list) = List::of(value) else {
        take_page(value, records, out);
        return;
    };
    let first = list.clone().next().and_then(Object::of);
    let bare = first.and_then(|first| FEEDS.iter().copied().find(|feed| feed.is_record(&first)));
    if let Some(feed) = bare {
        records.add(Page::bare(feed, value), out);
    } else {
        list.for_each(|page| take_page(page, records, out));
    }
}

fn take_page<'a>(value: &'a str, records: &mut Records<'a>, out: &mut Emitter<'_>) {
    let Some(object) = Object::of(value) else {
        let message = format!("{:?} is no page of a feed", excerpt(value, 40));
        out.report(Code::Malformed, records.place(value, ""), message);
        return;
    };
    let found = FEEDS.iter().copied().find_map(|feed| Page::of(feed, &object));
    if let Some(page) = found {
        records.add(page, out);
        return;
    }
    // Statements written one record a line.
    if let Some(feed) = FEEDS.iter().copied().find(|feed| feed.is_record(&object)) {
        records.add(Page::bare(feed, value), out);
        return;
    }
    let place = records.place(value, "");
    if let Some(message) = answer_of_a_bank(&object) {
        out.report(Code::BankError, place, message);
        return;
    }
    if let Some(message) = stripe::answer_of_another_kind(&object) {
        let problem = Problem::new(Code::NotAStatement, place, message);
        return out
            .problem(problem.advising("list Stripe's balance transactions (/v1/balance_transactions) or payouts"));
    }
    let names: Vec<_> = FEEDS.iter().map(|feed| feed.name()).collect();
    let message = format!("this JSON is of no feed that is known ({})", names.join(", "));
    out.report(Code::NotAStatement, place, message);
}

/// What the bank says instead of a statement.
fn answer_of_a_bank(page: &Object<'_>) -> Option<String> {
    let inner = page.object("error");
    let listed = ["tppMessages", "Errors", "errors"]
        .into_iter()
        .find_map(|key| page.list(key)?.next().and_then(Object::of));
    let says = |object: &Object<'_>| {
        let words = [
            object.first_text(&["error_code", "code", "ErrorCode", "type", "error"]),
            object.first_text(&[
                "error_message",
                "message",
                "Message",
                "text",
                "detail",
                "error_description",
                "summary",
                "title",
            ]),
        ];
        let words: Vec<&str> = words
            .iter()
            .map(AsRef::as_ref)
            .filter(|word| !word.is_empty())
            .collect();
        words.join(": ")
    };
    let said = match (&inner, &listed) {
        (Some(error), _) | (None, Some(error)) => says(error),
        (None, None) if page.has("error") || page.has("error_code") || page.has("status_code") => says(page),
        (None, None) => return None,
    };
    Some(format!("the bank answers {:?}", excerpt(&said, 200)))
}
