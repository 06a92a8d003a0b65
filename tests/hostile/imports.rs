//! Imports of what is no file of the project, too large, too many, or none of Nickel's business.

use std::fs;
use std::path::Path;

use crate::project::{GOOD, Project, is_refused, refused, refused_with};

/// A file that imports another.
fn importing(path: &str) -> String {
    format!("let x = import \"{path}\" in {{ name = \"x\" }}")
}

#[test]
fn devices_and_directories() {
    refused(importing("/dev/zero"), &["import-refused", "\"/dev/zero\", which is an absolute path"]);
    refused(importing("../../../../../../../../../dev/zero"), &["which is outside the project"]);
    let project = Project::planted();
    fs::create_dir(project.path("pipelines/lib")).expect("it can be made");
    refused_with(&project, importing("lib"), &["import of \"lib\", which is a directory, not a file"]);
}

#[test]
fn what_is_too_large() {
    let project = Project::planted();
    project.write("lib/large.ncl", "x".repeat(9 << 20));
    refused_with(&project, importing("../lib/large.ncl"), &["which is larger than 8 MiB", "--size-limit"]);
    let project = Project::planted();
    for index in 0..3 {
        project.write(&format!("lib/{index}.txt"), "x".repeat(3 << 20));
    }
    let all = (0..3).map(|index| format!("t{index} = import \"../lib/{index}.txt\" as 'Text")).collect::<Vec<_>>().join(", ");
    refused_with(&project, format!("{{ {all} }}"), &["the file and its imports are larger than 8 MiB together", "--size-limit"]);
}

#[test]
fn chains_and_circles() {
    let project = Project::planted();
    for index in 0..1_100 {
        project.write(&format!("lib/{index}.ncl"), format!("import \"{}.ncl\"", index + 1));
    }
    project.write("pipelines/bad.ncl", importing("../lib/0.ncl"));
    is_refused(&project, "in bad", &["lib/998.ncl:1:1", "more than 1000 files are imported"]);
    project.write("lib/1100.ncl", "{}");
    project.write("pipelines/bad.ncl", "import \"../lib/200.ncl\"");
    is_refused(&project, "in bad", &["`name` is missing"]);
    let project = Project::planted();
    project.write("lib/a.ncl", "import \"b.ncl\"");
    project.write("lib/b.ncl", "import \"a.ncl\"");
    project.write("pipelines/bad.ncl", "import \"../lib/a.ncl\"");
    is_refused(&project, "in bad", &["infinite recursion"]);
    refused("import \"bad.ncl\"", &["infinite recursion"]);
}

#[test]
fn data_of_other_formats() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    let aliases: String = std::iter::once("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned())
        .chain((1..12).map(|index| {
            let before = format!("*a{}", index - 1);
            format!("a{index}: &a{index} [{}]\n", [before.as_str(); 9].join(", "))
        }))
        .collect();
    for (name, text) in [
        ("deep.json", deep("[", "]")),
        ("deep.yaml", deep("[", "]")),
        ("bomb.yaml", aliases),
        ("deep.toml", format!("a = {}", deep("[", "]"))),
        ("broken.json", "{ \"a\": ".to_owned()),
        ("empty.json", String::new()),
    ] {
        let project = Project::planted();
        project.write(&format!("lib/{name}"), text);
        let value = format!("{{ name = \"x\", env.X = import \"../lib/{name}\" }}");
        refused_with(&project, value, &["pipelines/bad.ncl"]);
    }
}

#[test]
fn a_file_of_the_project_cannot_stand_in_for_the_library() {
    let project = Project::planted();
    project.write("pipelines/pipeward.ncl", "{ Pipeline = Dyn, Project = Dyn }");
    refused_with(
        &project,
        "let ci = import \"pipeward.ncl\" in {}",
        &["finds a file of the project instead of pipeward:pipeward.ncl"],
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let project = Project::planted();
    let status = std::process::Command::new("mkfifo").arg(project.path("lib.ncl")).status().expect("mkfifo is there");
    assert!(status.success());
    refused_with(&project, importing("../lib.ncl"), &["which is a pipe or a device, not a file"]);
    fs::rename(project.path("lib.ncl"), project.path("pipelines/bad.ncl")).expect("it can be moved");
    is_refused(&project, "pipelines/bad.ncl", &["`pipelines/bad.ncl` is a pipe or a device, not a file"]);
}

/// A secret outside, and a way to it from inside; the words it must never be shown with.
#[cfg(unix)]
fn outside(link: &str) -> (Project, tempfile::TempDir) {
    let outside = tempfile::tempdir().expect("there is room");
    fs::write(outside.path().join("secret.ncl"), "{ hidden = \"treasure\" ").expect("it can be written");
    let project = Project::planted();
    let place = project.path(link);
    fs::create_dir_all(place.parent().expect("it has one")).expect("it can be made");
    std::os::unix::fs::symlink(outside.path(), &place).expect("it can be made");
    (project, outside)
}

#[cfg(unix)]
#[track_caller]
fn kept(project: &Project, file: &str, words: &[&str]) {
    is_refused(project, file, words);
    let said = project.run(&["check", "--format=json"]);
    assert!(!said.out.contains("treasure") && !said.out.contains("hidden"), "{}", said.out);
}

#[cfg(unix)]
#[test]
fn symlinks_that_lead_out() {
    use std::os::unix::fs::symlink;
    let (project, _away) = outside("lib/out");
    project.write("pipelines/bad.ncl", importing("../lib/out/secret.ncl"));
    kept(&project, "pipelines/bad.ncl", &["which is outside the project"]);

    let (project, away) = outside("lib/out");
    symlink(away.path().join("secret.ncl"), project.path("pipelines/bad.ncl")).expect("it can be made");
    kept(&project, "pipelines/bad.ncl", &["`pipelines/bad.ncl` leads outside the project"]);

    // The name leads nowhere outside, but what the evaluator would open by it does.
    let (project, away) = outside("lib/out");
    fs::create_dir_all(project.path("deep/down")).expect("it can be made");
    project.write("deep/x.ncl", "{}");
    symlink(project.path("deep/down"), project.path("pipelines/link")).expect("it can be made");
    symlink(away.path().join("secret.ncl"), project.path("pipelines/x.ncl")).expect("it can be made");
    project.write("pipelines/bad.ncl", importing("link/../x.ncl"));
    kept(&project, "pipelines/bad.ncl", &["import of \"link/../x.ncl\", which is outside the project"]);

    let (project, away) = outside("lib/out");
    symlink(away.path().join("secret.ncl"), project.path("data.json")).expect("it can be made");
    project.write("pipelines/bad.ncl", importing("../data.json"));
    kept(&project, "pipelines/bad.ncl", &["which is outside the project"]);
}

#[cfg(unix)]
#[test]
fn symlinks_within_are_followed_and_so_is_a_root_that_is_one() {
    use std::os::unix::fs::symlink;
    let project = Project::new();
    project.write("common/steps.ncl", "[{ name = \"Test\", run = \"make test\" }]");
    symlink("../common", project.path("pipelines/lib")).expect("it can be made");
    project.write("pipelines/ci.ncl", GOOD.replace("[{ name = \"Test\", run = \"make test\" }]", "import \"lib/steps.ncl\""));
    let elsewhere = tempfile::tempdir().expect("there is room");
    let link = elsewhere.path().join("link");
    symlink(project.root(), &link).expect("it can be made");
    let linked = link.to_string_lossy().into_owned();
    assert_eq!(project.run(&["-C", &linked, "emit"]).code, Some(0));
    assert_eq!(project.run(&["check"]).code, Some(0));
    assert!(Path::new(&link).join(".github/workflows/ci.yml").is_file());
}

#[cfg(unix)]
#[test]
fn whatever_a_link_to_a_file_of_the_machine_says_is_not_shown() {
    let project = Project::planted();
    std::os::unix::fs::symlink("/etc/passwd", project.path("pipelines/bad.ncl")).expect("it can be made");
    is_refused(&project, "pipelines/bad.ncl", &["`pipelines/bad.ncl` leads outside the project"]);
    let said = project.run(&["check"]);
    assert!(!said.out.contains("root:"), "{}", said.out);
}
