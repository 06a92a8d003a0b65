//! What an audit finds, mended file by file: a file is judged again with its changes before any of them counts.

use std::collections::{BTreeMap, BTreeSet};

use super::{Candidate, Found, Judged, Met, Standing, Terms, gather, of_sources, tell_apart};
use crate::finding::Finding;
use crate::fix::{self, FIXERS, Which};
use crate::origin::FileId;
use crate::parallel;
use crate::read::Source;
use crate::report;

/// A repository with what was mended of it, in memory.
#[derive(Debug)]
pub struct Mended {
    /// What is left to say.
    pub judged: Judged,
    /// The files that are to be written.
    pub changes: Vec<Change>,
    /// The files whose changes did not mend what they should, and what came of them.
    pub undone: Vec<(String, String)>,
}

/// A file that is to be written.
#[derive(Debug)]
pub struct Change {
    /// Where.
    pub file: Candidate,
    /// What it said.
    pub before: String,
    /// What it is to say.
    pub after: String,
    /// How many findings are gone, by their rule.
    pub rules: BTreeMap<String, usize>,
}

/// Mends each repository in memory; what came of them is told in their order.
pub fn mend(found: Vec<Found>, terms: &Terms<'_>, which: Which, mut tell: impl FnMut(Mended) + Send) {
    let is_whole = found.iter().all(|found| found.is_whole);
    let mut all = Met::default();
    parallel::stream(
        found,
        |found| repository(&found, terms, which),
        |mut mended| {
            all.add(std::mem::take(&mut mended.judged.met));
            tell(mended);
        },
    );
    if let Some(policy) = terms.policy {
        tell(Mended { judged: policy.end(all, is_whole, terms.now), changes: Vec::new(), undone: Vec::new() });
    }
}

/// How often a file is looked at again after it was mended.
const MOST_ROUNDS: usize = 64;

fn repository(found: &Found, terms: &Terms<'_>, which: Which) -> Mended {
    let (mut sources, lost) = gather(found);
    let judged = of_sources(found, &sources, terms);
    let mut mended = Mended { judged, changes: Vec::new(), undone: Vec::new() };
    for number in 0..sources.len() {
        let (before, shown) = (sources[number].text.clone(), sources[number].shown.clone());
        let judged = std::mem::take(&mut mended.judged);
        let done = all_of(&mut sources, number, found.into(), judged, terms, which);
        mended.judged = done.judged;
        mended.undone.extend(done.reasons.into_iter().map(|reason| (shown.clone(), reason)));
        if !done.rules.is_empty() {
            let after = sources[number].text.clone();
            let file = found.files.iter().find(|file| file.shown == shown).cloned();
            mended.changes.extend(file.map(|file| Change { file, before, after, rules: done.rules }));
        }
    }
    tell_apart(&mut mended.judged.findings, found);
    mended.judged.looked += lost.len();
    mended.judged.findings.extend(lost);
    report::sort(&mut mended.judged.findings, &mended.judged.files);
    mended
}

/// What came of one file.
struct OfFile {
    judged: Judged,
    rules: BTreeMap<String, usize>,
    /// What could not be mended, and why.
    reasons: Vec<String>,
}

/// Mends one file until nothing is left that can be: what two would change is changed by the first of them, and the other looks at what
/// came of that. A rule whose mend does harm is left out, and the others are tried again.
fn all_of(
    sources: &mut [Source],
    number: usize,
    standing: Standing<'_>,
    judged: Judged,
    terms: &Terms<'_>,
    which: Which,
) -> OfFile {
    let mut done = OfFile { judged, rules: BTreeMap::new(), reasons: Vec::new() };
    let mut wanted: BTreeSet<String> = FIXERS.iter().map(|fixer| fixer.rule.to_owned()).collect();
    let mut asked = wanted.clone();
    for _ in 0..MOST_ROUNDS {
        let text = sources[number].text.clone();
        match file(standing, sources, number, &done.judged, terms, (which, &asked)) {
            Ok(None) if asked.len() == wanted.len() => break,
            Ok(None) => {
                wanted.retain(|rule| !asked.contains(rule));
                asked.clone_from(&wanted);
            }
            Ok(Some((judged, gone))) => {
                done.judged = judged;
                gone.into_iter().for_each(|(rule, count)| *done.rules.entry(rule).or_default() += count);
                asked.clone_from(&wanted);
            }
            Err(Harm { reason, rules }) => {
                sources[number].text = text;
                match <[String; 1]>::try_from(rules) {
                    Ok([rule]) => {
                        wanted.remove(&rule);
                        done.reasons.push(format!("{rule}: {reason}"));
                        asked.clone_from(&wanted);
                    }
                    // One of them does it: each is tried alone.
                    Err(rules) => asked = rules.into_iter().take(1).collect(),
                }
            }
        }
    }
    done
}

/// What a mend would do that nobody wants, and the rules that were mended.
#[derive(Debug)]
struct Harm {
    reason: String,
    rules: Vec<String>,
}

/// What a mended file leaves to say, and how many findings of each rule are gone; nothing if there was nothing to mend.
type Done = Option<(Judged, BTreeMap<String, usize>)>;

/// Mends one file among the others of its repository; else why it stays as it was. What is not gone afterwards is left alone, and
/// the rest tried again.
fn file(
    standing: Standing<'_>,
    sources: &mut [Source],
    number: usize,
    judged: &Judged,
    terms: &Terms<'_>,
    (which, asked): (Which, &BTreeSet<String>),
) -> Result<Done, Harm> {
    let id = judged.files.find(&sources[number].shown, &sources[number].text).unwrap_or(FileId(u32::MAX));
    let before = counted(&judged.findings);
    let mut rules: BTreeSet<&str> =
        judged.findings.iter().map(|finding| finding.rule.as_str()).filter(|rule| asked.contains(*rule)).collect();
    loop {
        let asked: Vec<Finding> =
            judged.findings.iter().filter(|finding| rules.contains(finding.rule.as_str())).cloned().collect();
        let Some(mended) = fix::mend(&asked, id, &judged.files, which) else { return Ok(None) };
        let mut gone: BTreeMap<String, usize> = BTreeMap::new();
        for number in &mended.numbers {
            *gone.entry(asked[*number].rule.clone()).or_default() += 1;
        }
        let text = std::mem::replace(&mut sources[number].text, mended.text);
        let again = of_sources(standing, sources, terms);
        let after = counted(&again.findings);
        if let Some(rule) = after.iter().find(|(rule, count)| *count > before.get(*rule).unwrap_or(&0)).map(|(rule, _)| rule) {
            let reason = format!("there would be a new finding of `{rule}`");
            return Err(Harm { reason, rules: gone.into_keys().collect() });
        }
        let left: Vec<&String> = gone
            .iter()
            .filter(|(rule, gone)| after.get(rule.as_str()).unwrap_or(&0) + **gone > before[rule.as_str()])
            .map(|(rule, _)| rule)
            .collect();
        if left.is_empty() {
            return Ok(Some((again, gone)));
        }
        sources[number].text = text;
        rules.retain(|rule| left.iter().all(|left| left != rule));
    }
}

fn counted(findings: &[Finding]) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for finding in findings {
        *counted.entry(finding.rule.as_str()).or_default() += 1;
    }
    counted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fix::Example;
    use crate::origin::Files;
    use crate::policy::Date;
    use crate::read::{Document, What};
    use crate::rule;

    fn terms() -> Terms<'static> {
        Terms { now: Date::from_unix(0), strict: true, policy: None }
    }

    fn source(text: &str) -> Vec<Source> {
        let (what, path) = if text.contains("jobs:") {
            (What::Workflow, ".github/workflows/ci.yml")
        } else if text.contains("updates:") {
            (What::Dependabot, ".github/dependabot.yml")
        } else {
            (What::GitLab, ".gitlab-ci.yml")
        };
        let path = path.to_owned();
        vec![Source { what, shown: path.clone(), path, text: text.to_owned() }]
    }

    /// What the fixer of a rule makes of a text: none if it stays as it was.
    fn by(rule: &str, text: &str, which: Which) -> Option<String> {
        let mut judged = of_sources("it", &source(text), &terms());
        judged.findings.retain(|finding| finding.rule == rule);
        let file = judged.findings.first()?.origin?.file;
        fix::mend(&judged.findings, file, &judged.files, which).map(|mended| mended.text)
    }

    #[test]
    fn every_fixer_does_what_its_examples_show() {
        for fixer in FIXERS {
            assert!(rule::find(fixer.rule).is_some(), "no rule is named {}", fixer.rule);
            assert!(fixer.examples.iter().any(|example| example.after.is_some()), "{} mends nothing", fixer.rule);
            for Example { which, before, after } in fixer.examples {
                let found = of_sources("it", &source(before), &terms());
                assert!(
                    found.findings.iter().any(|finding| finding.rule == fixer.rule),
                    "{} finds nothing in\n{before}",
                    fixer.rule
                );
                assert_eq!(by(fixer.rule, before, *which).as_deref(), *after, "{} of\n{before}", fixer.rule);
            }
        }
    }

    #[test]
    fn what_is_mended_is_gone_and_a_second_run_has_nothing_to_do() {
        for example in FIXERS.iter().flat_map(|fixer| fixer.examples) {
            let mut sources = source(example.before);
            for is_again in [false, true] {
                let judged = of_sources("it", &sources, &terms());
                let done = all_of(&mut sources, 0, "it".into(), judged, &terms(), example.which);
                assert!(done.reasons.is_empty() || example.which == Which::Unsafe, "{:?} of\n{}", done.reasons, example.before);
                assert!(Document::read(&sources[0].text, FileId(0)).slips.is_empty(), "{}", sources[0].text);
                assert!(!is_again || done.rules.is_empty(), "{:?} of\n{}", done.rules, sources[0].text);
            }
        }
    }

    #[test]
    fn files_that_are_mended_have_nothing_left_to_mend() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agreement");
        let mut mended_once = 0;
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let Some(text) = std::fs::read_to_string(&path).ok().filter(|text| text.contains("jobs:")) else { continue };
            for which in [Which::Safe, Which::Unsafe] {
                let mut sources = source(&text);
                let first = of_sources("it", &sources, &terms());
                let before: BTreeMap<String, usize> =
                    counted(&first.findings).into_iter().map(|(rule, count)| (rule.to_owned(), count)).collect();
                let done = all_of(&mut sources, 0, "it".into(), first, &terms(), which);
                let once = sources[0].text.clone();
                let left = counted(&done.judged.findings);
                let fresh = left.iter().find(|(rule, count)| *count > before.get(**rule).unwrap_or(&0));
                assert_eq!(fresh, None, "{path:?}:\n{once}");
                let judged = of_sources("it", &sources, &terms());
                let again = all_of(&mut sources, 0, "it".into(), judged, &terms(), which);
                assert!(again.rules.is_empty() && sources[0].text == once, "{path:?}: {:?} of\n{once}", again.rules);
                mended_once += usize::from(once != text);
            }
        }
        assert!(mended_once > 20, "{mended_once}");
    }

    #[test]
    fn whatever_a_file_says_its_mends_can_be_read() {
        // Each example in other clothes: lines that end otherwise, a mark at the beginning, deeper by some.
        for example in FIXERS.iter().flat_map(|fixer| fixer.examples) {
            let text = example.before;
            for text in [
                text.replace("\r\n", "\n").replace('\n', "\r\n"),
                format!("\u{feff}{text}"),
                text.replace("  ", "    "),
                text.trim_end().to_owned(),
                text.replace("- ", "-   "),
                format!("---\n{text}"),
                text.replace(": ", ":   "),
            ] {
                let judged = of_sources("it", &source(&text), &terms());
                let id = judged.files.find(&source(&text)[0].shown, &text).expect("it was read");
                if let Some(mended) = fix::mend(&judged.findings, id, &judged.files, Which::Unsafe) {
                    let mut files = Files::default();
                    let file = files.add("ci.yml", &mended.text);
                    let document = Document::read(&mended.text, file);
                    assert!(document.is_whole && document.slips.is_empty(), "{:?} in\n{}", document.slips, mended.text);
                }
            }
        }
    }
}
