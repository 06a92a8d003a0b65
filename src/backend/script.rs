//! The scripts that steps run on every forge: small, because they are what a user reads when a step fails.
//!
//! They hold nothing of any pipeline. Everything that varies reaches them through the environment, so no value can become
//! a command. They run under `bash -eo pipefail`.

use crate::origin::At;
use crate::pipeline::step::{Comment, Email, slug};
use crate::pipeline::{Pipeline, Value};

/// Sends a mail over TLS.
pub(super) const EMAIL: &str = include_str!("script/email.sh");
/// Puts `$BODY` on the run's page.
pub(super) const SUMMARY: &str = "printf '%s\\n' \"$BODY\" >> \"$GITHUB_STEP_SUMMARY\"";
/// Posts `$SLACK_TEXT` to `$SLACK_WEBHOOK`.
pub(super) const SLACK: &str = include_str!("script/slack.sh");
/// Waits until `$SERVICE` of Docker Compose is healthy, for `$WITHIN` seconds at most.
pub(super) const WAIT_FOR_SERVICE: &str = include_str!("script/wait_for_service.sh");
/// Waits until `$URL` answers with success, for `$WITHIN` seconds at most.
pub(super) const WAIT_FOR_URL: &str = include_str!("script/wait_for_url.sh");

/// What the script that sends a mail reads, by name.
pub(super) const fn mail(email: &Email) -> [(&'static str, &At<Value>); 7] {
    [
        ("MAIL_SERVER", &email.server),
        ("MAIL_USER", &email.user),
        ("MAIL_PASSWORD", &email.password),
        ("MAIL_FROM", &email.from),
        ("MAIL_TO", &email.to),
        ("MAIL_SUBJECT", &email.subject),
        ("MAIL_BODY", &email.body),
    ]
}

/// The words by which a comment is known again: those of its pipeline, and of its topic if it has one.
pub(super) fn mark(pipeline: &Pipeline, comment: &Comment) -> String {
    let topic = comment.topic.as_ref().map_or_else(String::new, |topic| format!(" {}", slug(topic)));
    format!("<!-- pipeward {}{topic} -->", slug(&pipeline.id))
}

#[cfg(test)]
pub(super) mod trial;

#[cfg(test)]
mod tests {
    use super::trial::{LOG_ARGUMENTS, run};
    use super::*;

    #[test]
    fn a_summary_is_the_body_as_it_is() {
        let ran = run(SUMMARY, &[], &[("BODY", "-n $(id) `id` \\n")]);
        assert_eq!(ran.log, "-n $(id) `id` \\n\n");
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
