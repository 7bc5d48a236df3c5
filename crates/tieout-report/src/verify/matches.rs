//! Matches: sums, parts, nothing twice, proofs.

use super::{Check, Holdings};
use crate::record::{Exact, Group, Item, Record, Residual};
use crate::words::FromCode;
use std::collections::BTreeMap;
use tieout_match::replay::{Decision, Origin};
use tieout_match::{HeldBack, MOST_FIXED_FEE, Reason, ResidualKind, Tier};

pub(super) fn checks(record: &Record, holdings: &Holdings<'_>) -> Vec<Check> {
    vec![
        sums(record),
        parts(record, holdings),
        once(record),
        shapes(record),
        proofs(record),
        models(record),
        limits(record),
    ]
}

/// Σ of some amounts.
fn sum<'a>(amounts: impl Iterator<Item = &'a Exact>) -> Exact {
    amounts.copied().sum()
}

fn sums(record: &Record) -> Check {
    let mut check = Check::new("lines less entries less differences are zero in every match");
    for group in &record.groups {
        check.look();
        let lines = sum(group.lines.iter().map(|part| &part.amount));
        let entries = sum(group.entries.iter().map(|part| &part.amount));
        let residuals = sum(group.residuals.iter().map(|residual| &residual.amount));
        let off = lines - entries - residuals;
        if off != Exact::ZERO {
            let amounts = [lines, entries, residuals, off].map(|amount| record.amount(amount));
            check.find(format!(
                "{}: lines {} − entries {} − differences {} = {}",
                group.id, amounts[0], amounts[1], amounts[2], amounts[3]
            ));
        }
    }
    check
}

fn parts(record: &Record, holdings: &Holdings<'_>) -> Check {
    let mut check = Check::new("no match takes more of a line or an entry than there is");
    let fits = |part: Exact, whole: Exact| {
        part.size() <= whole.size() && (part == Exact::ZERO || part.is_negative() == whole.is_negative())
    };
    for group in &record.groups {
        let sides = [
            (&group.lines, &holdings.lines, &record.lines),
            (&group.entries, &holdings.entries, &record.entries),
        ];
        for (parts, places, items) in sides {
            for part in parts {
                check.look();
                let item = places.get(part.id.as_str()).and_then(|place| items.get(*place));
                if let Some(item) = item.filter(|item| !fits(part.amount, item.amount)) {
                    let (part, whole) = (record.amount(part.amount), record.amount(item.amount));
                    check.find(format!("{} takes {part} of {}, which is {whole}", group.id, item.id));
                }
            }
        }
    }
    let all = record.lines.iter().zip(&holdings.taken_lines);
    for (item, taken) in all.chain(record.entries.iter().zip(&holdings.taken_entries)) {
        check.look();
        if !fits(*taken, item.amount) {
            let (taken, whole) = (record.amount(*taken), record.amount(item.amount));
            check.find(format!(
                "matches take {taken} of {} together, which is {whole}",
                item.id
            ));
        }
    }
    check
}

fn once(record: &Record) -> Check {
    let mut check = Check::new("nothing is in two automatic matches");
    let mut lines: BTreeMap<&str, &str> = BTreeMap::new();
    let mut entries: BTreeMap<&str, &str> = BTreeMap::new();
    for group in record.groups.iter().filter(|group| group.tier == "auto") {
        for (parts, holders) in [(&group.lines, &mut lines), (&group.entries, &mut entries)] {
            for part in parts {
                check.look();
                if let Some(other) = holders.insert(&part.id, &group.id) {
                    check.find(format!("{} is in {other} and in {}", part.id, group.id));
                }
            }
        }
    }
    check
}

fn shapes(record: &Record) -> Check {
    let mut check = Check::new("every match has the shape it is said to have");
    for group in &record.groups {
        check.look();
        let shape = match (group.lines.len(), group.entries.len()) {
            (0, 0) => "nothing",
            (0, _) | (_, 0) => "one_sided",
            (1, 1) => "1:1",
            (1, _) => "1:n",
            (_, 1) => "n:1",
            _ => "n:m",
        };
        if group.shape != shape {
            check.find(format!("{} is called {}, but is {shape}", group.id, group.shape));
        }
    }
    check
}

fn proofs(record: &Record) -> Check {
    let mut check = Check::new("every proof gives its score, its confidence and its tier");
    for group in &record.groups {
        check.look();
        if let Err(why) = proof(group, record) {
            check.find(format!("{}: {why}", group.id));
        }
    }
    check
}

fn proof(group: &Group, record: &Record) -> Result<(), String> {
    let unknown = |what: &str, code: &str| format!("{what} \u{201c}{code}\u{201d} is not known");
    let proof = &group.proof;
    let held_back = match &proof.held_back {
        None => None,
        Some(code) => Some(HeldBack::from_code(code).ok_or_else(|| unknown("held back:", code))?),
    };
    let found_by = Reason::from_code(&proof.found_by).ok_or_else(|| unknown("found by", &proof.found_by))?;
    let tier = Tier::from_code(&group.tier).ok_or_else(|| unknown("the tier", &group.tier))?;
    if found_by == Reason::Rule && proof.rule.is_none() {
        return Err("a rule is said to have made it, but none is named".into());
    }
    let decision = Decision {
        model: &proof.model,
        contributions: proof.evidence.iter().map(|evidence| evidence.weight).collect(),
        score: proof.score,
        computed_ppm: proof.computed,
        held_back,
        origin: Origin::of(found_by),
        confidence_ppm: group.confidence,
        tier,
    };
    decision
        .check(record.settings.automatic, record.settings.suggested)
        .map_err(|departure| departure.to_string())
}

fn models(record: &Record) -> Check {
    let mut check = Check::new("one model made all matches, the one that the result names");
    let first = record.groups.first().map(|group| &group.proof.model_hash);
    for group in &record.groups {
        check.look();
        if group.proof.model != record.model || Some(&group.proof.model_hash) != first {
            check.find(format!(
                "{} was made by {} with the hash {}",
                group.id, group.proof.model, group.proof.model_hash
            ));
        }
    }
    check
}

/// Differences of the engine's own matches are no larger than the settings allow. What rules and people allow is theirs.
fn limits(record: &Record) -> Check {
    let mut check = Check::new("differences keep to the settings");
    for group in record.groups.iter().filter(|group| group.tier == "auto") {
        for residual in &group.residuals {
            check.look();
            let found_by = Reason::from_code(&group.proof.found_by);
            let kind = ResidualKind::from_code(&residual.kind);
            let holds = match (found_by, kind, group.entries.as_slice()) {
                (Some(Reason::Assignment), Some(ResidualKind::Fee), [entry]) => {
                    within(residual.amount, entry.amount, record.settings.max_fee_per_mille)
                }
                (Some(Reason::Assignment), Some(ResidualKind::Exchange), [entry]) => {
                    within(residual.amount, entry.amount, record.settings.max_exchange_per_mille)
                }
                (Some(Reason::FeeStructure), Some(ResidualKind::Fee), _) => may_be_learnt(record, group, residual),
                _ => true,
            };
            if !holds {
                let (kind, amount) = (&residual.kind, record.amount(residual.amount));
                check.find(format!(
                    "{}: {kind} of {amount} is more than the settings allow",
                    group.id
                ));
            }
        }
    }
    check
}

fn within(difference: Exact, of: Exact, per_mille: u32) -> bool {
    difference.size().saturating_mul(1000) <= of.size().saturating_mul(u128::from(per_mille))
}

/// A fee that payouts have taught is a share of each sale up to the setting and an amount for each, of sales alone or also of
/// what is paid back. Whether there is such a pair for the whole fee follows from the sums.
fn may_be_learnt(record: &Record, group: &Group, fee: &Residual) -> bool {
    let Some(learnt) = record.settings.max_learnt_fee_per_mille else {
        return true;
    };
    let share = i128::from(learnt.max(record.settings.max_fee_per_mille));
    let minor = |amount: Exact| amount.minor(record.account.minor_digits).map(i128::from);
    let (Some(fee), Some(amounts)) = (
        minor(-fee.amount),
        group
            .entries
            .iter()
            .map(|part| minor(part.amount))
            .collect::<Option<Vec<_>>>(),
    ) else {
        return true; // told by the check of digits
    };
    // Each sale's share is rounded by itself; none is without a share.
    let rounding = if share == 0 {
        0
    } else {
        i128::try_from(amounts.len()).unwrap_or(0)
    };
    let fits = |gross: i128, sales: i128| {
        (0..=i128::from(MOST_FIXED_FEE)).any(|fixed| {
            let shares = (fee - fixed * sales) * 1000;
            let most = gross * share;
            (most.min(0) - rounding * 1000..=most.max(0) + rounding * 1000).contains(&shares)
        })
    };
    let count = |sign: i128| amounts.iter().filter(|amount| amount.signum() == sign).count();
    let [sales, returns] = [1, -1].map(|sign| i128::try_from(count(sign)).unwrap_or(0));
    let gross: i128 = amounts.iter().filter(|amount| **amount > 0).sum();
    fits(gross, sales) || fits(amounts.iter().sum(), sales - returns)
}

/// An item by its id.
pub(super) fn item<'a>(places: &BTreeMap<&str, usize>, items: &'a [Item], id: &str) -> Option<&'a Item> {
    places.get(id).and_then(|place| items.get(*place))
}
