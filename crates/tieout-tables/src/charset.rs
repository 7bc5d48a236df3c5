//! Which charset texts that are not UTF-8 are in, told by their letters.
//!
//! In each of the old charsets a byte is another letter or sign, so in the wrong one words hold signs in their midst or
//! capitals among small letters. Where a table's words make sense only in an old code page (DOS) or on an old Macintosh
//! they are read so, and that is told; else they are Windows-1252, as nearly all are.

use crate::row::Row;
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Problem};

/// Charsets that are tried, the likeliest first.
const CANDIDATES: [&str; 3] = ["windows-1252", "cp850", "macintosh"];
/// Letters of the languages that are written in them.
const LETTERS: &str = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽ";

/// The old charset in which the words of these rows make more sense than in Windows-1252, if there is one.
pub(crate) fn vote(rows: &[Row]) -> Option<&'static str> {
    let cells = || {
        rows.iter()
            .flat_map(Row::cells)
            .filter(|cell| std::str::from_utf8(cell).is_err())
    };
    let sense = |charset: &&str| -> i64 {
        let mut decoder = Decoder::default();
        decoder.declare(charset);
        cells().map(|cell| sense_of(&decoder.decode(cell))).sum()
    };
    let [usual, ..] = CANDIDATES;
    let mut best = (sense(&usual), None);
    for charset in CANDIDATES.into_iter().skip(1) {
        let found = sense(&charset);
        if found > best.0 && found > 0 {
            best = (found, Some(charset));
        }
    }
    best.1
}

/// Letters with accents that fit into their words, less what is no letter of a word or a capital among small letters.
fn sense_of(text: &str) -> i64 {
    let characters: Vec<char> = text.chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| characters.get(place)).copied().unwrap_or(' ');
    let mut sense = 0;
    for (place, &c) in characters.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
        let (before, after) = (at(place.checked_sub(1)), at(place.checked_add(1)));
        if !before.is_alphabetic() && !after.is_alphabetic() {
            continue;
        }
        let is_out_of_case = c.is_uppercase() && before.is_lowercase()
            || c.is_lowercase() && before.is_uppercase() && after.is_uppercase();
        sense += if LETTERS.contains(c) && !is_out_of_case { 1 } else { -1 };
    }
    sense
}

/// What is said where a charset was told by its letters alone.
pub(crate) fn told(charset: &str) -> Option<Problem> {
    let name = match charset {
        "cp850" => "the DOS code page 850",
        "macintosh" => "the charset of old Macintosh programs (Mac Roman)",
        _ => return None,
    };
    let message = format!("nothing says which charset the texts are in; by their letters they were read in {name}");
    Some(Problem::of_file(Code::CharsetMismatch, message))
}
