//! What a job keeps: all its uploads in one, the reports that GitLab reads, and what the script of the job itself leaves behind.

use super::lowering::Lowering;
use super::script;
use crate::pipeline::step::{Kind, Upload};
use crate::pipeline::{Job, Step};
use crate::yaml::Map;

/// The map of `artifacts`; none if the job keeps nothing.
pub(super) fn lower(lowering: &Lowering<'_>, job: &Job) -> Option<Map> {
    let uploads: Vec<(&Step, &Upload)> = job
        .all_steps()
        .filter_map(|step| match &step.kind.value {
            Kind::Upload(upload) => Some((step, upload)),
            _ => None,
        })
        .collect();
    let globs = || uploads.iter().flat_map(|(_, upload)| upload.paths.iter().map(|path| path.value.as_str()));
    let mut paths: Vec<&str> = globs().filter(|path| !path.starts_with('!')).collect();
    if job.all_steps().any(|step| matches!(step.kind.value, Kind::Summary(_))) {
        paths.push(script::SUMMARY);
    }
    let mut map = Map::new();
    if !paths.is_empty() {
        map.put("paths", paths);
    }
    let excluded: Vec<&str> = globs().filter_map(|path| path.strip_prefix('!')).collect();
    if !excluded.is_empty() {
        map.put("exclude", excluded);
    }
    let reports = reports(lowering, job);
    if !reports.is_empty() {
        map.put("reports", reports);
    }
    if map.is_empty() {
        return None;
    }
    map.put_some("expire_in", expiry(&uploads));
    let mut left = job.all_steps().filter(|step| is_left_behind(&step.kind.value));
    let survives = |step: &Step| step.when.as_ref().is_some_and(|when| when.survives_failure());
    if script::has_report(lowering, job) || left.any(survives) {
        map.put("when", "always");
    }
    Some(map)
}

/// The longest time for which one of the uploads is kept.
fn expiry(uploads: &[(&Step, &Upload)]) -> Option<String> {
    let days = uploads.iter().filter_map(|(_, upload)| upload.retention.as_ref()).map(|retention| retention.days).max();
    days.map(|days| format!("{days} days"))
}

/// Whether a step leaves something behind in the job.
const fn is_left_behind(kind: &Kind) -> bool {
    matches!(kind, Kind::Upload(_) | Kind::Summary(_) | Kind::Sarif(_) | Kind::Coverage(_))
}

fn reports(lowering: &Lowering<'_>, job: &Job) -> Map {
    let mut reports = Map::new();
    if script::has_report(lowering, job) {
        reports.put("dotenv", script::REPORT);
    }
    for step in job.all_steps() {
        match &step.kind.value {
            Kind::Sarif(sarif) if reports.get("sarif").is_none() => {
                reports.put("sarif", sarif.file.value.as_str());
            }
            Kind::Coverage(coverage) if reports.get("coverage_report").is_none() => {
                let mut report = Map::new();
                report.put("coverage_format", "cobertura");
                report.put("path", coverage.file.value.as_str());
                reports.put("coverage_report", report);
            }
            _ => {}
        }
    }
    reports
}
