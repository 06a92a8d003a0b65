//! The machine of a job: the tags of its runner, the image of its jobs that name none, and its system.
//!
//! GitHub's labels are none of GitLab's tags: the project says what stands for each (`backends.gitlab.runners`). Where the legs of a
//! job get different machines, each leg says its own in variables.

use super::lowering::Lowering;
use super::parallel::Leg;
use crate::origin::Origin;
use crate::pipeline::backends::Machine as Stand;
use crate::pipeline::matrix::Cell;
use crate::pipeline::runner::{Runner, Sort};
use crate::pipeline::surroundings::Toolchain;
use crate::pipeline::{Job, Part, Reference, Value};
use crate::yaml::Map;

/// The variable in which a leg says the tag of its runner.
pub(super) const TAG: &str = "PIPEWARD_RUNNER";
/// The variable in which a leg says its image.
pub(super) const IMAGE: &str = "PIPEWARD_IMAGE";

/// A machine that a job asks for.
#[derive(Clone, Debug)]
struct Asked<'a> {
    /// The name of a runner of the project, or a label.
    name: String,
    origin: Origin,
    /// What stands for it on GitLab.
    stand: Option<&'a Stand>,
    /// The labels of a runner that the project declares.
    labels: Option<Vec<&'a str>>,
}

/// A machine as GitLab is told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    tags: Vec<String>,
    image: Option<String>,
}

/// Puts `tags` into the map of a job, answers the image of its machine, and tells the legs whose machines differ.
pub(super) fn put(lowering: &mut Lowering<'_>, job: &Job, legs: &mut [Leg], map: &mut Map) -> Option<String> {
    let needs_image = job.container.is_none() && !runs_in_nix(job);
    if let Some(Runner::Value(value)) = job.runner.as_ref().map(|runner| &runner.value) {
        let origin = value.origin;
        let labels: Option<Vec<String>> = legs.iter().map(|leg| filled(job, value, leg)).collect();
        let Some(labels) = labels.filter(|labels| !labels.is_empty()) else {
            lowering.lose("runner-late", origin);
            let tag = lowering.early(value);
            map.put_some("tags", tag.map(|tag| vec![tag]));
            return image_of_project(lowering);
        };
        let told: Vec<Told> = labels.iter().map(|label| tell(lowering, &asked(lowering, label, origin), needs_image)).collect();
        return each(lowering, origin, &told, legs, map);
    }
    let machines = lowering.project.machines(job);
    let machine = machines.first()?;
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
        Sort::Tags(_) | Sort::Later => None,
    };
    let Some(found) = found else {
        lowering.lose("runner-late", machine.origin);
        return image_of_project(lowering);
    };
    let told = tell(lowering, &found, needs_image);
    if !told.tags.is_empty() {
        map.put("tags", told.tags);
    }
    told.image
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

fn asked<'a>(lowering: &Lowering<'a>, name: &str, origin: Origin) -> Asked<'a> {
    let declared = lowering.project.runners.get(name);
    Asked {
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
    // GitLab gives a job without tags to any of its machines, which are Linux on the usual processors.
    let is_usual = asked.labels.is_none() && label.starts_with("ubuntu-") && !label.contains("arm");
    if tags.is_empty() && !is_usual {
        let message = format!("nothing says by which tags GitLab finds the runner `{}`", asked.name);
        let help = format!("write backends.gitlab.runners.\"{}\".tags = [\"…\"] in {}", asked.name, lowering.project.source);
        lowering.refuse("runner-unmapped", asked.origin, message, help, &asked.name);
    }
    let named = asked.stand.and_then(|stand| stand.image.as_ref());
    let image = match named {
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
        lowering.refuse("runner-unmapped", asked.origin, message, help, &asked.name);
    }
    Told { tags, image }
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
