//! How much speaks for a line and an entry being the same payment, piece by piece, in hundredths of a bit.
//!
//! Each piece is the log2 of how much more likely it is among pairs that belong together than among any two; their sum
//! with the prior is the log odds against the line having no entry (Fellegi and Sunter's model). Pieces that depend on
//! each other are not added in full: of the words of a name the rarest counts, the others half.

use crate::arith::{Bits, count, log2, log2_ratio, working_day};
use crate::books::{Books, Card, Face, Sign};
use crate::columns::at;
use crate::days_shown::DaySays;
use crate::facing::{ANOTHER, Facing, names_others};
use crate::hashing::Map;
use crate::lags::{LagSays, LagTables};
use crate::limits;
use crate::model::Model;
use crate::openings::Agreement;
use crate::residuals::{Currencies, Difference, Relation, relation};
use crate::roll::{Position, distribution};
use crate::settings::Settings;
use crate::vocabulary::TokenId;

/// The pieces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Weights {
    /// Against any entry of the account, before anything is looked at.
    pub(crate) prior: Bits,
    /// Equal amounts, or amounts that differ for a reason.
    pub(crate) amount: Bits,
    /// Days apart.
    pub(crate) date: Bits,
    /// Numbers and codes in common, or in conflict.
    pub(crate) reference: Bits,
    /// Check numbers, equal or not.
    pub(crate) check: Bits,
    /// Names.
    pub(crate) name: Bits,
    /// The bank's type of line and the kind of business.
    pub(crate) kind: Bits,
    /// How the amounts relate.
    pub(crate) relation: Relation,
    /// The date fits only if it was mistyped.
    pub(crate) date_error: bool,
    /// Taken off because the same comes again and again, and the days do not fit.
    pub(crate) recurrence: Bits,
    /// Taken off because the amounts do not agree and no text does: without one, two digits that fit are no evidence.
    pub(crate) unsupported: Bits,
}

impl Weights {
    /// The sum.
    pub(crate) fn total(&self) -> Bits {
        self.prior
            + self.amount
            + self.date
            + self.reference
            + self.check
            + self.name
            + self.kind
            + self.recurrence
            + self.unsupported
    }

    /// What the texts say, without amount and date.
    pub(crate) fn texts(&self) -> Bits {
        self.reference + self.check + self.name
    }
}

/// Weighs pairs.
#[derive(Debug, Clone)]
pub(crate) struct Judge<'a> {
    pub(crate) books: &'a Books,
    pub(crate) model: &'a Model,
    pub(crate) settings: &'a Settings,
    lags: LagTables,
    day_says: DaySays,
    relations: [Bits; Relation::ALL.len()],
    foreign_relations: [Bits; Relation::ALL.len()],
    /// How likely each size of a difference is, where enough is known; how far texts agree.
    differences: [Option<[Bits; Difference::COUNT]>; Relation::ALL.len()],
    openings: [Bits; Agreement::COUNT],
    /// Per business of entries, and per template of lines: how often they are matched.
    entry_rates: Vec<Bits>,
    pub(crate) line_rates: Vec<Bits>,
    /// Names of contacts that the bank calls otherwise, by their hashes.
    pub(crate) aliased: Map<u64, u32>,
    /// For each share of entries that take as long, in per mille: what recurring payments may score.
    recurring: Vec<Bits>,
    /// Whether these books note check numbers at all; where they do not, a missing one says nothing.
    notes_checks: bool,
}

/// Odds against the entry of a line having been forgotten.
const FORGOTTEN: Bits = 660;
/// What texts must say for amounts that do not agree.
const SUPPORT: Bits = 200;
/// What it costs if they do not.
const UNSUPPORTED: Bits = -500;
/// Cost of a date that fits only when corrected.
const DATE_ERROR: Bits = -650;
/// One of two entries that are the same has no line; a line that says nothing of them rather is another's.
const TWIN: Bits = -300;

impl<'a> Judge<'a> {
    /// Makes ready what every pair needs.
    pub(crate) fn new(books: &'a Books, model: &'a Model, settings: &'a Settings) -> Self {
        let entry_rate = |business: &u64| model.entry_rates.weigh(*business, model.matched_per_mille);
        let line_rate = |template: &u64| model.line_rates.weigh(*template, model.matched_per_mille);
        Self {
            books,
            model,
            settings,
            aliased: model.aliases.classes(books),
            lags: model.lag_tables(books.span),
            day_says: model.days_shown.says(books.span),
            relations: model.relation_weights(Currencies::One),
            foreign_relations: model.relation_weights(Currencies::Foreign),
            differences: model.difference_weights(),
            openings: model.opening_weights(),
            entry_rates: books.businesses.hashes.iter().map(entry_rate).collect(),
            line_rates: books.templates.hashes.iter().map(line_rate).collect(),
            recurring: (0..=1000).map(|tail| FORGOTTEN + log2_ratio(tail, 1000)).collect(),
            notes_checks: books.entries.checks.iter().any(|check| *check != 0),
        }
    }

    /// The weights of a pair; `None` if it is out of the question.
    pub(crate) fn weigh(&self, facing: &mut Facing, entry: Position) -> Option<Weights> {
        let card = self.books.card(entry);
        self.weigh_card(facing, entry, &card, at(&self.books.face_signs, card.face))
    }

    /// The same with the entry's card and the sign of its face, where they were fetched before.
    pub(crate) fn weigh_card(&self, facing: &mut Facing, entry: Position, card: &Card, sign: Sign) -> Option<Weights> {
        if card.account != facing.account || self.is_forbidden(facing.line, entry) {
            return None;
        }
        let currencies = if facing.is_foreign || card.is_foreign {
            Currencies::Foreign
        } else {
            Currencies::One
        };
        let relation = if facing.amount == card.amount {
            Relation::Equal
        } else {
            relation(facing.amount, card.amount, currencies, self.settings)?
        };
        let (apart, date_error) = self.date_of(facing.day, card)?;
        let date = match facing.day_shown {
            Some(shown) => self.day_says.with(shown, card.day, apart),
            None => apart,
        };
        let mut weights = Weights {
            prior: facing.rate + at(&self.entry_rates, card.business) - facing.size,
            amount: self.most_of_amount(facing, relation, currencies),
            date,
            reference: self.reference(facing, entry),
            check: self.check(facing.check, card.check),
            name: self
                .name_of(facing, card.face, sign)
                .max(self.opening(facing.line, entry)),
            kind: self.kind_with(facing, card.business),
            relation,
            date_error,
            recurrence: 0,
            unsupported: 0,
        };
        // A foreign currency is a text that accounts for a difference.
        let accounted = relation == Relation::Exchange && currencies == Currencies::Foreign;
        if relation != Relation::Equal && !accounted && weights.texts() < SUPPORT {
            weights.unsupported = UNSUPPORTED;
        }
        if card.is_twice() && weights.texts() <= 0 {
            weights.prior += TWIN;
        }
        // Even if no other entry had such an amount, it would not be enough.
        if relation.is_near() && weights.total() < limits::LOWEST_SCORE {
            return None;
        }
        weights.amount = self.amount(facing, card, relation, currencies);
        weights.recurrence = self
            .recurrence(facing, entry, card)
            .saturating_sub(weights.total())
            .min(0);
        Some(weights)
    }

    /// The most that a pair may score whose payment comes again and again, when another time would fit as well. That
    /// contact, amount and contract fit says nothing then; the alternative is not a coincidence but a line whose own
    /// entry was forgotten, and against that only the days speak.
    fn recurrence(&self, facing: &Facing, entry: Position, card: &Card) -> Bits {
        const USUAL_PER_MILLE: u32 = 100;
        let Some(interval) = card.interval_days() else {
            return Bits::MAX;
        };
        let days = facing.day.saturating_sub(card.day);
        let tail = self.tail_per_mille(facing.line, entry);
        let regular = tail >= USUAL_PER_MILLE || days.unsigned_abs() < interval.div_ceil(2);
        if regular
            || self
                .shared_numbers(facing, entry)
                .any(|(number, _)| self.books.entries.frequency(number) == 1)
        {
            return Bits::MAX;
        }
        // An entry that lies ahead waits for its own line; one that lies back should have had it.
        let waiting = if days < 0 { 0 } else { self.model.matched_odds() };
        at(&self.recurring, tail.min(1000)) + waiting
    }

    /// How many of a thousand entries of its kind take as long as this one or longer, or lie as far ahead of their line.
    pub(crate) fn tail_per_mille(&self, line: Position, entry: Position) -> u32 {
        self.lag(line, entry).tail
    }

    /// The same by what these books have shown, nearly whatever is usual elsewhere.
    pub(crate) fn tail_here_per_mille(&self, line: Position, entry: Position) -> u32 {
        self.lag(line, entry).tail_here
    }

    fn lag(&self, line: Position, entry: Position) -> LagSays {
        let (lines, entries) = (&self.books.lines, &self.books.entries);
        let working_days = lines.working_day(line).saturating_sub(entries.working_day(entry));
        self.lags.of(entries.distribution(entry), working_days)
    }

    /// How many of a thousand entries of its kind take so many working days or more.
    pub(crate) fn later_per_mille(&self, entry: Position, working_days: i32) -> u32 {
        self.lags.of(self.books.entries.distribution(entry), working_days).tail
    }

    /// The numbers of the books that the line shows and the entry has, with their weight.
    pub(crate) fn shared_numbers<'f>(
        &'f self,
        facing: &'f Facing,
        entry: Position,
    ) -> impl Iterator<Item = (TokenId, Bits)> + 'f {
        common(&facing.numbers, self.books.entries.numbers.row(entry))
    }

    /// The words of the contact's name that the line shows.
    pub(crate) fn shared_names<'f>(
        &'f self,
        facing: &'f mut Facing,
        entry: Position,
    ) -> impl Iterator<Item = (TokenId, Bits)> + 'f {
        self.face_words(facing);
        common(&facing.words, self.books.contacts.names.row(entry))
    }

    /// The most that amounts of a relation can say.
    fn most_of_amount(&self, facing: &Facing, relation: Relation, currencies: Currencies) -> Bits {
        let shares = match currencies {
            Currencies::One => &self.relations,
            Currencies::Foreign => &self.foreign_relations,
        };
        shares.get(relation.place()).copied().unwrap_or(0) + facing.size
    }

    fn amount(&self, facing: &Facing, card: &Card, relation: Relation, currencies: Currencies) -> Bits {
        let books = self.books;
        let most = self.most_of_amount(facing, relation, currencies);
        match relation {
            Relation::Equal | Relation::Sign | Relation::Swapped | Relation::Moved => {
                // A mistyped amount has a handful of originals.
                let forms = match relation {
                    Relation::Swapped => log2(4),
                    Relation::Moved => log2(6),
                    _ => 0,
                };
                most - card.chance - forms
            }
            Relation::Exchange | Relation::Fee | Relation::Short => {
                let (account, line_amount, amount) = (card.account, facing.amount, card.amount);
                if let Some(sizes) = self.differences.get(relation.place()).copied().flatten() {
                    return most + self.difference(account, line_amount, amount, &sizes);
                }
                let reach = i64::try_from(line_amount.abs_diff(amount)).unwrap_or(i64::MAX);
                let (low, high) = (line_amount.saturating_sub(reach), line_amount.saturating_add(reach));
                let near = count(books.amounts.between(account, low, high).len());
                most - log2(u64::from(near))
            }
        }
    }

    /// How much the size of a difference says: how many pairs have such, against how many entries lie as far away.
    fn difference(&self, account: u16, line: i64, entry: i64, sizes: &[Bits; Difference::COUNT]) -> Bits {
        let difference = Difference::of(line, entry);
        let (from, to) = difference.reach(line);
        let (low, high) = if entry < line {
            (line.saturating_sub(to), line.saturating_sub(from))
        } else {
            (line.saturating_add(from), line.saturating_add(to))
        };
        let near = count(self.books.amounts.between(account, low, high).len()).max(1);
        sizes.get(difference.place()).copied().unwrap_or(0) - log2(u64::from(near))
    }

    /// How much the beginning of the texts says, where both sides write alike.
    fn opening(&self, line: Position, entry: Position) -> Bits {
        if !self.books.openings.are_used() {
            return Bits::MIN;
        }
        let (agreement, rarity) = self.books.openings.agreement(line, entry);
        rarity + self.openings.get(agreement.place()).copied().unwrap_or(0)
    }

    /// How much the days between a line and an entry say, and whether they fit only if the date was mistyped.
    pub(crate) fn date(&self, line: Position, entry: Position) -> Option<(Bits, bool)> {
        self.date_of(self.books.lines.day(line), &self.books.card(entry))
    }

    fn date_of(&self, day: i32, card: &Card) -> Option<(Bits, bool)> {
        let days = day.saturating_sub(card.day);
        let working_days = working_day(day).saturating_sub(working_day(card.day));
        let lags = |days| self.lags.of(distribution(card.check, card.amount), days).likely;
        let within = days <= self.settings.max_days_before && days >= -self.settings.max_days_after;
        let typed = within.then(|| lags(working_days));
        let mistyped = mistyped_date(days).then(|| lags(1) + DATE_ERROR);
        match (typed, mistyped) {
            (Some(typed), Some(mistyped)) if mistyped > typed => Some((mistyped, true)),
            (Some(typed), _) => Some((typed, false)),
            (None, Some(mistyped)) => Some((mistyped, true)),
            (None, None) => None,
        }
    }

    fn reference(&self, facing: &Facing, entry: Position) -> Bits {
        if facing.numbers.is_empty() {
            return 0;
        }
        let (best, rest) = strongest(self.shared_numbers(facing, entry));
        if best > 0 {
            return best + rest / 4;
        }
        let has_number = self
            .books
            .entries
            .numbers
            .row(entry)
            .iter()
            .any(|number| self.books.content(*number) >= 1300);
        if facing.owned && has_number { -400 } else { 0 }
    }

    fn check(&self, of_line: TokenId, of_entry: TokenId) -> Bits {
        match (of_line, of_entry) {
            (0, _) => 0,
            (_, 0) if self.notes_checks => -300,
            (_, 0) => 0,
            // The number itself counts as a reference when it is long enough.
            (a, b) if a == b => self.books.rarity(b).min(self.books.content(b)).min(250),
            (a, b) if nearly(self.books.vocabulary.text(a), self.books.vocabulary.text(b)) => -250,
            _ => -800,
        }
    }

    /// What the names of a line and an entry say.
    pub(crate) fn name(&self, facing: &mut Facing, entry: Position) -> Bits {
        let face = self.books.card(entry).face;
        self.name_of(facing, face, at(&self.books.face_signs, face))
    }

    fn name_of(&self, facing: &mut Facing, face: u32, sign: Sign) -> Bits {
        self.face_words(facing);
        if facing.sign & sign == 0 {
            let bits = self.name_apart(facing, face);
            debug_assert_eq!(bits, self.name_of_face(facing, face, at(&self.books.face_kinds, face)));
            return bits;
        }
        // What names say depends on the words of both alone, and those come again and again.
        let mut names = std::mem::take(&mut facing.names);
        let bits = names.get(facing.class, face, || {
            self.name_of_face(facing, face, at(&self.books.face_kinds, face))
        });
        facing.names = names;
        bits
    }

    /// The same where no word of the line stands for one of the entry, as with most that only the amount brings together.
    fn name_apart(&self, facing: &Facing, face: u32) -> Bits {
        let bits = names_others(facing, &[], &[], false) + self.initials(facing, face).min(0);
        if facing.aliased.contacts.is_empty() {
            return bits;
        }
        self.or_alias(facing, at(&self.books.face_kinds, face), bits)
    }

    fn name_of_face(&self, facing: &Facing, number: u32, face: Face) -> Bits {
        let books = self.books;
        let names = books.contacts.names.row_of(face.names);
        let words = books.entries.words.row_of(face.words);
        let (best, rest) = strongest(common(&facing.words, names));
        if best > 0 && facing.names_another(&books.contacts, names) {
            return self.or_alias(facing, face, ANOTHER + self.initials(facing, number));
        }
        let shown = if best > 0 {
            let size = at(&books.contacts.sizes, face.contact).max(1);
            let whole = log2_ratio(u64::from(books.entries.len()), u64::from(size)) + 100;
            (best + rest / 2).min(whole) - 50
        } else {
            0
        };
        let missing = names_others(facing, words, names, best > 0);
        let other_word = if best > 0 {
            0
        } else {
            (strongest(common(&facing.words, words)).0 / 3).min(200)
        };
        // A letter alone is the beginning of many names: it speaks for one that another word shows.
        let initials = self.initials(facing, number);
        let initials = if best > 0 { initials } else { initials.min(0) };
        let bits = shown + missing + other_word + initials;
        self.or_alias(facing, face, bits)
    }

    /// Letters that stand alone in the line are initials of the name, or of another's.
    fn initials(&self, facing: &Facing, face: u32) -> Bits {
        let of_line = facing.initials;
        if of_line == 0 {
            return 0;
        }
        let Some(of_name) = at(&self.books.face_letters, face) else {
            return 0;
        };
        let fitting = i32::try_from((of_line & of_name).count_ones()).unwrap_or(0);
        let other = i32::try_from((of_line & !of_name).count_ones()).unwrap_or(0);
        (200 * fitting - 150 * other).clamp(-300, 400)
    }

    /// What the bank's type of a line and the business of an entry say.
    pub(crate) fn kind(&self, facing: &mut Facing, entry: Position) -> Bits {
        self.kind_with(facing, self.books.card(entry).business)
    }

    fn kind_with(&self, facing: &mut Facing, business: u32) -> Bits {
        let line = facing.line;
        let business_hash = || at(&self.books.businesses.hashes, business);
        let work_out = || self.kind_of(self.books.line_kinds.hash(line), business_hash());
        facing.kinds.get(facing.kind, business, work_out)
    }

    fn kind_of(&self, line_kind: u64, business: u64) -> Bits {
        let (together, business, kind, total) = self.model.kinds.of(business, line_kind);
        if total < 30 {
            return 0;
        }
        // The pair itself does not count. As if four more pairs of this business had the kinds of all.
        let itself = together.min(1);
        let [together, business, kind, total] =
            [together, business, kind, total].map(|seen| u64::from(seen.saturating_sub(itself)));
        if kind == 0 {
            return 0;
        }
        log2_ratio((together * total + 4 * kind) * 16, (business + 4) * kind * 16).clamp(-400, 250)
    }
}

/// Tokens in both lists, which are sorted.
fn common<'a>(weighed: &'a [(TokenId, Bits)], tokens: &'a [TokenId]) -> impl Iterator<Item = (TokenId, Bits)> + 'a {
    let mut rest = weighed;
    tokens.iter().filter_map(move |token| {
        while let Some(((first, bits), tail)) = rest.split_first() {
            if first >= token {
                return (first == token).then_some((*token, *bits));
            }
            rest = tail;
        }
        None
    })
}

/// The largest weight, and the sum of the others.
fn strongest(weights: impl Iterator<Item = (TokenId, Bits)>) -> (Bits, Bits) {
    let mut best = 0;
    let mut sum = 0;
    for (_, bits) in weights {
        best = best.max(bits);
        sum += bits.max(0);
    }
    (best, sum - best)
}

/// One digit differs, or two neighbours are swapped.
fn nearly(a: &str, b: &str) -> bool {
    rapidfuzz::distance::osa::distance(a.chars(), b.chars()) <= 1
}

/// The entry would be around the line if its year were one less or more.
fn mistyped_date(days: i32) -> bool {
    (360..=376).contains(&days) || (-370..=-354).contains(&days)
}
