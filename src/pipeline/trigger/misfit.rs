//! What a filter says that the forge refuses or that never happens.

use super::{Event, Filter};
use crate::origin::Origin;
use crate::source::nearest;

/// One such thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Where.
    pub origin: Origin,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// What it disagrees with.
    pub related: Option<Origin>,
    /// What tells it apart from others of the pipeline.
    pub key: String,
}

impl Filter {
    /// What is wrong with it as the filter of an event that is written at `origin`.
    #[must_use]
    pub fn misfits(&self, event: Event, origin: Origin) -> Vec<Misfit> {
        let name = event.name();
        let mut all = Vec::new();
        if event == Event::WorkflowRun && self.workflows.is_empty() {
            all.push(Misfit {
                origin,
                message: "`workflow_run` waits for no workflow".to_owned(),
                help: "write the names of those it waits for: workflows = [\"CI\"]".to_owned(),
                related: None,
                key: "workflow_run/workflows".to_owned(),
            });
        }
        for (what, only, never) in [
            ("branches", &self.branches, &self.branches_ignore),
            ("tags", &self.tags, &self.tags_ignore),
            ("paths", &self.paths, &self.paths_ignore),
        ] {
            if let (Some(first), Some(ignored)) = (only.first(), never.first()) {
                all.push(Misfit {
                    origin: ignored.origin,
                    message: format!("`{name}` says both which {what} count and which do not"),
                    help: format!("write one list, what does not count with a `!` before it: {what} = [\"**\", \"!docs/**\"]"),
                    related: Some(first.origin),
                    key: format!("{name}/{what}"),
                });
            }
        }
        for (index, activity) in self.types.iter().enumerate() {
            if let Some(first) = self.types[..index].iter().find(|earlier| earlier.value == activity.value) {
                all.push(Misfit {
                    origin: activity.origin,
                    message: format!("`{}` is an activity of `{name}` that is listed twice", activity.value),
                    help: "remove one of the two".to_owned(),
                    related: Some(first.origin),
                    key: format!("{name}/{}", activity.value),
                });
            }
        }
        let known = event.activities();
        // Whoever causes an event without activities of its own names them.
        for activity in self.types.iter().filter(|activity| !known.is_empty() && !known.contains(&activity.as_str())) {
            all.push(Misfit {
                origin: activity.origin,
                message: format!("`{name}` has no activity `{}`", activity.value),
                help: match nearest(activity, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its activities are {}", known.join(", ")),
                },
                related: None,
                key: format!("{name}/{}", activity.value),
            });
        }
        all
    }
}
