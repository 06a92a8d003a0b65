//! Custom rules that never end or ask for too much: a policy comes with a pull request too.

use crate::project::{PLANTED, Project};

fn policy(rules: &[(&str, &str)]) -> String {
    let rules: String = rules
        .iter()
        .map(|(id, check)| {
            format!("  custom.{id} = {{ summary = \"a rule called {id}\", why = \"a test\", check = {check} }},\n")
        })
        .collect();
    format!("{{\n{rules}}}\n")
}

const SAYS: &str = "fun pipeline => [{ at = [\"name\"], message = \"looked at %{pipeline.name}\" }]";
const LOOPS: &str = "fun pipeline => let rec f = fun x => f (x ++ \"x\") in f \"\"";
const SLOW: &str = "fun pipeline => [{ at = [\"name\"], message = std.to_string (std.number.pow 10 1000000000) }]";
const LARGE: &str = "fun pipeline => std.array.replicate 100000000 1";
const DEEP: &str = "fun pipeline => let rec f = fun x => [f x] in f 0";
const MANY: &str = "fun pipeline => std.array.replicate 2000000 { at = [], message = \"x\" }";

#[track_caller]
fn judged(project: &Project, args: &[&str], lost: &[(&str, &str)]) {
    let said = project.run(&[&["check"], args].concat());
    assert_eq!(said.code, Some(3), "{}{}", said.out, said.err);
    for words in ["looked at Tests", PLANTED, "[says]", "[last]"] {
        assert!(said.out.contains(words), "`{words}` is not said: {}", said.out);
    }
    for (id, words) in lost {
        let count = said.out.matches(&format!("in policies/main.ncl/custom/{id}")).count();
        assert_eq!(count, 1, "{id}: {}", said.out);
        assert!(said.out.contains(words), "{}", said.out);
        assert!(said.out.contains(&format!("custom.{id} = {{")), "its line is not shown: {}", said.out);
    }
    assert!(said.took < std::time::Duration::from_secs(30), "it took {:?}", said.took);
    let emitted = project.run(&[&["emit"], args].concat());
    assert_eq!((emitted.code, emitted.err.as_str()), (Some(3), "nothing was written\n"));
}

#[test]
fn a_rule_that_never_ends_hides_no_other() {
    let project = Project::planted();
    project.write("policies/main.ncl", policy(&[("says", SAYS), ("slow", SLOW), ("last", SAYS)]));
    judged(&project, &["--time-limit=2"], &[("slow", "evaluation does not end within 2 s")]);
}

#[test]
fn nor_do_several() {
    let project = Project::planted();
    let rules = [("a", LOOPS), ("says", SAYS), ("b", LARGE), ("c", DEEP), ("d", MANY), ("last", SAYS)];
    project.write("policies/main.ncl", policy(&rules));
    let lost = [("a", "-limit"), ("b", "-limit"), ("c", "expected a Record, got an Array"), ("d", "[evaluation-failed]")];
    judged(&project, &["--time-limit=4"], &lost);
}

#[test]
fn the_policies_of_others_judge_all_the_same() {
    let project = Project::planted();
    let main = crate::project::MAIN.replace("backends", "policy.organisation = \"policies/organisation\",\n  backends");
    project.write("pipelines/main.ncl", main);
    project.write("policies/organisation/main.ncl", policy(&[("says", SAYS), ("last", SAYS)]));
    project.write("policies/main.ncl", policy(&[("slow", SLOW)]));
    judged(&project, &["--time-limit=2"], &[("slow", "evaluation does not end within 2 s")]);
    project.write("policies/main.ncl", "let x = 1e999999999 in { custom.x = std.to_string x }");
    judged(&project, &["--time-limit=2"], &[]);
}

#[test]
fn a_rule_that_is_off_is_not_asked() {
    let project = Project::new();
    let rule = "custom.slow = { summary = \"slow\", why = \"a test\", severity = 'Off, check = ";
    project.write("policies/main.ncl", format!("{{ {rule}{SLOW} }} }}"));
    assert_eq!(project.run(&["emit"]).code, Some(0));
}
