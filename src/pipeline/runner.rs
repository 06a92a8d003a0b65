//! What a job runs on, and the machines it may be given because of that.

mod outcome;

use github_actions_expressions::Evaluation;

use super::deduce::{Anywhere, Facts};
use super::gitlab::Tree;
use super::matrix::{Cell, Matrix};
use super::project::Project;
use super::reader::{Place, Reader};
use super::value::{Part, Reference, Value};
use super::{Job, backends, project};
use crate::origin::{At, Origin};

/// What a job asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Runner {
    /// An image of the forge, or a runner that the project declares.
    Name(String),
    /// A label that is worked out when the pipeline runs.
    Value(At<Value>),
    /// Labels as the forge knows them, of one group or of any.
    Labels(Option<At<Value>>, Vec<At<Value>>),
}

/// A machine that a job may be given.
#[derive(Clone, Debug, PartialEq)]
pub struct Machine<'a> {
    /// Where it is asked for.
    pub origin: Origin,
    /// How it is asked for, in words for people.
    pub words: String,
    /// What is known of it.
    pub sort: Sort<'a>,
}

/// What is known of a machine.
#[derive(Clone, Debug, PartialEq)]
pub enum Sort<'a> {
    /// The project declares it.
    Declared(&'a project::Runner),
    /// These labels, which no declared runner has: an image of the forge, or nothing that anybody knows.
    Labels(Vec<String>),
    /// A group that the project does not declare, and the labels asked for in it.
    Group(String, Vec<String>),
    /// These tags of GitLab's, which stand for no runner that the project knows.
    Tags(Vec<String>),
    /// It is worked out when the pipeline runs.
    Later,
}

/// How the tags of the runners begin that gitlab.com gives every project. As documented, read 2026-11.
const HOSTED_TAGS: &str = "saas-";

impl Machine<'_> {
    /// Whether the forge runs it; unknown of a group that is not declared and of what is worked out later.
    #[must_use]
    pub fn hosted(&self) -> Option<bool> {
        match &self.sort {
            Sort::Declared(runner) => Some(runner.hosted.value),
            Sort::Labels(labels) => Some(!labels.iter().any(|label| is_self_hosted(label))),
            // One label that says whose machine it is says enough of it.
            Sort::Group(_, labels) => labels.iter().any(|label| is_self_hosted(label)).then_some(false),
            // Whose machine others are is known to the instance alone.
            Sort::Tags(tags) => tags.iter().any(|tag| tag.starts_with(HOSTED_TAGS)).then_some(true),
            Sort::Later => None,
        }
    }

    /// Its labels, as far as they are known.
    #[must_use]
    pub fn labels(&self) -> Vec<&str> {
        match &self.sort {
            Sort::Declared(runner) => runner.labels.iter().map(|label| label.value.as_str()).collect(),
            Sort::Labels(labels) | Sort::Group(_, labels) | Sort::Tags(labels) => labels.iter().map(String::as_str).collect(),
            Sort::Later => Vec::new(),
        }
    }
}

impl Runner {
    /// Reads the runner of a job: a name, or a reference that is a label when the pipeline runs.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let runner = match place.node.text() {
            Some(name) => Self::Name(name.to_owned()),
            None if place.node.tag().is_some() || place.node.items().is_some() => Self::Value(Value::read(reader, place)?),
            None => {
                reader.expected(place, "a runner", "write the name of one, or a reference such as 'Matrix \"os\"");
                return None;
            }
        };
        Some(At::new(runner, place.origin()))
    }

    /// Reads `runs-on`: a label, a list of labels, `{ group, labels }`, each of which may be an expression.
    pub fn in_words(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let runner = if place.node.fields().is_some() {
            reader.known(place, &["group", "labels"]);
            let group = place.get("group").and_then(|group| Value::in_words(reader, &group));
            let labels = place.get("labels").map_or_else(Vec::new, |labels| Self::labels(reader, &labels));
            if group.is_none() && labels.is_empty() {
                reader.refuse(place, "expected a group or labels, got neither", "write { group = \"…\", labels = [ … ] }");
                return None;
            }
            Self::Labels(group, labels)
        } else if place.node.items().is_some() {
            let labels = Self::labels(reader, place);
            if labels.is_empty() {
                reader.refuse(place, "expected labels, got none", "write [\"self-hosted\", \"linux\"]");
                return None;
            }
            Self::Labels(None, labels)
        } else {
            let value = Value::in_words(reader, place)?;
            match value.plain() {
                Some("") => {
                    reader.refuse(place, "expected a label, got an empty text", "write the label of a machine: \"ubuntu-24.04\"");
                    return None;
                }
                Some(_) => Self::Labels(None, vec![value]),
                None => Self::Value(value),
            }
        };
        Some(At::new(runner, place.origin()))
    }

    fn labels(reader: &mut Reader, place: &Place<'_>) -> Vec<At<Value>> {
        match place.node.items() {
            Some(_) => reader.list(place, Value::in_words),
            None => Value::in_words(reader, place).into_iter().collect(),
        }
    }

    /// Every value in it.
    #[must_use]
    pub fn values(&self) -> Vec<&At<Value>> {
        match self {
            Self::Name(_) => Vec::new(),
            Self::Value(value) => vec![value],
            Self::Labels(group, labels) => group.iter().chain(labels).collect(),
        }
    }
}

impl Project {
    /// The machines a job may be given: one, or one for each label that may come out where that is worked out when it runs.
    #[must_use]
    pub fn machines<'a>(&'a self, job: &'a Job) -> Vec<Machine<'a>> {
        match &job.matrix {
            Some(matrix) => self.machines_under(job, &matrix.value),
            None => self.machines_under(job, &Anywhere),
        }
    }

    /// The same where something is known of the run; of the job's matrix, it has to be known, too.
    #[must_use]
    pub fn machines_under<'a>(&'a self, job: &'a Job, facts: &dyn Facts) -> Vec<Machine<'a>> {
        let Some(runner) = &job.runner else {
            return vec![self.named(&self.default_runner.value, self.default_runner.origin)];
        };
        match &runner.value {
            Runner::Name(name) => vec![self.named(name, runner.origin)],
            Runner::Value(value) => match texts(job.matrix.as_ref(), value, runner.origin) {
                Some(labels) => labels.into_iter().map(|label| self.labelled(None, vec![label.value], label.origin)).collect(),
                None => self.asked(outcome::of(value, facts), runner.origin),
            },
            Runner::Labels(group, labels) if group.iter().chain(labels).all(|value| value.plain().is_some()) => {
                let labels: Vec<Option<&str>> = labels.iter().map(|label| label.plain()).collect();
                vec![self.by_labels(group.as_ref().map(|group| group.plain()), &labels, runner.origin)]
            }
            Runner::Labels(group, labels) => {
                let rows = outcome::rows(group.as_deref(), labels, facts);
                let machine = |(group, labels): &(Option<Option<String>>, Vec<Option<String>>)| {
                    let labels: Vec<Option<&str>> = labels.iter().map(Option::as_deref).collect();
                    self.by_labels(group.as_ref().map(Option::as_deref), &labels, runner.origin)
                };
                distinct(rows.iter().map(machine))
            }
        }
    }

    /// The machine that GitLab's tags choose for a job; none if they are not said in GitLab's words.
    #[must_use]
    pub fn tagged<'a>(&'a self, job: &'a Job) -> Option<Machine<'a>> {
        let written = job.on_gitlab.word("tags")?;
        let tags: Vec<&str> = written.items().iter().filter_map(Tree::text).collect();
        if tags.is_empty() {
            return None;
        }
        if tags.iter().any(|tag| tag.contains('$')) {
            return Some(later(written.origin));
        }
        let settings = self.backends.gitlab.as_ref();
        let is_it = |machine: &backends::Machine| {
            machine.tags.len() == tags.len() && machine.tags.iter().all(|tag| tags.contains(&tag.value.as_str()))
        };
        let known = settings.and_then(|settings| settings.runners.iter().find(|(_, machine)| is_it(machine)));
        Some(match known {
            Some((name, _)) => self.named(name, written.origin),
            None => {
                let tags: Vec<String> = tags.into_iter().map(str::to_owned).collect();
                Machine { origin: written.origin, words: tags.join(", "), sort: Sort::Tags(tags) }
            }
        })
    }

    /// The machines that values ask for.
    fn asked<'a>(&'a self, values: Vec<Option<Evaluation>>, origin: Origin) -> Vec<Machine<'a>> {
        let machine = |value: Option<Evaluation>| match value.as_ref().and_then(outcome::wish) {
            Some((group, labels)) => self.labelled(group.as_deref(), labels, origin),
            None => later(origin),
        };
        // Where nothing comes out, no job runs.
        let values = values.into_iter().filter(|value| value.as_ref().is_none_or(Evaluation::as_boolean));
        let found = distinct(values.map(machine));
        if found.is_empty() { vec![later(origin)] } else { found }
    }

    fn named<'a>(&'a self, name: &str, origin: Origin) -> Machine<'a> {
        let sort = match self.runners.get(name) {
            Some(runner) => Sort::Declared(runner),
            None => Sort::Labels(vec![name.to_owned()]),
        };
        Machine { origin, words: name.to_owned(), sort }
    }

    #[expect(clippy::option_option, reason = "no group, and one that is worked out later, are not the same")]
    fn by_labels<'a>(&'a self, group: Option<Option<&str>>, labels: &[Option<&str>], origin: Origin) -> Machine<'a> {
        let known: Vec<String> = labels.iter().flatten().map(|label| (*label).to_owned()).collect();
        match group {
            Some(Some(group)) if known.len() == labels.len() => self.labelled(Some(group), known, origin),
            None if known.len() == labels.len() => self.labelled(None, known, origin),
            // One label that says whose machine it is says enough of it.
            _ if known.iter().any(|label| is_self_hosted(label)) => {
                Machine { origin, words: known.join(", "), sort: Sort::Labels(known) }
            }
            _ => later(origin),
        }
    }

    fn labelled<'a>(&'a self, group: Option<&str>, labels: Vec<String>, origin: Origin) -> Machine<'a> {
        let has = |runner: &project::Runner, label: &String| runner.labels.iter().any(|one| one.eq_ignore_ascii_case(label));
        let fits = |runner: &&project::Runner| {
            let same = group.is_none_or(|group| runner.group.as_ref().is_some_and(|one| one.value == group));
            same && labels.iter().all(|label| has(runner, label))
        };
        // Of several that may take the job, one that the forge does not run tells what to be careful of.
        let own = self.runners.values().filter(fits).find(|runner| !runner.hosted.value);
        let declared = own.or_else(|| self.runners.values().find(fits));
        let words = group.map_or_else(|| labels.join(", "), str::to_owned);
        let sort = match (declared, group) {
            (Some(runner), _) => Sort::Declared(runner),
            (None, Some(group)) => Sort::Group(group.to_owned(), labels),
            (None, None) => Sort::Labels(labels),
        };
        Machine { origin, words, sort }
    }
}

/// Whether a label says that the forge does not run the machine: it gives it to every such runner, and to none of its own.
#[must_use]
pub fn is_self_hosted(label: &str) -> bool {
    label.eq_ignore_ascii_case("self-hosted")
}

/// Each machine once.
fn distinct<'a>(machines: impl Iterator<Item = Machine<'a>>) -> Vec<Machine<'a>> {
    let mut found: Vec<Machine<'a>> = Vec::new();
    for machine in machines {
        if !found.contains(&machine) {
            found.push(machine);
        }
    }
    found
}

const fn later<'a>(origin: Origin) -> Machine<'a> {
    Machine { origin, words: String::new(), sort: Sort::Later }
}

/// Every text that a value can be, if it is made of texts and of one key of the matrix whose values are written.
#[must_use]
pub fn texts(matrix: Option<&At<Matrix>>, value: &Value, origin: Origin) -> Option<Vec<At<String>>> {
    let mut keys = value.references().filter_map(|reference| match reference.value {
        Reference::Matrix(key) => Some(key),
        _ => None,
    });
    let Some(key) = keys.next() else {
        return Some(vec![At::new(filled(value, "")?, origin)]);
    };
    if keys.any(|other| other != key) {
        return None;
    }
    let cells = matrix?.cells(key)?;
    cells
        .into_iter()
        .map(|cell| match &cell.value {
            Cell::One(one) => Some(At::new(filled(value, &one.print()?)?, cell.origin)),
            Cell::Record(_) | Cell::List(_) => None,
        })
        .collect()
}

/// The value as a text, its matrix key replaced; none if anything else in it is known only later.
fn filled(value: &Value, leg: &str) -> Option<String> {
    let replaced = value.parts.iter().map(|part| match &part.value {
        Part::Reference(Reference::Matrix(_)) => At::new(Part::Text(leg.to_owned()), part.origin),
        _ => part.clone(),
    });
    Value { parts: replaced.collect() }.print()
}
