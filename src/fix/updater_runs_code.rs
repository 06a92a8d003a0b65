//! `updater-runs-code`: nothing that is updated runs.

use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "updater-runs-code",
    title: "remove what lets code run",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "version: 2\nupdates:\n  - package-ecosystem: bundler # gems\n    directory: /\n    schedule:\n      interval: weekly\n    insecure-external-code-execution: allow # why?\n    labels: [a]\n",
            after: Some(
                "version: 2\nupdates:\n  - package-ecosystem: bundler # gems\n    directory: /\n    schedule:\n      interval: weekly\n    labels: [a]\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "version: 2\nupdates:\n- { package-ecosystem: bundler, directory: /, schedule: { interval: weekly }, insecure-external-code-execution: allow }\n",
            after: Some(
                "version: 2\nupdates:\n- { package-ecosystem: bundler, directory: /, schedule: { interval: weekly }, insecure-external-code-execution: deny }\n",
            ),
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let at = site.at()?;
    let mut fields =
        site.root.get("updates")?.items()?.iter().filter_map(|update| update.field("insecure-external-code-execution"));
    let field = fields.find(|field| field.node.origin == at)?;
    Some(Mend::unsafely(vec![site.remove(field).unwrap_or_else(|| site.replace(at, "deny"))]))
}
