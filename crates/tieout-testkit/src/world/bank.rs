//! How a bank tells of a movement.

use super::making::Making;
use super::mangle;
use super::vocabulary::Bank;

/// What kind of movement the bank sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Voice {
    Credit,
    Debit,
    Direct,
    Card,
    Check,
    Deposit,
    Transfer,
    Wage,
    Payout,
    Foreign,
    Fee,
    Interest,
    Returned,
    Correction,
}

impl Voice {
    fn templates(self, bank: &'static Bank) -> &'static [&'static str] {
        match self {
            Self::Credit => bank.credit,
            Self::Debit => bank.debit,
            Self::Direct => bank.direct,
            Self::Card => bank.card,
            Self::Check => bank.check,
            Self::Deposit => bank.deposit,
            Self::Transfer => bank.transfer,
            Self::Wage => bank.wage,
            Self::Payout => bank.payout,
            Self::Foreign => bank.foreign,
            Self::Fee => bank.fee,
            Self::Interest => bank.interest,
            Self::Returned => bank.returned,
            Self::Correction => bank.correction,
        }
    }

    fn place(self) -> usize {
        [
            Self::Credit,
            Self::Debit,
            Self::Direct,
            Self::Card,
            Self::Check,
            Self::Deposit,
            Self::Transfer,
            Self::Wage,
            Self::Payout,
            Self::Foreign,
            Self::Fee,
            Self::Interest,
            Self::Returned,
            Self::Correction,
        ]
        .iter()
        .position(|voice| *voice == self)
        .unwrap_or(0)
    }

    /// Whether the name can be missing.
    fn may_be_silent(self) -> bool {
        matches!(self, Self::Credit | Self::Debit | Self::Direct | Self::Wage)
    }
}

/// What the bank knows of a movement.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) voice: Voice,
    pub(super) name: &'a str,
    pub(super) is_person: bool,
    pub(super) document: &'a str,
    /// Sure to be shown: check numbers.
    pub(super) certain: bool,
    pub(super) foreign: &'a str,
    pub(super) day: &'a str,
    pub(super) incoming: bool,
}

/// The bank's words.
pub(super) struct Telling {
    pub(super) text: String,
    pub(super) reference: String,
    pub(super) kind: &'static str,
    pub(super) shows_name: bool,
    pub(super) shows_reference: bool,
}

/// Writes a movement as the bank of these books does.
pub(super) fn tell(making: &mut Making, told: &Told<'_>) -> Telling {
    let (bank, level) = (&making.business.locale.bank, making.level);
    let dice = &mut making.dice;
    let shows_name = !told.name.is_empty() && (!told.voice.may_be_silent() || dice.chance(level.name));
    let mangled = told.voice != Voice::Payout && dice.chance(level.name_mangled);
    let name = if shows_name {
        mangle::name(dice, bank, told.name, told.is_person, mangled)
    } else {
        String::new()
    };
    let wanted = !told.document.is_empty() && (told.certain || dice.chance(level.reference));
    let mut reference = String::new();
    if wanted {
        let mangled = !told.certain && dice.chance(level.reference_mangled);
        reference = if told.certain {
            told.document.to_owned()
        } else {
            mangle::reference(dice, bank, told.document, mangled)
        };
    }
    let in_column = dice.below(10);
    let in_text = if wanted && (told.certain || in_column < 7) {
        reference.as_str()
    } else {
        ""
    };
    let templates = match (shows_name || !told.voice.may_be_silent(), told.incoming) {
        (true, _) => told.voice.templates(bank),
        (false, true) => bank.no_name_in,
        (false, false) => bank.no_name_out,
    };
    let template = *dice.pick(templates);
    let (city, shop) = (*dice.pick(making.business.locale.cities), dice.below(1_900).to_string());
    let trace = dice.between(100_000, 9_999_999_999).to_string();
    let values = [
        ('n', name.as_str()),
        ('r', in_text),
        ('c', city),
        ('s', &shop),
        ('k', &making.card),
        ('x', &trace),
        ('d', told.day),
        ('a', told.foreign),
    ];
    let mut text = mangle::fill(template, &values);
    if bank.ascii {
        text = mangle::ascii(&text);
    }
    if bank.upper {
        text = text.to_uppercase();
    }
    let text: String = text.chars().take(bank.total).collect();
    let text = text.trim().to_owned();
    let shown_in_text = template.contains("{r}") && !in_text.is_empty() && text.len() < bank.total;
    let in_column = wanted && !(3..=6).contains(&in_column);
    let column = match (in_column, dice.chance(250)) {
        (true, _) => reference,
        (false, true) => dice.between(10_000_000, 99_999_999).to_string(),
        (false, false) => String::new(),
    };
    Telling {
        shows_name: shows_name && template.contains("{n}"),
        shows_reference: shown_in_text || in_column,
        text,
        reference: column,
        kind: bank.types[told.voice.place()],
    }
}
