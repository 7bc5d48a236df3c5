//! Which charset texts that are not UTF-8 are in, told by their letters.
//!
//! In each of the old charsets a byte is another letter or sign, so in the wrong one words hold signs in their midst or
//! capitals among small letters. Where a table's words make sense only in an old code page (DOS) or on an old Macintosh
//! they are read so, and that is told. Where letters of Central Europe stand in words in which Windows-1252 has signs, they are
//! read in that of Windows (1250) or ISO 8859-2. Other scripts (Cyrillic, Greek, Hebrew, Arabic, Thai, Chinese, Japanese, Korean) are
//! told by how often their letters follow each other, which `chardetng` knows. All else is Windows-1252, as nearly all are.

use crate::row::Row;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Problem};

/// Charsets in which the words of a header are looked up; of those that know as many, the last.
pub(crate) const OF_HEADERS: [&str; 17] = [
    "koi8-r",
    "ibm866",
    "windows-874",
    "windows-1256",
    "windows-1257",
    "windows-1254",
    "windows-1255",
    "windows-1253",
    "big5",
    "euc-kr",
    "gbk",
    "shift_jis",
    "macintosh",
    "cp850",
    "windows-1251",
    "windows-1250",
    "windows-1252",
];
/// Charsets of other scripts than the Latin one.
const OTHER_SCRIPTS: [&str; 13] = [
    "windows-1251",
    "windows-1253",
    "windows-1255",
    "windows-1256",
    "windows-874",
    "koi8-u",
    "ibm866",
    "shift_jis",
    "euc-jp",
    "gbk",
    "gb18030",
    "big5",
    "euc-kr",
];
/// Charsets of Latin letters that are tried, the likeliest first.
const CANDIDATES: [&str; 3] = ["windows-1252", "cp850", "macintosh"];
/// Letters of the languages that are written in them.
const LETTERS: &str = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿßœšžÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽ";

/// Charsets of Central Europe.
pub(crate) const CENTRAL: [&str; 2] = ["windows-1250", "iso-8859-2"];
/// Letters of the languages that are written in them.
pub(crate) const CENTRAL_LETTERS: &str =
    "áâäăąćçčďđéëęěíîľĺłńňóôöőŕřśšşťţúůüűýźżžßÁÂÄĂĄĆÇČĎĐÉËĘĚÍÎĽĹŁŃŇÓÔÖŐŔŘŚŠŞŤŢÚŮÜŰÝŹŻŽ";
/// Signs of Windows-1252 that stand within no word; in both charsets of Central Europe, or in one of them, they are letters.
const NEVER_IN_WORDS: &str = "¡£¥¦©¬¯±³¶¹»¼¾¿";

/// The old charset in which the words of these rows make more sense than in Windows-1252, if there is one.
pub(crate) fn vote(rows: &[Row]) -> Option<&'static str> {
    let cells = || {
        rows.iter()
            .flat_map(Row::cells)
            .filter(|cell| std::str::from_utf8(cell).is_err())
    };
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    for cell in cells() {
        detector.feed(cell, false);
        detector.feed(b"\n", false);
    }
    let guessed = detector.guess(None, Utf8Detection::Deny).name().to_ascii_lowercase();
    let other = OTHER_SCRIPTS.into_iter().find(|name| *name == guessed);
    if let Some(other) = other
        && is_of_another_script(cells(), other)
    {
        return Some(other);
    }
    let sense = |charset: &&str| -> i64 {
        let mut decoder = Decoder::default();
        decoder.declare(charset);
        cells().map(|cell| sense_of(&decoder.decode(cell), LETTERS)).sum()
    };
    let [usual, ..] = CANDIDATES;
    let mut best = (sense(&usual), None);
    for charset in CANDIDATES.into_iter().skip(1) {
        let found = sense(&charset);
        if found > best.0 && found > 0 {
            best = (found, Some(charset));
        }
    }
    central(&cells().collect::<Vec<_>>(), best.0).or(best.1)
}

/// The charset of Central Europe that makes more sense of the cells than the best of the others, where these have signs within
/// words.
fn central(cells: &[&[u8]], known: i64) -> Option<&'static str> {
    let mut usual = Decoder::default();
    if !cells.iter().any(|cell| has_signs_within_words(&usual.decode(cell))) {
        return None;
    }
    let mut best = (known, None);
    for charset in CENTRAL {
        let mut decoder = Decoder::default();
        decoder.declare(charset);
        let sense = cells
            .iter()
            .map(|cell| sense_of(&decoder.decode(cell), CENTRAL_LETTERS));
        let found = sense.sum();
        if found > best.0 {
            best = (found, Some(charset));
        }
    }
    best.1
}

fn has_signs_within_words(text: &str) -> bool {
    let mut places = text.match_indices(|c| NEVER_IN_WORDS.contains(c));
    places.any(|(at, sign)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + sign.len()..).and_then(|after| after.chars().next());
        before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic)
    })
}

/// Words of other scripts have no Latin letters in them, or few: in a language of Latin letters nearly every word with an
/// accent has some.
fn is_of_another_script<'a>(cells: impl Iterator<Item = &'a [u8]>, charset: &str) -> bool {
    let mut decoder = Decoder::default();
    decoder.declare(charset);
    let (mut pure, mut mixed) = (0_usize, 0_usize);
    for cell in cells {
        let text = decoder.decode(cell);
        for word in text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_ascii()) {
            let latin = word.chars().any(|c| c.is_ascii());
            *(if latin { &mut mixed } else { &mut pure }) += 1;
        }
    }
    decoder.undecodable() == 0 && pure > mixed.saturating_mul(4)
}

/// How much sense a text makes whose letters with accents should be among these: those that fit into their words, less
/// what is no letter of a word or a capital among small letters.
pub fn sense_of(text: &str, letters: &str) -> i64 {
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
        sense += if letters.contains(c) && !is_out_of_case { 1 } else { -1 };
    }
    sense
}

/// What is said where a charset was told by its letters alone, or is one of old machines; `by_header` if it makes known words
/// of the header.
pub(crate) fn told(charset: &str, by_header: bool) -> Option<Problem> {
    let name = match charset {
        "cp850" => "the DOS code page 850",
        "macintosh" => "the charset of old Macintosh programs (Mac Roman)",
        _ if by_header => return None,
        other => {
            let mut known = OTHER_SCRIPTS.into_iter().chain(CENTRAL);
            known.find(|name| *name == other)?
        }
    };
    let message = format!("nothing says which charset the texts are in; by their letters they were read in {name}");
    Some(Problem::of_file(Code::CharsetMismatch, message))
}
