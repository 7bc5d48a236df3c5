//! The clock and the dice: passed in, so that tests can replay everything.

use ring::rand::{SecureRandom, SystemRandom};
use tieout_core::Id;
use tieout_core::id::Transaction;

/// What is different at every call.
pub trait World: Send + Sync + 'static {
    /// Microseconds since 1970, UTC.
    fn now_us(&self) -> i64;
    /// Fills bytes that nobody can guess.
    fn fill(&self, bytes: &mut [u8]);
}

/// The system's random bytes with a clock that is passed in.
pub struct System {
    now_us: fn() -> i64,
    random: SystemRandom,
}

impl System {
    /// With this clock.
    pub fn new(now_us: fn() -> i64) -> Self {
        Self {
            now_us,
            random: SystemRandom::new(),
        }
    }
}

impl World for System {
    fn now_us(&self) -> i64 {
        (self.now_us)()
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.random.fill(bytes).expect("the operating system has random bytes");
    }
}

/// A new id.
pub fn new_id<K>(world: &dyn World) -> Id<K> {
    let mut random = [0; 8];
    world.fill(&mut random);
    Id::new(world.now_us(), random)
}

/// A new transaction's id.
pub fn new_transaction_id(world: &dyn World) -> Id<Transaction> {
    let mut random = [0; 8];
    world.fill(&mut random);
    Id::for_transaction(world.now_us(), random)
}
