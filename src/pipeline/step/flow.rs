//! What runs beside other steps, and what waits for it: `parallel`, `background`, `wait`, `wait_all`, `cancel`.

use super::{Kind, Step};
use crate::origin::At;
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
pub(super) fn ids(reader: &mut Reader, place: &Place<'_>) -> Option<Vec<At<String>>> {
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
pub(super) fn all(reader: &mut Reader, place: &Place<'_>) -> Option<Kind> {
    let flag = reader.flag(place)?;
    if !flag.value {
        reader.refuse(place, "`wait_all` is true or is not written", "remove the step");
    }
    flag.value.then_some(Kind::WaitAll)
}

/// The steps of a group, which begin at the same time. `index` is the group's own.
pub(super) fn group(reader: &mut Reader, place: &Place<'_>, index: &str) -> Option<Kind> {
    for step in place.items() {
        for (field, here) in step.fields() {
            let message = match field.name.as_str() {
                "background" => "every step of a group runs in the background already",
                "parallel" => "a group holds no other group",
                "wait" | "wait_all" | "cancel" => "a group holds only what runs: nothing in it waits",
                _ => continue,
            };
            refuse(reader, &here, field.key, message.to_owned(), "write the step beside the group, before it or after it");
        }
    }
    let mut number = 0;
    let steps = reader.list(place, |reader, step| {
        number += 1;
        Step::read(reader, step, &format!("{index}.{number}"))
    });
    if place.node.items().is_some_and(<[_]>::is_empty) {
        reader.refuse(place, "the group is empty", "write the steps that run at the same time");
    }
    Some(Kind::Parallel(steps))
}

/// Says of everything beside the kind of such a step that it has no place there.
pub(super) fn hold(reader: &mut Reader, place: &Place<'_>, kind: &str, known: &[&str]) {
    let (allowed, what): (&[&str], &str) = match kind {
        "wait" | "wait_all" => (WAITING, "a step that waits always runs, and"),
        "cancel" => (WAITING, "a step that stops another always runs, and"),
        "parallel" => (&["github"], "a group"),
        _ => return,
    };
    for (field, here) in place.fields() {
        let name = field.name.as_str();
        if name != kind && known.contains(&name) && !allowed.contains(&name) {
            let help = if kind == "parallel" { "write it at each step of the group" } else { "remove it" };
            refuse(reader, &here, field.key, format!("{what} has no `{name}`"), help);
        }
    }
}

fn refuse(reader: &mut Reader, place: &Place<'_>, key: crate::origin::Origin, message: String, help: &str) {
    reader.faults.push(Fault { notes: vec![help.to_owned()], ..Fault::new(FaultKind::Unknown, place.path(), key, message) });
}
