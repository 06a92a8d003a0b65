//! What a filter says that the forge refuses or that never happens, and what an input cannot be.

use super::{Event, Filter, InputKind};
use crate::origin::Origin;
use crate::pipeline::value::{Part, Value};
use crate::source::nearest;

/// How many characters the type of a `repository_dispatch` may have: the forge refuses to send more. As documented, read 2026-11.
const LONGEST_SENT: usize = 100;

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
        for sent in self.types.iter().filter(|sent| event == Event::RepositoryDispatch && sent.chars().count() > LONGEST_SENT) {
            all.push(Misfit {
                origin: sent.origin,
                message: format!("the type has {} characters, and {LONGEST_SENT} is the most that is sent", sent.chars().count()),
                help: "write a shorter one".to_owned(),
                related: None,
                key: format!("{name}/{}", sent.value),
            });
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

impl InputKind {
    /// What a value given to such an input is to be, if it cannot be that. What is only known in a run can be anything.
    #[must_use]
    pub fn misfit(&self, value: &Value) -> Option<&'static str> {
        match (self, value.parts.as_slice()) {
            // What is joined is a text, whatever it is joined of.
            (Self::Number | Self::Flag, [] | [_, _, ..]) => Some("one value, not a joined text"),
            (Self::Number, [part]) => matches!(part.value, Part::Text(_) | Part::Flag(_) | Part::When(_)).then_some("a number"),
            (Self::Flag, [part]) => matches!(part.value, Part::Text(_) | Part::Number(_)).then_some("true or false"),
            (Self::Choice(options), _) => {
                let text = value.print()?;
                options.iter().all(|option| option.value != text).then_some("one of the choices")
            }
            (Self::Text | Self::Environment, _) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{At, FileId};
    use crate::pipeline::Reference;

    fn value(parts: &[Part]) -> Value {
        let here = Origin::whole(FileId(0));
        Value { parts: parts.iter().map(|part| At::new(part.clone(), here)).collect() }
    }

    #[test]
    fn a_value_fits_the_kind_it_is_given_to() {
        let choice = ["1", "two"].map(|option| At::new(option.to_owned(), Origin::whole(FileId(0))));
        let kinds = [InputKind::Text, InputKind::Number, InputKind::Flag, InputKind::Choice(choice.to_vec())];
        let text = |text: &str| Part::Text(text.to_owned());
        let (one, flag, later) = (Part::Number(1.0), Part::Flag(true), Part::Reference(Reference::Matrix("os".to_owned())));
        let (number, yes_or_no, choices) = (Some("a number"), Some("true or false"), Some("one of the choices"));
        let joined = Some("one value, not a joined text");
        let fits = |parts: &[Part]| kinds.each_ref().map(|kind| kind.misfit(&value(parts)));
        assert_eq!(fits(&[text("two")]), [None, number, yes_or_no, None]);
        assert_eq!(fits(&[text("three")]), [None, number, yes_or_no, choices]);
        assert_eq!(fits(&[one]), [None, None, yes_or_no, None]);
        assert_eq!(fits(&[Part::Number(2.0)]), [None, None, yes_or_no, choices]);
        assert_eq!(fits(&[flag]), [None, number, None, choices]);
        assert_eq!(fits(std::slice::from_ref(&later)), [None; 4]);
        assert_eq!(fits(&[text("t"), text("wo")]), [None, joined, joined, None]);
        assert_eq!(fits(&[text("t"), later]), [None, joined, joined, None]);
    }
}
