//! A condition of GitLab's is evaluated the same however it is wrapped, or refused at one of its characters.

use pipeward::pipeline::gitlab::expression::{Expression, Scope};

/// Holds the first line as a condition; the others are variables, `NAME=value`.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    let (condition, rest) = text.split_once('\n').unwrap_or((text, ""));
    let variables = rest.lines().filter_map(|line| line.split_once('=')).map(|(name, value)| (name.to_owned(), value.to_owned()));
    let scope = Scope { variables: variables.collect(), inputs: [("name".to_owned(), rest.to_owned())].into() };
    let found = match Expression::parse(condition) {
        Ok(found) => found,
        Err(problem) => {
            assert!(condition.is_char_boundary(problem.offset), "{condition:?} breaks inside of a character: {problem:?}");
            assert!(!problem.message.is_empty(), "{condition:?} breaks, and nobody says why");
            return;
        }
    };
    let holds = found.holds(&scope);
    for (wrapped, expected) in [
        (format!("({condition})"), holds),
        (format!(" ! ( {condition} ) "), !holds),
        (format!("({condition}) && ({condition})"), holds),
        (format!("({condition})||({condition})"), holds),
        (format!("({condition}) && null"), false),
    ] {
        // It may have more words than GitLab reads now.
        if let Ok(wrapped) = Expression::parse(&wrapped) {
            assert_eq!(wrapped.holds(&scope), expected, "{condition:?} in {scope:?}");
        }
    }
    for name in found.variables() {
        assert!(condition.contains(&format!("${name}")), "{condition:?} does not name {name}");
    }
}
