//! What a rule's `if` asks: comparisons of variables, joined. GitLab knows no negation, so it is carried down to the comparisons.

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

/// A comparison as GitLab writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    /// A variable, with its `$`.
    pub(super) left: String,
    pub(super) operator: Operator,
    /// A text between `"`, a pattern between `/`, a variable, or `null`.
    pub(super) right: String,
}

/// How two sides are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Unequal,
    Match,
    Mismatch,
}

impl Operator {
    const fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::Match => Self::Mismatch,
            Self::Mismatch => Self::Match,
        }
    }

    const fn text(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Match => "=~",
            Self::Mismatch => "!~",
        }
    }
}

impl Expr {
    /// A variable that has a value.
    pub(super) fn equal(variable: &str, value: &str) -> Self {
        Self::compare(variable, Operator::Equal, format!("\"{value}\""))
    }

    /// A comparison.
    pub(super) fn compare(left: impl Into<String>, operator: Operator, right: impl Into<String>) -> Self {
        Self::Is(Comparison { left: left.into(), operator, right: right.into() })
    }

    /// Whether all hold, made as small as it is.
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Self::True => {}
                Self::False => return Self::False,
                Self::All(inner) => all.extend(inner),
                part => all.push(part),
            }
        }
        all.dedup();
        match <[Self; 1]>::try_from(all) {
            Ok([one]) => one,
            Err(none) if none.is_empty() => Self::True,
            Err(all) => Self::All(all),
        }
    }

    /// Whether one holds, made as small as it is.
    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Vec::new();
        for part in parts {
            match part {
                Self::False => {}
                Self::True => return Self::True,
                Self::Any(inner) => any.extend(inner),
                part => any.push(part),
            }
        }
        any.dedup();
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
            Self::Is(Comparison { left, operator, right }) => Self::compare(left, operator.opposite(), right),
            Self::All(parts) => Self::any(parts.into_iter().map(Self::not)),
            Self::Any(parts) => Self::all(parts.into_iter().map(Self::not)),
        }
    }

    /// The text of `if`; none if it always holds. What never holds is written as a comparison that does not.
    pub(super) fn text(&self) -> Option<String> {
        match self {
            Self::True => None,
            Self::False => Some("$CI_PIPELINE_SOURCE == null".to_owned()),
            Self::Is(Comparison { left, operator, right }) => Some(format!("{left} {} {right}", operator.text())),
            Self::All(parts) => Some(joined(parts, " && ")),
            Self::Any(parts) => Some(joined(parts, " || ")),
        }
    }
}

fn joined(parts: &[Expr], operator: &str) -> String {
    let part = |part: &Expr| match part {
        Expr::Any(_) | Expr::All(_) => format!("({})", part.text().unwrap_or_default()),
        part => part.text().unwrap_or_default(),
    };
    parts.iter().map(part).collect::<Vec<String>>().join(operator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn negation_ends_at_the_comparisons() {
        let (one, other) = (Expr::equal("$A", "1"), Expr::compare("$B", Operator::Match, "/^x/"));
        let both = Expr::all([one.clone(), Expr::any([other, Expr::False]), Expr::True]);
        assert_eq!(both.text().as_deref(), Some("$A == \"1\" && $B =~ /^x/"));
        assert_eq!(both.clone().not().text().as_deref(), Some("$A != \"1\" || $B !~ /^x/"));
        let nested = Expr::any([both, one.not()]);
        assert_eq!(nested.text().as_deref(), Some("($A == \"1\" && $B =~ /^x/) || $A != \"1\""));
        assert_eq!((Expr::all([]).text(), Expr::any([Expr::False, Expr::True])), (None, Expr::True));
    }
}
