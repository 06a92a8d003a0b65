//! What functions give back.

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::{Evaluation, Expr, Origin, SpannedExpr};

use super::possible::{Possible, Shape};
use super::{Facts, possible as of};
use crate::pipeline::words::filled;

/// How many combinations of arguments are looked at.
const MOST: usize = 256;
/// How long a text is at most that is worked out. Calls inside calls multiply what they are given.
const LONGEST: usize = 4096;

/// What a call may give back.
pub(super) fn possible(call: &Call<'_>, facts: &dyn Facts) -> Possible {
    match call.func {
        Function::Always => return facts.look(&["always"]).unwrap_or_else(|| Possible::flag(true)),
        // A pattern that matches nothing gives an empty text.
        Function::HashFiles => return Possible::anything(),
        Function::Success | Function::Failure | Function::Cancelled => {
            let known = status(call.func).and_then(|name| facts.look(&[name]));
            return known.unwrap_or_else(|| [true, false].into_iter().map(Shape::flag).collect());
        }
        Function::Case => return case(&call.args, facts),
        _ => {}
    }
    let arguments: Vec<Possible> = call.args.iter().map(|argument| of(argument, facts)).collect();
    let combinations = arguments.iter().fold(1_usize, |all, one| all.saturating_mul(one.shapes().len()));
    if combinations > MOST {
        return unknown(call.func);
    }
    let mut rows: Vec<Vec<&Shape>> = vec![Vec::new()];
    for argument in &arguments {
        let longer = |row: &Vec<_>| {
            let row = row.clone();
            argument.shapes().iter().map(move |shape| row.iter().copied().chain([shape]).collect())
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    rows.into_iter().flat_map(|row| given_back(call.func, &row)).collect()
}

/// The name under which what a function says about how things went is looked up.
pub(super) const fn status(function: Function) -> Option<&'static str> {
    match function {
        Function::Success => Some("success"),
        Function::Failure => Some("failure"),
        Function::Cancelled => Some("cancelled"),
        _ => None,
    }
}

/// `case(condition, value, …, otherwise)`.
fn case(arguments: &[SpannedExpr<'_>], facts: &dyn Facts) -> Possible {
    let mut found = Possible::default();
    for pair in arguments.chunks(2) {
        let [condition, value] = pair else {
            found.extend(pair.iter().flat_map(|otherwise| of(otherwise, facts)));
            return found;
        };
        let holds = of(condition, facts).truth();
        if holds != Some(false) {
            found.extend(of(value, facts));
        }
        if holds == Some(true) {
            return found;
        }
    }
    found
}

fn given_back(function: Function, arguments: &[&Shape]) -> Possible {
    let known: Option<Vec<&Evaluation>> = arguments
        .iter()
        .map(|shape| match shape {
            Shape::This(value) => Some(value),
            _ => None,
        })
        .collect();
    if let Some(known) = known {
        return worked_out(function, &known).map_or_else(|| unknown(function), |value| Possible::one(Shape::This(value)));
    }
    let answer = match (function, arguments) {
        (Function::StartsWith, [Shape::Like(names, _), Shape::This(Evaluation::String(start))]) => names.start_with(start),
        _ => None,
    };
    answer.map_or_else(|| unknown(function), Possible::flag)
}

/// What is known of a function's result without its arguments.
fn unknown(function: Function) -> Possible {
    match function {
        Function::Contains | Function::StartsWith | Function::EndsWith => [true, false].into_iter().map(Shape::flag).collect(),
        _ => Possible::anything(),
    }
}

fn worked_out(function: Function, arguments: &[&Evaluation]) -> Option<Evaluation> {
    if arguments.iter().map(|argument| weight(argument)).sum::<usize>() > LONGEST {
        return None;
    }
    // Case is told apart by the runtime's rules, which are the plain ones for ASCII alone.
    let ascii = arguments.iter().all(|argument| is_ascii(argument));
    match function {
        Function::Format => {
            let (template, rest) = arguments.split_first()?;
            let rest: Vec<String> = rest.iter().map(|argument| argument.sema().to_string()).collect();
            filled(&template.sema().to_string(), &rest, LONGEST).map(Evaluation::String)
        }
        Function::Contains | Function::StartsWith | Function::EndsWith if !ascii => None,
        Function::Join if arguments.get(1).is_some_and(|between| weight(between) > 16) => None,
        // An empty text or a broken one ends the job.
        _ => {
            let args = arguments.iter().map(|argument| literal(argument)).collect::<Option<Vec<_>>>()?;
            spanned(Expr::Call(Call { func: function, args })).consteval().filter(|value| weight(value) <= LONGEST)
        }
    }
}

/// An expression that comes out as a value.
fn literal(value: &Evaluation) -> Option<SpannedExpr<'static>> {
    Some(match value {
        Evaluation::String(text) => spanned(Expr::from(text.clone())),
        Evaluation::Number(number) => spanned(Expr::from(*number)),
        Evaluation::Boolean(flag) => spanned(Expr::from(*flag)),
        Evaluation::Null => spanned(Expr::Literal(Literal::Null)),
        Evaluation::Array(_) | Evaluation::Object(_) => {
            let json: serde_json::Value = value.clone().try_into().ok()?;
            spanned(Expr::Call(Call { func: Function::FromJSON, args: vec![spanned(Expr::from(json.to_string()))] }))
        }
    })
}

fn spanned(inner: Expr<'static>) -> SpannedExpr<'static> {
    SpannedExpr { origin: Origin::new(0..0, ""), inner }
}

/// How much text there is in a value.
fn weight(value: &Evaluation) -> usize {
    match value {
        Evaluation::String(text) => text.len(),
        Evaluation::Array(items) => items.iter().map(|item| 2 + weight(item)).sum(),
        Evaluation::Object(fields) => fields.iter().map(|(name, value)| 2 + name.len() + weight(value)).sum(),
        Evaluation::Number(_) | Evaluation::Boolean(_) | Evaluation::Null => 8,
    }
}

fn is_ascii(value: &Evaluation) -> bool {
    match value {
        Evaluation::String(text) => text.is_ascii(),
        Evaluation::Array(items) => items.iter().all(is_ascii),
        _ => true,
    }
}
