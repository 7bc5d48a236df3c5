//! Whether a row says that its movement is booked, still to be booked, or never happened.

use crate::fold::fold;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What the bank made of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Booked, or nothing else is said.
    Booked,
    /// Not booked yet.
    Pending,
    /// Refused, failed or taken back before it was booked: no money moved.
    Void,
}

/// Words that say that a movement is not booked yet, in statements and in books, folded.
const PENDING: &str = "pending|pend|not booked|unbooked|authorised|authorized|authorisation|authorization|vorgemerkt|vorgemerkter umsatz|umsatz vorgemerkt|gereserveerd|in behandeling|en attente|a venir|pendiente|in attesa|da contabilizzare|oczekujaca|zablokowana|\
    cekajici|fuggo|reserveret|reserverad|reservert|odottaa|katevaraus|rezervuota|hold";
/// The same, where only a bank says it: an entry of books that is open is one that is not paid.
const PENDING_AT_BANK: &str = "reserverat belopp|reserverat|reserveret|vorgemerkte|vorgemerkte umsatze|offen|ausstehend|reserviert|in bearbeitung|schwebend|angekundigt|venter|afventer|under behandling|ventande|vantande|vantar|kommande|ikke bokfort|ikke bogfort|ej bokford|\
    ikke bokfort enda|avventer|processing|in progress|in process|blocked|on hold|uncleared|unposted|scheduled|upcoming|en cours|en cours de traitement|non comptabilise|autorise|autorisation|en proceso|en tramite|\
    retenido|bloqueado|retencion|autorizado|pendente|em processamento|agendado|a lancar|bloqueio|in lavorazione|in elaborazione|non contabilizzato|non contabilizzata|autorizzato|autorizzata|prenotata|oczekujace|oczekuje|\
    w trakcie|w realizacji|blokada|nierozliczona|ceka|ve zpracovani|nezauctovano|blokace|spracovava sa|caka|blokovana|fuggoben|feldolgozas alatt|zarolt|konyveletlen|varaus|kasittelyssa|ootel|broneeritud|broneering|apstrade|rezervets|\
    rezervacija|vykdoma|laukia|in asteptare|in curs|na cekanju|u obradi|rezervirano|rezervisano|v obdelavi|rezervirano|beklemede|provizyon|bekleyen|v obrabotke|ozhidanie|ozhidaet|kholdirovanie|khold|v ocherekin|v protsese|avtorizatsiia|\
    se ekkremotita|ekkremei|ekkremes|tertunda|diproses|dang xu ly|cho xu ly|openstaand|nog niet verwerkt|nog te verwerken|geblokkeerd|geautoriseerd";
/// Words that say that no money moved, folded.
const VOID: &str = "failed|failure|cancelled|canceled|cancelled by user|declined|rejected|reverted|reversed|refused|expired|voided|void|denied|aborted|unsuccessful|error|not executed|blocked by bank|\
    storniert|abgelehnt|fehlgeschlagen|abgebrochen|nicht ausgefuhrt|ungultig|verworfen|zuruckgewiesen|geloscht|geweigerd|geannuleerd|mislukt|afgewezen|niet uitgevoerd|annule|annulee|refuse|refusee|rejete|rejetee|echoue|echouee|echec|\
    non execute|expire|fallido|fallida|cancelado|cancelada|rechazado|rechazada|anulado|anulada|denegado|denegada|falhou|falhado|recusado|recusada|rejeitado|rejeitada|estornado|estornada|nao realizado|annullato|annullata|rifiutato|rifiutata|\
    respinto|respinta|fallito|fallita|stornato|stornata|non eseguito|odrzucona|odrzucone|odrzucony|anulowana|anulowane|anulowany|nieudana|niezrealizowana|wycofana|zrusena|zruseno|zamitnuta|zamitnuto|odmitnuta|neuspesna|neprovedena|odmietnuta|\
    zamietnuta|torolt|torolve|elutasitott|elutasitva|sikertelen|sztornozott|visszautasitott|annulleret|afvist|mislykket|avvist|avbrutt|kansellert|annullert|mislyktes|avvisad|makulerad|avbruten|nekad|misslyckad|annullerad|hylatty|peruttu|\
    epaonnistui|tuhistatud|tagasi lukatud|ebaonnestunud|atcelts|noraidits|neizdevas|atsaukta|atmesta|nepavyko|anulat|anulata|respins|respinsa|esuat|odbijeno|odbijen|stornirano|ponisteno|neuspjelo|zavrnjeno|preklicano|iptal|iptal edildi|reddedildi|\
    basarisiz|otmeneno|otmenen|otmenena|otkloneno|otklonen|otklonena|otkaz|neuspeshno|oshibka|skasovano|vidkhileno|vidmova|vidmineno|akyrothike|akyromeni|aporriphthike|apetykhe|gagal|dibatalkan|ditolak|that bai|da huy|tu choi|shi bai";
/// Words that say that a movement is booked, folded: with them a column of such words is known.
const BOOKED: &str = "booked|posted|completed|complete|cleared|settled|executed|ok|okay|sent|success|successful|succeeded|done|processed|paid|approved|reconciled|final|accepted|finished|confirmed|active|gebucht|ausgefuhrt|verbucht|abgeschlossen|erledigt|\
    geboekt|uitgevoerd|verwerkt|voltooid|comptabilise|comptabilisee|execute|executee|effectue|effectuee|termine|contabilizado|contabilizada|realizado|realizada|ejecutado|ejecutada|completado|completada|efetuado|efetivado|concluido|concluida|contabilizzato|\
    contabilizzata|eseguito|eseguita|completato|zaksiegowana|zaksiegowane|zrealizowana|wykonana|rozliczona|zauctovano|zauctovana|provedeno|provedena|zuctovana|uskutocnena|konyvelt|teljesult|vegrehajtva|bogfort|udfort|gennemfort|bokfort|bokford|utfort|\
    genomford|gjennomfort|kirjattu|toteutunut|toostatud|izpildits|apstradats|ivykdyta|ivykdytas|executat|procesat|izvrseno|izvedeno|provedeno|gerceklesti|tamamlandi|ispolneno|ispolnen|vypolneno|provedena|provedeno|uspeshno|vikonano|provedena|oloklirothike|\
    berhasil|sukses|thanh cong";

/// Reads the cell of a status; `at_bank` if a bank says it and not somebody's books.
pub(crate) fn standing(cell: &[u8], at_bank: bool) -> Standing {
    // What nearly every row says costs nothing.
    if cell.is_empty() || cell.len() > 40 || matches!(cell, b"booked" | b"Booked" | b"BOOK" | b"Posted" | b"COMPLETED")
    {
        return Standing::Booked;
    }
    let text = fold(&String::from_utf8_lossy(cell));
    match said(&text) {
        Some(Said::Pending) => Standing::Pending,
        Some(Said::Void) if at_bank => Standing::Void,
        Some(Said::PendingAtBank) if at_bank => Standing::Pending,
        _ => Standing::Booked,
    }
}

/// Which list a phrase stands in; where several phrases begin a text, the first of these counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    Pending,
    Void,
    PendingAtBank,
}

/// Every phrase of the lists.
static PHRASES: LazyLock<HashMap<&str, Said>> = LazyLock::new(|| {
    let lists = [
        (PENDING_AT_BANK, Said::PendingAtBank),
        (VOID, Said::Void),
        (PENDING, Said::Pending),
    ];
    let phrases = lists
        .into_iter()
        .flat_map(|(list, said)| list.split('|').map(move |phrase| (phrase, said)));
    // Of a phrase in two lists the later counts.
    phrases.collect()
});

/// Words of the longest phrase.
const MOST_WORDS: usize = 4;

/// What the phrase says that begins a text, which is folded, as whole words.
fn said(text: &str) -> Option<Said> {
    let ends = text.match_indices(' ').map(|(end, _)| end).chain([text.len()]);
    let beginnings = ends.take(MOST_WORDS).filter_map(|end| text.get(..end));
    beginnings.filter_map(|beginning| PHRASES.get(beginning).copied()).min()
}

/// Whether a text is one of the words of a bank's status.
pub(crate) fn is_status(cell: &[u8]) -> bool {
    if cell.is_empty() || cell.len() > 40 {
        return false;
    }
    let text = fold(&String::from_utf8_lossy(cell));
    BOOKED_WORDS.contains(text.as_str()) || said(&text).is_some()
}

/// Every phrase of [`BOOKED`].
static BOOKED_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| BOOKED.split('|').collect());

#[cfg(test)]
mod tests {
    use super::*;
    use Standing::{Booked, Pending, Void};

    #[test]
    fn words_of_many_languages_say_what_the_bank_made_of_a_movement() {
        for (word, said) in [
            ("Completed", Booked),
            ("Sent", Booked),
            ("Gebucht", Booked),
            ("", Booked),
            ("Pending", Pending),
            ("Venter", Pending),
            ("Ausstehend", Pending),
            ("offen", Pending),
            ("Vorgemerkte Umsätze", Pending),
            ("Blocked", Pending),
            ("In attesa", Pending),
            ("FAILED", Void),
            ("Declined", Void),
            ("Storniert", Void),
            ("Abgelehnt", Void),
            ("Refusé", Void),
            ("Отклонено", Void),
            ("Odrzucona", Void),
        ] {
            assert_eq!(standing(word.as_bytes(), true), said, "{word}");
        }
        for list in [PENDING, PENDING_AT_BANK, VOID] {
            assert!(
                list.split('|')
                    .all(|phrase| phrase.split(' ').count() <= MOST_WORDS && said(phrase).is_some())
            );
        }
        for word in ["Offen", "Void", "Open"] {
            assert_eq!(standing(word.as_bytes(), false), Booked, "{word} in books");
        }
        assert!(is_status(b"Cleared") && is_status(b"Venter") && !is_status(b"Coffee"));
    }
}
