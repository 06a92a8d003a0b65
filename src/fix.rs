//! MEND: what can be mended in the text of a file that an audit judged, as changes of spans of it.
//!
//! Nothing is ever written anew from what was read: whatever no change names stays as its author wrote it, comments and all.
//!
//! To add one: a file `src/fix/<rule>.rs` with a [`Fixer`] and its examples, and a line in [`FIXERS`].

mod artifact_no_files_policy;
mod cache_poisoning;
mod checkout_credentials;
mod concurrency_missing;
mod deprecated_commands;
mod gl_timeout_missing;
mod insecure_commands;
mod job_timeout_missing;
mod matrix_zero_lost;
mod mutable_runner_label;
mod obfuscation;
mod permissions_all;
mod permissions_missing;
mod permissions_open;
mod retention_missing;
mod script;
mod site;
mod spoofable_actor;
mod template_injection;
mod unsound_condition;
mod unsound_contains;
mod updater_missing;
mod updater_runs_code;

use std::collections::BTreeMap;
use std::ops::Range;

pub use self::site::Site;
use crate::finding::{Finding, Fix};
use crate::origin::{FileId, Files};
use crate::read::Document;
use crate::source::Node;

/// Every fixer, by the rule whose findings it mends.
pub const FIXERS: &[&Fixer] = &[
    &artifact_no_files_policy::FIXER,
    &cache_poisoning::FIXER,
    &checkout_credentials::FIXER,
    &concurrency_missing::FIXER,
    &deprecated_commands::FIXER,
    &gl_timeout_missing::FIXER,
    &insecure_commands::FIXER,
    &job_timeout_missing::FIXER,
    &matrix_zero_lost::FIXER,
    &mutable_runner_label::FIXER,
    &obfuscation::FIXER,
    &permissions_all::FIXER,
    &permissions_missing::FIXER,
    &permissions_open::FIXER,
    &retention_missing::FIXER,
    &spoofable_actor::FIXER,
    &template_injection::FIXER,
    &unsound_condition::FIXER,
    &unsound_contains::FIXER,
    &updater_missing::FIXER,
    &updater_runs_code::FIXER,
];

/// What mends the findings of one rule.
#[derive(Debug)]
pub struct Fixer {
    /// The rule.
    pub rule: &'static str,
    /// What it does, in a sentence fragment.
    pub title: &'static str,
    /// What mends a finding; none if nothing can be said for certain.
    mend: fn(&Site<'_>) -> Option<Mend>,
    /// What it must make of whole files; they are its test.
    pub examples: &'static [Example],
}

/// A file before and after.
#[derive(Debug)]
pub struct Example {
    /// What is mended of it.
    pub which: Which,
    /// As it was.
    pub before: &'static str,
    /// As it is then; none if it stays as it was.
    pub after: Option<&'static str>,
}

/// What is mended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// What leaves the meaning of the file as its author meant it.
    Safe,
    /// What somebody should look at afterwards, too.
    Unsafe,
}

/// What mends one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mend {
    /// Whether the file means afterwards what its author meant.
    pub safe: bool,
    /// The changes.
    pub edits: Vec<Edit>,
}

impl Mend {
    fn safe(edits: Vec<Edit>) -> Self {
        Self { safe: true, edits }
    }

    fn unsafely(edits: Vec<Edit>) -> Self {
        Self { safe: false, edits }
    }
}

/// One change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub range: Range<usize>,
    /// What stands there instead.
    pub text: String,
}

/// A file with what can be mended of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mended {
    /// Its text, mended.
    pub text: String,
    /// The findings that should be gone, by their number among those given.
    pub numbers: Vec<usize>,
}

/// Adds to findings what would mend them, each on its own, whatever that does to others.
pub fn attach(findings: &mut [Finding], files: &Files) {
    let mut roots: BTreeMap<FileId, Vec<Node>> = BTreeMap::new();
    for finding in findings {
        let Some(fixer) = FIXERS.iter().find(|fixer| fixer.rule == finding.rule) else { continue };
        let Some(file) = finding.origin.map(|origin| origin.file) else { continue };
        let text = files.text(file);
        let roots = roots.entry(file).or_insert_with(|| Document::read(text, file).roots);
        let mend = around(roots, finding).and_then(|root| (fixer.mend)(&Site { finding, text, root }));
        finding.fix = mend.map(|Mend { safe, edits }| {
            let number = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
            let place = |range: Range<usize>| files.within(file, number(range.start), number(range.end));
            let edits = edits.into_iter().map(|edit| (place(edit.range), edit.text)).collect();
            Fix { title: fixer.title.to_owned(), safe, edits }
        });
    }
}

/// Mends the findings of one file; none if nothing of them can be. Of two that change the same, the first is mended: the next run does
/// the rest.
#[must_use]
pub fn mend(findings: &[Finding], file: FileId, files: &Files, which: Which) -> Option<Mended> {
    let mine = |finding: &Finding| finding.origin.is_some_and(|origin| origin.file == file);
    let fixer = |finding: &Finding| FIXERS.iter().find(|fixer| fixer.rule == finding.rule);
    let asked: Vec<_> = findings.iter().enumerate().filter(|(_, finding)| mine(finding)).collect();
    if asked.iter().all(|(_, finding)| fixer(finding).is_none()) {
        return None;
    }
    let text = files.text(file);
    let roots = Document::read(text, file).roots;
    let (mut taken, mut mended): (Vec<Edit>, Mended) = Default::default();
    for (number, finding) in asked {
        let (Some(fixer), Some(root)) = (fixer(finding), around(&roots, finding)) else { continue };
        let site = Site { finding, text, root };
        let Some(Mend { edits, .. }) = (fixer.mend)(&site).filter(|mend| mend.safe || which == Which::Unsafe) else { continue };
        if edits.iter().all(|edit| taken.iter().all(|other| !meet(&edit.range, &other.range))) {
            taken.extend(edits);
            mended.numbers.push(number);
        }
    }
    mended.text = apply(text, taken)?;
    (!mended.numbers.is_empty()).then_some(mended)
}

/// The document of a file that a finding is in: what stands before the jobs of GitLab's files is one of its own.
fn around<'a>(roots: &'a [Node], finding: &Finding) -> Option<&'a Node> {
    let at = finding.origin?;
    roots.iter().rev().find(|root| root.origin.start <= at.start).or(roots.first())
}

/// Whether two spans overlap, or begin at the same place: which of two insertions would come first nobody has said.
fn meet(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start == other.start || (one.start < other.end && other.start < one.end)
}

/// A text with changes; none if one of them is not of this text.
fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| edit.range.start);
    let (mut made, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        made.push_str(text.get(at..edit.range.start)?);
        made.push_str(&edit.text);
        at = edit.range.end;
    }
    made.push_str(text.get(at..)?);
    Some(made)
}
