//! Names made of words that many contacts share: together they tell whom a line is about.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use crate::items;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use tieout_match::{Engine, Group, Input, Items, Prior, Settings, Tier};

const FIRST: [&str; 8] = [
    "Torri",
    "Piave",
    "Tirrenia",
    "Collina",
    "Adriatica",
    "Alfa",
    "Bellandi",
    "Ferrini",
];
const SECOND: [&str; 8] = [
    "Trasporti",
    "Marmi",
    "Tessuti",
    "Arredi",
    "Impianti",
    "Oleificio",
    "Ceramiche",
    "Meccanica",
];

fn push(items: &mut Items, day: Date, amount: i64, texts: (&str, &str)) -> u32 {
    items::push(items, day, amount, (texts.0, texts.1, ""))
}

/// Vendors who are all paid the same amount, twice each, over some weeks; half of it is not paid yet.
fn crowd(input: &mut Input, amount: i64) {
    for (number, (first, second)) in FIRST.iter().flat_map(|a| SECOND.map(|b| (*a, b))).enumerate() {
        for turn in 0..2 {
            let days = i64::try_from(number).unwrap() % 13 + turn * 14;
            let (day, name) = (
                date(2025, 9, 1).saturating_add(days.days()),
                format!("{first} {second}"),
            );
            push(&mut input.entries, day, amount, ("Fatt.", &name));
            if turn > 0 {
                let paid = day.saturating_add((1 + (days * 7) % 11).days());
                push(&mut input.lines, paid, amount, ("ADDEBITO VARI", ""));
            }
        }
    }
}

fn groups(input: &Input) -> Vec<Group> {
    let model = tieout_match::train(input, &Prior::default());
    let settings = Settings::new(date(2025, 11, 1));
    tieout_match::run(input, &model, &settings, &mut |_| ()).groups
}

fn of_line(groups: &[Group], line: u32) -> Option<(Vec<u32>, Vec<u32>)> {
    let found = groups
        .iter()
        .find(|group| group.lines.iter().any(|part| part.item == line))?;
    let items = |parts: &[tieout_match::Part]| {
        let mut items: Vec<u32> = parts.iter().map(|part| part.item).collect();
        items.sort_unstable();
        items
    };
    Some((items(&found.lines), items(&found.entries)))
}

#[test]
fn among_many_equal_amounts_two_shared_words_lead_to_their_contact() {
    let mut input = Input::default();
    crowd(&mut input, -73_000);
    // The nearest by date are all of others.
    let entry = push(
        &mut input.entries,
        date(2025, 10, 20),
        -73_000,
        ("Fatt.", "Piave Marmi"),
    );
    for day in 0..5 {
        let others = date(2025, 10, 26).saturating_add(day.days());
        for second in ["Trasporti", "Tessuti", "Arredi"] {
            let name = format!("Torri {second}");
            push(&mut input.entries, others, -73_000, ("Fatt.", &name));
        }
    }
    let line = push(
        &mut input.lines,
        date(2025, 10, 29),
        -73_000,
        ("DISPOSIZIONE A PIAVE MARMI", ""),
    );
    let engine = Engine::new(&input);
    let model = engine.train(&Prior::default());
    let candidates = engine.candidates(&model, &Settings::new(date(2025, 11, 1)));
    assert!(candidates.contains(&(line, entry)), "{candidates:?}");
}

#[test]
fn several_payments_of_several_invoices_are_found_by_such_a_name() {
    let mut input = Input::default();
    crowd(&mut input, -73_000);
    let day = date(2025, 10, 20);
    let mut entries = Vec::new();
    for (later, amount) in [(0, -224_947), (1, -301_892), (1, -86_515)] {
        let name = ("Fatt.", "Tirrenia Tessuti");
        entries.push(push(&mut input.entries, day.saturating_add(later.days()), amount, name));
    }
    let mut lines = Vec::new();
    for (later, amount) in [(3, -394_379), (4, -218_975)] {
        let text = ("BONIFICO VS DISP TIRRENIA TESSUTI", "");
        lines.push(push(&mut input.lines, day.saturating_add(later.days()), amount, text));
    }
    let expected = Some((lines.clone(), entries));
    assert_eq!(of_line(&groups(&input), lines[0]), expected);
}

#[test]
fn a_name_without_blanks_is_told_by_its_words_whatever_their_number() {
    for shown in ["TRETORRITESSUTI", "TRETORRITESSUTISA", "TRETORRITESSU"] {
        let mut input = Input::default();
        crowd(&mut input, -73_000);
        let entry = push(
            &mut input.entries,
            date(2025, 10, 8),
            -73_000,
            ("Fatt.", "Tre Torri Tessuti"),
        );
        let line = push(
            &mut input.lines,
            date(2025, 10, 10),
            -73_000,
            (&format!("ADDEBITO {shown}"), ""),
        );
        assert_eq!(
            of_line(&groups(&input), line),
            Some((vec![line], vec![entry])),
            "{shown}"
        );
    }
}

#[test]
fn a_shared_word_of_a_name_speaks_against_contacts_that_do_not_bear_it() {
    let mut input = Input::default();
    crowd(&mut input, -73_000);
    // Of the right name but of days before, beside others of the second word and the very day.
    let (day, shown) = (date(2025, 10, 20), "ADDEBITO ALFA MARMI");
    let line = push(&mut input.lines, day, -41_000, (shown, ""));
    let entry = push(&mut input.entries, date(2025, 10, 13), -41_000, ("Fatt.", "Alfa Marmi"));
    for first in FIRST.iter().filter(|first| **first != "Alfa").take(4) {
        push(&mut input.entries, day, -41_000, ("Fatt.", &format!("{first} Marmi")));
    }
    assert_eq!(of_line(&groups(&input), line), Some((vec![line], vec![entry])));
}

/// Payments of many amounts, each with the name of its contact in full and found a few days later.
fn usual() -> Input {
    let mut input = Input::default();
    for (number, (first, second)) in FIRST.iter().flat_map(|a| SECOND.map(|b| (*a, b))).enumerate() {
        let number = i64::try_from(number).unwrap();
        let (day, amount) = (
            date(2025, 9, 1).saturating_add((number % 40).days()),
            -10_007 - 311 * number,
        );
        let name = format!("{first} {second}");
        push(&mut input.entries, day, amount, ("Fatt.", &name));
        let paid = day.saturating_add((1 + number % 4).days());
        push(
            &mut input.lines,
            paid,
            amount,
            (&format!("BONIFICO {}", name.to_uppercase()), ""),
        );
    }
    input
}

#[test]
fn a_word_of_a_name_says_nothing_in_the_whole_name_of_another_contact() {
    // Beside an entry of a contact that shares a word there is one of nobody, of the day before.
    let taken = |text: &str| {
        let mut input = usual();
        let named = push(
            &mut input.entries,
            date(2025, 9, 20),
            -77_777,
            ("Fatt.", "Piave Tessuti"),
        );
        let nobodys = push(&mut input.entries, date(2025, 9, 19), -77_777, ("Fatt.", ""));
        let line = push(&mut input.lines, date(2025, 9, 23), -77_777, (text, ""));
        let (_, entries) = of_line(&groups(&input), line).unwrap();
        (entries == [named], entries == [nobodys])
    };
    for own in ["BONIFICO PIAVE TESSUTI", "BONIFICO PIAVE TESS", "BONIFICO TESSUTI"] {
        assert_eq!(taken(own), (true, false), "{own}");
    }
    for others in ["BONIFICO ALFA TESSUTI", "BONIFICO PIAVE ARREDI"] {
        assert_eq!(taken(others), (false, true), "{others}");
    }
}

#[test]
fn a_number_that_lost_a_digit_or_has_one_too_many_is_still_that_of_its_bill() {
    for written in ["56851337", "5685337", "566851337", "56851 337", "056851337"] {
        let mut input = usual();
        let bill = |input: &mut Input, day: i8, number: &str| {
            let texts = (format!("Fatt. {number}"), "Piave Tessuti");
            push(&mut input.entries, date(2025, 9, day), -77_777, (&texts.0, texts.1))
        };
        // By the days alone it would be the other one.
        let (other, own) = (bill(&mut input, 13, "12714113"), bill(&mut input, 15, "56851337"));
        let texts = ("BONIFICO PIAVE TESSUTI", "", written);
        let first = items::push(&mut input.lines, date(2025, 9, 16), -77_777, texts);
        let second = push(
            &mut input.lines,
            date(2025, 9, 17),
            -77_777,
            ("BONIFICO PIAVE TESSUTI", ""),
        );
        let groups = groups(&input);
        assert_eq!(of_line(&groups, first), Some((vec![first], vec![own])), "{written}");
        assert_eq!(of_line(&groups, second), Some((vec![second], vec![other])), "{written}");
    }
}

#[test]
fn a_name_without_its_vowels_is_told_though_its_end_is_cut() {
    // By the days alone it would be the one of nobody.
    let taken = |text: &str| {
        let mut input = usual();
        let named = push(
            &mut input.entries,
            date(2025, 9, 15),
            -77_777,
            ("Fatt.", "Ferramenta Brescia"),
        );
        push(&mut input.entries, date(2025, 9, 20), -77_777, ("Fatt.", ""));
        let line = push(&mut input.lines, date(2025, 9, 21), -77_777, (text, ""));
        of_line(&groups(&input), line).is_some_and(|(_, entries)| entries == [named])
    };
    for written in ["BONIFICO FRRMNT", "BONIFICO FRRMN", "BONIFICO FRMN BRSC"] {
        assert!(taken(written), "{written}");
    }
    // Too short, or cut with its vowels, or another.
    for written in ["BONIFICO FRM", "BONIFICO FRAMN", "BONIFICO FRMNZ"] {
        assert!(!taken(written), "{written}");
    }
}

#[test]
fn a_word_that_lines_have_far_more_often_than_entries_is_no_cut_name() {
    let mut input = usual();
    // `ADD` is the bank's.
    for number in 0..12 {
        let (day, amount) = (
            date(2025, 9, 2).saturating_add((2 * number).days()),
            -50_003 - 407 * number,
        );
        push(&mut input.entries, day, amount, ("Fatt.", ""));
        push(
            &mut input.lines,
            day.saturating_add(1.days()),
            amount,
            ("ADD CONTO", ""),
        );
    }
    push(
        &mut input.entries,
        date(2025, 9, 15),
        -77_777,
        ("Fatt.", "Addario Conserve"),
    );
    let near = push(
        &mut input.entries,
        date(2025, 9, 20),
        -77_777,
        ("Fatt.", "Piave Tessuti"),
    );
    let line = push(&mut input.lines, date(2025, 9, 21), -77_777, ("ADD CONTO", ""));
    assert_eq!(of_line(&groups(&input), line), Some((vec![line], vec![near])));
}

#[test]
fn of_many_equal_amounts_all_of_the_days_before_are_compared() {
    let mut input = usual();
    for day in 0..40 {
        let earlier = date(2025, 8, 1).saturating_add(day.days());
        push(&mut input.entries, earlier, -5_000, ("Fatt.", ""));
    }
    let week = (0..24).map(|number| {
        let day = date(2025, 9, 18).saturating_add((number % 6).days());
        push(&mut input.entries, day, -5_000, ("Fatt.", ""))
    });
    let week: Vec<u32> = week.collect();
    let line = push(&mut input.lines, date(2025, 9, 24), -5_000, ("ADDEBITO VARI", ""));
    let engine = Engine::new(&input);
    let model = engine.train(&Prior::default());
    let candidates = engine.candidates(&model, &Settings::new(date(2025, 11, 1)));
    assert!(
        week.iter().all(|entry| candidates.contains(&(line, *entry))),
        "{candidates:?}"
    );
}

/// Payments to three vendors of the same amounts and days, of whom the bank calls one otherwise than the books do.
fn called(by_bank: &str, payments: usize) -> (Input, Vec<u32>, Vec<u32>) {
    let mut input = usual();
    let (mut lines, mut own) = (Vec::new(), Vec::new());
    for number in 0..payments {
        let weeks = i64::try_from(number).unwrap();
        let day = date(2025, 9, 3).saturating_add((7 * weeks).days());
        let amount = -61_003 - 517 * weeks;
        own.push(push(&mut input.entries, day, amount, ("Fatt.", "Salumificio Orsini")));
        // Of each amount another vendor has an entry, and never the same one twice.
        let other = format!("Officina {}", ["Vezzali", "Quaglia", "Montanari", "Pedrotti"][number]);
        push(&mut input.entries, day, amount, ("Fatt.", &other));
        let paid = day.saturating_add(2.days());
        lines.push(push(&mut input.lines, paid, amount, (by_bank, "")));
    }
    (input, lines, own)
}

#[test]
fn the_contact_that_all_payments_of_a_name_can_belong_to_is_the_one() {
    let found = |by_bank: &str, payments: usize| {
        let (input, lines, own) = called(by_bank, payments);
        let groups = groups(&input);
        let is_own = |(line, entry): (&u32, &u32)| of_line(&groups, *line).is_some_and(|(_, of)| of == [*entry]);
        lines.iter().zip(&own).filter(|pair| is_own(*pair)).count()
    };
    assert_eq!(found("BONIFICO A DEVOTI WILMER", 4), 4);
    // Without a name nothing tells one from the other.
    assert!(found("BONIFICO", 4) < 4);
}

#[test]
fn one_letter_in_common_is_no_name() {
    let mut input = usual();
    let day = date(2025, 9, 15);
    for name in ["Amy Jones", "Carl Weiss"] {
        push(&mut input.entries, day, -843_721, ("Fatt.", name));
    }
    let paid = day.saturating_add(1.days());
    let lines = ["TRANSFER J SMITH", "TRANSFER P BROWN"].map(|text| push(&mut input.lines, paid, -843_721, (text, "")));
    let groups = groups(&input);
    let is_automatic = |line: &u32| {
        let has = |group: &&Group| group.lines.iter().any(|part| part.item == *line);
        groups
            .iter()
            .find(has)
            .is_some_and(|group| group.tier == Tier::Automatic)
    };
    assert!(!lines.iter().any(is_automatic), "{groups:?}");
}
