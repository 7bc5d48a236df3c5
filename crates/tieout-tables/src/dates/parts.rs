//! The three parts of a printed date, before it is known which number is the day.

use super::CENTURY_PIVOT;
use crate::fold::fold;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A date taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parts {
    /// The text itself says what is what.
    Known { year: i16, month: i16, day: i16 },
    /// Numbers only, the year not in front (or of two digits, so that this cannot be told).
    Numbers {
        first: i16,
        second: i16,
        year: Year,
        dots: bool,
    },
}

/// The last number of a date of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Year {
    /// Four digits, or said to be a year by an apostrophe.
    Full(i16),
    /// Two digits.
    Short(i16),
}

impl Year {
    /// The year with its century.
    pub(super) fn full(self) -> i16 {
        match self {
            Self::Full(year) => year,
            Self::Short(year) if year >= CENTURY_PIVOT => 1900 + year,
            Self::Short(year) => 2000 + year,
        }
    }
}

/// Takes a text apart; `None` if it is not one date, perhaps with a time behind.
pub(super) fn parts(text: &[u8]) -> Option<Parts> {
    if let Some(found) = year_last(text).or_else(|| year_first(text)) {
        return Some(found);
    }
    if text.len() < 5 || text.len() > 64 || !text.iter().any(u8::is_ascii_digit) {
        return None;
    }
    compact(text).or_else(|| divided(text))
}

/// `31.12.2026`; with [`year_first`] the form of nearly all columns, read without a loop.
#[inline]
fn year_last(text: &[u8]) -> Option<Parts> {
    let &[d0, d1, mark, m0, m1, other_mark, y0, y1, y2, y3] = <&[u8; 10]>::try_from(text).ok()?;
    if mark != other_mark || !matches!(mark, b'.' | b'/' | b'-') {
        return None;
    }
    Some(Parts::Numbers {
        first: number(&[d0, d1])?,
        second: number(&[m0, m1])?,
        year: Year::Full(number(&[y0, y1, y2, y3])?),
        dots: mark == b'.',
    })
}

/// `2026-12-31`, perhaps with a time behind it.
#[inline]
fn year_first(text: &[u8]) -> Option<Parts> {
    let (year, rest) = text.split_first_chunk::<4>()?;
    let (mark @ (b'.' | b'/' | b'-'), rest) = rest.split_first()? else {
        return None;
    };
    let (month, rest) = rest.split_first_chunk::<2>()?;
    let (other_mark, rest) = rest.split_first()?;
    let (day, rest) = rest.split_first_chunk::<2>()?;
    if mark != other_mark || !is_time(rest) {
        return None;
    }
    Some(Parts::Known {
        year: number(year)?,
        month: number(month)?,
        day: number(day)?,
    })
}

/// `20260131`, with or without a time behind it, or `31012026`.
fn compact(text: &[u8]) -> Option<Parts> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let (date, rest) = text.split_first_chunk::<8>()?;
    let has_time = match digits {
        8 => is_time(rest) || rest.starts_with(b":"),
        12 | 14 => true,
        _ => return None,
    };
    if !has_time {
        return None;
    }
    let (front, back) = date.split_at_checked(4)?;
    let halves = |four: &[u8]| -> Option<(i16, i16)> {
        let (first, second) = four.split_at_checked(2)?;
        Some((number(first)?, number(second)?))
    };
    let (year, (month, day)) = (number(front)?, halves(back)?);
    if (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day) {
        return Some(Parts::Known { year, month, day });
    }
    let ((first, second), year) = (halves(front)?, number(back)?);
    (digits == 8 && rest.is_empty()).then_some(Parts::Numbers {
        first,
        second,
        year: Year::Full(year),
        dots: false,
    })
}

/// One part between separators.
#[derive(Clone, Copy)]
enum Part {
    /// Value and number of digits.
    Number(i16, usize),
    Month(i16),
}

/// Parts divided by marks, or by the change from digits to letters (`27FEB2018`).
fn divided(text: &[u8]) -> Option<Parts> {
    let mut rest = text;
    let (first, mark, next) = part(rest)?;
    rest = next;
    let (second, other_mark, next) = part(rest)?;
    rest = next;
    let (third, end) = last_part(rest)?;
    if !is_time(end) {
        return None;
    }
    let apostrophe = other_mark == b'\'';
    match (first, second, third) {
        (Part::Number(year, 4), Part::Number(month, 1..=2), Part::Number(day, 1..=2))
            if mark == other_mark && mark != b' ' =>
        {
            Some(Parts::Known { year, month, day })
        }
        (Part::Number(year, 4), Part::Month(month), Part::Number(day, 1..=2)) => {
            Some(Parts::Known { year, month, day })
        }
        (Part::Number(day, 1..=2), Part::Month(month), year) | (Part::Month(month), Part::Number(day, 1..=2), year) => {
            Some(Parts::Known {
                year: full_year(year)?,
                month,
                day,
            })
        }
        (Part::Number(first, 1..=2), Part::Number(second, 1..=2), year)
            if mark != b' ' && (mark == other_mark || apostrophe) =>
        {
            let year = match year {
                Part::Number(year, 4) => Year::Full(year),
                // Quicken writes years from 2000 on with an apostrophe.
                Part::Number(year, 1..=2) if apostrophe => Year::Full(2000 + year),
                Part::Number(year, 2) => Year::Short(year),
                _ => return None,
            };
            Some(Parts::Numbers {
                first,
                second,
                year,
                dots: mark == b'.',
            })
        }
        _ => None,
    }
}

fn full_year(part: Part) -> Option<i16> {
    match part {
        Part::Number(year, 4) => Some(year),
        Part::Number(year, 1..=2) => Some(Year::Short(year).full()),
        _ => None,
    }
}

/// A part, the mark behind it (`' '` if only blanks or nothing divides), and the text behind the mark.
fn part(text: &[u8]) -> Option<(Part, u8, &[u8])> {
    let (part, mut rest) = last_part(text)?;
    let mut mark = b' ';
    loop {
        match rest.split_first() {
            Some((&byte @ (b'.' | b'/' | b'-' | b'\'' | b','), behind)) if mark == b' ' => {
                mark = if byte == b',' { b' ' } else { byte };
                rest = behind;
            }
            Some((b' ', behind)) => rest = behind,
            _ => break,
        }
    }
    // `27 de febrero de 2018`, `1er août`, `27. of May`.
    for filler in [b"de ".as_slice(), b"del ", b"of ", b"er "] {
        rest = rest.strip_prefix(filler).unwrap_or(rest);
    }
    Some((part, mark, rest))
}

/// A part and the text right behind it.
fn last_part(text: &[u8]) -> Option<(Part, &[u8])> {
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits > 0 {
        let (run, rest) = text.split_at_checked(digits)?;
        return if digits <= 4 {
            Some((Part::Number(number(run)?, digits), rest))
        } else {
            None
        };
    }
    let letters = text
        .iter()
        .take_while(|b| b.is_ascii_alphabetic() || **b >= 0x80)
        .count();
    let (word, rest) = text.split_at_checked(letters)?;
    match month(word) {
        Some(month) => Some((Part::Month(month), rest)),
        // A weekday in front: `Mon, 27 Feb 2018`.
        None if letters > 0 => last_part(rest.strip_prefix(b",")?.trim_ascii_start()),
        None => None,
    }
}

/// A number of one to four digits.
#[inline]
fn number(digits: &[u8]) -> Option<i16> {
    digits.iter().try_fold(0_i16, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| value * 10 + i16::from(digit))
    })
}

/// Whether what stands behind a date is nothing, or a time of day in any form.
fn is_time(text: &[u8]) -> bool {
    let text = text.strip_prefix(b".").unwrap_or(text);
    let Some((&mark, rest)) = text.split_first() else {
        return true;
    };
    let rest = match mark {
        b'[' => return true,
        b'T' | b't' | b'-' | b'_' => rest,
        b' ' | b',' => rest.trim_ascii_start(),
        _ => return false,
    };
    match rest {
        [] => mark == b' ',
        [a, b':' | b'.' | b'h', c, ..] => a.is_ascii_digit() && c.is_ascii_digit(),
        [a, b, b':' | b'.' | b'h', d, ..] => a.is_ascii_digit() && b.is_ascii_digit() && d.is_ascii_digit(),
        [a, b, c, d, ..] => mark != b' ' && [a, b, c, d].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    }
}

/// The number of the month that a word names, or begins to name in three letters at least.
pub fn month_named(word: &str) -> Option<i16> {
    month(word.as_bytes())
}

/// The month that a word names, in the languages of [`MONTHS`]: a whole name or a beginning of it of three letters or
/// more.
fn month(word: &[u8]) -> Option<i16> {
    if word.len() < 3 || word.len() > 32 {
        return None;
    }
    let folded = match std::str::from_utf8(word) {
        Ok(text) => fold(text),
        // Single-byte charsets of western Europe.
        Err(_) => fold(&word.iter().map(|&b| char::from(b)).collect::<String>()),
    };
    let names = BY_BEGINNING.get(folded.as_bytes().first_chunk::<3>()?)?;
    let named = names.iter().find(|(name, _)| name.starts_with(folded.as_str()));
    named.map(|(_, month)| *month)
}

/// Names of months and their numbers.
type ByBeginning = HashMap<[u8; 3], Vec<(&'static str, i16)>>;

/// The names of [`MONTHS`] in their order, by their first three letters: nearly every word of a text is none.
static BY_BEGINNING: LazyLock<ByBeginning> = LazyLock::new(|| {
    let mut index = ByBeginning::new();
    for (month, names) in MONTHS {
        for name in names.split(' ') {
            if let Some(beginning) = name.as_bytes().first_chunk::<3>() {
                index.entry(*beginning).or_default().push((name, *month));
            }
        }
    }
    index
});

/// Names of months without accents; Russian as it is spelt in Latin letters. Shorter forms that are no beginning of a
/// name stand on their own (`mrz`). Where languages disagree (Croatian) a language with more banks was preferred.
const MONTHS: &[(i16, &str)] = &[
    (
        1,
        "january januar janner januari janvier enero gennaio janeiro styczen stycznia leden ledna tammikuuta januarius ianuarie ocak ianvaria ianvar sausis janvaris jaanuar",
    ),
    (
        2,
        "february februar feber februari fevrier febrero febbraio fevereiro luty lutego unor unora helmikuuta februarius februarie subat fevralia fevral vasaris februaris veebruar",
    ),
    (
        3,
        "march marz mrz maart mrt mars marzo marco marzec marca brezen brezna maaliskuuta marcius martie mart marta kovas marts",
    ),
    (
        4,
        "april avril abril aprile kwiecien kwietnia duben dubna huhtikuuta aprilis aprilie nisan aprelia aprel balandis",
    ),
    (
        5,
        "may mai mei maj mayo maggio maio maja kveten kvetna toukokuuta majus mayis maia geguze maijs",
    ),
    (
        6,
        "june juni juin junio giugno junho czerwiec czerwca cerven cervna kesakuuta junius iunie haziran iiunia iiun birzelis jun junijs juuni",
    ),
    (
        7,
        "july juli juillet julio luglio julho lipiec lipca cervenec cervence heinakuuta julius iulie temmuz iiulia iiul liepa jul julijs juuli",
    ),
    (
        8,
        "august augustus aout agosto sierpien sierpnia srpen srpna elokuuta augusztus agustos avgusta avgust rugpjutis augusts",
    ),
    (
        9,
        "september septembre septiembre settembre setembro wrzesien wrzesnia zari syyskuuta szeptember septembrie eylul sentiabria sentiabr rugsejis septembris",
    ),
    (
        10,
        "october oktober octobre octubre ottobre outubro pazdziernik pazdziernika rijen rijna lokakuuta octombrie ekim oktiabria oktiabr spalis oktobris oktoober",
    ),
    (
        11,
        "november novembre noviembre novembro listopad listopada listopadu marraskuuta noiembrie kasim noiabria noiabr lapkritis novembris",
    ),
    (
        12,
        "december dezember decembre diciembre dicembre dezembro grudzien grudnia prosinec prosince joulukuuta decembrie aralik dekabria dekabr gruodis decembris detsember",
    ),
];
