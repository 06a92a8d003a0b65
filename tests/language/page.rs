//! The page: Markdown that reads well on a forge and in a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::library::{Example, Expected};
use crate::outline::{INTRODUCTION, PARTS, RULES, RULES_TEXT};
use crate::read::{Contract, Field, Presence, sentence};

/// How many accepted values a section shows: the refused ones say more.
const ACCEPTED: usize = 3;

/// The whole page, from what the contracts say.
pub(crate) fn page(contracts: &BTreeMap<String, Contract>) -> String {
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Contents\n\n");
    for part in PARTS {
        let names: Vec<String> = part.contracts.iter().map(|name| link(name)).collect();
        let heading = part.heading;
        writeln!(page, "- [{heading}](#{}): {}", anchor(heading), names.join(", ")).expect("text");
    }
    for part in PARTS {
        write!(page, "\n## {}\n", part.heading).expect("text");
        for name in part.contracts {
            write!(page, "\n### {name}\n\n").expect("text");
            match contracts.get(*name) {
                Some(contract) => page.push_str(&section(contract)),
                None if *name == RULES => page.push_str(RULES_TEXT),
                None => panic!("`{name}` is no contract"),
            }
        }
    }
    page
}

/// Where a forge puts a heading on its page: in small letters, without punctuation.
pub(crate) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn link(name: &str) -> String {
    format!("[`{name}`](#{})", anchor(name))
}

fn section(contract: &Contract) -> String {
    let mut paragraphs = vec![contract.prose.clone()];
    if let Some(alias) = &contract.alias {
        paragraphs.push(format!("The same as {}.", linked(alias)));
    }
    if !contract.shape.write.is_empty() {
        paragraphs.push(escaped(&sentence(&contract.shape.write)));
    }
    if !contract.shape.fields.is_empty() {
        let rows: Vec<String> = contract.shape.fields.iter().map(field).collect();
        paragraphs.push(format!("| field | accepts | | is |\n|---|---|---|---|\n{}", rows.join("\n")));
    }
    if !contract.locals.is_empty() {
        let item = |(name, write): &(String, String)| format!("- {}: {}", code(name), escaped(write));
        paragraphs.push(contract.locals.iter().map(item).collect::<Vec<_>>().join("\n"));
    }
    paragraphs.push(accepted(contract));
    paragraphs.push(refused(contract));
    paragraphs.join("\n\n") + "\n"
}

fn field(field: &Field) -> String {
    let (name, accepts) =
        if field.named { (code(&field.name), linked(&field.accepts)) } else { (field.name.clone(), escaped(&field.accepts)) };
    let presence = match &field.presence {
        Presence::Required => "**required**".to_owned(),
        Presence::Optional => "optional".to_owned(),
        Presence::Default(value) => format!("optional, else {}", code(value)),
    };
    row(&[name, accepts, presence, escaped(&field.doc)])
}

/// A line of a table, in which a pipe ends a cell, inside code too.
fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |", cells.join(" | "))
}

/// A contract as the source writes it, each name that has a section a link to it.
fn linked(source: &str) -> String {
    let known = |word: &str| PARTS.iter().any(|part| part.contracts.contains(&word));
    let mut parts: Vec<String> = Vec::new();
    let mut plain: Vec<&str> = Vec::new();
    for word in source.split(' ') {
        if known(word) {
            parts.extend((!plain.is_empty()).then(|| code(&plain.join(" "))));
            plain.clear();
            parts.push(link(word));
        } else {
            plain.push(word);
        }
    }
    parts.extend((!plain.is_empty()).then(|| code(&plain.join(" "))));
    parts.join(" ")
}

/// The value of an example without the contract it is shown to.
fn value(example: &Example) -> &str {
    example.snippet.strip_suffix(&example.contract).and_then(|rest| rest.strip_suffix(" | ")).unwrap_or(&example.snippet)
}

fn accepted(contract: &Contract) -> String {
    let shown: Vec<String> = contract
        .examples
        .iter()
        .filter_map(|example| match &example.expected {
            Expected::Value(_) if value(example) != example.snippet => Some(value(example).to_owned()),
            Expected::Value(answer) => Some(format!("{}\n# => {answer}", example.snippet)),
            Expected::Error(_) => None,
        })
        .take(ACCEPTED)
        .collect();
    let between = if shown.iter().any(|example| example.contains('\n')) { "\n\n" } else { "\n" };
    format!("Accepted:\n\n```nickel\n{}\n```", shown.join(between))
}

fn refused(contract: &Contract) -> String {
    let mut table = "| refused | because |\n|---|---|".to_owned();
    for example in &contract.examples {
        if let Expected::Error(message) = &example.expected {
            let snippet = value(example).split('\n').map(str::trim).collect::<Vec<_>>().join(" ");
            table.push('\n');
            table.push_str(&row(&[code(&snippet), escaped(&said(message))]));
        }
    }
    table
}

/// A refusal in Pipeward's words, where it has other ones than Nickel.
fn said(message: &str) -> String {
    match (message.strip_prefix("missing definition for "), message.strip_prefix("extra field ")) {
        (Some(name), _) => format!("{name} is missing"),
        (_, Some(name)) => format!("unknown field {name}"),
        _ => message.to_owned(),
    }
}

/// Code, which a backtick inside must not end.
fn code(text: &str) -> String {
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// Text in which only backticks mean something to Markdown.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    let mut inside = false;
    for letter in text.chars() {
        inside ^= letter == '`';
        if !inside && "*_<[]".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_means_more_than_it_says() {
        assert_eq!(row(&[code("{ _ | Job }"), "a | b".to_owned()]), "| `{ _ \\| Job }` | a \\| b |");
        assert_eq!(code("a `b`"), "`` a `b` ``");
        assert_eq!(escaped("0 2 * * *, `_*_`, [x], <y>"), "0 2 \\* \\* \\*, `_*_`, \\[x\\], \\<y>");
    }

    #[test]
    fn contracts_with_a_section_are_linked() {
        assert_eq!(linked("{ _ | Job }"), "`{ _ |` [`Job`](#job) `}`");
        assert_eq!(linked("Array Jobs"), "`Array Jobs`");
        assert_eq!(linked("Rules"), "[`Rules`](#rules)");
        assert_eq!(anchor("Texts, numbers and times"), "texts-numbers-and-times");
    }
}
