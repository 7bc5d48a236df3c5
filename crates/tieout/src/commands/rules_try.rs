//! `tieout rules try`: what rules would do with these statements and books, and what would change.

use super::reconcile::{Proving, Reconciled, reconcile};
use super::what_if::record;
use crate::cli::{AsForm, RulesTryArgs};
use crate::progress::{Audience, ProgressLine};
use crate::{Exit, output};
use anyhow::Result;
use std::fmt::Write as _;
use tieout_match::Field;
use tieout_rules::run::{What, counts};

/// Lines shown for each rule.
const SHOWN: usize = 3;

/// Reconciles without and with the rules, and prints what each rule does and what differs.
pub(crate) fn run(args: &RulesTryArgs) -> Result<Exit> {
    let (mut before, mut after) = (args.case.clone(), args.case.clone());
    before.deciding.rules.clone_from(&args.against);
    after.deciding.rules = Some(args.file.clone());
    let progress = ProgressLine::begin(Audience::Person);
    let both = reconcile(&after, Proving::Kept, &progress)
        .and_then(|after| Ok((reconcile(&before, Proving::Kept, &progress)?, after)));
    progress.end();
    let (before, after) = both?;
    if args.show_as == AsForm::Text {
        output::print(&did(&after))?;
    }
    super::diff::show(&record(&before)?, &record(&after)?, args.show_as)
}

/// What each rule did.
fn did(reconciled: &Reconciled) -> String {
    let Some((book, applied)) = &reconciled.ruled else {
        return String::new();
    };
    let counts = counts(applied);
    let lines = &reconciled.result.input.lines;
    let digits = reconciled.result.identification.account.currency.minor_digits();
    let mut text = String::new();
    for (place, rule) in book.rules.iter().enumerate() {
        let of_rule = || counts.iter().filter(|((rule, _), _)| *rule == place);
        let did: Vec<String> = of_rule().map(|((_, what), count)| told(*what, *count)).collect();
        let did = if did.is_empty() {
            "fits no line".to_owned()
        } else {
            did.join("; ")
        };
        let _ = writeln!(text, "Rule \u{201c}{}\u{201d}: {did}", rule.id);
        for applied in applied.iter().filter(|applied| applied.rule == place).take(SHOWN) {
            let line = applied.line;
            let about = [Field::Counterparty, Field::Description, Field::Reference]
                .into_iter()
                .map(|field| lines.text(line, field))
                .find(|text| !text.is_empty())
                .unwrap_or_default();
            let about = tieout_core::problem::excerpt(&tieout_report::text::one_line(about), 50);
            let amount = tieout_core::money::grouped(lines.amount(line), digits);
            let _ = writeln!(
                text,
                "    {} {amount:>12}  {about}: {}",
                lines.date(line),
                applied.what.label()
            );
        }
        let all = applied.iter().filter(|applied| applied.rule == place).count();
        if all > SHOWN {
            let _ = writeln!(text, "    and {} more", all - SHOWN);
        }
    }
    let _ = writeln!(text, "\nWhat changes");
    text
}

fn told(what: What, count: usize) -> String {
    let lines = if count == 1 {
        "1 line".to_owned()
    } else {
        format!("{count} lines")
    };
    format!("{lines} {}", what.label())
}
