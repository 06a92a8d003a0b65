//! `upload`, `download`, `cache`: what the script does of them. GitLab itself keeps the files and brings them.

use super::Part;
use crate::backend::gitlab::cache::homes;
use crate::backend::gitlab::files;
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::script::Piece;
use crate::backend::gitlab::value::{quoted, word};
use crate::backend::title::named;
use crate::origin::At;
use crate::pipeline::glob::before_glob;
use crate::pipeline::step::{Cache, Download, Missing, Upload};
use crate::pipeline::{Job, Step};

/// Looks whether there is something to keep.
pub(super) fn upload(lowering: &mut Lowering<'_>, upload: &Upload) -> Part {
    let title = named("Upload", &upload.name.print().unwrap_or_default(), "Upload an artifact");
    let missing = upload.missing.as_ref().map_or(Missing::Fail, |missing| missing.value);
    lowering.lose("upload", upload.name.origin);
    let paths = upload.paths.iter().map(|path| quoted(path));
    let arguments = std::iter::once(missing.word().to_owned()).chain(paths).collect();
    Part { arguments, ..Part::calling(title, Piece::Upload) }
}

/// Links what is reused below the home directory to its place; none if nothing is.
pub(super) fn cache(cache: &Cache) -> Option<Part> {
    let homes: Vec<String> = homes(cache).iter().map(|home| quoted(home)).collect();
    (!homes.is_empty()).then(|| Part { arguments: homes, ..Part::calling("Link cached files", Piece::Cache) })
}

/// Copies what has been kept to where the step says: GitHub counts the paths in an artifact from the directory they share, GitLab from
/// the root of the sources.
pub(super) fn download(lowering: &mut Lowering<'_>, job: &Job, step: &Step, download: &Download) -> Option<Part> {
    lowering.lose("download", step.kind.origin);
    let kept = files::kept(lowering, job, download);
    if kept.is_empty() {
        lowering.lose("download-unknown", step.kind.origin);
        return None;
    }
    let target = download.path.as_ref().map_or(".", |path| path.value.as_str());
    let apart = download.pattern.is_some() && download.merge.as_ref().is_none_or(|merge| !merge.value);
    let mut arguments = Vec::new();
    for (_, upload) in kept {
        let target = if apart { format!("\"{}\"", below(lowering, target, upload)) } else { quoted(target) };
        let globs: Vec<&At<String>> = upload.paths.iter().filter(|path| !path.starts_with('!')).collect();
        arguments.extend([quoted(&root(&globs)), target, globs.len().to_string()]);
        arguments.extend(globs.iter().map(|glob| quoted(plain(glob))));
    }
    let what = download.name.as_ref().and_then(|name| name.print());
    let what = what.or_else(|| download.pattern.as_ref().map(|pattern| pattern.value.clone())).unwrap_or_default();
    Some(Part { arguments, ..Part::calling(named("Download", &what, "Download artifacts"), Piece::Download) })
}

/// The directory of one of several artifacts, inside double quotes; those of all legs are one, for GitLab does not tell them apart.
fn below(lowering: &mut Lowering<'_>, target: &str, upload: &Upload) -> String {
    if upload.name.print().is_none() {
        lowering.lose("download-legs", upload.name.origin);
    }
    let name = word(lowering, &upload.name);
    let name = if let Some(text) = name.strip_prefix('\'') { text.trim_end_matches('\'').to_owned() } else { "legs".to_owned() };
    format!("{target}/{name}")
}

fn plain(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

/// What GitHub counts the paths in an artifact from: the directory that all globs share, up to where the first of their signs stands.
fn root(globs: &[&At<String>]) -> String {
    let starts: Vec<Vec<&str>> = globs.iter().map(|glob| before_glob(plain(glob))).collect();
    // A search below another is no search of its own.
    let own = |start: &&Vec<&str>| !starts.iter().any(|other| other.len() < start.len() && start.starts_with(other));
    let mut own: Vec<&Vec<&str>> = starts.iter().filter(own).collect();
    own.dedup();
    let Some((first, rest)) = own.split_first() else { return ".".to_owned() };
    let shared = rest.iter().fold(first.len(), |shared, start| {
        first.iter().zip(start.iter()).take(shared).take_while(|(one, other)| one == other).count()
    });
    if shared == 0 { ".".to_owned() } else { first[..shared].join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{FileId, Origin};

    #[test]
    fn the_root_of_an_artifact_is_what_its_paths_share() {
        let root = |globs: &[&str]| {
            let globs: Vec<At<String>> = globs.iter().map(|glob| At::new((*glob).to_owned(), Origin::whole(FileId(0)))).collect();
            root(&globs.iter().collect::<Vec<&At<String>>>())
        };
        assert_eq!(root(&["dist/**"]), "dist");
        assert_eq!(root(&["dist/*.whl", "dist/sub/*.gz"]), "dist");
        assert_eq!(root(&["out/a/x.txt", "out/b"]), "out");
        assert_eq!(root(&["./coverage.xml"]), "coverage.xml");
        assert_eq!(root(&["coverage.xml", "dist/"]), ".");
        assert_eq!(root(&["*.log"]), ".");
    }
}
