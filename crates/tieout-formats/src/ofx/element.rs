//! The names of OFX that matter to a statement.

/// Declares [`Element`] from one table: variant and the names that mean it.
macro_rules! elements {
    ($( $variant:ident: $($name:literal)|+; )+) => {
        /// An aggregate or element of OFX, as far as a reader of statements needs it.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(super) enum Element { $( $variant, )+ #[default] Unknown }

        impl Element {
            fn of_upper(name: &[u8]) -> Self {
                match name { $( $($name)|+ => Self::$variant, )+ _ => Self::Unknown }
            }
        }
    };
}

elements! {
    Ofx: b"OFX";
    Bid: b"INTU.BID";
    // Aggregates around statements.
    StatementResponse: b"STMTTRNRS" | b"CCSTMTTRNRS" | b"INVSTMTTRNRS";
    Statement: b"STMTRS";
    CardStatement: b"CCSTMTRS";
    InvestmentStatement: b"INVSTMTRS";
    SignOn: b"SONRS";
    AccountList: b"ACCTINFORS";
    Profile: b"PROFRS";
    Status: b"STATUS";
    StatusCode: b"CODE";
    Severity: b"SEVERITY";
    Message: b"MESSAGE";
    // The account.
    BankAccount: b"BANKACCTFROM" | b"LOANACCTFROM";
    CardAccount: b"CCACCTFROM";
    InvestmentAccount: b"INVACCTFROM";
    BankId: b"BANKID" | b"BROKERID";
    BranchId: b"BRANCHID";
    AccountId: b"ACCTID";
    AccountType: b"ACCTTYPE";
    // The statement.
    DefaultCurrency: b"CURDEF";
    Transactions: b"BANKTRANLIST" | b"INVTRANLIST";
    PendingTransactions: b"BANKTRANLISTP";
    From: b"DTSTART";
    To: b"DTEND";
    Trade: b"INVTRAN";
    LedgerBalance: b"LEDGERBAL";
    AvailableBalance: b"AVAILBAL";
    InvestmentBalances: b"INVBAL";
    AvailableCash: b"AVAILCASH";
    OtherBalance: b"BAL";
    BalanceList: b"BALLIST";
    BalanceAmount: b"BALAMT" | b"VALUE";
    BalanceType: b"BALTYPE";
    AsOf: b"DTASOF";
    // A line.
    Line: b"STMTTRN";
    PendingLine: b"STMTTRNP";
    Type: b"TRNTYPE";
    Posted: b"DTPOSTED" | b"DTTRAN";
    Initiated: b"DTUSER";
    Available: b"DTAVAIL";
    ValueDate: b"VALUEDATE";
    Amount: b"TRNAMT";
    BankLineId: b"FITID";
    Corrects: b"CORRECTFITID";
    CorrectionAction: b"CORRECTACTION";
    ServerId: b"SRVRTID";
    CheckNumber: b"CHECKNUM";
    Reference: b"REFNUM";
    IndustryCode: b"SIC";
    Name: b"NAME";
    ExtendedName: b"EXTDNAME";
    Memo: b"MEMO";
    RunningBalance: b"ACCTBAL";
    Payee: b"PAYEE" | b"PAYEE2";
    Address: b"ADDR1" | b"ADDR2" | b"ADDR3" | b"CITY" | b"STATE" | b"POSTALCODE" | b"COUNTRY";
    OtherAccount: b"BANKACCTTO" | b"CCACCTTO" | b"LOANACCTTO";
    LineCurrency: b"CURRENCY";
    OriginalCurrency: b"ORIGCURRENCY";
    CurrencySymbol: b"CURSYM";
    // Known, and of no use to a bank line.
    Ignored: b"PAYEEID" | b"PHONE" | b"CURRATE" | b"ACCTKEY" | b"INV401KSOURCE" | b"DTEXPIRE" | b"IMAGEDATA"
        | b"IMAGETYPE" | b"IMAGEREF" | b"IMAGEREFTYPE" | b"IMAGEDELAY" | b"DTIMAGEAVAIL" | b"IMAGETTL" | b"CHECKSUP"
        | b"SUBACCTFUND" | b"SUBACCTSEC" | b"INTU.BANKID" | b"INTU.USERID" | b"INTU.ORG";
}

impl Element {
    /// Whether it holds the lines and balances of one account.
    pub(super) fn is_statement(self) -> bool {
        matches!(self, Self::Statement | Self::CardStatement | Self::InvestmentStatement)
    }

    /// Whether it is an aggregate whose end matters.
    pub(super) fn holds_elements(self) -> bool {
        self.outranks_line()
            || matches!(
                self,
                Self::Line
                    | Self::PendingLine
                    | Self::Payee
                    | Self::OtherAccount
                    | Self::LineCurrency
                    | Self::OriginalCurrency
            )
    }

    /// Whether it stands beside or above lines, so that it ends one whose end tag is missing.
    pub(super) fn outranks_line(self) -> bool {
        self.is_statement()
            || matches!(
                self,
                Self::Ofx
                    | Self::StatementResponse
                    | Self::Status
                    | Self::BankAccount
                    | Self::CardAccount
                    | Self::InvestmentAccount
                    | Self::DefaultCurrency
                    | Self::Transactions
                    | Self::PendingTransactions
                    | Self::From
                    | Self::To
                    | Self::Trade
                    | Self::LedgerBalance
                    | Self::AvailableBalance
                    | Self::InvestmentBalances
                    | Self::BalanceList
                    | Self::OtherBalance
            )
    }

    /// The element of this name, in any letter case.
    pub(super) fn of(name: &[u8]) -> Self {
        let mut upper = [0; 16];
        let Some(upper) = upper.get_mut(..name.len()) else {
            return Self::Unknown;
        };
        upper.copy_from_slice(name);
        upper.make_ascii_uppercase();
        Self::of_upper(upper)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(Element::of(b"STMTTRN"), Element::Line);
        assert_eq!(Element::of(b"stmtTrn"), Element::Line);
        for name in [
            b"".as_slice(),
            b"STMTTR",
            b"STMTTRNX",
            b"CREDITCARDMSGSRSV1",
            b"1234567890123456",
        ] {
            assert_eq!(Element::of(name), Element::Unknown);
        }
    }
}
