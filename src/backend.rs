//! WRITE: the project in, the files its forge reads out, with everything the forge cannot express as findings.

pub mod dependabot;
pub mod github;
pub mod gitlab;
mod schema;
mod script;
mod title;
mod told;

use crate::finding::{Finding, Identity, Severity};
use crate::loss::Loss;
use crate::origin::Origin;
use crate::pipeline::{Pipeline, Project};

/// What writes one sort of files.
#[derive(Debug)]
pub struct Backend {
    /// Its name, as the project turns it on by: `backends.github`.
    pub id: &'static str,
    /// What it writes.
    pub summary: &'static str,
    /// The files and directories it writes into, from the root of the repository; a file of ours elsewhere is no orphan of it.
    pub owned: &'static [&'static str],
    /// Writes the files, if the project turns it on.
    pub render: fn(&Project, &dyn Earlier) -> Output,
}

/// Every backend.
///
/// To add one: its file, and a line here.
pub const BACKENDS: &[Backend] = &[github::BACKEND, gitlab::BACKEND, dependabot::BACKEND];

/// The files and directories that backends write into.
#[must_use]
pub fn owned() -> Vec<&'static str> {
    BACKENDS.iter().flat_map(|backend| backend.owned.iter().copied()).collect()
}

/// What a backend made of a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// The files, in the order of their paths.
    pub files: Vec<Rendered>,
    /// Files that would be written if it were not for a finding: what stands there on disk is neither stale nor orphaned.
    pub withheld: Vec<String>,
    /// What cannot be written, and why.
    pub findings: Vec<Finding>,
    /// What does not mean on the forge what it means here.
    pub losses: Vec<Loss>,
}

impl Output {
    /// What cannot be written and no rule has said: not what a finding of the same rule says of the same place.
    #[must_use]
    pub fn unsaid(self, said: &[Finding]) -> Vec<Finding> {
        let is_said = |finding: &Finding| said.iter().any(|other| other.rule == finding.rule && other.origin == finding.origin);
        self.findings.into_iter().filter(|finding| !is_said(finding)).collect()
    }
}

/// Compiles the schemas that files are checked against, for whoever has a moment before the project is read.
pub fn prepare() {
    schema::prepare();
}

/// One file as it is to stand on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Where, from the root of the repository, with `/`.
    pub path: String,
    /// All of it.
    pub text: String,
    /// The file it is made from, from the root of the project.
    pub source: String,
    /// What it is made from: a pipeline or the project.
    pub identity: Identity,
    /// Where that is written.
    pub origin: Origin,
}

/// What earlier runs have written of single pipelines: text that nothing was to be said of.
pub trait Earlier: Sync {
    /// The text that stands at a path, if it is what the pipeline would be written as again.
    fn recall(&self, pipeline: &Pipeline, path: &str) -> Option<String>;
    /// Notes what a pipeline is written as.
    fn keep(&self, pipeline: &Pipeline, text: &str);
}

/// Nothing was written earlier.
struct Never;

impl Earlier for Never {
    fn recall(&self, _: &Pipeline, _: &str) -> Option<String> {
        None
    }

    fn keep(&self, _: &Pipeline, _: &str) {}
}

/// Writes everything that the project turns on.
#[must_use]
pub fn render(project: &Project) -> Output {
    render_after(project, &Never)
}

/// The same, where what earlier runs have written is not written anew.
pub fn render_after(project: &Project, earlier: &dyn Earlier) -> Output {
    let mut all = Output::default();
    for backend in BACKENDS {
        let output = (backend.render)(project, earlier);
        all.files.extend(output.files);
        all.withheld.extend(output.withheld);
        all.findings.extend(output.findings);
        all.losses.extend(output.losses);
    }
    all.files.sort_by(|one, other| one.path.cmp(&other.path));
    all
}

const HEAD: &str = "Generated from ";
const TAIL: &str = " by pipeward; do not edit.";

/// The first comment of a file made from `source`, without its `#`.
#[must_use]
pub fn header(source: &str) -> String {
    format!("{HEAD}{source}{TAIL}")
}

/// The source that a file's first line names, if we wrote the file: what tells an orphan of ours from a stranger's file.
#[must_use]
pub fn source_of(text: &str) -> Option<&str> {
    text.lines().next()?.strip_prefix("# ")?.strip_prefix(HEAD)?.strip_suffix(TAIL)
}

/// A finding about something that cannot be written; it fails the gate.
fn cannot_write(rule: &str, identity: &Identity, origin: Origin, message: String, help: Vec<String>, key: &str) -> Finding {
    let summary = crate::rule::find(rule).map_or("the forge cannot express this", |rule| rule.summary);
    Finding {
        origin: Some(origin),
        help,
        key: key.to_owned(),
        ..Finding::new(rule, summary, Severity::Error, identity.clone(), message)
    }
}

#[cfg(test)]
mod tests;
