//! What runs beside other steps, and what waits for it: `parallel`, `background`, `wait`, `wait_all`, `cancel`.

use super::{Kind, Step};
use crate::origin::{At, Origin};
use crate::pipeline::reader::{Place, Reader};
use crate::source::{Fault, FaultKind};

/// What may be said of a step that only waits: it always runs, does nothing itself, and takes as long as what it waits for.
const WAITING: &[&str] = &["id", "name", "impact", "github"];

impl Kind {
    /// The steps of a group; none of any other kind.
    #[must_use]
    pub fn group(&self) -> &[Step] {
        match self {
            Self::Parallel(steps) => steps,
            _ => &[],
        }
    }

    /// Whether the step does nothing itself: it waits for others, stops one, or holds a group of them.
    #[must_use]
    pub const fn is_flow(&self) -> bool {
        matches!(self, Self::Wait(_) | Self::WaitAll | Self::Cancel(_) | Self::Parallel(_))
    }
}

/// The ids that a step waits for: one, or a list of them.
pub(crate) fn ids(reader: &mut Reader, place: &Place<'_>) -> Option<Vec<At<String>>> {
    if place.node.text().is_some() {
        return reader.text(place).map(|id| vec![id]);
    }
    let ids = reader.texts(place);
    if place.node.items().is_some_and(<[_]>::is_empty) {
        reader.refuse(place, "the step waits for nothing", "name steps that run in the background, or write wait_all = true");
    }
    (!ids.is_empty()).then_some(ids)
}

/// `wait_all`, which is only ever true.
pub(crate) fn all(reader: &mut Reader, place: &Place<'_>) -> Option<Kind> {
    let flag = reader.flag(place)?;
    if !flag.value {
        reader.refuse(place, "`wait_all` is true or is not written", "remove the step");
    }
    flag.value.then_some(Kind::WaitAll)
}

/// The steps of a group, which begin at the same time, each read by `read`. `index` is the group's own.
pub(crate) fn group(
    reader: &mut Reader,
    place: &Place<'_>,
    index: &str,
    read: fn(&mut Reader, &Place<'_>, &str) -> Option<Step>,
) -> Option<Kind> {
    let mut number = 0;
    let steps = reader.list(place, |reader, here| {
        number += 1;
        let step = read(reader, here, &format!("{index}.{number}"))?;
        hold_member(reader, here, &step);
        Some(step)
    });
    if place.node.items().is_some_and(<[_]>::is_empty) {
        reader.refuse(place, "the group is empty", "write the steps that run at the same time");
    }
    Some(Kind::Parallel(steps))
}

/// Says what a step of a group cannot be.
fn hold_member(reader: &mut Reader, place: &Place<'_>, step: &Step) {
    let help = "write the step beside the group, before it or after it";
    if let Some(background) = &step.background {
        let message = "every step of a group runs in the background already".to_owned();
        refuse(reader, at(place, "background"), background.origin, message, "remove `background`");
    }
    let (field, message) = match step.kind.value {
        Kind::Parallel(_) => ("parallel", "a group holds no other group"),
        Kind::Wait(_) | Kind::WaitAll | Kind::Cancel(_) => ("wait", "a group holds only what runs: nothing in it waits"),
        _ => return,
    };
    refuse(reader, at(place, field), step.kind.origin, message.to_owned(), help);
}

fn at(place: &Place<'_>, field: &str) -> Vec<String> {
    let mut path = place.path();
    path.push(field.to_owned());
    path
}

/// Says of everything beside the kind of such a step that it has no place there.
pub(super) fn hold(reader: &mut Reader, place: &Place<'_>, kind: &str, known: &[&str]) {
    let (allowed, what): (&[&str], &str) = match kind {
        "wait" | "wait_all" => (WAITING, "a step that waits always runs and"),
        "cancel" => (WAITING, "a step that stops another always runs and"),
        "parallel" => (&["github"], "a group"),
        _ => return,
    };
    for (field, here) in place.fields() {
        let name = field.name.as_str();
        if name != kind && known.contains(&name) && !allowed.contains(&name) {
            let help = if kind == "parallel" { "write it at each step of the group" } else { "remove it" };
            refuse(reader, here.path(), field.key, format!("{what} cannot have a field `{name}`"), help);
        }
    }
}

fn refuse(reader: &mut Reader, path: Vec<String>, origin: Origin, message: String, help: &str) {
    reader.faults.push(Fault { notes: vec![help.to_owned()], ..Fault::new(FaultKind::Unknown, path, origin, message) });
}
