//! JOIN: what several runs have said, each of a part, as one report: the same findings once, counted anew.
//!
//! Documents are joined as they are written (`docs/json.md`, SARIF), so nothing that a later version adds to a finding is lost.

mod json;
mod sarif;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::finding::Verdict;
use crate::report::Shard;

/// One report, and what it is called.
#[derive(Debug)]
pub struct Part {
    /// Its file.
    pub name: String,
    /// What it says.
    pub document: Value,
}

/// Several reports as one.
#[derive(Debug)]
pub struct Whole {
    /// What it says, in the form of its parts.
    pub document: Value,
    /// What it comes to.
    pub verdict: Verdict,
}

/// Why reports are not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// One is no report.
    #[error("{0} is no report: expected what `pipeward audit --format json` or `--format sarif` writes")]
    Foreign(String),
    /// They are of different forms or versions.
    #[error("{0} is {1}, and {2} is {3}")]
    Mixed(String, String, String, String),
    /// One part is there twice.
    #[error("{0} and {1} are both part {2}")]
    Twice(String, String, u32),
    /// Some parts are not there.
    #[error("{}", absent(.missing, *.of))]
    Missing {
        /// Which.
        missing: Vec<u32>,
        /// Of how many.
        of: u32,
    },
}

fn absent(missing: &[u32], of: u32) -> String {
    let named: Vec<String> = missing.iter().map(u32::to_string).collect();
    let (parts, are) = if named.len() == 1 { ("part", "is") } else { ("parts", "are") };
    format!("{parts} {} of {of} {are} missing", named.join(", "))
}

/// Joins reports.
pub fn merge(parts: &[Part]) -> Result<Whole, Error> {
    let forms = parts.iter().map(|part| Form::of(part).ok_or_else(|| Error::Foreign(part.name.clone())));
    let forms = forms.collect::<Result<Vec<_>, _>>()?;
    let Some(first) = forms.first() else { return Err(Error::Foreign("nothing".to_owned())) };
    if let Some((form, part)) = forms.iter().zip(parts).find(|(form, _)| *form != first) {
        return Err(Error::Mixed(parts[0].name.clone(), first.said(), part.name.clone(), form.said()));
    }
    complete(parts, &forms)?;
    Ok(if first.sarif { sarif::join(parts) } else { json::join(parts) })
}

/// What has to be the same in all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Form {
    sarif: bool,
    /// The version of the program, where it is told.
    program: Option<String>,
    /// How many parts there are, where it is told.
    of: Option<u32>,
}

impl Form {
    fn of(part: &Part) -> Option<Self> {
        let document = &part.document;
        let sarif = document["version"] == "2.1.0" && document["runs"].as_array()?.len() == 1;
        let json = document["version"] == 1 && document["findings"].is_array();
        let program = if sarif { &document["runs"][0]["tool"]["driver"]["version"] } else { &document["shard"]["pipeward"] };
        let of = shard(document).map(|shard| shard.of);
        (sarif || json).then(|| Self { sarif, program: program.as_str().map(str::to_owned), of })
    }

    fn said(&self) -> String {
        let program = self.program.as_ref().map(|version| format!(" of pipeward {version}")).unwrap_or_default();
        let of = self.of.map_or_else(|| ", no part of a whole".to_owned(), |of| format!(", one of {of} parts"));
        format!("{}{program}{of}", if self.sarif { "SARIF" } else { "JSON" })
    }
}

fn shard(document: &Value) -> Option<Shard> {
    let said = [&document["shard"], &document["runs"][0]["properties"]["shard"]].into_iter().find(|said| said.is_object())?;
    let number = |name: &str| u32::try_from(said[name].as_u64()?).ok();
    Some(Shard { number: number("number")?, of: number("of")? })
}

/// Whether all parts are there, each once, as far as they tell.
fn complete(parts: &[Part], forms: &[Form]) -> Result<(), Error> {
    let Some(of) = forms.first().and_then(|form| form.of) else { return Ok(()) };
    let mut known: BTreeMap<u32, &str> = BTreeMap::new();
    for part in parts {
        let Some(shard) = shard(&part.document) else { continue };
        if let Some(other) = known.insert(shard.number, &part.name) {
            return Err(Error::Twice(other.to_owned(), part.name.clone(), shard.number));
        }
    }
    let missing: Vec<u32> = (1..=of).filter(|number| !known.contains_key(number)).collect();
    if missing.is_empty() { Ok(()) } else { Err(Error::Missing { missing, of }) }
}

/// The lists of that name of all parts: each thing once, in an order that does not hang on that of the parts.
fn united<'a>(lists: impl Iterator<Item = &'a Value>, place: impl Fn(&Value) -> (String, u64, u64)) -> Vec<Value> {
    let mut said = BTreeSet::new();
    let items = lists.filter_map(Value::as_array).flatten();
    let mut once: Vec<(_, String, &Value)> =
        items.map(|item| (place(item), item.to_string(), item)).filter(|(_, text, _)| said.insert(text.clone())).collect();
    once.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    once.into_iter().map(|(_, _, item)| item.clone()).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(name: &str, document: Value) -> Part {
        Part { name: name.to_owned(), document }
    }

    fn data(number: u32, of: u32, severity: &str, file: &str) -> Part {
        let finding = json!({ "rule": "x", "severity": severity, "kind": "judged", "mode": "enforce", "file": file, "line": 1, "column": 1 });
        let shared = json!({ "rule": "y", "severity": "note", "kind": "judged", "mode": "enforce", "file": null });
        let document = json!({
            "version": 1, "verdict": "passed", "pipelines": 2, "counts": { "known": 1 }, "findings": [finding, shared], "losses": [],
            "shard": { "number": number, "of": of, "pipeward": "1.0.0" },
        });
        part(&format!("{number}.json"), document)
    }

    #[test]
    fn findings_are_there_once_and_counted_anew() {
        let whole = merge(&[data(2, 2, "warning", "b"), data(1, 2, "error", "a")]).expect("they are one");
        let swapped = merge(&[data(1, 2, "error", "a"), data(2, 2, "warning", "b")]).expect("they are one");
        assert_eq!(whole.document, swapped.document);
        assert_eq!(whole.verdict, Verdict::Failed);
        assert_eq!(whole.document["verdict"], "failed");
        assert_eq!((&whole.document["pipelines"], &whole.document["shard"]), (&json!(4), &Value::Null));
        assert_eq!(whole.document["counts"], json!({ "error": 1, "warning": 1, "note": 1, "evaluated": 0, "known": 2 }));
        let files: Vec<_> =
            whole.document["findings"].as_array().expect("a list").iter().map(|one| one["file"].clone()).collect();
        assert_eq!(files, [Value::Null, json!("a"), json!("b")]);
    }

    #[test]
    fn a_part_that_is_missing_or_there_twice_is_told() {
        let two = [data(1, 3, "note", "a"), data(3, 3, "note", "b")];
        assert_eq!(merge(&two).expect_err("one is missing").to_string(), "part 2 of 3 is missing");
        let one = [data(1, 4, "note", "a")];
        assert_eq!(merge(&one).expect_err("three are missing").to_string(), "parts 2, 3, 4 of 4 are missing");
        let twice = [data(1, 2, "note", "a"), data(1, 2, "note", "b")];
        assert_eq!(merge(&twice).expect_err("one is there twice").to_string(), "1.json and 1.json are both part 1");
    }

    #[test]
    fn what_is_not_alike_is_refused() {
        let refused = |parts: &[Part]| merge(parts).expect_err("they are not alike").to_string();
        let mut newer = data(2, 2, "note", "b");
        newer.document["shard"]["pipeward"] = json!("2.0.0");
        let said = refused(&[data(1, 2, "note", "a"), newer]);
        assert_eq!(
            said,
            "1.json is JSON of pipeward 1.0.0, one of 2 parts, and 2.json is JSON of pipeward 2.0.0, one of 2 parts"
        );
        let said = refused(&[part("x.json", json!({ "version": 2, "findings": [] }))]);
        assert!(said.starts_with("x.json is no report"), "{said}");
        let sarif = json!({ "version": "2.1.0", "runs": [{ "tool": { "driver": { "version": "1.0.0" } }, "results": [] }] });
        assert!(refused(&[data(1, 2, "note", "a"), part("b.sarif", sarif)]).contains("b.sarif is SARIF of pipeward 1.0.0"));
    }

    #[test]
    fn results_keep_their_rules() {
        let log = |rules: &[&str], ok: bool| {
            let results: Vec<Value> = rules.iter().map(|id| json!({ "ruleId": id, "level": "warning" })).collect();
            let rules: Vec<Value> = rules.iter().map(|id| json!({ "id": id })).collect();
            let driver = json!({ "version": "1.0.0", "rules": rules });
            json!({ "version": "2.1.0", "runs": [{
                "tool": { "driver": driver }, "results": results, "invocations": [{ "executionSuccessful": ok }],
            }] })
        };
        let parts = [part("a", log(&["b", "c"], true)), part("b", log(&["a", "c"], false))];
        let whole = merge(&parts).expect("they are one");
        let run = &whole.document["runs"][0];
        let ids: Vec<_> =
            run["tool"]["driver"]["rules"].as_array().expect("rules").iter().map(|rule| rule["id"].clone()).collect();
        assert_eq!(ids, ["a", "b", "c"]);
        let results = run["results"].as_array().expect("results");
        assert_eq!(results.len(), 3, "{results:?}");
        assert!(results.iter().all(|result| ids.contains(&result["ruleId"])), "{results:?}");
        assert_eq!((whole.verdict, &run["invocations"][0]["executionSuccessful"]), (Verdict::CouldNotCheck, &json!(false)));
    }
}
