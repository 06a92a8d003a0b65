//! The texts of a project as a reader sees them: names, descriptions, commands, and what stands in values and in the forge's words.

use super::Scope;
use super::scope::{Held, Spot};
use crate::origin::{At, Origin};
use crate::pipeline::gitlab::Tree;
use crate::pipeline::gitlab::file::File;
use crate::pipeline::step::Kind;
use crate::pipeline::{Part, Reference};

/// A text and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    /// Where.
    pub(crate) spot: Spot<'a>,
    /// The field, from the step, job or pipeline.
    pub(crate) field: &'a str,
    /// The text.
    pub(crate) text: &'a str,
    /// Where it is written.
    pub(crate) origin: Origin,
}

impl<'a> Scope<'a> {
    /// Every text.
    pub(crate) fn texts(self) -> impl Iterator<Item = Text<'a>> {
        let project = self.project;
        let pipelines = project.pipelines.iter().flat_map(|pipeline| {
            let spot = Spot { pipeline, job: None, step: None };
            std::iter::once(written(spot, "name", &pipeline.name))
        });
        let actions = project.actions.iter().flat_map(|action| {
            let spot = Spot { pipeline: &action.within, job: action.job(), step: None };
            [("name", &action.name), ("description", &action.description)].map(|(field, text)| written(spot, field, text))
        });
        let jobs = self.jobs().filter_map(|(pipeline, job)| {
            Some(written(Spot { pipeline, job: Some(job), step: None }, "name", job.name.as_ref()?))
        });
        let steps = self.written_steps().flat_map(|(pipeline, job, step)| {
            let spot = Spot { pipeline, job: Some(job), step: Some(step) };
            let mut all: Vec<(&str, &At<String>)> = step.name.iter().map(|name| ("name", name)).collect();
            match &step.kind.value {
                Kind::Run(run) => {
                    all.push(("run", &run.script));
                    all.extend(run.shell.iter().map(|shell| ("shell", shell)));
                    all.extend(run.directory.iter().map(|directory| ("directory", directory)));
                }
                Kind::Uses(uses) => all.push(("uses", &uses.action)),
                _ => {}
            }
            all.into_iter().map(move |(field, text)| written(spot, field, text))
        });
        // What is said in GitLab's words is told below, word by word.
        let raw =
            |held: &&Held<'_>| held.spot.step.is_some_and(|step| step.forge.is_some()) || held.field.starts_with("variables.");
        let values = self.values().iter().filter(move |held| !raw(held)).flat_map(|held| {
            held.value.parts.iter().filter_map(|part| match &part.value {
                Part::Text(text) => Some(Text { spot: held.spot, field: &held.field, text, origin: part.origin }),
                _ => None,
            })
        });
        let words = self.mentions().iter().filter(|mention| !mention.hidden).filter_map(|mention| match &mention.reference {
            Reference::Raw(words) => {
                Some(Text { spot: mention.spot, field: &mention.field, text: words.text(), origin: mention.origin })
            }
            _ => None,
        });
        let gitlab = self.gitlab();
        pipelines.chain(gitlab).chain(actions).chain(jobs).chain(steps).chain(values).chain(words)
    }
}

impl<'a> Scope<'a> {
    /// The texts in GitLab's own words, each with the word it stands under.
    fn gitlab(self) -> impl Iterator<Item = Text<'a>> {
        self.project.pipelines.iter().flat_map(|pipeline| {
            let mut all = Vec::new();
            for (name, entry) in pipeline.gitlab.iter().flat_map(File::parts) {
                gather(Spot { pipeline, job: None, step: None }, name, &entry.tree, &mut all);
            }
            for job in pipeline.jobs.values() {
                for (name, entry) in job.gitlab.iter().flat_map(Tree::entries) {
                    gather(Spot { pipeline, job: Some(job), step: None }, name, &entry.tree, &mut all);
                }
                for (step, script) in job.all_steps().filter_map(|step| Some((step, step.gitlab.as_deref()?))) {
                    gather(Spot { pipeline, job: Some(job), step: Some(step) }, "script", script, &mut all);
                }
            }
            all
        })
    }
}

fn gather<'a>(spot: Spot<'a>, field: &'a str, tree: &'a Tree, all: &mut Vec<Text<'a>>) {
    all.extend(tree.texts().into_iter().map(|(_, text)| Text { spot, field, text: text.value, origin: text.origin }));
}

fn written<'a>(spot: Spot<'a>, field: &'a str, text: &'a At<String>) -> Text<'a> {
    Text { spot, field, text: &text.value, origin: text.origin }
}
