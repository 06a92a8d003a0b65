//! A day of the calendar, as it is written: `2027-01-31`.

use std::fmt;

/// A day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// Reads `2027-01-31`; only days that exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 10
            && bytes
                .iter()
                .enumerate()
                .all(|(index, byte)| if matches!(index, 4 | 7) { *byte == b'-' } else { byte.is_ascii_digit() });
        if !shape {
            return None;
        }
        let (year, month, day) = (text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?);
        let date = Self { year, month, day };
        (day >= 1 && day <= date.days_in_month()?).then_some(date)
    }

    /// The day a number of seconds after 1970-01-01T00:00:00Z falls on, in UTC.
    #[must_use]
    pub fn from_unix(seconds: u64) -> Self {
        let mut days = seconds / 86_400;
        let mut date = Self { year: 1970, month: 1, day: 1 };
        loop {
            let length = u64::from(date.days_in_month().unwrap_or(31));
            if days < length {
                date.day += u8::try_from(days).unwrap_or(0);
                return date;
            }
            days -= length;
            date.month += 1;
            if date.month > 12 {
                date.month = 1;
                date.year += 1;
            }
        }
    }

    /// The day that many days later; none is later than the end of the year 9999.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        let mut date = self;
        let mut left = days;
        while date.year <= 9999 {
            let rest = u32::from(date.days_in_month().unwrap_or(31)) - u32::from(date.day);
            if left <= rest {
                date.day += u8::try_from(left).unwrap_or(0);
                return date;
            }
            left -= rest + 1;
            date.day = 1;
            date.month += 1;
            if date.month > 12 {
                date.month = 1;
                date.year += 1;
            }
        }
        Self { year: 9999, month: 12, day: 31 }
    }

    fn days_in_month(self) -> Option<u8> {
        let leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
            4 | 6 | 9 | 11 => Some(30),
            2 => Some(if leap { 29 } else { 28 }),
            _ => None,
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_that_exist() {
        for text in ["2027-01-31", "2024-02-29", "2000-02-29"] {
            assert_eq!(Date::parse(text).map(|date| date.to_string()).as_deref(), Some(text));
        }
        for text in
            ["2027-02-29", "1900-02-29", "2027-13-01", "2027-00-10", "2027-01-00", "27-01-31", "2027-1-31", "2027-01-3é", ""]
        {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn unix_time_is_a_day_in_utc() {
        assert_eq!(Date::from_unix(0).to_string(), "1970-01-01");
        assert_eq!(Date::from_unix(951_782_400).to_string(), "2000-02-29");
        assert_eq!(Date::from_unix(1_795_305_599).to_string(), "2026-11-21");
        let plus = |days| Date::parse("2026-12-30").map(|date| date.plus_days(days).to_string());
        assert_eq!(plus(0).as_deref(), Some("2026-12-30"));
        assert_eq!(plus(2).as_deref(), Some("2027-01-01"));
        assert_eq!(plus(90).as_deref(), Some("2027-03-30"));
        assert_eq!(plus(430).as_deref(), Some("2028-03-04"), "2028 has a day more");
        assert_eq!(plus(u32::MAX).as_deref(), Some("9999-12-31"));
        assert!(Date::parse("2026-11-22") > Date::parse("2026-09-30"));
    }
}
