//! `wait_for`: a bounded loop that says what it waited for when it gives up.

use super::Part;
use crate::backend::{script, title::named};
use crate::pipeline::step::{Awaited, WaitFor};

pub(super) fn lower(wait: &WaitFor) -> Part {
    let (name, variable, commands) = match &wait.awaited.value {
        Awaited::Service(name) => (name, "SERVICE", script::WAIT_FOR_SERVICE),
        Awaited::Url(url) => (url, "URL", script::WAIT_FOR_URL),
    };
    let part = Part::running(named("Wait for", name, "Wait"), commands);
    part.text(variable, name).text("WITHIN", &wait.within.as_seconds().to_string())
}
