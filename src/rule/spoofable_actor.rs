//! `spoofable-actor`

use std::collections::BTreeMap;

use github_actions_expressions::Expr;
use github_actions_expressions::call::{Call, Function};
use github_actions_expressions::op::{BinExpr, BinOp};
use github_actions_expressions::{SpannedExpr, literal::Literal};

use super::{Check, Example, Findings, Rule, Scope};
use crate::finding::Severity;
use crate::pipeline::Reference;
use crate::pipeline::value::Known;
use crate::view::provenance::{self, Root};
use crate::view::scripts::{self, Script};
use crate::view::shell::{Command, Word};
use crate::view::spoken::{Spoken, named, within};
use crate::view::tainted::follow;
use crate::view::untrusted::{ACTORS, is_within};

/// The accounts of bots, by how their names begin.
const BOTS: &[&str] = &["dependabot", "github-actions", "mergify", "pre-commit-ci", "renovate"];
/// The variables that every step has from the forge and that hold who acted last.
const VARIABLES: &[(&str, &str)] = &[
    ("GITHUB_ACTOR", "github.actor"),
    ("GITHUB_ACTOR_ID", "github.actor_id"),
    ("GITHUB_TRIGGERING_ACTOR", "github.triggering_actor"),
];
/// The accounts of bots, by number: Dependabot, GitHub Actions, Renovate.
const BOT_IDS: &[&str] = &["49699333", "41898282", "29139614"];

pub(super) static RULE: Rule = Rule {
    id: "spoofable-actor",
    summary: "a bot is trusted by the name of whoever acted last",
    why: "`github.actor` is who caused the newest event, not who wrote the change. Anybody can have a bot act on their own pull \
          request: by a comment, or by opening it from a branch that the bot pushed to last. Ask for the author of the pull \
          request, `github.event.pull_request.user.login`.",
    severity: Severity::Error,
    check: Check::Project(check),
    examples: &[
        Example::bad(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.actor == 'dependabot[bot]'" } }"#)]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "make", when = 'Raw { github = "github.ref_type == 'branch' && 'Renovate[bot]' == GitHub.Actor" } }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "contains(fromJSON('[\"dependabot[bot]\", \"renovate[bot]\"]'), github.actor)" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.github.snapshot = { image-name = "tools", version = "2.*", "if" = "github.actor == 'dependabot[bot]'" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "startsWith(github.actor, 'dependabot') || endsWith(github.triggering_actor, 'bot]')" } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test = { env.WHO = 'Actor, steps = [{ run = "make", when = 'Raw { github = "!(env.WHO != 'dependabot[bot]')" } }] } }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "if [ \"$WHO\" = \"dependabot[bot]\" ]; then gh pr merge --auto; fi", env.WHO = 'Actor }] }"#,
        )]),
        Example::bad(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "[[ $GITHUB_ACTOR != 'renovate[bot]' ]] && exit 1\ngh pr merge --auto" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.steps = [{ run = "if [ \"$GITHUB_ACTOR\" != 'dependabot[bot]' ]; then make; fi\n[ \"$GITHUB_ACTOR\" = alice ] || echo dependabot[bot]" }] }"#,
        )]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "!(github.actor == 'dependabot[bot]') && !startsWith(github.actor, 'renovate')" } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.actor != 'dependabot[bot]'" } }"#)]),
        Example::good(&[(
            "ci",
            r#"{ jobs.test.when = 'Raw { github = "github.event.pull_request.user.login == 'dependabot[bot]'" } }"#,
        )]),
        Example::good(&[("ci", r#"{ jobs.test.when = 'Raw { github = "github.actor == 'alice'" } }"#)]),
    ],
    ..Rule::GITHUB
};

fn check(scope: &Scope<'_>, findings: &mut Findings) {
    for said in scope.spoken().iter().filter(|said| said.condition) {
        for expression in &said.expressions {
            let mut actors = Vec::new();
            Asked { scope, said }.trusted(expression, true, &mut actors);
            for actor in actors {
                said.report(findings, &actor, format!("`{actor}` is not who wrote the change")).help(HELP);
            }
        }
    }
    for script in scripts::all(scope).filter(|script| script.is_read() && names(script.text)) {
        let commands = script.commands();
        let mut held = actors(scope, script);
        follow(&commands, &mut held);
        let compared = |(number, command): (usize, &Command)| {
            let (name, actor) = held.iter().find(|(name, _)| command.takes(name))?;
            let refused = commands.get(number + 1).is_some_and(|next| next.name() == "exit");
            compares(command, refused).then(|| (name.clone(), actor.clone()))
        };
        let mut found: Vec<(String, String)> = commands.iter().enumerate().filter_map(compared).collect();
        found.sort();
        found.dedup();
        for (name, actor) in found {
            let message = format!("`${name}`, `{actor}`, is not who wrote the change");
            findings.report(script.identity(), script.origin, message).key(name).help(HELP);
        }
    }
}

const HELP: &str = "ask for github.event.pull_request.user.login, and for nothing on other events";

/// What is asked in a condition.
struct Asked<'s, 'a> {
    scope: &'s Scope<'a>,
    said: &'s Spoken<'a>,
}

impl Asked<'_, '_> {
    /// Gathers the actors by whose name something is let pass. Under a `!`, what holds for all but a bot does that.
    fn trusted(&self, expression: &SpannedExpr<'_>, holds: bool, actors: &mut Vec<String>) {
        let found = match &expression.inner {
            Expr::UnExpr { expr, .. } => return self.trusted(expr, !holds, actors),
            Expr::BinExpr(BinExpr { lhs, op: op @ (BinOp::Eq | BinOp::Neq), rhs }) if matches!(op, BinOp::Eq) == holds => {
                self.pair(lhs, rhs, names_bot)
            }
            Expr::BinExpr(BinExpr { lhs, op: BinOp::And | BinOp::Or, rhs }) => {
                self.trusted(lhs, holds, actors);
                return self.trusted(rhs, holds, actors);
            }
            Expr::Call(Call { func: Function::Contains | Function::StartsWith | Function::EndsWith, args }) if holds => {
                match args.as_slice() {
                    [one, other] => self.pair(one, other, |part| names_bot(part) || is_part_of_bot(part)),
                    _ => None,
                }
            }
            _ => None,
        };
        actors.extend(found);
    }

    /// The actor that one of two is, if the other names a bot.
    fn pair(&self, one: &SpannedExpr<'_>, other: &SpannedExpr<'_>, bot: fn(&SpannedExpr<'_>) -> bool) -> Option<String> {
        self.actor(one).filter(|_| bot(other)).or_else(|| self.actor(other).filter(|_| bot(one)))
    }

    fn actor(&self, expression: &SpannedExpr<'_>) -> Option<String> {
        let Expr::Context(context) = &expression.inner else { return None };
        let sources = provenance::of_context(self.scope.project, self.said.spot, &named(context)?, self.said.origin);
        sources.into_iter().find_map(|source| actor(&source.root))
    }
}

/// The name of an actor, if that is what a value comes from.
fn actor(root: &Root<'_>) -> Option<String> {
    match root {
        Root::Context(name) => is_within(name, ACTORS).then(|| name.clone()),
        Root::Reference(Reference::Known(Known::Actor)) => Some("github.actor".to_owned()),
        _ => None,
    }
}

/// The variables of a script that hold who acted last.
fn actors(scope: &Scope<'_>, script: Script<'_>) -> BTreeMap<String, String> {
    let own = VARIABLES.iter().map(|(name, context)| ((*name).to_owned(), (*context).to_owned()));
    let bound = script.variables().into_iter().filter(|(name, _)| script.text.contains(name)).filter_map(|(name, binding)| {
        let sources = script.sources(scope.project, &binding.value);
        Some((name.to_owned(), sources.into_iter().find_map(|source| actor(&source.root))?))
    });
    own.chain(bound).collect()
}

/// Whether a command asks for a bot: `[ $A = bot ]`, `[[ $A == bot* ]]`, `case $A in bot)`; by `!=` if what is not one is `refused`.
fn compares(command: &Command, refused: bool) -> bool {
    let bot = |word: &Word| word.names.is_empty() && names(&word.text);
    let words = command.arguments();
    let by = |signs: &[&str]| words.iter().any(|word| signs.contains(&word.text.as_str()));
    match command.name() {
        "[" | "[[" | "test" => words.iter().any(bot) && (by(&["=", "==", "=~", "-eq"]) || refused && by(&["!=", "-ne"])),
        "case" => words.iter().any(bot),
        "if" | "elseif" => words.iter().any(bot) && (by(&["-eq", "-ceq", "-like", "-match"]) || refused && by(&["-ne"])),
        _ => false,
    }
}

/// Whether a text names a bot.
fn names(text: &str) -> bool {
    let text = text.to_ascii_lowercase().replace('\\', "");
    text.contains("[bot]") || BOT_IDS.iter().any(|id| text.contains(id)) || BOTS.iter().any(|bot| text.contains(bot))
}

/// Whether a text or a list of texts names a bot.
fn names_bot(expression: &SpannedExpr<'_>) -> bool {
    within(expression).into_iter().any(|part| match &part.inner {
        Expr::Literal(Literal::String(text)) => text.to_ascii_lowercase().contains("[bot]") || BOT_IDS.contains(&text.as_ref()),
        Expr::Literal(Literal::Number(number)) => BOT_IDS.contains(&number.to_string().as_str()),
        _ => false,
    })
}

/// Whether a text is the beginning, the end or the middle of a bot's name.
fn is_part_of_bot(expression: &SpannedExpr<'_>) -> bool {
    let Expr::Literal(Literal::String(text)) = &expression.inner else { return false };
    let text = text.to_ascii_lowercase();
    text.len() > 2 && (text == "bot]" || BOTS.iter().any(|bot| bot.contains(text.as_str()) || text.starts_with(bot)))
}
