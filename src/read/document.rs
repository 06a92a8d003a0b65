//! YAML as plain data with the place of every value: what a file says, before anybody asks what it means.
//!
//! A parser's events are put together without recursion, within bounds: how deep values nest, how many there are once aliases are
//! written out. What the parser accepts and forges do not (a key twice, a key that is no text) is said, and the rest is still read.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::scalar;
use crate::origin::{FileId, Origin};
use crate::source::{Field, Node, Value};

/// How deep values may nest, and how many a file may hold once each alias is what it stands for.
const DEEPEST: usize = 100;
const MOST: usize = 500_000;

/// The key whose value is merged into the record it stands in, where a forge does so.
pub(super) const MERGE: &str = "<<";

/// A file of YAML.
#[derive(Debug, Default)]
pub struct Document {
    /// Its documents, in their order; those before an error of syntax.
    pub roots: Vec<Node>,
    /// What is wrong with it as YAML.
    pub slips: Vec<Slip>,
    /// Whether all of it could be read.
    pub is_whole: bool,
    /// Where aliases stand, and what they are called.
    pub aliases: Vec<Origin>,
}

/// Something wrong with a file as YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slip {
    /// Where.
    pub origin: Origin,
    /// What is wrong, a fragment.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// The names and indices from the value of the document to it.
    pub path: Vec<String>,
}

impl Document {
    /// Reads a text, whose origins are in `file`.
    #[must_use]
    pub fn read(text: &str, file: FileId) -> Self {
        // A mark at the beginning is no part of what is said.
        let (skipped, body) = text.strip_prefix('\u{feff}').map_or((0, text), |body| (3, body));
        let mut builder = Builder {
            places: Places::of(body, skipped, file),
            open: Vec::new(),
            anchors: HashMap::new(),
            count: 0,
            read: Self::default(),
        };
        builder.read.is_whole = true;
        let mut parser = Parser::new_from_str(body);
        while let Some(event) = parser.next_event() {
            let done = match event {
                Ok((event, span)) => builder.take(event, span),
                Err(error) => {
                    let origin = builder.places.at(error.marker().line(), error.marker().col());
                    Err((origin, error.info().to_owned(), "every tool that reads the file stops here".to_owned()))
                }
            };
            if let Err((origin, message, help)) = done {
                let path = builder.path();
                builder.read.slips.push(Slip { origin, message, help, path });
                builder.read.is_whole = false;
                break;
            }
        }
        builder.read
    }
}

/// What no reader takes that a text holds: nothing behind a zero byte is read at all, and where `every` sign is asked about, none of the
/// signs that control a terminal may stand there.
pub(super) fn control(text: &str, file: FileId, every: bool) -> Option<Slip> {
    let is_it = |byte: &u8| *byte == 0 || every && matches!(*byte, 1..=8 | 11 | 12 | 14..=31 | 127);
    let at = text.bytes().position(|byte| is_it(&byte))?;
    let number = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Some(Slip {
        origin: Origin { file, start: number(at), end: number(at + 1) },
        message: format!("the sign with the number {} is not to be seen, and YAML takes none like it", text.as_bytes()[at]),
        help: "remove it; between double quotes, write it as \"\\x1b\"".to_owned(),
        path: Vec::new(),
    })
}

/// Bytes by line and column.
struct Places<'a> {
    text: &'a str,
    file: FileId,
    /// What was left away at the beginning.
    skipped: usize,
    starts: Vec<usize>,
    /// The place that was asked for last: its line, its column, its byte. They are asked for in order, and lines may be long.
    last: Cell<(usize, usize, usize)>,
}

impl<'a> Places<'a> {
    fn of(text: &'a str, skipped: usize, file: FileId) -> Self {
        let mut starts = vec![0];
        let bytes = text.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            // A line ends as YAML counts them: with either sign or with both.
            if *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                starts.push(at + 1);
            }
        }
        Self { text, file, skipped, starts, last: Cell::new((0, 0, 0)) }
    }

    /// The byte of a line counted from 1 and a column, in characters, counted from 0.
    fn byte(&self, line: usize, column: usize) -> usize {
        let (known_line, known_column, known) = self.last.get();
        let (start, column_left) = if line == known_line && column >= known_column {
            (known, column - known_column)
        } else {
            (self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len()), column)
        };
        let rest = &self.text[start..];
        let within = rest.as_bytes().get(..column_left).filter(|bytes| bytes.is_ascii());
        let offset = within.map_or_else(|| rest.char_indices().nth(column_left).map_or(rest.len(), |(at, _)| at), <[u8]>::len);
        self.last.set((line, column, start + offset));
        start + offset
    }

    fn at(&self, line: usize, column: usize) -> Origin {
        let byte = self.byte(line, column);
        self.origin(byte, byte)
    }

    fn origin(&self, start: usize, end: usize) -> Origin {
        let number = |byte: usize| u32::try_from(byte + self.skipped).unwrap_or(u32::MAX);
        Origin { file: self.file, start: number(start), end: number(end.max(start)) }
    }

    fn span(&self, span: Span) -> Origin {
        self.origin(self.byte(span.start.line(), span.start.col()), self.byte(span.end.line(), span.end.col()))
    }
}

/// A list or a record that is not at its end yet.
struct Open {
    start: Origin,
    anchor: usize,
    tag: Option<String>,
    held: Held,
}

enum Held {
    Items(Vec<Node>),
    Fields(Fields),
}

/// The fields of a record, and the key whose value comes next.
#[derive(Default)]
struct Fields {
    done: Vec<Field>,
    key: Option<(String, Origin)>,
    /// The names of `done`, once there are many.
    names: HashSet<String>,
}

impl Fields {
    /// Fewer are looked through one by one.
    const MANY: usize = 16;

    fn has(&self, name: &str) -> bool {
        if self.done.len() < Self::MANY { self.done.iter().any(|field| field.name == name) } else { self.names.contains(name) }
    }

    fn put(&mut self, node: Node) {
        let Some((name, key)) = self.key.take() else { return };
        self.done.push(Field { name, key, node });
        match self.done.len() {
            Self::MANY => self.names = self.done.iter().map(|field| field.name.clone()).collect(),
            more if more > Self::MANY => self.names.extend(self.done.last().map(|field| field.name.clone())),
            _ => {}
        }
    }
}

struct Builder<'a> {
    places: Places<'a>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    count: usize,
    read: Document,
}

/// Why no more is read: where, what is wrong, what to write instead.
type Stop = (Origin, String, String);

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let origin = self.scalar_origin(span, style);
                let value = match (style, &tag) {
                    (ScalarStyle::Plain, None) => scalar::plain(&text),
                    _ => Value::String(text.into_owned()),
                };
                self.add(tagged(tag, Node { value, origin }), anchor)
            }
            Event::SequenceStart(anchor, tag) => self.begin(span, anchor, tag, Held::Items(Vec::new())),
            Event::MappingStart(anchor, tag) => self.begin(span, anchor, tag, Held::Fields(Fields::default())),
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => {
                let origin = self.places.span(span);
                self.read.aliases.push(origin);
                let Some(node) = self.anchors.get(&anchor).cloned() else {
                    return Err((
                        origin,
                        "the alias names nothing that stands before it".to_owned(),
                        "write `&name` there first".to_owned(),
                    ));
                };
                self.count += size(&node);
                self.bounded(origin)?;
                self.add(node, 0)
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => Ok(()),
        }
    }

    /// Where a scalar stands, its signs included: the parser's span of a block begins with its first line of text, and a span may reach
    /// over the white space behind it.
    fn scalar_origin(&self, span: Span, style: ScalarStyle) -> Origin {
        let origin = self.places.span(span);
        if matches!(style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
            return origin;
        }
        let (mut start, end) = (origin.start as usize - self.places.skipped, origin.end as usize - self.places.skipped);
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            start = head_of(self.places.text, start).unwrap_or(start);
        }
        let written = self.places.text.get(start..end).unwrap_or_default();
        self.places.origin(start, start + written.trim_end().len())
    }

    fn bounded(&self, origin: Origin) -> Result<(), Stop> {
        if self.count > MOST {
            let message = format!("with its aliases written out, the file has more than {MOST} values");
            return Err((origin, message, "write fewer aliases".to_owned()));
        }
        Ok(())
    }

    fn begin(&mut self, span: Span, anchor: usize, tag: Option<Cow<'_, Tag>>, held: Held) -> Result<(), Stop> {
        let start = self.places.span(span);
        if self.open.len() >= DEEPEST {
            return Err((start, format!("values nest deeper than {DEEPEST} levels"), "nest them less deep".to_owned()));
        }
        self.open.push(Open { start, anchor, tag: tag.map(|tag| name_of(&tag)), held });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Stop> {
        let Some(Open { start, anchor, tag, held }) = self.open.pop() else { return Ok(()) };
        let end = self.places.span(span).end;
        let (value, last) = match held {
            Held::Items(items) => {
                let last = items.last().map(|item| item.origin.end);
                (Value::Array(items), last)
            }
            Held::Fields(Fields { done: fields, .. }) => {
                let last = fields.last().map(|field| field.node.origin.end.max(field.key.end));
                (Value::Record(fields), last)
            }
        };
        // What has no sign at its end ends with the last of it.
        let text = self.places.text.as_bytes();
        let closed = (end as usize - self.places.skipped)
            .checked_sub(1)
            .and_then(|at| text.get(at))
            .is_some_and(|sign| matches!(sign, b']' | b'}'));
        let flow = text.get(start.start as usize - self.places.skipped).is_some_and(|sign| matches!(sign, b'[' | b'{'));
        let end = if closed && flow { end } else { last.unwrap_or(start.end) };
        let origin = Origin { end: end.max(start.start), ..start };
        self.add(tagged_by(tag, Node { value, origin }), anchor)
    }

    /// Puts a value where it belongs.
    fn add(&mut self, node: Node, anchor: usize) -> Result<(), Stop> {
        self.count += 1;
        self.bounded(node.origin)?;
        if anchor > 0 {
            self.count += size(&node);
            self.bounded(node.origin)?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.held) {
            None => self.read.roots.push(node),
            Some(Held::Items(items)) => items.push(node),
            Some(Held::Fields(fields)) if fields.key.is_some() => fields.put(node),
            Some(Held::Fields(fields)) => {
                let name = name(&node.value);
                let twice = name.as_ref().is_some_and(|name| name != MERGE && fields.has(name));
                let said = match &name {
                    None => Some(format!("expected a text as a key, got {}", node.kind())),
                    Some(name) if twice => Some(format!("the key `{}` stands here twice", name.escape_debug())),
                    Some(_) => None,
                };
                fields.key = Some((name.unwrap_or_default(), node.origin));
                if let Some(message) = said {
                    let path = self.path();
                    let help =
                        if twice { "remove one of the two: readers differ in which of them counts" } else { "write a text" };
                    self.read.slips.push(Slip { origin: node.origin, message, help: help.to_owned(), path });
                }
            }
        }
        Ok(())
    }

    /// The way to where reading is.
    fn path(&self) -> Vec<String> {
        let step = |open: &Open| match &open.held {
            Held::Items(items) => Some(items.len().to_string()),
            Held::Fields(fields) => fields.key.as_ref().map(|(name, _)| name.clone()),
        };
        self.open.iter().filter_map(step).collect()
    }
}

/// Where the sign of a block stands whose text begins at `text_start`: on the last line before it that is not empty.
fn head_of(text: &str, text_start: usize) -> Option<usize> {
    if matches!(text.as_bytes().get(text_start), Some(b'|' | b'>')) && is_head(&text[text_start..]) {
        return Some(text_start);
    }
    let before = text[..text_start].trim_end();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let signs = before[line_start..].char_indices().filter(|(_, sign)| matches!(sign, '|' | '>'));
    signs.map(|(at, _)| line_start + at).find(|at| is_head(&text[*at..]))
}

/// Whether a text begins with the head of a block: its sign, how it is indented and ends, perhaps a comment.
fn is_head(text: &str) -> bool {
    let line = &text[1..];
    let rest = line.trim_start_matches(|sign: char| matches!(sign, '+' | '-') || sign.is_ascii_digit());
    let blank = rest.trim_start_matches([' ', '\t']);
    let ends = blank.is_empty() || blank.starts_with(['\n', '\r']);
    line.len() - rest.len() <= 2 && (ends || (blank.starts_with('#') && blank.len() < rest.len()))
}

/// A key as a text, as forges read it: a flag and a number by how they are written in JSON.
fn name(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Record(fields) => fields.iter().map(|field| size(&field.node)).sum(),
        Value::Tag(_, Some(argument)) => size(argument),
        _ => 0,
    }
}

/// What a tag is called: `!reference` is `reference`; those of YAML itself have no name.
fn name_of(tag: &Tag) -> String {
    if tag.is_yaml_core_schema() { String::new() } else { format!("{}{}", tag.handle.trim_start_matches('!'), tag.suffix) }
}

fn tagged(tag: Option<Cow<'_, Tag>>, node: Node) -> Node {
    tagged_by(tag.map(|tag| name_of(&tag)), node)
}

/// A value under a tag of somebody's own, which the model knows under a capital.
fn tagged_by(tag: Option<String>, node: Node) -> Node {
    let Some(tag) = tag.filter(|tag| !tag.is_empty()) else { return node };
    let mut letters = tag.chars();
    let capital: String = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
    let origin = node.origin;
    Node { value: Value::Tag(capital, Some(Box::new(node))), origin }
}
