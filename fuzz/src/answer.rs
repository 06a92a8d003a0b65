//! What a worker answers is not believed: it is no answer, or one whose every place lies in a text that came with it.

use pipeward::origin::{Files, Origin};
use pipeward::source::{Evaluation, Field, Node, Value};

/// Holds the bytes as what a worker sends, and behind the length they have as one message.
pub fn hold(bytes: &[u8]) {
    let mut stream = bytes;
    let mut files = Files::default();
    while let Ok(Some(evaluation)) = Evaluation::receive(&mut stream, &mut files) {
        placed(&evaluation, &files);
    }
    let message = [&(bytes.len() as u32).to_le_bytes(), bytes].concat();
    let mut files = Files::default();
    let Ok(Some(evaluation)) = Evaluation::receive(&mut message.as_slice(), &mut files) else { return };
    placed(&evaluation, &files);
    again(evaluation, files);
}

/// What is sent on arrives as it was.
fn again(evaluation: Evaluation, files: Files) {
    let mut sent = Vec::new();
    let first = Evaluation { files, ..evaluation };
    first.clone().send(&mut sent).expect("it was small enough before");
    let mut files = Files::default();
    let second = Evaluation::receive(&mut sent.as_slice(), &mut files).expect("an answer").expect("one");
    // Texts of one name and content are one text, so what is sent has the same places.
    assert_eq!(format!("{:?}", second.node), format!("{:?}", first.node));
    assert_eq!(second.faults.len(), first.faults.len());
    for (one, other) in second.faults.iter().zip(&first.faults) {
        assert_eq!((one.kind, &one.path, one.origin), (other.kind, &other.path, other.origin));
    }
}

/// Whether every origin lies in a file and between two of its characters.
pub(super) fn placed(evaluation: &Evaluation, files: &Files) {
    node(&evaluation.node, files);
    for fault in &evaluation.faults {
        origin(fault.origin, files);
        fault.related.iter().for_each(|(place, _)| origin(*place, files));
    }
}

fn node(value: &Node, files: &Files) {
    origin(value.origin, files);
    match &value.value {
        Value::Array(items) => items.iter().for_each(|item| node(item, files)),
        Value::Record(fields) => fields.iter().for_each(|Field { key, node: value, .. }| {
            origin(*key, files);
            node(value, files);
        }),
        Value::Tag(_, Some(argument)) => node(argument, files),
        _ => {}
    }
}

fn origin(origin: Origin, files: &Files) {
    let known = (origin.file.0 as usize) < files.iter().count();
    assert!(known || files.iter().count() == 0, "{origin:?} lies in no file");
    assert!(files.text(origin.file).get(origin.range()).is_some(), "{origin:?} lies in no text: {:?}", files.text(origin.file));
}
