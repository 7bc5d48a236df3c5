//! A world in the making: both sides, the dice, and what was handed out so far.

use super::bank::{self, Told, Voice};
use super::business::{Business, Kind};
use super::contacts::{self, Contacts, Numbers};
use super::level::{Level, level};
use super::mangle;
use super::{Configuration, Item, Shows};
use crate::random::Random;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// No contact.
pub(super) const NOBODY: u32 = u32::MAX;

pub(super) struct Making {
    pub(super) dice: Random,
    pub(super) business: &'static Business,
    pub(super) level: &'static Level,
    pub(super) days: i64,
    pub(super) start: Date,
    pub(super) contacts: Contacts,
    pub(super) entries: Vec<Item>,
    pub(super) lines: Vec<Item>,
    pub(super) open_items: Vec<Item>,
    /// Subtype of each group.
    pub(super) groups: Vec<&'static str>,
    pub(super) document: u64,
    prefix: &'static str,
    pub(super) check: u64,
    pub(super) card: String,
    prices: Vec<i64>,
    /// Days of the deposits that show no slip.
    pub(super) piles: Vec<(Date, Date)>,
    /// Sales, takings, paydays and payouts that happened.
    pub(super) series: [i64; 4],
}

/// An entry of the books.
pub(super) struct Entry<'a> {
    pub(super) date: Date,
    pub(super) amount: i64,
    pub(super) templates: &'static [&'static str],
    pub(super) contact: u32,
    pub(super) name: &'a str,
    pub(super) document: &'a str,
    pub(super) check: &'a str,
}

/// A line of the bank.
pub(super) struct Line<'a> {
    pub(super) date: Date,
    pub(super) amount: i64,
    pub(super) voice: Voice,
    pub(super) contact: u32,
    pub(super) name: &'a str,
    pub(super) document: &'a str,
    pub(super) foreign: &'a str,
    /// Day of the purchase.
    pub(super) day: Date,
}

impl Making {
    pub(super) fn new(business: &'static Business, wanted: &Configuration) -> Self {
        let mut dice = Random::new(wanted.seed.wrapping_mul(0x5851_F42D) ^ name_hash(business.name));
        dice.next_bits();
        let level = level(wanted.difficulty);
        // Larger businesses are busier days of the same months, so that equal amounts multiply as in life.
        let days = if wanted.lines < 3_000 { 90 } else { 180 };
        let months = usize::try_from(days / 30).unwrap_or(3);
        let weight: u64 = business.mix.iter().map(|(_, weight)| weight).sum();
        let share = |kinds: &[Kind]| {
            let part: u64 = business
                .mix
                .iter()
                .filter(|(kind, _)| kinds.contains(kind))
                .map(|(_, weight)| weight)
                .sum();
            wanted.lines * usize::try_from(part).unwrap_or(0) / usize::try_from(weight).unwrap_or(1)
        };
        let numbers = Numbers {
            customers: (wanted.lines / 14).clamp(14, 30_000),
            suppliers: (wanted.lines / 25).clamp(12, 12_000),
            people: share(&[Kind::Rent, Kind::Member, Kind::Donation]).div_ceil(months) + 2,
            staff: business.staff + wanted.lines / 400,
            standing: share(&[Kind::Standing]).div_ceil(months) + 2,
        };
        let mut contacts = contacts::invent(&mut dice, business.locale, level, &numbers);
        let start = date(2024, 1, 1).saturating_add(dice.between(0, 700).days());
        let steps = (wanted.lines / 60).clamp(18, 160);
        let (low, high) = business.amounts;
        let prices = (0..steps).map(|_| price(&mut dice, low, high)).collect();
        let prefix = *dice.pick(business.locale.wording.numbers);
        let (document, check, card) = (
            dice.below(90_000),
            dice.below(9_000),
            dice.between(1_000, 9_999).to_string(),
        );
        for contact in &mut contacts.all {
            contact.amount = 0;
        }
        Self {
            dice,
            business,
            level,
            days,
            start,
            contacts,
            entries: Vec::new(),
            lines: Vec::new(),
            open_items: Vec::new(),
            groups: Vec::new(),
            document: 2_000 + document,
            prefix,
            check: 1_000 + check,
            card,
            prices,
            piles: Vec::new(),
            series: [0; 4],
        }
    }

    /// A new group; what is added from now on belongs to it.
    pub(super) fn group(&mut self, subtype: &'static str) {
        self.groups.push(subtype);
    }

    pub(super) fn entry(&mut self, entry: &Entry<'_>) {
        // Sales and wages come from other programs, which forget less than people.
        let imported = ["processor_payout", "payroll_batch"].contains(&self.subtype());
        let rate = |per_mille: u64| if imported { per_mille / 10 } else { per_mille };
        let known = !self.dice.chance(rate(self.level.entry_nameless));
        // The number of a slip or a run is written on all of its entries, or on none.
        let of_batch = ["batch_deposit", "bulk_payment"].contains(&self.subtype());
        let unnumbered = if of_batch { 0 } else { rate(self.level.entry_unnumbered) };
        let numbered = !self.dice.chance(unnumbered);
        let full = if entry.contact == NOBODY {
            entry.name
        } else {
            &self.contacts.all[entry.contact as usize].name
        };
        let full = full.to_owned();
        let short = match full.rsplit_once(' ') {
            Some((head, _)) if self.dice.chance(180) => head.to_owned(),
            _ => full.clone(),
        };
        let template = *self.dice.pick(entry.templates);
        let month = entry.date.month().to_string();
        let shown = if numbered { entry.document } else { "" };
        // Whoever leaves the column empty mostly has the name in the description.
        let written = if known || self.dice.chance(800) {
            short.as_str()
        } else {
            ""
        };
        let mut text = mangle::fill(template, &[('n', written), ('r', shown), ('m', &month)]);
        if self.dice.chance(rate(self.level.typo)) {
            text = mangle::misspelt(&mut self.dice, &text);
        }
        let check = if numbered || self.dice.chance(800) {
            entry.check
        } else {
            ""
        };
        let item = Item {
            account: 0,
            date: entry.date,
            value_date: None,
            amount: entry.amount,
            text,
            name: if known { full } else { String::new() },
            reference: shown.to_owned(),
            check: check.to_owned(),
            kind: "",
            group: self.current(),
            subtype: self.subtype(),
            exception: "",
            alike: 0,
            shows: Shows {
                name: known || !written.is_empty() && template.contains("{n}"),
                reference: !shown.is_empty() || !check.is_empty(),
            },
            transfer: None,
            contact: entry.contact,
        };
        self.entries.push(item);
    }

    pub(super) fn line(&mut self, line: &Line<'_>) {
        let date = working_day(line.date);
        let (name, is_person) = match self.contacts.all.get(line.contact as usize) {
            Some(contact) => (contact.at_bank.clone(), contact.is_person),
            None => (line.name.to_owned(), false),
        };
        let day = format!("{:02}{:02}", line.day.day(), line.day.month());
        let told = Told {
            voice: line.voice,
            name: &name,
            is_person,
            document: line.document,
            certain: line.voice == Voice::Check,
            foreign: line.foreign,
            day: &day,
            incoming: line.amount > 0,
        };
        let telling = bank::tell(self, &told);
        let shift = *self.dice.pick(&[0, 0, 0, 0, 0, 1, -1]);
        let item = Item {
            account: 0,
            date,
            value_date: Some(date.saturating_add(shift.days())),
            amount: line.amount,
            text: telling.text,
            name: String::new(),
            reference: telling.reference,
            check: String::new(),
            kind: telling.kind,
            group: self.current(),
            subtype: self.subtype(),
            exception: "",
            alike: 0,
            shows: Shows {
                name: telling.shows_name,
                reference: telling.shows_reference,
            },
            transfer: None,
            contact: line.contact,
        };
        self.lines.push(item);
    }

    fn current(&self) -> Option<u32> {
        u32::try_from(self.groups.len()).ok()?.checked_sub(1)
    }

    fn subtype(&self) -> &'static str {
        self.groups.last().copied().unwrap_or_default()
    }

    /// Any day from some time before the period to its end.
    pub(super) fn day(&mut self, before: i64) -> Date {
        let day = self.dice.between(-before, self.days);
        self.start.saturating_add(day.days())
    }

    /// Last day of the period.
    pub(super) fn end(&self) -> Date {
        self.start.saturating_add((self.days - 1).days())
    }

    /// Days from the entry to the line.
    pub(super) fn lag(&mut self) -> i64 {
        *self.dice.pick(self.level.lags)
    }

    /// The day the books write for what happened on `day` and reached the bank on `at_bank`.
    pub(super) fn written(&mut self, day: Date, at_bank: Date) -> Date {
        if self.dice.chance(self.level.late) {
            return at_bank.saturating_add(self.dice.between(1, 9).days());
        }
        day
    }

    /// A usual amount of this business; the harder the books, the more often it stands on the price list.
    pub(super) fn amount(&mut self) -> i64 {
        if self.dice.chance(self.level.listed) {
            let most = self.prices.len() as u64;
            let within = self.dice.below(most) + 1;
            return self.prices[usize::try_from(self.dice.below(within)).unwrap_or(0)];
        }
        let (low, high) = self.business.amounts;
        spread(&mut self.dice, low, high)
    }

    /// Number of our next document.
    pub(super) fn number(&mut self) -> String {
        self.document += 1 + self.dice.below(3);
        format!("{}{:05}", self.prefix, self.document)
    }

    /// Number of a document that a contact wrote.
    pub(super) fn number_of(&mut self, contact: u32) -> String {
        let (prefix, length) = self.contacts.all[contact as usize].numbers;
        let digits: u64 = (0..length).fold(0, |digits, _| digits * 10 + self.dice.below(10));
        format!("{prefix}{digits:0length$}")
    }

    /// One of a list, the first ones more often than the last.
    pub(super) fn often(&mut self, list: fn(&Contacts) -> &Vec<u32>) -> u32 {
        let most = list(&self.contacts).len() as u64;
        let within = self.dice.below(most) + 1;
        let place = self.dice.below(within);
        list(&self.contacts)[usize::try_from(place).unwrap_or(0)]
    }
}

/// Spread evenly over the orders of magnitude; a quarter is round.
fn spread(dice: &mut Random, low: i64, high: i64) -> i64 {
    let mut top = low;
    let mut steps = 0;
    while top < high {
        top *= 2;
        steps += 1;
    }
    let chosen = dice.between(0, (steps - 1).max(0));
    let from = low << chosen;
    let amount = dice.between(from, (from * 2).min(high).max(from + 1));
    match dice.below(8) {
        0 => (amount / 100).max(1) * 100,
        1 => (amount / 1_000).max(1) * 1_000,
        _ => amount,
    }
}

/// A price as lists have them.
fn price(dice: &mut Random, low: i64, high: i64) -> i64 {
    let amount = spread(dice, low, high);
    match dice.below(4) {
        0 => (amount / 100).max(1) * 100 - 1,
        1 => (amount / 500).max(1) * 500,
        2 => (amount / 1_000).max(1) * 1_000,
        _ => (amount / 100).max(1) * 100 - 5,
    }
}

/// Banks book from Monday to Friday.
pub(super) fn working_day(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => day.saturating_add(2.days()),
        Weekday::Sunday => day.saturating_add(1.days()),
        _ => day,
    }
}

fn name_hash(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}
