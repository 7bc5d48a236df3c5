//! Reading a body: what is wrong with one is said in the words of JSON, and everything that is missing at once.

use crate::problem::Failure;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use tieout_app::AppError;

type Refused = serde_path_to_error::Error<serde_json::Error>;

/// Fields that are named as missing at most, and the longest body in which more than the first one is looked for: each
/// costs a few times to read it.
const MAX_MISSING: usize = 20;
const MAX_SEARCHED_BYTES: usize = 64 * 1024;

/// What stands in for a missing field while the others are looked for: something that any kind of field takes.
const STAND_INS: &[&str] = &["\"2000-01-01\"", "0", "true", "[]", "{}"];

/// The body as this type; an empty one is an empty object.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    if body.trim_ascii_start().first() != Some(&b'{') {
        // Of what is JSON at all, a list would be read as an object's fields in their order.
        serde_json::from_slice::<IgnoredAny>(body).map_err(|error| Failure::unreadable(&error))?;
        return Err(AppError::invalid("body", "must be a JSON object: { … }").into());
    }
    // To keep track of the place costs, and only what is wrong needs it.
    if let Ok(read) = serde_json::from_slice(body) {
        return Ok(read);
    }
    match attempt(body) {
        Ok((read, Ok(()))) => Ok(read),
        Ok((_, Err(error))) => Err(Failure::unreadable(&error)),
        Err(error) if !error.inner().is_data() => Err(Failure::unreadable(error.inner())),
        Err(error) => match missing_field(&error) {
            Some(first) if body.len() <= MAX_SEARCHED_BYTES => Err(Failure::missing(&all_missing::<T>(body, first))),
            Some(first) => Err(Failure::missing(&[first])),
            None => Err(Failure::wrong(
                &place_of(&error),
                &in_words_of_json(&error.inner().to_string()),
            )),
        },
    }
}

/// What is read, and whether anything follows it.
fn attempt<T: DeserializeOwned>(body: &[u8]) -> Result<(T, serde_json::Result<()>), Refused> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader)?;
    Ok((read, reader.end()))
}

fn place_of(error: &Refused) -> String {
    let place = error.path().to_string();
    place.trim_start_matches('.').to_owned()
}

/// Where a field is missing, if that is what is wrong. It is named between backticks.
fn missing_field(error: &Refused) -> Option<String> {
    let text = error.inner().to_string();
    let name = text.split('`').nth(1).filter(|_| text.starts_with("missing field"))?;
    Some(match place_of(error).as_str() {
        "" => name.to_owned(),
        within => format!("{within}.{name}"),
    })
}

/// Every field that is missing: each is filled with a stand-in, and the rest read again.
fn all_missing<T: DeserializeOwned>(body: &[u8], first: String) -> Vec<String> {
    let mut found = vec![first];
    let Ok(mut filled) = serde_json::from_slice::<Value>(body) else {
        return found;
    };
    while found.len() < MAX_MISSING
        && let Some(place) = found.last()
        && let Some(next) = fill::<T>(&mut filled, place)
    {
        found.push(next);
    }
    found
}

/// Fills a missing field with what fits there; the next one that is missing, if any.
fn fill<T: DeserializeOwned>(body: &mut Value, place: &str) -> Option<String> {
    for stand_in in STAND_INS {
        *at(body, place)? = serde_json::from_str(stand_in).ok()?;
        match attempt::<T>(body.to_string().as_bytes()) {
            Ok(_) => return None,
            Err(error) if place_of(&error) == place => {}
            Err(error) => return missing_field(&error),
        }
    }
    None
}

/// The field at a place such as `entries[0].amount`, which its object gets if it has none.
fn at<'v>(value: &'v mut Value, place: &str) -> Option<&'v mut Value> {
    let mut found = value;
    for step in place.split(['.', '[']) {
        found = match step.strip_suffix(']') {
            Some(number) => found.get_mut(number.parse::<usize>().ok()?)?,
            None => found.as_object_mut()?.entry(step).or_insert(Value::Null),
        };
    }
    Some(found)
}

/// The reader's message without the names of our types: what they are in JSON is said instead.
fn in_words_of_json(text: &str) -> String {
    let Some((found, expected)) = text.split_once(", expected ") else {
        return text.to_owned();
    };
    let (expected, place) = match expected.find(" at line ") {
        Some(at) => expected.split_at(at),
        None => (expected, ""),
    };
    let is_number = |word: &str| {
        word.strip_prefix(['i', 'u'])
            .is_some_and(|bits| matches!(bits, "8" | "16" | "32" | "64" | "128" | "size"))
    };
    let said = match expected.split(' ').next().unwrap_or_default() {
        "struct" | "map" => "an object",
        _ if expected == "a map" => "an object",
        _ if expected == "a sequence" => "a list",
        "f32" | "f64" => "a number",
        word if is_number(word) => "a whole number",
        "enum" | "tuple" | "unit" | "newtype" | "internally" | "adjacently" => "another value",
        _ => expected,
    };
    let found = match found {
        "invalid type: map" => "invalid type: object",
        "invalid type: sequence" => "invalid type: list",
        _ => found,
    };
    format!("{found}, expected {said}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_types_are_said_in_the_words_of_json() {
        for (said, expected) in [
            (
                "invalid type: sequence, expected struct CreateAccountBody",
                "invalid type: list, expected an object",
            ),
            (
                "invalid type: string \"x\", expected u32",
                "invalid type: string \"x\", expected a whole number",
            ),
            (
                "invalid value: integer `-1`, expected usize at line 1 column 4",
                "invalid value: integer `-1`, expected a whole number at line 1 column 4",
            ),
            (
                "invalid type: map, expected a string",
                "invalid type: object, expected a string",
            ),
            (
                "invalid type: null, expected a sequence",
                "invalid type: null, expected a list",
            ),
            (
                "\"x\" is not a date; write YYYY-MM-DD",
                "\"x\" is not a date; write YYYY-MM-DD",
            ),
        ] {
            assert_eq!(in_words_of_json(said), expected);
        }
    }
}
