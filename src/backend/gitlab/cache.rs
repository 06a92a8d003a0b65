//! Files reused between runs.
//!
//! A cache of GitLab's is found by its whole key. What GitHub finds by the beginning of a key is therefore kept under that beginning
//! as well. Directories below the home directory are kept in the directory of the sources, to which the script links them.

use super::artifact::is_outside;
use super::lowering::Lowering;
use crate::origin::At;
use crate::pipeline::glob::before_glob;
use crate::pipeline::step::{Cache, Kind};
use crate::pipeline::{Job, Part, Reference, Step, Value};
use crate::yaml::{Map, Node};

/// How many caches a job may have, and after how many files a key may be named, read 2026-11.
const MOST: usize = 4;
const MOST_FILES: usize = 2;
/// What stands for the home directory in that of the sources.
pub(super) const HOME: &str = ".pipeward/home";

/// The list of `cache`; none if the job reuses nothing.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job) -> Option<Node> {
    let mut caches: Vec<Map> = Vec::new();
    for step in job.all_steps() {
        let Kind::Cache(cache) = &step.kind.value else { continue };
        lowering.enter(job, Some(step));
        let found = one(lowering, step, cache);
        if caches.len() + found.len() > MOST {
            lowering.lose("cache-many", step.kind.origin);
            continue;
        }
        caches.extend(found);
    }
    lowering.enter(job, None);
    (!caches.is_empty()).then(|| Node::from(caches))
}

/// The directories below the home directory that a step reuses, up to the first part that is a pattern.
pub(super) fn homes(cache: &Cache) -> Vec<String> {
    let below = cache.paths.iter().filter_map(|path| path.strip_prefix("~/"));
    let mut homes: Vec<String> = Vec::new();
    for path in below {
        let home = before_glob(path).join("/").trim_end_matches('/').to_owned();
        if !home.is_empty() && !homes.contains(&home) && !path.split('/').any(|part| part == "..") {
            homes.push(home);
        }
    }
    homes
}

/// The caches of a step: under its key, and under each beginning that it falls back on.
fn one(lowering: &mut Lowering<'_>, step: &Step, cache: &Cache) -> Vec<Map> {
    lowering.lose("cache", step.kind.origin);
    if let Some(when) = &step.when {
        lowering.lose("cache-condition", when.origin);
    }
    let paths: Vec<String> = cache.paths.iter().filter_map(|path| inside(lowering, path)).collect();
    let Some(key) = key(lowering, &cache.key) else { return Vec::new() };
    if paths.is_empty() {
        return Vec::new();
    }
    let mut fallbacks: Vec<String> = Vec::new();
    for restore in &cache.restore {
        lowering.lose("cache-restore", restore.origin);
        fallbacks.extend(lowering.early(restore).map(|key| safe(&key)));
    }
    let mut own = Map::new();
    own.put("key", key);
    if !fallbacks.is_empty() {
        own.put("fallback_keys", fallbacks.clone());
    }
    own.put("paths", paths.clone());
    let kept = fallbacks.into_iter().map(|key| {
        let mut map = Map::new();
        map.put("key", key);
        map.put("paths", paths.clone());
        map.put("policy", "push");
        map
    });
    std::iter::once(own).chain(kept).collect()
}

/// The key: a text, or the files whose content it stands for.
fn key(lowering: &mut Lowering<'_>, key: &At<Value>) -> Option<Node> {
    let mut files: Vec<String> = Vec::new();
    let mut rest = Value { parts: Vec::new() };
    for part in &key.parts {
        if let Part::Reference(Reference::Hash(globs)) = &part.value {
            files.extend(globs.iter().cloned());
            if files.len() > MOST_FILES {
                lowering.lose("cache-files", part.origin);
                return None;
            }
            lowering.lose("cache-hash", part.origin);
        } else {
            rest.parts.push(part.clone());
        }
    }
    let text = lowering.early(&At::new(rest, key.origin))?;
    if files.is_empty() {
        return Some(Node::Text(safe(&text)));
    }
    let mut map = Map::new();
    map.put("files", files);
    let prefix = safe(&text);
    // GitLab puts a `-` between the two.
    let prefix = prefix.trim_end_matches('-');
    if !prefix.is_empty() {
        map.put("prefix", prefix);
    }
    Some(Node::Map(map))
}

/// A key without what GitLab takes in none.
fn safe(key: &str) -> String {
    let key = key.replace('/', "-");
    if key.chars().all(|letter| letter == '.') { format!("{key}-") } else { key }
}

/// A path of the project's directory, the home directory's own in what stands for it.
fn inside(lowering: &mut Lowering<'_>, path: &At<String>) -> Option<String> {
    let written = path.trim_start_matches("./");
    if let Some(below) = written.strip_prefix("~/").filter(|below| !is_outside(below) && !below.starts_with(['*', '?', '['])) {
        lowering.lose("cache-home", path.origin);
        return Some(format!("{HOME}/{}", lowering.as_written(below, path.origin)));
    }
    if written.starts_with('!') || is_outside(written) {
        lowering.lose("cache-outside", path.origin);
        return None;
    }
    Some(lowering.as_written(written, path.origin))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{FileId, Origin};
    use crate::pipeline::fixture;

    #[test]
    fn what_is_linked_is_the_directory_before_a_pattern() {
        let at = |text: &str| At::new(text.to_owned(), Origin::whole(FileId(0)));
        let paths = ["~/.cache/uv/", "~/.cargo/registry/*/cache", "~/.cache/uv", "target", "~/*", "~/../x"];
        let key = At::new(fixture::value("\"a\""), Origin::whole(FileId(0)));
        let cache = Cache { key, paths: paths.iter().map(|path| at(path)).collect(), restore: Vec::new() };
        assert_eq!(homes(&cache), [".cache/uv", ".cargo/registry"]);
    }
}
