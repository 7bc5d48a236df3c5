//! What businesses do, and how often. The held-back ones have other mixes, prices, processors and countries.
//!
//! Long because each business reads best in one piece.

use super::vocabulary::{Locale, development as dev, held_back as held};

/// A piece of business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Invoice,
    Bill,
    Card,
    Standing,
    Check,
    Wages,
    PayrollBatch,
    PayrollJournal,
    Rent,
    Member,
    Donation,
    SeveralInvoices,
    BulkBills,
    Instalments,
    SplitBill,
    Payout,
    Deposit,
    Many,
    Transfer,
    Foreign,
    Takings,
    BankFee,
    Interest,
}

/// A payment processor: takes a share and a fixed part of each sale.
pub(super) struct Processor {
    pub(super) name: &'static str,
    /// Hundredths of a percent.
    pub(super) share: i64,
    /// Minor units a sale.
    pub(super) fixed: i64,
    pub(super) delay: i64,
    /// Fees are taken monthly and not out of the payout.
    pub(super) pays_gross: bool,
}

/// A kind of business in a country.
pub(super) struct Business {
    pub(super) name: &'static str,
    pub(super) locale: &'static Locale,
    /// Each kind with its weight among events.
    pub(super) mix: &'static [(Kind, u64)],
    /// Usual amounts, in minor units.
    pub(super) amounts: (i64, i64),
    pub(super) staff: usize,
    pub(super) accounts: u16,
    pub(super) processors: &'static [Processor],
    /// Invoices that customers have not paid in the books yet stand in a separate list.
    pub(super) open_items: bool,
}

use Kind::Bill;
use Kind::{
    BankFee, BulkBills, Card, Check, Deposit, Donation, Foreign, Instalments, Interest, Invoice, Many, Member, Payout,
    PayrollBatch, PayrollJournal, Rent, SeveralInvoices, SplitBill, Standing, Takings, Transfer, Wages,
};

const fn processor(name: &'static str, share: i64, fixed: i64, delay: i64) -> Processor {
    Processor {
        name,
        share,
        fixed,
        delay,
        pays_gross: false,
    }
}

const BASE: Business = Business {
    name: "",
    locale: &dev::US,
    mix: &[],
    amounts: (5_000, 900_000),
    staff: 8,
    accounts: 1,
    processors: &[],
    open_items: false,
};

/// May be used to develop the engine.
pub(super) const DEVELOPMENT: &[Business] = &[
    Business {
        name: "consulting-us",
        mix: &[
            (Invoice, 38),
            (Bill, 16),
            (Card, 14),
            (Standing, 5),
            (Check, 7),
            (Wages, 1),
            (SeveralInvoices, 7),
            (Instalments, 3),
            (SplitBill, 2),
            (Many, 2),
            (Transfer, 2),
            (Foreign, 2),
            (BankFee, 1),
            (Interest, 1),
        ],
        amounts: (20_000, 1_500_000),
        staff: 9,
        ..BASE
    },
    Business {
        name: "shop-gb",
        locale: &dev::GB,
        mix: &[
            (Bill, 14),
            (Card, 15),
            (Standing, 5),
            (Takings, 6),
            (Payout, 16),
            (Deposit, 9),
            (BulkBills, 3),
            (Wages, 1),
            (Transfer, 3),
            (SplitBill, 2),
            (Check, 2),
            (BankFee, 1),
        ],
        amounts: (300, 25_000),
        processors: &[processor("Tillstream", 175, 0, 1), processor("Zapper Pay", 260, 20, 2)],
        ..BASE
    },
    Business {
        name: "restaurant-fr",
        locale: &dev::FR,
        mix: &[
            (Payout, 22),
            (Bill, 18),
            (Card, 10),
            (Deposit, 10),
            (Check, 6),
            (PayrollJournal, 1),
            (BulkBills, 3),
            (Standing, 5),
            (Takings, 4),
            (SplitBill, 2),
            (Many, 1),
            (BankFee, 1),
        ],
        amounts: (900, 16_000),
        staff: 11,
        processors: &[processor("CARTALIS", 70, 9, 1), processor("Ticket Resto", 390, 0, 6)],
        ..BASE
    },
    Business {
        name: "property-de",
        locale: &dev::DE,
        mix: &[
            (Rent, 52),
            (Bill, 12),
            (Standing, 7),
            (Deposit, 2),
            (SeveralInvoices, 3),
            (Instalments, 5),
            (SplitBill, 2),
            (Many, 2),
            (Transfer, 3),
            (BulkBills, 2),
            (Card, 2),
            (BankFee, 1),
            (Interest, 1),
        ],
        amounts: (35_000, 190_000),
        ..BASE
    },
    Business {
        name: "webshop-nl",
        locale: &dev::NL,
        mix: &[
            (Payout, 20),
            (Invoice, 10),
            (Bill, 14),
            (Card, 14),
            (Standing, 4),
            (Foreign, 4),
            (BulkBills, 3),
            (PayrollBatch, 1),
            (Transfer, 4),
            (SplitBill, 1),
            (Many, 2),
            (BankFee, 1),
        ],
        amounts: (900, 30_000),
        accounts: 2,
        processors: &[
            processor("Betaalbaar", 29, 0, 2),
            processor("PAYLANE EU", 290, 35, 4),
            Processor {
                pays_gross: true,
                ..processor("Marktplein", 0, 0, 7)
            },
        ],
        ..BASE
    },
    Business {
        name: "contractor-us",
        mix: &[
            (Check, 26),
            (Invoice, 10),
            (Instalments, 8),
            (Bill, 12),
            (Card, 18),
            (SplitBill, 4),
            (SeveralInvoices, 4),
            (Many, 3),
            (PayrollJournal, 1),
            (Deposit, 3),
            (Standing, 3),
            (BankFee, 1),
        ],
        amounts: (8_000, 2_500_000),
        staff: 14,
        open_items: true,
        ..BASE
    },
    Business {
        name: "charity-gb",
        locale: &dev::GB,
        mix: &[
            (Donation, 45),
            (Member, 10),
            (Payout, 8),
            (Deposit, 7),
            (Bill, 9),
            (Card, 6),
            (Standing, 4),
            (BulkBills, 2),
            (PayrollBatch, 1),
            (Transfer, 2),
            (Check, 2),
            (Interest, 1),
        ],
        amounts: (500, 60_000),
        processors: &[processor("GiveBridge", 190, 20, 5)],
        ..BASE
    },
    Business {
        name: "importer-it",
        locale: &dev::IT,
        mix: &[
            (Invoice, 24),
            (Foreign, 16),
            (Bill, 16),
            (SeveralInvoices, 10),
            (BulkBills, 4),
            (Instalments, 5),
            (SplitBill, 5),
            (Many, 5),
            (Standing, 3),
            (Card, 5),
            (Transfer, 3),
            (BankFee, 2),
        ],
        amounts: (40_000, 6_000_000),
        accounts: 2,
        ..BASE
    },
    Business {
        name: "practice-us",
        mix: &[
            (Takings, 14),
            (Payout, 14),
            (SeveralInvoices, 12),
            (Check, 9),
            (Deposit, 8),
            (Bill, 12),
            (Card, 9),
            (Wages, 1),
            (Many, 2),
            (Standing, 4),
            (Instalments, 4),
            (BankFee, 1),
        ],
        amounts: (2_000, 80_000),
        processors: &[processor("Caredit", 245, 10, 2)],
        ..BASE
    },
    Business {
        name: "saas-de",
        locale: &dev::DE,
        mix: &[
            (Member, 48),
            (Payout, 9),
            (Invoice, 10),
            (Card, 10),
            (Bill, 7),
            (Foreign, 4),
            (Standing, 3),
            (PayrollBatch, 1),
            (SeveralInvoices, 3),
            (Many, 1),
            (Transfer, 2),
            (BankFee, 1),
        ],
        amounts: (1_900, 120_000),
        processors: &[processor("Zahlwerk", 150, 25, 3)],
        ..BASE
    },
];

/// **Never** used to tune.
pub(super) const HELD_BACK: &[Business] = &[
    Business {
        name: "agency-au",
        locale: &held::AU,
        mix: &[
            (Invoice, 34),
            (Bill, 18),
            (Card, 18),
            (Standing, 6),
            (PayrollJournal, 1),
            (SeveralInvoices, 8),
            (Instalments, 4),
            (SplitBill, 3),
            (Many, 3),
            (Transfer, 3),
            (Foreign, 3),
            (BankFee, 1),
            (Interest, 1),
        ],
        amounts: (11_000, 2_200_000),
        ..BASE
    },
    Business {
        name: "retail-es",
        locale: &held::ES,
        mix: &[
            (Payout, 17),
            (Deposit, 12),
            (Bill, 15),
            (Card, 11),
            (Takings, 8),
            (Standing, 5),
            (BulkBills, 4),
            (PayrollBatch, 1),
            (SplitBill, 3),
            (Transfer, 2),
            (Many, 2),
            (BankFee, 2),
        ],
        amounts: (450, 32_000),
        processors: &[processor("Iberpago", 95, 0, 1), processor("COBRAFACIL", 149, 15, 3)],
        ..BASE
    },
    Business {
        name: "restaurant-no",
        locale: &held::NO,
        mix: &[
            (Payout, 24),
            (Bill, 19),
            (Card, 10),
            (Deposit, 5),
            (Standing, 6),
            (Wages, 1),
            (BulkBills, 3),
            (Takings, 5),
            (SplitBill, 2),
            (Many, 2),
            (BankFee, 1),
        ],
        amounts: (8_900, 190_000),
        processors: &[processor("Nordkort", 128, 0, 2), processor("Bordbestill", 1_200, 0, 9)],
        ..BASE
    },
    Business {
        name: "landlord-pl",
        locale: &held::PL,
        mix: &[
            (Rent, 50),
            (Bill, 12),
            (Standing, 8),
            (Deposit, 3),
            (Instalments, 6),
            (SeveralInvoices, 4),
            (SplitBill, 3),
            (Many, 3),
            (Transfer, 3),
            (Check, 3),
            (BankFee, 1),
            (Interest, 1),
        ],
        amounts: (90_000, 480_000),
        ..BASE
    },
    Business {
        name: "marketplace-br",
        locale: &held::BR,
        mix: &[
            (Payout, 22),
            (Invoice, 12),
            (Bill, 14),
            (Card, 10),
            (Standing, 4),
            (Foreign, 3),
            (BulkBills, 4),
            (PayrollBatch, 1),
            (Transfer, 4),
            (Instalments, 4),
            (Many, 2),
            (BankFee, 2),
        ],
        amounts: (1_990, 59_900),
        accounts: 2,
        processors: &[
            processor("REPASSA", 399, 40, 14),
            processor("Vendamais", 1_100, 500, 8),
            Processor {
                pays_gross: true,
                ..processor("Boleto Hub", 0, 0, 1)
            },
        ],
        ..BASE
    },
    Business {
        name: "builder-au",
        locale: &held::AU,
        mix: &[
            (Invoice, 14),
            (Check, 14),
            (Instalments, 9),
            (Bill, 16),
            (Card, 17),
            (SplitBill, 5),
            (SeveralInvoices, 4),
            (Many, 4),
            (Wages, 1),
            (Deposit, 3),
            (Standing, 4),
            (BankFee, 1),
        ],
        amounts: (6_500, 3_800_000),
        staff: 12,
        open_items: true,
        ..BASE
    },
    Business {
        name: "foundation-no",
        locale: &held::NO,
        mix: &[
            (Donation, 42),
            (Member, 14),
            (Payout, 9),
            (Bill, 10),
            (Card, 7),
            (Standing, 4),
            (BulkBills, 3),
            (PayrollJournal, 1),
            (Transfer, 3),
            (SeveralInvoices, 3),
            (Interest, 1),
        ],
        amounts: (10_000, 250_000),
        processors: &[processor("Innsamling Na", 220, 150, 4)],
        ..BASE
    },
    Business {
        name: "wholesale-jp",
        locale: &held::JP,
        mix: &[
            (Invoice, 26),
            (Foreign, 14),
            (Bill, 16),
            (SeveralInvoices, 11),
            (BulkBills, 4),
            (Instalments, 4),
            (SplitBill, 5),
            (Many, 5),
            (Standing, 4),
            (Card, 5),
            (Transfer, 3),
            (BankFee, 2),
        ],
        amounts: (30_000, 9_000_000),
        accounts: 2,
        ..BASE
    },
    Business {
        name: "clinic-es",
        locale: &held::ES,
        mix: &[
            (Takings, 15),
            (Payout, 15),
            (SeveralInvoices, 12),
            (Deposit, 8),
            (Bill, 13),
            (Card, 9),
            (Wages, 1),
            (Many, 3),
            (Standing, 5),
            (Instalments, 5),
            (Check, 4),
            (BankFee, 1),
        ],
        amounts: (3_500, 140_000),
        processors: &[processor("Saludpay", 115, 5, 2)],
        ..BASE
    },
    Business {
        name: "hosting-pl",
        locale: &held::PL,
        mix: &[
            (Member, 46),
            (Payout, 10),
            (Invoice, 11),
            (Card, 10),
            (Bill, 8),
            (Foreign, 4),
            (Standing, 4),
            (PayrollBatch, 1),
            (SeveralInvoices, 3),
            (Many, 2),
            (Transfer, 2),
            (BankFee, 1),
        ],
        amounts: (4_900, 300_000),
        processors: &[processor("Szybkoplat", 160, 30, 2)],
        ..BASE
    },
];
