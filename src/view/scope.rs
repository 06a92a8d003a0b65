//! What rules look at: every value and every reference of a project, each with the pipeline, job and step it stands in.

use std::sync::OnceLock;

use super::Settings;
use super::scripts::{self, Script};
use super::spoken::{Spoken, gathered};
use crate::finding::Identity;
use crate::origin::{At, Origin};
use crate::parallel;
use crate::pipeline::backends::Forge;
use crate::pipeline::condition::Condition;
use crate::pipeline::key::Key;
use crate::pipeline::moment::Moment;
use crate::pipeline::runner::Machine;
use crate::pipeline::surroundings::{Concurrency, Group};
use crate::pipeline::trigger::Event;
use crate::pipeline::{Job, Pipeline, Project, Reference, Step, Value};
use crate::source::nearest;

/// Where something stands in a project.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot<'a> {
    /// The pipeline.
    pub(crate) pipeline: &'a Pipeline,
    /// The job, if it is in one.
    pub(crate) job: Option<&'a Job>,
    /// The step, if it is in one.
    pub(crate) step: Option<&'a Step>,
}

impl<'a> Spot<'a> {
    const fn of(pipeline: &'a Pipeline, job: Option<&'a Job>, step: Option<&'a Step>) -> Self {
        Self { pipeline, job, step }
    }

    /// The identity of the innermost thing it is in.
    pub(crate) fn identity(self) -> Identity {
        match (self.job, self.step) {
            (Some(job), Some(step)) => self.pipeline.step_identity(job, step),
            (Some(job), None) => self.pipeline.job_identity(job),
            _ => self.pipeline.identity(),
        }
    }
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Held<'a> {
    /// Where.
    pub(crate) spot: Spot<'a>,
    /// The field, from the step, job or pipeline: `env.TOKEN`, `upload.name`.
    pub(crate) field: String,
    /// The value.
    pub(crate) value: &'a At<Value>,
}

/// A reference and where it stands: in a value or in a condition.
#[derive(Clone, Debug)]
pub(crate) struct Mention<'a> {
    /// Where.
    pub(crate) spot: Spot<'a>,
    /// The field, from the step, job or pipeline.
    pub(crate) field: String,
    /// What is referred to.
    pub(crate) reference: Reference,
    /// The reference itself.
    pub(crate) origin: Origin,
    /// Whether it is a condition, or a part of one.
    pub(crate) condition: bool,
    /// Whether it is inside the words of a forge, which are mentioned as a whole as well.
    pub(crate) hidden: bool,
}

impl Mention<'_> {
    /// The key it stands at in the file that is written.
    pub(crate) fn key(&self) -> Key {
        if self.spot.pipeline.is_action() {
            return Key::of_action(&self.field, self.spot.step.is_some());
        }
        match (self.spot.job, self.spot.step) {
            (_, Some(_)) => Key::of_step(&self.field),
            (Some(_), None) => Key::of_job(&self.field),
            (None, None) => Key::of_pipeline(&self.field),
        }
    }

    /// Whether the forge knows there what is referred to; where it does not, there is nothing more to say of it.
    pub(crate) fn is_known(&self) -> bool {
        self.key().unavailable(&self.reference).is_empty()
    }
}

/// What rules look at, gathered once for all of them.
#[derive(Debug)]
pub struct Index<'a> {
    /// The project.
    pub project: &'a Project,
    steps: OnceLock<Sorted<Placed<'a>>>,
    scripts: OnceLock<Sorted<Script<'a>>>,
    values: OnceLock<Sorted<Held<'a>>>,
    mentions: OnceLock<Sorted<Mention<'a>>>,
    spoken: OnceLock<Vec<Spoken<'a>>>,
}

/// A step and where it stands.
type Placed<'a> = (&'a Pipeline, &'a Job, &'a Step);

/// What is written for all forges, then what stands in GitLab's words.
#[derive(Debug)]
pub(super) struct Sorted<T> {
    all: Vec<T>,
    portable: usize,
}

impl<T> Sorted<T> {
    pub(super) fn of(portable: Vec<T>, raw: impl IntoIterator<Item = T>) -> Self {
        let count = portable.len();
        Self { all: portable.into_iter().chain(raw).collect(), portable: count }
    }

    /// What a rule about a forge sees.
    fn seen(&self, forge: Option<Forge>) -> &[T] {
        if forge == Some(Forge::GitHub) { self.portable() } else { &self.all }
    }

    /// What is written for all forges.
    pub(super) fn portable(&self) -> &[T] {
        &self.all[..self.portable]
    }

    /// What stands in GitLab's words.
    pub(super) fn raw(&self) -> &[T] {
        &self.all[self.portable..]
    }
}

impl<'a> Index<'a> {
    /// Over a project; nothing is gathered before a rule asks for it.
    #[must_use]
    pub const fn new(project: &'a Project) -> Self {
        Self {
            project,
            steps: OnceLock::new(),
            scripts: OnceLock::new(),
            values: OnceLock::new(),
            mentions: OnceLock::new(),
            spoken: OnceLock::new(),
        }
    }
}

/// What a rule sees.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// The project with all its pipelines.
    pub project: &'a Project,
    /// What the policy sets.
    pub settings: Settings<'a>,
    /// The forge that the rule is about, if it is about one.
    forge: Option<Forge>,
    index: &'a Index<'a>,
}

impl<'a> Scope<'a> {
    /// The project of an index, under the settings of one rule, which is about a forge or about all.
    #[must_use]
    pub const fn new(index: &'a Index<'a>, settings: Settings<'a>, forge: Option<Forge>) -> Self {
        Self { project: index.project, settings, forge, index }
    }
}

impl<'a> Scope<'a> {
    /// Whether what is not said is written in its safe form, since the files are emitted. In YAML that nobody emits it is what the
    /// forge makes of it.
    pub(crate) const fn fills_in(self) -> bool {
        self.project.declares
    }

    /// The same of one pipeline: one that is as it is written has what GitHub makes of it.
    pub(crate) const fn fills_in_for(self, pipeline: &Pipeline) -> bool {
        self.fills_in() && !pipeline.github.as_written
    }

    /// Every job; of pipelines that are GitLab's alone, GitHub's rules see none.
    pub(crate) fn jobs(self) -> impl Iterator<Item = (&'a Pipeline, &'a Job)> {
        jobs(self.project).filter(move |(pipeline, _)| self.forge != Some(Forge::GitHub) || !pipeline.is_of_gitlab())
    }

    /// Every step, those of groups and of actions included: what an action's stand in is told by `Pipeline::form`. A rule that is
    /// not about GitHub sees what GitLab's words come to as steps, too.
    pub(crate) fn steps(self) -> impl Iterator<Item = Placed<'a>> {
        self.sorted_steps().seen(self.forge).iter().copied()
    }

    fn sorted_steps(self) -> &'a Sorted<Placed<'a>> {
        self.index.steps.get_or_init(|| Sorted::of(written_steps(self.project), raw_steps(self.project)))
    }

    /// Every script, whatever runs it.
    pub(crate) fn scripts(self) -> &'a [Script<'a>] {
        self.index.scripts.get_or_init(|| scripts::gathered(self.project, self.sorted_steps())).seen(self.forge)
    }

    /// Whether the rule is about a forge, or about all of them.
    pub(crate) fn is_about(self, forge: Forge) -> bool {
        self.forge.is_none_or(|one| one == forge)
    }

    /// Every step that is written as one.
    pub(crate) fn written_steps(self) -> impl Iterator<Item = Placed<'a>> {
        self.sorted_steps().portable().iter().copied()
    }

    /// The machines a job may be given: on every forge, or on the one that the rule is about.
    pub(crate) fn machines(self, job: &'a Job) -> Vec<Machine<'a>> {
        let tagged = self.project.tagged(job).filter(|_| self.is_about(Forge::GitLab));
        // Jobs of GitLab's files run on what their tags choose, and no project says what one without runs on.
        let is_said = self.project.declares || self.project.backends.github || job.runner.is_some();
        let own = if is_said { self.project.machines(job) } else { Vec::new() };
        own.into_iter().chain(tagged).collect()
    }

    /// Every value.
    pub(crate) fn values(self) -> &'a [Held<'a>] {
        self.sorted_values().seen(self.forge)
    }

    fn sorted_values(self) -> &'a Sorted<Held<'a>> {
        self.index.values.get_or_init(|| Sorted::of(values(self.project), raw_values(self.project)))
    }

    /// Every reference, those of conditions included.
    pub(crate) fn mentions(self) -> &'a [Mention<'a>] {
        self.index.mentions.get_or_init(|| mentions(self)).seen(self.forge)
    }

    /// All words of the forge, parsed.
    pub(crate) fn spoken(self) -> &'a [Spoken<'a>] {
        self.index.spoken.get_or_init(|| gathered(self.mentions()))
    }
}

/// How many things are gathered from at a time.
const PORTION: usize = 256;

/// What is gathered from each thing, in their order, on all cores.
fn gather<'a, T: Sync, R: Send>(from: &'a [T], each: impl Fn(&'a T, &mut Vec<R>) + Sync) -> Vec<R> {
    let portions = parallel::map(from.chunks(PORTION).collect(), |portion: &'a [T]| {
        let mut all = Vec::new();
        portion.iter().for_each(|one| each(one, &mut all));
        all
    });
    let mut all = Vec::with_capacity(portions.iter().map(Vec::len).sum());
    portions.into_iter().for_each(|mut portion| all.append(&mut portion));
    all
}

fn jobs(project: &Project) -> impl Iterator<Item = (&Pipeline, &Job)> {
    project.pipelines.iter().flat_map(|pipeline| pipeline.jobs.values().map(move |job| (pipeline, job)))
}

fn written_steps(project: &Project) -> Vec<Placed<'_>> {
    let actions = project.actions.iter().filter_map(|action| Some((&action.within, action.job()?)));
    let written = jobs(project).filter(|(pipeline, _)| !pipeline.is_of_gitlab());
    written.chain(actions).flat_map(|(pipeline, job)| job.all_steps().map(move |step| (pipeline, job, step))).collect()
}

/// The steps that GitLab's words come to, and those of pipelines that are written for GitLab alone.
fn raw_steps(project: &Project) -> impl Iterator<Item = Placed<'_>> {
    let own = jobs(project).filter(|(pipeline, _)| pipeline.is_of_gitlab());
    let own = own.flat_map(|(pipeline, job)| job.all_steps().map(move |step| (pipeline, job, step)));
    let raw = jobs(project).flat_map(|(pipeline, job)| job.on_gitlab.steps.iter().map(move |step| (pipeline, job, step)));
    own.chain(raw)
}

fn values(project: &Project) -> Vec<Held<'_>> {
    let mut all = gather(&project.pipelines, values_around);
    for action in &project.actions {
        let Some(job) = action.job() else { continue };
        let spot = Spot::of(&action.within, Some(job), None);
        all.extend(action.values().into_iter().map(|(field, value)| Held { spot, field, value }));
        all.extend(values_of(&action.within, job));
    }
    all
}

/// The values of a pipeline and of its jobs.
fn values_around<'a>(pipeline: &'a Pipeline, all: &mut Vec<Held<'a>>) {
    let spot = Spot::of(pipeline, None, None);
    let mut here = |field: String, value| all.push(Held { spot, field, value });
    for (name, binding) in &pipeline.env {
        here(format!("env.{name}"), &binding.value);
    }
    for (name, value) in pipeline.concurrency.iter().flat_map(|concurrency| concurrency.values()) {
        here(format!("concurrency.{name}"), value);
    }
    for (name, value) in pipeline.defaults.iter().flat_map(|defaults| defaults.values()) {
        here(format!("defaults.{name}"), value);
    }
    for (name, input) in pipeline.on.call.iter().flat_map(|call| &call.inputs) {
        if let Some(default) = &input.default {
            here(format!("on.call.inputs.{name}"), default);
        }
    }
    for (name, output) in pipeline.on.call.iter().flat_map(|call| &call.outputs) {
        here(format!("on.call.outputs.{name}"), &output.value);
    }
    for (field, value) in pipeline.github.values() {
        here(field.to_owned(), value);
    }
    for job in pipeline.jobs.values() {
        all.extend(values_of(pipeline, job));
    }
}

fn mentions<'a>(scope: Scope<'a>) -> Sorted<Mention<'a>> {
    let values = scope.sorted_values();
    let (written, raw) = (values.portable(), values.raw());
    let mut all = gather(written, |held, all| all.extend(referred(held)));
    all.extend(gather(written, |Held { spot, field, value }, all| {
        all.extend(value.conditions().flat_map(|condition| asked(*spot, field, condition)));
    }));
    for (pipeline, job) in scope.jobs() {
        let spot = Spot::of(pipeline, Some(job), None);
        all.extend(job.conditions().flat_map(|(field, condition)| asked(spot, field, condition)));
    }
    for action in &scope.project.actions {
        let spot = Spot::of(&action.within, action.job(), None);
        all.extend(action.conditions().flat_map(|(field, condition)| asked(spot, field, condition)));
    }
    for (pipeline, job, step) in scope.steps() {
        let spot = Spot::of(pipeline, Some(job), Some(step));
        all.extend(step.conditions().flat_map(|(field, condition)| asked(spot, field, condition)));
    }
    let hidden = gather(&all, |mention, hidden| hidden.extend(said_within(mention)));
    all.extend(hidden);
    Sorted::of(all, gather(raw, |held, all| all.extend(referred(held))))
}

fn referred<'a>(held: &Held<'a>) -> impl Iterator<Item = Mention<'a>> {
    let mention = |reference: At<&Reference>| Mention {
        spot: held.spot,
        field: held.field.clone(),
        reference: reference.value.clone(),
        origin: reference.origin,
        condition: false,
        hidden: false,
    };
    held.value.references().map(mention)
}

/// What the words of a forge refer to counts as if it were said by references.
fn said_within<'a>(mention: &Mention<'a>) -> Vec<Mention<'a>> {
    let Reference::Raw(words) = &mention.reference else { return Vec::new() };
    words.mentions().iter().map(|reference| Mention { reference: reference.clone(), hidden: true, ..mention.clone() }).collect()
}

/// The name of a concurrency group that has one.
pub(crate) fn named(concurrency: &At<Concurrency>) -> Option<&At<Value>> {
    match &concurrency.group.value {
        Group::Named(value) => Some(value),
        Group::PerRef | Group::PerPipeline => None,
    }
}

fn values_of<'a>(pipeline: &'a Pipeline, job: &'a Job) -> Vec<Held<'a>> {
    job.values()
        .into_iter()
        .map(|(step, field, value)| Held { spot: Spot::of(pipeline, Some(job), step), field, value })
        .collect()
}

/// The values of variables and of steps that GitLab's words come to.
fn raw_values(project: &Project) -> Vec<Held<'_>> {
    let mut all = Vec::new();
    for (pipeline, job) in jobs(project) {
        let spot = |step| Spot::of(pipeline, Some(job), step);
        let variables = job.on_gitlab.variables.iter();
        all.extend(variables.map(|(name, binding)| Held {
            spot: spot(None),
            field: format!("variables.{name}"),
            value: &binding.value,
        }));
        for step in &job.on_gitlab.steps {
            all.extend(step.values().into_iter().map(|(field, value)| Held { spot: spot(Some(step)), field, value }));
        }
    }
    all
}

/// What a condition refers to.
fn asked<'a>(spot: Spot<'a>, field: &str, when: &Condition) -> Vec<Mention<'a>> {
    let mut all = Vec::new();
    for condition in when.walk() {
        let (subject, value) = match condition {
            Condition::Input(name, value) => (Some(name.clone().map(Reference::Input)), Some(value)),
            Condition::Matrix(key, value) => (Some(key.clone().map(Reference::Matrix)), Some(value)),
            Condition::Output(path, value) => (Some(path.clone().map(|path| output(&path))), Some(value)),
            Condition::Result(job, _) => (Some(job.clone().map(Reference::Result)), None),
            Condition::Present(value) => (None, Some(value)),
            Condition::Raw(spoken) => (spoken.github.clone().map(|words| words.map(Reference::Raw)), None),
            _ => (None, None),
        };
        let inside = value.into_iter().flat_map(|value| value.references()).map(|found| found.map(Clone::clone));
        all.extend(subject.into_iter().chain(inside).map(|found| Mention {
            spot,
            field: field.to_owned(),
            reference: found.value,
            origin: found.origin,
            condition: true,
            hidden: false,
        }));
    }
    all
}

fn output(path: &str) -> Reference {
    let (job, name) = path.split_once('.').unwrap_or((path, ""));
    Reference::Output(job.to_owned(), name.to_owned())
}

/// Whether something under this condition may run when the event started the run; yes unless the condition rules it out.
pub(crate) fn may_run(when: Option<&At<Condition>>, event: Event) -> bool {
    when.is_none_or(|when| Moment::of(event).holds(when) != Some(false))
}

/// What to say to a name that is not among the known ones: the nearest, or all of them if they are few and none is near.
pub(crate) fn near<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(name, &known) {
        Some(candidate) => Some(format!("did you mean `{candidate}`?")),
        None if known.is_empty() || known.len() > 12 => None,
        None => Some(format!("known here: {}", known.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::FileId;

    fn at<T>(value: T) -> At<T> {
        At::new(value, Origin::whole(FileId(0)))
    }

    fn event(event: Event) -> At<Condition> {
        at(Condition::Event(vec![at(event)]))
    }

    #[test]
    fn a_condition_rules_events_out_only_for_certain() {
        let push = event(Event::Push);
        assert!(may_run(None, Event::PullRequest));
        assert!(may_run(Some(&push), Event::Push));
        assert!(!may_run(Some(&push), Event::PullRequest));
        let label = at(Condition::Label("ready".to_owned()));
        let either = at(Condition::Any(vec![push.clone(), label.clone()]));
        assert!(may_run(Some(&either), Event::PullRequest));
        assert!(!may_run(Some(&either), Event::Schedule));
        let both = at(Condition::All(vec![label, push.clone()]));
        assert!(!may_run(Some(&both), Event::Push));
        let not = at(Condition::Not(Box::new(push)));
        assert!(!may_run(Some(&not), Event::Push));
        assert!(may_run(Some(&not), Event::PullRequest));
        assert!(!may_run(Some(&at(Condition::All(vec![at(Condition::Always), at(Condition::Tag)]))), Event::PullRequest));
    }

    #[test]
    fn a_misspelt_name_is_told_the_nearest() {
        assert_eq!(near("TOKNE", ["TOKEN", "MAIL"]).as_deref(), Some("did you mean `TOKEN`?"));
        assert_eq!(near("XYZZY", ["TOKEN", "MAIL"]).as_deref(), Some("known here: TOKEN, MAIL"));
        assert_eq!(near("X", []), None);
    }
}
