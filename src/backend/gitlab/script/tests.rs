//! The script of a job, run by each shell that images have.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::*;

/// The shells that run the scripts of GitLab's jobs; a machine without busybox leaves out its shell.
const SHELLS: &[&[&str]] = &[&["dash"], &["bash", "--noprofile", "--norc"], &["busybox", "ash"]];

/// What the simplest job calls.
const BASE: &[Piece] = &[Piece::Base];

/// What a job did.
struct Ran {
    code: Option<i32>,
    said: String,
    report: String,
    summary: String,
}

fn ran_in(shell: &[&str], pieces: &[Piece], entries: &str, env: &[(&str, &str)], directory: &Path) -> Option<Ran> {
    let file = directory.join("job.sh");
    fs::write(&file, Piece::together(pieces.iter().copied()) + entries).expect("a script");
    let output = Command::new(shell[0])
        .args(&shell[1..])
        .arg(&file)
        .current_dir(directory)
        .stdin(fs::File::open(&file).expect("what no step may read"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("TMPDIR", directory)
        .envs(env.iter().copied())
        .output()
        .ok()?;
    let text = |name: &str| fs::read_to_string(directory.join(name)).unwrap_or_default();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some(Ran { code: output.status.code(), said, report: text(REPORT), summary: text(SUMMARY) })
}

/// Holds what a job does in every shell to the same, with these pieces and those they call.
fn each(pieces: &[Piece], entries: &str, env: &[(&str, &str)], hold: impl Fn(&Ran, &Path)) {
    let mut shells = 0;
    for shell in SHELLS {
        let directory = tempfile::tempdir().expect("a directory");
        if let Some(ran) = ran_in(shell, pieces, entries, env, directory.path()) {
            hold(&ran, directory.path());
            assert!(!directory.path().join("owned").exists(), "{shell:?}: {}", ran.said);
            shells += 1;
        }
    }
    assert!(shells >= 2, "no shell to try");
}

/// A step, as the entries of scripts write it.
fn step(options: &str, id: &str, commands: &str) -> String {
    entry("step", options, id, commands)
}

/// A step that runs after a failure as well.
fn always(options: &str, id: &str, commands: &str) -> String {
    entry("always", options, id, commands)
}

fn entry(call: &str, options: &str, id: &str, commands: &str) -> String {
    format!("{call} {options} {id} 'The step {id}' <<'END'\n{commands}\nEND\n")
}

#[test]
fn a_failure_stops_what_does_not_ask_for_it_and_is_the_end_of_the_job() {
    let entries = [
        step("", "one", "echo first"),
        step("", "two", "false | true\necho not reached"),
        step("", "three", "echo third"),
        always("", "four", "echo fourth"),
        format!("if failed; then {}fi\n", always("", "five", "echo fifth; exit 9")),
        format!("if ! failed; then {}fi\n", always("", "six", "echo sixth")),
        "finish\n".to_owned(),
    ]
    .concat();
    each(BASE, &entries, &[], |ran, _| {
        assert_eq!(ran.code, Some(1), "{}", ran.said);
        for said in ["first", "fourth", "fifth", "The step two failed with exit code 1"] {
            assert!(ran.said.contains(said), "{said}: {}", ran.said);
        }
        for unsaid in ["reached", "third", "sixth"] {
            assert!(!ran.said.contains(unsaid), "{unsaid}: {}", ran.said);
        }
    });
}

#[test]
fn a_failure_that_is_only_said_does_not_count() {
    let warned = step("--warn yes", "one", "exit 3") + &step("--warn ''", "two", "echo second") + "finish\n";
    each(&[Piece::Warn], &warned, &[], |ran, _| {
        assert_eq!(ran.code, Some(0), "{}", ran.said);
        assert!(ran.said.contains("The step one failed with exit code 3, which is only said") && ran.said.contains("second"));
    });
    each(&[Piece::Warn], &(step("--warn ''", "one", "exit 42") + "finish\n"), &[], |ran, _| {
        assert_eq!(ran.code, Some(42), "{}", ran.said);
    });
}

#[test]
fn each_step_can_be_folded_in_the_log_under_a_name_of_its_own() {
    let twice = step("", "a", "true") + &step("", "a", "true") + "finish\n";
    each(BASE, &twice, &[], |ran, _| {
        for name in ["step_1_a", "step_2_a"] {
            let start = ran.said.find(&format!(":{name}\r\u{1b}[0K\u{1b}[1mThe step a")).expect("a start");
            let end = ran.said.rfind(&format!(":{name}\r\u{1b}[0K\n")).expect("an end");
            assert!(start < end, "{}", ran.said);
        }
    });
}

#[test]
fn values_reach_the_commands_as_they_are_and_only_those_of_the_step() {
    let value = "a b\n$(touch owned) `touch owned` \"'\\ é";
    let entries =
        format!("step --env 'A={}' one 'One' <<'END'\n{}\nEND\n", value.replace('\'', "'\\''"), r#"printf '<%s>' "$A""#)
            + &step("", "two", "echo \"[${A-none}]\"")
            + "finish\n";
    each(&[Piece::Variables], &entries, &[], |ran, _| {
        assert!(ran.said.contains(&format!("<{value}>")) && ran.said.contains("[none]"), "{}", ran.said);
    });
}

#[test]
fn commands_run_in_the_directory_and_the_shell_that_are_named_and_read_nothing() {
    let entries = step("--in /usr", "one", "pwd; cat; echo \"$0 $BASH_VERSION\" | grep -c .")
        + &step("--shell sh", "two", "echo \"sh ${BASH_VERSION:+bash}\"")
        + &step("--shell 'env N=1 bash {0}'", "three", "echo \"N is $N\"")
        + &always("--shell nothing-of-that-name", "four", "true")
        + "finish\n";
    each(&[Piece::Shell, Piece::Directory], &entries, &[], |ran, _| {
        for said in ["/usr\n1\n", "N is 1\n", "the image of this job has no nothing-of-that-name"] {
            assert!(ran.said.contains(said), "{said}: {}", ran.said);
        }
        assert!(ran.code == Some(127) && !ran.said.contains("pw_"), "{}", ran.said);
    });
}

#[test]
fn what_takes_too_long_is_ended_and_said() {
    each(&[Piece::Timeout], &(step("--seconds 1", "one", "exec sleep 600") + "finish\n"), &[], |ran, _| {
        assert_eq!(ran.code, Some(124), "{}", ran.said);
        assert!(ran.said.contains("The step one took longer than 1 seconds"), "{}", ran.said);
    });
}

#[test]
fn outputs_and_variables_of_a_step_reach_the_next_whatever_is_in_them() {
    let write = r#"{
echo 'plain=1=2'
echo 'with-dash=$(touch owned)'
printf 'lines<<E O F\na\n\nb=c\nE O F\n'
echo 'no name=x'
} >> "$GITHUB_OUTPUT"
{
echo 'A=`touch owned`; touch owned'
printf 'IFS<<E\nabc\nE\n'
printf 'B<<E\nx\ny\nE\n'
echo 'GITHUB_OUTPUT=/etc/passwd'
echo 'pw_failed=0'
echo 'UID=0'
echo 'a-b=c'
} >> "$GITHUB_ENV"
echo /somewhere >> "$GITHUB_PATH""#;
    let entries = step("", "one", write)
        + "printf '<%s>' \"$STEP_ONE_PLAIN\" \"$STEP_ONE_WITH_DASH\" \"$STEP_ONE_LINES\"; echo\n"
        + &step("", "two", "printf '{%s}' \"$A\" \"$B\"; echo \"${PATH%%:*}\"; test -f \"$GITHUB_OUTPUT\"")
        + "finish\n";
    each(&[Piece::Outputs, Piece::Environment, Piece::Path], &entries, &[], |ran, _| {
        assert_eq!(ran.code, Some(0), "{}", ran.said);
        assert!(ran.said.contains("<1=2><$(touch owned)><a\n\nb=c>\n"), "{}", ran.said);
        assert!(ran.said.contains("{`touch owned`; touch owned}{x\ny}/somewhere\n"), "{}", ran.said);
        for said in
            ["the output no name is left out", "the variable GITHUB_OUTPUT stays", "pw_failed stays", "UID stays", "a-b is left"]
        {
            assert!(ran.said.contains(said), "{said}: {}", ran.said);
        }
    });
}

#[test]
fn a_file_that_is_not_understood_fails_the_step() {
    for (line, said) in [("nothing", "neither name=value nor name<<END: nothing"), ("a<<E\\nb", "a has no line E at its end")] {
        each(
            &[Piece::Outputs],
            &(step("", "one", &format!("printf '{line}\\n' >> \"$GITHUB_OUTPUT\"")) + "finish\n"),
            &[],
            |ran, _| {
                assert!(ran.code == Some(1) && ran.said.contains(said), "{}", ran.said);
            },
        );
    }
    each(
        &[Piece::Outputs],
        &(step("", "one", "echo \"a=$(printf %70000s)\" >> \"$GITHUB_OUTPUT\"") + "finish\n"),
        &[],
        |ran, _| {
            assert!(ran.code == Some(1) && ran.said.contains("longer than 65536 characters"), "{}", ran.said);
        },
    );
}

#[test]
fn what_a_job_hands_on_comes_to_the_next_as_it_was() {
    let value = "two lines\n  $HOME 'x' \n";
    let entries = format!(
        "report BUILD_RESULT failure\n{}output BUILD_A '{}'\noutput BUILD_B v1.2/x:3\nfinish\n",
        step("", "one", "true"),
        value.replace('\'', "'\\''")
    );
    each(&[Piece::Report, Piece::Inherit], &entries, &[], |ran, directory| {
        let lines: Vec<&str> = ran.report.lines().collect();
        assert!(lines.len() == 3 && lines[1] == "BUILD_B=v1.2/x:3" && lines[2] == "BUILD_RESULT=success", "{}", ran.report);
        let handed = lines[0].strip_prefix("BUILD_A=").expect("the first");
        let next = "inherit BUILD_A \"${BUILD_A-}\"\nprintf '<%s>' \"$BUILD_A\"\nfinish\n";
        for shell in SHELLS {
            if let Some(ran) = ran_in(shell, &[Piece::Inherit, Piece::Base], next, &[("BUILD_A", handed)], directory) {
                assert!(ran.said.contains(&format!("<{value}>")), "{}", ran.said);
            }
        }
    });
}

#[test]
fn a_job_says_how_it_ended_even_if_it_never_gets_there() {
    each(&[Piece::Report, Piece::Skip], "report R failure\nexit 5\n", &[], |ran, _| assert_eq!(ran.report, "R=failure\n"));
    each(&[Piece::Report, Piece::Skip], &format!("report R failure\n{}finish\n", step("", "one", "false")), &[], |ran, _| {
        assert_eq!(ran.report, "R=failure\n");
    });
    // A failure that is only said is none to those after it.
    each(&[Piece::Report], "report R success\nexit 5\n", &[], |ran, _| assert_eq!(ran.report, "R=success\n"));
    each(&[Piece::Report], &format!("report R success\n{}finish\n", step("", "one", "false")), &[], |ran, _| {
        assert!(ran.report == "R=success\n" && ran.code == Some(1), "{}", ran.said);
    });
    let said = failure::ending("true", true);
    each(&[Piece::Report], &format!("report R failure\n{}{said}finish\n", step("", "one", "false")), &[], |ran, _| {
        assert!(ran.report == "R=success\n" && ran.code == Some(170), "{}", ran.said);
    });
    each(
        &[Piece::Report, Piece::Skip],
        "report R failure\nskip 'its condition does not hold'\necho unwanted\n",
        &[],
        |ran, _| {
            assert!(ran.report == "R=skipped\n" && ran.code == Some(0) && !ran.said.contains("unwanted"), "{}", ran.said);
        },
    );
}

#[test]
fn a_failed_leg_is_not_hidden_by_the_others() {
    let of = |results: &str| format!("echo \"<$(result_of {results})>\"\n");
    for (results, all) in [
        ("failure success failure success", "failure"),
        ("failure skipped success", "success"),
        ("failure skipped skipped", "skipped"),
        // A leg that does not get to its end while others do, and a job of which none does.
        ("failure success '' success", "failure"),
        ("success success '' skipped", "success"),
        ("failure '' ''", ""),
    ] {
        each(&[Piece::ResultOf], &of(results), &[], |ran, _| assert_eq!(ran.said, format!("<{all}>\n"), "{results}"));
    }
}

#[test]
fn summaries_are_printed_and_kept() {
    let entries = step("", "one", "echo '# One' >> \"$GITHUB_STEP_SUMMARY\"")
        + &step("", "two", "echo Two >> \"$GITHUB_STEP_SUMMARY\"")
        + "finish\n";
    each(&[Piece::Summary], &entries, &[], |ran, directory| {
        assert!(ran.said.contains("# One\n") && ran.summary == "# One\nTwo\n", "{}", ran.said);
        assert!(!directory.join(REPORT).exists());
    });
}

#[test]
fn githubs_commands_are_shown_for_people_and_secrets_are_not() {
    let entries = step(
        "--annotated yes",
        "one",
        "echo '::add-mask::hush'\necho '::add-mask::a%25b%0A%0Azz'\necho '::notice::is a%25b'\necho 'say hush or hushhush'\necho '::error file=a.c,line=3,title=x::bad%0D%0Aworse by 100%25, %250A'\necho '::group::More'\necho '::endgroup::'\necho '::debug::unseen'\nsleep 1 &\nprintf 'no end'",
    ) + &step("", "two", "echo still hush; exit 4")
        + "finish\n";
    each(&[Piece::Annotations], &entries, &[], |ran, _| {
        assert!(!ran.said.contains("hush") && !ran.said.contains("unseen") && !ran.said.contains("::"), "{}", ran.said);
        for said in [
            "say *** or ******\n",
            " a.c:3: bad\nworse by 100%, %0A\n",
            "is ***\n",
            "section_start",
            "1mMore",
            "no end\n",
            "still ***\n",
        ] {
            assert!(ran.said.contains(said), "{said}: {}", ran.said);
        }
        assert_eq!(ran.code, Some(4));
    });
}

#[test]
fn steps_beside_others_are_waited_for_and_stopped() {
    let entries = step("--beside yes", "one", "echo from one; echo k=v >> \"$GITHUB_OUTPUT\"")
        + &step("--beside yes", "two", "echo from two; exit 6")
        + &step("--beside yes", "three", "touch begun; sleep 600; touch ended")
        + &step("", "four", "until [ -e begun ]; do sleep 0.1; done")
        + "await one\necho \"<$STEP_ONE_K>\"\nstop three\nfinish\n";
    each(&[Piece::Beside, Piece::Outputs], &entries, &[], |ran, directory| {
        assert_eq!(ran.code, Some(6), "{}", ran.said);
        let at = |text: &str| ran.said.find(text).unwrap_or_else(|| panic!("{text}: {}", ran.said));
        assert!(at("from one") < at("<v>") && at("<v>") < at("from two"), "{}", ran.said);
        assert!(!directory.join("ended").exists());
    });
}

#[test]
fn a_failure_beside_may_be_only_said_by_who_waits() {
    each(&[Piece::Beside], &(step("--beside yes", "one", "exit 6") + "await --warn yes one\nfinish\n"), &[], |ran, _| {
        assert!(ran.code == Some(0) && ran.said.contains("which is only said"), "{}", ran.said);
    });
    each(&[Piece::Beside], &(step("--beside yes", "one", "exit 6") + "await_all yes\nfinish\n"), &[], |ran, _| {
        assert_eq!(ran.code, Some(0));
    });
}

#[test]
fn a_variable_of_the_job_is_there_in_every_step() {
    let entries = "provide A 'x y'\n".to_owned()
        + &step("", "one", "echo \"<$A>\"")
        + &step("--env A=mine", "two", "echo \"<$A>\"")
        + "finish\n";
    each(&[Piece::Environment], &entries, &[("A", "of the project")], |ran, _| {
        assert!(ran.said.contains("<x y>\n") && ran.said.contains("<mine>\n"));
    });
}

#[test]
fn what_values_ask_for_is_said_in_githubs_words() {
    each(
        &[Piece::OsName, Piece::EventName],
        "os_name\nevent_name\n",
        &[("CI_PIPELINE_SOURCE", "merge_request_event")],
        |ran, _| {
            assert_eq!(ran.said, "Linux\npull_request\n");
        },
    );
}

#[test]
fn a_hash_is_that_of_the_files_which_match() {
    let hash = "git init -q . && mkdir -p a/b && echo 1 > a/b/x.lock && echo 2 > y.lock && echo 3 > z\n\
        echo \"<$(hash_of '**/*.lock')>\"\necho 4 > z\necho \"<$(hash_of '**/*.lock')>\"\necho 4 > y.lock\n\
        echo \"<$(hash_of '**/*.lock')>\"\necho \"<$(hash_of none)>\"\n";
    each(&[Piece::HashOf], hash, &[], |ran, _| {
        let [first, second, third, none] = ran.said.lines().collect::<Vec<&str>>()[..] else { panic!("{}", ran.said) };
        assert!(first == second && second != third && first.len() == 66 && none == "<>", "{}", ran.said);
    });
}

#[test]
fn what_is_reused_below_the_home_directory_is_linked_to_what_gitlab_keeps() {
    const CACHE: &str = include_str!("cache.sh");
    let folder = tempfile::tempdir().expect("a folder");
    let (home, sources) = (folder.path().join("home"), folder.path().join("sources"));
    fs::create_dir_all(home.join("own")).expect("a folder");
    fs::create_dir_all(home.join("empty")).expect("a folder");
    fs::create_dir_all(&sources).expect("a folder");
    fs::write(home.join("own/file"), "mine").expect("a file");
    // Twice, as on a machine that stays.
    for _ in 0..2 {
        let mut bash = Command::new("bash");
        bash.args(["-eo", "pipefail", "-c", CACHE, "bash", ".cache/uv", "own", "empty"]);
        assert!(bash.current_dir(&sources).env("HOME", &home).status().expect("bash").success());
    }
    fs::write(home.join(".cache/uv/wheel"), "w").expect("a file");
    assert_eq!(fs::read_to_string(sources.join(".pipeward/home/.cache/uv/wheel")).expect("kept"), "w");
    assert_eq!(fs::read_to_string(home.join("own/file")).expect("there"), "mine");
    assert!(home.join("empty").is_symlink() && !home.join("own").is_symlink());
}

#[test]
fn every_piece_runs_alone_with_those_it_calls() {
    for piece in Piece::all() {
        each(&[piece], "", &[], |ran, _| assert!(ran.code == Some(0) && ran.said.is_empty(), "{piece:?}: {}", ran.said));
        let entries = step("", "one", "echo well") + &step("--warn yes --in /usr", "two", "pwd; exit 3") + "finish\n";
        each(&[piece, Piece::Directory, Piece::Warn], &entries, &[], |ran, directory| {
            assert_eq!(ran.code, Some(0), "{piece:?}: {}", ran.said);
            assert!(ran.said.contains("well\n") && ran.said.contains("/usr\n"), "{piece:?}: {}", ran.said);
            assert!(ran.said.contains("failed with exit code 3, which is only said"), "{piece:?}: {}", ran.said);
            assert!(!directory.join(".pipeward").exists(), "{piece:?} leaves something behind");
        });
    }
}

#[test]
fn commands_that_steps_have_in_common_are_given_by_a_function() {
    for piece in Piece::all() {
        let Some((name, text)) = piece.commands() else { continue };
        let entries = format!("{name} > given\nstep --do true one 'Nothing'\nfinish\n");
        each(&[piece, Piece::Base], &entries, &[], |ran, directory| {
            assert_eq!(
                fs::read_to_string(directory.join("given")).expect("a file"),
                format!("{}\n", text.trim_end()),
                "{}",
                ran.said
            );
        });
    }
}

#[test]
fn what_no_piece_reads_is_never_overlooked() {
    for file in ["GITHUB_ENV", "GITHUB_PATH"] {
        each(BASE, &(step("", "one", &format!("echo a=b >> \"${file}\"")) + "finish\n"), &[], |ran, _| {
            assert!(
                ran.code == Some(1) && ran.said.contains("wrote GITHUB_ENV or GITHUB_PATH, which this job does not read"),
                "{}",
                ran.said
            );
        });
    }
    let asked_by_nobody =
        step("", "one", "echo a=b >> \"$GITHUB_OUTPUT\"; echo '# Done' >> \"$GITHUB_STEP_SUMMARY\"") + "finish\n";
    each(BASE, &asked_by_nobody, &[], |ran, _| assert!(ran.code == Some(0) && ran.said.contains("# Done\n"), "{}", ran.said));
}

#[test]
fn a_limit_of_time_holds_whatever_the_variables_of_a_step_are() {
    let entries = step("--env IFS=0t --seconds 60", "one", "echo well")
        + &step("--env PATH=/nowhere:/usr/bin:/bin", "two", "echo \"$PATH\"")
        + "finish\n";
    each(&[Piece::Variables, Piece::Timeout, Piece::Path], &entries, &[], |ran, _| {
        assert_eq!(ran.code, Some(0), "{}", ran.said);
        assert!(ran.said.contains("well\n") && ran.said.contains("/nowhere:/usr/bin:/bin\n"), "{}", ran.said);
    });
}

#[test]
fn what_runs_beside_others_has_its_own_limit_and_its_own_words() {
    let entries = step("--seconds 1 --beside yes", "one", "exec sleep 600")
        + &step("--annotated yes --beside yes", "two", "echo '::error file=a::bad'")
        + &step("", "three", "echo plain")
        + "finish\n";
    each(&[Piece::Beside, Piece::Timeout, Piece::Annotations], &entries, &[], |ran, _| {
        assert_eq!(ran.code, Some(124), "{}", ran.said);
        for said in ["The step one took longer than 1 seconds", " a: bad\n", "plain\n"] {
            assert!(ran.said.contains(said), "{said}: {}", ran.said);
        }
    });
}

/// In a file that has one piece beside the base, nothing may be left that nobody reads.
#[test]
#[expect(clippy::print_stderr, reason = "a judge that is not there is told of")]
fn every_piece_passes_the_judge_of_scripts() {
    if Command::new("shellcheck").arg("--version").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "shellcheck is not there, and CI has to have it");
        eprintln!("SKIPPED: shellcheck is not there");
        return;
    }
    for piece in Piece::all().filter(|piece| piece.commands().is_none()) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("job.sh");
        fs::write(&file, Piece::together([piece, Piece::Base])).expect("a script");
        let mut judge = Command::new("shellcheck");
        let judged = judge.args(["--norc", "--shell", "sh", "--severity", "warning"]).arg(&file).output().expect("shellcheck");
        assert!(judged.status.success(), "{piece:?}: {}", String::from_utf8_lossy(&judged.stdout));
    }
}
