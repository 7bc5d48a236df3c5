//! What was read since the last change of the database: who may do what, and printed answers.
//!
//! The database's version (see `Database::version`) changes with every commit, also of another process. What was read
//! under a version is valid as long as the version stays; when it changes everything is forgotten. So nothing here can be
//! stale, and a key that is revoked ends at once. What a key could do at last is kept for commands alone, which look again
//! when they change something.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tieout_core::Id;
use tieout_core::id::{ApiKey, Organization};
use tieout_store::api_key::Grant;

/// Bytes of answers that are kept at most.
const MAX_BYTES: usize = 4 * 1024 * 1024;
/// Grants that are kept at most.
const MAX_GRANTS: usize = 10_000;

/// By the hash of the key's secret, and the organization that the request names.
pub(crate) type GrantKey = ([u8; 32], Option<Id<Organization>>);

/// A printed answer and the mark of the state it shows.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The body.
    pub body: Arc<[u8]>,
    /// The version of the record, if it has one.
    pub etag: Option<i64>,
}

#[derive(Default)]
struct Known {
    version: i64,
    grants: HashMap<GrantKey, Arc<Grant>>,
    answers: HashMap<Id<ApiKey>, HashMap<String, Answer>>,
    bytes: usize,
    /// What each key could do when it was last looked up: valid only if somebody looks again.
    last_grants: HashMap<GrantKey, Arc<Grant>>,
}

/// Shared by all requests of a process.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Known>>);

impl Memory {
    fn at<T>(&self, version: i64, look: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.version != version {
            *known = Known {
                version,
                last_grants: std::mem::take(&mut known.last_grants),
                ..Known::default()
            };
        }
        look(&mut known)
    }

    pub(crate) fn grant(&self, version: i64, key: &GrantKey) -> Option<Arc<Grant>> {
        self.at(version, |known| known.grants.get(key).cloned())
    }

    /// What a key could do when it was last looked up, whatever has changed since.
    pub(crate) fn last_grant(&self, key: &GrantKey) -> Option<Arc<Grant>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.last_grants.get(key).cloned()
    }

    /// There is no such key any more.
    pub(crate) fn forget_last_grant(&self, key: &GrantKey) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.last_grants.remove(key);
    }

    pub(crate) fn keep_grant(&self, version: i64, key: GrantKey, grant: Arc<Grant>) {
        self.at(version, |known| {
            if known.last_grants.len() >= MAX_GRANTS {
                known.last_grants.clear();
            }
            known.last_grants.insert(key, Arc::clone(&grant));
            if known.grants.len() < MAX_GRANTS {
                known.grants.insert(key, grant);
            }
        });
    }

    pub(crate) fn answer(&self, version: i64, key: Id<ApiKey>, question: &str) -> Option<Answer> {
        self.at(version, |known| known.answers.get(&key)?.get(question).cloned())
    }

    pub(crate) fn keep_answer(&self, version: i64, key: Id<ApiKey>, question: &str, answer: Answer) {
        self.at(version, |known| {
            let bytes = question.len() + answer.body.len();
            if bytes > MAX_BYTES {
                return;
            }
            if known.bytes + bytes > MAX_BYTES {
                // All go: whoever leafs through everything once must not keep out what is asked again and again.
                known.answers.clear();
                known.bytes = 0;
            }
            known.bytes += bytes;
            let own = known.answers.entry(key).or_default();
            if let Some(known_before) = own.insert(question.to_owned(), answer) {
                known.bytes -= question.len() + known_before.body.len();
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(bytes: usize) -> Answer {
        Answer {
            body: vec![0; bytes].into(),
            etag: None,
        }
    }

    #[test]
    fn what_fills_the_memory_does_not_keep_others_out() {
        let (memory, key) = (Memory::default(), Id::from_bytes([1; 16]));
        for number in 0..10 {
            memory.keep_answer(1, key, &number.to_string(), answer(MAX_BYTES / 4));
        }
        memory.keep_answer(1, key, "often", answer(10));
        assert!(memory.answer(1, key, "often").is_some());
        assert!(memory.0.lock().unwrap().bytes <= MAX_BYTES);
        memory.keep_answer(1, key, "huge", answer(MAX_BYTES + 1));
        assert!(memory.answer(1, key, "huge").is_none() && memory.answer(1, key, "often").is_some());
    }

    #[test]
    fn everything_is_forgotten_with_the_version() {
        let (memory, key) = (Memory::default(), Id::from_bytes([1; 16]));
        memory.keep_answer(1, key, "question", answer(10));
        memory.keep_answer(1, key, "question", answer(20));
        assert_eq!(memory.answer(1, key, "question").unwrap().body.len(), 20);
        assert_eq!(memory.0.lock().unwrap().bytes, "question".len() + 20, "counted once");
        assert!(memory.answer(2, key, "question").is_none());
    }
}
