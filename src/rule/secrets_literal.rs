//! `secrets-literal`

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::view::Text;

/// How tokens begin, whose they are, and how many letters and digits follow at least. Read from their makers' pages, 2026-11.
const TOKENS: &[(&str, &str, usize)] = &[
    ("AKIA", "an AWS access key", 16),
    ("AIza", "a Google API key", 35),
    ("dckr_pat_", "a Docker Hub token", 20),
    ("ghp_", "a GitHub token", 36),
    ("gho_", "a GitHub token", 36),
    ("ghs_", "a GitHub token", 36),
    ("github_pat_", "a GitHub token", 40),
    ("glpat-", "a GitLab token", 20),
    ("hf_", "a Hugging Face token", 34),
    ("npm_", "an npm token", 36),
    ("pypi-AgEIcHlwaS5vcmc", "a PyPI token", 40),
    ("sk-ant-", "an Anthropic API key", 40),
    ("sk_live_", "a Stripe key", 24),
    ("xoxb-", "a Slack token", 24),
    ("xoxp-", "a Slack token", 24),
];

/// No token is shorter, in bytes, and no private key.
const SHORTEST: usize = 20;

pub(super) static RULE: Rule = Rule {
    id: "secrets-literal",
    summary: "a token stands in the pipeline",
    why: "Whoever can read the repository can use the token, and so can whoever ever could: it stays in the history after it is \
          removed. Tokens are told by how they begin, so that one of no known maker is not found.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", env.TOKEN = std.string.join "" ["gh", "p_0123456789abcdefghij", "ABCDEFGHIJ01234567"] }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "login " ++ std.string.join "" ["AK", "IA0123456789", "ABCDEF"] ++ " now" }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "cat <<END\n-----BEGIN OPENSSH " ++ "PRIVATE KEY-----\nEND" }] }"#,
        )]),
        Example::bad(&[("ci", r#"{ jobs.test.name = "Test with " ++ std.string.join "" ["AK", "IA0123456789", "ABCDEF"] }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "env.KEY == '" ++ std.string.join "" ["AK", "IA0123456789", "ABCDEF"] ++ "'" } }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "case $T in ghp_*) ;; esac; echo AKIA", env.T = 'Secret "T" }] }"#,
        )]),
    ],
    ..Rule::PORTABLE
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for Text { spot, field, text, origin } in scope.texts() {
        if let Some(what) = token(text) {
            findings
                .report(spot.identity(), origin, format!("`{field}` holds {what}"))
                .key(field)
                .help("take the token back where it was made, and store the next one as a secret");
        }
    }
}

/// Whose token a text holds.
fn token(text: &str) -> Option<&'static str> {
    if text.len() < SHORTEST {
        return None;
    }
    if text.contains("-----BEGIN ") && text.contains("PRIVATE KEY-----") {
        return Some("a private key");
    }
    let within = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let words: Vec<&[u8]> = text.as_bytes().split(|byte| !within(*byte)).filter(|word| word.len() >= SHORTEST).collect();
    let is_in = |start: &str, least: usize| {
        words.iter().filter_map(|word| word.strip_prefix(start.as_bytes())).any(|rest| rest.len() >= least)
    };
    TOKENS.iter().find(|(start, _, least)| is_in(start, *least)).map(|(_, what, _)| *what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_a_whole_word() {
        for (start, what, least) in TOKENS {
            assert!(start.len() + least >= SHORTEST, "{start}");
            let token = format!("{start}{}", "a".repeat(*least));
            for text in [token.clone(), format!("x {token}é"), format!("'{token}bc'")] {
                assert_eq!(super::token(&text), Some(*what), "{text}");
            }
            for text in [token[..token.len() - 1].to_owned(), format!("x{token}"), format!("a-{token}")] {
                assert_eq!(super::token(&text), None, "{text}");
            }
        }
    }
}
