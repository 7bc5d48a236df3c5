//! What the votes of all cells come to: decimal marks, order of dates, layout; and what was decided without proof.

use crate::amounts::{DecimalMark, DecimalMarkVote, MarkVerdict};
use crate::another::Above;
use crate::assign::Perspective;
use crate::charset;
use crate::columns::{Column, Role};
use crate::currencies;
use crate::dates::{Basis, DateOrder, DateOrderVote, OrderVerdict, read_date};
use crate::evidence::Evidence;
use crate::fold::fold;
use crate::frame;
use crate::layout::Case;
use crate::mapping::{Mapping, NAME_THE_COLUMNS, NAME_THE_ORDER, NAME_THE_SIDES};
use crate::preamble::Preamble;
use crate::row::Row;
use crate::settled::{self, DatesProof, Scope};
use crate::spans::months_in;
use crate::standing::{Standing, standing};
use crate::stray;
use crate::survey::{Found, missing};
use crate::table::{NoTable, Places, Table, TableOptions};
use tieout_core::encoding::Decoder;
use tieout_core::problem::{Code, Problem};

/// What is said of balances that follow only so.
const OWED: &str = "the balances rise with money out: they were read as what is owed, as of a card or a loan";

/// How the header of the program's own tables of statement lines begins: whoever writes such a table begins with these.
pub const OWN_COLUMNS: [&str; 7] = [
    "account",
    "statement",
    "status",
    "booking_date",
    "value_date",
    "amount",
    "currency",
];

/// A table and the votes of its cells.
pub(crate) struct Deciding<'a> {
    pub(crate) found: &'a Found,
    pub(crate) evidence: &'a Evidence,
    pub(crate) options: &'a TableOptions,
}

impl Deciding<'_> {
    /// The table, if the rows so far leave nothing open.
    pub(crate) fn if_settled(&self, flaws: Vec<Problem>) -> Option<Table> {
        let proof = self.dates_proof();
        if !settled::are_columns_settled(&self.found.roles, self.evidence, proof, self.options) {
            return None;
        }
        let mut table = self.decide(flaws).ok()?;
        table.scope = Scope::Beginning(proof);
        settled::is_layout_settled(&table).then_some(table)
    }

    /// The table, by the rows so far.
    pub(crate) fn decide(&self, mut problems: Vec<Problem>) -> Result<Table, NoTable> {
        let (found, evidence) = (self.found, self.evidence);
        let mapping = self.options.mapping.as_ref();
        let marks = self.decimal_marks(mapping, &mut problems);
        let order = self.date_order(&marks, &mut problems);
        let names = found
            .frame
            .names
            .iter()
            .map(String::as_str)
            .chain(std::iter::repeat(""));
        let columns: Vec<Column> = found
            .roles
            .iter()
            .zip(&marks)
            .zip(names)
            .map(|((&role, &decimal_mark), name)| Column {
                name: name.to_owned(),
                role,
                decimal_mark,
                date_order: order,
            })
            .collect();
        let sample = found
            .sample
            .iter()
            .skip(found.frame.body)
            .filter(|row| frame::is_typed(row) && self.is_booked(row))
            .collect();
        let says_amounts = mapping.is_some_and(Mapping::says_amounts);
        let case = Case {
            columns: &columns,
            evidence,
            sample,
            named: found.frame.header.is_some(),
            perspective: self.options.perspective,
            mapping,
            debit_words: if says_amounts { &[] } else { &found.words.debit_words },
            suspect: found.words.suspect.filter(|_| !says_amounts),
            is_own: self.is_normalised(),
        };
        let Some(decision) = case.decide() else {
            return Err(missing("no column of amounts was found"));
        };
        problems.extend(decision.mixed.map(|mixed| Problem::of_file(Code::MixedSigns, mixed)));
        if decision.is_owed {
            problems.push(Problem::of_file(Code::SideUnknown, OWED).advising(NAME_THE_SIDES));
        }
        problems.extend(decision.sideless.map(|what| Problem::of_file(Code::SideUnknown, what)));
        problems.extend(
            decision
                .notes
                .into_iter()
                .map(|note| Problem::of_file(Code::Decided, note).advising(NAME_THE_COLUMNS)),
        );
        let mark = decision
            .layout
            .columns()
            .next()
            .and_then(|column| marks.get(column).copied())
            .unwrap_or(DecimalMark::Point);
        let encoding = self.charset(&mut problems);
        let mut preamble = Preamble::default();
        for row in found.sample.iter().take(found.frame.header.unwrap_or(found.frame.body)) {
            preamble.harvest_in(row, mark, encoding.as_deref());
        }
        preamble.take_side(self.options.perspective, decision.is_owed);
        problems.extend(stray::told(
            &found.sample,
            &found.frame,
            &columns,
            self.options.perspective,
        ));
        Ok(Table {
            body: u64::try_from(found.frame.body).unwrap_or(0),
            header: found.frame.header.and_then(|index| found.sample.get(index)).cloned(),
            source: found.source.clone(),
            places: Places::new(&columns),
            columns,
            layout: decision.layout,
            perspective: self.options.perspective,
            is_owed: decision.is_owed,
            preamble,
            above: self.above(encoding.as_deref()),
            chain: decision.chain,
            groups: evidence.groups.clone(),
            header_currency: currencies::of_header(found).or_else(|| currencies::of_cells(found)),
            has_dollars: currencies::has_dollars(found),
            mapped_currency: mapping.and_then(|mapping| mapping.currency),
            mapped_account: mapping.and_then(|mapping| mapping.account_id.clone()),
            encoding,
            marked: found.marked,
            row_count: evidence.rows,
            signs: evidence.signs,
            side_counts: evidence.sides,
            scope: Scope::Whole,
            is_own: self.is_normalised(),
            problems,
        })
    }

    /// What the text above the table says of its account, in this charset.
    fn above(&self, encoding: Option<&str>) -> Above {
        let mut decoder = Decoder::default();
        if let Some(name) = encoding {
            decoder.declare(name);
        }
        let frame = &self.found.frame;
        let rows = self.found.sample.iter().take(frame.header.unwrap_or(frame.body));
        Above::of(rows, &mut decoder)
    }

    /// No status of a row says that it moved nothing yet.
    fn is_booked(&self, row: &Row) -> bool {
        let at_bank = self.options.perspective == Perspective::Bank;
        let mut roles = self.found.roles.iter().enumerate();
        !at_bank
            || roles.all(|(column, role)| *role != Role::Status || standing(row.cell(column), true) == Standing::Booked)
    }

    /// The charset of texts that are not UTF-8: what a person says, what makes words of the header, what makes words of
    /// the rows.
    fn charset(&self, problems: &mut Vec<Problem>) -> Option<String> {
        let mapped = self
            .options
            .mapping
            .as_ref()
            .and_then(|mapping| mapping.encoding.clone());
        if mapped.is_some() {
            return mapped;
        }
        let header = self.found.frame.charset;
        let known = header.filter(|charset| *charset != "windows-1252");
        let charset = known.or_else(|| charset::vote(&self.found.sample)).or(header)?;
        problems.extend(charset::told(charset, known.is_some()));
        Some(charset.to_owned())
    }

    /// The votes of all columns of dates together; sequences only of the first.
    fn dates_together(&self) -> DateOrderVote {
        let date = self.found.roles.iter().position(|role| *role == Role::Date);
        let dates = &self.evidence.dates;
        let mut vote = date.and_then(|column| dates.get(column)).cloned().unwrap_or_default();
        for (column, other) in dates.iter().enumerate() {
            if Some(column) != date {
                vote.join(other);
            }
        }
        vote
    }

    fn dates_proof(&self) -> DatesProof {
        let vote = self.dates_together();
        if vote.is_known() {
            DatesProof::Known
        } else if vote.is_unanimous() {
            DatesProof::Order
        } else {
            DatesProof::Open
        }
    }

    /// The mark of each column: its own vote, else that of all columns of amounts together.
    fn decimal_marks(&self, mapping: Option<&Mapping>, problems: &mut Vec<Problem>) -> Vec<DecimalMark> {
        if let Some(mark) = mapping.and_then(|mapping| mapping.decimal_mark) {
            return vec![mark; self.found.roles.len()];
        }
        if self.is_normalised() {
            return vec![DecimalMark::Point; self.found.roles.len()];
        }
        let mut together = DecimalMarkVote::default();
        for (vote, role) in self.evidence.marks.iter().zip(&self.found.roles) {
            if role.is_amount() && *role != Role::Rate {
                together.join(vote);
            }
        }
        let shared = match together.decide() {
            MarkVerdict::Decided(mark) => mark,
            MarkVerdict::Unmarked => DecimalMark::Point,
            // Three digits are a fraction where the currency has thousandths, and none where it has no fractions.
            MarkVerdict::Ambiguous if self.has_decimals(3) => {
                together.as_groups().unwrap_or(DecimalMark::Comma).other()
            }
            MarkVerdict::Ambiguous if together.as_groups().is_some() && self.has_decimals(0) => {
                together.as_groups().unwrap_or(DecimalMark::Point)
            }
            MarkVerdict::Ambiguous => {
                let likely = together.as_groups().unwrap_or(DecimalMark::Point);
                let sign = if likely == DecimalMark::Comma {
                    "points"
                } else {
                    "commas"
                };
                problems.push(Problem::of_file(
                    Code::NumberAmbiguous,
                    format!("amounts have three digits behind the only mark throughout; {sign} were taken for marks of thousands"),
                ));
                likely
            }
        };
        let own = self.evidence.marks.iter().map(|vote| match vote.decide() {
            MarkVerdict::Decided(mark) => mark,
            MarkVerdict::Ambiguous | MarkVerdict::Unmarked => shared,
        });
        own.collect()
    }

    /// The columns of the program's own tables of statement lines, whose amounts have a decimal point.
    fn is_normalised(&self) -> bool {
        let names = &self.found.frame.names;
        names.len() >= OWN_COLUMNS.len() && names.iter().zip(OWN_COLUMNS).all(|(name, own)| name == own)
    }

    /// All that is said of the currency is that it has so many decimals.
    fn has_decimals(&self, decimals: u8) -> bool {
        let currencies = currencies::said(self.found, self.options);
        !currencies.is_empty() && currencies.iter().all(|currency| currency.minor_digits() == decimals)
    }

    /// The order of all dates of the file: what the dates prove, else the person, else habits of writing.
    fn date_order(&self, marks: &[DecimalMark], problems: &mut Vec<Problem>) -> DateOrder {
        if let Some(order) = self.options.mapping.as_ref().and_then(|mapping| mapping.date_order) {
            return order;
        }
        let vote = self.dates_together();
        match (vote.decide(), self.options.date_order) {
            (OrderVerdict::Undated, given) => given.unwrap_or(DateOrder::YearMonthDay),
            (OrderVerdict::Decided(order, Basis::Evidence), _) => order,
            (_, Some(given)) => given,
            (OrderVerdict::Decided(order, Basis::Convention), None) => order,
            (OrderVerdict::Decided(order, Basis::Sequence), None) => {
                let how = if order == DateOrder::DayMonthYear {
                    "day first"
                } else {
                    "month first"
                };
                let message = format!("dates were read {how}: only so they follow each other");
                problems.push(Problem::of_file(Code::Decided, message).advising(NAME_THE_ORDER));
                order
            }
            (OrderVerdict::Ambiguous, None) => self
                .order_of_the_period(&vote, problems)
                .unwrap_or_else(|| self.habit(&vote, marks, problems)),
        }
    }

    /// The order in which the dates lie in the period that is printed above them, if they do so only in one.
    fn order_of_the_period(&self, vote: &DateOrderVote, problems: &mut Vec<Problem>) -> Option<DateOrder> {
        let mut preamble = Preamble::default();
        let above = self.found.frame.header.unwrap_or(self.found.frame.body);
        for row in self.found.sample.iter().take(above) {
            preamble.harvest(row, DecimalMark::Point);
        }
        let mut balances = self
            .found
            .sample
            .iter()
            .take(above)
            .flat_map(Row::cells)
            .filter_map(as_of);
        let (from, to) = match (preamble.period.0.as_bytes(), preamble.period.1.as_bytes()) {
            (b"", b"") => {
                let first = balances.next().unwrap_or_default();
                (first, balances.last().unwrap_or_default())
            }
            printed => printed,
        };
        let mut above = self.found.sample.iter().take(above).flat_map(Row::cells);
        let named = above.find_map(|cell| months_in(std::str::from_utf8(cell).ok()?));
        let within = |order: DateOrder| {
            let printed = read_date(from, order).zip(read_date(to, order));
            let period = printed.map(|(from, to)| (from.date, to.date)).or(named);
            period.is_some_and(|period| vote.lie_within(order, period))
        };
        let (order, how) = match (within(DateOrder::DayMonthYear), within(DateOrder::MonthDayYear)) {
            (true, false) => (DateOrder::DayMonthYear, "day first"),
            (false, true) => (DateOrder::MonthDayYear, "month first"),
            _ => return None,
        };
        let message = format!("dates were read {how}: only so they lie in the period above them");
        problems.push(Problem::of_file(Code::Decided, message).advising(NAME_THE_ORDER));
        Some(order)
    }

    /// Day and month cannot be told apart from the dates.
    fn habit(&self, vote: &DateOrderVote, marks: &[DecimalMark], problems: &mut Vec<Problem>) -> DateOrder {
        let amounts = self.found.roles.iter().zip(marks).filter(|(role, _)| role.is_amount());
        let comma = amounts.clone().count() > 0 && amounts.clone().all(|(_, mark)| *mark == DecimalMark::Comma);
        if !vote.contradicts() && (comma || self.is_foreign()) {
            let why = if comma {
                "amounts have a decimal comma"
            } else {
                "the header is not English"
            };
            let message = format!("dates were read day first, because {why}");
            problems.push(Problem::of_file(Code::Decided, message).advising(NAME_THE_ORDER));
        } else {
            let message = if vote.contradicts() {
                "some dates have the day first, others the month; the day was taken first"
            } else {
                "day and month of the dates can be exchanged; the day was taken first"
            };
            problems.push(Problem::of_file(Code::DateAmbiguous, message));
        }
        DateOrder::DayMonthYear
    }

    /// The header is in a language whose people write the day first.
    fn is_foreign(&self) -> bool {
        const ENGLISH: &[&str] = &[
            "amount",
            "balance",
            "description",
            "transaction",
            "details",
            "payee",
            "deposit",
            "deposits",
            "withdrawal",
            "withdrawals",
            "paid",
            "type",
            "posted",
            "merchant",
            "currency",
            "account",
            "category",
            "note",
            "notes",
            "name",
            "reference",
            "check",
            "value",
            "status",
            "money",
            "narrative",
        ];
        let words: Vec<String> = self.found.frame.names.iter().map(|name| fold(name)).collect();
        let english = words
            .iter()
            .flat_map(|name| name.split(' '))
            .any(|word| ENGLISH.contains(&word));
        let known = self
            .found
            .frame
            .names
            .iter()
            .filter(|name| crate::words::named_role(name).is_some())
            .count();
        known >= 2 && !english
    }
}

/// The day of a balance above the table: `Beginning balance as of 09/01/2026`.
fn as_of(cell: &[u8]) -> Option<&[u8]> {
    let at = memchr::memmem::rfind(cell, b" as of ")?;
    cell.get(at + b" as of ".len()..).map(<[u8]>::trim_ascii)
}
