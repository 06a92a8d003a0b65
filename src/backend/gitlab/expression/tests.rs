use std::process::Command;

use proptest::prelude::*;

use super::*;
use crate::pipeline::gitlab::expression::{Expression, Scope};

fn read(text: Option<&str>, variables: &[(String, String)]) -> bool {
    let source = ("CI_PIPELINE_SOURCE".to_owned(), "push".to_owned());
    let scope = Scope { variables: variables.iter().cloned().chain([source]).collect(), ..Scope::default() };
    text.is_none_or(|text| Expression::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}")).holds(&scope))
}

fn is(comparison: &Comparison, variables: &[(String, String)]) -> bool {
    let value = |name: &str| variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let found = value(&comparison.variable);
    let holds = match &comparison.what {
        What::Null => found.is_none(),
        What::Text(text) => found == Some(text),
        What::Variable(other) => found == value(other),
        What::Pattern(pattern) => regex::Regex::new(pattern).expect("a pattern").is_match(found.unwrap_or_default()),
        What::Words(words) => read(Some(words), variables),
        What::Listed(item) => found.unwrap_or_default().split(',').any(|one| one == item),
    };
    holds == comparison.is
}

fn holds(expr: &Expr, variables: &[(String, String)]) -> bool {
    match expr {
        Expr::True => true,
        Expr::False => false,
        Expr::Is(comparison) => is(comparison, variables),
        Expr::All(parts) => parts.iter().all(|part| holds(part, variables)),
        Expr::Any(parts) => parts.iter().any(|part| holds(part, variables)),
    }
}

fn comparison() -> impl Strategy<Value = Expr> {
    let text =
        || prop::sample::select(vec!["main", "it's \"x\"", "a/b", "'", "\"", "a.b|c", "$A", "x y"]).prop_map(str::to_owned);
    let what = prop_oneof![
        Just(What::Null),
        text().prop_map(What::Text),
        prop::sample::select(vec!["^(main|a/b)$", "^[^/]*$", "^a.+c$", "x", "^(\\$A|\\.)?$"])
            .prop_map(|pattern| What::Pattern(pattern.to_owned())),
        text().prop_map(What::Listed),
    ];
    let variable = prop::sample::select(vec!["A", "B", "C"]);
    (variable, any::<bool>(), what)
        .prop_map(|(variable, is, what)| Expr::Is(Comparison { variable: variable.to_owned(), is, what }))
}

/// As it is built: parts put together, turned around and taken apart.
#[derive(Clone, Debug)]
enum Built {
    One(Expr),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl Built {
    fn expr(&self) -> Expr {
        match self {
            Self::One(expr) => expr.clone(),
            Self::All(parts) => Expr::all(parts.iter().map(Self::expr)),
            Self::Any(parts) => Expr::any(parts.iter().map(Self::expr)),
            Self::Not(inner) => inner.expr().not(),
        }
    }

    fn holds(&self, variables: &[(String, String)]) -> bool {
        match self {
            Self::One(expr) => holds(expr, variables),
            Self::All(parts) => parts.iter().all(|part| part.holds(variables)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(variables)),
            Self::Not(inner) => !inner.holds(variables),
        }
    }
}

fn built() -> impl Strategy<Value = Built> {
    comparison().prop_map(Built::One).prop_recursive(4, 60, 5, |inner| {
        let several = || prop::collection::vec(inner.clone(), 0..6);
        prop_oneof![
            several().prop_map(Built::All),
            several().prop_map(Built::Any),
            inner.clone().prop_map(|inner| Built::Not(Box::new(inner))),
        ]
    })
}

fn variables() -> impl Strategy<Value = Vec<(String, String)>> {
    let value = prop::sample::select(vec![
        None,
        Some("main"),
        Some(""),
        Some("it's \"x\""),
        Some("main,$A,'"),
        Some("a/b"),
        Some("a.b|c"),
    ]);
    [value.clone(), value.clone(), value].prop_map(|values| {
        let named = ["A", "B", "C"].into_iter().zip(values);
        named.filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned()))).collect()
    })
}

proptest! {
    #[test]
    fn what_is_made_smaller_says_the_same(built in built(), variables in variables()) {
        prop_assert_eq!(holds(&built.expr(), &variables), built.holds(&variables));
    }

    #[test]
    fn gitlab_reads_what_is_written_as_it_is_meant(built in built(), variables in variables()) {
        let wanted = built.holds(&variables);
        let Some(parts) = built.expr().divided() else { return Err(TestCaseError::reject("no rule can hold it")) };
        let found = parts.iter().any(|part| read(part.text().as_deref(), &variables));
        prop_assert_eq!(found, wanted, "{:?}", parts.iter().map(Expr::text).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_shell_finds_the_same(built in built(), variables in variables()) {
        let test = Shell::from(&built.expr()).to_string();
        let script = format!("set -eu\nif {test}; then echo yes; else echo no; fi");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(&script).env_clear().env("PATH", std::env::var("PATH").unwrap_or_default());
        let output = shell.envs(variables.iter().cloned()).output().expect("a shell");
        let wanted = if built.holds(&variables) { "yes\n" } else { "no\n" };
        prop_assert_eq!(String::from_utf8_lossy(&output.stdout), wanted, "{}\n{}", script, String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn negation_ends_at_the_comparisons() {
    let (one, other) = (Expr::equal("A", "1"), Expr::is("B", What::Pattern("^x".to_owned())));
    let both = Expr::all([one.clone(), Expr::any([other, Expr::False]), Expr::True]);
    assert_eq!(both.text().as_deref(), Some("$A == \"1\" && $B =~ /^x/"));
    assert_eq!(both.clone().not().text().as_deref(), Some("$A != \"1\" || $B !~ /^x/"));
    let either = Expr::any([both, one.not()]);
    assert_eq!(either.text().as_deref(), Some("($A == \"1\" && $B =~ /^x/) || $A != \"1\""));
    assert_eq!((Expr::all([]).text(), Expr::any([Expr::False, Expr::True])), (None, Expr::True));
}

#[test]
fn what_is_told_already_is_not_asked() {
    let main = Expr::equal("A", "main");
    assert_eq!(Expr::all([main.clone(), Expr::set("A"), Expr::equal("A", "x").not()]), main);
    assert_eq!(Expr::all([main.clone(), Expr::equal("A", "x")]), Expr::False);
    assert_eq!(
        Expr::all([main.clone(), Expr::any([Expr::set("A").not(), Expr::set("B")])]),
        Expr::all([main.clone(), Expr::set("B")])
    );
    assert_eq!(Expr::any([main.clone(), Expr::all([main.clone(), Expr::set("B")])]), main);
    assert_eq!(Expr::any([main.clone(), main.clone().not()]), Expr::True);
}

#[test]
fn what_is_too_long_is_divided() {
    let names: Vec<Expr> = (0..40).map(|index| Expr::equal("A", &format!("b{index}"))).collect();
    let parts = Expr::all([Expr::set("B"), Expr::any(names)]).divided().expect("parts");
    assert!(parts.len() > 1 && parts.iter().all(|part| part.words() <= WORDS), "{parts:?}");
    let every: Vec<Expr> = (0..40).map(|index| Expr::equal("A", &format!("b{index}")).not()).collect();
    assert_eq!(Expr::all(every).divided(), None);
}
