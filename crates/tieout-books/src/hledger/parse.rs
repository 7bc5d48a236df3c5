//! From journal text to transactions; amounts may still be open.
//!
//! A transaction that cannot be read is reported and left out; reading goes on at the next line that is not indented.

use super::alias;
use super::amount::{self, Mark, Written};
use super::raw::{Amount, Assertion, Parsed, PostingKind, Price, RawPosting, RawTransaction, Scope};
use super::style::Known;
use super::{comment, dates, directive};
use crate::account::{AccountType, Role};
use crate::journal::NameId;
use crate::journal::remarks::Remarks;
use crate::journal::running::Reach;
use crate::journal::source::Sources;
use crate::limits;
use crate::model::Clearing;
use crate::read::Emitter;
use std::collections::{BTreeSet, HashMap};
use tieout_core::problem::excerpt;
use tieout_core::{Code, Date, Decimal, Place, Problem};

/// Deepest account name: `a:b:c...`; real ones have five or six parts.
const MAX_ACCOUNT_PARTS: usize = 64;

/// Reads a journal and what it includes.
pub(super) fn parse(text: &str, sources: &mut Sources<'_>, out: &mut Emitter<'_>) -> Parsed {
    let mut parser = Parser {
        parsed: Parsed {
            date_separator: '-',
            ..Parsed::default()
        },
        scope: Scope::default(),
        resolved: HashMap::new(),
        last_year: None,
        unread: BTreeSet::new(),
        sources,
        out,
    };
    parser.file(text);
    let Parser { mut parsed, out, .. } = parser;
    if parsed.rules > 0 {
        let message = format!("{} periodic or automated rules were not applied", parsed.rules);
        out.problem(Problem::of_file(Code::Decided, message));
    }
    settle_doubtful(&mut parsed, out);
    parsed
}

pub(super) struct Parser<'s, 'i, 'o, 'e> {
    pub(super) parsed: Parsed,
    pub(super) scope: Scope,
    /// Account names as written, with the account they are in the present scope.
    pub(super) resolved: HashMap<String, NameId>,
    last_year: Option<i16>,
    /// Directives that say nothing to us, told once each.
    pub(super) unread: BTreeSet<String>,
    pub(super) sources: &'s mut Sources<'i>,
    pub(super) out: &'o mut Emitter<'e>,
}

/// Lines with their numbers, and a look at the next one.
pub(super) struct Lines<'t> {
    lines: std::iter::Peekable<std::iter::Enumerate<std::str::Lines<'t>>>,
}

impl<'t> Lines<'t> {
    pub(super) fn next(&mut self) -> Option<(u64, &'t str)> {
        self.lines.next().map(|(index, line)| (number(index), line))
    }

    /// The next line if it is indented and holds something.
    pub(super) fn indented(&mut self) -> Option<(u64, &'t str)> {
        let is_part = |line: &str| line.starts_with([' ', '\t']) && !line.trim().is_empty();
        let (index, line) = self.lines.next_if(|(_, line)| is_part(line))?;
        Some((number(index), line.trim()))
    }
}

impl Parser<'_, '_, '_, '_> {
    pub(super) fn file(&mut self, text: &str) {
        let mut lines = Lines {
            lines: text.lines().enumerate().peekable(),
        };
        while let Some((number, line)) = lines.next() {
            let done = match line.chars().next() {
                None | Some(';' | '#' | '*' | '%' | '|') => Ok(()),
                Some(c) if c.is_whitespace() => {
                    let rest = line.trim();
                    if !rest.is_empty() && !rest.starts_with([';', '#', '*']) {
                        let message = format!("an indented line that belongs to no transaction: {}", excerpt(rest, 40));
                        self.out.report(Code::Unread, self.sources.place(number), message);
                    }
                    Ok(())
                }
                Some('0'..='9') => self.transaction(line, number, &mut lines),
                Some('~' | '=') => {
                    self.parsed.rules += 1;
                    skip_indented(&mut lines);
                    Ok(())
                }
                Some(_) => directive::read(self, line, number, &mut lines),
            };
            if let Err((at, message)) = done {
                let message = format!("what begins at line {number} was left out: {message}");
                self.out.report(Code::BadEntry, self.sources.place(at), message);
                skip_indented(&mut lines);
            }
        }
    }

    fn transaction(&mut self, line: &str, number: u64, lines: &mut Lines<'_>) -> Result<(), (u64, String)> {
        let mut transaction = self.head(line, number).map_err(|message| (number, message))?;
        let year = Some(transaction.date.year());
        while let Some((at, line)) = lines.indented() {
            if let Some(text) = line
                .strip_prefix([';', '#', '*', '%', '|'])
                .filter(|_| !is_marked_posting(line))
            {
                let last = transaction.postings.last_mut();
                match last {
                    Some(posting) => {
                        let remarks = posting.remarks.get_or_insert_default();
                        posting.date = comment::read(text, remarks, year).or(posting.date);
                    }
                    None => {
                        comment::read(text, &mut transaction.remarks, year);
                    }
                }
                continue;
            }
            let posting = self.posting(line, at, year).map_err(|message| (at, message))?;
            if transaction.postings.len() >= limits::MAX_POSTINGS_OF_TRANSACTION {
                return Err((at, "it has too many postings".into()));
            }
            transaction.postings.push(posting);
        }
        if let ([only], Some(bucket)) = (transaction.postings.as_slice(), self.scope.bucket.clone())
            && only.kind == PostingKind::Real
        {
            let other = self
                .posting(&bucket, only.line, year)
                .map_err(|message| (number, message))?;
            transaction.postings.push(other);
        }
        transaction.postings.shrink_to_fit();
        self.parsed.transactions.push(transaction);
        Ok(())
    }

    /// `2024-01-05=2024-01-08 * (77) payee | note  ; comment`.
    fn head(&mut self, line: &str, number: u64) -> Result<RawTransaction, String> {
        let (written, rest) = line
            .split_at_checked(line.find(char::is_whitespace).unwrap_or(line.len()))
            .unwrap_or((line, ""));
        let (first, second) = written
            .split_once('=')
            .map_or((written, None), |(first, second)| (first, Some(second)));
        let date = self.date(first, number)?;
        if let Some(second) = second
            && dates::parse(second, Some(date.year())).is_none()
        {
            let message = format!("the secondary date {:?} was not read", excerpt(second, 20));
            self.out.report(Code::BadDate, self.sources.place(number), message);
        }
        self.parsed.date_separator = first.chars().find(|c| !c.is_ascii_digit()).unwrap_or('-');
        let (rest, comment) = rest.split_once(';').unwrap_or((rest, ""));
        let (clearing, rest) = mark(rest.trim());
        let mut transaction = RawTransaction {
            date,
            place: self.sources.place(number),
            clearing: clearing.unwrap_or_default(),
            description: String::new(),
            counterparty: String::new(),
            remarks: Remarks::default(),
            postings: Vec::new(),
        };
        let mut rest = rest;
        if let Some((code, after)) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            transaction.remarks.code(code);
            rest = after.trim();
        }
        comment::read(comment, &mut transaction.remarks, Some(date.year()));
        match rest.split_once('|') {
            Some((payee, note)) => {
                payee.trim().clone_into(&mut transaction.counterparty);
                note.trim().clone_into(&mut transaction.description);
            }
            None => rest.clone_into(&mut transaction.description),
        }
        Ok(transaction)
    }

    /// A transaction's date; a missing year comes from a directive, else from the last date that had one.
    fn date(&mut self, text: &str, number: u64) -> Result<Date, String> {
        let assumed = self.scope.year.or(self.last_year);
        let lacks_year = dates::lacks_year(text);
        let why = if lacks_year && assumed.is_none() {
            "is a date without a year, and none is said before it"
        } else {
            "is not a date"
        };
        let date = dates::parse(text, assumed).ok_or_else(|| format!("{:?} {why}", excerpt(text, 20)))?;
        if lacks_year && self.scope.year.is_none() {
            let message = format!("{:?} has no year; it was read as {date}", excerpt(text, 20));
            self.out.report(Code::BadDate, self.sources.place(number), message);
        }
        self.last_year = Some(date.year());
        Ok(date)
    }

    fn posting(&mut self, line: &str, number: u64, year: Option<i16>) -> Result<RawPosting, String> {
        let (clearing, rest) = mark(line);
        let (name, rest) = split_account(rest);
        let (kind, name) = match (name.chars().next(), name.chars().last()) {
            (Some('('), Some(')')) => (PostingKind::Virtual, strip_ends(name)),
            (Some('['), Some(']')) => (PostingKind::BalancedVirtual, strip_ends(name)),
            _ => (PostingKind::Real, name),
        };
        let mut posting = RawPosting {
            account: self.account(name)?,
            kind,
            line: number,
            amount: None,
            price: None,
            lot: None,
            assertion: None,
            date: None,
            clearing,
            remarks: None,
        };
        let (amounts, comment) = split_comment(rest);
        self.amounts(amounts, &mut posting)?;
        let mut remarks = Remarks::default();
        posting.date = comment::read(comment, &mut remarks, year);
        posting.remarks = remarks.boxed();
        Ok(posting)
    }

    /// `10 AAPL {$9} [2024-01-05] (lot) @ $10 = 20 AAPL`, each part optional.
    fn amounts(&mut self, text: &str, posting: &mut RawPosting) -> Result<(), String> {
        let mut rest = text.trim();
        if !rest.is_empty() && !rest.starts_with(['=', '@', '{', '[']) {
            let (amount, after) = self.amount(rest)?;
            posting.amount = Some(amount);
            rest = after.trim();
        }
        while !rest.is_empty() {
            rest = self.amount_part(rest, posting)?.trim();
        }
        Ok(())
    }

    fn amount_part<'t>(&mut self, text: &'t str, posting: &mut RawPosting) -> Result<&'t str, String> {
        for (begin, end, is_total) in [("{{", "}}", true), ("{", "}", false)] {
            if let Some(body) = text.strip_prefix(begin) {
                let (inner, after) = body.split_once(end).ok_or("a lot price is not closed")?;
                let inner = inner.trim().trim_start_matches('=');
                if !inner.trim().is_empty() {
                    let (amount, _) = self.amount(inner)?;
                    posting.lot = Some(Box::new(Price { amount, is_total }));
                }
                return Ok(after);
            }
        }
        for (begin, is_total) in [("@@", true), ("(@@)", true), ("@", false), ("(@)", false)] {
            if let Some(body) = text.strip_prefix(begin) {
                let (amount, after) = self.amount(body.trim_start().trim_start_matches('='))?;
                posting.price = Some(Box::new(Price { amount, is_total }));
                return Ok(after);
            }
        }
        if let Some(body) = text.strip_prefix('[') {
            return body
                .split_once(']')
                .map(|(_, after)| after)
                .ok_or_else(|| "a lot date is not closed".into());
        }
        if let Some(body) = text.strip_prefix('(') {
            return body
                .split_once(')')
                .map(|(_, after)| after)
                .ok_or_else(|| "a lot note is not closed".into());
        }
        if let Some(body) = text.strip_prefix('=') {
            let (sole, body) = body.strip_prefix('=').map_or((false, body), |body| (true, body));
            let (reach, body) = body
                .strip_prefix('*')
                .map_or((Reach::Own, body), |body| (Reach::WithSubs, body));
            let (amount, mut after) = self.amount(body)?;
            // A price behind an asserted balance changes nothing.
            if let Some(price) = after
                .trim_start()
                .strip_prefix("@@")
                .or_else(|| after.trim_start().strip_prefix('@'))
            {
                after = self.amount(price)?.1;
            }
            posting.assertion = Some(Box::new(Assertion { amount, reach, sole }));
            return Ok(after);
        }
        Err(format!("{:?} is not part of an amount", excerpt(text, 30)))
    }

    /// Reads an amount and remembers how its commodity is written.
    fn amount<'t>(&mut self, text: &'t str) -> Result<(Amount, &'t str), String> {
        let (written, rest) = {
            let Parsed { journal, styles, .. } = &self.parsed;
            let scope = &self.scope;
            amount::parse(text, |symbol| {
                let symbol = if symbol.is_empty() {
                    scope.commodity.as_deref().unwrap_or("")
                } else {
                    symbol
                };
                let declared = journal
                    .commodities
                    .find(symbol)
                    .and_then(|id| styles.get(&id))
                    .filter(|style| style.known == Known::Declared);
                declared.map(|style| style.decimal_mark).or(scope.decimal_mark)
            })?
        };
        let symbol = match (written.symbol, &self.scope.commodity) {
            ("", Some(default)) => default.as_str(),
            (symbol, _) => symbol,
        };
        let commodity = self.parsed.journal.commodities.id(symbol);
        self.learn(commodity, &written);
        let amount = Amount {
            value: written.value,
            commodity,
            mark: written.mark,
        };
        Ok((amount, rest))
    }

    fn learn(&mut self, commodity: NameId, written: &Written<'_>) {
        let unknown = !self.parsed.styles.contains_key(&commodity);
        let style = self.parsed.styles.entry(commodity).or_default();
        if style.known == Known::Declared {
            return;
        }
        if unknown {
            style.symbol_first = written.symbol_first;
            style.spaced = written.spaced;
        }
        style.places = style.places.max(written.value.scale().min(8));
        if let Mark::Certain(mark) = written.mark
            && style.known == Known::Guessed
        {
            style.known = Known::Seen;
            style.decimal_mark = mark;
        }
    }

    /// The account of a name in the present scope.
    pub(super) fn account(&mut self, name: &str) -> Result<NameId, String> {
        if let Some(id) = self.resolved.get(name) {
            return Ok(*id);
        }
        if name.is_empty() {
            return Err("an account is missing".into());
        }
        let full = alias::resolve(name, &self.scope.parents, &self.scope.aliases);
        let accounts = &mut self.parsed.journal.accounts;
        let new = accounts.find(&full).is_none();
        if full.split(':').count() > MAX_ACCOUNT_PARTS || (new && accounts.len() >= limits::MAX_ACCOUNTS) {
            return Err("there are too many accounts, or one has too many parts".into());
        }
        let id = accounts.id(&full);
        if self.resolved.len() < limits::MAX_ACCOUNTS {
            self.resolved.insert(name.to_owned(), id);
        }
        Ok(id)
    }

    /// Takes up what an `account` directive declares about an account's type.
    pub(super) fn declare_type(&mut self, account: NameId, kind: &str) {
        let role = match kind.trim().to_ascii_lowercase().as_str() {
            "a" | "asset" | "c" | "cash" => Role::Asset,
            "l" | "liability" => Role::Liability,
            _ => Role::Other,
        };
        self.parsed.journal.roles.insert(account, role);
        let of_type = match kind.trim().to_ascii_lowercase().as_str() {
            "a" | "c" => Some(AccountType::Asset),
            "e" | "v" | "conversion" => Some(AccountType::Equity),
            "l" => Some(AccountType::Liability),
            "r" => Some(AccountType::Revenue),
            "x" => Some(AccountType::Expense),
            word => AccountType::named(word),
        };
        if let Some(of_type) = of_type {
            self.parsed.journal.types.insert(account, of_type);
        }
    }
}

/// One mark before three digits: a decimal mark, as hledger reads it, unless the commodity is written with the other one
/// elsewhere, as only Ledger allows.
fn settle_doubtful(parsed: &mut Parsed, out: &mut Emitter<'_>) {
    let Parsed {
        transactions, styles, ..
    } = parsed;
    for transaction in transactions {
        for posting in &mut transaction.postings {
            let place = Place {
                line: Some(posting.line),
                ..transaction.place.clone()
            };
            let amounts = [
                posting.amount.as_mut(),
                posting.price.as_mut().map(|price| &mut price.amount),
                posting.lot.as_mut().map(|price| &mut price.amount),
                posting.assertion.as_mut().map(|assertion| &mut assertion.amount),
            ];
            for amount in amounts.into_iter().flatten() {
                let Mark::Doubtful(mark) = amount.mark else { continue };
                let style = styles.get(&amount.commodity).copied().unwrap_or_default();
                let before = amount.value;
                if style.known > Known::Guessed && style.decimal_mark != mark {
                    amount.value = Decimal::try_new(before.mantissa(), 0).unwrap_or(before);
                } else if style.known > Known::Guessed {
                    continue;
                }
                let message = format!(
                    "{mark:?} before three digits was read so that the amount is {}",
                    amount.value
                );
                let problem = Problem::new(Code::NumberAmbiguous, place.clone(), message);
                out.problem(problem.advising("say which with a decimal-mark directive in the journal"));
            }
        }
    }
}

/// Splits at the first two blanks, or tab: account names hold single blanks.
fn split_account(text: &str) -> (&str, &str) {
    let end = text
        .char_indices()
        .zip(text.chars().skip(1).map(Some).chain([None]))
        .find(|((_, c), next)| *c == '\t' || (c.is_whitespace() && next.is_some_and(char::is_whitespace)))
        .map_or(text.len(), |((at, _), _)| at);
    let (account, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (account.trim_end(), rest.trim_start())
}

/// Splits at the first `;` that is not in a quoted commodity.
fn split_comment(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => {
                return (
                    text.get(..at).unwrap_or_default(),
                    text.get(at + 1..).unwrap_or_default(),
                );
            }
            _ => {}
        }
    }
    (text, "")
}

/// A status mark at the start.
fn mark(text: &str) -> (Option<Clearing>, &str) {
    match text.strip_prefix('*') {
        Some(rest) => (Some(Clearing::Cleared), rest.trim_start()),
        None => match text.strip_prefix('!') {
            Some(rest) => (Some(Clearing::Pending), rest.trim_start()),
            None => (None, text),
        },
    }
}

/// `* assets:bank  $1` is a cleared posting, not a comment.
fn is_marked_posting(line: &str) -> bool {
    line.starts_with('*')
}

fn strip_ends(name: &str) -> &str {
    let mut chars = name.chars();
    chars.next();
    chars.next_back();
    chars.as_str().trim()
}

fn skip_indented(lines: &mut Lines<'_>) {
    while lines.indented().is_some() {}
}

fn number(index: usize) -> u64 {
    u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1)
}
