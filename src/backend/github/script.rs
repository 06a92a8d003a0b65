//! The scripts that some kinds of steps run: small, because they are what a user reads when a step fails.
//!
//! They hold nothing of any pipeline. Everything that varies reaches them through the environment, so no value can become
//! a command. They run under `bash -eo pipefail`.

/// Puts `$BODY` on the run's page.
pub(super) const SUMMARY: &str = "printf '%s\\n' \"$BODY\" >> \"$GITHUB_STEP_SUMMARY\"";
/// Makes or renews the one comment that begins with `$MARK`.
pub(super) const COMMENT: &str = include_str!("script/comment.sh");
/// Sends a mail over TLS.
pub(super) const EMAIL: &str = include_str!("script/email.sh");
/// Posts `$SLACK_TEXT` to `$SLACK_WEBHOOK`.
pub(super) const SLACK: &str = include_str!("script/slack.sh");
/// Waits until `$SERVICE` of Docker Compose is healthy, for `$WITHIN` seconds at most.
pub(super) const WAIT_FOR_SERVICE: &str = include_str!("script/wait_for_service.sh");
/// Waits until `$URL` answers with success, for `$WITHIN` seconds at most.
pub(super) const WAIT_FOR_URL: &str = include_str!("script/wait_for_url.sh");

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    /// What a script did: whether it went well, what it printed, and what the stand-ins wrote down.
    struct Ran {
        well: bool,
        said: String,
        log: String,
    }

    /// Runs a script as GitHub does, with stand-ins for the programs it calls. A stand-in is a script that finds `$LOG`.
    fn run(script: &str, stand_ins: &[(&str, &str)], env: &[(&str, &str)]) -> Ran {
        let directory = tempfile::tempdir().expect("a directory");
        let log = directory.path().join("log");
        fs::write(&log, "").expect("a log");
        for (name, text) in stand_ins {
            stand_in(&directory.path().join(name), text);
        }
        let file = directory.path().join("script");
        fs::write(&file, script).expect("a script");
        let path = format!("{}:/usr/bin:/bin", directory.path().display());
        let output = Command::new("bash")
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .arg(&file)
            .env_clear()
            .env("PATH", path)
            .env("LOG", &log)
            .env("GITHUB_REPOSITORY", "k2/k2")
            .env("GITHUB_STEP_SUMMARY", &log)
            .envs(env.iter().copied())
            .output()
            .expect("bash");
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        Ran { well: output.status.success(), said, log: fs::read_to_string(&log).expect("the log") }
    }

    fn stand_in(path: &Path, text: &str) {
        fs::write(path, format!("#!/bin/bash\n{text}\n")).expect("a stand-in");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("made executable");
    }

    /// Writes its arguments down, one a line.
    const LOG_ARGUMENTS: &str = r#"printf '<%s>\n' "$@" >> "$LOG""#;

    #[test]
    fn a_summary_is_the_body_as_it_is() {
        let ran = run(SUMMARY, &[], &[("BODY", "-n $(id) `id` \\n")]);
        assert_eq!(ran.log, "-n $(id) `id` \\n\n");
    }

    #[test]
    fn a_comment_is_made_once_and_then_renewed() {
        let gh = r#"case "$*" in
            *--paginate*) printf '%s' "$FOUND" ;;
            *) printf '<%s>\n' "$@" >> "$LOG" ;;
        esac"#;
        let env = |found| [("PULL_REQUEST", "7"), ("MARK", "<!-- m -->"), ("BODY", "a\n$(id)"), ("FOUND", found)];
        let made = run(COMMENT, &[("gh", gh)], &env(""));
        assert!(made.well, "{}", made.said);
        assert!(made.log.contains("<POST>\n<repos/k2/k2/issues/7/comments>"), "{}", made.log);
        assert!(made.log.contains("<body=<!-- m -->\n\na\n$(id)>"), "{}", made.log);
        let renewed = run(COMMENT, &[("gh", gh)], &env("11\n12\n"));
        assert!(renewed.log.contains("<PATCH>\n<repos/k2/k2/issues/comments/11>"), "{}", renewed.log);
    }

    #[test]
    fn without_a_pull_request_nothing_is_commented_and_that_is_said() {
        let ran = run(COMMENT, &[("gh", LOG_ARGUMENTS)], &[("PULL_REQUEST", ""), ("MARK", "m"), ("BODY", "b")]);
        assert!(ran.well && ran.log.is_empty() && ran.said.contains("no pull request"), "{}", ran.said);
    }

    #[test]
    fn a_comment_that_the_forge_refuses_fails_the_step() {
        let ran = run(COMMENT, &[("gh", "exit 1")], &[("PULL_REQUEST", "7"), ("MARK", "m"), ("BODY", "b")]);
        assert!(!ran.well);
    }

    const MAIL: &[(&str, &str)] = &[
        ("MAIL_SERVER", "smtps://mail.example.com:465"),
        ("MAIL_USER", "ci"),
        ("MAIL_PASSWORD", "p\"a\\s s#"),
        ("MAIL_FROM", "CI <ci@example.com>"),
        ("MAIL_TO", "a@example.com, B <b@example.com>"),
        ("MAIL_SUBJECT", "Failed: né\r\nBcc: evil@example.com"),
        ("MAIL_BODY", "See\n.\nhttps://example.com"),
    ];

    /// Writes down what it was told by standard input, and the mail it was to send.
    const CURL: &str = r#"printf '%s ' "$@" | grep -q 'p"a' && exit 9
        cat >> "$LOG"; echo ---- >> "$LOG"; cat "${@: -1}" >> "$LOG""#;

    #[test]
    fn a_mail_hides_its_password_and_takes_no_header_from_its_subject() {
        let ran = run(EMAIL, &[("curl", CURL)], MAIL);
        assert!(ran.well, "{}", ran.said);
        let (config, mail) = ran.log.split_once("----\n").expect("both parts");
        assert_eq!(
            config.lines().collect::<Vec<&str>>(),
            [
                r#"url = "smtps://mail.example.com:465""#,
                r#"user = "ci:p\"a\\s s#""#,
                r#"mail-from = "ci@example.com""#,
                r#"mail-rcpt = "a@example.com""#,
                r#"mail-rcpt = "b@example.com""#,
            ]
        );
        let headers: Vec<&str> = mail.split("\n\n").next().expect("headers").lines().collect();
        assert!(!headers.iter().any(|line| line.starts_with("Bcc")), "{mail}");
        // "Failed: né" and the rest of the subject, on one line, in base64.
        assert!(headers.contains(&"Subject: =?UTF-8?B?RmFpbGVkOiBuw6lCY2M6IGV2aWxAZXhhbXBsZS5jb20=?="), "{mail}");
        assert!(mail.ends_with("\n\nU2VlCi4KaHR0cHM6Ly9leGFtcGxlLmNvbQo=\n"), "{mail}");
    }

    #[test]
    fn a_mail_that_is_not_taken_fails_the_step() {
        assert!(!run(EMAIL, &[("curl", "exit 67")], MAIL).well);
    }

    #[test]
    fn slack_gets_json_and_the_webhook_is_no_argument() {
        let curl =
            r#"printf '<%s>\n' "$@" >> "$LOG"; while [ "$1" != --config ]; do shift; done; cat "$2" >> "$LOG"; cat >> "$LOG""#;
        let jq = r#"printf '{"text":"%s"}\n' "$SLACK_TEXT""#;
        let env = [("SLACK_WEBHOOK", "https://hooks.slack.com/x"), ("SLACK_TEXT", "Failed")];
        let ran = run(SLACK, &[("curl", curl), ("jq", jq)], &env);
        assert!(ran.well, "{}", ran.said);
        assert!(!ran.log.contains("<https://hooks") && ran.log.contains("url = \"https://hooks.slack.com/x\""), "{}", ran.log);
        assert!(ran.log.ends_with("{\"text\":\"Failed\"}\n"), "{}", ran.log);
    }

    #[test]
    fn a_service_is_waited_for_until_it_is_healthy() {
        let docker = r#"case "$*" in
            *--format*) echo x >> "$LOG"; [ "$(wc -l < "$LOG")" -lt 2 ] && echo starting || printf 'healthy\nhealthy\n' ;;
        esac"#;
        let ran = run(WAIT_FOR_SERVICE, &[("docker", docker), ("sleep", "")], &[("SERVICE", "db"), ("WITHIN", "30")]);
        assert!(ran.well && ran.said.contains("db is healthy after"), "{}", ran.said);
    }

    #[test]
    fn a_service_that_stays_ill_fails_with_its_logs() {
        let docker = r#"case "$*" in *--format*) echo unhealthy ;; *logs*) echo 'last words' ;; esac"#;
        let ran = run(WAIT_FOR_SERVICE, &[("docker", docker), ("sleep", "")], &[("SERVICE", "db"), ("WITHIN", "1")]);
        assert!(!ran.well);
        assert!(
            ran.said.contains("::error::db is not healthy after 1 seconds") && ran.said.contains("last words"),
            "{}",
            ran.said
        );
    }

    #[test]
    fn an_address_that_never_answers_fails() {
        let env = [("URL", "http://localhost:1"), ("WITHIN", "0")];
        assert!(!run(WAIT_FOR_URL, &[("curl", "exit 7"), ("sleep", "")], &env).well);
        let ran = run(WAIT_FOR_URL, &[("curl", LOG_ARGUMENTS)], &env);
        assert!(ran.well && ran.log.contains("<--url>\n<http://localhost:1>"), "{}", ran.log);
    }
}
