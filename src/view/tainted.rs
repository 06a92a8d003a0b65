//! The variables of a script that hold what outsiders write, followed through what they are copied to.

use std::collections::BTreeMap;

use super::Scope;
use super::scope::Spot;
use super::scripts::{self, Script};
use super::shell::{Command, Word};
use super::untrusted::{self, Reach};
use crate::pipeline::value::Binding;

/// Variables by name: what of an outsider's they hold, and how much of it.
pub(crate) type Tainted = BTreeMap<String, (String, Reach)>;

/// The variables that hold what outsiders write: whose it is, and how much of it.
pub(crate) fn variables(scope: &Scope<'_>, script: Script<'_>) -> Tainted {
    let mut tainted = BTreeMap::new();
    for (name, context) in untrusted::variables_in(script.text) {
        tainted.insert(name.to_owned(), (format!("`{context}`"), Reach::Line));
    }
    tainted.extend(environment(scope, script.spot()));
    tainted
}

/// The variables of a step's environment that do.
pub(crate) fn environment(scope: &Scope<'_>, spot: Spot<'_>) -> Tainted {
    let held =
        |(name, binding): (&str, &Binding)| Some((name.to_owned(), untrusted::in_value(scope.project, spot, &binding.value)?));
    scripts::variables(spot).into_iter().filter_map(held).collect()
}

/// Follows what variables hold into the variables they are copied to.
pub(crate) fn follow<T: Clone>(commands: &[Command], held: &mut BTreeMap<String, T>) {
    for command in commands {
        for (name, words) in assignments(command) {
            let found = held.iter().find(|(from, _)| words.iter().any(|word| word.takes(from))).map(|(_, found)| found.clone());
            if let Some(found) = found {
                held.insert(name.to_owned(), found);
            }
        }
    }
}

/// What sets variables by its words.
const DECLARERS: &[&str] = &["export", "declare", "local", "readonly", "typeset"];

/// The variables that a command sets, and the words they are set to: `A=…`, `export A=…`, and `$a = …` of PowerShell.
pub(crate) fn assignments(command: &Command) -> Vec<(&str, &[Word])> {
    if let [name, equals, words @ ..] = command.words.as_slice()
        && name.text.starts_with('$')
        && matches!(equals.text.as_str(), "=" | "+=")
    {
        let name = name.text.trim_start_matches('$');
        let env = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("env:"));
        return vec![(if env { &name[4..] } else { name }, words)];
    }
    let declared = command.arguments().iter().filter(|_| DECLARERS.contains(&command.name()));
    command.assigned.iter().chain(declared).filter_map(set).collect()
}

fn set(word: &Word) -> Option<(&str, &[Word])> {
    let (name, _) = word.text.split_once('=')?;
    Some((name.trim_end_matches('+').split('[').next().unwrap_or_default(), std::slice::from_ref(word)))
}
