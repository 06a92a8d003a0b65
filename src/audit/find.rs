//! Which files are looked at: those that forges read, below the paths that somebody names, each with the repository it belongs to.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use super::fixtures;
use super::walk::{self, Below, Pattern};
use crate::disk;
use crate::pipeline::gitlab::begins;
use crate::read::What;
use crate::read::repository::is_updater;
use crate::report::Shard;

/// Where workflows lie.
const WORKFLOWS: &str = ".github/workflows/";

/// How large a file may be.
const LARGEST: u64 = 10 << 20;

/// Where to look.
#[derive(Clone, Debug)]
pub struct Search {
    /// Files, repositories, or folders with many.
    pub paths: Vec<PathBuf>,
    /// Whether what version control ignores is left out, and what the repositories say is none of their own.
    pub ignores: bool,
    /// What is left out of each folder whatever stands in it.
    pub exclude: Vec<Pattern>,
    /// The part of the repositories that is looked at; none for all.
    pub shard: Option<Shard>,
}

/// A repository, or a file that stands alone.
#[derive(Clone, Debug)]
pub struct Found {
    /// What it is called: the last name of its folder.
    pub name: String,
    /// The way to it from what was named, with which what is said of it is told from what is said of others; empty if it was named itself.
    pub below: String,
    /// The folder from which paths in it begin.
    pub root: PathBuf,
    /// Its files, sorted by path.
    pub files: Vec<Candidate>,
    /// Whether it is a file that belongs to no repository that is known.
    pub is_alone: bool,
    /// Whether all of it was searched.
    pub is_whole: bool,
}

/// A file that is looked at.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it is by where it lies and by its name; else its looks tell.
    pub what: Option<What>,
    /// What it is if its looks do not tell either: somebody names it.
    pub guess: Option<What>,
    /// Where it lies in its repository.
    pub path: String,
    /// The path it is shown by: as it was named or found.
    pub shown: String,
    pub(super) place: PathBuf,
}

impl Candidate {
    /// Its text; else why it cannot be had.
    pub fn read(&self) -> Result<String, String> {
        let said = |error: io::Error| error.to_string();
        let mut bytes = Vec::new();
        // A file may grow while it is read.
        File::open(&self.place).map_err(said)?.take(LARGEST + 1).read_to_end(&mut bytes).map_err(said)?;
        if bytes.len() as u64 > LARGEST {
            return Err(format!("it has more than {} MiB", LARGEST >> 20));
        }
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

    /// What it is, if a forge reads it: by its place and name, by its looks, or because somebody names it.
    #[must_use]
    pub fn kind(&self, text: &str) -> Option<What> {
        let by_looks = || looks(text).or_else(|| named(&self.path, text));
        self.what.or_else(by_looks).or_else(|| described(text).filter(|_| self.guess.is_some())).or(self.guess)
    }

    /// Its path, where its looks tell what it is: one that stands alone is taken for a workflow before it is read.
    pub(super) fn path_of(&self, what: What) -> &str {
        let alone = self.path.strip_prefix(WORKFLOWS).filter(|_| what == What::GitLab);
        alone.map_or(&self.path, |name| name)
    }

    /// A file that another one includes.
    pub(super) fn included(path: &str, place: PathBuf, shown: String) -> Self {
        Self { what: Some(What::GitLab), guess: None, path: path.to_owned(), shown, place }
    }
}

/// A path that could not be looked at, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The path as it was named.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Every file to look at, by repository, sorted by path. A path that is not there is lost, and the others are still searched.
#[must_use]
pub fn find(search: &Search) -> (Vec<Found>, Vec<Lost>) {
    let mut lost = Vec::new();
    let mut places: Vec<(PathBuf, Option<&Path>)> = Vec::new();
    for path in &search.paths {
        let mut lose = |reason: String| lost.push(Lost { path: path.to_string_lossy().into_owned(), reason });
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(metadata) if metadata.is_file() => {
                places.push((path.clone(), None));
                continue;
            }
            // To open a pipe would wait for somebody who writes into it.
            Ok(_) => {
                lose("it is no plain file".to_owned());
                continue;
            }
            Err(error) => {
                lose(error.to_string());
                continue;
            }
        }
        match walk::files(path, search) {
            Ok(Below { files, links, errors }) => {
                let is_wanted = |link: &PathBuf| is_read_by_name(link, path);
                let (unread, links): (Vec<PathBuf>, Vec<PathBuf>) = links.into_iter().partition(is_wanted);
                // An action is looked for on a machine that has the sources, where a link leads on.
                let followed = links.into_iter().filter(|link| is_action(link) && leads_below(link, path));
                places.extend(files.into_iter().chain(followed).map(|file| (file, Some(path.as_path()))));
                errors.into_iter().for_each(&mut lose);
                let reason = "it is a link, and the forge reads what the link says in place of the file";
                lost.extend(unread.iter().map(|link| Lost { path: shown(link), reason: reason.to_owned() }));
            }
            Err(reason) => lose(reason),
        }
    }
    if search.ignores {
        lost.extend(fixtures::leave_out(&mut places));
    }
    places.retain(|(place, _)| has_extension(place) || is_updater(name_of(place)));
    let roots: BTreeSet<PathBuf> =
        places.iter().filter(|(place, _)| name_of(place) == ROOT).map(|(place, _)| folder_of(place).to_owned()).collect();
    let mut repositories = Repositories::new();
    for (place, searched) in &places {
        add(&mut repositories, &roots, place, *searched);
    }
    let named = Named::of(&search.paths);
    repositories.retain(|root, _| search.shard.is_none_or(|shard| shard.has(&named.part_of(root))));
    // What only another bot reads is nothing to look at.
    repositories.retain(|_, (files, _)| files.iter().any(|file| file.what != Some(What::Updater)));
    let found = repositories.into_iter().map(|(root, (mut files, is_whole))| {
        files.sort_by(|one, other| one.shown.cmp(&other.shown));
        files.dedup_by(|one, other| one.shown == other.shown);
        let name = root.file_name().map_or_else(|| "repository".to_owned(), |name| name.to_string_lossy().into_owned());
        // A file that stands alone is in a folder all the same.
        let is_alone = files.iter().any(|file| file.place == root);
        let root = if is_alone { folder_of(&root).to_owned() } else { root };
        Found { name, below: named.below(&root), root, files, is_alone, is_whole }
    });
    (found.collect(), lost)
}

/// Whether a forge looks for a file of that name, and would read a link as a file.
fn is_read_by_name(link: &Path, searched: &Path) -> bool {
    let Some(root) = around(link, Some(searched)) else { return name_of(link) == ROOT };
    let path = slashed(link.strip_prefix(root).unwrap_or(link));
    name_of(link) == ROOT || What::of(&path) == Some(What::Workflow)
}

fn is_action(link: &Path) -> bool {
    What::of(name_of(link)) == Some(What::Action)
}

/// Whether a link leads to a plain file below a folder.
fn leads_below(link: &Path, folder: &Path) -> bool {
    let (Ok(end), Ok(folder)) = (link.canonicalize(), folder.canonicalize()) else { return false };
    end.starts_with(folder) && end.is_file()
}

/// What somebody has named, to look up what lies below it.
struct Named<'a> {
    paths: HashSet<&'a Path>,
    /// Whether several folders are named.
    are_several: bool,
}

impl<'a> Named<'a> {
    fn of(paths: &'a [PathBuf]) -> Self {
        let are_several = paths.iter().filter(|path| path.is_dir()).nth(1).is_some();
        Self { paths: paths.iter().map(PathBuf::as_path).collect(), are_several }
    }

    /// The nearest that a path lies below, and the way from there.
    fn above<'b>(&self, path: &'b Path) -> Option<(&'b Path, &'b Path)> {
        let above = path.ancestors().find(|above| self.paths.contains(above))?;
        Some((above, path.strip_prefix(above).ok()?))
    }

    /// The path that decides which part a repository is in: of one that lies in another of git's below what was named, the other's,
    /// so that whoever has fetched that looks at all of it.
    fn part_of(&self, root: &Path) -> String {
        let Some((above, below)) = self.above(root) else { return slashed(root) };
        let between = root.ancestors().take_while(|folder| *folder != above);
        let outermost =
            between.filter(|folder| folder.join(".git").exists()).last().and_then(|folder| folder.strip_prefix(above).ok());
        let below = Some(outermost.unwrap_or(below)).filter(|path| !path.as_os_str().is_empty());
        // A file that is named is known by its name.
        slashed(below.or_else(|| root.file_name().map(Path::new)).unwrap_or(root))
    }

    /// The way to a repository from what was named. It hangs on nothing but that, so it is the same whatever else is found.
    fn below(&self, root: &Path) -> String {
        let way = match self.above(root) {
            // Of several folders each is told by its own name too.
            Some((path, rest)) if self.are_several => {
                path.file_name().map_or_else(|| rest.to_owned(), |name| Path::new(name).join(rest))
            }
            Some((_, rest)) => rest.to_owned(),
            // A file was named: the repository is where it lies.
            None if root.is_relative() => root.to_owned(),
            None => PathBuf::new(),
        };
        let parts = way.components().filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy()),
            _ => None,
        });
        parts.collect::<Vec<_>>().join("/")
    }
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The file that GitLab begins with.
const ROOT: &str = ".gitlab-ci.yml";

/// The files of each repository, and whether all of it was searched.
type Repositories = BTreeMap<PathBuf, (Vec<Candidate>, bool)>;

/// Adds a file if a forge reads it; one that nobody `searched` for in a folder is named, and is what its looks say.
fn add(repositories: &mut Repositories, roots: &BTreeSet<PathBuf>, place: &Path, searched: Option<&Path>) {
    let whole = slashed(place);
    let within = |root: &Path| whole.strip_prefix(&*root.to_string_lossy()).unwrap_or(&whole).trim_start_matches('/').to_owned();
    let (folder, name) = (folder_of(place), name_of(place));
    let of_github = around(place, searched).and_then(|root| Some((root, within(root), Some(What::of(&within(root))?))));
    let (root, path, what) = if let Some(known) = of_github {
        known
    } else {
        let of_gitlab = name.ends_with(ROOT) || name.ends_with(".gitlab-ci.yaml");
        let what = of_gitlab.then_some(What::GitLab);
        match root_of(roots, folder) {
            Some(root) => (root, within(root), what),
            None if of_gitlab => (place, name.to_owned(), what),
            None => (place, format!("{WORKFLOWS}{name}"), what),
        }
    };
    if what.is_none() && is_updater(name) {
        return;
    }
    let by_name = if name.contains(".gitlab-ci") { What::GitLab } else { What::Workflow };
    let guess = searched.is_none().then_some(by_name);
    let (files, is_whole) = repositories.entry(root.to_owned()).or_default();
    *is_whole |= searched.is_some_and(|searched| root.starts_with(searched));
    files.push(Candidate { what, guess, path, shown: shown(place), place: place.to_owned() });
}

/// The path that people see: as it was named or found, without the folder that everybody is in.
pub(super) fn shown(place: &Path) -> String {
    let whole = slashed(place);
    whole.strip_prefix("./").map_or_else(|| whole.clone(), str::to_owned)
}

/// The folder that a path names: the one that everybody is in has no name.
pub(super) fn folder(path: &Path) -> &Path {
    if path.as_os_str().is_empty() { Path::new(".") } else { path }
}

/// The root of the repository that a file of GitHub's belongs to by its name: around `.github`, else the nearest folder above that has
/// one or is one of git's, else what was searched.
fn around<'a>(place: &'a Path, searched: Option<&'a Path>) -> Option<&'a Path> {
    let folder = folder_of(place);
    let is_own = |folder: &&Path| folder.file_name().is_some_and(|name| name == ".github" || name == ".gitlab");
    if let Some(root) = folder.ancestors().find(is_own).and_then(Path::parent) {
        return Some(root);
    }
    // Only these belong anywhere.
    What::of(name_of(place))?;
    let within = |folder: &&Path| searched.is_none_or(|searched| folder.starts_with(searched));
    let is_root = |folder: &&Path| folder.join(".git").exists() || folder.join(".github").is_dir();
    folder.ancestors().take_while(within).find(is_root).or(searched).or(Some(folder))
}

/// The folder above from which GitLab reads paths: the highest that has its file, in the same repository.
fn root_of<'a>(roots: &'a BTreeSet<PathBuf>, folder: &Path) -> Option<&'a Path> {
    if roots.is_empty() {
        return None;
    }
    let mut found = None;
    for above in folder.ancestors() {
        if let Some(root) = roots.get(above) {
            found = Some(root.as_path());
            if root.join(".git").exists() {
                break;
            }
        }
    }
    found
}

fn folder_of(place: &Path) -> &Path {
    place.parent().unwrap_or_else(|| Path::new(""))
}

fn name_of(place: &Path) -> &str {
    place.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn has_extension(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}

/// What a file outside of the forge's folder is by its looks: a workflow has jobs and something that starts them, and GitLab's has jobs
/// with a script.
fn looks(text: &str) -> Option<What> {
    if has(text, "jobs") && has(text, "on") {
        return Some(What::Workflow);
    }
    has_below(text, "script:").then_some(What::GitLab)
}

/// What a file is whose name is like those of GitLab's files: it may do no more than include others, or start pipelines.
fn named(path: &str, text: &str) -> Option<What> {
    let says = || ["include", "stages", "workflow"].iter().any(|key| has(text, key)) || has_below(text, "trigger:");
    (begins(path) && says()).then_some(What::GitLab)
}

/// Whether a key stands at the top.
fn has(text: &str, key: &str) -> bool {
    let written = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'']).starts_with(':'));
    text.lines().any(|line| written(line.trim_start_matches(['"', '\''])))
}

/// Whether a key stands right below something at the top.
fn has_below(text: &str, key: &str) -> bool {
    if !text.contains(key) {
        return false;
    }
    let mut deep = None;
    for line in text.lines() {
        let rest = line.trim_start_matches(' ');
        match line.len() - rest.len() {
            _ if rest.is_empty() || rest.starts_with('#') => {}
            0 => deep = None,
            indent if *deep.get_or_insert(indent) == indent && rest.starts_with(key) => return true,
            _ => {}
        }
    }
    false
}

/// What a file is by its looks that somebody names.
fn described(text: &str) -> Option<What> {
    let has = |key: &str| text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.starts_with(':')));
    match () {
        () if has("runs") => Some(What::Action),
        () if has("updates") => Some(What::Dependabot),
        () if has("spec") && !has("kind") => Some(What::GitLab),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_shows_in_what_stands_at_its_top() {
        for (text, what) in [
            ("on: push\njobs: {}\n", Some(What::Workflow)),
            ("build:\n  stage: build\n  script: make\n", Some(What::GitLab)),
            ("language: rust\nscript: make\n", None),
            ("pipelines:\n  default:\n    - step:\n        script: [make]\n", None),
            ("steps:\n  - script: make\n", None),
        ] {
            assert_eq!(looks(text), what, "{text}");
        }
        for (text, what) in [
            ("include: ci/build.yml\n", Some(What::GitLab)),
            ("child:\n  trigger:\n    include: child.yml\n", Some(What::GitLab)),
            ("TOKEN: x\n", None),
        ] {
            assert_eq!(named("web/.gitlab-ci-deploy.yml", text), what, "{text}");
            assert_eq!(named("compose.yml", text), None, "{text}");
        }
    }

    #[test]
    fn a_repository_is_told_from_others_by_the_way_to_it() {
        let way = |named: &[&str], root: &str| {
            let named: Vec<PathBuf> = named.iter().map(PathBuf::from).collect();
            Named::of(&named).below(Path::new(root))
        };
        assert_eq!(way(&["."], "."), "");
        assert_eq!(way(&["/home/src"], "/home/src/team/api"), "team/api");
        assert_eq!(way(&["."], "./team/api"), "team/api");
        assert_eq!(way(&["src", "tests"], "src"), "src", "two folders are told apart");
        assert_eq!(way(&[".github/workflows/a.yml", ".github/workflows/b.yml"], ""), "", "two files of one are not");
        assert_eq!(way(&["api/.github/workflows/a.yml"], "api"), "api");
        assert_eq!(way(&["/home/api/.github/workflows/a.yml"], "/home/api"), "");
    }

    #[test]
    fn what_lies_in_a_repository_is_in_the_same_part() {
        let room = tempfile::tempdir().expect("there is room");
        fs::create_dir_all(room.path().join("team/api/.git")).expect("a folder");
        let part = |root: &str| Named::of(&[room.path().to_owned()]).part_of(&room.path().join(root));
        assert_eq!(part("team/api"), "team/api");
        assert_eq!(part("team/api/examples/one"), "team/api");
        assert_eq!(part("web"), "web");
    }

    #[test]
    fn what_is_left_out_is_a_line_of_gitignore() {
        assert!(Pattern::parse("tests/**/bad").is_ok());
        assert!(Pattern::parse("tests/[").is_err_and(|reason| reason.contains("'tests/['")));
        assert!(Pattern::parse("!tests").is_err_and(|reason| reason.contains("without `!`")));
    }

    #[test]
    fn files_belong_to_the_highest_folder_that_gitlab_begins_in() {
        let roots = BTreeSet::from([PathBuf::from("a"), PathBuf::from("a/b/c")]);
        assert_eq!(root_of(&roots, Path::new("a/b/c/d")), Some(Path::new("a")));
        assert_eq!(root_of(&roots, Path::new("b")), None);
    }
}
