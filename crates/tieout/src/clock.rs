//! The one place that asks what time it is, and only to print it on a report.

use jiff::Timestamp;

/// Now, in UTC, to the second. `SOURCE_DATE_EPOCH` (seconds since 1970) overrides it for reproducible reports.
pub(crate) fn now() -> String {
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let fixed = given.and_then(|seconds| Timestamp::from_second(seconds.parse().ok()?).ok());
    let now = fixed.unwrap_or_else(Timestamp::now);
    now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
