//! Rules, as they are read and as they run.

mod reading;
mod running;
