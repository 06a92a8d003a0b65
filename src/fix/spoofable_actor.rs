//! `spoofable-actor`: who wrote the proposal is asked in place of who acted last.

use super::{Edit, Example, Fixer, Mend, Site, Which};
use crate::source::{Node, Value};

pub(super) static FIXER: Fixer = Fixer {
    rule: "spoofable-actor",
    title: "ask for github.event.pull_request.user.login",
    mend,
    examples: &[
        Example {
            which: Which::Unsafe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    if: github.actor == 'dependabot[bot]' # merged\n    steps:\n    - run: make\n",
            after: Some(
                "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    if: github.event.pull_request.user.login == 'dependabot[bot]' # merged\n    steps:\n    - run: make\n",
            ),
        },
        Example {
            which: Which::Unsafe,
            before: "on: pull_request\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      if: \"github.actor == 'me' || github.actor == 'dependabot[bot]'\"\n",
            after: None,
        },
        Example {
            which: Which::Unsafe,
            before: "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    steps:\n    - run: make\n      if: github.actor == 'dependabot[bot]'\n",
            after: None,
        },
    ],
};

/// Who acted last.
const ACTORS: &[&str] = &["github.actor", "github.triggering_actor"];
/// Who wrote the proposal.
const AUTHOR: &str = "github.event.pull_request.user.login";

fn mend(site: &Site<'_>) -> Option<Mend> {
    // On other events there is no proposal, and nobody is its author.
    let on = site.root.get("on")?;
    let events: Vec<&str> = match &on.value {
        Value::Record(fields) => fields.iter().map(|field| field.name.as_str()).collect(),
        Value::Array(items) => items.iter().filter_map(Node::text).collect(),
        _ => on.text().into_iter().collect(),
    };
    if !events.iter().all(|event| matches!(*event, "pull_request" | "pull_request_target")) {
        return None;
    }
    let condition = site.condition()?;
    let text = condition.text()?;
    let is_whole = |start: usize, end: usize| {
        let of_name = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '.' | '-');
        !text[..start].ends_with(of_name) && !text[end..].starts_with(of_name)
    };
    let places = ACTORS.iter().flat_map(|actor| text.match_indices(actor).map(|(start, actor)| start..start + actor.len()));
    let places: Vec<_> = places.filter(|place| is_whole(place.start, place.end)).collect();
    // Somebody else than a bot may be asked for as well.
    if places.is_empty() || places.len() != text.matches("[bot]").count() {
        return None;
    }
    let edits: Option<Vec<Edit>> = places.into_iter().map(|place| site.replace_within(condition.origin, place, AUTHOR)).collect();
    edits.map(Mend::unsafely)
}
