//! `sarif`, `coverage`: reports that GitLab takes from the job; the step makes sure that they are there.

use super::Part;
use crate::backend::gitlab::lowering::Lowering;
use crate::backend::gitlab::value::quoted;
use crate::pipeline::Step;
use crate::pipeline::step::{Coverage, Sarif};

/// Fails without the file.
const THERE: &str = "if [ ! -s \"$1\" ]; then echo \"there is no report $1\" && exit 1; fi";

pub(super) fn sarif(lowering: &mut Lowering<'_>, step: &Step, sarif: &Sarif) -> Part {
    lowering.lose("sarif", step.kind.origin);
    Part { arguments: vec![quoted(&sarif.file)], ..Part::running("Hand on the findings", THERE) }
}

pub(super) fn coverage(lowering: &mut Lowering<'_>, step: &Step, coverage: &Coverage) -> Part {
    lowering.lose("coverage", step.kind.origin);
    let must = coverage.must_succeed.as_ref().is_none_or(|flag| flag.value);
    let commands = if must { THERE.to_owned() } else { THERE.replace("exit 1", "exit 0") };
    Part { arguments: vec![quoted(&coverage.file)], ..Part::running("Hand on the coverage", &commands) }
}
