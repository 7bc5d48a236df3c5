//! The statement that is being read (`Stmt`, `Rpt`, `Ntfctn`), and the message around it.

use super::Finding;
use super::balances::{Balances, bad_date};
use super::entry::Surroundings;
use super::fields::{AccountField, StatementField};
use super::quirks::is_placeholder;
use super::values::{NO_CURRENCY, date, is_true};
use crate::account_number;
use crate::model::{Account, AccountKind, AccountScheme, Line, Statement};
use crate::prove::name_of;
use crate::read::{Emitter, ReadOptions};
use crate::seen_ids::SeenIds;
use tieout_core::problem::{Code, Place};
use tieout_core::{Currency, Date};

/// What programs write where they do not know a day that must be there.
const NO_DAY: Date = Date::constant(1970, 1, 1);

/// The message and its present statement.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// `camt.053.001.02`; its version is missing where the namespace does not say it.
    pub(super) message: String,
    /// Which statement of the file this is, from 1, and the name of its element.
    pub(super) number: u64,
    pub(super) element: &'static str,
    /// Entries of the statement so far, readable or not.
    pub(super) entries: u64,
    message_created: Option<Date>,
    message_page: Page,
    statement: Statement,
    pub(super) balances: Balances,
    /// The bank's references of the entries.
    ids: SeenIds,
    created: Option<Date>,
    page: Page,
    legal_number: String,
    /// Announced to the sink.
    begun: bool,
    mixed: bool,
    previous: Option<Previous>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Page {
    number: Option<u64>,
    is_last: Option<bool>,
}

impl Page {
    /// Whether this is not the whole.
    fn is_part(self) -> bool {
        self.number.is_some_and(|number| number > 1) || self.is_last == Some(false)
    }
}

/// The statement before, as far as pages need it.
#[derive(Debug)]
struct Previous {
    account: String,
    page: Page,
}

impl Reading {
    /// The account the statement is of.
    pub(super) fn surroundings(&self) -> Surroundings<'_> {
        Surroundings {
            account: &self.statement.account.id,
            currency: self.statement.currency,
            created: self.created.or(self.message_created).filter(|day| *day != NO_DAY),
        }
    }

    /// A statement begins.
    pub(super) fn begin(&mut self, element: &str) {
        self.element = match element {
            "Rpt" => "Rpt",
            "Ntfctn" => "Ntfctn",
            _ => "Stmt",
        };
        self.number += 1;
        self.entries = 0;
        self.statement = Statement {
            message: self.message.clone(),
            ..Statement::default()
        };
        self.balances = Balances::default();
        self.created = None;
        self.page = Page::default();
        self.legal_number.clear();
        self.begun = false;
        self.mixed = false;
    }

    /// Takes a value of the message or the statement.
    pub(super) fn set(&mut self, field: StatementField, text: &str) -> Result<(), Finding> {
        use StatementField as F;
        let day = |path| {
            date(text)
                .map(|read| Some(read.date()))
                .ok_or_else(|| bad_date(text, path))
        };
        match field {
            F::MessageCreated => self.message_created = day("GrpHdr/CreDtTm")?,
            F::MessagePage => self.message_page.number = text.parse().ok(),
            F::MessageLastPage => self.message_page.is_last = Some(is_true(text)),
            F::Id if is_placeholder(text) => {}
            F::Id => text.clone_into(&mut self.statement.reference),
            F::ElectronicNumber => text.clone_into(&mut self.statement.number),
            F::LegalNumber => text.clone_into(&mut self.legal_number),
            F::Created => self.created = day("CreDtTm")?,
            F::Page => self.page.number = text.parse().ok(),
            F::LastPage => self.page.is_last = Some(is_true(text)),
            F::From => self.statement.period.0 = day("FrToDt")?,
            F::To => self.statement.period.1 = day("FrToDt")?,
        }
        Ok(())
    }

    /// Takes a value of the account.
    pub(super) fn set_account(&mut self, field: AccountField, text: &str) -> Result<(), Finding> {
        if is_placeholder(text) {
            return Ok(());
        }
        let account = &mut self.statement.account;
        let target = match field {
            AccountField::Iban | AccountField::Bban | AccountField::Other => {
                text.clone_into(&mut account.raw);
                account.id = account_number::normalised(text);
                account.scheme = match field {
                    _ if account_number::is_iban(&account.id) => AccountScheme::Iban,
                    AccountField::Bban => AccountScheme::Bban,
                    _ => AccountScheme::Other,
                };
                return Ok(());
            }
            AccountField::OtherScheme => {
                if text == "BBAN" && account.scheme == AccountScheme::Other {
                    account.scheme = AccountScheme::Bban;
                }
                return Ok(());
            }
            AccountField::Currency if text == NO_CURRENCY => return Ok(()),
            AccountField::Currency => {
                self.statement.currency = Some(Currency::try_new(text).map_err(|error| Finding {
                    code: Code::NoCurrency,
                    path: "Acct/Ccy",
                    message: error.to_string(),
                })?);
                return Ok(());
            }
            AccountField::Type => &mut account.type_word,
            AccountField::Name => &mut account.name,
            AccountField::Owner => &mut account.owner,
            AccountField::Bic => &mut account.bic,
            AccountField::BankMember => &mut account.bank_id,
            AccountField::Branch => &mut account.branch_id,
        };
        text.clone_into(target);
        Ok(())
    }

    /// An entry begins. Before the first one the currency of the balances counts, if the account says none.
    pub(super) fn begin_entry(&mut self) {
        self.entries += 1;
        if self.entries == 1 {
            self.note_currency(self.balances.currency());
        }
    }

    /// Something of the statement is in this currency: that of the statement, if nothing before it said one.
    pub(super) fn note_currency(&mut self, currency: Option<Currency>) {
        self.statement.currency = self.statement.currency.or(currency);
    }

    /// A line goes out. The statement is announced before its first line.
    pub(super) fn emit(&mut self, line: &Line, out: &mut Emitter<'_>) {
        if !self.begun {
            self.announce(out);
        }
        self.mixed |= line.currency.is_some();
        self.balances.add(line);
        self.ids.note(&line.ids.bank_id, line.source_line);
        out.line(line);
    }

    fn announce(&mut self, out: &mut Emitter<'_>) {
        self.begun = true;
        self.note_currency(self.balances.currency());
        let account = &mut self.statement.account;
        account.kind = kind_of(account);
        if self.statement.number.is_empty() {
            self.statement.number.clone_from(&self.legal_number);
        }
        if self.page.is_part() {
            self.statement.intermediate = true;
            if let Some(page) = self.page.number {
                self.statement.number = format!("{}/{page}", self.statement.number);
            }
        }
        self.balances.settle(&mut self.statement);
        out.begin(&self.statement);
    }

    /// Whether the statement says anything at all.
    pub(super) fn is_blank(&self) -> bool {
        !self.begun && self.statement.account == Account::default() && self.statement.reference.is_empty()
    }

    /// The statement ends: it goes out with what is to be said of it as a whole.
    pub(super) fn end(&mut self, line: u64, options: &ReadOptions, out: &mut Emitter<'_>) {
        if !self.begun {
            self.announce(out);
        }
        self.balances.settle(&mut self.statement);
        let mut found = Vec::new();
        if self.statement.account.id.is_empty() {
            found.push((Code::NoAccount, "the statement does not say its account".to_owned()));
        }
        if self.statement.currency.is_none() && options.currency.is_none() {
            found.push((
                Code::NoCurrency,
                "neither account, balances nor entries say a currency".into(),
            ));
        }
        if self.mixed || self.has_foreign_balance() {
            found.push((
                Code::MixedCurrency,
                "entries or booked balances are in several currencies".into(),
            ));
        }
        found.extend(self.page_gap().map(|message| (Code::PageGap, message)));
        let place = Place::field(line, format!("{}[{}]", self.element, self.number));
        for (code, message) in found {
            out.report(code, place.clone(), message);
        }
        self.report_ids(out);
        let unbooked = self.balances.unbooked_lines();
        if self.entries == 0 {
            out.report(Code::EmptyStatement, place, "the statement has no entries");
        } else if unbooked > 0 {
            let message = format!("{unbooked} of {} entries are not booked and do not count", self.entries);
            out.report(Code::Pending, place, message);
        }
        out.end(std::mem::take(&mut self.statement));
    }

    /// Says which entries bear the same id of the bank.
    fn report_ids(&mut self, out: &mut Emitter<'_>) {
        for repeated in self.ids.take_repeated() {
            let message = format!("line {} has the same id", repeated.earlier);
            out.report(Code::DuplicateId, Place::field(repeated.line, "AcctSvcrRef"), message);
        }
        let left_out = self.ids.take_left_out();
        if left_out > 0 {
            let message = format!(
                "{}: {left_out} ids were too many to be compared",
                name_of(&self.statement)
            );
            out.report(Code::Decided, Place::default(), message);
        }
    }

    /// The message ends.
    pub(super) fn end_message(&mut self, line: u64, out: &mut Emitter<'_>) {
        if self.message_page.is_part() {
            let number = self
                .message_page
                .number
                .map_or_else(String::new, |number| format!(" {number}"));
            let message = format!("the message is page{number} of several; the other pages are in other files");
            out.report(Code::PageGap, Place::field(line, "GrpHdr/MsgPgntn"), message);
        }
        self.message_page = Page::default();
        self.message_created = None;
        self.previous = None;
    }

    fn has_foreign_balance(&self) -> bool {
        [&self.statement.opening, &self.statement.closing]
            .into_iter()
            .flatten()
            .any(|balance| balance.currency.is_some() && balance.currency != self.statement.currency)
    }

    /// A page whose predecessor is not the page before it of the same account.
    fn page_gap(&mut self) -> Option<String> {
        let account = &self.statement.account.id;
        let before = self.previous.take().filter(|previous| previous.account == *account);
        self.previous = Some(Previous {
            account: account.clone(),
            page: self.page,
        });
        let number = self.page.number.filter(|number| *number > 1)?;
        let follows = before.is_some_and(|before| before.page.number == number.checked_sub(1));
        (!follows).then(|| format!("page {number} of the statement does not follow the page before it"))
    }
}

/// The kind of an account, from its type code; a statement is of a bank account if nothing else is said.
fn kind_of(account: &Account) -> AccountKind {
    match account.type_word.as_str() {
        "CARD" => AccountKind::Card,
        _ => AccountKind::Bank,
    }
}

/// The message identifier in the attributes of an element (`camt.053.001.02`), whatever namespace it is part of.
pub(super) fn message_in(attributes: &str) -> Option<&str> {
    let mut rest = attributes;
    while let Some(at) = rest.find("camt.05") {
        let candidate = rest.get(at..at + 15).unwrap_or_default();
        let is_identifier = candidate
            .bytes()
            .zip(b"camt.05d.ddd.dd")
            .all(|(byte, shape)| match shape {
                b'd' => byte.is_ascii_digit(),
                _ => byte == *shape,
            });
        if candidate.len() == 15 && is_identifier {
            return Some(candidate);
        }
        rest = rest.get(at + 7..).unwrap_or_default();
    }
    None
}
