//! What happens to names and references on their way into a bank's text.

use super::vocabulary::{Bank, Structured};
use crate::random::Random;

/// Fills a template; what is not known leaves a gap that closes.
pub(super) fn fill(template: &str, values: &[(char, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 24);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((key, after)) = after.split_once('}') else {
            break;
        };
        let value = values.iter().find(|(name, _)| key.starts_with(*name));
        text.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_matches([' ', '-', ':', ',', '/']).to_owned()
}

/// The name as this bank and this payer write it.
pub(super) fn name(dice: &mut Random, bank: &Bank, name: &str, is_person: bool, mangled: bool) -> String {
    let mut text = name.to_owned();
    if mangled {
        text = match (dice.below(8), is_person) {
            (0 | 1, true) => turned(name),
            (2 | 3, true) => initials(name),
            (0 | 1, false) => name.rsplit_once(' ').map_or(name, |(head, _)| head).to_owned(),
            (2, false) => name.split(' ').map(abbreviated).collect::<Vec<_>>().join(" "),
            (3, false) => name.split(' ').next().unwrap_or(name).to_owned(),
            (4, _) => name.split(' ').map(abbreviated).collect::<Vec<_>>().join(" "),
            (5, _) => name.replace(' ', ""),
            (6, _) => misspelt(dice, name),
            _ => name.chars().take(bank.width / 2 + 1).collect(),
        };
    }
    text.chars().take(bank.width).collect::<String>().trim().to_owned()
}

/// Surname first.
fn turned(name: &str) -> String {
    name.rsplit_once(' ')
        .map_or_else(|| name.to_owned(), |(first, last)| format!("{last} {first}"))
}

fn initials(name: &str) -> String {
    let Some((first, last)) = name.rsplit_once(' ') else {
        return name.to_owned();
    };
    let letters: String = first.split(' ').filter_map(|word| word.chars().next()).collect();
    format!("{letters} {last}")
}

/// Without the vowels behind its first letter.
fn abbreviated(word: &str) -> String {
    if word.chars().count() < 5 {
        return word.to_owned();
    }
    let kept = |(place, letter): &(usize, char)| *place == 0 || !"aeiouAEIOUäöüáéíóúåø".contains(*letter);
    word.chars()
        .enumerate()
        .filter(kept)
        .map(|(_, letter)| letter)
        .take(5)
        .collect()
}

/// One letter lost, doubled or swapped with its neighbour.
pub(super) fn misspelt(dice: &mut Random, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 4 {
        return text.to_owned();
    }
    let most = i64::try_from(letters.len()).unwrap_or(4) - 2;
    let place = usize::try_from(dice.between(1, most)).unwrap_or(1);
    match dice.below(3) {
        0 => {
            letters.remove(place);
        }
        1 => letters.insert(place, letters[place]),
        _ => letters.swap(place, place + 1),
    }
    letters.into_iter().collect()
}

/// The reference as it arrives.
pub(super) fn reference(dice: &mut Random, bank: &Bank, document: &str, mangled: bool) -> String {
    if document.contains(' ') {
        // Several documents are written one by one.
        let each: Vec<String> = document
            .split(' ')
            .map(|one| reference(dice, bank, one, mangled))
            .collect();
        return each.join(" ");
    }
    let digits: String = document.chars().filter(char::is_ascii_digit).collect();
    if mangled {
        return match dice.below(6) {
            0 if digits.len() > 4 => digits[digits.len() - 4..].to_owned(),
            1 => misspelt(dice, document),
            2 => misspelt(dice, &digits),
            3 => document
                .chars()
                .take(document.chars().count().saturating_sub(2).max(3))
                .collect(),
            4 => format!("{}{digits}", dice.pick(&["NR ", "REF", "NO.", "0"])),
            _ => spaced(&digits),
        };
    }
    match bank.structured {
        Structured::Creditor if dice.chance(500) => {
            let check = 10 + dice.below(89);
            format!("RF{check}{digits:0>12}")
        }
        Structured::Digits => format!("{digits:0>9}{}", checksum(&digits)),
        Structured::EndToEnd if dice.chance(400) => format!("EREF+{document}"),
        _ => match dice.below(4) {
            0 => digits,
            1 => document.replace(['-', '/', ' '], ""),
            _ => document.to_owned(),
        },
    }
}

fn spaced(digits: &str) -> String {
    let (head, tail) = digits.split_at(digits.len() / 2);
    format!("{head} {tail}")
}

/// The last digit of a customer identification number (weights 2 and 1).
fn checksum(digits: &str) -> u32 {
    let weighted = |(place, digit): (usize, char)| {
        let value = digit.to_digit(10).unwrap_or(0) * if place % 2 == 0 { 2 } else { 1 };
        value / 10 + value % 10
    };
    let sum: u32 = digits.chars().rev().enumerate().map(weighted).sum();
    (10 - sum % 10) % 10
}

/// Letters outside ASCII as banks write them.
pub(super) fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len() + 4);
    for letter in text.chars() {
        match letter {
            'ä' | 'æ' => plain.push_str("ae"),
            'Ä' | 'Æ' => plain.push_str("AE"),
            'ö' | 'ø' => plain.push_str("oe"),
            'Ö' | 'Ø' => plain.push_str("OE"),
            'ü' => plain.push_str("ue"),
            'Ü' => plain.push_str("UE"),
            'ß' => plain.push_str("ss"),
            'å' => plain.push_str("aa"),
            'á' | 'à' | 'â' | 'ã' | 'ą' => plain.push('a'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' => plain.push('e'),
            'í' | 'î' | 'ï' | 'ı' => plain.push('i'),
            'Í' => plain.push('I'),
            'ó' | 'ô' | 'õ' | 'ò' => plain.push('o'),
            'ú' | 'û' | 'ù' => plain.push('u'),
            'ñ' | 'ń' => plain.push('n'),
            'ç' | 'ć' => plain.push('c'),
            'ł' => plain.push('l'),
            'Ł' => plain.push('L'),
            'ś' => plain.push('s'),
            'ż' | 'ź' => plain.push('z'),
            'Ż' => plain.push('Z'),
            'É' => plain.push('E'),
            'Á' => plain.push('A'),
            letter if letter.is_ascii() => plain.push(letter),
            _ => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_close() {
        assert_eq!(fill("VIR {n} REF {r} {x}", &[('n', "ACME"), ('r', "")]), "VIR ACME REF");
        assert_eq!(fill("{n}", &[]), "");
    }

    #[test]
    fn letters_are_written_with_others() {
        assert_eq!(ascii("Großmann Yıldız Łukasz"), "Grossmann Yildiz Lukasz");
    }

    #[test]
    fn the_check_digit_is_that_of_the_standard() {
        assert_eq!(checksum("7992739871"), 3);
    }
}
