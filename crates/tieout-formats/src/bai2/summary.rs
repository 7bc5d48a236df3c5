//! Account records: balances and totals, each a type code, an amount, a number of items and a funds type.

use super::fields::Fields;

/// One balance or total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Summary<'a> {
    pub(super) code: &'a [u8],
    pub(super) amount: &'a [u8],
    pub(super) items: &'a [u8],
}

/// Takes one balance or total after the other off an account record, account and currency taken off already. `seams` are
/// the places where a continuation begins, in order: some banks leave out empty fields before it.
pub(super) fn next<'a>(fields: &mut Fields<'a>, seams: &[usize]) -> Option<Summary<'a>> {
    let (_, code) = fields.next()?;
    let (_, amount) = fields.next().unwrap_or((0, &[]));
    let mut summary = Summary {
        code,
        amount,
        items: &[],
    };
    let before = *fields;
    let Some((at, items)) = fields.next() else {
        return Some(summary);
    };
    if is_code(items) && seams.binary_search(&at).is_ok() {
        *fields = before;
        return Some(summary);
    }
    summary.items = items;
    let before = *fields;
    let Some((_, funds)) = fields.next() else {
        return Some(summary);
    };
    // A code where the funds type belongs: the field is missing.
    if is_code(funds) {
        *fields = before;
        return Some(summary);
    }
    skip_funds(funds, fields);
    Some(summary)
}

/// The fields that a funds type brings along.
pub(super) fn skip_funds(funds: &[u8], fields: &mut Fields<'_>) {
    match funds {
        b"S" => (0..3).for_each(|_| {
            fields.next();
        }),
        b"D" => {
            let count = std::str::from_utf8(fields.text())
                .ok()
                .and_then(|text| text.parse().ok());
            for _ in 0..count.unwrap_or(0_u16).saturating_mul(2) {
                if fields.next().is_none() {
                    break;
                }
            }
        }
        b"V" => (0..2).for_each(|_| {
            fields.next();
        }),
        _ => {}
    }
}

fn is_code(field: &[u8]) -> bool {
    field.len() == 3 && field.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str, seams: &[usize]) -> Vec<(String, String, String)> {
        let mut fields = Fields::new(text.as_bytes());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        std::iter::from_fn(|| next(&mut fields, seams))
            .map(|s| (text(s.code), text(s.amount), text(s.items)))
            .collect()
    }

    fn summary(code: &str, amount: &str, items: &str) -> (String, String, String) {
        (code.into(), amount.into(), items.into())
    }

    #[test]
    fn funds_types_bring_their_fields() {
        assert_eq!(
            all(
                "190,70000000,4,0,110,70000000,15,D,3,0,20000000,1,30000000,3,20000000",
                &[]
            ),
            [summary("190", "70000000", "4"), summary("110", "70000000", "15")]
        );
        assert_eq!(
            all("100,208500,3,V,060316,,400,208500,8,S,1,2,3,010,5", &[]),
            [
                summary("100", "208500", "3"),
                summary("400", "208500", "8"),
                summary("010", "5", "")
            ]
        );
    }

    #[test]
    fn fields_left_out_before_a_continuation_or_a_code_are_empty() {
        let text = "010,100,015,200,,";
        assert_eq!(all(text, &[8]), [summary("010", "100", ""), summary("015", "200", "")]);
        assert_eq!(
            all("010,100,,015,200", &[]),
            [summary("010", "100", ""), summary("015", "200", "")]
        );
    }
}
