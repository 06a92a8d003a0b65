//! `pipeward audit` on files of YAML: what it mends on the disk and what it leaves.

use std::fs;
use std::path::Path;
use std::process::Command;

const LOOSE: &str = "on: pull_request
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      # What is proposed.
      - run: echo \"${{ github.event.pull_request.title }}\" # said
      - run: cat '${{ github.event.pull_request.body }}'
";

struct Said {
    code: i32,
    out: String,
    err: String,
}

fn audit(directory: &Path, args: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
    let output = command.current_dir(directory).arg("audit").args(args).output().expect("it starts");
    Said {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).expect("it writes text"),
        err: String::from_utf8(output.stderr).expect("it writes text"),
    }
}

/// A repository with one workflow.
fn repository(text: &str) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("there is room");
    fs::create_dir_all(root.path().join(".github/workflows")).expect("a folder");
    fs::write(root.path().join(CI), text).expect("a file");
    root
}

const CI: &str = ".github/workflows/ci.yml";

#[test]
fn what_is_safe_is_mended_and_the_rest_is_said() {
    let root = repository(LOOSE);
    let shown = audit(root.path(), &["--fix", "--dry-run", "."]);
    assert!(shown.out.contains("+          EVENT_PULL_REQUEST_TITLE: ${{ github.event.pull_request.title }}\n"), "{}", shown.out);
    assert_eq!(fs::read_to_string(root.path().join(CI)).expect("the file"), LOOSE);
    let said = audit(root.path(), &["--fix", "."]);
    assert!(said.err.contains("template-injection (1)"), "{}", said.err);
    assert_eq!(said.code, 1, "{}", said.out);
    assert_eq!(said.out.matches("error[template-injection]").count(), 1, "{}", said.out);
    let text = fs::read_to_string(root.path().join(CI)).expect("the file");
    assert!(text.contains("echo \"${EVENT_PULL_REQUEST_TITLE}\" # said\n") && text.contains("# What is proposed.\n"), "{text}");
    let again = audit(root.path(), &["--fix", "."]);
    assert!(!again.err.contains("fixed"), "{}", again.err);
    assert_eq!(fs::read_to_string(root.path().join(CI)).expect("the file"), text);
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_to_elsewhere() {
    let root = repository(LOOSE);
    let beside = tempfile::tempdir().expect("there is room");
    std::os::unix::fs::symlink(root.path().join(CI), beside.path().join("ci.yml")).expect("a link");
    let said = audit(beside.path(), &["--fix", "ci.yml"]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("a symlink that leads out"), "{}", said.err);
    assert_eq!(fs::read_to_string(root.path().join(CI)).expect("the file"), LOOSE);
}

#[test]
fn what_a_baseline_knows_is_said_no_more() {
    let root = repository(LOOSE);
    let said = audit(root.path(), &["--write-baseline", "known.json", "."]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    let said = audit(root.path(), &["--baseline", "known.json", "."]);
    assert_eq!(said.code, 0, "{}", said.out);
    assert!(said.err.contains("not shown: known.json knows them"), "{}", said.err);
    fs::write(root.path().join(CI), format!("{LOOSE}      - run: echo \"${{{{ github.head_ref }}}}\"\n")).expect("a file");
    let said = audit(root.path(), &["--baseline", "known.json", "."]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert_eq!(said.out.matches("error[template-injection]").count(), 1, "{}", said.out);
}

#[test]
fn a_baseline_of_several_repositories_knows_each_by_itself() {
    let root = tempfile::tempdir().expect("there is room");
    let put = |repository: &str, text: &str| {
        fs::create_dir_all(root.path().join(repository).join(".github/workflows")).expect("a folder");
        fs::write(root.path().join(repository).join(CI), text).expect("a file");
    };
    let sound =
        LOOSE.replace("${{ github.event.pull_request.title }}", "hello").replace("${{ github.event.pull_request.body }}", "all");
    put("api", LOOSE);
    put("web", &sound);
    let said = audit(root.path(), &["--write-baseline", "known.json", "."]);
    assert_eq!(said.code, 0, "{}", said.err);
    // The same in another repository is something new, though as much is found as before.
    put("api", &sound);
    put("web", LOOSE);
    let said = audit(root.path(), &["--baseline", "known.json", "."]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("= in web/.github/workflows/ci.yml/test/#1"), "{}", said.out);
    assert!(said.err.contains("template-injection in api/.github/workflows/ci.yml/test/#1"), "{}", said.err);
}

#[test]
fn what_is_said_piece_by_piece_is_what_is_said_at_once() {
    let root = tempfile::tempdir().expect("there is room");
    let sound = LOOSE.replace("${{ ", "").replace(" }}", "").replace("'github", "'file");
    for (name, text) in [("a", LOOSE), ("b", "on: push\njobs: {"), ("c", &sound), ("d", LOOSE)] {
        fs::create_dir_all(root.path().join(name).join(".github/workflows")).expect("a folder");
        fs::write(root.path().join(name).join(CI), text).expect("a file");
    }
    fs::write(root.path().join("known.json"), r#"{ "version": 1, "findings": [] }"#).expect("a file");
    for format in ["json", "sarif"] {
        for paths in [&["a", "b", "c", "d"][..], &["c"]] {
            let options = ["--format", format];
            let pieces = audit(root.path(), &[paths, &options].concat());
            let at_once = audit(root.path(), &[paths, &options, &["--baseline", "known.json"]].concat());
            assert_eq!((pieces.code, &pieces.out), (at_once.code, &at_once.out));
            let report: serde_json::Value = serde_json::from_str(&pieces.out).expect("it is JSON");
            let findings = report.get("findings").unwrap_or(&report["runs"][0]["results"]).as_array().expect("a list");
            assert_eq!(findings.is_empty(), paths.len() == 1, "{findings:?}");
            assert_eq!(pieces.out.matches("\"fix").count() > 1, paths.len() > 1, "{}", pieces.out);
        }
    }
}

#[test]
fn this_repository_has_nothing_to_be_told() {
    let said = audit(Path::new(env!("CARGO_MANIFEST_DIR")), &["--exclude", "/examples/k2/", "."]);
    assert_eq!((said.code, said.out.as_str()), (0, ""), "{}", said.err);
    let many = ["/target/", "/tests/agreement/", "/tests/import/"].map(|folder| ["--exclude", folder]).concat();
    let all = audit(Path::new(env!("CARGO_MANIFEST_DIR")), &[&many[..], &["--no-ignore", "."]].concat());
    assert_ne!(all.code, 0, "what is left out is bad");
    let said = audit(Path::new("."), &["--exclude", "!x", "."]);
    assert_eq!(said.code, 2, "{}", said.err);
}

#[test]
fn an_expression_is_marked_without_the_braces_and_the_blanks_around_it() {
    let env = "    env:\n      WHOLE: ${{   needs.nope.outputs.x   }}\n      BROKEN: \"x ${{   github.event.nam[ }}\"\n";
    let text = LOOSE.replace("    timeout-minutes: 5\n", &format!("    timeout-minutes: 5\n{env}"));
    let root = repository(&text);
    let said = audit(root.path(), &["--format", "json", "."]);
    let document: serde_json::Value = serde_json::from_str(&said.out).expect("JSON");
    let wanted = [
        ("needs-graph", "      WHOLE: ${{   ", "needs.nope.outputs.x"),
        ("contract-broken", "      BROKEN: \"x ${{   github.event.nam[", " "),
    ];
    for (rule, before, marked) in wanted {
        let finding = document["findings"].as_array().expect("findings").iter().find(|finding| finding["rule"] == rule);
        let finding = finding.unwrap_or_else(|| panic!("{rule}: {}", said.out));
        let number = |key: &str| usize::try_from(finding[key].as_u64().expect(key)).expect("it fits");
        let line = text.lines().nth(number("line") - 1).expect("a line");
        assert_eq!(line.split_at(number("column") - 1).0, before, "{line}");
        assert_eq!(&line[number("column") - 1..number("end_column") - 1], marked, "{line}");
    }
}

#[test]
fn what_may_be_written_is_told_in_the_words_of_the_file_alone() {
    let text = "name: A\non: push\nas_written: true\nfile: b.yml\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n      - ru: make\n      - {}\n";
    let root = repository(text);
    fs::write(root.path().join(".gitlab-ci.yml"), "files: [a]\nx: { script: [make], verbatim: {} }\n").expect("a file");
    let said = audit(root.path(), &["."]).out;
    let keys = "the keys are name, on, run-name, description, permissions, concurrency, env, defaults, jobs\n";
    assert_eq!(said.matches(keys).count(), 2, "{said}");
    assert!(said.contains("unknown key `ru`") && said.contains("did you mean `run`?"), "{said}");
    assert_eq!(said.matches("the step does nothing").count(), 2, "{said}");
    assert!(said.contains("write one of run, uses, wait, wait-all, cancel, parallel\n"), "{said}");
    assert!(said.contains("expected a mapping, got a list\n") && said.contains("unknown key `verbatim`"), "{said}");
}

#[test]
fn what_is_not_there_to_work_with_is_told() {
    let root = repository(LOOSE);
    let said = audit(root.path(), &["--baseline", "none.json", "."]);
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(said.err.contains("help: `--write-baseline FILE` writes one"), "{}", said.err);
    let said = audit(root.path(), &["-C", "nowhere", "."]);
    assert_eq!((said.code, said.out.as_str()), (2, ""), "{}", said.err);
    assert!(said.err.contains("`-C` names no directory: nowhere"), "{}", said.err);
}

#[test]
fn what_a_named_file_includes_and_cannot_be_read_is_told() {
    let root = tempfile::tempdir().expect("there is room");
    fs::create_dir(root.path().join("ci")).expect("a folder");
    fs::write(root.path().join(".gitlab-ci.yml"), "include: { local: ci/a.yml }\nx: { script: [make] }\n").expect("a file");
    fs::write(root.path().join("ci/a.yml"), b"y: { script: [\xff] }\n").expect("a file");
    for path in [".gitlab-ci.yml", "."] {
        let said = audit(root.path(), &[path]);
        assert_eq!(said.code, 3, "{path}: {}", said.out);
        assert_eq!(said.out.matches("ci/a.yml cannot be read: it is no UTF-8 text").count(), 1, "{path}: {}", said.out);
    }
}

#[test]
fn a_mend_that_does_harm_is_left_out_alone() {
    let root = repository(LOOSE);
    let harmed = "on: { workflow_run: { workflows: [CI], types: [completed] } }\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    \
                  timeout-minutes: 5\n    steps:\n      - run: git fetch && git checkout ${{ github.event.workflow_run.head_sha }} && make\n      - run: echo \
                  \"::set-output name=a::b\"\n";
    let place = root.path().join(".github/workflows/later.yml");
    fs::write(&place, harmed).expect("a file");
    let said = audit(root.path(), &["--fix=unsafe", "."]);
    let of_later: Vec<&str> = said.err.lines().filter(|line| line.contains("later.yml")).collect();
    assert!(of_later.iter().any(|line| line.contains("1 finding fixed: deprecated-commands (1)")), "{}", said.err);
    assert!(of_later.iter().any(|line| line.contains("not fixed: template-injection: there would be")), "{}", said.err);
    let text = fs::read_to_string(place).expect("the file");
    assert!(text.contains("checkout ${{ github") && text.contains(r#"echo "a=b" >> "$GITHUB_OUTPUT""#), "{text}");
    let other = fs::read_to_string(root.path().join(CI)).expect("the file");
    assert!(other.contains("EVENT_PULL_REQUEST_TITLE"), "{other}");
}

#[test]
fn a_report_says_how_old_its_facts_are_and_what_was_not_looked_at() {
    let root = repository(LOOSE);
    let told = |format: &str| {
        let said = audit(root.path(), &["--format", format, "."]);
        serde_json::from_str::<serde_json::Value>(&said.out).expect("JSON")
    };
    for audit in [&told("json")["audit"], &told("sarif")["runs"][0]["properties"]["audit"]] {
        assert_eq!(audit["facts_of"].as_str().map(str::len), Some(10), "{audit}");
        assert!(
            audit["not_done"].as_array().is_some_and(|checks| checks.iter().any(|check| check == "impostor-commit")),
            "{audit}"
        );
    }
    let said = audit(root.path(), &["."]);
    assert!(said.err.contains("not looked at: impostor-commit, ref-confusion"), "{}", said.err);
}

#[test]
fn what_several_files_come_to_is_told_at_the_end() {
    let root = repository(LOOSE);
    fs::copy(root.path().join(CI), root.path().join(".github/workflows/more.yml")).expect("a copy");
    let said = audit(root.path(), &["--fix", "--dry-run", "."]);
    assert!(said.err.contains("2 findings would be fixed in 2 files\n"), "{}", said.err);
    let said = audit(root.path(), &["--fix", "."]);
    assert!(said.err.contains("2 findings fixed in 2 files\n"), "{}", said.err);
}
