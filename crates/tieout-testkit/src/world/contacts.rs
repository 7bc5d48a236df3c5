//! The other sides: customers, suppliers, tenants, staff, shops.

use super::level::Level;
use super::vocabulary::Locale;
use crate::random::Random;

/// Somebody the business deals with.
#[derive(Debug, Clone)]
pub(super) struct Contact {
    /// As the books write it.
    pub(super) name: String,
    /// As it is called at its bank.
    pub(super) at_bank: String,
    pub(super) is_person: bool,
    /// Customer number, flat, contract.
    pub(super) code: String,
    /// Beginning of its document numbers, and how long they are.
    pub(super) numbers: (&'static str, usize),
    /// Of what is paid each month.
    pub(super) amount: i64,
    pub(super) day: i64,
    pub(super) months: i64,
}

/// Several kinds of them.
#[derive(Debug, Clone, Default)]
pub(super) struct Contacts {
    pub(super) all: Vec<Contact>,
    pub(super) customers: Vec<u32>,
    pub(super) suppliers: Vec<u32>,
    /// Tenants, members, donors.
    pub(super) people: Vec<u32>,
    pub(super) staff: Vec<u32>,
    pub(super) shops: Vec<u32>,
    /// Paid each month.
    pub(super) standing: Vec<u32>,
}

/// How many of each.
pub(super) struct Numbers {
    pub(super) customers: usize,
    pub(super) suppliers: usize,
    pub(super) people: usize,
    pub(super) staff: usize,
    pub(super) standing: usize,
}

/// Invents them.
pub(super) fn invent(dice: &mut Random, locale: &'static Locale, level: &Level, numbers: &Numbers) -> Contacts {
    let mut contacts = Contacts::default();
    let mut add = |dice: &mut Random, is_person: bool, list: &mut Vec<u32>| {
        let name = if is_person {
            person(dice, locale)
        } else {
            company(dice, locale)
        };
        let at_bank = if dice.chance(level.alias) {
            // A parent, a spouse, a collecting agency.
            if dice.chance(500) {
                company(dice, locale)
            } else {
                person(dice, locale)
            }
        } else {
            name.clone()
        };
        list.push(u32::try_from(contacts.all.len()).unwrap_or(u32::MAX));
        let code = code(dice);
        let prefix = *dice.pick(&["", "", "B", "R-", "INV", "24", "F-", "X/"]);
        let length = usize::try_from(dice.between(4, 8)).unwrap_or(5);
        contacts.all.push(Contact {
            name,
            at_bank,
            is_person,
            code,
            numbers: (prefix, length),
            amount: 0,
            day: dice.between(0, 27),
            months: 0,
        });
    };
    let mut lists: [Vec<u32>; 5] = Default::default();
    let wanted = [
        (numbers.customers, 250),
        (numbers.suppliers, 80),
        (numbers.people, 930),
        (numbers.staff, 1_000),
        (numbers.standing, 0),
    ];
    for (list, (count, people)) in lists.iter_mut().zip(wanted) {
        for _ in 0..count {
            let is_person = dice.chance(people);
            add(dice, is_person, list);
        }
    }
    [
        contacts.customers,
        contacts.suppliers,
        contacts.people,
        contacts.staff,
        contacts.standing,
    ] = lists;
    for shop in locale.merchants {
        contacts
            .shops
            .push(u32::try_from(contacts.all.len()).unwrap_or(u32::MAX));
        contacts.all.push(Contact {
            name: (*shop).to_owned(),
            at_bank: (*shop).to_owned(),
            is_person: false,
            code: String::new(),
            numbers: ("", 6),
            amount: 0,
            day: 0,
            months: 0,
        });
    }
    contacts
}

fn person(dice: &mut Random, locale: &Locale) -> String {
    let first = *dice.pick(locale.first);
    let last = if dice.chance(400) {
        (*dice.pick(locale.last)).to_owned()
    } else {
        blend(dice, locale.last)
    };
    match dice.below(4) {
        0 => {
            let letter = char::from(b'A' + u8::try_from(dice.below(26)).unwrap_or(0));
            format!("{first} {letter}. {last}")
        }
        _ => format!("{first} {last}"),
    }
}

fn company(dice: &mut Random, locale: &Locale) -> String {
    let head = match dice.below(5) {
        0 => blend(dice, locale.last),
        1 => blend(dice, locale.heads),
        _ => (*dice.pick(locale.heads)).to_owned(),
    };
    let (trade, form) = (*dice.pick(locale.trades), *dice.pick(locale.forms));
    format!("{head} {trade} {form}").trim().to_owned()
}

/// A name of the beginning of one and the end of another: there are more names than any list has.
fn blend(dice: &mut Random, names: &[&str]) -> String {
    let (a, b) = (*dice.pick(names), *dice.pick(names));
    let half = |name: &str| name.chars().count().div_ceil(2);
    let head: String = a.chars().take(half(a)).collect();
    let tail: String = b.chars().skip(half(b)).collect();
    format!("{}{}", head.trim_end(), tail.trim_start().to_lowercase())
}

fn code(dice: &mut Random) -> String {
    let letter = char::from(b'A' + u8::try_from(dice.below(8)).unwrap_or(0));
    match dice.below(3) {
        0 => format!("{}{letter}", dice.between(1, 240)),
        1 => format!("C{}", dice.between(10_000, 99_999)),
        _ => dice.between(100_000, 999_999).to_string(),
    }
}
