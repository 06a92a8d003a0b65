//! The registry as a contract of the library: what a policy may say of each rule, `contracts/rules.ncl`.

use crate::rule::{RULES, Rule};

/// What a policy may say of every rule that judges.
const DECISIONS: &str = r#"        severity | Severity | doc "How bad it is, or 'Off." | optional,
        mode | Mode | doc "`'Evaluate` shows its findings and fails nothing." | optional,
"#;

/// The text of `contracts/rules.ncl`: one field for each rule, with its severity, if a policy may give it one, and its settings.
///
/// The file is committed, for editors and for plain `nickel`; a test holds it against this.
#[must_use]
pub fn contract() -> String {
    let fields: String = RULES.iter().map(|rule| field(rule)).collect();
    format!(
        "# Generated from src/rule/*.rs; do not edit.\n\
         let {{ Duration, Mode, Percent, Retention, Severity, .. }} = import \"scalar.ncl\" in\n\
         {{\n  Rules = {{\n{fields}  }},\n}}\n"
    )
}

fn field(rule: &Rule) -> String {
    let decided = rule.check.is_decided();
    let decisions = if decided { DECISIONS } else { "" };
    let summary = format!("    {}\n      | doc \"{}\"\n", rule.id, escape(rule.summary));
    if rule.settings.is_empty() {
        let body = if decided { format!("{{\n{decisions}      }}") } else { "{}".to_owned() };
        return format!("{summary}      | {body}\n      | default\n      = {{}},\n");
    }
    let settings: String = rule.settings.lines().map(|line| format!("            {line}\n")).collect();
    format!(
        "{summary}      | {{\n{decisions}        settings\n          | {{\n{settings}          }}\n          | default\n          = {{}},\n      \
         }}\n      | default\n      = {{}},\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace("%{", "\\%{")
}
