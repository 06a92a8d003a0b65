//! What does not mean on a forge what it means in the model, as a list for people: the worst first.

use std::fmt::Write as _;

use super::{Report, count, inline};
use crate::loss::{Fate, Loss};
use crate::pipeline::backends::Forge;

/// The list; empty if nothing is lost.
pub(super) fn text(report: &Report<'_>) -> String {
    let mut text = String::new();
    for forge in Forge::ALL {
        let (emulated, impossible): (Vec<&Loss>, Vec<&Loss>) =
            report.losses.iter().filter(|loss| loss.forge == *forge).partition(|loss| matches!(loss.fate(), Fate::Emulated(_)));
        for (word, losses) in [("not at all", impossible), ("by other means", emulated)] {
            if !losses.is_empty() {
                let _ = writeln!(text, "{} {word}: {}", forge.title(), count(losses.len(), "place"));
                losses.iter().for_each(|loss| text.push_str(&row(loss, report)));
            }
        }
    }
    text
}

fn row(loss: &Loss, report: &Report<'_>) -> String {
    let place = report.files.place(loss.origin);
    let (construct, file) = (loss.construct, inline(report.files.name(loss.origin.file)));
    let identity = inline(loss.identity.as_str());
    let how = match loss.fate() {
        Fate::Exact => "",
        Fate::Emulated(words) | Fate::Impossible(words) => words,
    };
    format!("  {file}:{}:{}: {identity}: {}\n      {how}\n", place.line, place.column, construct.words)
}
