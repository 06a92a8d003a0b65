//! Trees that are written to, interrupted at every step, and written to again.

use std::collections::BTreeMap;
use std::fs::Permissions;

use super::*;
use crate::disk::Real;
use crate::finding::Identity;
use crate::origin::{Files, Origin};

const HEADER: &str = "# Generated from pipelines/ci.ncl by pipeward; do not edit.\n";
const OLD: &str = "# Generated from pipelines/old.ncl by pipeward; do not edit.\nold: true\n";

fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("there is room");
    for (path, text) in files {
        let place = root.path().join(path);
        fs::create_dir_all(place.parent().expect("it has one")).expect("it can be made");
        fs::write(place, text).expect("it can be written");
    }
    root
}

/// Every file of a tree by its path.
fn files(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut left = vec![root.to_owned()];
    while let Some(directory) = left.pop() {
        for item in fs::read_dir(directory).expect("it can be read") {
            let place = item.expect("it can be read").path();
            if place.is_dir() {
                left.push(place);
            } else {
                let path = place.strip_prefix(root).expect("it is below").to_string_lossy().into_owned();
                found.insert(path, fs::read_to_string(place).expect("it is text"));
            }
        }
    }
    found
}

fn rendered(files: &[(&str, &str)]) -> Vec<Rendered> {
    let origin = Origin::whole(Files::default().add("pipelines/ci.ncl", ""));
    let one = |(path, body): &(&str, &str)| Rendered {
        path: (*path).to_owned(),
        text: format!("{HEADER}{body}"),
        source: "pipelines/ci.ncl".to_owned(),
        identity: Identity::of("ci"),
        origin,
    };
    files.iter().map(one).collect()
}

fn look(root: &Path, rendered: &[Rendered]) -> OnDisk {
    OnDisk::read(
        root,
        rendered.iter().map(|file| file.path.as_str()),
        BTreeMap::new(),
        &[".github/workflows", ".github/dependabot.yml"],
        &|_, _| false,
    )
}

fn emit(root: &Path, rendered: &[Rendered], adopt: bool, disk: &mut dyn Disk) -> Result<Done, Error> {
    let on_disk = look(root, rendered);
    Plan::new(rendered, &on_disk, adopt)?.apply(root, disk)
}

/// A machine that loses power at a step: the step is half done if it can be, and nothing happens after it.
struct Dying {
    steps_left: usize,
}

impl Dying {
    fn step(&mut self) -> io::Result<()> {
        self.steps_left = self.steps_left.checked_sub(1).ok_or_else(|| io::Error::other("no power"))?;
        Ok(())
    }
}

impl Disk for Dying {
    fn create_directories(&mut self, place: &Path) -> io::Result<()> {
        self.step()?;
        Real.create_directories(place)
    }

    fn write_new(&mut self, place: &Path, bytes: &[u8], mode: Option<Permissions>) -> io::Result<()> {
        if let Err(error) = self.step() {
            return Real.write_new(place, &bytes[..bytes.len() / 2], mode).and(Err(error));
        }
        Real.write_new(place, bytes, mode)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        Real.rename(from, to)
    }

    fn remove(&mut self, place: &Path) -> io::Result<()> {
        self.step()?;
        Real.remove(place)
    }
}

const BEFORE: &[(&str, &str)] = &[
    (".github/workflows/ci.yml", "# Generated from pipelines/ci.ncl by pipeward; do not edit.\nci: 1\n"),
    (".github/workflows/old.yml", OLD),
    (".github/workflows/theirs.yml", "theirs\n"),
];
const RENDERED: &[(&str, &str)] =
    &[(".github/workflows/ci.yml", "ci: 2\n"), (".github/workflows/new.yml", "new: 1\n"), (".github/dependabot.yml", "bot: 1\n")];

#[test]
fn a_set_is_written_and_its_orphans_go() {
    let root = tree(BEFORE);
    let done = emit(root.path(), &rendered(RENDERED), false, &mut Real).expect("it works");
    assert_eq!(done.written, RENDERED.iter().map(|(path, _)| (*path).to_owned()).collect::<Vec<_>>());
    assert_eq!((done.removed, done.resumed), (vec![".github/workflows/old.yml".to_owned()], false));
    let mut expected: BTreeMap<String, String> = rendered(RENDERED).into_iter().map(|file| (file.path, file.text)).collect();
    expected.insert(".github/workflows/theirs.yml".to_owned(), "theirs\n".to_owned());
    assert_eq!(files(root.path()), expected);
}

#[test]
fn power_lost_at_any_step_leaves_old_or_new_and_the_next_run_completes() {
    let whole = tree(BEFORE);
    emit(whole.path(), &rendered(RENDERED), false, &mut Real).expect("it works");
    let (before, after) = (files(tree(BEFORE).path()), files(whole.path()));
    let mut deaths = 0;
    loop {
        let root = tree(BEFORE);
        if emit(root.path(), &rendered(RENDERED), false, &mut Dying { steps_left: deaths }).is_ok() {
            break;
        }
        for (path, text) in files(root.path()) {
            let known = [before.get(&path), after.get(&path)].contains(&Some(&text));
            let ours = path.ends_with(".pipeward") || path.ends_with(".pipeward-emit");
            assert!(known || ours, "after {deaths} steps {path} is {text:?}");
        }
        emit(root.path(), &rendered(RENDERED), false, &mut Real).expect("the next run goes on");
        assert_eq!(files(root.path()), after, "after {deaths} steps");
        deaths += 1;
    }
    assert!(deaths > 12, "only {deaths} steps were interrupted");
}

#[test]
fn what_was_half_written_is_cleared_even_if_nothing_renders_it_any_more() {
    let mut resumed = 0;
    for steps_left in 0..20 {
        let root = tree(BEFORE);
        let died = emit(root.path(), &rendered(RENDERED), false, &mut Dying { steps_left }).is_err();
        let done = emit(root.path(), &rendered(&RENDERED[..1]), false, &mut Real).expect("the next run goes on");
        resumed += usize::from(died && done.resumed);
        let left: Vec<String> = files(root.path()).into_keys().collect();
        assert_eq!(left, [".github/workflows/ci.yml", ".github/workflows/theirs.yml"], "after {steps_left} steps");
    }
    assert!(resumed > 8, "only {resumed} runs knew of the one before");
}

#[test]
fn a_file_that_is_right_is_not_touched() {
    let root = tree(&[]);
    emit(root.path(), &rendered(RENDERED), false, &mut Real).expect("it works");
    let place = root.path().join(RENDERED[0].0);
    let old = std::time::SystemTime::UNIX_EPOCH;
    fs::File::options().append(true).open(&place).and_then(|file| file.set_modified(old)).expect("it can be set");
    let done = emit(root.path(), &rendered(RENDERED), false, &mut Dying { steps_left: 2 }).expect("nothing is written");
    assert_eq!(done, Done::default());
    assert_eq!(fs::metadata(place).and_then(|metadata| metadata.modified()).expect("it can be read"), old);
}

#[test]
fn a_strangers_file_is_replaced_only_on_request() {
    let root = tree(&[(".github/dependabot.yml", "theirs\n")]);
    let refused = emit(root.path(), &rendered(RENDERED), false, &mut Real).expect_err("it is in the way");
    assert_eq!(refused.to_string(), "`.github/dependabot.yml` was not written by pipeward");
    assert_eq!(files(root.path()).len(), 1, "something was written all the same");
    emit(root.path(), &rendered(RENDERED), true, &mut Real).expect("it is adopted");
    assert_eq!(files(root.path())[".github/dependabot.yml"], format!("{HEADER}bot: 1\n"));
}

#[test]
fn a_stranger_who_comes_after_the_plan_is_spared_too() {
    let root = tree(&[(".github/workflows/old.yml", OLD)]);
    let all = rendered(&RENDERED[1..]);
    let plan = Plan::new(&all, &look(root.path(), &[]), false).expect("nothing is in the way yet");
    assert_eq!(plan.removals.len(), 1);
    fs::write(root.path().join(".github/workflows/old.yml"), "theirs\n").expect("it can be written");
    fs::write(root.path().join(".github/dependabot.yml"), "theirs\n").expect("it can be written");
    assert!(matches!(plan.apply(root.path(), &mut Real), Err(Error::Stranger(_))));
    let plan = Plan { writes: Vec::new(), ..plan };
    assert_eq!(plan.apply(root.path(), &mut Real).expect("it works").removed, [""; 0]);
    assert_eq!(files(root.path())[".github/workflows/old.yml"], "theirs\n");
    assert_eq!(files(root.path())[".github/dependabot.yml"], "theirs\n");
}

#[test]
fn a_parent_that_is_a_file_is_an_error_with_its_path() {
    for path in [".github", ".github/workflows"] {
        let root = tree(&[(path, "a file\n")]);
        let error = emit(root.path(), &rendered(RENDERED), false, &mut Real).expect_err("it cannot work");
        assert!(error.to_string().contains("`.github/"), "{error}");
        assert_eq!(files(root.path()).len(), 1, "{error}");
    }
}

#[test]
fn a_dry_run_shows_what_would_change() {
    let root = tree(BEFORE);
    let all = rendered(RENDERED);
    let plan = Plan::new(&all, &look(root.path(), &all), false).expect("it works");
    let diff = plan.diff();
    assert!(diff.contains("-ci: 1\n+ci: 2\n"), "{diff}");
    assert!(diff.contains("--- /dev/null\n+++ b/.github/workflows/new.yml\n"), "{diff}");
    let removed = "--- a/.github/workflows/old.yml\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-";
    assert!(diff.contains(removed) && diff.ends_with("\n-old: true\n"), "{diff}");
}

#[test]
fn a_journal_from_elsewhere_removes_nothing_but_our_own() {
    let outside = tree(&[(".x.yml.pipeward", "outside\n")]);
    let root = tree(BEFORE);
    let step = |path: &str| format!(r#"{{ "action": "remove", "path": "{path}" }}"#);
    let up = format!("../{}/x.yml", outside.path().file_name().expect("it has one").to_string_lossy());
    let away = outside.path().join("x.yml").to_string_lossy().into_owned();
    let text = format!(r#"{{ "steps": [{}, {}, {}] }}"#, step(&up), step(&away), step(".github/workflows/theirs.yml"));
    fs::write(root.path().join(".github/.pipeward-emit"), text).expect("it can be written");
    assert!(emit(root.path(), &rendered(RENDERED), false, &mut Real).expect("it works").resumed);
    assert_eq!(files(outside.path()).len(), 1);
    assert_eq!(files(root.path())[".github/workflows/theirs.yml"], "theirs\n");
    fs::write(root.path().join(".github/.pipeward-emit"), "{ nonsense").expect("it can be written");
    assert!(emit(root.path(), &rendered(RENDERED), false, &mut Real).expect("it works").resumed);
    assert!(!root.path().join(".github/.pipeward-emit").exists());
}

#[cfg(unix)]
#[test]
fn modes_are_kept_and_symlinks_followed_only_within_the_root() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let root = tree(&[(".github/workflows/x", ""), ("real/ci.yml", OLD)]);
    let real = root.path().join("real/ci.yml");
    fs::set_permissions(&real, Permissions::from_mode(0o640)).expect("it can be set");
    symlink("../../real/ci.yml", root.path().join(RENDERED[0].0)).expect("it can be made");
    emit(root.path(), &rendered(&RENDERED[..1]), false, &mut Real).expect("it works");
    assert!(fs::read_to_string(&real).expect("it is there").ends_with("ci: 2\n"));
    assert_eq!(fs::metadata(&real).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert!(root.path().join(RENDERED[0].0).is_symlink());

    let outside = tree(&[("ci.yml", OLD)]);
    let root = tree(&[(".github/x", "")]);
    symlink(outside.path(), root.path().join(".github/workflows")).expect("it can be made");
    assert!(matches!(emit(root.path(), &rendered(RENDERED), true, &mut Real), Err(Error::Disk(disk::Error::Refused(..)))));
    assert_eq!(files(outside.path())["ci.yml"], OLD);
}
