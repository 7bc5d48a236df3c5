//! Fuzz corpora in one file each, because thousands of tiny files are a burden to every tool that lists them.
//!
//! The form: for each input its length as four bytes (little endian), then its bytes; inputs in ascending order.

/// Inputs in one file. Sorted, so that the same inputs give the same file.
pub fn pack(mut inputs: Vec<Vec<u8>>) -> Vec<u8> {
    inputs.sort();
    inputs.dedup();
    let mut packed = Vec::new();
    for input in inputs {
        let length = u32::try_from(input.len()).expect("fuzz inputs are small");
        packed.extend_from_slice(&length.to_le_bytes());
        packed.extend_from_slice(&input);
    }
    packed
}

/// The inputs of a packed corpus.
///
/// # Panics
/// If the file is cut or is no packed corpus.
pub fn unpack(mut packed: &[u8]) -> Vec<&[u8]> {
    let mut inputs = Vec::new();
    while let Some((length, rest)) = packed.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_le_bytes(*length)).expect("usize has at least 32 bits");
        let (input, rest) = rest.split_at(length);
        inputs.push(input);
        packed = rest;
    }
    assert!(packed.is_empty(), "the packed corpus is cut");
    inputs
}

/// What every XLS file begins with ([MS-CFB] 2.2).
const COMPOUND_FILE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

/// The header rows of general journals as accounting systems write them.
const JOURNAL_HEADERS: [&str; 4] = [
    ",Date,Transaction Type,Num,Name,Memo/Description,Account,Debit,Credit\n",
    ",Trans #,Type,Date,Num,Adj,Name,Memo,Account,Debit,Credit\n",
    "Date,Source,Description,Reference,Journal Number,Account Code,Account,Debit,Credit\n",
    "*Narration,*Date,Description,*AccountCode,*TaxRate,*Amount\n",
];

/// An old workbook: the bytes behind the mark that all of them begin with.
pub fn old_workbook(bytes: &[u8]) -> Vec<u8> {
    let mut whole = bytes.to_vec();
    whole
        .iter_mut()
        .zip(COMPOUND_FILE)
        .for_each(|(byte, known)| *byte = known);
    whole
}

/// Markup with a table: the bytes within a web page, or within an XML spreadsheet of 2003, as the first of them says.
pub fn markup(bytes: &[u8]) -> Vec<u8> {
    let (kind, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    let begin = if kind % 2 == 0 {
        "<table>"
    } else {
        "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table>"
    };
    [begin.as_bytes(), bytes].concat()
}

/// General journals: the bytes as rows below the header of each system.
pub fn general_journals(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let first_row = b"x,01/31/2024,1,1,1,1,1,1.00,1.00\n".as_slice();
    JOURNAL_HEADERS
        .into_iter()
        .map(move |header| [header.as_bytes(), first_row, bytes].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_come_back_sorted_and_once() {
        let inputs = vec![b"b".to_vec(), Vec::new(), b"a\n".to_vec(), b"b".to_vec()];
        assert_eq!(unpack(&pack(inputs)), [b"".as_slice(), b"a\n", b"b"]);
    }
}
