//! The variables of a script that hold what outsiders write, followed through what they are copied to.

use std::collections::BTreeMap;

use super::scope::Spot;
use super::scripts::{self, Script};
use super::shell::{Command, Word};
use super::untrusted::{self, Reach};
use super::{Scope, gitlab};
use crate::pipeline::backends::Forge;
use crate::pipeline::value::Binding;

/// Variables by name: what of an outsider's they hold, and how much of it.
pub(crate) type Tainted = BTreeMap<String, (String, Reach)>;

/// The variables that hold what outsiders write: whose it is, and how much of it.
pub(crate) fn variables(scope: &Scope<'_>, script: Script<'_>) -> Tainted {
    let mut tainted = BTreeMap::new();
    for (name, context) in untrusted::variables_in(script.text) {
        tainted.insert(name.to_owned(), (format!("`{context}`"), Reach::Line));
    }
    if scope.project.backends.write_for(Forge::GitLab) {
        tainted.extend(on_gitlab(scope, script));
    }
    tainted.extend(script.spot.map(|spot| environment(scope, spot)).unwrap_or_default());
    tainted
}

/// Those that GitLab sets, and those that take them over where variables are written in its own words.
fn on_gitlab(scope: &Scope<'_>, script: Script<'_>) -> Tainted {
    let asked = untrusted::is_proposed(scope.project, script.spot.map(|spot| spot.pipeline));
    let held = |name: &str, reach| (name.to_owned(), (format!("`${name}`"), reach));
    let mut tainted: Tainted =
        untrusted::gitlab_variables_in(script.text, asked).map(|(name, reach)| held(name, reach)).collect();
    for variable in gitlab::variables(scope.project).into_iter().filter(|variable| script.text.contains(variable.name)) {
        let Some(text) = variable.value.text().filter(|_| variable.expands && variable.reaches(script.spot)) else { continue };
        if let Some((name, reach)) = untrusted::gitlab_variables_in(text, asked).max_by_key(|(_, reach)| *reach) {
            tainted.insert(variable.name.to_owned(), (format!("`${name}`"), reach));
        }
    }
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
