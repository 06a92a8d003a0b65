//! What an expression of GitHub's can come out as, worked out before it runs from what is known by then.
//!
//! The answer never leaves out what can happen: of what is not known anything is possible. Values are compared, converted and
//! counted as true as GitHub does it (its documentation of expressions, read 2026-11): texts without regard to case, values of
//! different types as numbers, `&&` and `||` answering one of their sides.

mod call;
mod cases;
mod compare;
mod names;
mod possible;
#[cfg(test)]
mod tests;

use github_actions_expressions::context::Context;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinExpr, BinOp, UnOp};
use github_actions_expressions::{Evaluation, Expr, SpannedExpr};

pub use self::cases::{compared, truth};
pub use self::names::Names;
pub use self::possible::{Possible, Shape};
use super::words::full_names;

/// What is known of contexts before a run.
pub trait Facts {
    /// What a context may be, by its names in lower case: `["github", "ref"]`; nothing if nothing is known of it.
    fn look(&self, path: &[&str]) -> Option<Possible>;
}

/// Nothing is known but what GitHub documents of every run.
#[derive(Clone, Copy, Debug)]
pub struct Anywhere;

impl Facts for Anywhere {
    fn look(&self, path: &[&str]) -> Option<Possible> {
        const ENDED: &[&str] = &["success", "failure", "cancelled", "skipped"];
        let (words, or_nothing): (&[&str], bool) = match path {
            ["runner", "os"] => (&["Linux", "Windows", "macOS"], false),
            ["runner", "arch"] => (&["X86", "X64", "ARM", "ARM64"], false),
            ["runner", "environment"] => (&["github-hosted", "self-hosted"], false),
            ["job", "status"] => (&["success", "failure", "cancelled"], false),
            ["github", "ref_type"] => (&["branch", "tag"], true),
            // Of a job or a step that is not there, or has not run, there is nothing.
            ["needs" | "jobs", _, "result"] | ["steps", _, "outcome" | "conclusion"] => (ENDED, true),
            _ => return None,
        };
        let words = words.iter().map(|word| Shape::text(word));
        Some(words.chain(or_nothing.then_some(Shape::This(Evaluation::Null))).collect())
    }
}

/// What an expression may come out as.
#[must_use]
pub fn possible(expression: &SpannedExpr<'_>, facts: &dyn Facts) -> Possible {
    // A chain of operators is as deep as it is long, so its left side is gone down step by step.
    let mut chain = Vec::new();
    let mut first = expression;
    while let Expr::BinExpr(BinExpr { lhs, op, rhs }) = &first.inner {
        chain.push((op, &**lhs, &**rhs));
        first = lhs;
    }
    let mut found = single(first, facts);
    while let Some((op, left, right)) = chain.pop() {
        found = match op {
            BinOp::And | BinOp::Or => joined(&found, *op == BinOp::Or, || possible(right, facts)),
            _ => same(op, left, right).unwrap_or_else(|| compare::all(op, &found, &possible(right, facts))),
        };
    }
    found
}

/// `&&` and `||`: the left side where that decides, else the right one.
fn joined(left: &Possible, decisive: bool, right: impl FnOnce() -> Possible) -> Possible {
    let mut all: Possible = left.shapes().iter().filter_map(|shape| shape.counting_as(decisive)).collect();
    if left.shapes().iter().any(|shape| shape.truth() != Some(decisive)) {
        all.extend(right());
    }
    all
}

/// What comes of comparing a context with itself.
fn same(op: &BinOp, left: &SpannedExpr<'_>, right: &SpannedExpr<'_>) -> Option<Possible> {
    let Expr::Context(context) = &left.inner else { return None };
    // What a function gives back may be no number, which is not even equal to itself.
    let plain = full_names(context).is_some() && left == right;
    let answer = match op {
        BinOp::Eq => true,
        BinOp::Neq | BinOp::Lt | BinOp::Gt => false,
        _ => return None,
    };
    plain.then(|| Possible::flag(answer))
}

/// What anything but a chain of operators may come out as.
fn single(expression: &SpannedExpr<'_>, facts: &dyn Facts) -> Possible {
    let mut inner = expression;
    let mut negations = 0_usize;
    while let Expr::UnExpr { op: UnOp::Not, expr } = &inner.inner {
        negations += 1;
        inner = expr;
    }
    if negations > 0 {
        let truths = possible(inner, facts).truths();
        return truths.into_iter().map(|truth| Shape::flag(truth == negations.is_multiple_of(2))).collect();
    }
    match &inner.inner {
        Expr::Literal(literal) => Possible::one(Shape::This(value(literal))),
        Expr::Context(context) => looked_up(context, facts),
        Expr::Call(call) => call::possible(call, facts),
        Expr::BinExpr(_) => possible(inner, facts),
        _ => Possible::anything(),
    }
}

fn value(literal: &Literal<'_>) -> Evaluation {
    match literal {
        Literal::Number(number) => Evaluation::Number(*number),
        Literal::String(text) => Evaluation::String(text.clone().into_owned()),
        Literal::Boolean(flag) => Evaluation::Boolean(*flag),
        Literal::Null => Evaluation::Null,
    }
}

/// What a context may hold, or a part of what a function gives back.
fn looked_up(context: &Context<'_>, facts: &dyn Facts) -> Possible {
    if let Some(names) = full_names(context) {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        return facts.look(&names).or_else(|| Anywhere.look(&names)).unwrap_or_else(Possible::anything);
    }
    let Some((Expr::Call(call), rest)) = context.parts.split_first().map(|(head, rest)| (&head.inner, rest)) else {
        return Possible::anything();
    };
    rest.iter().fold(call::possible(call, facts), |whole, part| member(&whole, part, facts))
}

/// A part of each of some values.
fn member(whole: &Possible, part: &SpannedExpr<'_>, facts: &dyn Facts) -> Possible {
    let keys = match &part.inner {
        Expr::Identifier(name) => Possible::one(Shape::text(name.as_str())),
        Expr::Index(index) if !matches!(index.inner, Expr::Star) => possible(index, facts),
        _ => return Possible::anything(),
    };
    let parts = whole.shapes().iter().flat_map(|whole| keys.shapes().iter().map(move |key| part_of(whole, key)));
    parts.collect()
}

fn part_of(whole: &Shape, key: &Shape) -> Shape {
    let (Shape::This(whole), Shape::This(key)) = (whole, key) else { return Shape::anything() };
    let found = match whole {
        Evaluation::Object(fields) => {
            let name = key.sema().to_string();
            let mut same = fields.iter().filter(|(field, _)| field.eq_ignore_ascii_case(&name));
            match (same.next(), same.next()) {
                (Some((_, value)), None) => Some(value.clone()),
                (None, _) => None,
                // Which of two that differ in case is meant depends on the order they are written in.
                _ => return Shape::anything(),
            }
        }
        Evaluation::Array(items) => {
            let number = key.as_number();
            let place = items.iter().zip(0_u32..).find(|(_, index)| f64::from(*index) == number.floor());
            place.map(|(item, _)| item.clone())
        }
        _ => None,
    };
    Shape::This(found.unwrap_or(Evaluation::Null))
}
