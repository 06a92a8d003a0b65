//! What a leg may have, as expressions see it.

use github_actions_expressions::Evaluation;

use super::{Cell, Matrix, Source};
use crate::origin::At;
use crate::pipeline::deduce::{Anywhere, Facts, Possible, Shape, possible};
use crate::pipeline::{Part, Reference, Value};

impl Facts for Matrix {
    fn look(&self, path: &[&str]) -> Option<Possible> {
        let ["matrix", key, inside @ ..] = path else { return None };
        // Of a key that the matrix does not have, another rule speaks; the backend adds some of its own.
        let mut known = self.keys.keys().chain(self.late.keys.keys()).chain(self.include.iter().flat_map(|leg| leg.keys()));
        let key = known.find(|one| one.eq_ignore_ascii_case(key))?;
        if let Some(source) = self.late.keys.get(key).filter(|_| !self.is_open()) {
            return self.listed(source, key, inside);
        }
        let cells = self.cells(key)?;
        let mut found: Possible = cells.into_iter().map(|cell| part(cell, inside)).collect();
        // A leg that does not come of the keys need not have it.
        if !self.keys.contains_key(key) || !self.include.is_empty() {
            found.extend([Shape::This(Evaluation::Null)]);
        }
        Some(found)
    }
}

impl Matrix {
    /// What a leg may have of a list that is a constant, written as an expression.
    fn listed(&self, source: &Source, key: &str, inside: &[&str]) -> Option<Possible> {
        let [At { value: Part::Reference(Reference::Raw(words)), .. }] = source.value.parts.as_slice() else { return None };
        let (expressions, json) = (words.expressions(), source.json);
        let [expression] = expressions.as_slice() else { return None };
        let found = possible(expression, &Anywhere);
        let (values, more) = found.values();
        let mut all = Possible::default();
        for value in values {
            match value {
                Evaluation::Array(items) if !json => all.extend(items.iter().map(|item| within(item, inside))),
                _ => return None,
            }
        }
        let added = self.include.iter().filter_map(|leg| leg.get(key)).map(|cell| part(cell, inside));
        all.extend(added);
        if more || !self.include.is_empty() {
            all.extend([if more { Shape::anything() } else { Shape::This(Evaluation::Null) }]);
        }
        Some(all)
    }
}

/// What is found in a value by names.
fn within(value: &Evaluation, path: &[&str]) -> Shape {
    match (value, path) {
        (_, []) => Shape::This(value.clone()),
        (Evaluation::Object(fields), [name, rest @ ..]) => fields
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map_or(Shape::This(Evaluation::Null), |(_, inner)| within(inner, rest)),
        (Evaluation::Array(_), _) => Shape::anything(),
        _ => Shape::This(Evaluation::Null),
    }
}

/// What is found in a cell by names.
fn part(cell: &Cell, path: &[&str]) -> Shape {
    match (cell, path) {
        (Cell::One(value), []) => single(value),
        (Cell::One(value), _) if value.references().next().is_some() => Shape::anything(),
        (Cell::Record(fields), [name, rest @ ..]) => fields
            .iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map_or(Shape::This(Evaluation::Null), |(_, inner)| part(inner, rest)),
        (Cell::Record(_) | Cell::List(_), []) => Shape::Any(Some(true), Vec::new()),
        (Cell::List(cells), [index, rest @ ..]) => match index.parse::<usize>() {
            Ok(index) => cells.get(index).map_or(Shape::This(Evaluation::Null), |inner| part(inner, rest)),
            Err(_) => Shape::anything(),
        },
        (Cell::One(_), _) => Shape::This(Evaluation::Null),
    }
}

/// One value, of the type that it is written with.
fn single(value: &Value) -> Shape {
    match value.parts.as_slice() {
        [part] => match &part.value {
            Part::Text(text) => Shape::text(text),
            Part::Number(number) => Shape::This(Evaluation::Number(*number)),
            Part::Flag(flag) => Shape::flag(*flag),
            Part::Reference(_) | Part::When(_) => Shape::anything(),
        },
        _ => value.print().map_or_else(Shape::anything, |text| Shape::text(&text)),
    }
}
