//! Texts in which GitLab itself puts variables for their names, before any command runs: names, tags, keys and paths.

use super::lowering::Lowering;
use super::{call, machine, value};
use crate::origin::{At, Origin};
use crate::pipeline::value::Known;
use crate::pipeline::{Part, Reference, Value};

impl Lowering<'_> {
    /// A value as such a text. What only the run knows is said to be lost, and nothing comes out.
    pub(super) fn early(&mut self, value: &At<Value>) -> Option<String> {
        let mut text = String::new();
        for part in &value.parts {
            match self.early_part(part) {
                Some(found) => text.push_str(&found),
                None => {
                    self.lose("value-late", part.origin);
                    return None;
                }
            }
        }
        Some(text)
    }

    fn early_part(&mut self, part: &At<Part>) -> Option<String> {
        match &part.value {
            Part::Text(text) => Some(self.as_written(text, part.origin)),
            Part::Number(number) => Some(number.to_string()),
            Part::Flag(flag) => Some(flag.to_string()),
            Part::When(_) => None,
            Part::Reference(Reference::Known(Known::Os)) => {
                self.job.and_then(|job| machine::system(self, job)).map(str::to_owned)
            }
            Part::Reference(Reference::Input(name)) if call::is_coded(self, name) => None,
            Part::Reference(reference) if is_early(reference) => {
                self.claim(reference, part.origin);
                Some(format!("${{{}}}", value::variable(self, reference)))
            }
            Part::Reference(_) => None,
        }
    }

    /// A text of the author's, in which GitLab would take a `$` before a name for the beginning of a variable.
    pub(super) fn as_written(&mut self, text: &str, origin: Origin) -> String {
        let begins = |(index, _): (usize, &str)| {
            let next = text[index + 1..].chars().next();
            next.is_some_and(|next| next.is_ascii_alphanumeric() || matches!(next, '_' | '{' | '$'))
        };
        if text.match_indices('$').any(begins) {
            self.lose("dollar", origin);
        }
        text.to_owned()
    }
}

/// Whether GitLab knows what a reference stands for before the job starts.
const fn is_early(reference: &Reference) -> bool {
    match reference {
        Reference::Secret(_) | Reference::Variable(_) | Reference::Matrix(_) | Reference::Input(_) => true,
        Reference::Known(known) => !matches!(known, Known::Os | Known::Event | Known::Ref | Known::Workspace),
        Reference::Output(..) | Reference::Step(..) | Reference::Result(_) | Reference::Hash(_) | Reference::Raw(_) => false,
    }
}
