//! Values an author hands to a program: text, numbers, flags, references such as `'Secret "TOKEN"`, or a list of them joined.

use indexmap::IndexMap;

use super::condition::Condition;
use super::reader::{Place, Reader, is_identifier};
use super::words::{self, Piece, Words};
use crate::origin::{At, Origin};
use crate::source;

/// What is put together to one text when the pipeline runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// The parts, joined without anything between them.
    pub parts: Vec<At<Part>>,
}

/// One part of a [`Value`].
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text as it stands.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// Something only known when the pipeline runs.
    Reference(Reference),
    /// `true` or `false`, by whether a condition holds when the pipeline runs.
    When(Box<At<Condition>>),
}

/// Something a pipeline knows only when it runs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Reference {
    /// A secret the project declares.
    Secret(String),
    /// A variable the project declares.
    Variable(String),
    /// An output of a job this one needs: job, name.
    Output(String, String),
    /// An output of an earlier step of this job: the step's id, name.
    Step(String, String),
    /// How a job this one needs ended: `success`, `failure`, `cancelled` or `skipped`.
    Result(String),
    /// The value of a matrix key in this leg.
    Matrix(String),
    /// An input of the pipeline.
    Input(String),
    /// A hash over the files that match the globs.
    Hash(Vec<String>),
    /// What one forge writes, as it writes it.
    Raw(Words),
    /// Something every pipeline knows.
    Known(Known),
}

impl Reference {
    /// What an author writes for it: `'Secret "TOKEN"`; none for what is written in other ways than by one text.
    #[must_use]
    pub fn written(&self) -> Option<String> {
        let tag = |tag: &str, of: &str| Some(format!("'{tag} {of:?}"));
        match self {
            Self::Secret(name) => tag("Secret", name),
            Self::Variable(name) => tag("Variable", name),
            Self::Output(job, name) => tag("Output", &format!("{job}.{name}")),
            Self::Step(id, name) => tag("Step", &format!("{id}.{name}")),
            Self::Result(job) => tag("Result", job),
            Self::Matrix(key) => tag("Matrix", key),
            Self::Input(name) => tag("Input", name),
            Self::Known(known) => Known::ALL.iter().find(|(_, found)| found == known).map(|(tag, _)| format!("'{tag}")),
            Self::Hash(_) | Self::Raw(_) => None,
        }
    }
}

/// What every pipeline knows of its run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Known {
    /// The commit's full hash.
    Commit,
    /// The first line and the rest of the commit's message. Written by whoever made the commit.
    CommitMessage,
    /// The branch or tag by its short name. On a pull request, the branch it comes from.
    Branch,
    /// The full reference, such as `refs/heads/main`.
    Ref,
    /// Owner and name of the repository.
    Repository,
    /// The owner of the repository.
    Owner,
    /// The address of the run's page.
    RunUrl,
    /// The run's number.
    RunId,
    /// Who or what started the run.
    Actor,
    /// The name of the event that started it.
    Event,
    /// The number of the pull request.
    PullRequest,
    /// The token every job is given, with the permissions the job was granted.
    Token,
    /// The operating system of the runner.
    Os,
    /// The directory the sources are in.
    Workspace,
    /// This job's shard, counted from 1.
    Shard,
    /// How many shards there are.
    Shards,
}

impl Known {
    /// Every one, under the tag an author writes.
    pub const ALL: [(&'static str, Self); 16] = [
        ("Commit", Self::Commit),
        ("CommitMessage", Self::CommitMessage),
        ("Branch", Self::Branch),
        ("Ref", Self::Ref),
        ("Repository", Self::Repository),
        ("Owner", Self::Owner),
        ("RunUrl", Self::RunUrl),
        ("RunId", Self::RunId),
        ("Actor", Self::Actor),
        ("Event", Self::Event),
        ("PullRequest", Self::PullRequest),
        ("Token", Self::Token),
        ("Os", Self::Os),
        ("Workspace", Self::Workspace),
        ("Shard", Self::Shard),
        ("Shards", Self::Shards),
    ];

    /// The word for it in data.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::CommitMessage => "commit-message",
            Self::Branch => "branch",
            Self::Ref => "ref",
            Self::Repository => "repository",
            Self::Owner => "owner",
            Self::RunUrl => "run-url",
            Self::RunId => "run-id",
            Self::Actor => "actor",
            Self::Event => "event",
            Self::PullRequest => "pull-request",
            Self::Token => "token",
            Self::Os => "os",
            Self::Workspace => "workspace",
            Self::Shard => "shard",
            Self::Shards => "shards",
        }
    }
}

/// Names and values, each name with its place: an environment, the inputs of an action.
pub type Bindings = IndexMap<String, Binding>;

/// One value under a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// Where the name stands.
    pub key: Origin,
    /// The value.
    pub value: At<Value>,
}

const HELP: &str = "write text, a number, a reference such as 'Secret \"NAME\", 'Output \"job.name\" or 'Commit, or a list of text and references to join";

impl Value {
    /// Every reference in it.
    pub fn references(&self) -> impl Iterator<Item = At<&Reference>> {
        self.parts.iter().filter_map(|part| match &part.value {
            Part::Reference(reference) => Some(At::new(reference, part.origin)),
            _ => None,
        })
    }

    /// Every condition in it.
    pub fn conditions(&self) -> impl Iterator<Item = &At<Condition>> {
        self.parts.iter().filter_map(|part| match &part.value {
            Part::When(condition) => Some(condition.as_ref()),
            _ => None,
        })
    }

    /// Whether another value is made of the same parts, wherever they are written.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.parts.iter().map(|part| &part.value).eq(other.parts.iter().map(|part| &part.value))
    }

    /// What it is as a text, if nothing in it is worked out when the pipeline runs.
    #[must_use]
    pub fn print(&self) -> Option<String> {
        self.parts
            .iter()
            .map(|part| match &part.value {
                Part::Text(text) => Some(text.clone()),
                Part::Number(number) => Some(number.to_string()),
                Part::Flag(flag) => Some(flag.to_string()),
                Part::Reference(_) | Part::When(_) => None,
            })
            .collect()
    }

    /// The text of it, if it holds nothing but text.
    #[must_use]
    pub fn plain(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [At { value: Part::Text(text), .. }] => Some(text),
            _ => None,
        }
    }

    /// The reference that is all of it, if it is one and nothing else.
    #[must_use]
    pub fn sole(&self) -> Option<&Reference> {
        match self.parts.as_slice() {
            [At { value: Part::Reference(reference), .. }] => Some(reference),
            _ => None,
        }
    }

    /// Reads a value.
    pub fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let parts = if place.node.items().is_some() {
            place.items().filter_map(|item| Self::part(reader, &item)).collect()
        } else {
            vec![Self::part(reader, place)?]
        };
        Some(At::new(Self { parts }, place.origin()))
    }

    /// Reads a value in GitHub's own words: a text is taken apart into what stands between `${{` and `}}` and what does not.
    pub fn in_words(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let Some(text) = place.node.text().filter(|text| text.contains("${{")) else { return Self::read(reader, place) };
        let part = |piece| {
            Ok(match piece {
                Piece::Text(text) => At::new(Part::Text(text.to_owned()), place.origin()),
                Piece::Expression(expression, range) => {
                    // The blanks inside the braces are no part of it.
                    let start = range.start + expression.len() - expression.trim_start().len();
                    let reference = match words::reference(expression) {
                        Some(reference) => reference,
                        None => Reference::Raw(Words::parse(expression.trim()).map_err(|problem| problem.after(start))?),
                    };
                    At::new(Part::Reference(reference), reader.within(place.origin(), start..start + expression.trim().len()))
                }
            })
        };
        let parts: Result<Vec<At<Part>>, words::Problem> =
            words::pieces(text).and_then(|pieces| pieces.into_iter().map(part).collect());
        match parts {
            Ok(parts) => Some(At::new(Self { parts }, place.origin())),
            Err(problem) => {
                reader.misworded(place, "an expression of GitHub", &problem);
                None
            }
        }
    }

    fn part(reader: &mut Reader, place: &Place<'_>) -> Option<At<Part>> {
        let part = match &place.node.value {
            source::Value::String(text) => Part::Text(text.clone()),
            source::Value::Number(number) => Part::Number(*number),
            source::Value::Bool(flag) => Part::Flag(*flag),
            source::Value::Tag(tag, Some(_)) if tag == "When" => {
                Part::When(Box::new(Condition::read(reader, &place.argument()?)?))
            }
            source::Value::Tag(..) => Part::Reference(Reference::read(reader, place)?),
            _ => {
                reader.expected(place, "a value", HELP);
                return None;
            }
        };
        Some(At::new(part, place.origin()))
    }

    /// Reads an optional field that holds a value.
    pub fn field(reader: &mut Reader, place: &Place<'_>, name: &str) -> Option<At<Self>> {
        place.get(name).and_then(|field| Self::read(reader, &field))
    }

    /// Reads a required field that holds a value.
    pub fn required(reader: &mut Reader, place: &Place<'_>, name: &str) -> Option<At<Self>> {
        if place.get(name).is_none() {
            reader.missing(place, name, "");
        }
        Self::field(reader, place, name)
    }

    /// Reads an optional environment: names that a shell takes, and their values.
    pub fn environment(reader: &mut Reader, place: &Place<'_>) -> Bindings {
        let takes = |name: &str| is_identifier(name) && !name.contains('-');
        Self::named(reader, place, takes, "write letters, digits and _, a letter first");
        Self::bindings_by(reader, place, "env", Self::read)
    }

    /// The same in GitHub's words, where a name need not be one that a shell takes: expressions read it as well.
    pub fn environment_in_words(reader: &mut Reader, place: &Place<'_>) -> Bindings {
        let takes = |name: &str| !name.is_empty() && !name.contains(|letter: char| letter == '=' || letter.is_whitespace());
        Self::named(reader, place, takes, "write letters, digits and _");
        Self::bindings_by(reader, place, "env", Self::in_words)
    }

    /// Says of each name of an environment that cannot be one that it cannot.
    fn named(reader: &mut Reader, place: &Place<'_>, takes: fn(&str) -> bool, help: &str) {
        let Some(env) = place.get("env") else { return };
        for (field, here) in env.fields().filter(|(field, _)| !takes(&field.name)) {
            let message = format!("expected the name of a variable, got \"{}\"", field.name);
            reader.misnamed(&here, field.key, message, help);
        }
    }

    /// Reads the optional outputs of a job, each under an id, its value read by `read`.
    pub fn outputs(reader: &mut Reader, place: &Place<'_>, read: fn(&mut Reader, &Place<'_>) -> Option<At<Self>>) -> Bindings {
        if let Some(outputs) = place.get("outputs") {
            reader.identifiers(&outputs);
        }
        Self::bindings_by(reader, place, "outputs", read)
    }

    /// Reads an optional record of values; empty if it is not there.
    pub fn bindings(reader: &mut Reader, place: &Place<'_>, name: &str) -> Bindings {
        Self::bindings_by(reader, place, name, Self::read)
    }

    /// The same, each value read by `read`.
    pub fn bindings_by(
        reader: &mut Reader,
        place: &Place<'_>,
        name: &str,
        read: fn(&mut Reader, &Place<'_>) -> Option<At<Self>>,
    ) -> Bindings {
        let Some(record) = reader.record_of(place, name) else { return Bindings::new() };
        let mut bindings = Bindings::new();
        for (field, here) in record.fields() {
            // What was refused is told; that it is bound is known all the same, and nobody asks for it elsewhere.
            let value = read(reader, &here).unwrap_or_else(|| At::new(Self { parts: Vec::new() }, here.origin()));
            bindings.insert(field.name.clone(), Binding { key: field.key, value });
        }
        bindings
    }
}

impl Reference {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        let (tag, argument) = place.node.tag()?;
        if let Some((_, known)) = Known::ALL.iter().find(|(name, _)| *name == tag)
            && argument.is_none()
        {
            return Some(Self::Known(*known));
        }
        let text = argument.and_then(source::Node::text);
        let found = match (tag, text) {
            ("Secret", Some(name)) => Some(Self::Secret(name.to_owned())),
            ("Variable", Some(name)) => Some(Self::Variable(name.to_owned())),
            ("Result", Some(job)) => Some(Self::Result(job.to_owned())),
            ("Matrix", Some(key)) => Some(Self::Matrix(key.to_owned())),
            ("Input", Some(name)) => Some(Self::Input(name.to_owned())),
            ("Output", Some(path)) => path.split_once('.').map(|(job, name)| Self::Output(job.to_owned(), name.to_owned())),
            ("Step", Some(path)) => path.split_once('.').map(|(id, name)| Self::Step(id.to_owned(), name.to_owned())),
            ("Hash", None) if argument.is_some() => {
                let here = place.argument()?;
                Some(Self::Hash(reader.texts(&here).into_iter().map(|glob| glob.value).collect()))
            }
            ("Raw", None) if argument.is_some() => {
                let here = place.argument()?;
                return reader.raw(&here).map(|words| Self::Raw(words.value));
            }
            _ => None,
        };
        if found.is_none() {
            reader.refuse(place, format!("expected a reference, got '{tag}"), HELP);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixture;

    #[test]
    fn a_reference_to_nothing_is_refused() {
        for json in [r#""'Hash""#, r#""'Raw""#, r#""'Secret""#, r#"["a", "'Output"]"#, r#"{"'Output": "a"}"#] {
            let node = fixture::node(&serde_json::from_str(json).expect("JSON"));
            let mut reader = Reader::default();
            Value::read(&mut reader, &Place::root(&node));
            assert_eq!(reader.faults.len(), 1, "{json}: {:?}", reader.faults);
            assert!(reader.faults[0].message.starts_with("expected a reference, got '"), "{json}: {:?}", reader.faults);
        }
    }
}
