//! `checkout`: the sources, without a credential left in them.

use super::Part;
use crate::backend::github::expression::literal;
use crate::backend::github::lowering::Lowering;
use crate::pipeline::Step;
use crate::pipeline::github::action;
use crate::pipeline::key::Key;
use crate::pipeline::step::Checkout;
use crate::yaml::Map;

pub(super) fn lower(lowering: &mut Lowering<'_>, step: &Step, checkout: &Checkout) -> Part {
    let mut with = Map::new();
    with.put("persist-credentials", false);
    with.put_some("repository", checkout.repository.as_ref().map(|value| lowering.text(Key::Step, value)));
    with.put_some("ref", checkout.revision.as_ref().map(|value| lowering.text(Key::Step, value)));
    with.put_some("path", checkout.path.as_ref().map(|path| literal(path)));
    with.put_some("fetch-depth", checkout.depth.as_ref().map(|depth| depth.value));
    with.put_some("submodules", checkout.submodules.as_ref().map(|flag| flag.value));
    with.put_some("lfs", checkout.lfs.as_ref().map(|flag| flag.value));
    Part::using("Check out", lowering.action(action::CHECKOUT, step.kind.origin), with)
}
