//! What a rule says of itself, in order: one text for its page in the documentation, for `pipeward explain` and for code scanning.

use crate::rule::{ANYWHERE, Check, Example, Forges, Refused, Rule};
use crate::source::FaultKind;

/// A piece of a rule's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// What follows is about this.
    Heading(&'static str),
    /// A paragraph; names stand between backticks.
    Prose(String),
    /// One of several such.
    Item(String),
    /// Nickel.
    Code(String),
}

/// Everything there is to say of a rule after its id and its summary.
#[must_use]
pub fn parts(rule: &Rule) -> Vec<Part> {
    let mut parts = vec![Part::Prose(stance(rule)), Part::Heading("Why")];
    parts.extend(rule.why.split("\n\n").map(|paragraph| Part::Prose(paragraph.trim().to_owned())));
    if !rule.refused.is_empty() {
        parts.push(Part::Heading("Refused before it is judged"));
        parts.extend(rule.refused.iter().map(|refused| Part::Item(refusal(refused))));
    }
    if !rule.settings.trim().is_empty() {
        parts.push(Part::Heading("Settings"));
        parts.push(Part::Prose(format!("In a policy, under `rules.{}.settings`:", rule.id)));
        parts.push(Part::Code(rule.settings.trim_matches('\n').to_owned()));
    }
    for (heading, fires) in [("Fires on", true), ("Does not fire on", false)] {
        let examples = rule.examples.iter().filter(|example| example.fires == fires);
        let shown: Vec<Part> = examples.map(|example| Part::Code(sources(example))).collect();
        if !shown.is_empty() {
            parts.push(Part::Heading(heading));
            parts.extend(shown);
        }
    }
    parts
}

/// The page of a rule, as Markdown.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let mut text = format!("# {}\n\n{GENERATED}\n\n{}\n", rule.id, sentence(rule.summary));
    let mut before = None;
    for part in parts(rule) {
        let joined = matches!((&before, &part), (Some(Part::Item(_)), Part::Item(_)));
        text.push_str(if joined { "" } else { "\n" });
        let piece = match &part {
            Part::Heading(heading) => format!("## {heading}\n"),
            Part::Prose(prose) => format!("{}\n", escaped(prose)),
            Part::Item(item) => format!("- {}\n", escaped(item)),
            Part::Code(code) => {
                let is_yaml = code.lines().next().is_some_and(|name| name.starts_with('#') && name.ends_with(YAML));
                let language = if is_yaml { "yaml" } else { "nickel" };
                format!("```{language}\n{}\n```\n", code.trim_end())
            }
        };
        text.push_str(&piece);
        before = Some(part);
    }
    text
}

const GENERATED: &str = "<!-- Generated from src/rule/*.rs by tests/rules.rs; do not edit. -->";

/// The page that lists the pages of rules, as Markdown.
#[must_use]
pub fn index(rules: &[&Rule]) -> String {
    let rows: String = rules
        .iter()
        .map(|rule| {
            let summary = escaped(rule.summary).replace('|', "\\|");
            let forges = rule.forges.names().join(", ");
            format!("| [`{0}`]({0}.md) | {1} | {forges} | {summary} |\n", rule.id, rule.severity.word())
        })
        .collect();
    format!(
        "# Rules\n\n{GENERATED}\n\n\
         Every built-in rule, with its severity unless a policy says otherwise. `pipeward explain RULE` says in a terminal what its page says here.\n\n\
         | rule | severity | forges | what is wrong where it fires |\n|---|---|---|---|\n{rows}"
    )
}

/// Where the page of a rule is published: under the repository that Cargo.toml names, if it names one.
#[must_use]
pub fn address(id: &str) -> Option<String> {
    address_under(env!("CARGO_PKG_REPOSITORY"), id)
}

fn address_under(repository: &str, id: &str) -> Option<String> {
    let repository = repository.trim_end_matches('/');
    (!repository.is_empty()).then(|| format!("{repository}/blob/v{}/docs/rules/{id}.md", env!("CARGO_PKG_VERSION")))
}

/// How bad it is, who may say otherwise, and where it speaks.
fn stance(rule: &Rule) -> String {
    let word = rule.severity.word();
    let decided = match rule.check {
        Check::Project(_) | Check::Policy(_) => format!("Severity `{word}`, unless a policy says otherwise."),
        Check::Contract => format!("Severity `{word}`. The contracts refuse it, so no policy can turn it off."),
        Check::Backend => format!("Severity `{word}`. Nothing can be written that way, so no policy can turn it off."),
        Check::Loss => format!(
            "Severity `{word}`, unless a policy says otherwise. What no forge writes is found while its files are written."
        ),
        Check::Drift => format!("Severity `{word}`, unless a policy says otherwise. Files on disk are compared."),
        Check::Change => format!("Severity `{word}`, unless a policy says otherwise. It speaks under `--policy-ref` alone."),
        Check::Gate => format!("Severity `{word}`, unless a policy says otherwise. It speaks in `pipeward gate` alone."),
        Check::Unmeasured => {
            format!("Severity `{word}`. Nothing was judged, so no policy can turn it off. It speaks in `pipeward gate` alone.")
        }
    };
    match rule.forges {
        Forges::Every => format!("{decided} It is about every forge."),
        Forges::Only(forge) => {
            let judges = matches!(rule.check, Check::Project(_) | Check::Policy(_));
            let idle = if judges { format!(": idle unless `backends.{}` is on", forge.name()) } else { String::new() };
            format!("{decided} It is about {} alone{idle}.", forge.title())
        }
    }
}

/// A fault by which a contract stops it first, as an item of a list.
fn refusal(refused: &Refused) -> String {
    let what = match refused.path {
        ANYWHERE => "a value that no other rule names".to_owned(),
        path => format!("`{path}`"),
    };
    match refused.kind {
        FaultKind::Contract => format!("{what}, if its contract refuses it"),
        FaultKind::Expression => "commands that hold an expression".to_owned(),
        FaultKind::Missing => format!("{what}, if it is missing"),
        FaultKind::Unknown => format!("{what}, if nobody knows the name"),
        FaultKind::Name => "a name that cannot be one".to_owned(),
        FaultKind::Syntax => "a file that is not Nickel".to_owned(),
        FaultKind::Import => "an import that is not there or not allowed".to_owned(),
        FaultKind::Evaluation => "a file whose evaluation fails".to_owned(),
        FaultKind::Unreadable => "a file that cannot be read".to_owned(),
    }
}

/// The files of an example, each under its path; what is not written is as in a small complete project.
fn sources(example: &Example) -> String {
    let said = |text: &str| !matches!(text.trim(), "" | "{}");
    let mut files: Vec<(String, &str)> = example.pipelines.iter().map(|(id, text)| (path(example, id), *text)).collect();
    files.extend(said(example.project).then(|| ("pipelines/main.ncl".to_owned(), example.project)));
    files.extend(said(example.policy).then(|| ("policies/main.ncl".to_owned(), example.policy)));
    if files.is_empty() {
        return "# a project that says nothing of it".to_owned();
    }
    let texts: Vec<String> = files.iter().map(|(path, text)| format!("# {path}\n{}\n", text.trim())).collect();
    texts.concat().trim_end().to_owned()
}

/// What the first line of an example begins with that is YAML.
const YAML: &str = ".yml";

fn path(example: &Example, id: &str) -> String {
    if example.is_yaml() { id.to_owned() } else { format!("pipelines/{id}.ncl") }
}

/// A fragment as a sentence.
fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", escaped(letters.as_str()))
}

/// Prose in which only backticks mean something to Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in text.chars() {
        inside ^= letter == '`';
        if !inside && "*_<>[]".contains(letter) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_published_only_where_there_is_a_repository() {
        assert_eq!(address_under("", "globs"), None);
        let expected = format!("https://forge.example/a/b/blob/v{}/docs/rules/globs.md", env!("CARGO_PKG_VERSION"));
        assert_eq!(address_under("https://forge.example/a/b/", "globs"), Some(expected));
    }

    #[test]
    fn prose_is_escaped_outside_of_names() {
        assert_eq!(escaped("`a_*` <b> *c*"), "`a_*` \\<b\\> \\*c\\*");
        assert_eq!(sentence("a *job* runs"), "A \\*job\\* runs.");
    }
}
