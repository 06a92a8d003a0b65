//! `policy-weakened`

use super::{Audit, Check, Rule};
use crate::finding::Severity;

pub(super) static RULE: Rule = Rule {
    id: "policy-weakened",
    summary: "a change lets pass what the policy it is judged by does not",
    why: "With `--policy-ref` the policies of another revision judge, such as those of the branch a pull request goes to: the \
          change cannot weaken its own gate. What it would weaken once it is merged is said here, for whoever reviews it: a rule \
          that is turned off, made less severe or only evaluated, a looser setting, a further or a longer exception, a custom \
          rule that is gone, an organisation's policy that is no longer asked, a fact of the project that rules take its word for, such as \
          whether a runner is hosted. What has changed in a way that cannot be told, \
          such as the code of a custom rule, is never more than a warning.",
    severity: Severity::Error,
    check: Check::Change,
    examples: &[],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
