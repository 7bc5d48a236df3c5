//! Slash words, as Dutch and many international banks write: `/TRTP/SEPA OVERBOEKING/IBAN/…/NAME/…/REMI/…/EREF/…`.
//!
//! Values contain slashes too, so only known words divide the text; a value reaches to the next of them.

use super::{push_fee, push_part, set, set_account, set_original};
use crate::model::Line;
use crate::mt940::cut::{self, Places};
use crate::mt940::figures;

/// The words and what they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Kind of payment, in words.
    Kind,
    Account,
    Bank,
    Name,
    Address,
    Remittance,
    EndToEnd,
    Mandate,
    Creditor,
    Instruction,
    CustomerRef,
    /// `/ORDP/`, `/BENM/`: the other side; its name follows, with or without `/NAME/`.
    Party,
    /// `/CNTP/account/bank/name/city`.
    PartyFields,
    /// `/ACCW/account,bank`.
    AccountAndBank,
    Ultimate,
    ReturnReason,
    Purpose,
    Original,
    Rate,
    Charge,
    TypeCode,
    /// Dates and ids that no field takes.
    Dropped,
}

fn word(name: &[u8]) -> Option<Word> {
    Some(match name {
        b"TRTP" => Word::Kind,
        b"IBAN" | b"BBAN" => Word::Account,
        b"BIC" => Word::Bank,
        b"NAME" => Word::Name,
        b"ADDR" => Word::Address,
        b"REMI" => Word::Remittance,
        b"EREF" => Word::EndToEnd,
        b"MARF" => Word::Mandate,
        b"CSID" => Word::Creditor,
        b"PREF" | b"IREF" => Word::Instruction,
        b"KREF" => Word::CustomerRef,
        b"ORDP" | b"BENM" | b"OP" => Word::Party,
        b"CNTP" => Word::PartyFields,
        b"ACCW" => Word::AccountAndBank,
        b"ULTD" | b"ULTC" | b"ULTB" => Word::Ultimate,
        b"RTRN" => Word::ReturnReason,
        b"PURP" => Word::Purpose,
        b"OCMT" => Word::Original,
        b"EXCH" => Word::Rate,
        b"CHGS" => Word::Charge,
        b"TRCD" => Word::TypeCode,
        b"ISDT" | b"OI" => Word::Dropped,
        _ => return None,
    })
}

/// Fills a line if this, with slashes at these places, is such a text: it begins with a known word, or names the kind of payment further on.
pub(super) fn apply(text: &str, slashes: Places<'_>, line: &mut Line) -> bool {
    let mut words = Words::of(text, slashes);
    let Some(first) = words.next() else {
        return false;
    };
    let before = text.get(..first.start).unwrap_or_default();
    if !before.trim_ascii().is_empty() && first.word != Word::Kind && !begins_with_unknown_word(before) {
        return false;
    }
    push_part(&mut line.text, super::leading_account(before, &mut line.counterparty));
    let mut ultimate = false;
    let mut current = first;
    loop {
        let next = words.next();
        let end = next.map_or(text.len(), |next| next.start);
        let value = text.get(current.end..end).unwrap_or_default();
        ultimate = match current.word {
            Word::Ultimate => true,
            Word::Party => false,
            _ => ultimate,
        };
        assign(current.word, value, ultimate, line);
        match next {
            Some(next) => current = next,
            None => return true,
        }
    }
}

/// `/XXXX/` at the start: the bank's own word, not one we know.
fn begins_with_unknown_word(text: &str) -> bool {
    let Some((name, _)) = text
        .trim_ascii_start()
        .strip_prefix('/')
        .and_then(|rest| rest.split_once('/'))
    else {
        return false;
    };
    (2..=4).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A known word: where its first slash stands and where its value begins.
#[derive(Debug, Clone, Copy)]
struct Found {
    word: Word,
    start: usize,
    end: usize,
}

/// The known words of a text, found from slash to slash.
struct Words<'a> {
    text: &'a [u8],
    slashes: Places<'a>,
    /// Where the slash before is that may begin a word.
    start: Option<usize>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str, slashes: Places<'a>) -> Self {
        let mut words = Words {
            text: text.as_bytes(),
            slashes,
            start: None,
        };
        words.start = words.slashes.next();
        words
    }
}

impl Iterator for Words<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        let mut start = self.start?;
        for slash in self.slashes.by_ref() {
            if let Some(word) = self.text.get(start + 1..slash).and_then(word) {
                // The closing slash may be the first one of the next word (`/BENM//NAME/` has its own).
                self.start = self.slashes.next();
                let end = slash + 1;
                return Some(Found { word, start, end });
            }
            start = slash;
        }
        self.start = None;
        None
    }
}

fn assign(word: Word, value: &str, ultimate: bool, line: &mut Line) {
    let value = value.trim_ascii().trim_end_matches('/').trim_ascii_end();
    match word {
        Word::Remittance => remittance(value, line),
        Word::Kind => push_part(&mut line.text, value),
        Word::Name if ultimate => set(&mut line.counterparty.ultimate_name, value),
        Word::Name => set(&mut line.counterparty.name, value),
        Word::Address => push_part(&mut line.counterparty.address, value),
        Word::EndToEnd => set(&mut line.ids.end_to_end, value),
        Word::Mandate => set(&mut line.ids.mandate, value),
        Word::Creditor => set(&mut line.ids.creditor_id, value),
        Word::Instruction => set(&mut line.ids.instruction, value),
        Word::CustomerRef => set(&mut line.ids.customer_ref, value),
        Word::Party => party(value, line),
        Word::Ultimate => set(&mut line.counterparty.ultimate_name, value.trim_start_matches('/')),
        Word::Purpose => set(&mut line.purpose, value.strip_prefix("CD/").unwrap_or(value)),
        Word::PartyFields => party_fields(value, line),
        Word::AccountAndBank => {
            let (account, bank) = value.split_once(',').unwrap_or((value, ""));
            set_account(&mut line.counterparty.account, account);
            set(&mut line.counterparty.bank, bank);
        }
        Word::Account
        | Word::Bank
        | Word::ReturnReason
        | Word::Original
        | Word::Rate
        | Word::Charge
        | Word::TypeCode
        | Word::Dropped => one_part(word, value, line),
    }
}

/// Words whose value ends at the next slash; what follows it is text again.
fn one_part(word: Word, value: &str, line: &mut Line) {
    let (part, rest) = cut::at(value, b'/').unwrap_or((value, ""));
    let taken = match word {
        Word::Account => {
            set_account(&mut line.counterparty.account, part);
            true
        }
        Word::Bank => {
            set(&mut line.counterparty.bank, part);
            true
        }
        Word::ReturnReason => {
            set(&mut line.return_reason, part);
            true
        }
        Word::TypeCode => {
            set(&mut line.type_code.proprietary, part);
            true
        }
        Word::Original => set_original(part, line),
        Word::Rate => set_rate(part, line),
        Word::Charge => push_fee(part, line),
        _ => true,
    };
    if !taken {
        push_part(&mut line.text, part);
    }
    push_part(&mut line.text, rest);
}

fn set_rate(text: &str, line: &mut Line) -> bool {
    match (figures::amount(text.trim_ascii()), &mut line.original) {
        (Some((rate, "")), Some(original)) => {
            original.rate = Some(rate);
            true
        }
        _ => false,
    }
}

/// `USTD//text`, `STRD/CUR/reference` or just text.
fn remittance(value: &str, line: &mut Line) {
    let value = value.trim_start_matches('/');
    if let Some(structured) = value.strip_prefix("STRD/") {
        let reference = structured
            .strip_prefix("CUR/")
            .or_else(|| structured.strip_prefix("ISO/"));
        set(&mut line.structured_reference, reference.unwrap_or(structured));
    } else {
        let text = value.strip_prefix("USTD/").unwrap_or(value);
        push_part(&mut line.text, text.trim_start_matches('/'));
    }
}

/// What follows `/ORDP/` or `/BENM/` without `/NAME/`: a name, or `account /name /text` (`fruitl00p-kbs-sample.sta`).
fn party(value: &str, line: &mut Line) {
    let mut parts = value.split(" /").map(str::trim);
    let first = parts.next().unwrap_or_default().trim_start_matches('/');
    let is_account = first.len() >= 8 && first.bytes().all(|byte| byte.is_ascii_digit());
    if is_account || super::looks_like_iban(first) {
        set_account(&mut line.counterparty.account, first);
        set(&mut line.counterparty.name, parts.next().unwrap_or_default());
    } else {
        set(&mut line.counterparty.name, first);
    }
    for part in parts {
        push_part(&mut line.text, part);
    }
}

/// `account/bank/name/city`, any of them empty.
fn party_fields(value: &str, line: &mut Line) {
    let mut parts = value.splitn(4, '/');
    let mut next = || parts.next().unwrap_or_default();
    let (account, bank, name, city) = (next(), next(), next(), next());
    let other = &mut line.counterparty;
    set_account(&mut other.account, account);
    set(&mut other.bank, bank);
    set(&mut other.name, name);
    push_part(&mut other.address, city.trim_matches('/'));
}

#[cfg(test)]
mod tests {
    use super::super::tests::fields;

    #[test]
    fn words_fill_their_fields() {
        for (text, expected) in [
            (
                "/TRTP/SEPA OVERBOEKING/IBAN/NL75INGB0001234567/BIC/INGBNL2A/NAME/HR K/REMI/RES.NR 00042/EREF/NOTPROVIDED",
                "text=SEPA OVERBOEKING¶RES.NR 00042|name=HR K|account=NL75INGB0001234567|bank=INGBNL2A",
            ),
            (
                "/EREF/E2E-42/ /ORDP//NAME/ACME BV/ /REMI/USTD//INVOICE 42/",
                "text=INVOICE 42|name=ACME BV|e2e=E2E-42",
            ),
            (
                "/CNTP/NL91ABNA0417164300/ABNANL2A/GLOBEX/DELFT/REMI/STRD/CUR/9007",
                "name=GLOBEX|account=NL91ABNA0417164300|bank=ABNANL2A|address=DELFT|structured=9007",
            ),
            (
                "/MARF/M1/CSID/C1/PREF/P1/KREF/K1/RTRN/MS03/PURP/CD/SALA",
                "mandate=M1|creditor=C1|instruction=P1|customer=K1|purpose=SALA|returned=MS03",
            ),
            (
                "/ORDP//NAME/A BV/ADDR/STRAAT 1/ULTD//NAME/B BV/REMI/x",
                "text=x|name=A BV|ultimate=B BV|address=STRAAT 1",
            ),
            (
                "/REMI//INV/1511682351 1.12.2016/IBAN/NL37DEUT0123456789",
                "text=INV/1511682351 1.12.2016|account=NL37DEUT0123456789",
            ),
            (
                "/REMI/Relatie 17/Factuurnr.79/B.t.w. 10/EREF/17/55",
                "text=Relatie 17/Factuurnr.79/B.t.w. 10|e2e=17/55",
            ),
            (
                "/ACCW/NL54INGB0006752576,INGBNL2A/ORDP//NAME/Hr A",
                "name=Hr A|account=NL54INGB0006752576|bank=INGBNL2A",
            ),
            (
                "/BENM/300000000000133 /KOMERCIJALNA BANKA /160309522",
                "text=160309522|name=KOMERCIJALNA BANKA|account=300000000000133",
            ),
            (
                "/OCMT/USD2853,12/ PAYMENT OF INVOICES",
                "text=PAYMENT OF INVOICES|original=2853.12 USD",
            ),
            ("/OCMT/nothing/x", "text=nothing¶x"),
            (
                "/XXXX//1009 /ORDP/BANKEN AB /REMI/OUR REF",
                "text=/XXXX//1009¶OUR REF|name=BANKEN AB",
            ),
            (
                "NL44ABNA0548041814 multi /TRTP/Incasso/NAME/MULTI BV",
                "text=multi¶Incasso|name=MULTI BV|account=NL44ABNA0548041814",
            ),
        ] {
            assert_eq!(fields(text, |_| ()), expected, "{text}");
        }
    }

    #[test]
    fn slashes_alone_are_text() {
        for text in [
            "RE091202-3737 /RFB/NL-FMI-021209",
            "a/REMI/b",
            "///",
            "/",
            "13/05/24",
            "/EREF",
        ] {
            assert_eq!(fields(text, |_| ()), format!("text={text}"), "{text}");
        }
    }
}
