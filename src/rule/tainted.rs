//! The variables of a script that hold what outsiders write, followed through what they are copied to.

use std::collections::BTreeMap;

use super::scripts::Script;
use super::shell::Command;
use super::untrusted::{self, Reach};

/// Variables by name: what of an outsider's they hold, and how much of it.
pub(super) type Tainted = BTreeMap<String, (String, Reach)>;

/// The variables that hold what outsiders write: whose it is, and how much of it.
pub(super) fn variables(script: Script<'_>) -> Tainted {
    let mut tainted = BTreeMap::new();
    let mut seen = Vec::new();
    for (name, binding) in script.environment() {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        if let Some(found) = untrusted::in_value(script.pipeline, &binding.value) {
            tainted.insert(name.to_owned(), found);
        }
    }
    tainted
}

/// Follows values into the variables they are copied to.
pub(super) fn follow(commands: &[Command], tainted: &mut Tainted) {
    for command in commands {
        for word in &command.assigned {
            let Some((name, _)) = word.text.split_once('=') else { continue };
            let name = name.trim_end_matches('+').split('[').next().unwrap_or_default();
            let into = |from: &str| word.names.iter().any(|one| one == from) || word.inner.iter().any(|inner| inner.takes(from));
            let found = tainted.iter().find(|(from, _)| into(from)).map(|(_, found)| found.clone());
            if let Some(found) = found {
                tainted.insert(name.to_owned(), found);
            }
        }
    }
}
