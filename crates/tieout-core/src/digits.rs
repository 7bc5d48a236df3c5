//! Eight digits read at once, with nothing to branch on: how many of them an amount has, nobody could foresee.

/// The values of eight characters, the first of which is the lowest byte: of a digit its number, of others more than 9.
#[inline]
pub fn values(characters: [u8; 8]) -> u64 {
    u64::from_le_bytes(characters) ^ u64::from_le_bytes([b'0'; 8])
}

/// The top bit of each byte that is no digit's value.
#[inline]
pub fn others(values: u64) -> u64 {
    // Adding 0x76 carries all above 9 into the byte's top bit.
    let top = u64::from_le_bytes([0x80; 8]);
    (((values & !top) + u64::from_le_bytes([0x76; 8])) | values) & top
}

/// The number of eight digits, the first of which is the lowest byte: pairs are made of neighbours, fours of pairs, and of
/// these the whole, which stands in the upper half of a sum of products.
#[inline]
pub fn number(values: u64) -> u64 {
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let every_other_pair = |shift: u32| (pairs >> shift) & 0x0000_00FF_0000_00FF;
    let (hundreds, ones) = (100 + (1_000_000 << 32), 1 + (10_000 << 32));
    let products = (
        every_other_pair(0).wrapping_mul(hundreds),
        every_other_pair(16).wrapping_mul(ones),
    );
    products.0.wrapping_add(products.1) >> 32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn eight_digits_are_read(number_printed in 0_u64..100_000_000) {
            let printed = format!("{number_printed:08}");
            let digits = values(*printed.as_bytes().first_chunk().unwrap());
            prop_assert_eq!((number(digits), others(digits)), (number_printed, 0));
        }

        #[test]
        fn others_are_told(characters: [u8; 8]) {
            let found = others(values(characters)).to_le_bytes().map(|byte| byte != 0);
            prop_assert_eq!(found, characters.map(|byte| !byte.is_ascii_digit()));
        }
    }
}
