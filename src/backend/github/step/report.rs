//! `sarif`, `coverage`: reports handed on.

use super::Part;
use crate::backend::github::expression::literal;
use crate::backend::github::lowering::Lowering;
use crate::pipeline::Step;
use crate::pipeline::github::action;
use crate::pipeline::key::Key;
use crate::pipeline::step::{Coverage, CoverageService, Sarif};
use crate::yaml::Map;

pub(super) fn sarif(lowering: &mut Lowering<'_>, step: &Step, sarif: &Sarif) -> Part {
    let mut with = Map::new();
    with.put("sarif_file", literal(&sarif.file));
    with.put_some("category", sarif.category.as_ref().map(|category| literal(category)));
    Part::using("Upload the findings", lowering.action(action::SARIF, step.kind.origin), with)
}

/// The report is named, and no other is looked for: what is not named is not handed to a service.
pub(super) fn coverage(lowering: &mut Lowering<'_>, step: &Step, coverage: &Coverage) -> Part {
    let action = match coverage.service.value {
        CoverageService::Codecov => action::CODECOV,
    };
    let mut with = Map::new();
    with.put("files", literal(&coverage.file));
    with.put("disable_search", true);
    with.put("fail_ci_if_error", coverage.must_succeed.as_ref().is_none_or(|flag| flag.value));
    with.put_some("token", coverage.token.as_ref().map(|token| lowering.text(Key::Step, token)));
    Part::using("Upload the coverage", lowering.action(action, step.kind.origin), with)
}
