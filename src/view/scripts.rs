//! The scripts of a project, each with the step it is in and the shell that runs it.

use std::collections::BTreeSet;

use super::actions::said;
use super::provenance::{self, Source};
use super::scope::{Sorted, Spot};
use super::shell::{self, Command};
use super::{Scope, gitlab};
use crate::finding::Identity;
use crate::origin::{At, Origin};
use crate::pipeline::step::{Kind, Run};
use crate::pipeline::value::Binding;
use crate::pipeline::{Job, Pipeline, Project, Step, Value};

/// A script and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Script<'a> {
    /// The pipeline, job and step; none if the project says it of all its pipelines.
    pub(crate) spot: Option<Spot<'a>>,
    /// The text.
    pub(crate) text: &'a str,
    /// Where it is written.
    pub(crate) origin: Origin,
    /// Whether a POSIX shell runs it.
    pub(crate) posix: bool,
    /// Whether PowerShell runs it.
    pub(crate) powershell: bool,
}

/// Every script, whatever runs it.
pub(crate) fn all<'a>(scope: &Scope<'a>) -> impl Iterator<Item = Script<'a>> {
    scope.scripts().iter().copied()
}

/// The scripts of a project, of whose steps some stand in GitLab's words.
pub(super) fn gathered<'a>(project: &'a Project, steps: &Sorted<(&'a Pipeline, &'a Job, &'a Step)>) -> Sorted<Script<'a>> {
    let scripts = |steps: &[(&'a Pipeline, &'a Job, &'a Step)]| {
        steps.iter().filter_map(|(pipeline, job, step)| of(pipeline, job, step)).collect::<Vec<_>>()
    };
    Sorted::of(scripts(steps.portable()), scripts(steps.raw()).into_iter().chain(gitlab::scripts(project)))
}

/// The scripts of a POSIX shell that hold one of some texts. Reading commands takes time, and most scripts hold nothing a rule
/// looks for.
pub(crate) fn with_any<'a>(scope: &Scope<'a>, texts: &'static [&'static str]) -> impl Iterator<Item = Script<'a>> {
    all(scope).filter(|script| script.posix && texts.iter().any(|text| script.text.contains(text)))
}

/// The scripts of a POSIX shell or of PowerShell that hold one of some texts.
pub(crate) fn of_any_shell<'a>(scope: &Scope<'a>, texts: &'static [&'static str]) -> impl Iterator<Item = Script<'a>> {
    all(scope).filter(|script| script.is_read() && texts.iter().any(|text| script.text.contains(text)))
}

/// The scripts of a POSIX shell that may call one of some programs.
pub(crate) fn calling<'a>(
    scope: &Scope<'a>,
    programs: impl Iterator<Item = &'static str> + Clone,
) -> impl Iterator<Item = Script<'a>> {
    all(scope).filter(move |script| script.posix && script.may_call(programs.clone()))
}

/// The script of a step, if it has one.
pub(crate) fn of<'a>(pipeline: &'a Pipeline, job: &'a Job, step: &'a Step) -> Option<Script<'a>> {
    let Kind::Run(run) = &step.kind.value else { return None };
    let shell = shell_of(pipeline, job, run);
    let shell = shell.as_ref().map(|shell| shell.value.as_str());
    let (posix, powershell) = (shell::is_posix(shell), shell::is_powershell(shell));
    let spot = Some(Spot { pipeline, job: Some(job), step: Some(step) });
    Some(Script { spot, text: &run.script.value, origin: run.script.origin, posix, powershell })
}

/// The shell that somebody names for commands: at the step, the job or the pipeline, the nearest first. Nobody names one that is
/// only known when the job runs.
pub(crate) fn shell_of(pipeline: &Pipeline, job: &Job, run: &Run) -> Option<At<String>> {
    let mut defaults = [&job.defaults, &pipeline.defaults].into_iter().flatten();
    run.shell.clone().or_else(|| {
        let shell = defaults.find_map(|defaults| defaults.shell.as_ref())?;
        Some(At::new(said(shell)?, shell.origin))
    })
}

/// The variables of an environment at a spot, each with the binding that holds: the nearest.
pub(crate) fn variables(spot: Spot<'_>) -> Vec<(&str, &Binding)> {
    let (step, job) = (spot.step.map(|step| &step.env), spot.job.map(|job| &job.env));
    let raw = spot.job.map(|job| &job.on_gitlab.variables);
    let is_raw = spot.step.is_some_and(|step| step.forge.is_some());
    let (first, last) = if is_raw { (raw, None) } else { (None, raw) };
    let mut seen = BTreeSet::new();
    let all = [step, first, job, Some(&spot.pipeline.env), last].into_iter().flatten().flatten();
    all.filter(|(name, _)| seen.insert(name.as_str())).map(|(name, binding)| (name.as_str(), binding)).collect()
}

impl<'a> Script<'a> {
    /// The variables its commands find, each with the binding that holds.
    pub(crate) fn variables(self) -> Vec<(&'a str, &'a Binding)> {
        self.spot.map(variables).unwrap_or_default()
    }

    /// Everything that a value its commands find may come from.
    pub(crate) fn sources(self, project: &'a Project, value: &'a At<Value>) -> Vec<Source<'a>> {
        self.spot.map(|spot| provenance::of(project, spot, value)).unwrap_or_default()
    }

    /// The identity of the innermost thing it is in.
    pub(crate) fn identity(self) -> Identity {
        self.spot.map_or_else(|| Identity::of("project"), Spot::identity)
    }

    /// Whether it stands in a forge's own words.
    pub(crate) fn is_raw(self) -> bool {
        self.spot.and_then(|spot| spot.step).is_none_or(|step| step.forge.is_some())
    }

    /// Whether its commands can be read: what is called with which words looks alike in a POSIX shell and in PowerShell.
    pub(crate) const fn is_read(self) -> bool {
        self.posix || self.powershell
    }

    /// Its commands as a POSIX shell reads them, or as it would read those of PowerShell.
    pub(crate) fn commands(self) -> Vec<Command> {
        if self.powershell {
            // There, a backtick is what a backslash is elsewhere.
            let escapes = ["`\r\n", "`\n", "`n", "`r", "`t", "`0"];
            let text = escapes.iter().fold(self.text.replace('\\', "/"), |text, escape| text.replace(escape, " "));
            let text = text.replace('`', "");
            return shell::commands(&text);
        }
        shell::commands(self.text)
    }

    /// Whether one of these programs is named in it.
    pub(crate) fn may_call(self, programs: impl Iterator<Item = &'static str> + Clone) -> bool {
        is_any_named(self.text, programs)
    }
}

/// Whether a name stands in a text, and not only as a part of a longer one.
pub(crate) fn is_named(text: &str, name: &str) -> bool {
    is_any_named(text, std::iter::once(name))
}

/// The same for one of some names: they are looked for where a name may begin, and nowhere else.
fn is_any_named<'n>(text: &str, names: impl Iterator<Item = &'n str> + Clone) -> bool {
    let edge = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
    let bytes = text.as_bytes();
    let begins = |at: &usize| edge(at.checked_sub(1).and_then(|before| bytes.get(before)));
    (0..bytes.len()).filter(begins).any(|at| {
        let mut ends = names.clone().filter_map(|name| bytes[at..].starts_with(name.as_bytes()).then_some(at + name.len()));
        ends.any(|end| end > at && edge(bytes.get(end)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_by_a_whole_word() {
        for text in ["nc -l", "/bin/nc\t-e", "x|nc", "\"nc\"", "sync; nc"] {
            assert!(is_named(text, "nc"), "{text}");
        }
        for text in ["sync", "once", "nc_x", "ncat", ""] {
            assert!(!is_named(text, "nc"), "{text}");
        }
    }
}
