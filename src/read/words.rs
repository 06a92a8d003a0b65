//! What the model's reader says of raw words, said to somebody who writes YAML.

use crate::origin::Origin;
use crate::source::{Fault, FaultKind, Node};

/// What the reader calls things, and what YAML calls them.
const THINGS: &[(&str, &str)] = &[
    ("a Record", "a mapping"),
    ("an Array", "a list"),
    ("a String", "a text"),
    ("a Bool", "true or false"),
    ("a Number", "a number"),
    ("unknown field", "unknown key"),
    ("the fields are", "the keys are"),
];

/// A fault of the file whose value is `root`, in YAML's words.
pub(super) fn in_yaml(fault: Fault, root: &Node) -> Fault {
    if fault.kind == FaultKind::Missing
        && let [jobs, job, field] = fault.path.as_slice()
        && (jobs.as_str(), field.as_str()) == ("jobs", "timeout")
    {
        let origin = key_of(root, job).unwrap_or(fault.origin);
        let notes = vec!["write timeout-minutes: 10; without it a hung job holds its runner for six hours".to_owned()];
        return Fault { origin, message: "`timeout-minutes` is missing".to_owned(), notes, ..fault };
    }
    let notes = fault.notes.iter().filter(|note| !is_nickel(note)).map(|note| said(note)).collect();
    Fault { message: said(&fault.message), notes, ..fault }
}

/// A fault of a file of GitLab's: the reader tells what to write in GitLab's own words, and only what stands between them is Nickel's.
pub(super) fn in_gitlab(fault: Fault, root: &Node) -> Fault {
    let notes = fault.notes.iter().map(|note| note.replace(" = ", ": ")).collect();
    in_yaml(Fault { notes, ..fault }, root)
}

/// A text of the reader's with things called as YAML calls them.
pub(super) fn said(text: &str) -> String {
    THINGS.iter().fold(text.to_owned(), |text, (ours, theirs)| text.replace(ours, theirs))
}

fn key_of(root: &Node, job: &str) -> Option<Origin> {
    Some(root.get("jobs")?.field(job)?.key)
}

/// Whether a remedy shows what would be written in Nickel.
fn is_nickel(note: &str) -> bool {
    let tag = note.split('\'').skip(1).any(|rest| rest.starts_with(|first: char| first.is_ascii_uppercase()));
    tag || note.contains(" = ")
        || note.contains("between { and }")
        || note.contains("between [ and ]")
        || note.contains("between quotes")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::FileId;
    use crate::source::Value;

    #[test]
    fn nothing_of_nickel_is_said_of_yaml() {
        let origin = Origin::whole(FileId(0));
        let root = Node { value: Value::Null, origin };
        let fault = |message: &str, note: &str| {
            let fault = Fault::new(FaultKind::Contract, vec!["on".to_owned()], origin, message);
            in_yaml(Fault { notes: vec![note.to_owned()], ..fault }, &root)
        };
        let said = fault("expected a Record, got an Array", "write it between { and }");
        assert_eq!((said.message.as_str(), said.notes.len()), ("expected a mapping, got a list", 0));
        for nickel in ["write on.push = {}", "write 'Always", "write { a = 1 }"] {
            assert_eq!(fault("", nickel).notes, Vec::<String>::new(), "{nickel}");
        }
        assert_eq!(fault("", "did you mean `runs-on`?").notes, ["did you mean `runs-on`?"]);
    }
}
