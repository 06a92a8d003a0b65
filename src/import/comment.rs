//! The comments of a workflow, and where they go.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::tree::{Tree, Word};
use crate::origin::Origin;
use crate::source::{Node, Value};

/// The comments of a file.
#[derive(Debug, Default)]
pub(super) struct Comments {
    /// Those at its head.
    heads: Vec<Vec<String>>,
    /// Those above something, by the byte at which that begins.
    above: Vec<(u32, Vec<String>)>,
    /// Those that nothing of the same record or list follows, by the byte at which the last of it begins.
    below: Vec<(u32, Vec<String>)>,
    /// Those behind something, by the byte at which it ends.
    behind: HashMap<u32, String>,
    /// How many aliases there are.
    pub(super) aliases: usize,
}

/// Comments that what comes next will tell the place of, each with its column.
type Open = Vec<(usize, Vec<String>)>;

impl Comments {
    pub(super) fn of(text: &str, root: &Node, aliases: usize) -> Self {
        let mut spans = Vec::new();
        scalars(root, &mut spans);
        spans.sort_unstable();
        let mut found = Self { aliases, ..Self::default() };
        let first = root.fields().and_then(|fields| fields.first()).map_or(0, |field| field.key.start) as usize;
        let mut open = Open::new();
        let mut around = Around::default();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let start = at;
            at += line.len();
            let lead = line.len() - line.trim_start().len();
            if is_inside(&spans, start + lead) {
                continue;
            }
            let body = line.trim();
            if let Some(comment) = body.strip_prefix('#') {
                let comment = comment.strip_prefix(' ').unwrap_or(comment).trim_end().to_owned();
                match open.last_mut() {
                    Some((column, lines)) if *column == lead => lines.push(comment),
                    _ => open.push((lead, vec![comment])),
                }
                continue;
            }
            if body.is_empty() {
                if start < first {
                    found.close_head(&mut open);
                }
                continue;
            }
            let next = start + lead + dashes(body);
            if next < first || next == first && found.heads.is_empty() {
                found.close_head(&mut open);
            }
            found.close(&mut open, Some((lead, next)), &around);
            around.enter(lead, next - start, next);
            found.behind(line, start, &spans);
        }
        found.close(&mut open, None, &around);
        found
    }

    fn close_head(&mut self, open: &mut Open) {
        let lines: Vec<String> = open.drain(..).flat_map(|(_, lines)| lines).collect();
        if !lines.is_empty() {
            self.heads.push(lines);
        }
    }

    /// Finds the place of each open comment: below what it follows if what comes next, in a column and at a byte, stands further out.
    fn close(&mut self, open: &mut Open, next: Option<(usize, usize)>, around: &Around) {
        for (column, lines) in open.drain(..) {
            let ends = next.is_none_or(|(lead, _)| lead < column);
            match (around.at(column).filter(|_| ends), next) {
                (Some((last, true)), _) => self.below.push((last, lines)),
                (Some((last, false)), _) => self.above.push((last, lines)),
                (None, Some((_, next))) => self.above.push((u32::try_from(next).unwrap_or(u32::MAX), lines)),
                (None, None) => self.heads.push(lines),
            }
        }
    }

    /// What stands at the head of the file, a blank line between those that were apart.
    pub(super) fn head(&self) -> String {
        let block = |lines: &Vec<String>| lines.iter().map(|line| format!("{}\n", format!("# {line}").trim_end())).collect();
        self.heads.iter().map(block).collect::<Vec<String>>().join("\n")
    }

    fn behind(&mut self, line: &str, start: usize, spans: &[(u32, u32)]) {
        let before = spans.partition_point(|(from, _)| (*from as usize) < start + line.len());
        let mut own = spans[..before].iter().rev().take_while(|(from, _)| (*from as usize) >= start);
        let last = own.find(|(_, to)| (*to as usize) <= start + line.len());
        // A key whose value comes on the next lines has its comment behind the colon.
        let after = last.map_or_else(|| line.find(':').map_or(0, |at| at + 1), |(_, to)| *to as usize - start);
        let rest = line.get(after..).unwrap_or_default();
        let comment = rest.trim_start_matches([' ', '\t', ']', '}', ',', ':', '|', '>', '-', '+']).trim_end();
        if let Some(comment) = comment.strip_prefix('#').filter(|_| rest.contains(" #") || rest.contains("\t#")) {
            let end = u32::try_from(start + after).unwrap_or(u32::MAX);
            self.behind.insert(end, comment.trim().to_owned());
        }
    }

    /// How many there are; lines that follow each other are one.
    pub(super) fn count(&self) -> usize {
        self.heads.len() + self.above.len() + self.below.len() + self.behind.len()
    }

    /// What stands behind the value that ends at a byte.
    pub(super) fn beside(&self, end: u32) -> Option<&str> {
        self.behind.get(&end).map(String::as_str)
    }

    /// What stands behind values, by where these end, and what stands above keys, by where these begin, as reasons for permissions.
    pub(super) fn reasons(&self) -> HashMap<u32, String> {
        let above = self.above.iter().map(|(start, lines)| (*start, lines.join(" ")));
        let behind = self.behind.iter().map(|(end, text)| (*end, text.clone()));
        above.chain(behind).filter(|(_, text)| !text.trim().is_empty()).collect()
    }

    /// Puts each above what it is about, or above what is nearest to that; answers how many are kept.
    pub(super) fn put(&self, tree: &mut Tree) -> usize {
        let mut reasons = HashSet::new();
        said(tree, &mut reasons);
        let (mut above, mut below) = (Places::new(), Places::new());
        for (next, lines) in self.above.iter().filter(|(_, lines)| !reasons.contains(&lines.join(" "))) {
            above.entry(*next).or_default().extend_from_slice(lines);
        }
        for (last, lines) in &self.below {
            below.entry(*last).or_default().extend_from_slice(lines);
        }
        begins(tree, &mut above, &mut below);
        let mut rest: Vec<(u32, Vec<String>)> = above.into_iter().chain(below).collect();
        let mut behind: Vec<(&u32, &String)> = self.behind.iter().collect();
        behind.sort();
        let unsaid = behind.into_iter().filter(|(_, text)| !reasons.contains(*text) && super::project::version(text).is_none());
        rest.extend(unsaid.map(|(end, text)| (end.saturating_sub(1), vec![text.clone()])));
        self.count() - within(tree, rest)
    }
}

/// Lines by the byte of what they stand at.
type Places = BTreeMap<u32, Vec<String>>;

/// What a line lies in: columns and the bytes at which the last thing in each begins.
#[derive(Default)]
struct Around(Vec<(usize, u32)>);

impl Around {
    /// A line whose text begins in the column `lead`, and what it says behind dashes in `column`, at the byte `at`.
    fn enter(&mut self, lead: usize, column: usize, at: usize) {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        self.0.retain(|(there, _)| *there < lead);
        self.0.push((lead, at));
        if column > lead {
            self.0.push((column, at));
        }
    }

    /// What a comment in a column follows, and whether the two stand side by side; else the comment stands in it.
    fn at(&self, column: usize) -> Option<(u32, bool)> {
        self.0.iter().rev().find(|(there, _)| *there <= column).map(|(there, at)| (*at, *there == column))
    }
}

/// How long the dashes are that a line begins with, and the blanks behind them.
fn dashes(body: &str) -> usize {
    let mut rest = body;
    while let Some(behind) = rest.strip_prefix("- ") {
        rest = behind.trim_start();
    }
    body.len() - rest.len()
}

/// Whether a byte lies inside of a scalar.
fn is_inside(spans: &[(u32, u32)], at: usize) -> bool {
    let before = spans.partition_point(|(from, _)| (*from as usize) < at);
    spans[..before].last().is_some_and(|(_, to)| at < *to as usize)
}

/// Where scalars stand, but for keys.
fn scalars(node: &Node, spans: &mut Vec<(u32, u32)>) {
    match &node.value {
        Value::Record(fields) => fields.iter().for_each(|field| {
            scalars(&field.node, spans);
        }),
        Value::Array(items) => items.iter().for_each(|item| scalars(item, spans)),
        _ => spans.push((node.origin.start, node.origin.end)),
    }
}

/// Puts lines above and below the outermost things that begin at their bytes, and takes them out.
fn begins(tree: &mut Tree, above: &mut Places, below: &mut Places) {
    let mut put = |tree: &mut Tree, start: u32| {
        tree.above.extend(above.remove(&start).unwrap_or_default());
        tree.below.extend(below.remove(&start).unwrap_or_default());
        begins(tree, above, below);
    };
    match &mut tree.word {
        Word::Record(entries) => entries.iter_mut().for_each(|entry| put(&mut entry.tree, entry.key.start)),
        Word::List(items) => items.iter_mut().for_each(|item| {
            let start = item.origin.start;
            put(item, start);
        }),
        _ => {}
    }
}

/// Puts lines above the least thing that their byte lies in, else above the last that begins before it; answers how many have no place.
fn within(tree: &mut Tree, mut rest: Vec<(u32, Vec<String>)>) -> usize {
    let mut spans = Vec::new();
    spans_of(tree, &mut spans);
    spans.sort_unstable();
    let Some(first) = spans.first().copied() else { return rest.len() };
    rest.sort_by_key(|(at, _)| *at);
    let mut wanted: HashMap<Span, Vec<String>> = HashMap::new();
    let (mut open, mut before): (Vec<Span>, Span) = (Vec::new(), first);
    let mut coming = spans.into_iter().peekable();
    for (at, lines) in rest {
        while let Some(next) = coming.next_if(|(start, _)| *start <= at) {
            open.push(next);
            before = next;
        }
        open.retain(|(_, end)| at <= *end);
        let least = open.iter().min_by_key(|(start, end)| end - start).copied().unwrap_or(before);
        wanted.entry(least).or_default().extend(lines);
    }
    put(tree, &mut wanted);
    0
}

/// Where something lies: its first byte, and the one behind its last.
type Span = (u32, u32);

/// Where the fields of a tree lie, and the items of its lists that are records: one that is a text is read better with its list.
fn spans_of(tree: &Tree, spans: &mut Vec<Span>) {
    match &tree.word {
        Word::Record(entries) => entries.iter().for_each(|entry| {
            spans.push(span(entry.key.start, entry.tree.origin));
            spans_of(&entry.tree, spans);
        }),
        Word::List(items) => items.iter().filter(|item| matches!(item.word, Word::Record(_))).for_each(|item| {
            spans.push(span(item.origin.start, item.origin));
            spans_of(item, spans);
        }),
        _ => {}
    }
}

fn span(key: u32, origin: Origin) -> Span {
    (key, origin.end.max(key))
}

/// Puts lines above the outermost things that lie where they are wanted.
fn put(tree: &mut Tree, wanted: &mut HashMap<Span, Vec<String>>) {
    let mut one = |tree: &mut Tree, here: Span| {
        tree.above.extend(wanted.remove(&here).unwrap_or_default());
        put(tree, wanted);
    };
    match &mut tree.word {
        Word::Record(entries) => entries.iter_mut().for_each(|entry| {
            let here = span(entry.key.start, entry.tree.origin);
            one(&mut entry.tree, here);
        }),
        Word::List(items) => items.iter_mut().filter(|item| matches!(item.word, Word::Record(_))).for_each(|item| {
            let here = span(item.origin.start, item.origin);
            one(item, here);
        }),
        _ => {}
    }
}

/// The reasons that permissions say.
fn said(tree: &Tree, reasons: &mut HashSet<String>) {
    match &tree.word {
        Word::Record(entries) => entries.iter().for_each(|entry| said(&entry.tree, reasons)),
        Word::List(items) => items.iter().for_each(|item| said(item, reasons)),
        Word::Tag(name, Some(reason)) if matches!(name.as_str(), "Read" | "Write") => {
            if let Word::Text(reason) = &reason.word {
                reasons.insert(reason.clone());
            }
        }
        _ => {}
    }
}
