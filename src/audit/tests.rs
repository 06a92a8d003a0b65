//! Whole repositories on the disk, and what is said of them: `path:line rule message`.

use std::fs;
use std::path::Path;

use super::{Pattern, Search, Terms, audit, find};
use crate::policy::Date;

/// What rules of these ids say of a repository of these files.
fn said(files: &[(&str, &str)], strict: bool, rules: &[&str]) -> Vec<String> {
    let root = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let place = root.path().join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("it can be made");
        fs::write(place, text).expect("it can be written");
    }
    of(&[root.path()], root.path(), strict, rules)
}

fn of(paths: &[&Path], root: &Path, strict: bool, rules: &[&str]) -> Vec<String> {
    let paths = paths.iter().map(|path| (*path).to_owned()).collect();
    at(&Search { paths, ignores: true, exclude: Vec::new(), shard: None }, root, strict, rules)
}

fn at(search: &Search, root: &Path, strict: bool, rules: &[&str]) -> Vec<String> {
    let (found, lost) = find(search);
    assert_eq!(lost, []);
    let mut all = Vec::new();
    let now = Date::parse("2026-11-22").expect("a day");
    audit(
        found,
        &Terms { now, strict, policy: None },
        |judged| judged,
        |judged| {
            for finding in judged.findings.iter().filter(|finding| rules.contains(&finding.rule.as_str())) {
                let origin = finding.origin.expect("a place");
                let name = judged.files.name(origin.file);
                let name = Path::new(name)
                    .strip_prefix(root)
                    .map_or_else(|_| name.to_owned(), |path| path.to_string_lossy().into_owned());
                let line = judged.files.place(origin).line;
                all.push(format!("{name}:{line} {} {} {}", finding.rule, finding.identity, finding.message));
            }
        },
    );
    all
}

const COMPOSITE: &str = "name: Set up
inputs:
  tool:
    required: true
  level:
    default: 3
    deprecationMessage: say goal
outputs:
  path:
    description: Where
    value: ${{ steps.find.outputs.path }}
runs:
  using: Composite
  steps:
    - id: find
      run: echo \"path=$PWD\" >> $GITHUB_OUTPUT
      shell: bash
    - uses: actions/cache@v4
      with: { path: x, key: '${{ inputs.tol }}' }
";

fn workflow(steps: &str) -> String {
    format!("name: CI\non: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n{steps}")
}

#[test]
fn a_use_of_an_action_of_the_repository_is_held_against_its_file() {
    let uses = workflow(
        "      - uses: actions/checkout@v4
      - id: one
        uses: ./tools/set-up
        with: { tol: x, level: 2 }
      - run: echo \"$A\"
        env: { A: '${{ steps.one.outputs.pth }}', B: '${{ steps.one.outputs.path }}' }
      - uses: ./.github/actions/gone
      - uses: $/.github/actions/program
        with: { Token: x }
",
    );
    let program = "name: P\ndescription: P\ninputs: { token: { required: yes } }\nruns: { using: node20, main: a.js, post: b.js, post-if: always() }\n";
    let files = [
        (".github/workflows/ci.yml", uses.as_str()),
        ("tools/set-up/action.yaml", COMPOSITE),
        (".github/actions/program/action.yml", program),
    ];
    let rules = ["local-action-inputs", "uses-missing", "input-unknown", "step-output-unknown", "syntax", "unknown-field"];
    assert_eq!(
        said(&files, false, &rules),
        [
            ".github/workflows/ci.yml:9 local-action-inputs .github/workflows/ci.yml/test/one `set-up` needs `tool`",
            ".github/workflows/ci.yml:10 local-action-inputs .github/workflows/ci.yml/test/one `set-up` takes no `tol`",
            ".github/workflows/ci.yml:10 local-action-inputs .github/workflows/ci.yml/test/one `level` of `set-up` is out of use",
            ".github/workflows/ci.yml:12 local-action-inputs .github/workflows/ci.yml/test/#3 `set-up` has no output `pth`",
            ".github/workflows/ci.yml:13 uses-missing .github/workflows/ci.yml/test/#4 there is no action in `.github/actions/gone`",
            "tools/set-up/action.yaml:19 input-unknown tools/set-up/action.yaml/#2 the pipeline has no input `tol`",
        ]
    );
}

#[test]
fn a_key_in_other_capitals_and_a_use_of_no_form_are_told() {
    let steps = "      - uses: actions/checkout
      - uses: .github/actions/mine
        env: { Path: a, PATH: b, path: c }
        if: !github.sha
      - uses: $/.github/actions/mine
        with: { a: 1, A: 2 }
";
    let jobs =
        "on: push\njobs:\n  call: { uses: a/b/.github/workflows/c.yml }\n  CALL: { uses: a/b/.github/workflows/c.yml@v1 }\n";
    let files = [(".github/workflows/a.yml", workflow(steps)), (".github/workflows/b.yml", jobs.to_owned())];
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    assert_eq!(
        said(&files, false, &["syntax"]),
        [
            ".github/workflows/a.yml:7 syntax .github/workflows/a.yml/test expected a revision of the action, got \"actions/checkout\"",
            ".github/workflows/a.yml:8 syntax .github/workflows/a.yml/test expected an action, got \".github/actions/mine\"",
            ".github/workflows/a.yml:9 syntax .github/workflows/a.yml/test the key `PATH` stands here already, as `Path`",
            ".github/workflows/a.yml:9 syntax .github/workflows/a.yml/test the key `path` stands here already, as `Path`",
            ".github/workflows/a.yml:10 syntax .github/workflows/a.yml/test `!` at the front of `if` begins a tag of YAML, and no text",
            ".github/workflows/a.yml:12 syntax .github/workflows/a.yml/test the key `A` stands here already, as `a`",
            ".github/workflows/b.yml:3 syntax .github/workflows/b.yml/call expected a revision of the workflow, got \"a/b/.github/workflows/c.yml\"",
        ]
    );
}

#[test]
fn variables_that_one_expression_gives_are_not_looked_for_by_name() {
    let steps = "      - run: make \"$A\"
        env: ${{ matrix.env }}
        if: env.A != ''
      - run: make
        env: A=b
";
    let rules = ["contract-broken", "expression-types", "id-rules"];
    assert_eq!(
        said(&[(".github/workflows/a.yml", &workflow(steps))], false, &rules),
        [".github/workflows/a.yml:11 contract-broken .github/workflows/a.yml/test/#2 expected a mapping, got a text"]
    );
}

#[test]
fn what_is_bound_to_a_broken_expression_is_bound() {
    let steps = "      - uses: actions/cache@v5
        with: { path: x, key: '${{ github. }}' }
      - run: make
        env: { A: '${{ 1 + 1 }}' }
        if: env.A != ''
";
    let rules = ["contract-broken", "expression-types", "action-inputs"];
    let said = said(&[(".github/workflows/a.yml", &workflow(steps))], false, &rules);
    let lines: Vec<&str> = said.iter().filter_map(|line| line.split(' ').next()).collect();
    assert_eq!(lines, [".github/workflows/a.yml:8", ".github/workflows/a.yml:10"], "{said:?}");
    assert!(said.iter().all(|line| line.contains("contract-broken")), "{said:?}");
}

#[test]
fn a_job_without_a_machine_is_told() {
    let text = "on: push\njobs:\n  a:\n    runs-on: ''\n    steps: [{ run: make }]\n";
    let said = said(&[(".github/workflows/a.yml", text)], false, &["contract-broken", "runner-label-unknown", "syntax"]);
    assert_eq!(
        said,
        [".github/workflows/a.yml:4 contract-broken .github/workflows/a.yml/a expected a label, got an empty text"],
        "{said:?}"
    );
}

#[test]
fn a_job_that_cannot_be_read_is_there_all_the_same() {
    let jobs = "on: push\njobs:\n  call: { uses: a/b/c.yml@v1 }\n  both: { uses: a/b/.github/workflows/c.yml@v1, steps: [] }
  after:\n    needs: [call, both, gone]\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps: [{ run: make }]\n";
    let rules = ["contract-broken", "needs-graph", "job-timeout-missing"];
    assert_eq!(
        said(&[(".github/workflows/a.yml", jobs)], false, &rules),
        [
            ".github/workflows/a.yml:3 contract-broken .github/workflows/a.yml/call expected the path of a workflow, got \"a/b/c.yml@v1\"",
            ".github/workflows/a.yml:4 contract-broken .github/workflows/a.yml/both a job either has `steps` or `calls` a pipeline",
            ".github/workflows/a.yml:6 needs-graph .github/workflows/a.yml/after no job of this pipeline is named `gone`",
        ]
    );
}

#[test]
fn what_github_takes_as_an_action_is_taken() {
    let docker =
        "runs: { using: docker, image: 'docker://alpine:3', args: ['${{ inputs.a }}', 2], env: { A: }, pre-entrypoint: a.sh }
inputs: { a: , b: { type: string, default: '${{ github.token }}', required: true } }
outputs: { c: { description: C, value: x } }
branding: { icon: 1 }
";
    let node = "name: N\nruns: { using: node16, main: i.js, pre: p.js, pre-if: runner.os == 'linux' }\n";
    let files = [("action.yml", docker), ("sub/action.yml", node), (".github/dependabot.yml", "version: 2\n")];
    let rules = ["syntax", "unknown-field", "contract-broken", "local-action-inputs", "unpinned-images", "expression-types"];
    assert_eq!(said(&files, true, &rules), ["action.yml:1 unpinned-images action.yml `alpine:3` has no digest"]);
}

#[test]
fn what_github_refuses_in_an_action_is_told_at_its_place() {
    let files = [
        (
            "a/action.yml",
            "name: A\nruns:\n  using: composite\n  steps:\n    - run: make\n    - run: make\n      shell: bash\n      timeout-minutes: 3\n",
        ),
        ("b/action.yml", "name: B\nruns: { using: nodejs, main: a.js }\n"),
        ("c/action.yml", "name: C\n"),
        ("d/action.yml", "name: D\nruns: { using: composite }\n"),
        ("e/action.yml", "[]\n"),
    ];
    let rules = ["syntax", "action-step-unsupported", "unknown-field", "timeout-unsupported-place"];
    assert_eq!(
        said(&files, false, &rules),
        [
            "a/action.yml:5 syntax a/action.yml a command of an action needs `shell`",
            "a/action.yml:8 action-step-unsupported a/action.yml/#2 a step of an action has no time of its own",
            "b/action.yml:2 syntax b/action.yml expected what runs the action, got \"nodejs\"",
            "c/action.yml:1 syntax c/action.yml `runs` is missing",
            "d/action.yml:2 syntax d/action.yml `runs.steps` is missing",
            "e/action.yml:1 syntax e/action.yml expected a mapping that describes an action",
        ]
    );
}

#[test]
fn workflows_call_each_other_by_their_files() {
    let call =
        |file: &str| format!("name: Call\non: push\npermissions: {{}}\njobs:\n  more:\n    uses: ./.github/workflows/{file}\n");
    let callee = "name: Called\non: { workflow_call: { inputs: { target: { type: string, required: true } } } }
jobs:
  test:
    runs-on: ubuntu-24.04
    permissions: { contents: write }
    steps: [{ run: make }]
";
    let (one, two, three) = (call("my_work.yaml"), call("2.odd.yml"), call("gone.yml"));
    let plain = workflow("      - run: make\n");
    let four = call("plain.yml");
    let files = [
        (".github/workflows/one.yml", one.as_str()),
        (".github/workflows/two.yml", two.as_str()),
        (".github/workflows/three.yml", three.as_str()),
        (".github/workflows/four.yml", four.as_str()),
        (".github/workflows/plain.yml", plain.as_str()),
        (".github/workflows/my_work.yaml", callee),
        (".github/workflows/2.odd.yml", callee),
    ];
    let rules = ["call-signature", "call-unknown", "permissions-call-mismatch", "uses-missing"];
    assert_eq!(
        said(&files, false, &rules),
        [
            ".github/workflows/four.yml:6 call-unknown .github/workflows/four.yml/more `plain` does not let others call it",
            ".github/workflows/one.yml:3 permissions-call-mismatch .github/workflows/one.yml/more `my_work/test` asks for `contents` at write, and none is granted here",
            ".github/workflows/one.yml:6 call-signature .github/workflows/one.yml/more `my_work.yaml` requires the input `target`",
            ".github/workflows/three.yml:6 uses-missing .github/workflows/three.yml/more there is no `.github/workflows/gone.yml`",
            ".github/workflows/two.yml:3 permissions-call-mismatch .github/workflows/two.yml/more `_2-odd/test` asks for `contents` at write, and none is granted here",
            ".github/workflows/two.yml:6 call-signature .github/workflows/two.yml/more `2.odd.yml` requires the input `target`",
        ]
    );
}

#[test]
fn a_file_that_was_not_given_is_unknown() {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join(".github/workflows");
    fs::create_dir_all(&folder).expect("it can be made");
    let call = "name: Call\non: push\njobs:\n  more:\n    uses: ./.github/workflows/other.yml\n  less:\n    uses: ./.github/workflows/gone.yml\n";
    fs::write(folder.join("one.yml"), call).expect("it can be written");
    fs::write(folder.join("other.yml"), workflow("      - run: make\n")).expect("it can be written");
    let rules = ["call-unknown", "uses-missing", "updater-missing"];
    let place = folder.join("one.yml");
    let alone =
        [".github/workflows/one.yml:7 uses-missing .github/workflows/one.yml/less there is no `.github/workflows/gone.yml`"];
    assert_eq!(of(&[&place], root.path(), true, &rules), alone);
}

#[test]
fn updates_are_asked_for_where_all_of_a_repository_was_seen() {
    let plain = workflow("      - run: make\n");
    let workflow = (".github/workflows/ci.yml", plain.as_str());
    let rules = ["updater-missing", "updater-runs-code", "syntax"];
    let missing = ".github/workflows:1 updater-missing .github/dependabot.yml/updates no update is declared for `github-actions`";
    assert_eq!(said(&[workflow], true, &rules), [missing]);
    for other in ["renovate.json", ".github/renovate.json5", ".renovaterc"] {
        assert_eq!(said(&[workflow, (other, "{}")], true, &rules), Vec::<String>::new(), "{other}");
    }
    let updates = "version: 2
registries: { npm: { type: npm-registry, url: 'https://x' } }
updates:
  - package-ecosystem: github-actions
    directories: [/, /.github/actions/*]
    schedule: { interval: cron, cronjob: '0 9 * * *' }
    cooldown: { default-days: 7, semver-major-days: 30 }
    ignore: [{ dependency-name: x }]
    groups: { all: { patterns: ['*'], applies-to: version-updates } }
  - package-ecosystem: npm
    directory: /
    schedule: { interval: quarterly }
    cooldown: { semver-major-days: 30 }
    insecure-external-code-execution: allow
  - package-ecosystem: pip
    directory: /
    schedule: { interval: daily }
    open-pull-requests-limit: 0
";
    assert_eq!(
        said(&[workflow, (".github/dependabot.yml", updates)], true, &rules),
        [
            ".github/dependabot.yml:10 updater-missing .github/dependabot.yml/updates/npm the update takes releases on the day they appear",
            ".github/dependabot.yml:14 updater-runs-code .github/dependabot.yml/updates/npm the code of what is updated may run while it is looked at",
        ]
    );
}

#[test]
fn examples_are_left_out_and_never_what_the_forge_reads() {
    let root = tempfile::tempdir().expect("a folder");
    let broken = workflow("      - uses: ./.github/actions/gone\n");
    let odd = "name: A\nruns: { using: nodejs, main: a.js }\n";
    for (path, text) in [
        (".pipewardignore", "# Made to be bad.\n/tests/\n.github/\n.gitlab-ci.yml\n"),
        (".github/.pipewardignore", "*\n"),
        (".github/workflows/ci.yml", &broken),
        ("tests/bad/.github/workflows/ci.yml", &broken),
        ("tests/bad/action.yml", odd),
        ("docs/bad/action.yml", odd),
    ] {
        let place = root.path().join(path);
        fs::create_dir_all(place.parent().expect("a folder")).expect("it can be made");
        fs::write(place, text).expect("it can be written");
    }
    let search = |ignores: bool, exclude: &[&str]| {
        let exclude = exclude.iter().map(|line| Pattern::parse(line).expect("a pattern")).collect();
        let search = Search { paths: vec![root.path().to_owned()], ignores, exclude, shard: None };
        at(&search, root.path(), false, &["uses-missing", "syntax"])
    };
    let own =
        ".github/workflows/ci.yml:7 uses-missing .github/workflows/ci.yml/test/#1 there is no action in `.github/actions/gone`";
    let docs = "docs/bad/action.yml:2 syntax docs/bad/action.yml expected what runs the action, got \"nodejs\"";
    assert_eq!(search(true, &[]), [own, docs]);
    assert_eq!(search(true, &["docs/"]), [own]);
    assert_eq!(search(true, &["/bad/"]), [own, docs]);
    assert_eq!(search(false, &[]).len(), 4);
    assert_eq!(search(false, &["tests/bad/", ".github/"]), [docs]);
}

#[test]
fn findings_of_repositories_with_the_same_files_are_told_apart() {
    let broken = workflow("      - uses: ./.github/actions/gone\n");
    let files = [("api/.github/workflows/ci.yml", broken.as_str()), ("team/web/.github/workflows/ci.yml", broken.as_str())];
    let identities: Vec<String> =
        said(&files, false, &["uses-missing"]).iter().filter_map(|line| line.split(' ').nth(2).map(str::to_owned)).collect();
    assert_eq!(identities, ["api/.github/workflows/ci.yml/test/#1", "team/web/.github/workflows/ci.yml/test/#1"]);
}

#[test]
fn permissions_are_called_as_they_are_written() {
    let call = "name: Call\non: push\npermissions: {}\njobs:\n  more:\n    uses: ./.github/workflows/called.yml\n";
    let called = "name: Called\non: { workflow_call: {} }\njobs:\n  scan:\n    runs-on: ubuntu-24.04\n    permissions: { security-events: write }\n    steps: [{ run: make }]\n";
    let files = [(".github/workflows/call.yml", call), (".github/workflows/called.yml", called)];
    let wanted = ".github/workflows/call.yml:3 permissions-call-mismatch .github/workflows/call.yml/more `called/scan` asks for `security-events` at write, and none is granted here";
    assert_eq!(said(&files, false, &["permissions-call-mismatch"]), [wanted]);
}

#[test]
fn a_finding_carries_what_would_mend_it() {
    let root = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(root.path().join(".github/workflows")).expect("it can be made");
    let text = workflow("      - run: echo \"${{ github.head_ref }}\"\n");
    fs::write(root.path().join(".github/workflows/ci.yml"), &text).expect("it can be written");
    let (found, _) = find(&Search { paths: vec![root.path().to_owned()], ignores: true, exclude: Vec::new(), shard: None });
    let (mut all, now) = (super::Told::default(), Date::from_unix(0));
    audit(found, &Terms { now, strict: false, policy: None }, super::Judged::with_fixes, |judged| all.add(judged));
    let report = crate::report::Report::new(&all.findings, &all.files, 1, crate::report::Thing::File);
    let written = |format: &str| -> serde_json::Value {
        let format = crate::report::find(format).expect("it is one");
        serde_json::from_str(&(format.write)(&report)).expect("it is JSON")
    };
    let json = written("json");
    let of = |rule: &str| json["findings"].as_array().expect("findings").iter().find(|finding| finding["rule"] == rule);
    let fix = &of("template-injection").expect("it is found")["fix"];
    assert_eq!(fix["safe"], true);
    let edits = fix["edits"].as_array().expect("edits");
    assert!(edits.iter().any(|edit| edit["text"] == "${HEAD_REF}" && edit["line"] == 7), "{edits:?}");
    assert_eq!(of("permissions-missing").expect("it is found")["fix"]["safe"], false);
    let sarif = written("sarif");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let result = results.iter().find(|result| result["ruleId"] == "template-injection").expect("it is found");
    let change = &result["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"], result["locations"][0]["physicalLocation"]["artifactLocation"]);
    let replaced = &change["replacements"][0];
    assert!(replaced["insertedContent"]["text"].is_string() && replaced["deletedRegion"]["startLine"].is_number(), "{change}");
}
