//! Names for the other side of proposed entries, as these books would call them.
//!
//! The reconciliation says what the other side is for (bank fees, interest, to be clarified). Books that have an account for
//! it get that one; journals that do not get a new account in their own style (`Expenses:Bank-Fees`, `expenses:bank fees`);
//! tables get the plain words.

use tieout_books::{AccountTotal, Layout};
use tieout_reconcile::result::AdjustmentKind;

/// What an account must have in its name to be the other side: all words of one alternative.
fn marks(kind: AdjustmentKind) -> &'static [&'static [&'static str]] {
    match kind {
        AdjustmentKind::Fee => &[
            &["bank", "fee"],
            &["bank", "charge"],
            &["service", "charge"],
            &["fees"],
            &["bankgeb"],
            &["bankkost"],
            &["bankavgift"],
            &["geldverkehr"],
            &["services bancaires"],
            &["serviços bancários"],
            &["gebyr"],
            &["opłaty bank"],
            &["prowizj"],
        ],
        AdjustmentKind::InterestEarned => &[
            &["interest", "income"],
            &["interest", "earned"],
            &["income", "interest"],
            &["ränteint"],
            &["zinsertr"],
            &["renteinn"],
            &["odsetki otrzym"],
        ],
        AdjustmentKind::InterestPaid => &[
            &["interest", "expense"],
            &["interest", "paid"],
            &["expenses", "interest"],
            &["räntekost"],
            &["zinsaufw"],
            &["rentekost"],
            &["odsetki zapł"],
        ],
        AdjustmentKind::Exchange => &[
            &["exchange"],
            &["currency", "gain"],
            &["fx"],
            &["valutakurs"],
            &["kursdiff"],
        ],
        AdjustmentKind::Rounding => &[&["rounding"], &["öresutj"], &["rundung"]],
        AdjustmentKind::ShortPayment => &[&["discount"], &["short", "payment"]],
        // A rule names the account as the books call it.
        AdjustmentKind::Coded => &[],
        AdjustmentKind::Transfer => &[
            &["in transit"],
            &["in-transit"],
            &["intransit"],
            &["geldtransit"],
            &["kruispost"],
            &["virements internes"],
            &["transfers"],
        ],
        AdjustmentKind::Correction
        | AdjustmentKind::Duplicate
        | AdjustmentKind::Returned
        | AdjustmentKind::Suspense => &[&["suspense"], &["clarif"], &["uncategori"], &["unallocated"]],
    }
}

/// Where a new account belongs, and its name, in journals.
fn place(kind: AdjustmentKind) -> (&'static str, &'static str) {
    match kind {
        AdjustmentKind::Fee => ("Expenses", "Bank Fees"),
        AdjustmentKind::InterestEarned => ("Income", "Interest"),
        AdjustmentKind::InterestPaid => ("Expenses", "Interest"),
        AdjustmentKind::Exchange => ("Expenses", "Exchange Differences"),
        AdjustmentKind::Rounding => ("Expenses", "Rounding"),
        AdjustmentKind::ShortPayment => ("Expenses", "Discounts"),
        AdjustmentKind::Transfer => ("Assets", "Cash In Transit"),
        AdjustmentKind::Correction
        | AdjustmentKind::Duplicate
        | AdjustmentKind::Returned
        | AdjustmentKind::Suspense
        | AdjustmentKind::Coded => ("Assets", "To Be Clarified"),
    }
}

/// The other side's name. `proposed` is what the reconciliation calls it: one of the books' own accounts, or plain words.
pub(crate) fn account(kind: AdjustmentKind, proposed: &str, layout: &Layout, accounts: &[AccountTotal]) -> String {
    // A chart has accounts that nothing is booked on yet.
    let chart: Vec<&str> = match layout {
        Layout::Import(layout) => layout.accounts().collect(),
        _ => Vec::new(),
    };
    let known = || {
        accounts
            .iter()
            .map(|account| account.name.as_str())
            .chain(chart.iter().copied())
    };
    if kind == AdjustmentKind::Coded || known().any(|name| name == proposed) {
        return proposed.to_owned();
    }
    let has = |name: &str, words: &[&str]| words.iter().all(|word| name.contains(word));
    for words in marks(kind) {
        if let Some(name) = known().find(|name| has(&name.to_lowercase(), words)) {
            return name.to_owned();
        }
    }
    let (top, name) = place(kind);
    match layout {
        Layout::Beancount(_) => format!("{top}:{}", name.replace(' ', "-")),
        Layout::Hledger(_)
            if accounts
                .iter()
                .any(|account| account.name.starts_with(char::is_uppercase)) =>
        {
            format!("{top}:{name}")
        }
        Layout::Hledger(_) => format!("{top}:{name}").to_lowercase(),
        Layout::Import(layout) if layout.has_branches() => format!("{top}:{name}"),
        // What the books call the other side is the list of several accounts, or one that cannot be named.
        Layout::Import(_) if matches!(kind, AdjustmentKind::Correction | AdjustmentKind::Duplicate) => {
            kind.other_side().0.to_owned()
        }
        _ => proposed.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_of_the_books_is_taken_where_there_is_one() {
        let accounts: Vec<AccountTotal> = ["assets:bank", "expenses:bank charges", "income:sales"]
            .into_iter()
            .map(|name| AccountTotal {
                name: name.into(),
                ..AccountTotal::default()
            })
            .collect();
        let found = |kind: AdjustmentKind| {
            marks(kind).iter().find_map(|words| {
                accounts
                    .iter()
                    .find(|account| words.iter().all(|word| account.name.contains(word)))
                    .map(|a| a.name.as_str())
            })
        };
        assert_eq!(found(AdjustmentKind::Fee), Some("expenses:bank charges"));
        assert_eq!(found(AdjustmentKind::Suspense), None);
    }
}
