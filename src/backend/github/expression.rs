//! Values of the model as GitHub's expressions: `${{ }}` in text, operands in conditions, parentheses where they matter.

use crate::pipeline::key::Key;
use crate::pipeline::value::Known;
use crate::pipeline::{Part, Reference, Value};
use crate::yaml::Node;

/// How tightly an expression holds together, loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Or,
    And,
    Equal,
    Not,
    Whole,
}

/// An expression without its braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) text: String,
    pub(super) level: Level,
}

impl Term {
    /// An expression that holds together by itself: a name, a call, a literal.
    pub(super) fn whole(text: impl Into<String>) -> Self {
        Self { text: text.into(), level: Level::Whole }
    }

    /// The text of it where nothing looser than `level` may stand.
    pub(super) fn within(&self, level: Level) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text.clone() }
    }

    /// Terms with an operator of that level between them; `empty` if there are none.
    pub(super) fn joined(terms: &[Self], operator: &str, level: Level, empty: &str) -> Self {
        match terms {
            [] => Self::whole(empty),
            [term] => term.clone(),
            terms => {
                let texts: Vec<String> = terms.iter().map(|term| term.within(level)).collect();
                Self { text: texts.join(&format!(" {operator} ")), level }
            }
        }
    }

    /// Whether two are equal, or are not.
    pub(super) fn compared(left: &Self, operator: &str, right: &Self) -> Self {
        let level = Level::Equal;
        Self { text: format!("{} {operator} {}", left.within(Level::Not), right.within(Level::Not)), level }
    }
}

/// A value is text and expressions by turns.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Text(String),
    Term(Term),
    /// Written by an author who knows the forge's syntax.
    Verbatim(String),
}

/// The key a value stands at, and what the job there is made of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) key: Key,
    pub(super) shards: Option<u32>,
}

impl Scope {
    /// The value as text of the workflow, with `${{ }}` around what the forge works out.
    pub(super) fn text(self, value: &Value) -> String {
        let mut out = String::new();
        let mut text = String::new();
        for piece in self.pieces(value) {
            match piece {
                Piece::Text(more) => text.push_str(&more),
                Piece::Term(term) => {
                    out.push_str(&literal(&std::mem::take(&mut text)));
                    out.extend(["${{ ", &term.text.replace(['\n', '\r'], " "), " }}"]);
                }
                Piece::Verbatim(raw) => {
                    out.push_str(&literal(&std::mem::take(&mut text)));
                    out.push_str(&raw);
                }
            }
        }
        out.push_str(&literal(&text));
        out
    }

    /// The value as a scalar: a lone number or flag stays what it is.
    pub(super) fn scalar(self, value: &Value) -> Node {
        match value.parts.as_slice() {
            [part] => match part.value {
                Part::Number(number) => Node::Number(number),
                Part::Flag(flag) => Node::Flag(flag),
                _ => Node::Text(self.text(value)),
            },
            _ => Node::Text(self.text(value)),
        }
    }

    /// The value inside an expression.
    pub(super) fn term(self, value: &Value) -> Term {
        if let [part] = value.parts.as_slice() {
            match &part.value {
                Part::Number(number) => return Term::whole(number.to_string()),
                Part::Flag(flag) => return Term::whole(flag.to_string()),
                _ => {}
            }
        }
        match self.pieces(value).as_slice() {
            [] => Term::whole("''"),
            [Piece::Text(text)] => Term::whole(quoted(text)),
            [Piece::Term(term)] => term.clone(),
            [Piece::Verbatim(raw)] => Term { text: bare(raw).to_owned(), level: Level::Or },
            pieces => joined(pieces),
        }
    }

    /// The value inside an expression, compared with something that is always text.
    pub(super) fn text_term(self, value: &Value) -> Term {
        match value.parts.as_slice() {
            [part] => match &part.value {
                Part::Number(number) => Term::whole(quoted(&number.to_string())),
                Part::Flag(flag) => Term::whole(quoted(&flag.to_string())),
                _ => self.term(value),
            },
            _ => self.term(value),
        }
    }

    fn pieces(self, value: &Value) -> Vec<Piece> {
        value.parts.iter().flat_map(|part| self.part(&part.value)).collect()
    }

    fn part(self, part: &Part) -> Vec<Piece> {
        match part {
            Part::Text(text) => vec![Piece::Text(text.clone())],
            Part::Number(number) => vec![Piece::Text(number.to_string())],
            Part::Flag(flag) => vec![Piece::Text(flag.to_string())],
            Part::Reference(Reference::Known(Known::RunUrl)) => vec![
                Piece::Term(Term::whole("github.server_url")),
                Piece::Text("/".to_owned()),
                Piece::Term(Term::whole("github.repository")),
                Piece::Text("/actions/runs/".to_owned()),
                Piece::Term(Term::whole("github.run_id")),
            ],
            Part::Reference(Reference::Known(Known::Shards)) => {
                vec![Piece::Text(self.shards.unwrap_or(1).to_string())]
            }
            Part::Reference(Reference::Raw(words)) if words.is_template() => vec![Piece::Verbatim(words.text().to_owned())],
            Part::Reference(reference) => vec![Piece::Term(self.reference(reference))],
            // `Lowering` has put the words of a condition in its place; inside another condition the reader refuses one.
            Part::When(_) => Vec::new(),
        }
    }

    fn reference(self, reference: &Reference) -> Term {
        let jobs = if self.key == Key::CallOutput { "jobs" } else { "needs" };
        Term::whole(match reference {
            Reference::Secret(name) => member("secrets", name),
            Reference::Variable(name) => member("vars", name),
            Reference::Output(job, name) => member(&format!("{}.outputs", member(jobs, job)), name),
            Reference::Step(id, name) => member(&format!("{}.outputs", member("steps", id)), name),
            Reference::Result(job) => result(jobs, job),
            Reference::Matrix(key) => member("matrix", key),
            Reference::Input(name) => member("inputs", name),
            Reference::Hash(globs) => {
                let globs: Vec<String> = globs.iter().map(|glob| quoted(glob)).collect();
                format!("hashFiles({})", globs.join(", "))
            }
            Reference::Raw(words) => return Term { text: words.text().trim().to_owned(), level: Level::Or },
            Reference::Known(Known::Branch) => {
                return Term { text: "github.head_ref || github.ref_name".to_owned(), level: Level::Or };
            }
            Reference::Known(known) => name(*known).to_owned(),
        })
    }
}

/// A reference without `${{ }}` around it.
pub(super) fn spelt(reference: &Reference, key: Key) -> String {
    Scope { key, shards: None }.reference(reference).text
}

/// GitHub's name for what every run knows.
const fn name(known: Known) -> &'static str {
    match known {
        Known::Commit => "github.sha",
        Known::CommitMessage => "github.event.head_commit.message",
        Known::Branch => "github.ref_name",
        Known::Ref => "github.ref",
        Known::Repository => "github.repository",
        Known::Owner => "github.repository_owner",
        Known::RunUrl | Known::RunId => "github.run_id",
        Known::Actor => "github.actor",
        Known::Event => "github.event_name",
        Known::PullRequest => "github.event.pull_request.number",
        Known::Token => "github.token",
        Known::Os => "runner.os",
        Known::Workspace => "github.workspace",
        Known::Shard => "matrix.shard",
        Known::Shards => "strategy.job-total",
    }
}

/// How a job ended.
pub(super) fn result(jobs: &str, job: &str) -> String {
    format!("{}.result", member(jobs, job))
}

/// A member of a context, by its name where that can be read as one.
pub(super) fn member(context: &str, name: &str) -> String {
    let starts = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if starts && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
        format!("{context}.{name}")
    } else {
        format!("{context}[{}]", quoted(name))
    }
}

/// A text inside an expression. Never one with `${{` in it: the forge takes a condition that holds one for a text with an expression
/// inside, and a text is always true.
pub(super) fn quoted(text: &str) -> String {
    let quoted = format!("'{}'", text.replace('\'', "''"));
    if !quoted.contains("${{") {
        return quoted;
    }
    let pattern = quoted.replace('{', "{{").replace('}', "}}").replace("${{", "{0}{{");
    format!("format({pattern}, '$')")
}

/// A text that stays that text wherever the forge looks for expressions.
pub(super) fn literal(text: &str) -> String {
    text.replace("${{", "${{ '${{' }}")
}

/// An expression without the braces that an author may have put around it.
pub(super) fn bare(raw: &str) -> &str {
    let raw = raw.trim();
    let inner = raw.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}"));
    inner.filter(|inner| !inner.contains("}}")).map_or(raw, str::trim)
}

/// Several pieces inside one expression, by `format`.
fn joined(pieces: &[Piece]) -> Term {
    let mut pattern = String::new();
    let mut arguments = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => pattern.push_str(&text.replace('{', "{{").replace('}', "}}")),
            Piece::Term(Term { text, .. }) => {
                pattern.extend(["{", &arguments.len().to_string(), "}"]);
                arguments.push(text.clone());
            }
            Piece::Verbatim(raw) => {
                pattern.extend(["{", &arguments.len().to_string(), "}"]);
                arguments.push(bare(raw).to_owned());
            }
        }
    }
    if arguments.is_empty() {
        return Term::whole(quoted(&pattern.replace("{{", "{").replace("}}", "}")));
    }
    Term::whole(format!("format({}, {})", quoted(&pattern), arguments.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::fixture;

    const SCOPE: Scope = Scope { key: Key::Step, shards: Some(4) };

    #[test]
    fn references_are_named_as_github_names_them() {
        for (value, text) in [
            (r#"{"'Secret": "A"}"#, "${{ secrets.A }}"),
            (r#"["main-", "'Commit"]"#, "main-${{ github.sha }}"),
            (r#"{"'Output": "meta.digest"}"#, "${{ needs.meta.outputs.digest }}"),
            (r#"{"'Step": "build.image"}"#, "${{ steps.build.outputs.image }}"),
            (r#"{"'Result": "a b"}"#, "${{ needs['a b'].result }}"),
            (r#"{"'Hash": ["uv.lock", "a'b"]}"#, "${{ hashFiles('uv.lock', 'a''b') }}"),
            (r#""'RunUrl""#, "${{ github.server_url }}/${{ github.repository }}/actions/runs/${{ github.run_id }}"),
            (r#""'Branch""#, "${{ github.head_ref || github.ref_name }}"),
            (r#"["'Shard", "/", "'Shards"]"#, "${{ matrix.shard }}/4"),
            (r#"{"'Raw": {"github": "github.event.number"}}"#, "${{ github.event.number }}"),
            (r#"{"'Raw": {"github": "a ${{ env.B }}"}}"#, "a ${{ env.B }}"),
            (r#"["a", 1, true, 1.5]"#, "a1true1.5"),
            (r#"["$", "{{ github.token }}"]"#, "${{ '${{' }} github.token }}"),
        ] {
            assert_eq!(SCOPE.text(&fixture::value(value)), text, "{value}");
        }
    }

    #[test]
    fn an_output_of_a_called_pipeline_names_the_job_differently() {
        let scope = Scope { key: Key::CallOutput, shards: None };
        assert_eq!(scope.text(&fixture::value(r#"{"'Output": "a.b"}"#)), "${{ jobs.a.outputs.b }}");
    }

    #[test]
    fn inside_an_expression_a_joined_value_is_formatted() {
        assert_eq!(SCOPE.term(&fixture::value(r#"["it's {", "'Commit"]"#)).text, "format('it''s {{{0}', github.sha)");
        assert_eq!(SCOPE.term(&fixture::value(r#"["a{", "b"]"#)).text, "'a{b'");
        assert_eq!(quoted("a ${{ 'x' }} {"), "format('a {0}{{{{ ''x'' }}}} {{', '$')");
        assert_eq!(quoted("$${{{ $ ${x}"), "format('${0}{{{{{{ $ {0}{{x}}', '$')");
        assert_eq!(SCOPE.term(&fixture::value("true")).text, "true");
        assert_eq!(SCOPE.text_term(&fixture::value("true")).text, "'true'");
    }

    #[test]
    fn looser_expressions_are_put_in_parentheses() {
        let branch = SCOPE.term(&fixture::value(r#""'Branch""#));
        let equal = Term::compared(&branch, "==", &Term::whole("'main'"));
        assert_eq!(equal.text, "(github.head_ref || github.ref_name) == 'main'");
        let both = Term::joined(&[equal.clone(), branch], "&&", Level::And, "true");
        assert_eq!(both.text, format!("{} && (github.head_ref || github.ref_name)", equal.text));
    }
}
