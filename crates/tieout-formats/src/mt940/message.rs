//! One message on its way to a statement: everything but its lines.

use super::balance;
use super::numbered::NumberedPage;
use super::tags::{Page, Tag};
use super::{account, cut, nonswift, quirks};
use crate::limits::MAX_VALUE_BYTES;
use crate::model::{BalanceKind, ControlOver, Statement};
use crate::prove::name_of;
use crate::read::Emitter;
use tieout_core::problem::{Code, Place, Problem, excerpt};
use tieout_core::{Currency, Date};

/// Balances and control totals kept of one message; a file with more is no statement.
const MAX_FIGURES: usize = 1000;

/// A message that is being read.
#[derive(Debug, Default)]
pub(super) struct Message {
    statement: Statement,
    /// Its statement was announced to the sink.
    begun: bool,
    /// A dash alone has ended it; only what cannot begin a message may still follow.
    ended: bool,
    /// What its tags show it to be.
    evidence: Evidence,
    /// The kind its header says, as printed (`940`).
    header: Option<[u8; 3]>,
    opening_has_comma: bool,
}

/// What kind of message the tags so far show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Evidence {
    /// Nothing yet.
    #[default]
    None,
    /// A tag of another kind of message.
    Foreign,
    /// A tag that only statements have.
    Statement,
    /// A tag that only MT942 has.
    Interim,
}

impl Message {
    /// A message whose header says its kind.
    pub(super) fn new(header: Option<[u8; 3]>) -> Self {
        Self {
            header,
            ..Self::default()
        }
    }

    /// A dash alone: the end, or a dash in a text.
    pub(super) fn dash(&mut self) {
        self.ended = true;
    }

    /// Whether nothing has ended it.
    pub(super) fn is_running(&self) -> bool {
        !self.ended
    }

    /// Whether a field belongs to this message, or begins another one.
    pub(super) fn takes(&self, tag: Tag) -> bool {
        match tag {
            Tag::Reference => false,
            _ if !self.ended => true,
            Tag::Details | Tag::Available | Tag::Forward | Tag::NonSwift | Tag::Credits | Tag::Debits => true,
            Tag::Movement | Tag::Closing(_) => self.statement.closing.is_none(),
            _ => false,
        }
    }

    /// Where it stands in its statement; it begins on this line.
    pub(super) fn page(&self, line: u64) -> Option<NumberedPage> {
        NumberedPage::of(&self.statement, line)
    }

    /// Whether its opening balance was printed with a decimal comma.
    pub(super) fn opening_has_comma(&self) -> bool {
        self.opening_has_comma
    }

    /// A line is missing that could not be read.
    pub(super) fn lose_line(&mut self) {
        self.statement.lacks_lines = true;
    }

    /// A field follows a dash that did not end the message.
    pub(super) fn resumes(&mut self) -> bool {
        std::mem::take(&mut self.ended)
    }

    /// The date that decides the century of the lines' dates.
    pub(super) fn date(&self) -> Option<Date> {
        self.statement.opening.as_ref().and_then(|opening| opening.date)
    }

    /// Announces the statement, once.
    pub(super) fn begin(&mut self, out: &mut Emitter<'_>) {
        if !self.begun {
            self.begun = true;
            self.set_kind();
            out.begin(&self.statement);
        }
    }

    /// The message is complete: its statement goes to the sink. Its last field stands on `last_line`.
    pub(super) fn end(mut self, first_line: u64, last_line: u64, out: &mut Emitter<'_>) {
        if !self.begun && self.evidence == Evidence::Foreign {
            out.report(
                Code::NotAStatement,
                Place::line(first_line),
                "this message is a payment, not an account statement",
            );
            return;
        }
        self.begin(out);
        self.set_kind();
        if self.statement.account.id.is_empty() {
            out.report(
                Code::NoAccount,
                Place::line(first_line),
                format!("{} has no :25:", name_of(&self.statement)),
            );
        }
        if self.statement.currency.is_none() && !out.knows_currency() {
            out.report(
                Code::NoCurrency,
                Place::line(first_line),
                format!("{} has no currency", name_of(&self.statement)),
            );
        }
        self.check_balances(first_line, last_line, out);
        out.end(self.statement);
    }

    /// Only messages during the day have no balances: another one without both may have lost its beginning or end.
    fn check_balances(&self, first_line: u64, last_line: u64, out: &mut Emitter<'_>) {
        let statement = &self.statement;
        if statement.message == "MT942" {
            return;
        }
        let name = || name_of(statement);
        let (place, message) = match (&statement.opening, &statement.closing) {
            (Some(_), Some(_)) => return,
            (Some(_), None) => (
                Place::field(last_line, ":62F:"),
                format!("{} ends without its closing balance", name()),
            ),
            (None, Some(_)) => (
                Place::field(first_line, ":60F:"),
                format!("{} begins without its opening balance", name()),
            ),
            (None, None) => (
                Place::line(first_line),
                format!("{} has neither opening nor closing balance (:60F:, :62F:)", name()),
            ),
        };
        out.report(Code::Incomplete, place, message);
    }

    /// Takes a field other than `:61:` and `:86:`. `text` may have several lines.
    pub(super) fn field(&mut self, tag: Tag, text: &str, at: u64, out: &mut Emitter<'_>) {
        let (first, more) = cut::at(text, b'\n').unwrap_or((text, ""));
        let trimmed = first.trim_ascii();
        if tag == Tag::Foreign {
            self.evidence = self.evidence.max(Evidence::Foreign);
            out.report(
                Code::Unread,
                Place::line(at),
                format!("a tag that statements do not have: {}", excerpt(trimmed, 40)),
            );
            return;
        }
        let more = more.trim_ascii();
        let is_known = |line: &str| quirks::is_preamble(line.as_bytes());
        if tag != Tag::NonSwift && !more.is_empty() && !more.lines().all(is_known) {
            out.report(
                Code::Unread,
                Place::line(at),
                format!("a line that belongs to no field: {}", excerpt(more, 40)),
            );
        }
        self.evidence = self.evidence.max(match tag {
            Tag::Reference | Tag::Related => Evidence::None,
            Tag::Floor | Tag::Time | Tag::Credits | Tag::Debits => Evidence::Interim,
            _ => Evidence::Statement,
        });
        match tag {
            Tag::Reference => trimmed.clone_into(&mut self.statement.reference),
            Tag::Number => trimmed.clone_into(&mut self.statement.number),
            Tag::Account => self.account(first, at, out),
            Tag::Floor => self.currency(balance::floor_currency(trimmed), "34F", at, out),
            Tag::Opening(page) => {
                self.balance(trimmed, BalanceKind::Opening, code_of("60", page), at, out);
            }
            Tag::Closing(page) => {
                self.balance(trimmed, BalanceKind::Closing, code_of("62", page), at, out);
            }
            Tag::Available => self.balance(trimmed, BalanceKind::Available, "64", at, out),
            Tag::Forward => self.balance(trimmed, BalanceKind::Forward, "65", at, out),
            Tag::Credits => self.control(trimmed, ControlOver::Credits, "90C", at, out),
            Tag::Debits => self.control(trimmed, ControlOver::Debits, "90D", at, out),
            Tag::NonSwift => nonswift::apply_to_statement(text, &mut self.statement),
            Tag::Related | Tag::Time | Tag::Foreign | Tag::Movement | Tag::Details => {}
        }
    }

    fn account(&mut self, printed: &str, at: u64, out: &mut Emitter<'_>) {
        if !self.statement.account.id.is_empty() {
            let message = format!("a second account in one message: {}", excerpt(printed.trim_ascii(), 40));
            out.report(Code::Irregular, Place::field(at, ":25:"), message);
        }
        let (owner, name) = (
            std::mem::take(&mut self.statement.account.owner),
            std::mem::take(&mut self.statement.account.name),
        );
        self.statement.account = account::read(printed);
        self.statement.account.owner = owner;
        self.statement.account.name = name;
    }

    fn currency(&mut self, currency: Option<Currency>, code: &str, at: u64, out: &mut Emitter<'_>) {
        let Some(currency) = currency else { return };
        let known = *self.statement.currency.get_or_insert(currency);
        if known != currency {
            let message = format!("{currency} in a statement in {known}");
            out.report(Code::MixedCurrency, Place::field(at, format!(":{code}:")), message);
        }
    }

    fn balance(&mut self, text: &str, kind: BalanceKind, code: &str, at: u64, out: &mut Emitter<'_>) {
        let tag = || format!(":{code}:");
        let Some(printed) = balance::read(text, kind, code) else {
            let message = format!("{:?} is no balance", excerpt(text, 40));
            out.report(Code::BadAmount, Place::field(at, tag()), message);
            return;
        };
        if let Some(digits) = &printed.bad_date {
            out.report(
                Code::BadDate,
                Place::field(at, tag()),
                format!("{digits:?} is not a date"),
            );
        }
        if printed.clamped {
            let message = format!("{:?} has a day that its month has not", excerpt(text, 7));
            out.report(Code::DateClamped, Place::field(at, tag()), message);
        }
        if !printed.tail.is_empty() {
            let message = format!(
                "only the beginning of the amount was read, {:?} follows it",
                excerpt(&printed.tail, 40)
            );
            out.report(Code::BadAmount, Place::field(at, tag()), message);
        }
        self.opening_has_comma |= kind == BalanceKind::Opening && text.contains(',');
        self.currency(printed.balance.currency, code, at, out);
        let statement = &mut self.statement;
        statement.intermediate |= code.ends_with('M');
        let place = match kind {
            BalanceKind::Opening => Some(&mut statement.opening),
            BalanceKind::Closing => Some(&mut statement.closing),
            BalanceKind::Available => Some(&mut statement.available),
            _ => None,
        };
        match place {
            Some(place @ None) => *place = Some(printed.balance),
            _ if statement.other_balances.len() >= MAX_FIGURES => {
                let message = format!("more than {MAX_FIGURES} balances in one message");
                out.problem(Problem::new(Code::TooLarge, Place::field(at, tag()), message));
            }
            Some(_) => {
                out.report(
                    Code::Irregular,
                    Place::field(at, tag()),
                    "a second balance of this kind; the first one counts",
                );
                statement.other_balances.push(printed.balance);
            }
            None => statement.other_balances.push(printed.balance),
        }
    }

    fn control(&mut self, text: &str, over: ControlOver, code: &str, at: u64, out: &mut Emitter<'_>) {
        match balance::control(text, over, code) {
            Some((control, currency)) if self.statement.control.len() < MAX_FIGURES => {
                self.currency(currency, code, at, out);
                self.statement.control.push(control);
            }
            _ => {
                let message = format!("{:?} is no control total", excerpt(text, 40));
                out.report(Code::BadAmount, Place::field(at, format!(":{code}:")), message);
            }
        }
    }

    fn set_kind(&mut self) {
        let has_balance = self.statement.opening.is_some() || self.statement.closing.is_some();
        let kind = match &self.header {
            Some(kind) => std::str::from_utf8(kind).unwrap_or("940"),
            None if self.evidence == Evidence::Interim && !has_balance => "942",
            None => "940",
        };
        if self.statement.message.get(2..) != Some(kind) {
            self.statement.message = format!("MT{kind}");
        }
    }
}

/// The kind of message that a line before it says: `{2:I940…`, `940`, `:942:`.
pub(super) fn kind_of(line: &[u8]) -> Option<[u8; 3]> {
    let line = line.get(..line.len().min(MAX_VALUE_BYTES)).unwrap_or_default();
    let digits = match memchr::memmem::find(line, b"{2:") {
        Some(at) => line.get(at + 4..at + 7)?,
        None => match line.trim_ascii() {
            [b':', a @ .., b':'] if a.len() == 3 => a,
            [a, b, c] | [a, b, c, b' ', ..] => &[*a, *b, *c],
            _ => return None,
        },
    };
    match digits {
        [b'9', b'4' | b'5', b'0' | b'1' | b'2'] if digits != b"951" && digits != b"952" => digits.try_into().ok(),
        _ => None,
    }
}

fn code_of(tag: &str, page: Page) -> &'static str {
    match (tag, page) {
        ("60", Page::Final) => "60F",
        ("60", Page::Intermediate) => "60M",
        (_, Page::Final) => "62F",
        (_, Page::Intermediate) => "62M",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_before_a_message_say_its_kind() {
        for (line, expected) in [
            (
                "{1:F01KNABNL2HAXXX0000000000}{2:I940KNABNL2HXXXXN3020}{4:",
                Some(b"940"),
            ),
            ("{2:O9421200260715", Some(b"942")),
            ("{2:I950X", Some(b"950")),
            ("940", Some(b"940")),
            ("940 00", Some(b"940")),
            (":942:", Some(b"942")),
            ("{2:I103X", None),
            ("{2:E623XXXXXXXXAXXXN}", None),
            ("ABNANL2A", None),
            ("{2:", None),
        ] {
            assert_eq!(kind_of(line.as_bytes()).as_ref(), expected, "{line}");
        }
    }
}
