//! `upload`, `download`, `cache`.

use super::Part;
use crate::backend::github::expression::literal;
use crate::backend::github::lowering::{Lowering, lines_of};
use crate::backend::title::named;
use crate::origin::At;
use crate::pipeline::Step;
use crate::pipeline::github::action;
use crate::pipeline::key::Key;
use crate::pipeline::step::{Cache, Download, Missing, Upload};
use crate::yaml::Map;

pub(super) fn upload(lowering: &mut Lowering<'_>, step: &Step, upload: &Upload) -> Part {
    let name = lowering.text(Key::Step, &upload.name);
    let title = named("Upload", &name, "Upload an artifact");
    if let Some(report) = &upload.report {
        lowering.lose("report", report.origin);
    }
    let mut with = Map::new();
    with.put("name", name);
    with.put("path", paths(&upload.paths));
    with.put_some("retention-days", upload.retention.as_ref().map(|retention| retention.days));
    with.put("if-no-files-found", missing(upload.missing.as_ref().map(|missing| missing.value)));
    if upload.paths.iter().any(|path| is_hidden(path)) {
        with.put("include-hidden-files", true);
    }
    Part::using(title, lowering.action(action::UPLOAD, step.kind.origin), with)
}

pub(super) fn download(lowering: &mut Lowering<'_>, step: &Step, download: &Download) -> Part {
    let name = download.name.as_ref().map(|name| lowering.text(Key::Step, name));
    let pattern = download.pattern.as_ref().map(|pattern| literal(pattern));
    let title = named("Download", name.as_ref().or(pattern.as_ref()).map_or("", String::as_str), "Download artifacts");
    let mut with = Map::new();
    with.put_some("name", name);
    with.put_some("pattern", pattern);
    with.put_some("path", download.path.as_ref().map(|path| literal(path)));
    with.put_some("merge-multiple", download.merge.as_ref().map(|flag| flag.value));
    Part::using(title, lowering.action(action::DOWNLOAD, step.kind.origin), with)
}

pub(super) fn cache(lowering: &mut Lowering<'_>, step: &Step, cache: &Cache) -> Part {
    let mut with = Map::new();
    with.put("path", paths(&cache.paths));
    with.put("key", lowering.text(Key::Step, &cache.key));
    if !cache.restore.is_empty() {
        with.put("restore-keys", lowering.lines(Key::Step, &cache.restore));
    }
    let title = match cache.paths.as_slice() {
        [path] => named("Cache", &literal(path), "Cache files"),
        _ => "Cache files".to_owned(),
    };
    Part::using(title, lowering.action(action::CACHE, step.kind.origin), with)
}

fn paths(paths: &[At<String>]) -> String {
    let lines: Vec<String> = paths.iter().map(|path| literal(path)).collect();
    lines_of(&lines)
}

const fn missing(missing: Option<Missing>) -> &'static str {
    match missing {
        None | Some(Missing::Fail) => "error",
        Some(Missing::Warn) => "warn",
        Some(Missing::Ignore) => "ignore",
    }
}

/// Whether a path names a hidden file: the action leaves those out unless it is told otherwise.
fn is_hidden(path: &str) -> bool {
    !path.starts_with('!') && path.split('/').any(|part| part.starts_with('.') && !part.trim_start_matches('.').is_empty())
}
