//! Protection of a PDF by the standard security handler (ISO 32000-2, 7.6; revision 5 as Adobe's supplement to ISO 32000-1,
//! extension level 3, has it).
//!
//! Banks mostly set a password only for changes: such a file opens for everybody, with no password at all. Its streams are
//! decrypted here with the key that follows from none. Texts outside streams stay as they are; nothing of them is read.

use super::cipher::{self, Block, rc4};
use super::file::File;
use super::objects::Object;
use md5::Md5;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// What a password is filled up with (ISO 32000-2, 7.6.4.3.2).
const FILLER: &[u8; 32] = b"\x28\xBF\x4E\x5E\x4E\x75\x8A\x41\x64\x00\x4E\x56\xFF\xFA\x01\x08\
    \x2E\x2E\x00\xB6\xD0\x68\x3E\x80\x2F\x0C\xA9\xFE\x64\x53\x69\x7A";
/// How often a key is hashed from revision 3 on, and enciphered to be compared.
const KEY_ROUNDS: usize = 50;
const CHECK_ROUNDS: u8 = 20;
/// How often a hash of revision 6 is taken at least, how often the key is repeated each time.
const HASH_ROUNDS: u16 = 64;
const REPEATED: usize = 64;

/// Whether a file is protected.
pub(super) enum Protection {
    None,
    /// It opens without a password.
    Open(Key),
    /// It opens with a password only.
    Password,
    /// By a certificate, or in a way that no standard names.
    Unknown,
}

/// What streams are decrypted with.
pub(super) struct Key {
    bytes: Vec<u8>,
    method: Method,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    /// Streams are not encrypted.
    Clear,
    Rc4,
    /// AES with a key for each object.
    Aes,
    /// AES with the key of the file.
    AesOfFile,
}

impl Protection {
    /// What the dictionary of a protection says, and the first identifier of the file.
    pub(super) fn of(file: &File<'_>, dictionary: &Object, id: &[u8]) -> Self {
        let count = |key: &str| file.get(dictionary, key).count();
        let (Some(version), Some(revision)) = (count("V"), count("R")) else {
            return Self::Unknown;
        };
        if file.get(dictionary, "Filter").name() != "Standard" {
            return Self::Unknown;
        }
        let method = match version {
            1 | 2 => Some(Method::Rc4),
            4 | 5 => method_of(file, dictionary),
            _ => None,
        };
        let key = match revision {
            2..=4 => key_by_md5(file, dictionary, id, revision),
            5 | 6 => key_by_sha(file, dictionary, revision),
            _ => return Self::Unknown,
        };
        match (key, method) {
            (Some(bytes), Some(method)) => Self::Open(Key { bytes, method }),
            (_, None) => Self::Unknown,
            (None, _) => Self::Password,
        }
    }
}

impl Key {
    /// The content of a stream in clear; `None` if it is cut before its first block.
    pub(super) fn decrypt(&self, (number, generation): (u32, u32), content: &[u8]) -> Option<Vec<u8>> {
        let of_object = |salt: &[u8]| {
            let mut hash = Md5::new();
            hash.update(&self.bytes);
            hash.update(number.to_le_bytes().get(..3).unwrap_or_default());
            hash.update(generation.to_le_bytes().get(..2).unwrap_or_default());
            hash.update(salt);
            let length = (self.bytes.len() + 5).min(16);
            hash.finalize().iter().copied().take(length).collect::<Vec<u8>>()
        };
        match self.method {
            Method::Clear => Some(content.to_vec()),
            Method::Rc4 => Some(rc4(&of_object(b""), content)),
            Method::Aes => in_clear(&of_object(b"sAlT"), content),
            Method::AesOfFile => in_clear(&self.bytes, content),
        }
    }
}

/// Content whose first block is the start of the chain, and whose last says how much of it is filler.
fn in_clear(key: &[u8], content: &[u8]) -> Option<Vec<u8>> {
    let (start, rest) = content.split_first_chunk()?;
    let mut clear = cipher::decrypt(key, *start, rest)?;
    let filler = clear.last().copied().filter(|filler| (1..=16).contains(filler));
    clear.truncate(clear.len().saturating_sub(filler.map_or(0, usize::from)));
    Some(clear)
}

/// How streams are encrypted: the filter that `StmF` names.
fn method_of(file: &File<'_>, dictionary: &Object) -> Option<Method> {
    let name = file.get(dictionary, "StmF");
    if matches!(name.name(), "" | "Identity") {
        return Some(Method::Clear);
    }
    let filter = file.get(&file.get(dictionary, "CF"), name.name());
    match file.get(&filter, "CFM").name() {
        "" | "None" => Some(Method::Clear),
        "V2" => Some(Method::Rc4),
        "AESV2" => Some(Method::Aes),
        "AESV3" => Some(Method::AesOfFile),
        _ => None,
    }
}

/// The key of revisions 2 to 4 (algorithms 2, 4 and 5), if no password opens the file. Files say its length in bits, in
/// bytes or wrongly; the one that proves is right.
fn key_by_md5(file: &File<'_>, dictionary: &Object, id: &[u8], revision: usize) -> Option<Vec<u8>> {
    let (owner, user) = (text(file, dictionary, "O", 32)?, text(file, dictionary, "U", 32)?);
    let permissions = file.get(dictionary, "P").number()? / 1000;
    let mut seed = Md5::new();
    seed.update(FILLER);
    seed.update(owner);
    seed.update(permissions.to_le_bytes().get(..4)?);
    seed.update(id);
    let is_clear = |object: &Object| *object == Object::Word(b"false".to_vec());
    if revision >= 4 && is_clear(&file.get(dictionary, "EncryptMetadata")) {
        seed.update([0xFF; 4]);
    }
    let seed = seed.finalize();
    let said = file.get(dictionary, "Length").count().unwrap_or(0);
    let mut lengths = [said / 8, said, 16, 5].into_iter();
    lengths.find_map(|length| {
        let mut key = seed.get(..length).filter(|key| key.len() >= 5)?.to_vec();
        for _ in 0..if revision > 2 { KEY_ROUNDS } else { 0 } {
            let hash = Md5::digest(&key);
            key = hash.get(..length)?.to_vec();
        }
        proves(&key, &user, id, revision).then_some(key)
    })
}

/// Whether a key makes what the file keeps of the user's password.
fn proves(key: &[u8], user: &[u8], id: &[u8], revision: usize) -> bool {
    if revision == 2 {
        return rc4(key, FILLER) == user;
    }
    let mut hash = Md5::new();
    hash.update(FILLER);
    hash.update(id);
    let check = (0..CHECK_ROUNDS).fold(hash.finalize().to_vec(), |check, round| {
        let own: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
        rc4(&own, &check)
    });
    user.starts_with(&check)
}

/// The key of revisions 5 and 6 (algorithm 2.A), if no password opens the file.
fn key_by_sha(file: &File<'_>, dictionary: &Object, revision: usize) -> Option<Vec<u8>> {
    let user = text(file, dictionary, "U", 48)?;
    let hidden = text(file, dictionary, "UE", 32)?;
    let (check, salts) = user.split_at_checked(32)?;
    let (check_salt, key_salt) = salts.split_at_checked(8)?;
    let hash = |salt: &[u8]| match revision {
        5 => Some(Sha256::digest(salt).to_vec()),
        _ => hardened(file, salt),
    };
    if hash(check_salt)? != check {
        return None;
    }
    cipher::decrypt(&hash(key_salt)?, [0; 16], &hidden)
}

/// The hash of revision 6 (algorithm 2.B) of no password and this salt. It ends after 287 rounds at the latest.
fn hardened(file: &File<'_>, salt: &[u8]) -> Option<Vec<u8>> {
    let mut key = Sha256::digest(salt).to_vec();
    let mut rounds = 0_u16;
    loop {
        let repeated = key.repeat(REPEATED);
        if !file.work(repeated.len()) {
            return None;
        }
        let (own, rest) = key.split_at_checked(16)?;
        let start: &Block = rest.first_chunk()?;
        let hidden = cipher::encrypt(own, *start, &repeated)?;
        // Of a number of 16 bytes and of the sum of these, divided by three, the same is left.
        let sum: u32 = hidden.iter().take(16).map(|byte| u32::from(*byte)).sum();
        key = match sum % 3 {
            0 => Sha256::digest(&hidden).to_vec(),
            1 => Sha384::digest(&hidden).to_vec(),
            _ => Sha512::digest(&hidden).to_vec(),
        };
        rounds += 1;
        let last = hidden.last().copied().map_or(0, u16::from);
        if rounds >= HASH_ROUNDS && last <= rounds - HASH_ROUNDS / 2 {
            key.truncate(32);
            return Some(key);
        }
    }
}

/// The first bytes of a text; `None` if it has fewer.
fn text(file: &File<'_>, dictionary: &Object, key: &str, length: usize) -> Option<Vec<u8>> {
    match file.get(dictionary, key) {
        Object::Text(bytes) => Some(bytes.get(..length)?.to_vec()),
        _ => None,
    }
}
