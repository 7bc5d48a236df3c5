//! The way of a case: [`prepare`] joins the statements and settles the opening, the engine matches, and
//! [`Prepared::reconcile`] turns its outcome into the result.

use crate::adjust::Adjuster;
use crate::balance;
use crate::booked::{self, Span};
use crate::counts;
use crate::dated;
use crate::decisions::{Accepted, Decisions};
use crate::explain::{self, ExplainError, Sides};
use crate::findings::{Findings, Frame};
use crate::gaps::Gaps;
use crate::join::{self, Joined};
use crate::lacking;
use crate::listed::Listed;
use crate::misstated;
use crate::notes;
use crate::opening::{self, Opening};
use crate::part::{self, Grounds};
use crate::result::{Identification, Note, Reconciliation};
use crate::scope::{OutcomeError, Scope, Standing};
use crate::signs;
use crate::statements::{AccountName, Books, Case, SourceFile};
use crate::two_sided;
use crate::verdict;
use crate::words::Words;
use std::collections::BTreeMap;
use std::sync::Arc;
use tieout_core::Date;
use tieout_ledger::period::Inverted;
use tieout_ledger::reconciliation::TooLarge;
use tieout_ledger::{Account, AccountKind, Period, TransactionError};
use tieout_match::{Input, ItemsError, Outcome, Settings};

/// A case cannot be reconciled as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CaseError {
    /// No statement says anything of the account.
    #[error("the statements hold neither lines nor balances of this account")]
    NoStatements,
    /// The day is before the statements begin.
    #[error("{as_of} is before {first}, the first day of the statements")]
    TooEarly {
        /// The day asked for.
        as_of: Date,
        /// The first day that can be.
        first: Date,
    },
    /// Too many lines or entries.
    #[error(transparent)]
    Items(#[from] ItemsError),
}

/// The result could not be made. Except for amounts that are too large, this is a bug in the program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReconcileError {
    /// The engine's outcome does not fit the items.
    #[error(transparent)]
    Outcome(#[from] OutcomeError),
    /// The difference is not explained, or a sum does not fit.
    #[error(transparent)]
    Explain(#[from] ExplainError),
    /// An adjustment does not balance.
    #[error(transparent)]
    Adjustment(#[from] TransactionError),
}

impl From<TooLarge> for ReconcileError {
    fn from(too_large: TooLarge) -> Self {
        Self::Explain(too_large.into())
    }
}

/// A case whose statements are joined and whose opening is settled: ready for the engine.
#[derive(Debug, Clone)]
pub struct Prepared {
    account: AccountName,
    files: Vec<SourceFile>,
    program: String,
    input: Input,
    books: Books,
    joined: Joined,
    opening: Opening,
    period: Period,
    settings: Settings,
    decided: Vec<Accepted>,
}

/// Joins the statements, finds the period and settles the open items of the cut-off.
///
/// # Errors
/// See [`CaseError`].
pub fn prepare(case: Case) -> Result<Prepared, CaseError> {
    let Case {
        account,
        files,
        bank,
        mut books,
        open_items,
        as_of,
        age_limits,
        program,
    } = case;
    let mut joined = join::join(bank, &files)?;
    let first = joined.first_day().ok_or(CaseError::NoStatements)?;
    let last = as_of.or_else(|| joined.last_day()).ok_or(CaseError::NoStatements)?;
    let period = Period::try_new(first, last).map_err(|Inverted(first, as_of)| CaseError::TooEarly { as_of, first })?;
    let cut_off = first.yesterday().unwrap_or(first);
    let digits = account.currency.minor_digits();
    opening::from_zero(&mut books, first);
    let mut opening = opening::settle(&mut books, open_items.as_deref(), cut_off, digits)?;
    let bank_opening = joined.course.links.first().map(|link| link.opening);
    opening::entered(&mut opening, &mut books, &joined.lines, first, bank_opening)?;
    let input = Input {
        lines: std::mem::take(&mut joined.lines),
        entries: std::mem::take(&mut books.entries),
    };
    let mut settings = Settings::new(last);
    settings.window_start = Some(first);
    settings.age_limits = age_limits;
    settings.known_open.clone_from(&opening.open);
    Ok(Prepared {
        account,
        files,
        program,
        input,
        books,
        joined,
        opening,
        period,
        settings,
        decided: Vec::new(),
    })
}

impl Prepared {
    /// Lines, each once, and entries: what the engine matches.
    pub fn input(&self) -> &Input {
        &self.input
    }

    /// The engine's settings for this case; the caller may change thresholds and limits before a run.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// From the bank's first day to the day of the reconciliation.
    pub fn period(&self) -> Period {
        self.period
    }

    /// The engine's settings, to be changed before a run.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// Names and currency of the account.
    pub fn account(&self) -> &AccountName {
        &self.account
    }

    /// Lines and entries with where they come from.
    pub fn listed(&self) -> Listed<'_> {
        Listed {
            input: &self.input,
            files: &self.files,
            chain: &self.joined.chain,
            line_numbers: &self.joined.line_numbers,
            provenance: &self.books.provenance,
        }
    }

    /// Keeps what people accepted out of the search for booked corrections.
    pub fn hold(&mut self, accepted: &[Accepted]) {
        self.decided = accepted.to_vec();
    }

    /// What corrections settle that we proposed and a person has booked since.
    pub fn booked(&self) -> Vec<Accepted> {
        let span = Span {
            first: self.period.first(),
            last: self.period.last(),
            open: &self.settings.known_open,
        };
        booked::booked(&self.input, span, &self.decided)
    }

    /// Explains, judges and proposes, given what the engine found.
    ///
    /// # Errors
    /// See [`ReconcileError`].
    pub fn reconcile(self, outcome: Outcome) -> Result<Reconciliation, ReconcileError> {
        self.reconcile_with(outcome, Decisions::default())
    }

    /// The same, given also what rules decided.
    ///
    /// # Errors
    /// See [`ReconcileError`].
    pub fn reconcile_with(self, outcome: Outcome, decisions: Decisions) -> Result<Reconciliation, ReconcileError> {
        let Outcome { groups, exceptions } = outcome;
        let (standing, automatic) = Standing::of(&self.input, &groups, &self.opening, self.period)?;
        let bank = balance::as_of(
            self.period.last(),
            &self.joined.chain,
            &self.joined.course,
            &self.input.lines,
        )?;
        let sides = Sides {
            lines: &self.input.lines,
            books: &self.books,
            entries: &self.input.entries,
            bank: &bank,
            standing: &standing,
            opening: &self.opening,
            period: self.period,
        };
        let (figures, explanation) = explain::explain(&sides)?;
        let frame = Frame {
            period: self.period,
            age_limits: self.settings.age_limits,
        };
        let mut findings = Findings::of(&self.input, &groups, exceptions, &standing, frame)?;
        findings.leave_to_gaps(&Gaps::of(&self.joined.chain), &self.input, self.settings.age_limits);
        let words = Words {
            input: &self.input,
            groups: &groups,
            chain: &self.joined.chain,
            digits: self.account.currency.minor_digits(),
        };
        let two_sided = two_sided::draw(&figures, &explanation, &findings, &groups)?;
        let lacking = lacking::find(&explanation, &bank, &self.joined.chain, &self.input.entries);
        let grounds = Grounds {
            explanation: &explanation,
            bank: &bank,
            lacking: &lacking,
            findings: &findings,
            words: &words,
            period: self.period,
        };
        let parting = part::part(&grounds)?;
        let turned = signs::turned(&self.input, self.period);
        let verdict = verdict::judge(&grounds, &self.files, turned)?;
        let adjustments = self
            .adjuster(&words, &decisions)
            .adjustments(&standing, &findings.exceptions)?;
        let mut notes: Vec<Note> = notes::assumptions(&sides, &figures, &explanation, &words);
        if self.joined.last_day() == Some(self.period.last()) {
            notes.extend(notes::after_the_last_day(&sides, &words));
        }
        notes.extend_from_slice(&self.opening.notes);
        notes.extend_from_slice(&self.joined.notes);
        notes.extend(misstated::hints(&explanation, &words));
        notes.extend(dated::late(&standing, self.period.last(), &findings.exceptions, &words));
        notes.extend(notes::ignored(&decisions, &standing.open_lines, &words));
        let in_scope = standing.scopes.iter().map(|scope| *scope == Scope::Current).collect();
        let mut counts = counts::count(&groups, automatic, &findings, &sides);
        counts.lines_counted_once = self.joined.counted_once;
        let Findings {
            exceptions,
            outstanding,
            ..
        } = findings;
        Ok(Reconciliation {
            verdict,
            figures,
            explanation,
            notes,
            parting,
            two_sided,
            exceptions,
            outstanding,
            adjustments,
            counts,
            identification: Identification {
                account: self.account,
                files: self.files,
                period: self.period,
                program: self.program,
                model: groups
                    .first()
                    .map_or(String::new(), |group| group.proof.model.to_owned()),
                settings: self.settings,
            },
            rulings: decisions.rulings,
            in_scope,
            chain: self.joined.chain,
            input: self.input,
            line_numbers: self.joined.line_numbers,
            provenance: self.books.provenance,
            groups,
        })
    }

    fn adjuster<'a>(&self, words: &'a Words<'a>, decisions: &'a Decisions) -> Adjuster<'a> {
        let name = [&self.account.books, &self.account.bank]
            .into_iter()
            .find(|name| !name.is_empty());
        Adjuster {
            words,
            bank: Arc::new(Account {
                name: name.map_or_else(|| String::from("Bank"), Clone::clone),
                kind: AccountKind::Asset,
            }),
            currency: self.account.currency,
            period: self.period,
            codings: decisions.codings.iter().map(|coding| (coding.line, coding)).collect(),
            ignored: decisions.ignored.iter().map(|ignored| ignored.line).collect(),
            others: BTreeMap::new(),
        }
    }
}
