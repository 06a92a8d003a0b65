//! An action of the project as the file that GitHub reads: `.github/actions/ID/action.yml`.

use super::expression::literal;
use super::lowering::{Lowering, Shared};
use super::{job, schema};
use crate::backend::{Output, Rendered, header};
use crate::finding::Identity;
use crate::origin::{At, Origin};
use crate::pipeline::Condition;
use crate::pipeline::action::{Action, Docker, Node, Runs};
use crate::pipeline::key::Key;
use crate::yaml::{self, Map, Node as Tree};

/// Where the file of an action is written.
pub(super) fn path(action: &Action) -> String {
    format!("{}/action.yml", action.directory)
}

/// Writes one action.
pub(super) fn render(shared: Shared<'_>, action: &Action, output: &mut Output) {
    let mut lowering = Lowering::new(shared, &action.within);
    let file = lower(&mut lowering, action);
    output.losses.append(&mut lowering.told.losses);
    let mut findings = lowering.told.findings;
    if findings.is_empty() {
        findings = schema::check(schema::File::Action, &file, |path| locate(action, path));
    }
    if findings.is_empty() {
        let header = header(&action.within.source);
        output.files.push(Rendered {
            path: path(action),
            text: yaml::render(&[header.as_str()], &file),
            source: action.within.source.clone(),
            identity: action.identity(),
            origin: action.within.origin,
        });
    } else {
        output.withheld.push(path(action));
    }
    output.findings.extend(findings);
}

fn locate(action: &Action, path: &[&str]) -> (Identity, Origin) {
    let origin = match path {
        ["inputs", name, ..] => action.inputs.get(*name).map(|input| input.key),
        ["outputs", name, ..] => action.outputs.get(*name).map(|output| output.key),
        ["branding", "icon"] => action.branding.as_ref().map(|branding| branding.icon.origin),
        ["branding", ..] => action.branding.as_ref().map(|branding| branding.color.origin),
        _ => None,
    };
    (action.identity(), origin.unwrap_or(action.within.origin))
}

fn lower<'a>(lowering: &mut Lowering<'a>, action: &'a Action) -> Map {
    let mut map = Map::new();
    map.put("name", literal(&action.name));
    map.put("description", literal(&action.description));
    map.put_some("author", action.author.as_ref().map(|author| literal(author)));
    if let Some(branding) = &action.branding {
        let mut badge = Map::new();
        badge.put("color", branding.color.value.as_str());
        badge.put("icon", branding.icon.value.as_str());
        map.put("branding", badge);
    }
    if let Some(job) = action.job() {
        lowering.enter(job, None);
    }
    let inputs = inputs(lowering, action);
    if !inputs.is_empty() {
        map.put("inputs", inputs).spaced();
    }
    let outputs = outputs(lowering, action);
    if !outputs.is_empty() {
        map.put("outputs", outputs).spaced();
    }
    let runs = match &action.runs {
        Runs::Steps => steps(lowering, action),
        Runs::Node(node) => of_node(lowering, node),
        Runs::Docker(docker) => of_docker(lowering, docker),
    };
    map.put("runs", runs).spaced();
    map
}

fn inputs(lowering: &mut Lowering<'_>, action: &Action) -> Map {
    let mut map = Map::new();
    for (name, input) in &action.inputs {
        let mut entry = Map::new();
        entry.put("description", literal(&input.description));
        entry.put("required", input.required);
        // Every input is text to the action, whatever its default is written as.
        entry.put_some("default", input.default.as_ref().map(|value| lowering.text(Key::ActionInputDefault, value)));
        entry.put_some("deprecationMessage", input.deprecated.as_ref().map(|text| literal(text)));
        map.put(name, entry);
    }
    map
}

fn outputs(lowering: &mut Lowering<'_>, action: &Action) -> Map {
    let mut map = Map::new();
    for (name, output) in &action.outputs {
        let mut entry = Map::new();
        entry.put("description", literal(&output.description));
        entry.put_some("value", output.value.as_ref().map(|value| lowering.text(Key::ActionOutput, value)));
        map.put(name, entry);
    }
    map
}

fn steps<'a>(lowering: &mut Lowering<'a>, action: &'a Action) -> Map {
    let mut map = Map::new();
    map.put("using", "composite");
    if let Some(within) = action.job() {
        map.put("steps", job::lower_steps(lowering, within, within.top_steps()));
    }
    map
}

fn of_node(lowering: &mut Lowering<'_>, node: &Node) -> Map {
    let mut map = Map::new();
    map.put("using", node.runtime.word());
    map.put("main", node.main.value.as_str());
    put_text(&mut map, "pre", node.pre.as_ref());
    put_condition(lowering, &mut map, "pre-if", node.pre_if.as_ref());
    put_text(&mut map, "post", node.post.as_ref());
    put_condition(lowering, &mut map, "post-if", node.post_if.as_ref());
    map
}

fn of_docker(lowering: &mut Lowering<'_>, docker: &Docker) -> Map {
    let mut map = Map::new();
    map.put("using", "docker");
    let image = match docker.is_built() {
        true => docker.image.value.clone(),
        false => format!("docker://{}", lowering.image(&docker.image, docker.image.origin)),
    };
    map.put("image", image);
    let env = lowering.bindings(Key::ActionArgument, &docker.env);
    if !env.is_empty() {
        map.put("env", env);
    }
    put_text(&mut map, "pre-entrypoint", docker.pre_entrypoint.as_ref());
    put_condition(lowering, &mut map, "pre-if", docker.pre_if.as_ref());
    put_text(&mut map, "entrypoint", docker.entrypoint.as_ref());
    let args: Vec<Tree> = docker.args.iter().map(|value| Tree::Text(lowering.text(Key::ActionArgument, value))).collect();
    if !args.is_empty() {
        map.put("args", args);
    }
    put_text(&mut map, "post-entrypoint", docker.post_entrypoint.as_ref());
    put_condition(lowering, &mut map, "post-if", docker.post_if.as_ref());
    map
}

fn put_text(map: &mut Map, key: &str, text: Option<&At<String>>) {
    map.put_some(key, text.map(|text| text.value.as_str()));
}

fn put_condition(lowering: &mut Lowering<'_>, map: &mut Map, key: &str, condition: Option<&At<Condition>>) {
    let condition = condition.map(|condition| lowering.condition(Key::ActionIf, condition));
    map.put_some(key, condition);
}
