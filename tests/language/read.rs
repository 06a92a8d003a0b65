//! Contracts as their source says them: prose, fields, what to write, examples.

use std::collections::BTreeMap;

use nickel_lang_core::ast::record::{FieldDef, Record};
use nickel_lang_core::ast::typ::Type;
use nickel_lang_core::ast::{Ast, Node};
use nickel_lang_core::position::TermPos;
use nickel_lang_core::typ::TypeF;

use crate::library::{Example, each_file, examples};

/// The row of a record that takes names its contract does not list.
const OTHER: &str = "any other name";

/// One contract an author can name.
pub(crate) struct Contract {
    pub(crate) name: String,
    /// Its documentation before the examples, Markdown.
    pub(crate) prose: String,
    pub(crate) shape: Shape,
    /// The contract it only names another way, as the source writes it.
    pub(crate) alias: Option<String>,
    /// Contracts of its file alone that its fields name, each with what to write.
    pub(crate) locals: Vec<(String, String)>,
    pub(crate) examples: Vec<Example>,
}

/// What a contract's definition shows without being run.
#[derive(Clone, Default)]
pub(crate) struct Shape {
    pub(crate) fields: Vec<Field>,
    /// What is expected, where a message says it.
    what: String,
    /// What to write: a remedy of its messages, or the few tags it takes.
    pub(crate) write: String,
}

#[derive(Clone)]
pub(crate) struct Field {
    /// As an author writes it: in quotes where Nickel wants them.
    pub(crate) name: String,
    /// Whether it is a name; else it stands for all that are not listed, and what it accepts is said in words.
    pub(crate) named: bool,
    pub(crate) accepts: String,
    pub(crate) presence: Presence,
    pub(crate) doc: String,
}

#[derive(Clone)]
pub(crate) enum Presence {
    Required,
    Optional,
    /// With the value it has if nothing is said.
    Default(String),
}

/// Every contract with examples, by name.
pub(crate) fn contracts() -> BTreeMap<String, Contract> {
    let mut found = BTreeMap::new();
    each_file(&mut |_, text, ast| {
        let mut file = File { text, locals: BTreeMap::new() };
        let mut body = ast;
        while let Node::Let { bindings, body: inner, .. } = &body.node {
            for binding in *bindings {
                if let Some(name) = binding.pattern.try_as_any() {
                    let shape = file.shape(&binding.value);
                    file.locals.insert(name.label().to_owned(), shape);
                }
            }
            body = inner;
        }
        for contract in file.contracts(body) {
            found.insert(contract.name.clone(), contract);
        }
    });
    found
}

/// One file of the library, and what it keeps to itself.
struct File<'a> {
    text: &'a str,
    locals: BTreeMap<String, Shape>,
}

impl File<'_> {
    /// The contracts of a record, or of those that are merged.
    fn contracts(&self, ast: &Ast<'_>) -> Vec<Contract> {
        match &ast.node {
            Node::Record(record) => record.field_defs.iter().filter_map(|field| self.contract(field)).collect(),
            Node::PrimOpApp { args, .. } => args.iter().flat_map(|part| self.contracts(part)).collect(),
            _ => Vec::new(),
        }
    }

    fn contract(&self, field: &FieldDef<'_>) -> Option<Contract> {
        let (prose, _) = field.metadata.doc?.split_once("# Examples")?;
        let (name, value) = (field.name_as_ident()?.label().to_owned(), field.value.as_ref()?);
        let shape = self.shape(value);
        let alias = shape.fields.is_empty() && matches!(value.node, Node::Var(_) | Node::Type(_));
        let local = |name: &str| self.locals.get(name).filter(|shape| !shape.write.is_empty());
        let mut locals: Vec<(String, String)> = Vec::new();
        for word in shape.fields.iter().map(|field| &field.accepts) {
            if let Some(local) = local(word).filter(|_| locals.iter().all(|(name, _)| name != word)) {
                locals.push((word.clone(), local.write.clone()));
            }
        }
        Some(Contract {
            prose: prose.trim().to_owned(),
            alias: alias.then(|| self.source(value.pos)),
            examples: examples(&name, field.metadata.doc?),
            name,
            shape,
            locals,
        })
    }

    /// What a definition shows: through names of the file, merges and the arguments of functions.
    fn shape(&self, ast: &Ast<'_>) -> Shape {
        match &ast.node {
            Node::Record(record) => self.record(record),
            Node::Var(name) => self.locals.get(name.label()).cloned().unwrap_or_default(),
            Node::App { head, args } => match (&head.node, *args) {
                (Node::Var(name), [what, _, remedy]) if name.label() == "check" => {
                    Shape { fields: Vec::new(), what: literal(what), write: literal(remedy) }
                }
                (Node::Var(name), [what, tags]) if name.label() == "one_of" => {
                    Shape { fields: Vec::new(), what: literal(what), write: self.tags(tags) }
                }
                _ => self.joined(args),
            },
            Node::PrimOpApp { args, .. } | Node::Array(args) => self.joined(args),
            Node::Type(written) => self.dictionary(written),
            _ => Shape::default(),
        }
    }

    fn joined(&self, parts: &[Ast<'_>]) -> Shape {
        let mut joined = Shape::default();
        for shape in parts.iter().map(|part| self.shape(part)) {
            joined.fields.extend(shape.fields);
            joined.write += &shape.write;
        }
        joined.fields.sort_by_key(|field| !field.named);
        joined
    }

    /// A record of any names whose values a check of this file accepts.
    fn dictionary(&self, written: &Type<'_>) -> Shape {
        let TypeF::Dict { type_fields, .. } = &written.typ else { return Shape::default() };
        let TypeF::Contract(inner) = &type_fields.typ else { return Shape::default() };
        let Shape { what, write, .. } = self.shape(inner);
        let presence = Presence::Optional;
        let other = Field { name: OTHER.to_owned(), named: false, accepts: what, presence, doc: sentence(&write) };
        Shape { fields: if write.is_empty() { Vec::new() } else { vec![other] }, ..Shape::default() }
    }

    fn record(&self, record: &Record<'_>) -> Shape {
        let field = |field: &FieldDef<'_>| {
            let metadata = &field.metadata;
            let contracts: Vec<String> = metadata.annotation.contracts.iter().map(|contract| self.source(contract.pos)).collect();
            Field {
                name: self.source(field.path.last().expect("a field with a name").pos()),
                named: true,
                accepts: contracts.join(" | "),
                presence: match &field.value {
                    Some(value) => Presence::Default(self.source(value.pos)),
                    None if metadata.opt => Presence::Optional,
                    None => Presence::Required,
                },
                doc: metadata.doc.unwrap_or_default().to_owned(),
            }
        };
        Shape { fields: record.field_defs.iter().map(field).collect(), ..Shape::default() }
    }

    fn tags(&self, tags: &Ast<'_>) -> String {
        let Node::Array(tags) = &tags.node else { return String::new() };
        let tags: Vec<String> = tags.iter().map(|tag| format!("`{}`", self.source(tag.pos))).collect();
        match tags.as_slice() {
            [others @ .., last] if !others.is_empty() => format!("write {} or {last}", others.join(", ")),
            all => format!("write {}", all.join(", ")),
        }
    }

    /// The source at a place, on one line.
    fn source(&self, place: TermPos) -> String {
        let span = place.into_opt().expect("what is parsed has a place");
        let text = &self.text[span.start.to_usize()..span.end.to_usize()];
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

fn literal(ast: &Ast<'_>) -> String {
    match &ast.node {
        Node::String(text) => (*text).to_owned(),
        node => node.try_str_chunk_as_static_str().expect("a text"),
    }
}

/// A fragment of a message, as a sentence.
pub(crate) fn sentence(fragment: &str) -> String {
    let mut letters = fragment.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
