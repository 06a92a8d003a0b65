//! Whether a condition holds, worked out case by case: a context that an expression asks twice gives the same answer twice.

use std::collections::BTreeMap;

use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::literal::Literal;
use github_actions_expressions::op::BinExpr;
use github_actions_expressions::{Evaluation, Expr, SpannedExpr};

use super::call::status;
use super::compare::is_plain;
use super::{Anywhere, Facts, Possible, Shape, possible};
use crate::pipeline::words::full_names;

/// How many cases are looked at.
const MOST: usize = 128;

/// Whether an expression counts as true, if it does the same in every case that facts leave open.
#[must_use]
pub fn truth(expression: &SpannedExpr<'_>, facts: &dyn Facts) -> Option<bool> {
    let whole = possible(expression, facts).truth();
    if whole.is_some() {
        return whole;
    }
    let mut asked = Asked::default();
    asked.look(expression);
    let mut cases: Vec<BTreeMap<&[String], Shape>> = vec![BTreeMap::new()];
    for (path, (_, literals)) in asked.contexts.iter().filter(|(_, (times, _))| *times > 1) {
        let names: Vec<&str> = path.iter().map(String::as_str).collect();
        let found = facts.look(&names).or_else(|| Anywhere.look(&names));
        let shapes = split(&found.unwrap_or_else(|| unknown(&names)), literals);
        if shapes.len() > 1 && shapes.len() * cases.len() <= MOST {
            let with = |case: &BTreeMap<_, _>, shape: &Shape| {
                let mut case = case.clone();
                case.insert(path.as_slice(), shape.clone());
                case
            };
            cases = cases.iter().flat_map(|case| shapes.iter().map(move |shape| with(case, shape))).collect();
        }
    }
    if cases.len() == 1 {
        return None;
    }
    let mut answers = cases.iter().map(|case| possible(expression, &Case { case, facts }).truth());
    let first = answers.next()??;
    answers.all(|answer| answer == Some(first)).then_some(first)
}

/// Facts, and what some contexts are in this case.
struct Case<'a> {
    case: &'a BTreeMap<&'a [String], Shape>,
    facts: &'a dyn Facts,
}

impl Facts for Case<'_> {
    fn look(&self, path: &[&str]) -> Option<Possible> {
        let here = self.case.iter().find(|(names, _)| names.iter().eq(path.iter()));
        here.map(|(_, shape)| Possible::one(shape.clone())).or_else(|| self.facts.look(path))
    }
}

/// The functions about how things went stand among the contexts under their names: each answers yes or no.
fn unknown(names: &[&str]) -> Possible {
    if matches!(names, ["success" | "failure" | "cancelled"]) {
        return [true, false].into_iter().map(Shape::flag).collect();
    }
    Possible::anything()
}

/// What may be, each text that it is compared with a case of its own.
fn split(found: &Possible, literals: &[String]) -> Vec<Shape> {
    let open = |shape: &&Shape| !matches!(shape, Shape::This(_));
    let mut shapes: Vec<Shape> = Vec::new();
    for text in literals {
        if found.shapes().iter().filter(open).any(|shape| shape.may_be(text)) {
            shapes.push(Shape::text(text));
        }
    }
    shapes.extend(found.shapes().iter().flat_map(|shape| match shape {
        // Nothing else can be asked of it than whether it counts as true.
        Shape::Any(None, _) => [true, false].into_iter().filter_map(|truth| shape.but(literals).counting_as(truth)).collect(),
        _ => vec![shape.but(literals)],
    }));
    shapes
}

/// The contexts of an expression: how often each stands in it, and the texts it is compared with.
#[derive(Default)]
struct Asked {
    contexts: BTreeMap<Vec<String>, (usize, Vec<String>)>,
}

impl Asked {
    fn look(&mut self, expression: &SpannedExpr<'_>) {
        let mut open = vec![expression];
        while let Some(part) = open.pop() {
            match &part.inner {
                Expr::BinExpr(BinExpr { lhs, rhs, .. }) => {
                    self.compared(lhs, rhs);
                    self.compared(rhs, lhs);
                    open.extend([&**lhs, &**rhs]);
                }
                Expr::UnExpr { expr, .. } => open.push(expr),
                Expr::Call(Call { func, args }) => {
                    if let Some(name) = status(*func) {
                        self.count(vec![name.to_owned()]);
                    }
                    if let (Function::Contains, [list, item]) = (func, args.as_slice()) {
                        self.listed(list, item);
                    }
                    open.extend(args);
                }
                Expr::Context(context) => match full_names(context) {
                    Some(path) => self.count(path),
                    None => open.extend(&context.parts),
                },
                Expr::Index(index) => open.push(index),
                Expr::Literal(_) | Expr::Star | Expr::Identifier(_) => {}
            }
        }
    }

    fn count(&mut self, path: Vec<String>) {
        self.contexts.entry(path).or_default().0 += 1;
    }

    /// Remembers a text that a context is compared with.
    fn compared(&mut self, context: &SpannedExpr<'_>, with: &SpannedExpr<'_>) {
        if let (Expr::Context(context), Expr::Literal(Literal::String(text))) = (&context.inner, &with.inner)
            && let Some(path) = full_names(context)
        {
            self.meets(path, text);
        }
    }

    /// Remembers the texts of a list in which a context is looked for.
    fn listed(&mut self, list: &SpannedExpr<'_>, item: &SpannedExpr<'_>) {
        let Expr::Context(context) = &item.inner else { return };
        let (Expr::Call(Call { func: Function::FromJSON, .. }), Some(path)) = (&list.inner, full_names(context)) else { return };
        for value in possible(list, &Anywhere).values().0 {
            let Evaluation::Array(items) = value else { continue };
            for item in items {
                if let Evaluation::String(text) = item {
                    self.meets(path.clone(), text);
                }
            }
        }
    }

    fn meets(&mut self, path: Vec<String>, text: &str) {
        // What may be equal to a number, too, is not told apart by being equal to the text.
        let literals = &mut self.contexts.entry(path).or_default().1;
        if is_plain(text) && !literals.iter().any(|one| one.eq_ignore_ascii_case(text)) {
            literals.push(text.to_owned());
        }
    }
}

/// The texts that an expression compares a context with, each context by its names.
#[must_use]
pub fn compared(expression: &SpannedExpr<'_>) -> BTreeMap<Vec<String>, Vec<String>> {
    let mut asked = Asked::default();
    asked.look(expression);
    asked.contexts.into_iter().map(|(path, (_, literals))| (path, literals)).collect()
}
