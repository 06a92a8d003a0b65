//! What policies let pass, and which of it holds: an exception covers findings of its own layer, and of the organisation's
//! where that allows it.

use std::borrow::Cow;

use super::judge::Layered;
use super::{Date, Layer, Policy};
use crate::finding::Finding;
use crate::origin::{At, Origin};
use crate::pipeline::Retention;
use crate::source::Node;

/// A named allowance.
#[derive(Clone, Debug)]
pub struct Exception {
    /// Its name.
    pub name: String,
    /// Where its name stands.
    pub key: Origin,
    /// The rule whose findings pass.
    pub rule: At<String>,
    /// The identity they are about; everything below it passes too.
    pub identity: At<String>,
    /// Why.
    pub reason: At<String>,
    /// Who answers for it.
    pub owner: At<String>,
    /// The last day it holds.
    pub expires: At<Date>,
}

/// What a policy says of the exceptions a repository makes.
#[derive(Clone, Debug)]
pub enum Allowance {
    /// It may make none.
    None(Origin),
    /// It may make these, and where an organisation says so they hold for its layer too.
    Within(Bounds),
}

/// The exceptions a repository may make; a bound that is not there does not bound.
#[derive(Clone, Debug)]
pub struct Bounds {
    /// The rules they may be about.
    pub rules: Option<Vec<At<String>>>,
    /// The longest that one may still hold.
    pub longest: Option<At<Retention>>,
    /// Who may answer for one.
    pub owners: Option<Vec<At<String>>>,
    /// The whole of it.
    pub origin: Origin,
}

/// Why an exception covers nothing.
pub struct Forbidden {
    /// What about it is not allowed.
    pub place: Origin,
    /// Why.
    pub message: String,
    /// The policy line that decides it.
    pub decided: Origin,
}

impl Exception {
    /// Whether the finding is what it is about, or something below that.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        let identity = finding.identity.as_str();
        let inside = identity.strip_prefix(self.identity.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        inside && finding.rule == self.rule.value
    }
}

impl Policy {
    /// Why this policy does not allow an exception of a layer; none if it does, or has no say in it.
    #[must_use]
    pub fn forbids(&self, layer: Layer, exception: &Exception, now: Date) -> Option<Forbidden> {
        if self.layer == Layer::Repository && layer == Layer::Organisation {
            return None;
        }
        let banned = self.settings("suppression-banned").get("banned");
        let ban = banned.and_then(Node::items).unwrap_or_default().iter().find(|id| id.text() == Some(&exception.rule.value));
        if let Some(ban) = ban {
            let message = format!("no exception may cover `{}`", exception.rule.value);
            return Some(Forbidden { place: exception.rule.origin, message, decided: ban.origin });
        }
        if layer == Layer::Organisation {
            return None;
        }
        match self.exceptions_allowed.as_ref()? {
            Allowance::None(decided) => {
                let message = "no repository may make an exception".to_owned();
                Some(Forbidden { place: exception.key, message, decided: *decided })
            }
            Allowance::Within(bounds) => bounds.forbid(exception, now),
        }
    }
}

impl Bounds {
    fn forbid(&self, exception: &Exception, now: Date) -> Option<Forbidden> {
        let outside = |list: &Option<Vec<At<String>>>, text: &str| {
            list.as_ref().is_some_and(|list| list.iter().all(|item| item.value != text))
        };
        let forbidden = |place, message, decided| Some(Forbidden { place, message, decided });
        if outside(&self.rules, &exception.rule) {
            let message = format!("a repository may make no exception to `{}`", exception.rule.value);
            return forbidden(exception.rule.origin, message, self.origin);
        }
        if outside(&self.owners, &exception.owner) {
            let message = format!("\"{}\" is not among those who may answer for an exception", exception.owner.value);
            return forbidden(exception.owner.origin, message, self.origin);
        }
        let longest = self.longest?;
        let last = now.plus_days(longest.days);
        if exception.expires.value > last {
            let message =
                format!("it holds until {}, the most allowed is {last}: {} from today", exception.expires.value, longest.value);
            return forbidden(exception.expires.origin, message, longest.origin);
        }
        None
    }
}

/// Takes the findings away that exceptions cover, layer by layer; how many each exception of each layer covered, none for one
/// that may cover nothing.
pub(super) fn cover(layers: &[Layered<'_>], found: &mut [Vec<Finding>], now: Date) -> Vec<Vec<Option<usize>>> {
    let allowed = |layer: &Layered<'_>, exception: &Exception| {
        layers.iter().all(|other| other.policy.forbids(layer.policy.layer, exception, now).is_none())
    };
    let count = |layer: &Layered<'_>| -> Vec<Option<usize>> {
        layer.policy.exceptions.iter().map(|exception| allowed(layer, exception).then_some(0)).collect()
    };
    let mut covered: Vec<Vec<Option<usize>>> = layers.iter().map(count).collect();
    for (findings, layer) in found.iter_mut().zip(layers) {
        let shared = matches!(layer.policy.exceptions_allowed, Some(Allowance::Within(_)));
        findings.retain_mut(|finding| {
            for (source, counts) in layers.iter().zip(&mut covered) {
                let own = source.policy.layer == layer.policy.layer;
                let from_below = layer.policy.layer == Layer::Organisation;
                for (exception, count) in source.policy.exceptions.iter().zip(counts) {
                    let Some(count) = count else { continue };
                    if exception.expires.value < now || !exception.covers(finding) {
                        continue;
                    }
                    if own || (from_below && shared) {
                        *count += 1;
                        return false;
                    }
                    if from_below {
                        finding.help.push(format!(
                            "the repository's exception `{}` does not hold here: {} has no exceptions_allowed",
                            exception.name, layer.policy.source
                        ));
                    }
                }
            }
            true
        });
    }
    covered
}

/// A policy as the rules about exceptions see it, and what each of its exceptions covered: those that the change leaves of it, as
/// the change writes them. What a change has already taken out or mended is no longer there to be mended.
pub(super) fn left<'a>(layer: &Layered<'a>, covered: Vec<Option<usize>>) -> (Cow<'a, Policy>, Vec<Option<usize>>) {
    let Some(left) = layer.left else { return (Cow::Borrowed(layer.policy), covered) };
    let same =
        |one: &Exception, other: &Exception| one.rule.value == other.rule.value && one.identity.value == other.identity.value;
    let twin = |old: &Exception| {
        let named = left.iter().find(|new| new.name == old.name);
        named.or_else(|| left.iter().find(|new| same(old, new))).cloned()
    };
    let old = layer.policy.exceptions.iter().zip(covered);
    // What it covers where it is about something else now is not known.
    let (exceptions, covered) = old
        .filter_map(|(old, count)| twin(old).map(|new| (count.filter(|_| same(old, &new)), new)))
        .map(|(count, new)| (new, count))
        .unzip();
    (Cow::Owned(Policy { exceptions, ..layer.policy.clone() }), covered)
}
