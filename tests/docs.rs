//! The documents, held to what is so: paths exist, examples work, every field of the data is named.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A path of this repository.
fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn pipeward(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pipeward")).arg("-C").arg(root).args(arguments).output().expect("pipeward runs")
}

fn read(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A field as docs/data.md has it.
struct Field {
    is: String,
    always: bool,
}

/// The tables of docs/data.md by their headings, which links name in lower case with `-` for spaces.
struct Data {
    records: BTreeMap<String, BTreeMap<String, Field>>,
    seen: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Data {
    fn read() -> Self {
        let mut records: BTreeMap<String, BTreeMap<String, Field>> = BTreeMap::new();
        let mut heading = String::new();
        for line in read("docs/data.md").lines() {
            if let Some(title) = line.strip_prefix("## ") {
                heading = title.to_lowercase().replace(' ', "-");
            } else if let Some(row) = line.strip_prefix("| `") {
                let cells: Vec<&str> = row.split(" | ").collect();
                let name = cells[0].trim_end_matches('`').to_owned();
                let field = Field { is: cells[1].to_owned(), always: cells[2] == "always" };
                records.entry(heading.clone()).or_default().insert(name, field);
            }
        }
        Self { records, seen: BTreeSet::new(), wrong: Vec::new() }
    }

    /// Holds a record against the table of that heading.
    fn record(&mut self, heading: &str, value: &Value, place: &str) {
        let Some(found) = value.as_object() else { return self.wrong.push(format!("{place} is no record")) };
        let table = &self.records[heading];
        let always = table.iter().filter(|(_, field)| field.always).map(|(name, _)| name);
        let missing = always.filter(|name| !found.contains_key(*name)).map(|name| format!("{place}.{name} is not there"));
        self.wrong.extend(missing);
        let known: Vec<(String, Option<String>)> =
            found.keys().map(|name| (name.clone(), table.get(name).map(|field| field.is.clone()))).collect();
        for (name, is) in known {
            let here = format!("{place}.{name}");
            match is {
                Some(is) => {
                    self.seen.insert(format!("{heading}.{name}"));
                    self.holds(&is, &found[&name], &here);
                }
                None => self.wrong.push(format!("{here} is not in docs/data.md under {heading}")),
            }
        }
    }

    /// Holds a value against what the table says it is.
    fn holds(&mut self, is: &str, value: &Value, place: &str) {
        // What is worked out when the pipeline runs is a reference in place of what would be there.
        if place.split('.').any(|part| part == "matrix") && value.get("output").is_some() {
            return self.record("reference", value, place);
        }
        if let Some(inner) = is.strip_suffix(" by name") {
            let Some(fields) = value.as_object() else { return self.wrong.push(format!("{place} is no record")) };
            return fields.iter().for_each(|(name, field)| self.holds(inner, field, &format!("{place}.{name}")));
        }
        if let Some(inner) = is.strip_prefix("list of ") {
            let Some(items) = value.as_array() else { return self.wrong.push(format!("{place} is no list")) };
            return items.iter().for_each(|item| self.holds(inner, item, place));
        }
        let is = match is.strip_prefix("value or ") {
            Some(_) if value.get("labels").is_none() => "value",
            Some(other) => other,
            None => is,
        };
        let is = match is.strip_prefix("text or ") {
            Some(_) if value.is_string() => "text",
            Some(other) => other,
            None => is,
        };
        let fits = match is {
            "text" => value.is_string(),
            "number" => value.is_number(),
            "flag" => value.is_boolean(),
            "GitLab's words" => value.is_object(),
            "value" => return self.value(value, place),
            "condition" if value.is_string() => true,
            "condition" => return self.record("condition", value, place),
            link => {
                let heading = link.split_once("(#").and_then(|(_, rest)| rest.strip_suffix(')')).expect("a link");
                return self.record(heading, value, place);
            }
        };
        if !fits {
            self.wrong.push(format!("{place} is no {is}: {value}"));
        }
    }

    /// A text, a number, a flag, a reference, or a list of them; a leg of a matrix is a record of such.
    fn value(&mut self, value: &Value, place: &str) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.value(item, place)),
            Value::Object(_) if place.ends_with("matrix.include") || place.ends_with("matrix.exclude") => {
                self.holds("value by name", value, &format!("{place}.leg"));
            }
            Value::Object(_) => self.record("reference", value, place),
            Value::Null => self.wrong.push(format!("{place} is nothing")),
            _ => {}
        }
    }
}

#[test]
fn the_documentation_of_the_data_is_complete_and_true() {
    let mut data = Data::read();
    for root in ["tests/cases/data", "examples/k2", "."] {
        let output = shown(root);
        for pipeline in output["pipelines"].as_array().expect("pipelines") {
            data.record("pipeline", pipeline, pipeline["id"].as_str().expect("an id"));
        }
        for action in output["actions"].as_array().expect("actions") {
            data.record("action", action, action["id"].as_str().expect("an id"));
        }
    }
    assert!(data.wrong.is_empty(), "{}", data.wrong.join("\n"));
    let documented = data.records.iter().flat_map(|(heading, table)| table.keys().map(move |name| format!("{heading}.{name}")));
    let never: Vec<String> = documented.filter(|name| !data.seen.contains(name)).collect();
    assert!(never.is_empty(), "documented and never printed: {never:?}");
}

/// What `show` says of a project.
fn shown(root: &str) -> Value {
    let output = pipeward(&project(root), &["show", "--format", "json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// What stands between backticks and in the targets of links.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let code = text.split('`').skip(1).step_by(2);
    code.chain(text.split("](").skip(1).filter_map(|rest| rest.split(')').next()))
}

#[test]
fn every_path_in_the_documents_exists() {
    let mut seen = 0;
    for (document, folder) in
        [("README.md", ""), ("CONTRIBUTING.md", ""), ("docs/architecture.md", "docs"), ("examples/k2/README.md", "examples/k2")]
    {
        let text = read(document);
        for name in named(&text) {
            let first = name.trim_start_matches("./").split('/').next().unwrap_or_default();
            let ours = ["src", "tests", "docs", "examples", ".ci", "test", "CONTRIBUTING.md", "CHANGELOG.md"].contains(&first);
            if !ours || name.contains(' ') {
                continue;
            }
            // `src/rule/<id>.rs` stands for the files of a folder.
            let path = name.split('<').next().unwrap_or_default();
            let there = |from: &str| project(from).join(path).exists();
            assert!(there("") || there(folder), "{document} names {name}, which is not there");
            seen += 1;
        }
    }
    assert!(seen >= 20, "only {seen} paths were looked at");
}

#[test]
fn the_table_of_verbs_is_that_of_the_program() {
    let help = pipeward(&project("."), &["--help"]);
    let help = String::from_utf8(help.stdout).expect("text");
    let listed = help.split("Commands:").nth(1).expect("verbs").lines().skip(1).take_while(|line| !line.trim().is_empty());
    let verbs: BTreeSet<&str> = listed.filter_map(|line| line.split_whitespace().next()).filter(|verb| *verb != "help").collect();
    let text = read("README.md");
    let table = text.split("## Verbs").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("the table");
    let told: BTreeSet<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split(['`', ' ']).next()).collect();
    assert_eq!(told, verbs);
}

#[test]
fn the_first_use_of_the_readme_works() {
    let text = read("README.md");
    let blocks: Vec<&str> = text.split("```nickel\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [main, ci] = blocks[..] else { panic!("{} blocks of Nickel", blocks.len()) };
    let room = tempfile::tempdir().expect("a directory");
    let root: &Path = room.path();
    fs::create_dir(root.join("pipelines")).expect("a folder");
    fs::write(root.join("pipelines/main.ncl"), main).expect("written");
    fs::write(root.join("pipelines/ci.ncl"), ci).expect("written");
    for verb in ["emit", "check"] {
        let output = pipeward(root, &[verb]);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(0), &b""[..]), "{output:?}");
    }
    fs::write(root.join("pipelines/ci.ncl"), ci.replace("    timeout = \"10m\",\n", "")).expect("written");
    let output = pipeward(root, &["check"]);
    let said = String::from_utf8(output.stdout).expect("text");
    let told = text.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("what is said");
    assert!(output.status.code() == Some(3) && told.lines().all(|line| said.contains(line)), "{said}");
}

#[test]
fn the_architecture_names_every_module() {
    let library = read("src/lib.rs");
    let modules: BTreeSet<&str> = library
        .lines()
        .filter_map(|line| line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ")?.strip_suffix(';'))
        .collect();
    let text = read("docs/architecture.md");
    let rows = text.lines().filter(|line| line.starts_with("| `")).filter_map(|line| line.split(" | ").next());
    let told: BTreeSet<&str> = rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert_eq!(told, modules);
}

#[test]
fn the_inputs_of_the_action_are_those_that_are_told() {
    let action: serde_yaml::Value = serde_yaml::from_str(&read("action.yml")).expect("YAML");
    let inputs: BTreeSet<&str> = action["inputs"].as_mapping().expect("inputs").keys().filter_map(|name| name.as_str()).collect();
    let text = read("README.md");
    let table = text.split("| input | is |").nth(1).and_then(|rest| rest.split("\n\n").next()).expect("the table");
    let told: BTreeSet<&str> = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(told, inputs);
}

/// With PIPEWARD_WRITE=1 it writes the page instead.
#[test]
fn the_page_of_losses_is_what_the_table_says() {
    let (name, text) = ("docs/portability.md", pipeward::loss::page());
    if std::env::var_os("PIPEWARD_WRITE").is_some() {
        fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/portability.md"), &text).expect("written");
    }
    assert_eq!(read(name), text, "run PIPEWARD_WRITE=1 cargo nextest run --test docs");
}
