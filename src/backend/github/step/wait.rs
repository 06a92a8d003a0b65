//! `wait_for`: a bounded loop that says what it waited for when it gives up.

use super::Part;
use crate::backend::github::expression::literal;
use crate::pipeline::step::{Awaited, WaitFor};
use crate::yaml::{Map, Node};

const SERVICE: &str = include_str!("../script/wait_for_service.sh");
const URL: &str = include_str!("../script/wait_for_url.sh");

pub(super) fn lower(wait: &WaitFor) -> Part {
    let (name, variable, script) = match &wait.awaited.value {
        Awaited::Service(name) => (name, "SERVICE", SERVICE),
        Awaited::Url(url) => (url, "URL", URL),
    };
    let mut env = Map::new();
    env.put(variable, literal(name));
    env.put("WITHIN", Node::Text(wait.within.as_seconds().to_string()));
    Part::running(format!("Wait for {}", literal(name)), script, env)
}
