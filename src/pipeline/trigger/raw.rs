//! What starts a pipeline in GitHub's own words: `github.on`, with every event GitHub has.

use super::{CALL, Callable, Cron, Event, Filter, Manual, Triggers};
use crate::origin::At;
use crate::pipeline::reader::{Place, Reader};
use crate::source::Field;

impl Triggers {
    /// Reads the events of `github.on` beside those that are said in our words.
    pub(in crate::pipeline) fn read_raw(&mut self, reader: &mut Reader, place: &Place<'_>) {
        if !reader.is_record(place) {
            return;
        }
        let mut known: Vec<&str> = Event::ALL.iter().map(|(_, event)| event.name()).collect();
        known.push(CALL);
        known.sort_unstable();
        reader.known(place, &known);
        for (field, here) in place.fields() {
            if let Some(event) = Event::named(&field.name) {
                self.read_event(reader, event, field, &here);
            } else if field.name == CALL && !said(reader, &here, field, self.call.is_some(), "call") {
                self.call = Some(At::new(Callable::raw(reader, &here), field.key));
            }
        }
    }

    fn read_event(&mut self, reader: &mut Reader, event: Event, field: &Field, here: &Place<'_>) {
        let ours = if event == Event::Manual { "manual" } else { event.name() };
        if said(reader, here, field, self.origin(event).is_some(), ours) {
            return;
        }
        match event {
            Event::Schedule => self.schedule = reader.list(here, Cron::read),
            Event::Manual => self.manual = Some(At::new(Manual::raw(reader, here), field.key)),
            _ => {
                let Some(filter) = Filter::raw(reader, here, event) else { return };
                // What is said of an event is said at its name: what narrows it down may stand lines below.
                let filter = At::new(filter, field.key);
                match event {
                    Event::PullRequest => self.pull_request = Some(filter),
                    Event::Push => self.push = Some(filter),
                    Event::MergeGroup => self.merge_group = Some(filter),
                    Event::Release => self.release = Some(filter),
                    _ => {
                        self.others.insert(event, filter);
                    }
                }
            }
        }
    }
}

/// Says that a trigger is there in our words already.
fn said(reader: &mut Reader, place: &Place<'_>, field: &Field, already: bool, ours: &str) -> bool {
    if already {
        let message = format!("`{}` is said by `on.{ours}` already", field.name);
        reader.refuse_at(place, field.key, message, "remove one of the two");
    }
    already
}

impl Filter {
    /// Reads the filters that an event takes, as GitHub spells them.
    fn raw(reader: &mut Reader, place: &Place<'_>, event: Event) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, event.takes());
        Some(Self {
            branches: one_or_more(reader, place, "branches"),
            branches_ignore: one_or_more(reader, place, "branches-ignore"),
            tags: one_or_more(reader, place, "tags"),
            tags_ignore: one_or_more(reader, place, "tags-ignore"),
            paths: one_or_more(reader, place, "paths"),
            paths_ignore: one_or_more(reader, place, "paths-ignore"),
            types: one_or_more(reader, place, "types"),
            workflows: one_or_more(reader, place, "workflows"),
            names: one_or_more(reader, place, "names"),
            versions: one_or_more(reader, place, "versions"),
        })
    }
}

/// A text, or a list of them.
fn one_or_more(reader: &mut Reader, place: &Place<'_>, name: &str) -> Vec<At<String>> {
    match place.get(name) {
        Some(one) if one.node.text().is_some() => reader.text(&one).into_iter().collect(),
        Some(several) => reader.texts(&several),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::Pipeline;
    use crate::pipeline::fixture;

    /// The faults of a pipeline with these triggers: the path and the message of each.
    fn faults(on: &str, raw: &str) -> Vec<(String, String)> {
        let job = r#"{"unit": {"timeout": "5m", "steps": [{"run": "make"}]}}"#;
        let text = format!(r#"{{"name": "CI", "on": {on}, "github": {{"on": {raw}}}, "jobs": {job}}}"#);
        let node = fixture::node(&serde_json::from_str(&text).expect("JSON"));
        let mut reader = Reader::default();
        Pipeline::read(&mut reader, &Place::root(&node), "ci", "ci.ncl");
        reader.faults.into_iter().map(|fault| (fault.path.join("."), fault.message)).collect()
    }

    #[test]
    fn every_event_is_read_and_listed_by_its_name() {
        let project = fixture::project("{}", &[("events", include_str!("../../backend/case/events.json"))]);
        let on = &project.pipelines[0].on;
        let names: Vec<&str> = on.names().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), Event::ALL.len() + 1);
        assert!(Event::ALL.iter().all(|(_, event)| names.contains(&event.name())) && names.contains(&CALL));
        let run = on.filter(Event::WorkflowRun).expect("workflow_run");
        assert_eq!(run.workflows[0].value, "CI");
        assert_eq!(on.filter(Event::Issues).map(|filter| filter.types.len()), Some(Event::Issues.activities().len()));
    }

    #[test]
    fn what_an_event_does_not_take_is_said_at_its_place() {
        for (on, raw, path, message) in [
            ("{}", r#"{"issue": {}}"#, "github.on.issue", "unknown field `issue`"),
            ("{}", r#"{"fork": {"types": ["created"]}}"#, "github.on.fork.types", "unknown field `types`"),
            ("{}", r#"{"pull_request": {"tags": "v1"}}"#, "github.on.pull_request.tags", "unknown field `tags`"),
            ("{}", r#"{"push": true}"#, "github.on.push", "expected a Record, got a Bool"),
            (r#"{"push": {}}"#, r#"{"push": {}}"#, "github.on.push", "`push` is said by `on.push` already"),
            (
                r#"{"manual": {}}"#,
                r#"{"workflow_dispatch": {}}"#,
                "github.on.workflow_dispatch",
                "`workflow_dispatch` is said by `on.manual` already",
            ),
            (
                "{}",
                r#"{"workflow_dispatch": {"inputs": {"a": {"type": "choice"}}}}"#,
                "github.on.workflow_dispatch.inputs.a.options",
                "`options` is missing",
            ),
            (
                "{}",
                r#"{"workflow_dispatch": {"inputs": {"a": {"options": ["x"]}}}}"#,
                "github.on.workflow_dispatch.inputs.a.options",
                "`options` belong to a choice",
            ),
            (
                "{}",
                r#"{"workflow_call": {"inputs": {"a": {"type": "environment"}}}}"#,
                "github.on.workflow_call.inputs.a.type",
                "expected the type of an input, got \"environment\"",
            ),
            (
                "{}",
                r#"{"workflow_call": {"secrets": {"GitHub_Token": {}}}}"#,
                "github.on.workflow_call.secrets.GitHub_Token",
                "expected a secret of the caller's, got the name of the job's own token",
            ),
            (r#"{"manual": {"inputs": {"a b": {}}}}"#, "{}", "on.manual.inputs.a b", "expected an id, got \"a b\""),
        ] {
            assert_eq!(faults(on, raw), [(path.to_owned(), message.to_owned())], "{raw}");
        }
    }
}
