//! Spans of time as an author writes them: `"90s"`, `"10m"`, `"1h30m"`, a number of minutes; and `"7 days"`, `"1 week"` of keeping.

use std::fmt;

use super::reader::{Place, Reader};
use crate::origin::At;
use crate::source::Value;

/// A span of time, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    seconds: u64,
}

/// What to write, for whoever wrote something else.
const DURATION_HELP: &str = "write \"90s\", \"10m\", \"1h30m\" or a whole number of minutes";
const RETENTION_HELP: &str = "write \"7 days\" or \"1 week\"";

impl Duration {
    /// So many minutes.
    #[must_use]
    pub const fn minutes(minutes: u64) -> Self {
        Self { seconds: minutes.saturating_mul(60) }
    }

    /// So many seconds.
    #[must_use]
    pub const fn seconds(seconds: u64) -> Self {
        Self { seconds }
    }

    /// The whole of it in seconds.
    #[must_use]
    pub const fn as_seconds(self) -> u64 {
        self.seconds
    }

    /// The whole of it in minutes, if it is a whole number of them.
    #[must_use]
    pub const fn whole_minutes(self) -> Option<u64> {
        if self.seconds.is_multiple_of(60) { Some(self.seconds / 60) } else { None }
    }

    /// The whole of it in minutes, with a fraction.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no span anyone writes reaches 2^53 seconds")]
    pub fn as_minutes(self) -> f64 {
        self.seconds as f64 / 60.0
    }

    /// Both, one after the other.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self { seconds: self.seconds.saturating_add(other.seconds) }
    }

    /// Reads `"1h30m"` and its like: hours, minutes, seconds in that order, at least one, more than nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text;
        let mut seconds: u64 = 0;
        let mut parts = 0;
        for (unit, factor) in [('h', 3600), ('m', 60), ('s', 1)] {
            let Some(end) = rest.find(unit) else { continue };
            let digits = &rest[..end];
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            seconds = seconds.checked_add(digits.parse::<u64>().ok()?.checked_mul(factor)?)?;
            rest = &rest[end + 1..];
            parts += 1;
        }
        (rest.is_empty() && parts > 0 && seconds > 0).then_some(Self { seconds })
    }

    /// Reads a duration of the model.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let parsed = match &place.node.value {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the guard has just checked it")]
            Value::Number(number) if number.fract() == 0.0 && *number >= 1.0 && *number <= 1e9 => {
                Some(Self::minutes(*number as u64))
            }
            Value::String(text) => {
                let parsed = Self::parse(text);
                if parsed.is_none() {
                    reader.refuse(place, format!("expected a duration, got \"{text}\""), DURATION_HELP);
                    return None;
                }
                parsed
            }
            _ => None,
        };
        if parsed.is_none() {
            reader.expected(place, "a duration", DURATION_HELP);
        }
        parsed.map(|duration| At::new(duration, place.origin()))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hours, minutes, seconds) = (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60);
        for (count, unit) in [(hours, 'h'), (minutes, 'm'), (seconds, 's')] {
            if count > 0 {
                write!(f, "{count}{unit}")?;
            }
        }
        if self.seconds == 0 { f.write_str("0s") } else { Ok(()) }
    }
}

/// How long something is kept, in days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Retention {
    /// Days, at least one.
    pub days: u32,
}

impl Retention {
    /// Reads `"7 days"`, `"1 week"`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (count, unit) = text.split_once(' ')?;
        if count.starts_with('0') || !count.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let factor = match unit {
            "day" | "days" => 1,
            "week" | "weeks" => 7,
            _ => return None,
        };
        Some(Self { days: count.parse::<u32>().ok()?.checked_mul(factor)? })
    }

    /// Reads a retention of the model.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let Some(text) = place.node.text() else {
            reader.expected(place, "a retention", RETENTION_HELP);
            return None;
        };
        let parsed = Self::parse(text);
        if parsed.is_none() {
            reader.refuse(place, format!("expected a retention, got \"{text}\""), RETENTION_HELP);
        }
        parsed.map(|retention| At::new(retention, place.origin()))
    }
}

impl fmt::Display for Retention {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} day{}", self.days, if self.days == 1 { "" } else { "s" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_hours_minutes_seconds_in_order() {
        for (text, seconds) in [("90s", 90), ("5m", 300), ("1h30m", 5400), ("2h", 7200), ("1h1m1s", 3661)] {
            assert_eq!(Duration::parse(text).map(Duration::as_seconds), Some(seconds), "{text}");
        }
        for text in ["", "5", "m", "5 m", "5m1h", "-5m", "0m", "5mm", "1.5h", "99999999999999999999h", "5m "] {
            assert_eq!(Duration::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_duration_prints_as_it_is_written() {
        for text in ["90s", "1h30m", "2h", "1h1m1s"] {
            let duration = Duration::parse(text).expect(text);
            assert_eq!(Duration::parse(&duration.to_string()), Some(duration));
        }
        assert_eq!(Duration::parse("90m").expect("valid").to_string(), "1h30m");
    }

    #[test]
    fn retentions_are_days_or_weeks() {
        assert_eq!(Retention::parse("1 week"), Some(Retention { days: 7 }));
        assert_eq!(Retention::parse("30 days"), Some(Retention { days: 30 }));
        for text in ["", "0 days", "week", "7", "7days", "7  days", "1 month", "-1 day", "4294967295 weeks"] {
            assert_eq!(Retention::parse(text), None, "{text}");
        }
    }
}
