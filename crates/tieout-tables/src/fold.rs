//! Letters without case and accents, for comparing words that people and banks write.

/// Lower case, no accents, Latin letters for Cyrillic and Greek ones; runs of anything but letters and digits become one
/// blank. `"Währung (EUR)"` becomes `"wahrung eur"`.
pub fn fold(text: &str) -> String {
    let latin;
    let text = if text.is_ascii() {
        text
    } else {
        latin = deunicode::deunicode_with_tofu(text, " ");
        &latin
    };
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            folded.push(char::from(byte.to_ascii_lowercase()));
            gap = false;
        } else if byte != b'\'' {
            gap = true;
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_marks_go() {
        for (text, folded) in [
            ("Währung (EUR)", "wahrung eur"),
            ("Libellé", "libelle"),
            ("  Datum_zaúčtování: ", "datum zauctovani"),
            ("Közlemény", "kozlemeny"),
            ("Bogført", "bogfort"),
            ("Сумма", "summa"),
            ("Descrição", "descricao"),
            ("мая", "maia"),
            ("l'opération", "loperation"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }
}
