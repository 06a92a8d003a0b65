//! What a pipeline says in GitHub's own words: `github = { … }` beside its name and its jobs.
//!
//! What a field of the pipeline means is read into that field, so that every rule sees it; the rest stays here.

use super::super::reader::{Place, Reader};
use super::super::surroundings::key_of;
use super::super::trigger::Triggers;
use super::super::value::Value;
use crate::origin::At;

/// What only a workflow of GitHub knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Workflow {
    /// What one run is called in the list of runs.
    pub run_name: Option<At<Value>>,
    /// Whether the description is a key of the file instead of a comment at its head.
    pub describes_itself: bool,
}

/// The fields of a pipeline that its `github` part may say as well.
pub(in crate::pipeline) struct Ours<'a> {
    /// What starts it.
    pub(in crate::pipeline) on: &'a mut Triggers,
    /// What it is for.
    pub(in crate::pipeline) description: &'a mut Option<At<String>>,
}

const FIELDS: &[&str] = &["on", "run-name", "description"];

impl Workflow {
    /// Reads the `github` part of a pipeline; what `ours` can hold goes there.
    pub(in crate::pipeline) fn read(reader: &mut Reader, place: &Place<'_>, ours: Ours<'_>) -> Self {
        if !reader.is_record(place) {
            return Self::default();
        }
        reader.known(place, FIELDS);
        if let Some(on) = place.get("on") {
            ours.on.read_raw(reader, &on);
        }
        let description = reader.text_of(place, "description");
        let describes_itself = description.is_some() && once(reader, place, "description", ours.description.is_some());
        if describes_itself {
            *ours.description = description;
        }
        let run_name = place.get("run-name").and_then(|field| Value::in_words(reader, &field));
        Self { run_name, describes_itself }
    }

    /// Every value in it, with its field.
    #[must_use]
    pub fn values(&self) -> Vec<(&'static str, &At<Value>)> {
        self.run_name.iter().map(|value| ("run-name", value)).collect()
    }
}

/// Whether a field was not said in our words before; says so if it was.
fn once(reader: &mut Reader, place: &Place<'_>, name: &str, already: bool) -> bool {
    if let Some(field) = place.get(name).filter(|_| already) {
        let message = format!("`{name}` is said by `{name}` already");
        reader.refuse_at(&field, key_of(place, name), message, "remove one of the two");
    }
    !already
}
