//! From Beancount text to directives; amounts may still be open, lots unchosen.
//!
//! A directive that cannot be read is reported and left out; reading goes on at the next line that is not indented.

use super::cursor::{Cursor, rest_of_directive, shown, skip_indented, text, value_text};
use super::directive::{Directive, Directives, Method, RawCost, RawPosting, RawPrice, RawTransaction, What};
use super::expression;
use super::lex::Token;
use crate::account::{AccountType, Role};
use crate::journal::NameId;
use crate::journal::remarks::Remarks;
use crate::journal::source::Sources;
use crate::limits;
use crate::model::Clearing;
use crate::read::Emitter;
use std::collections::BTreeSet;
use tieout_core::problem::excerpt;
use tieout_core::{Code, Date, Decimal};

/// Deepest account name: `A:B:C...`; real ones have five or six parts.
const MAX_ACCOUNT_PARTS: usize = 64;

/// Options that name the topmost accounts, and the types of what is below them.
const ROOTS: &[(&str, AccountType)] = &[
    ("name_assets", AccountType::Asset),
    ("name_liabilities", AccountType::Liability),
    ("name_equity", AccountType::Equity),
    ("name_income", AccountType::Revenue),
    ("name_expenses", AccountType::Expense),
];

/// Reads a journal and what it includes.
pub(super) fn parse(text: &str, sources: &mut Sources<'_>, out: &mut Emitter<'_>) -> Directives {
    let mut parser = Parser {
        found: Directives::default(),
        seen: BTreeSet::new(),
        line: 1,
        sources,
        out,
    };
    parser.file(text);
    let Parser { mut found, out, .. } = parser;
    super::plugin_notice(&found.settings.plugins, out);
    for (option, of_type) in ROOTS {
        if let Some(root) = found.settings.roots.get(option) {
            let id = found.journal.accounts.id(root);
            found.journal.types.insert(id, *of_type);
            match of_type {
                AccountType::Asset => found.journal.roles.insert(id, Role::Asset),
                AccountType::Liability => found.journal.roles.insert(id, Role::Liability),
                _ => None,
            };
        }
    }
    found
}

struct Parser<'s, 'i, 'o, 'e> {
    found: Directives,
    /// Files read so far; Beancount reads each once.
    seen: BTreeSet<String>,
    /// The line being read, for messages.
    line: u64,
    sources: &'s mut Sources<'i>,
    out: &'o mut Emitter<'e>,
}

impl Parser<'_, '_, '_, '_> {
    fn file(&mut self, text: &str) {
        let mut cursor = Cursor::new(text);
        let mut tags = PushedMeta::default();
        while !cursor.lexer.at_end() {
            // Headings of org mode, comments, shebang lines.
            if cursor.lexer.line_begins_with(|c| "*:#!&?%;\n".contains(c)) {
                cursor.lexer.skip_line();
                continue;
            }
            let line = cursor.line();
            self.line = line;
            let done = match cursor.take() {
                Token::Eol | Token::End => continue,
                Token::Indent => {
                    let message = format!(
                        "an indented line that belongs to no directive: {}",
                        shown(cursor.peek())
                    );
                    self.out.report(Code::Unread, self.sources.place(line), message);
                    cursor.skip_line();
                    continue;
                }
                Token::Date(date) => self.dated(&mut cursor, date, line, &tags),
                Token::Word(word) => self.undated(&mut cursor, word, line, &mut tags),
                Token::Bad("no such date") => Err("the date does not exist".into()),
                token => {
                    let message = format!("{} begins no directive", shown(&token));
                    self.out.report(Code::Unread, self.sources.place(line), message);
                    if token != Token::Eol {
                        cursor.skip_line();
                    }
                    continue;
                }
            };
            if let Err(message) = done {
                let message = format!("the directive of line {line} was left out: {message}");
                self.out.report(Code::BadEntry, self.sources.place(self.line), message);
                cursor.skip_line();
                skip_indented(&mut cursor);
            }
        }
    }

    fn undated(
        &mut self,
        cursor: &mut Cursor<'_>,
        word: &str,
        line: u64,
        pushed: &mut PushedMeta,
    ) -> Result<(), String> {
        match word {
            "option" => {
                let (name, value) = (text(cursor)?, text(cursor)?);
                cursor.end_of_line()?;
                self.option(&name, value);
            }
            "include" => {
                let path = text(cursor)?;
                cursor.end_of_line()?;
                self.include(&path, line);
            }
            "plugin" => {
                let name = text(cursor)?;
                self.found.settings.plugins.push(excerpt(&name, 60));
                rest_of_directive(cursor);
            }
            "pushtag" | "poptag" => rest_of_directive(cursor),
            "pushmeta" | "popmeta" => {
                let Token::Key(key) = cursor.take() else {
                    return Err("a key is missing".into());
                };
                if word == "pushmeta" {
                    pushed.push(key, &value_text(cursor));
                } else {
                    pushed.pop(key);
                }
                cursor.skip_line();
            }
            _ => return Err(format!("{word:?} begins no directive")),
        }
        Ok(())
    }

    fn option(&mut self, name: &str, value: String) {
        let settings = &mut self.found.settings;
        match name {
            "inferred_tolerance_multiplier" | "tolerance_multiplier" => {
                if let Ok(multiplier) = Decimal::parse(&value) {
                    settings.multiplier = multiplier;
                }
            }
            "inferred_tolerance_default" => {
                if let Some((commodity, tolerance)) = value.split_once(':')
                    && let Ok(tolerance) = Decimal::parse(tolerance.trim())
                {
                    settings
                        .default_tolerances
                        .insert(commodity.trim().to_owned(), tolerance);
                }
            }
            "booking_method" => settings.method = Method::named(&value).unwrap_or(settings.method),
            other => {
                if let Some((option, _)) = ROOTS.iter().find(|(option, _)| *option == other) {
                    settings.roots.insert(option, value);
                }
            }
        }
    }

    fn include(&mut self, path: &str, line: u64) {
        for path in self.sources.named(path, line, self.out) {
            if !self.seen.insert(path.clone()) {
                continue;
            }
            if let Some(text) = self.sources.include(&path, line, self.out) {
                self.file(&text);
                self.sources.close();
            }
        }
    }

    fn dated(&mut self, cursor: &mut Cursor<'_>, date: Date, line: u64, pushed: &PushedMeta) -> Result<(), String> {
        let keyword = cursor.take();
        let what = match &keyword {
            Token::Word("txn") | Token::Mark("*" | "!" | "&" | "?" | "%" | "#") => {
                self.transaction(cursor, &keyword, pushed)?
            }
            Token::Currency(flag) if flag.len() == 1 => self.transaction(cursor, &keyword, pushed)?,
            Token::Word("open") => return self.open(cursor),
            Token::Word("pad") => {
                let (account, source) = (self.account(cursor)?, self.account(cursor)?);
                rest_of_directive(cursor);
                What::Pad { account, source }
            }
            Token::Word("balance") => {
                let balance = self.balance(cursor)?;
                rest_of_directive(cursor);
                balance
            }
            Token::Word("close" | "commodity" | "price" | "note" | "document" | "event" | "query" | "custom") => {
                rest_of_directive(cursor);
                return Ok(());
            }
            other => return Err(format!("{} is no directive", shown(other))),
        };
        let place = self.sources.place(line);
        self.found.list.push(Directive {
            date,
            place,
            line,
            what,
        });
        Ok(())
    }

    fn open(&mut self, cursor: &mut Cursor<'_>) -> Result<(), String> {
        let account = self.account(cursor)?;
        let mut currencies = BTreeSet::new();
        self.found.journal.declared.insert(account);
        loop {
            match cursor.peek() {
                Token::Text(name) => {
                    if let Some(method) = Method::named(name) {
                        self.found.methods.insert(account, method);
                    }
                    cursor.take();
                }
                Token::Currency(name) => {
                    currencies.insert((*name).to_owned());
                    cursor.take();
                }
                Token::Mark(",") => {
                    cursor.take();
                }
                _ => break,
            }
        }
        let name = self.found.journal.accounts.name(account).to_owned();
        self.found.opened.insert(name, currencies);
        rest_of_directive(cursor);
        Ok(())
    }

    fn balance(&mut self, cursor: &mut Cursor<'_>) -> Result<What, String> {
        let account = self.account(cursor)?;
        let amount = expression::number(cursor)?.ok_or("an amount is missing")?;
        let mut tolerance = None;
        if *cursor.peek() == Token::Mark("~") {
            cursor.take();
            tolerance = expression::number(cursor)?;
        }
        let commodity = self.commodity(cursor).ok_or("a currency is missing")?;
        Ok(What::Balance {
            account,
            amount,
            commodity,
            tolerance,
        })
    }

    fn transaction(&mut self, cursor: &mut Cursor<'_>, flag: &Token<'_>, pushed: &PushedMeta) -> Result<What, String> {
        let mut transaction = RawTransaction {
            clearing: clearing(flag),
            ..RawTransaction::default()
        };
        pushed.apply(&mut transaction.remarks);
        let mut texts: Vec<String> = Vec::new();
        loop {
            match cursor.take() {
                Token::Text(text) => texts.push(text),
                Token::Link(link) => transaction.link(link),
                Token::Tag(_) | Token::Mark("|") => {}
                Token::Eol | Token::End => break,
                token => return Err(format!("{} is not expected behind the flag", shown(&token))),
            }
        }
        match texts.as_mut_slice() {
            [] => {}
            [description] => transaction.description = std::mem::take(description),
            [payee, description, ..] => {
                transaction.counterparty = std::mem::take(payee);
                transaction.description = std::mem::take(description);
            }
        }
        while cursor.indented_line() {
            self.line_of_transaction(cursor, &mut transaction)?;
        }
        transaction.postings.shrink_to_fit();
        // An invoice number written out says more than a link, which is often an id.
        let links = std::mem::take(&mut transaction.links);
        transaction.remarks.tag("doc", &links);
        Ok(What::Transaction(Box::new(transaction)))
    }

    /// Metadata, tags and links, or a posting; the indent is taken.
    fn line_of_transaction(&mut self, cursor: &mut Cursor<'_>, transaction: &mut RawTransaction) -> Result<(), String> {
        let line = cursor.line();
        self.line = line;
        match cursor.peek() {
            Token::Key(_) => {
                let Token::Key(key) = cursor.take() else { return Ok(()) };
                let value = value_text(cursor);
                let last = transaction.postings.last_mut();
                let remarks = last.map_or(&mut transaction.remarks, |posting| {
                    posting.remarks.get_or_insert_default()
                });
                remarks.tag(key, &value);
                cursor.skip_line();
                Ok(())
            }
            Token::Tag(_) | Token::Link(_) => {
                if let Token::Link(link) = cursor.take() {
                    transaction.link(link);
                }
                cursor.skip_line();
                Ok(())
            }
            _ => {
                let posting = self.posting(cursor, line)?;
                if transaction.postings.len() >= limits::MAX_POSTINGS_OF_TRANSACTION {
                    return Err("it has too many postings".into());
                }
                transaction.postings.push(posting);
                Ok(())
            }
        }
    }

    fn posting(&mut self, cursor: &mut Cursor<'_>, line: u64) -> Result<RawPosting, String> {
        let flag = match cursor.peek() {
            Token::Mark("*" | "!" | "&" | "?" | "%" | "#") => Some(cursor.take()),
            Token::Currency(letter) if letter.len() == 1 => Some(cursor.take()),
            _ => None,
        };
        let mut posting = RawPosting {
            account: self.account(cursor)?,
            line,
            units: expression::number(cursor)?,
            commodity: self.commodity(cursor),
            cost: None,
            price: None,
            clearing: flag.as_ref().map(clearing),
            remarks: None,
        };
        if matches!(cursor.peek(), Token::Mark("{" | "{{")) {
            posting.cost = Some(Box::new(self.cost(cursor)?));
        }
        if let Token::Mark(mark @ ("@" | "@@")) = *cursor.peek() {
            cursor.take();
            posting.price = Some(Box::new(RawPrice {
                number: expression::number(cursor)?,
                commodity: self.commodity(cursor),
                is_total: mark == "@@",
            }));
        }
        cursor.end_of_line()?;
        Ok(posting)
    }

    fn cost(&mut self, cursor: &mut Cursor<'_>) -> Result<RawCost, String> {
        let is_total = cursor.take() == Token::Mark("{{");
        let mut cost = RawCost::default();
        loop {
            match cursor.peek() {
                Token::Mark("}" | "}}") => {
                    cursor.take();
                    return Ok(cost);
                }
                Token::Mark("," | "*") => {
                    cursor.take();
                }
                Token::Mark("#") => {
                    cursor.take();
                    cost.total = expression::number(cursor)?;
                }
                Token::Date(date) => {
                    cost.date = Some(*date);
                    cursor.take();
                }
                Token::Text(_) => {
                    if let Token::Text(label) = cursor.take() {
                        cost.label = Some(label);
                    }
                }
                Token::Currency(_) => cost.commodity = self.commodity(cursor),
                Token::Number(_) | Token::Mark("-" | "+" | "(") => {
                    let number = expression::number(cursor)?;
                    if is_total {
                        cost.total = number;
                    } else {
                        cost.per_unit = number;
                    }
                }
                token => return Err(format!("{} is not expected in a cost", shown(token))),
            }
        }
    }

    fn account(&mut self, cursor: &mut Cursor<'_>) -> Result<NameId, String> {
        match cursor.take() {
            Token::Account(name) if name.split(':').count() <= MAX_ACCOUNT_PARTS => {
                let accounts = &mut self.found.journal.accounts;
                if accounts.len() >= limits::MAX_ACCOUNTS && accounts.find(name).is_none() {
                    return Err("there are too many accounts".into());
                }
                Ok(accounts.id(name))
            }
            token => Err(format!("an account is missing before {}", shown(&token))),
        }
    }

    fn commodity(&mut self, cursor: &mut Cursor<'_>) -> Option<NameId> {
        let Token::Currency(name) = *cursor.peek() else {
            return None;
        };
        cursor.take();
        Some(self.found.journal.commodities.id(name))
    }
}

/// Metadata that `pushmeta` gives to the transactions after it.
#[derive(Debug, Default)]
struct PushedMeta(Vec<(String, String)>);

impl PushedMeta {
    fn push(&mut self, key: &str, value: &str) {
        if self.0.len() < limits::MAX_ALIASES {
            self.0.push((key.to_owned(), value.to_owned()));
        }
    }

    fn pop(&mut self, key: &str) {
        if let Some(at) = self.0.iter().rposition(|(pushed, _)| pushed == key) {
            self.0.remove(at);
        }
    }

    fn apply(&self, remarks: &mut Remarks) {
        for (key, value) in &self.0 {
            remarks.tag(key, value);
        }
    }
}

/// `!` marks what is not certain; all other flags say nothing of the bank.
fn clearing(flag: &Token<'_>) -> Clearing {
    if *flag == Token::Mark("!") {
        Clearing::Pending
    } else {
        Clearing::Unsaid
    }
}
