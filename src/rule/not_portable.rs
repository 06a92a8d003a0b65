//! `not-portable`

use super::{Audit, Check, Example, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "not-portable",
    summary: "a forge that the project writes for cannot do what is written here",
    why: "A pipeline that means one thing on one forge and less on another is worse than one that is on one of them only: a check \
          that never runs looks like one that passed. So what a forge cannot do stops the gate where it is written. Write it in a way \
          that both can do, put what stands for it into the words of that forge, or let an exception say that it is left out there; it \
          is then left out of what is written for that forge alone. `pipeward check --loss` lists what is done by other means too.",
    severity: Severity::Error,
    check: Check::Loss,
    examples: &[
        Example::bad(&[("ci", "{ github.on.issues = {}, on.push = {} }")])
            .project("{ backends = { github = {}, gitlab.image = \"uv\" } }"),
        Example::good(&[("ci", "{ on.push = {} }")]).project("{ backends = { github = {}, gitlab.image = \"uv\" } }"),
    ],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
