//! The labels that values come out as when a pipeline runs, as far as that is known before.

use github_actions_expressions::Evaluation;

use crate::origin::At;
use crate::pipeline::deduce::{Facts, Possible, Shape, possible};
use crate::pipeline::value::{Part, Reference, Value};

/// How many combinations of the parts of a text, or of labels, are told apart.
const MOST: usize = 64;

/// A group, and labels in it.
pub(super) type Wish = (Option<String>, Vec<String>);
/// The same where each of them may be unknown.
pub(super) type Row = (Option<Option<String>>, Vec<Option<String>>);

/// Everything a value may come out as; `None` stands for whatever else there may be.
pub(super) fn of(value: &Value, facts: &dyn Facts) -> Vec<Option<Evaluation>> {
    if let [only] = value.parts.as_slice() {
        return listed(&part(&only.value, facts));
    }
    let mut texts: Vec<Option<String>> = vec![Some(String::new())];
    for next in &value.parts {
        let ends = listed(&part(&next.value, facts));
        if ends.len() * texts.len() > MOST {
            return vec![None];
        }
        let with = |text: &Option<String>, end: &Option<Evaluation>| Some(format!("{}{}", text.as_ref()?, end.as_ref()?.sema()));
        texts = texts.iter().flat_map(|text| ends.iter().map(move |end| with(text, end))).collect();
    }
    texts.into_iter().map(|text| text.map(Evaluation::String)).collect()
}

/// Every group and labels that values may ask for together.
pub(super) fn rows(group: Option<&Value>, labels: &[At<Value>], facts: &dyn Facts) -> Vec<Row> {
    let texts = |value: &Value| -> Vec<Option<String>> {
        let text = |value: Option<Evaluation>| match value {
            Some(Evaluation::String(text)) if !text.is_empty() => Some(text),
            _ => None,
        };
        of(value, facts).into_iter().map(text).collect()
    };
    let mut rows: Vec<Row> = match group {
        Some(group) => texts(group).into_iter().map(|group| (Some(group), Vec::new())).collect(),
        None => vec![(None, Vec::new())],
    };
    for label in labels {
        let found = texts(label);
        let found = if found.len() * rows.len() > MOST { vec![None] } else { found };
        let longer =
            |(group, labels): &Row, label: &Option<String>| (group.clone(), labels.iter().chain([label]).cloned().collect());
        rows = rows.iter().flat_map(|row| found.iter().map(move |label| longer(row, label))).collect();
    }
    rows
}

/// What a value asks for as `runs-on`: a label, a list of them, or an object.
pub(super) fn wish(value: &Evaluation) -> Option<Wish> {
    match value {
        Evaluation::String(label) => Some((None, vec![label.clone()])),
        Evaluation::Array(_) => Some((None, labels(value)?)),
        Evaluation::Object(fields) => {
            let group = match fields.get("group") {
                Some(Evaluation::String(group)) => Some(group.clone()),
                Some(_) => return None,
                None => None,
            };
            let labels = fields.get("labels").map_or_else(|| Some(Vec::new()), labels)?;
            (group.is_some() || !labels.is_empty()).then_some((group, labels))
        }
        _ => None,
    }
}

fn labels(value: &Evaluation) -> Option<Vec<String>> {
    match value {
        Evaluation::String(label) => Some(vec![label.clone()]),
        Evaluation::Array(items) if !items.is_empty() => items
            .iter()
            .map(|item| match item {
                Evaluation::String(label) => Some(label.clone()),
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

/// What a part may come out as.
fn part(part: &Part, facts: &dyn Facts) -> Possible {
    match part {
        Part::Text(text) => Possible::one(Shape::text(text)),
        Part::Number(number) => Possible::one(Shape::This(Evaluation::Number(*number))),
        Part::Flag(flag) => Possible::flag(*flag),
        Part::Reference(Reference::Matrix(key)) => {
            let key = key.to_ascii_lowercase();
            facts.look(&["matrix", &key]).unwrap_or_else(Possible::anything)
        }
        Part::Reference(Reference::Raw(words)) => match words.expressions().as_slice() {
            [expression] if words.is_one_expression() => possible(expression, facts),
            _ => Possible::anything(),
        },
        Part::Reference(_) | Part::When(_) => Possible::anything(),
    }
}

fn listed(found: &Possible) -> Vec<Option<Evaluation>> {
    let (values, more) = found.values();
    let values = values.into_iter().cloned().map(Some);
    values.chain(more.then_some(None)).collect()
}
