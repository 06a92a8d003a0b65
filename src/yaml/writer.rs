//! The layout: two spaces a level, lists indented under their key, one entry a line.

use super::scalar::{self, Form};
use super::{Entry, Map, Node};
use crate::parallel;

/// Writes a document: comment lines first, then its entries.
#[must_use]
pub fn render(comments: &[&str], document: &Map) -> String {
    render_all(comments, std::slice::from_ref(document))
}

/// Writes documents of one file after each other: comment lines first, a line of `---` before every document but the first.
#[must_use]
pub fn render_all(comments: &[&str], documents: &[Map]) -> String {
    let mut writer = Writer { out: String::new() };
    for comment in comments {
        writer.out.push_str(format!("# {}", one_line(comment)).trim_end());
        writer.out.push('\n');
    }
    for (index, document) in documents.iter().enumerate() {
        if index > 0 {
            writer.out.push_str("---\n");
        }
        if document.is_empty() {
            writer.out.push_str("{}\n");
        }
        let parts: Vec<&[Entry]> = document.entries.chunks(PART).collect();
        let texts = parallel::map(parts.into_iter().enumerate().collect(), |(index, entries)| {
            let mut writer = Writer { out: String::new() };
            writer.entries(entries, 0, index == 0, false);
            writer.out
        });
        writer.out.reserve(texts.iter().map(String::len).sum());
        texts.iter().for_each(|text| writer.out.push_str(text));
    }
    writer.out
}

/// How many entries of a document are written together; a large one is written on all cores.
const PART: usize = 64;

struct Writer {
    out: String,
}

impl Writer {
    /// The entries of a map; the first goes on the line that is open, if one is.
    fn map(&mut self, map: &Map, indent: usize, open: bool) {
        self.entries(&map.entries, indent, true, open);
    }

    /// Entries of a map, which may begin with its `first`.
    fn entries(&mut self, entries: &[Entry], indent: usize, first: bool, open: bool) {
        for (index, entry) in entries.iter().enumerate() {
            let is_first = first && index == 0;
            if !is_first || !open {
                if entry.blank && !is_first {
                    self.out.push('\n');
                }
                self.indent(indent);
            }
            self.entry(entry, indent);
        }
    }

    fn entry(&mut self, entry: &Entry, indent: usize) {
        if entry.bare || scalar::is_plain(&entry.key) && entry.key.len() <= scalar::LONGEST_KEY {
            self.out.push_str(&entry.key);
        } else if entry.key.len() <= scalar::LONGEST_KEY / 4 {
            self.out.push_str(&scalar::quoted(&entry.key));
        } else {
            self.out.push_str("? ");
            self.out.push_str(&scalar::quoted(&entry.key));
            self.out.push('\n');
            self.indent(indent);
        }
        self.out.push(':');
        self.value(&entry.value, entry.comment.as_deref(), indent);
    }

    /// What follows a key's colon, to the end of the line and further.
    fn value(&mut self, value: &Node, comment: Option<&str>, indent: usize) {
        match value {
            Node::List(items) if !items.is_empty() => {
                self.end(comment);
                self.list(items, indent + 2, false);
            }
            Node::Map(map) if !map.is_empty() => {
                self.end(comment);
                self.map(map, indent + 2, false);
            }
            Node::Null => self.end(comment),
            scalar => {
                self.out.push(' ');
                self.scalar(scalar, comment, indent + 2);
            }
        }
    }

    fn list(&mut self, items: &[Node], indent: usize, open: bool) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 || !open {
                self.indent(indent);
            }
            self.out.push_str("- ");
            match item {
                Node::List(inner) if !inner.is_empty() => self.list(inner, indent + 2, true),
                Node::Map(map) if !map.is_empty() => self.map(map, indent + 2, true),
                Node::Null => {
                    self.out.push_str("null");
                    self.end(None);
                }
                scalar => self.scalar(scalar, None, indent + 2),
            }
        }
    }

    /// A scalar or an empty collection, whose further lines stand at `indent`.
    fn scalar(&mut self, value: &Node, comment: Option<&str>, indent: usize) {
        match value {
            Node::Text(text) => match scalar::form(text) {
                Form::Block => {
                    self.block(text, comment, indent);
                    return;
                }
                Form::Plain => self.out.push_str(text),
                Form::Quoted => self.out.push_str(&scalar::quoted(text)),
            },
            Node::Number(number) => self.out.push_str(&number_text(*number)),
            Node::Flag(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Node::List(_) => self.out.push_str("[]"),
            Node::Map(_) => self.out.push_str("{}"),
            Node::Null => self.out.push_str("null"),
            Node::Reference(path) => {
                let names: Vec<String> = path.iter().map(|name| scalar::in_flow(name)).collect();
                self.out.push_str(super::REFERENCE);
                self.out.push_str(" [");
                self.out.push_str(&names.join(", "));
                self.out.push(']');
            }
        }
        self.end(comment);
    }

    /// A text with lines, each at `indent`.
    fn block(&mut self, text: &str, comment: Option<&str>, indent: usize) {
        self.out.push_str(&scalar::block_head(text));
        self.end(comment);
        for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
            if !line.is_empty() {
                self.indent(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn end(&mut self, comment: Option<&str>) {
        let comment = comment.map(one_line).filter(|comment| !comment.is_empty());
        if let Some(comment) = comment {
            self.out.push_str(" # ");
            self.out.push_str(&comment);
        }
        self.out.push('\n');
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }
}

/// A whole number without a point, never with an exponent. One too large to be exact is no integer to any reader: it has a point.
fn number_text(number: f64) -> String {
    match super::json_number(number) {
        serde_json::Value::Number(json) if json.is_f64() && number.fract() == 0.0 => format!("{number}.0"),
        _ if number == 0.0 => "0".to_owned(),
        _ => number.to_string(),
    }
}

/// A comment cannot end its own line early, nor hide anything in it.
fn one_line(comment: &str) -> String {
    let shown: String = comment.chars().map(|character| if scalar::is_visible(character) { character } else { ' ' }).collect();
    let words: Vec<&str> = shown.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_yaml::value::{Tag, TaggedValue};

    use super::*;

    fn to_yaml(node: &Node) -> serde_yaml::Value {
        match node {
            Node::Null => serde_yaml::Value::Null,
            Node::Flag(flag) => (*flag).into(),
            Node::Number(number) => serde_yaml::to_value(super::super::json_number(*number)).expect("a number"),
            Node::Text(text) => text.as_str().into(),
            Node::List(items) => serde_yaml::Value::Sequence(items.iter().map(to_yaml).collect()),
            Node::Reference(path) => serde_yaml::Value::Tagged(Box::new(TaggedValue {
                tag: Tag::new(crate::yaml::REFERENCE),
                value: serde_yaml::Value::Sequence(path.iter().map(|name| name.as_str().into()).collect()),
            })),
            Node::Map(map) => serde_yaml::Value::Mapping(
                map.entries.iter().map(|entry| (entry.key.as_str().into(), to_yaml(&entry.value))).collect(),
            ),
        }
    }

    fn from_yaml(value: &serde_yaml::Value) -> Node {
        match value {
            serde_yaml::Value::Null => Node::Null,
            serde_yaml::Value::Bool(flag) => Node::Flag(*flag),
            serde_yaml::Value::Number(number) => Node::Number(number.as_f64().expect("a float")),
            serde_yaml::Value::String(text) => Node::Text(text.clone()),
            serde_yaml::Value::Sequence(items) => Node::List(items.iter().map(from_yaml).collect()),
            serde_yaml::Value::Mapping(map) => {
                let mut out = Map::new();
                for (key, value) in map {
                    out.put(key.as_str().expect("a text key"), from_yaml(value));
                }
                Node::Map(out)
            }
            serde_yaml::Value::Tagged(tagged) => {
                assert_eq!(tagged.tag, crate::yaml::REFERENCE, "another tag was read");
                let names = tagged.value.as_sequence().expect("a list").iter();
                Node::Reference(names.map(|name| name.as_str().expect("a name").to_owned()).collect())
            }
        }
    }

    /// Texts that are likely to be read wrongly, and any others.
    fn text() -> impl Strategy<Value = String> {
        let awkward = proptest::collection::vec(
            proptest::sample::select(vec![
                " ",
                "\n",
                "\t",
                "\r",
                "a",
                "#",
                ":",
                "-",
                "'",
                "\"",
                "\\",
                "{",
                "}",
                "[",
                "]",
                "|",
                ">",
                "yes",
                "1",
                ".",
                "e",
                "é",
                "~",
                "\u{2028}",
                "\u{feff}",
                "${{ x }}",
                "%",
                "&",
                "*",
                "!",
                "?",
                ",",
                "0x",
                "_",
                "\0",
                "\u{1f600}",
            ]),
            0..8,
        );
        prop_oneof![
            awkward.prop_map(|parts| parts.concat()),
            any::<String>(),
            "[a-z ]{0,20}(\n[a-z \t]{0,12}){0,4}",
            "[ -~]{250,1100}"
        ]
    }

    fn node() -> impl Strategy<Value = Node> {
        let leaf = prop_oneof![
            4 => text().prop_map(Node::Text),
            1 => any::<bool>().prop_map(Node::Flag),
            1 => (-1_000_000_i32..1_000_000).prop_map(|number| Node::Number(f64::from(number) / 4.0)),
            1 => any::<f64>().prop_filter("a number", |number| number.is_finite()).prop_map(Node::Number),
            1 => (15..300_i32).prop_map(|exponent| Node::Number(10_f64.powi(exponent))),
            1 => Just(Node::Null),
            1 => proptest::collection::vec(text(), 2..4).prop_map(Node::Reference),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![proptest::collection::vec(inner.clone(), 0..5).prop_map(Node::List), map(inner).prop_map(Node::Map)]
        })
    }

    fn map(values: impl Strategy<Value = Node>) -> impl Strategy<Value = Map> {
        let entry = (text(), values, proptest::option::of(text()), any::<bool>());
        proptest::collection::vec(entry, 0..5).prop_map(|entries| {
            let mut map = Map::new();
            for (key, value, comment, blank) in entries {
                if map.get(&key).is_none() {
                    map.put(&key, value).comment = comment;
                    map.entries.last_mut().expect("just put").blank = blank;
                }
            }
            map
        })
    }

    fn bare(node: &Node) -> Node {
        from_yaml(&to_yaml(node))
    }

    proptest! {
        #[test]
        fn any_tree_is_read_back_equal(document in map(node())) {
            let text = render(&["head"], &document);
            let read: serde_yaml::Value = serde_yaml::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
            prop_assert_eq!(&read, &to_yaml(&Node::Map(document)), "{}", text);
        }

        #[test]
        fn what_is_read_back_is_written_the_same(document in map(node())) {
            let Node::Map(plain) = bare(&Node::Map(document)) else { panic!("a map stays a map") };
            let text = render(&[], &plain);
            let Node::Map(again) = from_yaml(&serde_yaml::from_str(&text).expect("readable")) else { panic!("a map stays a map") };
            prop_assert_eq!(render(&[], &again), text);
        }

        #[test]
        fn no_line_ends_in_a_space(document in map(node()), comment in text()) {
            let text = render(&[&comment, ""], &document);
            prop_assert!(text.lines().all(|line| !line.ends_with([' ', '\t'])), "{}", text);
        }
    }

    #[test]
    fn a_large_document_is_written_like_its_parts() {
        let mut large = Map::new();
        let keys: Vec<String> = (0..PART * 3 + 1).map(|number| format!("key-{number}")).collect();
        for key in &keys {
            large.put(key, "text").spaced();
        }
        let lines: Vec<String> = keys.iter().map(|key| format!("{key}: text\n")).collect();
        assert_eq!(render(&[], &large), lines.join("\n"));
    }

    #[test]
    fn a_document_is_laid_out_for_people() {
        let mut inner = Map::new();
        inner.put("uses", "a/b@c").comment = Some("v1.0.0".to_owned());
        inner.put("run", "echo a\necho b\n");
        let mut map = Map::new();
        map.put("on", Node::Null).bare();
        map.put("steps", vec![inner]).spaced();
        map.put("empty", Map::new());
        map.put("list", Vec::<String>::new());
        map.put("on", "on");
        let expected = "# head line\non:\n\nsteps:\n  - uses: a/b@c # v1.0.0\n    run: |\n      echo a\n      echo b\nempty: {}\nlist: []\n\"on\": \"on\"\n";
        assert_eq!(render(&["head\nline"], &map), expected);
        assert_eq!(render(&["a\u{202e}b\u{ffff}c\u{2028}"], &Map::new()), "# a b c\n{}\n");
    }
}
