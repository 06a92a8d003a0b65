//! Spans of time as GitLab has them: `1 hour 30 minutes`, `3 weeks and 2 days`, `2h20min`, a number of seconds.

use super::super::duration::Duration;

/// The units, each with its seconds; a month is 30 days, a year 365 and a quarter. As GitLab counts, read 2026-11.
const UNITS: &[(&[&str], u64)] = &[
    (&["s", "sec", "secs", "second", "seconds"], 1),
    (&["m", "min", "mins", "minute", "minutes"], 60),
    (&["h", "hr", "hrs", "hour", "hours"], 3_600),
    (&["d", "day", "days"], 86_400),
    (&["w", "wk", "wks", "week", "weeks"], 604_800),
    (&["mo", "mos", "month", "months"], 2_592_000),
    (&["y", "yr", "yrs", "year", "years"], 31_557_600),
];

/// The longest span that is told from never: a thousand years.
const LONGEST: f64 = 31_557_600_000.0;

/// The span that a text says, down to whole seconds; none if it says none, or nothing at all.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = text.parse::<u64>().ok()?;
        return (seconds > 0 && seconds as f64 <= LONGEST).then(|| Duration::seconds(seconds));
    }
    let mut seconds = 0.0;
    let mut rest = text.trim();
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !(character.is_ascii_digit() || character == '.'))?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start_matches(' ');
        let letters = after.find(|character: char| !character.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let (_, factor) = UNITS.iter().find(|(names, _)| names.contains(&unit))?;
        if !number.starts_with(|first: char| first.is_ascii_digit()) || number.ends_with('.') {
            return None;
        }
        seconds += number.parse::<f64>().ok()? * *factor as f64;
        rest = between(after)?;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the guard has just checked it")]
    (1.0..=LONGEST).contains(&seconds).then(|| Duration::seconds(seconds as u64))
}

/// What follows what stands between two parts: nothing, blanks, a comma, `and`.
fn between(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(' ');
    let rest = rest.strip_prefix(',').unwrap_or(rest).trim_start_matches(' ');
    let rest = rest.strip_prefix("and ").map_or(rest, |rest| rest.trim_start_matches(' '));
    (text.is_empty() || rest.starts_with(|first: char| first.is_ascii_digit())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_added_up() {
        for (text, seconds) in [
            ("1 hour 30 minutes", 5_400),
            ("1h 30m", 5_400),
            ("2h20min", 8_400),
            ("3 weeks and 2 days", 1_987_200),
            ("1 day, 2 hrs", 93_600),
            ("1.5 hours", 5_400),
            ("6 mos 1 day", 15_638_400),
            ("1 yr", 31_557_600),
            ("90", 90),
        ] {
            assert_eq!(parse(text), Some(Duration::seconds(seconds)), "{text}");
        }
    }

    #[test]
    fn what_says_no_span_is_none() {
        for text in [
            "",
            " ",
            "0",
            "0 minutes",
            "soon",
            "never",
            "1",
            "5 parsecs",
            "h",
            "1 hour and",
            "1 hour x",
            ".5h",
            "1.h",
            "-1h",
            "1h,,2h",
        ] {
            assert_eq!(parse(text), if text == "1" { Some(Duration::seconds(1)) } else { None }, "{text:?}");
        }
        assert_eq!(parse("99999999999999999999999 years"), None);
    }
}
