//! Logs of SARIF as one, with one run.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Part, Whole, united};
use crate::finding::Verdict;

pub(super) fn join(parts: &[Part]) -> Whole {
    let runs: Vec<&Value> = parts.iter().map(|part| &part.document["runs"][0]).collect();
    let listed = runs.iter().filter_map(|run| run["tool"]["driver"]["rules"].as_array()).flatten();
    let rules: BTreeMap<&str, &Value> = listed.filter_map(|rule| Some((rule["id"].as_str()?, rule))).collect();
    let results = united(runs.iter().map(|run| &run["results"]), |result| {
        let place = &result["locations"][0]["physicalLocation"];
        let number = |name: &str| place["region"][name].as_u64().unwrap_or_default();
        let uri = place["artifactLocation"]["uri"].as_str().unwrap_or_default();
        (uri.to_owned(), number("startLine"), number("startColumn"))
    });
    let done = runs.iter().all(|run| run["invocations"][0]["executionSuccessful"] != false);
    let verdict = match results.iter().any(|result| result["level"] == "error") {
        _ if !done => Verdict::CouldNotCheck,
        true => Verdict::Failed,
        false => Verdict::Passed,
    };
    let mut document = parts.first().map(|part| part.document.clone()).unwrap_or_default();
    let run = &mut document["runs"][0];
    run["tool"]["driver"]["rules"] = rules.into_values().cloned().collect();
    run["results"] = Value::Array(results);
    run["invocations"] = json!([{ "executionSuccessful": done }]);
    if let Some(properties) = run.get_mut("properties").and_then(Value::as_object_mut) {
        properties.shift_remove("shard");
    }
    if run["properties"].as_object().is_some_and(serde_json::Map::is_empty)
        && let Some(run) = run.as_object_mut()
    {
        run.shift_remove("properties");
    }
    Whole { document, verdict }
}
