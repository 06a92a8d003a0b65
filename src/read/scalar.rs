//! What a plain scalar means: YAML 1.2's core schema, which is what GitHub reads by.

use crate::source::Value;

/// The value of a scalar that stands without quotes.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => number(text).map_or_else(|| Value::String(text.to_owned()), Value::Number),
    }
}

fn number(text: &str) -> Option<f64> {
    let first = text.bytes().next()?;
    if !first.is_ascii_digit() && !matches!(first, b'+' | b'-' | b'.') {
        return None;
    }
    let radix = |digits: &str, radix| {
        let plain = !digits.is_empty() && digits.bytes().all(|digit| char::from(digit).is_digit(radix));
        plain.then(|| u64::from_str_radix(digits, radix).ok()).flatten()
    };
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16).map(as_number);
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8).map(as_number);
    }
    match text.trim_start_matches(['+', '-']) {
        ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN" => return None,
        _ => {}
    }
    is_decimal(text).then(|| text.parse().ok()).flatten()
}

/// As YAML counts: a number of more digits than a float holds is the nearest float.
#[expect(clippy::cast_precision_loss, reason = "YAML has no integers that JSON could not say, and both forges read floats")]
const fn as_number(number: u64) -> f64 {
    number as f64
}

/// `[-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`, as the specification has it.
fn is_decimal(text: &str) -> bool {
    let bytes = text.strip_prefix(['+', '-']).unwrap_or(text).as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let whole = digits(0);
    let mut at = whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(at + 1);
        if whole == 0 && fraction == 0 {
            return false;
        }
        at += 1 + fraction;
    } else if whole == 0 {
        return false;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(at);
        return exponent > 0 && at + exponent == bytes.len();
    }
    at == bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_without_quotes_is_told_by_its_looks() {
        for text in ["", "~", "null"] {
            assert_eq!(plain(text), Value::Null, "{text}");
        }
        assert_eq!((plain("true"), plain("FALSE")), (Value::Bool(true), Value::Bool(false)));
        for (text, number) in
            [("0", 0.0), ("-3", -3.0), ("3.10", 3.1), (".5", 0.5), ("1.", 1.0), ("1e3", 1000.0), ("0x1F", 31.0), ("0o17", 15.0)]
        {
            assert_eq!(plain(text), Value::Number(number), "{text}");
        }
        for text in
            ["yes", "on", "1.2.3", "v1", "-", ".", "1e", "0x", "0xg", "1 2", "--1", "1_000", ".inf", "infinity", "nan", "+"]
        {
            assert_eq!(plain(text), Value::String(text.to_owned()), "{text}");
        }
    }
}
