//! When a job or a step runs: a small algebra that each backend writes in its forge's own words.

use super::gitlab;
use super::reader::{Place, Reader};
use super::trigger::Event;
use super::value::Value;
use super::words::Words;
use crate::origin::At;

/// When something runs.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// Whatever happened before.
    Always,
    /// If everything before it went well. What holds when nothing is written.
    OnSuccess,
    /// If something before it failed.
    OnFailure,
    /// Whatever happened before, unless the run was cancelled.
    NotCancelled,
    /// If the pull request has the label.
    Label(String),
    /// If one of these started the run.
    Event(Vec<At<Event>>),
    /// If one of these files changed, by GitHub's patterns; where nothing is compared, such as on a tag or by the clock, it holds.
    Changed(Vec<At<String>>),
    /// On one of these branches.
    Branch(Vec<At<String>>),
    /// On the project's default branch.
    DefaultBranch,
    /// On a tag.
    Tag,
    /// If an input of the pipeline has the value.
    Input(At<String>, At<Value>),
    /// If an output of a needed job, `job.name`, has the value.
    Output(At<String>, At<Value>),
    /// If a needed job ended so: `success`, `failure`, `cancelled`, `skipped`.
    Result(At<String>, At<Outcome>),
    /// If the matrix key has the value in this leg.
    Matrix(At<String>, At<Value>),
    /// If a value is not the empty text, such as a variable that may not be set.
    Present(At<Value>),
    /// If all of them hold.
    All(Vec<At<Self>>),
    /// If one of them holds.
    Any(Vec<At<Self>>),
    /// If it does not hold.
    Not(Box<At<Self>>),
    /// In the words of the forges.
    Raw(Spoken),
}

/// A condition in the words of forges: at least of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// An expression of GitHub's.
    pub github: Option<At<Words>>,
    /// A condition of GitLab's rules, which has been parsed.
    pub gitlab: Option<At<String>>,
}

/// How a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It went well.
    Success,
    /// It failed.
    Failure,
    /// It was cancelled.
    Cancelled,
    /// It never ran.
    Skipped,
}

impl Spoken {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        reader.known(place, &["github", "gitlab"]);
        let written = place.get("github").is_some() || place.get("gitlab").is_none();
        let github = if written { Some(reader.raw_github(place)?) } else { None };
        let gitlab = match place.get("gitlab") {
            Some(here) => {
                gitlab::condition(reader, &here);
                Some(reader.text(&here)?)
            }
            None => None,
        };
        Some(Self { github, gitlab })
    }
}

impl Outcome {
    /// Every outcome, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 4] =
        [("Success", Self::Success), ("Failure", Self::Failure), ("Cancelled", Self::Cancelled), ("Skipped", Self::Skipped)];

    /// The forge's word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
            Self::Skipped => "skipped",
        }
    }
}

/// What a condition of GitHub can look for in the name of a branch: a whole name, or a beginning and everything after it.
///
/// Answers the name or the beginning, and whether more may follow; nothing if no condition can match the pattern.
#[must_use]
pub fn branch_start(pattern: &str) -> Option<(&str, bool)> {
    let start = pattern.trim_end_matches('*');
    let plain = !start.contains(['*', '?', '[', '!', '+']);
    plain.then_some((start, start.len() < pattern.len()))
}

const HELP: &str = "write 'Always, 'OnFailure, 'Label \"name\", 'Event ['Push], 'Branch [\"main\"], 'Input { name, equals }, 'All [..], 'Any [..], 'Not .. or 'Raw { github = \"..\", gitlab = \"..\" }";

impl Condition {
    /// This condition and every one inside it.
    pub fn walk(&self) -> Vec<&Self> {
        let mut all = vec![self];
        match self {
            Self::All(inner) | Self::Any(inner) => all.extend(inner.iter().flat_map(|condition| condition.walk())),
            Self::Not(inner) => all.extend(inner.walk()),
            _ => {}
        }
        all
    }

    /// Whether it says for itself what happens after a failure or a cancellation.
    #[must_use]
    pub fn names_status(&self) -> bool {
        self.walk()
            .iter()
            .any(|condition| matches!(condition, Self::Always | Self::OnSuccess | Self::OnFailure | Self::NotCancelled))
    }

    /// Whether it can only hold after something went wrong, and does not say what it does then.
    #[must_use]
    pub fn asks_for_failure(&self) -> bool {
        let asks = self.walk().iter().any(|inner| match inner {
            Self::Result(_, outcome) => outcome.value != Outcome::Success,
            Self::Not(inner) => inner.walk().iter().any(|inner| matches!(inner, Self::Result(..))),
            _ => false,
        });
        asks && !self.names_status()
    }

    /// Whether it holds after a failure as well.
    #[must_use]
    pub fn survives_failure(&self) -> bool {
        match self {
            Self::Always | Self::OnFailure | Self::NotCancelled => true,
            Self::Any(inner) => inner.iter().any(|condition| condition.survives_failure()),
            Self::All(inner) => {
                inner.iter().any(|condition| condition.survives_failure())
                    && !inner.iter().any(|condition| matches!(condition.value, Self::OnSuccess))
            }
            _ => false,
        }
    }

    /// Reads an optional condition.
    pub fn field(reader: &mut Reader, place: &Place<'_>, name: &str) -> Option<At<Self>> {
        place.get(name).and_then(|field| Self::read(reader, &field))
    }

    /// Reads a condition.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let Some((tag, _)) = place.node.tag() else {
            reader.expected(place, "a condition", HELP);
            return None;
        };
        let argument = place.argument();
        let found = match (tag, &argument) {
            ("Always", None) => Some(Self::Always),
            ("OnSuccess", None) => Some(Self::OnSuccess),
            ("OnFailure", None) => Some(Self::OnFailure),
            ("NotCancelled", None) => Some(Self::NotCancelled),
            ("DefaultBranch", None) => Some(Self::DefaultBranch),
            ("Tag", None) => Some(Self::Tag),
            ("Label", Some(inner)) => Some(Self::Label(reader.text(inner)?.value)),
            ("Event", Some(inner)) => Some(Self::Event(reader.list(inner, |reader, item| reader.choice(item, &Event::ALL)))),
            ("Changed", Some(inner)) => Some(Self::Changed(reader.texts(inner))),
            ("Branch", Some(inner)) => Some(Self::Branch(reader.texts(inner))),
            ("Input", Some(inner)) => Self::equality(reader, inner, "name").map(|(name, value)| Self::Input(name, value)),
            ("Output", Some(inner)) => Self::equality(reader, inner, "name").map(|(name, value)| Self::Output(name, value)),
            ("Matrix", Some(inner)) => Self::equality(reader, inner, "key").map(|(key, value)| Self::Matrix(key, value)),
            ("Result", Some(inner)) => Self::result(reader, inner),
            ("Present", Some(inner)) => {
                Value::read(reader, inner).filter(|value| is_value(reader, inner, value)).map(Self::Present)
            }
            ("All", Some(inner)) => Some(Self::All(reader.list(inner, Self::read))),
            ("Any", Some(inner)) => Some(Self::Any(reader.list(inner, Self::read))),
            ("Not", Some(inner)) => Self::read(reader, inner).map(|condition| Self::Not(Box::new(condition))),
            ("Raw", Some(inner)) => Spoken::read(reader, inner).map(Self::Raw),
            _ => {
                reader.refuse(place, format!("expected a condition, got '{tag}"), HELP);
                None
            }
        };
        found.map(|condition| At::new(condition, place.origin()))
    }

    fn equality(reader: &mut Reader, place: &Place<'_>, name: &str) -> Option<(At<String>, At<Value>)> {
        reader.known(place, &[name, "equals"]);
        let subject = reader.required(place, name);
        let value = Value::required(reader, place, "equals").filter(|value| is_value(reader, place, value));
        Some((subject?, value?))
    }

    fn result(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        reader.known(place, &["job", "is"]);
        let job = reader.required(place, "job");
        let Some(is) = place.get("is") else {
            reader.missing(place, "is", "write is = 'Failure");
            return None;
        };
        let outcome = reader.choice(&is, &Outcome::ALL);
        Some(Self::Result(job?, outcome?))
    }
}

/// Whether something is a value that a condition can look at; says so if it is a condition itself.
fn is_value(reader: &mut Reader, place: &Place<'_>, value: &At<Value>) -> bool {
    let inside = value.conditions().next();
    if let Some(condition) = inside {
        reader.refuse_at(place, condition.origin, "a condition compares values, not conditions", "write 'All, 'Any or 'Not");
    }
    inside.is_none()
}
