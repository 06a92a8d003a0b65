//! `wait_for`: a bounded loop that says what it waited for when it gives up.

use super::Part;
use crate::backend::gitlab::script::Piece;
use crate::backend::title::named;
use crate::pipeline::step::{Awaited, WaitFor};

pub(super) fn lower(wait: &WaitFor) -> Part {
    let (name, variable, piece) = match &wait.awaited.value {
        Awaited::Service(name) => (name, "SERVICE", Piece::WaitForService),
        Awaited::Url(url) => (url, "URL", Piece::WaitForUrl),
    };
    let part = Part::calling(named("Wait for", name, "Wait"), piece);
    part.text(variable, name).text("WITHIN", &wait.within.as_seconds().to_string())
}
