//! `coverage-below-minimum`

use super::{Audit, Check, Loosens, Rule};
use crate::finding::Severity;

pub(crate) static RULE: Rule = Rule {
    id: "coverage-below-minimum",
    summary: "less of the code is run by tests than the policy demands",
    why: "What no test runs is broken for as long as it takes somebody to notice. A minimum keeps the share from sinking where nobody \
          looks; the parts that matter most may have a higher one of their own.",
    severity: Severity::Error,
    settings: r#"minimum | Percent | doc "The least share of all lines, in percent." | default = 75,
paths | { _ | Percent } | doc "The least share of the files of each pattern together; `*` is any text: `src/core/*`." | default = {},
ignore | Array String | doc "Files that do not count, though reports may have them: generated code; `*` is any text." | default = [],"#,
    loosens: &[("minimum", Loosens::Less), ("paths", Loosens::EachLess), ("ignore", Loosens::Item)],
    check: Check::Gate,
    examples: &[],
    audit: Audit::Never,
    ..Rule::PORTABLE
};
