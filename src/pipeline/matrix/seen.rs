//! What a leg may have, as expressions see it.

use github_actions_expressions::Evaluation;

use super::{Cell, Matrix};
use crate::pipeline::deduce::{Facts, Possible, Shape};
use crate::pipeline::{Part, Value};

impl Facts for Matrix {
    fn look(&self, path: &[&str]) -> Option<Possible> {
        let ["matrix", key, inside @ ..] = path else { return None };
        // Of a key that the matrix does not have, another rule speaks; the backend adds some of its own.
        let mut known = self.keys.keys().chain(self.include.iter().flat_map(|leg| leg.keys()));
        let key = known.find(|one| one.eq_ignore_ascii_case(key))?;
        let cells = self.cells(key)?;
        let mut found: Possible = cells.into_iter().map(|cell| part(cell, inside)).collect();
        // A leg that does not come of the keys need not have it.
        if !self.keys.contains_key(key) || !self.include.is_empty() {
            found.extend([Shape::This(Evaluation::Null)]);
        }
        Some(found)
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
