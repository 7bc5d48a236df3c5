//! How amounts and sides are written, decided from the evidence of all rows and proved by running balances where there
//! are some.

mod movement;

pub(crate) use movement::{NoAmount, movement};

use crate::assign::Perspective;
use crate::chain::{self, ChainOrder};
use crate::columns::{AmountLayout, Column, Role, Side, SideValues, SignMeaning};
use crate::dates::read_date;
use crate::directions::{Direction, Directions, is_flow};
use crate::evidence::Evidence;
use crate::mapping::{MappedSign, Mapping};
use crate::row::Row;
use movement::value;
use std::cmp::Ordering;
use tieout_core::Decimal;

/// The decision, what the balances say, and what was decided without proof.
pub(crate) struct Decision {
    pub(crate) layout: AmountLayout,
    pub(crate) chain: Option<ChainOrder>,
    /// For people: lower case, no full stop.
    pub(crate) notes: Vec<String>,
    /// Signs that vary on one side, and what was made of them without proof.
    pub(crate) mixed: Option<String>,
    /// Amounts without a sign, and a column that may say the side in words that are not known.
    pub(crate) sideless: Option<String>,
    /// The balances are amounts that are owed: they rise with money out.
    pub(crate) is_owed: bool,
}

impl Decision {
    /// A layout of which nothing is to be said.
    fn of(layout: AmountLayout, chain: Option<ChainOrder>, notes: Vec<String>) -> Self {
        Self {
            layout,
            chain,
            notes,
            mixed: None,
            sideless: None,
            is_owed: false,
        }
    }

    /// A layout whose balances follow only as what is owed.
    fn owed(layout: AmountLayout, chain: Option<ChainOrder>, notes: Vec<String>) -> Self {
        Self {
            is_owed: true,
            ..Self::of(layout, chain, notes)
        }
    }
}

/// What the decision is made from.
pub(crate) struct Case<'a> {
    pub(crate) columns: &'a [Column],
    pub(crate) evidence: &'a Evidence,
    /// Rows of the sample with a date and an amount.
    pub(crate) sample: Vec<&'a Row>,
    /// The header names the sides.
    pub(crate) named: bool,
    /// Whose debit is meant.
    pub(crate) perspective: Perspective,
    pub(crate) mapping: Option<&'a Mapping>,
    /// Words of money out that only the balances tell.
    pub(crate) debit_words: &'a [String],
    /// A column of two words that may say the side.
    pub(crate) suspect: Option<usize>,
    /// It is the program's own table, whose amounts are signed as they moved.
    pub(crate) is_own: bool,
}

/// Rows without a sign or a word of the side above which that is odd.
const FEWEST_WITHOUT_SIDE: u64 = 3;

impl Case<'_> {
    fn column(&self, role: Role) -> Option<usize> {
        self.columns.iter().position(|column| column.role == role)
    }

    /// Decides; `None` if there is no column of amounts.
    pub(crate) fn decide(&self) -> Option<Decision> {
        let sides = self.column(Role::Debit).is_some() || self.column(Role::Credit).is_some();
        let evidence = self.evidence;
        match self.column(Role::Amount) {
            // A column of signed amounts says it all; debit and credit beside it repeat it, and one of these alone is a part.
            Some(amount)
                if !sides
                    || self.column(Role::Credit).is_none()
                    || evidence.signs.minus > 0
                    || evidence.sides.debits + evidence.sides.credits == 0 =>
            {
                Some(self.one_column(amount))
            }
            _ if sides => Some(self.two_columns()),
            _ => None,
        }
    }

    fn one_column(&self, amount: usize) -> Decision {
        let mut notes = Vec::new();
        let signed = |sign| AmountLayout::Signed { amount, sign };
        if self.is_own {
            return self.plain(signed(SignMeaning::AsPrinted), notes);
        }
        if let Some(sign) = self.mapping.and_then(|mapping| mapping.sign) {
            let sign = if sign == MappedSign::Inverted {
                SignMeaning::Inverted
            } else {
                SignMeaning::AsPrinted
            };
            let layout = signed(sign);
            return self.plain(layout, notes);
        }
        if let Some(layout) = self.flagged(amount) {
            return self.plain(layout, notes);
        }
        let signs = self.evidence.signs;
        let (debit, credit) = (signs.debit, signs.credit);
        let sign = if debit.other > 0 && !debit.is_minus() && credit.is_minus() {
            SignMeaning::Inverted
        } else if signs.minus == 0 && signs.plus > 0 && signs.unsigned > 0 {
            notes.push(if signs.lettered > 0 && self.perspective == Perspective::Books {
                "CR behind an amount was read as money out, nothing as money in".into()
            } else {
                "amounts print a plus for money in and nothing for money out".into()
            });
            SignMeaning::PlusIsIn
        } else {
            SignMeaning::AsPrinted
        };
        let layout = signed(sign);
        let chain = self.chain(&layout);
        if chain.is_none() && sign == SignMeaning::AsPrinted {
            let turned = signed(SignMeaning::Inverted);
            // Most movements are payments: where they print a minus, that is right, and the balance is what is owed.
            let are_minus = signs.minus > signs.plus + signs.unsigned;
            if let Some(found @ (ChainOrder::Ascending | ChainOrder::Descending)) = self.chain(&turned)
                && (self.sample.len() > 2 || self.says_owed())
            {
                if (are_minus || self.says_owed()) && self.perspective == Perspective::Bank {
                    return Decision::owed(layout, Some(found), notes);
                }
                notes.push("only with the signs turned the amounts make the running balance".into());
                return Decision::of(turned, Some(found), notes);
            }
            if (are_minus || self.says_owed()) && self.is_mostly_owed(&layout) {
                return Decision::owed(layout, None, notes);
            }
        }
        let sideless = self.sideless().filter(|_| chain.is_none());
        Decision {
            sideless,
            ..Decision::of(layout, chain, notes)
        }
    }

    /// The header calls the balances what is owed.
    fn says_owed(&self) -> bool {
        const OWED: &[&str] = &["owed", "owing", "outstanding", "geschuldet", "adeudado", "dovuto"];
        let column = self.column(Role::Balance).and_then(|column| self.columns.get(column));
        column.is_some_and(|column| {
            let name = column.name.to_lowercase();
            OWED.iter().any(|word| name.contains(word))
        })
    }

    /// A layout with what the balances say of it.
    fn plain(&self, layout: AmountLayout, notes: Vec<String>) -> Decision {
        let chain = self.chain(&layout);
        Decision::of(layout, chain, notes)
    }

    /// No amount has a sign, and a column of two words may say the side.
    fn sideless(&self) -> Option<String> {
        let signs = self.evidence.signs;
        let column = self.suspect?;
        if signs.minus + signs.plus > 0 || signs.unsigned < FEWEST_WITHOUT_SIDE {
            return None;
        }
        let name = self.columns.get(column).map_or("", |column| column.name.as_str());
        let name = if name.is_empty() {
            format!("column {}", column + 1)
        } else {
            format!("{name:?}")
        };
        Some(format!(
            "no amount has a sign, and the words in {name} are not known: all amounts were read as money in"
        ))
    }

    /// Unsigned amounts beside a column of words. A single minus among them (a payment taken back) changes nothing: what
    /// counts is whether most amounts beside each kind of word have one.
    fn flagged(&self, amount: usize) -> Option<AmountLayout> {
        let direction = self.column(Role::Direction)?;
        let (words, signs) = (self.evidence.words, self.evidence.signs);
        let given = self.mapping.map_or(&[][..], |mapping| &mapping.debit_words);
        let given = if given.is_empty() { self.debit_words } else { given };
        if !given.is_empty() {
            return Some(AmountLayout::Flagged {
                amount,
                direction,
                words: Directions::given(given),
            });
        }
        let known = words.debit + words.credit;
        // Beside amounts of which none has a sign, nothing but the word can tell: a row with another one is told by itself.
        let alone = signs.minus + signs.plus == 0 && words.debit > 0 && words.credit > 0;
        let telling = known > 0 && (words.unknown * 9 <= known || alone);
        if signs.debit.is_minus() || signs.credit.is_minus() || !telling {
            return None;
        }
        // A column that marks one side only: what is blank is the other.
        let blank = match (words.debit, words.credit) {
            (0, _) => Some(Direction::Debit),
            (_, 0) => Some(Direction::Credit),
            _ => None,
        };
        let words = Directions::known(blank);
        let flow = self.sample.iter().any(|row| is_flow(row.cell(direction)));
        let words = if self.perspective == Perspective::Books && flow {
            words.of_books()
        } else {
            words
        };
        Some(AmountLayout::Flagged {
            amount,
            direction,
            words,
        })
    }

    /// Sides whose signs vary. A minus there may turn the movement back, stand where none is needed, or be missing elsewhere:
    /// the running balance decides, or nothing does and that is said.
    fn mixed(&self, usual: &AmountLayout) -> Option<Decision> {
        let AmountLayout::Sides {
            debit: Some(debit),
            credit: Some(credit),
        } = *usual
        else {
            return None;
        };
        let counts = self.evidence.sides;
        if counts.credits > 0 && counts.credits_minus == counts.credits {
            return Some(self.minus_in_credit(debit, credit));
        }
        let varies = |count: u64, minus: u64| minus > 0 && minus < count;
        let (debits, credits) = (
            varies(counts.debits, counts.debits_minus),
            varies(counts.credits, counts.credits_minus),
        );
        if !debits && !credits {
            return None;
        }
        let ways = |side: Side, varies: bool| {
            let other = match side.values {
                SideValues::Unsigned => SideValues::Signed,
                SideValues::Signed | SideValues::Magnitude => SideValues::Unsigned,
            };
            let all = [side.values, other, SideValues::Magnitude];
            let number = if varies { all.len() } else { 1 };
            all.into_iter().take(number).map(move |values| Side { values, ..side })
        };
        for debit in ways(debit, debits) {
            for credit in ways(credit, credits) {
                let layout = AmountLayout::Sides {
                    debit: Some(debit),
                    credit: Some(credit),
                };
                if let Some(chain) = self.chain(&layout) {
                    let notes = if layout == *usual {
                        Vec::new()
                    } else {
                        vec!["signs of debits or credits vary; they were read as the running balance has them".into()]
                    };
                    return Some(Decision::of(layout, Some(chain), notes));
                }
            }
        }
        let name = |column: usize| self.columns.get(column).map_or("", |column| column.name.as_str());
        let (side, count, minus) = if debits {
            (debit, counts.debits, counts.debits_minus)
        } else {
            (credit, counts.credits, counts.credits_minus)
        };
        let rare = if minus * 2 >= count { "no minus" } else { "a minus" };
        Some(Decision {
            layout: usual.clone(),
            chain: None,
            notes: Vec::new(),
            mixed: Some(format!(
                "{minus} of {count} values of {:?} have a minus; those with {rare} were read as taken back",
                name(side.column)
            )),
            sideless: None,
            is_owed: false,
        })
    }

    /// Every credit has a minus, as cards print what is paid to them: money in, unless the running balance says otherwise.
    fn minus_in_credit(&self, debit: Side, credit: Side) -> Decision {
        let layout = |values| AmountLayout::Sides {
            debit: Some(debit),
            credit: Some(Side { values, ..credit }),
        };
        let (into, out) = (layout(SideValues::Signed), layout(SideValues::Unsigned));
        if let Some(chain) = self.chain(&into) {
            return Decision::of(into, Some(chain), Vec::new());
        }
        if let Some(chain) = self.chain(&out) {
            return Decision::of(out, Some(chain), Vec::new());
        }
        let name = self
            .columns
            .get(credit.column)
            .map_or("", |column| column.name.as_str());
        Decision {
            mixed: Some(format!(
                "all values of {name:?} have a minus; they were read as money in"
            )),
            ..Decision::of(into, None, Vec::new())
        }
    }

    fn two_columns(&self) -> Decision {
        let (debit, credit) = (self.column(Role::Debit), self.column(Role::Credit));
        let evidence = self.evidence;
        let values = |count: u64, minus: u64| {
            if minus * 2 > count {
                SideValues::Signed
            } else {
                SideValues::Unsigned
            }
        };
        let mut notes = Vec::new();
        // One named side alone that holds both signs is a column of signed amounts under another name.
        if let (Some(amount), None) | (None, Some(amount)) = (debit, credit) {
            let (count, minus) = (
                evidence.sides.debits + evidence.sides.credits,
                evidence.sides.debits_minus + evidence.sides.credits_minus,
            );
            if minus > 0 && minus < count || credit.is_some() {
                let layout = AmountLayout::Signed {
                    amount,
                    sign: SignMeaning::AsPrinted,
                };
                return self.plain(layout, notes);
            }
        }
        let in_order = AmountLayout::Sides {
            debit: debit.map(|column| Side {
                column,
                values: values(evidence.sides.debits, evidence.sides.debits_minus),
            }),
            // In books the credit side is money out, and some print it with a minus.
            credit: credit.map(|column| Side {
                column,
                values: match self.perspective {
                    Perspective::Bank => SideValues::Unsigned,
                    Perspective::Books => values(evidence.sides.credits, evidence.sides.credits_minus),
                },
            }),
        };
        if self.named {
            return self
                .mixed(&in_order)
                .unwrap_or_else(|| self.named_sides(in_order, notes));
        }
        let turned = AmountLayout::Sides {
            debit: credit.map(|column| Side {
                column,
                values: values(evidence.sides.credits, evidence.sides.credits_minus),
            }),
            credit: debit.map(|column| Side {
                column,
                values: SideValues::Unsigned,
            }),
        };
        let number = |column: Option<usize>| column.map_or(0, |column| column + 1);
        if let Some(chain) = self.chain(&in_order) {
            return Decision::of(in_order, Some(chain), notes);
        }
        if let (Some(_), Some(chain)) = (credit, self.chain(&turned)) {
            return Decision::of(turned, Some(chain), notes);
        }
        let turn = match evidence.sides.credits_minus.cmp(&evidence.sides.debits_minus) {
            Ordering::Greater => true,
            Ordering::Less => false,
            // Nothing printed tells the sides apart: most accounts have more payments out than in.
            Ordering::Equal => {
                let turn = evidence.sides.credits > evidence.sides.debits.saturating_mul(2);
                let out = if turn { credit } else { debit };
                notes.push(format!(
                    "no header and no balance tell the sides apart: column {} was taken as money out",
                    number(out)
                ));
                turn
            }
        };
        let layout = if turn { turned } else { in_order };
        Decision::of(layout, None, notes)
    }

    /// Sides as the header names them; their balances may be what is owed.
    fn named_sides(&self, layout: AmountLayout, notes: Vec<String>) -> Decision {
        let decision = self.plain(layout, notes);
        let AmountLayout::Sides {
            debit: Some(debit),
            credit: Some(credit),
        } = decision.layout
        else {
            return decision;
        };
        let turned = AmountLayout::Sides {
            debit: Some(credit),
            credit: Some(debit),
        };
        let is_enough = self.sample.len() > 2 || self.says_owed();
        let may_be_owed = decision.chain.is_none() && self.perspective == Perspective::Bank && is_enough;
        match self.chain(&turned).filter(|_| may_be_owed) {
            Some(found @ (ChainOrder::Ascending | ChainOrder::Descending)) => {
                Decision::owed(decision.layout, Some(found), decision.notes)
            }
            _ if may_be_owed && self.is_mostly_owed(&decision.layout) => {
                Decision::owed(decision.layout, None, decision.notes)
            }
            _ => decision,
        }
    }

    /// Whether most balances follow from others as what is owed, and fewer as they are printed, whatever the rows are sorted
    /// by: a line that is missing or was changed turns no balance.
    fn is_mostly_owed(&self, layout: &AmountLayout) -> bool {
        let rows = self.balances(layout).unwrap_or_default();
        let (printed, owed) = (chain::linked(&rows, false), chain::linked(&rows, true));
        let says = self.says_owed() && owed >= printed;
        self.perspective == Perspective::Bank
            && (says && rows.len() > 1 || rows.len() > 2 && owed > printed && owed * 2 + 1 >= rows.len())
    }

    /// Amounts and balances of the sample under a layout; `None` if a row lacks one.
    fn balances(&self, layout: &AmountLayout) -> Option<Vec<(Decimal, Decimal)>> {
        let balance = self.column(Role::Balance)?;
        let of = |row: &&Row| {
            let amount = movement(layout, self.columns, row).ok()??;
            Some((amount, value(self.columns, row, balance)?))
        };
        self.sample.iter().map(of).collect()
    }

    /// In which order amounts and balances of the sample chain under a layout.
    fn chain(&self, layout: &AmountLayout) -> Option<ChainOrder> {
        let rows = self.balances(layout)?;
        let (order, _) = chain::order(&rows)?;
        let newest_first = matches!(order, ChainOrder::Descending | ChainOrder::DescendingBefore);
        let fits = match self.trend() {
            Ordering::Equal => true,
            Ordering::Less => !newest_first,
            Ordering::Greater => newest_first,
        };
        fits.then_some(order)
    }

    /// The first date compared with the last one.
    fn trend(&self) -> Ordering {
        let Some(column) = self.column(Role::Date) else {
            return Ordering::Equal;
        };
        let order = self
            .columns
            .get(column)
            .map_or(crate::DateOrder::YearMonthDay, |column| column.date_order);
        let date = |row: Option<&&Row>| {
            row.and_then(|row| read_date(row.cell(column), order))
                .map(|read| read.date)
        };
        date(self.sample.first()).cmp(&date(self.sample.last()))
    }
}
