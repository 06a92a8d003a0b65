//! What the scripts do that steps run on GitLab alone.

use std::fs;
use std::process::Command;

use crate::backend::script::trial::run;

const UPLOAD: &str = include_str!("../script/upload.sh");
const DOWNLOAD: &str = include_str!("../script/download.sh");
const CHECKOUT: &str = include_str!("../script/checkout.sh");
const COMMENT: &str = include_str!("../script/comment.sh");
const BUILD: &str = include_str!("../script/docker_build.sh");

/// Runs a script in a directory that a first one has prepared; whether it went well, and what it said.
fn ran(prepare: &str, script: &str, arguments: &[&str], look: &str) -> (bool, String) {
    let directory = tempfile::tempdir().expect("a directory");
    let file = directory.path().join("script");
    fs::write(&file, script).expect("a script");
    let here = directory.path().join("here");
    fs::create_dir(&here).expect("a place");
    let bash = |arguments: &[&str]| {
        let mut command = Command::new("bash");
        command.args(["--noprofile", "--norc", "-eo", "pipefail"]).args(arguments).current_dir(&here);
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null").output().expect("bash")
    };
    let prepared = bash(&["-c", prepare]);
    assert!(prepared.status.success(), "{}", String::from_utf8_lossy(&prepared.stderr));
    let file = file.display().to_string();
    let all: Vec<&str> = std::iter::once(file.as_str()).chain(arguments.iter().copied()).collect();
    let output = bash(&all);
    let looked = bash(&["-c", look]);
    let said = [output.stdout, output.stderr, looked.stdout].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn an_upload_of_nothing_fails_warns_or_is_ignored() {
    let prepare = "mkdir -p dist/empty 'a b'; echo 1 > 'a b/x;id'";
    for (arguments, well) in [
        (&["fail", "dist/**"][..], false),
        (&["fail", "$(touch owned)"], false),
        (&["fail", "dist", "a b/*"], true),
        (&["fail", "!a b/*"], false),
        (&["warn", "none"], true),
        (&["ignore", "none"], true),
    ] {
        let (is_well, said) = ran(prepare, UPLOAD, arguments, "ls");
        assert_eq!(is_well, well, "{arguments:?}: {said}");
        assert!(!said.contains("owned\n"), "{said}");
        assert_eq!(said.contains("no file matches"), !well || arguments[0] == "warn", "{arguments:?}: {said}");
    }
}

#[test]
fn a_download_is_counted_from_what_its_paths_share() {
    let prepare = "mkdir -p dist/sub 'o ut'; echo 1 > dist/a; echo 2 > dist/sub/b; echo 3 > 'o ut/c d'; echo 4 > e.xml";
    let found = |arguments: &[&str]| ran(prepare, DOWNLOAD, arguments, "cd got && find . -type f | sort | tr '\\n' ' '");
    assert_eq!(found(&["dist", "got", "1", "dist/**"]), (true, "./a ./sub/b ".to_owned()));
    assert_eq!(
        found(&["dist", "got/one", "1", "dist/*", "o ut", "got/two", "1", "o ut"]),
        (true, "./one/a ./one/sub/b ./two/c d ".to_owned())
    );
    assert_eq!(found(&["e.xml", "got", "1", "e.xml"]), (true, "./e.xml ".to_owned()));
    assert_eq!(found(&[".", "got", "2", "dist/a", "e.xml"]), (true, "./dist/a ./e.xml ".to_owned()));
    let (well, said) = found(&["none", "got", "1", "none/**"]);
    assert!(!well && said.contains("no job before this one"), "{said}");
}

#[test]
fn another_revision_is_fetched_and_no_credential_stays() {
    let prepare = "git init -q -b main up/g/p.git; cd up/g/p.git; git config user.email a@b; git config user.name n
        echo one > f; git add f; git commit -qm one; git tag v1; echo two > f; git commit -qam two; git init -q ../../../../here/.";
    let script = format!("export CI_SERVER_URL=\"file://$PWD/up\" CI_JOB_TOKEN=secret\n{CHECKOUT}");
    let look = "cat data/f; git -C data rev-list --count HEAD; grep -r secret data/.git || echo clean";
    let (well, said) = ran(prepare, &script, &["g/p", "v1", "data", "1", "no", "no"], look);
    assert!(well && said.ends_with("one\n1\nclean\n"), "{said}");
    let (well, said) = ran(prepare, &script, &["g/p", "", "data", "0", "no", "no"], look);
    assert!(well && said.ends_with("two\n2\nclean\n"), "{said}");
    let (well, said) =
        ran(prepare, &script, &["g/p", "--upload-pack=touch owned", "data", "1", "no", "no"], "find . -name owned");
    assert!(!well && !said.contains("./owned"), "{said}");
}

#[test]
fn a_note_is_made_once_and_then_renewed_and_a_strangers_mark_is_none() {
    let curl = r#"config=$(cat); last="${*: -1}"
        case "$*" in *token-of-project*) exit 9 ;; esac
        case "$last" in
            */user) echo '{"id": 7}' ;;
            *page=1) printf '%s' "$NOTES" ;;
            *page=*) echo '[]' ;;
            *) printf '%s\n' "$*" "$config" >> "$LOG"; while [ "$1" != --data-binary ]; do shift; done; cat "${2#@}" >> "$LOG" ;;
        esac"#;
    let stranger = r#"{"id": 1, "author": {"id": 8}, "body": "<!-- m -->\nmine"}"#;
    let ours = r#"{"id": 2, "author": {"id": 7}, "body": "<!-- m -->\nold"}"#;
    let note = |notes: &str, request: &str| {
        let env = [
            ("NOTES", notes),
            ("CI_MERGE_REQUEST_IID", request),
            ("CI_PROJECT_ID", "5"),
            ("CI_API_V4_URL", "https://gitlab.example.com/api/v4"),
            ("GITLAB_TOKEN", "token-of-project"),
            ("MARK", "<!-- m -->"),
            ("BODY", "a \"b\"\n$(id)"),
        ];
        run(COMMENT, &[("curl", curl)], &env)
    };
    let made = note(&format!("[{stranger}]"), "3");
    assert!(made.well, "{}", made.said);
    assert!(made.log.contains("--request POST") && made.log.contains("projects/5/merge_requests/3/notes\n"), "{}", made.log);
    assert!(made.log.contains(r#""body": "<!-- m -->\n\na \"b\"\n$(id)""#), "{}", made.log);
    assert!(made.log.contains("header = \"PRIVATE-TOKEN: token-of-project\""), "{}", made.log);
    let renewed = note(&format!("[{stranger}, {ours}]"), "3");
    assert!(renewed.log.contains("--request PUT") && renewed.log.contains("/notes/2\n"), "{}", renewed.log);
    let nowhere = note("[]", "");
    assert!(nowhere.well && nowhere.log.is_empty() && nowhere.said.contains("no merge request"), "{}", nowhere.said);
}

#[test]
fn an_image_is_built_with_its_layers_beside_it_and_its_digest_told() {
    let docker = r#"printf '<%s>' "$@" >> "$LOG"; echo >> "$LOG"
        case "$1 $2" in
            'login '*) printf 'in: '; cat ;;
            'buildx create') echo builder ;;
            'buildx build') printf '{\n  "containerimage.config.digest": "sha256:0",\n  "containerimage.digest": "sha256:1"\n}\n' > "$6" ;;
        esac"#;
    let build = |first: &str, env: &[(&str, &str)]| {
        let script = format!("set -- {first} --tag 'registry:5000/a/b:1' --label 'x y' -- .\nGITHUB_OUTPUT=$LOG\n{BUILD}");
        run(&script, &[("docker", docker)], env)
    };
    let pushed =
        build("yes main", &[("CI_REGISTRY", "registry:5000"), ("CI_REGISTRY_USER", "job"), ("CI_REGISTRY_PASSWORD", "word")]);
    assert!(pushed.well && pushed.said.contains("in: word"), "{}", pushed.said);
    for part in [
        "<login><--username><job><--password-stdin><registry:5000>\n",
        "<--cache-from><type=registry,ref=registry:5000/a/b:cache-main>",
        "<--cache-to><type=registry,ref=registry:5000/a/b:cache-main,mode=max><--push><--tag><registry:5000/a/b:1><--label><x y><--><.>\n",
        "digest=sha256:1\n",
        "<logout><registry:5000>\n",
    ] {
        assert!(pushed.log.contains(part), "{part}: {}", pushed.log);
    }
    let kept = build("no ''", &[]);
    // Whoever has signed in to a machine that stays is not signed out.
    assert!(
        kept.well
            && !kept.log.contains("login")
            && !kept.log.contains("logout")
            && kept.log.contains("<buildx><rm>")
            && !kept.log.contains("push")
            && !kept.log.contains("cache"),
        "{}",
        kept.log
    );
    let own =
        build("yes ''", &[("REGISTRY", "ghcr.io"), ("REGISTRY_USER", "u"), ("REGISTRY_PASSWORD", "p"), ("CI_REGISTRY", "other")]);
    assert!(own.log.contains("<login><--username><u><--password-stdin><ghcr.io>") && own.said.contains("in: p"), "{}", own.log);
}
