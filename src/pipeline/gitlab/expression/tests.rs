use proptest::prelude::*;

use super::*;

fn scope() -> Scope {
    let of = |pairs: &[(&str, &str)]| pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Scope {
        variables: of(&[
            ("A", "a"),
            ("EMPTY", ""),
            ("BLANK", "  "),
            ("TAG", "v1.2"),
            ("RE", "/^v[0-9]/"),
            ("LIST", "a b c"),
            ("UPPER", "ABC"),
            ("PATH", "a/b"),
        ]),
        inputs: of(&[("tier", "staging")]),
    }
}

#[test]
fn conditions_hold_as_gitlab_has_them() {
    for (text, holds) in [
        ("$A", true),
        ("$NONE", false),
        ("$EMPTY", false),
        ("$BLANK", false),
        ("$EMPTY == null", false),
        ("$NONE == null", true),
        ("$EMPTY == \"\"", true),
        ("$NONE == \"\"", false),
        ("$NONE != null", false),
        ("$A == 'a'", true),
        ("$A != \"a\"", false),
        ("$TAG =~ /^v[0-9]+/", true),
        ("$TAG !~ /^v[0-9]+/", false),
        ("$TAG =~ $RE", true),
        ("$A =~ $RE", false),
        ("$A =~ $NONE", false),
        ("$A !~ $NONE", true),
        ("$A =~ null", false),
        ("$NONE =~ /^$/", true),
        ("$NONE =~ /.+/", false),
        ("$A =~ $LIST", true),
        ("$TAG =~ $LIST", false),
        ("$UPPER =~ /abc/", false),
        ("$UPPER =~ /abc/i", true),
        ("$PATH =~ /a\\/b/", true),
        // Comparisons, then `&&`, then `||`.
        ("$A == 'x' && $A == 'x' || $A == 'a'", true),
        ("$A == 'a' || $A == 'x' && $A == 'x'", true),
        ("($A == 'a' || $A == 'x') && $A == 'x'", false),
        ("!$NONE", true),
        ("!$A", false),
        ("!$A == 'a'", false),
        ("!($A == 'x') && !($A == 'y')", true),
        // An empty text is something to `&&`, and to `||`.
        ("$EMPTY && $A", true),
        ("$EMPTY || $A", false),
        ("$NONE || $A", true),
        ("true", true),
        ("false", false),
        ("$A == 'a' == true", true),
        ("$[[ inputs.tier ]] == 'staging'", true),
        ("$[[inputs.none]] == null", true),
    ] {
        let found = Expression::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"));
        assert_eq!(found.holds(&scope()), holds, "{text}");
    }
}

#[test]
fn what_gitlab_would_refuse_is_said_at_its_place() {
    for (text, offset, message) in [
        ("", 0, "write a variable, a text or a pattern here"),
        ("$A ==", 5, "write a variable, a text or a pattern here"),
        ("&& $A", 0, "write a variable, a text or a pattern before this"),
        ("$A = 'a'", 3, "write a variable, a text between quotes, a pattern between slashes or an operator"),
        ("é$A", 0, "write a variable, a text between quotes, a pattern between slashes or an operator"),
        ("$A == a", 6, "write $a if it is a variable, \"a\" if it is a text"),
        ("$A $B", 3, "write an operator between the two: ==, !=, =~, !~, && or ||"),
        ("($A", 3, "close the parenthesis"),
        ("$A)", 2, "remove this parenthesis: none is open"),
        ("$A == 'a", 6, "the text has no end: write the other quote"),
        ("$A =~ /ab", 6, "the pattern has no end: write the other slash"),
        ("$A =~ /a/", 6, "GitLab reads no pattern of less than two characters: write /^x/ or /(x)/"),
        ("$A =~ /a(/", 6, "it is no regular expression: unclosed group"),
        ("$A =~ true", 6, "write a pattern between slashes here"),
        ("$ == null", 0, "write the name of a variable after $: letters, digits and _"),
        ("$[[ tier ]]", 0, "write an input as $[[ inputs.name ]]"),
    ] {
        let problem = Expression::parse(text).expect_err(text);
        assert_eq!((problem.offset, problem.message.as_str()), (offset, message), "{text}");
    }
    let long = vec!["$A"; 51].join("&&");
    assert_eq!(Expression::parse(&long).expect_err("too long").offset, 200);
    assert!(Expression::parse(&vec!["$A"; 50].join("||")).is_ok());
}

#[test]
fn the_variables_are_those_that_are_named() {
    let found = Expression::parse("!$B && ($A == 'x' || $A =~ $C) && '$D' != $[[ inputs.e ]]").expect("a condition");
    assert_eq!(found.variables().into_iter().collect::<Vec<_>>(), ["A", "B", "C"]);
}

/// As an author would write it, with no parenthesis but those it needs.
fn written(expression: &Expression, level: u8) -> String {
    let (text, own) = match expression {
        Expression::Null => ("null".to_owned(), 4),
        Expression::Flag(flag) => (flag.to_string(), 4),
        Expression::Text(text) => (format!("\"{text}\""), 4),
        Expression::Variable(name) => (format!("${name}"), 4),
        Expression::Input(name) => (format!("$[[ inputs.{name} ]]"), 4),
        Expression::Pattern(pattern) => (format!("/{}/{}", pattern.body().replace('/', "\\/"), pattern.flags()), 4),
        Expression::Not(inner) => (format!("!{}", written(inner, 3)), 3),
        Expression::Compare(left, operator, right) => {
            (format!("{} {} {}", written(left, 2), operator.sign(), written(right, 3)), 2)
        }
        Expression::All(left, right) => (format!("{}&&{}", written(left, 1), written(right, 2)), 1),
        Expression::Any(left, right) => (format!("{} || {}", written(left, 0), written(right, 1)), 0),
    };
    if own < level { format!("({text})") } else { text }
}

fn expression() -> impl Strategy<Value = Expression> {
    let name = "[A-Za-z_][A-Za-z0-9_]{0,4}";
    let leaf = prop_oneof![
        Just(Expression::Null),
        any::<bool>().prop_map(Expression::Flag),
        "[ -!#-~]{0,6}".prop_map(Expression::Text),
        name.prop_map(Expression::Variable),
        name.prop_map(Expression::Input),
        ("[a-c/.]{2,5}", "i?m?").prop_map(|(body, flags)| {
            let text = format!("/{}/{flags}", body.replace('/', "\\/"));
            Expression::Pattern(Pattern::parse(&text).expect("a pattern"))
        }),
    ];
    leaf.prop_recursive(4, 20, 2, |inner| {
        let pair = (inner.clone(), inner.clone()).prop_map(|(left, right)| (Box::new(left), Box::new(right)));
        let operator = proptest::sample::select(vec![Operator::Equal, Operator::Unequal, Operator::Matches, Operator::Differs]);
        prop_oneof![
            inner.prop_map(|inner| Expression::Not(Box::new(inner))),
            (pair.clone(), operator).prop_filter_map("a flag is no pattern", |((left, right), operator)| {
                let flag = matches!(*right, Expression::Flag(_)) && matches!(operator, Operator::Matches | Operator::Differs);
                (!flag).then_some(Expression::Compare(left, operator, right))
            }),
            pair.clone().prop_map(|(left, right)| Expression::All(left, right)),
            pair.prop_map(|(left, right)| Expression::Any(left, right)),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(expression in expression()) {
        let text = written(&expression, 0);
        prop_assert_eq!(Expression::parse(&text), Ok(expression), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused_at_a_character_of_it(text in "[$ABab\"'/()!=~&| \\[\\]é.0-9_]{0,24}") {
        match Expression::parse(&text) {
            Ok(found) => prop_assert_eq!(found.holds(&scope()), found.holds(&scope())),
            Err(problem) => prop_assert!(text.is_char_boundary(problem.offset), "{:?}", problem),
        }
    }

    #[test]
    fn not_turns_it_around(expression in expression()) {
        let turned = Expression::Not(Box::new(expression.clone()));
        prop_assert_eq!(turned.holds(&scope()), !expression.holds(&scope()));
    }
}
