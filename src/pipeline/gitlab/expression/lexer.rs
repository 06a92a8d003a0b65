//! The words of a condition.

use super::super::limit::WORDS;
use super::pattern::is_flag;
use super::{Expression, Operator, Pattern, Problem};

/// A word, and the byte it begins at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Open,
    Close,
    Not,
    And,
    Or,
    Compare(Operator),
    Value(Expression),
}

/// Words that stand for nothing else, longest first.
const SIGNS: &[(&str, Kind)] = &[
    ("==", Kind::Compare(Operator::Equal)),
    ("!=", Kind::Compare(Operator::Unequal)),
    ("=~", Kind::Compare(Operator::Matches)),
    ("!~", Kind::Compare(Operator::Differs)),
    ("&&", Kind::And),
    ("||", Kind::Or),
    ("(", Kind::Open),
    (")", Kind::Close),
    ("!", Kind::Not),
];

/// The words of a text.
pub(super) fn words(text: &str) -> Result<Vec<Word>, Problem> {
    let mut words = Vec::new();
    let mut start = 0;
    loop {
        start += text[start..].len() - text[start..].trim_start().len();
        let rest = &text[start..];
        if rest.is_empty() {
            return Ok(words);
        }
        if words.len() == WORDS {
            return Err(problem(start, format!("divide it: GitLab reads no more than {WORDS} words")));
        }
        let (kind, length) = match SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)) {
            Some((sign, kind)) => (kind.clone(), sign.len()),
            None => value(rest).map_err(|message| problem(start, message))?,
        };
        words.push(Word { start, kind });
        start += length;
    }
}

pub(super) fn problem(offset: usize, message: impl Into<String>) -> Problem {
    Problem { offset, message: message.into() }
}

/// The value that a text begins with, and how long it is.
fn value(rest: &str) -> Result<(Kind, usize), String> {
    let (expression, length) = match rest.as_bytes() {
        [b'$', b'[', b'[', ..] => input(rest).ok_or("write an input as $[[ inputs.name ]]")?,
        [b'$', ..] => {
            let name = word(&rest[1..]);
            if name.is_empty() {
                return Err("write the name of a variable after $: letters, digits and _".to_owned());
            }
            (Expression::Variable(name.to_owned()), name.len() + 1)
        }
        [quote @ (b'"' | b'\''), ..] => {
            let inner = rest[1..].split(['\n', char::from(*quote)]).next().unwrap_or_default();
            if !rest[1 + inner.len()..].starts_with(char::from(*quote)) {
                return Err("the text has no end: write the other quote".to_owned());
            }
            (Expression::Text(inner.to_owned()), inner.len() + 2)
        }
        [b'/', ..] => pattern(rest)?,
        _ => match word(rest) {
            "null" => (Expression::Null, 4),
            "true" => (Expression::Flag(true), 4),
            "false" => (Expression::Flag(false), 5),
            "" => return Err("write a variable, a text between quotes, a pattern between slashes or an operator".to_owned()),
            name => return Err(format!("write ${name} if it is a variable, \"{name}\" if it is a text")),
        },
    };
    Ok((Kind::Value(expression), length))
}

fn word(text: &str) -> &str {
    let end = text.find(|character: char| !(character.is_ascii_alphanumeric() || character == '_')).unwrap_or(text.len());
    &text[..end]
}

fn input(rest: &str) -> Option<(Expression, usize)> {
    let (inner, _) = rest[3..].split_once("]]")?;
    let name = inner.trim().strip_prefix("inputs.")?;
    let fits = !name.is_empty() && word(name) == name;
    fits.then(|| (Expression::Input(name.to_owned()), inner.len() + 5))
}

/// A pattern: to the first slash that nothing escapes, and the letters after it.
fn pattern(rest: &str) -> Result<(Expression, usize), String> {
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|(_, character)| {
        let ends = *character == '/' && !escaped;
        escaped = *character == '\\';
        ends
    });
    let Some((end, _)) = end else { return Err("the pattern has no end: write the other slash".to_owned()) };
    if rest[1..end].chars().count() < 2 {
        return Err("GitLab reads no pattern of less than two characters: write /^x/ or /(x)/".to_owned());
    }
    let flags = rest[end + 1..].chars().take_while(|letter| is_flag(*letter)).count();
    let length = end + 1 + flags;
    Ok((Expression::Pattern(Pattern::parse(&rest[..length])?), length))
}
