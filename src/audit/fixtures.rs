//! Which files below a folder are none of its own CI: examples and test data, as a repository says in `.pipewardignore`.

use std::path::{Component, Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::find::Lost;

/// The file that says so, line by line as `.gitignore` does.
const NAME: &str = ".pipewardignore";

/// The folders that forges read.
const READ: &[&str] = &[".github", ".gitlab"];

/// Takes away the files that were searched for and that a file of that name above them leaves out; what cannot be read of those is
/// lost. What the forge reads of the repository itself cannot be left out: a change could hide what it does.
pub(super) fn leave_out(places: &mut Vec<(PathBuf, Option<&Path>)>) -> Vec<Lost> {
    let mut lost = Vec::new();
    let mut all = Vec::new();
    for (place, searched) in places.iter() {
        let folder = place.parent().unwrap_or_else(|| Path::new(""));
        let is_read = folder.components().any(|part| READ.iter().any(|name| part.as_os_str() == *name));
        if searched.is_none() || is_read || place.file_name().is_none_or(|name| name != NAME) {
            continue;
        }
        let mut lines = GitignoreBuilder::new(folder);
        let failed = lines.add(place).or_else(|| lines.build().map(|lines| all.push((folder.to_owned(), lines))).err());
        lost.extend(failed.map(|error| Lost { path: place.to_string_lossy().into_owned(), reason: error.to_string() }));
    }
    if !all.is_empty() {
        places.retain(|(place, searched)| {
            searched.is_none() || !all.iter().any(|(folder, lines)| is_left_out(place, folder, lines))
        });
    }
    lost
}

fn is_left_out(place: &Path, folder: &Path, lines: &Gitignore) -> bool {
    let Ok(way) = place.strip_prefix(folder) else { return false };
    let first = way.components().next().map(Component::as_os_str);
    let is_read = first.is_some_and(|first| first == ".gitlab-ci.yml" || READ.iter().any(|name| first == *name));
    !is_read && lines.matched_path_or_any_parents(way, false).is_ignore()
}
