//! What whoever starts a pipeline may or must say: the form of a start by hand, and what a caller hands over and gets back.

use indexmap::IndexMap;

use crate::origin::{At, Origin};
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::value::Value;
use crate::source::Field;

/// A start by hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manual {
    /// What the form asks.
    pub inputs: IndexMap<String, Input>,
}

/// A start by another pipeline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Callable {
    /// What the caller says.
    pub inputs: IndexMap<String, Input>,
    /// The secrets the caller hands over.
    pub secrets: IndexMap<String, Handed>,
    /// What the caller gets back.
    pub outputs: IndexMap<String, Returned>,
}

/// A secret that a caller hands over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// Where its name stands.
    pub key: Origin,
    /// What it is for.
    pub description: Option<At<String>>,
    /// Whether the caller must.
    pub required: bool,
}

/// What a caller gets back.
#[derive(Clone, Debug, PartialEq)]
pub struct Returned {
    /// What it is.
    pub description: Option<At<String>>,
    /// The value.
    pub value: At<Value>,
}

/// One thing asked of whoever starts the pipeline.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Where its name stands.
    pub key: Origin,
    /// What it is for.
    pub description: Option<At<String>>,
    /// What it may be.
    pub kind: At<InputKind>,
    /// Whether it must be said.
    pub required: bool,
    /// What it is when nothing is said.
    pub default: Option<At<Value>>,
}

/// What an input may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// One of these.
    Choice(Vec<At<String>>),
    /// The name of an environment of the repository.
    Environment,
}

/// Who gives an input, and in whose words it is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Our own, whoever gives it.
    Ours,
    /// GitHub's, of a start by hand.
    Dispatched,
    /// GitHub's, of a call.
    Called,
}

impl Manual {
    /// Reads what a start by hand asks.
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Self {
        reader.is_record(place);
        reader.known(place, &["inputs"]);
        Self { inputs: Input::all(reader, place, Form::Ours) }
    }

    /// The same in GitHub's words: `workflow_dispatch`.
    pub(super) fn raw(reader: &mut Reader, place: &Place<'_>) -> Self {
        reader.is_record(place);
        reader.known(place, &["inputs"]);
        Self { inputs: Input::all(reader, place, Form::Dispatched) }
    }
}

impl Callable {
    /// The secret of that name: the forge does not tell capitals from small letters in it.
    #[must_use]
    pub fn secret(&self, name: &str) -> Option<&Handed> {
        let same = |(written, _): &(&String, &Handed)| written.eq_ignore_ascii_case(name);
        self.secrets.get(name).or_else(|| self.secrets.iter().find(same).map(|(_, handed)| handed))
    }

    /// Reads what a call says, hands over and gets back.
    pub(super) fn read(reader: &mut Reader, place: &Place<'_>) -> Self {
        Self::parts(reader, place, Form::Ours)
    }

    /// The same in GitHub's words: `workflow_call`.
    pub(super) fn raw(reader: &mut Reader, place: &Place<'_>) -> Self {
        Self::parts(reader, place, Form::Called)
    }

    fn parts(reader: &mut Reader, place: &Place<'_>, form: Form) -> Self {
        reader.is_record(place);
        reader.known(place, &["inputs", "secrets", "outputs"]);
        let inputs = Input::all(reader, place, form);
        let secrets = reader.record_of(place, "secrets").map_or_else(IndexMap::new, |secrets| {
            secrets.fields().filter_map(|(field, here)| Handed::read(reader, &here, field)).collect()
        });
        let outputs = reader.record_of(place, "outputs").map_or_else(IndexMap::new, |outputs| {
            let mut read = |field: &Field, here: &Place<'_>| {
                reader.word(here, field.key, &field.name);
                Some((field.name.clone(), Returned::read(reader, here, form)?))
            };
            outputs.fields().filter_map(|(field, here)| read(field, &here)).collect()
        });
        Self { inputs, secrets, outputs }
    }
}

impl Handed {
    fn read(reader: &mut Reader, place: &Place<'_>, field: &Field) -> Option<(String, Self)> {
        reader.word(place, field.key, &field.name);
        if field.name.eq_ignore_ascii_case("github_token") {
            let message = "expected a secret of the caller's, got the name of the job's own token";
            reader.misnamed(place, field.key, message, "write 'Token where it is used: every job has one");
        }
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["description", "required"]);
        let description = reader.text_of(place, "description");
        let required = match place.get("required") {
            Some(flag) => reader.flag(&flag)?.value,
            None => false,
        };
        Some((field.name.clone(), Self { key: field.key, description, required }))
    }
}

impl Returned {
    /// Reads an output: a record of what it is and its value, or, in our words, the value alone.
    fn read(reader: &mut Reader, place: &Place<'_>, form: Form) -> Option<Self> {
        if form == Form::Ours && place.node.fields().is_none() {
            return Some(Self { description: None, value: Value::read(reader, place)? });
        }
        if !reader.is_record(place) {
            return None;
        }
        reader.known(place, &["description", "value"]);
        let description = reader.text_of(place, "description");
        let Some(value) = place.get("value") else {
            reader.missing(place, "value", "write value = 'Output \"job.name\"");
            return None;
        };
        let value = if form == Form::Ours { Value::read(reader, &value) } else { Value::in_words(reader, &value) };
        Some(Self { description, value: value? })
    }
}

impl Input {
    fn all(reader: &mut Reader, place: &Place<'_>, form: Form) -> IndexMap<String, Self> {
        let Some(inputs) = reader.record_of(place, "inputs") else { return IndexMap::new() };
        let mut read = |field: &Field, here: &Place<'_>| {
            reader.word(here, field.key, &field.name);
            Some((field.name.clone(), Self::read(reader, here, field.key, form)?))
        };
        inputs.fields().filter_map(|(field, here)| read(field, &here)).collect()
    }

    fn read(reader: &mut Reader, place: &Place<'_>, key: Origin, form: Form) -> Option<Self> {
        if !reader.is_record(place) {
            return None;
        }
        let text = || At::new(InputKind::Text, key);
        let (known, kind, default): (&[&str], _, _) = if form == Form::Ours {
            let kind = place.get("type").map_or_else(|| Some(text()), |kind| InputKind::read(reader, &kind));
            (&["description", "type", "required", "default"], kind, Value::field(reader, place, "default"))
        } else {
            let known: &[&str] = &["description", "type", "required", "default", "options"];
            let default = place.get("default").and_then(|default| Value::in_words(reader, &default));
            (&known[..if form == Form::Called { 4 } else { 5 }], InputKind::raw(reader, place, form, text()), default)
        };
        reader.known(place, known);
        Some(Self {
            key,
            description: reader.text_of(place, "description"),
            kind: kind?,
            required: reader.flag_of(place, "required").is_some_and(|flag| flag.value),
            default,
        })
    }
}

impl InputKind {
    fn read(reader: &mut Reader, place: &Place<'_>) -> Option<At<Self>> {
        let kind = match (place.node.tag(), place.argument()) {
            (Some(("Text", None)), _) => Self::Text,
            (Some(("Number", None)), _) => Self::Number,
            (Some(("Flag", None)), _) => Self::Flag,
            (Some(("Environment", None)), _) => Self::Environment,
            (Some(("Choice", Some(_))), Some(options)) => Self::Choice(reader.texts(&options)),
            _ => {
                let help = "write 'Text, 'Number, 'Flag, 'Environment or 'Choice [\"a\", \"b\"]";
                reader.expected(place, "an input's type", help);
                return None;
            }
        };
        Some(At::new(kind, place.origin()))
    }

    /// Reads the type of an input in GitHub's words, and the options of a choice; `unsaid` if a form need not say it.
    fn raw(reader: &mut Reader, place: &Place<'_>, form: Form, unsaid: At<Self>) -> Option<At<Self>> {
        const TYPES: [&str; 5] = ["string", "boolean", "number", "choice", "environment"];
        let known = &TYPES[..if form == Form::Called { 3 } else { 5 }];
        let options = place.get("options").filter(|_| form == Form::Dispatched);
        let Some(kind) = place.get("type") else {
            if form == Form::Called {
                reader.missing(place, "type", "write type = \"string\", \"boolean\" or \"number\"");
                return None;
            }
            return Self::without_options(reader, options.as_ref(), unsaid);
        };
        let text = reader.text(&kind)?;
        let found = match text.as_str() {
            "choice" if form == Form::Dispatched => {
                let Some(options) = options else {
                    reader.missing(place, "options", "write options = [\"a\", \"b\"]");
                    return None;
                };
                return Some(At::new(Self::Choice(reader.texts(&options)), text.origin));
            }
            "string" => Self::Text,
            "boolean" => Self::Flag,
            "number" => Self::Number,
            "environment" if form == Form::Dispatched => Self::Environment,
            other => {
                let message = format!("expected the type of an input, got \"{other}\"");
                reader.refuse(&kind, message, &format!("write one of {}", known.join(", ")));
                return None;
            }
        };
        Self::without_options(reader, options.as_ref(), At::new(found, text.origin))
    }

    fn without_options(reader: &mut Reader, options: Option<&Place<'_>>, found: At<Self>) -> Option<At<Self>> {
        if let Some(options) = options {
            reader.refuse(options, "`options` belong to a choice", "write type = \"choice\" beside them");
            return None;
        }
        Some(found)
    }
}
