//! STAND-IN for the real backends, to be replaced whole when they land: only the shapes are theirs.

use crate::finding::{Finding, Identity};
use crate::origin::Origin;
use crate::pipeline::Project;

/// What writes one sort of files.
#[derive(Debug)]
pub struct Backend {
    /// The files and directories it writes into.
    pub owned: &'static [&'static str],
}

/// Every backend.
pub const BACKENDS: &[Backend] = &[Backend { owned: &[".github/workflows"] }, Backend { owned: &[".github/dependabot.yml"] }];

/// What a backend made of a project.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Output {
    /// The files, in the order of their paths.
    pub files: Vec<Rendered>,
    /// Files that would be written if it were not for a finding: what stands there on disk is neither stale nor orphaned.
    pub withheld: Vec<String>,
    /// What cannot be written, and why.
    pub findings: Vec<Finding>,
}

/// One file as it should be on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Where it goes, from the project's root, with `/` on every system.
    pub path: String,
    /// The whole of it.
    pub text: String,
    /// The file it is made from, from the project's root.
    pub source: String,
    /// What it is made from.
    pub identity: Identity,
    /// Where that is written.
    pub origin: Origin,
}

/// Writes everything that the project turns on.
#[must_use]
pub fn render(project: &Project) -> Output {
    let files = project.pipelines.iter().map(|pipeline| Rendered {
        path: format!(".github/workflows/{}.yml", pipeline.id),
        text: format!("# {}\nname: {}\n", header(&pipeline.source), pipeline.name.value),
        source: pipeline.source.clone(),
        identity: pipeline.identity(),
        origin: pipeline.origin,
    });
    Output { files: files.collect(), ..Output::default() }
}

const HEAD: &str = "Generated from ";
const TAIL: &str = " by pipeward; do not edit.";

/// The first comment of a file made from `source`, without its `#`.
#[must_use]
pub fn header(source: &str) -> String {
    format!("{HEAD}{source}{TAIL}")
}

/// The source that a file's first line names, if we wrote the file.
#[must_use]
pub fn source_of(text: &str) -> Option<&str> {
    text.lines().next()?.strip_prefix("# ")?.strip_prefix(HEAD)?.strip_suffix(TAIL)
}
