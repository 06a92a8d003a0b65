//! The five fields of a schedule, as GitHub reads them.

/// One field: what it is called, its least and its greatest value, and words for values.
struct Field {
    name: &'static str,
    least: u32,
    most: u32,
    words: &'static [&'static str],
}

const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, words: &[] },
    Field { name: "hour", least: 0, most: 23, words: &[] },
    Field { name: "day of the month", least: 1, most: 31, words: &[] },
    Field {
        name: "month",
        least: 1,
        most: 12,
        words: &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
    },
    Field { name: "day of the week", least: 0, most: 6, words: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] },
];

/// When a schedule starts: the values of each field, sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Minutes of an hour, 0 to 59.
    pub minutes: Vec<u32>,
    /// Hours of a day, 0 to 23.
    pub hours: Vec<u32>,
    days: Vec<u32>,
    months: Vec<u32>,
    any_weekday: bool,
}

impl Clock {
    /// Reads `*/15 2 * * MON-FRI`.
    ///
    /// # Errors
    ///
    /// What is wrong, as a fragment, if the forge would refuse it.
    pub fn read(cron: &str) -> Result<Self, String> {
        let texts: Vec<&str> = cron.split([' ', '\t']).filter(|text| !text.is_empty()).collect();
        if texts.join(" ") != cron {
            return Err("expected one blank between two fields and none around them".to_owned());
        }
        if texts.len() != FIELDS.len() {
            return Err(format!("expected five fields, got {}", texts.len()));
        }
        let mut values = Vec::new();
        for (field, text) in FIELDS.iter().zip(&texts) {
            values.push(field.read(text)?);
        }
        let any_weekday = texts[4] == "*";
        let mut values = values.into_iter();
        let mut next = || values.next().unwrap_or_default();
        let (minutes, hours, days, months) = (next(), next(), next(), next());
        Ok(Self { minutes, hours, days, months, any_weekday })
    }

    /// Whether there is a day on which it starts: no month has a 32nd, and February no 30th.
    #[must_use]
    pub fn ever_starts(&self) -> bool {
        let longest = |month: &u32| match month {
            2 => 29,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        !self.any_weekday || self.months.iter().any(|month| self.days.first().is_some_and(|day| *day <= longest(month)))
    }
}

impl Field {
    /// The values of a field, sorted: `*`, `*/15`, `1-5`, `0-30/10`, `1,2`, `MON-FRI`.
    fn read(&self, text: &str) -> Result<Vec<u32>, String> {
        let mut values = Vec::new();
        for part in text.split(',') {
            let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
            let stride = match step.map(number) {
                None => 1,
                Some(Some(stride)) if stride > 0 => stride,
                Some(_) => return Err(format!("`{part}` is no {}: a step is a number, 1 or more", self.name)),
            };
            let (from, to) = match range.split_once('-') {
                _ if range == "*" => (self.least, self.most),
                Some((from, to)) => (self.value(from)?, self.value(to)?),
                None => {
                    let from = self.value(range)?;
                    (from, if step.is_some() { self.most } else { from })
                }
            };
            if from > to {
                return Err(format!("`{part}` ends before it begins"));
            }
            values.extend((from..=to).step_by(stride));
        }
        values.sort_unstable();
        values.dedup();
        Ok(values)
    }

    fn value(&self, text: &str) -> Result<u32, String> {
        let word = self.words.iter().position(|word| word.eq_ignore_ascii_case(text));
        let named = word.and_then(|index| u32::try_from(index).ok()).map(|index| index + self.least);
        let in_range = |value: &u32| (self.least..=self.most).contains(value);
        named
            .or_else(|| u32::try_from(number(text)?).ok())
            .filter(in_range)
            .ok_or_else(|| format!("`{text}` is no {}: they are {} to {}", self.name, self.least, self.most))
    }
}

/// A number in digits alone; one that is too large for any field is the largest there is.
fn number(text: &str) -> Option<usize> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_what_the_forge_takes() {
        for cron in ["0 2 * * *", "*/15 0-6/2 1,15 JAN-MAR mon-fri", "5/20 * * * 0", "59 23 31 12 6", "0 0 29 2 *", "0 0 31 2 1"]
        {
            assert!(Clock::read(cron).is_ok_and(|clock| clock.ever_starts()), "{cron}");
        }
        for cron in [
            "0 25 * * *",
            "61 * * * *",
            "*/0 * * * *",
            "0 3 * * 8",
            "5-1 * * * *",
            "0 0 0 * *",
            "0 0 * * FOO",
            "* * * *",
            "",
            "-1 * * * *",
            "+5 * * * *",
            "*/+5 * * * *",
            "*/ * * * *",
            "0\n2 * * *",
            "0\u{a0}2 * * *",
            "0 2 * * *\n",
            "0  2 * * *",
            "0\t2 * * *",
            " 0 2 * * *",
            "0 2 * * * ",
        ] {
            assert!(Clock::read(cron).is_err(), "{cron}");
        }
        for cron in ["0 3 31 2 *", "0 0 30 FEB *", "0 0 31 4,6 *"] {
            assert!(Clock::read(cron).is_ok_and(|clock| !clock.ever_starts()), "{cron}");
        }
    }
}
