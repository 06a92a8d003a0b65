//! The example of a fleet: what its jobs run, run here on small repositories, comes to what one audit of all of them says.

#[path = "support/folder.rs"]
mod folder;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use folder::{copy, project};
use serde_json::Value;

const PARTS: u32 = 2;

/// Where repositories seem to be.
const FORGE: &str = "https://forge.test/";

const WORKFLOW: &str = "name: CI
on: pull_request
permissions: {}
jobs:
  test:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: echo \"${{ github.head_ref }}\"
";

/// The room of a test: the forge, and the programs that are found in it.
struct Room {
    root: tempfile::TempDir,
}

impl Room {
    fn new() -> Self {
        let root = tempfile::tempdir().expect("there is room");
        let programs = root.path().join("bin");
        fs::create_dir_all(&programs).expect("a folder");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_pipeward"), programs.join("pipeward")).expect("a link");
        let room = Self { root };
        // What Nix would put around the commands of a job is here already.
        room.program("nix", "while [ \"$1\" != --command ]; do shift; done; shift; exec \"$@\"");
        room.program("gh", &format!("test \"$GH_TOKEN\" = secret && echo {FORGE}acme/api.git && echo {FORGE}acme/web.git"));
        room
    }

    fn program(&self, name: &str, text: &str) {
        let place = self.root.path().join("bin").join(name);
        fs::write(&place, format!("#!/bin/sh\n{text}\n")).expect("a file");
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).expect("a program");
    }

    fn command(&self, program: &str, folder: &Path) -> Command {
        let path = format!("{}:{}", self.root.path().join("bin").display(), std::env::var("PATH").unwrap_or_default());
        let mut command = Command::new(program);
        command.current_dir(folder).env("PATH", path).env("HOME", self.root.path());
        command
    }

    /// A repository of the forge, with one commit.
    fn repository(&self, name: &str, files: &[(&str, &str)]) {
        let folder = self.root.path().join("forge").join(format!("{name}.git"));
        for (path, text) in files {
            let place = folder.join(path);
            fs::create_dir_all(place.parent().expect("a folder")).expect("folders");
            match text.strip_prefix("-> ") {
                Some(target) => std::os::unix::fs::symlink(target, place).expect("a link"),
                None => fs::write(place, text).expect("a file"),
            }
        }
        for arguments in [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "--message", "All"]] {
            let person = ["-c", "user.name=n", "-c", "user.email=n@example.org"];
            let output = self.command("git", &folder).args(person).args(arguments).output().expect("git starts");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
    }

    /// A checkout of the example for one job.
    fn checkout(&self, name: &str) -> PathBuf {
        let folder = self.root.path().join(name);
        copy(&project("examples/fleet"), &folder);
        folder
    }

    /// Runs a step of a job as it is emitted for GitHub.
    fn step(&self, folder: &Path, job: &str, name: &str, env: &[(&str, &str)]) -> Output {
        let text = fs::read_to_string(folder.join(".github/workflows/audit.yml")).expect("a workflow");
        let workflow: serde_yaml::Value = serde_yaml::from_str(&text).expect("YAML");
        let steps = workflow["jobs"][job]["steps"].as_sequence().expect("steps");
        let step = steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("{job} has no step {name}"));
        let script = step["run"].as_str().expect("commands");
        let mut command = self.command("bash", folder);
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script]).envs(env.iter().copied());
        command.env("FLEET_PROTOCOLS", "file").env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
        let forge = format!("url.file://{}/.insteadOf", self.root.path().join("forge").display());
        command.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", forge).env("GIT_CONFIG_VALUE_0", FORGE);
        command.output().expect("bash starts")
    }

    fn succeeds(&self, folder: &Path, job: &str, name: &str, env: &[(&str, &str)]) {
        let output = self.step(folder, job, name, env);
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Fetches and audits one part of a list; the folder of the job.
    fn part(&self, list: &str, number: u32, of: u32) -> PathBuf {
        let folder = self.checkout(&format!("part-{number}-of-{of}"));
        fs::create_dir_all(folder.join("all")).expect("a folder");
        fs::write(folder.join("all/repositories.txt"), list).expect("a list");
        let (number, of) = (number.to_string(), of.to_string());
        let env = [("SHARD", number.as_str()), ("SHARDS", of.as_str())];
        self.succeeds(&folder, "part", "Fetch the repositories of this part", &env);
        self.succeeds(&folder, "part", "Audit them", &env);
        folder
    }

    /// All parts of a list, joined; the folder of the last job.
    fn report(&self, list: &str) -> PathBuf {
        let report = self.checkout("report");
        fs::create_dir_all(report.join("parts")).expect("a folder");
        for number in 1..=PARTS {
            let part = self.part(list, number, PARTS);
            for kept in ["json", "sarif", "txt"].map(|form| format!("part-{number}.{form}")) {
                fs::copy(part.join(&kept), report.join("parts").join(&kept)).expect("a report");
            }
        }
        self.succeeds(&report, "report", "Join the parts", &[]);
        report
    }
}

fn json(place: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(place).expect("a report")).expect("JSON")
}

/// Three repositories, one of which has a link and says that nothing of it is to be looked at.
fn filled() -> Room {
    let room = Room::new();
    room.repository("acme/api", &[(".github/workflows/ci.yml", WORKFLOW), ("examples/one/.github/workflows/ci.yml", WORKFLOW)]);
    room.repository(
        "acme/web",
        &[
            (".gitlab-ci.yml", "test:\n  image: python:latest\n  script: make\n"),
            (".gitignore", ".gitlab-ci.yml\n"),
            (".pipewardignore", "*\n"),
            (".github/workflows/passwords.yml", "-> /etc/passwd"),
        ],
    );
    room.repository("acme/.github", &[(".github/workflows/ci.yml", WORKFLOW)]);
    room
}

#[test]
fn the_parts_together_say_what_one_audit_of_all_says() {
    let room = filled();
    // What is ignored is not committed unless somebody insists.
    let web = room.root.path().join("forge/acme/web.git");
    let insist = "git add --force .gitlab-ci.yml && git -c user.name=n -c user.email=n@example.org commit --quiet --message More";
    assert!(room.command("sh", &web).args(["-c", insist]).status().expect("it starts").success());
    let list =
        format!("# All.\n{FORGE}acme/api.git\n{FORGE}acme/web.git # the site\n\n{FORGE}acme/.github/\n{FORGE}acme/api.git\n");
    let report = room.report(&list);
    let whole = room.part(&list, 1, 1);

    let joined = json(&report.join("fleet.json"));
    let all = json(&whole.join("part-1.json"));
    assert_eq!(joined["counts"], all["counts"]);
    assert_eq!(joined["findings"], all["findings"]);
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in all["findings"].as_array().expect("findings") {
        let identity = finding["identity"].as_str().expect("an identity");
        *found.entry(identity.split("/.git").next().unwrap_or_default()).or_default() += 1;
    }
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), ["acme/_.github", "acme/api", "acme/api/examples/one", "acme/web"]);
    let ways = |number: u32| fs::read_to_string(report.join(format!("parts/part-{number}.txt"))).expect("ways").lines().count();
    assert!(ways(1) > 0 && ways(2) > 0 && ways(1) + ways(2) == 3, "both parts have something to do: {} and {}", ways(1), ways(2));

    let link = whole.join("repositories/acme/web/.github/workflows/passwords.yml");
    assert!(fs::symlink_metadata(&link).expect("the file").is_file(), "a link is the text of it");
    let sarif = json(&report.join("fleet.sarif"));
    assert_eq!(sarif["runs"][0]["results"].as_array().map(Vec::len), all["findings"].as_array().map(Vec::len));
    room.succeeds(&report, "report", "Sum it up", &[]);
    let summary = fs::read_to_string(report.join("summary.md")).expect("a summary");
    assert!(summary.starts_with("## 3 repositories, "), "{summary}");
    // What is in its examples is said of it, too.
    assert!(summary.contains("| acme/api | 2 | 0 |\n") && summary.contains("| template-injection | 3 |\n"), "{summary}");
    room.succeeds(&report, "report", "Everything was looked at", &[]);
}

#[test]
fn what_cannot_be_fetched_is_told_and_fails_the_run() {
    let room = filled();
    let list = format!("{FORGE}acme/api.git\n{FORGE}acme/gone.git\next::sh -c x\n--upload-pack=x\n{FORGE}acme/../../etc\n");
    let report = room.report(&list);
    let joined = json(&report.join("fleet.json"));
    assert_eq!(joined["verdict"], "could-not-check");
    let lost: Vec<&str> = joined["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter(|finding| finding["kind"] == "refused")
        .filter_map(|finding| finding["identity"].as_str())
        .collect();
    let wanted = ["acme/_../_../etc", "acme/gone", "no-address---upload-pack-x", "no-address-ext--sh-cx"];
    assert_eq!(lost, wanted.map(|way| format!("repositories/{way}")));
    room.succeeds(&report, "report", "Sum it up", &[]);
    let summary = fs::read_to_string(report.join("summary.md")).expect("a summary");
    assert!(summary.contains("- not looked at: repositories/acme/gone cannot be read"), "{summary}");
    assert!(!room.step(&report, "report", "Everything was looked at", &[]).status.success());
}

#[test]
fn an_organisation_is_asked_for_its_repositories_and_a_list_stands_without_one() {
    let room = Room::new();
    let folder = room.checkout("list");
    let listed = || fs::read_to_string(folder.join("repositories.txt")).expect("a list");
    let committed = listed();
    room.succeeds(&folder, "list", "List", &[("OWNER", ""), ("FLEET_TOKEN", "")]);
    assert_eq!(listed(), committed);
    assert!(!room.step(&folder, "list", "List", &[("OWNER", "acme"), ("FLEET_TOKEN", "wrong")]).status.success());
    assert_eq!(listed(), committed, "half a list is none");
    room.succeeds(&folder, "list", "List", &[("OWNER", "acme"), ("FLEET_TOKEN", "secret")]);
    assert_eq!(listed(), format!("{FORGE}acme/api.git\n{FORGE}acme/web.git\n"));
    fs::write(folder.join("repositories.txt"), "# none\n").expect("a list");
    assert!(!room.step(&folder, "list", "List", &[("OWNER", ""), ("FLEET_TOKEN", "")]).status.success());
}

#[test]
fn a_group_of_gitlab_is_asked_page_by_page() {
    let room = Room::new();
    // Its first page says that there is a second one; the token comes by the standard input.
    room.program(
        "curl",
        &format!(
            "grep -q 'PRIVATE-TOKEN: secret' || exit 22
for last; do :; done
page=${{last##*=}}
case $last in https://gitlab.test/api/v4/groups/acme%2Fteam/projects\\?*) ;; *) exit 22 ;; esac
printf 'HTTP/2 200\\r\\nX-Next-Page: %s\\r\\n' \"$([ \"$page\" = 2 ] || echo 2)\" > headers.txt
printf '[{{\"http_url_to_repo\": \"{FORGE}acme/%s.git\"}}]' \"$page\" > page.json"
        ),
    );
    let folder = room.checkout("list");
    let env = [("OWNER", "acme/team"), ("FLEET_TOKEN", "secret"), ("CI_API_V4_URL", "https://gitlab.test/api/v4")];
    room.succeeds(&folder, "list", "List", &env);
    let listed = fs::read_to_string(folder.join("repositories.txt")).expect("a list");
    assert_eq!(listed, format!("{FORGE}acme/1.git\n{FORGE}acme/2.git\n"));
}

#[test]
fn what_is_committed_is_what_is_emitted() {
    let output = Command::new(env!("CARGO_BIN_EXE_pipeward"))
        .arg("-C")
        .arg(project("examples/fleet"))
        .args(["check", "--now", "2026-11-22"])
        .output()
        .expect("it starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!((output.status.code(), said.as_ref()), (Some(0), ""), "{}", String::from_utf8_lossy(&output.stderr));
}
