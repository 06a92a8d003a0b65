//! `summary`, `comment`, `email`, `slack`: what a run tells people.

use super::Part;
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::script::Piece;
use crate::backend::script;
use crate::pipeline::Step;
use crate::pipeline::step::{Comment, Email, Slack, Summary};

const TOKEN: &str = Comment::GITLAB_SECRET;

pub(super) fn summary(lowering: &mut Lowering<'_>, step: &Step, summary: &Summary) -> Part {
    lowering.lose("summary", step.kind.origin);
    lowering.call(Piece::Summary);
    Part::running("Write the summary", script::SUMMARY).value(lowering, "BODY", &summary.body)
}

/// The note is known again by a mark that its reader does not see.
pub(super) fn comment(lowering: &mut Lowering<'_>, step: &Step, comment: &Comment) -> Part {
    lowering.lose("comment", step.kind.origin);
    if !lowering.project.secrets.contains_key(TOKEN) {
        let message = format!("a comment on GitLab needs the secret `{TOKEN}`, which the project does not declare");
        let help = format!("declare secrets.{TOKEN} in {}: a token of the project with the scope `api`", lowering.project.source);
        lowering.refuse("secrets-undeclared", step.kind.origin, message, help, TOKEN);
    }
    Part::calling("Comment on the merge request", Piece::Comment).text("MARK", &script::mark(lowering.pipeline, comment)).value(
        lowering,
        "BODY",
        &comment.body,
    )
}

pub(super) fn email(lowering: &mut Lowering<'_>, email: &Email) -> Part {
    let part = Part::calling("Send a mail", Piece::Email);
    script::mail(email).into_iter().fold(part, |part, (name, value)| part.value(lowering, name, value))
}

pub(super) fn slack(lowering: &mut Lowering<'_>, slack: &Slack) -> Part {
    Part::calling("Post to Slack", Piece::Slack).value(lowering, "SLACK_WEBHOOK", &slack.webhook).value(
        lowering,
        "SLACK_TEXT",
        &slack.text,
    )
}
