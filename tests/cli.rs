//! The real binary on small projects: exit codes, formats, what goes where, and the way from sources to files and back.

#[path = "support/sample.rs"]
mod sample;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sample::{PIPELINE, PROJECT};

const CI: &str = ".github/workflows/ci.yml";

/// A project in a directory of its own.
struct Project {
    root: tempfile::TempDir,
}

/// What a run said.
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Said {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().expect("it ended by itself"),
            out: String::from_utf8(output.stdout).expect("it writes text"),
            err: String::from_utf8(output.stderr).expect("it writes text"),
        }
    }
}

fn pipeward(directory: &Path, args: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
    command.current_dir(directory).args(args).env_remove("NO_COLOR").output().expect("it starts").into()
}

impl Project {
    fn new() -> Self {
        let project = Self { root: tempfile::tempdir().expect("there is room") };
        project.write("pipelines/main.ncl", PROJECT);
        project.write("pipelines/ci.ncl", PIPELINE);
        project
    }

    fn emitted() -> Self {
        let project = Self::new();
        let said = project.run(&["emit"]);
        assert_eq!(said.code, 0, "{}{}", said.out, said.err);
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let place = self.path(path);
        fs::create_dir_all(place.parent().expect("it has one")).expect("it can be made");
        fs::write(place, text).expect("it can be written");
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("it is there")
    }

    fn change(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{from} is not in {text}");
        self.write(path, &text.replace(from, to));
    }

    fn run(&self, args: &[&str]) -> Said {
        pipeward(self.root.path(), args)
    }

    /// The findings of `check`, as data.
    fn findings(&self) -> Vec<serde_json::Value> {
        let said = self.run(&["check", "--format", "json", "--now", "2026-06-01"]);
        let document: serde_json::Value = serde_json::from_str(&said.out).expect("it is JSON");
        document["findings"].as_array().expect("there is a list").clone()
    }
}

#[test]
fn what_was_emitted_is_current_and_check_is_quiet() {
    let project = Project::emitted();
    assert!(project.read(CI).starts_with("# Generated from pipelines/ci.ncl by pipeward; do not edit.\n"));
    let said = project.run(&["check"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    assert!(said.err.starts_with("ok: 1 pipeline, ") && said.err.ends_with(" rules, 1 file current\n"), "{}", said.err);
    let again = project.run(&["emit"]);
    assert_eq!((again.code, again.err.as_str()), (0, "ok: 1 file current, 0 written, 0 removed\n"));
    assert!(!project.path(".github/.pipeward-emit").exists());
}

#[test]
fn a_missing_file_fails_the_gate_and_emit_writes_it() {
    let project = Project::new();
    let said = project.run(&["check"]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("error[generated-file-drift]") && said.out.contains("`pipeward emit` writes it"), "{}", said.out);
    assert!(said.out.ends_with("1 error in 1 pipeline\n"), "{}", said.out);
    assert!(!said.out.contains('\u{1b}') && said.err.is_empty(), "{}", said.err);
    let said = project.run(&["emit"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert_eq!(said.err, format!("wrote {CI}\nok: 1 file current, 1 written, 0 removed\n"));
}

#[test]
fn a_file_edited_by_hand_is_said_at_its_line_and_written_anew() {
    let project = Project::emitted();
    let before = project.read(CI);
    project.write(CI, &format!("{before}# by hand\n"));
    let findings = project.findings();
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!((&findings[0]["rule"], &findings[0]["file"]), (&"generated-file-drift".into(), &CI.into()));
    assert_eq!(findings[0]["line"], before.lines().count() + 1);
    assert_eq!(findings[0]["identity"], "ci");
    assert!(findings[0]["diff"].as_str().is_some_and(|diff| diff.ends_with("-# by hand\n")), "{findings:?}");
    assert_eq!(project.run(&["emit"]).code, 0);
    assert_eq!(project.read(CI), before);
}

#[test]
fn an_orphan_goes_and_a_strangers_file_stays() {
    let project = Project::emitted();
    project.write(".github/workflows/theirs.yml", "on: push\n");
    fs::rename(project.path("pipelines/ci.ncl"), project.path("pipelines/tests.ncl")).expect("it can be moved");
    let rules: Vec<_> = project.findings().iter().map(|finding| finding["rule"].clone()).collect();
    assert_eq!(rules, ["generated-file-drift", "unmanaged-workflow", "generated-file-drift"]);
    let messages: Vec<_> = project.findings().iter().map(|finding| finding["message"].clone()).collect();
    assert_eq!(
        (&messages[0], &messages[2]),
        (&"nothing is written here any more".into(), &"`.github/workflows/tests.yml` is missing".into())
    );
    let said = project.run(&["emit"]);
    assert_eq!(said.code, 0);
    assert!(said.err.contains(&format!("wrote .github/workflows/tests.yml\nremoved {CI}\n")), "{}", said.err);
    assert!(!project.path(CI).exists());
    assert_eq!(project.read(".github/workflows/theirs.yml"), "on: push\n");
}

#[test]
fn a_strangers_file_in_the_way_is_replaced_only_on_request() {
    let project = Project::new();
    project.write(CI, "on: push\n");
    for args in [&["check"][..], &["emit"], &["emit", "--dry-run"]] {
        let said = project.run(args);
        assert_eq!(said.code, 1, "{args:?}");
        assert!(said.out.contains("`pipeward emit --adopt` replaces it"), "{args:?} {}", said.out);
    }
    assert_eq!(project.read(CI), "on: push\n");
    assert_eq!(project.run(&["emit", "--adopt"]).code, 0);
    assert_eq!(project.run(&["check"]).code, 0);
}

#[test]
fn a_dry_run_shows_and_writes_nothing() {
    let project = Project::new();
    let said = project.run(&["emit", "--dry-run"]);
    assert_eq!(said.code, 0);
    assert!(said.out.starts_with(&format!("--- /dev/null\n+++ b/{CI}\n@@ ")), "{}", said.out);
    assert!(said.out.contains("\n+# Generated from pipelines/ci.ncl by pipeward; do not edit.\n"), "{}", said.out);
    assert_eq!(said.err, "would write 1 file, remove 0\n");
    assert!(!project.path(".github").exists());
}

#[test]
fn nothing_is_written_while_a_rule_or_a_contract_objects() {
    for (from, to, code) in [("\"10m\"", "\"7h\"", 1), ("timeout", "timeuot", 3), ("name =", "name", 3)] {
        let project = Project::emitted();
        let before = project.read(CI);
        project.change("pipelines/ci.ncl", from, to);
        let said = project.run(&["emit"]);
        assert_eq!(said.code, code, "{to}: {}", said.out);
        assert!(said.out.contains("pipelines/ci.ncl:") && said.err == "nothing was written\n", "{to}: {}{}", said.out, said.err);
        assert_eq!(project.read(CI), before, "{to}");
        assert_eq!(project.run(&["check"]).code, code, "{to}");
    }
}

#[test]
fn a_refused_source_does_not_make_its_file_an_orphan() {
    let project = Project::emitted();
    project.change("pipelines/ci.ncl", "timeout", "timeuot");
    let findings = project.findings();
    assert!(!findings.is_empty() && findings.iter().all(|finding| finding["kind"] == "refused"), "{findings:?}");
}

#[test]
fn a_journal_left_behind_is_worked_off() {
    let project = Project::emitted();
    project.write(".github/.pipeward-emit", &format!(r#"{{ "steps": [{{ "action": "write", "path": "{CI}" }}] }}"#));
    project.write(".github/workflows/.ci.yml.pipeward", "half a fi");
    let said = project.run(&["emit"]);
    assert!(said.code == 0 && said.err.starts_with("an earlier run was cut short"), "{}", said.err);
    assert!(!project.path(".github/.pipeward-emit").exists());
    assert!(!project.path(".github/workflows/.ci.yml.pipeward").exists());
}

#[test]
fn the_disks_no_is_an_error_with_the_path() {
    let project = Project::new();
    project.write(".github", "a file\n");
    let said = project.run(&["emit"]);
    assert!(matches!(said.code, 1 | 3), "{}", said.code);
    assert!(format!("{}{}", said.out, said.err).contains(".github/"), "{}{}", said.out, said.err);
    assert_eq!(project.read(".github"), "a file\n");
    let said = Project::emitted().run(&["check", "--output", "no/such/place"]);
    assert_eq!(said.code, 3);
    assert!(said.err.contains("error: cannot write `no/such/place`: "), "{}", said.err);
}

#[test]
fn formats_say_the_same_in_their_own_way() {
    let project = Project::new();
    let json = project.run(&["check", "--format=json"]);
    let document: serde_json::Value = serde_json::from_str(&json.out).expect("it is JSON");
    assert_eq!((json.code, &document["verdict"], &document["version"]), (1, &"failed".into(), &1.into()));
    let sarif = project.run(&["check", "--format=sarif"]);
    let log: serde_json::Value = serde_json::from_str(&sarif.out).expect("it is JSON");
    let result = &log["runs"][0]["results"][0];
    assert_eq!((sarif.code, &result["ruleId"]), (1, &"generated-file-drift".into()));
    assert_eq!(result["partialFingerprints"]["pipeward/v1"], document["findings"][0]["fingerprint"]);
    let github = project.run(&["check", "--format=github"]);
    assert!(github.out.starts_with("::error file=pipelines/ci.ncl,line=1,"), "{}", github.out);
    assert_eq!(github.code, 1);
    for said in [json, sarif, github] {
        assert_eq!(said.err, "");
    }
    let wrong = project.run(&["check", "--format=yaml"]);
    assert_eq!((wrong.code, wrong.out.as_str()), (2, ""));
}

#[test]
fn the_documentation_names_every_field_of_the_json() {
    let documentation = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).expect("it is there");
    let said = Project::new().run(&["check", "--format=json"]);
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("it is JSON");
    let records = [&document, &document["findings"][0], &document["counts"]];
    let fields = records.into_iter().flat_map(|record| record.as_object().expect("it is a record").keys());
    for field in fields {
        assert!(documentation.contains(&format!("| `{field}` |")), "docs/json.md says nothing of `{field}`");
    }
}

#[test]
fn output_goes_to_a_file_without_colour() {
    let project = Project::new();
    let said = project.run(&["check", "--output", "report.txt"]);
    assert_eq!((said.code, said.out.as_str()), (1, ""));
    let report = project.read("report.txt");
    assert!(report.contains("error[generated-file-drift]") && !report.contains('\u{1b}'), "{report}");
    assert!(project.run(&["check", "--color=always"]).out.contains("\u{1b}["));
}

#[test]
fn output_goes_over_nothing_that_the_project_is_made_of() {
    let project = Project::emitted();
    project.write("policies/main.ncl", "{}\n");
    let sources = ["pipelines/main.ncl", "policies/main.ncl", ".github/workflows/ci.yml"];
    let before = sources.map(|path| project.read(path));
    for path in sources.into_iter().chain(["pipelines/new.ncl", "./pipelines/../policies/new.ncl"]) {
        for args in [["check", "--output", path], ["show", "--output", path], ["check", "--write-baseline", path]] {
            let said = project.run(&args);
            assert!(said.code == 2 && said.err.contains("written over"), "{args:?}: {} {}", said.code, said.err);
        }
    }
    assert_eq!(sources.map(|path| project.read(path)), before);
    assert!(!project.path("pipelines/new.ncl").exists() && !project.path("policies/new.ncl").exists());
    assert_eq!(project.run(&["check", "--output", "report.txt"]).code, 0);
}

#[test]
fn a_file_whose_name_is_no_id_is_named() {
    let project = Project::emitted();
    project.write("pipelines/M_18.x.ncl", &project.read("pipelines/ci.ncl"));
    let said = project.run(&["check"]);
    assert!(said.out.contains("got pipelines/M_18.x.ncl") && said.out.contains("rename the file"), "{}", said.out);
}

#[test]
fn the_project_is_the_nearest_above_or_the_one_named() {
    let project = Project::emitted();
    project.write("src/deep/file", "");
    assert_eq!(pipeward(&project.path("src/deep"), &["check"]).code, 0);
    let elsewhere = tempfile::tempdir().expect("there is room");
    let lost = pipeward(elsewhere.path(), &["check"]);
    assert_eq!((lost.code, lost.out.as_str()), (3, ""));
    assert!(lost.err.starts_with("error: no pipelines/main.ncl in ") && lost.err.contains("help: "), "{}", lost.err);
    let root = project.root.path().to_string_lossy().into_owned();
    for args in [["-C", &root, "check"], ["check", "-C", &root]] {
        assert_eq!(pipeward(elsewhere.path(), &args).code, 0);
    }
}

#[test]
fn the_day_decides_and_must_be_one() {
    let project = Project::emitted();
    project.change("pipelines/ci.ncl", "\"10m\"", "\"7h\"");
    project.write(
        "policies/main.ncl",
        r#"{
  rules.job-timeout-over-limit.settings.max = "6h",
  exceptions.long = {
    rule = "job-timeout-over-limit",
    where = "ci/unit",
    reason = "it is a soak",
    owner = "platform",
    expires = "2026-12-31",
  },
}
"#,
    );
    let has = |day: &str, rule: &str| project.run(&["check", "--now", day]).out.contains(&format!("[{rule}]"));
    assert!(!has("2026-12-31", "job-timeout-over-limit"));
    assert!(has("2027-01-01", "job-timeout-over-limit"));
    assert_eq!(project.run(&["check", "--now", "2027-02-30"]).code, 2);
}

#[test]
fn pipelines_are_shown_for_people_and_for_programs() {
    let project = Project::new();
    let said = project.run(&["show"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(
        said.out,
        "ci: Tests (pipelines/ci.ncl)\n  on pull request (main)\n  unit\n    ubuntu-24.04, at most 10m, 1 step\n    may contents read\n"
    );
    let said = project.run(&["show", "ci", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("it is JSON");
    assert_eq!(document["pipelines"][0]["jobs"]["unit"]["timeout"], 10);
    let unknown = project.run(&["show", "cj"]);
    assert_eq!((unknown.code, unknown.err.as_str()), (2, "error: no pipeline is called `cj`\nhelp: did you mean `ci`?\n"));
    project.write("pipelines/broken.ncl", "{ name = ");
    let said = project.run(&["show"]);
    assert!(said.code == 3 && said.out.starts_with("ci: Tests") && said.err.contains("pipelines/broken.ncl:1:"), "{}", said.err);
}

#[test]
fn rules_are_listed_and_explained_anywhere() {
    let nowhere = tempfile::tempdir().expect("there is room");
    let run = |args: &[&str]| pipeward(nowhere.path(), args);
    let listed = run(&["rules"]);
    assert!(listed.code == 0 && listed.out.lines().any(|line| line.starts_with("job-timeout-over-limit ")), "{}", listed.out);
    let data: serde_json::Value = serde_json::from_str(&run(&["rules", "--format", "json"]).out).expect("it is JSON");
    assert_eq!(data["rules"].as_array().map(Vec::len), Some(listed.out.lines().count()));
    for rule in data["rules"].as_array().expect("there is a list") {
        let said = run(&["explain", rule["id"].as_str().expect("it has an id")]);
        assert!(said.code == 0 && said.out.contains(rule["summary"].as_str().expect("it has one")), "{}", said.out);
    }
    let unknown = run(&["explain", "job-timeout-over-limt"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.ends_with("help: did you mean `job-timeout-over-limit`?\n"), "{}", unknown.err);
    for args in [&["explain"][..], &["rules", "--format=xml"], &["audit-everything"], &[]] {
        assert_eq!(run(args).code, 2, "{args:?}");
    }
    assert_eq!(run(&["--version"]).out, format!("pipeward {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn nothing_of_a_file_reaches_the_terminal_raw() {
    let project = Project::new();
    project.change("pipelines/ci.ncl", "timeout = \"10m\",", "timeuot = \"\u{1b}[31m10m\u{7}\", # \u{202e}");
    for args in [&["check"][..], &["check", "--format=json"], &["check", "--format=github"], &["emit"], &["show"]] {
        let said = project.run(args);
        for text in [said.out, said.err] {
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{args:?} {text:?}");
        }
    }
}

/// Every verb, with every exit code it can have: 0 nothing to say, 1 findings, 2 wrong usage, 3 could not.
#[test]
fn every_verb_has_its_exit_codes() {
    let good = Project::emitted();
    let objected = Project::emitted();
    objected.change("pipelines/ci.ncl", "\"10m\"", "\"7h\"");
    let refused = Project::emitted();
    refused.change("pipelines/ci.ncl", "timeout", "timeuot");
    let elsewhere = tempfile::tempdir().expect("there is room");
    let cases: [(&[&str], [Option<i32>; 4]); 6] = [
        (&["check"], [Some(0), Some(1), Some(3), Some(3)]),
        (&["emit"], [Some(0), Some(1), Some(3), Some(3)]),
        (&["emit", "--dry-run"], [Some(0), Some(1), Some(3), Some(3)]),
        (&["show"], [Some(0), Some(0), Some(3), Some(3)]),
        (&["rules"], [Some(0), Some(0), Some(0), Some(0)]),
        (&["explain", "globs"], [Some(0), Some(0), Some(0), Some(0)]),
    ];
    for (args, expected) in cases {
        let codes = [good.root.path(), objected.root.path(), refused.root.path(), elsewhere.path()]
            .map(|directory| Some(pipeward(directory, args).code));
        assert_eq!(codes, expected, "{args:?}");
        let with = |more: &[&str]| pipeward(good.root.path(), &[args, more].concat()).code;
        assert_eq!(with(&["--no-such-option"]), 2, "{args:?}");
        assert_eq!(with(&["--output", "no/such/place"]), 3, "{args:?}");
    }
    assert_eq!(pipeward(good.root.path(), &["-C", "pipelines/ci.ncl", "check"]).code, 2, "a file is no directory to work in");
}

#[test]
fn a_pipeline_with_errors_is_not_said_to_have_drifted() {
    let project = Project::emitted();
    project.change("pipelines/ci.ncl", "\"10m\"", "\"12m\"");
    let rules = |project: &Project| -> Vec<String> {
        project.findings().iter().map(|finding| finding["rule"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(rules(&project), ["generated-file-drift"]);
    project.change("pipelines/ci.ncl", "\"12m\"", "\"7h\"");
    assert!(!rules(&project).contains(&"generated-file-drift".to_owned()), "{:?}", rules(&project));
}

#[test]
fn policies_of_two_layers_add_up_and_an_exception_of_one_excuses_nothing_in_the_other() {
    let project = Project::new();
    project.change("pipelines/main.ncl", "backends", "policy.organisation = \"policies/organisation\",\n  backends");
    project.change("pipelines/ci.ncl", "\"10m\"", "\"50m\"");
    project.write("policies/organisation/main.ncl", "{ rules.job-timeout-over-limit.settings.max = \"40m\" }\n");
    project.write(
        "policies/main.ncl",
        r#"{
  rules.job-timeout-over-limit = { settings.max = "30m", severity = 'Warning },
  rules.concurrency-missing.severity = 'Off,
}
"#,
    );
    let said = |project: &Project| -> Vec<(String, String)> {
        let all = project.findings();
        let ours = all.iter().filter(|finding| finding["rule"] == "job-timeout-over-limit");
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let mut said: Vec<_> = ours.map(|finding| (text(&finding["severity"]), text(&finding["related"][0]["file"]))).collect();
        said.sort();
        said
    };
    let organisation = ("error".to_owned(), "policies/organisation/main.ncl".to_owned());
    let own = ("warning".to_owned(), "policies/main.ncl".to_owned());
    assert_eq!(said(&project), [organisation.clone(), own]);
    project.change(
        "policies/main.ncl",
        "  rules.concurrency",
        r#"  exceptions.long = { rule = "job-timeout-over-limit", where = "ci/unit", reason = "slow", owner = "a", expires = "2027-01-01" },
  rules.concurrency"#,
    );
    assert_eq!(said(&project), [organisation]);
}

#[test]
fn what_a_forge_cannot_do_is_said_at_its_place_until_an_exception_leaves_it_out() {
    let project = Project::new();
    let image = format!("backends.gitlab.image = \"uv@sha256:{}\",\n  backends.github", "0".repeat(64));
    project.change("pipelines/main.ncl", "backends.github", &image);
    project.change("pipelines/ci.ncl", "on.pull_request", "github.on.issues = {},\n  on.pull_request");
    let lost = |args: &[&str]| -> Vec<String> {
        let said = project.run(args);
        let report: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
        let losses = report["losses"].as_array().expect("a list").iter();
        losses.map(|loss| format!("{} {} {} {}", loss["forge"], loss["construct"], loss["fate"], loss["line"])).collect()
    };
    let event = r#""gitlab" "event" "impossible" 3"#.to_owned();
    assert!(lost(&["check", "--format", "json"]).is_empty());
    let said = lost(&["check", "--format", "json", "--loss"]);
    assert!(said.contains(&event), "{said:?}");
    let said = project.run(&["check", "--loss"]);
    assert!(said.code == 1 && said.out.contains("GitLab not at all: "), "{}", said.out);
    assert!(said.out.contains("pipelines/ci.ncl:3:13: ci: an event that only GitHub has"), "{}", said.out);
    let exception = r#"{ exceptions.issues = {
      rule = "not-portable", where = "ci", reason = "GitLab has its own", owner = "platform", expires = "2027-01-31",
    } }"#;
    project.write("policies/main.ncl", exception);
    let said = project.run(&["emit", "--now", "2026-11-22"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    let (here, there) = (project.read(CI), project.read(".gitlab-ci.yml"));
    assert!(here.contains("  issues:\n") && there.contains("merge_request_event") && !there.contains("issues"), "{here}{there}");
}
