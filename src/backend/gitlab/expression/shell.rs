//! The same questions asked while a job runs: tests of a POSIX shell on the variables of the job.

use std::fmt;

use super::{Comparison, Expr, What};
use crate::backend::gitlab::value::quoted;

/// A command list of a POSIX shell that ends well if something holds, and reads nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::backend::gitlab) enum Shell {
    /// It does.
    True,
    /// It does not.
    False,
    /// One command.
    Test(String),
    /// All of them hold.
    All(Vec<Self>),
    /// One of them does.
    Any(Vec<Self>),
}

impl Shell {
    /// Whether all hold.
    pub(in crate::backend::gitlab) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let parts = parts.into_iter().flat_map(|part| if let Self::All(inner) = part { inner } else { vec![part] });
        Self::joined(parts, &Self::True, &Self::False, Self::All)
    }

    /// Whether one holds.
    pub(in crate::backend::gitlab) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let parts = parts.into_iter().flat_map(|part| if let Self::Any(inner) = part { inner } else { vec![part] });
        Self::joined(parts, &Self::False, &Self::True, Self::Any)
    }

    fn joined(parts: impl IntoIterator<Item = Self>, idle: &Self, decisive: &Self, join: fn(Vec<Self>) -> Self) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            if part == *decisive {
                return part;
            }
            if part != *idle && !kept.contains(&part) {
                kept.push(part);
            }
        }
        match <[Self; 1]>::try_from(kept) {
            Ok([one]) => one,
            Err(none) if none.is_empty() => idle.clone(),
            Err(kept) => join(kept),
        }
    }

    /// Two words, each of which the shell reads as one text.
    pub(in crate::backend::gitlab) fn same(left: &str, is: bool, right: &str) -> Self {
        Self::Test(format!("[ {left} {} {right} ]", if is { "=" } else { "!=" }))
    }
}

impl From<&Expr> for Shell {
    fn from(expr: &Expr) -> Self {
        match expr {
            Expr::True => Self::True,
            Expr::False => Self::False,
            Expr::Is(comparison) => Self::Test(comparison.shell()),
            Expr::All(parts) => Self::all(parts.iter().map(Self::from)),
            Expr::Any(parts) => Self::any(parts.iter().map(Self::from)),
        }
    }
}

impl fmt::Display for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, operator) = match self {
            Self::True => return f.write_str("true"),
            Self::False => return f.write_str("false"),
            Self::Test(command) => return f.write_str(command),
            Self::All(parts) => (parts, " && "),
            Self::Any(parts) => (parts, " || "),
        };
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                f.write_str(operator)?;
            }
            match part {
                // In a shell neither operator binds before the other.
                Self::All(_) | Self::Any(_) => write!(f, "{{ {part}; }}")?,
                part => write!(f, "{part}")?,
            }
        }
        Ok(())
    }
}

impl Comparison {
    fn shell(&self) -> String {
        let (variable, is) = (&self.variable, self.is);
        let not = if is { "" } else { "! " };
        let equal = if is { "=" } else { "!=" };
        match &self.what {
            What::Null => format!("[ {} \"${{{variable}+set}}\" ]", if is { "-z" } else { "-n" }),
            // What is not set is no text, the empty one neither.
            What::Text(text) if text.is_empty() => {
                format!("{not}{{ [ -n \"${{{variable}+set}}\" ] && [ -z \"${{{variable}}}\" ]; }}")
            }
            What::Text(text) => format!("[ \"${{{variable}:-}}\" {equal} {} ]", quoted(text)),
            What::Variable(other) => format!("[ \"${{{variable}:-}}\" {equal} \"${{{other}:-}}\" ]"),
            What::Pattern(pattern) => {
                format!("{not}printf '%s\\n' \"${{{variable}:-}}\" | grep -Eq -e {}", quoted(pattern))
            }
            // Who asks in a run has said that nobody there can read them.
            What::Words(_) => "true".to_owned(),
            What::Listed(item) => {
                let found = format!("case \",${{{variable}:-}},\" in *,{},*) true ;; *) false ;; esac", quoted(item));
                if is { found } else { format!("! {{ {found}; }}") }
            }
        }
    }
}
