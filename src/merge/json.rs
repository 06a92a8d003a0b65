//! Reports of our own form as one.

use serde_json::{Value, json};

use super::{Part, Whole, united};
use crate::finding::Verdict;

pub(super) fn join(parts: &[Part]) -> Whole {
    let of = |name: &str| parts.iter().map(|part| &part.document[name]).collect::<Vec<_>>();
    let place = |item: &Value| {
        let number = |name: &str| item[name].as_u64().unwrap_or_default();
        (item["file"].as_str().unwrap_or_default().to_owned(), number("line"), number("column"))
    };
    let findings = united(of("findings").into_iter(), place);
    let losses = united(of("losses").into_iter(), place);
    let evaluated = |finding: &&Value| finding["mode"] == "evaluate";
    let enforced = |severity: &str| findings.iter().filter(|one| !evaluated(one) && one["severity"] == severity).count();
    let verdict = if findings.iter().any(|finding| finding["kind"] == "refused") {
        Verdict::CouldNotCheck
    } else if enforced("error") > 0 {
        Verdict::Failed
    } else {
        Verdict::Passed
    };
    let sum = |values: Vec<&Value>| values.iter().filter_map(|value| value.as_u64()).sum::<u64>();
    let mut document = json!({
        "version": 1,
        "findings": findings,
        "verdict": verdict.word(),
        "pipelines": sum(of("pipelines")),
        "counts": {
            "error": enforced("error"),
            "warning": enforced("warning"),
            "note": enforced("note"),
            "evaluated": findings.iter().filter(evaluated).count(),
            "known": sum(of("counts").into_iter().map(|counts| &counts["known"]).collect()),
        },
        "losses": losses,
    });
    // All parts are of one version, which knows the same.
    if let Some(audit) = of("audit").into_iter().find(|audit| !audit.is_null()) {
        document["audit"] = audit.clone();
    }
    Whole { document, verdict }
}
