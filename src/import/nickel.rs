//! A tree as the text of a file of Nickel, laid out as a person would.

use super::tree::{Entry, Tree, Word};

/// How wide a line may get.
const WIDTH: usize = 112;
/// How many fields a record on one line has at most.
const FEW: usize = 5;
const INDENT: &str = "  ";
const KEYWORDS: &[&str] = &[
    "as", "else", "false", "forall", "fun", "if", "import", "in", "include", "let", "match", "null", "or", "rec", "then", "true",
];

/// The text of a value whose first line begins at `depth`; what comes before it on that line takes up `before` columns.
pub(super) fn write(tree: &Tree, depth: usize, before: usize) -> String {
    if let Some(line) = line(tree)
        && before + line.chars().count() <= WIDTH
    {
        return line;
    }
    let (inner, outer) = (INDENT.repeat(depth + 1), INDENT.repeat(depth));
    match &tree.word {
        Word::Text(text) => text_of(text, depth),
        Word::Tag(name, Some(argument)) => {
            let head = format!("'{name} ");
            let argument_text = write(argument, depth, before + head.len());
            format!("{head}{argument_text}")
        }
        Word::List(items) if is_joined(tree) => joined(items, depth),
        Word::List(items) => {
            let mut out = "[\n".to_owned();
            for item in items {
                comments(&mut out, &item.above, &inner);
                let written = write(item, depth + 1, inner.len());
                out.extend([inner.as_str(), &written, ",\n"]);
                comments(&mut out, &item.below, &inner);
            }
            format!("{out}{outer}]")
        }
        Word::Record(entries) => format!("{{\n{}{outer}}}", fields(entries, depth + 1)),
        _ => line(tree).unwrap_or_default(),
    }
}

/// The fields of a record, a line or more each.
pub(super) fn fields(entries: &[Entry], depth: usize) -> String {
    let indent = INDENT.repeat(depth);
    let mut out = String::new();
    for entry in entries {
        let (path, tree) = shortened(entry);
        comments(&mut out, &entry.tree.above, &indent);
        let head = format!("{indent}{path} =");
        let written = write(tree, depth, head.len() + 2);
        let separator = if is_joined(tree) && written.contains('\n') { format!("\n{indent}{INDENT}") } else { " ".to_owned() };
        out.extend([head.as_str(), &separator, &written, ",\n"]);
        comments(&mut out, &entry.tree.below, &indent);
    }
    out
}

fn is_shared(tree: &Tree) -> bool {
    matches!(tree.word, Word::Shared(..))
}

/// Whether a list is made of lists that stand elsewhere.
fn is_joined(tree: &Tree) -> bool {
    matches!(&tree.word, Word::List(items) if items.iter().any(is_shared))
}

/// Lists joined: those that are written here, and those that stand elsewhere under a name.
fn joined(items: &[Tree], depth: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut own: Vec<Tree> = Vec::new();
    let flush = |own: &mut Vec<Tree>, parts: &mut Vec<String>| {
        if let Some(first) = own.first() {
            let origin = first.origin;
            parts.push(write(&Tree::list(std::mem::take(own), origin), depth + 1, 2 * depth + 4));
        }
    };
    for item in items {
        match &item.word {
            Word::Shared(name, _) => {
                flush(&mut own, &mut parts);
                parts.push(name.clone());
            }
            _ => own.push(item.clone()),
        }
    }
    flush(&mut own, &mut parts);
    let line = parts.join(" @ ");
    let separator = format!("\n{}@ ", INDENT.repeat(depth + 1));
    if line.contains('\n') || line.len() + 2 * depth > WIDTH { parts.join(&separator) } else { line }
}

fn comments(out: &mut String, lines: &[String], indent: &str) {
    for line in lines {
        out.extend([indent, format!("# {line}").trim_end(), "\n"]);
    }
}

/// A field with those of the record in it, as long as there is only one: `on.push.branches`.
fn shortened(entry: &Entry) -> (String, &Tree) {
    let (mut path, mut tree) = (name(&entry.name), &entry.tree);
    for _ in 0..3 {
        match &tree.word {
            Word::Record(entries) => match entries.as_slice() {
                [one] if one.tree.is_bare() => {
                    path = format!("{path}.{}", name(&one.name));
                    tree = &one.tree;
                }
                _ => break,
            },
            _ => break,
        }
    }
    (path, tree)
}

/// The value on one line, if it is short and has no comment in it.
fn line(tree: &Tree) -> Option<String> {
    Some(match &tree.word {
        Word::Null => "null".to_owned(),
        Word::Flag(flag) => flag.to_string(),
        Word::Number(number) => number.to_string(),
        Word::Text(text) if is_block(text) => return None,
        Word::Text(text) => text_of(text, 0),
        Word::Tag(name, None) => format!("'{name}"),
        Word::Tag(name, Some(argument)) => {
            let written = line(argument)?;
            let atom = !matches!(argument.word, Word::Tag(..) | Word::Number(_));
            if atom { format!("'{name} {written}") } else { format!("'{name} ({written})") }
        }
        Word::List(items) => {
            if items.iter().any(|item| !item.is_bare()) {
                return None;
            }
            if is_joined(tree) {
                return line_joined(items);
            }
            // A list of steps is read better line by line.
            let many = items.len() > 1 && items.iter().filter(|item| matches!(item.word, Word::Record(_))).count() > 1;
            let written: Vec<String> = items.iter().map(line).collect::<Option<_>>()?;
            if many && written.iter().map(String::len).sum::<usize>() > 60 {
                return None;
            }
            format!("[{}]", written.join(", "))
        }
        Word::Record(entries) if entries.is_empty() => "{}".to_owned(),
        Word::Record(entries) => {
            if entries.len() > FEW || entries.iter().any(|entry| !entry.tree.is_bare()) {
                return None;
            }
            let written = entries.iter().map(|entry| {
                let (path, tree) = shortened(entry);
                Some(format!("{path} = {}", line(tree)?))
            });
            let written: Vec<String> = written.collect::<Option<_>>()?;
            format!("{{ {} }}", written.join(", "))
        }
        Word::Shared(name, _) | Word::SharedJob(name, _) => name.clone(),
    })
}

/// Lists joined on one line, if what is written here is short.
fn line_joined(items: &[Tree]) -> Option<String> {
    let own = items.iter().filter(|item| !is_shared(item)).map(line).collect::<Option<Vec<String>>>()?;
    let text = joined(items, 0);
    (!text.contains('\n') && own.iter().map(String::len).sum::<usize>() < 60).then_some(text)
}

/// The name of a field, in quotes where it must be.
pub(super) fn name(name: &str) -> String {
    let plain = name.trim_start_matches('_').starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'))
        && !KEYWORDS.contains(&name);
    if plain { name.to_owned() } else { quoted(name) }
}

/// Whether Nickel gives the lines of a text back as they are if they are indented: it takes away what all of them begin with.
fn is_block(text: &str) -> bool {
    let plain = |letter: char| letter == '\n' || letter == '\t' || !letter.is_control();
    text.trim_end_matches('\n').contains('\n')
        && text.chars().all(plain)
        && !text.starts_with('\n')
        && text.lines().all(|line| line.is_empty() || !line.trim().is_empty())
        && text.lines().any(|line| !line.is_empty() && !line.starts_with([' ', '\t']))
}

/// A text: in quotes, or over several lines as it is.
fn text_of(text: &str, depth: usize) -> String {
    let signs = percents(text);
    if is_block(text) {
        let (inner, outer) = (INDENT.repeat(depth + 1), INDENT.repeat(depth));
        let mut out = format!("m{signs}\"\n");
        for line in text.split('\n') {
            let indent = if line.is_empty() { "" } else { inner.as_str() };
            out.extend([indent, line, "\n"]);
        }
        return format!("{out}{outer}\"{signs}");
    }
    let plain = !text.contains(|letter: char| letter.is_control()) && !text.starts_with(' ') && !text.ends_with('\\');
    if text.contains(['"', '\\']) && plain { format!("m{signs}\"{text}\"{signs}") } else { quoted(text) }
}

/// As many signs as keep a text apart from what ends it and from what is worked out in it.
fn percents(text: &str) -> String {
    let mut signs = "%".to_owned();
    while text.contains(&format!("\"{signs}")) || text.contains(&format!("{signs}{{")) || text.ends_with(&signs) {
        signs.push('%');
    }
    signs
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = "\"".to_owned();
    for letter in text.replace("%{", "\u{1}").chars() {
        match letter {
            '\u{1}' => out.push_str("\\%{"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            other if other.is_control() => out.extend([format!("\\u{{{:x}}}", u32::from(other)).as_str()]),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
