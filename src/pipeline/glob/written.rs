//! A pattern in the words of other tools: a regular expression, and the globs of Ruby's `fnmatch`.

use super::{Glob, One, Part};

impl Glob {
    /// The regular expression of what it matches, without anchors and without regard to `!`. What is written means the same to RE2
    /// and to POSIX's extended syntax: no class holds more than letters, digits and ranges of them.
    #[must_use]
    pub fn regex(&self) -> String {
        let mut regex = String::new();
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            // Once and any number of times more is one or more.
            let again = parts.next_if(|next| next.one == part.one && next.none && next.more && !part.none).is_some();
            regex.push_str(&part.one.regex());
            regex.push_str(match (again || part.more, part.none) {
                (true, true) => "*",
                (true, false) => "+",
                (false, true) => "?",
                (false, false) => "",
            });
        }
        regex
    }

    /// The same for `fnmatch` with paths, files that begin with a dot and braces, as GitLab compares changed files; none if that
    /// has no word for it: a `+`, or text of any depth beside other text of one name.
    #[must_use]
    pub fn fnmatch(&self) -> Option<String> {
        let mut written = String::new();
        for (index, part) in self.parts.iter().enumerate() {
            let whole = index == 0 || self.parts[index - 1].one == One::This('/');
            match part {
                Part { one: One::Any, .. } if whole => {
                    let rest = &self.parts[index + 1..];
                    match rest.first() {
                        None => written.push_str("**/*"),
                        // GitHub's `**/` may be nothing, and so may Ruby's.
                        Some(next) if next.one == One::This('/') && !next.none => written.push_str("**"),
                        Some(_) => written.push_str("**/*"),
                    }
                }
                Part { one: One::NoSlash, .. } => written.push('*'),
                Part { one, none: false, more: false } => written.push_str(&one.fnmatch()),
                Part { one, none: true, more: false } => {
                    written.push_str("{,");
                    written.push_str(&one.fnmatch());
                    written.push('}');
                }
                Part { .. } => return None,
            }
        }
        Some(written)
    }
}

impl One {
    fn regex(&self) -> String {
        match self {
            Self::This(character) => escaped(*character),
            Self::NoSlash => "[^/]".to_owned(),
            Self::Any => ".".to_owned(),
            Self::Within(ranges) => {
                let (plain, others): (Vec<_>, Vec<_>) = ranges.iter().partition(|(from, _)| from.is_ascii_alphanumeric());
                let class: String = plain.iter().copied().map(spread).collect();
                let class = (!class.is_empty()).then(|| format!("[{class}]"));
                let either: Vec<String> = others.iter().map(|(one, _)| escaped(*one)).chain(class).collect();
                if let [one] = either.as_slice() { one.clone() } else { format!("({})", either.join("|")) }
            }
        }
    }

    fn fnmatch(&self) -> String {
        match self {
            // A variable of GitLab's would begin with it.
            Self::This('$') => "[$]".to_owned(),
            Self::This(character @ ('*' | '?' | '[' | ']' | '{' | '}' | '\\' | ',')) => format!("\\{character}"),
            Self::This(character) => character.to_string(),
            Self::NoSlash | Self::Any => "*".to_owned(),
            Self::Within(ranges) => {
                let inside = |range: &(char, char)| match range {
                    (character @ ('^' | '!' | '-' | ']' | '[' | '\\'), _) => format!("\\{character}"),
                    range => spread(range),
                };
                format!("[{}]", ranges.iter().map(inside).collect::<String>())
            }
        }
    }
}

fn spread((from, to): &(char, char)) -> String {
    if from == to { from.to_string() } else { format!("{from}-{to}") }
}

/// A character as it stands, in a regular expression.
#[must_use]
pub fn escaped(character: char) -> String {
    match character {
        '.' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' | '\\' => format!("\\{character}"),
        other => other.to_string(),
    }
}
