//! Every built-in rule, held to its own examples: each is judged by that rule and no other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use pipeward::finding::{Kind, Severity};
use pipeward::origin::Origin;
use pipeward::proof::{self, Said};
use pipeward::rule::{self, Check, Example, Forges, RULES, Rule};
use pipeward::rulebook;
use pipeward::source::Evaluator;

/// One test for each rule, named as its file is, and the tests of the list itself.
fn main() -> ExitCode {
    let mut trials: Vec<Trial> = RULES.iter().map(|rule| trial(&rule.id.replace('-', "_"), || prove(rule))).collect();
    trials.push(trial("an_emptied_check_fails_the_test_of_its_rule", an_emptied_check_fails_the_test_of_its_rule));
    trials.push(trial("a_rule_of_a_forge_is_idle_without_it", a_rule_of_a_forge_is_idle_without_it));
    trials.push(trial("rules_are_sorted_and_documented", rules_are_sorted_and_documented));
    trials.push(trial("the_verb_holds_every_rule_to_its_examples", the_verb_holds_every_rule_to_its_examples));
    trials.push(trial("every_setting_says_what_loosens_it", every_setting_says_what_loosens_it));
    trials.push(trial("a_fault_stands_for_one_rule", a_fault_stands_for_one_rule));
    trials.push(trial("the_library_knows_every_rule", the_library_knows_every_rule));
    trials.push(trial("the_library_of_pages_is_that_of_the_rules", the_library_of_pages_is_that_of_the_rules));
    trials.push(trial("the_library_of_checks_is_held_to_what_there_is", the_library_of_checks_is_held_to_what_there_is));
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn trial(name: &str, test: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, || {
        test();
        Ok(())
    })
}

/// Judges every example of a rule and fails on those that say something else than they should.
fn prove(rule: &Rule) {
    let id = rule.id;
    let name = id.replace('-', "_");
    assert!(Path::new(&format!("src/rule/{name}.rs")).exists(), "{id} has a file of its own");
    let mut wrong = Vec::new();
    let mut judged = false;
    for (index, example) in rule.examples.iter().enumerate() {
        let Said { findings: said, files, in_yaml } =
            said(rule, example).unwrap_or_else(|error| panic!("example {index} of {id} cannot be judged: {error}"));
        if said.is_empty() == example.fires {
            wrong.push(format!("example {index} {}: {:?} {}", outcome(example), example.pipelines, example.project));
        }
        // Who is told off by a policy is told where it says so; who is told off by default is not sent there.
        let at_policy = |origin: Origin| files.name(origin.file).starts_with("policies/");
        let shown = said.iter().any(|finding| {
            finding.origin.is_some_and(at_policy) || finding.related.iter().any(|related| at_policy(related.origin))
        });
        if example.policy.contains(&format!("rules.{id}")) && example.fires || matches!(rule.check, Check::Project(_)) {
            assert_eq!(shown, example.fires && example.policy != "{}", "example {index} of {id} and the policy that decided it");
        }
        for text in in_yaml.iter().flat_map(|finding| &finding.help) {
            assert!(!is_nickel(text), "an audit of YAML says {text:?}");
        }
        for finding in &said {
            judged |= finding.kind == Kind::Judged;
            assert_eq!(finding.rule, id);
            let own = if finding.kind == Kind::Judged { finding.help.as_slice() } else { &[] };
            for text in own.iter().chain([&finding.message]) {
                assert!(!text.is_empty() && !text.ends_with('.') && !text.contains('\n'), "{text:?} is a fragment");
            }
        }
    }
    assert!(wrong.is_empty(), "{id}\n{}", wrong.join("\n"));
    // Without such an example its check could be emptied and nothing would fail: the contract would refuse them all.
    assert_eq!(
        judged,
        matches!(rule.check, Check::Project(_) | Check::Policy(_) | Check::Backend | Check::Loss),
        "{id} is shown by an example that it judges"
    );
}

/// Whether only somebody who writes Nickel understands a text.
fn is_nickel(text: &str) -> bool {
    let tag = text.match_indices('\'').any(|(at, _)| {
        let begins = text[..at].chars().next_back().is_none_or(|before| " ([{`".contains(before));
        begins && text[at + 1..].starts_with(|first: char| first.is_ascii_uppercase())
    });
    tag || text.contains(" = ") || text.contains(".settings.") || text.contains(".ncl")
}

const fn outcome(example: &Example) -> &'static str {
    if example.fires { "must fire and does not" } else { "must not fire and does" }
}

/// What the rule says of an example.
fn said(rule: &Rule, example: &Example) -> Result<Said, String> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR"));
    proof::say(root, &Evaluator::here(root), rule, example)
}

/// A check that finds nothing is noticed by an example of the rule itself; no example is judged by another rule's check.
fn an_emptied_check_fails_the_test_of_its_rule() {
    let mut emptied = 0;
    for rule in RULES {
        let check = match rule.check {
            Check::Project(_) => Check::Project(|_, _| ()),
            Check::Policy(_) => Check::Policy(|_, _| ()),
            Check::Backend | Check::Loss | Check::Contract | Check::Drift | Check::Change | Check::Gate | Check::Unmeasured => {
                continue;
            }
        };
        let hollow = Rule { check, ..**rule };
        let silent = |example: &Example| said(&hollow, example).is_ok_and(|said| said.findings.is_empty());
        let missed = hollow.examples.iter().filter(|example| example.fires).any(silent);
        assert!(missed, "{} could be emptied and no example of its own would notice", rule.id);
        emptied += 1;
    }
    // Most rules look for something; the rest is said by contracts, drift and changes.
    assert!(2 * emptied > RULES.len(), "only {emptied} checks were emptied");
}

/// In a project that writes for no forge, a rule about every one still fires on an example of its own, and a rule about one on none.
fn a_rule_of_a_forge_is_idle_without_it() {
    let mut idle = 0;
    for rule in RULES.iter().filter(|rule| matches!(rule.check, Check::Project(_))) {
        let fires = |example: &Example| {
            let rest = format!("std.record.filter (fun name _ => name != \"backends\") ({})", example.project);
            let project: &str = format!("({rest}) & {{ backends = {{ dependabot = {{}} }} }}").leak();
            let said = said(rule, &Example { project, ..*example }).expect("it can be judged").findings;
            said.iter().any(|finding| finding.kind == Kind::Judged)
        };
        // Two of those that must be silent are enough: what makes them so does not look at them.
        let asked = if rule.forges == Forges::Every { usize::MAX } else { 2 };
        let bad = rule.examples.iter().filter(|example| example.fires && !example.is_yaml());
        let fired = bad.take(asked).any(fires);
        assert_eq!(fired, rule.forges == Forges::Every, "{}", rule.id);
        idle += usize::from(!fired);
    }
    assert!(idle >= 40, "only {idle} rules were idle");
}

/// The same in worker processes, as whoever installed the program can ask for.
fn the_verb_holds_every_rule_to_its_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_pipeward")).args(["policy", "test", "-C"]).arg(root).output();
    let output = output.expect("it runs");
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!((output.status.code(), &*out), (Some(0), ""), "{err}");
    let examples: usize = RULES.iter().map(|rule| rule.examples.len()).sum();
    assert!(err.contains(&format!("{examples} examples of {} built-in rules", RULES.len())), "{err}");
}

fn rules_are_sorted_and_documented() {
    // A list that was cut short would still be sorted.
    assert!(RULES.len() >= 100, "only {} rules", RULES.len());
    assert!(RULES.is_sorted_by(|one, other| one.id < other.id));
    for rule in RULES {
        let id = rule.id;
        let kebab = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        assert!(id.split('-').all(kebab), "{id} is in kebab case");
        assert!(rule.summary.starts_with(char::is_lowercase) && !rule.summary.ends_with('.'), "{id}: {}", rule.summary);
        assert!(
            rule.why.starts_with(|first: char| first.is_uppercase() || first == '`') && rule.why.ends_with('.'),
            "{id}: {}",
            rule.why
        );
        assert!(!rule.why.contains("  "), "{id}: {}", rule.why);
        if !matches!(rule.check, Check::Drift | Check::Change | Check::Gate | Check::Unmeasured) {
            assert!(rule.examples.iter().any(|example| example.fires), "{id} has an example that fires");
            assert!(rule.examples.iter().any(|example| !example.fires), "{id} has an example that does not");
        }
        if matches!(rule.check, Check::Contract) {
            assert_eq!(rule.severity, Severity::Error, "{id} is refused by a contract");
        }
    }
}

/// A setting whose direction nobody told would let a change loosen it with no more than a warning.
fn every_setting_says_what_loosens_it() {
    let mut told = 0;
    for rule in RULES {
        let loosened: Vec<String> = rule.loosens.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(loosened, names(rule.settings), "the settings of {} and what loosens them", rule.id);
        told += loosened.len();
    }
    assert!(told >= 24, "only {told} settings were found");
}

/// The names in a record contract: whatever a comma outside of brackets and texts stands before.
fn names(settings: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut fields) = (0_usize, false, vec![String::new()]);
    for letter in settings.chars() {
        match letter {
            '"' => quoted = !quoted,
            '{' | '[' | '(' if !quoted => depth += 1,
            '}' | ']' | ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => fields.push(String::new()),
            _ => fields.last_mut().expect("there is one").push(letter),
        }
    }
    let name = |field: &String| field.split_whitespace().next().map(str::to_owned);
    fields.iter().filter_map(name).collect()
}

fn a_fault_stands_for_one_rule() {
    let mut seen = BTreeSet::new();
    for rule in RULES {
        for refused in rule.refused {
            assert!(seen.insert(format!("{:?} {}", refused.kind, refused.path)), "{} {}", rule.id, refused.path);
        }
    }
}

/// With PIPEWARD_WRITE=1 it writes the file instead.
fn the_library_knows_every_rule() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/contracts/rules.ncl");
    let text = rulebook::contract();
    if std::env::var_os("PIPEWARD_WRITE").is_some() {
        std::fs::write(&path, &text).expect("the library can be written");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("the library"), text, "run PIPEWARD_WRITE=1 cargo nextest run --test rules");
}

/// Every rule has its page, made of what the rule says itself, and no other page is there. With PIPEWARD_WRITE=1 it writes them.
fn the_library_of_pages_is_that_of_the_rules() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let mut pages: BTreeMap<String, String> =
        RULES.iter().map(|rule| (format!("{}.md", rule.id), rulebook::page(rule))).collect();
    pages.insert("README.md".to_owned(), rulebook::index(RULES));
    if std::env::var_os("PIPEWARD_WRITE").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        pages.iter().for_each(|(name, text)| std::fs::write(folder.join(name), text).expect("a page can be written"));
    }
    let entries = std::fs::read_dir(&folder).expect("the pages").map(|entry| entry.expect("an entry").path());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let there: BTreeMap<String, String> =
        entries.map(|path| (name(&path), std::fs::read_to_string(&path).expect("a page"))).collect();
    let stale: Vec<&String> = pages.keys().chain(there.keys()).filter(|name| pages.get(*name) != there.get(*name)).collect();
    assert!(stale.is_empty(), "{stale:?} in docs/rules: run PIPEWARD_WRITE=1 cargo nextest run --test rules");
}

/// Every rule and every test that docs/checks.md names is there, and every rule is on that page: those that stand for no check of
/// the field in its last table. With PIPEWARD_WRITE=1 it writes the rows of that table.
fn the_library_of_checks_is_held_to_what_there_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("docs/checks.md");
    let text = std::fs::read_to_string(&path).expect("the page");
    let head = "| rule | what |\n|---|---|\n";
    let (checks, own) = text.split_once(head).expect("the last table");
    let sources = sources(root);
    let mut named = BTreeSet::new();
    for row in checks.lines().filter(|line| line.starts_with("| `")) {
        let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or_default();
        let words: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        assert!(!words.is_empty() || matches!(cell, "audit" | "outside") || cell.starts_with("contract: "), "{row}");
        for word in words {
            let is_test = word.contains('_') && sources.contains(&format!("fn {word}()"));
            assert!(is_test || rule::find(word).is_some(), "`{word}` is neither a rule nor a test: {row}");
            named.insert(word.to_owned());
        }
    }
    let rest = RULES.iter().filter(|rule| !named.contains(rule.id));
    let rows: String = rest.map(|rule| format!("| `{}` | {} |\n", rule.id, rule.summary.replace('|', "\\|"))).collect();
    if std::env::var_os("PIPEWARD_WRITE").is_some() {
        std::fs::write(&path, format!("{checks}{head}{rows}")).expect("the page can be written");
        return;
    }
    assert_eq!(own, rows, "run PIPEWARD_WRITE=1 cargo nextest run --test rules");
}

/// All of the tests' and the program's own text.
fn sources(root: &Path) -> String {
    let mut text = String::new();
    let mut folders = vec![root.join("src"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                text.push_str(&std::fs::read_to_string(&path).unwrap_or_default());
            }
        }
    }
    text
}
