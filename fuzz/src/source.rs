//! What a stranger's file goes through before it is evaluated, and what is said of one that is data: every fault is told at a place
//! of a text, nothing outside of the project is imported, and the same file is told the same twice.

use std::cell::RefCell;
use std::path::Path;

use pipeward::contracts;
use pipeward::origin::Files;
use pipeward::source::{Evaluation, FaultKind, Limits, Node, Request, Resident, Role, Tree, Value};

use super::answer;

/// Where the file lies.
const NAME: &str = "pipelines/fuzz.ncl";

/// What else there is.
const TREE: [(&str, &str); 3] = [
    ("lib/limits.ncl", "{ timeout = \"5m\" }"),
    ("lib/names.json", "[\"a\"]"),
    ("pipelines/beside.ncl", "import \"../lib/limits.ncl\""),
];

/// A machine keeps every text it was given: after so many there is a new one.
const TURNS: usize = 2_000;

thread_local! {
    static MACHINE: RefCell<(usize, Resident)> = RefCell::new((0, machine()));
}

fn machine() -> Resident {
    let texts = TREE.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Resident::over(Tree { label: String::new(), texts }, Limits::default())
}

/// Holds the text as a file.
pub fn hold(bytes: &[u8]) {
    let text = super::text(bytes);
    // Numbers are exact: one with a long exponent takes all memory there is, which only a worker's limits end.
    if has_long_exponent(text) {
        return;
    }
    MACHINE.with_borrow_mut(|(turn, resident)| {
        *turn += 1;
        if *turn % TURNS == 0 {
            *resident = machine();
        }
        prepared(resident, text);
        if is_data(text) {
            evaluated(resident, text);
        }
    });
}

fn request(text: &str, role: Role) -> Request {
    Request { name: NAME.to_owned(), text: Some(text.to_owned()), role }
}

fn prepared(resident: &mut Resident, text: &str) {
    let request = request(text, Role::Free);
    let found = resident.prepare(&request);
    told(&found, text);
    assert!(found.faults.iter().all(|fault| fault.path.is_empty()), "{text:?}: {:?}", found.faults);
    let imports = resident.imports(&request);
    let outside: Vec<&String> = imports.iter().filter(|import| !is_inside(import)).collect();
    if found.faults.is_empty() {
        assert!(outside.is_empty(), "{text:?} is not refused: {outside:?}");
    }
    let refused = found.faults.iter().any(|fault| fault.kind == FaultKind::Import);
    // The text of another file read as Nickel or as JSON may be neither.
    let named = imports.iter().all(|import| import.ends_with(".ncl")) && !text.contains(" as");
    if refused && named {
        assert!(!outside.is_empty() || text.contains("import"), "{text:?} is refused: {:?}", found.faults);
    }
}

fn evaluated(resident: &mut Resident, text: &str) {
    for role in [Role::Pipeline, Role::Free] {
        let request = request(text, role);
        let first = resident.evaluate(&request);
        told(&first, text);
        let second = resident.evaluate(&request);
        assert_eq!((&second.node, &second.faults), (&first.node, &first.faults), "{text:?} is told otherwise the second time");
        // What its parent hears is what the worker has found.
        let mut sent = Vec::new();
        first.clone().send(&mut sent).expect("a small answer");
        let mut files = Files::default();
        let heard = Evaluation::receive(&mut sent.as_slice(), &mut files).expect("an answer").expect("one");
        assert_eq!(heard.node, first.node, "{text:?} arrives as another value");
        let said: Vec<_> = heard.faults.iter().map(|fault| (fault.kind, &fault.path, fault.origin)).collect();
        let meant: Vec<_> = first.faults.iter().map(|fault| (fault.kind, &fault.path, fault.origin)).collect();
        assert_eq!(said, meant, "{text:?} arrives with other faults");
    }
}

/// Whether every fault says something of a place in a text, and a broken value has one.
fn told(found: &Evaluation, text: &str) {
    for fault in &found.faults {
        assert!(!fault.message.trim().is_empty(), "{text:?}: {fault:?}");
        assert!(found.files.iter().count() > 0, "{text:?}: no text to show for {fault:?}");
    }
    answer::placed(found, &found.files);
    assert!(!is_broken(&found.node) || !found.faults.is_empty(), "{text:?} is broken, and nobody says why");
}

fn is_broken(node: &Node) -> bool {
    match &node.value {
        Value::Broken => true,
        Value::Array(items) => items.iter().any(is_broken),
        Value::Record(fields) => fields.iter().any(|field| is_broken(&field.node)),
        Value::Tag(_, argument) => argument.as_deref().is_some_and(is_broken),
        _ => false,
    }
}

/// Whether an import may be followed: it names a file of the tree, or one of the library where there is none beside.
fn is_inside(import: &str) -> bool {
    let mut parts = vec!["pipelines"];
    for part in import.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return false,
            ".." => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    let library = contracts::FILES.iter().any(|(name, _)| Path::new(name) == Path::new(import));
    !import.starts_with('/') && (library || TREE.iter().any(|(name, _)| *name == path))
}

/// Whether a number has an exponent of more than three digits.
fn has_long_exponent(text: &str) -> bool {
    let bytes = text.as_bytes();
    (1..bytes.len()).any(|at| {
        let number = matches!(bytes[at], b'e' | b'E') && matches!(bytes[at - 1], b'0'..=b'9' | b'.' | b'_');
        let behind = bytes[at..].iter().skip_while(|byte| matches!(byte, b'e' | b'E' | b'+' | b'-'));
        number && behind.take_while(|byte| matches!(byte, b'0'..=b'9' | b'_')).count() > 3
    })
}

/// Whether a text, if it is Nickel, is data: no name in it stands for a value, so that its evaluation ends with its text.
fn is_data(text: &str) -> bool {
    let word = |character: char| character.is_alphanumeric() || character == '_';
    let mut rest = text;
    while let Some(start) = rest.find(word) {
        let found = &rest[start..];
        let end = found.find(|character| !word(character)).unwrap_or(found.len());
        let behind = found[end..].trim_start();
        let tag = rest[..start].ends_with('\'');
        let name = behind.starts_with('.') || behind.starts_with('=') && !behind.starts_with("==") && !behind.starts_with("=>");
        let literal =
            matches!(&found[..end], "true" | "false" | "null") || found.starts_with(|first: char| first.is_ascii_digit());
        let quoted = rest[..start].matches('"').count() % 2 == 1;
        if !(tag || name || literal || quoted) {
            return false;
        }
        rest = &found[end..];
        if quoted {
            rest = rest.split_once('"').map_or("", |(_, behind)| behind);
        }
    }
    !text.contains(['%', '@', '|', '&', '\\', '*', '+', '#'])
}
