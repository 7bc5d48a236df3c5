//! What people and banks write above columns, in many languages.

use crate::columns::Role;
use crate::fold::fold;
use crate::scripts::PRINTED;
use std::collections::HashMap;
use std::sync::LazyLock;

/// The role that a header names, as it is printed: `CreditDebet` and `Beschreibung1` are two words where one is not known.
pub(crate) fn named_role(header: &str) -> Option<(Role, usize)> {
    let named = role_of(&fold(header)).or_else(|| {
        let divided = divided(header)?;
        role_of(&fold(&divided))
    });
    match named {
        Some((Role::Currency, _)) => amount_in_currency(header).or(named),
        Some((Role::Amount, weight)) => Some((side_in(&fold(header)).unwrap_or(Role::Amount), weight)),
        other => other,
    }
}

/// The side that a header of amounts names beside them, if it names one only: `Montant Débit`, `Betrag (Haben)`, `Amount Out`.
fn side_in(header: &str) -> Option<Role> {
    let words: Vec<&str> = header.split(' ').collect();
    // `Amount in EUR` is none that comes in.
    let is_in = matches!(
        words.as_slice(),
        ["amount" | "belopp" | "belop" | "belob", "in" | "inn"]
    );
    let sides = words
        .iter()
        .filter(|word| is_in || !matches!(**word, "in" | "inn" | "ut" | "a"));
    let mut sides = sides.filter_map(|word| match role_of(word) {
        Some((role @ (Role::Debit | Role::Credit), _)) => Some(role),
        _ => None,
    });
    let side = sides.next()?;
    sides.all(|other| other == side).then_some(side)
}

/// What a header names in front of the currency that it is in: `Debit (In Business Currency)`, `Credit in account currency`.
fn amount_in_currency(header: &str) -> Option<(Role, usize)> {
    let (amount, _) = header.split_once(" (").or_else(|| header.split_once(" in "))?;
    role_of(&fold(amount)).filter(|(role, _)| role.is_amount())
}

/// The role of a column of figures, dates or texts by its header, in any of the languages that are known.
pub fn header_role(header: &str) -> Option<Role> {
    named_role(header).map(|(role, _)| role)
}

/// A header with a blank where a small letter meets a capital or a letter a digit; `None` if there is no such place.
pub(crate) fn divided(header: &str) -> Option<String> {
    let mut divided = String::with_capacity(header.len() + 4);
    let mut before = ' ';
    for c in header.chars() {
        if before.is_lowercase() && c.is_uppercase() || before.is_alphabetic() && c.is_ascii_digit() {
            divided.push(' ');
        }
        divided.push(c);
        before = c;
    }
    (divided.len() > header.len()).then_some(divided)
}

/// The role that a header names, and how many letters of it spoke for that (longer is surer). `header` is folded.
pub(crate) fn role_of(header: &str) -> Option<(Role, usize)> {
    let mut best: Option<(Role, usize)> = None;
    let mut place = 0;
    for word in header.split(' ') {
        let rest = header.get(place..).unwrap_or_default();
        for (role, phrase) in BY_FIRST_WORD.get(word).map_or(&[][..], Vec::as_slice) {
            if !is_words(rest, phrase) {
                continue;
            }
            // Of two phrases as long the one further in front names the column: `saldo na trn`.
            let weight = phrase.len() * 4 + usize::from(place == 0) + 2 * usize::from(phrase.len() == header.len());
            if best.is_none_or(|(_, known)| weight > known) {
                best = Some((*role, weight));
            }
        }
        place += word.len() + 1;
    }
    best.or_else(|| compound(header))
}

/// The phrases of [`HEADERS`] and [`PRINTED`] by their first word.
static BY_FIRST_WORD: LazyLock<HashMap<String, Vec<(Role, String)>>> = LazyLock::new(|| {
    let mut index: HashMap<String, Vec<(Role, String)>> = HashMap::new();
    let known = HEADERS
        .iter()
        .map(|(role, phrases)| (role, phrases.split('|').map(str::to_owned).collect()));
    let printed = PRINTED
        .iter()
        .map(|(role, phrases)| (role, phrases.split('|').map(fold).collect()));
    for (role, phrases) in known.chain(printed) {
        let phrases: Vec<String> = phrases;
        for phrase in phrases.into_iter().filter(|phrase| !phrase.is_empty()) {
            let first = phrase.split(' ').next().unwrap_or_default().to_owned();
            index.entry(first).or_default().push((*role, phrase));
        }
    }
    index
});

/// Whether a header, folded, says debit or credit as bookkeepers do, for whom money in is debit. All other words of such columns
/// say which way the money goes (`Paid out`, `Cash in`, `Af`), whoever writes them.
pub(crate) fn says_debit_or_credit(header: &str) -> bool {
    BOOKKEEPING.iter().any(|phrase| {
        if phrase.is_ascii() {
            has_words(header, phrase)
        } else {
            header.contains(phrase.as_str())
        }
    })
}

/// Debit and credit, folded.
static BOOKKEEPING: LazyLock<Vec<String>> = LazyLock::new(|| {
    let phrases = "debit|debits|debet|debets|debeta|debetas|debitas|debito|debitos|debiteren|deebet|debe|dr|soll|dare|wn|cargo|cargos|na vrub|\
        borc|duguje|breme|credit|credits|kredit|kredits|kredita|kreditas|kreedit|credito|creditos|crediteren|haben|haber|avere|cr|ma|abono|abonos|\
        ve prospech|alacak|potrazuje|dobro|md|ma dati|dal|дебет|дебит|кредит|Χρέωση|Χρεώσεις|Πίστωση|Πιστώσεις|חובה|זכות|مدين|دائن|بدهکار|بستانکار|借方|贷方|貸方|\
        เดบิต|เครดิต|Ghi nợ|Ghi có";
    phrases.split('|').map(fold).collect()
});

/// Whether a phrase stands in a text as whole words.
fn has_words(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + phrase.len()..).unwrap_or_default();
        (before.is_empty() || before.ends_with(' ')) && (after.is_empty() || after.starts_with(' '))
    })
}

/// Whether one of the phrases, divided by `|`, begins the text, which is folded.
pub(crate) fn begins_with(text: &str, phrases: &str) -> bool {
    phrases.split('|').any(|phrase| is_words(text, phrase))
}

/// Whether a text begins with a phrase as whole words.
fn is_words(text: &str, phrase: &str) -> bool {
    text.strip_prefix(phrase)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Words joined without a blank, as Germanic and Nordic languages do: `Umsatzbetrag`, `Registreringsdatum`.
fn compound(header: &str) -> Option<(Role, usize)> {
    let last = header.split(' ').next_back()?;
    let first = header.split(' ').next()?;
    [
        ("betrag", Role::Amount),
        ("bedrag", Role::Amount),
        ("belop", Role::Amount),
        ("belob", Role::Amount),
        ("datum", Role::Date),
        ("dato", Role::Date),
        ("dag", Role::Date),
        ("paiva", Role::Date),
        ("saldo", Role::Balance),
        ("text", Role::Description),
        ("wahrung", Role::Currency),
    ]
    .into_iter()
    .find(|(stem, _)| last.ends_with(stem) || first.ends_with(stem))
    .map(|(stem, role)| (role, stem.len()))
}

/// Headers by role, folded (see [`crate::fold`]), divided by `|`. The longest phrase that stands in a header as whole words
/// decides, so `balance` names a balance but `balance impact` a direction.
const HEADERS: &[(Role, &str)] = &[
    (
        Role::Date,
        "date|dates|datum|fecha|data|dato|pvm|buchungstag|buchungsdatum|buchung|booking date|bookingdate|booked date|posting date|post date|\
         posted date|posted|posted on|transaction date|trans date|txn date|tran date|transaktionsdatum|transactiedatum|boekdatum|boekingsdatum|\
         datum verrichting|date operation|date doperation|date de loperation|date de comptabilisation|date comptable|date comptabilisation|\
         fecha operacion|fecha de operacion|f operacion|fecha contable|data operazione|data contabile|data contabilizzazione|data lancamento|\
         data do lancamento|data movimento|data mov|data do movimento|data transakcji|data operacji|data ksiegowania|datum zauctovani|\
         datum provedeni|datum transakce|datum pohybu|datum uctovania|datum realizacie|konyveles datuma|konyvelesi datum|konyveles napja|\
         tranzakcio datuma|datum a|bogforingsdag|bogforingsdato|bogfort|bokforingsdatum|bokforingsdag|bokfort|bokforingsdato|bokfort dato|\
         transaktionsdag|kirjauspaiva|maksupaiva|kuupaev|data operatiunii|data tranzactiei|data inregistrarii|islem tarihi|tarih|\
         data operatsii|data provodki|data platezha|date processed|processed date|process date|created|created at|created on|\
         completed date|date completed|started date|settlement date|effective date|entry date|journal date|gl date|accounting date|\
         belegdatum|rekordatum|umsatzdatum|abschlussdatum|datum von|period date|date time|datetime|timestamp|time|date de saisie|date piece|\
         invoice date|bill date|document date|issue date|rechnungsdatum|factuurdatum|date facture|fecha factura",
    ),
    (
        Role::ValueDate,
        "value date|valuedate|valuta|valutadatum|valutadato|valutadag|wertstellung|wertstellungstag|wertdatum|wert|rentedatum|rentedato|\
         date valeur|date de valeur|valeur|fecha valor|f valor|data valuta|data valor|data waluty|datum valuty|valuta datum|valutum|\
         ertek datum|erteknap|erteknapja|value|datum verrekening|valor fecha|arvopaiva|data valutei|data do balancete|posted value date|\
         available date|rentedag|ranteedag",
    ),
    (
        Role::DueDate,
        "due date|duedate|due|due on|falligkeit|falligkeitsdatum|fallig|vervaldatum|vervaldag|date decheance|echeance|fecha vencimiento|vencimiento|scadenza|data scadenza|forfallsdato|forfallodatum|termin platnosci|splatnost|datum splatnosti|erapaiva",
    ),
    (
        Role::Amount,
        "amount|amounts|amt|net amount|net|total|total amount|transaction amount|txn amount|amount eur|amount usd|amount gbp|value amount|sum|betrag|umsatz|umsatz in|buchungsbetrag|\
         betrag in|betrag eur|bedrag|transactiebedrag|bedrag in|bedrag eur|montant|montant eur|montant de loperation|montant en|montant net|importe|importe eur|\
         importo|importo eur|valor|valor r|valor em|quantia|montante|kwota|kwota transakcji|kwota operacji|kwota w|castka|objem|suma|zauctovana castka|castka v|\
         osszeg|tranzakcio osszege|belopp|belob|belop|maara|summa|summa eur|summa platezha|summa operatsii|summa v|tutar|islem tutari|\
         suma tranzactiei|iznos|bedrag af bij|kwota platnosci|maara euroa|maara eur|amount in account currency|billing amount|posted amount|paid amount",
    ),
    (
        Role::Debit,
        "debit|debits|debit amount|amount debit|withdrawal|withdrawals|withdrawal amt|withdrawal amount|paid out|money out|out|outflow|payments|payment amount|charges|\
         spent|soll|belastung|lastschrift|ausgang|ausgaben|af|debet|debiteren|uitgaven|uit|debito|debitos|debe|cargo|cargos|adeudos|uscite|uscita|dare|addebiti|\
         addebito|depense|depenses|saidas|saida|obciazenia|obciazenie|wydatki|wn|vydaj|vydaje|na vrub|debet kwota|terheles|kiadas|ut|ut fra konto|\
         uttag|retiro|retiros|egreso|egresos|otto|panot ulos|borc|raskhod|debet summa|debet eur|debitas|hæve|haevet|money out gbp|debit eur|debit amt",
    ),
    (
        Role::Credit,
        "credit|credits|credit amount|amount credit|deposit|deposits|deposit amt|deposit amount|paid in|money in|in|inflow|receipts|receipt amount|received|\
         haben|gutschrift|eingang|einnahmen|bij|crediteren|inkomsten|credito|creditos|haber|abono|abonos|ingresos|entrate|entrata|avere|accrediti|accredito|\
         recette|recettes|deposito|depositos|consignaciones|entradas|entrada|uznania|uznanie|wplywy|ma|prijem|prijmy|ve prospech|jovairas|bevetel|inn|inn pa konto|insattning|\
         pano|alacak|prikhod|kredit|kredit summa|kredit eur|kreditas|indsat|money in gbp|credit eur|credit amt",
    ),
    (
        Role::Direction,
        "direction|debit credit|debit or credit|debit or credit indicator|credit debit|credit debit indicator|credit or debit|dr cr|cr dr|d c|c d|d k|k d|s h|h s|deb cred|dc|cd|\
         debet credit|debit kredit|af bij|bij af|soll haben|haben soll|sh|balance impact|sign|sens|signe|signo|segno|dare avere|debe haber|debit credit code|\
         credit debit code|bevetel kiadas|t j|strona|no co|tipo movimiento|transaction direction|indicator|cargo abono|vorzeichen|ma wn|wn ma|plus minus",
    ),
    (
        Role::Balance,
        "balance|balances|running balance|runningbalance|running bal|balance amount|closing balance|ledger balance|available balance|account balance|bal|balance after|\
         balance after transaction|saldo|saldo na trn|saldo na|saldo na mutatie|saldo nach buchung|saldo eur|kontostand|neuer saldo|solde|solde apres|saldo contable|saldo disponible|\
         saldo contabile|saldo progressivo|saldo disponibile|saldo apos|saldo po|saldo po operacji|saldo po transakcji|zustatek|zostatok|zostatok po|egyenleg|\
         konyvelt egyenleg|uj egyenleg|bokfort saldo|jaak|saldo etter|tilgjengelig saldo|likutis|atlikums|sold|sold contabil|bakiye|ostatok|ostatok na|stan|\
         available|available amount|available funds|disponible|importe disponible|montant disponible|disponibile|importo disponibile|disponivel|valor disponivel|verfugbar|\
         verfugbarer betrag|beschikbaar|beschikbaar bedrag|disponibelt|disponibelt belob|tilgjengelig|tilgjengelig belop|tillgangligt|tillgangligt belopp|dostepne srodki",
    ),
    (
        Role::OpenAmount,
        "open amount|amount due|balance due|outstanding|outstanding amount|open|open balance|unpaid|offener betrag|offen|openstaand|openstaand bedrag|reste a payer|restant du|importe pendiente|residuo|amount open|remaining|remaining amount|due amount",
    ),
    (
        Role::Currency,
        "currency|ccy|curr|currency code|account currency|transaction currency|wahrung|waehrung|buchungswahrung|kontowahrung|munt|muntsoort|valuta code|valutakode|devise|devise du compte|\
         divisa|moneda|moeda|valuta conto|mena|mena uctu|waluta|waluta konta|waluta transakcji|deviza|devizanem|tranzakcio devizaneme|penznem|valyuta|valyuta operatsii|valiuta|valuuta|\
         valuta kod|para birimi|doviz|moneda cuenta|wahr|amount currency|cur",
    ),
    (
        Role::OriginalAmount,
        "original amount|foreign amount|local amount|amount in foreign currency|foreign currency amount|source amount|originalbetrag|betrag fremdwahrung|betrag in fremdwahrung|\
         betrag originalwahrung|oorspr bedrag|oorspronkelijk bedrag|montant devise|montant dorigine|montant initial|importe original|importo originale|importo in divisa|\
         kwota oryginalna|kwota w walucie|puvodni castka|puvodni castka a mena|eredeti osszeg|oprindeligt belob|originalt belop|originalbelopp|alkuperainen maara|valor original|\
         summa v valyute|orig amount|amount original|transaction amount foreign|instructed amount",
    ),
    (
        Role::OriginalCurrency,
        "original currency|foreign currency|local currency|source currency|originalwahrung|fremdwahrung|oorspr munt|oorspronkelijke munt|devise dorigine|moneda original|\
         divisa originale|waluta oryginalna|puvodni mena|eredeti devizanem|oprindelig valuta|originalvaluta|orig currency|instructed currency",
    ),
    (
        Role::Rate,
        "rate|exchange rate|fx rate|exchange|kurs|wechselkurs|umrechnungskurs|devisenkurs|koers|wisselkoers|cours|taux|taux de change|tipo de cambio|cambio|tasso di cambio|kurz|arfolyam|valutakurs|kurssi",
    ),
    (
        Role::Fee,
        "fee|fees|charge|transaction fee|bank charges|gebuhr|gebuhren|entgelt|kosten|kosten op verrichting|transactiekosten|frais|commission|comision|comisiones|commissione|commissioni|tarifa|oplata|prowizja|poplatek|poplatky|jutalek|dij|gebyr|avgift|palkkio|komissiia|bar entgelt buchungsreferenz|aee buchungsreferenz",
    ),
    (
        Role::Gross,
        "gross|gross amount|brutto|bruttobetrag|bruto|brut|montant brut|importe bruto|lordo",
    ),
    (
        Role::Account,
        "account|account no|account nr|account number|account id|acct|acct no|iban|iban bban|bban|own account|account iban|bank account|konto|kontonummer|konto nr|konto iban|kontonr|eigenes konto|\
         auftragskonto|auftraggeberkonto|iban auftraggeberkonto|iban auftragskonto|rekening|rekeningnummer|rekening nummer|compte|numero de compte|numero compte|n compte|no compte|cuenta|numero de cuenta|\
         cuenta iban|conto|numero conto|conta|numero da conta|numer rachunku|rachunek|nr rachunku|moj rachunek|cislo uctu|ucet|szamlaszam|szamla szama|konto nummer|\
         tilinumero|tili|konts|saskaita|schet|nomer scheta|hesap no|hesap|cont|numar cont|account code|acc no|gl account|ledger account|general ledger account|sachkonto|numero du compte|nominal code|nominal account",
    ),
    (
        Role::AccountName,
        "account name|account title|kontoname|kontobezeichnung|naam rekening|rubrieknaam|intitule du compte|nombre cuenta|nazev uctu|szamla neve|nazwa rachunku|kontonavn|kontonamn|libelle compte|compte lib|comptelib",
    ),
    (
        Role::Bank,
        "bank code|bankleitzahl auftraggeberkonto|bic auftraggeberkonto|sort code|bic swift own|bankleitzahl auftragskonto",
    ),
    (
        Role::Card,
        "card|card no|card number|cardholder card|kartennummer|karte|kredietkaart|kaartnummer|numero de carte|tarjeta|numero tarjeta|carta|numer karty|cislo karty|kartyaszam|kortnummer|kort|last 4|kreditkarte",
    ),
    (
        Role::Description,
        "description|descriptions|transaction description|detail|details|transaction details|transaction detail|memo|narrative|narration|particulars|particular|remark|remarks|text|note|notes|message|comment|comments|\
         purpose|payment details|payment reference text|transaction|transactions|verwendungszweck|buchungsdetails|buchungstext|zahlungsgrund|vorgang|beschreibung|transaktionsbeschreibung|transaktionsbeschreibung zusatz|betreff|mitteilung|bemerkung|\
         omschrijving|omschrijving 1|omschrijving 2|omschrijving 3|mededelingen|mededeling|vrije mededeling|toelichting|libelle|libelles|libelle operation|libelle de loperation|detail de lecriture|detail operation|\
         informations complementaires|ecriturelib|communication|concepto|conceptos|descripcion|detalle|observaciones|movimiento|causale|descrizione|descrizione operazione|dettagli|operazione|historico|lancamento|lancamentos|descricao|descritivo|detalhes|\
         opis|opis operacji|opis transakcji|tytul|tytul operacji|szczegoly|popis|zprava|zprava pro prijemce|poznamka|sprava|ucel platby|kozlemeny|megjegyzes|reszletek|leiras|\
         tekst|posteringstekst|beskrivelse|forklaring|beskrivning|meddelande|rubrik|selite|viesti|viesti saaja|selgitus|detales|paskirtis|mokejimo paskirtis|maksajuma merkis|descriere|detalii|\
         aciklama|opisanie|naznachenie platezha|naznachenie|explanation|reason|umsatztext|postingtext|address",
    ),
    (
        Role::Counterparty,
        "payee|payer|payee payer|counterparty|counterparty name|beneficiary|beneficiary name|beneficiary party|merchant|merchant name|vendor|supplier|customer|contact|contact name|party|partner|partner name|partner neve|name|other party|\
         from to|sender|recipient|receiver|paid to|empfanger|auftraggeber|beguenstigter|begunstigter|beguenstigter zahlungspflichtiger|begunstigter zahlungspflichtiger|zahlungspflichtiger|zahlungsempfanger|\
         auftraggeber empfanger|name zahlungsbeteiligter|zahlungsbeteiligter|glaubiger|gegenkonto inhaber|handelaar|naam|naam tegenpartij|tegenpartij|naam tegenrekening|begunstigde|nom|beneficiaire|emetteur|tiers|contrepartie|nom contrepartie|\
         beneficiario|ordenante|contraparte|proveedor|cliente|ordinante|controparte|nome|favorecido|kontrahent|nadawca|odbiorca|nadawca odbiorca|dane kontrahenta|protistrana|nazev protiuctu|nazov protiuctu|prijemce|\
         partner megnevezese|kedvezmenyezett|ellenoldali nev|modtager|afsender|modtager afsender|navn|mottaker|mottagare|avsandare|namn|motpart|saaja|maksaja|saaja maksaja|nimi|gavejas|mokėtojas|saja nimi|\
         beneficiar|platitor|alici|gonderen|kontragent|poluchatel|platelshchik|nom du tiers|originator|debtor|creditor|kreditor|debitor",
    ),
    (
        Role::CounterpartyAccount,
        "counterparty account|counterparty iban|counterparty account number|beneficiary account|payee account|payee account number|partner account|to account|from account|account of counterparty|other account|iban counterparty|partner iban|\
         gegenkonto|iban zahlungsbeteiligter|kontonummer iban|kontonummer zahlungsbeteiligter|empfangerkonto|empfanger iban|konto des empfangers|tegenrekening|tegenrekening iban bban|rekening tegenpartij|rekeningnummer tegenpartij|\
         compte contrepartie|compte beneficiaire|compte tiers|cuenta beneficiario|cuenta contrapartida|conto controparte|conta destino|rachunek kontrahenta|nr rachunku kontrahenta|numer rachunku kontrahenta|cislo protiuctu|protiucet|\
         partner szamlaszama|ellenszamla|ellenoldali szamlaszam|modtagers konto|fra konto|til konto|mottagarkonto|saajan tilinumero|saaja konto|cont beneficiar|schet kontragenta|from to account",
    ),
    (
        Role::CounterpartyBank,
        "counterparty bic|counterparty bank|beneficiary bank|bic|blz|bankleitzahl|bic zahlungsbeteiligter|bic swift code zahlungsbeteiligter|bic tegenpartij|swift|swift code|bank|banka protiuctu|kod banky|bic contrepartie|bank partnera|code payer|bic kontonummer",
    ),
    (
        Role::CounterpartyAddress,
        "adres tegenpartij|counterparty address|beneficiary address|adresse zahlungsbeteiligter|adresse contrepartie",
    ),
    (
        Role::Reference,
        "reference|reference no|reference number|ref|ref no|transaction reference|transactiereferentie|bank reference|customer reference|buchungsreferenz|kundenreferenz|referenz|belegnummer|belegnr|beleg|document number|document no|doc no|documento|\
         numero do documento|numero de documento|document|voucher|voucher no|invoice|invoice number|invoice no|bill number|rechnungsnummer|factuurnummer|facture|numero facture|factura|referencia|riferimento|numer referencyjny|referencie|referens|viite|viitenumero|arkivreferanse|\
         reference de loperation|referencia 1|bizonylat|journal no|journal number|journal|entry no|piece|pieceref|piece ref|no piece|numero piece|nr|no|num|number|batch id|afschriftnummer|sequence|volgnr|s no|vs|variabilni symbol|chq ref no|chq ref number|cheque ref no",
    ),
    (
        Role::StructuredReference,
        "structured communication|gestructureerde mededeling|communication structuree|betalingskenmerk|payment reference|viitenumber|referenznummer|kid|ocr",
    ),
    (
        Role::EndToEnd,
        "end to end|end to end id|end to end referenz|kundenreferenz end to end|endtoendid|e2e|e2e id",
    ),
    (
        Role::Mandate,
        "mandate|mandate id|mandate reference|mandatsreferenz|machtigingskenmerk|mandaat|mandat|reference mandat",
    ),
    (
        Role::CreditorId,
        "creditor id|glaubiger id|glaubigerid|glaeubiger id|incassant id|ics|identifiant creancier",
    ),
    (
        Role::CheckNumber,
        "check|check no|check number|cheque|cheque no|cheque number|chq no|check num|scheck|schecknummer|numero cheque|numero de cheque|cheque nr|check or slip",
    ),
    (
        Role::Id,
        "id|transaction id|transactionid|txn id|tran id|transaction no|transaction number|unique id|fitid|record id|id transakce|transactie id|identifiant|umsatz id|megbizas azonosito|tranzakcio azonosito|operation id|movement id|id pohybu|guid|uuid|entry id",
    ),
    (
        Role::Status,
        "status|state|info|zustand|etat|estado|stato|stav|tila|statut|booking status|transaction status|umsatz status",
    ),
    (
        Role::Type,
        "type|transaction type|txn type|transaktionstyp|umsatzart|buchungsart|code|transactietype|mutatiesoort|soort|type operation|type de transaction|tipo|tipo de movimiento|tipo operazione|typ|typ transakcji|typ operacji|typ transakce|typ pohybu|tranzakcio tipusa|tapahtumalaji|laji|tehingu tuup|tur|category|kategorie|categorie|categoria|kategoria|kategorie transakce|class|entry type|journal type|transaction code|tran type|gebuhrenschlussel|vid operatsii",
    ),
    (Role::RowCode, "row type|record type|row code|reatyyp"),
    // Words that would else be taken for something else.
    (
        Role::Other,
        "skip|branch|branch name|branch code|agence|agencia|sucursal|oddzial|pobocka|katastima|bank name|name of bank|bankname|nazev banky|nazov banky|nazwa banku|naziv banke|banque|\
         someotherdate|uitgavenstaat|from date|to date|date from|date to|statement period|period|tax|vat|mwst|btw|tva|iva|shipping and handling amount|insurance amount|sales tax|shipping address|address status|item title|item id|from email address|to email address|timezone|time zone|receipt id|invoice date local|quantity|available credit|available limit|credit available|credit disponible|credito disponible|verfugbarer kreditrahmen|country code|contact phone number|country|land|locatie|emoji|receipt|address line 1|address line 2 district neighborhood|postal code|zip|account type|account number type|client code|code in payer is|reden retour|abrechnungskennzeichen|landerkennzeichen|budget|tags|tag|labels|datum rechnung|last updated|updated|modified|exported|reference txn id|custom number|option 1 name|option 1 value|option 2 name|option 2 value|town city|subject|umsatz getatigt von",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::fold;

    #[test]
    fn headers_of_languages_and_scripts_name_their_roles() {
        for (debit, credit, balance) in [
            ("مدين", "دائن", "الرصيد"),
            ("Дебит", "Кредит", "Салдо"),
            ("Càrrec", "Abonament", "Saldo"),
            ("Udbetaling", "Indbetaling", "Saldo"),
            ("Dr", "Cr", "Bal"),
            ("Egresos", "Ingresos", "Saldo"),
            ("Deebet", "Kreedit", "Jääk"),
            ("برداشت", "واریز", "مانده"),
            ("Χρέωση", "Πίστωση", "Υπόλοιπο"),
            ("חובה", "זכות", "יתרה"),
            ("Isplata", "Uplata", "Stanje"),
            ("Út", "Inn", "Staða"),
            ("お支払金額", "お預り金額", "差引残高"),
            ("출금액", "입금액", "잔액"),
            ("Debets", "Kredīts", "Atlikums"),
            ("Keluar", "Masuk", "Baki"),
            ("Uitgaven", "Ontvangsten", "Saldo"),
            ("Na ťarchu", "V prospech", "Zostatok"),
            ("Breme", "Dobro", "Stanje"),
            ("Duguje", "Potražuje", "Saldo"),
            ("ถอน", "ฝาก", "คงเหลือ"),
            ("Витрата", "Надходження", "Залишок"),
            ("Ghi nợ", "Ghi có", "Số dư"),
            ("Subtractions", "Additions", "Ending daily balance"),
            ("支出", "收入", "余额"),
            ("提出", "存入", "餘額"),
            ("MoneyOut", "MoneyIn", "RunningBalance"),
        ] {
            let told = [debit, credit, balance].map(|name| named_role(name).map(|(role, _)| role));
            assert_eq!(
                told,
                [Some(Role::Debit), Some(Role::Credit), Some(Role::Balance)],
                "{debit} {credit} {balance}: {:?}",
                [debit, credit, balance].map(fold)
            );
        }
    }

    #[test]
    fn headers_of_many_banks_name_their_roles() {
        for (header, role) in [
            ("Buchungstag", Role::Date),
            ("Valutadatum", Role::ValueDate),
            ("Betrag (EUR)", Role::Amount),
            ("Betrag (Fremdwährung)", Role::OriginalAmount),
            ("Fremdwährung", Role::OriginalCurrency),
            ("Wechselkurs", Role::Rate),
            ("Saldo na trn", Role::Balance),
            ("Tegenrekening IBAN/BBAN", Role::CounterpartyAccount),
            ("IBAN/BBAN", Role::Account),
            ("bedrag in EUR", Role::Amount),
            ("Withdrawals (SGD)", Role::Debit),
            ("Paid out", Role::Debit),
            ("D/K", Role::Direction),
            ("Číslo protiúčtu", Role::CounterpartyAccount),
            ("Zaúčtovaná částka", Role::Amount),
            ("Datum zaúčtování", Role::Date),
            ("Montant de l'opération", Role::Amount),
            ("Date de l'opération", Role::Date),
            ("Transaction date", Role::Date),
            ("Value date", Role::ValueDate),
            ("Tranzakció összege", Role::Amount),
            ("Közlemény", Role::Description),
            ("local_amount", Role::OriginalAmount),
            ("Balance Impact", Role::Direction),
            ("Umsatzbetrag", Role::Amount),
            ("Registreringsdatum", Role::Date),
            ("Дата операции", Role::Date),
            ("Сумма операции", Role::Amount),
            ("Income Account", Role::Account),
        ] {
            assert_eq!(
                role_of(&fold(header)).map(|(role, _)| role),
                Some(role),
                "{header} = {}",
                fold(header)
            );
        }
        assert_eq!(role_of("spalte"), None);
    }
}
