//! `run`: commands; `uses`: an action of the forge.

use super::Kind;
use crate::origin::At;
use crate::pipeline::reader::{Place, Reader};
use crate::pipeline::uses::Used;
use crate::pipeline::value::{Bindings, Value};

/// Commands of a shell. They hold no expression: values come in through `env`.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The commands.
    pub script: At<String>,
    /// The shell; bash if none.
    pub shell: Option<At<String>>,
    /// Where they run, from the root of the sources.
    pub directory: Option<At<String>>,
    /// The commands with the expressions that stand in them all the same, in GitHub's words.
    pub said: Option<Box<At<Value>>>,
}

/// An action, by its name in the project's table of pins, or one of this repository (`./path`), or an image (`docker://image`).
#[derive(Clone, Debug, PartialEq)]
pub struct Uses {
    /// As it is written; [`Self::used`] takes it apart.
    pub action: At<String>,
    /// Its inputs.
    pub with: Bindings,
}

/// Reads what belongs to a kind and stands beside it in our words, though the kind itself is said in the forge's.
pub(super) fn companions(reader: &mut Reader, step: &Place<'_>, kind: &mut Kind) {
    match kind {
        Kind::Run(run) => {
            run.shell = reader.text_of(step, "shell");
            run.directory = reader.text_of(step, "directory");
        }
        Kind::Uses(uses) => uses.with = Value::bindings(reader, step, "with"),
        _ => {}
    }
}

impl Run {
    pub(super) fn read(reader: &mut Reader, step: &Place<'_>, place: &Place<'_>) -> Option<Self> {
        let shell = reader.text_of(step, "shell");
        let directory = reader.text_of(step, "directory");
        Some(Self { script: reader.text(place)?, shell, directory, said: None })
    }

    /// Reads commands that may hold expressions: a rule speaks of these, and what they ask for is looked at as everywhere.
    pub(crate) fn in_words(reader: &mut Reader, place: &Place<'_>) -> Option<Self> {
        let script = reader.text(place)?;
        let said = if script.contains("${{") { Value::in_words(reader, place).map(Box::new) } else { None };
        Some(Self { script, shell: None, directory: None, said })
    }
}

impl Uses {
    /// What it names.
    #[must_use]
    pub fn used(&self) -> Used<'_> {
        Used::of(&self.action)
    }

    pub(super) fn read(reader: &mut Reader, step: &Place<'_>, place: &Place<'_>) -> Option<Self> {
        let with = Value::bindings(reader, step, "with");
        Some(Self { action: reader.text(place)?, with })
    }
}
