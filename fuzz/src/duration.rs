//! A span of time that is read is the one that is written, and is printed so that it is read again.

use pipeward::pipeline::{Duration, Retention};

/// Holds the text as a duration, and as a retention.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    let read = Duration::parse(text);
    assert_eq!(read.map(Duration::as_seconds), seconds(text), "{text:?} is another span");
    if let Some(duration) = read {
        let printed = duration.to_string();
        assert_eq!(Duration::parse(&printed), Some(duration), "{text:?} is printed as {printed:?}");
        assert_eq!(duration.whole_minutes().is_some(), !printed.ends_with('s'), "{printed}");
        assert!(printed.len() <= text.trim_start_matches('0').len() + 4, "{text:?} is printed as {printed:?}");
    }
    if let Some(retention) = Retention::parse(text) {
        let printed = retention.to_string();
        assert!(retention.days > 0, "{text:?} is no time at all");
        assert_eq!(Retention::parse(&printed), Some(retention), "{text:?} is printed as {printed:?}");
    }
}

/// The seconds of a duration, read backwards: a unit, and the digits before it.
fn seconds(text: &str) -> Option<u64> {
    let mut total: u128 = 0;
    let mut rest = text;
    let mut last = 0;
    while let Some(unit) = rest.chars().next_back() {
        let factor = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return None,
        };
        if factor <= last {
            return None;
        }
        last = factor;
        rest = &rest[..rest.len() - 1];
        let before = rest.trim_end_matches(|digit: char| digit.is_ascii_digit());
        // What has more digits than any number of 64 bits may still be small: "000…01h".
        let digits = &rest[before.len()..];
        let number = if digits.is_empty() { return None } else { digits.trim_start_matches('0') };
        let number: u128 = if number.is_empty() { 0 } else { number.get(..25).unwrap_or(number).parse().ok()? };
        total += number * factor;
        rest = before;
    }
    u64::try_from(total).ok().filter(|total| *total > 0)
}
