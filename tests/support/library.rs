//! What tests read in the Nickel library: its files as syntax, and the examples of its documentation.

use nickel_lang_core::ast::Ast;
use nickel_lang_core::cache::{CacheHub, InputFormat, SourcePath};
use pipeward::contracts::FILES;

/// Documented by the generator of the rules, in each rule's own file.
const GENERATED: &str = "rules.ncl";

/// One example of a contract's documentation.
#[derive(Clone)]
pub(crate) struct Example {
    pub(crate) contract: String,
    pub(crate) snippet: String,
    pub(crate) expected: Expected,
}

#[derive(Clone)]
pub(crate) enum Expected {
    /// The value is accepted and equal to this one.
    Value(String),
    /// It is refused, and the message contains this text.
    Error(String),
}

/// Hands over every file that is written by hand: its name, its text and its syntax.
pub(crate) fn each_file(visit: &mut dyn FnMut(&str, &str, &Ast<'_>)) {
    for (name, text) in FILES.iter().filter(|(name, _)| *name != GENERATED) {
        let mut caches = CacheHub::new();
        let id = caches.sources.add_string(SourcePath::Path((*name).into(), InputFormat::Nickel), (*text).to_owned());
        caches.parse_to_ast(id).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let (_, asts) = caches.split_asts();
        visit(name, text, asts.get(id).expect("the file was just parsed"));
    }
}

/// The examples of one documentation: snippets between blank lines, each with what comes of it.
pub(crate) fn examples(contract: &str, doc: &str) -> Vec<Example> {
    let mut fenced = Vec::new();
    let mut inside = false;
    for line in doc.lines() {
        match line.trim() {
            "```nickel multiline" => inside = true,
            "```" => inside = false,
            _ if inside => fenced.push(line),
            _ => {}
        }
    }
    assert!(!inside, "{contract}: an example has no end");
    fenced.join("\n").split("\n\n").map(|block| example(contract, block)).collect()
}

fn example(contract: &str, block: &str) -> Example {
    let (snippet, expected) = block.split_once("# => ").unwrap_or_else(|| panic!("{contract}: nothing is expected of {block}"));
    let expected: Vec<&str> = expected.lines().map(|line| line.trim_start().trim_start_matches("# ")).collect();
    let expected = expected.join("\n");
    let expected = match expected.strip_prefix("error: ") {
        Some(message) => Expected::Error(message.trim().to_owned()),
        None => Expected::Value(expected),
    };
    Example { contract: contract.to_owned(), snippet: snippet.trim().to_owned(), expected }
}
