//! The two ciphers of protected PDFs: RC4 and AES (FIPS 197) with chained blocks (NIST SP 800-38A).

use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use aes::{Aes128, Aes256};
use rc4::{KeyInit as _, Rc4, StreamCipher as _};

/// Sixteen bytes.
pub(super) type Block = [u8; 16];

/// RC4, the same both ways; nothing is done with a key that is none.
pub(super) fn rc4(key: &[u8], bytes: &[u8]) -> Vec<u8> {
    let mut turned = bytes.to_vec();
    if let Ok(mut cipher) = Rc4::new_from_slice(key) {
        cipher.apply_keystream(&mut turned);
    }
    turned
}

/// Chained blocks in clear; what does not fill a block is left out. `None` if the key has neither 16 nor 32 bytes.
pub(super) fn decrypt(key: &[u8], start: Block, bytes: &[u8]) -> Option<Vec<u8>> {
    let start = start.as_slice();
    match key.len() {
        16 => Some(in_clear(
            cbc::Decryptor::<Aes128>::new_from_slices(key, start).ok()?,
            bytes,
        )),
        32 => Some(in_clear(
            cbc::Decryptor::<Aes256>::new_from_slices(key, start).ok()?,
            bytes,
        )),
        _ => None,
    }
}

fn in_clear<C>(mut chain: C, bytes: &[u8]) -> Vec<u8>
where
    C: BlockModeDecrypt<BlockSize = aes::cipher::consts::U16>,
{
    let mut blocks = bytes.as_chunks::<16>().0.to_vec();
    for block in &mut blocks {
        chain.decrypt_block(block.into());
    }
    blocks.concat()
}

/// Encrypted, chained blocks; what does not fill a block is left out. `None` if the key has not 16 bytes.
pub(super) fn encrypt(key: &[u8], start: Block, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut chain = cbc::Encryptor::<Aes128>::new_from_slices(key, start.as_slice()).ok()?;
    let mut blocks = bytes.as_chunks::<16>().0.to_vec();
    for block in &mut blocks {
        chain.encrypt_block(block.into());
    }
    Some(blocks.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(hexadecimal: &str) -> Vec<u8> {
        let digits = hexadecimal.as_bytes().as_chunks::<2>().0.iter();
        digits
            .map(|two| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap())
            .collect()
    }

    /// NIST SP 800-38A, F.2.1 and F.2.6.
    #[test]
    fn blocks_are_chained_as_in_the_standard() {
        let start: Block = bytes("000102030405060708090a0b0c0d0e0f").try_into().unwrap();
        let clear = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
        let key = bytes("2b7e151628aed2a6abf7158809cf4f3c");
        let hidden = bytes("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
        assert_eq!(encrypt(&key, start, &clear), Some(hidden.clone()));
        assert_eq!(decrypt(&key, start, &hidden), Some(clear.clone()));
        let key = bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
        let hidden = bytes("f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d");
        assert_eq!(decrypt(&key, start, &hidden), Some(clear));
        assert_eq!(decrypt(&[0; 5], start, &hidden), None);
    }

    /// RFC 6229, keys of 40 and 128 bits.
    #[test]
    fn rc4_is_that_of_the_rfc() {
        for (key, stream) in [
            ("0102030405", "b2396305f03dc027ccc3524a0a1118a8"),
            ("0102030405060708090a0b0c0d0e0f10", "9ac7cc9a609d1ef7b2932899cde41b97"),
        ] {
            assert_eq!(rc4(&bytes(key), &[0; 16]), bytes(stream));
        }
        assert_eq!(rc4(&[], &[1, 2]).len(), 2);
    }
}
