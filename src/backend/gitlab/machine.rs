//! The machine of a job: the tags of its runner, the image of its jobs that name none, and its system.
//!
//! GitHub's labels are none of GitLab's tags: the project says what stands for each (`backends.gitlab.runners`). Where the legs of a
//! job get different machines, each leg says its own in variables.

use super::lowering::Lowering;
use super::parallel::Leg;
use crate::finding::Identity;
use crate::origin::Origin;
use crate::pipeline::backends::Machine;
use crate::pipeline::matrix::Cell;
use crate::pipeline::runner::{self, Runner, Sort};
use crate::pipeline::surroundings::Toolchain;
use crate::pipeline::{Job, Part, Reference, Value};
use crate::yaml::Map;

/// The variable in which a leg says the tag of its runner.
pub(super) const TAG: &str = "PIPEWARD_RUNNER";
/// The variable in which a leg says its image.
pub(super) const IMAGE: &str = "PIPEWARD_IMAGE";

/// What a job gets by its machine.
#[derive(Debug, Default)]
pub(super) struct Stand {
    /// The image, if the job names none.
    pub(super) image: Option<String>,
    /// Whether every leg runs in the shell of its machine, where GitLab starts no container.
    pub(super) is_shell: bool,
    /// Whether any does.
    pub(super) has_shell: bool,
}

/// A machine that a job asks for.
#[derive(Clone, Debug)]
struct Asked<'a> {
    /// The name of a runner of the project, or a label.
    name: String,
    origin: Origin,
    /// What stands for it on GitLab.
    stand: Option<&'a Machine>,
    /// The labels of a runner that the project declares.
    labels: Option<Vec<&'a str>>,
    /// Whether the job names no machine, so that it is the project's usual one.
    is_default: bool,
}

/// A machine as GitLab is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    tags: Vec<String>,
    image: Option<String>,
    is_shell: bool,
}

/// Puts `tags` into the map of a job, answers what it gets by its machine, and tells the legs whose machines differ.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, legs: &mut [Leg], map: &mut Map) -> Stand {
    let needs_image = job.container.is_none() && job.on_gitlab.word("image").is_none() && !runs_in_nix(job);
    let tagged = lowering.project.tagged(job);
    if let (None, Some(Runner::Value(value))) = (&tagged, job.runner.as_ref().map(|runner| &runner.value)) {
        let origin = value.origin;
        let labels: Option<Vec<String>> = legs.iter().map(|leg| filled(job, value, leg)).collect();
        let Some(labels) = labels.filter(|labels| !labels.is_empty()) else {
            lowering.lose("runner-late", origin);
            let tag = lowering.early(value);
            map.put_some("tags", tag.map(|tag| vec![tag]));
            return in_container(image_of_project(lowering));
        };
        let told: Vec<Told> = labels.iter().map(|label| tell(lowering, &asked(lowering, label, origin), needs_image)).collect();
        return Stand {
            is_shell: told.iter().all(|told| told.is_shell),
            has_shell: told.iter().any(|told| told.is_shell),
            image: each(lowering, origin, &told, legs, map),
        };
    }
    let is_default = tagged.is_none() && job.runner.is_none();
    let machines = tagged.map_or_else(|| lowering.project.machines(job), |machine| vec![machine]);
    let Some(machine) = machines.first() else { return Stand::default() };
    let found = match &machine.sort {
        Sort::Declared(runner) => {
            let named = lowering.project.runners.iter().find(|(_, one)| std::ptr::eq(*one, *runner));
            named.map(|(name, _)| asked(lowering, name, machine.origin))
        }
        Sort::Labels(labels) => match labels.as_slice() {
            [label] => Some(asked(lowering, label, machine.origin)),
            _ => Some(asked(lowering, &machine.words, machine.origin)),
        },
        Sort::Group(..) => Some(asked(lowering, &machine.words, machine.origin)),
        Sort::Tags(_) => return in_container(of_tags(lowering, machine, needs_image)),
        Sort::Later => None,
    };
    let Some(found) = found else {
        if job.on_gitlab.word("tags").is_none() {
            lowering.lose("runner-late", machine.origin);
        }
        return in_container(image_of_project(lowering));
    };
    let told = tell(lowering, &Asked { is_default, ..found }, needs_image);
    if !told.tags.is_empty() {
        map.put("tags", told.tags);
    }
    Stand { image: told.image, is_shell: told.is_shell, has_shell: told.is_shell }
}

const fn in_container(image: Option<String>) -> Stand {
    Stand { image, is_shell: false, has_shell: false }
}

/// The system of the machine of a job, as GitHub calls it; none if it is known only later, or differs between legs.
pub(super) fn system(lowering: &Lowering<'_>, job: &Job) -> Option<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for machine in lowering.project.machines(job) {
        found.push(match &machine.sort {
            Sort::Tags(_) | Sort::Later => return None,
            Sort::Group(_, labels) | Sort::Labels(labels) => system_of(labels.iter().map(String::as_str)),
            Sort::Declared(runner) => system_of(runner.labels.iter().map(|label| label.value.as_str())),
        });
    }
    found.dedup();
    if let [one] = found.as_slice() { Some(one) } else { None }
}

/// Whether any of its commands run in the project's Nix shell.
pub(super) fn runs_in_nix(job: &Job) -> bool {
    job.all_steps().any(|step| matches!(job.toolchain_of(step).value, Toolchain::Nix(_)))
        || matches!(job.toolchain.value, Toolchain::Nix(_))
}

fn system_of<'a>(labels: impl Iterator<Item = &'a str>) -> &'static str {
    let labels: Vec<String> = labels.map(str::to_ascii_lowercase).collect();
    let any = |name: &str| labels.iter().any(|label| label.starts_with(name));
    match () {
        () if any("windows") => "Windows",
        () if any("macos") => "macOS",
        () => "Linux",
    }
}

fn image_of_project(lowering: &mut Lowering<'_>) -> Option<String> {
    lowering.image_at(lowering.settings.image.as_ref())
}

/// The image of a job on a machine of GitLab's that the project does not know, by the tags that choose it.
fn of_tags(lowering: &mut Lowering<'_>, machine: &runner::Machine<'_>, needs_image: bool) -> Option<String> {
    let image = image_of_project(lowering);
    if needs_image && image.is_none() {
        let message = format!("nothing says which image a job has on the runner with the tags `{}`", machine.words);
        let help = format!(
            "write backends.gitlab.image = \"…\" in {}; or, if the runner has no images, runners.\"{}\" = {{ tags = [\"…\"], executor = 'Shell }} there",
            lowering.project.source, machine.words
        );
        lowering.refuse("runner-unmapped", machine.origin, message, help, &machine.words);
    }
    image
}

fn asked<'a>(lowering: &Lowering<'a>, name: &str, origin: Origin) -> Asked<'a> {
    let declared = lowering.project.runners.get(name);
    Asked {
        is_default: false,
        name: name.to_owned(),
        origin,
        stand: lowering.settings.runners.get(name),
        labels: declared.map(|runner| runner.labels.iter().map(|label| label.value.as_str()).collect()),
    }
}

/// What GitLab is told of a machine; says what the project has to say of it first.
fn tell(lowering: &mut Lowering<'_>, asked: &Asked<'_>, needs_image: bool) -> Told {
    let label = asked.name.to_ascii_lowercase();
    let system = system_of(asked.labels.clone().unwrap_or_else(|| vec![&label]).into_iter());
    let tags: Vec<String> = asked.stand.map_or_else(Vec::new, |stand| stand.tags.iter().map(|tag| tag.value.clone()).collect());
    let is_shell = asked.stand.is_some_and(|stand| stand.is_shell);
    // GitLab gives a job without tags to any of its machines, which are Linux on the usual processors.
    let is_usual = asked.labels.is_none() && label.starts_with("ubuntu-") && !label.contains("arm") && !is_shell;
    if tags.is_empty() && !is_usual {
        let message = format!("nothing says by which tags GitLab finds the runner `{}`", asked.name);
        let help = format!("write backends.gitlab.runners.\"{}\".tags = [\"…\"] in {}", asked.name, lowering.project.source);
        unmapped(lowering, asked, message, help);
    }
    let named = asked.stand.and_then(|stand| stand.image.as_ref());
    let image = match named {
        _ if is_shell => None,
        // The images of macOS are machines, which have names and no digests.
        Some(image) if system == "macOS" => Some(image.value.clone()),
        Some(image) => Some(lowering.image(image, image.origin)),
        None if system == "Linux" => image_of_project(lowering),
        None => None,
    };
    if needs_image && image.is_none() && is_usual {
        let message = format!("nothing says which image stands for `{}` on GitLab", asked.name);
        let help = format!(
            "write backends.gitlab.image = \"…\" in {}, the name of one of its `images`, or give the job a container",
            lowering.project.source
        );
        unmapped(lowering, asked, message, help);
    }
    Told { tags, image, is_shell }
}

/// Says that nothing stands for a machine. What jobs get that name none is the project's matter, and said once.
fn unmapped(lowering: &mut Lowering<'_>, asked: &Asked<'_>, message: String, help: String) {
    if !asked.is_default {
        return lowering.refuse("runner-unmapped", asked.origin, message, help, &asked.name);
    }
    let project = lowering.project;
    let is_written = project.default_runner.origin != project.origin;
    let whence = if is_written { "" } else { ", which nobody has written" };
    let message = format!("{message}: jobs that name no runner run on it, the `default_runner`{whence}");
    let origin = if is_written { asked.origin } else { project.backends.gitlab.as_ref().map_or(asked.origin, |at| at.origin) };
    let job = std::mem::replace(&mut lowering.told.identity, Identity::of("project"));
    lowering.refuse("runner-unmapped", origin, message, help, &asked.name);
    lowering.told.identity = job;
}

/// Tells each leg of its own machine, as far as they differ.
fn each(lowering: &mut Lowering<'_>, origin: Origin, told: &[Told], legs: &mut [Leg], map: &mut Map) -> Option<String> {
    let first = told.first()?;
    if told.iter().all(|one| one.tags == first.tags) {
        if !first.tags.is_empty() {
            map.put("tags", first.tags.clone());
        }
    } else if told.iter().all(|one| one.tags.len() == 1) {
        for (leg, told) in legs.iter_mut().zip(told) {
            leg.insert(TAG.to_owned(), told.tags[0].clone());
        }
        map.put("tags", vec![format!("${{{TAG}}}")]);
    } else {
        let message = "legs on different runners have one tag each on GitLab, or all the same".to_owned();
        let help = format!("write one tag for each of them in backends.gitlab.runners of {}", lowering.project.source);
        lowering.refuse("runner-unmapped", origin, message, help, "tags");
    }
    if told.iter().all(|one| one.image == first.image) {
        return first.image.clone();
    }
    if told.iter().all(|one| one.image.is_some()) {
        for (leg, told) in legs.iter_mut().zip(told) {
            leg.insert(IMAGE.to_owned(), told.image.clone().unwrap_or_default());
        }
        return Some(format!("${{{IMAGE}}}"));
    }
    let message = "legs on different runners have an image each on GitLab, or none".to_owned();
    let help = format!("write an image for each of them in backends.gitlab.runners of {}", lowering.project.source);
    lowering.refuse("runner-unmapped", origin, message, help, "image");
    None
}

/// The label that a leg asks for; none if anything in it is known only later.
fn filled(job: &Job, value: &Value, leg: &Leg) -> Option<String> {
    let cells = job.matrix.as_ref()?;
    let text = |part: &Part| match part {
        Part::Text(text) => Some(text.clone()),
        Part::Number(number) => Some(number.to_string()),
        Part::Flag(flag) => Some(flag.to_string()),
        Part::Reference(Reference::Matrix(key)) => {
            let written = cells.cells(key)?;
            let all = written.iter().all(|cell| matches!(&cell.value, Cell::One(value) if value.print().is_some()));
            all.then(|| leg.get(&super::value::matrix(key)).cloned())?
        }
        Part::Reference(_) | Part::When(_) => None,
    };
    value.parts.iter().map(|part| text(&part.value)).collect()
}
