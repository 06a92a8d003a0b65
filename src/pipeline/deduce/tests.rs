//! Held against an evaluator that knows everything: what is worked out with less must not say otherwise.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::pipeline::moment::Moment;

/// Contexts of which some are known, some within bounds, and some not at all.
#[derive(Clone, Debug, Default)]
struct Table(BTreeMap<String, Option<Vec<&'static str>>>);

impl Facts for Table {
    fn look(&self, path: &[&str]) -> Option<Possible> {
        let values = self.0.get(&path.join("."))?.as_ref()?;
        Some(values.iter().map(|text| Shape::This(Expr::parse(text).expect(text).consteval().expect(text))).collect())
    }
}

const CONTEXTS: [&str; 3] = ["github.ref", "env.a", "inputs.b"];
const VALUES: [&str; 12] =
    ["'0'", "'refs/heads/main'", "'Main'", "'main'", "''", "'5'", "5", "0", "true", "false", "null", "'05'"];

/// An expression, as text, over contexts and values.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        proptest::sample::select(&CONTEXTS[..]).prop_map(str::to_owned),
        proptest::sample::select(&VALUES[..]).prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        let operator = proptest::sample::select(&["&&", "||", "==", "!=", "<", "<=", ">", ">="][..]);
        let function = proptest::sample::select(&["contains", "startsWith", "endsWith"][..]);
        prop_oneof![
            3 => (inner.clone(), operator, inner.clone()).prop_map(|(one, operator, other)| format!("({one} {operator} {other})")),
            1 => inner.clone().prop_map(|one| format!("!{one}")),
            1 => (function, inner.clone(), inner.clone()).prop_map(|(name, one, other)| format!("{name}({one}, {other})")),
            1 => (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("format('{{0}}-{{1}}', {one}, {other})")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(one, two, other)| format!("case({one} == 'main', {two}, {other})")),
        ]
    })
}

/// What each context really is, and what of it is known.
fn tables() -> impl Strategy<Value = (Vec<&'static str>, Table)> {
    let value = || proptest::sample::select(&VALUES[..]);
    let one = (value(), proptest::option::of(proptest::collection::vec(value(), 0..3)));
    proptest::collection::vec(one, CONTEXTS.len()).prop_map(|all| {
        let known = all.iter().zip(CONTEXTS).map(|((real, others), context)| {
            let among = others.clone().map(|others| others.into_iter().chain([*real]).collect());
            (context.to_owned(), among)
        });
        let known = Table(known.collect());
        (all.into_iter().map(|(real, _)| real).collect(), known)
    })
}

/// The expression with every context replaced by what it is.
fn told(text: &str, values: &[&str]) -> Evaluation {
    let filled = CONTEXTS.iter().zip(values).fold(text.to_owned(), |text, (context, value)| text.replace(context, value));
    Expr::parse(&filled).expect("an expression").consteval().expect("a constant")
}

proptest! {
    #[test]
    fn what_is_certain_is_so((text, (values, known)) in (expression(), tables())) {
        let parsed = Expr::parse(&text).expect("an expression");
        if let Some(answer) = truth(&parsed, &known) {
            prop_assert_eq!(answer, told(&text, &values).as_boolean(), "{}", text);
        }
        let whole = possible(&parsed, &known);
        let real = told(&text, &values);
        let among = whole.shapes().iter().any(|shape| match shape {
            Shape::This(value) => *value == real || value.sema() == real.sema(),
            open => open.truth().is_none_or(|truth| truth == real.as_boolean()),
        });
        prop_assert!(among, "{} is {:?}, not {:?}", text, real, whole);
    }

    #[test]
    fn everything_is_worked_out_where_everything_is_known((text, (values, _)) in (expression(), tables())) {
        let known = Table(CONTEXTS.iter().zip(&values).map(|(name, value)| ((*name).to_owned(), Some(vec![*value]))).collect());
        let parsed = Expr::parse(&text).expect("an expression");
        prop_assert_eq!(truth(&parsed, &known), Some(told(&text, &values).as_boolean()), "{}", text);
    }

    #[test]
    fn no_name_is_ruled_out_that_a_filter_lets_in(
        only in proptest::collection::vec(proptest::sample::select(&["main", "release/**", "v*", "!release/x", "Dev"][..]), 0..3),
        never in proptest::collection::vec(proptest::sample::select(&["main", "release/*"][..]), 0..2),
        name in proptest::sample::select(&["main", "release/1", "release/x", "release/1/y", "v1", "Dev", "other"][..]),
        start in proptest::sample::select(&["refs/heads/", "refs/heads/rel", "refs/heads/MAIN", "refs/tags/", "refs/heads/release/1", "v"][..]),
    ) {
        let globs = |texts: &[&str]| -> Vec<_> {
            texts.iter().map(|text| crate::pipeline::glob::Glob::parse(text, crate::pipeline::glob::Subject::Name).expect("a glob")).collect()
        };
        let (let_in, kept_out) = (globs(&only), globs(&never));
        let admitted = let_in.is_empty() || crate::pipeline::glob::lets_in(&let_in, name);
        if !admitted || crate::pipeline::glob::lets_in(&kept_out, name) {
            return Ok(());
        }
        let names = Names::after("refs/heads/").held(only.iter().copied(), never.iter().copied());
        let full = format!("refs/heads/{name}");
        prop_assert!(names.may_be(&full) && names.may_be(&full.to_uppercase()), "{:?}", names);
        prop_assert!(names.listed().is_none_or(|listed| listed.contains(&full)));
        let starts = full.to_lowercase().starts_with(&start.to_lowercase());
        prop_assert!(names.start_with(start).is_none_or(|answer| answer == starts), "{} {}", full, start);
    }
}

fn at_push(text: &str) -> Option<bool> {
    Moment::of(crate::pipeline::trigger::Event::Push).truth(&Expr::parse(text).expect(text))
}

#[test]
fn what_is_asked_twice_is_answered_the_same() {
    let anywhere = |text: &str| truth(&Expr::parse(text).expect(text), &Anywhere);
    for (text, answer) in [
        ("env.a != 'x' || env.a != 'y'", Some(true)),
        ("env.a == 'x' && env.a == 'Y'", Some(false)),
        ("env.a == 'x' && env.a == 'X'", None),
        ("env.a && !env.a", Some(false)),
        ("env.a == '5' && env.a == '05'", None),
        ("env.a == env.A", Some(true)),
        ("success() && !success()", Some(false)),
        ("contains(fromJSON('[\"a\", \"b\"]'), env.a) && env.a == 'c'", Some(false)),
        ("fromJSON('{\"a\": [1, \"x\"]}').A[1] == 'x'", Some(true)),
        ("case(env.a, 1, 2) > 0", Some(true)),
        ("hashFiles('x') == ''", None),
        ("toJSON(env.a)", None),
    ] {
        assert_eq!(anywhere(text), answer, "{text}");
    }
    assert_eq!(at_push("github.event_name == 'Push'"), Some(true));
    assert_eq!(at_push("github.event.pull_request.draft == false"), Some(true), "nothing counts as 0, and so does false");
    assert_eq!(at_push("github.base_ref || 'none'"), Some(true));
}

#[test]
fn work_does_not_grow_with_what_is_nested() {
    let mut bomb = "'{0}'".to_owned();
    for _ in 0..40 {
        bomb = format!("format('{{0}}{{0}}{{0}}{{0}}', {bomb})");
    }
    assert_eq!(truth(&Expr::parse(&bomb).expect("an expression"), &Anywhere), None);
    let chain = vec!["env.a == 'x'"; 1500].join(" || ");
    assert_eq!(truth(&Expr::parse(&chain).expect("an expression"), &Anywhere), None);
}
