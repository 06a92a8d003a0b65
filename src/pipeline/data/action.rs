//! The data of one action of the project's own.

use super::step;
use super::words::{bindings, condition, flag, list, record, text, value};
use crate::origin::{At, Origin};
use crate::pipeline::action::{Action, Docker, Node as Program, Runs};
use crate::pipeline::{Condition, Job};
use crate::source::{Field, Node, Value};

type Fields = Vec<(&'static str, Node)>;

pub(super) fn of(action: &Action) -> Node {
    let origin = action.within.origin;
    let mut fields = vec![
        ("id", text(action.identity().as_str(), origin)),
        ("name", text(&action.name, action.name.origin)),
        ("description", text(&action.description, action.description.origin)),
    ];
    put(&mut fields, "author", action.author.as_ref());
    if let Some(branding) = &action.branding {
        let of = |word: &At<String>| text(word, word.origin);
        fields.push(("branding", record(vec![("color", of(&branding.color)), ("icon", of(&branding.icon))], origin)));
    }
    fields.push(("inputs", inputs(action, origin)));
    fields.push(("outputs", outputs(action, origin)));
    match &action.runs {
        Runs::Steps => {
            let steps = action.job().map_or(&[][..], Job::top_steps);
            fields.push(("steps", list(steps.iter().map(step::of), origin)));
        }
        Runs::Node(program) => fields.push(("node", node(program))),
        Runs::Docker(image) => fields.push(("docker", docker(image))),
    }
    record(fields, origin)
}

fn put(fields: &mut Fields, name: &'static str, written: Option<&At<String>>) {
    fields.extend(written.map(|written| (name, text(written, written.origin))));
}

fn put_condition(fields: &mut Fields, name: &'static str, written: Option<&At<Condition>>) {
    fields.extend(written.map(|written| (name, condition(Some(written), written.origin))));
}

fn inputs(action: &Action, origin: Origin) -> Node {
    let inputs = action.inputs.iter().map(|(name, input)| {
        let mut fields = vec![
            ("description", text(&input.description, input.description.origin)),
            ("required", flag(At::new(input.required, input.key))),
        ];
        fields.extend(input.default.as_ref().map(|default| ("default", value(default))));
        put(&mut fields, "deprecated", input.deprecated.as_ref());
        Field { name: name.clone(), key: input.key, node: record(fields, input.key) }
    });
    Node { value: Value::Record(inputs.collect()), origin }
}

fn outputs(action: &Action, origin: Origin) -> Node {
    let outputs = action.outputs.iter().map(|(name, output)| {
        let mut fields = vec![("description", text(&output.description, output.description.origin))];
        fields.extend(output.value.as_ref().map(|given| ("value", value(given))));
        Field { name: name.clone(), key: output.key, node: record(fields, output.key) }
    });
    Node { value: Value::Record(outputs.collect()), origin }
}

fn node(program: &Program) -> Node {
    let origin = program.main.origin;
    let mut fields =
        vec![("runtime", text(program.runtime.value.word(), program.runtime.origin)), ("main", text(&program.main, origin))];
    put(&mut fields, "pre", program.pre.as_ref());
    put_condition(&mut fields, "pre_if", program.pre_if.as_ref());
    put(&mut fields, "post", program.post.as_ref());
    put_condition(&mut fields, "post_if", program.post_if.as_ref());
    record(fields, origin)
}

fn docker(image: &Docker) -> Node {
    let origin = image.image.origin;
    let mut fields = vec![("image", text(&image.image, origin))];
    if !image.args.is_empty() {
        fields.push(("args", list(image.args.iter().map(value), origin)));
    }
    if !image.env.is_empty() {
        fields.push(("env", bindings(&image.env, origin)));
    }
    put(&mut fields, "entrypoint", image.entrypoint.as_ref());
    put(&mut fields, "pre_entrypoint", image.pre_entrypoint.as_ref());
    put_condition(&mut fields, "pre_if", image.pre_if.as_ref());
    put(&mut fields, "post_entrypoint", image.post_entrypoint.as_ref());
    put_condition(&mut fields, "post_if", image.post_if.as_ref());
    record(fields, origin)
}
