//! Which files are looked at: those that forges read, below the paths that somebody names, each with the repository it belongs to.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::disk;
use crate::read::What;

/// How large a file may be.
const LARGEST: u64 = 10 << 20;

/// Where to look.
#[derive(Clone, Debug)]
pub struct Search {
    /// Files, repositories, or folders with many.
    pub paths: Vec<PathBuf>,
    /// Whether what version control ignores is left out.
    pub ignores: bool,
}

/// A repository, or a file that stands alone.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it is called: the last name of its folder.
    pub name: String,
    /// Its files, sorted by path.
    pub files: Vec<Candidate>,
}

/// A file that is looked at.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it is by where it lies or because somebody names it; else its looks tell.
    pub what: Option<What>,
    /// Where it lies in its repository.
    pub path: String,
    /// The path it is shown by: as it was named or found.
    pub shown: String,
    place: PathBuf,
}

impl Candidate {
    /// Its text; else why it cannot be had.
    pub fn read(&self) -> Result<String, String> {
        let said = |error: &io::Error| error.to_string();
        let length = fs::metadata(&self.place).map_err(|error| said(&error))?.len();
        if length > LARGEST {
            return Err(format!("it has more than {} MiB", LARGEST >> 20));
        }
        let bytes = fs::read(&self.place).map_err(|error| said(&error))?;
        String::from_utf8(bytes).map_err(|error| format!("it is no UTF-8 text: byte {} is not", error.utf8_error().valid_up_to()))
    }

    /// Puts a text in the place of the one that was read; else why that cannot be done. The file is then as it was.
    pub fn write(&self, before: &str, after: &str) -> Result<(), String> {
        let folder = self.place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let name = self.place.file_name().unwrap_or_default().to_string_lossy();
        let place = disk::place(folder, &name).map_err(|error| error.to_string())?;
        if self.read()? != before {
            return Err("it was changed meanwhile".to_owned());
        }
        disk::replace(&place, &self.shown, after.as_bytes(), &mut disk::Real).map_err(|error| error.to_string())
    }
}

/// Every file to look at, by repository, sorted by path. A path that is not there is an error, and the others are still searched.
#[must_use]
pub fn find(search: &Search) -> (Vec<Found>, Vec<String>) {
    let mut lost = Vec::new();
    let mut repositories: BTreeMap<PathBuf, Vec<Candidate>> = BTreeMap::new();
    for path in &search.paths {
        let is_folder = match fs::metadata(path) {
            Ok(metadata) => metadata.is_dir(),
            Err(error) => {
                lost.push(format!("{}: {error}", path.display()));
                continue;
            }
        };
        if !is_folder {
            add(&mut repositories, path, true);
            continue;
        }
        let mut walk = WalkBuilder::new(path);
        walk.hidden(false).ignore(search.ignores).git_ignore(search.ignores).git_exclude(search.ignores).git_global(false);
        walk.parents(search.ignores)
            .require_git(false)
            .sort_by_file_name(Ord::cmp)
            .filter_entry(|entry| entry.file_name() != ".git");
        for entry in walk.build() {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => add(&mut repositories, entry.path(), false),
                Ok(_) => {}
                Err(error) => lost.push(error.to_string()),
            }
        }
    }
    let found = repositories.into_iter().map(|(root, mut files)| {
        files.sort_by(|one, other| one.shown.cmp(&other.shown));
        files.dedup_by(|one, other| one.shown == other.shown);
        let name = root.file_name().map_or_else(|| "repository".to_owned(), |name| name.to_string_lossy().into_owned());
        Found { name, files }
    });
    (found.collect(), lost)
}

/// Adds a file if a forge reads it; one that somebody names is what its looks say.
fn add(repositories: &mut BTreeMap<PathBuf, Vec<Candidate>>, place: &Path, named: bool) {
    let shown = place.to_string_lossy().replace('\\', "/");
    if !has_extension(&shown) {
        return;
    }
    let folder = place.parent().unwrap_or_else(|| Path::new(""));
    let own = folder.ends_with(".github/workflows");
    let root = if own { folder.parent().and_then(Path::parent).unwrap_or_else(|| Path::new("")) } else { place };
    let path = if own {
        shown.strip_prefix(&*root.to_string_lossy()).unwrap_or(&shown).trim_start_matches('/').to_owned()
    } else {
        format!(".github/workflows/{}", place.file_name().unwrap_or_default().to_string_lossy())
    };
    let what = (own || named).then_some(What::Workflow);
    repositories.entry(root.to_owned()).or_default().push(Candidate { what, path, shown, place: place.to_owned() });
}

fn has_extension(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}

/// What a file outside of the forge's folder is by its looks: a workflow has jobs and something that starts them.
pub fn looks(text: &str) -> Option<What> {
    let has = |key: &str| {
        let written =
            |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'']).starts_with(':'));
        text.lines().any(|line| written(line.trim_start_matches(['"', '\''])))
    };
    (has("jobs") && has("on")).then_some(What::Workflow)
}
