//! The words of GitHub in a value or a condition: text in which expressions stand between `${{` and `}}`, or one expression
//! without them, parsed as GitHub parses them. What they refer to is seen as if it had been written as references.

mod format;
mod mention;

use std::ops::Range;
use std::sync::Arc;

use github_actions_expressions::call::{self, Function};
use github_actions_expressions::context::Context;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::{Error, Expr, SpannedExpr};

pub use self::format::filled;
pub use self::mention::{full_names, reference};
use self::mention::{head, mentioned, names};
use super::context::{CONTEXTS, FUNCTIONS};
use super::value::Reference;
use crate::source::nearest;

/// Text of GitHub's that was parsed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    text: String,
    template: bool,
    mentions: Vec<Reference>,
    /// Shared by all copies.
    named: Arc<Named>,
}

/// What the expressions of words name, each once: gathered while they are parsed, since every rule asks.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct Named {
    contexts: Vec<String>,
    paths: Vec<Vec<String>>,
    functions: Vec<&'static str>,
    /// Whether secrets are taken that have no name.
    secrets: bool,
}

impl Named {
    fn add(&mut self, context: &Context<'_>) {
        // What a function gave back has no name.
        let Some(head) = head(context) else { return };
        let mut path: Vec<String> = names(context).into_iter().map(str::to_owned).collect();
        self.secrets |= head == "secrets" && path.len() < 2;
        path[0].clone_from(&head);
        push(&mut self.paths, path);
        push(&mut self.contexts, head);
    }
}

fn push<T: PartialEq>(all: &mut Vec<T>, one: T) {
    if !all.contains(&one) {
        all.push(one);
    }
}

/// Why a text is none that GitHub takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The byte of the text at which it shows.
    pub offset: usize,
    /// What is wrong, in a fragment.
    pub message: String,
}

impl Problem {
    /// The same in a longer text, in which this one begins at `start`.
    #[must_use]
    pub fn after(self, start: usize) -> Self {
        Self { offset: start + self.offset, ..self }
    }
}

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it stands.
    Text(&'a str),
    /// What stands between `${{` and `}}`, and where in the whole text.
    Expression(&'a str, Range<usize>),
}

/// How an expression begins in a text.
pub const OPEN: &str = "${{";
const CLOSE: &str = "}}";

impl Words {
    /// Parses a text with `${{ }}` in it, or one expression without.
    ///
    /// # Errors
    ///
    /// If GitHub would refuse it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let template = text.contains(OPEN);
        let (mut mentions, mut named) = (Vec::new(), Named::default());
        for (expression, range) in expressions_of(text, template)? {
            let parsed = parse(expression).map_err(|problem| problem.after(range.start))?;
            if let Some((offset, message)) = misformatted(&parsed) {
                return Err(Problem { offset: range.start + offset, message });
            }
            for (context, origin) in parsed.contexts() {
                known(context, range.start + origin.span.start)?;
                mentions.extend(mentioned(context).filter(|found| !mentions.contains(found)));
                named.add(context);
            }
            called_by(&parsed, &mut named.functions);
        }
        Ok(Self { text: text.to_owned(), template, mentions, named: Arc::new(named) })
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether expressions stand between `${{` and `}}` in it; otherwise all of it is one expression.
    #[must_use]
    pub const fn is_template(&self) -> bool {
        self.template
    }

    /// Whether it is one expression and nothing else but blanks.
    #[must_use]
    pub fn is_one_expression(&self) -> bool {
        let blank = |piece: &Piece<'_>| matches!(piece, Piece::Text(text) if text.trim().is_empty());
        !self.template || pieces(&self.text).is_ok_and(|pieces| pieces.iter().filter(|piece| !blank(piece)).count() == 1)
    }

    /// What its expressions refer to that a reference can name.
    #[must_use]
    pub fn mentions(&self) -> &[Reference] {
        &self.mentions
    }

    /// Its expressions, parsed, in order.
    #[must_use]
    pub fn expressions(&self) -> Vec<SpannedExpr<'_>> {
        let found = expressions_of(&self.text, self.template).unwrap_or_default();
        found.into_iter().filter_map(|(expression, _)| parse(expression).ok()).collect()
    }

    /// The contexts its expressions look at, in lower case, each once: `github`, `secrets`.
    #[must_use]
    pub fn contexts(&self) -> &[String] {
        &self.named.contexts
    }

    /// The names of everything its expressions look at, from the context on, as far as they are known before it runs:
    /// `["github", "event", "number"]`. The context is in lower case, the rest as it is written.
    #[must_use]
    pub fn paths(&self) -> &[Vec<String>] {
        &self.named.paths
    }

    /// The functions its expressions call, as GitHub spells them, each once.
    #[must_use]
    pub fn functions(&self) -> &[&'static str] {
        &self.named.functions
    }

    /// Whether it takes secrets that it does not name: all of them, or one that is chosen when it runs.
    #[must_use]
    pub fn takes_unnamed_secrets(&self) -> bool {
        self.named.secrets
    }
}

/// Takes a text apart into what stands as it is and the expressions between.
///
/// # Errors
///
/// If an expression is not closed.
pub fn pieces(text: &str) -> Result<Vec<Piece<'_>>, Problem> {
    let mut pieces = Vec::new();
    let mut rest = 0;
    while let Some(found) = text[rest..].find(OPEN) {
        let (open, inside) = (rest + found, rest + found + OPEN.len());
        if open > rest {
            pieces.push(Piece::Text(&text[rest..open]));
        }
        let Some(length) = close(&text[inside..]) else {
            return Err(Problem { offset: open, message: "`${{` is not closed by `}}`".to_owned() });
        };
        pieces.push(Piece::Expression(&text[inside..inside + length], inside..inside + length));
        rest = inside + length + CLOSE.len();
    }
    if rest < text.len() || pieces.is_empty() {
        pieces.push(Piece::Text(&text[rest..]));
    }
    Ok(pieces)
}

/// Where the expression that begins a text ends: at the first `}}` that is in no quotes.
fn close(text: &str) -> Option<usize> {
    let mut quoted = false;
    for (index, byte) in text.bytes().enumerate() {
        match byte {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && text[index..].starts_with(CLOSE) => return Some(index),
            _ => {}
        }
    }
    None
}

fn expressions_of(text: &str, template: bool) -> Result<Vec<(&str, Range<usize>)>, Problem> {
    if !template {
        return Ok(vec![(text, 0..text.len())]);
    }
    let inside = |piece| match piece {
        Piece::Text(_) => None,
        Piece::Expression(expression, range) => Some((expression, range)),
    };
    Ok(pieces(text)?.into_iter().filter_map(inside).collect())
}

/// How many characters GitHub takes for one expression.
const LONGEST: usize = 21_000;

fn parse(expression: &str) -> Result<SpannedExpr<'_>, Problem> {
    // Parsed, a chain of operators is as deep as it is long.
    if expression.chars().count() > LONGEST {
        let message = format!("the expression is longer than GitHub reads, {LONGEST} characters");
        return Err(Problem { offset: 0, message });
    }
    Expr::parse(expression).map_err(|error| match error {
        Error::Syntax(syntax) => Problem { offset: syntax.offset, message: syntax.message.to_owned() },
        Error::Depth => Problem { offset: 0, message: "the expression is nested deeper than GitHub goes, 50 levels".to_owned() },
        Error::Call(call::Error::UnknownFunction(name)) => {
            Problem { offset: 0, message: unknown("function", &name, &nearest(&name, FUNCTIONS)) }
        }
        Error::Call(call::Error::Arity(function, expected)) => {
            Problem { offset: 0, message: format!("`{}` takes {expected}", spelling(function)) }
        }
    })
}

/// Whether a context is one of GitHub's. What a function gave back has no name.
fn known(context: &Context<'_>, offset: usize) -> Result<(), Problem> {
    match head(context).filter(|head| !CONTEXTS.contains(&head.as_str())) {
        None => Ok(()),
        Some(head) => Err(Problem { offset, message: unknown("context", &head, &nearest(&head, CONTEXTS)) }),
    }
}

fn unknown(what: &str, name: &str, near: &Option<&str>) -> String {
    let near = near.map_or_else(String::new, |near| format!(": did you mean `{near}`?"));
    format!("GitHub has no {what} `{name}`{near}")
}

/// The first template of `format` that fails whenever it is filled, and what is wrong with it.
fn misformatted(expression: &SpannedExpr<'_>) -> Option<(usize, String)> {
    let mut open = vec![expression];
    while let Some(part) = open.pop() {
        match &part.inner {
            Expr::Call(call) => {
                if let (Function::Format, [template, rest @ ..]) = (call.func, call.args.as_slice())
                    && let Expr::Literal(Literal::String(text)) = &template.inner
                    && let Some(fault) = format::fault(text, rest.len())
                {
                    return Some((template.origin.span.start, fault));
                }
                open.extend(&call.args);
            }
            Expr::Context(context) => open.extend(&context.parts),
            Expr::Index(index) => open.push(index),
            Expr::BinExpr(binary) => open.extend([&*binary.lhs, &*binary.rhs]),
            Expr::UnExpr { expr, .. } => open.push(expr),
            Expr::Literal(_) | Expr::Star | Expr::Identifier(_) => {}
        }
    }
    None
}

fn called_by(expression: &SpannedExpr<'_>, called: &mut Vec<&'static str>) {
    match &expression.inner {
        Expr::Call(call) => {
            let name = spelling(call.func);
            if !called.contains(&name) {
                called.push(name);
            }
            call.args.iter().for_each(|argument| called_by(argument, called));
        }
        Expr::Context(context) => context.parts.iter().for_each(|part| called_by(part, called)),
        Expr::Index(index) => called_by(index, called),
        Expr::BinExpr(binary) => {
            called_by(&binary.lhs, called);
            called_by(&binary.rhs, called);
        }
        Expr::UnExpr { expr, .. } => called_by(expr, called),
        Expr::Literal(_) | Expr::Star | Expr::Identifier(_) => {}
    }
}

const fn spelling(function: Function) -> &'static str {
    match function {
        Function::Always => "always",
        Function::Cancelled => "cancelled",
        Function::Case => "case",
        Function::Contains => "contains",
        Function::EndsWith => "endsWith",
        Function::Failure => "failure",
        Function::Format => "format",
        Function::FromJSON => "fromJSON",
        Function::HashFiles => "hashFiles",
        Function::Join => "join",
        Function::StartsWith => "startsWith",
        Function::Success => "success",
        Function::ToJSON => "toJSON",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::value::Known;

    fn said(text: &str) -> Vec<Reference> {
        Words::parse(text).expect("words").mentions().to_vec()
    }

    #[test]
    fn a_text_is_taken_apart_outside_of_quotes() {
        let texts = |text| pieces(text).expect("pieces");
        assert_eq!(texts("a"), [Piece::Text("a")]);
        assert_eq!(texts(""), [Piece::Text("")]);
        assert_eq!(
            texts("a${{ '}}' }}b${{x}}"),
            [Piece::Text("a"), Piece::Expression(" '}}' ", 4..10), Piece::Text("b"), Piece::Expression("x", 16..17)]
        );
        assert_eq!(pieces("a ${{ 'b }}").map_err(|problem| problem.offset), Err(2));
    }

    #[test]
    fn what_words_name_is_mentioned() {
        let secret = |name: &str| Reference::Secret(name.to_owned());
        assert_eq!(said("secrets.A || Secrets.b"), [secret("A"), secret("B")]);
        assert_eq!(said("secrets['A'] && format('{0}', secrets . C)"), [secret("A"), secret("C")]);
        assert_eq!(said("secrets.GITHUB_TOKEN && 'secrets.A'"), [Reference::Known(Known::Token)]);
        assert_eq!(said("github.event.inputs.size"), [Reference::Input("size".to_owned())]);
        assert_eq!(
            said("x ${{ steps.a.outputs.b }} y ${{ needs.c.result }}"),
            [Reference::Step("a".to_owned(), "b".to_owned()), Reference::Result("c".to_owned())]
        );
        for (text, unnamed) in
            [("toJSON(secrets)", true), ("secrets[github.actor]", true), ("secrets.*", true), ("secrets.A", false)]
        {
            assert_eq!(Words::parse(text).expect("words").takes_unnamed_secrets(), unnamed, "{text}");
        }
        assert_eq!(Words::parse("env.A && GitHub.sha").expect("words").contexts(), ["env", "github"]);
        assert_eq!(
            Words::parse("fromJSON(format('{0}', env.A))[always()]").expect("words").functions(),
            ["fromJSON", "format", "always"]
        );
        let paths = |text: &str| Words::parse(text).expect("words").paths().to_vec();
        assert_eq!(
            paths("GitHub.event['a'].b || env[github.SHA]"),
            [vec!["github", "event", "a", "b"], vec!["env"], vec!["github", "SHA"]]
        );
    }

    #[test]
    fn a_lone_name_is_a_reference() {
        assert_eq!(reference(" secrets.TOKEN "), Some(Reference::Secret("TOKEN".to_owned())));
        assert_eq!(reference("github.event.pull_request.number"), Some(Reference::Known(Known::PullRequest)));
        assert_eq!(reference("github.head_ref"), None, "a branch is written otherwise");
        assert_eq!(reference("matrix.os.name"), None, "a reference names no part of a value");
        assert_eq!(reference("!secrets.TOKEN"), None);
    }

    #[test]
    fn what_github_refuses_is_refused_where_it_breaks() {
        let problem = |text: &str| Words::parse(text).expect_err("a problem");
        assert_eq!(problem("ok ${{ env.A && }}").offset, 15);
        assert_eq!(problem("${{ hashfile('a') }}").message, "GitHub has no function `hashfile`: did you mean `hashFiles`?");
        assert_eq!(problem("contains('a')").message, "`contains` takes exactly 2 arguments");
        let secret = problem("ok ${{ always() && secret.A }}");
        assert_eq!((secret.offset, secret.message.as_str()), (19, "GitHub has no context `secret`: did you mean `secrets`?"));
        assert!(problem(&format!("{}github{}", "(".repeat(60), ")".repeat(60))).message.contains("50"));
        assert!(Words::parse("case(env.A == 1, 'x', 'y')").is_ok());
        let template = problem("ok ${{ env.A || format('{1}', 1) }}");
        assert_eq!((template.offset, template.message.as_str()), (23, "`format` has no argument for `{1}`: the first is {0}"));
        assert!(Words::parse("format('{{{0}}}', env.A) && format(env.B, 1)").is_ok());
    }
}
