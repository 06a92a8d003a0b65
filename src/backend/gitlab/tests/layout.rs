//! A file for each pipeline: what GitLab makes of the root and its parts is what it makes of the one file.

use serde_yaml::Mapping;

use super::*;
use crate::pipeline::fixture;

const CI: &str = ".gitlab/pipelines/ci.yml";

fn laid_out(layout: &str, settings: &str, pipelines: &[(&str, &str)]) -> Output {
    let project = format!(r#"{{"backends": {{"gitlab": {{"image": "{IMAGE}", "layout": "'{layout}"{settings}}}}}}}"#);
    render(&fixture::project(&project, pipelines))
}

/// Whether a file is a part of the root, not one of a pipeline that others call.
fn is_part(path: &str) -> bool {
    path.starts_with(FOLDER) && !path.ends_with(".called.yml")
}

/// Puts one map over another, key by key, as GitLab does with what a file includes.
fn over(below: &mut Mapping, above: Mapping) {
    for (key, value) in above {
        match (below.get_mut(&key), value) {
            (Some(Value::Mapping(below)), Value::Mapping(above)) => over(below, above),
            (_, value) => drop(below.insert(key, value)),
        }
    }
}

/// What GitLab makes of the root: what it includes of ours, in order, and the root over it. Other includes are left as they are.
fn merged(output: &Output) -> Mapping {
    let root = documents(output, ROOT).pop().expect("a document");
    let Value::Mapping(mut root) = root else { panic!("a map") };
    let included = root.remove("include").expect("parts");
    let (parts, others): (Vec<Value>, Vec<Value>) =
        included.as_sequence().expect("a list").iter().cloned().partition(|one| one["local"].as_str().is_some_and(is_part));
    let mut whole = Mapping::new();
    for part in &parts {
        let part = documents(output, part["local"].as_str().expect("a path")).pop().expect("a document");
        over(&mut whole, part.as_mapping().expect("a map").clone());
    }
    over(&mut whole, root);
    if !others.is_empty() {
        whole.insert("include".into(), others.into());
    }
    let written = output.files.iter().filter(|file| is_part(&file.path)).count();
    assert_eq!(written, parts.len(), "a part is written that nothing includes");
    whole
}

#[test]
fn parts_and_root_are_together_what_one_file_is() {
    let (one, parts) = (cases::together("One"), cases::together("PerPipeline"));
    assert_eq!(parts.findings, []);
    assert_eq!(one.losses, parts.losses);
    let whole = documents(&one, ROOT).pop().expect("a document");
    assert_eq!(Value::Mapping(merged(&parts)), whole);
    let called = |output: &Output| -> Vec<Rendered> {
        output.files.iter().filter(|file| file.path.ends_with(".called.yml")).cloned().collect()
    };
    assert!(!called(&one).is_empty() && called(&one) == called(&parts));
    // A pipeline that nothing starts by itself has no part; a part has jobs of one pipeline and nothing else.
    let mut written: Vec<&str> = Vec::new();
    for file in parts.files.iter().filter(|file| is_part(&file.path)) {
        let id = file.path.trim_start_matches(FOLDER).trim_matches('/').trim_end_matches(".yml");
        assert_eq!(file.source, format!("pipelines/{id}.ncl"));
        assert_eq!(crate::backend::source_of(&file.text), Some(file.source.as_str()));
        let jobs = documents(&parts, &file.path).pop().expect("a document");
        let names = jobs.as_mapping().expect("a map").keys().map(|name| name.as_str().expect("a name"));
        assert!(names.into_iter().all(|name| name.starts_with(&format!("{id}/"))), "{}", file.path);
        written.push(id);
    }
    assert!(written.contains(&"around") && written.contains(&"jobs") && !written.contains(&"callee"), "{written:?}");
}

#[test]
fn jobs_of_one_name_are_not_put_over_each_other() {
    let one = pipeline(r#"{"push": {}}"#, &[("unit", "")]);
    let other = pipeline(r#"{"pull_request": {}}"#, &[("unit", r#""gitlab": {"extends": ".base"}"#)]);
    let words = r#", "include": "ci/lint.yml", "templates": {".base": {"tags": ["docker"]}}"#;
    let files = [("ci", one.as_str()), ("other", other.as_str())];
    let output = laid_out("PerPipeline", words, &files);
    assert_eq!(output.findings, []);
    let root = &documents(&output, ROOT)[0];
    // What the project includes comes first: what we write stands over it, as it does in one file.
    let include: Value =
        serde_yaml::from_str("[ci/lint.yml, { local: .gitlab/pipelines/ci.yml }, { local: .gitlab/pipelines/other.yml }]")
            .expect("YAML");
    assert_eq!(root["include"], include);
    assert!(root[".base"].is_mapping() && root[".pipeward"].is_mapping());
    let merged = merged(&output);
    assert!(merged.contains_key("ci/unit") && merged["other/unit"]["extends"][0] == ".base");
    let mut whole = documents(&laid_out("One", words, &files), ROOT).remove(0);
    whole["include"] = vec![whole["include"].clone()].into();
    assert_eq!(Value::Mapping(merged), whole);
}

#[test]
fn a_part_declares_the_inputs_of_the_root_if_it_reads_some() {
    let words = r#", "spec": {"inputs": {"host": {"default": "a"}, "dry": {"type": "boolean", "default": false}}}"#;
    let reads = pipeline(r#"{"push": {}}"#, &[("a", r#""gitlab": {"tags": ["$[[ inputs.host | truncate(0,3) ]]"]}"#)]);
    let other = pipeline(r#"{"push": {}}"#, &[("a", "")]);
    let output = laid_out("PerPipeline", words, &[("ci", &reads), ("other", &other)]);
    assert_eq!(output.findings, []);
    let [head, root] = &documents(&output, ROOT)[..] else { panic!("two documents") };
    let [part, _] = &documents(&output, CI)[..] else { panic!("two documents") };
    assert_eq!(part, head);
    let include = "[{ local: .gitlab/pipelines/ci.yml, inputs: { host: '$[[ inputs.host ]]', dry: '$[[ inputs.dry ]]' } }, { local: .gitlab/pipelines/other.yml }]";
    assert_eq!(root["include"], serde_yaml::from_str::<Value>(include).expect("YAML"));
    assert_eq!(documents(&output, ".gitlab/pipelines/other.yml").len(), 1);
}

#[test]
fn names_and_schemas_hold_for_parts_and_keep_all_of_them_back() {
    let fine = pipeline(r#"{"push": {}}"#, &[("a", "")]);
    for (words, place) in [(r#""extends": ".bsae""#, "gl-name-unknown"), (r#""tags": [[["a"]]]"#, "syntax")] {
        let wrong = pipeline(r#"{"push": {}}"#, &[("a", &format!(r#""gitlab": {{{words}}}"#))]);
        let output = laid_out("PerPipeline", r#", "templates": {".base": {"tags": ["a"]}}"#, &[("ci", &wrong), ("other", &fine)]);
        let said: Vec<(&str, &str)> =
            output.findings.iter().map(|finding| (finding.rule.as_str(), finding.identity.as_str())).collect();
        assert_eq!(said, [(place, "ci/a")], "{words}");
        assert_eq!(output.withheld, [ROOT, CI, ".gitlab/pipelines/other.yml"]);
        assert_eq!(output.files, []);
    }
}

#[test]
fn nothing_is_compared_while_a_pipeline_cannot_be_read() {
    let ci = pipeline(r#"{"push": {}}"#, &[("a", "")]);
    let project = format!(r#"{{"backends": {{"gitlab": {{"image": "{IMAGE}", "layout": "'PerPipeline"}}}}}}"#);
    let mut project = fixture::project(&project, &[("ci", &ci)]);
    project.unread.push("pipelines/broken.ncl".to_owned());
    let output = render(&project);
    // Nobody knows whether others call what could not be read.
    let withheld = [ROOT, CI, ".gitlab/pipelines/broken.called.yml"];
    assert_eq!((output.files, output.withheld), (Vec::new(), withheld.map(str::to_owned).to_vec()));
}
