//! A job whose commands are the author's, in GitLab's own words: nothing of ours runs beside them, so what a script of ours would do for
//! the job stands before them, or is said to be lost.

use super::lowering::Lowering;
use super::script::{self, Piece};
use super::{condition, machine, value, words};
use crate::pipeline::value::Bindings;
use crate::pipeline::{Job, Part, Reference};
use crate::yaml::{Map, Node};

/// Puts before the commands of such a job what they are given, and says what nobody does for them.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, map: &mut Map) {
    let Some(commands) = job.gitlab.as_ref() else { return };
    let has = |name: &str| commands.get(name).is_some();
    let is_own = ["script", "run", "trigger"].iter().any(|name| has(name)) || job.top_steps().is_empty() && has("extends");
    if !is_own {
        return;
    }
    // A report of its own may hand on what it likes.
    let hands_on = commands.at(&["artifacts", "reports", "dotenv"]).is_some();
    for binding in job.outputs.values().filter(|_| !hands_on) {
        lowering.lose("own-commands", binding.key);
    }
    if condition::guard(lowering, job).is_some() {
        lowering.lose("own-commands", job.when.as_ref().map_or(job.key, |when| when.origin));
    }
    let takes = has("script") && machine::system(lowering, job) != Some("Windows");
    let Some(given) = given(lowering, job, takes) else { return };
    // Both are one script in the end.
    let name = if has("before_script") { "before_script" } else { "script" };
    if let Some(there) = map.entries.iter_mut().find(|entry| entry.key == name) {
        there.value = words::both(Node::from(given), there.value.clone());
    }
}

/// The commands that set what GitLab does not know before the job begins; none if it knows all, or if the job `takes` none.
fn given(lowering: &mut Lowering<'_>, job: &Job, takes: bool) -> Option<String> {
    let pieces = std::mem::take(&mut lowering.pieces);
    let mut lines = Vec::new();
    for (name, binding) in script::bound(lowering, job) {
        let one = Bindings::from_iter([(name, binding.clone())]);
        let late = value::late(lowering, &one);
        if late.is_empty() {
            continue;
        }
        if takes && binding.value.parts.iter().all(|part| is_known_to_a_shell(&part.value)) {
            lines.extend(late.iter().map(|words| assignment(words)));
        } else {
            lowering.lose("own-commands", binding.value.origin);
        }
    }
    let mut all = Vec::new();
    if !lines.is_empty() {
        all.extend(script::inherited(lowering, job));
        all.extend(lines);
    }
    let called = std::mem::replace(&mut lowering.pieces, pieces);
    (!all.is_empty()).then(|| format!("{}{}\n", Piece::together(called), all.join("\n")))
}

/// `NAME word` as the shell exports it.
fn assignment(words: &str) -> String {
    format!("export {}", words.replacen(' ', "=", 1))
}

/// Whether a word of any POSIX shell stands for a part, without the functions that only jobs with steps have.
const fn is_known_to_a_shell(part: &Part) -> bool {
    match part {
        Part::Text(_) | Part::Number(_) | Part::Flag(_) => true,
        Part::When(_) => false,
        Part::Reference(reference) => {
            !matches!(reference, Reference::Hash(_) | Reference::Step(..) | Reference::Result(_) | Reference::Raw(_))
        }
    }
}
