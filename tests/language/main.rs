//! The page that documents the language, held to the contracts it is generated from.

use std::collections::BTreeSet;
use std::path::Path;

use pipeward::pipeline::condition::Outcome;
use pipeward::pipeline::trigger::Event;
use pipeward::pipeline::value::Known;

#[path = "../support/library.rs"]
mod library;
mod outline;
mod page;
mod read;

/// With PIPEWARD_WRITE=1 it writes the page instead.
#[test]
fn the_page_says_what_the_contracts_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language.md");
    let page = page::page(&read::contracts());
    if std::env::var_os("PIPEWARD_WRITE").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == page, "docs/language.md is stale: run PIPEWARD_WRITE=1 cargo nextest run --test language");
}

#[test]
fn every_contract_has_one_section() {
    let contracts = read::contracts();
    let outlined: Vec<&str> = outline::PARTS.iter().flat_map(|part| part.contracts).copied().collect();
    let unique: BTreeSet<&str> = outlined.iter().copied().collect();
    assert_eq!(unique.len(), outlined.len(), "a contract has two sections");
    let mut there: BTreeSet<&str> = contracts.keys().map(String::as_str).collect();
    there.insert(outline::RULES);
    assert_eq!(unique, there, "tests/language/outline.rs lists every contract");
}

#[test]
fn every_link_leads_to_a_heading() {
    let page = page::page(&read::contracts());
    let headings: Vec<String> =
        page.lines().filter_map(|line| line.strip_prefix("##")).map(|line| page::anchor(line.trim_matches(['#', ' ']))).collect();
    let unique: BTreeSet<&str> = headings.iter().map(String::as_str).collect();
    assert_eq!(unique.len(), headings.len(), "two headings have one anchor");
    let links: BTreeSet<&str> = page.split("](#").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    assert!(links.len() > 60, "{} links", links.len());
    assert!(links.is_subset(&unique), "{:?} lead nowhere", links.difference(&unique));
}

#[test]
fn every_row_has_the_cells_of_its_table() {
    let page = page::page(&read::contracts());
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let mut before: Option<usize> = None;
    for line in page.lines() {
        let here = line.starts_with('|').then(|| cells(line));
        if let (Some(before), Some(here)) = (before, here) {
            assert_eq!(before, here, "{line}");
        }
        before = here;
    }
}

#[test]
fn what_a_contract_accepts_is_said() {
    for (name, contract) in read::contracts() {
        for field in &contract.shape.fields {
            let known = |word: &str| word.chars().all(|letter| !letter.is_alphanumeric()) || is_named(&contract, word);
            assert!(!field.named || field.accepts.split(' ').all(known), "{name}.{}: {}", field.name, field.accepts);
            assert!(!field.accepts.is_empty() && !field.doc.is_empty(), "{name}.{}", field.name);
        }
        let told = !contract.shape.fields.is_empty() || !contract.shape.write.is_empty() || contract.alias.is_some();
        assert!(
            told || ["Condition", "ConditionInWords", "Script", "Value"].contains(&name.as_str()),
            "{name} says nothing but its prose"
        );
    }
}

#[test]
fn every_tag_without_a_contract_of_its_own_is_explained() {
    let contracts = read::contracts();
    let explained = |contract: &str, tag: &str| {
        let prose = &contracts[contract].prose;
        let there = [format!("'{tag}`"), format!("'{tag}]")].iter().any(|written| prose.contains(written));
        assert!(there, "`{contract}` does not explain '{tag}");
    };
    Known::ALL.iter().for_each(|(tag, _)| explained("Value", tag));
    Event::ALL.iter().for_each(|(tag, _)| explained("Condition", tag));
    Outcome::ALL.iter().for_each(|(tag, _)| explained("Condition", tag));
}

/// Whether the page explains a word of a contract's source, or Nickel does.
fn is_named(contract: &read::Contract, word: &str) -> bool {
    ["Array", "String", "Dyn"].contains(&word)
        || contract.locals.iter().any(|(local, _)| local == word)
        || outline::PARTS.iter().any(|part| part.contracts.contains(&word))
}
