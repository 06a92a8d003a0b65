//! What well-known actions take and give, and the runtime they are written for, by major version.
//!
//! Each file of `known/` holds actions by paragraphs, sorted by no order:
//!
//! ```text
//! owner/name 4-6 gone 1-3 node20 4     majors that are known; those for Node.js 12 and 16; those for Node.js 20
//!   in path* save-always![-5] env-~    inputs: `*` is needed, `!` out of use, `[2-]` since a major, `~` how others begin
//!   out cache-hit                      outputs, or `none`; no line if they are not known
//! ```
//!
//! `any` in place of the majors: every revision takes the same.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// Read from the actions' own descriptions and release notes, 2026-11-22.
const FILES: [&str; 4] = [
    include_str!("known/forge.txt"),
    include_str!("known/images.txt"),
    include_str!("known/clouds.txt"),
    include_str!("known/others.txt"),
];

/// What is known of an action.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Known {
    /// `owner/name` or `owner/name/path`, as its author writes it.
    pub(crate) name: &'static str,
    majors: Option<RangeInclusive<u32>>,
    any: bool,
    gone: Option<RangeInclusive<u32>>,
    node20: Option<RangeInclusive<u32>>,
    inputs: Option<Vec<Entry>>,
    outputs: Option<Vec<Entry>>,
}

/// An input or an output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its name.
    pub(crate) name: &'static str,
    /// Whether nothing works without it.
    pub(crate) needed: bool,
    /// Whether its author wants it gone.
    pub(crate) deprecated: bool,
    /// Whether it only says how names begin.
    open: bool,
    majors: RangeInclusive<u32>,
}

/// The Node.js an action was written for, if the runner has it no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Old {
    /// 12 or 16.
    Gone,
    /// 20.
    Node20,
}

impl Entry {
    /// Whether a name means it.
    pub(crate) fn is(&self, name: &str) -> bool {
        if self.open {
            return name.get(..self.name.len()).is_some_and(|start| start.eq_ignore_ascii_case(self.name));
        }
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether every known version has it.
    pub(crate) fn is_always(&self) -> bool {
        self.majors == (0..=u32::MAX)
    }

    fn of(word: &'static str) -> Self {
        let (word, majors) = match word.split_once('[') {
            Some((word, range)) => (word, majors(range.trim_end_matches(']'))),
            None => (word, 0..=u32::MAX),
        };
        let name = word.trim_end_matches(['*', '!', '~']);
        let marks = &word[name.len()..];
        Self { name, needed: marks.contains('*'), deprecated: marks.contains('!'), open: marks.contains('~'), majors }
    }
}

impl Known {
    /// What a revision of this major takes, if that is known.
    pub(crate) fn inputs(&self, major: Option<u32>) -> Option<Vec<&Entry>> {
        self.entries(self.inputs.as_ref()?, major)
    }

    /// What it gives, if that is known.
    pub(crate) fn outputs(&self, major: Option<u32>) -> Option<Vec<&Entry>> {
        self.entries(self.outputs.as_ref()?, major)
    }

    /// Every input that a known version of it has.
    pub(crate) fn all_inputs(&self) -> impl Iterator<Item = &Entry> {
        self.inputs.iter().flatten()
    }

    fn entries<'a>(&self, entries: &'a [Entry], major: Option<u32>) -> Option<Vec<&'a Entry>> {
        if self.any {
            return Some(entries.iter().collect());
        }
        let major = major.filter(|major| self.majors.as_ref().is_some_and(|majors| majors.contains(major)))?;
        Some(entries.iter().filter(|entry| entry.majors.contains(&major)).collect())
    }

    /// What a version of this major was written for, if the runner has it no more.
    pub(crate) fn runtime(&self, major: u32) -> Option<Old> {
        let within = |majors: &Option<RangeInclusive<u32>>| majors.as_ref().is_some_and(|majors| majors.contains(&major));
        if within(&self.gone) {
            return Some(Old::Gone);
        }
        within(&self.node20).then_some(Old::Node20)
    }

    /// The first major that was written for a Node.js which the runner has, if there is one.
    pub(crate) fn current(&self) -> Option<u32> {
        let newest = *self.majors.as_ref()?.end();
        (1..=newest).rev().take_while(|major| self.runtime(*major).is_none()).last()
    }

    fn of(head: &'static str) -> Self {
        let mut words = head.split_whitespace();
        let name = words.next().unwrap_or_default();
        let mut known = Self { name, majors: None, any: false, gone: None, node20: None, inputs: None, outputs: None };
        while let Some(word) = words.next() {
            match word {
                "any" => known.any = true,
                "gone" => known.gone = words.next().map(majors),
                "node20" => known.node20 = words.next().map(majors),
                range => known.majors = Some(majors(range)),
            }
        }
        known
    }
}

/// `4`, `4-6`, `-5`, `6-`.
fn majors(text: &str) -> RangeInclusive<u32> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    first.parse().unwrap_or(0)..=last.parse().unwrap_or(u32::MAX)
}

static KNOWN: LazyLock<HashMap<String, Known>> = LazyLock::new(|| {
    let mut all = HashMap::new();
    for file in FILES {
        for known in read(file) {
            all.insert(known.name.to_ascii_lowercase(), known);
        }
    }
    all
});

fn read(file: &'static str) -> Vec<Known> {
    let mut all: Vec<Known> = Vec::new();
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let Some(rest) = line.strip_prefix("  ") else {
            all.push(Known::of(line));
            continue;
        };
        let (kind, words) = rest.split_once(' ').unwrap_or((rest, ""));
        let entries = words.split_whitespace().filter(|word| *word != "none").map(Entry::of).collect();
        if let Some(last) = all.last_mut() {
            *(if kind == "in" { &mut last.inputs } else { &mut last.outputs }) = Some(entries);
        }
    }
    all
}

/// What is known of the action at this path, `owner/name` or `owner/name/path`, however it is capitalised.
pub(crate) fn known(path: &str) -> Option<&'static Known> {
    KNOWN.get(&path.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        let mut names = Vec::new();
        for line in FILES.iter().flat_map(|file| file.lines()).filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            if line.starts_with(' ') {
                assert!(line.starts_with("  in ") || line.starts_with("  out "), "{line}");
                assert!(words.len() > 1, "{line}");
                for word in &words[1..] {
                    let entry = Entry::of(word);
                    assert!(!entry.majors.is_empty() && !entry.name.is_empty(), "{word}");
                    assert!(entry.name.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c)), "{word}");
                }
            } else {
                assert!(words[0].contains('/') && words.len() > 1, "{line}");
                names.push(words[0].to_ascii_lowercase());
            }
        }
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!((names.len(), KNOWN.len()), (count, count), "each action once");
    }

    #[test]
    fn what_an_action_takes_hangs_on_its_major() {
        let node = known("Actions/Setup-Node").expect("it is known");
        let takes = |major, name: &str| node.inputs(Some(major)).map(|all| all.iter().any(|input| input.is(name)));
        assert_eq!((takes(4, "package-manager-cache"), takes(5, "Package-Manager-Cache")), (Some(false), Some(true)));
        assert_eq!((takes(5, "always-auth"), takes(6, "always-auth")), (Some(true), Some(false)));
        assert_eq!((takes(3, "cache"), takes(99, "cache"), node.inputs(None)), (None, None, None), "others are not known");
        assert_eq!((node.runtime(3), node.runtime(4), node.runtime(5)), (Some(Old::Gone), Some(Old::Node20), None));
        assert_eq!(node.current(), Some(5));
        assert_eq!(known("actions-rs/cargo").map(|cargo| (cargo.runtime(1), cargo.current())), Some((Some(Old::Gone), None)));
        let rust = known("dtolnay/rust-toolchain").expect("it is known");
        assert!(rust.inputs(None).is_some_and(|all| all.iter().any(|input| input.is("targets"))), "any revision");
        let token = known("actions/create-github-app-token").expect("it is known");
        assert!(
            token.inputs(Some(3)).is_some_and(|all| all.iter().any(|input| input.is("permission-contents"))),
            "its beginning"
        );
    }
}
