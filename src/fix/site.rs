//! The place of a finding in a file of YAML, and the changes that can be made there.

use std::ops::Range;

use super::Edit;
use crate::finding::Finding;
use crate::origin::Origin;
use crate::source::{Field, Node, Value};
use crate::yaml::within;

/// A finding in the file it is about.
#[derive(Clone, Copy, Debug)]
pub struct Site<'a> {
    /// What was found.
    pub finding: &'a Finding,
    /// The file's text.
    pub text: &'a str,
    /// The file's value, as it is written.
    pub root: &'a Node,
}

/// A key with its value that is to be added.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    /// Its lines, those below the first indented by two more.
    pub lines: &'a [String],
    /// The same in one line, as between `{` and `}`.
    pub flow: &'a str,
}

impl<'a> Site<'a> {
    /// Where the finding is.
    pub(super) fn at(&self) -> Option<Origin> {
        self.finding.origin
    }

    /// The job that it is in.
    pub(super) fn job(&self) -> Option<&'a Field> {
        let at = self.at()?;
        self.root.get("jobs")?.fields()?.iter().find(|job| holds(job.key.start, job.node.origin.end, at))
    }

    /// The step that it is in, of a job or of an action.
    pub(super) fn step(&self) -> Option<&'a Node> {
        let at = self.at()?;
        let steps = match self.job() {
            Some(job) => job.node.get("steps"),
            None => self.root.get("runs")?.get("steps"),
        };
        steps?.items()?.iter().find(|step| holds(step.origin.start, step.origin.end, at))
    }

    /// A change that puts a text over a value. The span of one between quotes may reach over the white space behind it.
    pub(super) fn replace(&self, origin: Origin, text: impl Into<String>) -> Edit {
        let written = self.text.get(origin.range()).unwrap_or_default();
        let quote = self.style(origin).filter(|sign| matches!(sign, '\'' | '"'));
        let length = quote.and_then(|quote| written.rfind(quote)).map_or(written.trim_end().len(), |last| last + 1);
        let start = origin.start as usize;
        Edit { range: start..start + length, text: text.into() }
    }

    /// A change of a part of a scalar, counted in its decoded text.
    pub(super) fn replace_within(&self, scalar: Origin, part: Range<usize>, text: &str) -> Option<Edit> {
        let range = within(self.text, scalar, part).range();
        let escaped =
            if self.style(scalar) == Some('"') { text.replace('\\', "\\\\").replace('"', "\\\"") } else { text.to_owned() };
        let doubled = self.style(scalar) == Some('\'') && escaped.contains('\'');
        (!doubled).then_some(Edit { range, text: escaped })
    }

    /// The sign that a scalar begins with, if it has one: a quote, or that of a block.
    pub(super) fn style(&self, scalar: Origin) -> Option<char> {
        self.text.get(scalar.range())?.chars().next().filter(|sign| matches!(sign, '\'' | '"' | '|' | '>'))
    }

    /// Whether a record or a list stands between brackets.
    pub(super) fn is_flow(&self, node: &Node) -> bool {
        self.text.get(node.origin.range()).is_some_and(|text| text.starts_with(['{', '[']))
    }

    /// A change that adds a key to a record: behind the field of a name if that is one line, else before all others.
    pub(super) fn add(&self, record: &Node, after: Option<&str>, entry: Entry<'_>) -> Option<Edit> {
        let Value::Record(fields) = &record.value else { return None };
        if self.is_flow(record) {
            let at = record.origin.start as usize + 1;
            let text = match (fields.is_empty(), self.text[at..].starts_with(' ')) {
                (true, _) => format!(" {} ", entry.flow),
                (false, true) => format!(" {},", entry.flow),
                (false, false) => format!("{}, ", entry.flow),
            };
            return Some(Edit { range: at..at, text });
        }
        let first = fields.first()?.key.start as usize;
        let line = self.line_start(first);
        let before = self.text.get(line..first)?;
        if !before.chars().all(|sign| matches!(sign, ' ' | '-')) {
            return None;
        }
        let (end, indent) = (self.line_end_sign(), " ".repeat(before.len()));
        let said = |line: &String| format!("{indent}{line}");
        let lines: Vec<String> = entry.lines.iter().map(said).collect();
        let behind =
            after.and_then(|name| fields.iter().find(|field| field.name == name)).filter(|field| self.is_one_line(field));
        if let Some(field) = behind {
            let at = self.line_end(field.node.origin.end as usize);
            return Some(Edit { range: at..at, text: format!("{end}{}", lines.join(end)) });
        }
        let text = lines.join(end);
        Some(Edit { range: first..first, text: format!("{}{end}{indent}", text.trim_start()) })
    }

    /// A change that adds a key to a file: behind what starts it or behind its name, where that is one line.
    pub(super) fn add_at_top(&self, entry: Entry<'_>) -> Option<Edit> {
        let starts = self.root.field("on").filter(|field| self.is_one_line(field));
        self.add(self.root, Some(starts.map_or("name", |field| field.name.as_str())), entry)
    }

    /// A change that gives an input to the action of a step, in place of what it has.
    pub(super) fn set_input(&self, step: &Node, name: &str, value: &str) -> Option<Edit> {
        let line = format!("{name}: {value}");
        let Some(with) = step.get("with") else {
            let lines = ["with:".to_owned(), format!("  {line}")];
            return self.add(step, Some("uses"), Entry { lines: &lines, flow: &format!("with: {{ {line} }}") });
        };
        match with.fields()?.iter().find(|field| field.name.eq_ignore_ascii_case(name)) {
            Some(field) => Some(self.replace(field.node.origin, value)),
            None => self.add(with, None, Entry { lines: std::slice::from_ref(&line), flow: &line }),
        }
    }

    /// The scalar of a step or a job that a condition is, if the finding is in it.
    pub(super) fn condition(&self) -> Option<&'a Node> {
        let at = self.at()?;
        let holders = [self.step(), self.job().map(|job| &job.node)].into_iter().flatten();
        holders.filter_map(|holder| holder.get("if")).find(|node| holds(node.origin.start, node.origin.end, at))
    }

    /// A change that takes a field away, with its line; none if other things stand there as well.
    pub(super) fn remove(&self, field: &Field) -> Option<Edit> {
        let start = self.line_start(field.key.start as usize);
        let blank = self.text.get(start..field.key.start as usize)?.chars().all(|sign| sign == ' ');
        let end = self.line_end(field.node.origin.end.max(field.key.end) as usize);
        let rest = self.text.get(field.node.origin.end.max(field.key.end) as usize..end)?.trim();
        if !blank || !(rest.is_empty() || rest.starts_with('#') || rest == ":") {
            return None;
        }
        let end = self.text[end..].find('\n').map_or(end, |next| end + next + 1);
        Some(Edit { range: start..end, text: String::new() })
    }

    fn is_one_line(&self, field: &Field) -> bool {
        let span = field.key.start as usize..field.node.origin.end.max(field.key.end) as usize;
        let plain = !matches!(self.style(field.node.origin), Some('|' | '>'));
        plain && self.text.get(span).is_some_and(|text| !text.contains('\n'))
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |end| end + 1)
    }

    /// Where the line ends that a place is in, before the sign for it.
    fn line_end(&self, at: usize) -> usize {
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        if self.text[at..end].ends_with('\r') { end - 1 } else { end }
    }

    /// How lines of this file end.
    fn line_end_sign(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }
}

fn holds(start: u32, end: u32, at: Origin) -> bool {
    start <= at.start && at.start <= end
}
