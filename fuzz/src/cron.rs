//! A schedule is read as the forge documents it, and one that is accepted starts some day.

use std::collections::BTreeSet;

use pipeward::view::Clock;

/// The least and the greatest value of each field, and words for values.
const FIELDS: [(u32, u32, &str); 5] = [
    (0, 59, ""),
    (0, 23, ""),
    (1, 31, ""),
    (1, 12, "jan feb mar apr may jun jul aug sep oct nov dec"),
    (0, 6, "sun mon tue wed thu fri sat"),
];

/// Holds the text as the five fields of a schedule.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    let read = Clock::read(text);
    let expected = fields(text);
    match (&read, &expected) {
        (Ok(clock), Some([minutes, hours, days, months, weekdays])) => {
            assert!(clock.minutes.iter().eq(minutes), "{text:?} has other minutes: {:?}", clock.minutes);
            assert!(clock.hours.iter().eq(hours), "{text:?} has other hours: {:?}", clock.hours);
            let any_weekday = text.rsplit(' ').next() == Some("*");
            let starts = starts(days, months, weekdays, any_weekday);
            assert_eq!(clock.ever_starts(), starts, "{text:?} {}", if starts { "starts" } else { "never starts" });
        }
        (Err(said), None) => assert!(!said.is_empty(), "{text:?} is refused, and nobody says why"),
        _ => panic!("{text:?} is read as {read:?}, and means {expected:?}"),
    }
}

/// The values of each field, each asked whether it is in the field: none if the forge refuses one.
fn fields(text: &str) -> Option<[BTreeSet<u32>; 5]> {
    // One blank between two fields and none around them: an empty field is none the forge takes.
    let texts: Vec<&str> = text.split(' ').collect();
    let texts: [&str; 5] = texts.try_into().ok()?;
    let mut sets = FIELDS.iter().zip(texts).map(|((least, most, words), text)| {
        let parts: Option<Vec<(u32, u32, u32)>> = text.split(',').map(|part| part_of(part, *least, *most, words)).collect();
        let within = |value: &u32| {
            parts.iter().flatten().any(|(from, to, step)| value >= from && value <= to && (value - from).is_multiple_of(*step))
        };
        parts.as_ref().map(|_| (*least..=*most).filter(within).collect())
    });
    let mut next = || sets.next().flatten();
    Some([next()?, next()?, next()?, next()?, next()?])
}

/// From where, to where, in which steps.
fn part_of(part: &str, least: u32, most: u32, words: &str) -> Option<(u32, u32, u32)> {
    let mut halves = part.splitn(2, '/');
    let range = halves.next()?;
    let step = match halves.next() {
        None => None,
        Some(step) if step.bytes().all(|byte| byte.is_ascii_digit()) => match step.trim_start_matches('0') {
            "" => return None,
            step => Some(step.parse().unwrap_or(u32::MAX)),
        },
        Some(_) => return None,
    };
    let value = |text: &str| {
        let word = words.split_whitespace().position(|word| word == text.to_ascii_lowercase());
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number =
            digits.then(|| text.trim_start_matches('0')).map(|text| if text.is_empty() { Ok(0) } else { text.parse::<u32>() });
        let found = word.map(|index| index as u32 + least).or(number.and_then(Result::ok))?;
        (found >= least && found <= most).then_some(found)
    };
    let (from, to) = match range.split_once('-') {
        _ if range == "*" => (least, most),
        Some((from, to)) => (value(from)?, value(to)?),
        None if step.is_some() => (value(range)?, most),
        None => (value(range)?, value(range)?),
    };
    (from <= to).then_some((from, to, step.unwrap_or(1)))
}

/// Whether one day of four years, 2024 to 2027, is such a day: a day of the month, or of the week where one is named.
fn starts(days: &BTreeSet<u32>, months: &BTreeSet<u32>, weekdays: &BTreeSet<u32>, any_weekday: bool) -> bool {
    // 2024-01-01 was a Monday.
    let mut weekday = 1;
    for year in 2024..2028 {
        for month in 1..=12 {
            let length = match month {
                2 if year == 2024 => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            for day in 1..=length {
                let fits = days.contains(&day) || !any_weekday && weekdays.contains(&weekday);
                if months.contains(&month) && fits {
                    return true;
                }
                weekday = (weekday + 1) % 7;
            }
        }
    }
    false
}
