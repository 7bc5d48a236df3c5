//! html stub
