//! What a workflow read back from YAML means, held against the model it was written from.

use pipeward::source::{Node, Value as Data};
use serde_yaml::Value as Yaml;

/// What does not agree, each with its place.
#[derive(Default)]
pub(crate) struct Differences {
    pub(crate) list: Vec<String>,
}

impl Differences {
    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, place: &str, written: T, meant: T) {
        if written != meant {
            self.list.push(format!("{place}: written {written:?}, meant {meant:?}"));
        }
    }

    /// Compares a workflow with the data of its pipeline.
    pub(crate) fn workflow(&mut self, yaml: &Yaml, data: &Node) {
        self.equal("name", yaml["name"].as_str(), text(data, "name"));
        self.values("env", &yaml["env"], data.field("env").map(|field| &field.node));
        self.triggers(&yaml["on"], &field(data, "on").expect("triggers"));
        let cancel = field(data, "concurrency").and_then(|it| flag(&it, "cancel"));
        self.equal("concurrency", yaml["concurrency"]["cancel-in-progress"].as_bool(), cancel);
        self.equal("permissions", yaml["permissions"].as_mapping().map(serde_yaml::Mapping::len), Some(0));
        let jobs = field(data, "jobs").expect("jobs");
        let written: Vec<&str> = yaml["jobs"].as_mapping().into_iter().flatten().filter_map(|(id, _)| id.as_str()).collect();
        let meant: Vec<&str> = jobs.fields().into_iter().flatten().map(|field| field.name.as_str()).collect();
        self.equal("jobs", written, meant);
        for job in jobs.fields().into_iter().flatten() {
            self.job(&job.name, &yaml["jobs"][job.name.as_str()], &job.node);
        }
    }

    fn triggers(&mut self, yaml: &Yaml, data: &Node) {
        for (theirs, ours) in [("pull_request", "pull_request"), ("push", "push"), ("workflow_dispatch", "manual")] {
            let there = yaml.as_mapping().is_some_and(|on| on.contains_key(theirs));
            self.equal(theirs, there, data.field(ours).is_some());
            for key in ["branches", "paths"] {
                let meant = field(data, ours).map(|filter| texts(&filter, key)).unwrap_or_default();
                self.equal(&format!("{theirs}.{key}"), strings(&yaml[theirs][key]), meant);
            }
        }
        let crons: Vec<&str> =
            yaml["schedule"].as_sequence().into_iter().flatten().filter_map(|time| time["cron"].as_str()).collect();
        let times = field(data, "schedule");
        let meant =
            times.iter().flat_map(|times| times.items().unwrap_or_default()).filter_map(|time| text(time, "cron")).collect();
        self.equal("schedule", crons, meant);
    }

    fn job(&mut self, id: &str, yaml: &Yaml, data: &Node) {
        let place = |name: &str| format!("{id}.{name}");
        if text(data, "name") != Some(id) {
            self.equal(&place("name"), yaml["name"].as_str(), text(data, "name"));
        }
        self.equal(&place("needs"), strings(&yaml["needs"]), texts(data, "needs"));
        self.equal(&place("timeout"), yaml["timeout-minutes"].as_f64(), number(data, "timeout"));
        self.equal(&place("runner"), yaml["runs-on"].as_str(), text(data, "runner").or(Some("ubuntu-24.04")));
        self.equal(&place("if"), yaml["if"].is_string(), text(data, "when") != Some("on-success"));
        self.equal(&place("impact"), yaml["continue-on-error"].as_bool().unwrap_or(false), text(data, "impact") == Some("warn"));
        for scope in field(data, "permissions").iter().flat_map(|scopes| scopes.fields().unwrap_or_default()) {
            let written = yaml["permissions"][scope.name.replace('_', "-").as_str()].as_str();
            self.equal(&place(&scope.name), written, scope.node.text());
        }
        self.values(&place("env"), &yaml["env"], data.field("env").map(|field| &field.node));
        self.matrix(id, &yaml["strategy"], data);
        let steps = yaml["steps"].as_sequence().cloned().unwrap_or_default();
        let scripts: Vec<&str> = steps.iter().filter_map(|step| step["run"].as_str()).collect();
        for step in field(data, "steps").iter().flat_map(|steps| steps.items().unwrap_or_default()) {
            if let Some(script) = text(step, "run") {
                let same = |written: &&&str| written.trim_end_matches('\n') == script.trim_end_matches('\n');
                if scripts.iter().find(same).is_none() {
                    self.list.push(format!("{id}: {script:?} is not among {scripts:?}"));
                }
            }
            self.step(id, &steps, step);
        }
    }

    /// The last of the steps a step was lowered to has its name, time and environment.
    fn step(&mut self, id: &str, steps: &[Yaml], data: &Node) {
        let Some(name) = text(data, "name").filter(|name| steps.iter().any(|step| step["name"].as_str() == Some(name))) else {
            return;
        };
        let own =
            |step: &&Yaml| step["name"].as_str() == Some(name) && step["timeout-minutes"].as_f64() == number(data, "timeout");
        if steps.iter().find(own).is_none() {
            self.list.push(format!("{id}: no step `{name}` takes {:?} minutes", number(data, "timeout")));
        }
    }

    fn matrix(&mut self, id: &str, yaml: &Yaml, data: &Node) {
        let shards = number(data, "shards");
        self.equal(&format!("{id}.shards"), yaml["matrix"]["shard"].as_sequence().map(|legs| legs.len() as f64), shards);
        for key in field(data, "matrix").iter().flat_map(|matrix| matrix.fields().unwrap_or_default()) {
            let written = yaml["matrix"][key.name.as_str()].as_sequence().map(Vec::len);
            if key.name == "include" {
                continue;
            }
            self.equal(&format!("{id}.{}", key.name), written, key.node.items().map(<[Node]>::len));
            for (written, meant) in
                yaml["matrix"][key.name.as_str()].as_sequence().into_iter().flatten().zip(key.node.items().unwrap_or_default())
            {
                self.value(&format!("{id}.{}", key.name), written, meant);
            }
        }
    }

    fn values(&mut self, place: &str, yaml: &Yaml, data: Option<&Node>) {
        for binding in data.and_then(Node::fields).unwrap_or_default() {
            self.value(&format!("{place}.{}", binding.name), &yaml[binding.name.as_str()], &binding.node);
        }
    }

    /// A value without references is written as it is; in one with references, its texts stand in their order.
    fn value(&mut self, place: &str, yaml: &Yaml, data: &Node) {
        let parts: Vec<&Node> = data.items().map_or_else(|| vec![data], |items| items.iter().collect());
        let plain: Option<Vec<String>> = parts.iter().map(|part| as_text(part)).collect();
        match (plain, &data.value) {
            (_, Data::Number(number)) => self.equal(place, yaml.as_f64(), Some(*number)),
            (_, Data::Bool(flag)) => self.equal(place, yaml.as_bool(), Some(*flag)),
            (Some(plain), _) => self.equal(place, yaml.as_str(), Some(plain.concat().as_str())),
            (None, _) => {
                let mut rest = yaml.as_str().unwrap_or_default();
                if !rest.contains("${{") {
                    self.list.push(format!("{place}: {rest:?} has no expression"));
                }
                for text in parts.iter().filter_map(|part| as_text(part)) {
                    match rest.split_once(text.as_str()) {
                        Some((_, after)) => rest = after,
                        None => self.list.push(format!("{place}: {text:?} is not in {rest:?}")),
                    }
                }
            }
        }
    }
}

fn as_text(node: &Node) -> Option<String> {
    match &node.value {
        Data::String(text) => Some(text.clone()),
        Data::Number(number) => Some(number.to_string()),
        Data::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn field(node: &Node, name: &str) -> Option<Node> {
    node.field(name).map(|field| field.node.clone())
}

fn text<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    node.field(name)?.node.text()
}

fn number(node: &Node, name: &str) -> Option<f64> {
    match node.field(name)?.node.value {
        Data::Number(number) => Some(number),
        _ => None,
    }
}

fn flag(node: &Node, name: &str) -> Option<bool> {
    match node.field(name)?.node.value {
        Data::Bool(flag) => Some(flag),
        _ => None,
    }
}

fn texts(node: &Node, name: &str) -> Vec<String> {
    let items = node.field(name).and_then(|field| field.node.items()).unwrap_or_default();
    items.iter().filter_map(Node::text).map(str::to_owned).collect()
}

fn strings(yaml: &Yaml) -> Vec<String> {
    yaml.as_sequence().into_iter().flatten().filter_map(Yaml::as_str).map(str::to_owned).collect()
}
