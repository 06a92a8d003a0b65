//! A set of values, one of which an expression comes out as.

use github_actions_expressions::Evaluation;

use super::names::Names;

/// How many values are told apart; of more, anything is said to be possible.
const MOST: usize = 64;

/// All that something may come out as.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Possible(Vec<Shape>);

/// One thing, or one sort of thing, that something may come out as.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Exactly this; of a text, in whichever case.
    This(Evaluation),
    /// A text that is not empty, one of a sort, and none of some others.
    Like(Names, Vec<String>),
    /// Any value whatever: whether it counts as true, where that is known, and texts that it is not.
    Any(Option<bool>, Vec<String>),
}

impl Shape {
    /// A text.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::This(Evaluation::String(text.to_owned()))
    }

    /// `true` or `false`.
    #[must_use]
    pub const fn flag(flag: bool) -> Self {
        Self::This(Evaluation::Boolean(flag))
    }

    /// Of which nothing is known.
    #[must_use]
    pub const fn anything() -> Self {
        Self::Any(None, Vec::new())
    }

    /// Whether it counts as true.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::This(value) => Some(value.as_boolean()),
            Self::Like(..) => Some(true),
            Self::Any(truth, _) => *truth,
        }
    }

    /// The same, known to count as true or as false; nothing if it does not.
    pub(super) fn counting_as(&self, truth: bool) -> Option<Self> {
        match self {
            Self::Any(None, not) => Some(Self::Any(Some(truth), not.clone())),
            _ => (self.truth() == Some(truth)).then(|| self.clone()),
        }
    }

    /// The same, known to be none of some texts.
    pub(super) fn but(&self, others: &[String]) -> Self {
        let more = |not: &[String]| not.iter().chain(others).cloned().collect();
        match self {
            Self::This(value) => Self::This(value.clone()),
            Self::Like(names, not) => Self::Like(names.clone(), more(not)),
            Self::Any(truth, not) => Self::Any(*truth, more(not)),
        }
    }

    /// Whether it may be a text, in whichever case.
    #[must_use]
    pub fn may_be(&self, text: &str) -> bool {
        let none_of = |not: &[String]| !not.iter().any(|one| one.eq_ignore_ascii_case(text));
        match self {
            Self::This(Evaluation::String(this)) => this.eq_ignore_ascii_case(text),
            Self::This(_) => false,
            Self::Like(names, not) => none_of(not) && names.may_be(text),
            Self::Any(truth, not) => none_of(not) && *truth != Some(text.is_empty()),
        }
    }
}

impl Possible {
    /// One thing.
    #[must_use]
    pub fn one(shape: Shape) -> Self {
        Self(vec![shape])
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag(flag: bool) -> Self {
        Self::one(Shape::flag(flag))
    }

    /// Whatever there is.
    #[must_use]
    pub fn anything() -> Self {
        Self::one(Shape::anything())
    }

    /// Nothing: what GitHub gives where there is nothing.
    #[must_use]
    pub fn nothing() -> Self {
        Self::one(Shape::This(Evaluation::Null))
    }

    /// Everything it may be.
    #[must_use]
    pub fn shapes(&self) -> &[Shape] {
        &self.0
    }

    /// The values it may be, and whether it may be something else as well.
    #[must_use]
    pub fn values(&self) -> (Vec<&Evaluation>, bool) {
        let known: Vec<&Evaluation> = self.0.iter().filter_map(Shape::known).collect();
        let more = known.len() < self.0.len();
        (known, more)
    }

    /// Whether it counts as true: both where that is not certain.
    pub(super) fn truths(&self) -> Vec<bool> {
        [true, false].into_iter().filter(|truth| self.0.iter().any(|shape| shape.truth() != Some(!truth))).collect()
    }

    /// Whether it counts as true, if that is certain.
    #[must_use]
    pub fn truth(&self) -> Option<bool> {
        match self.truths().as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }
}

impl Shape {
    const fn known(&self) -> Option<&Evaluation> {
        match self {
            Self::This(value) => Some(value),
            _ => None,
        }
    }
}

impl Extend<Shape> for Possible {
    fn extend<T: IntoIterator<Item = Shape>>(&mut self, shapes: T) {
        for shape in shapes {
            if self.0.contains(&shape) {
                continue;
            }
            if self.0.len() == MOST {
                *self = Self::anything();
                return;
            }
            self.0.push(shape);
        }
    }
}

impl FromIterator<Shape> for Possible {
    fn from_iter<T: IntoIterator<Item = Shape>>(shapes: T) -> Self {
        let mut all = Self::default();
        all.extend(shapes);
        all
    }
}

impl IntoIterator for Possible {
    type Item = Shape;
    type IntoIter = std::vec::IntoIter<Shape>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
