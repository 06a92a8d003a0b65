//! The commands and the caches in GitLab's words, as the steps they come to.

use super::super::backends::Forge;
use super::super::job::Job;
use super::super::project::Project;
use super::super::step::{Cache, Kind, Run, Step};
use super::super::value::{Binding, Bindings, Known, Part, Reference, Value};
use super::whole::{Around, Whole};
use super::{Entry, Tree};
use crate::origin::{At, Origin};

/// Words that hold commands, in the order in which they run, each with the part of the identity that findings have.
const COMMANDS: &[(&[&str], &str)] = &[
    (&["hooks", "pre_get_sources_script"], "gitlab.hooks"),
    (&["before_script"], SCRIPT),
    (&["script"], SCRIPT),
    (&["after_script"], "gitlab.after_script"),
];
/// `before_script` and `script` run in one shell.
const SCRIPT: &str = "gitlab.script";

/// Predefined variables that are something every pipeline knows. As documented, read 2026-11.
const PREDEFINED: &[(&str, Known)] = &[
    ("CI_COMMIT_BRANCH", Known::Ref),
    ("CI_COMMIT_DESCRIPTION", Known::CommitMessage),
    ("CI_COMMIT_MESSAGE", Known::CommitMessage),
    ("CI_COMMIT_REF_NAME", Known::Branch),
    ("CI_COMMIT_REF_SLUG", Known::Ref),
    ("CI_COMMIT_SHA", Known::Commit),
    ("CI_COMMIT_SHORT_SHA", Known::Commit),
    ("CI_COMMIT_TITLE", Known::CommitMessage),
    ("CI_JOB_ID", Known::RunId),
    ("CI_JOB_TOKEN", Known::Token),
    ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", Known::Branch),
    ("CI_PIPELINE_ID", Known::RunId),
    ("CI_PIPELINE_IID", Known::RunId),
];

/// The steps that the words of a job come to, and where those of them stand that are several others together.
pub(super) fn steps(around: &Around<'_>, job: &Job, whole: &Whole) -> (Vec<Step>, Vec<Origin>) {
    let (mut steps, mut joined) = (Vec::new(), Vec::new());
    let shell = shell(whole);
    let mut run = |identity: &str, texts: &[&Tree], origin: Origin, env: &Bindings| {
        let mut add = |text: String, origin: Origin| {
            let env = given(around.project, &whole.variables, env, &text);
            let script = At::new(text, origin);
            let run = Run { script, shell: Some(At::new(shell.to_owned(), origin)), directory: None, said: None };
            steps.push(Step::in_words_of(Forge::GitLab, identity, env, At::new(Kind::Run(run), origin)));
        };
        let texts: Vec<(&str, Origin)> = texts.iter().filter_map(|tree| Some((tree.text()?, tree.origin))).collect();
        texts.iter().for_each(|(text, origin)| add((*text).to_owned(), *origin));
        // What one entry gets another may run: they are one script as well.
        if texts.len() > 1 {
            add(texts.iter().map(|(text, _)| *text).collect::<Vec<&str>>().join("\n"), origin);
            joined.push(origin);
        }
    };
    let mut shared: Vec<&Tree> = Vec::new();
    for (path, identity) in COMMANDS {
        // Beside steps, `before_script` comes before what they are written as.
        let Some(tree) = path.split_first().and_then(|(name, rest)| whole.word(name)?.at(rest)) else { continue };
        let texts = around.texts(tree);
        match *identity {
            SCRIPT => {
                shared.extend(&texts);
                if path.contains(&"script") || whole.word("script").is_none() {
                    run(identity, &shared, tree.origin, &Bindings::new());
                }
            }
            _ => run(identity, &texts, tree.origin, &Bindings::new()),
        }
    }
    for script in whole.word("run").map_or(&[][..], Tree::items).iter().filter_map(|step| step.get("script")) {
        run("gitlab.run", &around.texts(script), script.origin, &Bindings::new());
    }
    for step in job.all_steps() {
        if let Some(script) = &step.gitlab {
            run(&step.identity, &around.texts(script), script.origin, &step.env);
        }
    }
    steps.extend(whole.word("cache").map_or(&[][..], Tree::items).iter().filter_map(cache));
    (steps, joined)
}

/// The shell that runs commands: only a runner of Windows has another one.
fn shell(whole: &Whole) -> &'static str {
    let tags = whole.word("tags").map_or(&[][..], Tree::items);
    let windows = tags.iter().filter_map(Tree::text).any(|tag| tag.to_ascii_lowercase().contains("windows"));
    if windows { "pwsh" } else { "bash" }
}

/// What commands find in their environment beside variables: the project's secrets, which every job of GitLab's has.
fn given(project: &Project, variables: &Bindings, env: &Bindings, text: &str) -> Bindings {
    let mut env = env.clone();
    for (name, secret) in &project.secrets {
        if !variables.contains_key(name) && !env.contains_key(name) && names(text).any(|(found, _)| found == name) {
            let origin = secret.key;
            let value = Value { parts: vec![At::new(Part::Reference(Reference::Secret(name.clone())), origin)] };
            env.insert(name.clone(), Binding { key: origin, value: At::new(value, origin) });
        }
    }
    env
}

/// Adds a variable: its text, in which secrets and variables of the project are told.
pub(super) fn bind(project: &Project, variables: &mut Bindings, name: &str, entry: &Entry) {
    let tree = entry.tree.get("value").unwrap_or(&entry.tree);
    let Some(text) = tree.text() else { return };
    let expands = entry.tree.get("expand").and_then(Tree::flag) != Some(false);
    let value = if expands { value(project, text, tree.origin) } else { plain(text, tree.origin) };
    variables.insert(name.to_owned(), Binding { key: entry.key, value });
}

fn plain(text: &str, origin: Origin) -> At<Value> {
    At::new(Value { parts: vec![At::new(Part::Text(text.to_owned()), origin)] }, origin)
}

/// A text of GitLab's as a value: what the model knows of what its variables stand for is told by references.
pub(super) fn value(project: &Project, text: &str, origin: Origin) -> At<Value> {
    let known = |name: &str| {
        if project.secrets.contains_key(name) {
            return Some(Reference::Secret(name.to_owned()));
        }
        if project.variables.contains_key(name) {
            return Some(Reference::Variable(name.to_owned()));
        }
        PREDEFINED.iter().find(|(known, _)| *known == name).map(|(_, known)| Reference::Known(*known))
    };
    let (mut parts, mut done) = (Vec::new(), 0);
    for (name, span) in names(text) {
        let Some(reference) = known(name) else { continue };
        if span.start > done {
            parts.push(At::new(Part::Text(text[done..span.start].to_owned()), origin));
        }
        parts.push(At::new(Part::Reference(reference), origin));
        done = span.end;
    }
    if done < text.len() || parts.is_empty() {
        parts.push(At::new(Part::Text(text[done..].to_owned()), origin));
    }
    At::new(Value { parts }, origin)
}

/// The names of variables in a text, `$NAME` or `${NAME…`, each with its span; `$$` is a dollar.
pub(crate) fn names(text: &str) -> impl Iterator<Item = (&str, std::ops::Range<usize>)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(found) = text.get(at..)?.find('$') {
            let dollar = at + found;
            if bytes.get(dollar + 1) == Some(&b'$') {
                at = dollar + 2;
                continue;
            }
            let braced = bytes.get(dollar + 1) == Some(&b'{');
            let start = dollar + 1 + usize::from(braced);
            let long = bytes[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            let closed = braced && bytes.get(start + long) == Some(&b'}');
            let end = start + long + usize::from(closed);
            at = end.max(dollar + 1);
            if long > 0 {
                return Some((&text[start..start + long], dollar..end));
            }
        }
        None
    })
}

/// A cache that files are restored from; none if nothing is said, or if files are only put into it.
fn cache(tree: &Tree) -> Option<Step> {
    let text = |tree: &Tree| Some(At::new(tree.text()?.to_owned(), tree.origin));
    let paths: Vec<At<String>> = tree.get("paths").map_or(&[][..], Tree::items).iter().filter_map(text).collect();
    let untracked = tree.get("untracked").and_then(Tree::flag) == Some(true);
    if (paths.is_empty() && !untracked) || tree.get("policy").and_then(Tree::text) == Some("push") {
        return None;
    }
    let of = |name: &str, origin| {
        let parts = names(name).filter_map(|(name, _)| PREDEFINED.iter().find(|(known, _)| *known == name));
        let known = parts.map(|(_, known)| At::new(Part::Reference(Reference::Known(*known)), origin));
        let text = At::new(Part::Text(name.to_owned()), origin);
        At::new(Value { parts: std::iter::once(text).chain(known).collect() }, origin)
    };
    let key = match tree.get("key") {
        Some(key) => match (key.text(), key.get("files")) {
            (Some(text), _) => of(text, key.origin),
            (None, Some(files)) => {
                let files = files.items().iter().filter_map(Tree::text).map(str::to_owned).collect();
                let hash = At::new(Part::Reference(Reference::Hash(files)), key.origin);
                At::new(Value { parts: vec![hash] }, key.origin)
            }
            (None, None) => of("default", key.origin),
        },
        None => of("default", tree.origin),
    };
    let restore = tree.get("fallback_keys").map_or(&[][..], Tree::items).iter();
    let restore = restore.filter_map(|key| Some(of(key.text()?, key.origin))).collect();
    let kind = At::new(Kind::Cache(Cache { key, paths, restore }), tree.origin);
    Some(Step::in_words_of(Forge::GitLab, "gitlab.cache", Bindings::new(), kind))
}
