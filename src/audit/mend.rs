//! What an audit finds, mended file by file: a file is judged again with its changes before any of them counts.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

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
    let (sources, lost) = gather(found);
    let judged = of_sources(found, &sources, terms);
    let mut work = Work { standing: found.into(), terms, which, sources, judged, changed: BTreeMap::new(), undone: Vec::new() };
    work.mend(0..work.sources.len());
    let Work { sources, judged, changed, undone, .. } = work;
    let change = |(number, (before, rules)): (usize, (String, BTreeMap<String, usize>))| {
        let Source { shown, text, .. } = &sources[number];
        let file = found.files.iter().find(|file| file.shown == *shown).cloned()?;
        Some(Change { file, before, after: text.clone(), rules })
    };
    let mut mended = Mended { judged, changes: changed.into_iter().filter_map(change).collect(), undone };
    tell_apart(&mut mended.judged.findings, found);
    mended.judged.looked += lost.len();
    mended.judged.findings.extend(lost);
    report::sort(&mut mended.judged.findings, &mended.judged.files);
    mended
}

/// A repository while it is mended.
struct Work<'a> {
    standing: Standing<'a>,
    terms: &'a Terms<'a>,
    which: Which,
    sources: Vec<Source>,
    /// What there is to say of them as they are now.
    judged: Judged,
    /// What the files that were mended said before, and how many findings are gone, by their rule.
    changed: BTreeMap<usize, (String, BTreeMap<String, usize>)>,
    undone: Vec<(String, String)>,
}

impl Work<'_> {
    /// Mends these files: all of them at once, for to judge a repository again costs the same after one file and after all; by halves where
    /// that does harm, down to the file that does it.
    fn mend(&mut self, numbers: Range<usize>) {
        if numbers.len() > 1 {
            for _ in 0..MOST_ROUNDS {
                match self.together(numbers.clone()) {
                    Some(true) => {}
                    Some(false) => return,
                    None => break,
                }
            }
            let middle = numbers.start.midpoint(numbers.end);
            self.mend(numbers.start..middle);
            self.mend(middle..numbers.end);
            return;
        }
        for number in numbers {
            let (before, shown) = (self.sources[number].text.clone(), self.sources[number].shown.clone());
            let judged = std::mem::take(&mut self.judged);
            let done = all_of(&mut self.sources, number, self.standing, judged, self.terms, self.which);
            self.judged = done.judged;
            self.undone.extend(done.reasons.into_iter().map(|reason| (shown.clone(), reason)));
            if !done.rules.is_empty() {
                self.note(number, before, done.rules);
            }
        }
    }

    /// Mends of all these files what can be mended in one go; false if that is nothing, none if it does harm and was taken back.
    fn together(&mut self, numbers: Range<usize>) -> Option<bool> {
        let mut asked: HashMap<FileId, Vec<Finding>> = HashMap::new();
        for finding in self.judged.findings.iter().filter(|finding| FIXERS.iter().any(|fixer| fixer.rule == finding.rule)) {
            if let Some(origin) = finding.origin {
                asked.entry(origin.file).or_default().push(finding.clone());
            }
        }
        let (mut replaced, mut gone) = (Vec::new(), BTreeMap::new());
        for number in numbers {
            let source = &mut self.sources[number];
            let file = self.judged.files.find(&source.shown, &source.text);
            let Some((id, asked)) = file.and_then(|id| Some((id, asked.get(&id)?))) else { continue };
            let Some(mended) = fix::mend(asked, id, &self.judged.files, self.which) else { continue };
            let rules = by_rule(asked, &mended.numbers);
            rules.iter().for_each(|(rule, count)| *gone.entry(rule.clone()).or_default() += count);
            replaced.push((number, std::mem::replace(&mut source.text, mended.text), rules));
        }
        if replaced.is_empty() {
            return Some(false);
        }
        let again = of_sources(self.standing, &self.sources, self.terms);
        let (before, after) = (counted(&self.judged.findings), counted(&again.findings));
        let is_mended = fresh(&before, &after).is_none() && left(&before, &after, &gone).is_empty();
        if !is_mended {
            replaced.into_iter().for_each(|(number, text, _)| self.sources[number].text = text);
            return None;
        }
        self.judged = again;
        replaced.into_iter().for_each(|(number, text, rules)| self.note(number, text, rules));
        Some(true)
    }

    /// Keeps in mind what a file said before its first change, and what is gone since.
    fn note(&mut self, number: usize, before: String, rules: BTreeMap<String, usize>) {
        let (_, gone) = self.changed.entry(number).or_insert_with(|| (before, BTreeMap::new()));
        rules.into_iter().for_each(|(rule, count)| *gone.entry(rule).or_default() += count);
    }
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
        let gone = by_rule(&asked, &mended.numbers);
        let text = std::mem::replace(&mut sources[number].text, mended.text);
        let again = of_sources(standing, sources, terms);
        let after = counted(&again.findings);
        if let Some(rule) = fresh(&before, &after) {
            let reason = format!("there would be a new finding of `{rule}`");
            return Err(Harm { reason, rules: gone.into_keys().collect() });
        }
        let left = left(&before, &after, &gone);
        if left.is_empty() {
            return Ok(Some((again, gone)));
        }
        sources[number].text = text;
        rules.retain(|rule| left.iter().all(|left| left != rule));
    }
}

/// How many of these findings there are of each rule.
fn by_rule(findings: &[Finding], numbers: &[usize]) -> BTreeMap<String, usize> {
    let mut rules = BTreeMap::new();
    for number in numbers {
        *rules.entry(findings[*number].rule.clone()).or_default() += 1;
    }
    rules
}

/// A rule that finds more than it did.
fn fresh<'a>(before: &BTreeMap<&str, usize>, after: &BTreeMap<&'a str, usize>) -> Option<&'a str> {
    after.iter().find(|(rule, count)| *count > before.get(*rule).unwrap_or(&0)).map(|(rule, _)| *rule)
}

/// The rules of which not as many findings are gone as should be.
fn left<'a>(before: &BTreeMap<&str, usize>, after: &BTreeMap<&str, usize>, gone: &'a BTreeMap<String, usize>) -> Vec<&'a String> {
    let count = |of: &BTreeMap<&str, usize>, rule: &str| of.get(rule).copied().unwrap_or_default();
    gone.iter().filter(|(rule, gone)| count(after, rule) + **gone > count(before, rule)).map(|(rule, _)| rule).collect()
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

    #[test]
    fn files_are_mended_together_as_each_is_alone() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/agreement");
        let mut texts: Vec<String> = std::fs::read_dir(folder)
            .expect("a folder")
            .filter_map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).ok())
            .filter(|text| text.contains("jobs:"))
            .collect();
        texts.sort();
        let named = |(number, text): (usize, &String)| {
            let path = format!(".github/workflows/{number}.yml");
            Source { what: What::Workflow, shown: path.clone(), path, text: text.clone() }
        };
        let sources: Vec<Source> = texts.iter().enumerate().map(named).collect();
        for which in [Which::Safe, Which::Unsafe] {
            let terms = terms();
            let judged = of_sources("it", &sources, &terms);
            let (standing, changed) = ("it".into(), BTreeMap::new());
            let mut work = Work { standing, terms: &terms, which, sources: sources.clone(), judged, changed, undone: Vec::new() };
            work.mend(0..texts.len());
            assert!(work.changed.len() > 20, "{}", work.changed.len());
            let mut alone = sources.clone();
            let mut judged = of_sources("it", &alone, &terms);
            for number in 0..alone.len() {
                judged = all_of(&mut alone, number, "it".into(), judged, &terms, which).judged;
            }
            for (together, alone) in work.sources.iter().zip(&alone) {
                assert_eq!(together.text, alone.text, "{}", alone.path);
            }
        }
    }
}
