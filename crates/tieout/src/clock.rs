//! The one place that asks what time it is: to print it on a report, and for the server's records.

use jiff::Timestamp;

/// Now, in UTC, to the second. `SOURCE_DATE_EPOCH` (seconds since 1970) overrides it for reproducible reports.
pub(crate) fn now() -> String {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let fixed = given.and_then(|seconds| Timestamp::from_second(seconds.parse().ok()?).ok());
    let now = fixed.unwrap_or_else(Timestamp::now);
    now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Now, in microseconds since 1970, UTC.
pub(crate) fn now_us() -> i64 {
    Timestamp::now().as_microsecond()
}
