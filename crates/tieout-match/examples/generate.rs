//! Long because it is a whole small world (businesses, banks, their habits) that reads best in one piece.
//!
//! Writes invented books and their bank statement, with the truth, to try the engine on:
//! `cargo run --release -p tieout-match --example generate -- <folder> <lines> <seed> [equal]`.
//!
//! Business, bank and language follow from the seed. With `equal`, half of all receipts have one of three amounts.
//! The files have the columns that the example `score` reads.

use std::error::Error;
use std::fmt::Write as _;
use tieout_core::Date;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, lines, seed, style @ ..] = arguments.as_slice() else {
        return Err("usage: generate <folder> <lines> <seed> [equal]".into());
    };
    let equal = style.first().is_some_and(|style| style == "equal");
    let mut books = Books::new(seed.parse()?, lines.parse()?, equal);
    books.fill();
    books.write(std::path::Path::new(folder))
}

/// A small generator of numbers that look random (`SplitMix64`).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % below.max(1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.roll(100) < percent
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[usize::try_from(self.roll(all.len() as u64)).unwrap()]
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + i64::try_from(self.roll((high - low + 1).unsigned_abs())).unwrap()
    }
}

struct Item {
    date: Date,
    amount: i64,
    description: String,
    name: String,
    reference: String,
    check: String,
    kind: &'static str,
    group: Option<usize>,
    exception: &'static str,
}

struct Bank {
    receipt: [&'static str; 3],
    payment: [&'static str; 3],
    card: &'static str,
    fee: &'static str,
    interest: &'static str,
    returned: &'static str,
    deposit: &'static str,
    invoice: &'static str,
    bill: &'static str,
    width: usize,
}

const BANKS: [Bank; 4] = [
    Bank {
        receipt: ["GUTSCHRIFT", "SEPA EINGANG", "ECHTZEIT-GUTSCHRIFT"],
        payment: ["UEBERWEISUNG", "LASTSCHRIFT", "DAUERAUFTRAG"],
        card: "KARTENZAHLUNG",
        fee: "KONTOFUEHRUNGSGEBUEHR",
        interest: "HABENZINSEN",
        returned: "RUECKLASTSCHRIFT",
        deposit: "BAREINZAHLUNG",
        invoice: "Rechnung",
        bill: "Eingangsrechnung",
        width: 27,
    },
    Bank {
        receipt: ["VIR RECU", "VIREMENT SEPA", "VIR INST"],
        payment: ["VIR EMIS", "PRLV SEPA", "PRELEVEMENT"],
        card: "PAIEMENT CB",
        fee: "FRAIS DE TENUE DE COMPTE",
        interest: "INTERETS CREDITEURS",
        returned: "PRLV IMPAYE",
        deposit: "REMISE CHEQUES",
        invoice: "Facture",
        bill: "Fournisseur",
        width: 20,
    },
    Bank {
        receipt: ["TRANSF RECIBIDA", "ABONO", "INGRESO"],
        payment: ["TRANSF EMITIDA", "ADEUDO", "RECIBO"],
        card: "COMPRA TARJ",
        fee: "COMISION MANTENIMIENTO",
        interest: "LIQUIDACION INTERESES",
        returned: "DEVOLUCION RECIBO",
        deposit: "INGRESO EFECTIVO",
        invoice: "Factura",
        bill: "Proveedor",
        width: 32,
    },
    Bank {
        receipt: ["Faster Pymt In", "BACS Credit", "CR"],
        payment: ["Faster Pymt Out", "DDR", "Online Bill"],
        card: "VISA PURCH",
        fee: "Monthly account charge",
        interest: "Gross interest",
        returned: "Returned DD",
        deposit: "Lodgement",
        invoice: "Sales",
        bill: "Purchase",
        width: 18,
    },
];

const SYLLABLES: [&str; 24] = [
    "bra", "kel", "mon", "tor", "via", "sen", "dal", "pur", "lin", "gos", "ven", "tra", "mar", "hol", "fen", "ric",
    "bau", "nor", "tec", "ver", "zim", "ost", "cam", "lug",
];
const FORMS: [&str; 5] = ["GmbH", "SARL", "SL", "Ltd", ""];

/// First day of the books.
const START: Date = jiff::civil::date(2025, 3, 3);

struct Books {
    dice: Dice,
    lines: usize,
    equal: bool,
    bank: &'static Bank,
    contacts: Vec<String>,
    ledger: Vec<Item>,
    statement: Vec<Item>,
    groups: usize,
    document: u64,
    days: i64,
    payouts: i64,
}

fn plus(date: Date, days: i64) -> Date {
    date.checked_add(jiff::ToSpan::days(days)).unwrap_or(date)
}

impl Books {
    fn new(seed: u64, lines: usize, equal: bool) -> Self {
        let mut dice = Dice(seed.wrapping_mul(7919) + 17);
        let contacts = (0..(lines / 8).clamp(12, 6_000))
            .map(|_| {
                let mut name = String::new();
                for word in 0..=dice.roll(2) {
                    if word > 0 {
                        name.push(' ');
                    }
                    let mut part = String::new();
                    for _ in 0..2 + dice.roll(2) {
                        let syllable: &str = dice.pick::<&str>(&SYLLABLES);
                        part.push_str(syllable);
                    }
                    name.push_str(&part[..1].to_uppercase());
                    name.push_str(&part[1..]);
                }
                let form = dice.pick(&FORMS);
                format!("{name} {form}").trim().to_owned()
            })
            .collect();
        let bank = &BANKS[usize::try_from(seed % 4).unwrap()];
        let days = if lines > 20_000 { 360 } else { 90 };
        let document = 4_000 + dice.roll(90_000);
        Self {
            dice,
            lines,
            equal,
            bank,
            contacts,
            ledger: Vec::new(),
            statement: Vec::new(),
            groups: 0,
            document,
            days,
            payouts: 0,
        }
    }

    fn fill(&mut self) {
        while self.statement.len() < self.lines {
            match self.dice.roll(100) {
                0..30 => self.receipt(),
                30..52 => self.payment(),
                52..68 => self.card(),
                68..78 => self.contract(),
                78..84 => self.several_invoices(),
                84..88 => self.instalments(),
                88..92 => self.payout(),
                92..95 => self.deposit(),
                95..97 => self.bank_only(),
                _ => self.cash(),
            }
        }
        let end = self.end();
        self.statement.retain(|line| line.date <= end);
        let seen: std::collections::BTreeSet<usize> = self.statement.iter().filter_map(|line| line.group).collect();
        for entry in &mut self.ledger {
            if entry.group.is_some_and(|group| !seen.contains(&group)) {
                entry.group = None;
                entry.exception = if entry.amount > 0 {
                    "deposit_in_transit"
                } else {
                    "payment_in_transit"
                };
            }
        }
        self.ledger
            .sort_by(|a, b| (a.date, a.amount, &a.description).cmp(&(b.date, b.amount, &b.description)));
        self.statement
            .sort_by(|a, b| (a.date, a.amount, &a.description).cmp(&(b.date, b.amount, &b.description)));
    }

    fn end(&self) -> Date {
        plus(START, self.days)
    }

    fn day(&mut self) -> Date {
        let day = self.dice.between(0, self.days - 1);
        plus(START, day)
    }

    fn money(&mut self) -> i64 {
        if self.equal && self.dice.chance(50) {
            return *self.dice.pick(&[2_900, 9_900, 4_950]);
        }
        let amount = match self.dice.roll(10) {
            0..3 => self.dice.between(500, 9_999),
            3..8 => self.dice.between(10_000, 299_999),
            _ => self.dice.between(300_000, 4_000_000),
        };
        if self.dice.chance(25) {
            amount / 1000 * 1000 + 1000
        } else {
            amount
        }
    }

    fn number(&mut self) -> String {
        self.document += 1 + self.dice.roll(3);
        match self.bank.width % 3 {
            0 => format!("RE-{:06}", self.document),
            1 => format!("F25/{:05}", self.document),
            _ => format!("{:07}", self.document),
        }
    }

    fn contact(&mut self) -> String {
        self.dice.pick(&self.contacts).clone()
    }

    /// The bank's text: a word of its own, the name as it cuts it, and perhaps the number, as somebody typed it.
    fn bank_text(&mut self, words: [&'static str; 3], name: &str, number: &str) -> String {
        let mut text = (*self.dice.pick(&words)).to_owned();
        if self.dice.chance(85) {
            let name: String = name.to_uppercase().chars().take(self.bank.width).collect();
            let _ = write!(text, " {name}");
        }
        if !number.is_empty() && self.dice.chance(55) {
            let digits: String = number.chars().filter(char::is_ascii_digit).collect();
            let shown = match self.dice.roll(10) {
                0 => digits[digits.len() - 4..].to_owned(),
                1 => digits,
                2 => number.replace(['-', '/'], ""),
                _ => number.to_owned(),
            };
            let _ = write!(text, " {shown}");
        }
        text
    }

    fn entry(&mut self, date: Date, amount: i64, description: String, name: &str, reference: &str) {
        let (name, reference) = (name.to_owned(), reference.to_owned());
        let group = Some(self.groups);
        self.ledger.push(Item {
            date,
            amount,
            description,
            name,
            reference,
            check: String::new(),
            kind: "",
            group,
            exception: "",
        });
    }

    fn line(&mut self, date: Date, amount: i64, description: String, kind: &'static str) {
        let group = Some(self.groups);
        let (name, reference, check) = (String::new(), String::new(), String::new());
        self.statement.push(Item {
            date,
            amount,
            description,
            name,
            reference,
            check,
            kind,
            group,
            exception: "",
        });
    }

    fn lag(&mut self) -> i64 {
        *self.dice.pick(&[0, 0, 1, 1, 1, 2, 2, 3, 4, 6, -1])
    }

    fn receipt(&mut self) {
        let (date, amount, name, number) = (self.day(), self.money(), self.contact(), self.number());
        let wrong = self.dice.roll(300);
        let booked = match wrong {
            0 => -amount,
            1 if amount % 10 == 0 => amount * 10,
            _ => amount,
        };
        self.entry(
            date,
            booked,
            format!("{} {number} {name}", self.bank.invoice),
            &name,
            &number,
        );
        if let Some(entry) = self.ledger.last_mut() {
            entry.exception = match booked {
                booked if booked == amount => "",
                booked if booked < 0 => "sign_error",
                _ => "amount_slip",
            };
        }
        let text = self.bank_text(self.bank.receipt, &name, &number);
        let lag = self.lag();
        self.line(plus(date, lag), amount, text, "166");
        self.groups += 1;
    }

    fn payment(&mut self) {
        let (date, amount, name, number) = (self.day(), -self.money(), self.contact(), self.number());
        self.entry(date, amount, format!("{} {number}", self.bank.bill), &name, &number);
        let text = self.bank_text(self.bank.payment, &name, &number);
        let lag = self.lag();
        self.line(plus(date, lag), amount, text, "117");
        self.groups += 1;
    }

    fn card(&mut self) {
        let (date, amount, name) = (self.day(), -self.dice.between(300, 30_000), self.contact());
        self.entry(date, amount, format!("Card {name}"), &name, "");
        let text = format!(
            "{} {} {:02}{:02}",
            self.bank.card,
            name.to_uppercase(),
            date.day(),
            date.month()
        );
        let lag = self.dice.between(0, 4);
        self.line(plus(date, lag), amount, text, "106");
        self.groups += 1;
    }

    fn contract(&mut self) {
        let (name, amount) = (self.contact(), -self.money());
        let contract = format!("K{:05}", self.dice.roll(99_999));
        let first = self.dice.between(0, 27);
        for month in 0..self.days / 30 {
            let date = plus(START, first + month * 30);
            self.entry(date, amount, format!("{name} {contract}"), &name, &contract);
            let text = self.bank_text(self.bank.payment, &name, &contract);
            let lag = self.lag();
            self.line(plus(date, lag), amount, text, "105");
            self.groups += 1;
        }
    }

    fn several_invoices(&mut self) {
        let (date, name) = (self.day(), self.contact());
        let mut sum = 0;
        let mut numbers = String::new();
        for _ in 0..2 + self.dice.roll(4) {
            let (amount, number) = (self.money(), self.number());
            let day = plus(date, -self.dice.between(0, 2));
            self.entry(day, amount, format!("{} {number}", self.bank.invoice), &name, &number);
            if self.dice.chance(60) {
                let _ = write!(numbers, "{number} ");
            }
            sum += amount;
        }
        let text = format!("{} {} {numbers}", self.bank.receipt[0], name.to_uppercase());
        let lag = self.lag();
        self.line(plus(date, lag), sum, text, "166");
        self.groups += 1;
    }

    fn instalments(&mut self) {
        let (date, name, number) = (self.day(), self.contact(), self.number());
        let parts = self.dice.between(2, 4);
        let amount = 40_000 + self.money();
        self.entry(
            date,
            amount,
            format!("{} {number} {name}", self.bank.invoice),
            &name,
            &number,
        );
        for part in 0..parts {
            let paid = amount / parts + if part == parts - 1 { amount % parts } else { 0 };
            let text = self.bank_text(self.bank.receipt, &name, &number);
            self.line(plus(date, part * 8 + 1), paid, text, "166");
        }
        self.groups += 1;
    }

    fn payout(&mut self) {
        // One payout of a till and day.
        let (till, day) = (self.payouts / self.days, self.payouts % self.days);
        self.payouts += 1;
        let date = plus(START, day);
        let mut gross = 0;
        let sales = 3 + self.dice.roll(20);
        for _ in 0..sales {
            let (amount, number) = (self.dice.between(700, 20_000), self.dice.roll(9_999_999));
            self.entry(
                date,
                amount,
                format!("Sale {number} till {till}"),
                &format!("Sumup T{till:03}"),
                &number.to_string(),
            );
            gross += amount;
        }
        let fee = gross * 169 / 10_000 + i64::try_from(sales).unwrap() * 5;
        let text = format!(
            "{} SUMUP T{till:03} PAYOUT {}",
            self.bank.receipt[1],
            self.dice.roll(999_999)
        );
        self.line(plus(date, 2), gross - fee, text, "166");
        self.statement.last_mut().unwrap().exception = "processor_fee";
        self.groups += 1;
    }

    fn deposit(&mut self) {
        let date = self.day();
        let slip = 60_000 + self.dice.roll(9_000);
        let shown = self.dice.chance(60);
        let mut sum = 0;
        for _ in 0..3 + self.dice.roll(9) {
            let (amount, name) = (self.money().min(300_000), self.contact());
            let slip = if shown { format!(" slip {slip}") } else { String::new() };
            self.entry(date, amount, format!("Takings {name}{slip}"), &name, "");
            sum += amount;
        }
        let lag = self.dice.between(1, 3);
        let text = if self.dice.chance(50) {
            format!("{} {slip}", self.bank.deposit)
        } else {
            self.bank.deposit.to_owned()
        };
        self.line(plus(date, lag), sum, text, "082");
        self.groups += 1;
    }

    fn bank_only(&mut self) {
        let date = self.day();
        let (amount, text, class) = match self.dice.roll(4) {
            0 => (-self.dice.between(200, 4_000), self.bank.fee, "bank_fee"),
            1 => (self.dice.between(10, 9_000), self.bank.interest, "interest"),
            2 => (-self.money(), self.bank.returned, "returned_item"),
            _ => (-self.money(), self.bank.payment[0], "unrecorded"),
        };
        let text = if class == "unrecorded" {
            format!("{text} {}", self.contact().to_uppercase())
        } else {
            text.to_owned()
        };
        self.line(date, amount, text, "808");
        let line = self.statement.last_mut().unwrap();
        line.group = None;
        line.exception = class;
    }

    fn cash(&mut self) {
        let (date, amount) = (self.day(), self.dice.between(5, 60) * 1_000);
        let name = self.contact();
        self.entry(date, amount, format!("Cash {name}"), &name, "");
        let lag = self.dice.between(0, 5);
        self.line(plus(date, lag), amount, self.bank.receipt[2].to_owned(), "082");
        self.groups += 1;
    }

    fn write(&self, folder: &std::path::Path) -> Result<(), Box<dyn Error>> {
        std::fs::create_dir_all(folder)?;
        let mut truth = csv::Writer::from_path(folder.join("truth.csv"))?;
        truth.write_record(["group_id", "side", "line_id", "relation", "subtype", "exception", "eq"])?;
        let mut sizes = vec![[0_usize; 2]; self.groups + 1];
        for (side, items) in [&self.ledger, &self.statement].into_iter().enumerate() {
            for group in items.iter().filter_map(|item| item.group) {
                sizes[group][side] += 1;
            }
        }
        let ledger = [
            "id",
            "date",
            "amount",
            "currency",
            "description",
            "counterparty",
            "doc_no",
            "check_no",
        ];
        write_side(
            &folder.join("ledger.csv"),
            "ledger",
            &ledger,
            &self.ledger,
            &sizes,
            &mut truth,
        )?;
        let statement = [
            "id",
            "date",
            "amount",
            "currency",
            "description",
            "value_date",
            "reference",
            "type",
        ];
        write_side(
            &folder.join("statement.csv"),
            "statement",
            &statement,
            &self.statement,
            &sizes,
            &mut truth,
        )?;
        truth.flush()?;
        Ok(())
    }
}

/// One file of items, and their truth.
fn write_side(
    path: &std::path::Path,
    side: &str,
    header: &[&str],
    items: &[Item],
    sizes: &[[usize; 2]],
    truth: &mut csv::Writer<std::fs::File>,
) -> Result<(), Box<dyn Error>> {
    let mut file = csv::Writer::from_path(path)?;
    file.write_record(header)?;
    for (index, item) in items.iter().enumerate() {
        let id = format!("{}{index}", side[..1].to_uppercase());
        let date = item.date.to_string();
        let sign = if item.amount < 0 { "-" } else { "" };
        let amount = format!("{sign}{}.{:02}", item.amount.abs() / 100, item.amount.abs() % 100);
        let last: [&str; 3] = if side == "ledger" {
            [&item.name, &item.reference, &item.check]
        } else {
            [&date, &item.reference, item.kind]
        };
        file.write_record([&id, &date, &amount, "EUR", &item.description, last[0], last[1], last[2]])?;
        let relation = match item.group.map(|group| sizes[group]) {
            None => "none",
            Some([1, 1]) => "1:1",
            Some([1, _]) => "1:n",
            Some([_, 1]) => "n:1",
            Some(_) => "n:m",
        };
        let group = item.group.map(|group| format!("G{group}")).unwrap_or_default();
        let alike = format!(
            "{side}|{date}|{amount}|{}|{}|{}",
            item.description, item.name, item.reference
        );
        truth.write_record([&group, side, &id, relation, "x", item.exception, &alike])?;
    }
    file.flush()?;
    Ok(())
}
