//! What a context of GitHub's refers to, in the words of the model.

use github_actions_expressions::context::Context;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::{Expr, SpannedExpr};

use super::parse;
use crate::pipeline::value::{Known, Reference};

/// The reference that is all an expression says, if it says nothing else and is written as a backend writes that reference.
#[must_use]
pub fn reference(expression: &str) -> Option<Reference> {
    let parsed = parse(expression).ok()?;
    let Expr::Context(context) = &parsed.inner else { return None };
    let reference = mentioned(context)?;
    let whole = match &reference {
        Reference::Output(..) | Reference::Step(..) => 4,
        Reference::Result(_) => 3,
        Reference::Known(Known::Branch) => return None,
        Reference::Known(Known::PullRequest | Known::CommitMessage) => 4,
        _ => 2,
    };
    (context.parts.len() == whole).then_some(reference)
}

/// The context's own name, in lower case.
pub(super) fn head(context: &Context<'_>) -> Option<String> {
    match &context.parts.first()?.inner {
        Expr::Identifier(name) => Some(name.as_str().to_ascii_lowercase()),
        _ => None,
    }
}

/// The names from the context's own on, as far as they are known before it runs: `secrets`, `TOKEN`.
pub(super) fn names<'a>(context: &'a Context<'_>) -> Vec<&'a str> {
    let name = |part: &'a SpannedExpr<'_>| match &part.inner {
        Expr::Identifier(name) => Some(name.as_str()),
        Expr::Index(index) => match &index.inner {
            Expr::Literal(Literal::String(text)) => Some(text.as_ref()),
            _ => None,
        },
        _ => None,
    };
    context.parts.iter().map_while(name).collect()
}

/// All names of a context in lower case, if all of them are known before it runs and the first is a context's own.
#[must_use]
pub fn full_names(context: &Context<'_>) -> Option<Vec<String>> {
    head(context)?;
    let names = names(context);
    (names.len() == context.parts.len()).then(|| names.iter().map(|name| name.to_ascii_lowercase()).collect())
}

/// What a context refers to, if a reference can name that.
pub(super) fn mentioned(context: &Context<'_>) -> Option<Reference> {
    let names = names(context);
    let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let own = |index: usize| names[index].to_owned();
    Some(match lower.as_slice() {
        ["secrets", "github_token", ..] | ["github", "token", ..] => Reference::Known(Known::Token),
        ["secrets", _, ..] => Reference::Secret(own(1).to_ascii_uppercase()),
        ["vars", _, ..] => Reference::Variable(own(1).to_ascii_uppercase()),
        ["needs" | "jobs", _, "outputs", _, ..] => Reference::Output(own(1), own(3)),
        ["needs" | "jobs", _, "result", ..] => Reference::Result(own(1)),
        ["steps", _, "outputs", _, ..] => Reference::Step(own(1), own(3)),
        ["matrix", _, ..] => Reference::Matrix(own(1)),
        ["inputs", _, ..] => Reference::Input(own(1)),
        ["github", "event", "inputs", _, ..] => Reference::Input(own(3)),
        ["github", "sha"] => Reference::Known(Known::Commit),
        ["github", "event", "head_commit", "message"] => Reference::Known(Known::CommitMessage),
        ["github", "head_ref" | "ref_name"] => Reference::Known(Known::Branch),
        ["github", "ref"] => Reference::Known(Known::Ref),
        ["github", "repository"] => Reference::Known(Known::Repository),
        ["github", "repository_owner"] => Reference::Known(Known::Owner),
        ["github", "run_id"] => Reference::Known(Known::RunId),
        ["github", "actor"] => Reference::Known(Known::Actor),
        ["github", "event_name"] => Reference::Known(Known::Event),
        ["github", "event", "pull_request", "number"] => Reference::Known(Known::PullRequest),
        ["github", "workspace"] => Reference::Known(Known::Workspace),
        ["runner", "os"] => Reference::Known(Known::Os),
        _ => return None,
    })
}
