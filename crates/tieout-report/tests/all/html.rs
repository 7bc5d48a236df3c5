//! The HTML form: well-formed, complete, deaf to hostile texts, bounded.

use crate::common;
use quick_xml::events::Event;
use tieout_core::{Code, Place, Problem};
use tieout_match::{Input, NewItem};
use tieout_reconcile::Reconciliation;
use tieout_reconcile::result::{Fault, NoteCode, Sentence, Verdict};
use tieout_report::html::MAX_ROWS;
use tieout_report::{FileProblem, Report, html};

const HOSTILE: &str =
    "</td><script>alert(1)</script><img src=x onerror='a()'>\"&amp;{{ 7*7 }}\u{0}\u{1b}[31m\u{202e}]]>";

fn page_with(result: &Reconciliation, problems: &[FileProblem], printed: &str) -> String {
    let mut out = Vec::new();
    html(&Report::new(result, problems, printed), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn page(result: &Reconciliation) -> String {
    page_with(result, &common::problems(), common::PRINTED)
}

/// The page as a parser of XML reads it: the names of its elements, its attributes, and all text outside the style sheet.
struct Read {
    elements: Vec<String>,
    attributes: Vec<(String, String)>,
    text: String,
}

fn read(page: &str) -> Read {
    let mut reader = quick_xml::Reader::from_str(page);
    reader.config_mut().check_end_names = true;
    let mut open = Vec::<String>::new();
    let mut read = Read {
        elements: Vec::new(),
        attributes: Vec::new(),
        text: String::new(),
    };
    loop {
        let event = reader.read_event().unwrap();
        match &event {
            Event::Start(element) | Event::Empty(element) => {
                let name = element.name().as_ref().to_owned();
                for attribute in element.attributes() {
                    let attribute = attribute.unwrap();
                    let value = attribute.value.to_string();
                    read.attributes.push((attribute.key.as_ref().to_owned(), value));
                }
                if matches!(event, Event::Start(_)) {
                    open.push(name.clone());
                }
                read.elements.push(name);
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) if open.last().is_none_or(|name| name != "style") => {
                read.text.push_str(text);
            }
            Event::GeneralRef(reference) => {
                read.text.extend(["&", &**reference, ";"]);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, Vec::<String>::new());
    read
}

#[test]
fn pages_are_well_formed_and_load_nothing() {
    for result in [common::sample(), common::tied_out()] {
        let page = page(&result);
        let read = read(&page);
        for banned in ["script", "img", "iframe", "object", "embed", "link", "form", "base"] {
            assert!(!read.elements.iter().any(|name| name == banned), "{banned}");
        }
        for (key, value) in &read.attributes {
            assert!(
                !key.starts_with("on") && key != "src" && key != "style",
                "{key}={value}"
            );
            assert!(key != "href" || value.starts_with('#'), "{value}");
        }
        assert!(!page.contains("url(") && !page.contains("@import") && !page.contains("http://"));
        assert!(page.contains("default-src 'none'"));
    }
}

#[test]
fn every_table_has_a_caption_and_heads_with_a_scope() {
    let page = page(&common::sample());
    let read = read(&page);
    let number = |name: &str| read.elements.iter().filter(|element| *element == name).count();
    assert_eq!(number("table"), number("caption"));
    assert_eq!(number("th"), page.matches("<th scope=").count());
    for landmark in ["header", "nav", "main"] {
        assert_eq!(number(landmark), 1, "{landmark}");
    }
    assert_eq!(number("h1"), 1);
}

#[test]
fn contents_lead_to_every_section() {
    let page = page(&common::sample());
    let read = read(&page);
    let values = |name: &'static str| {
        read.attributes
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let ids: Vec<&str> = values("id").collect();
    let targets: Vec<&str> = values("href").filter_map(|value| value.strip_prefix('#')).collect();
    assert_eq!(read.elements.iter().filter(|name| *name == "section").count(), 13);
    for target in targets.iter().copied().chain(values("aria-labelledby")) {
        assert!(ids.contains(&target), "{target}");
    }
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len());
}

#[test]
fn the_auditor_finds_every_figure_and_reference() {
    let text = read(&page(&common::sample())).text;
    for wanted in [
        "Not tied out",
        "12,971.85",
        "14,010.00",
        "−1,038.15",
        "440.65",
        "−1,405.00",
        "13,296.85",
        "Both adjusted balances agree",
        "number 6 is missing",
        "DE89 3704 0044 0532 0130 00",
        "3b1f09d2 3b1f09d2",
        "remove the duplicate",
        "book the difference of −64.80",
        "correct the entry by −9.00",
        "2026-03b.sta:15",
        "Expenses:Bank fees",
        "cleared on 2026-04-02",
        "49.30 %",
        "+13.40",
        "next best +5.40",
        "assumed 1 entry before 2026-03-01 cleared",
        "W_BAD_LINE",
        "tieout 0.1.0",
        "2026-04-07 09:14:07 UTC",
        "Reviewed by",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing");
    }
}

#[test]
fn what_nothing_explains_is_said_first() {
    let mut result = common::sample();
    result.two_sided.remaining = 1_250;
    let text = read(&page(&result)).text;
    assert!(text.contains("Not tied out: 12.50 unexplained"));
    assert!(text.contains("12.50 remain unexplained"));
    assert!(!text.contains("Both adjusted balances agree"));
}

#[test]
fn hostile_texts_stay_texts() {
    let mut result = common::sample();
    let sentence = || HOSTILE.to_owned();
    result.verdict = Verdict::NotTiedOut(vec![Sentence {
        code: Fault::OpenLines,
        text: sentence(),
    }]);
    result.notes = vec![Sentence {
        code: NoteCode::Sign,
        text: sentence(),
    }];
    result.parting.sentence = sentence();
    result.identification.account.books = sentence();
    result.identification.account.bank = sentence();
    result.identification.program = sentence();
    result.identification.model = sentence();
    for file in &mut result.identification.files {
        (file.name, file.format, file.sha256) = (sentence(), sentence(), sentence());
    }
    for statement in &mut result.chain.statements {
        statement.name = sentence();
    }
    for group in &mut result.groups {
        for evidence in &mut group.proof.evidence {
            evidence.text = sentence().into();
        }
    }
    for adjustment in &mut result.adjustments {
        adjustment.reason = sentence();
    }
    result.input = hostile_items(&result);
    let problem = Problem::new(Code::BadLine, Place::field(1, HOSTILE), HOSTILE);
    let problems = [FileProblem { file: 0, problem }];

    let page = page_with(&result, &problems, HOSTILE);
    let read = read(&page);
    assert!(!read.elements.iter().any(|name| name == "script" || name == "img"));
    assert!(!read.attributes.iter().any(|(key, _)| key.starts_with("on")));
    assert!(!page.contains(['\u{0}', '\u{1b}', '\u{202e}']));
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    assert!(!style.contains("alert(1)") && style.contains("content: \"Bank reconciliation "));
}

fn hostile_items(result: &Reconciliation) -> Input {
    let mut input = Input::default();
    for (from, to) in [
        (&result.input.lines, &mut input.lines),
        (&result.input.entries, &mut input.entries),
    ] {
        for item in from.indexes() {
            let item = NewItem {
                date: from.date(item),
                amount: from.amount(item),
                id: HOSTILE,
                description: HOSTILE,
                counterparty: HOSTILE,
                reference: HOSTILE,
                check_number: HOSTILE,
                kind: HOSTILE,
                ..NewItem::default()
            };
            to.push(&item).unwrap();
        }
    }
    input
}

#[test]
fn a_long_result_is_cut_and_says_where_the_rest_is() {
    let mut result = common::sample();
    let group = result.groups[0].clone();
    result.groups = vec![group; 25_000];
    (result.counts.automatic, result.counts.automatic_to_date) = (25_000, 25_000);
    let exception = result.exceptions[0].clone();
    result.exceptions = vec![exception; 4_000];
    let page = page(&result);
    let rows = page.matches("<tr").count();
    assert!(rows <= MAX_ROWS + 200, "{rows}"); // heads, sums and what says that there is more
    assert!(page.contains("more in matches.csv and offsets.csv"));
    assert!(page.len() < 12 << 20, "{} bytes", page.len());
    read(&page);
}

#[test]
fn a_list_that_is_too_long_leaves_room_for_the_others_and_none_is_called_empty() {
    let mut result = common::sample();
    for exceptions in [1, 30_000] {
        let exception = result.exceptions[0].clone();
        result.exceptions = vec![exception; exceptions];
        let adjustment = result.adjustments[0].clone();
        result.adjustments = vec![adjustment; 30_000];
        let outstanding = result.outstanding[0].clone();
        result.outstanding = vec![outstanding; 30_000];
        let page = page(&result);
        for false_sentence in [
            "Nothing was matched.",
            "Nothing is to be booked.",
            "Nothing is outstanding.",
            "No exceptions.",
        ] {
            assert!(
                !page.contains(false_sentence),
                "{false_sentence} with {exceptions} exceptions"
            );
        }
        for table in ["adjustments.csv", "entries.csv"] {
            assert!(page.contains(&format!("more in {table} (--csv)")), "{table}");
        }
        assert!(page.contains("check number 1023"), "matches are shown too");
        let rows = page.matches("<tr").count();
        assert!(rows <= MAX_ROWS + 200, "{rows}");
    }
}

#[test]
fn one_endless_group_does_not_push_out_the_others() {
    let mut result = common::sample();
    let part = result.groups[0].lines[0];
    result.groups[0].lines = vec![part; 30_000].into();
    let text = read(&page(&result)).text;
    assert!(text.contains("29,940 more in matches.csv"));
    assert!(text.contains("check number 1023"));
}
