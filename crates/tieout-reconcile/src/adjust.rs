//! Adjustments: what is to be booked so that the books say what the bank says.
//!
//! Differences within automatic matches count as booked. What open lines and entries call for (a fee, interest, the
//! reversal of a duplicate) is proposed and waits for a person. Nothing is proposed for lines that a suggestion may
//! explain, for lines the bank booked twice, or where a person must choose.

use crate::decisions::Coding;
use crate::explain::open;
use crate::result::{Adjustment, AdjustmentKind, Standing as Booked, Subject};
use crate::scope::Standing;
use crate::words::{self, Words};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tieout_core::{Currency, Date, Money};
use tieout_ledger::{Account, AccountKind, Period, Posting, Transaction, TransactionError};
use tieout_match::{Exception, ExceptionClass, Field, Group, ItemIndex, Items, ResidualKind, Side};

/// Makes the adjustments of one account.
pub(crate) struct Adjuster<'a> {
    pub(crate) words: &'a Words<'a>,
    pub(crate) bank: Arc<Account>,
    pub(crate) currency: Currency,
    pub(crate) period: Period,
    /// What rules say of lines.
    pub(crate) codings: BTreeMap<ItemIndex, &'a Coding>,
    /// Lines that rules set aside: somebody else books them.
    pub(crate) ignored: BTreeSet<ItemIndex>,
    /// Other sides, each made once.
    pub(crate) others: BTreeMap<(AccountKind, String), Arc<Account>>,
}

impl AdjustmentKind {
    /// Name and kind of the other side of the booking, until the books' own name for it is known.
    pub fn other_side(self) -> (&'static str, AccountKind) {
        match self {
            Self::Fee => ("Bank fees", AccountKind::Expense),
            Self::InterestEarned => ("Interest earned", AccountKind::Revenue),
            Self::InterestPaid => ("Interest paid", AccountKind::Expense),
            Self::Exchange => ("Exchange differences", AccountKind::Expense),
            Self::Rounding => ("Rounding differences", AccountKind::Expense),
            Self::ShortPayment => ("Discounts and short payments", AccountKind::Expense),
            Self::Correction | Self::Duplicate | Self::Returned | Self::Suspense | Self::Coded => {
                ("To be clarified", AccountKind::Asset)
            }
            Self::Transfer => ("Cash in transit", AccountKind::Asset),
        }
    }
}

impl AdjustmentKind {
    /// How the text of a booking begins; by it, [`crate::booked`] finds it again.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Fee => "Fee",
            Self::InterestEarned | Self::InterestPaid => "Interest",
            Self::Exchange => "Exchange difference",
            Self::Rounding => "Rounding difference",
            Self::ShortPayment => "Short payment",
            Self::Correction => "Correction",
            Self::Duplicate => "Reversal of duplicate",
            Self::Returned => "Returned",
            Self::Suspense => "To be clarified",
            Self::Coded => "Coded",
            Self::Transfer => "Transfer",
        }
    }
}

impl Adjuster<'_> {
    /// All adjustments: first those that count as booked.
    pub(crate) fn adjustments(
        &mut self,
        standing: &Standing,
        exceptions: &[Exception],
    ) -> Result<Vec<Adjustment>, TransactionError> {
        let mut adjustments = Vec::new();
        let groups = self.words.groups;
        for ((position, group), term) in (0..).zip(groups).zip(&standing.terms) {
            if term.to_book != 0 {
                self.of_group(position, group, &mut adjustments)?;
            }
        }
        let lines = &self.words.input.lines;
        let mut codings: Vec<(ItemIndex, &Coding)> =
            self.codings.iter().map(|(line, coding)| (*line, *coding)).collect();
        codings.sort_by(|(a, _), (b, _)| lines.compare(*a, *b));
        for (line, coding) in codings {
            let day = lines.date(line);
            let amount = open(&standing.open_lines, line);
            if amount != 0 && day <= self.period.last() {
                adjustments.extend(self.of_coding(coding, amount)?);
            }
        }
        for exception in exceptions.iter().filter(|exception| exception.group.is_none()) {
            let is_decided = |line| self.codings.contains_key(line) || self.ignored.contains(line);
            if exception.side == Side::Line && is_decided(&exception.item) {
                continue;
            }
            adjustments.extend(match exception.side {
                Side::Line => self.of_line(exception, open(&standing.open_lines, exception.item))?,
                Side::Entry => self.of_entry(exception, open(&standing.open_entries, exception.item))?,
            });
        }
        Ok(adjustments)
    }

    fn of_group(
        &mut self,
        position: u32,
        group: &Group,
        adjustments: &mut Vec<Adjustment>,
    ) -> Result<(), TransactionError> {
        let input = self.words.input;
        let date = group.lines.iter().map(|part| input.lines.date(part.item)).max();
        let date = date.unwrap_or(self.period.last());
        let subject = Subject::Group(position);
        for residual in group.residuals.iter().filter(|residual| residual.amount != 0) {
            let kind = match residual.kind {
                ResidualKind::Fee => AdjustmentKind::Fee,
                ResidualKind::Exchange => AdjustmentKind::Exchange,
                ResidualKind::Rounding => AdjustmentKind::Rounding,
                ResidualKind::ShortPayment => AdjustmentKind::ShortPayment,
                ResidualKind::Correction => AdjustmentKind::Correction,
            };
            let other = match group.entries.first() {
                // A wrong amount is wrong on both of its accounts.
                Some(part) if kind == AdjustmentKind::Correction => self.other_of_entry(part.item, residual.amount),
                _ => self.usual(kind),
            };
            let reason = format!(
                "{} in the {}",
                words::residual(residual.kind),
                self.words.subject(subject)
            );
            // What the entry is about goes along: the corrected entry and its correction then match as one.
            let about = match (kind, group.entries.first(), group.lines.first()) {
                (AdjustmentKind::Correction | AdjustmentKind::ShortPayment, Some(part), _) => {
                    text_of(&input.entries, part.item)
                }
                (_, _, Some(part)) => text_of(&input.lines, part.item),
                _ => None,
            };
            let description = match about {
                Some(about) => format!("{}: {about}", kind.title()),
                None => kind.title().to_owned(),
            };
            adjustments.push(Adjustment {
                transaction: self.book(date, &description, residual.amount, other)?,
                reason,
                subject,
                kind,
                standing: Booked::Booked,
                tax_codes: Vec::new(),
                rule: None,
            });
        }
        Ok(())
    }

    /// What a rule says of a line; nothing if the line is not open as the rule saw it.
    fn of_coding(&mut self, coding: &Coding, amount: i64) -> Result<Option<Adjustment>, TransactionError> {
        let sum: i128 = coding.parts.iter().map(|part| i128::from(part.amount)).sum();
        if sum != i128::from(amount) {
            return Ok(None);
        }
        let currency = self.currency;
        let money = |minor| Money::new(minor, currency);
        let mut postings = vec![Posting {
            account: Arc::clone(&self.bank),
            amount: money(amount),
        }];
        let mut tax_codes = vec![String::new()];
        for part in &coding.parts {
            let turned = money(part.amount)
                .checked_neg()
                .map_err(|_| TransactionError::Overflow(self.currency))?;
            let kind = if part.amount < 0 {
                AccountKind::Expense
            } else {
                AccountKind::Revenue
            };
            postings.push(Posting {
                account: self.account(&part.account, kind),
                amount: turned,
            });
            tax_codes.push(part.tax_code.clone());
        }
        let text = match coding.text.as_str() {
            "" => text_of(&self.words.input.lines, coding.line).unwrap_or(AdjustmentKind::Coded.label()),
            text => text,
        };
        let date = self.words.input.lines.date(coding.line);
        let transaction = Transaction::try_new(date, text.to_owned(), postings)?;
        let name = self.words.line(coding.line);
        Ok(Some(Adjustment {
            transaction,
            reason: format!(
                "rule \u{201c}{}\u{201d}: the {name} is not in the books",
                coding.rule.id
            ),
            subject: Subject::Line(coding.line),
            kind: AdjustmentKind::Coded,
            standing: Booked::NeedsDecision,
            tax_codes,
            rule: Some(coding.rule.clone()),
        }))
    }

    fn of_line(&mut self, exception: &Exception, amount: i64) -> Result<Option<Adjustment>, TransactionError> {
        let kind = match exception.class {
            ExceptionClass::BankFee => AdjustmentKind::Fee,
            ExceptionClass::Interest if amount < 0 => AdjustmentKind::InterestPaid,
            ExceptionClass::Interest => AdjustmentKind::InterestEarned,
            ExceptionClass::ReturnedItem => AdjustmentKind::Returned,
            ExceptionClass::Unrecorded => AdjustmentKind::Suspense,
            _ => return Ok(None),
        };
        if amount == 0 {
            return Ok(None);
        }
        let name = self.words.line(exception.item);
        let reason = match kind {
            AdjustmentKind::Suspense => format!("the {name} is not in the books"),
            _ => format!("{}: the {name} is not in the books", words::class(exception.class)),
        };
        let other = self.usual(kind);
        let text = text_of(&self.words.input.lines, exception.item).unwrap_or(kind.label());
        Ok(Some(Adjustment {
            transaction: self.book(self.words.input.lines.date(exception.item), text, amount, other)?,
            reason,
            subject: Subject::Line(exception.item),
            kind,
            standing: Booked::NeedsDecision,
            tax_codes: Vec::new(),
            rule: None,
        }))
    }

    fn of_entry(&mut self, exception: &Exception, amount: i64) -> Result<Option<Adjustment>, TransactionError> {
        let Some(reversed) = amount.checked_neg().filter(|_| amount != 0) else {
            return Ok(None);
        };
        if exception.class != ExceptionClass::DuplicateEntry {
            return Ok(None);
        }
        let reason = format!("the {} was entered twice", self.words.entry(exception.item));
        let date = self.words.input.entries.date(exception.item).max(self.period.first());
        let text = text_of(&self.words.input.entries, exception.item).unwrap_or("entry");
        let other = self.other_of_entry(exception.item, reversed);
        Ok(Some(Adjustment {
            transaction: self.book(
                date,
                &format!("{}: {text}", AdjustmentKind::Duplicate.title()),
                reversed,
                other,
            )?,
            reason,
            subject: Subject::Entry(exception.item),
            kind: AdjustmentKind::Duplicate,
            standing: Booked::NeedsDecision,
            tax_codes: Vec::new(),
            rule: None,
        }))
    }

    fn book(
        &self,
        date: Date,
        description: &str,
        amount: i64,
        other: Arc<Account>,
    ) -> Result<Transaction, TransactionError> {
        let money = Money::new(amount, self.currency);
        let turned = money
            .checked_neg()
            .map_err(|_| TransactionError::Overflow(self.currency))?;
        let postings = vec![
            Posting {
                account: Arc::clone(&self.bank),
                amount: money,
            },
            Posting {
                account: other,
                amount: turned,
            },
        ];
        Transaction::try_new(date, description.to_owned(), postings)
    }

    fn usual(&mut self, kind: AdjustmentKind) -> Arc<Account> {
        let (name, kind) = kind.other_side();
        self.account(name, kind)
    }

    /// The other account of an entry, which its books name, or else the one for what is to be clarified.
    fn other_of_entry(&mut self, entry: ItemIndex, amount: i64) -> Arc<Account> {
        let name = self.words.input.entries.text(entry, Field::Kind);
        if name.is_empty() {
            return self.usual(AdjustmentKind::Suspense);
        }
        let kind = if amount < 0 {
            AccountKind::Expense
        } else {
            AccountKind::Revenue
        };
        self.account(name, kind)
    }

    fn account(&mut self, name: &str, kind: AccountKind) -> Arc<Account> {
        let key = (kind, name.to_owned());
        let made = || {
            Arc::new(Account {
                name: name.to_owned(),
                kind,
            })
        };
        Arc::clone(self.others.entry(key).or_insert_with(made))
    }
}

fn text_of(items: &Items, item: ItemIndex) -> Option<&str> {
    let texts = [Field::Description, Field::Counterparty, Field::Reference];
    texts
        .into_iter()
        .map(|field| items.text(item, field))
        .find(|text| !text.is_empty())
}
