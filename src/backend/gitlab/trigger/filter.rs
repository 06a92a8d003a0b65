//! What narrows a start down: names of branches and tags as regular expressions, changed files as GitLab's globs.

use crate::backend::gitlab::expression::{Expr, What};
use crate::backend::gitlab::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::gitlab::limit::CHANGES;
use crate::pipeline::glob::{Glob, Subject};
use crate::pipeline::trigger::Filter;

/// Whether the branch in a variable is one that a filter lets in.
pub(super) fn heads(lowering: &mut Lowering<'_>, variable: &str, filter: Option<&Filter>) -> Expr {
    let (only, never) = filter.map_or((&[][..], &[][..]), |filter| (&filter.branches[..], &filter.branches_ignore[..]));
    names(lowering, variable, only, never)
}

/// Whether a variable is a name that lists let in.
pub(super) fn names(lowering: &mut Lowering<'_>, variable: &str, only: &[At<String>], never: &[At<String>]) -> Expr {
    let within = if only.is_empty() { Expr::set(variable) } else { matching(lowering, variable, only) };
    let without = if never.is_empty() { Expr::False } else { matching(lowering, variable, never) };
    Expr::all([within, without.not()])
}

/// Whether a variable is a name that a list of GitHub's patterns lets in: the last that matches decides.
pub(in crate::backend::gitlab) fn matching(lowering: &mut Lowering<'_>, variable: &str, patterns: &[At<String>]) -> Expr {
    let mut found = Expr::False;
    let mut alike: Vec<Glob> = Vec::new();
    for pattern in patterns {
        let Some(glob) = parsed(lowering, pattern, Subject::Name) else { continue };
        if alike.last().is_some_and(|last| last.negated != glob.negated) {
            found = put(variable, found, &std::mem::take(&mut alike));
        }
        alike.push(glob);
    }
    put(variable, found, &alike)
}

/// What is found once these patterns, all of which add or all of which take away, have had their say too.
fn put(variable: &str, found: Expr, globs: &[Glob]) -> Expr {
    let Some(first) = globs.first() else { return found };
    let any = one_of(variable, globs);
    if first.negated { Expr::all([found, any.not()]) } else { Expr::any([found, any]) }
}

fn one_of(variable: &str, globs: &[Glob]) -> Expr {
    if let [only] = globs
        && let Some(name) = only.literal()
    {
        return Expr::equal(variable, &name);
    }
    // Every name there is.
    if globs.iter().any(|glob| glob.regex() == ".*") {
        return Expr::set(variable);
    }
    let patterns: Vec<String> = globs.iter().map(Glob::regex).collect();
    let inner = if let [one] = patterns.as_slice() { one.clone() } else { format!("({})", patterns.join("|")) };
    let like = Expr::is(variable, What::Pattern(format!("^{inner}$")));
    // What is not set is compared as if it were empty.
    if globs.iter().any(|glob| glob.matches("")) { Expr::all([Expr::set(variable), like]) } else { like }
}

fn parsed(lowering: &mut Lowering<'_>, pattern: &At<String>, subject: Subject) -> Option<Glob> {
    match Glob::parse(pattern, subject) {
        Ok(glob) => Some(glob),
        Err(wrong) => {
            let message = format!("`{}` matches nothing: {wrong}", pattern.value);
            lowering.refuse("globs", pattern.origin, message, "write a pattern of GitHub's filters".to_owned(), pattern);
            None
        }
    }
}

/// The list of `changes` that a filter asks for; empty if any file counts.
pub(super) fn changes(lowering: &mut Lowering<'_>, filter: &Filter) -> Vec<String> {
    if let Some(ignored) = filter.paths_ignore.first() {
        lowering.lose("paths-ignore", ignored.origin);
    }
    patterns(lowering, &filter.paths)
}

/// GitHub's patterns of files as GitLab's.
pub(in crate::backend::gitlab) fn patterns(lowering: &mut Lowering<'_>, paths: &[At<String>]) -> Vec<String> {
    let mut written: Vec<String> = Vec::new();
    for path in paths {
        let Some(glob) = parsed(lowering, path, Subject::Path) else { continue };
        match glob.fnmatch() {
            Some(pattern) if !glob.negated => {
                if !written.contains(&pattern) {
                    written.push(pattern);
                }
            }
            _ => lowering.lose("path-pattern", path.origin),
        }
    }
    if let Some(over) = paths.get(CHANGES).filter(|_| written.len() > CHANGES) {
        let message = format!("GitLab takes {CHANGES} patterns of changed files, here are {}", written.len());
        let help = "name directories instead of files".to_owned();
        lowering.refuse("limits", over.origin, message, help, "changes");
    }
    written
}
