//! `gl-timeout-missing`: a job of GitLab's gets an hour. Whoever knows what it does may give it less.

use super::site::Entry;
use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "gl-timeout-missing",
    title: "write timeout: 1 hour",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "build:\n  image: a # one\n  script: make\n",
            after: Some("build:\n  image: a # one\n  timeout: 1 hour\n  script: make\n"),
        },
        Example {
            which: Which::Unsafe,
            before: "build: { script: make }\n",
            after: Some("build: { timeout: 1 hour, script: make }\n"),
        },
        Example { which: Which::Safe, before: "build:\n  script: make\n", after: None },
    ],
};

const HOUR: &str = "timeout: 1 hour";

fn mend(site: &Site<'_>) -> Option<Mend> {
    let at = site.at()?;
    let job = site.root.fields()?.iter().find(|field| field.key == at)?;
    let after = if job.node.get("stage").is_some() { "stage" } else { "image" };
    Some(Mend::unsafely(vec![site.add(&job.node, Some(after), Entry { lines: &[HOUR.to_owned()], flow: HOUR })?]))
}
