//! The forge's own words in a project, wherever they stand: in values and in conditions, each with its spot.

use github_actions_expressions::context::Context;
use github_actions_expressions::op::BinExpr;
use github_actions_expressions::{Expr, SpannedExpr, call::Call};

use super::scope::{Mention, Spot};
use super::{Findings, Said};
use crate::origin::Origin;
use crate::pipeline::{Reference, Words};

/// Words of the forge and where they stand.
#[derive(Debug)]
pub(crate) struct Spoken<'a> {
    /// Where.
    pub(crate) spot: Spot<'a>,
    /// The field, from the step, job or pipeline.
    pub(crate) field: &'a str,
    /// The words.
    pub(crate) words: &'a Words,
    /// Their expressions, parsed once for all rules.
    pub(crate) expressions: Vec<SpannedExpr<'a>>,
    /// Where they are written.
    pub(crate) origin: Origin,
    /// Whether they are a condition, or a part of one.
    pub(crate) condition: bool,
}

impl Spoken<'_> {
    /// Adds a finding about them; `what` tells it apart from others on the same field.
    pub(crate) fn report<'f>(&self, findings: &'f mut Findings, what: &str, message: String) -> Said<'f> {
        findings.report(self.spot.identity(), self.origin, message).key(format!("{}/{what}", self.field))
    }
}

/// All words of the forge in a project.
pub(super) fn gathered<'a>(mentions: &'a [Mention<'a>]) -> Vec<Spoken<'a>> {
    let words = mentions.iter().filter_map(|mention| match &mention.reference {
        Reference::Raw(words) => {
            let Mention { spot, ref field, origin, condition, .. } = *mention;
            Some(Spoken { spot, field, words, expressions: words.expressions(), origin, condition })
        }
        _ => None,
    });
    words.collect()
}

/// An expression and all there is in it, from the outside in. No expression is nested deeper than the parser goes.
pub(crate) fn within<'e, 's>(expression: &'e SpannedExpr<'s>) -> Vec<&'e SpannedExpr<'s>> {
    let mut all = vec![expression];
    match &expression.inner {
        Expr::Call(Call { args, .. }) => all.extend(args.iter().flat_map(within)),
        Expr::Context(context) => all.extend(context.parts.iter().flat_map(within)),
        Expr::Index(index) => all.extend(within(index)),
        Expr::BinExpr(BinExpr { lhs, rhs, .. }) => {
            all.extend(within(lhs));
            all.extend(within(rhs));
        }
        Expr::UnExpr { expr, .. } => all.extend(within(expr)),
        Expr::Literal(_) | Expr::Star | Expr::Identifier(_) => {}
    }
    all
}

/// A context by its names in lower case, `*` for what is only known when it runs: `github.event.commits.*.message`.
pub(crate) fn named(context: &Context<'_>) -> Option<String> {
    context.as_pattern().map(|name| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_an_expression_is_missed() {
        let parsed = Expr::parse("!contains(fromJSON(a.b)['c'], d[e.f]) && g == 'h'").expect("an expression");
        let contexts: Vec<_> = within(&parsed)
            .into_iter()
            .filter_map(|part| match &part.inner {
                Expr::Context(context) => Some(named(context)),
                _ => None,
            })
            .collect();
        let name = |text: &str| Some(text.to_owned());
        assert_eq!(contexts, [None, name("a.b"), name("d.*"), name("e.f"), name("g")]);
    }
}
