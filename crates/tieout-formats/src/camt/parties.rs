//! Debtor and creditor of a transaction, and which of them is the other side.

use super::fields::{PartyField, Side};
use super::quirks;
use super::values::{Direction, add_part};
use crate::account_number;
use crate::model::Counterparty;

/// One party with its account and bank, as one transaction states them.
#[derive(Debug, Default)]
pub(super) struct Party {
    pub(super) name: String,
    pub(super) ultimate: String,
    /// Without blanks.
    pub(super) account: String,
    bank: String,
    bank_member: String,
    pub(super) id: String,
    id_scheme: String,
    address: Address,
}

#[derive(Debug, Default)]
struct Address {
    lines: String,
    street: String,
    building: String,
    post_code: String,
    town: String,
    country: String,
}

impl Party {
    /// Empties every text and keeps the memory.
    pub(super) fn clear(&mut self) {
        let address = &mut self.address;
        for text in [
            &mut self.name,
            &mut self.ultimate,
            &mut self.account,
            &mut self.bank,
            &mut self.bank_member,
            &mut self.id,
            &mut self.id_scheme,
            &mut address.lines,
            &mut address.street,
            &mut address.building,
            &mut address.post_code,
            &mut address.town,
            &mut address.country,
        ] {
            text.clear();
        }
    }

    /// Takes a value; of a field that is stated twice the first counts.
    pub(super) fn set(&mut self, field: PartyField, text: &str) {
        let address = &mut self.address;
        let target = match field {
            PartyField::Name => &mut self.name,
            PartyField::Ultimate => &mut self.ultimate,
            PartyField::Account => {
                if self.account.is_empty() {
                    normalise_account(text, &mut self.account);
                }
                return;
            }
            PartyField::Bank => &mut self.bank,
            PartyField::BankMember => &mut self.bank_member,
            PartyField::Id => &mut self.id,
            PartyField::IdScheme => &mut self.id_scheme,
            PartyField::AddressLine => return add_part(&mut address.lines, text),
            PartyField::Street => &mut address.street,
            PartyField::Building => &mut address.building,
            PartyField::PostCode => &mut address.post_code,
            PartyField::Town => &mut address.town,
            PartyField::Country => &mut address.country,
        };
        if target.is_empty() {
            target.push_str(text);
        }
    }

    /// Whether neither name nor account is stated.
    pub(super) fn is_unnamed(&self) -> bool {
        self.name.is_empty() && self.account.is_empty() && self.ultimate.is_empty()
    }

    /// Whether the id is a creditor identifier of the SEPA direct debit scheme.
    pub(super) fn has_creditor_id(&self) -> bool {
        self.id_scheme == "SEPA" && !self.id.is_empty()
    }

    /// Moves what is stated into the counterparty of a line.
    pub(super) fn move_into(&mut self, into: &mut Counterparty) {
        self.address.write(&mut into.address);
        std::mem::swap(&mut self.name, &mut into.name);
        std::mem::swap(&mut self.ultimate, &mut into.ultimate_name);
        std::mem::swap(&mut self.account, &mut into.account);
        std::mem::swap(&mut self.id, &mut into.id);
        let bank = if self.bank.is_empty() {
            &mut self.bank_member
        } else {
            &mut self.bank
        };
        std::mem::swap(bank, &mut into.bank);
    }
}

impl Address {
    /// Street, free lines, post code and town, country; each on its line.
    fn write(&self, into: &mut String) {
        let pair = |into: &mut String, first: &str, second: &str| {
            if first.is_empty() && second.is_empty() {
                return;
            }
            if !into.is_empty() {
                into.push('\n');
            }
            into.push_str(first);
            if !first.is_empty() && !second.is_empty() {
                into.push(' ');
            }
            into.push_str(second);
        };
        into.clear();
        pair(into, &self.street, &self.building);
        pair(into, &self.lines, "");
        pair(into, &self.post_code, &self.town);
        pair(into, &self.country, "");
    }
}

/// Nearly every number is printed as it should be; then neither check digits nor memory are needed.
fn normalise_account(text: &str, into: &mut String) {
    if text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    {
        into.push_str(text);
    } else {
        *into = account_number::normalised(text);
    }
}

/// The side of the counterparty: for money in the debtor, for money out the creditor. A return or reversal (`undoes`)
/// names the parties of the payment that it undoes, so there it is the party whose account is not the statement's
/// (`own`); where accounts do not tell, the opposite side.
pub(super) fn other_side(direction: Direction, undoes: bool, debtor: &Party, creditor: &Party, own: &str) -> Side {
    let (usual, opposite) = match direction {
        Direction::Credit => (Side::Debtor, Side::Creditor),
        Direction::Debit => (Side::Creditor, Side::Debtor),
    };
    let party = |side| {
        if side == Side::Debtor { debtor } else { creditor }
    };
    let is_own = |side| !own.is_empty() && party(side).account == own;
    let is_foreign = |side| !party(side).account.is_empty() && !is_own(side);
    if undoes {
        return match (is_foreign(usual), is_foreign(opposite)) {
            (true, false) => usual,
            (false, true) => opposite,
            _ if party(opposite).is_unnamed() => usual,
            _ => opposite,
        };
    }
    if quirks::sides_are_swapped(is_own(usual), party(usual).is_unnamed(), is_foreign(opposite)) {
        opposite
    } else {
        usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn party(name: &str, account: &str) -> Party {
        Party {
            name: name.into(),
            account: account.into(),
            ..Party::default()
        }
    }

    #[test]
    fn the_other_side_is_who_pays_or_is_paid() {
        let (me, you) = (party("me", "OWN"), party("you", "OTHER"));
        assert_eq!(other_side(Direction::Credit, false, &you, &me, "OWN"), Side::Debtor);
        assert_eq!(other_side(Direction::Debit, false, &me, &you, "OWN"), Side::Creditor);
    }

    #[test]
    fn a_return_names_the_parties_of_the_payment_it_undoes() {
        let (me, you) = (party("me", "OWN"), party("you", "OTHER"));
        // My payment to you comes back: money in, and still I am its debtor.
        assert_eq!(other_side(Direction::Credit, true, &me, &you, "OWN"), Side::Creditor);
        // Some banks turn the parties of a return: the account tells.
        assert_eq!(other_side(Direction::Credit, true, &you, &me, "OWN"), Side::Debtor);
        // Without accounts the sides are those of the original.
        let (me, you) = (party("me", ""), party("you", ""));
        assert_eq!(other_side(Direction::Credit, true, &me, &you, "OWN"), Side::Creditor);
        assert_eq!(other_side(Direction::Debit, true, &you, &me, "OWN"), Side::Debtor);
        // Only one party is there.
        assert_eq!(
            other_side(Direction::Credit, true, &you, &Party::default(), "OWN"),
            Side::Debtor
        );
    }

    #[test]
    fn a_party_with_a_foreign_account_is_taken_when_the_usual_side_is_empty_or_own() {
        let (me, you) = (party("me", "OWN"), party("you", "OTHER"));
        let nobody = Party::default();
        assert_eq!(
            other_side(Direction::Credit, false, &nobody, &you, "OWN"),
            Side::Creditor
        );
        assert_eq!(other_side(Direction::Credit, false, &me, &you, "OWN"), Side::Creditor);
        // A name without account on the own side is most likely the owner.
        assert_eq!(
            other_side(Direction::Credit, false, &nobody, &party("me", ""), "OWN"),
            Side::Debtor
        );
    }

    #[test]
    fn an_address_reads_like_an_envelope() {
        let mut you = Party::default();
        for (field, text) in [
            (PartyField::Country, "CH"),
            (PartyField::PostCode, "3131"),
            (PartyField::Town, "Bern"),
            (PartyField::Street, "Marktgasse"),
            (PartyField::Building, "3"),
            (PartyField::AddressLine, "c/o Muster"),
        ] {
            you.set(field, text);
        }
        let mut counterparty = Counterparty::default();
        you.move_into(&mut counterparty);
        assert_eq!(counterparty.address, "Marktgasse 3\nc/o Muster\n3131 Bern\nCH");
    }
}
