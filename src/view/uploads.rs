//! The artifacts that are kept, however that is written: `upload`, the forge's own action with its inputs, `artifacts` of GitLab's.

use super::Scope;
use super::actions::{input, is, said};
use super::gitlab::{Described, described};
use crate::finding::Identity;
use crate::origin::At;
use crate::pipeline::gitlab::{Tree, span};
use crate::pipeline::step::{Kind, Missing, Upload, Uses};
use crate::pipeline::value::{Part, Value};
use crate::pipeline::{Pipeline, Retention, Step};

/// The action that keeps an artifact.
pub(crate) const KEEP: &str = "actions/upload-artifact";
/// The action that keeps several artifacts as one.
pub(crate) const MERGE: &str = "actions/upload-artifact/merge";

/// The action that keeps the pages of a site, for a day and never without files if nothing else is said.
const PAGES: &str = "actions/upload-pages-artifact";
/// Actions that put files beside a release, and the input that names them. Nothing ends what a release holds. As of 2026-11.
const RELEASES: &[(&str, &str)] = &[
    ("actions/upload-release-asset", "asset_path"),
    ("ncipollo/release-action", "artifacts"),
    ("softprops/action-gh-release", "files"),
    ("svenstaro/upload-release-action", "file"),
];

/// An artifact that a step keeps.
pub(crate) struct Kept<'a> {
    /// Who keeps it.
    pub(crate) identity: Identity,
    /// The pipeline of the step.
    pub(crate) pipeline: Option<&'a Pipeline>,
    /// The step; none if it is said in GitLab's words, where jobs keep things.
    pub(crate) step: Option<&'a Step>,
    /// The artifact's name, if one is written.
    pub(crate) name: Option<&'a At<Value>>,
    /// Globs of what is kept; an expression in one is `${{ }}`.
    pub(crate) paths: Vec<At<String>>,
    /// How long, if that is written.
    pub(crate) retention: Option<At<Decided<Retention>>>,
    /// What to do when no file matches, if that is written; it fails if not, however it is spelt.
    pub(crate) missing: Option<At<Decided<Missing>>>,
    /// What sort of artifact it is, for policies that keep some longer.
    pub(crate) class: Option<&'a At<String>>,
}

/// Something that is written, or that only the run decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decided<T> {
    Now(T),
    Later,
}

/// Every artifact that is kept.
pub(crate) fn kept<'a>(scope: &Scope<'a>) -> impl Iterator<Item = Kept<'a>> {
    let steps = scope.steps().filter_map(|(pipeline, job, step)| {
        // Few steps keep anything: the others are not worth a name.
        let none = || none(pipeline.step_identity(job, step), Some((pipeline, step)));
        match &step.kind.value {
            Kind::Upload(upload) => Some(by_step(none(), upload)),
            Kind::Uses(uses) if is(uses, KEEP) || is(uses, MERGE) || is(uses, PAGES) => Some(by_action(none(), uses)),
            Kind::Uses(uses) => {
                let (_, files) = RELEASES.iter().find(|(action, _)| is(uses, action))?;
                let files = input(uses, files).map(|binding| &binding.value);
                Some(Kept { paths: files.map(lines).unwrap_or_default(), ..none() })
            }
            _ => None,
        }
    });
    steps.chain(described(scope.project).into_iter().filter_map(by_words))
}

fn none<'a>(identity: Identity, step: Option<(&'a Pipeline, &'a Step)>) -> Kept<'a> {
    let (pipeline, step) = step.unzip();
    Kept { identity, pipeline, step, name: None, paths: Vec::new(), retention: None, missing: None, class: None }
}

/// What GitLab's words keep: for how many days, a part of one as a whole one. `never` ends nothing and is no span.
fn by_words(part: Described<'_>) -> Option<Kept<'_>> {
    let artifacts = part.words.get("artifacts")?;
    let paths = artifacts.get("paths").into_iter().flat_map(Tree::texts);
    let retention = artifacts.get("expire_in").and_then(|span| {
        let days = span::parse(span.text()?)?.as_seconds().div_ceil(86_400);
        let retention = Retention { days: u32::try_from(days).unwrap_or(u32::MAX) };
        Some(At::new(Decided::Now(retention), span.origin))
    });
    let paths = paths.map(|(_, path)| path.map(str::to_owned)).collect();
    Some(Kept { paths, retention, ..none(part.identity(), None) })
}

fn by_step<'a>(none: Kept<'a>, upload: &'a Upload) -> Kept<'a> {
    Kept {
        name: Some(&upload.name),
        paths: upload.paths.clone(),
        retention: upload.retention.map(|retention| retention.map(Decided::Now)),
        missing: upload.missing.map(|missing| missing.map(Decided::Now)),
        class: upload.class.as_ref(),
        ..none
    }
}

fn by_action<'a>(none: Kept<'a>, uses: &'a Uses) -> Kept<'a> {
    let value = |name| input(uses, name).map(|binding| &binding.value);
    Kept {
        name: value("name"),
        paths: value("path").map(lines).unwrap_or_default(),
        retention: value("retention-days").map(|days| At::new(days_of(days), days.origin)),
        missing: value("if-no-files-found").map(|missing| At::new(missing_of(missing), missing.origin)),
        ..none
    }
}

/// The globs of `path`, one a line.
fn lines(path: &At<Value>) -> Vec<At<String>> {
    let text: String = path.parts.iter().map(|part| printed(&part.value)).collect();
    let globs = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    // Those of a release stand beside each other too.
    globs.flat_map(|line| line.split(',').map(str::trim)).map(|glob| At::new(glob.to_owned(), path.origin)).collect()
}

fn printed(part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        Part::Number(number) => number.to_string(),
        Part::Flag(flag) => flag.to_string(),
        Part::Reference(_) | Part::When(_) => "${{ }}".to_owned(),
    }
}

/// `0` and nothing stand for what the repository's settings say.
fn days_of(days: &Value) -> Decided<Retention> {
    let Some(text) = said(days) else { return Decided::Later };
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Decided::Later;
    }
    match text.parse::<u32>().unwrap_or(u32::MAX) {
        0 => Decided::Later,
        days => Decided::Now(Retention { days }),
    }
}

fn missing_of(missing: &Value) -> Decided<Missing> {
    match said(missing).as_deref() {
        Some("ignore") => Decided::Now(Missing::Ignore),
        Some("warn" | "") => Decided::Now(Missing::Warn),
        // Any word but `error` fails the step when it begins, which nobody overlooks.
        Some(_) => Decided::Now(Missing::Fail),
        None => Decided::Later,
    }
}
