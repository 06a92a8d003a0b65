//! `wait_for`: a bounded loop that says what it waited for when it gives up.

use super::Part;
use crate::backend::github::expression::literal;
use crate::backend::{script, title::named};
use crate::pipeline::step::{Awaited, WaitFor};
use crate::yaml::{Map, Node};

pub(super) fn lower(wait: &WaitFor) -> Part {
    let (name, variable, script) = match &wait.awaited.value {
        Awaited::Service(name) => (name, "SERVICE", script::WAIT_FOR_SERVICE),
        Awaited::Url(url) => (url, "URL", script::WAIT_FOR_URL),
    };
    let mut env = Map::new();
    env.put(variable, literal(name));
    env.put("WITHIN", Node::Text(wait.within.as_seconds().to_string()));
    Part::running(named("Wait for", &literal(name), "Wait"), script, env)
}
