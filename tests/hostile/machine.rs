//! A machine that is not well, or not as expected: clocks, locales, missing directories, closed streams, files of somebody else.

use std::fs;
use std::io::Read as _;
use std::process::{Command, Stdio};

use crate::project::{GOOD, Project, Said, is_refused, said};
use crate::skip;

fn emitted() -> Project {
    let project = Project::new();
    assert_eq!(project.run(&["emit"]).code, Some(0));
    project
}

#[track_caller]
fn passes(said: &Said) {
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{}", said.err);
    assert!(said.err.starts_with("ok: "), "{}", said.err);
}

#[test]
fn a_day_far_away() {
    let project = emitted();
    project.write(
        "policies/main.ncl",
        r#"{ exceptions.long = { rule = "job-timeout-over-limit", where = "ci/unit", reason = "slow", owner = "us", expires = "2027-01-31" } }"#,
    );
    for (day, word) in [
        ("1970-01-01", "waiver-unused"),
        ("2500-12-31", "waiver-expired"),
        ("9999-12-31", "waiver-expired"),
        ("0001-01-01", "waiver-unused"),
    ] {
        let said = project.run(&["check", "--now", day]);
        assert!(matches!(said.code, Some(0 | 1)) && said.out.contains(word), "{day}: {}{}", said.out, said.err);
    }
    for day in ["0000-00-00", "10000-01-01", "2027-02-29", "-1970-01-01", "tomorrow", "", "2027-01-31T00:00:00Z", "٢٠٢٧-٠١-٣١"]
    {
        let said = project.run(&["check", &format!("--now={day}")]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""), "{day}");
    }
}

#[test]
fn the_clock_decides_nothing_that_is_written() {
    let project = emitted();
    let before = fs::read(project.path(".github/workflows/ci.yml")).expect("it is there");
    let old = std::time::SystemTime::UNIX_EPOCH;
    for name in ["pipelines/main.ncl", "pipelines/ci.ncl"] {
        let file = fs::File::options().append(true).open(project.path(name)).expect("it is there");
        file.set_modified(old).expect("it can be set");
    }
    assert_eq!(project.run(&["emit", "--now", "2500-01-01"]).code, Some(0));
    assert_eq!(fs::read(project.path(".github/workflows/ci.yml")).expect("it is there"), before);
    if Command::new("faketime").arg("--version").output().is_ok_and(|output| output.status.success()) {
        for day in ["1970-01-02", "2500-01-01"] {
            let mut command = Command::new("faketime");
            command.arg(day).arg(env!("CARGO_BIN_EXE_pipeward")).arg("check").current_dir(project.root());
            passes(&said(command));
        }
    }
}

#[test]
fn no_environment_and_a_locale_that_is_not_utf8() {
    let project = emitted();
    project.write("pipelines/ci.ncl", GOOD.replace("\"Tests\"", "\"Tästs 試験\""));
    assert_eq!(project.run(&["emit"]).code, Some(0));
    let reference = fs::read(project.path(".github/workflows/ci.yml")).expect("it is there");
    for variables in [
        &[][..],
        &[("LC_ALL", "C"), ("LANG", "C")],
        &[("LC_ALL", "nonsense"), ("HOME", "/nowhere"), ("TMPDIR", "/nowhere"), ("TZ", "Nowhere/Land")],
    ] {
        let run = |args: &[&str]| {
            let mut command = project.command(args);
            command.env_clear().envs(variables.iter().copied());
            said(command)
        };
        passes(&run(&["check"]));
        project.write("pipelines/ci.ncl", GOOD.replace("\"Tests\"", "\"Tästs 試験\"").replace("10m", "7h"));
        assert!(run(&["check"]).out.contains("Tests") || run(&["show"]).out.contains("Tästs 試験"));
        project.write("pipelines/ci.ncl", GOOD.replace("\"Tests\"", "\"Tästs 試験\""));
        fs::remove_dir_all(project.path(".github")).expect("it is there");
        assert_eq!(run(&["emit"]).code, Some(0));
        assert_eq!(fs::read(project.path(".github/workflows/ci.yml")).expect("it is there"), reference);
    }
}

#[test]
fn what_the_environment_says_is_not_read_by_evaluation() {
    let project = emitted();
    project.write("elsewhere/pipeward.ncl", "{ Pipeline = 1, Project = 1, Policy = 1 }");
    let mut command = project.command(&["check"]);
    command.env("NICKEL_IMPORT_PATH", project.path("elsewhere")).env("RUST_LOG", "trace");
    passes(&said(command));
}

#[test]
fn no_project() {
    let nowhere = tempfile::tempdir().expect("there is room");
    for (directory, code, words) in [
        (nowhere.path().to_owned(), 3, "no pipelines/main.ncl in "),
        (nowhere.path().join("missing"), 2, "`-C` names no directory"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pipeward"));
        command.arg("-C").arg(directory).arg("check");
        let said = said(command);
        assert_eq!((said.code, said.out.as_str()), (Some(code), ""));
        assert!(said.err.contains(words) && said.err.contains("help: "), "{}", said.err);
    }
    let project = Project::new();
    fs::remove_file(project.path("pipelines/main.ncl")).expect("it is there");
    fs::create_dir(project.path("pipelines/main.ncl")).expect("it can be made");
    let said = project.run(&["check"]);
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
}

#[cfg(target_os = "linux")]
#[test]
fn a_working_directory_that_is_gone() {
    let gone = tempfile::tempdir().expect("there is room");
    let script = "rmdir \"$PWD\" && exec \"$0\" check";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_pipeward")]).current_dir(gone.path());
    let said = said(command);
    assert!(matches!(said.code, Some(2 | 3)), "{said:?}");
    assert!(said.err.starts_with("error: ") && !said.err.contains("panicked"), "{}", said.err);
}

#[cfg(unix)]
#[test]
fn streams_that_are_closed() {
    let project = emitted();
    project.write("pipelines/ci.ncl", GOOD.replace("10m", "7h"));
    for (args, code) in [("check", 1), ("show --format json", 0), ("check --format sarif", 1), ("rules", 0), ("explain globs", 0)]
    {
        for streams in [">&-", "<&-", "2>&-", "<&- >&- 2>&-"] {
            let script = format!("exec \"$0\" {args} {streams}");
            let mut command = Command::new("sh");
            command.args(["-c", &script, env!("CARGO_BIN_EXE_pipeward")]).current_dir(project.root());
            let said = said(command);
            let unwritable = streams.contains(">&-") && !streams.starts_with('2');
            assert!(said.code == Some(code) || (unwritable && said.code == Some(3)), "{args} {streams}: {said:?}");
            assert!(!said.err.contains("panicked"), "{args} {streams}: {}", said.err);
        }
        let mut child = project
            .command(&args.split(' ').collect::<Vec<_>>())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().expect("it is piped").read_to_string(&mut err).expect("it is text");
        assert_eq!(child.wait().expect("it ends").code(), Some(code), "{args}: {err}");
        assert!(!err.contains("panicked") && !err.contains("Broken pipe"), "{args}: {err}");
    }
    if fs::metadata("/dev/full").is_ok() {
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$0\" check > /dev/full", env!("CARGO_BIN_EXE_pipeward")]).current_dir(project.root());
        let said = said(command);
        assert_eq!(said.code, Some(3), "{}", said.err);
        assert!(said.err.contains("cannot write `standard output`"), "{}", said.err);
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::planted();
    project.write("pipelines/bad.ncl", GOOD);
    fs::set_permissions(project.path("pipelines/bad.ncl"), fs::Permissions::from_mode(0o000)).expect("it can be set");
    if fs::read(project.path("pipelines/bad.ncl")).is_err() {
        is_refused(&project, "pipelines/bad.ncl", &["cannot be read: Permission denied"]);
        return;
    }
    // Root may read everything, nobody may not.
    fs::set_permissions(project.root(), fs::Permissions::from_mode(0o755)).expect("it can be set");
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_pipeward"), "check"])
        .current_dir(project.root());
    match command.output() {
        Ok(output) if matches!(output.status.code(), Some(0..=3)) => {
            let out = String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.code(), Some(3), "{out}");
            assert!(
                out.contains("`pipelines/bad.ncl` cannot be read: Permission denied") && out.contains(crate::project::PLANTED),
                "{out}"
            );
        }
        _ => skip("a_file_that_may_not_be_read", "a user who may not read everything, or setpriv"),
    }
}
