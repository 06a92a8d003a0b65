//! How what came before has to have ended.

/// How what a job needs has to have ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::backend::gitlab) enum After {
    Success,
    Failure,
    Any,
}

impl After {
    /// GitLab's word for it.
    pub(in crate::backend::gitlab) const fn word(self) -> &'static str {
        match self {
            Self::Success => "on_success",
            Self::Failure => "on_failure",
            Self::Any => "always",
        }
    }

    /// Where both hold; none if that is never.
    pub(super) fn and(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, other) => Some(other),
            (this, Self::Any) => Some(this),
            (this, other) => (this == other).then_some(this),
        }
    }
}
