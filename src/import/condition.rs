//! The text of `if` as a condition of ours, part for part; what has no word of ours stays an expression.

use github_actions_expressions::call::Function;
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::{BinOp, UnOp};
use github_actions_expressions::{Expr, SpannedExpr};

use super::tree::{Entries, Tree};
use super::value::{Seat, known, raw};
use crate::origin::Origin;
use crate::pipeline::Reference;
use crate::pipeline::condition::Outcome;
use crate::pipeline::trigger::Event;

/// A literal text as a pattern.
macro_rules! literal_text {
    ($name:ident) => {
        SpannedExpr { inner: Expr::Literal(Literal::String($name)), .. }
    };
}

/// The condition that an expression is, with or without `${{ }}` around all of it; nothing if it cannot be parsed.
pub(super) fn condition(text: &str, origin: Origin) -> Option<Tree> {
    let text = bare(text);
    let parsed = Expr::parse(text).ok()?;
    Some(of(&parsed, origin))
}

/// An expression without the braces around all of it. Blanks around the braces make it a text, which always holds.
pub(super) fn bare(text: &str) -> &str {
    let inner = text.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
    match inner.filter(|inner| !inner.contains("}}")) {
        Some(inner) => inner.trim(),
        None if text.contains("${{") => text,
        None => text.trim(),
    }
}

/// An expression as it is, in the words of the forge.
pub(super) fn whole(text: &str, origin: Origin) -> Tree {
    raw(bare(text), origin)
}

fn of(expression: &SpannedExpr<'_>, origin: Origin) -> Tree {
    let tag = |name: &str| Tree::tag(name, None, origin);
    let found = match &expression.inner {
        Expr::Call(call) => match (call.func, call.args.as_slice()) {
            (Function::Always, _) => Some(tag("Always")),
            (Function::Success, _) => Some(tag("OnSuccess")),
            (Function::Failure, _) => Some(tag("OnFailure")),
            (Function::StartsWith, [subject, literal_text!(text)]) if subject.origin.raw == "github.ref" => {
                beginning(text, origin)
            }
            (Function::Contains, [subject, literal_text!(text)])
                if subject.origin.raw == "github.event.pull_request.labels.*.name" =>
            {
                Some(Tree::tag("Label", Some(Tree::text(text, origin)), origin))
            }
            _ => None,
        },
        Expr::UnExpr { op: UnOp::Not, expr } => match &expr.inner {
            Expr::Call(call) if call.func == Function::Cancelled => Some(tag("NotCancelled")),
            _ => Some(negated(of(expr, origin), origin)),
        },
        Expr::BinExpr(binary) => match binary.op {
            BinOp::And => Some(several("All", expression, BinOp::And, origin)),
            BinOp::Or => Some(alternatives(expression, origin)),
            BinOp::Eq => equality(&binary.lhs, &binary.rhs, origin),
            BinOp::Neq => unequal(&binary.lhs, &binary.rhs, origin),
            _ => None,
        },
        _ => None,
    };
    found.unwrap_or_else(|| raw(expression.origin.raw, origin))
}

fn negated(inner: Tree, origin: Origin) -> Tree {
    Tree::tag("Not", Some(inner), origin)
}

fn beginning(text: &str, origin: Origin) -> Option<Tree> {
    if text == "refs/tags/" {
        return Some(Tree::tag("Tag", None, origin));
    }
    let start = text.strip_prefix("refs/heads/").filter(|start| !start.is_empty())?;
    Some(branch(&format!("{start}**"), origin))
}

fn branch(pattern: &str, origin: Origin) -> Tree {
    Tree::tag("Branch", Some(Tree::list(vec![Tree::text(pattern, origin)], origin)), origin)
}

/// What stands between operators of one kind.
fn operands<'a, 'src>(expression: &'a SpannedExpr<'src>, operator: BinOp) -> Vec<&'a SpannedExpr<'src>> {
    let mut found = Vec::new();
    let mut left = expression;
    while let Expr::BinExpr(binary) = &left.inner
        && binary.op == operator
    {
        found.push(&*binary.rhs);
        left = &binary.lhs;
    }
    found.push(left);
    found.reverse();
    found
}

fn several(name: &str, expression: &SpannedExpr<'_>, operator: BinOp, origin: Origin) -> Tree {
    let items: Vec<Tree> = operands(expression, operator).into_iter().map(|operand| of(operand, origin)).collect();
    let is_raw = |item: &Tree| matches!(&item.word, super::tree::Word::Tag(name, _) if name == "Raw");
    // Where none of the parts has a word of ours, all of it is read better as it is.
    if items.iter().all(is_raw) {
        return raw(expression.origin.raw, origin);
    }
    Tree::tag(name, Some(Tree::list(items, origin)), origin)
}

/// Alternatives; those that ask for the event or the branch alone are one question.
fn alternatives(expression: &SpannedExpr<'_>, origin: Origin) -> Tree {
    let named: Option<Vec<&str>> = operands(expression, BinOp::Or).into_iter().map(event).collect();
    match named {
        Some(events) => events_of(&events, origin),
        None => several("Any", expression, BinOp::Or, origin),
    }
}

/// The event that an expression asks for alone, by its tag.
fn event(expression: &SpannedExpr<'_>) -> Option<&'static str> {
    let Expr::BinExpr(binary) = &expression.inner else { return None };
    let Expr::Literal(Literal::String(name)) = &binary.rhs.inner else { return None };
    let asked = binary.op == BinOp::Eq && binary.lhs.origin.raw == "github.event_name";
    let found = Event::ALL.iter().find(|(_, event)| event.name() == name.as_ref())?;
    asked.then_some(found.0)
}

fn events_of(events: &[&str], origin: Origin) -> Tree {
    let events = events.iter().map(|event| Tree::tag(event, None, origin)).collect();
    Tree::tag("Event", Some(Tree::list(events, origin)), origin)
}

fn unequal(left: &SpannedExpr<'_>, right: &SpannedExpr<'_>, origin: Origin) -> Option<Tree> {
    if matches!(&right.inner, Expr::Literal(Literal::String(text)) if text.is_empty())
        && let Some(reference @ (Reference::Variable(_) | Reference::Input(_) | Reference::Secret(_))) =
            known(left.origin.raw, Seat::Other)
    {
        return Some(Tree::tag("Present", Some(super::value::written(&reference, origin)), origin));
    }
    equality(left, right, origin).map(|equal| negated(equal, origin))
}

fn equality(left: &SpannedExpr<'_>, right: &SpannedExpr<'_>, origin: Origin) -> Option<Tree> {
    let Expr::Literal(literal) = &right.inner else { return None };
    if let (Literal::String(text), subject) = (literal, left.origin.raw) {
        if subject == "github.event_name" {
            let (tag, _) = Event::ALL.iter().find(|(_, event)| event.name() == text.as_ref())?;
            return Some(events_of(&[tag], origin));
        }
        if subject == "github.ref" {
            return text.strip_prefix("refs/heads/").filter(|name| !name.is_empty()).map(|name| branch(name, origin));
        }
    }
    let value = match literal {
        Literal::String(text) => Tree::text(text, origin),
        Literal::Boolean(flag) => Tree::flag(*flag, origin),
        Literal::Number(number) => Tree::new(super::tree::Word::Number(*number), origin),
        Literal::Null => return None,
    };
    let asks = |tag: &str, field: &str, name: &str, value: Tree| {
        let mut entries = Entries::default();
        entries.put(field, origin, Tree::text(name, origin));
        entries.put("equals", origin, value);
        Some(Tree::tag(tag, Some(Tree::record(entries.all, origin)), origin))
    };
    match known(left.origin.raw, Seat::Other)? {
        Reference::Matrix(key) => asks("Matrix", "key", &key, value),
        Reference::Input(name) => asks("Input", "name", &name, value),
        Reference::Output(job, name) => asks("Output", "name", &format!("{job}.{name}"), value),
        Reference::Result(job) => {
            let Literal::String(text) = literal else { return None };
            let (tag, _) = Outcome::ALL.iter().find(|(_, outcome)| outcome.word() == text.as_ref())?;
            let mut entries = Entries::default();
            entries.put("job", origin, Tree::text(&job, origin));
            entries.put("is", origin, Tree::tag(tag, None, origin));
            Some(Tree::tag("Result", Some(Tree::record(entries.all, origin)), origin))
        }
        _ => None,
    }
}
