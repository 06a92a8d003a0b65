//! The images a job and its services run in.

use super::expression::literal;
use super::lowering::Lowering;
use crate::pipeline::container::{Container, Health};
use crate::pipeline::key::Key;
use crate::yaml::{Map, Node};

/// The image a job or a service runs in.
pub(super) fn lower(lowering: &mut Lowering<'_>, container: &Container) -> Node {
    if container.bare && (lowering.is_as_written() || container.image.references().next().is_some()) {
        return Node::Text(lowering.image_value(&container.image));
    }
    let mut map = Map::new();
    map.put("image", lowering.image_value(&container.image));
    if let Some(credentials) = &container.credentials {
        let mut pair = Map::new();
        pair.put("username", lowering.text(Key::Credentials, &credentials.username));
        pair.put("password", lowering.text(Key::Credentials, &credentials.password));
        map.put("credentials", pair);
    }
    let env = lowering.bindings(Key::ContainerEnv, &container.env);
    if !env.is_empty() {
        map.put("env", env);
    }
    let ports: Vec<Node> = container.ports.iter().map(|port| lowering.scalar(Key::Container, port)).collect();
    if !ports.is_empty() {
        map.put("ports", ports);
    }
    let volumes: Vec<String> = container.volumes.iter().map(|volume| lowering.text(Key::Container, volume)).collect();
    if !volumes.is_empty() {
        map.put("volumes", volumes);
    }
    let health = container.health.as_ref().map(|health| health_options(health));
    let written = container.options.as_ref().map(|options| lowering.text(Key::Container, options));
    let options: Vec<String> = health.into_iter().chain(written).collect();
    if !options.is_empty() {
        map.put("options", options.join(" "));
    }
    map.put_some("entrypoint", container.entrypoint.as_ref().map(|entrypoint| lowering.text(Key::Container, entrypoint)));
    map.put_some("command", container.command.as_ref().map(|command| lowering.text(Key::Container, command)));
    Node::Map(map)
}

fn health_options(health: &Health) -> String {
    format!(
        "--health-cmd {} --health-interval {} --health-timeout {} --health-retries {}",
        argument(&literal(&health.command)),
        health.interval.value,
        health.timeout.value,
        health.retries.value
    )
}

/// One argument of a command line that the runner takes apart: a quote keeps the backslashes before it apart from its own.
fn argument(text: &str) -> String {
    let mut out = String::from("\"");
    let mut backslashes = 0;
    for character in text.chars() {
        if character == '"' {
            out.extend(std::iter::repeat_n('\\', backslashes + 1));
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
        out.push(character);
    }
    out.extend(std::iter::repeat_n('\\', backslashes));
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_health_command_stays_one_argument() {
        assert_eq!(argument("pg_isready -U k2"), r#""pg_isready -U k2""#);
        assert_eq!(argument(r#"say "hi""#), r#""say \"hi\"""#);
        assert_eq!(argument(r#"a\"b\"#), r#""a\\\"b\\""#);
    }
}
