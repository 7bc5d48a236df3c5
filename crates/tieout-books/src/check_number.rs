//! The number of a check that only a text tells: `Check 1041 Miller`, `CHQ 001189`, `Scheck Nr. 5006`.
//!
//! Checks wait for months where other payments wait for days, so an entry of money out that calls itself one is taken for
//! one. A number stands right behind the word, with at most a sign or a word for "number" between them. What reads like an
//! amount or a date is none; nor is what follows a word for looking into something ("background check 4711").

use tieout_tables::fold::fold;

/// Words for a check in the languages of people who write them, folded.
const CHECKS: &[&str] = &[
    "check",
    "chk",
    "ck",
    "cheque",
    "chq",
    "chqe",
    "scheck",
    "schecknr",
    "schecknummer",
    "verrechnungsscheck",
    "bankcheque",
    "chequenummer",
    "chequenr",
    "assegno",
    "talon",
    "czek",
    "sek",
    "sjekk",
];

/// Words for a number, folded.
const NUMBERS: &[&str] = &[
    "no", "nr", "num", "number", "n", "nro", "numero", "nummer", "cislo", "numer",
];

/// Kinds of looking into something.
const LOOKING: &[&str] = &[
    "background",
    "credit",
    "dbs",
    "eye",
    "gas",
    "health",
    "id",
    "identity",
    "quality",
    "safety",
    "security",
    "service",
    "sound",
    "vehicle",
];

/// The check number in a text, as it is written.
pub fn check_number_in(text: &str) -> Option<&str> {
    // Most texts have no digit behind a word for a check; they cost one look for its letters.
    let mut before = "";
    let mut from = 0;
    while let Some((start, word)) = next_word(text, from) {
        from = start + word.len();
        let (letters, digits) = word.split_at(word.find(|c: char| c.is_ascii_digit()).unwrap_or(word.len()));
        if is_check(letters) && !LOOKING.contains(&fold(before).as_str()) {
            let found = if digits.is_empty() {
                number_behind(text, from)
            } else {
                number(text, from - digits.len())
            };
            if found.is_some() {
                return found;
            }
        }
        before = word;
    }
    None
}

fn is_check(word: &str) -> bool {
    /// The longest of the words, with an accent.
    const LONGEST: usize = 20;
    if !(2..LONGEST).contains(&word.len()) {
        return false;
    }
    if word.is_ascii() {
        // All that folding would change is the case.
        return CHECKS.iter().any(|check| check.eq_ignore_ascii_case(word));
    }
    CHECKS.contains(&fold(word).as_str())
}

/// The next run of letters and digits from a place on, and where it begins.
fn next_word(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = text.get(from..)?;
    let start = rest.find(char::is_alphanumeric)?;
    let rest = rest.get(start..)?;
    let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
    Some((from + start, rest.get(..end)?))
}

/// The number that follows, behind a sign or a word for it.
fn number_behind(text: &str, from: usize) -> Option<&str> {
    const SIGNS: &[char] = &[' ', '#', '.', ':', '\u{b0}', '\u{ba}', '\u{2116}'];
    let gap = |from: usize, to: usize| {
        text.get(from..to)
            .is_some_and(|gap| gap.chars().all(|c| SIGNS.contains(&c)))
    };
    let (start, word) = next_word(text, from)?;
    if !gap(from, start) {
        return None;
    }
    if !NUMBERS.contains(&fold(word).as_str()) {
        return number(text, start);
    }
    let (next, _) = next_word(text, start + word.len())?;
    gap(start + word.len(), next).then(|| number(text, next)).flatten()
}

/// The digits from a place on, if they can be the number of a check: three to ten, and neither an amount nor a date.
fn number(text: &str, start: usize) -> Option<&str> {
    let rest = text.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at_checked(end)?;
    let mut behind = behind.chars();
    let goes_on = match behind.next() {
        Some('.' | ',' | '-' | '/' | ':' | '\'') => behind.next().is_some_and(|c| c.is_ascii_digit()),
        Some(next) => next.is_alphanumeric() || next == '%',
        None => false,
    };
    ((3..=10).contains(&digits.len()) && !goes_on).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_behind_the_word_in_many_languages() {
        for (text, number) in [
            ("Check 1041 Old", "1041"),
            ("CHK 5006", "5006"),
            ("paid by chk#5006", "5006"),
            ("Cheque 001189 advertisement", "001189"),
            ("CHQ 001189", "001189"),
            ("CHQ001189", "001189"),
            ("Check No. 1041, Miller", "1041"),
            ("check number: 1041.", "1041"),
            ("Ch\u{e8}que n\u{b0} 1234567", "1234567"),
            ("Scheck Nr. 5006", "5006"),
            ("Schecknummer 5006", "5006"),
            ("Cheque nr 4711 Bakker", "4711"),
            ("Assegno n. 0012345", "0012345"),
            ("checked; check 1041", "1041"),
        ] {
            assert_eq!(check_number_in(text), Some(number), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_of_a_check_is_left_alone() {
        for text in [
            "",
            "check",
            "Check Smith",
            "Check 12",
            "Check 500.00",
            "Check 1,041.00 EUR",
            "check 2026-03-12",
            "check 12/03/2026",
            "Checkout 1041",
            "CHECK CARD 1234 PURCHASE",
            "Background check 4711",
            "paycheck 1041",
            "Invoice 1041 check",
            "check 3rd",
            "check 12345678901",
            "check - 1041",
        ] {
            assert_eq!(check_number_in(text), None, "{text}");
        }
    }
}
