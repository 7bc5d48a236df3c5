//! The header of transactions that `GnuCash` exports with all their splits, in the languages of the program. It is turned into
//! English, by which such a file is known; the cells need nothing, as the program translates none of them.

use crate::fold::fold;

/// The columns by which such a header is known, as the program calls them in English.
const ENGLISH: [&str; COLUMNS] = [
    "Date",
    "Transaction ID",
    "Number",
    "Description",
    "Notes",
    "Commodity/Currency",
    "Memo",
    "Full Account Name",
    "Amount Num.",
    "Value Num.",
    "Reconcile",
];
const COLUMNS: usize = 11;

/// The same in other languages, folded; some were called otherwise in earlier versions. In German amounts and values are called
/// alike: the first column is that of the amounts.
const LANGUAGES: [[&str; COLUMNS]; 7] = [
    [
        "datum",
        "buchungsid",
        "nummer",
        "beschreibung",
        "bemerkungen",
        "wahrung wertpapier",
        "buchungstext",
        "volle kontobezeichnung",
        "wert numerisch",
        "wert numerisch",
        "abgleichen",
    ],
    [
        "date",
        "id de la transaction",
        "numero",
        "description",
        "notes",
        "produit devise|bien devise",
        "memo",
        "le nom complet du compte",
        "montant num",
        "valeur num",
        "rapprocher",
    ],
    [
        "fecha",
        "id transaccion",
        "numero",
        "descripcion",
        "anotaciones",
        "accion moneda",
        "memorandum",
        "nombre completo de cuenta",
        "num cantidad",
        "valor num",
        "conciliar",
    ],
    [
        "data",
        "id transazione",
        "numero",
        "descrizione",
        "note",
        "commodity valuta",
        "promemoria",
        "nome completo del conto",
        "importo num",
        "valore num",
        "riconcilia",
    ],
    [
        "data",
        "id de transaccao",
        "numero",
        "descricao",
        "notas",
        "mercadoria moeda",
        "nota",
        "nome completo de conta",
        "montante no",
        "valor num",
        "reconciliar",
    ],
    [
        "data",
        "id da transacao",
        "numero",
        "descricao",
        "notas",
        "commodity moeda",
        "comentario",
        "nome completo da conta",
        "quantidade num",
        "valor num",
        "reconcilie",
    ],
    [
        "datum",
        "boeking id",
        "nummer",
        "omschrijving",
        "toelichting",
        "effect valuta munt",
        "notitie|memo",
        "volledige rekeningnaam",
        "bedrag num",
        "waarde num",
        "afstemmen",
    ],
];

/// The texts of a header of `GnuCash` in English, where they are in another language that is known.
pub(crate) fn in_english(names: &[String]) -> Option<Vec<String>> {
    // Eighteen columns are exported; nearly all other tables have fewer.
    if names.len() < COLUMNS {
        return None;
    }
    let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
    let columns = LANGUAGES.iter().find_map(|language| columns(language, &folded))?;
    let mut english = names.to_vec();
    for (column, name) in columns.into_iter().zip(ENGLISH) {
        if let Some(place) = english.get_mut(column) {
            name.clone_into(place);
        }
    }
    Some(english)
}

/// Where the columns of a language stand, if all are there.
fn columns(language: &[&str; COLUMNS], names: &[String]) -> Option<Vec<usize>> {
    let mut found: Vec<usize> = Vec::with_capacity(COLUMNS);
    for words in language {
        let mut places = names.iter().enumerate();
        let (column, _) =
            places.find(|(column, name)| words.split('|').any(|word| word == *name) && !found.contains(column))?;
        found.push(column);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_every_language_are_those_of_the_english_program() {
        for header in [
            "Datum,BuchungsID,Nummer,Beschreibung,Bemerkungen,Währung/Wertpapier,Stornierungsbegründung,Aktion,Buchungstext,\
             Volle Kontobezeichnung,Kontobezeichnung,Wert mit Symbol,Wert numerisch.,Wert mit Symbol,Wert numerisch.,Abgleichen,\
             Datum des Abgleichs,Kurs/Preis",
            "Date,Id de la transaction,Numéro,Description,Notes,Produit/Devise,Raison invalide,Action,Mémo,\
             Le nom complet du compte,Nom du compte,Compte avec symbole,Montant Num.,Valeur avec symbole,Valeur Num.,Rapprocher,\
             Date de rapprochement,Taux/Prix",
            "Fecha,ID Transacción,Número,Descripción,Anotaciones,Acción/Moneda,Razón vacío,Operación,Memorándum,\
             Nombre Completo de Cuenta,Nombre de Cuenta,Cantidad con Sym,Num. Cantidad.,Valor con símbolo,Valor Núm.,Conciliar,\
             Fecha Conciliada,Tipo/Precio",
            "Data,ID transazione,Numero,Descrizione,Note,Commodity/Valuta,Motivo annullamento,Operazione,Promemoria,\
             Nome completo del conto,Nome del conto,Importo con Simb,Importo Num.,Valore con Simb,Valore Num.,Riconcilia,\
             Data di riconciliazione,Tasso/Prezzo",
            "Data,Id de transacção,Número,Descrição,Notas,Mercadoria/Moeda,Motivo para anular,Acção,Nota,\
             Nome completo de conta,Nome da conta,Valor com símbolo,Montante nº.,Valor com símbolo,Valor num.,Reconciliar,\
             Data de reconciliação,Taxa/Preço",
            "Data,ID da transação,Número,Descrição,Notas,Commodity/Moeda,Motivo da anulação,Ação,Comentário,\
             Nome completo da conta,Nome da conta,Quantidade com Sym,Quantidade Num.,Valor com Sym,Valor Num.,Reconcilie,\
             Data de reconciliação,Taxa/Preço",
            "Datum,Boeking ID,Nummer,Omschrijving,Toelichting,Effect/valuta/munt,Reden voor storno,Actie,Notitie,\
             Volledige rekeningnaam,Rekeningnaam,Bedrag met sym,Bedrag num.,Waarde met sym,Waarde num.,Afstemmen,\
             Datum van afstemming,Koers/prijs",
        ] {
            let names: Vec<String> = header.split(',').map(str::to_owned).collect();
            let english = in_english(&names).unwrap_or_default();
            let places = ENGLISH.map(|name| english.iter().position(|known| known == name));
            let expected = [0, 1, 2, 3, 4, 5, 8, 9, 12, 14, 15].map(Some);
            assert_eq!(places, expected, "{header}");
        }
    }
}
