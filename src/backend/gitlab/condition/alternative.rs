//! A condition as alternatives, each told apart by what GitLab knows, what it waits for, and what the job has to ask itself.

use super::{After, failure};
use crate::backend::gitlab::expression::{Expr, Shell, What};
use crate::backend::gitlab::lowering::{Lowering, Place};
use crate::backend::gitlab::trigger::{self, Start};
use crate::backend::gitlab::{call, script, value};
use crate::origin::{At, Origin};
use crate::pipeline::condition::{Outcome, Spoken};
use crate::pipeline::trigger::{Event, InputKind};
use crate::pipeline::value::Known;
use crate::pipeline::{Condition, Job, Part, Reference, Value};

/// One of the ways in which a condition holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Alternative {
    /// What GitLab knows before it makes the pipeline.
    pub(super) known: Expr,
    /// How what came before has to have ended.
    pub(super) after: After,
    /// The files of which one has to have changed, and where that is written.
    pub(super) changes: Vec<String>,
    /// What is only known in the run.
    pub(super) later: Vec<Shell>,
}

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asker<'s> {
    /// A rule, of a pipeline that starts so.
    Rule(&'s Start),
    /// The job, while it runs, whatever started its pipeline.
    Job,
    /// A step of it.
    Step,
}

impl Asker<'_> {
    const fn event(&self) -> Option<Event> {
        match self {
            Self::Rule(start) => start.event,
            Self::Job | Self::Step => None,
        }
    }
}

impl Alternative {
    fn known(known: Expr) -> Vec<Self> {
        vec![Self { known, ..Self::always() }]
    }

    fn after(after: After) -> Vec<Self> {
        vec![Self { after, ..Self::always() }]
    }

    fn later(test: Shell) -> Vec<Self> {
        vec![Self { later: vec![test], ..Self::always() }]
    }

    /// Whatever happens.
    pub(super) const fn always() -> Self {
        Self { known: Expr::True, after: After::Any, changes: Vec::new(), later: Vec::new() }
    }

    /// Whether all of it is known before the pipeline is made.
    pub(super) const fn is_known(&self) -> bool {
        self.later.is_empty()
    }
}

/// Every way in which a condition holds, or in which it does not. An implied success is not among them.
pub(super) fn of(lowering: &mut Lowering<'_>, asker: Asker<'_>, condition: &At<Condition>, holds: bool) -> Vec<Alternative> {
    match &condition.value {
        Condition::Not(inner) => of(lowering, asker, inner, !holds),
        Condition::All(inner) | Condition::Any(inner) => {
            let parts: Vec<Vec<Alternative>> = inner.iter().map(|inner| of(lowering, asker, inner, holds)).collect();
            if matches!(condition.value, Condition::All(_)) == holds {
                let every = Alternative::known(Expr::True);
                parts.into_iter().fold(every, |all, part| both(lowering, &all, &part, condition))
            } else {
                joined(parts.into_iter().flatten())
            }
        }
        _ => one(lowering, asker, condition, holds),
    }
}

/// Alternatives, those that differ in nothing but what GitLab knows made one.
pub(super) fn joined(alternatives: impl IntoIterator<Item = Alternative>) -> Vec<Alternative> {
    let mut all: Vec<(Alternative, Vec<Expr>)> = Vec::new();
    for one in alternatives.into_iter().filter(|one| one.known != Expr::False) {
        let alike = |(other, _): &&mut (Alternative, Vec<Expr>)| {
            (&other.changes, &other.later, other.after) == (&one.changes, &one.later, one.after)
        };
        match all.iter_mut().find(alike) {
            Some((_, known)) => known.push(one.known),
            None => {
                let known = vec![one.known.clone()];
                all.push((one, known));
            }
        }
    }
    all.into_iter().map(|(one, known)| Alternative { known: Expr::any(known), ..one }).collect()
}

/// The same, only after success.
pub(super) fn after_success(alternatives: Vec<Alternative>) -> Vec<Alternative> {
    let after = |one: Alternative| Some(Alternative { after: one.after.and(After::Success)?, ..one });
    alternatives.into_iter().filter_map(after).collect()
}

/// Whether GitLab knows a value before it makes the pipeline.
pub(super) fn is_known_value(value: &Value) -> bool {
    value.parts.iter().all(|part| match &part.value {
        Part::Text(_) | Part::Number(_) | Part::Flag(_) => true,
        Part::Reference(reference) => is_settled(reference),
        Part::When(_) => false,
    })
}

/// The files of which one has to have changed where two things ask for that, the second before the first: GitLab has one list.
pub(in crate::backend::gitlab) fn changed<'c>(
    lowering: &mut Lowering<'_>,
    [first, second]: [&'c [String]; 2],
    known: &Expr,
    origin: Origin,
) -> &'c [String] {
    if !first.is_empty() && !second.is_empty() && first != second && *known != Expr::False {
        lowering.lose("changed-twice", origin);
    }
    if second.is_empty() { first } else { second }
}

/// In how many ways a condition may hold: more are nobody's condition, and each more way doubles them.
const MOST_WAYS: usize = 256;

/// Where one of each holds.
fn both(lowering: &mut Lowering<'_>, left: &[Alternative], right: &[Alternative], condition: &At<Condition>) -> Vec<Alternative> {
    if left.len() * right.len() > MOST_WAYS {
        lowering.lose("condition-large", condition.origin);
        return left.to_vec();
    }
    let mut all = Vec::new();
    for left in left {
        for right in right {
            let Some(after) = left.after.and(right.after) else { continue };
            let known = Expr::all([left.known.clone(), right.known.clone()]);
            let changes = changed(lowering, [&left.changes, &right.changes], &known, condition.origin);
            let mut later = left.later.clone();
            later.extend(right.later.iter().filter(|test| !left.later.contains(test)).cloned());
            all.push(Alternative { known, after, changes: changes.to_vec(), later });
        }
    }
    joined(all)
}

/// A condition that is made of no others.
fn one(lowering: &mut Lowering<'_>, asker: Asker<'_>, condition: &At<Condition>, holds: bool) -> Vec<Alternative> {
    let turned = |expr: Expr| Alternative::known(if holds { expr } else { expr.not() });
    match &condition.value {
        Condition::Always => {
            if !matches!(asker, Asker::Step) {
                lowering.lose("always", condition.origin);
            }
            turned(Expr::True)
        }
        Condition::NotCancelled if holds => Alternative::known(Expr::True),
        Condition::NotCancelled => {
            lowering.lose("cancelled", condition.origin);
            Vec::new()
        }
        Condition::OnSuccess if holds => Alternative::after(After::Success),
        Condition::OnFailure if !holds => Alternative::after(After::Success),
        Condition::OnSuccess | Condition::OnFailure => after_failure(lowering, asker, condition),
        Condition::Label(label) => turned(labelled(lowering, asker, label)),
        Condition::Event(events) => turned(match asker.event() {
            Some(event) => Expr::any(events.iter().any(|one| one.value == event).then_some(Expr::True)),
            None => Expr::any(events.iter().map(|event| trigger::started_by(lowering, event.value)).collect::<Vec<Expr>>()),
        }),
        Condition::Branch(names) => {
            let (variable, at) = branch(asker);
            let named = Expr::any(names.iter().map(|name| trigger::matching(lowering, variable, std::slice::from_ref(name))));
            turned(Expr::all([at, named]))
        }
        Condition::Changed(files) if holds => {
            let changes = trigger::patterns(lowering, files);
            vec![Alternative { changes, ..Alternative::always() }]
        }
        Condition::Changed(_) => {
            lowering.lose("changed-not", condition.origin);
            Alternative::known(Expr::True)
        }
        Condition::DefaultBranch => {
            let (variable, at) = branch(asker);
            turned(Expr::all([at, Expr::is(variable, What::Variable(trigger::DEFAULT_BRANCH.to_owned()))]))
        }
        Condition::Tag => turned(if asker.event().is_some_and(is_of_request) { Expr::False } else { Expr::set(trigger::TAG) }),
        Condition::Input(name, wanted) => input(lowering, asker, name, wanted, holds),
        Condition::Present(found) => present(lowering, asker, found, holds),
        Condition::Output(path, wanted) => {
            let (job, name) = path.split_once('.').unwrap_or((path, ""));
            asked_later(lowering, asker, condition, &Reference::Output(job.to_owned(), name.to_owned()), wanted, holds)
        }
        Condition::Matrix(key, wanted) => {
            asked_later(lowering, asker, condition, &Reference::Matrix(key.value.clone()), wanted, holds)
        }
        Condition::Result(_, outcome) if outcome.value == Outcome::Cancelled => {
            lowering.lose("result-cancelled", condition.origin);
            turned(Expr::False)
        }
        Condition::Result(job, outcome) => {
            said_later(lowering, asker, condition);
            let ended = word(lowering, Reference::Result(job.value.clone()), job.origin);
            Alternative::later(Shell::same(&ended, holds, outcome.word()))
        }
        Condition::Raw(spoken) => turned_if(raw(lowering, asker, spoken, condition.origin), holds),
        Condition::All(_) | Condition::Any(_) | Condition::Not(_) => of(lowering, asker, condition, holds),
    }
}

/// After a failure of what came before: of jobs that others stand between the run tells, since GitLab skips those and what waits for
/// a failure of theirs.
fn after_failure(lowering: &mut Lowering<'_>, asker: Asker<'_>, condition: &At<Condition>) -> Vec<Alternative> {
    let job = lowering.job.filter(|_| !matches!(asker, Asker::Step));
    let asked = job.map_or_else(Vec::new, |job| failure::asked(lowering.pipeline, job));
    if asked.is_empty() {
        return Alternative::after(After::Failure);
    }
    lowering.lose("failure-before", condition.origin);
    let test = |job: &&Job| Shell::same(&word(lowering, Reference::Result(job.id.clone()), condition.origin), true, "'failure'");
    Alternative::later(Shell::any(asked.iter().map(test).collect::<Vec<Shell>>()))
}

/// The author's words, if some of them are GitLab's and are asked where GitLab reads them; none otherwise, which is said.
fn raw(lowering: &mut Lowering<'_>, asker: Asker<'_>, spoken: &Spoken, origin: Origin) -> Option<Expr> {
    match (&spoken.gitlab, asker) {
        (Some(words), Asker::Rule(_)) => return Some(Expr::is("", What::Words(words.value.clone()))),
        (Some(_), _) => lowering.lose("raw-in-run", origin),
        (None, _) => lowering.lose("raw", origin),
    }
    None
}

/// What is known, or the opposite of it. What is left out of a condition asks for nothing.
fn turned_if(known: Option<Expr>, holds: bool) -> Vec<Alternative> {
    Alternative::known(known.map_or(Expr::True, |known| if holds { known } else { known.not() }))
}

/// Whether an event is about a merge request, whose pipeline is on no branch and no tag.
const fn is_of_request(event: Event) -> bool {
    matches!(event, Event::PullRequest | Event::MergeGroup)
}

/// The variable that holds the branch, and whether there is one.
const fn branch(asker: Asker<'_>) -> (&'static str, Expr) {
    match asker {
        Asker::Rule(Start { event: Some(Event::PullRequest | Event::MergeGroup), .. }) => (trigger::BRANCH, Expr::False),
        Asker::Rule(start) => (start.branch, Expr::True),
        Asker::Job | Asker::Step => (trigger::BRANCH, Expr::True),
    }
}

fn labelled(lowering: &Lowering<'_>, asker: Asker<'_>, label: &str) -> Expr {
    let listed = Expr::is(trigger::LABELS, What::Listed(label.to_owned()));
    match asker.event() {
        Some(event) if event.has_pull_request() => listed,
        Some(_) => Expr::False,
        // What a merge train asks for has labels there, and none as a merge group.
        None => Expr::all([listed, trigger::on_train(lowering).not()]),
    }
}

/// What a reference stands for, as one word of the shell.
pub(super) fn word(lowering: &mut Lowering<'_>, reference: Reference, origin: Origin) -> String {
    let part = At::new(Part::Reference(reference), origin);
    value::word(lowering, &At::new(Value { parts: vec![part] }, origin))
}

/// Says that a rule cannot ask for something, and that the job asks for it instead.
fn said_later(lowering: &mut Lowering<'_>, asker: Asker<'_>, condition: &At<Condition>) {
    if !matches!(asker, Asker::Step) {
        let calls = lowering.job.is_some_and(|job| job.call().is_some());
        lowering.lose(if calls { "condition-of-call" } else { "condition" }, condition.origin);
    }
}

fn asked_later(
    lowering: &mut Lowering<'_>,
    asker: Asker<'_>,
    condition: &At<Condition>,
    reference: &Reference,
    wanted: &At<Value>,
    holds: bool,
) -> Vec<Alternative> {
    said_later(lowering, asker, condition);
    let found = word(lowering, reference.clone(), condition.origin);
    let wanted = value::word(lowering, wanted);
    Alternative::later(Shell::same(&found, holds, &wanted))
}

/// What a value is, as far as GitLab knows it before it makes the pipeline.
fn settled(lowering: &Lowering<'_>, value: &Value) -> Option<What> {
    if let Some(text) = value.print() {
        return Some(What::Text(text));
    }
    let reference = value.sole().filter(|reference| is_settled(reference))?;
    Some(What::Variable(value::variable(lowering, reference)))
}

/// Whether GitLab knows it before it makes the pipeline.
const fn is_settled(reference: &Reference) -> bool {
    match reference {
        Reference::Secret(_) | Reference::Variable(_) | Reference::Input(_) => true,
        Reference::Known(known) => !matches!(
            known,
            Known::Token | Known::Os | Known::Workspace | Known::Shard | Known::Shards | Known::Event | Known::Ref
        ),
        _ => false,
    }
}

/// Whether an input is a value. Who starts a pipeline otherwise than by hand says nothing, and nothing is as good as no, 0 or an
/// empty text.
fn input(lowering: &mut Lowering<'_>, asker: Asker<'_>, name: &str, wanted: &At<Value>, holds: bool) -> Vec<Alternative> {
    let reference = Reference::Input(name.to_owned());
    let turned = |expr: Expr| Alternative::known(if holds { expr } else { expr.not() });
    let asked = asked(lowering, asker);
    let said = wanted.print();
    let flag = lowering.pipeline.on.input(name).is_some_and(|input| matches!(input.kind.value, InputKind::Flag));
    let nothing = said.as_ref().is_some_and(|text| {
        let no = flag || matches!(wanted.parts.as_slice(), [At { value: Part::Flag(false), .. }]);
        no && text == "false" || text.trim().is_empty() || text.trim().parse() == Ok(0.0_f64)
    });
    let unasked = if nothing { Expr::True } else { Expr::False };
    if asked == Expr::False {
        return turned(unasked);
    }
    if matches!(asker, Asker::Rule(_)) && !said.as_deref().is_some_and(script::is_plain) && call::is_coded(lowering, name) {
        lowering.lose("call-input-coded", wanted.origin);
    }
    match settled(lowering, wanted) {
        Some(what) => {
            let same = Expr::is(&value::variable(lowering, &reference), what);
            turned(Expr::any([Expr::all([asked.clone(), same]), Expr::all([asked.not(), unasked])]))
        }
        None => {
            let found = word(lowering, reference, wanted.origin);
            let word = value::word(lowering, wanted);
            Alternative::later(Shell::same(&found, holds, &word))
        }
    }
}

/// Whether somebody was asked for inputs.
fn asked(lowering: &Lowering<'_>, asker: Asker<'_>) -> Expr {
    let by_hand = |event: Option<Event>| if event.is_none_or(|event| event == Event::Manual) { Expr::True } else { Expr::False };
    match asker {
        _ if lowering.place == Place::Called || lowering.pipeline.on.events() == [Event::Manual] => Expr::True,
        Asker::Rule(start) => by_hand(start.event),
        Asker::Job | Asker::Step => trigger::started_by(lowering, Event::Manual),
    }
}

/// Whether a value is no empty text.
fn present(lowering: &mut Lowering<'_>, asker: Asker<'_>, found: &At<Value>, holds: bool) -> Vec<Alternative> {
    let mut known = Vec::new();
    for part in &found.parts {
        known.push(match &part.value {
            Part::Text(text) => {
                if text.is_empty() {
                    Expr::False
                } else {
                    Expr::True
                }
            }
            Part::Number(_) | Part::Flag(_) => Expr::True,
            Part::Reference(reference) if is_settled(reference) => {
                let there = Expr::filled(&value::variable(lowering, reference));
                let asked = if matches!(reference, Reference::Input(_)) { asked(lowering, asker) } else { Expr::True };
                Expr::all([asked, there])
            }
            Part::Reference(_) | Part::When(_) => {
                let word = value::word(lowering, found);
                said_of_value(lowering, asker, found);
                return Alternative::later(Shell::same(&word, !holds, "''"));
            }
        });
    }
    let any = Expr::any(known);
    Alternative::known(if holds { any } else { any.not() })
}

fn said_of_value(lowering: &mut Lowering<'_>, asker: Asker<'_>, found: &At<Value>) {
    if !matches!(asker, Asker::Step) {
        lowering.lose("condition", found.origin);
    }
}
