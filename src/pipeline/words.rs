//! The words of GitHub in a value or a condition: text in which expressions stand between `${{` and `}}`, or one expression
//! without them, parsed as GitHub parses them. What they refer to is seen as if it had been written as references.

use std::ops::Range;

use github_actions_expressions::context::Context;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::{Error, Expr, SpannedExpr};

use super::value::{Known, Reference};

/// Text of GitHub's that was parsed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Words {
    text: String,
    template: bool,
    mentions: Vec<Reference>,
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

const OPEN: &str = "${{";
const CLOSE: &str = "}}";

impl Words {
    /// Parses a text with `${{ }}` in it, or one expression without.
    ///
    /// # Errors
    ///
    /// If GitHub would refuse it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let template = text.contains(OPEN);
        let mut mentions = Vec::new();
        for (expression, range) in expressions_of(text, template)? {
            let parsed = parse(expression).map_err(|problem| problem.after(range.start))?;
            for (context, _) in parsed.contexts() {
                mentions.extend(mentioned(context).filter(|found| !mentions.contains(found)));
            }
        }
        Ok(Self { text: text.to_owned(), template, mentions })
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
    pub fn contexts(&self) -> Vec<String> {
        let mut heads = Vec::new();
        for expression in self.expressions() {
            for (context, _) in expression.contexts() {
                heads.extend(head(context).filter(|head| !heads.contains(head)));
            }
        }
        heads
    }

    /// Whether it takes secrets that it does not name: all of them, or one that is chosen when it runs.
    #[must_use]
    pub fn takes_unnamed_secrets(&self) -> bool {
        let unnamed = |context: &Context<'_>| head(context).as_deref() == Some("secrets") && names(context).len() < 2;
        self.expressions().iter().any(|expression| expression.contexts().iter().any(|(context, _)| unnamed(context)))
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

fn parse(expression: &str) -> Result<SpannedExpr<'_>, Problem> {
    Expr::parse(expression).map_err(|error| match error {
        Error::Syntax(syntax) => Problem { offset: syntax.offset, message: syntax.message.to_owned() },
        Error::Depth => Problem { offset: 0, message: "the expression is nested deeper than GitHub goes, 50 levels".to_owned() },
        Error::Call(call) => Problem { offset: 0, message: call.to_string().to_lowercase() },
    })
}

/// The context's own name, in lower case.
fn head(context: &Context<'_>) -> Option<String> {
    match &context.parts.first()?.inner {
        Expr::Identifier(name) => Some(name.as_str().to_ascii_lowercase()),
        _ => None,
    }
}

/// The names from the context's own on, as far as they are known before it runs: `secrets`, `TOKEN`.
fn names<'a>(context: &'a Context<'_>) -> Vec<&'a str> {
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

/// What a context refers to, if a reference can name that.
fn mentioned(context: &Context<'_>) -> Option<Reference> {
    let names = names(context);
    let lower: Vec<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let own = |index: usize| names[index].to_owned();
    Some(match lower.as_slice() {
        ["secrets", "github_token", ..] | ["github", "token", ..] => Reference::Known(Known::Token),
        ["secrets", _, ..] => Reference::Secret(own(1).to_ascii_uppercase()),
        ["vars", _, ..] => Reference::Variable(own(1)),
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

#[cfg(test)]
mod tests {
    use super::*;

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
        let problem = |text| Words::parse(text).expect_err("a problem");
        assert_eq!(problem("ok ${{ a && }}").offset, 11);
        assert!(problem("${{ nofunc(1) }}").message.contains("unknown function"), "{:?}", problem("${{ nofunc(1) }}"));
        assert!(problem(&format!("{}a{}", "(".repeat(60), ")".repeat(60))).message.contains("50"));
        assert!(Words::parse("case(a == 1, 'x', 'y')").is_ok());
    }
}
