//! `updater-missing`: a week passes before a release is taken.

use super::site::Entry;
use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "updater-missing",
    title: "wait for seven days",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "version: 2\nupdates:\n  - package-ecosystem: bundler # gems\n    directory: /\n    schedule:\n      interval: weekly\n",
            after: Some(
                "version: 2\nupdates:\n  - package-ecosystem: bundler # gems\n    directory: /\n    cooldown:\n      default-days: 7\n    schedule:\n      interval: weekly\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "version: 2\nupdates:\n  - package-ecosystem: bundler # gems\n    directory: /\n    schedule:\n      interval: weekly\n    cooldown: { semver-major-days: 30 }\n",
            after: Some(
                "version: 2\nupdates:\n  - package-ecosystem: bundler # gems\n    directory: /\n    schedule:\n      interval: weekly\n    cooldown: { default-days: 7, semver-major-days: 30 }\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "version: 2\nupdates:\n  - package-ecosystem: bundler # gems\n    directory: /\n    schedule:\n      interval: weekly\n",
            after: None,
        },
    ],
};

const DAYS: &str = "default-days: 7";

fn mend(site: &Site<'_>) -> Option<Mend> {
    let at = site.at()?;
    let update = site
        .root
        .get("updates")?
        .items()?
        .iter()
        .find(|update| update.get("package-ecosystem").is_some_and(|name| name.origin == at))?;
    let edit = match update.get("cooldown") {
        Some(cooldown) => match cooldown.get("default-days") {
            Some(days) => site.replace(days.origin, "7"),
            None => site.add(cooldown, None, Entry { lines: &[DAYS.to_owned()], flow: DAYS })?,
        },
        None => {
            let lines = ["cooldown:".to_owned(), format!("  {DAYS}")];
            site.add(update, Some("directory"), Entry { lines: &lines, flow: "cooldown: { default-days: 7 }" })?
        }
    };
    Some(Mend::unsafely(vec![edit]))
}
