//! `gl-input-expansion`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Pipeline;
use crate::pipeline::gitlab::Tree;
use crate::view::gitlab::{Described, Said, described, said};
use crate::view::scripts;

pub(super) static RULE: Rule = Rule {
    id: "gl-input-expansion",
    summary: "an input becomes part of a program's text",
    why: "`$[[ inputs.name ]]` is put into the text of the file before GitLab reads it, so what is handed over is read as \
          commands by the shell. `expand_vars` goes further: variables in the input are filled in too, whose values whoever \
          starts the pipeline, or writes a commit, may choose. An input that stands in `variables` only is a value; a script \
          reads that variable between double quotes.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.deploy.gitlab = { timeout = "5m", script = ["deploy $[[ inputs.target ]]"] } }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.test.steps = [{ run = "make", gitlab.script = ["make $[[inputs.target]]"] }] }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", r#"{ jobs.test.gitlab.variables.TARGET = "$[[ inputs.target | expand_vars ]]" }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("ci", "{}")])
            .project(r#"{ backends.gitlab.default.before_script = ["export TARGET=$[[ inputs.target ]]"] }"#),
        Example::good(&[(
            "ci",
            r#"{ jobs.deploy.gitlab = { timeout = "5m", variables.TARGET = "$[[ inputs.target ]]", script = ["deploy \"$TARGET\""] } }"#,
        )])
        .project("{ backends.gitlab = {} }"),
        Example::good(&[("ci", r#"{ jobs.test.gitlab.variables.TARGET = "$[[ inputs.target | truncate(0,8) ]]" }"#)])
            .project("{ backends.gitlab = {} }"),
        Example::bad(&[("a.gitlab-ci.yml", "spec:\n  inputs:\n    a:\n---\nb:\n  script: make $[[ inputs.a ]]\n")]),
        Example::bad(&[(
            "a.gitlab-ci.yml",
            "spec:\n  inputs:\n    a:\n      regex: v.*\n---\nb:\n  script: make $[[ inputs.a ]]\n",
        )]),
        Example::good(&[(
            "a.gitlab-ci.yml",
            "spec:\n  inputs:\n    a:\n      options: [one, two]\n    b:\n      type: number\n    c:\n      regex: ^v[0-9]+$\n---\nb:\n  \
             script: make $[[ inputs.a ]] $[[ inputs.b ]] $[[ inputs.c ]]\n",
        )]),
    ],
    ..Rule::GITLAB
};

const HELP: &str = "set a variable to it, and write \"$NAME\" in the script";

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for script in scripts::all(scope).filter(|script| script.is_raw()) {
        let pipeline = script.spot.map(|spot| spot.pipeline);
        for input in inputs(script.text).filter(|input| !is_narrow(scope, pipeline, name(input))) {
            findings
                .report(script.identity(), script.origin, format!("the input `{}` becomes commands", name(input)))
                .key(input)
                .help(HELP);
        }
    }
    let files = said(scope.project).into_iter().flat_map(|said| {
        said.file
            .parts()
            .filter(|(name, _)| !is_job(name))
            .map(move |(_, entry)| (said.identity(), &entry.tree))
            .collect::<Vec<_>>()
    });
    let jobs = described(scope.project).into_iter().map(|part| {
        let Described { words, .. } = part;
        (part.identity(), words)
    });
    for (identity, tree) in files.chain(jobs) {
        for (_, text) in Tree::texts(tree) {
            for input in inputs(text.value).filter(|input| expands(input)) {
                findings
                    .report(identity.clone(), text.origin, format!("variables in the input `{}` are filled in", name(input)))
                    .key(format!("expand_vars/{input}"))
                    .help("leave `expand_vars` out");
            }
        }
    }
}

/// Whether no text of anybody's own can be handed over: the input is a number or a flag, one of some texts, or all of it fits a pattern.
fn is_narrow(scope: &Scope<'_>, pipeline: Option<&Pipeline>, name: &str) -> bool {
    let own = |said: &Said<'_>| said.pipeline.zip(pipeline).is_none_or(|(one, other)| one.id == other.id);
    said(scope.project).iter().filter(|said| own(said)).any(|said| {
        let input = said.file.spec.as_ref().and_then(|spec| spec.tree.get("inputs")?.get(name));
        input.is_some_and(|input| {
            let text = |word: &str| input.get(word).and_then(Tree::text);
            let is_whole = |pattern: &str| pattern.starts_with(['^', '\\']) && pattern.ends_with(['$', 'z', 'Z']);
            matches!(text("type"), Some("number" | "boolean"))
                || input.get("options").is_some()
                || text("regex").is_some_and(is_whole)
        })
    })
}

/// Whether a part of a file is one that is described as a job is.
fn is_job(name: &str) -> bool {
    name == "default" || name.starts_with('.')
}

/// What stands between `$[[` and `]]` and names an input.
fn inputs(text: &str) -> impl Iterator<Item = &str> {
    text.split("$[[")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once("]]")?.0.trim()))
        .filter(|inner| inner.starts_with("inputs."))
}

fn name(input: &str) -> &str {
    input.trim_start_matches("inputs.").split('|').next().unwrap_or_default().trim()
}

fn expands(input: &str) -> bool {
    input.split('|').skip(1).any(|function| function.trim().trim_end_matches("()") == "expand_vars")
}
