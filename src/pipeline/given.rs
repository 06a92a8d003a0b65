//! What is either written as it is or worked out when the pipeline runs: a flag, a count.

use super::reader::{Place, Reader};
use super::value::Value;
use crate::origin::At;
use crate::source;

/// Something that is known now, or only when the pipeline runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Given<T> {
    /// It is written.
    Now(T),
    /// It is worked out.
    Later(At<Value>),
}

impl<T> Given<T> {
    /// What is written, if it is.
    #[must_use]
    pub const fn now(&self) -> Option<&T> {
        match self {
            Self::Now(written) => Some(written),
            Self::Later(_) => None,
        }
    }

    /// What works it out, if that is what is written.
    #[must_use]
    pub const fn later(&self) -> Option<&At<Value>> {
        match self {
            Self::Now(_) => None,
            Self::Later(value) => Some(value),
        }
    }
}

impl Given<bool> {
    /// Reads a flag, or an expression in GitHub's words.
    pub fn flag(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let given = match (&place.node.value, expression(reader, place)) {
            (source::Value::Bool(flag), _) => Self::Now(*flag),
            (_, Some(value)) => Self::Later(value?),
            _ => {
                reader.expected(place, "a flag or an expression", "write true, false or \"${{ … }}\"");
                return None;
            }
        };
        Some(At::new(given, place.origin()))
    }
}

impl Given<u32> {
    /// Reads a whole number, 1 or more, or an expression in GitHub's words.
    pub fn count(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let given = match expression(reader, place) {
            Some(value) => Self::Later(value?),
            None => Self::Now(reader.count(place, 1)?.value),
        };
        Some(At::new(given, place.origin()))
    }
}

/// The value, if what stands there is worked out when the pipeline runs; the inner one is missing if it cannot be read.
#[expect(clippy::option_option, reason = "no expression and a broken one are not the same")]
pub(super) fn expression(reader: &mut Reader, place: &Place<'_>) -> Option<Option<At<Value>>> {
    match &place.node.value {
        source::Value::String(text) if text.contains("${{") => Some(Value::in_words(reader, place)),
        source::Value::Tag(..) => Some(Value::read(reader, place)),
        _ => None,
    }
}
