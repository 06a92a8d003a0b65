//! Which job keeps what another one downloads.

use super::lowering::Lowering;
use crate::pipeline::glob::{Glob, Subject};
use crate::pipeline::step::{Download, Kind, Upload};
use crate::pipeline::{Job, Part};

/// What a download of a job brings, of all that the jobs before it keep: the jobs, in the order in which they are written, and their
/// uploads.
pub(super) fn kept<'a>(lowering: &Lowering<'a>, job: &Job, download: &Download) -> Vec<(&'a Job, &'a Upload)> {
    let before = before(lowering, job);
    let all = lowering.pipeline.jobs.values().filter(|job| before.contains(&job.id.as_str()));
    let uploads =
        all.flat_map(|job| job.all_steps().map(move |step| (job, step))).filter_map(|(job, step)| match &step.kind.value {
            Kind::Upload(upload) => Some((job, &**upload)),
            _ => None,
        });
    uploads.filter(|(_, upload)| is_brought(download, upload)).collect()
}

/// The jobs that come before another, however far.
fn before<'a>(lowering: &Lowering<'a>, job: &Job) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    let mut open: Vec<&str> = job.needs.iter().map(|need| need.value.as_str()).collect();
    let mut next = Vec::new();
    while let Some(need) = open.pop() {
        if let Some(needed) = lowering.pipeline.jobs.get(need).filter(|needed| !found.contains(&needed.id.as_str())) {
            found.push(&needed.id);
            next.extend(needed.needs.iter().map(|need| need.value.as_str()));
        }
        if open.is_empty() {
            open.append(&mut next);
        }
    }
    found
}

fn is_brought(download: &Download, upload: &Upload) -> bool {
    if let Some(name) = &download.name {
        return name.same(&upload.name);
    }
    let Some(Ok(glob)) = download.pattern.as_ref().map(|pattern| Glob::parse(pattern, Subject::Path)) else { return false };
    match upload.name.print() {
        Some(name) => glob.matches(&name),
        // What a leg puts into the name is not known: its beginning is.
        None => match upload.name.parts.first().map(|part| &part.value) {
            Some(Part::Text(text)) => text.starts_with(&glob.head()) || glob.head().starts_with(text.as_str()),
            _ => true,
        },
    }
}
