//! `deprecated-commands`: the line goes to the file that took the command's place.

use super::script::{self, Quoting};
use super::{Edit, Example, Fixer, Mend, Site, Which};

pub(super) static FIXER: Fixer = Fixer {
    rule: "deprecated-commands",
    title: "write the line to the file that took the command's place",
    mend,
    examples: &[
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: |\n        make # it\n        echo \"::set-output name=tag::$(git describe)\"\n        echo ::set-output name=dir::out\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: |\n        make # it\n        echo \"tag=$(git describe)\" >> \"$GITHUB_OUTPUT\"\n        echo dir=out >> \"$GITHUB_OUTPUT\"\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: echo '::add-path::/opt/bin'\n",
            after: Some(
                "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: echo '/opt/bin' >> \"$GITHUB_PATH\"\n",
            ),
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: echo \"::set-output name=a::b\" | tee log\n",
            after: None,
        },
        Example {
            which: Which::Safe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: |\n        echo ::set-output name=a::b\n        printf '::set-output name=%s::c' d\n",
            after: None,
        },
    ],
};

/// Commands, and the files that took their place; a command with a name has it before its value.
const FILES: &[(&str, &str)] = &[
    ("::set-output name=", "$GITHUB_OUTPUT"),
    ("::save-state name=", "$GITHUB_STATE"),
    ("::set-env name=", "$GITHUB_ENV"),
    ("::add-path::", "$GITHUB_PATH"),
];

fn mend(site: &Site<'_>) -> Option<Mend> {
    let (run, text) = script::posix(site, site.step()?)?;
    let (words, file) = FILES.iter().find(|(words, _)| words.starts_with(site.finding.key.as_str()))?;
    let (mut edits, mut start) = (Vec::<Edit>::new(), 0);
    for line in text.split_inclusive('\n') {
        if line.contains(site.finding.key.as_str()) && !line.trim_start().starts_with('#') {
            let body = line.trim_end();
            let (at, length, name) = command(body, words)?;
            let end = start + body.len();
            if script::quoting(text, start) != Quoting::Bare || script::quoting(text, end) != Quoting::Bare {
                return None;
            }
            edits.push(site.replace_within(run.origin, start + at..start + at + length, &name)?);
            let last = body.chars().next_back().map_or(0, char::len_utf8);
            let kept = &body[body.len() - last..];
            edits.push(site.replace_within(run.origin, end - last..end, &format!("{kept} >> \"{file}\""))?);
        }
        start += line.len();
    }
    Some(Mend::safe(edits))
}

/// Where the words of a line stand that is one `echo` of them, how long they are, and what comes in their place.
fn command(line: &str, words: &str) -> Option<(usize, usize, String)> {
    let said = line.trim_start().strip_prefix("echo ")?.trim_start();
    let begun = said.trim_start_matches(['"', '\'']);
    let (quote, rest) = (said[..said.len() - begun.len()].chars().next(), begun.strip_prefix(words)?);
    let at = line.len() - begun.len();
    let (name, value) = if words.ends_with("::") { ("", rest) } else { rest.split_once("::")? };
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-');
    if !name.chars().all(plain) || value.is_empty() || line.ends_with('\\') || value.contains('%') || said.len() - begun.len() > 1
    {
        return None;
    }
    let ended = match quote {
        Some(quote) => {
            let inner = value.strip_suffix(quote)?;
            ends_there(line, quote) && !inner.is_empty()
        }
        None => !is_split(line),
    };
    let text = if words.ends_with("::") { String::new() } else { format!("{name}=") };
    ended.then(|| (at, words.len() + if words.ends_with("::") { 0 } else { name.len() + 2 }, text))
}

/// Whether the quote that is a line's last sign is the one that ends the text, and nothing before it does.
fn ends_there(line: &str, quote: char) -> bool {
    let Some(first) = line.find(quote) else { return false };
    let last = line.len() - 1;
    let inside = |at: usize| {
        script::quoting(line, at) != Quoting::Bare || line[first..at].matches("$(").count() > line[first..at].matches(')').count()
    };
    (first + 1..=last).filter(|at| line.is_char_boundary(*at)).all(inside)
}

/// Whether a line without quotes around its text is more than one simple command.
fn is_split(line: &str) -> bool {
    let ends = |(at, sign): (usize, char)| {
        matches!(sign, ';' | '|' | '&' | '<' | '>' | '#' | '\'' | '"' | '`')
            && line[..at].matches('(').count() == line[..at].matches(')').count()
    };
    line.char_indices().any(ends)
}
