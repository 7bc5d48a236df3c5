//! Labelled text: `IBAN: … BIC: … NAAM: … OMSCHRIJVING: …` (Netherlands), `REK: …/NAAM: …` (Knab), `Z RACH.: …; OD: …;
//! TYT.: …; TNR: …` (Poland), `AUFTRAGGEBER: … MITTEILUNGEN: …` (Switzerland).

use super::{push_part, set, set_account};
use crate::model::Line;
use crate::mt940::cut;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Account,
    Bank,
    Name,
    Text,
    EndToEnd,
    Mandate,
    Creditor,
    /// A unique id of the entry that mBank repeats in MT942 and MT940.
    Entry,
}

const LABELS: &[(&str, Label)] = &[
    ("IBAN", Label::Account),
    ("REK", Label::Account),
    ("Z RACH.", Label::Account),
    ("NA RACH.", Label::Account),
    ("BIC", Label::Bank),
    ("NAAM", Label::Name),
    ("OD", Label::Name),
    ("DLA", Label::Name),
    ("AUFTRAGGEBER", Label::Name),
    ("OMSCHRIJVING", Label::Text),
    ("TYT.", Label::Text),
    ("MITTEILUNGEN", Label::Text),
    ("REMIT", Label::Text),
    ("KENMERK", Label::EndToEnd),
    ("MACHTIGING", Label::Mandate),
    ("INCASSANT", Label::Creditor),
    ("TNR", Label::Entry),
];

/// Fills a line if the text has such labels.
pub(super) fn apply(text: &str, line: &mut Line) -> bool {
    let mut current = Label::Text;
    let mut from = 0;
    let mut found = false;
    for at in memchr::memchr_iter(b':', text.as_bytes()) {
        let Some((label, start)) = label_before(text, from, at) else {
            continue;
        };
        let value = text.get(from..start).unwrap_or_default();
        assign(
            current,
            if found {
                value
            } else {
                super::leading_account(value, &mut line.counterparty)
            },
            line,
        );
        (current, from, found) = (label, at + 1, true);
    }
    if found {
        assign(current, text.get(from..).unwrap_or_default(), line);
    }
    found
}

/// The label that ends at this colon and begins a word not before `from`.
fn label_before(text: &str, from: usize, colon: usize) -> Option<(Label, usize)> {
    let before = text.get(from..colon)?;
    LABELS.iter().find_map(|(name, label)| {
        let start = before.len().checked_sub(name.len())?;
        let (rest, word) = before.split_at_checked(start)?;
        let begins = rest.is_empty() || rest.ends_with([' ', '/', ';']);
        (begins && word.eq_ignore_ascii_case(name)).then_some((*label, from + start))
    })
}

fn assign(label: Label, value: &str, line: &mut Line) {
    let value = value.trim_ascii().trim_end_matches(['/', ';']).trim_ascii_end();
    let other = &mut line.counterparty;
    match label {
        Label::Text => push_part(&mut line.text, value),
        Label::Bank => set(&mut other.bank, value),
        Label::EndToEnd => set(&mut line.ids.end_to_end, value),
        Label::Entry => set(&mut line.ids.entry_ref, value),
        Label::Account | Label::Mandate | Label::Creditor => {
            let (word, rest) = value.split_once([' ', ';']).unwrap_or((value, ""));
            match label {
                Label::Mandate => set(&mut line.ids.mandate, word),
                Label::Creditor => set(&mut line.ids.creditor_id, word),
                _ => set_account(&mut other.account, word),
            }
            push_part(&mut line.text, rest);
        }
        Label::Name => {
            // Two blanks divide the columns of name and address.
            let (name, address) = cut::at_double(value, b' ').unwrap_or((value, ""));
            set(&mut other.name, name);
            push_part(&mut other.address, address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::fields;

    #[test]
    fn labels_fill_their_fields() {
        for (text, expected) in [
            (
                "SEPA OVERBOEKING                 IBAN: NL75INGB0001234567        BIC: INGBNL2A                    NAAM: KPN BV                     OMSCHRIJVING: Factuur 7  KENMERK: E-1",
                "text=SEPA OVERBOEKING¶Factuur 7|name=KPN BV|account=NL75INGB0001234567|bank=INGBNL2A|e2e=E-1",
            ),
            (
                "FACTUUR 1 REK: NL65INGB0123456789/NAAM: PICQER",
                "text=FACTUUR 1|name=PICQER|account=NL65INGB0123456789",
            ),
            (
                "911 TRANSAKCJA COLLECT; Z RACH.: 56114010810000267002001001; OD: JAN NOWAK  UL. NIJAKA 1; TYT.: PRZELEW   ; TNR: 179171073864111.010001",
                "text=911 TRANSAKCJA COLLECT¶PRZELEW|name=JAN NOWAK|account=56114010810000267002001001|address=UL. NIJAKA 1|entry=179171073864111.010001",
            ),
            ("REMIT:Costs", "text=Costs"),
            (
                "DE88500700100175526303 paypal Incasso Machtiging: 5AL-1 PP",
                "text=paypal Incasso¶PP|account=DE88500700100175526303|mandate=5AL-1",
            ),
            ("method: none", "text=method: none"),
            ("time 10:15", "text=time 10:15"),
        ] {
            assert_eq!(fields(text, |_| ()), expected, "{text}");
        }
    }
}
