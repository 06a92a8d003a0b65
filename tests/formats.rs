//! Every format of the registry, held to its place: what hostile files say in it is shown, and does nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use pipeward::finding::{Finding, Fix, Identity, Kind, Related, Severity};
use pipeward::origin::{Files, Origin};
use pipeward::report::{FORMATS, Format, Report, Thing};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

/// What must not come out as more than text, each in a form of its own.
const HOSTILE: &[&str] = &[
    "\u{1b}[31mred\u{1b}]8;;https://evil.example\u{7}link\u{9b}2J",
    "\n::error ::injected\r\n::set-output name=a::b\n  ::warning::c",
    "%0A::error::encoded%0D",
    "##[error]old ##vso[task.setvariable]x",
    "file=a,line=1::x",
    "</details><script>alert(1)</script><img src=x onerror=y><!--",
    "[a](javascript:evil) ![b](https://evil.example) <https://evil.example> https://evil.example www.evil.example [c]: d",
    "| a | b |\n|---|---|\n# heading\n* list\n---\n```\nfence\n~~~",
    "`one` ``two`` `|` ` lonely \\` \\| \\\\| @everyone #1 :x: *b* _i_ ~~s~~",
    "\u{202e}reversed\u{202c}\u{2066}isolated\u{2069}\u{200b}hidden\u{feff}\u{e0041}",
    "]]> <![CDATA[ x ]]> &amp; &#10; <?pi?> \" ' \u{0}\u{b}\u{fffe}\u{ffff}",
    "\",\"injected\":true,\"x\":\"\\",
];

/// Findings that hold a hostile text everywhere a finding holds any.
struct Trap {
    files: Files,
    findings: Vec<Finding>,
}

impl Trap {
    fn of(text: &str) -> Self {
        let mut files = Files::default();
        // No name of a file holds a slash.
        let name = text.replace('/', "_");
        let file = files.add(&format!("pipelines/{name}.ncl"), &format!("{{ a = 1 }} # {text}\n{text}\n"));
        let origin = Origin { file, start: 2, end: 7 };
        let finding = |severity, kind| Finding {
            rule: format!("custom-{text}"),
            severity,
            kind,
            identity: Identity::of(text).part(text),
            summary: text.to_owned(),
            message: text.to_owned(),
            origin: Some(origin),
            related: vec![Related { origin, message: text.to_owned() }],
            help: vec![text.to_owned()],
            diff: Some(format!("--- a\n+++ b\n@@ -1 +1 @@\n-{text}\n{text}\n")),
            fix: Some(Fix { title: text.to_owned(), safe: true, edits: vec![(origin, "b".to_owned())] }),
            key: text.to_owned(),
        };
        let mut findings: Vec<Finding> = Severity::ALL.into_iter().map(|severity| finding(severity, Kind::Judged)).collect();
        findings.push(finding(Severity::Error, Kind::Refused));
        findings.push(finding(Severity::Error, Kind::Evaluated));
        findings.push(Finding { origin: None, ..finding(Severity::Error, Kind::Judged) });
        findings.push(Finding { message: String::new(), ..finding(Severity::Error, Kind::Judged) });
        Self { files, findings }
    }

    fn said(&self, format: &Format) -> String {
        (format.write)(&Report {
            losses: &[],
            findings: &self.findings,
            files: &self.files,
            pipelines: 1,
            thing: Thing::Pipeline,
            known: 0,
            color: false,
            links: None,
            shard: None,
        })
    }
}

/// What no text may hold that a terminal, a log or a forge shows: said here anew, apart from the code that it tests.
fn quiet(text: &str, what: &str) {
    for character in text.chars() {
        let shown = match character {
            '\n' | '\t' => true,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => {
                false
            }
            '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}' => false,
            other => !other.is_control(),
        };
        assert!(shown, "{what}: {character:?} came through in {text}");
    }
}

/// No line of a log that a runner obeys.
fn logged(text: &str, what: &str) {
    for line in text.lines() {
        assert!(!line.trim_start().starts_with("::"), "{what}: {line}");
        assert!(!line.contains("##[") && !line.contains("##vso["), "{what}: {line}");
    }
}

/// Every format with the judge of its place; an unknown one fails.
fn judge(format: &Format, trap: &Trap) {
    let text = trap.said(format);
    quiet(&text, format.id);
    match format.id {
        "text" => logged(&text, format.id),
        "json" | "sarif" | "codequality" => {
            logged(&text, format.id);
            let value: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", format.id));
            assert!(!text.contains("\"injected\":true"), "{text}");
            match format.id {
                "json" => json(&value, trap),
                "sarif" => sarif(&value, trap),
                _ => codequality(&value, trap),
            }
        }
        "github" => github(&text, trap),
        "junit" => {
            logged(&text, format.id);
            junit(&text, trap);
        }
        "markdown" => {
            logged(&text, format.id);
            markdown(&text, trap);
        }
        other => panic!("say here how text is kept in its place in {other}"),
    }
}

#[test]
fn nothing_of_a_file_leaves_its_place_in_any_format() {
    let everything = HOSTILE.join(" ");
    for format in FORMATS {
        for text in HOSTILE.iter().copied().chain([everything.as_str()]) {
            judge(format, &Trap::of(text));
        }
    }
}

fn json(value: &Value, trap: &Trap) {
    let said = value["findings"].as_array().expect("a list");
    assert_eq!(said.len(), trap.findings.len());
    for (one, finding) in said.iter().zip(&trap.findings) {
        // Data is given as it is: whoever shows it escapes it.
        assert_eq!(
            (one["message"].as_str(), one["rule"].as_str()),
            (Some(finding.message.as_str()), Some(finding.rule.as_str()))
        );
        assert_eq!(one["help"][0].as_str(), Some(finding.help[0].as_str()));
    }
}

fn sarif(value: &Value, trap: &Trap) {
    let results = value["runs"][0]["results"].as_array().expect("a list");
    assert_eq!(results.len(), trap.findings.len());
    each_text(value, &mut |way, text| match way {
        "uri" => {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte);
            assert!(text.bytes().all(plain) && !text.starts_with('/') && !text.contains("//"), "{text}");
        }
        "text" => {
            quiet(text, "sarif text");
            // An embedded link of SARIF: brackets without a backslash, then parentheses.
            let link = text.match_indices("](").any(|(at, _)| !text[..at].ends_with('\\'));
            assert!(!link, "{text}");
        }
        _ => {}
    });
}

/// Visits every text of a document with the name of its field.
fn each_text(value: &Value, visit: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(text) => visit(name, text),
                    None => each_text(field, visit),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        _ => {}
    }
}

fn codequality(value: &Value, trap: &Trap) {
    let violations = value.as_array().expect("a list");
    assert_eq!(violations.len(), trap.findings.len());
    for one in violations {
        let fields: Vec<&str> = one.as_object().expect("a record").keys().map(String::as_str).collect();
        assert_eq!(fields, ["description", "check_name", "fingerprint", "severity", "location"]);
        for name in ["description", "check_name"] {
            quiet(one[name].as_str().expect("text"), name);
        }
    }
}

/// A line of the runner's, read as the runner does: word, properties by name, data.
fn github(text: &str, trap: &Trap) {
    let lines: Vec<&str> = text.split(['\n', '\r']).filter(|line| !line.is_empty()).collect();
    assert_eq!(lines.len(), trap.findings.len(), "{text}");
    for line in lines {
        let (head, data) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect("a command");
        let (word, properties) = head.split_once(' ').expect("properties");
        assert!(["error", "warning", "notice"].contains(&word), "{line}");
        let names: Vec<&str> = properties.split(',').map(|property| property.split_once('=').expect("a property").0).collect();
        let located = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(names == located || names == ["title"], "{line}");
        let percent = data.split('%').skip(1);
        assert!(percent.into_iter().all(|rest| rest.starts_with("25") || rest.starts_with("0A")), "{line}");
    }
}

fn junit(text: &str, trap: &Trap) {
    let document = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let names: Vec<&str> =
        document.descendants().filter(roxmltree::Node::is_element).map(|node| node.tag_name().name()).collect();
    let judged = |name: &str| names.iter().filter(|one| **one == name).count();
    let known = ["testsuites", "testsuite", "testcase", "failure", "error", "system-out"];
    assert!(names.iter().all(|name| known.contains(name)), "{names:?}");
    assert_eq!((judged("testcase"), judged("failure"), judged("error"), judged("system-out")), (trap.findings.len(), 3, 1, 3));
    assert!(document.descendants().all(|node| !node.is_pi() && !node.is_comment()));
    for node in document.descendants() {
        quiet(node.text().unwrap_or_default(), "junit");
        node.attributes().for_each(|attribute| quiet(attribute.value(), "junit"));
    }
}

/// What a forge makes of it: no element but ours, no link but to the file, no heading but the first, a table of four columns.
fn markdown(text: &str, trap: &Trap) {
    let ours = ["<code>", "</code>", "<details>", "</details>", "<summary>", "</summary>"];
    let (mut headings, mut rows, mut cells, mut blocks) = (0, 0, 0, 0);
    let (mut shown, mut inside) = (String::new(), false);
    let file = trap.files.iter().next().expect("a file").0;
    for event in Parser::new_ext(text, Options::all()) {
        match event {
            Event::InlineHtml(html) => assert!(ours.contains(&html.as_ref()), "{html}"),
            Event::Html(html) => {
                assert!(["<details><summary>Details</summary>\n", "</details>\n"].contains(&html.as_ref()), "{html}");
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let path =
                    dest_url.strip_prefix("pipelines/").and_then(|rest| rest.split_once("#L")).expect("a file and a line").0;
                assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-._~%".contains(&byte)), "{dest_url}");
            }
            Event::Start(Tag::Heading { .. }) => headings += 1,
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(Tag::TableCell) => cells += 1,
            Event::Start(Tag::CodeBlock(_)) => (blocks, inside) = (blocks + 1, true),
            Event::End(TagEnd::CodeBlock) => inside = false,
            // A forge looks for names and numbers in all text that is not a block of code.
            Event::Text(part) if !inside => shown.push_str(&part),
            Event::Start(
                Tag::Image { .. } | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_) | Tag::Strikethrough | Tag::Emphasis,
            ) => {
                panic!("{event:?}: {text}");
            }
            Event::Rule | Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::InlineMath(_) => panic!("{event:?}"),
            _ => {}
        }
    }
    assert_eq!((headings, rows), (1, trap.findings.len()), "{file}: {text}");
    assert_eq!(cells, 4 * (rows + 1), "{text}");
    let whole = !text.contains("\nNot shown here: the details of ");
    assert_eq!(blocks == trap.findings.len(), whole, "{text}");
    assert!(!shown.contains("@e") && !shown.contains("#1"), "a mention: {shown}");
}

/// The same through the binary: a project whose names, values, messages and file names are hostile.
#[test]
fn a_hostile_project_says_nothing_but_text() {
    let room = tempfile::tempdir().expect("there is room");
    let root = room.path();
    write(root, "pipelines/main.ncl", "{ name = \"a\", visibility = 'Public, \"x\u{202e}::error ::y\" = 1 }\n");
    let bad = "\\u{1b}[31m\\n::error ::x</details><script>|`]]>\\u{202e}##[error]";
    write(
        root,
        "pipelines/ci\n::error ::x|`\u{1b}\u{202e}]]>.ncl",
        &format!(
            "{{ name = \"{bad}\", on.pull_request = {{}}, jobs.\"a b{bad}\" = {{ timeout = \"{bad}\" }}, \"{bad}\" = 1 }}\n"
        ),
    );
    write(root, "pipelines/broken.ncl", "{ # \u{1b}[31m\u{202e}\n::error ::x ##[error]");
    for format in FORMATS {
        let output = Command::new(env!("CARGO_BIN_EXE_pipeward"))
            .args(["check", "--now", "2026-06-01", "--format", format.id])
            .current_dir(root)
            .output()
            .expect("pipeward runs");
        let text = String::from_utf8(output.stdout).expect("it writes text");
        assert_eq!(output.status.code(), Some(3), "{text}");
        assert!(text.contains("broken.ncl"), "{}: {text}", format.id);
        quiet(&text, format.id);
        quiet(&String::from_utf8(output.stderr).expect("it writes text"), format.id);
        if format.id == "github" {
            assert!(text.lines().all(|line| line.starts_with("::error file=") || line.starts_with("::error title=")), "{text}");
        } else {
            logged(&text, format.id);
        }
    }
}

fn write(root: &Path, path: &str, text: &str) {
    let place = root.join(path);
    fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
    fs::write(place, text).expect("it can be written");
}

/// A violation is at its line, a link leads there, and the address of links cannot add to them.
#[test]
fn links_are_what_was_asked_for() {
    let room = tempfile::tempdir().expect("there is room");
    write(room.path(), "pipelines/main.ncl", "{ name = \"a\", visibility = 'Public }\n");
    write(room.path(), "pipelines/ci.ncl", "{\n  name = \"x\",\n  wrong = 1,\n}\n");
    let run = |links: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
        command
            .args(["check", "--format", "markdown", "--links", links])
            .current_dir(room.path())
            .output()
            .expect("pipeward runs")
    };
    let text = String::from_utf8(run("https://forge.example/o/n/blob/0a1b/sub").stdout).expect("text");
    assert!(text.contains("(https://forge.example/o/n/blob/0a1b/sub/pipelines/ci.ncl#L3)"), "{text}");
    for wrong in ["forge.example", "javascript:x", "https://a.example/)<script>", "https://a.example/ b"] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong}");
    }
}

/// Version 1 of the JSON is frozen: every field it ever had is there, and is what it was.
#[test]
fn no_field_of_version_1_is_lost() {
    const DOCUMENT: &[(&str, &str)] =
        &[("version", "number"), ("verdict", "text"), ("pipelines", "number"), ("counts", "record"), ("findings", "list")];
    const COUNTS: &[(&str, &str)] = &[("error", "number"), ("warning", "number"), ("note", "number")];
    const PLACE: &[(&str, &str)] =
        &[("file", "text"), ("line", "number"), ("column", "number"), ("end_line", "number"), ("end_column", "number")];
    const FINDING: &[(&str, &str)] = &[
        ("rule", "text"),
        ("severity", "text"),
        ("kind", "text"),
        ("identity", "text"),
        ("summary", "text"),
        ("message", "text"),
        ("related", "list"),
        ("help", "list"),
        ("diff", "text"),
        ("fingerprint", "text"),
    ];
    let format = FORMATS.iter().find(|format| format.id == "json").expect("it is there");
    let document: Value = serde_json::from_str(&Trap::of("x").said(format)).expect("it is JSON");
    let finding = &document["findings"][0];
    for (record, fields) in [
        (&document, DOCUMENT),
        (&document["counts"], COUNTS),
        (finding, FINDING),
        (finding, PLACE),
        (&finding["fix"], &[("title", "text"), ("safe", "other"), ("edits", "list")]),
        (&finding["fix"]["edits"][0], PLACE),
        (&finding["fix"]["edits"][0], &[("text", "text")]),
        (&finding["related"][0], PLACE),
        (&finding["related"][0], &[("message", "text")]),
    ] {
        for (name, is) in fields {
            let value = record.get(name).unwrap_or_else(|| panic!("`{name}` is gone"));
            let found = match value {
                Value::String(_) => "text",
                Value::Number(_) => "number",
                Value::Array(_) => "list",
                Value::Object(_) => "record",
                Value::Bool(_) | Value::Null => "other",
            };
            assert_eq!(found, *is, "{name}");
        }
    }
    assert_eq!((&document["version"], &document["verdict"]), (&1.into(), &"could-not-check".into()));
}

/// A finding without a place, a diff or anything beside it has the same fields, empty.
#[test]
fn what_does_not_apply_is_null_and_not_away() {
    let mut trap = Trap::of("x");
    trap.findings =
        vec![Finding { origin: None, diff: None, fix: None, help: Vec::new(), related: Vec::new(), ..trap.findings[0].clone() }];
    let format = FORMATS.iter().find(|format| format.id == "json").expect("it is there");
    let document: Value = serde_json::from_str(&trap.said(format)).expect("it is JSON");
    let finding = document["findings"][0].as_object().expect("a record");
    for name in ["file", "line", "column", "end_line", "end_column", "diff", "fix"] {
        assert_eq!(finding.get(name), Some(&Value::Null), "{name}");
    }
    for name in ["help", "related"] {
        assert_eq!(finding[name], Value::Array(Vec::new()), "{name}");
    }
}

/// The fingerprints that docs/json.md gives are those of the recipe, as this test knows them.
#[test]
fn fingerprints_are_as_they_ever_were() {
    const KNOWN: [(&str, &str, &str, &str); 3] = [
        ("job-timeout-over-limit", "ci/unit", "", "b651f6af0edbb82a"),
        ("permissions-over-grant", "release/publish", "contents", "18d5de7a31532e19"),
        ("own-rule", "nachtlauf/prüfung", "jobs/prüfung/steps/0", "e158ad50b3d3e71e"),
    ];
    let documentation = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).expect("it is there");
    let some = Trap::of("x").findings.remove(0);
    for (rule, identity, key, fingerprint) in KNOWN {
        let finding = Finding { rule: rule.to_owned(), identity: Identity::of(identity), key: key.to_owned(), ..some.clone() };
        assert_eq!(finding.fingerprint(), fingerprint);
        let shown = if key.is_empty() { String::new() } else { format!("`{key}` ") };
        let row = format!("| `{rule}` | `{identity}` | {shown}| `{fingerprint}` |");
        assert!(documentation.contains(&row), "docs/json.md has no {row}");
    }
}

/// A project deep in its repository is named from the repository's root, in every format that names files.
#[test]
fn a_prefix_stands_before_every_file() {
    let room = tempfile::tempdir().expect("there is room");
    write(room.path(), "pipelines/main.ncl", "{ name = \"a\", visibility = 'Public }\n");
    write(room.path(), "pipelines/ci.ncl", "{\n  name = \"x\",\n  wrong = 1,\n}\n");
    let run = |format: &str, prefix: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
        command.args(["check", "--format", format, "--prefix", prefix]).current_dir(room.path()).output().expect("pipeward runs")
    };
    for format in FORMATS {
        let text = String::from_utf8(run(format.id, "./services/api/").stdout).expect("text");
        assert!(text.contains("services/api/pipelines/ci.ncl") && !text.contains("./services"), "{}: {text}", format.id);
    }
    for wrong in ["", ".", "..", "a/../b", "/a", "a//b"] {
        assert_eq!(run("text", wrong).status.code(), Some(2), "{wrong:?}");
    }
}

/// Completions and manual pages come from the binary, and the shell that is at hand takes them.
#[test]
fn a_shell_takes_its_completions_and_every_verb_has_a_page() {
    let room = tempfile::tempdir().expect("there is room");
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_pipeward")).args(arguments).current_dir(room.path()).output().expect("pipeward runs")
    };
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = run(&["completions", shell]);
        assert!(output.status.success() && output.stdout.len() > 1_000, "{shell}");
    }
    assert!(run(&["completions", "bash", "--output", "pipeward.bash"]).status.success());
    let offered = "source ./pipeward.bash; COMP_WORDS=(pipeward explain job-timeout-o); COMP_CWORD=2; _pipeward pipeward; echo \"${COMPREPLY[@]}\"";
    let output = Command::new("bash").args(["-c", offered]).current_dir(room.path()).output().expect("bash runs");
    let offered = String::from_utf8(output.stdout).expect("text");
    assert!(offered.contains("job-timeout-over-limit") && offered.contains("job-timeout-over-platform"), "{offered:?}");
    assert_eq!(run(&["completions", "tcsh"]).status.code(), Some(2));

    assert!(run(&["man", "--into", "deep/man1"]).status.success());
    let pages = fs::read_dir(room.path().join("deep/man1")).expect("pages").count();
    let help = String::from_utf8(run(&["--help"]).stdout).expect("text");
    let verbs = help.split("Commands:").nth(1).expect("verbs").lines().skip(1).take_while(|line| !line.trim().is_empty());
    assert_eq!(pages, verbs.count(), "a page for each verb, and one of the whole instead of `help`");
    let page = String::from_utf8(run(&["man", "check"]).stdout).expect("text");
    let file = fs::read_to_string(room.path().join("deep/man1/pipeward-check.1")).expect("a page");
    assert!(page == file && page.contains(".TH pipeward-check 1"), "{page}");
    for wrong in [&["man", "chek"][..], &["man", "check", "--into", "x"]] {
        assert_eq!(run(wrong).status.code(), Some(2), "{wrong:?}");
    }
    fs::write(room.path().join("taken"), "").expect("it can be written");
    assert_eq!(run(&["man", "--into", "taken"]).status.code(), Some(3));
}
