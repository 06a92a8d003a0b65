//! `obfuscation`: a path without empty parts and `.`.

use super::{Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "obfuscation",
    title: "write the path straight",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: \"actions/cache/.//restore@v5\" # one\n      with: { key: a, path: b }\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: \"actions/cache/restore@v5\" # one\n      with: { key: a, path: b }\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - uses: ./actions/../../other\n",
            after: None,
        },
    ],
};

fn mend(site: &Site<'_>) -> Option<Mend> {
    let uses = site.step()?.get("uses").filter(|uses| Some(uses.origin) == site.at())?;
    let text = uses.text()?;
    let (path, revision) = text.split_at(text.find('@').unwrap_or(text.len()));
    // What goes up again may lead out of where it began.
    if path.contains("://") || path.split('/').any(|part| part == "..") {
        return None;
    }
    let own = if path.starts_with("./") { "./" } else { "" };
    let parts: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let straight = format!("{own}{}{revision}", parts.join("/"));
    (straight != text)
        .then(|| site.replace_within(uses.origin, 0..text.len(), &straight))
        .flatten()
        .map(|edit| Mend::safe(vec![edit]))
}
