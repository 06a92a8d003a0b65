//! `cache-poisoning`: the action is kept from the cache by its own input.

use super::{Edit, Example, Fixer, Mend, Site, Which};
use crate::source::Node;
use crate::view::caches::{Off, off};

pub(super) static FIXER: Fixer = Fixer {
    rule: "cache-poisoning",
    title: "keep the action from the cache",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "on: { push: { tags: [v*] } }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/setup-go@v6\n      with:\n        go-version: 1.25.1 # new\n",
            after: Some(
                "on: { push: { tags: [v*] } }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/setup-go@v6\n      with:\n        cache: false\n        go-version: 1.25.1 # new\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: { push: { tags: [v*] } }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/setup-node@v5\n      with: { node-version: 24, cache: npm }\n",
            after: Some(
                "on: { push: { tags: [v*] } }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: actions/setup-node@v5\n      with: { package-manager-cache: false, node-version: 24, cache: '' }\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: { push: { tags: [v*] } }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: ruby/setup-ruby@v1\n      with:\n        bundler-cache: true\n",
            after: Some(
                "on: { push: { tags: [v*] } }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: ruby/setup-ruby@v1\n      with:\n        bundler-cache: false\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: { push: { tags: [v*] } }\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: mozilla-actions/sccache-action@v0.0.9\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let step = site.step()?;
    let edits = off(step.get("uses")?.text()?).into_iter().map(|off| match off {
        Off::Write(name, value) => site.set_input(step, name, value),
        Off::Empty(name) => emptied(site, step, name),
    });
    let edits: Vec<Edit> = edits.flatten().collect();
    (!edits.is_empty()).then(|| Mend::unsafely(edits))
}

/// The input with nothing in it, or off if it is a switch.
fn emptied(site: &Site<'_>, step: &Node, name: &str) -> Option<Edit> {
    let field = step.get("with")?.fields()?.iter().find(|field| field.name.eq_ignore_ascii_case(name))?;
    let is_switch = site.text.get(field.node.origin.range()).is_some_and(|text| text.trim_matches(['\'', '"', ' ']) == "true");
    Some(site.replace(field.node.origin, if is_switch { "false" } else { "''" }))
}
