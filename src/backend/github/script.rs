//! The scripts that some kinds of steps run on GitHub alone.

/// Makes or renews the one comment that begins with `$MARK`.
pub(super) const COMMENT: &str = include_str!("script/comment.sh");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::script::trial::{LOG_ARGUMENTS, run};

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
}
