//! Names matched against patterns in which `*` stands for any text, an empty one and one with slashes included.

/// Whether the name matches the pattern: first part at the front, last at the back, the rest in between, in order.
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == name };
    let Some(mut rest) = name.strip_prefix(first).and_then(|rest| rest.strip_suffix(last)) else { return false };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// Whether the name matches one of the patterns.
pub fn matches_any<'p>(patterns: impl IntoIterator<Item = &'p str>, name: &str) -> bool {
    patterns.into_iter().any(|pattern| matches(pattern, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, name) in [
            ("actions/*", "actions/checkout"),
            ("*", ""),
            ("*", "é"),
            ("a*c*e", "abcde"),
            ("docker/**", "docker/x/y"),
            ("x", "x"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in
            [("actions/*", "action/checkout"), ("a*c", "abd"), ("", "x"), ("x", ""), ("*é", "e"), ("ab*ba", "aba")]
        {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
    }
}
