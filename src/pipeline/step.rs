//! One step of a job: what all kinds share, and the registry of kinds.

mod artifact;
mod checkout;
mod command;
pub(crate) mod flow;
mod image;
mod message;
mod report;
mod values;
mod wait;

pub use artifact::{Cache, Download, Missing, Report, Upload};
pub use checkout::Checkout;
pub use command::{Run, Uses};
pub use image::{DockerBuild, Login};
pub use message::{Comment, Email, Slack, Summary};
pub use report::{Coverage, CoverageService, Sarif};
pub use wait::{Awaited, WaitFor};

use std::collections::{HashMap, HashSet};

use super::backends::Forge;
use super::condition::Condition;
use super::duration::Duration;
use super::github;
use super::gitlab;
use super::reader::{Place, Reader};
use super::surroundings::Toolchain;
use super::value::{Bindings, Value};
use crate::origin::{At, Origin};
use crate::source::Field;

/// One step. There are many, so what few of them have is kept apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The whole of it.
    pub origin: Origin,
    /// Its part of the identity, that of no other step of the job: its id, else a slug of its name, else `#n`, counted from 1; `#n.m` in
    /// a group. A slug that is taken gets a number: `setup`, `setup~2`.
    pub identity: String,
    /// What other steps call it.
    pub id: Option<At<String>>,
    /// What people call it.
    pub name: Option<At<String>>,
    /// When it runs.
    pub when: Option<At<Condition>>,
    /// How long it may take.
    pub timeout: Option<At<Duration>>,
    /// What its failure does to the job.
    pub impact: Option<At<Impact>>,
    /// When its failure is only said.
    pub warn_if: Option<Box<At<Condition>>>,
    /// Whether the next step begins without waiting for it.
    pub background: Option<At<bool>>,
    /// What its commands run in; as those of the job if none.
    pub toolchain: Option<At<Toolchain>>,
    /// Its environment.
    pub env: Bindings,
    /// What only GitHub's own words say.
    pub github: github::step::Words,
    /// What stands in its place on GitLab: commands; none are needed there if the list is empty.
    pub gitlab: Option<Box<gitlab::Tree>>,
    /// The forge in whose words alone it is said; none of a step that is written as one.
    pub forge: Option<Forge>,
    /// What it does.
    pub kind: At<Kind>,
}

/// What a failure does to what comes after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impact {
    /// It stops it.
    Block,
    /// It is said, and nothing stops.
    Warn,
    /// It stops what deploys. Of a job only.
    BlockDeployment,
}

impl Impact {
    /// Every impact, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 3] =
        [("Block", Self::Block), ("Warn", Self::Warn), ("BlockDeployment", Self::BlockDeployment)];
    /// Those that a step can have.
    pub const OF_STEPS: &'static [(&'static str, Self)] = &[("Block", Self::Block), ("Warn", Self::Warn)];

    /// The word for it in data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Warn => "warn",
            Self::BlockDeployment => "block-deployment",
        }
    }
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Commands.
    Run(Run),
    /// An action.
    Uses(Uses),
    /// The sources, fetched.
    Checkout(Box<Checkout>),
    /// Files kept.
    Upload(Box<Upload>),
    /// Files that another job kept.
    Download(Box<Download>),
    /// Files reused between runs.
    Cache(Cache),
    /// A service or an address that must be ready first.
    WaitFor(WaitFor),
    /// Text on the run's page.
    Summary(Summary),
    /// One comment on the pull request, kept up to date.
    Comment(Comment),
    /// A mail.
    Email(Box<Email>),
    /// A message to a Slack channel.
    Slack(Slack),
    /// An image, built and perhaps pushed.
    DockerBuild(Box<DockerBuild>),
    /// Findings of a scanner, for the forge's security page.
    Sarif(Sarif),
    /// Coverage, for a service.
    Coverage(Coverage),
    /// Waits for steps in the background, by their ids.
    Wait(Vec<At<String>>),
    /// Waits for every step in the background.
    WaitAll,
    /// Stops a step in the background, by its id.
    Cancel(At<String>),
    /// Steps that begin at the same time; the next one waits for them all.
    Parallel(Vec<Step>),
}

type Read = fn(&mut Reader, &Place<'_>, &Place<'_>) -> Option<Kind>;

/// Every kind of step: the key an author writes, and what reads it (the step, the key's value).
///
/// To add one: its file under `step/`, a line here, its contract in `contracts/step.ncl`, and its lowering in each backend.
const KINDS: &[(&str, Read)] = &[
    ("run", |reader, step, place| Run::read(reader, step, place).map(Kind::Run)),
    ("uses", |reader, step, place| Uses::read(reader, step, place).map(Kind::Uses)),
    ("checkout", |reader, _, place| Checkout::read(reader, place).map(|checkout| Kind::Checkout(Box::new(checkout)))),
    ("upload", |reader, _, place| Upload::read(reader, place).map(|upload| Kind::Upload(Box::new(upload)))),
    ("download", |reader, _, place| Download::read(reader, place).map(|download| Kind::Download(Box::new(download)))),
    ("cache", |reader, _, place| Cache::read(reader, place).map(Kind::Cache)),
    ("wait_for", |reader, _, place| WaitFor::read(reader, place).map(Kind::WaitFor)),
    ("summary", |reader, _, place| Summary::read(reader, place).map(Kind::Summary)),
    ("comment", |reader, _, place| Comment::read(reader, place).map(Kind::Comment)),
    ("email", |reader, _, place| Email::read(reader, place).map(|email| Kind::Email(Box::new(email)))),
    ("slack", |reader, _, place| Slack::read(reader, place).map(Kind::Slack)),
    ("docker_build", |reader, _, place| DockerBuild::read(reader, place).map(|build| Kind::DockerBuild(Box::new(build)))),
    ("sarif", |reader, _, place| Sarif::read(reader, place).map(Kind::Sarif)),
    ("coverage", |reader, _, place| Coverage::read(reader, place).map(Kind::Coverage)),
    ("wait", |reader, _, place| flow::ids(reader, place).map(Kind::Wait)),
    ("wait_all", |reader, _, place| flow::all(reader, place)),
    ("cancel", |reader, _, place| reader.text(place).map(Kind::Cancel)),
];

/// The kind that holds other steps: the only one that is read by its place among them.
const GROUP: &str = "parallel";

/// What every step may have, whatever its kind, and what belongs to one kind without being its key.
const SHARED: &[&str] = &["id", "name", "when", "timeout", "impact", "warn_if", "background", "env", "github", "gitlab"];
const COMPANIONS: &[(&str, &str)] = &[("with", "uses"), ("shell", "run"), ("directory", "run"), ("toolchain", "run")];

fn kinds() -> Vec<&'static str> {
    KINDS.iter().map(|(name, _)| *name).chain([GROUP]).collect()
}

fn known() -> Vec<&'static str> {
    SHARED.iter().copied().chain(kinds()).chain(COMPANIONS.iter().map(|(name, _)| *name)).collect()
}

fn nothing(reader: &mut Reader, place: &Place<'_>, kinds: &[&str]) -> Option<At<Kind>> {
    if place.node.fields().is_some() {
        reader.none_of(place, "the step does nothing", kinds);
    }
    None
}

/// Says of every further kind that it is one too many.
fn one_kind<'a>(reader: &mut Reader, place: &Place<'_>, first: &str, more: impl Iterator<Item = &'a Field>) {
    for second in more {
        let message = format!("a step does one thing, and this one has `{first}` and `{}`", second.name);
        reader.refuse_at(place, second.key, message, "make it two steps");
    }
}

/// Says of every field that belongs to another kind that it does.
fn belonging(reader: &mut Reader, place: &Place<'_>, kind: &str) {
    for (companion, of) in COMPANIONS {
        if *of != kind
            && let Some(field) = place.node.field(companion)
        {
            let message = format!("`{companion}` belongs to `{of}`, not to `{kind}`");
            reader.refuse_at(place, field.key, message, &format!("remove `{companion}`"));
        }
    }
}

impl Step {
    /// Reads the steps of a list, each with its place in it counted from 1. No two have the same id, those of groups included.
    pub fn list(reader: &mut Reader, place: &Place<'_>) -> Vec<Self> {
        let mut number = 0;
        let mut steps = reader.list(place, |reader, step| {
            number += 1;
            Self::read(reader, step, &number.to_string())
        });
        // The forge does not look at capitals, and refuses a file with two steps of one id.
        let mut ids = HashSet::new();
        for id in steps.iter().flat_map(Self::all).filter_map(|step| step.id.as_ref()) {
            if !ids.insert(id.to_ascii_lowercase()) {
                let message = format!("`{}` is the id of an earlier step as well", id.value);
                reader.misnamed(place, id.origin, message, "rename one of the two");
            }
        }
        let known = steps.iter().flat_map(Self::all).map(|step| (step.id.is_some(), step.identity.clone()));
        let mut apart = told_apart(known.collect()).into_iter();
        for step in &mut steps {
            let inner = match &mut step.kind.value {
                Kind::Parallel(inner) => inner.as_mut_slice(),
                _ => &mut [],
            };
            // The order is that of `all`.
            for step in std::iter::once(&mut step.identity).chain(inner.iter_mut().map(|step| &mut step.identity)) {
                *step = apart.next().unwrap_or_default();
            }
        }
        steps
    }

    /// This step and, if it is a group, those in it.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(self.kind.value.group())
    }

    /// Reads one step; `index` is its place among those of its job, counted from 1: `3`, or `3.1` in a group.
    pub fn read(reader: &mut Reader, place: &Place<'_>, index: &str) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &known());
        let github = reader.record_of(place, "github");
        let kind = Self::kind(reader, place, github.as_ref(), index);
        if let Some(github) = &github {
            github::step::hold(reader, Some(place), github, kind.as_deref());
        }
        let mut step = Self::around(reader, place, kind)?;
        if let (Some(impact), Some(_)) = (&step.impact, &step.warn_if) {
            reader.refuse_at(
                place,
                impact.origin,
                "`impact` and `warn_if` both say what a failure does",
                "remove one of the two",
            );
        }
        if let Some(github) = github {
            github::step::read(reader, &github, &mut step);
        }
        step.gitlab = gitlab::step::read(reader, place).map(Box::new);
        Some(step.known_by(index))
    }

    /// Reads one step that is written as GitHub spells it.
    pub(crate) fn in_words(reader: &mut Reader, place: &Place<'_>, index: &str) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        let written: Vec<_> = github::step::kinds(place).collect();
        let kind = match written.as_slice() {
            [(field, here), rest @ ..] => {
                one_kind(reader, place, &field.name, rest.iter().map(|(second, _)| *second));
                github::step::kind(reader, field, here, index)
            }
            [] => nothing(reader, place, &github::step::ways()),
        };
        github::step::hold(reader, None, place, kind.as_deref());
        let mut step = Self::bare(place.origin(), kind?);
        github::step::read(reader, place, &mut step);
        Some(step.known_by(index))
    }

    /// What stands around the kind.
    fn around(reader: &mut Reader, place: &Place<'_>, kind: Option<At<Kind>>) -> Option<Self> {
        let timeout = place.get("timeout").and_then(|field| Duration::read(reader, &field));
        let impact = place.get("impact").and_then(|field| reader.choice(&field, Impact::OF_STEPS));
        let id = reader.text_of(place, "id").filter(|id| reader.identifier(place, id.origin, id));
        let (name, when) = (reader.text_of(place, "name"), Condition::field(reader, place, "when"));
        let (warn_if, background) =
            (Condition::field(reader, place, "warn_if").map(Box::new), reader.flag_of(place, "background"));
        let toolchain = place.get("toolchain").and_then(|field| Toolchain::read(reader, &field));
        let env = Value::environment(reader, place);
        let bare = Self::bare(place.origin(), kind?);
        Some(Self { id, name, when, timeout, impact, warn_if, background, toolchain, env, ..bare })
    }

    /// What the words of a forge come to, as rules look at it.
    pub(super) fn in_words_of(forge: Forge, identity: &str, env: Bindings, kind: At<Kind>) -> Self {
        Self { identity: identity.to_owned(), env, forge: Some(forge), ..Self::bare(kind.origin, kind) }
    }

    fn bare(origin: Origin, kind: At<Kind>) -> Self {
        Self {
            origin,
            identity: String::new(),
            id: None,
            name: None,
            when: None,
            timeout: None,
            impact: None,
            warn_if: None,
            background: None,
            toolchain: None,
            env: Bindings::new(),
            github: github::step::Words::default(),
            gitlab: None,
            forge: None,
            kind,
        }
    }

    /// Its identity, once its id and its name are read.
    fn known_by(self, index: &str) -> Self {
        let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
        Self { identity: identity(text(&self.id).as_deref(), text(&self.name).as_deref(), index), ..self }
    }

    /// Exactly one kind per step: said at the key that is one too many.
    fn kind(reader: &mut Reader, place: &Place<'_>, github: Option<&Place<'_>>, index: &str) -> Option<At<Kind>> {
        let names = kinds();
        let written: Vec<_> = place.fields().filter(|(field, _)| names.contains(&field.name.as_str())).collect();
        let raw: Vec<_> = github.into_iter().flat_map(github::step::kinds).collect();
        let Some((first, here)) = written.first() else {
            let [(field, here), rest @ ..] = raw.as_slice() else {
                let ways = if reader.is_of_yaml() { github::step::ways() } else { names };
                return nothing(reader, place, &ways);
            };
            one_kind(reader, place, &field.name, rest.iter().map(|(second, _)| *second));
            belonging(reader, place, &field.name);
            let mut kind = github::step::kind(reader, field, here, index)?;
            command::companions(reader, place, &mut kind.value);
            return Some(kind);
        };
        one_kind(reader, place, &first.name, written.iter().skip(1).chain(&raw).map(|(second, _)| *second));
        belonging(reader, place, &first.name);
        flow::hold(reader, place, &first.name, &known());
        let kind = match KINDS.iter().find(|(name, _)| *name == first.name) {
            Some((_, read)) => read(reader, place, here),
            None => flow::group(reader, here, index, Self::read),
        };
        kind.map(|kind| At::new(kind, first.key))
    }
}

/// A step's part of the identity.
#[must_use]
pub fn identity(id: Option<&str>, name: Option<&str>, index: &str) -> String {
    let slug = name.map(slug).filter(|slug| !slug.is_empty());
    id.map(str::to_owned).or(slug).unwrap_or_else(|| format!("#{index}"))
}

/// The identities of all steps of a job, in their order: each is whether it is an id, and what it would be of the step alone.
///
/// An id stays as it is, wherever it stands. Of the others the first keeps its name and the later ones are numbered, `setup~2`, which neither
/// an id nor a slug can be: what is excepted at one step is not excepted at another of the same name.
#[must_use]
pub fn told_apart(steps: Vec<(bool, String)>) -> Vec<String> {
    let ids: HashSet<String> = steps.iter().filter(|(is_id, _)| *is_id).map(|(_, identity)| identity.clone()).collect();
    let mut times: HashMap<String, usize> = ids.into_iter().map(|id| (id, 1)).collect();
    let mut number = |identity: String| {
        let times = times.entry(identity.clone()).or_default();
        *times += 1;
        if *times == 1 { identity } else { format!("{identity}~{times}") }
    };
    steps.into_iter().map(|(is_id, identity)| if is_id { identity } else { number(identity) }).collect()
}

/// A text in lower case, everything but letters and digits made one `-`.
#[must_use]
pub fn slug(text: &str) -> String {
    let words: Vec<String> = text
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_known_by_id_then_name_then_number() {
        assert_eq!(identity(Some("build"), Some("Build it"), "1"), "build");
        assert_eq!(identity(None, Some("Build & push (amd64)"), "1"), "build-push-amd64");
        assert_eq!(identity(None, Some("***"), "3"), "#3");
        assert_eq!(identity(None, None, "1"), "#1");
    }

    #[test]
    fn no_two_steps_are_known_by_the_same_name() {
        let apart = |steps: &[(bool, &str)]| told_apart(steps.iter().map(|(is_id, name)| (*is_id, (*name).to_owned())).collect());
        let named = [(false, "setup"), (false, "#2"), (false, "setup"), (false, "test"), (false, "setup")];
        assert_eq!(apart(&named), ["setup", "#2", "setup~2", "test", "setup~3"]);
        assert_eq!(apart(&[(false, "setup"), (true, "setup"), (false, "setup")]), ["setup~2", "setup", "setup~3"]);
    }
}
