//! Conditions and actions of a rule file.

use super::fields::Fields;
use super::{Mistake, Reader};
use crate::limits;
use crate::rule::{Action, By, Condition, Count, Direction, MatchBy, Pattern, Share, Size, TextField, TextTest};
use crate::tree::{Node, Value};
use regex::RegexBuilder;
use tieout_core::Decimal;
use tieout_match::{ResidualKind, fold};

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
const TEXT_FIELDS: [(&str, TextField); 4] = [
    ("text", TextField::Any),
    ("description", TextField::Description),
    ("counterparty", TextField::Counterparty),
    ("reference", TextField::Reference),
];
/// How far entries may lie before and after their line where a rule does not say.
pub(crate) const USUAL_DAYS: (i32, i32) = (30, 5);
const MOST_DAYS: i32 = 1_000;

/// Makes a test of texts.
type TestOf = fn(Vec<String>) -> TextTest;

impl Reader<'_> {
    /// All members of the table have to hold.
    pub(super) fn condition(&self, node: Node, depth: usize) -> Result<Condition, Mistake> {
        if depth > limits::DEPTH {
            return Err(self.wrong(
                node.at,
                format!("conditions are nested deeper than {} levels", limits::DEPTH),
            ));
        }
        let mut fields = self.fields(node, "a condition")?;
        let mut all = Vec::new();
        for (key, field) in TEXT_FIELDS {
            if let Some((node, _)) = fields.take(key) {
                self.text_tests(node, field, &mut all)?;
            }
        }
        if let Some((node, _)) = fields.take("amount") {
            all.push(self.amount_range(node)?);
        }
        match fields.word("direction", &["in", "out"])? {
            Some("in") => all.push(Condition::Direction(Direction::In)),
            Some(_) => all.push(Condition::Direction(Direction::Out)),
            None => {}
        }
        if let Some((node, _)) = fields.take("type") {
            all.push(Condition::Type(self.folded(node, "type")?));
        }
        if let Some((text, at)) = fields.text("account")? {
            all.push(Condition::Account(self.some_text(&text, at, "account")?));
        }
        if let Some((node, _)) = fields.take("date") {
            self.days(node, &mut all)?;
        }
        for key in ["all", "any"] {
            if let Some((list, _)) = fields.list(key)? {
                let nested: Vec<Condition> = list
                    .into_iter()
                    .map(|node| self.condition(node, depth + 1))
                    .collect::<Result<_, _>>()?;
                all.push(if key == "all" {
                    Condition::All(nested)
                } else {
                    Condition::Any(nested)
                });
            }
        }
        if let Some((node, _)) = fields.take("not") {
            all.push(Condition::Not(Box::new(self.condition(node, depth + 1)?)));
        }
        fields.end()?;
        Ok(match (all.len(), all.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                all.extend(last);
                Condition::All(all)
            }
        })
    }

    /// A text or a list of texts is looked for anywhere; a table says how.
    fn text_tests(&self, node: Node, field: TextField, all: &mut Vec<Condition>) -> Result<(), Mistake> {
        let Value::Table(_) = &node.value else {
            all.push(Condition::Text(field, TextTest::Contains(self.folded(node, "a text")?)));
            return Ok(());
        };
        let mut fields = self.fields(node, "a text condition")?;
        let tests: [(&'static str, TestOf); 3] = [
            ("contains", TextTest::Contains),
            ("starts", TextTest::Starts),
            ("words", TextTest::Words),
        ];
        for (key, test) in tests {
            if let Some((node, _)) = fields.take(key) {
                all.push(Condition::Text(field, test(self.folded(node, key)?)));
            }
        }
        if let Some((text, at)) = fields.text("regex")? {
            let pattern = RegexBuilder::new(&text)
                .size_limit(limits::PATTERN_BYTES)
                .dfa_size_limit(limits::PATTERN_BYTES)
                .build()
                .map_err(|error| self.wrong(at, pattern_error(&error)))?;
            all.push(Condition::Text(field, TextTest::Pattern(Pattern(pattern))));
        }
        fields.end()
    }

    /// A text or several, folded; none may be empty, because it would stand in everything.
    fn folded(&self, node: Node, what: &str) -> Result<Vec<String>, Mistake> {
        let list = match node.value {
            Value::List(list) if !list.is_empty() => list,
            value @ Value::Text(_) => vec![Node { at: node.at, value }],
            other => {
                let message = format!("{what} is a text or a list of texts, not {}", other.kind());
                return Err(self.wrong(node.at, message));
            }
        };
        list.into_iter()
            .map(|node| match &node.value {
                Value::Text(text) => self.some_text(text, node.at, what),
                other => Err(self.wrong(node.at, format!("{what} is a text in quotes, not {}", other.kind()))),
            })
            .collect()
    }

    fn some_text(&self, text: &str, at: usize, what: &str) -> Result<String, Mistake> {
        let folded = fold(text);
        if folded.is_empty() {
            return Err(self.wrong(at, format!("{what} needs a letter or a digit")));
        }
        Ok(folded)
    }

    /// `"12.50"`, or a table with `min` and `max`.
    fn amount_range(&self, node: Node) -> Result<Condition, Mistake> {
        if !matches!(node.value, Value::Table(_)) {
            let amount = self.amount(&node)?;
            return Ok(Condition::Amount(Some(amount), Some(amount)));
        }
        let mut fields = self.fields(node, "an amount")?;
        let (min, max) = (fields.amount("min")?, fields.amount("max")?);
        let at = fields.at;
        fields.end()?;
        match (min, max) {
            (None, None) => Err(self.wrong(at, "an amount needs min, max or both")),
            (Some(min), Some(max)) if min > max => Err(self.wrong(at, "min is larger than max")),
            _ => Ok(Condition::Amount(min, max)),
        }
    }

    /// An amount without sign, in minor units.
    pub(super) fn amount(&self, node: &Node) -> Result<i64, Mistake> {
        let decimal = match &node.value {
            Value::Text(text) => Decimal::parse(text).ok(),
            Value::Whole(number) => Decimal::try_new(i128::from(*number), 0).ok(),
            other => {
                return Err(self.wrong(node.at, format!("an amount is written \"12.50\", not {}", other.kind())));
            }
        };
        let minor = decimal.and_then(|decimal| decimal.to_minor(self.digits).ok());
        match minor {
            Some(minor) if minor >= 0 => Ok(minor),
            Some(_) => Err(self.wrong(node.at, "amounts have no sign here; direction says in or out")),
            None => {
                let message = format!(
                    "an amount of this currency has at most {} digits after the point",
                    self.digits
                );
                Err(self.wrong(node.at, message))
            }
        }
    }

    fn days(&self, node: Node, all: &mut Vec<Condition>) -> Result<(), Mistake> {
        let at = node.at;
        let mut fields = self.fields(node, "a date")?;
        let (from, to) = (fields.date("from")?, fields.date("to")?);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(self.wrong(at, "from is after to"));
        }
        if from.is_some() || to.is_some() {
            all.push(Condition::Days(from, to));
        }
        if let Some((node, _)) = fields.take("day_of_month") {
            let days = several(node, |node| match &node.value {
                Value::Whole(day) => i8::try_from(*day).ok().filter(|day| (1..=31).contains(day)),
                Value::Text(text) if text == "last" => Some(0),
                _ => None,
            });
            let message = "day_of_month is a day from 1 to 31, \"last\", or a list of them";
            all.push(Condition::DaysOfMonth(days.map_err(|at| self.wrong(at, message))?));
        }
        if let Some((node, _)) = fields.take("weekday") {
            let days = several(node, |node| match &node.value {
                Value::Text(text) => {
                    let place = WEEKDAYS.iter().position(|day| day == text)?;
                    i8::try_from(place + 1).ok()
                }
                _ => None,
            });
            let message = "weekday is a day in English (\"monday\"), or a list of them";
            all.push(Condition::Weekdays(days.map_err(|at| self.wrong(at, message))?));
        }
        fields.end()
    }

    /// Exactly one action.
    pub(super) fn action(&self, node: Node) -> Result<Action, Mistake> {
        let mut fields = self.fields(node, "then")?;
        let mut actions = Vec::new();
        if let Some((node, _)) = fields.take("match") {
            actions.push(Action::Match(self.match_by(node)?));
        }
        if let Some((node, _)) = fields.take("code") {
            actions.push(self.code(node)?);
        }
        if let Some((list, at)) = fields.list("split")? {
            actions.push(Action::Code(self.shares(list, at)?, String::new()));
        }
        if let Some((reason, at)) = fields.text("ignore")? {
            if reason.trim().is_empty() {
                return Err(self.wrong(
                    at,
                    "ignore needs a reason: ignore = \"transfers are reconciled elsewhere\"",
                ));
            }
            actions.push(Action::Ignore(reason));
        }
        if let Some((node, _)) = fields.take("never_match") {
            actions.push(Action::NeverMatch(self.condition(node, 0)?));
        }
        let at = fields.at;
        fields.end()?;
        match (actions.len(), actions.pop()) {
            (1, Some(action)) => Ok(action),
            _ => Err(self.wrong(at, "a rule has one action: match, code, split, ignore or never_match")),
        }
    }

    fn code(&self, node: Node) -> Result<Action, Mistake> {
        let mut fields = self.fields(node, "code")?;
        let share = self.share(&mut fields, Size::Rest)?;
        let text = fields.text("text")?.map_or(String::new(), |(text, _)| text);
        fields.end()?;
        Ok(Action::Code(vec![share], text))
    }

    fn share(&self, fields: &mut Fields<'_>, size: Size) -> Result<Share, Mistake> {
        let account = fields
            .text("account")?
            .filter(|(account, _)| !account.trim().is_empty());
        let Some((account, _)) = account else {
            return Err(self.wrong(fields.at, "the account is missing: account = \"Expenses:Bank fees\""));
        };
        let tax_code = fields.text("tax")?.map_or(String::new(), |(tax, _)| tax);
        Ok(Share {
            account,
            tax_code,
            size,
        })
    }

    fn shares(&self, list: Vec<Node>, at: usize) -> Result<Vec<Share>, Mistake> {
        let mut shares = Vec::with_capacity(list.len());
        let mut percents = 0_u64;
        for node in list {
            let at = node.at;
            let mut fields = self.fields(node, "a part of a split")?;
            let mut sizes = Vec::new();
            if let Some((text, at)) = fields.text("percent")? {
                let ppm = Decimal::parse(&text).ok().and_then(|percent| percent.to_minor(4).ok());
                let ppm = ppm
                    .and_then(|ppm| u32::try_from(ppm).ok())
                    .filter(|ppm| (1..=1_000_000).contains(ppm));
                let message = "percent is above 0, at most 100, with at most four digits after the point: \"33.3\"";
                sizes.push(Size::Ppm(ppm.ok_or_else(|| self.wrong(at, message))?));
            }
            sizes.extend(fields.amount("amount")?.map(Size::Fixed));
            if fields.truth("rest")? == Some(true) {
                sizes.push(Size::Rest);
            }
            let [size] = sizes.as_slice() else {
                return Err(self.wrong(at, "a part has one of percent, amount and rest"));
            };
            if let Size::Ppm(ppm) = size {
                percents += u64::from(*ppm);
            }
            shares.push(self.share(&mut fields, *size)?);
            fields.end()?;
        }
        if shares.iter().filter(|share| share.size == Size::Rest).count() != 1 {
            return Err(self.wrong(
                at,
                "exactly one part takes what the others leave, odd cents included: rest = true",
            ));
        }
        if percents > 1_000_000 {
            return Err(self.wrong(at, "the parts are more than 100 percent"));
        }
        Ok(shares)
    }

    fn match_by(&self, node: Node) -> Result<MatchBy, Mistake> {
        let at = node.at;
        let mut fields = self.fields(node, "match")?;
        let Some((node, by_at)) = fields.take("by") else {
            return Err(self.wrong(
                at,
                "match needs the evidence that decides: by = [\"reference\", \"amount\"]",
            ));
        };
        let words = [
            ("amount", By::Amount),
            ("reference", By::Reference),
            ("check", By::Check),
            ("contact", By::Contact),
            ("date", By::Date),
        ];
        let evidence = several(node, |node| match &node.value {
            Value::Text(text) => words.iter().find(|(word, _)| word == text).map(|(_, by)| *by),
            _ => None,
        });
        let message = "by lists what must agree: amount, reference, check, contact, date";
        let mut evidence = evidence.map_err(|at| self.wrong(at.max(by_at), message))?;
        evidence.sort_unstable();
        evidence.dedup();
        let entry = match fields.take("entry") {
            Some((node, _)) => self.condition(node, 0)?,
            None => Condition::All(Vec::new()),
        };
        let entries = match fields.word("entries", &["one", "all"])? {
            Some("all") => Count::All,
            _ => Count::One,
        };
        let days = (
            fields.number("days_before", MOST_DAYS)?.unwrap_or(USUAL_DAYS.0),
            fields.number("days_after", MOST_DAYS)?.unwrap_or(USUAL_DAYS.1),
        );
        let difference = match fields.take("difference") {
            Some((node, _)) => Some(self.difference(node)?),
            None => None,
        };
        fields.end()?;
        Ok(MatchBy {
            evidence,
            entry,
            entries,
            days,
            difference,
        })
    }

    fn difference(&self, node: Node) -> Result<(i64, ResidualKind), Mistake> {
        let mut fields = self.fields(node, "a difference")?;
        let Some(max) = fields.amount("max")? else {
            return Err(self.wrong(fields.at, "a difference needs its largest amount: max = \"0.50\""));
        };
        let kind = match fields.word("as", &["fee", "exchange", "rounding", "short_payment"])? {
            Some("fee") => ResidualKind::Fee,
            Some("exchange") => ResidualKind::Exchange,
            Some("short_payment") => ResidualKind::ShortPayment,
            Some(_) => ResidualKind::Rounding,
            None => return Err(self.wrong(fields.at, "a difference needs what it is booked as: as = \"fee\"")),
        };
        fields.end()?;
        Ok((max, kind))
    }
}

fn pattern_error(error: &regex::Error) -> String {
    match error {
        regex::Error::CompiledTooBig(_) => "the pattern is too large".to_owned(),
        other => {
            let told = other.to_string();
            let last = told.lines().last().unwrap_or_default();
            format!("not a regular expression: {}", last.trim_start_matches("error: "))
        }
    }
}

/// One value or a list of them; the error says where the first wrong one stands.
fn several<T>(node: Node, read: impl Fn(&Node) -> Option<T>) -> Result<Vec<T>, usize> {
    let at = node.at;
    let list = match node.value {
        Value::List(list) if !list.is_empty() => list,
        Value::List(_) => return Err(at),
        value => vec![Node { at, value }],
    };
    list.iter().map(|node| read(node).ok_or(node.at)).collect()
}
