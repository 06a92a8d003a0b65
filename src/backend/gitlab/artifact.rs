//! What a job keeps: all its uploads in one, the reports that GitLab reads, and what the script of the job itself leaves behind.

use super::lowering::Lowering;
use super::script;
use crate::origin::At;
use crate::pipeline::step::{Kind, Report, Upload};
use crate::pipeline::{Condition, Job, Step};
use crate::yaml::{Map, Node};

/// How long what no upload speaks of is kept: outputs for the jobs after this one, summaries.
const DAYS: u32 = 7;
/// How a job has to have ended for its files to be kept.
const ALWAYS: &str = "always";
const ON_SUCCESS: &str = "on_success";
const ON_FAILURE: &str = "on_failure";

/// The map of `artifacts`; none if the job keeps nothing.
pub(super) fn lower<'a>(lowering: &mut Lowering<'a>, job: &'a Job) -> Option<Map> {
    let uploads: Vec<(&Step, &Upload)> = job
        .all_steps()
        .filter_map(|step| match &step.kind.value {
            Kind::Upload(upload) => Some((step, &**upload)),
            _ => None,
        })
        .collect();
    let (mut paths, mut excluded) = (Vec::new(), Vec::new());
    for (step, upload) in &uploads {
        lowering.enter(job, Some(step));
        read_paths(lowering, upload, uploads.len() > 1, &mut paths, &mut excluded);
    }
    if job.all_steps().any(|step| matches!(step.kind.value, Kind::Summary(_))) {
        paths.push(script::SUMMARY.to_owned());
    }
    let mut map = Map::new();
    if let [(step, upload)] = uploads.as_slice() {
        lowering.enter(job, Some(step));
        map.put_some("name", lowering.early(&upload.name));
    }
    if !paths.is_empty() {
        map.put("paths", paths);
    }
    if !excluded.is_empty() {
        map.put("exclude", excluded);
    }
    let reports = reports(lowering, job);
    if !reports.is_empty() {
        map.put("reports", reports);
    }
    lowering.enter(job, None);
    if map.is_empty() {
        return None;
    }
    let days = uploads.iter().filter_map(|(_, upload)| upload.retention.as_ref()).map(|retention| retention.days).max();
    let days = days.unwrap_or(DAYS);
    map.put("expire_in", if days == 1 { "1 day".to_owned() } else { format!("{days} days") });
    let kept = when(lowering, job);
    for (step, upload) in &uploads {
        let is_exact = step.when.as_ref().is_none_or(|when| is_status(&when.value)) && after(step) == kept;
        if !is_exact {
            lowering.enter(job, Some(step));
            lowering.lose("upload-condition", step.when.as_ref().map_or(upload.name.origin, |when| when.origin));
        }
    }
    lowering.enter(job, None);
    map.put("when", kept);
    Some(map)
}

/// Reads the globs of an upload as GitLab has them: from the root of the sources, what begins with `!` apart.
fn read_paths(
    lowering: &mut Lowering<'_>,
    upload: &Upload,
    one_of_several: bool,
    paths: &mut Vec<String>,
    excluded: &mut Vec<String>,
) {
    let mut leaves_out = false;
    for path in &upload.paths {
        let (glob, out) = path.strip_prefix('!').map_or((path.value.as_str(), false), |glob| (glob, true));
        // What GitLab leaves out, it leaves out of everything, at last.
        if (out && one_of_several) || (leaves_out && !out) {
            lowering.lose("upload-exclude", path.origin);
        }
        leaves_out |= out;
        let Some(glob) = inside(lowering, glob, path) else { continue };
        let list = if out { &mut *excluded } else { &mut *paths };
        let last = glob.rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
        // GitHub leaves out what is in a directory with it.
        let below = (out && !last.contains('*')).then(|| format!("{}/**/*", glob.trim_end_matches('/')));
        for glob in std::iter::once(glob).chain(below) {
            if !list.contains(&glob) {
                list.push(glob);
            }
        }
    }
}

/// A path of the project's directory; what is elsewhere is said to be lost.
fn inside(lowering: &mut Lowering<'_>, glob: &str, path: &At<String>) -> Option<String> {
    let glob = glob.trim_start_matches("./");
    if is_outside(glob) {
        lowering.lose("upload-outside", path.origin);
        return None;
    }
    let glob = lowering.as_written(glob, path.origin);
    Some(if glob.is_empty() || glob == "." { "**/*".to_owned() } else { glob })
}

/// Whether a path leads out of the directory of the sources.
pub(super) fn is_outside(path: &str) -> bool {
    path.starts_with(['/', '~']) || path.split('/').any(|part| part == "..")
}

/// How the job has to have ended for what it leaves behind to be kept: as soon as one step wants its own.
fn when(lowering: &Lowering<'_>, job: &Job) -> &'static str {
    if script::has_report(lowering, job) {
        return ALWAYS;
    }
    let leaves =
        |step: &&Step| matches!(step.kind.value, Kind::Upload(_) | Kind::Summary(_) | Kind::Sarif(_) | Kind::Coverage(_));
    let mut found: Vec<&str> = job.all_steps().filter(leaves).map(after).collect();
    found.dedup();
    if let [one] = found.as_slice() { one } else { ALWAYS }
}

/// How the job has to have ended so far for a step to run.
fn after(step: &Step) -> &'static str {
    match step.when.as_ref() {
        Some(when) if when.value == Condition::OnFailure => ON_FAILURE,
        Some(when) if when.survives_failure() => ALWAYS,
        _ => ON_SUCCESS,
    }
}

/// Whether a condition asks for nothing but how the job has gone so far.
const fn is_status(when: &Condition) -> bool {
    matches!(when, Condition::Always | Condition::NotCancelled | Condition::OnSuccess | Condition::OnFailure)
}

/// The reports by their kinds; a kind that GitLab takes one file of gets the first.
fn reports<'a>(lowering: &mut Lowering<'a>, job: &'a Job) -> Map {
    let mut files: Vec<(&'static str, Vec<At<String>>)> = Vec::new();
    let mut add = |kind: &'static str, more: Vec<At<String>>| match files.iter_mut().find(|(other, _)| *other == kind) {
        Some((_, all)) => all.extend(more),
        None => files.push((kind, more)),
    };
    for step in job.all_steps() {
        match &step.kind.value {
            Kind::Sarif(sarif) => add("sarif", vec![sarif.file.clone()]),
            Kind::Coverage(coverage) => add(COVERAGE, vec![coverage.file.clone()]),
            Kind::Upload(upload) => {
                let Some(report) = &upload.report else { continue };
                let kept = upload.paths.iter().filter(|path| !path.starts_with('!') && !is_outside(path)).cloned();
                add(kind(report.value), kept.collect());
            }
            _ => {}
        }
    }
    let mut reports = Map::new();
    if script::has_report(lowering, job) {
        reports.put("dotenv", script::REPORT);
    }
    for (kind, found) in files {
        let mut texts: Vec<String> = Vec::new();
        for file in &found {
            let text = file.trim_start_matches("./").to_owned();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        if kind == COVERAGE {
            if let [_, second, ..] = found.as_slice()
                && texts.len() > 1
            {
                lowering.enter(job, None);
                lowering.lose("report-files", second.origin);
            }
            let mut report = Map::new();
            report.put("coverage_format", "cobertura");
            report.put_some("path", texts.into_iter().next());
            reports.put(kind, report);
        } else if let [one] = texts.as_slice() {
            reports.put(kind, one.as_str());
        } else {
            reports.put(kind, Node::from(texts));
        }
    }
    reports
}

const COVERAGE: &str = "coverage_report";

/// GitLab's word for what a report is.
const fn kind(report: Report) -> &'static str {
    match report {
        Report::JUnit => "junit",
        Report::Cobertura => COVERAGE,
        Report::CodeQuality => "codequality",
        Report::Metrics => "metrics",
    }
}
