//! `summary`, `comment`, `email`, `slack`: what a run tells people, by programs that every hosted runner has.

use super::Part;
use crate::backend::github::lowering::Lowering;
use crate::backend::github::script::COMMENT;
use crate::backend::script;
use crate::pipeline::key::Key;
use crate::pipeline::step::{Comment, Email, Slack, Summary};
use crate::yaml::Map;

pub(super) fn summary(lowering: &mut Lowering<'_>, summary: &Summary) -> Part {
    let mut env = Map::new();
    env.put("BODY", lowering.text(Key::Step, &summary.body));
    Part::running("Write the summary", script::SUMMARY, env)
}

/// The comment is known again by a mark that its reader does not see.
pub(super) fn comment(lowering: &mut Lowering<'_>, comment: &Comment) -> Part {
    let mut env = Map::new();
    env.put("GH_TOKEN", "${{ github.token }}");
    env.put("PULL_REQUEST", "${{ github.event.pull_request.number }}");
    env.put("MARK", script::mark(lowering.pipeline, comment));
    env.put("BODY", lowering.text(Key::Step, &comment.body));
    Part::running("Comment on the pull request", COMMENT, env)
}

pub(super) fn email(lowering: &mut Lowering<'_>, email: &Email) -> Part {
    let mut env = Map::new();
    for (name, value) in script::mail(email) {
        env.put(name, lowering.text(Key::Step, value));
    }
    Part::running("Send a mail", script::EMAIL, env)
}

pub(super) fn slack(lowering: &mut Lowering<'_>, slack: &Slack) -> Part {
    let mut env = Map::new();
    env.put("SLACK_WEBHOOK", lowering.text(Key::Step, &slack.webhook));
    env.put("SLACK_TEXT", lowering.text(Key::Step, &slack.text));
    Part::running("Post to Slack", script::SLACK, env)
}
