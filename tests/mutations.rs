//! Mistakes put at a hundred places of K2's sources: each is said at its own file and line, under the right identity.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pipeward::origin::Origin;
use pipeward::source::Evaluator;
use pipeward::workspace::{self, Workspace};
use support::{copy, pipeward, project};

/// One kind of mistake: what it is called, what it looks for and what it writes there.
///
/// The `^` in what is written marks the place the finding must name; it is taken out. What is looked for may hold one `*`, any
/// text on one line, which `*` in what is written repeats.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("a duration with a space", "timeout = \"*m\"", "timeout = ^\"* minutes\""),
    ("too long a timeout", "timeout = \"*m\"", "timeout = ^\"26h\""),
    ("a misspelt field", "timeout = \"", "^timeuot = \""),
    ("a misspelt level", "contents = 'Read", "contents = ^'Raed"),
    ("a scope that is none", "permissions.contents =", "permissions.^content ="),
    ("a grant without a reason", "'Write \"*\"", "^'Write"),
    ("an undeclared secret", "'Secret \"*\"", "^'Secret \"*_TOO\""),
    ("an expression in a script", "run = \"uv", "run = ^\"echo ${{ github.actor }}; uv"),
    ("an expression in another script", "run = \"docker", "run = ^\"echo ${{ github.actor }}; docker"),
    ("an unknown job", "needs = [\"*\"]", "needs = [^\"*-and-more\"]"),
    ("an unknown action", "uses = \"*/", "uses = ^\"nobody/*-"),
    ("an unknown condition", "when = 'Always", "when = ^'Allways"),
    ("a text for a flag", "cancel = * }", "cancel = ^\"*\" }"),
    ("two kinds in one step", "{ checkout = {} }", "{ checkout = {}, ^run = \"true\" }"),
    ("an unknown pipeline", "calls = \"", "calls = ^\"no-"),
    ("an unknown runner", "runner = \"", "runner = ^\"no-"),
    ("a text for a number", "shards = 4", "shards = ^\"4\""),
    ("a wait without an end", "within = \"60s\"", "within = ^\"soon\""),
    ("four fields of cron", "cron = \"0 2 * *", "cron = ^\"0 2 *"),
    ("a matrix key that is none", "'Matrix \"component\"", "^'Matrix \"componnet\""),
];

struct Place {
    file: PathBuf,
    start: usize,
    end: usize,
    written: String,
    /// The byte of the mutated text that must be named.
    named: usize,
}

/// Every place in a text where a mistake can be made.
fn places(file: &Path, text: &str, find: &str, write: &str) -> Vec<Place> {
    let (before, after) = find.split_once('*').unwrap_or((find, ""));
    let has_middle = find.contains('*');
    let mut found = Vec::new();
    for (start, _) in text.match_indices(before) {
        let rest = &text[start + before.len()..];
        let middle = if has_middle {
            let line = rest.lines().next().unwrap_or_default();
            match line.find(after) {
                Some(length) if !line[..length].contains('"') || after.is_empty() => &line[..length],
                _ => continue,
            }
        } else {
            ""
        };
        let end = start + before.len() + middle.len() + after.len();
        let written = write.replace('*', middle);
        let mark = written.find('^').expect("a mark");
        found.push(Place { file: file.to_owned(), start, end, written: written.replace('^', ""), named: start + mark });
    }
    found
}

fn sources(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["pipelines", "pipelines/lib"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|extension| extension == "ncl") {
                files.push(path.strip_prefix(root).expect("inside").to_owned());
            }
        }
    }
    files.sort();
    files
}

/// The identities that a byte of a file belongs to, as the unbroken project has them: the innermost first.
fn identities(workspace: &Workspace, file: &str, byte: usize) -> BTreeSet<String> {
    let inside = |origin: Origin| workspace.files.name(origin.file) == file && origin.range().contains(&byte);
    let project = workspace.project.as_ref().expect("the project");
    let (mut steps, mut jobs, mut pipelines) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for pipeline in &project.pipelines {
        pipelines.extend((pipeline.source == file).then(|| pipeline.id.clone()));
        for job in pipeline.jobs.values() {
            let identity = pipeline.job_identity(job).to_string();
            jobs.extend(inside(job.origin).then(|| identity.clone()));
            for step in job.all_steps() {
                if inside(step.origin) {
                    steps.insert(pipeline.step_identity(job, step).to_string());
                    jobs.insert(identity.clone());
                }
            }
        }
    }
    steps.into_iter().chain(jobs).chain(pipelines).collect()
}

/// A small generator of numbers, the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

#[test]
fn a_hundred_mistakes_are_named_where_they_are_made() {
    let k2 = project("examples/k2");
    let whole = workspace::load(&k2, &Evaluator::here(&k2)).expect("K2");
    assert!(whole.refused.is_empty(), "{:#?}", whole.refused);
    let room = tempfile::tempdir().expect("a directory");
    let copied = room.path().join("k2");
    copy(&k2, &copied);
    let mut dice = Dice(20_260_601);
    let mut wrong = Vec::new();
    for round in 0..100 {
        let (name, find, write) = MISTAKES[round % MISTAKES.len()];
        let texts: Vec<(PathBuf, String)> =
            sources(&k2).into_iter().map(|file| (file.clone(), fs::read_to_string(k2.join(&file)).expect("a source"))).collect();
        let all: Vec<Place> = texts.iter().flat_map(|(file, text)| places(file, text, find, write)).collect();
        assert!(!all.is_empty(), "{name}: no place for it in K2");
        let place = &all[dice.below(all.len())];
        let (_, text) = texts.iter().find(|(file, _)| *file == place.file).expect("the file");
        let mutated = format!("{}{}{}", &text[..place.start], place.written, &text[place.end..]);
        fs::write(copied.join(&place.file), &mutated).expect("a write");
        let line = mutated[..place.named].matches('\n').count() + 1;
        let file = place.file.to_string_lossy();
        let expected = identities(&whole, &file, place.start);
        let output = pipeward(&copied, &["check", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let findings = report["findings"].as_array().expect("findings");
        let hit = findings.iter().any(|finding| {
            let identity = finding["identity"].as_str().unwrap_or_default();
            let fits = expected.is_empty()
                || expected.iter().any(|wanted| wanted == identity || identity.starts_with(&format!("{wanted}/")));
            finding["file"] == *file && finding["line"] == line && fits
        });
        if !hit || output.status.success() {
            let said: Vec<String> = findings
                .iter()
                .map(|finding| {
                    format!(
                        "  {}:{} {} {} {}",
                        finding["file"], finding["line"], finding["identity"], finding["rule"], finding["message"]
                    )
                })
                .collect();
            wrong.push(format!("{name} at {file}:{line}, one of {expected:?}:\n{}", said.join("\n")));
        }
        fs::write(copied.join(&place.file), text).expect("a write");
    }
    assert!(wrong.is_empty(), "{} of 100:\n{}", wrong.len(), wrong.join("\n\n"));
}
