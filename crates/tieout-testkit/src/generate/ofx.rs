//! OFX 1.02 and 2.11, as a bank's web site delivers it.

/// A statement of `lines` lines in OFX 1 (SGML, no end tags of elements), in pieces that follow each other: the header,
/// one piece for each line, the end. Amounts, names and memos vary, ids are unique, the ledger balance agrees.
pub fn sgml(lines: usize) -> impl Iterator<Item = String> {
    let header = "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n\
                  COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n";
    statement(header, Syntax::Sgml, lines)
}

/// The same statement in OFX 2 (XML).
pub fn xml(lines: usize) -> impl Iterator<Item = String> {
    let header = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"211\" \
                  SECURITY=\"NONE\" OLDFILEUID=\"NONE\" NEWFILEUID=\"NONE\"?>\n";
    statement(header, Syntax::Xml, lines)
}

#[derive(Clone, Copy)]
enum Syntax {
    Sgml,
    Xml,
}

impl Syntax {
    fn element(self, name: &str, value: &str) -> String {
        match self {
            Self::Sgml => format!("<{name}>{value}\n"),
            Self::Xml => format!("<{name}>{value}</{name}>\n"),
        }
    }
}

fn statement(header: &str, syntax: Syntax, lines: usize) -> impl Iterator<Item = String> {
    let element = move |name, value: &str| syntax.element(name, value);
    let ok = format!(
        "<STATUS>\n{}{}</STATUS>\n",
        element("CODE", "0"),
        element("SEVERITY", "INFO")
    );
    let begin = [
        header,
        "<OFX>\n<SIGNONMSGSRSV1>\n<SONRS>\n",
        &ok,
        &element("DTSERVER", "20260131120000[0:GMT]"),
        &element("LANGUAGE", "ENG"),
        "</SONRS>\n</SIGNONMSGSRSV1>\n<BANKMSGSRSV1>\n<STMTTRNRS>\n",
        &element("TRNUID", "1"),
        &ok,
        "<STMTRS>\n",
        &element("CURDEF", "USD"),
        "<BANKACCTFROM>\n",
        &element("BANKID", "111000025"),
        &element("ACCTID", "4711000815"),
        &element("ACCTTYPE", "CHECKING"),
        "</BANKACCTFROM>\n<BANKTRANLIST>\n",
        &element("DTSTART", "20250101"),
        &element("DTEND", "20251231"),
    ]
    .concat();
    let end = move |total: i64| {
        [
            "</BANKTRANLIST>\n<LEDGERBAL>\n",
            &element("BALAMT", &amount(total)),
            &element("DTASOF", "20251231120000"),
            "</LEDGERBAL>\n</STMTRS>\n</STMTTRNRS>\n</BANKMSGSRSV1>\n</OFX>\n",
        ]
        .concat()
    };
    let mut total = 0;
    let mut next = 0;
    let body = std::iter::from_fn(move || {
        next += 1;
        if next <= lines {
            let (line, minor) = line(syntax, next, lines);
            total += minor;
            Some(line)
        } else {
            (next == lines + 1).then(|| end(total))
        }
    });
    std::iter::once(begin).chain(body)
}

/// Line `number` of `lines`, with its amount in cents.
fn line(syntax: Syntax, number: usize, lines: usize) -> (String, i64) {
    const NAMES: [&str; 8] = [
        "GREEN VALLEY GROCERS",
        "CITY POWER AND LIGHT",
        "ACME PAYROLL",
        "MERIDIAN RENT",
        "BLUE BOTTLE CAFE",
        "NORTHWIND TRADERS",
        "J. SMITH &amp; SONS",
        "TRANSIT AUTHORITY",
    ];
    // A small generator of its own: the same numbers on every machine, for every version of every crate.
    let random = (number as u64)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(29)
        .wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let cents = i64::try_from(random >> 44).expect("20 bits") + 1;
    let kind = random % 8;
    let (word, minor) = match kind {
        2 => ("CREDIT", cents),
        3 => ("CHECK", -cents),
        _ => ("DEBIT", -cents),
    };
    let day = number * 364 / lines.max(1);
    let date = format!("2025{:02}{:02}120000[-5:EST]", day / 31 % 12 + 1, day % 28 + 1);
    let name = NAMES[usize::try_from(kind).expect("below 8")];
    let check = if kind == 3 {
        syntax.element("CHECKNUM", &(1000 + number).to_string())
    } else {
        String::new()
    };
    let text = [
        "<STMTTRN>\n",
        &syntax.element("TRNTYPE", word),
        &syntax.element("DTPOSTED", &date),
        &syntax.element("TRNAMT", &amount(minor)),
        &syntax.element("FITID", &format!("2025{number:010}")),
        &check,
        &syntax.element("NAME", name),
        &syntax.element(
            "MEMO",
            &format!("POS {:06} REF {:08X} CARD 4417", random % 1_000_000, random >> 32),
        ),
        "</STMTTRN>\n",
    ]
    .concat();
    (text, minor)
}

fn amount(minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let cents = minor.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_of_lines_is_the_same_file() {
        let file: String = sgml(100).collect();
        assert_eq!(file, sgml(100).collect::<String>());
        assert_eq!(file.matches("<STMTTRN>").count(), 100);
        assert!(file.ends_with("</OFX>\n"));
        assert_eq!(xml(3).collect::<String>().matches("</FITID>").count(), 3);
    }
}
