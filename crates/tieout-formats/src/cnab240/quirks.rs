//! What single banks do differently, and what files of other services are called.

use tieout_core::encoding::Decoder;

/// The service of a batch, as FEBRABAN numbers it, for a message.
pub(super) fn service(number: &str) -> &'static str {
    match number {
        "01" => "collection (cobrança)",
        "03" => "electronic slips (DDA)",
        "04" => "account statements (extrato)",
        "05" => "direct debits",
        "20" => "payments to suppliers",
        "22" => "payments of taxes",
        "30" => "salaries",
        "98" => "various payments",
        _ => "another service",
    }
}

/// The service that the segment of a detail belongs to, for a message.
pub(super) fn service_of_segment(segment: u8) -> &'static str {
    match segment {
        b'T' | b'U' | b'P' | b'Q' | b'R' | b'S' | b'Y' => "collection (cobrança)",
        b'A' | b'B' | b'C' | b'J' | b'N' | b'O' | b'Z' => "payments",
        b'G' | b'H' => "electronic slips (DDA)",
        _ => "another service",
    }
}

/// What a CNAB 400 file says it is.
pub(super) fn kind_of_400(header: &[u8]) -> String {
    let way = if header.starts_with(b"02") { "returns" } else { "orders" };
    let service = header.get(11..26).unwrap_or_default();
    // The name has its accents, or not; in Latin-1 as in UTF-8.
    let service = Decoder::default().decode(service.trim_ascii()).trim().to_lowercase();
    let service = if service.is_empty() {
        "cobranca".to_owned()
    } else {
        service
    };
    format!("{way} ({service})")
}

/// An account number without the zeros in front; one of nothing but zeros is none.
pub(super) fn account(text: &str) -> String {
    crate::fixed::without_zeros(text).to_owned()
}

/// Documents of nothing but zeros mean that there is none.
pub(super) fn document(text: &str) -> &str {
    if text.bytes().all(|b| b == b'0') { "" } else { text }
}
