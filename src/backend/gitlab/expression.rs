//! What a rule's `if` asks: comparisons of variables, joined. Negation is carried down to the comparisons, and what is told
//! apart before the pipeline is made, or cannot be, is left out.

mod shell;

pub(super) use self::shell::Shell;
use crate::pipeline::gitlab::expression::Expression;
use crate::pipeline::gitlab::limit::WORDS;
use crate::pipeline::glob::escaped;

/// A condition on variables that are known before a pipeline is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expr {
    /// It always holds.
    True,
    /// It never does.
    False,
    /// A comparison.
    Is(Comparison),
    /// All of them hold.
    All(Vec<Self>),
    /// One of them does.
    Any(Vec<Self>),
}

/// A variable, held against something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    /// Its name, without `$`.
    pub(super) variable: String,
    /// Whether it is to be that, or anything else.
    pub(super) is: bool,
    pub(super) what: What,
}

/// What a variable is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// It is not set.
    Null,
    /// A text.
    Text(String),
    /// Another variable.
    Variable(String),
    /// A regular expression in the words that RE2 and POSIX share. What is not set counts as empty.
    Pattern(String),
    /// A list between commas, of which this is one.
    Listed(String),
    /// Whatever these words of the author's ask, in the language of GitLab's rules; no variable is held against it.
    Words(String),
}

impl Expr {
    /// A variable that is a text.
    pub(super) fn equal(variable: &str, text: &str) -> Self {
        Self::is(variable, What::Text(text.to_owned()))
    }

    /// A variable that is this.
    pub(super) fn is(variable: &str, what: What) -> Self {
        Self::Is(Comparison { variable: variable.to_owned(), is: true, what })
    }

    /// A variable that is set.
    pub(super) fn set(variable: &str) -> Self {
        Self::is(variable, What::Null).not()
    }

    /// A variable that is set, and not to the empty text.
    pub(super) fn filled(variable: &str) -> Self {
        Self::all([Self::set(variable), Self::equal(variable, "").not()])
    }

    /// Whether all hold, made as small as it is.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for part in parts {
            let part = if let Self::All(inner) = part { inner } else { vec![part] };
            for part in part {
                if part != Self::True && !all.contains(&part) {
                    all.push(part);
                }
            }
        }
        let known: Vec<Comparison> = all.iter().filter_map(Self::comparison).cloned().collect();
        let under = |part: &Self| {
            let others: Vec<&Comparison> = known.iter().filter(|other| part.comparison() != Some(other)).collect();
            part.clone().under(&others)
        };
        let smaller: Vec<Self> = all.iter().map(under).collect();
        if smaller != all {
            return Self::all(smaller);
        }
        if all.contains(&Self::False) {
            return Self::False;
        }
        match <[Self; 1]>::try_from(all) {
            Ok([one]) => one,
            Err(none) if none.is_empty() => Self::True,
            Err(all) => Self::All(all),
        }
    }

    /// Whether one holds, made as small as it is.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut any: Vec<Self> = Vec::new();
        for part in parts {
            let part = if let Self::Any(inner) = part { inner } else { vec![part] };
            for part in part {
                if part == Self::True || any.contains(&part.clone().not()) {
                    return Self::True;
                }
                if part == Self::False || any.iter().any(|wider| part.implies(wider)) {
                    continue;
                }
                any.retain(|narrower| !narrower.implies(&part));
                any.push(part);
            }
        }
        match <[Self; 1]>::try_from(any) {
            Ok([one]) => one,
            Err(none) if none.is_empty() => Self::False,
            Err(any) => Self::Any(any),
        }
    }

    /// Whether it does not hold.
    pub(super) fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Is(Comparison { variable, is, what }) => Self::Is(Comparison { variable, is: !is, what }),
            Self::All(parts) => Self::any(parts.into_iter().map(Self::not)),
            Self::Any(parts) => Self::all(parts.into_iter().map(Self::not)),
        }
    }

    /// Whether words of the author's own are asked.
    pub(super) fn has_words(&self) -> bool {
        match self {
            Self::True | Self::False => false,
            Self::Is(comparison) => matches!(comparison.what, What::Words(_)),
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_words),
        }
    }

    const fn comparison(&self) -> Option<&Comparison> {
        if let Self::Is(comparison) = self { Some(comparison) } else { None }
    }

    fn parts(&self) -> &[Self] {
        if let Self::All(parts) = self { parts } else { std::slice::from_ref(self) }
    }

    /// Whether the other holds whenever this does, as far as that is plain.
    pub(super) fn implies(&self, other: &Self) -> bool {
        other.parts().iter().all(|part| {
            self.parts().contains(part)
                || part.comparison().is_some_and(|asked| {
                    self.parts().iter().filter_map(Self::comparison).any(|known| known.tells(asked) == Some(true))
                })
        })
    }

    /// What is left to ask where these comparisons hold.
    fn under(self, known: &[&Comparison]) -> Self {
        match self {
            Self::Is(asked) => match known.iter().find_map(|known| known.tells(&asked)) {
                Some(true) => Self::True,
                Some(false) => Self::False,
                None => Self::Is(asked),
            },
            Self::All(parts) => Self::all(parts.into_iter().map(|part| part.under(known))),
            Self::Any(parts) => Self::any(parts.into_iter().map(|part| part.under(known))),
            decided => decided,
        }
    }

    /// The text of `if`; none if it always holds. What never holds is written as a comparison that does not.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::True => None,
            Self::False => Some("$CI_PIPELINE_SOURCE == null".to_owned()),
            Self::Is(comparison) => Some(comparison.text()),
            Self::All(parts) => Some(joined(parts, " && ")),
            Self::Any(parts) => Some(joined(parts, " || ")),
        }
    }

    /// How many words GitLab reads in it.
    fn words(&self) -> usize {
        match self {
            Self::True => 0,
            Self::Is(Comparison { what: What::Words(words), .. }) => 3 + Expression::words(words),
            Self::False | Self::Is(_) => 3,
            Self::All(parts) | Self::Any(parts) => parts
                .iter()
                .map(|part| part.words() + 1 + if matches!(part, Self::All(_) | Self::Any(_)) { 2 } else { 0 })
                .sum::<usize>()
                .saturating_sub(1),
        }
    }

    /// The same as conditions of which one holds, each short enough for GitLab; none if that cannot be.
    pub(super) fn divided(self) -> Option<Vec<Self>> {
        if self.words() <= WORDS {
            return Some(vec![self]);
        }
        match self {
            Self::Any(mut parts) if parts.len() > 1 => {
                let rest = parts.split_off(parts.len() / 2);
                let halves = [Self::Any(parts), Self::Any(rest)].map(|half| {
                    if let Self::Any(one) = &half
                        && one.len() == 1
                    {
                        one[0].clone()
                    } else {
                        half
                    }
                });
                halves.into_iter().map(Self::divided).collect::<Option<Vec<Vec<Self>>>>().map(|halves| halves.concat())
            }
            Self::All(parts) => {
                let longest = parts.iter().enumerate().filter(|(_, part)| matches!(part, Self::Any(_)));
                let (index, _) = longest.max_by_key(|(_, part)| part.words())?;
                let mut rest = parts;
                let Self::Any(ways) = rest.remove(index) else { return None };
                Self::Any(ways.into_iter().map(|way| Self::all(rest.iter().cloned().chain([way]))).collect()).divided()
            }
            _ => None,
        }
    }
}

impl Comparison {
    /// Whether another comparison holds where this one does; none if that is not told.
    fn tells(&self, other: &Self) -> Option<bool> {
        if self.variable != other.variable {
            return None;
        }
        if self.what == other.what {
            return Some(self.is == other.is);
        }
        let holds = match (&self.what, &other.what) {
            (What::Text(_), What::Text(_) | What::Null) if self.is => false,
            (What::Null, What::Text(_) | What::Listed(_)) if self.is => false,
            (What::Listed(_), What::Null) if self.is => false,
            _ => return None,
        };
        Some(holds == other.is)
    }

    fn text(&self) -> String {
        let (equal, matches) = if self.is { ("==", "=~") } else { ("!=", "!~") };
        let variable = &self.variable;
        match &self.what {
            What::Null => format!("${variable} {equal} null"),
            What::Variable(other) => format!("${variable} {equal} ${other}"),
            What::Text(text) if !text.contains(['"', '\n', '\r']) => format!("${variable} {equal} \"{text}\""),
            What::Text(text) if !text.contains(['\'', '\n', '\r']) => format!("${variable} {equal} '{text}'"),
            // No text between quotes can hold it, but a pattern can.
            What::Text(text) => format!("${variable} {matches} {}", slashed(&format!("^{}$", literal(text)))),
            What::Pattern(pattern) => format!("${variable} {matches} {}", slashed(pattern)),
            What::Words(words) if self.is => format!("({})", words.trim()),
            What::Words(words) => format!("!({})", words.trim()),
            What::Listed(item) => format!("${variable} {matches} {}", slashed(&format!("(^|,){}(,|$)", literal(item)))),
        }
    }
}

/// A text as a regular expression.
fn literal(text: &str) -> String {
    text.chars().map(escaped).collect()
}

/// A regular expression between slashes. A line of its own ends a condition, so it is written as what stands for it, and GitLab
/// reads none of a single character.
fn slashed(regex: &str) -> String {
    let regex = regex.replace('/', "\\/").replace('\n', "\\n").replace('\r', "\\r");
    if regex.chars().count() < 2 { format!("/({regex})/") } else { format!("/{regex}/") }
}

fn joined(parts: &[Expr], operator: &str) -> String {
    let part = |part: &Expr| match part {
        Expr::Any(_) | Expr::All(_) => format!("({})", part.text().unwrap_or_default()),
        part => part.text().unwrap_or_default(),
    };
    parts.iter().map(part).collect::<Vec<String>>().join(operator)
}

#[cfg(test)]
mod tests;
