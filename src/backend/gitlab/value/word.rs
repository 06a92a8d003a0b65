//! Values as words of a POSIX shell. What a run puts in is never taken apart again, so no value can become a command.

use super::variable;
use crate::backend::gitlab::condition;
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::script::Piece;
use crate::origin::At;
use crate::pipeline::matrix::MOST;
use crate::pipeline::value::Known;
use crate::pipeline::{Job, Part, Reference, Value};

/// A text between quotes, as the shell reads it back.
pub(in crate::backend::gitlab) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// A value as one word.
pub(in crate::backend::gitlab) fn word(lowering: &mut Lowering<'_>, value: &At<Value>) -> String {
    match value.print() {
        Some(text) => quoted(&text),
        None => format!("\"{}\"", inner(lowering, value)),
    }
}

/// `NAME=value` as one word.
pub(in crate::backend::gitlab) fn assigned(lowering: &mut Lowering<'_>, name: &str, value: &At<Value>) -> String {
    match value.print() {
        Some(text) => quoted(&format!("{name}={text}")),
        None => format!("\"{name}={}\"", inner(lowering, value)),
    }
}

/// What stands between the double quotes.
fn inner(lowering: &mut Lowering<'_>, value: &At<Value>) -> String {
    let mut part = |part: &At<Part>| match &part.value {
        Part::Text(written) => escaped(written),
        Part::Number(number) => number.to_string(),
        Part::Flag(flag) => flag.to_string(),
        Part::When(condition) => {
            format!("$(if {}; then echo true; else echo false; fi)", condition::holds(lowering, condition))
        }
        Part::Reference(found) => reference(lowering, &At::new(found, part.origin)),
    };
    value.parts.iter().map(&mut part).collect()
}

/// A text inside double quotes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '\\' | '"' | '$' | '`') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// What a reference stands for, inside double quotes; nothing if the run has no such variable.
fn reference(lowering: &mut Lowering<'_>, reference: &At<&Reference>) -> String {
    // An output is taken where the job receives it.
    if !matches!(reference.value, Reference::Output(..)) {
        lowering.claim(reference.value, reference.origin);
    }
    let name = variable(lowering, reference.value);
    match reference.value {
        Reference::Result(_) => format!("${{{name}:-skipped}}"),
        Reference::Hash(globs) => {
            lowering.lose("hash", reference.origin);
            lowering.call(Piece::HashOf);
            let globs: Vec<String> = globs.iter().map(|glob| quoted(glob)).collect();
            format!("$(hash_of {})", globs.join(" "))
        }
        Reference::Raw(_) => {
            lowering.lose("raw-value", reference.origin);
            String::new()
        }
        Reference::Known(Known::Os) => {
            lowering.call(Piece::OsName);
            "$(os_name)".to_owned()
        }
        Reference::Known(Known::Event) => {
            lowering.lose("event-name", reference.origin);
            lowering.call(Piece::EventName);
            "$(event_name)".to_owned()
        }
        Reference::Known(Known::Ref) => {
            lowering.lose("ref", reference.origin);
            "${CI_MERGE_REQUEST_REF_PATH:-refs/${CI_COMMIT_TAG:+tags/}${CI_COMMIT_TAG:-heads/${CI_COMMIT_REF_NAME-}}}".to_owned()
        }
        Reference::Known(Known::Token) => {
            lowering.lose("token", reference.origin);
            format!("${{{name}-}}")
        }
        Reference::Secret(_) => {
            lowering.lose("secret", reference.origin);
            format!("${{{name}-}}")
        }
        Reference::Step(..) => {
            lowering.call(Piece::Outputs);
            format!("${{{name}-}}")
        }
        _ => format!("${{{name}-}}"),
    }
}

/// How many legs a job has that are known now, as many as are started at most; 0 if it is one job.
pub(in crate::backend::gitlab) fn legs(job: &Job) -> usize {
    let of_matrix = job.matrix.as_ref().map(|matrix| matrix.legs().unwrap_or(0));
    let shards = job.shards.as_ref().map(|shards| shards.value as usize);
    match (of_matrix, shards) {
        (None, None) => 0,
        (legs, shards) => legs.unwrap_or(1).saturating_mul(shards.unwrap_or(1)).min(MOST),
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..proptest::prelude::ProptestConfig::with_cases(128) })]

        /// Whatever a text is, the shell reads back what was written.
        #[test]
        fn a_word_is_read_back_as_it_was(text in "[ -~\n\t'\"$`\\\\é]{0,24}") {
            for word in [quoted(&text), format!("\"{}\"", escaped(&text))] {
                let out = Command::new("sh").args(["-c", &format!("printf %s {word}")]).output().expect("sh");
                proptest::prop_assert_eq!(String::from_utf8_lossy(&out.stdout), text.as_str());
            }
        }
    }
}
