//! Which element leads where: the paths of camt.052, .053 and .054 in all versions, as steps from one element to the
//! next.
//!
//! Only local names count; namespaces and versions do not. Where versions differ, each form leads to the same field:
//! `BIC` (to 02) and `BICFI` (from 03), `Sts` as text (to 07) and `Sts/Cd` (from 08), `Nm` directly (to 07) and below
//! `Pty` or `Agt` (from 08), `PrtryAcct` (01) and `Othr` (from 02). What leads nowhere is skipped with all it holds.

use super::fields::{
    AccountField, AmountKind, BalanceField, ChargeField, DetailsField, EntryField, Field, Level, Moment, PartyField,
    Side, StatementField, TotalField, TypeField,
};
use crate::model::ControlOver;

/// An element that holds others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Envelope,
    Message,
    Header,
    HeaderPages,
    Statement,
    StatementPages,
    Period,
    Account,
    AccountId,
    AccountOther,
    AccountOtherScheme,
    AccountType,
    Owner,
    Servicer,
    ServicerBank,
    ServicerClearing,
    ServicerBranch,
    Balance,
    BalanceType,
    BalanceTypeCode,
    BalanceSubType,
    BalanceDate,
    Summary,
    Totals(ControlOver),
    Entry,
    EntryDate(Moment),
    EntryDetails,
    Batch,
    TypeCode(Level),
    Domain(Level),
    Family(Level),
    OwnCode(Level),
    Amounts(Level),
    Amount(Level, AmountKind),
    Exchange(Level, AmountKind),
    Charges(Level),
    ChargeRecord(Level),
    ChargeType(Level),
    OwnChargeType(Level),
    Details,
    References,
    Parties,
    Party(Side),
    PartyAgent(Side),
    PartyBank(Side),
    Ultimate(Side),
    Address(Side),
    PartyId(Side),
    PartyIdKind(Side),
    PartyOtherId(Side),
    PartyIdScheme(Side),
    PartyAccount(Side),
    PartyAccountId(Side),
    PartyAccountOther(Side),
    Agents,
    Agent(Side),
    AgentBank(Side),
    AgentClearing(Side),
    Purpose,
    Remittance,
    Structured,
    CreditorReference,
    Document,
    Return,
    ReturnReason,
}

/// What a child element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Into(Node),
    Read(Field),
    Skip,
}

/// The three messages' root elements; version 01 has its number at the end (`BkToCstmrAcctRptV01`).
pub(super) const MESSAGE_ROOTS: [(&str, &str); 3] = [
    ("BkToCstmrStmt", "camt.053"),
    ("BkToCstmrAcctRpt", "camt.052"),
    ("BkToCstmrDbtCdtNtfctn", "camt.054"),
];

/// The message whose root element has this local name (`camt.053`).
pub(super) fn message_of_root(name: &str) -> Option<&'static str> {
    let stem = match name.rsplit_once('V') {
        Some((stem, version)) if version.bytes().all(|byte| byte.is_ascii_digit()) => stem,
        _ => name,
    };
    MESSAGE_ROOTS
        .iter()
        .find(|(root, _)| *root == stem)
        .map(|(_, message)| *message)
}

/// What the child with this local name of an element is.
pub(super) fn step(parent: Node, name: &str) -> Step {
    use Step::{Into, Read};
    match parent {
        Node::Envelope if message_of_root(name).is_some() => Into(Node::Message),
        Node::Envelope => Into(Node::Envelope),
        Node::Message => match name {
            "GrpHdr" => Into(Node::Header),
            "Stmt" | "Rpt" | "Ntfctn" => Into(Node::Statement),
            _ => Step::Skip,
        },
        Node::Header => match name {
            "CreDtTm" => Read(Field::Statement(StatementField::MessageCreated)),
            "MsgPgntn" => Into(Node::HeaderPages),
            _ => Step::Skip,
        },
        Node::HeaderPages => match name {
            "PgNb" => Read(Field::Statement(StatementField::MessagePage)),
            "LastPgInd" => Read(Field::Statement(StatementField::MessageLastPage)),
            _ => Step::Skip,
        },
        Node::Statement | Node::StatementPages | Node::Period => in_statement(parent, name),
        Node::Account
        | Node::AccountId
        | Node::AccountOther
        | Node::AccountOtherScheme
        | Node::AccountType
        | Node::Owner
        | Node::Servicer
        | Node::ServicerBank
        | Node::ServicerClearing
        | Node::ServicerBranch => in_account(parent, name),
        Node::Balance
        | Node::BalanceType
        | Node::BalanceTypeCode
        | Node::BalanceSubType
        | Node::BalanceDate
        | Node::Summary
        | Node::Totals(_) => in_balance_or_summary(parent, name),
        Node::Entry | Node::EntryDate(_) | Node::EntryDetails | Node::Batch => in_entry(parent, name),
        Node::TypeCode(level) | Node::Domain(level) | Node::Family(level) | Node::OwnCode(level) => {
            in_type_code(parent, level, name)
        }
        Node::Amounts(level) | Node::Amount(level, _) | Node::Exchange(level, _) => in_amounts(parent, level, name),
        Node::Charges(level) | Node::ChargeRecord(level) | Node::ChargeType(level) | Node::OwnChargeType(level) => {
            in_charges(parent, level, name)
        }
        Node::Party(side)
        | Node::PartyAgent(side)
        | Node::PartyBank(side)
        | Node::Ultimate(side)
        | Node::Address(side)
        | Node::PartyId(side)
        | Node::PartyIdKind(side)
        | Node::PartyOtherId(side)
        | Node::PartyIdScheme(side) => in_party(parent, side, name),
        Node::PartyAccount(side)
        | Node::PartyAccountId(side)
        | Node::PartyAccountOther(side)
        | Node::Agent(side)
        | Node::AgentBank(side)
        | Node::AgentClearing(side) => in_party_account_or_agent(parent, side, name),
        Node::Details
        | Node::References
        | Node::Parties
        | Node::Agents
        | Node::Purpose
        | Node::Remittance
        | Node::Structured
        | Node::CreditorReference
        | Node::Document
        | Node::Return
        | Node::ReturnReason => in_details(parent, name),
    }
}

/// What a child of an element whose text is kept is: `Sts` is a text in old versions and holds a code in new ones.
pub(super) fn step_in_field(parent: Field, name: &str) -> Step {
    match (parent, name) {
        (Field::Entry(EntryField::Status), "Cd" | "Prtry") => Step::Read(parent),
        _ => Step::Skip,
    }
}

fn in_statement(parent: Node, name: &str) -> Step {
    use StatementField as F;
    let field = match (parent, name) {
        (Node::Statement, "Ntry") => return Step::Into(Node::Entry),
        (Node::Statement, "Bal") => return Step::Into(Node::Balance),
        (Node::Statement, "Acct") => return Step::Into(Node::Account),
        (Node::Statement, "TxsSummry") => return Step::Into(Node::Summary),
        (Node::Statement, "FrToDt") => return Step::Into(Node::Period),
        (Node::Statement, "StmtPgntn" | "RptPgntn" | "NtfctnPgntn") => {
            return Step::Into(Node::StatementPages);
        }
        (Node::Statement, "Id") => F::Id,
        (Node::Statement, "ElctrncSeqNb") => F::ElectronicNumber,
        (Node::Statement, "LglSeqNb") => F::LegalNumber,
        (Node::Statement, "CreDtTm") => F::Created,
        (Node::StatementPages, "PgNb") => F::Page,
        (Node::StatementPages, "LastPgInd") => F::LastPage,
        (Node::Period, "FrDtTm" | "FrDt") => F::From,
        (Node::Period, "ToDtTm" | "ToDt") => F::To,
        _ => return Step::Skip,
    };
    Step::Read(Field::Statement(field))
}

fn in_account(parent: Node, name: &str) -> Step {
    use AccountField as F;
    let field = match (parent, name) {
        (Node::Account, "Id") => return Step::Into(Node::AccountId),
        (Node::Account, "Tp") => return Step::Into(Node::AccountType),
        (Node::Account, "Ownr") | (Node::Owner, "Pty") => return Step::Into(Node::Owner),
        (Node::Account, "Svcr") => return Step::Into(Node::Servicer),
        (Node::AccountId, "Othr" | "PrtryAcct") => return Step::Into(Node::AccountOther),
        (Node::AccountOther, "SchmeNm") => return Step::Into(Node::AccountOtherScheme),
        (Node::Servicer, "FinInstnId") | (Node::ServicerBank, "CmbndId") => {
            return Step::Into(Node::ServicerBank);
        }
        (Node::Servicer, "BrnchId") => return Step::Into(Node::ServicerBranch),
        (Node::ServicerBank, "ClrSysMmbId") => return Step::Into(Node::ServicerClearing),
        (Node::Account, "Ccy") => F::Currency,
        (Node::Account, "Nm") => F::Name,
        (Node::AccountId, "IBAN") => F::Iban,
        (Node::AccountId, "BBAN") => F::Bban,
        (Node::AccountOther, "Id") => F::Other,
        (Node::AccountOtherScheme, "Cd" | "Prtry") => F::OtherScheme,
        (Node::AccountType, "Cd" | "Prtry") => F::Type,
        (Node::Owner, "Nm") => F::Owner,
        (Node::ServicerBank, "BIC" | "BICFI") => F::Bic,
        (Node::ServicerClearing, "MmbId" | "Id") => F::BankMember,
        (Node::ServicerBranch, "Id") => F::Branch,
        _ => return Step::Skip,
    };
    Step::Read(Field::Account(field))
}

fn in_balance_or_summary(parent: Node, name: &str) -> Step {
    use BalanceField as F;
    let field = match (parent, name) {
        (Node::Balance, "Amt") => F::Amount,
        (Node::Balance, "CdtDbtInd") => F::Direction,
        (Node::Balance, "Tp") => return Step::Into(Node::BalanceType),
        (Node::Balance, "Dt") => return Step::Into(Node::BalanceDate),
        (Node::BalanceType, "CdOrPrtry") => return Step::Into(Node::BalanceTypeCode),
        (Node::BalanceType, "SubTp") => return Step::Into(Node::BalanceSubType),
        (Node::BalanceType | Node::BalanceTypeCode, "Cd" | "Prtry") => F::Code,
        (Node::BalanceSubType, "Cd" | "Prtry") => F::SubCode,
        (Node::BalanceDate, "Dt" | "DtTm") => F::Date,
        (Node::Summary, "TtlNtries") => return Step::Into(Node::Totals(ControlOver::Lines)),
        (Node::Summary, "TtlCdtNtries") => return Step::Into(Node::Totals(ControlOver::Credits)),
        (Node::Summary, "TtlDbtNtries") => return Step::Into(Node::Totals(ControlOver::Debits)),
        (Node::Totals(over), "NbOfNtries") => {
            return Step::Read(Field::Total(over, TotalField::Count));
        }
        (Node::Totals(over), "Sum") => return Step::Read(Field::Total(over, TotalField::Sum)),
        _ => return Step::Skip,
    };
    Step::Read(Field::Balance(field))
}

fn in_entry(parent: Node, name: &str) -> Step {
    use EntryField as F;
    let field = match parent {
        Node::EntryDate(moment) if matches!(name, "Dt" | "DtTm") => F::Date(moment),
        Node::EntryDetails if name == "TxDtls" => return Step::Into(Node::Details),
        Node::EntryDetails if name == "Btch" => return Step::Into(Node::Batch),
        Node::Batch if name == "MsgId" => F::BatchMessage,
        Node::Batch if name == "PmtInfId" => F::BatchPayment,
        Node::Entry => match name {
            "NtryRef" => F::Reference,
            "Amt" => F::Amount,
            "CdtDbtInd" => F::Direction,
            "RvslInd" => F::Reversal,
            "Sts" => F::Status,
            "BookgDt" => return Step::Into(Node::EntryDate(Moment::Booking)),
            "ValDt" => return Step::Into(Node::EntryDate(Moment::Value)),
            "AcctSvcrRef" => F::ServicerReference,
            "BkTxCd" => return Step::Into(Node::TypeCode(Level::Entry)),
            "NtryDtls" => return Step::Into(Node::EntryDetails),
            "AddtlNtryInf" => F::Text,
            "AmtDtls" => return Step::Into(Node::Amounts(Level::Entry)),
            "Chrgs" => return Step::Into(Node::Charges(Level::Entry)),
            // Version 01 has them here.
            "TxDtls" => return Step::Into(Node::Details),
            "Btch" => return Step::Into(Node::Batch),
            _ => return Step::Skip,
        },
        _ => return Step::Skip,
    };
    Step::Read(Field::Entry(field))
}

fn in_type_code(parent: Node, level: Level, name: &str) -> Step {
    let field = match (parent, name) {
        (Node::TypeCode(_), "Domn") => return Step::Into(Node::Domain(level)),
        (Node::TypeCode(_), "Prtry") => return Step::Into(Node::OwnCode(level)),
        (Node::Domain(_), "Cd") => TypeField::Domain,
        (Node::Domain(_), "Fmly") => return Step::Into(Node::Family(level)),
        (Node::Family(_), "Cd") => TypeField::Family,
        (Node::Family(_), "SubFmlyCd") => TypeField::SubFamily,
        (Node::OwnCode(_), "Cd") => TypeField::Proprietary,
        (Node::OwnCode(_), "Issr") => TypeField::Issuer,
        _ => return Step::Skip,
    };
    Step::Read(Field::Type(level, field))
}

fn in_amounts(parent: Node, level: Level, name: &str) -> Step {
    match (parent, name) {
        (Node::Amounts(_), "InstdAmt") => Step::Into(Node::Amount(level, AmountKind::Instructed)),
        (Node::Amounts(_), "TxAmt") => Step::Into(Node::Amount(level, AmountKind::Transaction)),
        (Node::Amounts(_), "CntrValAmt") => Step::Into(Node::Amount(level, AmountKind::CounterValue)),
        (Node::Amount(_, kind), "Amt") => Step::Read(Field::Amount(level, kind)),
        (Node::Amount(_, kind), "CcyXchg") => Step::Into(Node::Exchange(level, kind)),
        (Node::Exchange(_, kind), "XchgRate") => Step::Read(Field::Rate(level, kind)),
        _ => Step::Skip,
    }
}

fn in_charges(parent: Node, level: Level, name: &str) -> Step {
    let field = match (parent, name) {
        (Node::Charges(_), "TtlChrgsAndTaxAmt") => ChargeField::Total,
        (Node::Charges(_), "Rcrd") => return Step::Into(Node::ChargeRecord(level)),
        // To version 03 `Chrgs` is repeated and has no records.
        (Node::Charges(_) | Node::ChargeRecord(_), "Amt") => ChargeField::Amount,
        (Node::Charges(_) | Node::ChargeRecord(_), "CdtDbtInd") => ChargeField::Direction,
        (Node::Charges(_) | Node::ChargeRecord(_), "ChrgInclInd") => ChargeField::Included,
        (Node::Charges(_) | Node::ChargeRecord(_), "Tp") => {
            return Step::Into(Node::ChargeType(level));
        }
        (Node::ChargeType(_), "Cd") | (Node::OwnChargeType(_), "Id") => ChargeField::Text,
        (Node::ChargeType(_), "Prtry") => return Step::Into(Node::OwnChargeType(level)),
        _ => return Step::Skip,
    };
    Step::Read(Field::Charge(level, field))
}

fn in_details(parent: Node, name: &str) -> Step {
    use DetailsField as F;
    let field = match parent {
        Node::Details => match name {
            "Refs" => return Step::Into(Node::References),
            "Amt" => F::Amount,
            "CdtDbtInd" => F::Direction,
            "AmtDtls" => return Step::Into(Node::Amounts(Level::Details)),
            "BkTxCd" => return Step::Into(Node::TypeCode(Level::Details)),
            "Chrgs" => return Step::Into(Node::Charges(Level::Details)),
            "RltdPties" => return Step::Into(Node::Parties),
            "RltdAgts" => return Step::Into(Node::Agents),
            "Purp" => return Step::Into(Node::Purpose),
            "RmtInf" => return Step::Into(Node::Remittance),
            "RtrInf" => return Step::Into(Node::Return),
            "AddtlTxInf" => F::Text,
            _ => return Step::Skip,
        },
        Node::References => match name {
            "MsgId" => F::Message,
            "AcctSvcrRef" => F::ServicerReference,
            "PmtInfId" => F::Payment,
            "InstrId" => F::Instruction,
            "EndToEndId" => F::EndToEnd,
            "UETR" => F::Uetr,
            "TxId" => F::Transaction,
            "MndtId" => F::Mandate,
            "ChqNb" => F::Check,
            _ => return Step::Skip,
        },
        Node::Parties => return in_parties(name),
        Node::Agents => match name {
            "DbtrAgt" => return Step::Into(Node::Agent(Side::Debtor)),
            "CdtrAgt" => return Step::Into(Node::Agent(Side::Creditor)),
            _ => return Step::Skip,
        },
        Node::Remittance if name == "Ustrd" => F::Text,
        Node::Remittance if name == "Strd" => return Step::Into(Node::Structured),
        Node::Structured => match name {
            "CdtrRefInf" => return Step::Into(Node::CreditorReference),
            "RfrdDocInf" => return Step::Into(Node::Document),
            // Version 01 has the number here.
            "RfrdDocNb" | "AddtlRmtInf" => F::Text,
            _ => return Step::Skip,
        },
        Node::CreditorReference if matches!(name, "Ref" | "CdtrRef") => F::StructuredReference,
        Node::Document if matches!(name, "Nb" | "RfrdDocNb") => F::Text,
        Node::Purpose if matches!(name, "Cd" | "Prtry") => F::Purpose,
        Node::Return if matches!(name, "Rsn" | "RtrRsn") => return Step::Into(Node::ReturnReason),
        Node::Return if name == "AddtlInf" => F::Text,
        Node::ReturnReason if matches!(name, "Cd" | "Prtry") => F::ReturnReason,
        _ => return Step::Skip,
    };
    Step::Read(Field::Details(field))
}

fn in_parties(name: &str) -> Step {
    Step::Into(match name {
        "Dbtr" => Node::Party(Side::Debtor),
        "Cdtr" => Node::Party(Side::Creditor),
        "DbtrAcct" => Node::PartyAccount(Side::Debtor),
        "CdtrAcct" => Node::PartyAccount(Side::Creditor),
        "UltmtDbtr" => Node::Ultimate(Side::Debtor),
        "UltmtCdtr" => Node::Ultimate(Side::Creditor),
        _ => return Step::Skip,
    })
}

fn in_party(parent: Node, side: Side, name: &str) -> Step {
    use PartyField as F;
    let field = match parent {
        Node::Address(_) => match name {
            "AdrLine" => F::AddressLine,
            "StrtNm" => F::Street,
            "BldgNb" => F::Building,
            "PstCd" => F::PostCode,
            "TwnNm" => F::Town,
            "Ctry" => F::Country,
            _ => return Step::Skip,
        },
        Node::Party(_) | Node::PartyBank(_) => match name {
            "Nm" => F::Name,
            "PstlAdr" => return Step::Into(Node::Address(side)),
            "Id" => return Step::Into(Node::PartyId(side)),
            "Pty" => return Step::Into(Node::Party(side)),
            "Agt" => return Step::Into(Node::PartyAgent(side)),
            "BIC" | "BICFI" => F::Bank,
            _ => return Step::Skip,
        },
        Node::PartyAgent(_) if name == "FinInstnId" => return Step::Into(Node::PartyBank(side)),
        Node::Ultimate(_) if name == "Nm" => F::Ultimate,
        Node::Ultimate(_) if name == "Pty" => return Step::Into(Node::Ultimate(side)),
        Node::PartyId(_) if matches!(name, "OrgId" | "PrvtId") => {
            return Step::Into(Node::PartyIdKind(side));
        }
        Node::PartyIdKind(_) if matches!(name, "Othr" | "PrtryId") => {
            return Step::Into(Node::PartyOtherId(side));
        }
        Node::PartyOtherId(_) if name == "Id" => F::Id,
        Node::PartyOtherId(_) if name == "SchmeNm" => return Step::Into(Node::PartyIdScheme(side)),
        Node::PartyIdScheme(_) if matches!(name, "Cd" | "Prtry") => F::IdScheme,
        _ => return Step::Skip,
    };
    Step::Read(Field::Party(side, field))
}

fn in_party_account_or_agent(parent: Node, side: Side, name: &str) -> Step {
    let field = match (parent, name) {
        (Node::PartyAccount(_), "Id") => return Step::Into(Node::PartyAccountId(side)),
        (Node::PartyAccountId(_), "Othr" | "PrtryAcct") => {
            return Step::Into(Node::PartyAccountOther(side));
        }
        (Node::PartyAccountId(_), "IBAN" | "BBAN") | (Node::PartyAccountOther(_), "Id") => PartyField::Account,
        (Node::Agent(_), "FinInstnId") | (Node::AgentBank(_), "CmbndId") => {
            return Step::Into(Node::AgentBank(side));
        }
        (Node::AgentBank(_), "BIC" | "BICFI") => PartyField::Bank,
        (Node::AgentBank(_), "ClrSysMmbId") => return Step::Into(Node::AgentClearing(side)),
        (Node::AgentClearing(_), "MmbId" | "Id") => PartyField::BankMember,
        _ => return Step::Skip,
    };
    Step::Read(Field::Party(side, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The field at the end of a path below the message's root, or none.
    fn field_at(path: &str) -> Option<Field> {
        let mut parent = Node::Message;
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            match step(parent, name) {
                Step::Into(node) => parent = node,
                Step::Read(field) => return names.peek().is_none().then_some(field),
                Step::Skip => return None,
            }
        }
        None
    }

    #[test]
    fn all_versions_of_a_path_lead_to_the_same_field() {
        for (old, new) in [
            ("Stmt/Acct/Id/PrtryAcct/Id", "Stmt/Acct/Id/Othr/Id"),
            ("Stmt/Acct/Svcr/FinInstnId/BIC", "Rpt/Acct/Svcr/FinInstnId/BICFI"),
            ("Stmt/Bal/Tp/Cd", "Stmt/Bal/Tp/CdOrPrtry/Cd"),
            ("Stmt/Ntry/BookgDt/Dt", "Ntfctn/Ntry/BookgDt/DtTm"),
            (
                "Rpt/Ntry/TxDtls/Refs/EndToEndId",
                "Rpt/Ntry/NtryDtls/TxDtls/Refs/EndToEndId",
            ),
            (
                "Stmt/Ntry/NtryDtls/TxDtls/RltdPties/Dbtr/Nm",
                "Stmt/Ntry/NtryDtls/TxDtls/RltdPties/Dbtr/Pty/Nm",
            ),
            (
                "Stmt/Ntry/NtryDtls/TxDtls/RltdPties/Dbtr/Nm",
                "Stmt/Ntry/NtryDtls/TxDtls/RltdPties/Dbtr/Agt/FinInstnId/Nm",
            ),
            (
                "Stmt/Ntry/NtryDtls/TxDtls/RltdPties/UltmtCdtr/Nm",
                "Stmt/Ntry/NtryDtls/TxDtls/RltdPties/UltmtCdtr/Pty/Nm",
            ),
            (
                "Stmt/Ntry/NtryDtls/TxDtls/RtrInf/RtrRsn/Cd",
                "Stmt/Ntry/NtryDtls/TxDtls/RtrInf/Rsn/Cd",
            ),
            ("Stmt/Ntry/Chrgs/Amt", "Stmt/Ntry/Chrgs/Rcrd/Amt"),
        ] {
            assert!(field_at(old).is_some(), "{old}");
            assert_eq!(field_at(old), field_at(new), "{old} and {new}");
        }
    }

    #[test]
    fn amounts_of_other_things_are_not_taken_for_the_entry() {
        let amount = Some(Field::Entry(EntryField::Amount));
        assert_eq!(field_at("Stmt/Ntry/Amt"), amount);
        for path in [
            "Stmt/Ntry/Avlbty/Amt",
            "Stmt/Ntry/Intrst/Amt",
            "Stmt/Ntry/NtryDtls/Btch/TtlAmt",
            "Stmt/Ntry/NtryDtls/TxDtls/Amt",
            "Stmt/Ntry/Chrgs/Rcrd/Amt",
            "Stmt/Intrst/Amt",
            "Stmt/Bal/CdtLine/Amt",
        ] {
            assert_ne!(field_at(path), amount, "{path}");
        }
    }

    #[test]
    fn a_status_is_a_text_or_holds_a_code() {
        let status = Field::Entry(EntryField::Status);
        assert_eq!(field_at("Stmt/Ntry/Sts"), Some(status));
        assert_eq!(step_in_field(status, "Cd"), Step::Read(status));
        assert_eq!(step_in_field(Field::Entry(EntryField::Amount), "Cd"), Step::Skip);
    }

    #[test]
    fn message_roots_are_known_with_their_version() {
        assert_eq!(message_of_root("BkToCstmrStmt"), Some("camt.053"));
        assert_eq!(message_of_root("BkToCstmrAcctRptV01"), Some("camt.052"));
        assert_eq!(message_of_root("BkToCstmrDbtCdtNtfctn"), Some("camt.054"));
        assert_eq!(message_of_root("CstmrCdtTrfInitn"), None);
        assert_eq!(message_of_root("BkToCstmrStmtVX"), None);
    }
}
