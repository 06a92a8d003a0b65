//! What holds of any text that reaches a reader of the project, one property a file. The fuzz targets look for an input that breaks
//! one; `tests/fuzz_seeds.rs` holds every seed to it with the other tests.
//!
//! To add one: its file, a line here and in `PROPERTIES`, a target of its name in `fuzz_targets/` and `Cargo.toml`, seeds in
//! `corpus-seeds/<name>/`.

pub mod answer;
pub mod condition;
pub mod cron;
pub mod duration;
pub mod expression;
pub mod gitlab;
pub mod glob;
pub mod import;
pub mod source;
pub mod words;
pub mod workflow;
pub mod yaml;

/// Panics at an input that breaks it.
pub type Property = fn(&[u8]);

/// Every property under the name of its target.
pub const PROPERTIES: [(&str, Property); 12] = [
    ("answer", answer::hold),
    ("condition", condition::hold),
    ("cron", cron::hold),
    ("duration", duration::hold),
    ("expression", expression::hold),
    ("gitlab", gitlab::hold),
    ("glob", glob::hold),
    ("import", import::hold),
    ("source", source::hold),
    ("words", words::hold),
    ("workflow", workflow::hold),
    ("yaml", yaml::hold),
];

/// The text that bytes begin with.
fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}
