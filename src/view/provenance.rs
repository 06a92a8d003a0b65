//! Where values come from: followed back through environments, the keys of a matrix, outputs of steps, jobs and calls, and what a
//! call is given, to what is written there or to what nobody follows any further.

use std::collections::{BTreeMap, BTreeSet};

use github_actions_expressions::{Evaluation, SpannedExpr};

use super::forge_files;
use crate::origin::{At, Origin};
use crate::pipeline::deduce::{Anywhere, Shape, possible};
use crate::pipeline::matrix::{Cell, Matrix};
use crate::pipeline::value::{Bindings, Known, Part, Value};
use crate::pipeline::{Project, Reference};
use crate::view::scope::Spot;
use crate::view::scripts::{self, Script};
use crate::view::shell;
use crate::view::spoken::named;
use crate::view::{tainted, untrusted};

/// What a value comes from in the end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Root<'a> {
    /// What is written there.
    Text(String),
    /// What only the run knows, as the author names it.
    Reference(&'a Reference),
    /// What only the run knows, as the forge names it, in lower case: `github.head_ref`.
    Context(String),
}

/// One of the things a value may come from.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    /// What it is.
    pub(crate) root: Root<'a>,
    /// Where in the project it stands.
    pub(crate) spot: Spot<'a>,
    /// Where that is written.
    pub(crate) origin: Origin,
    /// Whether it may be the whole value, not only a part of it.
    pub(crate) whole: bool,
}

impl Source<'_> {
    /// Whether it is a secret that is stored, not the token of the run.
    pub(crate) fn is_stored(&self) -> bool {
        match &self.root {
            Root::Reference(reference) => matches!(reference, Reference::Secret(_)),
            Root::Context(name) => name.starts_with("secrets.") && name != "secrets.github_token",
            Root::Text(_) => false,
        }
    }

    /// Whether it is one of those, or that token.
    pub(crate) fn is_secret(&self) -> bool {
        let token = match &self.root {
            Root::Reference(reference) => matches!(reference, Reference::Known(Known::Token)),
            Root::Context(name) => matches!(name.as_str(), "secrets.github_token" | "github.token"),
            Root::Text(_) => false,
        };
        token || self.is_stored()
    }
}

/// How many values are looked at for one; what comes from more is put together by nobody who can read it.
const LIMIT: usize = 1000;

/// Everything that a value at a spot may come from, what is written at the spot first.
pub(crate) fn of<'a>(project: &'a Project, spot: Spot<'a>, value: &'a At<Value>) -> Vec<Source<'a>> {
    let mut walk = Walk::new(project);
    walk.follow(spot, value, true);
    walk.sources()
}

/// The same of a context that an expression at a spot names, in lower case.
pub(crate) fn of_context<'a>(project: &'a Project, spot: Spot<'a>, name: &str, origin: Origin) -> Vec<Source<'a>> {
    let mut walk = Walk::new(project);
    walk.context(spot, name, origin, true, None);
    walk.sources()
}

struct Walk<'a> {
    project: &'a Project,
    next: Vec<(Spot<'a>, &'a At<Value>, bool)>,
    seen: BTreeSet<(*const At<Value>, bool)>,
    found: Vec<Source<'a>>,
}

/// What has its value somewhere else in the project.
enum Link<'n> {
    Environment(&'n str),
    Matrix(Vec<&'n str>),
    Output(&'n str, &'n str),
    Step(&'n str, &'n str),
    Input(&'n str),
}

impl<'n> Link<'n> {
    fn of_reference(reference: &'n Reference) -> Option<Self> {
        Some(match reference {
            Reference::Matrix(key) => Self::Matrix(vec![key]),
            Reference::Output(job, name) => Self::Output(job, name),
            Reference::Step(id, name) => Self::Step(id, name),
            Reference::Input(name) => Self::Input(name),
            _ => return None,
        })
    }

    fn of_context(name: &'n str) -> Option<Self> {
        let parts: Vec<&str> = name.split('.').collect();
        Some(match parts.as_slice() {
            ["env", name] => Self::Environment(name),
            ["matrix", path @ ..] if !path.is_empty() => Self::Matrix(path.to_vec()),
            ["needs" | "jobs", job, "outputs", name] => Self::Output(job, name),
            ["steps", id, "outputs", name] => Self::Step(id, name),
            ["inputs", name] => Self::Input(name),
            _ => return None,
        })
    }
}

impl<'a> Walk<'a> {
    const fn new(project: &'a Project) -> Self {
        Self { project, next: Vec::new(), seen: BTreeSet::new(), found: Vec::new() }
    }

    fn sources(mut self) -> Vec<Source<'a>> {
        let mut at = 0;
        while let Some((spot, value, whole)) = self.next.get(at).copied() {
            at += 1;
            self.value(spot, value, whole);
        }
        self.found
    }

    /// Looks at a value, once; at one that may be the whole even if it was seen as a part.
    fn follow(&mut self, spot: Spot<'a>, value: &'a At<Value>, whole: bool) {
        let place = std::ptr::from_ref(value);
        if self.next.len() < LIMIT && !self.seen.contains(&(place, true)) && self.seen.insert((place, whole)) {
            self.next.push((spot, value, whole));
        }
    }

    fn value(&mut self, spot: Spot<'a>, value: &'a At<Value>, whole: bool) {
        if let Some(text) = value.print() {
            self.say(Root::Text(text), spot, value.origin, whole);
            return;
        }
        let alone = whole && value.parts.len() == 1;
        for part in &value.parts {
            match &part.value {
                Part::Text(text) => self.say(Root::Text(text.clone()), spot, part.origin, false),
                Part::Reference(Reference::Raw(words)) => {
                    let whole = alone && !words.is_template();
                    for expression in words.expressions() {
                        self.expression(spot, &expression, part.origin, whole, value);
                    }
                }
                Part::Reference(reference) => {
                    let link = Link::of_reference(reference);
                    if !link.is_some_and(|link| self.link(spot, &link, alone, Some(value))) {
                        self.say(Root::Reference(reference), spot, part.origin, alone);
                    }
                }
                Part::Number(_) | Part::Flag(_) | Part::When(_) => {}
            }
        }
    }

    fn say(&mut self, root: Root<'a>, spot: Spot<'a>, origin: Origin, whole: bool) {
        self.found.push(Source { root, spot, origin, whole });
    }

    fn expression(&mut self, spot: Spot<'a>, expression: &SpannedExpr<'_>, origin: Origin, whole: bool, value: &'a At<Value>) {
        for leaf in expression.leaf_expressions() {
            if let [Shape::This(Evaluation::String(text))] = possible(leaf, &Anywhere).shapes() {
                self.say(Root::Text(text.clone()), spot, origin, whole);
                continue;
            }
            let alone = matches!(leaf.inner, github_actions_expressions::Expr::Context(_));
            for (context, _) in leaf.dataflow_contexts() {
                if let Some(name) = named(context) {
                    self.context(spot, &name, origin, whole && alone, Some(value));
                }
            }
        }
    }

    fn context(&mut self, spot: Spot<'a>, name: &str, origin: Origin, whole: bool, value: Option<&'a At<Value>>) {
        let link = Link::of_context(name);
        if !link.is_some_and(|link| self.link(spot, &link, whole, value)) {
            self.say(Root::Context(name.to_owned()), spot, origin, whole);
        }
    }

    /// Goes where a name has its value, as it is looked up for `value`; whether there is such a place.
    fn link(&mut self, spot: Spot<'a>, link: &Link<'_>, whole: bool, value: Option<&'a At<Value>>) -> bool {
        match link {
            Link::Environment(name) => self.environment(spot, name, whole, value),
            Link::Matrix(path) => {
                let Some(matrix) = spot.job.and_then(|job| job.matrix.as_ref()) else { return false };
                let values = legs(matrix, path);
                values.iter().for_each(|value| self.follow(spot, value, whole));
                !values.is_empty()
            }
            Link::Output(job, name) => self.output(spot, job, name, whole),
            Link::Step(id, name) => {
                let steps = spot.job.into_iter().flat_map(|job| job.all_steps().map(move |step| (job, step)));
                let is_it = |found: Option<&At<String>>| found.is_some_and(|found| found.eq_ignore_ascii_case(id));
                let script = steps
                    .filter(|(_, step)| is_it(step.id.as_ref()))
                    .find_map(|(job, step)| scripts::of(spot.pipeline, job, step));
                script.is_some_and(|script| self.written(script, "GITHUB_OUTPUT", name))
            }
            Link::Input(name) => self.input(spot, name, whole),
        }
    }

    fn environment(&mut self, spot: Spot<'a>, name: &str, whole: bool, value: Option<&'a At<Value>>) -> bool {
        let get =
            |env: &'a Bindings| env.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, binding)| &binding.value);
        // An environment does not know itself.
        let step =
            spot.step.filter(|step| !step.env.values().any(|own| value.is_some_and(|value| std::ptr::eq(&own.value, value))));
        if let Some(found) = step.and_then(|step| get(&step.env)) {
            self.follow(spot, found, whole);
            return true;
        }
        // What an earlier step has written there stands above what the job and the pipeline say.
        let mut found = false;
        if let (Some(job), Some(step)) = (spot.job, spot.step) {
            for earlier in job.all_steps().take_while(|earlier| !std::ptr::eq(*earlier, step)) {
                if let Some(script) = scripts::of(spot.pipeline, job, earlier) {
                    found |= self.written(script, "GITHUB_ENV", name);
                }
            }
        }
        let above = spot.job.and_then(|job| get(&job.env)).or_else(|| get(&spot.pipeline.env));
        if let Some(value) = above {
            self.follow(Spot { step: None, ..spot }, value, whole);
        }
        found || above.is_some()
    }

    fn output(&mut self, spot: Spot<'a>, job: &str, name: &str, whole: bool) -> bool {
        let Some(job) = spot.pipeline.jobs.values().find(|one| one.id.eq_ignore_ascii_case(job)) else { return false };
        let own = job.outputs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        if let Some((_, binding)) = own {
            self.follow(Spot { pipeline: spot.pipeline, job: Some(job), step: None }, &binding.value, whole);
            return true;
        }
        let Some(callee) = job.call().and_then(|call| self.project.callee(call)) else { return false };
        let outputs = callee.on.call.iter().flat_map(|call| &call.outputs);
        let Some((_, output)) = outputs.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)) else { return false };
        self.follow(Spot { pipeline: callee, job: None, step: None }, &output.value, whole);
        true
    }

    /// What those who call a pipeline give it. What somebody types into a form is followed by nobody.
    fn input(&mut self, spot: Spot<'a>, name: &str, whole: bool) -> bool {
        let Some(called) = &spot.pipeline.on.call else { return false };
        let Some((_, input)) = called.inputs.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)) else { return false };
        let mut given = false;
        for pipeline in &self.project.pipelines {
            for job in pipeline.jobs.values() {
                let Some(call) = job.call() else { continue };
                if !self.project.callee(call).is_some_and(|callee| std::ptr::eq(callee, spot.pipeline)) {
                    continue;
                }
                let said = call.with.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, binding)| &binding.value);
                if let Some(value) = said.or(input.default.as_ref()) {
                    self.follow(Spot { pipeline, job: Some(job), step: None }, value, whole);
                    given = true;
                }
            }
        }
        given
    }

    /// What a script puts under a name into a file of the forge; it goes through commands, so it is the whole of nothing.
    fn written(&mut self, script: Script<'a>, file: &str, name: &str) -> bool {
        if !script.is_read() || !script.text.contains(file) || !script.text.contains(name) {
            return false;
        }
        let commands = script.commands();
        let writes = |number: &usize| forge_files::of(&commands, *number).is_some_and(|found| found == file);
        let written: Vec<_> =
            (0..commands.len()).filter(writes).map(|number| &commands[number]).filter(|command| names(command, name)).collect();
        if written.is_empty() {
            return false;
        }
        let reaches = |variable: &str| {
            let mut copies = BTreeMap::from([(variable.to_owned(), ())]);
            tainted::follow(&commands, &mut copies);
            written.iter().any(|command| copies.keys().any(|copy| command.takes(copy)))
        };
        let (mut found, Some(spot)) = (false, script.spot) else { return false };
        for (variable, binding) in script.variables().into_iter().filter(|(variable, _)| script.text.contains(variable)) {
            if reaches(variable) {
                self.follow(spot, &binding.value, false);
                found = true;
            }
        }
        for (variable, context) in untrusted::variables_in(script.text) {
            if reaches(variable) {
                self.say(Root::Context(context.to_owned()), spot, script.origin, false);
                found = true;
            }
        }
        found
    }
}

/// The values that legs have under a path; all that is worked out for it when the pipeline runs.
fn legs<'a>(matrix: &'a At<Matrix>, path: &[&str]) -> Vec<&'a At<Value>> {
    let Some((key, rest)) = path.split_first() else { return Vec::new() };
    let named = |name: &String| name.eq_ignore_ascii_case(key);
    let listed = matrix.keys.iter().filter(|(name, _)| named(name)).flat_map(|(_, cells)| &cells.value);
    let added = matrix.include.iter().flat_map(|leg| leg.iter().filter(|(name, _)| named(name)).map(|(_, cell)| cell));
    let late = matrix.late.keys.iter().filter(|(name, _)| named(name)).map(|(_, source)| source);
    let late = late.chain(&matrix.late.whole).chain(&matrix.late.include).map(|source| &source.value);
    listed.chain(added).flat_map(|cell| within(cell, rest)).chain(late).collect()
}

fn within<'a>(cell: &'a At<Cell>, path: &[&str]) -> Vec<&'a At<Value>> {
    match (&cell.value, path) {
        (Cell::Record(cells), [name, rest @ ..]) => {
            cells.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name)).flat_map(|(_, cell)| within(cell, rest)).collect()
        }
        _ => cell.values(),
    }
}

/// Whether a command has words that give a name its value in a file of the forge: `NAME=…`, `NAME<<END`.
fn names(command: &shell::Command, name: &str) -> bool {
    let gives = |line: &str| {
        let head = line.trim_start().get(..name.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(name)) && line.trim_start()[name.len()..].starts_with(['=', '<'])
    };
    command.words.iter().chain(&command.reads).any(|word| word.text.lines().any(gives))
}
