//! The first pass: which accounts a table has, what they sum to, and whether that agrees with what it prints.
//!
//! Long because all that a row may be (entry, heading, total, balance, cut) is told apart in this one pass.

use super::ahead::Ahead;
use super::checks::{Broken, Chain, Signs, Steps, Sums};
use super::columns::BooksColumns;
use super::phrases::{self, Balance, Name};
use super::sorter::{Kind, Sorter};
use super::{Chosen, GARBLED, is_garbled};
use crate::limits;
use crate::model::PrintedBalance;
use crate::read::Emitter;
use std::collections::{BTreeMap, HashMap};
use std::io;
use tieout_core::encoding::Input;
use tieout_core::problem::excerpt;
use tieout_core::{Code, Date, Decimal, Place, Problem};
use tieout_tables::fold::fold;
use tieout_tables::{AmountLayout, Row, Table};

/// What a table holds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// Accounts in the order in which they first stand in the table.
    pub(super) accounts: Vec<AccountScan>,
    /// All rows together.
    pub(super) all: AccountScan,
    /// Balances printed above the table: opening, closing.
    pub(super) preamble_balances: (Option<Decimal>, Option<Decimal>),
    pub(super) ahead: Ahead,
    pub(super) naming: Naming,
    /// What the table prints and its entries contradict, each with number and name of the account; without if it is of all.
    contradictions: Vec<(Named, Problem)>,
    /// Where the balances of all rows do not follow, should all be those of one account.
    broken: Option<Broken>,
    /// Rows of accounts or currencies beyond the limits.
    left_out: u64,
    /// By number and name.
    numbers: HashMap<(String, String), usize>,
}

/// Different cells in a column of currencies; a real one has a few.
const MAX_CURRENCIES: usize = 256;

/// Contradictions that are kept; more are said at once.
const MAX_CONTRADICTIONS: usize = 1000;
/// Balances that break and come right again are mostly those of rows in another order.
const OUT_OF_ORDER: &str =
    "nothing, if the rows are not in the order of their balances: both ends agree with the entries";
/// Of a table of several accounts, what one contradicts says nothing of another.
const OF_ANOTHER: &str = "correct that account's export; it is not the one that is read";

/// Number and name of an account; nothing for all.
type Named = Option<(String, String)>;

impl Broken {
    /// What is said of the balances of an account of this name.
    fn problem(self, name: &str) -> Problem {
        let of = if name.is_empty() {
            String::new()
        } else {
            format!(" of {}", excerpt(name, 60))
        };
        let message = format!(
            "the running balance{of} does not follow from the amounts in {} places; this is the first",
            self.breaks
        );
        let place = Place::line(self.line);
        if self.cancel {
            Problem::new(Code::BalanceAssertion, place, message).advising(OUT_OF_ORDER)
        } else {
            Problem::new(Code::BooksTotal, place, message)
        }
    }
}

/// What says the account of a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Naming {
    /// Nothing: the table is of one account.
    #[default]
    Nothing,
    /// A column.
    Column,
    /// The heading above.
    Headings,
}

/// What the first pass found of one account. Amounts are as printed, debit positive.
#[derive(Debug, Clone, Default)]
pub(super) struct AccountScan {
    pub(super) name: String,
    /// Its number, where a column of its own says it.
    pub(super) code: String,
    pub(super) entries: u64,
    /// Number and sum of the entries, by the currency's cell.
    pub(super) sums: BTreeMap<String, (u64, Decimal)>,
    pub(super) opening: Option<PrintedBalance>,
    pub(super) closing: Option<PrintedBalance>,
    /// One of its entries is its opening balance.
    enters_opening: bool,
    pub(super) chain: Chain,
    pub(super) signs: Signs,
    /// Sum over all currencies: what printed balances are compared with.
    sum: Decimal,
    /// Other accounts stand below it.
    has_parts: bool,
}

/// A group of rows below a heading.
#[derive(Debug, Default)]
struct Group {
    account: Option<usize>,
    sums: Sums,
}

/// The pass itself.
struct Pass<'t, 'o, 'e> {
    table: &'t Table,
    columns: &'t BooksColumns,
    sorter: Sorter<'t>,
    scan: Scan,
    groups: Vec<Group>,
    /// The account whose total came last: its closing balance may follow.
    totalled_last: Option<usize>,
    grand: Sums,
    /// Cells of the entry above, at first of the header.
    width: usize,
    out: &'o mut Emitter<'e>,
}

impl Scan {
    /// Goes through all rows and reports what does not agree.
    ///
    /// # Errors
    /// Those of the input.
    pub(super) fn run(
        table: &Table,
        columns: &BooksColumns,
        input: &mut dyn Input,
        out: &mut Emitter<'_>,
    ) -> io::Result<Self> {
        let ahead = Ahead::look(table, columns, input)?;
        let naming = naming(table, columns, &ahead, input)?;
        let mut pass = Pass {
            table,
            columns,
            sorter: Sorter::new(table, columns, &ahead),
            scan: Self {
                naming,
                preamble_balances: (table.preamble().opening, table.preamble().closing),
                ..Self::default()
            },
            groups: Vec::new(),
            totalled_last: None,
            grand: Sums::default(),
            width: table.named_columns(),
            out,
        };
        let mut rows = table.rows(input)?;
        let mut row = Row::default();
        while rows.next(&mut row)? {
            pass.row(&row);
        }
        pass.finish();
        let mut scan = pass.scan;
        scan.ahead = ahead;
        Ok(scan)
    }

    /// Says what the table prints and its entries contradict. That of another account than the one that is read leaves this one's
    /// figures as they are; of a list of one account's rows all is its own, whoever stands on the other side.
    pub(super) fn say_contradictions(&mut self, chosen: Option<&Chosen>, out: &mut Emitter<'_>) {
        let read = chosen.filter(|chosen| !chosen.alone).map(|chosen| &chosen.found);
        if let (Some(true), Some(broken)) = (chosen.map(|chosen| chosen.alone), self.broken.take()) {
            out.problem(broken.problem(""));
        }
        for (account, problem) in std::mem::take(&mut self.contradictions) {
            let is_other = account
                .zip(read)
                .is_some_and(|((code, name), read)| (&code, &name) != (&read.code, &read.name));
            out.problem(if is_other {
                let code = Code::BalanceAssertion;
                Problem { code, ..problem }.advising(OF_ANOTHER)
            } else {
                problem
            });
        }
    }

    /// Whether rows belong to accounts with names.
    pub(super) fn names_accounts(&self) -> bool {
        self.naming != Naming::Nothing
    }

    /// Whether a column says the account of each row.
    pub(super) fn by_column(&self) -> bool {
        self.naming == Naming::Column
    }

    /// The number of an account, new or known; `None` beyond the limit.
    fn number(&mut self, code: String, name: String) -> Option<usize> {
        let key = (code, name);
        if let Some(number) = self.numbers.get(&key) {
            return Some(*number);
        }
        if self.accounts.len() >= limits::MAX_ACCOUNTS {
            self.left_out = self.left_out.saturating_add(1);
            return None;
        }
        let number = self.accounts.len();
        let (code, name) = key.clone();
        self.accounts.push(AccountScan {
            name,
            code,
            ..AccountScan::default()
        });
        self.numbers.insert(key, number);
        Some(number)
    }
}

/// What names accounts: headings if the first entry stands below one, else a column of accounts.
fn naming(table: &Table, columns: &BooksColumns, ahead: &Ahead, input: &mut dyn Input) -> io::Result<Naming> {
    let mut sorter = Sorter::new(table, columns, ahead);
    let mut rows = table.rows(input)?;
    let mut row = Row::default();
    let mut heading = false;
    while rows.next(&mut row)? {
        match sorter.kind(&row) {
            Kind::Heading(..) => heading = true,
            Kind::Entry { .. } => break,
            _ => {}
        }
    }
    Ok(match (heading, columns.account) {
        (true, _) => Naming::Headings,
        (false, Some(_)) => Naming::Column,
        (false, None) => Naming::Nothing,
    })
}

impl Pass<'_, '_, '_> {
    fn row(&mut self, row: &Row) {
        let kind = self.sorter.kind(row);
        if row.is_unended {
            self.last(row, &kind);
        }
        match kind {
            Kind::Entry {
                date,
                clamped,
                amount,
                name,
            } => {
                if name == Some(Name::Total) {
                    let what = "its only text is the word of a total, but its amount is no sum of the rows above: it was \
                                read as an entry";
                    self.say(Code::Decided, row, None, what);
                }
                if clamped {
                    self.say(
                        Code::DateClamped,
                        row,
                        Some(self.columns.date),
                        "the day does not exist; the last of its month was taken",
                    );
                }
                self.width = row.len();
                let enters_opening = name == Some(Name::Balance(Balance::Opening));
                self.entry(row, date, (amount, enters_opening));
            }
            Kind::Opening(balance, date) => {
                if let (Some(amount), Some(account)) = (balance, self.balanced(row)) {
                    account.chain.open(amount);
                    account.opening = account.opening.or(Some(PrintedBalance {
                        date,
                        amount,
                        source_line: row.line,
                    }));
                }
            }
            Kind::Closing(balance, date) => self.closing(row, balance, date),
            Kind::Heading(name, balance) if self.scan.naming == Naming::Headings => self.heading(row, &name, balance),
            Kind::Total(name) => self.total(row, &name),
            Kind::Agreeing { is_named } => self.agreeing(row, is_named),
            Kind::Nothing => {}
            Kind::Void => self.say(
                Code::Decided,
                row,
                None,
                "a row without any amount, as of a voided check, was left out",
            ),
            Kind::Remark if is_garbled(self.table, row, Some(self.columns.date)) => {
                self.say(Code::BadEntry, row, None, GARBLED);
            }
            Kind::Heading(..) | Kind::Remark => {
                self.say(
                    Code::Unread,
                    row,
                    None,
                    "a row that is no entry and no total was left out",
                );
            }
            Kind::Unreadable(column, what) => self.say(Code::BadEntry, row, column, what),
        }
    }

    /// A last row without a line end that has fewer cells than the entry above it is the beginning of one.
    fn last(&mut self, row: &Row, kind: &Kind) {
        let begins = row
            .cells()
            .next()
            .and_then(<[u8]>::first)
            .is_some_and(u8::is_ascii_digit);
        if begins && row.len() < self.width && !matches!(kind, Kind::Nothing | Kind::Total(_)) {
            let what = "the file ends in the middle of this row; what follows it is missing";
            self.say(Code::Incomplete, row, None, what);
        }
    }

    fn entry(&mut self, row: &Row, date: Date, (amount, enters_opening): (Decimal, bool)) {
        if self.scan.naming == Naming::Headings && self.groups.is_empty() {
            self.say(Code::BadEntry, row, None, "it stands below no account");
            return;
        }
        let sums = Sums::of(self.table, row, amount);
        self.grand.add(&sums);
        if let Some(group) = self.groups.last_mut() {
            group.sums.add(&sums);
        }
        let currency = self.sorter.currency(row);
        let kind = self
            .columns
            .kind
            .map(|column| fold(&self.sorter.text(row, column)))
            .unwrap_or_default();
        let balance = self
            .columns
            .balance
            .and_then(|column| self.table.amount(row, column).ok().flatten());
        let known = self.scan.all.sums.len() < MAX_CURRENCIES || self.scan.all.sums.contains_key(&currency);
        if !known {
            self.scan.left_out = self.scan.left_out.saturating_add(1);
            return;
        }
        let is_signed = matches!(self.table.layout(), AmountLayout::Signed { .. });
        let (line, has_balances) = (row.line, self.columns.balance.is_some());
        let take = |account: &mut AccountScan| {
            account.entries += 1;
            account.enters_opening |= enters_opening;
            account.sum = account.sum.checked_add(amount).unwrap_or(account.sum);
            // One look-up without a copy: nearly all rows are in a currency that was seen.
            let (count, sum) = match account.sums.get_mut(&currency) {
                Some(known) => known,
                None => account.sums.entry(currency.clone()).or_default(),
            };
            *count += 1;
            *sum = sum.checked_add(amount).unwrap_or(*sum);
            match balance {
                Some(balance) => account.chain.add(amount, balance.value, (line, date)),
                None if has_balances => account.chain.add_blank(amount),
                None => {}
            }
            if is_signed {
                account.signs.add(&kind, amount);
            }
        };
        take(&mut self.scan.all);
        if self.scan.naming != Naming::Nothing
            && let Some(account) = self.account(row)
        {
            take(account);
        }
    }

    /// The account that the row belongs to; below a total, which ends a group, still the one that it ended.
    fn account(&mut self, row: &Row) -> Option<&mut AccountScan> {
        let number = match self.scan.naming {
            Naming::Nothing => return Some(&mut self.scan.all),
            Naming::Headings => self.groups.last().map_or(self.totalled_last, |group| group.account)?,
            Naming::Column => {
                let (code, name) = self.sorter.account(row);
                self.scan.number(code, name)?
            }
        };
        self.scan.accounts.get_mut(number)
    }

    /// The account whose balance a row prints: that of all rows, where it names none in its column.
    fn balanced(&mut self, row: &Row) -> Option<&mut AccountScan> {
        if self.scan.naming == Naming::Column {
            let (code, name) = self.sorter.account(row);
            if (code.is_empty() && name.is_empty()) || matches!(phrases::name(&name), Some(Name::Balance(_))) {
                return Some(&mut self.scan.all);
            }
        }
        self.account(row)
    }

    /// A row with a date that was taken for a total is said: somebody may be called so. One that nothing calls a total may be
    /// an entry, which nobody should miss.
    fn agreeing(&mut self, row: &Row, is_named: bool) {
        if !is_named {
            let what = "the last row comes to what all above it do, and was left out as a total or a closing balance";
            let advice = "nothing is lost if it is one; if it is an entry, give it a number or its other account, and read again";
            self.out
                .problem(Problem::new(Code::ControlTotal, Place::line(row.line), what).advising(advice));
        } else if matches!(self.table.date(row, self.columns.date), Ok(Some(_))) {
            let what = "a row that is called a total and is the sum of rows above was read as that, not as an entry";
            self.say(Code::Decided, row, None, what);
        }
    }

    fn heading(&mut self, row: &Row, name: &str, balance: Option<Decimal>) {
        let ended = self.sorter.open(name);
        self.pop(ended);
        if let Some(parent) = self
            .groups
            .last()
            .and_then(|group| group.account)
            .and_then(|number| self.scan.accounts.get_mut(number))
        {
            parent.has_parts = true;
        }
        let account = self.scan.number(String::new(), self.sorter.group());
        self.groups.push(Group {
            account,
            sums: Sums::default(),
        });
        if let (Some(amount), Some(account)) = (balance, account.and_then(|number| self.scan.accounts.get_mut(number)))
        {
            account.chain.open(amount);
            account.opening = account.opening.or(Some(PrintedBalance {
                date: None,
                amount,
                source_line: row.line,
            }));
        }
    }

    /// Ends the innermost groups; what they sum to belongs to the groups around them too.
    fn pop(&mut self, count: usize) {
        for _ in 0..count {
            if let Some(ended) = self.groups.pop()
                && let Some(around) = self.groups.last_mut()
            {
                around.sums.add(&ended.sums);
            }
        }
    }

    fn total(&mut self, row: &Row, name: &str) {
        let (closed, known) = self.sorter.close(name);
        self.pop(closed.saturating_sub(1));
        let group = if known { self.groups.pop() } else { None };
        let sums = match (&group, name) {
            (Some(group), _) => group.sums,
            (None, "") => self.grand,
            (None, _) => {
                self.say(
                    Code::Unread,
                    row,
                    None,
                    "a total of a group that is not open was left out",
                );
                return;
            }
        };
        if let Some(around) = self.groups.last_mut()
            && group.is_some()
        {
            around.sums.add(&sums);
        }
        self.totalled_last = group.as_ref().and_then(|group| group.account);
        let account = match self.totalled_last {
            Some(number) => self.scan.accounts.get(number),
            None => Some(&self.scan.all),
        };
        let of = |balance: Option<PrintedBalance>| balance.map_or(Decimal::ZERO, |balance| balance.amount);
        let opening = of(account.and_then(|account| account.opening));
        let closing = of(account.and_then(|account| account.closing));
        let (debit, credit) = sides(self.table);
        let checked: Vec<(Option<usize>, Decimal)> = match self.table.layout() {
            AmountLayout::Sides { .. } => vec![(debit, sums.debit), (credit, sums.credit)],
            layout => vec![(layout.columns().next(), sums.movement)],
        };
        for (column, sum) in checked {
            let Some(column) = column else { continue };
            let Ok(Some(printed)) = self.table.amount(row, column) else {
                continue;
            };
            if !agrees(printed.value, sum, (opening, closing)) {
                let what = format!("the total is printed as {}, the entries sum to {sum}", printed.value);
                let problem = self.of_total(row, column, what);
                self.contradict(self.totalled(), problem);
            }
        }
        self.total_balance(row, sums.movement, opening);
    }

    /// The balance beside a total: with the opening balance, or the movement alone; of a grand total it says nothing.
    fn total_balance(&mut self, row: &Row, movement: Decimal, opening: Decimal) {
        let Some(column) = self.columns.balance.filter(|_| self.totalled_last.is_some()) else {
            return;
        };
        let Ok(Some(printed)) = self.table.amount(row, column) else {
            return;
        };
        let Some(balance) = opening.checked_add(movement) else {
            return;
        };
        if [movement, balance, -movement, -balance].contains(&printed.value) {
            return;
        }
        let what = format!(
            "the balance is printed as {}, opening and entries come to {balance}",
            printed.value
        );
        let problem = self.of_total(row, column, what);
        self.contradict(self.totalled(), problem);
    }

    /// A closing balance, compared with the opening one and the entries. Accounts in T form print it on the side that it
    /// fills up. Without an opening balance it says what that was.
    fn closing(&mut self, row: &Row, balance: Option<Decimal>, date: Option<Date>) {
        let Some(printed) = balance else { return };
        let among_entries = !self.sorter.prints_balance(row);
        let runs = self.columns.balance.is_some();
        let Some(account) = self.balanced(row) else { return };
        let expected = account.expected();
        let turned = |expected: &Decimal| among_entries && *expected == -printed;
        let amount = expected.filter(turned).unwrap_or(printed);
        account.closing = Some(PrintedBalance {
            date,
            amount,
            source_line: row.line,
        });
        let opening = match expected {
            Some(expected) if expected != amount => {
                let named = Some((account.code.clone(), account.name.clone()));
                self.closing_is_off(row, (amount, expected), among_entries, named);
                return;
            }
            None if !runs && account.sums.len() < 2 && amount.abs() != account.sum.abs() => {
                amount.checked_sub(account.sum)
            }
            _ => return,
        };
        let Some(opening) = opening else { return };
        account.opening = Some(PrintedBalance {
            date: None,
            amount: opening,
            source_line: row.line,
        });
        let what = format!("no opening balance is printed: by the closing one and the entries it was {opening}");
        self.say(Code::Decided, row, None, &what);
    }

    /// What a closing balance among the entries contradicts is no figure of the books at all.
    fn closing_is_off(
        &mut self,
        row: &Row,
        (printed, expected): (Decimal, Decimal),
        among_entries: bool,
        account: Named,
    ) {
        let what = format!("the closing balance is printed as {printed}; opening and entries come to {expected}");
        if let Some(column) = self.columns.balance.filter(|_| !among_entries) {
            let problem = self.of_total(row, column, what);
            self.contradict(account, problem);
        } else if self.scan.naming == Naming::Column && self.scan.all.sum.is_zero() {
            let what = "a closing balance that names none of the accounts was left out";
            self.say(Code::Unread, row, None, what);
        } else {
            let problem = Problem::new(Code::ControlTotal, Place::line(row.line), what);
            self.out.problem(problem.advising(Code::BooksTotal.action()));
        }
    }

    fn finish(&mut self) {
        let accounts: Vec<&AccountScan> = if self.scan.names_accounts() {
            self.scan.accounts.iter().collect()
        } else {
            vec![&self.scan.all]
        };
        let broken: Vec<(&AccountScan, Broken)> = accounts
            .into_iter()
            .filter_map(|account| Some((account, account.chain.breaks()?)))
            .collect();
        let mut contradictions = Vec::new();
        for (account, broken) in broken {
            let problem = broken.problem(&account.name);
            if broken.cancel {
                self.out.problem(problem);
            } else {
                contradictions.push((Some((account.code.clone(), account.name.clone())), problem));
            }
        }
        if self.scan.names_accounts() {
            self.scan.broken = self.scan.all.chain.breaks();
        }
        for (account, problem) in contradictions {
            self.contradict(account, problem);
        }
        if self.scan.left_out > 0 {
            let message = format!(
                "{} rows were left out: they are of more accounts or currencies than are told apart",
                self.scan.left_out
            );
            self.out.problem(tieout_core::Problem::of_file(Code::TooLarge, message));
        }
        // What a row without account says of the whole table, it says of its only account.
        let (opening, closing) = (self.scan.all.opening, self.scan.all.closing);
        if let ([only], Naming::Column) = (self.scan.accounts.as_mut_slice(), self.scan.naming) {
            only.opening = only.opening.or(opening);
            only.closing = only.closing.or(closing);
        }
        // Headings without entries are footers, titles, accounts without movement.
        let accounts = &mut self.scan.accounts;
        let prints =
            |account: &AccountScan| !account.has_parts && (account.opening.is_some() || account.closing.is_some());
        accounts.retain(|account| account.entries > 0 || prints(account));
        accounts.sort_by(|a, b| (&a.name, &a.code).cmp(&(&b.name, &b.code)));
    }

    /// The account whose total came last.
    fn totalled(&self) -> Named {
        let account = self.scan.accounts.get(self.totalled_last?)?;
        Some((account.code.clone(), account.name.clone()))
    }

    fn of_total(&self, row: &Row, column: usize, what: String) -> Problem {
        let place = Place::field(row.line, self.table.column_name(column));
        Problem::new(Code::BooksTotal, place, what)
    }

    /// What contradicts the entries is said once it is known which account is read.
    fn contradict(&mut self, account: Named, problem: Problem) {
        if self.scan.contradictions.len() < MAX_CONTRADICTIONS {
            self.scan.contradictions.push((account, problem));
        } else {
            self.out.problem(problem);
        }
    }

    fn say(&mut self, code: Code, row: &Row, column: Option<usize>, what: &str) {
        let place = match column {
            Some(column) => Place::field(row.line, self.table.column_name(column)),
            None => Place::line(row.line),
        };
        self.out.report(code, place, what);
    }
}

impl AccountScan {
    /// What the account comes to: its opening balance and its entries. `None` where nothing says the opening.
    fn expected(&self) -> Option<Decimal> {
        let opening = match self.opening {
            Some(opening) => opening.amount,
            None if self.enters_opening => Decimal::ZERO,
            None => return None,
        };
        match self.chain.steps() {
            Steps::Against => opening.checked_sub(self.sum),
            Steps::Along | Steps::Unsaid => opening.checked_add(self.sum),
        }
    }
}

/// Whether a printed total is a sum. Some reports count the opening balance among the movements, and accounts in T form the
/// closing one on the side that it fills up.
fn agrees(printed: Decimal, sum: Decimal, (opening, closing): (Decimal, Decimal)) -> bool {
    let zero = Decimal::ZERO;
    let carried = [zero, closing.abs()].into_iter();
    carried
        .flat_map(|carried| [zero, opening, -opening].map(|opening| [opening, carried]))
        .any(|with| {
            let total = with.into_iter().try_fold(sum, Decimal::checked_add);
            total == Some(printed)
        })
}

/// The columns of debits and credits.
fn sides(table: &Table) -> (Option<usize>, Option<usize>) {
    match table.layout() {
        AmountLayout::Sides { debit, credit } => (debit.map(|side| side.column), credit.map(|side| side.column)),
        _ => (None, None),
    }
}
