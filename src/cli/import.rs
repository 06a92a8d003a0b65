//! `pipeward import`: workflows of GitHub and files of GitLab's as pipelines of a project, with the proof that they emit the same.

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args as _, Command};

use super::limits::Limits;
use super::{Error, Session, Verb, options};
use crate::audit::{self, Search};
use crate::import::{self, Imported, Request, Source, Told, share};
use crate::origin::Files;
use crate::pipeline::Project;
use crate::read::{self, What};
use crate::report::{count, inline};
use crate::scaffold;
use crate::source::{Evaluator, Tree};
use crate::workspace::{self, PROJECT};

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// Workflows or files of GitLab's, or folders with some [default: the directory of -C]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Prove that the import says the same, and write nothing
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    limits: Limits,
}

fn command() -> Command {
    Options::augment_args(Command::new("import"))
        .about("Write the pipelines that emit the workflows and GitLab's files there are, and prove that they do")
        .after_help(
            "Example:\n  pipeward import .github/workflows\n\n\
             The project of -C gets a pipeline for each workflow, or is begun. No file that is there is written over. A workflow \
             that a pipeline of the project emits already is compared with that.",
        )
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { paths, check, limits } = options(matches)?;
    let paths = session.paths(paths);
    let root = workspace::find_root(&session.directory)
        .or_else(|_| session.directory.canonicalize())
        .map_err(|source| workspace::Error::Unreadable { path: session.directory.clone(), source })?;
    let evaluator = Session::evaluator(&root, &limits)?;
    let there = if root.join(PROJECT).is_file() { Some(workspace::load(&root, &evaluator)?) } else { None };
    if there.as_ref().is_some_and(|workspace| workspace.project.is_none()) {
        return Err(Error::Usage {
            message: format!("{PROJECT} could not be read"),
            help: "mend what `pipeward check` says of it first".to_owned(),
        });
    }
    let project = there.and_then(|workspace| workspace.project);
    let Found { batches, mut updates, actions } = sources(&paths, check, session);
    if batches.is_empty() {
        return Err(Error::Usage {
            message: "there is no workflow and no file of GitLab's to import".to_owned(),
            help: "name a repository, or files of it: pipeward import .github/workflows/ci.yml".to_owned(),
        });
    }
    let mut files = Files::default();
    let name = root.file_name().map_or_else(|| "project".to_owned(), |name| name.to_string_lossy().into_owned());
    let taken = taken(&root);
    let texts = if project.is_some() { texts(&root, &evaluator) } else { BTreeMap::new() };
    let mut imported = Imported::default();
    for Batch { workflows, gitlab } in batches {
        let (taken, texts) = (taken.clone(), texts.clone());
        let updates = updates.take();
        let request = Request { name: &name, workflows, gitlab, updates, project: project.as_ref(), taken, texts };
        let Imported { files: written, told, main } = import::import(&request, &root, &evaluator, &mut files);
        imported.files.extend(written);
        imported.told.extend(told);
        imported.main.extend(main);
    }
    imported.told.extend(actions.into_iter().filter(|action| !is_written(project.as_ref(), action)).map(Told::action));
    tell(&imported, &files, session);
    if !check && !imported.files.is_empty() {
        scaffold::write(&root, &imported.files)?;
        for file in &imported.files {
            session.say(&format!("wrote {}", file.path));
        }
        next(&imported, session);
    }
    Ok(u8::from(!imported.is_equal()))
}

/// What paths lead to: what becomes a project each, what a bot keeps up to date, and actions by the paths they are shown by.
struct Found {
    batches: Vec<Batch>,
    updates: Option<Source>,
    actions: Vec<String>,
}

/// Whether a project writes an action itself.
fn is_written(project: Option<&Project>, shown: &str) -> bool {
    project
        .is_some_and(|project| project.actions.iter().any(|action| shown.ends_with(&format!("{}/action.yml", action.directory))))
}

/// What becomes one project.
#[derive(Default)]
struct Batch {
    workflows: Vec<Source>,
    gitlab: Vec<Source>,
}

impl Batch {
    /// Whether none of these has the place of one that is there.
    fn has_room(&self, other: &Self) -> bool {
        let apart = |all: &[Source], more: &[Source]| more.iter().all(|one| all.iter().all(|there| there.file != one.file));
        apart(&self.workflows, &other.workflows) && apart(&self.gitlab, &other.gitlab)
    }

    fn add(&mut self, other: Self) {
        self.workflows.extend(other.workflows);
        self.gitlab.extend(other.gitlab);
    }
}

/// The workflows, the files of GitLab's and the file of the bot that paths lead to. What lies at the same place of different
/// repositories is no one project; each is proved by itself where nothing is written, if they shall be taken `apart`.
fn sources(paths: &[PathBuf], apart: bool, session: &mut Session) -> Found {
    let (found, lost) = audit::find(&Search { paths: paths.to_vec(), ignores: true, exclude: Vec::new(), shard: None });
    for lost in &lost {
        session.say(&format!("error: {}: {}", lost.path, lost.reason));
    }
    let mut batches: Vec<Batch> = Vec::new();
    let mut actions = Vec::new();
    for found in &found {
        let mut own = Batch::default();
        let (sources, lost) = audit::gather(found);
        for finding in lost {
            session.say(&format!("error: {}", finding.message));
        }
        for read::Source { what, path, shown, text } in sources {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            match what {
                What::Workflow if !is_bot(&name) => own.workflows.push(Source { file: name, shown, text }),
                What::Action => actions.push(shown),
                What::GitLab => own.gitlab.push(Source { file: path, shown, text }),
                _ => {}
            }
        }
        if own.workflows.is_empty() && own.gitlab.is_empty() {
            continue;
        }
        match batches.iter_mut().find(|batch| !apart || batch.has_room(&own)) {
            Some(batch) => batch.add(own),
            None => batches.push(own),
        }
    }
    let bot = paths.iter().find_map(|path| {
        let above = path.parent().unwrap_or(path);
        let places = [
            path.clone(),
            path.join(".github/dependabot.yml"),
            path.join(".github/dependabot.yaml"),
            path.join("dependabot.yml"),
        ];
        let beside = path.ends_with("workflows").then(|| above.join("dependabot.yml"));
        places
            .into_iter()
            .chain(beside)
            .find(|place| place.file_name().is_some_and(|name| is_bot(&name.to_string_lossy())) && place.is_file())
    });
    let updates = bot.and_then(|place| {
        let text = std::fs::read_to_string(&place).ok()?;
        Some(Source { file: "dependabot.yml".to_owned(), shown: place.to_string_lossy().into_owned(), text })
    });
    Found { batches, updates, actions }
}

fn is_bot(file: &str) -> bool {
    matches!(file, "dependabot.yml" | "dependabot.yaml")
}

/// The files of Nickel that are there, so that no name is given twice.
fn taken(root: &Path) -> HashSet<String> {
    let mut taken = HashSet::new();
    for folder in ["pipelines", "pipelines/lib"] {
        let entries = std::fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
        taken.extend(entries.map(|entry| format!("{folder}/{}", entry.file_name().to_string_lossy())));
    }
    taken
}

/// The main file of a project that is there, and what it imports.
fn texts(root: &Path, evaluator: &Evaluator) -> BTreeMap<String, String> {
    let read = |path: &str| Ok::<_, Infallible>(std::fs::read_to_string(root.join(path)).ok());
    match Tree::gather(evaluator, String::new(), PROJECT, read) {
        Ok(tree) => tree.texts,
        Err(never) => match never {},
    }
}

fn tell(imported: &Imported, files: &Files, session: &mut Session) {
    for told in &imported.told {
        line(told, session);
        for difference in &told.differences {
            let place = files.place(difference.origin);
            let path = difference.path.join(".");
            let at = format!("{}:{}:{}", files.name(difference.origin.file), place.line, place.column);
            session.out.push_str(&inline(&format!("  {at}: {path}: {}", difference.message)));
            session.out.push('\n');
        }
        for note in &told.notes {
            session.out.push_str(&inline(&format!("  {note}")));
            session.out.push('\n');
        }
    }
    session.out.push_str(&imported.sum());
    session.out.push('\n');
}

fn line(told: &Told, session: &mut Session) {
    let keys = told.ours + told.forges;
    let mut parts = vec![match &told.path {
        _ if told.is_left => format!("{}: left as it is", told.shown),
        Some(path) if told.is_equal() => format!("{} -> {path}: equal", told.shown),
        Some(path) => format!("{} -> {path}: not equal", told.shown),
        None => format!("{}: not imported", told.shown),
    }];
    if !told.is_left {
        parts.push(format!("fidelity {:.1} %", told.fidelity()));
    }
    if keys > 0 {
        parts.push(format!("{} of {keys} keys portable ({:.0} %)", told.ours, share(told.ours, keys)));
    }
    for (number, what, said) in
        [(told.shared, "step", "shared"), (told.lost, "comment", "not kept"), (told.aliases, "alias", "written out")]
    {
        if number > 0 {
            parts.push(format!("{} {said}", count(number, what)));
        }
    }
    session.out.push_str(&inline(&parts.join(", ")));
    session.out.push('\n');
}

fn next(imported: &Imported, session: &mut Session) {
    for line in &imported.main {
        session.say(&format!("add to {PROJECT}: {line}"));
    }
    session.say(
        "next: `pipeward check` says what is to be mended; `pipeward check --write-baseline pipeward-baseline.json` keeps what is known, \
         and `pipeward emit --adopt --baseline pipeward-baseline.json` takes the workflows over",
    );
}
