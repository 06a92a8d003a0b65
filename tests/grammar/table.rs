//! The table of keys, and the keys of a grammar as GitHub publishes it.

use std::collections::BTreeSet;

use serde_json::Value;

/// One key of the grammar.
pub(crate) struct Row {
    /// The definition it belongs to and its name, or the definition and one of its constants: `strategy.matrix`, `queue=max`.
    pub(crate) key: &'static str,
    /// The pipeline that writes it.
    pub(crate) pipeline: &'static str,
    /// Where it stands in the emitted file.
    pub(crate) written: &'static str,
    /// Where it stands in what rules receive.
    pub(crate) seen: &'static str,
}

impl Row {
    /// The constant the row is about, if it is about one.
    pub(crate) fn constant(&self) -> Option<&'static str> {
        self.key.split_once('=').map(|(_, constant)| constant)
    }
}

/// Every row; lines that begin with `#` are comments.
pub(crate) fn rows() -> Vec<Row> {
    include_str!("keys.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| match line.split('\t').collect::<Vec<&str>>().as_slice() {
            [key, pipeline, written, seen] => Row { key, pipeline, written, seen },
            _ => panic!("{line:?} has not four cells"),
        })
        .collect()
}

/// The keys that a workflow can have, by a grammar of definitions.
pub(crate) fn keys_of(grammar: &Value) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    let mut visited = BTreeSet::new();
    let mut waiting = vec!["workflow-root-strict".to_owned()];
    while let Some(name) = waiting.pop() {
        let definition = &grammar["definitions"][&name];
        if definition.is_null() || !visited.insert(name.clone()) {
            continue;
        }
        let texts = |value: &Value| -> Vec<String> {
            value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        waiting.extend(texts(&definition["one-of"]));
        waiting.extend(definition["sequence"]["item-type"].as_str().map(str::to_owned));
        keys.extend(texts(&definition["allowed-values"]).into_iter().map(|constant| format!("{name}={constant}")));
        let mapping = &definition["mapping"];
        for (key, value) in mapping["properties"].as_object().into_iter().flatten() {
            keys.insert(format!("{name}.{key}"));
            waiting.extend(value.as_str().or_else(|| value["type"].as_str()).map(str::to_owned));
        }
        if let Some(value) = mapping["loose-value-type"].as_str() {
            keys.insert(format!("{name}.*"));
            waiting.push(value.to_owned());
        }
    }
    keys
}
