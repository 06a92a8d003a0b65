//! What to write for a word of a forge's, which is what people write first.

/// A forge's word, ours for it, and where it stands under `github` if the record has no word of ours.
struct Word {
    theirs: &'static str,
    /// Ours; empty if there is none.
    ours: &'static str,
    /// A field that only the records have that take the word under `github`; empty if none takes it.
    beside: &'static str,
}

const fn ours(theirs: &'static str, ours: &'static str) -> Word {
    Word { theirs, ours, beside: "" }
}

const fn raw(theirs: &'static str, beside: &'static str) -> Word {
    Word { theirs, ours: "", beside }
}

/// A field of pipelines alone, and one of jobs alone: what tells from the known fields what they are the fields of.
const PIPELINE: &str = "jobs";
const JOB: &str = "steps";

const WORDS: &[Word] = &[
    ours("branches-ignore", "branches_ignore"),
    ours("cancel-in-progress", "cancel"),
    raw("cancel-timeout-minutes", JOB),
    ours("continue-on-error", "impact"),
    ours("cron", "schedule"),
    ours("expire_in", "retention"),
    ours("fail-fast", "fail_fast"),
    ours("fetch-depth", "depth"),
    ours("if", "when"),
    ours("if-no-files-found", "missing"),
    ours("image_name", "image"),
    ours("max-parallel", "max_parallel"),
    ours("parallel", "shards"),
    ours("paths-ignore", "paths_ignore"),
    raw("permissions", PIPELINE),
    ours("retention-days", "retention"),
    ours("rules", "when"),
    raw("run-name", PIPELINE),
    ours("runs-on", "runner"),
    ours("script", "run"),
    raw("snapshot", JOB),
    ours("strategy", "matrix"),
    ours("tags-ignore", "tags_ignore"),
    ours("timeout-minutes", "timeout"),
    ours("timeout_minutes", "timeout"),
    ours("wait-all", "wait_all"),
    ours("workflow_call", "call"),
    ours("workflow_dispatch", "manual"),
    ours("working-directory", "directory"),
];

/// The event that runs a stranger's change with the rights of the repository: it is named with what is meant by most who write it.
const TARGET: &str = "pull_request_target";

/// What to write for a word that is none of the `known` fields of a record, if a forge knows it; `path` ends in the word.
///
/// `is_event` says whether GitHub has an event of that name.
pub(super) fn advice(path: &[String], word: &str, known: &[&str], is_event: impl Fn(&str) -> bool) -> Option<String> {
    if let Some(found) = WORDS.iter().find(|found| found.theirs == word) {
        if known.contains(&found.ours) {
            return Some(format!("did you mean `{}`?", found.ours));
        }
        if known.contains(&found.beside) && known.contains(&"github") {
            return Some(format!("this is GitHub's own word: write github.{word} = …"));
        }
    }
    let raw_event = known.contains(&"merge_group") && !known.contains(&"issues") && is_event(word);
    let on = path.iter().rev().nth(1).is_some_and(|name| name == "on");
    (raw_event && on).then(|| {
        if word == TARGET {
            return format!("write on.pull_request, or github.on.{TARGET}, which runs with the rights of the repository");
        }
        format!("this is GitHub's own event: write github.on.{word} = {{ … }}")
    })
}

/// What a field looks like that GitHub lets be a text, too, and that is a record here; `path` ends in the field, `text` is what was
/// written.
pub(super) fn form(path: &[String], text: Option<&str>) -> Option<String> {
    let quoted = |else_: &str| format!("{:?}", text.unwrap_or(else_));
    match path {
        [rules, _] if rules == "rules" => Some("write { severity = 'Off }, or 'Error, 'Warning, 'Note".to_owned()),
        [.., on, _] if on == "on" => Some("write {}, or filters between { and }".to_owned()),
        [.., field] => match field.as_str() {
            "concurrency" => Some(format!("write {{ group = 'Named {}, cancel = true }}", quoted("deploy"))),
            "environment" => Some(format!("write {{ name = {} }}", quoted("production"))),
            "permissions" => Some("write { contents = 'Read, issues = 'Write \"why\" }, one field for each scope".to_owned()),
            _ => None,
        },
        [] => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &[&str], word: &str, known: &[&str]) -> Option<String> {
        let path: Vec<String> = path.iter().chain([&word]).map(|name| (*name).to_owned()).collect();
        advice(&path, word, known, |word| matches!(word, "issues" | "pull_request_target"))
    }

    #[test]
    fn a_forges_word_is_answered_with_ours_or_its_place() {
        assert!(WORDS.is_sorted_by_key(|word| word.theirs));
        assert_eq!(said(&["jobs", "a"], "runs-on", &["runner", "steps"]).as_deref(), Some("did you mean `runner`?"));
        let pipeline = ["name", "on", "jobs", "github"];
        for word in ["run-name", "permissions"] {
            assert!(said(&[], word, &pipeline).is_some_and(|said| said.contains(&format!("github.{word} "))), "{word}");
        }
        assert_eq!(said(&["jobs", "a", "steps", "0"], "run-name", &["run", "github"]), None);
        assert_eq!(said(&[], "runs-on", &pipeline), None);
    }

    #[test]
    fn a_text_of_githubs_is_answered_with_the_record() {
        let said = |path: &[&str], text| form(&path.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), text);
        assert_eq!(said(&["concurrency"], Some("x")).as_deref(), Some("write { group = 'Named \"x\", cancel = true }"));
        assert_eq!(said(&["jobs", "a", "environment"], None).as_deref(), Some("write { name = \"production\" }"));
        assert!(said(&["rules", "cron-too-often"], None).is_some_and(|said| said.contains("severity = 'Off")));
        assert!(said(&["on", "push"], None).is_some_and(|said| said.starts_with("write {}")));
        assert_eq!(said(&["jobs", "a"], Some("x")), None);
    }

    #[test]
    fn an_event_of_githubs_is_sent_under_github() {
        let known = ["pull_request", "push", "merge_group"];
        assert!(said(&["on"], "issues", &known).is_some_and(|said| said.contains("github.on.issues")));
        let target = said(&["on"], "pull_request_target", &known).expect("it is an event");
        assert!(target.contains("on.pull_request,") && target.contains("github.on.pull_request_target"), "{target}");
        assert_eq!(said(&["on"], "isues", &known), None);
        assert_eq!(said(&["env"], "issues", &known), None);
        assert_eq!(said(&["github", "on"], "issues", &["issues", "merge_group"]), None);
    }
}
