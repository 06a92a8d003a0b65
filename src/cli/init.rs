//! `pipeward init`: a first project, or the library for an editor.

use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args as _, Command};

use super::{Error, Session, Verb, options};
use crate::workspace::PROJECT;
use crate::{scaffold, template, vendor, workspace};

pub(super) const VERB: Verb = Verb { command, run };

#[derive(clap::Args)]
struct Options {
    /// Where the project goes [default: the directory given with -C, else this one]
    #[arg(value_name = "DIR")]
    place: Option<PathBuf>,
    /// Begin a project of its own inside another one
    #[arg(long)]
    nested: bool,
    /// Copy the Nickel library into the project, for editors without Nix; a project that is there stays as it is
    #[arg(long)]
    vendor: bool,
}

fn command() -> Command {
    Options::augment_args(Command::new("init"))
        .about("Write a first project: its main file, a pipeline, a policy; never over a file that is there")
        .after_help(
            "Example:\n  pipeward init my-project\n\n\
             With --vendor an editor finds the library: the language server reads NICKEL_IMPORT_PATH=.pipeward/nickel.\n\
             What is judged is always judged by the library in the program.",
        )
}

fn run(matches: &ArgMatches, session: &mut Session) -> Result<u8, Error> {
    let Options { place, nested, vendor } = options(matches)?;
    let root = place.map_or_else(|| session.directory.clone(), |place| session.directory.join(place));
    if root.symlink_metadata().is_ok_and(|found| !found.is_symlink()) && !root.is_dir() {
        return Err(Error::Usage {
            message: format!("`{}` is a file, and a project is a directory", root.display()),
            help: "name the directory of the project".to_owned(),
        });
    }
    if !nested && !root.join(PROJECT).exists() {
        refuse_nesting(&root)?;
    }
    std::fs::create_dir_all(&root).map_err(|source| Error::Output { path: root.clone(), source })?;
    if !(vendor && root.join(PROJECT).exists()) {
        first_project(&root, session)?;
    }
    if vendor {
        copy(&root, session)?;
    }
    Ok(0)
}

/// Says that a directory is in a project already: whoever stands in a folder of one rarely wants another there.
fn refuse_nesting(place: &Path) -> Result<(), Error> {
    let Some(there) = place.ancestors().find_map(|above| above.canonicalize().ok()) else { return Ok(()) };
    let Ok(around) = workspace::find_root(&there) else { return Ok(()) };
    Err(Error::Usage {
        message: format!("this is inside the project of {}", around.display()),
        help: "a project has all of its pipelines in its one pipelines/; `pipeward new` adds to it, `--nested` begins another"
            .to_owned(),
    })
}

/// What `emit` writes for the first project, and how not to have it written.
const EMITTED: [(&str, &str); 2] = [
    (".github/workflows/ci.yml", "rename pipelines/ci.ncl"),
    (".github/dependabot.yml", "remove `updates` from pipelines/main.ncl"),
];

fn first_project(root: &Path, session: &mut Session) -> Result<(), Error> {
    let files = template::files();
    scaffold::write(root, &files)?;
    for file in &files {
        session.say(&format!("wrote {}", file.path));
    }
    session.say("next: name the project in pipelines/main.ncl, write its commands into pipelines/ci.ncl, then `pipeward emit`");
    for (emitted, keep) in EMITTED {
        if root.join(emitted).symlink_metadata().is_ok() {
            session.say(&format!(
                "{emitted} is there already and stays: {keep} to keep it, or `pipeward emit --adopt` to replace it"
            ));
        }
    }
    Ok(())
}

fn copy(root: &Path, session: &mut Session) -> Result<(), Error> {
    let written = vendor::copy(root)?;
    let folder = vendor::FOLDER;
    if written.is_empty() {
        session.say(&format!("the library in {folder} is current"));
    } else {
        session.say(&format!("wrote the library to {folder}, {} files in all", written.len()));
    }
    let whole = root.canonicalize().unwrap_or_else(|_| root.to_owned()).join(folder);
    session.say(&format!("start the editor with NICKEL_IMPORT_PATH={}", whole.display()));
    Ok(())
}
