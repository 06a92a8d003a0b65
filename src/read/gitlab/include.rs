//! Which files make one configuration: a file with all that it includes out of its repository.

use std::collections::BTreeSet;

use super::super::document::Document;
use super::names::Missing;
use super::{Part, ruby};
use crate::origin::{FileId, Origin};
use crate::source::{Field, Node};

/// How often a pattern may leave open how deep a file lies: each multiplies the ways to fit it.
const MOST_DEEP: usize = 3;

/// Something that a file includes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The path or the pattern of files of the repository, as it is written; none if it is elsewhere, or known when it runs.
    pub(in crate::read) local: Option<String>,
    /// Where it is written.
    pub(in crate::read) origin: Origin,
}

impl Include {
    /// Whether a path from the root of the repository is meant.
    #[must_use]
    pub fn fits(&self, path: &str) -> bool {
        let parts = |path: &str| path.trim_start_matches('/').split('/').map(str::to_owned).collect::<Vec<_>>();
        self.local.as_ref().is_some_and(|pattern| fits(&parts(pattern), &parts(path)))
    }

    /// The path from the root of the repository, if it is one and no pattern.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.local.as_deref().map(|path| path.trim_start_matches('/')).filter(|path| !path.contains('*'))
    }
}

/// What a file includes, or starts child pipelines from, by its text.
#[must_use]
pub fn included(text: &str) -> Vec<Include> {
    let roots = Document::read(text, FileId(0)).roots.into_iter().map(|root| ruby::read(root, text));
    roots
        .flat_map(|root| {
            of(&root)
                .into_iter()
                .chain(started(root.fields().unwrap_or_default().iter()).map(|(_, child)| child))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// What a file includes.
pub(super) fn of(root: &Node) -> Vec<Include> {
    let Some(written) = root.get("include") else { return Vec::new() };
    let items = written.items().unwrap_or(std::slice::from_ref(written));
    items.iter().map(one).collect()
}

pub(super) fn one(node: &Node) -> Include {
    let local = node.text().filter(|text| !text.contains("://")).or_else(|| node.get("local")?.text());
    let local = local.filter(|path| !path.contains('$') && path.matches("**").count() <= MOST_DEEP).map(str::to_owned);
    Include { local, origin: node.get("local").map_or(node.origin, |local| local.origin) }
}

/// The files of child pipelines that a file starts, with the jobs that do.
fn children(part: &Part) -> impl Iterator<Item = (&str, Include)> {
    started(part.jobs())
}

fn started<'a>(jobs: impl Iterator<Item = &'a Field>) -> impl Iterator<Item = (&'a str, Include)> {
    let written = jobs.filter_map(|field| Some((field.name.as_str(), field.node.get("trigger")?.get("include")?)));
    written.flat_map(|(job, node)| node.items().unwrap_or(std::slice::from_ref(node)).iter().map(move |node| (job, one(node))))
}

/// How many levels of pipelines may start each other, the first one counted. As documented, read 2026-11.
const LEVELS: usize = 3;

/// The child pipelines that start too deep below the repository's own, with the numbers of the files that start them. A file that is on a
/// level above as well may start its children there.
pub(in crate::read) fn too_deep(parts: &[Part]) -> Vec<(usize, Missing)> {
    let edges = edges(parts);
    let Some(root) = parts.iter().position(|part| part.path == super::ROOT) else { return Vec::new() };
    let mut level: BTreeSet<usize> = closure(root, &edges).into_iter().collect();
    let mut seen = level.clone();
    for _ in 1..LEVELS {
        let started = level.iter().flat_map(|from| children(&parts[*from]));
        let files = started.flat_map(|(_, child)| (0..parts.len()).filter(move |index| child.fits(&parts[*index].path)));
        let next: BTreeSet<usize> = files.flat_map(|file| closure(file, &edges)).filter(|file| !seen.contains(file)).collect();
        seen.extend(&next);
        level = next;
    }
    let told = |from: usize| {
        children(&parts[from]).filter(|(_, child)| child.local.is_some()).map(move |(job, child)| {
            let message = format!("{LEVELS} levels are the most on GitLab, and the file is started on the last of them");
            let help = "start it from a file that is started earlier, or put its jobs into this one".to_owned();
            let (rule, key) = ("gl-calls-too-deep", child.local.unwrap_or_default());
            (from, Missing { rule, job: Some(job.to_owned()), origin: child.origin, message, help, key })
        })
    };
    level.into_iter().flat_map(told).collect()
}

/// `*` is any part of a name, `**` any part of a path.
fn fits(pattern: &[String], path: &[String]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((star, rest)), _) if star == "**" && fits(rest, path) => true,
        (Some((star, _)), Some((_, within))) if star.contains("**") && fits(pattern, within) => true,
        (Some((name, rest)), Some((own, within))) => crate::view::glob::matches(name, own) && fits(rest, within),
        _ => false,
    }
}

/// The files that each file includes, by their numbers.
fn edges(parts: &[Part]) -> Vec<Vec<usize>> {
    let fitting = |include: &Include| {
        let fitting = parts.iter().enumerate().filter(|(_, other)| include.fits(&other.path));
        fitting.map(|(index, _)| index).collect::<Vec<_>>()
    };
    parts.iter().map(|part| part.includes.iter().flat_map(fitting).collect()).collect()
}

/// The configurations of a repository: for each the file that it begins with, then those that it includes, by their indices.
pub(in crate::read) fn configurations(parts: &[Part]) -> Vec<Vec<usize>> {
    let edges = edges(parts);
    let inside: BTreeSet<usize> =
        edges.iter().enumerate().flat_map(|(from, to)| to.iter().copied().filter(move |to| *to != from)).collect();
    let started: BTreeSet<usize> = parts
        .iter()
        .flat_map(children)
        .flat_map(|(_, child)| (0..parts.len()).filter(|index| child.fits(&parts[*index].path)).collect::<Vec<_>>())
        .collect();
    let first = |index: &usize| !inside.contains(index) || started.contains(index) || parts[*index].path == super::ROOT;
    let mut starts: Vec<usize> = (0..parts.len()).filter(first).collect();
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut all = Vec::new();
    let mut next = 0;
    loop {
        // Files that include each other in a circle begin with the first of them.
        let start = match starts.get(next) {
            Some(start) => *start,
            None => match (0..parts.len()).find(|index| !seen.contains(index)) {
                Some(left) => {
                    starts.push(left);
                    left
                }
                None => return all,
            },
        };
        next += 1;
        let whole = closure(start, &edges);
        seen.extend(&whole);
        all.push(whole);
    }
}

fn closure(start: usize, edges: &[Vec<usize>]) -> Vec<usize> {
    let (mut found, mut known) = (vec![start], BTreeSet::from([start]));
    let mut at = 0;
    while let Some(index) = found.get(at).copied() {
        found.extend(edges[index].iter().copied().filter(|next| known.insert(*next)));
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_a_part_of_a_name_and_two_are_a_part_of_a_path() {
        for (pattern, path, is_meant) in [
            ("/ci/build.yml", "ci/build.yml", true),
            ("ci/*.yml", "ci/build.yml", true),
            ("ci/*.yml", "ci/a/build.yml", false),
            ("ci/**.yml", "ci/a/b/build.yml", true),
            ("ci/**/*.yml", "ci/build.yml", true),
            ("ci/**/*.yml", "ci/a/build.yml", true),
            ("**/*.yml", "docs/a.yaml", false),
        ] {
            let include = Include { local: Some(pattern.to_owned()), origin: Origin::whole(FileId(0)) };
            assert_eq!(include.fits(path), is_meant, "{pattern} {path}");
        }
    }
}
